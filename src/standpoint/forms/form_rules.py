"""Rules on forms: every label can be chosen, and labels and hotkeys are unique."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from standpoint.forms.form import Form
from standpoint.records.findings import Hit, Level, check


class Offer(NamedTuple):
    """What the passes offer of the labels that records can hold.

    Attributes:
        asked: List of labels to its labels, of all that an annotation set can hold.
        offered: List to the labels that a pass offers, or that need none.
    """

    asked: Mapping[str, tuple[str, ...]]
    offered: Mapping[str, frozenset[str]]


@check("CFG001", Level.ERROR, on=Offer)
def every_label_is_reachable(offer: Offer, _: Any) -> Iterator[Hit]:
    """Every label in the schema is offered in a pass.

    Why: a label that cannot be chosen looks like one that never occurs.
    Fix: ask for it in a pass, or state there why it is not asked.
    Example: a new list of labels in schema/ that no field asks for.
    """
    for name, labels in offer.asked.items():
        missing = [one for one in labels if one not in offer.offered.get(name, ())]
        if missing:
            message = f"No pass offers {', '.join(missing)} of \u2018{name}\u2019."
            yield Hit(f"/$defs/{name}", message)


@check("CFG003", Level.ERROR, on=Form)
def labels_and_keys_are_unique(form: Form, _: Any) -> Iterator[Hit]:
    """In a pass, every label and every hotkey is unique.

    Why: a key for two labels often gives the wrong one.
    Fix: rename the panel target, or give one of the two another key.
    Example: a target of a panel called \u2018support\u2019.
    """
    # A target that is listed twice is REG006's.
    marks = {(mark.layer, mark.label): mark for mark in form.marks}.values()
    found = {
        "label": Counter(mark.label for mark in marks),
        "hotkey": Counter(mark.key for mark in marks if mark.key),
    }
    panel = f" of the panel \u2018{form.panel}\u2019" if form.panel else ""
    for what, counts in found.items():
        for name, number in counts.items():
            if number > 1:
                message = (
                    f"The {what} \u2018{name}\u2019 is used {number} times in the form"
                    f" \u2018{form.name}\u2019{panel}."
                )
                yield Hit("", message)
