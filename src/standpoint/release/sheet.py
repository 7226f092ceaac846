"""The datasheet in an edition: copied, if it is what the records and the prose give."""

from typing import NamedTuple

from standpoint.checkout import Checkout
from standpoint.datasheet import FIGURE_PATH, FIGURES, PAGE, is_of, page_parts

ON_CARD = {
    "stance_by_target": "Who is opposed?",
    "sources": "Where do claims come from?",
    "leakage": "Can labels be guessed without reading?",
    "small_labels": "Which labels are too rare for a score?",
}
"""Block of the datasheet that the card repeats, to its heading there."""


class Copied(NamedTuple):
    """The datasheet of a checkout, as an edition carries it.

    Attributes:
        files: Path to content of page and figures; empty without a datasheet.
        is_old: Whether there is one that was made from other records or prose, or was
            changed since, it or a figure of it; it is left out.
    """

    files: dict[str, bytes]
    is_old: bool

    def on_card(self) -> str:
        """Return the part of the card that says what was measured; empty without."""
        if not self.files:
            return ""
        parts = page_parts(self.files[PAGE].decode())
        blocks = [
            f"### {heading}\n\n{parts[f'block {name}']}\n"
            for name, heading in ON_CARD.items()
            if f"block {name}" in parts
        ]
        return "\n".join([_HEAD, *blocks])


_HEAD = f"""
## Bias, measured

From [{PAGE}]({PAGE}), which has more, the method and the limits. Intervals are bootstrapped
over segments of these very documents and promise nothing about others.
"""


def copied(checkout: Checkout) -> Copied:
    """Read the datasheet of a checkout."""
    path = checkout.root / PAGE
    if not path.is_file():
        return Copied({}, is_old=False)
    page = path.read_bytes()
    if not is_of(page.decode("utf-8", "replace"), checkout):
        return Copied({}, is_old=True)
    figures = [FIGURE_PATH.format(name) for name in FIGURES]
    drawn = {name: (checkout.root / name).read_bytes() for name in figures}
    return Copied({PAGE: page, **drawn}, is_old=False)
