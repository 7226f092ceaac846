"""Whose voices the claims go back to, by type of outlet."""

from standpoint.agreement.statistics import LEAST
from standpoint.datasheet.facts import KEPT, Facts
from standpoint.datasheet.figure.svg import Drawing, Figure
from standpoint.datasheet.markdown import words
from standpoint.datasheet.sources import origins
from standpoint.tables import Row

BAR = 38
TOP = 14
LEFT, WIDE = 198, 537
ROOM = 0.03
"""Share of a bar below which its number is left out."""

OTHER = "other"

CLASSES: dict[str, tuple[str, tuple[str | None, ...]]] = {
    "carrier or commenter itself": ("grey", ("self", "reader")),
    "officials": ("blue", ("official_civil", "security_state", "intergovernmental")),
    "armed groups, opposition": ("red", ("armed_nonstate", "political_opposition")),
    "monitors, experts": ("green", ("monitor_ngo", "expert")),
    "media, documents": ("purple", ("media", "document")),
    "witnesses, social media": ("ochre", ("local_witness", "visual_or_social")),
    "vague": ("rose", ("vague",)),
    OTHER: ("ink", ()),
    "tie": ("pale", (None,)),
}
"""Class to its colour and the source types in it, in the order of the bars.

A source type that no class names is in `other`.
"""


def source_types(facts: Facts) -> Figure:
    """Draw a bar per outlet type, cut by class of the last source."""
    rows = origins(facts)
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(facts.outlet_type(row), []).append(row)
    kinds = sorted(by_kind, key=lambda kind: (-len(by_kind[kind]), kind))
    bottom = TOP + BAR * max(len(kinds), 1)
    drawing = Drawing(bottom + 84)
    for percent in range(0, 101, 25):
        drawing.text(LEFT + WIDE * percent / 100, bottom + 12, f"{percent} %", "middle")
    for number, kind in enumerate(kinds):
        _bar(drawing, TOP + BAR * (number + 0.5), words(kind), by_kind[kind])
    if not kinds:
        drawing.text(LEFT + WIDE / 2, TOP + BAR / 2, "no claims yet", "middle", "faint")
    used = {_class(row) for row in rows}
    shown = [name for name in CLASSES if name != OTHER or OTHER in used]
    _legend(drawing, bottom + 42, shown)
    said = ". ".join(_counts(kind, by_kind[kind]) for kind in kinds)
    return drawing.finish(
        "Last sources of claims by type of outlet",
        f"Shares of {len(rows)} last sources in {len(shown)} classes, for"
        f" {len(kinds)} types of outlets; types with fewer than {LEAST} are not drawn."
        f" Counts: {said or 'none'}.",
        "resolved source types of the last source of each chain, the carrier itself"
        f" where there is none; {KEPT}",
    )


def _class(row: Row) -> str:
    kind = row["source_type"]
    return next((name for name, (_, of) in CLASSES.items() if kind in of), OTHER)


def _counted(rows: list[Row]) -> dict[str, int]:
    """Count the sources of each class that has some."""
    found = [_class(row) for row in rows]
    return {name: found.count(name) for name in CLASSES if name in found}


def _counts(kind: str, rows: list[Row]) -> str:
    said = "; ".join(f"{n} {name}" for name, n in _counted(rows).items())
    return f"{words(kind)} (n={len(rows)}): {said}"


def _bar(drawing: Drawing, y: float, title: str, rows: list[Row]) -> None:
    drawing.text(LEFT - 10, y, title, "end")
    drawing.text(LEFT + WIDE + 10, y, f"n={len(rows)}")
    if len(rows) < LEAST:
        drawing.text(LEFT + 4, y, "too few to say anything", fill="faint")
        return
    left = float(LEFT)
    for name, n in _counted(rows).items():
        colour = CLASSES[name][0]
        wide = WIDE * n / len(rows)
        drawing.rect(left, y - 14, wide, 28, fill=colour, stroke="paper")
        if n >= ROOM * len(rows):
            tone = "ink" if colour == "pale" else "white"
            drawing.text(left + wide / 2, y, str(n), "middle", tone)
        left += wide


def _legend(drawing: Drawing, y: float, names: list[str]) -> None:
    for number, name in enumerate(names):
        x, line = 14 + 203 * (number % 4), y + 22 * (number // 4)
        colour = CLASSES[name][0]
        edge = "grid" if colour == "pale" else ""
        drawing.rect(x, line - 7, 15, 14, fill=colour, stroke=edge)
        drawing.text(x + 22, line, name)
