"""Mentions and claims: matched by their spans, then decided group by group."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from standpoint.records.model import (
    AnnotationSet,
    Annotator,
    JudgedSegment,
    Segment,
    set_name,
)
from standpoint.records.vocabulary import (
    ADJUDICATOR,
    FULL,
    HUMAN,
    ITEMS,
    KEY,
    NOT_COVERED,
    deciding,
)
from standpoint.resolve.decide import decide, left_out
from standpoint.resolve.match import join
from standpoint.resolve.vote import Resolved, Vote, decision, match_item

PANEL = "panel."
"""What the id of a panel judgement starts with, before the target."""


class Reading(NamedTuple):
    """One set's judgements on one segment.

    Attributes:
        set: The set.
        judged: What it judged in the segment.
        segment: The segment.
        population: `human`, `language_model` or `key`.
        judge: Who judged: a person, or a model, of which runs are one judge.
    """

    set: AnnotationSet
    judged: JudgedSegment
    segment: Segment
    population: str
    judge: str

    def vote_id(self, item: str) -> str:
        """Return the id of one of its items."""
        return f"{self.set.document}/{self.segment.id}/{set_name(self.set)}.{item}"

    def vote(self, item: str, value: Any, adjudication: Any) -> Vote:
        """Return one of its items as a vote."""
        decision = adjudication.decision if adjudication else None
        place = f"{self.set.document}/{self.segment.id}"
        kind = PANEL if item.startswith(PANEL) else ""  # sources name the bare target
        return Vote(
            vote_id=self.vote_id(item),
            set=self.set,
            population=self.population,
            judge=self.judge,
            item=value,
            decision=decision,
            origin=getattr(value, "origin", None),
            sources=tuple(
                f"{place}/{source.annotator}.{kind}{source.item}"
                for source in (adjudication.sources if adjudication else ())
            ),
        )


def population(record: AnnotationSet, annotators: dict[str, Annotator]) -> str:
    """Return whose votes those of a set are: `human`, `language_model` or `key`."""
    if record.role == KEY:
        return KEY
    return annotators[record.annotator].kind


def judge(annotator: Annotator) -> str:
    """Return who an annotator is: runs of one model are one judge."""
    if annotator.kind == HUMAN:
        return annotator.id
    return f"{annotator.model} {annotator.version}"


def empty_layers(record: AnnotationSet) -> list[str]:
    """Return the layers that a set covers fully somewhere and marks nothing in.

    None, if these are stances alone: many texts have nobody to quote.
    """
    found = [
        layer
        for layer, items in ITEMS.items()
        if any(getattr(judged.coverage, layer) == FULL for judged in record.segments)
        and not any(getattr(judged, items) for judged in record.segments)
    ]
    return found if {"actor", "claim"} & set(found) else []


def resolved_claims(readings: Sequence[Reading]) -> list[Resolved]:
    """Resolve the claims of one segment."""
    return decided(grouped(readings, "claim"), readings, "claim", "claim")


def resolved_mentions(readings: Sequence[Reading]) -> list[Resolved]:
    """Resolve the mentions of one segment."""
    return decided(grouped(readings, "actor"), readings, "actor", "actor")


def grouped(
    readings: Sequence[Reading], layer: str, *, places_alone: bool = False
) -> list[list[Vote]]:
    """Match the mentions or claims of one segment.

    Args:
        readings: All readings of the segment.
        layer: `actor` or `claim`.
        places_alone: As in `join`.

    Returns:
        Groups of votes.
    """
    votes: dict[str, Vote] = {}
    sets = []
    for reading in readings:
        items = []
        for value in getattr(reading.judged, ITEMS[layer]):
            vote = reading.vote(value.id, value, value.adjudication)
            votes[vote.vote_id] = vote
            joins = next(iter(vote.sources), None)
            items.append(match_item(vote.vote_id, value)._replace(joins=joins))
        if getattr(reading.judged.coverage, layer) != NOT_COVERED:
            sets.append(items)
    groups = join(sets, places_alone=places_alone)
    return [[votes[item.vote_id] for item in group] for group in groups]


def decided(
    groups: Iterable[Sequence[Vote]],
    readings: Sequence[Reading],
    layer: str,
    coverage: str,
) -> list[Resolved]:
    """Resolve the groups of one layer of one segment.

    Args:
        groups: Groups of votes.
        readings: All readings of the segment.
        layer: Layer of the groups.
        coverage: Layer whose coverage says who looked.
    """
    judges = [
        reading
        for reading in readings
        if reading.set.role != ADJUDICATOR
        and getattr(reading.judged.coverage, coverage) != NOT_COVERED
    ]
    full = [r for r in judges if getattr(r.judged.coverage, coverage) == FULL]
    segment = readings[0].segment
    groups = list(groups)
    merged = _merged(groups)
    resolved = []
    for group in groups:
        # Someone who looked at a part decides on that part only.
        marked = [vote.population for vote in group if not vote.is_adjudicated]
        population = deciding([*marked, *(reading.population for reading in full)])
        looked = {r.set.annotator for r in full if r.population == population}
        found = decide(group, segment, layer, population, looked)
        into = next((merged[v.vote_id] for v in group if v.vote_id in merged), None)
        if into is not None and decision(group) is None:
            found = left_out(found, into)
        resolved.append(found)
    return resolved


def _merged(groups: Iterable[Sequence[Vote]]) -> dict[str, Vote]:
    """Return items that an adjudicator merged into another, to the decision."""
    return {
        source: vote
        for group in groups
        for vote in group
        for source in vote.sources[1:]
    }
