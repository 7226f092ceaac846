"""Markdown from values: tables, numbers with their noun, parts that can be opened."""

from collections.abc import Iterable, Sequence

from standpoint.agreement.statistics import Estimate, shown


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; `none` in its first cell if there are no rows."""
    lines = [[cell(value) for value in row] for row in rows]
    lines = lines or [["none", *[""] * (len(head) - 1)]]
    every = [list(head), ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in every)


def cell(value: object) -> str:
    """Return a value as the content of a cell."""
    return str(printed(value)).replace("|", "\\|").replace("\n", " ")


def printed(value: object) -> object:
    """Return a number with separators and an estimate with its interval."""
    if isinstance(value, Estimate):
        return shown(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return value


def several(n: int, noun: str) -> str:
    """Return a number with its noun in the right form."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def percent(part: int, whole: int) -> str:
    """Return a share in percent, without decimals."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def folded(title: str, body: str) -> str:
    """Return a part that a page shows when its title is opened."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def words(name: str) -> str:
    """Return a label in words: `general_news` as "general news"."""
    return name.replace("_", " ")
