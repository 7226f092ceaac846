"""brat standoff (https://brat.nlplab.org/standoff.html): annotations of any kind, line by line."""

from standpoint.formats.brat.fault import CHECKS, Fault
from standpoint.formats.brat.standoff import (
    Attribute,
    Bound,
    Line,
    Norm,
    Note,
    Relation,
    Standoff,
    read,
)

__all__ = [
    "CHECKS",
    "Attribute",
    "Bound",
    "Fault",
    "Line",
    "Norm",
    "Note",
    "Relation",
    "Standoff",
    "read",
]
