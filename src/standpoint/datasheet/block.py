"""Blocks: a generated table with the method, the n and the command that made it."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from standpoint.agreement.statistics import MOST_LOST


class Block(NamedTuple):
    """A generated part of the datasheet.

    Attributes:
        body: Markdown: tables and what must be said with them.
        method: How it was computed, without a full stop.
        n: Of how many, in words.
    """

    body: str
    method: str
    n: str


NO_INTERVAL = (
    "No square brackets, no interval: one segment, fewer than four, all alike, or"
    f" undefined in more than {MOST_LOST * 100:.0f} % of the resamples."
)
"""What a block says once if a number in it has no interval."""

_BARE = re.compile(r"\d\.\d\d \(n=")


def rendered(name: str, block: Block) -> str:
    """Return a block as it stands in the page, between its markers."""
    return f"<!-- begin {name} -->\n{text(name, block)}\n<!-- end {name} -->"


def text(name: str, block: Block) -> str:
    """Return a block with its last line: method, n and command."""
    body = block.body
    if _BARE.search(body) and NO_INTERVAL not in body:
        body = parts(body, NO_INTERVAL)
    return (
        f"{body}\n\n*Method: {block.method}. n: {block.n}."
        f" Command: `standpoint datasheet --block {name}`*"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; `none` in a cell where there are no rows."""
    lines = [[cell(value) for value in row] for row in rows]
    lines = lines or [["none", *[""] * (len(head) - 1)]]
    shown = [list(head), ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)


def cell(value: object) -> str:
    """Return a value as the content of a cell."""
    shown = f"{value:,}" if isinstance(value, int) else str(value)
    return shown.replace("|", "\\|").replace("\n", " ")


def parts(*found: str) -> str:
    """Join paragraphs and tables."""
    return "\n\n".join(part for part in found if part)


def several(n: int, noun: str) -> str:
    """Return a number with its noun in the right form."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def folded(title: str, body: str) -> str:
    """Return a part that a page shows when its title is opened."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def words(name: str) -> str:
    """Return a label in words: `general_news` as "general news"."""
    return name.replace("_", " ")
