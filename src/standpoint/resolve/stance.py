"""Stances: of the panel, free ones, and of the carrier toward claims it reports."""

from collections.abc import Sequence
from typing import Any

from standpoint.records.model import (
    Claim,
    Evidence,
    Holder,
    PanelJudgement,
    Stance,
    Target,
)
from standpoint.records.vocabulary import voice
from standpoint.resolve.decide import decide_part
from standpoint.resolve.item import PANEL, Reading, decided
from standpoint.resolve.vote import Opinion, Resolved, Vote


def resolved_stances(
    readings: Sequence[Reading], claims: Sequence[Resolved]
) -> list[Resolved]:
    """Resolve panel and free stances: the same holder and target match."""
    group_of = {vote.vote_id: claim.item_id for claim in claims for vote in claim.votes}
    panel: dict[Any, list[Vote]] = {}
    free: dict[Any, list[Vote]] = {}
    for reading in readings:
        holder = Holder(kind=voice(reading.segment.kind).holder, id=None)
        for target, judgement in sorted(reading.judged.panel.items()):
            opinion = _opinion(judgement, holder, "panel", target)
            vote = reading.vote(f"{PANEL}{target}", opinion, judgement.adjudication)
            panel.setdefault((holder.kind, target), []).append(vote)
        for stance in reading.judged.stances:
            opinion = _opinion(stance, stance.holder, stance.target.kind, "")
            opinion = opinion._replace(target=_target(reading, stance.target, group_of))
            key = (stance.holder.kind, stance.holder.id, opinion.kind, opinion.target)
            group = free.setdefault(key, [])
            # Two judgements of one set on the same thing: the first counts.
            if all(vote.set is not reading.set for vote in group):
                vote = reading.vote(stance.id, opinion, stance.adjudication)
                group.append(vote._replace(origin=stance.origin))
    resolved = decided(panel.values(), readings, "stance", "panel")
    exists = {claim.item_id: claim.exists for claim in claims}
    for found in decided(free.values(), readings, "stance", "stance"):
        whole = exists.get(found.taken.item.target, True)
        if found.taken.item.kind == "claim" and whole is not True:
            # Nobody takes a stance toward a claim that is not there.
            resolved.append(_no_surer(found, whole))
        else:
            resolved.append(found)
    return resolved


def _no_surer(found: Resolved, whole: bool | None) -> Resolved:
    return found if found.exists is False else found._replace(exists=whole)


def _opinion(
    judgement: PanelJudgement | Stance, holder: Holder, kind: str, target: str
) -> Opinion:
    return Opinion(
        holder=holder,
        kind=kind,
        target=target,
        label=judgement.label,
        expression=judgement.expression,
        portrayal=judgement.portrayal,
        evidence=judgement.evidence,
    )


def _target(reading: Reading, target: Target, group_of: dict[str, str]) -> str:
    if target.kind != "claim":
        return target.id
    own = reading.vote_id(target.id)
    return group_of.get(own, own)


def with_carrier_stance(
    claims: Sequence[Resolved], stances: Sequence[Resolved]
) -> list[Resolved]:
    """Return claims without the carrier's stance where most readers saw no source.

    A claim of the carrier's own has none: a few who took it for a report do not give
    it one.

    Args:
        claims: The claims.
        stances: The stances of the carrier toward them.
    """
    name = "carrier_stance"
    kept = {item.taken.item.target for item in stances if item.kept is True}
    return [
        claim
        if claim.item_id in kept
        else claim._replace(
            labels=claim.labels | {name: claim.labels[name]._replace(value=None)}
        )
        for claim in claims
    ]


def carrier_stances(claims: Sequence[Resolved]) -> list[Resolved]:
    """Resolve the carrier's stance toward each claim that it reports."""
    resolved = []
    for whole in claims:
        votes = []
        for vote in whole.votes:
            claim: Claim = vote.item
            if claim.carrier_stance is None:
                continue
            evidence = tuple(
                Evidence(start=span.start, end=span.end, digest=span.digest)
                for span in claim.carrier_evidence
            )
            opinion = Opinion(
                Holder(kind=voice(whole.segment.kind).holder, id=None),
                "claim",
                whole.item_id,
                claim.carrier_stance,
                None,
                None,
                evidence,
            )
            votes.append(vote.part("carrier", opinion))
        if votes:
            resolved.append(decide_part(votes, whole, "stance"))
    return resolved
