"""REL: relations between claims."""

from collections.abc import Iterator

from standpoint.checks.context import Context, judged
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import AnnotationSet, Relation
from standpoint.records.vocabulary import ADJUDICATOR

STRONGER = "restates_stronger"


@check("REL001", Level.ERROR, on=AnnotationSet)
def related_claims_exist(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A relation connects two different claims of the segment.

    Why: a relation without two ends is lost.
    Fix: correct the ids.
    Example: {"type": "conflicts_with", "from": "c02", "to": "c02"}
    """
    for pointer, segment, _known in judged(record, context):
        claims = {claim.id for claim in segment.claims}
        for index, relation in enumerate(segment.relations):
            at = f"{pointer}/relations/{index}"
            for key, claim in (("from", relation.from_), ("to", relation.to)):
                if claim not in claims:
                    yield Hit(f"{at}/{key}", f"The segment has no claim {claim}.")
            if relation.from_ == relation.to:
                yield Hit(f"{at}/to", f"{relation.to} is related to itself.")


@check("REL002", Level.ERROR, on=AnnotationSet)
def same_claims_do_not_conflict(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """Claims that are the same, directly or through others, do not conflict.

    Why: a proposition cannot exclude itself.
    Fix: delete one of the relations.
    Example: c01 same as c02, c02 same as c03, c01 conflicts with c03.
    """
    for pointer, segment, _known in judged(record, context):
        cluster: dict[str, str] = {}

        def root(claim: str, cluster: dict[str, str] = cluster) -> str:
            while claim in cluster:
                claim = cluster[claim]
            return claim

        for relation in segment.relations:
            first, second = root(relation.from_), root(relation.to)
            if relation.type == "same_as" and first != second:
                cluster[second] = first
        for index, relation in enumerate(segment.relations):
            conflict = (
                relation.type == "conflicts_with" and relation.from_ != relation.to
            )
            if conflict and root(relation.from_) == root(relation.to):
                message = f"{relation.from_} and {relation.to} are the same claim."
                yield Hit(f"{pointer}/relations/{index}", message)


@check("REL003", Level.ERROR, on=AnnotationSet)
def only_adjudicators_join_claims(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """Only adjudicators set `same_as` and `cluster`.

    Why: they compare claims of several readings, which annotators must not see.
    Fix: use `also_at` for a repeat in the segment; leave the rest to the adjudicator.
    Example: a `same_as` relation in the set of an annotator.
    """
    if record.role == ADJUDICATOR:
        return
    for pointer, segment, _known in judged(record, context):
        for index, relation in enumerate(segment.relations):
            if relation.type == "same_as":
                message = "Only adjudicators may use this relation."
                yield Hit(f"{pointer}/relations/{index}/type", message)
        for index, claim in enumerate(segment.claims):
            if claim.cluster is not None:
                message = f"{claim.id} has a cluster; only adjudicators may set one."
                yield Hit(f"{pointer}/claims/{index}/cluster", message)


@check("REL004", Level.ERROR, on=AnnotationSet)
def relations_are_given_once(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Two claims have at most one relation, and relations do not contradict each other.

    `same_as` and `conflicts_with` have no direction. If c01 restates c02 more strongly,
    c02 does not restate c01 more strongly, nor does c01 restate c02 more weakly.

    Why: a relation entered twice is counted twice, and of two contradicting ones at
    least one is wrong.
    Fix: delete one of the two.
    Example: c01 conflicts with c02, and c02 with c01.
    """
    for pointer, segment, _known in judged(record, context):
        seen: dict[tuple[str, str, str], int] = {}
        for index, relation in enumerate(segment.relations):
            known = _as_known(relation)
            kind, first, second = known
            reverse = (kind, second, first)
            before = seen.setdefault(known, index)
            other = segment.relations[before]
            at = f"{pointer}/relations/{index}"
            if before != index:
                yield Hit(at, f"{_told(relation)} repeats {_told(other)}.")
            elif kind == STRONGER and first != second and reverse in seen:
                other = segment.relations[seen[reverse]]
                yield Hit(at, f"{_told(relation)} contradicts {_told(other)}.")


def _as_known(relation: Relation) -> tuple[str, str, str]:
    """Return what a relation says, in one way whichever way it was entered."""
    if relation.type == "restates_weaker":
        return STRONGER, relation.to, relation.from_
    if relation.type == STRONGER:
        return STRONGER, relation.from_, relation.to
    first, second = sorted((relation.from_, relation.to))
    return relation.type, first, second


def _told(relation: Relation) -> str:
    return f"\u2018{relation.from_} {relation.type} {relation.to}\u2019"
