"""brat standoff (https://brat.nlplab.org/standoff.html), read and mapped to annotation sets.

A file becomes answers, as a form of an annotator has them: a text-bound annotation is a
region, a relation is an arrow, and attributes, normalisations and notes are fields. A mapping
translates the labels of other projects.
"""

from standpoint.formats.brat import codes  # noqa: F401 - declares the codes
from standpoint.formats.brat.lines import Corner
from standpoint.formats.brat.names import Forms, Meaning, Rule, marks_of
from standpoint.formats.brat.reader import imported
from standpoint.formats.brat.standoff import read

__all__ = [
    "Corner",
    "Forms",
    "Meaning",
    "Rule",
    "imported",
    "marks_of",
    "read",
]
