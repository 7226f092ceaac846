"""What is compared: the measures of each layer, and the units that a segment gives."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from standpoint.agreement.statistics import Statistic
from standpoint.records.model import Claim, Mention
from standpoint.resolve import Vote
from standpoint.resolve.item import Reading
from standpoint.resolve.match import Item, iou, join
from standpoint.resolve.vote import span_pairs


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


class Measure(NamedTuple):
    """A measure of a layer.

    Attributes:
        name: As it is printed.
        statistic: What is made of the rows.
        inventory: List that the labels are of, or None.
        labels: Labels in order where no inventory has them; empty to gather them.
        by_label: Whether each label is also looked at alone.
        wanted: Value below which people are trained again, or None.
        coverage: What a reading must have looked at fully to count; empty for the layer.
        said: What each label is called in a note on how rare the rarest is; empty for
            no such note.
    """

    name: str
    statistic: Statistic
    inventory: str | None = None
    labels: tuple[str, ...] = ()
    by_label: bool = False
    wanted: float | None = None
    coverage: str = ""
    said: tuple[str, ...] = ()


Units = dict[str, Found]
"""Name of a measure to its units in one segment."""


def covering(readings: Sequence[Reading], layer: str) -> list[Reading]:
    """Return the readings that looked at all of a layer; none where only one did."""
    full = [r for r in readings if getattr(r.judged.coverage, layer) == "full"]
    return full if len(full) > 1 else []


def values(groups: Sequence[Sequence[Any]]) -> Found:
    """Return the units of alpha: groups of values, where two or more are no None."""
    given = [tuple(v for v in group if v is not None) for group in groups]
    rows = tuple(group for group in given if len(group) > 1)
    return Found(rows, len(rows))


def shares(groups: Sequence[Sequence[Any]]) -> Found:
    """Return the units of a share: how many pairs in each group are equal, of how many."""
    rows = []
    for group in groups:
        pairs = list(combinations(group, 2))
        if pairs:
            rows.append((sum(a == b for a, b in pairs), len(pairs)))
    return Found(tuple(rows), len(rows))


def spans(sets: Sequence[Sequence[Item]], *, exact: bool) -> Found:
    """Return the rows of F1 between each two sets of items.

    The number of units is that of the things that anyone marked: the groups of all sets.
    """
    rows = []
    for left, right in combinations(sets, 2):
        hits = _exact(left, right) if exact else _matched(left, right)
        if left or right:
            rows.append((hits, len(left), len(right)))
    return Found(tuple(rows), len(join(sets, places_alone=True)))


def _matched(left: Sequence[Item], right: Sequence[Item]) -> int:
    return sum(len(group) > 1 for group in join([left, right], places_alone=True))


def _exact(left: Sequence[Item], right: Sequence[Item]) -> int:
    """Return how many items can be paired so that a place of both is the same."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    same = np.array(
        [[iou(a.occurrences, b.occurrences) == 1 for b in right] for a in left], int
    )
    if not same.any():
        return 0
    return int((maximum_bipartite_matching(csr_array(same)) >= 0).sum())


def mention_item(reading: Reading, mention: Mention) -> Item:
    """Return what matching needs to know of a mention."""
    places = (((mention.start, mention.end),),)
    actors = frozenset(mention.actors)
    return Item(reading.vote_id(mention.id), places, mention.naming, actors)


def claim_item(reading: Reading, claim: Claim) -> Item:
    """Return what matching needs to know of a claim."""
    places = [claim.spans, *(occurrence.spans for occurrence in claim.also_at)]
    return Item(
        reading.vote_id(claim.id),
        tuple(span_pairs(spans) for spans in places),
        claim.claim_type,
        frozenset(about.actor for about in claim.about),
    )


def known(actors: Sequence[str]) -> tuple[str, ...]:
    """Return a set of actors, sorted, as two readings can agree on it.

    Names of actors outside the registry are each reading's own: all of them are `NIL`.
    """
    return tuple(sorted({"NIL" if a.startswith("NIL:") else a for a in actors}))


def grouped(
    readings: Sequence[Reading],
    listed: Callable[[Reading], Sequence[Any]],
    item_of: Callable[[Reading, Any], Item],
) -> list[list[Vote]]:
    """Join what readings marked by its places alone; return the votes of each group.

    Args:
        readings: The readings.
        listed: A reading to what it marked: mentions, or claims.
        item_of: What matching needs to know of one of these.
    """
    votes = {
        reading.vote_id(found.id): reading.vote(found.id, found, found.adjudication)
        for reading in readings
        for found in listed(reading)
    }
    marked = [[item_of(reading, m) for m in listed(reading)] for reading in readings]
    joined = join(marked, places_alone=True)
    return [[votes[item.vote_id] for item in group] for group in joined]


def mentions(readings: Sequence[Reading]) -> list[list[Vote]]:
    """Return the mentions of a segment, the same ones of several readings together."""
    return grouped(readings, lambda reading: reading.judged.mentions, mention_item)


def claims(readings: Sequence[Reading]) -> list[list[Vote]]:
    """Return the claims of a segment, the same ones of several readings together."""
    return grouped(readings, lambda reading: reading.judged.claims, claim_item)


def matched(groups: Sequence[Sequence[Vote]]) -> Iterator[list[Any]]:
    """Yield the items of every group that two or more readings marked."""
    for group in groups:
        if len(group) > 1:
            yield [vote.item for vote in group]
