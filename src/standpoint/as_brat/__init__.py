"""brat files as annotation sets.

A file goes through the same answers as in Label Studio: marked words with a label and
fields, arrows, and fields of the segment. Here marked words are text-bounds, choices are
attributes, links to a registry are normalisations, free text is a note, arrows are
relations. A mapping says what the labels of other projects become.
"""

from standpoint.as_brat.lines import Corner
from standpoint.as_brat.names import Forms, Meaning, Rule, marks_of
from standpoint.as_brat.reader import imported

__all__ = [
    "Corner",
    "Forms",
    "Meaning",
    "Rule",
    "imported",
    "marks_of",
]
