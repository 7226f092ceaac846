"""A table with a title: what an effect is made of."""

from collections.abc import Sequence
from typing import NamedTuple


class Section(NamedTuple):
    """A table.

    Attributes:
        title: What it is about.
        head: Its columns.
        rows: Its rows; without any there is nothing to say.
        note: What a reader has to know of it, or nothing.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def unless_none(number: int) -> str:
    """Return a number as a table shows it: nothing for 0."""
    return f"{number:,}" if number else ""
