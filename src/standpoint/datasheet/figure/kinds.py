"""Whose voices the claims go back to, by type of outlet."""

from typing import Any

from standpoint.agreement.statistics import LEAST
from standpoint.datasheet.block import words
from standpoint.datasheet.facts import KEPT, Facts
from standpoint.datasheet.figure.canvas import (
    Figure,
    empty,
    finish,
    ink,
    legend,
    paper,
    plain,
    write,
)
from standpoint.datasheet.sources import origins
from standpoint.tables import Row

BAR = 0.4
TOP = 0.35
BOTTOM = 1.25
ROOM = 0.03
"""Share of a bar below which its number is left out."""

CLASSES = {
    "carrier or commenter itself": ("self", "reader"),
    "officials": ("official_civil", "security_state", "intergovernmental"),
    "armed groups, opposition": ("armed_nonstate", "political_opposition"),
    "monitors, experts": ("monitor_ngo", "expert"),
    "media, documents": ("media", "document"),
    "witnesses, social media": ("local_witness", "visual_or_social"),
    "vague": ("vague",),
    "tie": (None,),
}
"""Class of source types to its members, in the order of the bars."""

_COLOURS = ("grey", "blue", "red", "green", "purple", "ochre", "rose", "none")


def source_types(facts: Facts) -> Figure:
    """Draw a bar per outlet type, cut by class of the last source."""
    rows = origins(facts)
    kinds = sorted({facts.outlet_type(row) for row in rows})

    def of(kind: str) -> list[Row]:
        return [row for row in rows if facts.outlet_type(row) == kind]

    kinds.sort(key=lambda kind: -len(of(kind)))
    n = max(len(kinds), 1)
    height = TOP + BOTTOM + BAR * n
    sheet = paper(height)
    ax = plain(sheet, (0.24, BOTTOM / height, 0.65, BAR * n / height), (1, n))
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    for y, kind in enumerate(kinds):
        _bar(ax, y, words(kind), of(kind))
    if not kinds:
        empty(ax, "no claims yet")
    _legend(sheet, height)
    said = ". ".join(_counts(kind, of(kind)) for kind in kinds)
    return finish(
        sheet,
        "Last sources of claims by type of outlet",
        f"Shares of {len(rows)} last sources in {len(CLASSES)} classes, for"
        f" {len(kinds)} types of outlets; types with fewer than {LEAST} are not drawn."
        f" Counts: {said or 'none'}.",
        "resolved source types of the last source of each chain, the carrier itself"
        f" where there is none; {KEPT}",
    )


def _counts(kind: str, rows: list[Row]) -> str:
    found = {name: _n(rows, members) for name, members in CLASSES.items()}
    said = "; ".join(f"{n} {name}" for name, n in found.items() if n)
    return f"{words(kind)} (n={len(rows)}): {said}"


def _n(rows: list[Row], members: tuple[str | None, ...]) -> int:
    return sum(row["source_type"] in members for row in rows)


def _bar(ax: Any, y: int, title: str, rows: list[Row]) -> None:
    write(ax, -0.015, y + 0.5, title, ha="right")
    write(ax, 1.015, y + 0.5, f"n={len(rows)}")
    if len(rows) < LEAST:
        write(ax, 0.01, y + 0.5, "too few to say anything", color=ink("faint"))
        return
    left = 0.0
    for colour, members in zip(_COLOURS, CLASSES.values(), strict=True):
        n = _n(rows, members)
        part = n / len(rows)
        if n:
            _part(ax, (left, y, part), colour, str(n))
        left += part


def _part(ax: Any, at: tuple[float, int, float], colour: str, said: str) -> None:
    left, y, width = at
    edge = ink("grid") if colour == "none" else ink("paper")
    ax.barh(
        y + 0.5, width, 0.76, left, color=ink(colour), edgecolor=edge, linewidth=1.2
    )
    if width >= ROOM:
        tone = ink("ink") if colour == "none" else ink("on")
        write(ax, left + width / 2, y + 0.5, said, ha="center", color=tone)


def _legend(sheet: Any, height: float) -> None:
    from matplotlib.patches import Rectangle

    ax = legend(sheet, height, (4, 2), 0.6)
    for number, (name, colour) in enumerate(zip(CLASSES, _COLOURS, strict=True)):
        x, y = number % 4, number // 4
        edge = ink("grid") if colour == "none" else ink(colour)
        box = Rectangle((x, y + 0.2), 0.08, 0.6, facecolor=ink(colour), edgecolor=edge)
        ax.add_patch(box)
        write(ax, x + 0.11, y + 0.5, name)
