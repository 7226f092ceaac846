"""How far readings coincide, per layer and measure, with the interval."""

from collections.abc import Callable

from standpoint.agreement import EXPLAINED, INDEPENDENCE, TARGET
from standpoint.agreement import Row as Compared
from standpoint.agreement.group import REPEATABILITY
from standpoint.datasheet.agreement import overall, readers, sameness
from standpoint.datasheet.facts import Facts
from standpoint.datasheet.figure.svg import WIDTH, Drawing, Figure
from standpoint.datasheet.markdown import words

LINE = 26
TOP = 14
LEFT, RIGHT = 330, 644


def repeatability(facts: Facts) -> Figure:
    """Draw a line per measure: the value, its interval, and the target for humans."""
    rows = [
        row for row in overall(facts) if row.estimate.n and row.measure != INDEPENDENCE
    ]
    lines = _lines(rows)
    bottom = TOP + LINE * max(len(lines), 1)
    drawing = Drawing(bottom + 70)
    low = min((row.estimate.low or 0.0 for row in rows), default=0.0)
    low = low - 0.02 if low < 0 else 0.0

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (value - low) / (1.02 - low)

    for tenth in range(0, 11, 2):
        at = x(tenth / 10)
        drawing.line(at, TOP, at, bottom, "grid")
        drawing.text(at, bottom + 14, f"{tenth / 10:.1f}", "middle")
    for number, line in enumerate(lines):
        y = TOP + LINE * (number + 0.5)
        if isinstance(line, str):
            drawing.text(LEFT - 8, y, line, "end", weight="bold")
        else:
            _line(drawing, y, line, x)
    if rows:
        _legend(drawing, bottom + 48)
    else:
        said = "no two readings of one segment yet"
        drawing.text(WIDTH / 2, TOP + LINE / 2, said, "middle", "faint")
    called = sameness(rows)
    runs = "; runs of one language model, not agreement of people"
    title = f"{called[0].upper()}{called[1:]} of each layer, with 95 % intervals over"
    return drawing.finish(
        f"{title} segments"
        if rows
        else "Agreement of readings: nothing to compare yet",
        f"{len(rows)} measures between readings, each with its interval and number of"
        f" units{runs if called == REPEATABILITY else ''}.",
        f"as the block repeatability; {TARGET}: {EXPLAINED[TARGET]}",
    )


def _lines(rows: list[Compared]) -> list[Compared | str]:
    """Put a headline before each set of readings."""
    lines: list[Compared | str] = []
    for before, row in zip([None, *rows], rows, strict=False):
        if before is None or readers(before) != readers(row):
            lines.append(readers(row))
        lines.append(row)
    return lines


def _line(
    drawing: Drawing, y: float, row: Compared, x: Callable[[float], float]
) -> None:
    drawing.text(LEFT - 8, y, words(f"{row.layer}: {row.measure}"), "end")
    found = row.estimate
    if row.wanted is not None:
        drawing.line(x(row.wanted), y - 9, x(row.wanted), y + 9, "red", 3)
    if found.value is None:
        drawing.text(RIGHT + 10, y, f"n={found.n}: no value")
        return
    if found.low is not None and found.high is not None:
        drawing.line(x(found.low), y, x(found.high), y, "blue", 2.5)
    drawing.dot(x(found.value), y, fill="blue")
    interval = "" if found.low is not None else ", no interval"
    drawing.text(RIGHT + 10, y, f"{found.value:.2f}, n={found.n:,}{interval}")


def _legend(drawing: Drawing, y: float) -> None:
    drawing.line(190, y, 230, y, "blue", 2.5)
    drawing.dot(210, y, fill="blue")
    drawing.text(240, y, "value and 95 % interval over segments")
    drawing.line(570, y - 9, 570, y + 9, "red", 3)
    drawing.text(582, y, TARGET)
