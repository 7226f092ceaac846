"""What became of the dataset: resolved labels, agreement, balance, splits."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from standpoint.agreement import Estimate, shown
from standpoint.compare import ALL, CALIBRATION, compare
from standpoint.effect.section import Section, unless_none
from standpoint.effect.side import Side
from standpoint.model import Dossier, Registries
from standpoint.resolve import ATTRIBUTES, LAYERS, Resolved, Tally

REAL, INVENTED = "real", "invented"

MOST = 40
"""Kinds of flips that are shown."""


class Flip(NamedTuple):
    """A kind of change of a resolved label.

    Attributes:
        layer: Layer of the item.
        attribute: What was resolved; `exists` for whether it is there at all.
        before: Label before; `-` for none, as where it is undecided whether it exists.
        after: Label after.
        why: What brought it about.
    """

    layer: str
    attribute: str
    before: str
    after: str
    why: str


def sections(documents: Iterable[str], before: Side, after: Side) -> Iterator[Section]:
    """Yield what became of resolved items, measures, shares and splits."""
    touched = list(documents)
    yield from _of_flips(touched, before, after)
    moves = list(_moves(before, after))
    # What one document says of the whole stays as it is unless it or its split changed.
    changed = {*touched, *(move[0] for move in moves)}
    if changed and before.registries and after.registries:
        same = [d for d in after.documents if d not in changed]
        shared = list(after.dossiers(same))
        old, new = (
            Corpus(side, registries, shared, list(side.dossiers(sorted(changed))))
            for side, registries in (
                (before, before.registries),
                (after, after.registries),
            )
        )
        yield _of_agreement(old, new)
        yield from _of_balance(old, new)
    yield Section("Splits", ("document", "what", "before", "after"), moves)


class Corpus(NamedTuple):
    """All documents of one side, read once.

    Attributes:
        side: The side.
        registries: Its registries.
        shared: Those that are the same on the other side.
        own: The others.
    """

    side: Side
    registries: Registries
    shared: list[Dossier]
    own: list[Dossier]

    def is_real(self, dossier: Dossier) -> bool:
        """Tell whether a document is real reporting."""
        return self.side.split.get(dossier.document.id) != CALIBRATION


# resolved labels


def _of_flips(documents: list[str], before: Side, after: Side) -> Iterator[Section]:
    flips: Counter[Flip] = Counter()
    example: dict[Flip, str] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for document in documents:
        one, other = (_resolved(side, document) for side in (before, after))
        for layer in LAYERS:
            pairs = _pairs(one.get(layer, []), other.get(layer, []))
            for old, new in pairs:
                if old is None or new is None:
                    numbers[layer, "new" if old is None else "gone"] += 1
                    continue
                for flip in _flips(layer, old, new):
                    flips[flip] += 1
                    example.setdefault(flip, new.item_id)
    yield Section(
        "Resolved items",
        ("layer", "new", "gone"),
        [
            (layer, *(unless_none(numbers[layer, what]) for what in ("new", "gone")))
            for layer in LAYERS
            if numbers[layer, "new"] or numbers[layer, "gone"]
        ],
    )
    rows = [
        (*flip, f"{count:,}", example[flip])
        for flip, count in sorted(flips.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    left = len(rows) - MOST
    note = f"{left:,} rarer kinds are left out." if left > 0 else ""
    head = ("layer", "label", "before", "after", "why", "n", "as in")
    yield Section("Resolved labels that flip", head, rows[:MOST], note)


def _resolved(side: Side, document: str) -> dict[str, list[Resolved]]:
    """Return the resolved items of a document; none where it is not there."""
    if side.registries is None:
        return {}
    return next(map(side.resolved, side.dossiers([document])), {})


def _pairs(
    before: Iterable[Resolved], after: Iterable[Resolved]
) -> Iterator[tuple[Resolved | None, Resolved | None]]:
    """Yield the same item before and after: by its id, else by a judgement it shares."""
    by_vote = {vote.vote_id: item for item in before for vote in item.votes}
    left = {item.item_id: item for item in by_vote.values()}
    for item in after:
        names = [item.item_id, *(vote.vote_id for vote in item.votes)]
        found = (by_vote[name].item_id for name in names if name in by_vote)
        old = next((name for name in found if name in left), None)
        yield (left.pop(old) if old is not None else None), item
    for item in left.values():
        yield item, None


_WHO = {
    "human": "people",
    "language_model": "language models",
    "key": "keys",
    None: "nobody",
}


def _flips(layer: str, old: Resolved, new: Resolved) -> Iterator[Flip]:
    if old.exists != new.exists:
        why = _why(old, new, "")
        yield Flip(layer, "exists", _said(old.exists), _said(new.exists), why)
    for name in ATTRIBUTES[layer]:
        one, other = _label(old.labels[name]), _label(new.labels[name])
        if one != other:
            yield Flip(layer, name, one, other, _why(old, new, name))


def _label(found: Tally) -> str:
    return "tie" if found.decided_by == "tie" else _said(found.value)


def _why(old: Resolved, new: Resolved, name: str) -> str:
    """Say what brought a flip about; the first that holds."""
    decided = [any(vote.is_adjudicated for vote in item.votes) for item in (old, new)]
    if old.voters != new.voters:
        return f"{_WHO[new.voters]} judge now, before {_WHO[old.voters]}"
    if decided[0] != decided[1]:
        return "an adjudicator decided" if decided[1] else "a decision is gone"
    if decided[1]:
        return "a decision changed"
    if name:
        more, what = new.labels[name].n_votes - old.labels[name].n_votes, "vote"
    else:
        more, what = new.n_looked - old.n_looked, "reader"
    if more == 0:
        return "judgements changed"
    plural = "" if abs(more) == 1 else "s"
    return f"{abs(more)} {what}{plural} {'more' if more > 0 else 'fewer'}"


def _said(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "+".join(value) if isinstance(value, tuple) else str(value)


# agreement


def _of_agreement(before: Corpus, after: Corpus) -> Section:
    old, new = _measures(before), _measures(after)
    rows = [
        (*key, _shown(old.get(key)), _shown(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if _shown(old.get(key)) != _shown(new.get(key))
    ]
    head = ("layer", "measure", "of", "guidelines", "called", "before", "after")
    note = "Real reporting; of all documents together, with 95 % intervals."
    return Section("Agreement", head, rows, note)


def _measures(corpus: Corpus) -> dict[tuple[str, ...], Estimate]:
    """Return the overall measures of real reporting; none is of one person."""
    real = filter(corpus.is_real, [*corpus.shared, *corpus.own])
    ordered = sorted(real, key=lambda dossier: dossier.document.id)
    rows = compare(ordered, corpus.registries, corpus.side.checkout.schemas.inventories)
    return {
        (row.layer, row.measure, row.population, row.guidelines, row.called): (
            row.estimate
        )
        for row in rows
        if row.scope == ALL and not row.label
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


# splits


def _moves(before: Side, after: Side) -> Iterator[tuple[str, str, str, str]]:
    """Yield document, what it is in, and which before and after, where these differ."""
    for what, old, new in (
        ("split", before.split, after.split),
        ("story group", before.group, after.group),
    ):
        for document in sorted(old.keys() | new.keys()):
            one, other = old.get(document, "-"), new.get(document, "-")
            if one != other:
                yield document, what, one, other
