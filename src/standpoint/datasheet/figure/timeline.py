"""The coverage in time: when the segments of each outlet were published."""

from collections.abc import Callable, Iterable
from datetime import date

from standpoint.datasheet.facts import Facts
from standpoint.datasheet.figure.svg import Drawing, Figure
from standpoint.datasheet.markdown import words
from standpoint.tables import Row

LINE = 26
TOP = 14
LEFT, RIGHT = 322, 718
YEAR = 365.25
SHORT = 60
"""Days below which a range is drawn as a dot: shorter than the dot is wide."""

X = Callable[[str], float]
"""Day to its place on the axis."""


def timeline(facts: Facts) -> Figure:
    """Draw a line per outlet and a mark per segment, at its day or days."""
    rows = facts.rows["segment"]
    outlets = _in_order(rows)
    bottom = TOP + LINE * max(len(outlets), 1)
    drawing = Drawing(bottom + 70)
    first, last = _years(rows)

    def x(day: str) -> float:
        found = date.fromisoformat(day)
        year = found.year + (found.timetuple().tm_yday - 1) / YEAR
        return LEFT + (RIGHT - LEFT) * (year - first) / (last - first)

    for year in range(first, last + 1, max(1, (last - first) // 8)):
        at = x(f"{year}-01-01")
        drawing.line(at, TOP, at, bottom, "grid")
        drawing.text(at, bottom + 14, str(year), "middle")
    for number, outlet in enumerate(outlets):
        own = [row for row in rows if row["outlet_id"] == outlet]
        _line(drawing, TOP + LINE * (number + 0.5), _title(facts, own[0]), own, x)
    _legend(drawing, bottom + 48)
    return drawing.finish(
        "When the segments of each outlet were published",
        f"{len(rows)} segments of {len(outlets)} outlets or comments. A bar is a range of"
        " possible days. Segments without a date are counted on the right.",
        "first and last possible day of each segment, from the records of the documents;"
        f" a range below {SHORT} days is drawn as a dot",
    )


def _in_order(rows: Iterable[Row]) -> list[str | None]:
    """Return the outlets by their first known day."""
    firsts: dict[str | None, str] = {}
    for row in rows:
        day = row["published_earliest"] or "9999"
        outlet = row["outlet_id"]
        firsts[outlet] = min(firsts.get(outlet, day), day)
    return sorted(firsts, key=lambda outlet: (firsts[outlet], outlet or ""))


def _years(rows: Iterable[Row]) -> tuple[int, int]:
    """Return the first year and the one after the last."""
    ends = ("published_earliest", "published_latest")
    years = [int(row[end][:4]) for row in rows for end in ends if row[end]]
    return min(years, default=2000), max(years, default=2000) + 1


def _title(facts: Facts, row: Row) -> str:
    kind = words(row["outlet_type"] or "")
    name = facts.outlet_name(row["outlet_id"])
    return name if kind in {"", "unknown"} else f"{name}, {kind}"


def _line(drawing: Drawing, y: float, title: str, rows: list[Row], x: X) -> None:
    drawing.text(LEFT - 8, y, title, "end")
    drawing.line(LEFT, y, RIGHT, y, "grid")
    dated = sorted(filter(_known, rows), key=_known)
    near = (RIGHT - LEFT) / YEAR  # a guess is enough: marks this close would overlap
    last, raised = -near, 0
    for row in dated:
        at = x(_known(row))
        raised = raised + 1 if at - last < max(near, 9) else 0
        last = at
        _mark(drawing, y - raised * 7, row, x)
    unknown = len(rows) - len(dated)
    undated = f" ({unknown} undated)" if unknown else ""
    drawing.text(RIGHT + 12, y, f"{len(rows)}{undated}")


def _known(row: Row) -> str:
    """Return the first day that is known of a segment, or nothing."""
    return row["published_earliest"] or row["published_latest"] or ""


def _mark(drawing: Drawing, y: float, row: Row, x: X) -> None:
    """Draw one segment: a dot, a range, or an arrow where one end is open."""
    first, last = row["published_earliest"], row["published_latest"]
    if not (first and last):
        drawing.arrow(x(_known(row)), y, "blue", to_right=bool(first))
    elif (date.fromisoformat(last) - date.fromisoformat(first)).days >= SHORT:
        drawing.line(x(first), y, x(last), y, "blue", 5)
    else:
        fill = "blue" if first == last else "paper"
        drawing.dot((x(first) + x(last)) / 2, y, fill=fill, stroke="blue")


def _legend(drawing: Drawing, y: float) -> None:
    drawing.dot(24, y, fill="blue", stroke="blue")
    drawing.text(36, y, "day known")
    drawing.dot(134, y, fill="paper", stroke="blue")
    drawing.text(146, y, f"within {SHORT} days")
    drawing.line(258, y, 276, y, "blue", 5)
    drawing.text(284, y, "between two days")
    drawing.arrow(416, y, "blue", to_right=True)
    drawing.text(428, y, "this day or later")
    drawing.text(RIGHT + 96, y, "right: number of segments", "end")
