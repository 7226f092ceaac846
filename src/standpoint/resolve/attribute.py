"""What annotators vote on: the one table of the attributes of every layer."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from standpoint.records.vocabulary import LAYERS


class Attribute(NamedTuple):
    """An attribute that is resolved by votes.

    Attributes:
        name: Its name, which is also its column.
        inventory: Its list of labels in schema/labels.schema.json; empty for links to
            actors, which are not labels.
        get: Its value in a judged item; None where it was not given.
        is_scored: Whether predictions of it are scored.
        follows_main: Whether it belongs to the main label: it is voted among those who gave
            the resolved main label, and null on a tie of that.
        title: What it is, where the title of its list of labels does not say it.
    """

    name: str
    inventory: str
    get: Callable[[Any], Any]
    is_scored: bool = False
    follows_main: bool = False
    title: str = ""


def _voted(
    name: str,
    inventory: str = "",
    *,
    is_scored: bool = False,
    follows_main: bool = False,
    title: str = "",
) -> Attribute:
    get = attrgetter(name)
    return Attribute(name, inventory or name, get, is_scored, follows_main, title)


_VOTED = {
    "claim": (
        _voted("claim_type", is_scored=True),
        _voted("modality", is_scored=True),
        _voted("checkworthy", is_scored=True),
        _voted(
            "carrier_stance",
            "stance_label",
            is_scored=True,
            title="Stance of the carrier toward a claim that it reports",
        ),
        _voted("certainty_shift"),
        _voted("ironic"),
    ),
    "stance": (
        _voted("label", "stance_label", is_scored=True),
        _voted("expression", follows_main=True),
        _voted("portrayal", follows_main=True),
    ),
    "actor": (
        Attribute("actors", "", lambda mention: tuple(sorted(mention.actors))),
        _voted("naming", is_scored=True),
        _voted("form", "mention_form"),
        _voted("link_certainty"),
    ),
    "source_type": (
        _voted("source_type", is_scored=True),
        _voted("identification"),
        _voted("mode"),
    ),
}

ATTRIBUTES = {
    layer: {attribute.name: attribute for attribute in _VOTED[layer]}
    for layer in LAYERS
}
"""Layer to its attributes by name; the first is the main one."""
