"""The paper that figures are drawn on: colours by name, light and dark, and plain SVG.

matplotlib draws in the colours of the light page. Afterwards each colour becomes a CSS
variable, so that the file follows the reader's page; it stays opaque either way.
"""

import io
import re
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

COLOURS = {
    "paper": ("#fdfdfb", "#14171a"),
    "ink": ("#1b1e22", "#e9e6df"),
    "faint": ("#6a6f75", "#a2a7ad"),
    "grid": ("#d9dad6", "#3a3f45"),
    "none": ("#efefeb", "#21262b"),
    "blue": ("#0b6fb0", "#1f7fc4"),
    "red": ("#b8460f", "#c9571d"),
    "purple": ("#7d4a8d", "#92609f"),
    "green": ("#0a7a5c", "#17876a"),
    "ochre": ("#8f6a00", "#977514"),
    "grey": ("#70767c", "#727a82"),
    "rose": ("#b03a68", "#bb4d79"),
    "on": ("#fffffe", "#fffffd"),
}
"""Name to its colour on a light and on a dark page; `on` is for words on a colour.

The hues are those of Okabe and Ito, darkened until white words stand out on them.
"""

FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"

WIDTH = 8.6
"""Inches; 826 pixels at 96 to the inch."""

_SETTINGS: Any = {
    "svg.hashsalt": "standpoint",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.linewidth": 0.8,
    "path.simplify": False,
}


class Figure(NamedTuple):
    """A drawn figure.

    Attributes:
        title: What it shows, in one line.
        svg: The file.
    """

    title: str
    svg: str


def ink(name: str) -> str:
    """Return a colour by its name, as matplotlib is to draw it."""
    return COLOURS[name][0]


def paper(height: float) -> Any:
    """Return an empty figure of the common width.

    Args:
        height: Inches.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet

    with mpl.rc_context(_SETTINGS):
        return Sheet(figsize=(WIDTH, height), facecolor=ink("paper"))


def axes(sheet: Any, box: tuple[float, float, float, float]) -> Any:
    """Return axes without a frame.

    Args:
        sheet: The figure.
        box: Left, bottom, width and height as shares of the figure.
    """
    import matplotlib as mpl

    with mpl.rc_context(_SETTINGS):
        found = sheet.add_axes(box, facecolor=ink("paper"))
    found.spines[:].set_visible(False)
    found.tick_params(length=0, colors=ink("ink"), labelsize=9)
    return found


def plain(
    sheet: Any, box: tuple[float, float, float, float], size: tuple[float, float]
) -> Any:
    """Return axes without frame and ticks, whose first row is at the top.

    Args:
        sheet: The figure.
        box: Left, bottom, width and height as shares of the figure.
        size: Width and height in units of the data.
    """
    found = axes(sheet, box)
    found.set_xlim(0, size[0])
    found.set_ylim(size[1], 0)
    found.set_xticks([])
    found.set_yticks([])
    return found


def legend(sheet: Any, height: float, size: tuple[float, float], tall: float) -> Any:
    """Return axes for a legend at the foot of a figure.

    Args:
        sheet: The figure.
        height: Its height in inches.
        size: Width and height of the legend in units of its data.
        tall: Its height in inches.
    """
    return plain(sheet, (0.02, 0.1 / height, 0.96, tall / height), size)


def upright(ax: Any) -> None:
    """Draw upright lines of a grid, behind everything else."""
    ax.grid(axis="x", color=ink("grid"), lw=0.8)
    ax.set_axisbelow(True)


def write(ax: Any, x: float, y: float, words: str, **changes: Any) -> None:
    """Write words at a place of the data."""
    style = {"color": ink("ink"), "fontsize": 9, "va": "center"} | changes
    ax.text(x, y, words, **style)


def empty(ax: Any, words: str) -> None:
    """Say in the place of empty axes that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, words, ha="center", color=ink("faint"), transform=ax.transAxes)


def finish(sheet: Any, title: str, description: str, method: str) -> Figure:
    """Return a figure as SVG that reads well in light and dark.

    Args:
        sheet: The drawn figure.
        title: What it shows, in one line; read aloud by screen readers.
        description: What can be seen in it, in a sentence or two.
        method: How it was computed, without a full stop.
    """
    import matplotlib as mpl

    said = f"{description} Method: {method}. Command: standpoint datasheet"
    held = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with mpl.rc_context(_SETTINGS):
        sheet.savefig(held, format="svg", metadata=nothing, facecolor=ink("paper"))
    return Figure(title, _page(held.getvalue(), title, said))


def _page(svg: str, title: str, description: str) -> str:
    """Put title, description and colours into the file; drop what is not needed."""
    for pattern, instead in _SHORTER:
        svg = re.sub(pattern, instead, svg, flags=re.DOTALL)
    svg = re.sub(r"-?[0-9]+\.[0-9]{3,}", lambda found: _rounded(found[0]), svg)
    for name, (light, _) in COLOURS.items():
        svg = svg.replace(light, f"var(--{name})")
    head = (
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
        f"<style>{_style()}</style>\n"
    )
    start = svg.index(">", svg.index("<svg")) + 1
    opened = svg[:start].replace("<svg", '<svg role="img"', 1)
    lines = (opened + "\n" + head + svg[start:]).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip()) + "\n"


_SHORTER = (
    (r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", ""),
    (r'<g id="[^"]*"', "<g"),
    (r"font-family: [^;\"]*; ?", ""),
    (r' transform="rotate\(-0 [^"]*\)"', ""),
    (r"(?<=[0-9z])\s+(?=[MLCQz\"])", " "),
    (r"; (?=[a-z-]+:)", ";"),
    (r" *\n\s*", "\n"),
    (r"<g>\n([^\n]*)\n</g>", r"\1"),
)
"""What matplotlib writes at length, and what stands there instead."""


def _rounded(number: str) -> str:
    """Shorten a number to hundredths of a point: the same on every machine."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".")


def _style() -> str:
    light, dark = (
        "".join(f"--{name}:{pair[n]};" for name, pair in COLOURS.items())
        for n in (0, 1)
    )
    font = f"text{{font-family:{FONT}}}"
    dark_page = f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return f"{font}:root{{{light}}}{dark_page}"
