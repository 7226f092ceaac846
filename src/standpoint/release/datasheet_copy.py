"""The datasheet in an edition: copied, if it is what the records and the prose give."""

from typing import NamedTuple

from standpoint.datasheet import FIGURE_PATH, FIGURES, PAGE, is_of, page_parts
from standpoint.records.checkout import Checkout

ON_CARD = {
    "stance_by_target": "Who is opposed?",
    "small_labels": "Which labels are too rare for a score?",
}
"""Block of the datasheet whose tables the card repeats, to its heading there."""


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
            f"### {heading}\n\n{without_method(parts[f'block {name}'])}"
            for name, heading in ON_CARD.items()
            if f"block {name}" in parts
        ]
        return "\n\n".join([_HEAD, *blocks])


def without_method(block: str) -> str:
    """Return a block of the datasheet without its last paragraph: how it was computed."""
    body, _, method = block.rpartition("\n\n")
    return body if method.startswith("*Method: ") else block


_HEAD = f"""## Measured

From [{PAGE}]({PAGE}), which has the method, the intervals and more measures: whose voices are
heard, where claims come from, and what can be guessed from the outlet alone. All
of it describes these very documents, and no others."""


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
