"""How far readings coincide, per layer and measure, with its interval."""

from typing import Any

from standpoint.agreement import EXPLAINED, INDEPENDENCE, WANTED
from standpoint.agreement import Row as Compared
from standpoint.agreement.group import REPEATABILITY
from standpoint.datasheet.agreement import overall, readers, sameness
from standpoint.datasheet.block import words
from standpoint.datasheet.facts import Facts
from standpoint.datasheet.figure.canvas import (
    Figure,
    axes,
    empty,
    finish,
    ink,
    legend,
    paper,
    upright,
    write,
)

LINE = 0.27
TOP = 0.3
BOTTOM = 0.85


def repeated(facts: Facts) -> Figure:
    """Draw a row per measure: the point, its interval, and the value wanted of people."""
    rows = [
        row for row in overall(facts) if row.estimate.n and row.measure != INDEPENDENCE
    ]
    lines = _lines(rows)
    height = TOP + BOTTOM + LINE * max(len(lines), 1)
    sheet = paper(height)
    share = LINE * max(len(lines), 1) / height
    ax = axes(sheet, (0.4, BOTTOM / height, 0.38, share))
    low = min((row.estimate.low or 0.0 for row in rows), default=0.0)
    ax.set_xlim(min(0.0, -0.25 if low < 0 else 0.0, low - 0.02), 1.02)
    ax.set_ylim(max(len(lines), 1), 0)
    ax.set_yticks([])
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    upright(ax)
    for y, line in enumerate(lines):
        _line(ax, y + 0.5, line)
    if not rows:
        empty(ax, "no two readings of one segment yet")
    else:
        _legend(sheet, height)
    called = sameness(rows)
    alone = called == REPEATABILITY
    runs = "; runs of one language model, not agreement of people" if alone else ""
    return finish(
        sheet,
        f"{called[0].upper()}{called[1:]} of each layer, with 95 % intervals over"
        " segments"
        if rows
        else "Sameness of readings: nothing yet",
        f"{len(rows)} measures of sameness between readings, each with its interval and"
        f" number of units{runs}.",
        f"as the block repeatability; {WANTED}: {EXPLAINED[WANTED]}",
    )


def _lines(rows: list[Compared]) -> list[Compared | str]:
    """Put a headline before each set of readings, where there are several."""
    lines: list[Compared | str] = []
    said = ""
    for row in rows:
        if readers(row) != said:
            said = readers(row)
            lines.append(said)
        lines.append(row)
    return lines


def _line(ax: Any, y: float, line: Compared | str) -> None:
    left, right = ax.get_xlim()
    if isinstance(line, str):
        write(ax, left - 0.02, y, line, ha="right", fontweight="bold")
        return
    width = right - left
    write(
        ax, left - width * 0.03, y, words(f"{line.layer}: {line.measure}"), ha="right"
    )
    found = line.estimate
    if line.wanted is not None:
        ax.plot([line.wanted] * 2, [y - 0.36, y + 0.36], color=ink("red"), lw=2.2)
    if found.value is None:
        write(ax, right + width * 0.04, y, f"n={found.n}: {_why(found.note)}")
        return
    if found.low is not None and found.high is not None:
        ax.plot([found.low, found.high], [y, y], color=ink("blue"), lw=2)
    ax.plot([found.value], [y], "o", ms=6.5, color=ink("blue"), zorder=3)
    interval = "" if found.low is not None else ", no interval"
    write(ax, right + width * 0.04, y, f"{found.value:.2f}, n={found.n:,}{interval}")


def _why(note: str) -> str:
    if "too few" in note:
        return "too few"
    return "one label only" if "one label" in note else "undefined"


def _legend(sheet: Any, height: float) -> None:
    ax = legend(sheet, height, (100, 1), 0.25)
    ax.plot([24, 29], [0.5, 0.5], color=ink("blue"), lw=2)
    ax.plot([26.5], [0.5], "o", ms=6.5, color=ink("blue"))
    write(ax, 30.5, 0.5, "value and 95 % interval over segments")
    ax.plot([71, 71], [0.1, 0.9], color=ink("red"), lw=2.2)
    write(ax, 72.5, 0.5, WANTED)
