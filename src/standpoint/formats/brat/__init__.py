"""brat standoff (https://brat.nlplab.org/standoff.html), read and mapped to annotation sets.

A file goes through the same answers as in Label Studio: marked words with a label and
fields, arrows, and fields of the segment. Here marked words are text-bounds, choices are
attributes, links to a registry are normalisations, free text is a note, arrows are
relations. A mapping says what the labels of other projects become.
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
