"""The coverage in time: when the segments of each outlet were published."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from standpoint.datasheet.block import words
from standpoint.datasheet.facts import Facts
from standpoint.datasheet.figure.canvas import (
    Figure,
    axes,
    finish,
    ink,
    legend,
    paper,
    upright,
    write,
)
from standpoint.tables import Row

LINE = 0.27
TOP = 0.3
BOTTOM = 0.85
DAYS = 365.25
SHORT = 60
"""Days below which a range is drawn as a point: shorter than the point is wide."""


def timeline(facts: Facts) -> Figure:
    """Draw a row per outlet and a mark per segment, at its day or days."""
    rows = facts.rows["segment"]
    outlets = _in_order(rows)
    n = max(len(outlets), 1)
    height = TOP + BOTTOM + LINE * n
    sheet = paper(height)
    first, last = _years(rows)
    ax = axes(sheet, (0.39, BOTTOM / height, 0.48, LINE * n / height))
    ax.set_xlim(first, last)
    ax.set_ylim(n, 0)
    ax.set_yticks([])
    ax.set_xticks(range(first, last + 1, max(1, (last - first) // 8)))
    upright(ax)
    for year in ax.get_xticklabels():
        year.set_color(ink("ink"))
    for y, outlet in enumerate(outlets):
        own = [row for row in rows if row["outlet_id"] == outlet]
        _line(ax, y + 0.5, _title(facts, outlet, own[0]), own)
    _legend(sheet, height)
    return finish(
        sheet,
        "When the segments of each outlet were published",
        f"{len(rows)} segments of {len(outlets)} outlets or comments; a bar is a range of"
        " possible days, and segments without any date are counted at the right.",
        "first and last possible day of each segment, from the records of the documents;"
        f" a range below {SHORT} days is drawn as a point",
    )


def _in_order(rows: Iterable[Row]) -> list[str | None]:
    firsts: dict[str | None, str] = {}
    for row in rows:
        day = row["published_earliest"] or "9999"
        outlet = row["outlet_id"]
        firsts[outlet] = min(firsts.get(outlet, day), day)
    return sorted(firsts, key=lambda outlet: (firsts[outlet], outlet or ""))


def _years(rows: Iterable[Row]) -> tuple[int, int]:
    days = [
        day
        for row in rows
        for day in (row["published_earliest"], row["published_latest"])
        if day
    ]
    if not days:
        return 2000, 2001
    return int(min(days)[:4]), int(max(days)[:4]) + 1


def _at(day: str) -> float:
    """Return a day as a year with its fraction."""
    found = date.fromisoformat(day)
    return found.year + (found.timetuple().tm_yday - 1) / DAYS


def _title(facts: Facts, outlet: str | None, row: Row) -> str:
    kind = words(row["outlet_type"] or "")
    name = facts.outlet_name(outlet)
    same = kind in {"", "unknown"}
    return name if same else f"{name}, {kind}"


def _line(ax: Any, y: float, title: str, rows: list[Row]) -> None:
    left, right = ax.get_xlim()
    width = right - left
    write(ax, left - width * 0.015, y, title, ha="right")
    ax.plot([left, right], [y, y], color=ink("grid"), lw=0.6)
    dated = [row for row in rows if _known(row)]
    dated.sort(key=_known)
    last, raised = -1.0, 0
    for row in dated:
        # What lies too close to be told apart is drawn one above the other.
        raised = raised + 1 if _at(_known(row)) - last < SHORT / DAYS else 0
        last = _at(_known(row))
        height = y - raised * 0.28 + (0.14 if _is_crowded(row, dated) else 0)
        _mark(ax, height, row["published_earliest"], row["published_latest"])
    unknown = len(rows) - len(dated)
    said = f"{len(rows)} ({unknown} undated)" if dated and unknown else f"{len(rows)}"
    write(ax, right + width * 0.02, y, said if dated else f"{len(rows)} undated")


def _known(row: Row) -> str:
    """Return the first day that is known of a segment, or nothing."""
    return row["published_earliest"] or row["published_latest"] or ""


def _is_crowded(row: Row, dated: list[Row]) -> bool:
    near = [abs(_at(_known(other)) - _at(_known(row))) for other in dated]
    return sum(distance < SHORT / DAYS for distance in near) > 1


def _mark(ax: Any, y: float, first: str | None, last: str | None) -> None:
    """Draw one segment: a point, a range, or an arrow where one end is open."""
    known = first or last
    if known is None:
        return
    style = {"color": ink("blue"), "clip_on": False, "zorder": 3}
    if first and last:
        start, end = _at(first), _at(last)
        if (end - start) * DAYS >= SHORT:
            ax.plot([start, end], [y, y], lw=4, solid_capstyle="butt", **style)
            return
        middle = (start + end) / 2
        exact = first == last
        face = ink("blue") if exact else ink("paper")
        ax.plot([middle], [y], "o", ms=7, mfc=face, mew=1.4, **style)
        return
    ax.plot([_at(known)], [y], ">" if first else "<", ms=7, **style)


def _legend(sheet: Any, height: float) -> None:
    ax = legend(sheet, height, (100, 1), 0.25)
    style = {"color": ink("blue"), "ms": 7, "clip_on": False}
    shown = [
        ("o", ink("blue"), "day known", 16),
        ("o", ink("paper"), "within some weeks", 23),
        (">", ink("blue"), "this day or later", 21),
    ]
    x = 4.0
    for marker, face, said, wide in shown:
        ax.plot([x], [0.5], marker, mfc=face, mew=1.4, **style)
        write(ax, x + 1.6, 0.5, said)
        x += wide
    write(ax, x, 0.5, "right: number of segments")
