"""A table with a title: what an effect is made of."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

NAMED = 10
"""Names that are shown one by one, where they are what a row is about."""

EXAMPLES = 3
"""Names that are shown beside a number."""


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


def named(names: Iterable[str], most: int = NAMED) -> str:
    """Return names in a row; those above a number are counted."""
    listed = list(names)
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {more:,} more" if more > 0 else "")


def items_named(items: Iterable[str], most: int = EXAMPLES) -> str:
    """Return ids of items in a row, with the name of their document once.

    Example: `some-article: s01/pat.m01, s02/pat.m07 and 3 more`.
    """
    listed = list(items)
    more = len(listed) - most
    parts = [item.partition("/") for item in listed[:most]]
    said = "; ".join(
        f"{document}: {', '.join(rest for _, _, rest in of_document)}"
        for document, of_document in groupby(parts, key=lambda part: part[0])
    )
    return said + (f" and {more:,} more" if more > 0 else "")
