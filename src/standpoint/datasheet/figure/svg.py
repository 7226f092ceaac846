"""Plain SVG: shapes and words whose colours follow a light or a dark page.

Lengths are pixels and y grows downwards. Nothing is measured and no font is loaded, so the
same input gives the same bytes on every machine.
"""

from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

COLOURS = {
    "paper": ("#fdfdfb", "#14171a"),
    "ink": ("#1b1e22", "#e9e6df"),
    "faint": ("#6a6f75", "#a2a7ad"),
    "grid": ("#d9dad6", "#3a3f45"),
    "pale": ("#efefeb", "#21262b"),
    "blue": ("#0b6fb0", "#1f7fc4"),
    "red": ("#b8460f", "#c9571d"),
    "purple": ("#7d4a8d", "#92609f"),
    "green": ("#0a7a5c", "#17876a"),
    "ochre": ("#8f6a00", "#977514"),
    "grey": ("#70767c", "#727a82"),
    "rose": ("#b03a68", "#bb4d79"),
    "white": ("#fffffe", "#fffffd"),
}
"""Colour to its value on a light and on a dark page; `white` is for words on a colour.

The hues are those of Okabe and Ito, darkened until white words are readable on them.
"""

WIDTH = 826
FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"


class Figure(NamedTuple):
    """A finished figure.

    Attributes:
        title: What it shows, in one line.
        svg: The file.
    """

    title: str
    svg: str


class Drawing:
    """A figure that is being drawn.

    Args:
        height: Its height; the width is always `WIDTH`.
    """

    def __init__(self, height: float) -> None:
        self._height = height
        self._parts: list[str] = []
        self.rect(0, 0, WIDTH, height, fill="paper")

    def rect(
        self, x: float, y: float, width: float, height: float, **style: str
    ) -> None:
        """Draw a rectangle from its top left corner."""
        self._add("rect", {"x": x, "y": y, "width": width, "height": height}, **style)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1
    ) -> None:
        """Draw a line; `width` is its thickness."""
        ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        self._add("line", ends | {"stroke-width": width}, stroke=stroke)

    def dot(self, x: float, y: float, **style: str) -> None:
        """Draw a dot around a point."""
        self._add("circle", {"cx": x, "cy": y, "r": 4.5, "stroke-width": 1.6}, **style)

    def arrow(self, x: float, y: float, fill: str, *, to_right: bool) -> None:
        """Draw the head of an arrow at a point."""
        tip, foot = (x + 5, x - 4) if to_right else (x - 5, x + 4)
        corners = [(tip, y), (foot, y - 5), (foot, y + 5)]
        points = " ".join(f"{_number(a)},{_number(b)}" for a, b in corners)
        self._add("polygon", {"points": points}, fill=fill)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: str = "start",
        fill: str = "ink",
        **more: str,
    ) -> None:
        """Write words in the middle of a line at y.

        Args:
            x: Where they start, end or have their middle, according to `anchor`.
            y: The middle of the line.
            words: The words.
            anchor: `start`, `middle` or `end`.
            fill: Their colour.
            **more: `weight` or `transform`.
        """
        given = {"x": x, "y": y + 4, "text-anchor": anchor}
        if "weight" in more:
            more["font-weight"] = more.pop("weight")
        self._add("text", given | more, words, fill=fill)

    def finish(self, title: str, description: str, method: str) -> Figure:
        """Return the figure with what screen readers read aloud.

        Args:
            title: What it shows, in one line.
            description: What can be seen in it, in a sentence or two.
            method: How it was computed, without a full stop.
        """
        size = f'width="{WIDTH}" height="{_number(self._height)}"'
        box = f'viewBox="0 0 {WIDTH} {_number(self._height)}"'
        about = f"{description} Method: {method}. Command: standpoint datasheet"
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {box}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(about)}</desc>",
            f"<style>{_style()}</style>",
            *self._parts,
            "</svg>",
        ]
        return Figure(title, "\n".join(lines) + "\n")

    def _add(
        self,
        tag: str,
        attributes: Mapping[str, object],
        words: str = "",
        *,
        fill: str = "",
        stroke: str = "",
    ) -> None:
        classes = [
            *filter(None, [fill]),
            *(f"line-{name}" for name in [stroke] if name),
        ]
        given = {"class": " ".join(classes), **attributes}
        shown = "".join(
            f" {name}={quoteattr(_number(value) if isinstance(value, float | int) else str(value))}"
            for name, value in given.items()
        )
        end = f">{escape(words)}</{tag}>" if words else "/>"
        self._parts.append(f"<{tag}{shown}{end}")


def _number(value: float) -> str:
    """Return a number to tenths of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def _style() -> str:
    light, dark = (
        "".join(
            f".{name}{{fill:{pair[n]}}}.line-{name}{{stroke:{pair[n]}}}"
            for name, pair in COLOURS.items()
        )
        for n in (0, 1)
    )
    text = f"text{{font-family:{FONT};font-size:12px}}"
    return f"{text}{light}@media (prefers-color-scheme:dark){{{dark}}}"
