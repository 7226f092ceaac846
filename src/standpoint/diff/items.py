"""How the items of a document changed: which labels, and why.

The rows of the dataset are compared, item by item. Both sides are resolved by the code of
today, so a label changes because of records: because of votes that were added, removed
or corrected, of decisions, of who looked, of whose votes are counted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from standpoint.agreement.readings import Set
from standpoint.records.model import Segment
from standpoint.records.vocabulary import (
    ADJUDICATED,
    ADJUDICATOR,
    FULL,
    KEY,
    LAYERS,
    POPULATIONS,
    deciding,
)
from standpoint.resolve import ATTRIBUTES
from standpoint.tables import Row

EXISTS = "exists"
JUDGED_BY = "judged_by"
"""Besides the labels, what is compared of an item."""


class Why(StrEnum):
    """Why a label changed; the first that applies."""

    POPULATION = "other votes decide"
    RECLASSIFIED = "the population of the annotator changed"
    ADJUDICATED = "an adjudicator decided"
    DECISION_CHANGED = "the adjudicator's decision changed"
    DECISION_REMOVED = "the adjudicator's decision was removed"
    SET_REMOVED = "the adjudicated set was removed"
    NOT_MARKED = "not marked, with full coverage"
    NEW_VOTE = "new vote"
    WITHDRAWN = "withdrawn set"
    VOTE_REMOVED = "vote removed"
    TEXT = "the text changed"
    SEGMENT = "the segment changed"
    CORRECTED = "corrected vote"
    GROUPED = "grouped with other judgements"


class Cause(NamedTuple):
    """What brought a change about.

    Attributes:
        why: The kind of reason.
        sets: The sets that did, as their files are called.
        detail: Where the population changed, which decided before and after, in words.
    """

    why: Why
    sets: tuple[str, ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        """Return the reason in words, with the sets."""
        words = self.detail or str(self.why)
        return f"{words}: {', '.join(self.sets)}" if self.sets else words


class Flip(NamedTuple):
    """A resolved label that changed.

    Attributes:
        item_id: Id of the item, as it is after.
        layer: Layer of the item.
        attribute: What was resolved; `exists` and `judged_by` besides the labels.
        before: Label before; `-` for none.
        after: Label after.
        cause: Why.
    """

    item_id: str
    layer: str
    attribute: str
    before: str
    after: str
    cause: Cause


class Change(NamedTuple):
    """How one item changed.

    Attributes:
        layer: Its layer.
        old: The row before; None for a new item.
        new: The row after; None for a removed one.
        flips: Its labels that changed.
    """

    layer: str
    old: Row | None
    new: Row | None
    flips: tuple[Flip, ...] = ()


@dataclass
class State:
    """The rows of a document on one side of a change; labels are names.

    Attributes:
        items: Layer to resolved rows.
        votes: Layer to votes.
        sets: Its sets by their names, without those of adjudicators.
        names: What the files of all sets are called, those of adjudicators too.
        segments: Segment id to segment.
        empty: Set to the layers that it covers and marks nothing in.
        text_sha256: SHA-256 of the text; empty where the document is not there.
    """

    items: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    votes: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    sets: Mapping[str, Set] = field(default_factory=dict)
    names: Collection[str] = ()
    segments: Mapping[str, Segment] = field(default_factory=dict)
    empty: Mapping[str, list[str]] = field(default_factory=dict)
    text_sha256: str = ""

    @cached_property
    def of_item(self) -> dict[str, dict[str, list[Row]]]:
        """Layer to item id to its votes."""
        found: dict[str, dict[str, list[Row]]] = {layer: {} for layer in self.votes}
        for layer, rows in self.votes.items():
            for row in rows:
                found[layer].setdefault(row["item_id"], []).append(row)
        return found

    def readers(self, segment: str, layer: str, kind: str | None) -> set[str]:
        """Return the sets of a population with full coverage of a layer of a segment."""
        return {
            name
            for name, found in self.sets.items()
            if found.population == kind
            for reading in found.readings
            if reading.segment.id == segment and reading.coverage[layer] == FULL
        }

    def said(self, name: str, segment: str) -> dict[str, Any]:
        """Return vote id to content of the votes of a set in a segment, without grouping."""
        return {
            row["vote_id"]: _bare(row)
            for rows in self.votes.values()
            for row in rows
            if _set_of(row) == name
            and row["segment_id"] == segment
            and row.get("level") != 0
        }


_GROUPED = {"item_id", "claim_id", "target_id", "segment_start", "segment_end"}
"""What a row of a vote has from its surroundings, not from its set."""


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _bare(inner) for k, inner in value.items() if k not in _GROUPED}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _set_of(vote: Row) -> str:
    """Return what the file of the set of a vote is called, without its ending."""
    name: str = ADJUDICATED if _is_adjudicated(vote) else vote["annotator_id"]
    return name


def _is_adjudicated(vote: Row) -> bool:
    return bool(vote["role"] == ADJUDICATOR)


def _part(stance: Row) -> str:
    """Return the layer whose coverage counts for a stance."""
    if stance["target_kind"] == "panel":
        return "panel"
    # The carrier's stance toward a claim is a part of the claim.
    is_carrier = stance["target_kind"] == "claim" and stance["holder_kind"] != "actor"
    return "claim" if is_carrier else "stance"


# items


def changes(before: State, after: State) -> Iterator[Change]:
    """Yield how each item of a document changed, layer by layer.

    The labels of an item that is not there after are not compared.
    """
    wholes: dict[str, _Whole] = {}
    for layer in LAYERS:
        for old, new in _pairs(layer, before, after):
            if old is None or new is None:
                yield Change(layer, old, new)
                continue
            item = _Item(layer, old, new, before, after, wholes)
            flips = tuple(item.flips())
            if layer == "claim":
                cause = next((f.cause for f in flips if f.attribute == EXISTS), None)
                wholes[new["item_id"]] = _Whole(cause, item.marked())
            yield Change(layer, old, new, flips)


class _Whole(NamedTuple):
    """What parts of a claim have to know of it.

    Attributes:
        cause: Why it exists now, or no longer; None where that is as it was.
        marked: The sets that marked it, before and after.
    """

    cause: Cause | None
    marked: tuple[set[str], set[str]]


def _pairs(
    layer: str, before: State, after: State
) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the same item before and after: by its id, else by a judgement it shares."""
    left = {row["item_id"]: row for row in before.items.get(layer, ())}
    by_vote = {vote["vote_id"]: vote["item_id"] for vote in before.votes.get(layer, ())}
    for item in after.items.get(layer, ()):
        name = item["item_id"]
        votes = [vote["vote_id"] for vote in after.of_item[layer][name]]
        found = (by_vote[vote] for vote in (name, *votes) if vote in by_vote)
        old = next((name for name in found if name in left), None)
        yield (left.pop(old) if old is not None else None), item
    for row in left.values():
        yield row, None


class _Item:
    """An item before and after, with what there is to know around it."""

    def __init__(
        self,
        layer: str,
        old: Row,
        new: Row,
        before: State,
        after: State,
        wholes: Mapping[str, _Whole],
    ) -> None:
        self._layer = layer
        self._rows, self._states = (old, new), (before, after)
        self._votes = tuple(
            state.of_item[layer][row["item_id"]]
            for state, row in zip(self._states, self._rows, strict=True)
        )
        self._coverage = _part(new) if layer == "stance" else layer
        claim = new.get("claim_id", "")
        if self._coverage == "claim" and layer == "stance":
            claim = new["target_id"]
        self._whole = wholes.get(claim)
        if claim:
            self._coverage = "claim"

    def flips(self) -> Iterator[Flip]:
        """Yield the labels of the item that changed."""
        old, new = self._rows
        labels = {EXISTS: _there, JUDGED_BY: _who}
        if new[EXISTS] is not False:
            labels |= dict.fromkeys(ATTRIBUTES[self._layer], _label)
        for name, words in labels.items():
            one, other = (words(row, name) for row in (old, new))
            if one != other:
                cause = self._cause(name)
                yield Flip(new["item_id"], self._layer, name, one, other, cause)

    def marked(self) -> tuple[set[str], set[str]]:
        """Return the sets whose votes on the item are counted, before and after."""
        one, other = ({_set_of(v) for v in self._counted(side)} for side in (0, 1))
        return one, other

    def _counted(self, side: int) -> list[Row]:
        voters = self._rows[side]["voters"]
        return [
            vote
            for vote in self._votes[side]
            if not _is_adjudicated(vote) and _population(vote) == voters
        ]

    def _readers(self) -> tuple[set[str], set[str]]:
        """Return who is counted and has full coverage where the item is."""
        one, other = (
            state.readers(row["segment_id"], self._coverage, row["voters"])
            for state, row in zip(self._states, self._rows, strict=True)
        )
        return one, other

    def _cause(self, name: str) -> Cause:
        if name == EXISTS and self._whole is not None and self._whole.cause is not None:
            return self._whole.cause
        if self._rows[0]["voters"] != self._rows[1]["voters"]:
            return self._population_changed()
        decisions = [self._decisions(side) for side in (0, 1)]
        if decisions[0] != decisions[1]:
            return self._adjudication_changed(decisions)
        looked = self._whole.marked if self._whole else self._readers()
        found = self._readers_changed(looked) if name == EXISTS else None
        return found or self._votes_changed(name)

    def _population_changed(self) -> Cause:
        """Name the sets that make another population decide, as they came or went."""
        pairs = zip(self.marked(), self._readers(), strict=True)
        counted = [marked | readers for marked, readers in pairs]
        voters = [row["voters"] for row in self._rows]
        one, other = (POPULATIONS.get(str(name), "nobody") for name in voters)
        # Those who decide first were not there on the other side, or of another kind.
        rises = deciding(filter(None, voters)) == voters[1]
        sets = tuple(sorted(counted[1] if rises else counted[0]))
        rest = self._states[0 if rises else 1].sets
        moved = tuple(
            name
            for name in sets
            if name in rest and rest[name].population != voters[rises]
        )
        if moved:
            words = f"now counted as {other}, previously as {one}"
            return Cause(Why.RECLASSIFIED, moved, words)
        until = "previously by" if rises else "no longer by"
        return Cause(Why.POPULATION, sets, f"now decided by {other}, {until} {one}")

    def _decisions(self, side: int) -> list[Any]:
        """Return what adjudicators decided; they may have left the item out, or open."""
        said = [_bare(vote) for vote in self._votes[side] if _is_adjudicated(vote)]
        is_decided = self._rows[side]["decided_by"] == "adjudicated"
        return [*said, True] if is_decided or said else []

    def _adjudication_changed(self, decisions: Sequence[list[Any]]) -> Cause:
        if not decisions[0]:
            return Cause(Why.ADJUDICATED)
        if decisions[1]:
            return Cause(Why.DECISION_CHANGED)
        is_there = ADJUDICATED in self._states[1].names
        return Cause(Why.DECISION_REMOVED if is_there else Why.SET_REMOVED)

    def _readers_changed(self, looked: tuple[set[str], set[str]]) -> Cause | None:
        """Return who was added to or removed from those who looked, if anyone was."""
        new = looked[1] - looked[0]
        if new:
            silent = tuple(sorted(new - self.marked()[1]))
            if silent:
                return Cause(Why.NOT_MARKED, silent)
            return Cause(Why.NEW_VOTE, tuple(sorted(new)))
        gone = looked[0] - looked[1]
        return self._withdrawn(gone) if gone else None

    def _withdrawn(self, gone: Iterable[str]) -> Cause:
        names = tuple(sorted(gone))
        away = tuple(name for name in names if name not in self._states[1].names)
        return Cause(Why.WITHDRAWN, away) if away else Cause(Why.VOTE_REMOVED, names)

    def _given(self, name: str) -> list[dict[str, list[Any]]]:
        """Return, before and after, set to the values that it gives an attribute."""
        sides = []
        for side in (0, 1):
            found: dict[str, list[Any]] = {}
            for vote in self._counted(side):
                value = vote[name] if name in ATTRIBUTES[self._layer] else True
                if value is not None:
                    found.setdefault(_set_of(vote), []).append(value)
            sides.append(found)
        return sides

    def _votes_changed(self, name: str) -> Cause:
        """Return whose votes were added, removed or corrected."""
        before, after = self._given(name)
        new = tuple(sorted(after.keys() - before.keys()))
        if new:
            return Cause(Why.NEW_VOTE, new)
        if gone := before.keys() - after.keys():
            return self._withdrawn(gone)
        changed = tuple(sorted(n for n in after if before[n] != after[n]))
        one, other = self._states
        if one.text_sha256 != other.text_sha256:
            return Cause(Why.TEXT, changed)
        segment = self._rows[1]["segment_id"]
        is_moved = one.segments.get(segment) != other.segments.get(segment)
        if is_moved and all(
            one.said(n, segment) == other.said(n, segment) for n in changed
        ):
            return Cause(Why.SEGMENT)
        return Cause(Why.CORRECTED, changed) if changed else Cause(Why.GROUPED)


def _population(vote: Row) -> str:
    kind: str = "key" if vote["role"] == KEY else vote["annotator_kind"]
    return kind


def _who(row: Row, name: str) -> str:
    return POPULATIONS.get(str(row[name]), "nobody")


def _there(row: Row, name: str) -> str:
    return {True: "yes", False: "no", None: "undecided"}[row[name]]


def _label(row: Row, name: str) -> str:
    value = row[name]
    if value is None and _is_tied(row, name):
        return "tie"
    if value is None:
        return "-"
    return "+".join(value) if isinstance(value, list) else str(value)


def _is_tied(row: Row, name: str) -> bool:
    """Tell whether votes left a label open; what an adjudicator left open is not a tie."""
    soft = row[f"{name}_soft"]
    if not soft or row["decided_by"] == "adjudicated":
        return False
    shares = [share for share in soft if isinstance(share, float)]
    return not shares or max(shares) * 2 <= 1
