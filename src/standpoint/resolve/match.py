"""Join the items of several annotators into groups: items that mark the same thing.

Sets are joined one by one, in a fixed order, so that a later set never renames an
earlier group. A set is paired with the groups so far by optimal assignment.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from standpoint.records import canonical
from standpoint.records.vocabulary import NIL

MIN_IOU = 0.5
AGREEMENT = 0.5

Spans = tuple[tuple[int, int], ...]


class Item(NamedTuple):
    """What matching needs to know of an item.

    Attributes:
        vote_id: Id of the item in its set.
        occurrences: Its places; each is a tuple of disjoint spans in text order.
        label: Its main label.
        actors: Its actors.
        joins: Vote id of an item whose group it joins whatever its spans, or None.
    """

    vote_id: str
    occurrences: tuple[Spans, ...]
    label: Hashable
    actors: frozenset[str]
    joins: str | None = None


def length(spans: Spans) -> int:
    """Return the number of characters of disjoint spans."""
    return sum(end - start for start, end in spans)


def overlap(left: Spans, right: Spans) -> int:
    """Return the number of characters that two sets of spans share."""
    return sum(
        max(0, min(a_end, b_end) - max(a_start, b_start))
        for a_start, a_end in left
        for b_start, b_end in right
    )


def iou(left: Sequence[Spans], right: Sequence[Spans]) -> float:
    """Return intersection over union of characters, of the best pair of occurrences.

    Returns:
        A share in [0, 1]; 0 where either side has no place.
    """
    best = 0.0
    for a in left:
        for b in right:
            shared = overlap(a, b)
            if shared:
                best = max(best, shared / (length(a) + length(b) - shared))
    return best


def join(
    sets: Sequence[Sequence[Item]],
    *,
    agreement_suffices: bool = False,
    places_alone: bool = False,
) -> list[list[Item]]:
    """Join the items of several sets into groups.

    A pair may match when its IoU is at least one half, or when the two overlap at all
    and agree in main label and actors. The pairing maximises IoU plus half a point for
    that agreement; what is left over opens new groups.

    Args:
        sets: One list of items per set, in the order in which sets count.
        agreement_suffices: Whether agreement alone lets a pair match; for sources,
            which two annotators may see named in different places.
        places_alone: Whether label and actors count for nothing: for measures of how
            far they agree, which must not choose the pairs that they are taken on.

    Returns:
        Groups in order of their first member; members in order of their sets.
    """
    groups: list[list[Item]] = []
    for items in sets:
        home = {member.vote_id: n for n, group in enumerate(groups) for member in group}
        free = []
        new: list[Item] = []
        taken: dict[int, Item] = {}
        for item in items:
            known = home.get(item.joins) if item.joins else None
            if known is not None and known not in taken:
                taken[known] = item
            else:
                free.append(item)
        heads = [(n, group[0]) for n, group in enumerate(groups) if n not in taken]
        agreement = None if places_alone else agreement_suffices
        scores = _scores(heads, free, agreement)
        pairs = _assign(scores)
        for place, item in enumerate(free):
            if place in pairs:
                taken[pairs[place]] = item
            else:
                new.append(item)
        for number, item in taken.items():
            groups[number].append(item)
        groups += [[item] for item in new]
    return groups


def _scores(
    heads: list[tuple[int, Item]], items: list[Item], suffices: bool | None
) -> dict[tuple[int, int], float]:
    """Return (group, place of item) to score, of the pairs that may match.

    Args:
        heads: Number and first member of each group.
        items: The items of the next set.
        suffices: Whether agreement suffices; None where it counts for nothing.
    """
    scores = {}
    wide = [(number, head, *_extent(head)) for number, head in heads]
    for place, item in enumerate(items):
        first, last = _extent(item)
        for number, head, start, end in wide:
            apart = end <= first or last <= start
            if apart and not suffices:  # nearly all
                continue
            found = 0.0 if apart else iou(head.occurrences, item.occurrences)
            alike = head.label == item.label and head.actors == item.actors
            agree = alike and suffices is not None
            if found >= MIN_IOU or (agree and (found > 0 or suffices)):
                scores[number, place] = found + AGREEMENT * agree
    return scores


def _extent(item: Item) -> tuple[int, int]:
    """Return the first and last place of an item; of one without any, (0, 0)."""
    ends = [end for spans in item.occurrences for span in spans for end in span]
    return min(ends, default=0), max(ends, default=0)


def _assign(scores: dict[tuple[int, int], float]) -> dict[int, int]:
    """Return place of item to group, so that the sum of scores is highest."""
    pairs: dict[int, int] = {}
    for component in _components(scores):
        if len(component) == 1:
            number, place = component[0]
            pairs[place] = number
            continue
        from scipy.optimize import linear_sum_assignment

        numbers = sorted({number for number, _ in component})
        places = sorted({place for _, place in component})
        matrix = [[scores.get((n, p), 0.0) for p in places] for n in numbers]
        rows, columns = linear_sum_assignment(matrix, maximize=True)
        for row, column in zip(rows, columns, strict=True):
            if (numbers[row], places[column]) in scores:
                pairs[places[column]] = numbers[row]
    return pairs


def _components(scores: dict[tuple[int, int], float]) -> list[list[tuple[int, int]]]:
    """Split pairs into parts that share neither group nor item."""
    of_group: dict[int, list[tuple[int, int]]] = {}
    of_place: dict[int, list[tuple[int, int]]] = {}
    for pair in scores:
        of_group.setdefault(pair[0], []).append(pair)
        of_place.setdefault(pair[1], []).append(pair)
    seen: set[tuple[int, int]] = set()
    parts = []
    for pair in scores:
        if pair in seen:
            continue
        part, todo = [], [pair]
        seen.add(pair)
        while todo:
            number, place = here = todo.pop()
            part.append(here)
            for other in of_group[number] + of_place[place]:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        parts.append(sorted(part))
    return parts


# two versions of one item

_OF_READING = frozenset({"id", "adjudication", "origin"})
_NOT_KEPT = frozenset({"digest", "mention", "mentions"})
"""Properties that belong to a reading, of an item or anywhere in it: not what it says."""
_SETS = frozenset(
    {
        *("actors", "about", "spans", "also_at", "carrier_evidence"),
        *("evidence", "evidence_shown"),
    }
)
"""Properties that are lists without an order."""
_PLACE = frozenset({"start", "end", "spans"})


def differences(versions: Sequence[tuple[Any, Mapping[str, str]]]) -> list[str]:
    """Return the properties in which versions of one item differ, in their order.

    How a version came about does not count, nor do ids and links to mentions, which are
    those of its own set; nor does the order of what has none.

    Args:
        versions: Items of one layer, each with NIL id to kind of its set.
    """
    kept = [
        {
            k: v
            for k, v in _kept(msgspec.to_builtins(item)).items()
            if k not in _OF_READING
        }
        | {"kind of a new actor": _kinds(item, kinds)}
        for item, kinds in versions
    ]
    differing = {
        "span" if name in _PLACE else name: None
        for one in kept
        for name in one
        if any(other.get(name) != one[name] for other in kept)
    }
    return list(differing)


def _kept(value: Any, name: str = "") -> Any:
    """Return plain data without what is not kept, lists without an order sorted."""
    if isinstance(value, dict):
        # The id of a claim that a stance is toward is that of its own set, too.
        own = {"id"} if name == "target" and value["kind"] == "claim" else set()
        left_out = _NOT_KEPT | own
        return {k: _kept(v, k) for k, v in value.items() if k not in left_out}
    if isinstance(value, list | tuple):
        found = [_kept(one) for one in value]
        return sorted(found, key=canonical.encode) if name in _SETS else found
    return value


def _kinds(item: Any, kinds: Mapping[str, str]) -> dict[str, str | None]:
    """Return the kinds of the actors in an item that the registry lacks."""
    return {one: kinds.get(one) for one in _words(msgspec.to_builtins(item), NIL)}


def _words(value: Any, prefix: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value] if value.startswith(prefix) else []
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _words(one, prefix)
