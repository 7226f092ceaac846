"""The stance matrix: each segment's stance toward each target of the panel."""

from standpoint.datasheet.facts import Facts, label, place
from standpoint.datasheet.figure.svg import WIDTH, Drawing, Figure
from standpoint.datasheet.markdown import words
from standpoint.datasheet.stance import panel_labels
from standpoint.tables import Row

CELL = 24
TOP = 190
LEFT = 272
MIDDLE = 0.5


def stance_matrix(facts: Facts) -> Figure:
    """Draw a row per segment and a column per target."""
    segments, targets = facts.rows["segment"], list(facts.targets)
    wide = min(34, (WIDTH - LEFT - 110) / max(len(targets), 1))
    right = LEFT + wide * len(targets)
    bottom = TOP + CELL * max(len(segments), 1)
    drawing = Drawing(bottom + 58)
    for x, title in enumerate([*facts.targets.values(), "readings"]):
        at = LEFT + wide * (x + MIDDLE) + 4
        turned = f"rotate(-60 {at:.1f} {TOP - 8})"
        drawing.text(at, TOP - 8, title, transform=turned)
    found = {(*place(r), r["target_id"]): label(r, "label") for r in facts.panel}
    symbols = _symbols(facts)
    before = None
    for number, segment in enumerate(segments):
        y = TOP + CELL * number
        if number and segment["document_id"] != before:
            drawing.line(14, y, right + wide, y, "grid")
        before = segment["document_id"]
        drawing.text(LEFT - 8, y + CELL / 2, _title(facts, segment), "end")
        for x, target in enumerate(targets):
            name = found.get((*place(segment), target))
            if name is not None:
                _cell(drawing, LEFT + wide * x, y, wide, symbols[name])
        n_readings = len(segment["annotators"]["panel"])
        drawing.text(right + wide / 2, y + CELL / 2, str(n_readings), "middle")
    _legend(drawing, bottom + 10, facts)
    return drawing.finish(
        "Stance of each segment toward each target of the panel",
        f"{len(segments)} segments by {len(targets)} targets, with the number of panel"
        " readings of each segment. The table stance_by_target has the counts.",
        "resolved panel labels, ties apart; one row per segment, in order of documents",
    )


def _title(facts: Facts, segment: Row) -> str:
    day = segment["published_earliest"]
    year = day[:4] if day else "no date"
    return f"{facts.outlet_name(segment['outlet_id'])}, {year}  {segment['segment_id']}"


def _symbols(facts: Facts) -> dict[str, tuple[str, str]]:
    """Return label to the symbol and the colour of its cell."""
    return {
        one.const: one.figure or (one.const[0].upper(), "green")
        for one in facts.inventories["stance_label"].oneOf
    } | {"tie": ("=", "paper")}


def _cell(
    drawing: Drawing, x: float, y: float, wide: float, look: tuple[str, str]
) -> None:
    symbol, colour = look
    edge = "ink" if colour == "paper" else ""
    drawing.rect(x + 1, y + 1.5, wide - 2, CELL - 3, fill=colour, stroke=edge)
    tone = "ink" if colour in {"paper", "pale"} else "white"
    drawing.text(x + wide / 2, y + CELL / 2, symbol, "middle", tone, weight="bold")


def _legend(drawing: Drawing, y: float, facts: Facts) -> None:
    """Explain the cells, as many to a line as there is room for."""
    x, symbols = 14.0, _symbols(facts)
    for name in [*(one.const for one in panel_labels(facts)), "tie", ""]:
        said = words(name) or "(blank) not judged"
        needs = 40 + 6.6 * len(said)
        if x + needs > WIDTH:
            x, y = 14.0, y + CELL
        if name:
            _cell(drawing, x, y, CELL, symbols[name])
        drawing.text(x + (30 if name else 0), y + CELL / 2, said)
        x += needs
