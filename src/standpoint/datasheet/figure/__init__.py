"""The figures of the datasheet: committed SVG, the same bytes for the same labels."""

from collections.abc import Callable

from standpoint.datasheet.facts import Facts
from standpoint.datasheet.figure.canvas import Figure
from standpoint.datasheet.figure.kinds import source_types
from standpoint.datasheet.figure.matrix import stance_matrix
from standpoint.datasheet.figure.repeated import repeated
from standpoint.datasheet.figure.timeline import timeline

__all__ = ["FIGURES", "Figure"]

FIGURES: dict[str, Callable[[Facts], Figure]] = {
    "timeline": timeline,
    "stance_matrix": stance_matrix,
    "source_types": source_types,
    "repeatability": repeated,
}
"""Figure to the function that draws it."""
