"""What became of the resolved items of a document: which labels flip, and why.

Both sides are resolved by the code at hand, so a flip comes from the records: from votes
that came, went or changed, from decisions, from who looked, from who is counted.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from standpoint.records.model import AnnotationSet, Annotator, Dossier, set_name
from standpoint.records.vocabulary import ADJUDICATED, ITEMS, POPULATIONS, deciding
from standpoint.resolve import ATTRIBUTES, LAYERS, Resolved, Tally, resolve
from standpoint.resolve.item import population

EXISTS = "exists"
"""What a flip calls it whether an item is there at all."""

JUDGED_BY = "judged_by"
"""What a flip calls the population that decided."""


class Flip(NamedTuple):
    """A resolved label that is another one.

    Attributes:
        item_id: Id of the item, as it is after.
        layer: Layer of the item.
        attribute: What was resolved; `exists` and `judged_by` besides the labels.
        before: Label before; `-` for none.
        after: Label after.
        why: What brought it about, in words.
        sets: Names of the sets that brought it about, as their files are called.
    """

    item_id: str
    layer: str
    attribute: str
    before: str
    after: str
    why: str
    sets: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What brought it about, with the sets."""
        return f"{self.why}: {', '.join(self.sets)}" if self.sets else self.why


class Change(NamedTuple):
    """What became of one item.

    Attributes:
        layer: Its layer.
        old: The item before; None for a new one.
        new: The item after; None for one that is gone.
        flips: Its labels that are others.
    """

    layer: str
    old: Resolved | None
    new: Resolved | None
    flips: tuple[Flip, ...] = ()


class State:
    """A document with its sets on one side of a change.

    Args:
        dossier: The document; None where it is not there.
        annotators: Annotator id to annotator; has the annotator of every set.
    """

    def __init__(
        self, dossier: Dossier | None, annotators: dict[str, Annotator]
    ) -> None:
        """Resolve the document."""
        self.resolved: dict[str, list[Resolved]] = {}
        self.sets: dict[str, AnnotationSet] = {}
        self.kinds: dict[str, str] = {}
        self.text = ""
        if dossier is not None:
            self.resolved = resolve(dossier, annotators)
            self.sets = {set_name(found): found for found in dossier.sets}
            self.kinds = {
                name: population(found, annotators) for name, found in self.sets.items()
            }
            self.text = dossier.document.text.sha256

    def readers(self, segment: str, layer: str, kind: str | None) -> set[str]:
        """Return the sets of a population that looked at all of a layer of a segment."""
        return {
            name
            for name, found in self.sets.items()
            if found.role != "adjudicator" and self.kinds[name] == kind
            for judged in found.segments
            if judged.segment == segment and getattr(judged.coverage, layer) == "full"
        }


Why = tuple[str, tuple[str, ...]]
"""What brought something about, and which sets did."""

Items = tuple[Resolved, Resolved]
States = tuple[State, State]


def empty_layers(record: AnnotationSet) -> list[str]:
    """Return the layers that a set covers fully somewhere and marks nothing in.

    None, if these are stances alone: many a text has nobody to quote.
    """
    found = [
        layer
        for layer, items in ITEMS.items()
        if any(getattr(judged.coverage, layer) == "full" for judged in record.segments)
        and not any(getattr(judged, items) for judged in record.segments)
    ]
    return found if {"actor", "claim"} & set(found) else []


def changes(before: State, after: State) -> Iterator[Change]:
    """Yield what became of each item of a document, layer by layer.

    Of an item that is not there after, no label is looked at.
    """
    states = before, after
    claims: dict[str, Whole] = {}
    for layer in LAYERS:
        one, other = (side.resolved.get(layer, []) for side in states)
        for old, new in _pairs(one, other):
            if old is None or new is None:
                yield Change(layer, old, new)
                continue
            items = old, new
            flips = tuple(
                _flips(layer, items, states, claims.get(_claim_of(layer, new)))
            )
            if layer == "claim":
                claims[new.item_id] = _whole(items, flips)
            yield Change(layer, old, new, flips)


class Whole(NamedTuple):
    """What parts of a claim have to know of it.

    Attributes:
        why: What made it be there now, or no longer; None where that is as it was.
        marked: The sets that marked it, before and after.
    """

    why: Why | None
    marked: tuple[set[str], set[str]]


def _whole(items: Items, flips: Iterable[Flip]) -> Whole:
    why = next(((f.why, f.sets) for f in flips if f.attribute == EXISTS), None)
    one, other = (_marked(item) for item in items)
    return Whole(why, (one, other))


def _marked(item: Resolved) -> set[str]:
    """Return the sets whose votes on an item are counted."""
    return {set_name(vote.set) for vote in item.counted}


def _claim_of(layer: str, item: Resolved) -> str:
    """Return the id of the claim that an item is a part of, or nothing."""
    found = item.votes[0]
    if not found.is_part:
        return ""
    return str(found.item.claim_id if layer == "source_type" else found.item.target)


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


def _flips(
    layer: str, items: Items, states: States, whole: Whole | None
) -> Iterator[Flip]:
    """Yield the labels of an item that are others.

    Args:
        layer: Layer of the item.
        items: The item before and after.
        states: The document before and after.
        whole: What there is to know of the claim that it is a part of.
    """
    old, new = items

    def flip(name: str, before: str, after: str) -> Flip:
        why, sets = _why(layer, name, items, states, whole)
        return Flip(new.item_id, layer, name, before, after, why, sets)

    if old.exists != new.exists:
        yield flip(EXISTS, _there(old.exists), _there(new.exists))
    if old.judged_by != new.judged_by:
        yield flip(JUDGED_BY, _who(old.judged_by), _who(new.judged_by))
    if new.exists is False:
        return
    for name in ATTRIBUTES[layer]:
        one, other = (_label(item.labels[name]) for item in items)
        if one != other:
            yield flip(name, one, other)


def _who(population: str | None) -> str:
    return POPULATIONS.get(str(population), population or "nobody")


def _there(exists: bool | None) -> str:
    return "undecided" if exists is None else "yes" if exists else "no"


def _label(found: Tally) -> str:
    return "tie" if found.decided_by == "tie" else _said(found.value)


def _said(value: Any) -> str:
    if value is None:
        return "-"
    return "+".join(value) if isinstance(value, tuple) else str(value)


# reasons


def _why(
    layer: str, name: str, items: Items, states: States, whole: Whole | None
) -> Why:
    """Say what brought a flip about; the first that holds."""
    if name == EXISTS and whole is not None and whole.why is not None:
        return whole.why
    if items[0].voters != items[1].voters:
        return _population_changed(layer, items, states)
    if _decisions(items[0]) != _decisions(items[1]):
        return _adjudication_changed(items, states)
    votes = [_votes(layer, item, name) for item in items]
    looked = whole.marked if whole else _readers(layer, items, states)
    found = _readers_changed(looked, items, states) if name == EXISTS else None
    return found or _votes_changed(votes, items, states)


def _population_changed(layer: str, items: Items, states: States) -> Why:
    """Name the sets that make another population decide: by their presence or absence."""
    counted = [
        _marked(item)
        | state.readers(item.segment.id, _coverage(layer, item), item.voters)
        for item, state in zip(items, states, strict=True)
    ]
    one, other = (_who(item.voters) for item in items)
    # Whoever goes first was not there on the other side, or was of another kind.
    order = [items[1].voters, items[0].voters]
    rises = deciding(one for one in order if one) == order[0] != order[1]
    sets = tuple(sorted(counted[1] if rises else counted[0]))
    rest = states[0 if rises else 1]
    moved = tuple(
        name for name in sets if rest.kinds.get(name) not in {None, items[rises].voters}
    )
    if moved:
        return f"counted as {other} now, before as {one}", moved
    until = "before by" if rises else "no longer by"
    return f"decided by {other} now, {until} {one}", sets


def _decisions(item: Resolved) -> list[Any]:
    """Return what adjudicators decided; they may have left the item out, or open."""
    is_decided = any(t.decided_by == "adjudicated" for t in item.labels.values())
    said = [(vote.vote_id, vote.item) for vote in item.votes if vote.is_adjudicated]
    return [*said, True] if is_decided or said else []


def _adjudication_changed(items: Items, states: States) -> Why:
    before, after = map(_decisions, items)
    if not before:
        return "an adjudicator decided", ()
    if after:
        return "the adjudicator's decision changed", ()
    gone = ADJUDICATED not in states[1].sets
    return "the adjudicated set is gone" if gone else "the decision is gone", ()


def _votes(layer: str, item: Resolved, name: str) -> dict[str, list[Any]]:
    """Return set to what it says of an attribute, of those that are counted."""
    found: dict[str, list[Any]] = {}
    attribute = ATTRIBUTES[layer].get(name)
    for vote in item.counted:
        value = attribute.get(vote.item) if attribute else True
        if value is not None:
            found.setdefault(set_name(vote.set), []).append(value)
    return found


def _readers(layer: str, items: Items, states: States) -> tuple[set[str], set[str]]:
    """Return who is counted and looked at all of where an item is, before and after."""
    one, other = (
        state.readers(item.segment.id, _coverage(layer, items[1]), item.voters)
        for item, state in zip(items, states, strict=True)
    )
    return one, other


def _readers_changed(
    looked: tuple[set[str], set[str]], items: Items, states: States
) -> Why | None:
    """Say who looks now, or no longer, where that is what an item hangs on."""
    new = looked[1] - looked[0]
    if new:
        silent = tuple(sorted(new - _marked(items[1])))
        if silent:
            return "looked and did not mark it", silent
        return "new vote", tuple(sorted(new))
    gone = looked[0] - looked[1]
    return _withdrawn(gone, states) if gone else None


def _withdrawn(gone: Iterable[str], states: States) -> Why:
    names = tuple(sorted(gone))
    away = tuple(name for name in names if name not in states[1].sets)
    if away:
        return "withdrawn set", away
    return "vote gone", names


def _votes_changed(
    votes: list[dict[str, list[Any]]], items: Items, states: States
) -> Why:
    """Say whose votes are new, gone or others."""
    new = tuple(sorted(votes[1].keys() - votes[0].keys()))
    if new:
        return "new vote", new
    if gone := votes[0].keys() - votes[1].keys():
        return _withdrawn(gone, states)
    differ = (name for name in votes[1] if votes[0][name] != votes[1][name])
    changed = tuple(sorted(differ))
    if states[0].text != states[1].text:
        return "another text", changed
    same = [n for n in changed if states[0].sets.get(n) == states[1].sets.get(n)]
    if items[0].segment != items[1].segment and len(same) == len(changed):
        return "the segment changed", ()
    if changed:
        return "corrected vote", changed
    return "matched with other judgements", ()


def _coverage(layer: str, item: Resolved) -> str:
    """Return what a reader has to have looked at to have a say on an item."""
    if _claim_of(layer, item):
        return "claim"
    if layer == "stance":
        return "panel" if item.taken.item.kind == "panel" else "stance"
    return layer
