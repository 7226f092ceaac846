"""Which predicted item stands for which item of the dataset."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from standpoint.resolve import match
from standpoint.scoring.reference import Looked
from standpoint.scoring.task import Item, Place, Task
from standpoint.scoring.values import PredictionError


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
        found = match.iou(self.true.occurrences, self.predicted.occurrences)
        return found == 1.0


class Paired(NamedTuple):
    """What became of all items.

    Attributes:
        pairs: Segment to its pairs; segments that nobody looked at in full are not there.
        n_elsewhere: Predictions where nobody looked at the layer in full.
        n_open: Predictions of items of which it is not decided whether they exist.
    """

    pairs: dict[Place, list[Pair]]
    n_elsewhere: int
    n_open: int


def pair(
    true: Sequence[Item],
    predicted: Sequence[Item],
    segments: dict[Place, Looked],
    task: Task,
) -> Paired:
    """Pair the items of every segment that was looked at in full.

    Raises:
        PredictionError: If two predictions are of the same item.
    """

    def counts(item: Item) -> bool:
        looked = segments.get(item.place)
        return looked is not None and item.layer in looked.layers

    inside = [item for item in predicted if counts(item)]
    here: dict[Place, tuple[list[Item], list[Item]]] = {}
    for side, items in enumerate((filter(counts, true), inside)):
        for item in items:
            here.setdefault(item.place, ([], []))[side].append(item)
    pairs, n_open = {}, 0
    for place, (known, guessed) in sorted(here.items()):
        by = _by_spans if task.by_spans else _by_keys
        pairs[place], n_here = by(known, guessed, task)
        n_open += n_here
    return Paired(pairs, len(predicted) - len(inside), n_open)


def _by_spans(
    known: list[Item], guessed: list[Item], task: Task
) -> tuple[list[Pair], int]:
    present = [item for item in known if item.exists]
    undecided = [item for item in known if item.exists is None]
    found, free = _joined(present, guessed, task)
    # What is left over may still mean something that is neither there nor absent.
    open_, surplus = _joined(undecided, free, task)
    hit = {one.true.number for one in found if one.true}
    missed = [Pair(item, None) for item in present if item.number not in hit]
    return found + missed + [Pair(None, item) for item in surplus], len(open_)


def _joined(
    known: Sequence[Item], guessed: Sequence[Item], task: Task
) -> tuple[list[Pair], list[Item]]:
    """Return matched pairs and the predictions left over; the rule is that of `match`."""
    sides = []
    for side, items in (("t", known), ("p", guessed)):
        sides.append([_for_match(f"{side}{item.number}", item, task) for item in items])
    true = {f"t{item.number}": item for item in known}
    free = {f"p{item.number}": item for item in guessed}
    pairs = [
        Pair(true[group[0].vote_id], free.pop(group[1].vote_id))
        for group in match.join(sides)
        if len(group) > 1
    ]
    return _settled(pairs, list(free.values()), task)


def _for_match(name: str, item: Item, task: Task) -> match.Item:
    label = item.labels[task.labels[0]]
    return match.Item(name, item.occurrences, label, item.actors or frozenset())


def _settled(
    pairs: list[Pair], free: list[Item], task: Task
) -> tuple[list[Pair], list[Item]]:
    """Swap predictions that matching cannot tell apart, so that other labels agree too.

    Two claims may stand in the same words with the same type and actors.
    """
    alike: dict[tuple[match.Item, ...], list[Pair]] = {}
    for one in pairs:
        looks = [_for_match("", item, task) for item in one if item]
        alike.setdefault(tuple(looks), []).append(one)
    spare: dict[match.Item, list[Item]] = {}
    for item in free:
        spare.setdefault(_for_match("", item, task), []).append(item)
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


def _by_keys(
    known: list[Item], guessed: list[Item], task: Task
) -> tuple[list[Pair], int]:
    del task  # keys are all there is to compare
    by_id, by_key = _indexed(known)
    status = _claims(known) if guessed[:1] and guessed[0].groups[0] == "source" else {}
    pairs, n_open = [], 0
    taken: dict[int, int] = {}
    for item in guessed:
        true = by_id.get(item.item_id) if item.item_id else None
        if true is None or true.key != item.key:
            true = by_key.get(item.key)
        if true is not None and taken.setdefault(true.number, item.number) != (
            item.number
        ):
            first = taken[true.number]
            raise PredictionError(f"row {item.number}: the same key as row {first}")
        exists = true.exists if true else status.get(item.key[0], False)
        if exists is None:
            n_open += 1
        elif true is not None and exists:
            pairs.append(Pair(true, item))
        else:
            pairs.append(Pair(None, item))
    missed = [i for i in known if i.exists and i.number not in taken]
    return pairs + [Pair(item, None) for item in missed], n_open


def _indexed(
    known: Iterable[Item],
) -> tuple[dict[str | None, Item], dict[object, Item]]:
    """Return items by id and by key; of several with one key, what exists comes first.

    Chains are numbered set by set, so that two sources of a claim may share a key.
    """
    by_id: dict[str | None, Item] = {}
    by_key: dict[object, Item] = {}
    rank = {True: 0, None: 1, False: 2}
    for item in sorted(known, key=lambda item: (rank[item.exists], item.number)):
        by_id[item.item_id] = item
        by_key.setdefault(item.key, item)
    return by_id, by_key


def _claims(known: Iterable[Item]) -> dict[object, bool | None]:
    """Return claim to whether it exists, as far as its sources tell."""
    found: dict[object, Counter[bool | None]] = {}
    for item in known:
        found.setdefault(item.key[0], Counter())[item.exists] += 1
    return {
        claim: None if counts[None] and not counts[True] else False
        for claim, counts in found.items()
    }
