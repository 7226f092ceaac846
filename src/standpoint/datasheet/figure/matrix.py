"""The stance matrix: each segment's stance toward each target of the panel."""

from typing import Any

from standpoint.datasheet.block import words
from standpoint.datasheet.facts import Facts, label, place
from standpoint.datasheet.figure.canvas import (
    Figure,
    finish,
    ink,
    paper,
    plain,
    write,
)

CELL = 0.255
TOP = 2.05
BOTTOM = 0.62

SYMBOLS: dict[str, tuple[str, str]] = {
    "support": ("S", "blue"),
    "oppose": ("O", "red"),
    "mixed": ("M", "purple"),
    "neutral": ("N", "grey"),
    "unclear": ("U", "ochre"),
    "tie": ("=", "paper"),
    "not_addressed": ("·", "none"),
}
"""Label to the letter and the colour of its cell; what was not judged has none."""


def stance_matrix(facts: Facts) -> Figure:
    """Draw a row per segment and a column per target."""
    segments = list(facts.rows["segment"])
    targets = list(facts.targets)
    height = TOP + BOTTOM + CELL * max(len(segments), 1)
    sheet = paper(height)
    box = (0.33, BOTTOM / height, 0.54, CELL * max(len(segments), 1) / height)
    ax = plain(sheet, box, (max(len(targets), 1), max(len(segments), 1)))
    found = {(*place(r), r["target_id"]): label(r, "label") for r in facts.panel}
    for y, segment in enumerate(segments):
        _row(ax, y, _title(facts, segment), len(segment["annotators"]["panel"]))
        for x, target in enumerate(targets):
            _cell(ax, x, y, found.get((*place(segment), target)))
    for x, target in enumerate(targets):
        _head(ax, x, facts.targets[target])
    _head(ax, len(targets) + 0.25, "readings")
    _borders(ax, segments, len(targets))
    _legend(sheet, height)
    return finish(
        sheet,
        "Stance of each segment toward each target of the panel",
        f"{len(segments)} segments by {len(targets)} targets, with the number of panel"
        " readings of each segment. The table stance_by_target has the counts.",
        "resolved panel labels, ties apart; one row per segment, in order of documents",
    )


def _head(ax: Any, x: float, words: str) -> None:
    style = {"rotation": 65, "va": "bottom", "rotation_mode": "anchor"}
    write(ax, x + 0.65, -0.3, words, **style)


def _title(facts: Facts, segment: dict[str, Any]) -> str:
    name = facts.outlet_name(segment["outlet_id"])
    year = (segment["published_earliest"] or "no date")[:4]
    year = year if year.isdigit() else "no date"
    return f"{name}, {year}  {segment['segment_id']}"


def _row(ax: Any, y: int, title: str, n: int) -> None:
    write(ax, -0.15, y + 0.5, title, ha="right")
    write(ax, ax.get_xlim()[1] + 0.75, y + 0.5, str(n), ha="center")


def _cell(ax: Any, x: float, y: int, name: str | None) -> None:
    if name is None:
        return
    symbol, colour = SYMBOLS[name]
    _box(ax, x, y, colour, outlined=name == "tie")
    tone = ink("ink" if colour in {"paper", "none"} else "on")
    write(ax, x + 0.5, y + 0.5, symbol, ha="center", color=tone, fontweight="bold")


def _box(ax: Any, x: float, y: float, colour: str, *, outlined: bool) -> None:
    from matplotlib.patches import Rectangle

    edge = ink("ink") if outlined else ink("paper")
    box = Rectangle(
        (x + 0.04, y + 0.06),
        0.92,
        0.88,
        facecolor=ink(colour),
        edgecolor=edge,
        linewidth=1.1 if outlined else 0,
        clip_on=False,
    )
    ax.add_patch(box)


def _borders(ax: Any, segments: list[dict[str, Any]], n_targets: int) -> None:
    """Draw a line where another document begins."""
    for y in range(1, len(segments)):
        if segments[y]["document_id"] != segments[y - 1]["document_id"]:
            ax.plot([-7.9, n_targets + 1.2], [y, y], color=ink("grid"), lw=0.9,
                    clip_on=False)  # fmt: skip


def _legend(sheet: Any, height: float) -> None:
    ax = plain(sheet, (0.02, 0.08 / height, 0.96, CELL / height), (34, 1))
    x = 0.2
    for name in SYMBOLS:
        _cell(ax, x, 0, name)
        write(ax, x + 1.2, 0.5, words(name))
        x += 2.0 + 0.28 * len(name)
    write(ax, x, 0.5, "blank: not judged")
