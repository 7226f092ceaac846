"""The measures of each layer, and the units that the readings of a segment give them.

Items are matched by their places alone: intersection over union of at least one half.
The dataset also joins items that overlap less and agree in label and actors; a measure
of how far these agree must not choose its pairs by them. Items are matched across all
readings of a segment, and F1 is taken between each two of them.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from standpoint.agreement.readings import Reading
from standpoint.agreement.statistics import (
    Additive,
    f1,
    nominal_alpha,
    ordinal_alpha,
    ratio,
)
from standpoint.records.vocabulary import NIL, Label, voice
from standpoint.resolve import ATTRIBUTES
from standpoint.resolve.match import Item, Spans, iou, join, length, overlap
from standpoint.tables import Row

POLARITY = {-1: "oppose", 0: "neutral or mixed", 1: "support"}
"""Polarity of a stance to the class of the ordinal alpha."""

INDEPENDENCE = "normalised, share word for word"
"""The measure that is not repeatability: low where readings were made independently."""


class Found(NamedTuple):
    """The units of one measure in one segment.

    Attributes:
        rows: For alpha, the values that the readings gave a unit; else numbers, as the
            statistic wants them.
        n: Number of units.
        tags: For each row the panel target it is about; empty where there is none.
        left_out: Judgements that the measure leaves out.
    """

    rows: tuple[tuple[Any, ...], ...]
    n: int
    tags: tuple[str, ...] = ()
    left_out: int = 0


class Vote(NamedTuple):
    """An item of one reading.

    Attributes:
        reader: Place of the reading among those that are compared.
        row: The vote.
    """

    reader: int
    row: Row


class Matched(NamedTuple):
    """Items of one kind, matched by place.

    Attributes:
        items: For each reading, what matching needs to know of its items.
        groups: The same item of several readings together, alone where only one has it.
    """

    items: list[list[Item]]
    groups: list[list[Vote]]

    def shared(self, get: Callable[[Row], Any]) -> list[list[Any]]:
        """Return a value of each item that two or more readings marked."""
        return [[get(v.row) for v in group] for group in self.groups if len(group) > 1]


class ReadSegment:
    """Readings of a segment that looked at all of a layer, with their items matched.

    Args:
        readings: Two or more readings, or none.
        stances: Label of a stance to its definition.
    """

    def __init__(
        self, readings: Sequence[Reading], stances: Mapping[str, Label]
    ) -> None:
        """Remember the readings; items are matched when first needed."""
        self.readings = readings
        self.stances = stances

    def is_addressed(self, label: str) -> bool:
        """Tell whether a label means that the target is addressed at all."""
        return self.stances[label].evidence != "none"

    def _matched(self, layer: str, places: Callable[[Row], Iterable[Any]]) -> Matched:
        votes, items = {}, []
        for reader, reading in enumerate(self.readings):
            rows = reading.votes[layer]
            votes.update({row["vote_id"]: Vote(reader, row) for row in rows})
            items.append([_item(row["vote_id"], places(row)) for row in rows])
        groups = join(items, places_alone=True)
        return Matched(items, [[votes[i.vote_id] for i in group] for group in groups])

    @cached_property
    def mentions(self) -> Matched:
        """The mentions."""
        return self._matched("actor", lambda row: [[row["span"]]])

    @cached_property
    def claims(self) -> Matched:
        """The claims."""
        return self._matched("claim", _occurrences)

    def sentences(self) -> list[list[str]]:
        """Return for each sentence whether each reading has a claim in it."""
        sentences = self.readings[0].segment.sentences if self.readings else ()
        holding = [
            {
                place
                for item in items
                for spans_ in item.occurrences
                for place in _sentences_of(sentences, spans_)
            }
            for items in self.claims.items
        ]
        return [
            ["yes" if place in held else "no" for held in holding]
            for place in range(len(sentences))
        ]

    # sources

    @cached_property
    def chains(self) -> list[list[list[list[Row]]]]:
        """For each claim that two or more readings marked, the chains of each of them."""
        found = []
        for reading in self.readings:
            numbered: dict[str, dict[int, list[Row]]] = {}
            for row in sorted(reading.votes["source_type"], key=lambda r: r["level"]):
                if row["level"]:
                    of_claim = numbered.setdefault(row["claim_id"], {})
                    of_claim.setdefault(row["chain"], []).append(row)
            found.append(
                {
                    c: [chain for _, chain in sorted(n.items())]
                    for c, n in numbered.items()
                }
            )
        return [
            [found[vote.reader].get(vote.row["item_id"], []) for vote in group]
            for group in self.claims.groups
            if len(group) > 1
        ]

    @cached_property
    def ends(self) -> list[list[tuple[str, str]]]:
        """For each of these claims, nearest and origin source type of each reading.

        Of several chains, the one that most readings have in common is taken; a reading
        without it gives its first, one without any the voice of the segment.
        """
        kinds = {reading.segment.kind for reading in self.readings}
        alone = voice(next(iter(kinds), "")).source
        return [_ends(chains, alone) for chains in self.chains]

    def sourced(self, get: Callable[[list[list[Row]]], Any]) -> list[list[Any]]:
        """Return a value of the chains of each claim that any reading gives a source.

        Where nobody sees a source there is nothing to name: only alpha counts it.
        """
        return [[get(own) for own in chains] for chains in self.chains if any(chains)]

    # stances

    @cached_property
    def panel(self) -> dict[str, list[str]]:
        """Target of the panel to the labels that the readings gave, in their order."""
        found: dict[str, list[str]] = {}
        for reading in self.readings:
            for row in reading.votes["stance"]:
                if row["target_kind"] == "panel":
                    found.setdefault(row["target_id"], []).append(row["label"])
        return dict(sorted(found.items()))

    @cached_property
    def quoted(self) -> list[list[Vote]]:
        """Stances of quoted holders: the same holder toward the same, claims by place."""
        group_of = {
            (vote.reader, vote.row["item_id"]): number
            for number, group in enumerate(self.claims.groups)
            for vote in group
        }
        found: dict[Hashable, list[Vote]] = {}
        for reader, reading in enumerate(self.readings):
            for row in reading.votes["stance"]:
                if row["holder_kind"] == "actor" and row["target_kind"] != "panel":
                    target: Hashable = row["target_id"]
                    if row["target_kind"] == "claim":
                        target = group_of.get((reader, row["target_id"]), target)
                    key = row["holder_id"], row["target_kind"], target
                    found.setdefault(key, []).append(Vote(reader, row))
        return list(found.values())


def _item(name: str, places: Iterable[Iterable[Row]]) -> Item:
    """Return an item without label and actors, which must not count in matching."""
    occurrences = tuple(
        tuple((span["start"], span["end"]) for span in spans_) for spans_ in places
    )
    return Item(name, occurrences, None, frozenset())


def _occurrences(claim: Row) -> list[Any]:
    return [claim["spans"], *(place["spans"] for place in claim["also_at"])]


def _sentences_of(sentences: Sequence[tuple[int, int]], found: Spans) -> set[int]:
    """Return the places of the sentences that an occurrence of a claim is in.

    It is in the sentence that has most of it, and in every other that it covers by half:
    a few words over the border do not make a second sentence.
    """
    shared = {n: overlap((place,), found) for n, place in enumerate(sentences)}
    shared = {n: size for n, size in shared.items() if size}
    if not shared:
        return set()
    most = max(shared, key=lambda n: shared[n])
    half = {n for n, size in shared.items() if size * 2 >= length((sentences[n],))}
    return half | {most}


def _ends(chains: Sequence[Sequence[list[Row]]], alone: str) -> list[tuple[str, str]]:
    """Return nearest and origin source type of one claim; see `ReadSegment.ends`."""
    named = {
        f"{reader}.{number}": chain
        for reader, own in enumerate(chains)
        for number, chain in enumerate(own)
    }
    items = [
        [
            _item(f"{reader}.{number}", ([node["span"]] for node in chain))
            for number, chain in enumerate(own)
        ]
        for reader, own in enumerate(chains)
    ]
    groups = join(items, places_alone=True)
    shared = {item.vote_id for item in max(groups, key=len, default=[])}
    found = []
    for own in items:
        taken = next((i for i in own if i.vote_id in shared), own[0] if own else None)
        chain = named[taken.vote_id] if taken else []
        types = [node["source_type"] for node in chain] or [alone]
        found.append((types[0], types[-1]))
    return found


def _known(actors: Iterable[str]) -> tuple[str, ...]:
    """Return a set of actors, sorted, as two readings can agree on it.

    Each reading has its own names of actors outside the registry: all of them count as one.
    """
    return tuple(sorted({NIL if actor.startswith(NIL) else actor for actor in actors}))


def _claimants(chains: Iterable[list[Row]]) -> tuple[str, ...]:
    """Return the actors that a claim goes back to: of each last source that has any."""
    deepest = (
        next((node["actors"] for node in reversed(chain) if node["actors"]), ())
        for chain in chains
    )
    return _known(actor for actors in deepest for actor in actors)


def _whole_chains(chains: Iterable[list[Row]]) -> frozenset[tuple[Hashable, int]]:
    """Return everything that two readings must have alike: types and actors, in order."""
    counted = Counter(
        tuple((node["source_type"], _known(node["actors"])) for node in chain)
        for chain in chains
    )
    return frozenset(counted.items())


# units


def _values(groups: Iterable[Sequence[Any]]) -> Found:
    """Return the units of alpha: groups of values, where two or more are not None."""
    given = (tuple(v for v in group if v is not None) for group in groups)
    rows = tuple(group for group in given if len(group) > 1)
    return Found(rows, len(rows))


def _shares(groups: Iterable[Sequence[Any]]) -> Found:
    """Return the units of a share: how many pairs in each group are equal, of how many."""
    rows = []
    for group in groups:
        pairs = list(combinations(group, 2))
        if pairs:
            rows.append((sum(a == b for a, b in pairs), len(pairs)))
    return Found(tuple(rows), len(rows))


def _spans(found: Matched, *, exact: bool = False) -> Found:
    """Return the rows of F1 between each two readings.

    The number of units is that of the things that anyone marked.
    """
    rows = []
    for left, right in combinations(found.items, 2):
        hits = _exact(left, right) if exact else _overlapping(left, right)
        if left or right:
            rows.append((hits, len(left), len(right)))
    return Found(tuple(rows), len(found.groups))


def _overlapping(left: Sequence[Item], right: Sequence[Item]) -> int:
    return sum(len(group) > 1 for group in join([left, right], places_alone=True))


def _exact(left: Sequence[Item], right: Sequence[Item]) -> int:
    """Return how many items can be paired so that a place of both is the same."""
    same = np.array(
        [[iou(a.occurrences, b.occurrences) == 1 for b in right] for a in left], int
    )
    if not same.any():
        return 0
    return int((maximum_bipartite_matching(csr_array(same)) >= 0).sum())


def _tagged(by_target: dict[str, list[str]], left_out: int = 0) -> Found:
    kept = {target: row for target, row in by_target.items() if len(row) > 1}
    return _values(kept.values())._replace(tags=tuple(kept), left_out=left_out)


def _addressed(segment: ReadSegment) -> Found:
    """Return the first step of the panel: whether a target is addressed at all."""
    return _tagged(
        {
            target: ["yes" if segment.is_addressed(name) else "no" for name in labels]
            for target, labels in segment.panel.items()
        }
    )


def _polarity(segment: ReadSegment) -> Found:
    """Return the second step of the panel: the stance toward an addressed target."""
    placed, left_out = {}, 0
    for target, labels in segment.panel.items():
        present = [label for label in labels if segment.is_addressed(label)]
        polarities = [segment.stances[label].polarity for label in present]
        placed[target] = [POLARITY[one] for one in polarities if one is not None]
        if len(present) > 1:
            left_out += len(present) - len(placed[target])
    return _tagged(placed, left_out)


def _toward(segment: ReadSegment) -> Found:
    """Return the rows of F1 of quoted holders and their targets."""
    readers = [{vote.reader for vote in group} for group in segment.quoted]
    rows = []
    for left, right in combinations(range(len(segment.readings)), 2):
        n_left, n_right = (sum(n in found for found in readers) for n in (left, right))
        if n_left or n_right:
            both = sum({left, right} <= found for found in readers)
            rows.append((both, n_left, n_right))
    return Found(tuple(rows), len(readers))


# measures


class Measure(NamedTuple):
    """A measure of a layer.

    Attributes:
        name: As it is printed.
        statistic: What is computed from the units.
        units: The units that a segment gives.
        inventory: List that the labels are of, or None.
        labels: Labels in order where no inventory has them; empty to gather them.
        by_label: Whether each label is also looked at alone.
        wanted: Value below which people are trained again, or None.
        coverage: What a reading must have looked at fully to count; empty for the layer.
        said: What each label is called in a note on how rare the rarest is; empty for
            no such note.
    """

    name: str
    statistic: Additive
    units: Callable[[ReadSegment], Found]
    inventory: str | None = None
    labels: tuple[str, ...] = ()
    by_label: bool = False
    wanted: float | None = None
    coverage: str = ""
    said: tuple[str, ...] = ()


def _link(mention: Row) -> tuple[str, ...]:
    return _known(mention["actors"])


def _about(claim: Row) -> tuple[str, ...]:
    return _known(one["actor"] for one in claim["about"])


def _of_mention(column: str, inventory: str) -> Measure:
    return Measure(
        f"{column}, alpha",
        nominal_alpha,
        lambda segment: _values(segment.mentions.shared(lambda row: row[column])),
        inventory,
        by_label=True,
    )


def _of_claim(column: str, inventory: str) -> Measure:
    return Measure(
        f"{column}, alpha",
        nominal_alpha,
        lambda segment: _values(segment.claims.shared(lambda row: row[column])),
        inventory,
        by_label=True,
    )


MEASURES: dict[str, tuple[Measure, ...]] = {
    "actor": (
        Measure("spans, exact F1", f1, lambda s: _spans(s.mentions, exact=True)),
        Measure("spans, F1", f1, lambda s: _spans(s.mentions)),
        Measure(
            "link, share equal",
            ratio,
            lambda s: _shares(s.mentions.shared(_link)),
            wanted=0.8,
        ),
        Measure(
            "link, alpha",
            nominal_alpha,
            lambda s: _values(s.mentions.shared(_link)),
            wanted=0.8,
        ),
        _of_mention("naming", "naming"),
        _of_mention("form", "mention_form"),
    ),
    "claim": (
        Measure(
            "sentence has a claim, alpha",
            nominal_alpha,
            lambda s: _values(s.sentences()),
            labels=("no", "yes"),
            wanted=0.5,
            said=("no claim", "a claim"),
        ),
        Measure("spans, exact F1", f1, lambda s: _spans(s.claims, exact=True)),
        Measure("spans, F1", f1, lambda s: _spans(s.claims)),
        *(_of_claim(one.name, one.inventory) for one in ATTRIBUTES["claim"].values()),
        Measure(
            "about, share equal", ratio, lambda s: _shares(s.claims.shared(_about))
        ),
        # Equal wording would show that readings were not independent.
        Measure(
            INDEPENDENCE,
            ratio,
            lambda s: _shares(s.claims.shared(lambda row: row["normalised"])),
        ),
    ),
    "stance": (
        Measure(
            "panel: addressed, alpha",
            nominal_alpha,
            _addressed,
            labels=("no", "yes"),
            wanted=0.7,
            coverage="panel",
        ),
        Measure(
            "panel: polarity, ordinal alpha",
            ordinal_alpha,
            _polarity,
            labels=tuple(POLARITY.values()),
            by_label=True,
            wanted=0.5,
            coverage="panel",
        ),
        Measure("quoted: who toward what, F1", f1, _toward),
        Measure(
            "quoted: label, alpha",
            nominal_alpha,
            lambda s: _values([v.row["label"] for v in group] for group in s.quoted),
            "stance_label",
            by_label=True,
        ),
    ),
    "source_type": (
        Measure(
            "nearest, alpha",
            nominal_alpha,
            lambda s: _values([first for first, _ in told] for told in s.ends),
            "source_type",
            wanted=0.6,
            coverage="claim",
        ),
        Measure(
            "origin, alpha",
            nominal_alpha,
            lambda s: _values([last for _, last in told] for told in s.ends),
            "source_type",
            by_label=True,
            wanted=0.6,
            coverage="claim",
        ),
        Measure(
            "claimants, share equal",
            ratio,
            lambda s: _shares(s.sourced(_claimants)),
            coverage="claim",
        ),
        Measure(
            "whole chains, share equal",
            ratio,
            lambda s: _shares(s.sourced(_whole_chains)),
            coverage="claim",
        ),
    ),
}
"""Layer to its measures, in the order in which they are shown."""
