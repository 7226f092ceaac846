"""The figures of the datasheet, each drawn by the module that is called as it is."""

from collections.abc import Callable

from standpoint.datasheet.facts import Facts
from standpoint.datasheet.figure.repeatability import repeatability
from standpoint.datasheet.figure.source_types import source_types
from standpoint.datasheet.figure.stance_matrix import stance_matrix
from standpoint.datasheet.figure.svg import Figure
from standpoint.datasheet.figure.timeline import timeline

FIGURES: dict[str, Callable[[Facts], Figure]] = {
    "timeline": timeline,
    "stance_matrix": stance_matrix,
    "source_types": source_types,
    "repeatability": repeatability,
}
"""Figure to the function that draws it."""
