"""How the dataset changed: resolved labels, agreement, balance."""

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from standpoint.agreement import CALIBRATION, Readings, Scope, Tally, rows_of, tally
from standpoint.agreement.statistics import Estimate, shown
from standpoint.diff.items import (
    EXISTS,
    JUDGED_BY,
    Change,
    State,
    changes,
)
from standpoint.diff.records import leaves
from standpoint.diff.revision import Side
from standpoint.diff.risks import Noted, Risk
from standpoint.diff.section import Section, items_named, unless_none
from standpoint.records.schema import LABELS
from standpoint.records.vocabulary import LAYERS
from standpoint.resolve import ATTRIBUTES
from standpoint.tables.config import LAYERS as TABLES

REAL, INVENTED, OUTLET = "real", "invented", "outlet"

MOST = 40
"""Kinds of changed labels that are shown."""


class Outcome:
    """How the resolved items of some documents changed.

    Args:
        documents: Documents whose resolved items may have changed.
        before: The corpus before.
        after: The corpus after.

    Attributes:
        risks: What a maintainer has to look at first.
    """

    def __init__(self, documents: Iterable[str], before: Side, after: Side) -> None:
        """Compare the documents one by one."""
        self._before, self._after = before, after
        self._documents = list(documents)
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._flips: dict[tuple[str, ...], list[str]] = {}
        self.risks: list[Noted] = []
        for document in self._documents:
            self._compare(document)

    def _compare(self, document: str) -> None:
        states = self._before.state(document), self._after.state(document)
        found = list(changes(*states))
        for change in found:
            if change.old is None or change.new is None:
                what = "new" if change.old is None else "removed"
                self._numbers[change.layer, what] += 1
            for flip in change.flips:
                if flip.attribute != JUDGED_BY:
                    labels = flip.attribute, flip.before, flip.after
                    key = flip.layer, *labels, str(flip.cause)
                    self._flips.setdefault(key, []).append(flip.item_id)
        self.risks += _decided_by_others(document, found)
        self.risks += _empty(document, found, *states)

    def sections(self) -> Iterator[Section]:
        """Yield how resolved items, measures and shares changed."""
        whats = ("new", "removed")
        rows = [
            (layer, *(unless_none(self._numbers[layer, what]) for what in whats))
            for layer in LAYERS
        ]
        yield Section(
            "Resolved items", ("layer", *whats), [row for row in rows if any(row[1:])]
        )
        yield self._flipped()
        yield from self._measured()

    def _flipped(self) -> Section:
        rows = [
            (*key, f"{len(items):,}", items_named(items))
            for key, items in sorted(
                self._flips.items(), key=lambda pair: (-len(pair[1]), pair[0])
            )
        ]
        left = len(rows) - MOST
        note = f"{left:,} rarer kinds are left out." if left > 0 else ""
        head = ("layer", "label", "before", "after", "why", "n", "items")
        return Section("Resolved labels that changed", head, rows[:MOST], note)

    def _measured(self) -> Iterator[Section]:
        sides = self._before, self._after
        # What a document contributes stays the same unless it or its split changed.
        moved = {
            document
            for document in sides[0].split.keys() | sides[1].split.keys()
            if sides[0].split.get(document) != sides[1].split.get(document)
        }
        changed = {*self._documents, *moved}
        if not changed:
            return
        shared = [d for d in self._after.documents if d not in changed]
        own = [sorted(changed & set(side.documents)) for side in sides]
        if any(
            _is_real(side, d) for side, of in zip(sides, own, strict=True) for d in of
        ):
            yield _of_agreement(sides, shared, own)
        yield from _of_balance(sides, shared, own)


def _is_real(side: Side, document: str) -> bool:
    return side.split.get(document) != CALIBRATION


def _decided_by_others(document: str, found: Iterable[Change]) -> Iterator[Noted]:
    """Yield whose votes decide now, by which sets, and on how many items."""
    items: dict[tuple[str, str, str], Counter[str]] = {}
    for change in found:
        for flip in change.flips:
            if flip.attribute == JUDGED_BY:
                sets = ", ".join(flip.cause.sets)
                key = flip.before, flip.after, f"{document}/{sets}".rstrip("/")
                items.setdefault(key, Counter())[flip.layer] += 1
    for (before, after, where), layers in items.items():
        which = f"{where}: {_counts(layers)}"
        yield Noted(Risk.POPULATION, "judged_by", before, after, which)


def _counts(layers: Counter[str]) -> str:
    """Return how many items of each layer there are, in words."""
    return ", ".join(f"{layers[name]:,} {name}" for name in LAYERS if layers[name])


def _empty(
    document: str, found: Iterable[Change], before: State, after: State
) -> Iterator[Noted]:
    """Yield the sets that mark nothing from now on, and how many items that affects."""
    flips = [f for change in found for f in change.flips if f.attribute == EXISTS]
    for name in after.sets:
        layers = after.empty[name]
        was = name in before.sets
        if not layers or before.empty.get(name) == layers:
            continue
        counts = Counter(flip.layer for flip in flips if name in flip.cause.sets)
        told = f"`exists` changes: {_counts(counts)}" if counts else "no item changes"
        what = f"nothing marked: {', '.join(layers)}"
        which = f"{document}/{name}"
        yield Noted(Risk.EMPTY, what, "marked" if was else "-", told, which)


# agreement

Sides = tuple[Side, Side]
Own = Sequence[Sequence[str]]
"""Documents that changed, of each side."""


def _of_agreement(sides: Sides, shared: Iterable[str], own: Own) -> Section:
    both = _tally(sides[1], shared)
    old, new = (
        _measured(side, _tally(side, of), both)
        for side, of in zip(sides, own, strict=True)
    )
    rows = [
        (*key, _shown(old.get(key)), _shown(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if _shown(old.get(key)) != _shown(new.get(key))
    ]
    head = ("layer", "measure", "of", "guidelines", "called", "before", "after")
    note = "Real reporting, all documents together, with 95 % intervals."
    return Section("Agreement", head, rows, note)


def _tally(side: Side, documents: Iterable[str]) -> Tally:
    """Return what measures need of the readings of real documents, out of some."""
    found = Tally()
    inventories = side.checkout.schemas.inventories
    for document in documents:
        if _is_real(side, document):
            sets = list(side.state(document).sets.values())
            readings = Readings(sets, side.annotators, inventories, {})
            found.add(tally(readings, pairs=False))
    return found


def _measured(side: Side, own: Tally, both: Tally) -> dict[tuple[str, ...], Estimate]:
    """Return the measures of a side, all documents together.

    Args:
        side: The side.
        own: Tally of the documents that changed.
        both: Tally of all others.
    """
    own.add(copy.deepcopy(both))
    return {
        (row.layer, row.measure, row.population, row.guidelines, row.called): (
            row.estimate
        )
        for row in rows_of(own, side.annotators, side.checkout.schemas.inventories, ())
        if row.over is Scope.ALL
    }


def _shown(estimate: Estimate | None) -> str:
    return "-" if estimate is None else shown(estimate)


# balance

Counts = Counter[tuple[str, str, str]]
"""`real`, `invented` or `outlet`; layer; main label or outlet, to how many there are."""


def _of_balance(sides: Sides, shared: Iterable[str], own: Own) -> Iterator[Section]:
    both = _balance(sides[1], shared)
    old, new = (
        both + _balance(side, documents)
        for side, documents in zip(sides, own, strict=True)
    )
    keys = [key for key in sorted(old.keys() | new.keys()) if old[key] != new[key]]
    for kind, title, first in (
        (REAL, "Resolved labels, real reporting", "layer"),
        (INVENTED, "Resolved labels, invented reporting", "layer"),
        (OUTLET, "Documents per outlet", ""),
    ):
        rows = [(*k[1:], _share(old, k), _share(new, k)) for k in keys if k[0] == kind]
        second = "label" if first else "outlet"
        yield Section(title, (first, second, "before", "after"), rows)


def _share(counts: Counts, key: tuple[str, str, str]) -> str:
    every = sum(n for other, n in counts.items() if other[:2] == key[:2])
    return f"{counts[key]:,} ({counts[key] / every:.0%})" if every else "-"


def _balance(side: Side, documents: Iterable[str]) -> Counts:
    """Count outlets, and the main label of the resolved items that are there."""
    found: Counts = Counter()
    for name in documents:
        dossier = side.dossier(name)
        if dossier is None:
            continue
        found[OUTLET, OUTLET, dossier.document.publisher] += 1
        kind = REAL if _is_real(side, name) else INVENTED
        for layer, rows in side.state(name).items.items():
            main = "naming" if layer == "actor" else next(iter(ATTRIBUTES[layer]))
            found.update(
                (kind, layer, str(row[main]))
                for row in rows
                if row["exists"] is not False and row[main] is not None
            )
    return found


# meaning


def relabelled(before: Side, after: Side) -> Section:
    """Return the table of items with a vote for a label whose definition changed.

    The value is the same, but it means something else.
    """
    schemas = (side.checkout.data(f"schema/{LABELS}") for side in (before, after))
    one, other = (s.get("$defs") if isinstance(s, dict) else None for s in schemas)
    changed: dict[str, dict[str, None]] = {}
    for leaf in leaves(one or {}, other or {}):
        if leaf.ids and not leaf.is_new:
            changed.setdefault(leaf.name[0], {})[leaf.ids[0]] = None
    wanted = [
        (layer.name, name, label, after.checkout.schemas.inventories[inventory].names)
        for layer in TABLES
        for name, inventory in layer.labels.items()
        for label in changed.get(inventory, ())
    ]
    items: dict[tuple[str, str, str], list[str]] = {}
    for document in after.documents if wanted else ():
        rows = after.state(document).items
        for layer, name, label, names in wanted:
            code = names.index(label) if label in names else None
            for row in rows.get(layer, ()) if code is not None else ():
                soft = row[f"{name}_soft"]
                if soft and soft[code]:
                    items.setdefault((layer, name, label), []).append(row["item_id"])
    return Section(
        "Items with a vote for a label whose meaning changed",
        ("layer", "label", "value", "n", "items"),
        [
            (*key, f"{len(ids):,}", items_named(ids))
            for key, ids in sorted(items.items())
        ],
    )
