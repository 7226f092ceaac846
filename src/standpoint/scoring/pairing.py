"""Pair predictions with the items of the dataset."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from standpoint.resolve import match
from standpoint.scoring.items import Item, Task
from standpoint.scoring.rows import Place, PredictionError, Segment


class Pair(NamedTuple):
    """An item and its prediction; one of the two may be missing."""

    true: Item | None
    predicted: Item | None

    @property
    def groups(self) -> tuple[str, ...]:
        """Parts of the result that it counts in."""
        item = self.true or self.predicted
        return item.groups if item else ()

    @property
    def is_exact(self) -> bool:
        """Whether both mark exactly the same characters, in one of their places."""
        if self.true is None or self.predicted is None:
            return False
        return match.iou(self.true.occurrences, self.predicted.occurrences) == 1.0


class Paired(NamedTuple):
    """The pairs of all segments.

    Attributes:
        pairs: Segment to its pairs, of segments that somebody looked at in full.
        n_elsewhere: Predictions where nobody looked at the layer in full.
        n_open: Predictions of items of which it is not decided whether they exist.
    """

    pairs: dict[Place, list[Pair]]
    n_elsewhere: int
    n_open: int


def pair(
    true: Iterable[Item],
    predicted: Sequence[Item],
    segments: Mapping[Place, Segment],
    task: Task,
) -> Paired:
    """Pair the items of every segment that was looked at in full.

    Raises:
        PredictionError: If two predictions are of the same item.
    """

    def counts(item: Item) -> bool:
        segment = segments.get(item.place)
        return segment is not None and item.layer in segment.layers

    inside = [item for item in predicted if counts(item)]
    here: dict[Place, tuple[list[Item], list[Item]]] = {}
    for side, items in enumerate((filter(counts, true), inside)):
        for item in items:
            here.setdefault(item.place, ([], []))[side].append(item)
    pairs, n_open = {}, 0
    for place, (known, guessed) in sorted(here.items()):
        if task.by_spans:
            pairs[place], n_here = _by_spans(known, guessed, task.labels[0])
        else:
            pairs[place], n_here = _by_keys(known, guessed)
        n_open += n_here
    return Paired(pairs, len(predicted) - len(inside), n_open)


# by spans


def _by_spans(
    known: Sequence[Item], guessed: Sequence[Item], label: str
) -> tuple[list[Pair], int]:
    present = [item for item in known if item.exists]
    undecided = [item for item in known if item.exists is None]
    found, free = _joined(present, guessed, label)
    # The others may still be predictions of something of which nobody knows.
    open_, surplus = _joined(undecided, free, label)
    hit = {one.true.number for one in found if one.true}
    missed = [Pair(item, None) for item in present if item.number not in hit]
    return found + missed + [Pair(None, item) for item in surplus], len(open_)


def _joined(
    known: Sequence[Item], guessed: Sequence[Item], label: str
) -> tuple[list[Pair], list[Item]]:
    """Return matched pairs and the predictions left over; the rule is that of `match`."""
    true = {f"t{item.number}": item for item in known}
    free = {f"p{item.number}": item for item in guessed}
    sides = [
        [_for_match(name, item, label) for name, item in side.items()]
        for side in (true, free)
    ]
    pairs = [
        Pair(true[group[0].vote_id], free.pop(group[1].vote_id))
        for group in match.join(sides)
        if len(group) > 1
    ]
    return _settled(pairs, list(free.values()), label)


def _for_match(name: str, item: Item, label: str) -> match.Item:
    actors = item.actors or frozenset()
    return match.Item(name, item.occurrences, item.labels[label], actors)


def _settled(
    pairs: Iterable[Pair], free: Iterable[Item], label: str
) -> tuple[list[Pair], list[Item]]:
    """Swap predictions that matching cannot tell apart, so that other labels agree too.

    Two claims may be in the same words with the same type and actors.
    """
    alike: dict[tuple[match.Item, ...], list[Pair]] = {}
    for one in pairs:
        looks = [_for_match("", item, label) for item in one if item]
        alike.setdefault(tuple(looks), []).append(one)
    spare: dict[match.Item, list[Item]] = {}
    for item in free:
        spare.setdefault(_for_match("", item, label), []).append(item)
    settled = []
    for (_, look), same in alike.items():
        true = {one.true.number: one.true for one in same if one.true}
        may = [one.predicted for one in same if one.predicted]
        left = {item.number: item for item in may + spare.get(look, [])}
        likeness = {(a, b): _likeness(true[a], left[b]) for a in true for b in left}
        # Those with an equal counterpart choose first; the rest in order.
        for a, b in sorted(likeness, key=lambda pair: -likeness[pair]):
            if a in true and b in left:
                settled.append(Pair(true.pop(a), left.pop(b)))
        spare[look] = list(left.values())
    return settled, [item for items in spare.values() for item in items]


def _likeness(true: Item, predicted: Item) -> int:
    same = sum(true.labels[name] == predicted.labels[name] for name in true.labels)
    same += sum(true.soft[name] == predicted.soft[name] for name in true.soft)
    return same + (true.claimants == predicted.claimants)


# by keys

_RANK = {True: 0, None: 1, False: 2}


def _by_keys(known: Sequence[Item], guessed: Iterable[Item]) -> tuple[list[Pair], int]:
    # Chains are numbered set by set, so two sources of a claim may share a key: what
    # exists comes first.
    ranked = sorted(known, key=lambda item: (_RANK[item.exists], item.number))
    by_id = {item.item_id: item for item in ranked}
    by_key = {item.key: item for item in reversed(ranked)}
    pairs, n_open = [], 0
    taken: dict[int, int] = {}
    for item in guessed:
        true = by_id.get(item.item_id) if item.item_id else None
        if true is None or true.key != item.key:
            true = by_key.get(item.key)
        if true is None:
            exists = _of_claim(ranked, item)
        else:
            exists = true.exists
            first = taken.setdefault(true.number, item.number)
            if first != item.number:
                raise PredictionError(f"row {item.number}: the same key as row {first}")
        if exists is None:
            n_open += 1
        else:
            pairs.append(Pair(true if exists else None, item))
    missed = [i for i in known if i.exists and i.number not in taken]
    return pairs + [Pair(item, None) for item in missed], n_open


def _of_claim(known: Iterable[Item], source: Item) -> bool | None:
    """Tell whether a source can exist that the dataset does not have.

    Returns:
        None where it is not decided whether its claim exists, as far as the sources of
        the claim tell; else False.
    """
    if source.groups[0] != "source":
        return False
    claim = {item.exists for item in known if item.key[0] == source.key[0]}
    return None if None in claim and True not in claim else False
