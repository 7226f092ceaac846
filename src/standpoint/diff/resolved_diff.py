"""What became of the dataset: resolved labels, agreement, balance."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from standpoint.agreement import CALIBRATION, Known, of_records, overall
from standpoint.agreement.statistics import Estimate, shown
from standpoint.diff.revision import Side
from standpoint.diff.risks import EMPTY, POPULATION, Noted
from standpoint.diff.section import Section, items_named, unless_none
from standpoint.records.model import Dossier
from standpoint.resolve import ATTRIBUTES, LAYERS
from standpoint.resolve.change import (
    EXISTS,
    JUDGED_BY,
    Change,
    State,
    changes,
    empty_layers,
)

REAL, INVENTED = "real", "invented"

MOST = 40
"""Kinds of flips that are shown."""


class Outcome:
    """What became of the resolved items of some documents.

    Args:
        documents: Documents that may have changed.
        before: The corpus before.
        after: The corpus after.

    Attributes:
        documents: Those of which the records, or who judged them, changed.
        numbers: Layer and what became of an item to number of items.
        flips: Kind of flip to the items in which it occurs.
        risks: What a maintainer has to look at first.
    """

    def __init__(self, documents: Iterable[str], before: Side, after: Side) -> None:
        """Compare the documents one by one."""
        self.before, self.after = before, after
        self.documents: list[str] = []
        self.numbers: Counter[tuple[str, str]] = Counter()
        self.flips: dict[tuple[str, ...], list[str]] = {}
        self.risks: list[Noted] = []
        for document in documents:
            self._compare(document)

    def _compare(self, document: str) -> None:
        sides = self.before, self.after
        dossiers = tuple(side.dossier(document) for side in sides)
        if dossiers[0] == dossiers[1] and len(set(map(_kinds, sides))) == 1:
            return
        self.documents.append(document)
        states = tuple(
            State(dossier, side.annotators)
            for dossier, side in zip(dossiers, sides, strict=True)
        )
        found = list(changes(states[0], states[1]))
        for change in found:
            if change.old is None or change.new is None:
                what = "new" if change.old is None else "gone"
                self.numbers[change.layer, what] += 1
            for flip in change.flips:
                if flip.attribute != JUDGED_BY:
                    key = (
                        flip.layer,
                        flip.attribute,
                        flip.before,
                        flip.after,
                        flip.reason,
                    )
                    self.flips.setdefault(key, []).append(flip.item_id)
        self.risks += _decided_by_others(document, found)
        self.risks += _empty(document, found, states[0], states[1])

    def sections(self) -> Iterator[Section]:
        """Yield what became of resolved items, measures and shares."""
        yield Section(
            "Resolved items",
            ("layer", "new", "gone"),
            [
                (layer, *(unless_none(self.numbers[layer, w]) for w in ("new", "gone")))
                for layer in LAYERS
                if self.numbers[layer, "new"] or self.numbers[layer, "gone"]
            ],
        )
        yield self._flipped()
        yield from self._measured()

    def _flipped(self) -> Section:
        rows = [
            (*key, f"{len(items):,}", items_named(items))
            for key, items in sorted(
                self.flips.items(), key=lambda pair: (-len(pair[1]), pair[0])
            )
        ]
        left = len(rows) - MOST
        note = f"{left:,} rarer kinds are left out." if left > 0 else ""
        head = ("layer", "label", "before", "after", "why", "n", "items")
        return Section("Resolved labels that flip", head, rows[:MOST], note)

    def _measured(self) -> Iterator[Section]:
        before, after = self.before, self.after
        # What one document says of the whole stays as it is unless it or its split
        # changed.
        moved = {
            document
            for document in before.split.keys() | after.split.keys()
            if before.split.get(document) != after.split.get(document)
        }
        changed = sorted({*self.documents, *moved})
        if not changed:
            return
        shared = after.dossiers(d for d in after.documents if d not in changed)
        old, new = (
            Corpus(side, shared, side.dossiers(changed)) for side in (before, after)
        )
        if any(corpus.is_real(d) for corpus in (old, new) for d in corpus.own):
            yield _of_agreement(old, new)
        yield from _of_balance(old, new)


def _kinds(side: Side) -> frozenset[tuple[str, str]]:
    """Return who is of which kind."""
    return frozenset((name, one.kind) for name, one in side.annotators.items())


def _decided_by_others(document: str, found: Iterable[Change]) -> Iterator[Noted]:
    """Yield whose votes decide now, by which sets, and on how many items."""
    items: dict[tuple[str, str, str], Counter[str]] = {}
    for change in found:
        for flip in change.flips:
            if flip.attribute == JUDGED_BY:
                where = "/".join((document, *filter(None, [", ".join(flip.sets)])))
                key = flip.before, flip.after, where
                items.setdefault(key, Counter())[flip.layer] += 1
    for (before, after, where), layers in items.items():
        yield Noted(
            POPULATION, "judged_by", before, after, f"{where}: {_counts(layers)}"
        )


def _counts(layers: Counter[str]) -> str:
    """Say how many items of each layer, in the order of layers."""
    return ", ".join(f"{layers[name]:,} {name}" for name in LAYERS if layers[name])


def _empty(
    document: str, found: Iterable[Change], before: State, after: State
) -> Iterator[Noted]:
    """Yield the sets that mark nothing from now on, and how many items hang on them."""
    flips = [
        flip for change in found for flip in change.flips if flip.attribute == EXISTS
    ]
    for name, record in after.sets.items():
        layers = empty_layers(record)
        was = before.sets.get(name)
        if not layers or (was is not None and empty_layers(was) == layers):
            continue
        counts = Counter(flip.layer for flip in flips if name in flip.sets)
        told = f"`exists` flips: {_counts(counts)}" if counts else "no item flips"
        what = f"nothing marked: {', '.join(layers)}"
        before_it = "-" if was is None else "marked"
        yield Noted(EMPTY, what, before_it, told, f"{document}/{name}")


class Corpus(NamedTuple):
    """All documents of one side, read once.

    Attributes:
        side: The side.
        shared: Those that are the same on the other side.
        own: The others.
    """

    side: Side
    shared: list[Dossier]
    own: list[Dossier]

    def is_real(self, dossier: Dossier) -> bool:
        """Tell whether a document is real reporting."""
        return self.side.split.get(dossier.document.id) != CALIBRATION


# agreement


def _of_agreement(before: Corpus, after: Corpus) -> Section:
    known: Known = {}
    old, new = (_measures(corpus, known) for corpus in (before, after))
    rows = [
        (*key, _shown(old.get(key)), _shown(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if _shown(old.get(key)) != _shown(new.get(key))
    ]
    head = ("layer", "measure", "of", "guidelines", "called", "before", "after")
    note = "Real reporting; of all documents together, with 95 % intervals."
    return Section("Agreement", head, rows, note)


def _measures(corpus: Corpus, known: Known) -> dict[tuple[str, ...], Estimate]:
    """Return the overall measures of real reporting; none is of one person."""
    real = filter(corpus.is_real, [*corpus.shared, *corpus.own])
    ordered = sorted(real, key=lambda dossier: dossier.document.id)
    inventories = corpus.side.checkout.schemas.inventories
    return {
        (row.layer, row.measure, row.population, row.guidelines, row.called): (
            row.estimate
        )
        for row in overall(
            of_records(ordered, corpus.side.registries, inventories), known
        )
    }


def _shown(estimate: Estimate | None) -> str:
    return "-" if estimate is None else shown(estimate)


# balance


def _of_balance(before: Corpus, after: Corpus) -> Iterator[Section]:
    shared = _balance(after, after.shared)
    sums = [shared.plus(_balance(corpus, corpus.own)) for corpus in (before, after)]
    for kind in (REAL, INVENTED):
        old, new = (found.labels[kind] for found in sums)
        rows = [
            (layer, label, *_shares(old, new, layer, label))
            for layer, label in sorted(old.keys() | new.keys())
            if old[layer, label] != new[layer, label]
        ]
        head = ("layer", "label", "before", "after")
        yield Section(f"Resolved labels, {kind} reporting", head, rows)
    old, new = (found.outlets for found in sums)
    rows = [
        ("outlet", outlet, *_shares(old, new, "outlet", outlet))
        for _, outlet in sorted(old.keys() | new.keys())
        if old["outlet", outlet] != new["outlet", outlet]
    ]
    yield Section("Documents per outlet", ("", "outlet", "before", "after"), rows)


Counts = Counter[tuple[str, str]]


class Balance(NamedTuple):
    """What there is how often.

    Attributes:
        labels: Kind of reporting to layer and main label of resolved items.
        outlets: `outlet` and outlet of documents.
    """

    labels: dict[str, Counts]
    outlets: Counts

    def plus(self, other: "Balance") -> "Balance":
        """Return both together."""
        labels = {kind: self.labels[kind] + other.labels[kind] for kind in self.labels}
        return Balance(labels, self.outlets + other.outlets)


def _shares(old: Counts, new: Counts, layer: str, label: str) -> tuple[str, str]:
    """Return number and share of a label before and after."""

    def share(counts: Counts) -> str:
        every = sum(n for (of, _), n in counts.items() if of == layer)
        found = counts[layer, label]
        return f"{found:,} ({found / every:.0%})" if every else "-"

    return share(old), share(new)


def _balance(corpus: Corpus, dossiers: Iterable[Dossier]) -> Balance:
    """Count outlets, and the main label of the resolved items that are there."""
    found = Balance({REAL: Counter(), INVENTED: Counter()}, Counter())
    for dossier in dossiers:
        found.outlets["outlet", dossier.document.publisher] += 1
        labels = found.labels[REAL if corpus.is_real(dossier) else INVENTED]
        for layer, items in corpus.side.resolved(dossier).items():
            main = next(iter(ATTRIBUTES[layer]))
            name = "naming" if layer == "actor" else main
            for item in items:
                value = item.labels[name].value
                if item.exists is not False and value is not None:
                    labels[layer, str(value)] += 1
    return found
