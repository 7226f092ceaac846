"""A table with a title, and how names and values are shown in it."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, takewhile
from typing import Any, Final, NamedTuple

NAMED = 10
"""Names that are shown one by one, where they are what a row is about."""

EXAMPLES = 3
"""Names that are shown beside a number."""


SHOWN = 80
"""Characters of a value that are shown."""

AROUND = 25
"""Characters that are shown before and after the place where long values differ."""

LISTED = 6
"""Values of a list that are shown; of a longer one, those that were added or removed."""


class Missing:
    """The type of `MISSING`: no value at all, unlike null."""


MISSING: Final = Missing()


class Section(NamedTuple):
    """A table.

    Attributes:
        title: What it is about.
        head: Its columns.
        rows: Its rows; a table without any is left out.
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


# values


def shown(before: Any, after: Any) -> tuple[str, str]:
    """Return two values as a table shows them: where they differ, if they are long."""
    if isinstance(before, list) and isinstance(after, list):
        return _lists(before, after)
    one, other = _words(before), _words(after)
    if max(len(one), len(other)) <= SHOWN:
        return one, other
    if before is MISSING or after is MISSING:
        return _cut(one), _cut(other)
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    return _around(one, start, end), _around(other, start, end)


def _lists(before: list[Any], after: list[Any]) -> tuple[str, str]:
    if max(len(before), len(after)) <= LISTED:
        one, other = (", ".join(map(_words, values)) for values in (before, after))
        if max(len(one), len(other)) <= SHOWN:
            return one or "none", other or "none"
    counts = [Counter(map(_words, values)) for values in (before, after)]
    gone, new = counts[0] - counts[1], counts[1] - counts[0]
    if not gone and not new:
        return f"{len(before):,} values", "the same in another order"
    return (
        _cut(
            f"{len(before):,} values; removed: {', '.join(gone.elements()) or 'none'}"
        ),
        _cut(f"{len(after):,} values; new: {', '.join(new.elements()) or 'none'}"),
    )


def _words(value: Any) -> str:
    if value is MISSING:
        return "-"
    if isinstance(value, str):
        return value or "(empty)"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _cut(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 4]} ..."


def _alike(one: str, other: str) -> int:
    """Return how many characters two strings begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _around(words: str, start: int, end: int) -> str:
    """Return the part of a string that differs, with some characters around it."""
    first, last = max(0, start - AROUND), min(len(words), len(words) - end + AROUND)
    cut = words[first:last]
    if len(cut) > 2 * SHOWN:
        cut = f"{cut[:SHOWN]} ... {cut[-SHOWN:]}"
    return f"{'... ' if first else ''}{cut}{' ...' if last < len(words) else ''}"
