"""Whose voices the claims go back to, by type of outlet."""

from collections import Counter
from itertools import cycle

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

TIE = "tie"

PALETTE = ("grey", "blue", "red", "green", "purple", "ochre", "rose")
"""Colours of the classes that the schema gives to source types, in its order."""


def _classes(facts: Facts) -> dict[str, str]:
    """Return each class to its colour, in the order of the bars."""
    of_label = (label.figure_class for label in facts.inventories["source_type"].oneOf)
    names = dict.fromkeys(name for name in of_label if name)
    colours = dict(zip(names, cycle(PALETTE), strict=False))
    return {**colours, OTHER: "ink", TIE: "pale"}


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
        _bar(drawing, TOP + BAR * (number + 0.5), facts, kind, by_kind[kind])
    if not kinds:
        drawing.text(LEFT + WIDE / 2, TOP + BAR / 2, "no claims yet", "middle", "faint")
    used = _counted(facts, rows)
    shown = {n: c for n, c in _classes(facts).items() if n != OTHER or n in used}
    _legend(drawing, bottom + 42, shown)
    said = ". ".join(_counts(facts, kind, by_kind[kind]) for kind in kinds)
    return drawing.finish(
        "Last sources of claims by type of outlet",
        f"Shares of {len(rows)} last sources in {len(shown)} classes, for"
        f" {len(kinds)} types of outlets; types with fewer than {LEAST} are not drawn."
        f" Counts: {said or 'none'}.",
        "resolved source types of the last source of each chain, the carrier itself"
        f" where there is none; {KEPT}",
    )


def _counted(facts: Facts, rows: list[Row]) -> dict[str, int]:
    """Count the sources of each class that has some, in the order of the bars."""
    labels = facts.inventories["source_type"].labels
    found = Counter(
        TIE if kind is None else labels[kind].figure_class or OTHER
        for kind in (row["source_type"] for row in rows)
    )
    return {name: found[name] for name in _classes(facts) if name in found}


def _counts(facts: Facts, kind: str, rows: list[Row]) -> str:
    said = "; ".join(f"{n} {name}" for name, n in _counted(facts, rows).items())
    return f"{words(kind)} (n={len(rows)}): {said}"


def _bar(drawing: Drawing, y: float, facts: Facts, kind: str, rows: list[Row]) -> None:
    drawing.text(LEFT - 10, y, words(kind), "end")
    drawing.text(LEFT + WIDE + 10, y, f"n={len(rows)}")
    if len(rows) < LEAST:
        drawing.text(LEFT + 4, y, "too few to say anything", fill="faint")
        return
    left, colours = float(LEFT), _classes(facts)
    for name, n in _counted(facts, rows).items():
        colour = colours[name]
        wide = WIDE * n / len(rows)
        drawing.rect(left, y - 14, wide, 28, fill=colour, stroke="paper")
        if n >= ROOM * len(rows):
            tone = "ink" if colour == "pale" else "white"
            drawing.text(left + wide / 2, y, str(n), "middle", tone)
        left += wide


def _legend(drawing: Drawing, y: float, classes: dict[str, str]) -> None:
    for number, (name, colour) in enumerate(classes.items()):
        x, line = 14 + 203 * (number % 4), y + 22 * (number // 4)
        edge = "grid" if colour == "pale" else ""
        drawing.rect(x, line - 7, 15, 14, fill=colour, stroke=edge)
        drawing.text(x + 22, line, name)
