"""Labels that mean something else, and the items that were given them before."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from standpoint.diff.revision import Side
from standpoint.diff.section import Section, items_named
from standpoint.diff.value_diff import leaves
from standpoint.records.schema import LABELS
from standpoint.tables.config import LAYERS


def relabelled(before: Side, after: Side) -> Section:
    """Return the table of items with a vote for a label whose definition changed.

    No value of theirs is another one: they say something else all the same.
    """
    schemas = [_definitions(side) for side in (before, after)]
    changed: dict[str, dict[str, None]] = {}
    for leaf in leaves(*schemas):
        if leaf.ids and not leaf.is_new:
            changed.setdefault(leaf.name[0], {})[leaf.ids[0]] = None
    items: dict[tuple[str, str, str], list[str]] = {}
    for key, item in _voted(after, changed) if changed else ():
        items.setdefault(key, []).append(item)
    rows = [
        (*key, f"{len(ids):,}", items_named(ids)) for key, ids in sorted(items.items())
    ]
    head = ("layer", "label", "value", "n", "items")
    return Section(
        "Items with a vote for a label that means something else", head, rows
    )


def _voted(
    side: Side, labels: Mapping[str, Iterable[str]]
) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield layer, attribute and label, and the id of an item with a vote for it.

    Args:
        side: The corpus.
        labels: Name of a list of labels to those of its labels that are looked for.
    """
    wanted = [
        (layer.name, name, label)
        for layer in LAYERS
        for name, inventory in layer.labels.items()
        for label in labels.get(inventory, ())
    ]
    for resolved in _resolved(side):
        for layer, name, label in wanted:
            for item in resolved[layer]:
                if label in item.labels[name].soft:
                    yield (layer, name, label), item.item_id


def _definitions(side: Side) -> Any:
    """Return the closed lists of labels as their file gives them."""
    data = side.checkout.data(f"schema/{LABELS}")
    found = data.get("$defs") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _resolved(side: Side) -> Iterator[dict[str, Any]]:
    """Yield layer to resolved items of every document."""
    for document in side.documents:
        for dossier in side.dossiers([document]):
            yield side.resolved(dossier)
