"""ADJ: what adjudicators decided, and on what."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from standpoint.checks.context import Context, judged
from standpoint.records import canonical
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Adjudication, AnnotationSet, JudgedSegment
from standpoint.records.text import sha256
from standpoint.records.vocabulary import ADJUDICATOR, FULL, LAYER_OF, is_reading
from standpoint.resolve.match import differences

MANY = 10
"""Fewer decisions than this are no habit."""
AGAINST = 0.3

_MAIN = {
    "mentions": "naming",
    "claims": "claim_type",
    "panel": "label",
    "stances": "label",
}
"""List of a judged segment to the main label of its items."""


class _Decision(NamedTuple):
    """An adjudicated item.

    Attributes:
        pointer: JSON pointer to it.
        segment: Segment id.
        name: List that it stands in.
        item: The item.
        adjudication: The decision.
    """

    pointer: str
    segment: str
    name: str
    item: Any
    adjudication: Adjudication


def _decisions(record: AnnotationSet, context: Context) -> Iterator[_Decision]:
    if record.role != ADJUDICATOR:
        return
    for pointer, segment, _known in judged(record, context):
        for name in _MAIN:
            for key, item in _items(segment, name):
                if isinstance(item.adjudication, Adjudication):
                    at = f"{pointer}/{name}/{key}"
                    yield _Decision(at, segment.segment, name, item, item.adjudication)


def _items(segment: JudgedSegment, name: str) -> Iterator[tuple[Any, Any]]:
    listed = getattr(segment, name)
    return iter(listed.items() if isinstance(listed, dict) else enumerate(listed))


def _source(context: Context, one: _Decision, annotator: str, item: str) -> Any:
    """Return an item of a reading, or None where it has none such."""
    for other in context.dossier.sets:
        if is_reading(other.role) and other.annotator == annotator:
            for segment in other.segments:
                if segment.segment == one.segment:
                    return _named(segment, one.name, item)
    return None


def _named(segment: JudgedSegment, name: str, item: str) -> Any:
    for key, found in _items(segment, name):
        if item == (key if name == "panel" else found.id):
            return found
    return None


@check("ADJ001", Level.ERROR, on=AnnotationSet)
def decision_has_sources(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A decision names the items that it decides on; an added item has none.

    Why: the readings and the decision must stay side by side.
    Fix: name annotator and item (for the panel, the target); use `added` for an item
    that no reading has.
    Example: a source `c99` that the reading does not have.
    """
    for one in _decisions(record, context):
        sources = one.adjudication.sources
        is_added = one.adjudication.decision == "added"
        at = f"{one.pointer}/adjudication/sources"
        if bool(sources) == is_added:
            what = (
                "has the decision `added`, but also `sources`"
                if is_added
                else "has no `sources`"
            )
            yield Hit(at, f"This item {what}.")
        for index, source in enumerate(sources):
            if _source(context, one, source.annotator, source.item) is None:
                message = f"The set of {source.annotator} has no item {source.item} in {one.segment}."
                yield Hit(f"{at}/{index}", message)


@check("ADJ002", Level.ERROR, on=AnnotationSet)
def nobody_decides_on_their_own(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """An adjudicator does not decide on items from their own annotation.

    Why: their reading would count twice.
    Fix: let somebody else adjudicate.
    Example: adjudicator a1 on an item of a1 and a2.
    """
    for one in _decisions(record, context):
        for index, source in enumerate(one.adjudication.sources):
            if source.annotator == record.annotator:
                at = f"{one.pointer}/adjudication/sources/{index}/annotator"
                yield Hit(
                    at,
                    f"{record.annotator} annotated this item and cannot adjudicate it.",
                )


@check("ADJ003", Level.ERROR, on=AnnotationSet)
def readings_are_as_they_were(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The readings have not changed since the decision.

    Why: a decision on an older version does not apply to the new one.
    Fix: decide again on the current reading, or restore it; a key is not a reading.
    Example: a reading that was pulled again after its items were adjudicated.
    """
    if record.role != ADJUDICATOR or not isinstance(record.sources, dict):
        return
    files = {
        other.annotator: sha256(canonical.encode(other))
        for other in context.dossier.sets
        if is_reading(other.role)
    }
    decided = {
        source.annotator
        for one in _decisions(record, context)
        for source in one.adjudication.sources
    }
    for annotator, digest in record.sources.items():
        if files.get(annotator) != digest:
            what = "has changed" if annotator in files else "is gone"
            yield Hit(f"/sources/{annotator}", f"The reading of {annotator} {what}.")
    for annotator in sorted(decided - record.sources.keys()):
        message = f"Items of {annotator} have decisions, but `sources` does not list {annotator}."
        yield Hit("/sources", message)


@check("ADJ004", Level.WARNING, on=AnnotationSet)
def adjudicator_follows_readers(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """Few decisions go against the majority of the readings.

    Only sets with at least ten decisions are checked.

    Why: otherwise the guidelines are unclear, or the adjudicator reads them
    differently.
    Fix: discuss the items, then correct the guidelines or the decisions.
    Example: seven of twenty decisions against the majority.
    """
    found = [one for one in _decisions(record, context) if one.adjudication.sources]
    against = sum(_is_against(one, context) for one in found)
    if len(found) >= MANY and against > AGAINST * len(found):
        message = (
            f"{against} of {len(found)} decisions go against the majority of readings."
        )
        yield Hit("/segments", message)


def _is_against(one: _Decision, context: Context) -> bool:
    """Tell whether a decision drops what most marked, or keeps what most did not.

    Most of those who were asked: where people were, no language model counts.
    """
    decision, sources = one.adjudication.decision, one.adjudication.sources
    annotators = context.registries.annotators
    kinds = {annotators[s.annotator].kind for s in sources if s.annotator in annotators}
    looked = {
        other.annotator
        for other in context.dossier.sets
        for segment in other.segments
        if is_reading(other.role)
        and segment.segment == one.segment
        and getattr(segment.coverage, LAYER_OF[one.name]) == FULL
        and other.annotator in annotators
        and annotators[other.annotator].kind in kinds
    }
    looked |= {source.annotator for source in sources}
    if decision == "left_open":
        return False
    if decision == "dropped":
        return len(sources) * 2 > len(looked)
    labels = Counter(
        getattr(item, _MAIN[one.name])
        for source in sources
        if (item := _source(context, one, source.annotator, source.item)) is not None
    )
    label, count = labels.most_common(1)[0] if labels else ("", 0)
    other = count * 2 > len(sources) and label != getattr(one.item, _MAIN[one.name])
    return other or len(sources) * 2 < len(looked)


@check("ADJ005", Level.ERROR, on=AnnotationSet)
def decision_has_a_reason(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A decision has a reason, unless the readings agree.

    Why: readers of the resolved label must be able to see how it was decided.
    Fix: give the reason in one sentence without quotes from the text.
    Example: {"decision": "dropped", "reason": null}
    """
    for one in _decisions(record, context):
        found = one.adjudication
        if found.reason is None and found.decision != "agreed":
            yield Hit(
                f"{one.pointer}/adjudication/reason",
                f"The decision \u2018{found.decision}\u2019 has no reason.",
            )


@check("ADJ006", Level.ERROR, on=AnnotationSet)
def decision_keeps_what_readings_say(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """An `agreed` item is the same in all readings, a `chosen` one the same as in one.

    How a reading was made, and which mentions it links to, is not compared.

    Why: `agreed` needs no reason, so a different reading would be ignored silently.
    Fix: use `chosen` or `merged` and give the reason.
    Example: `agreed` where one reading has the form `nominal` and three have `name`.
    """
    decisions = list(_decisions(record, context))
    if not decisions:
        return
    kinds = _kinds(record)
    readings = {other.annotator: _kinds(other) for other in _unchanged(record, context)}
    for one in decisions:
        decision, sources = one.adjudication.decision, one.adjudication.sources
        found = [
            (item, readings[source.annotator])
            for source in sources
            if source.annotator in readings
            and (item := _source(context, one, source.annotator, source.item))
        ]
        own = (one.item, kinds)
        at = f"{one.pointer}/adjudication/decision"
        if decision == "agreed" and (differing := differences([own, *found])):
            names = ", ".join(f"{s.annotator}/{s.item}" for s in sources)
            words = f"The decision is \u2018agreed\u2019 on {names}, but the items differ in"
            yield Hit(at, f"{words} {', '.join(differing)}.")
        elif decision == "chosen" and len(found) == len(sources) > 0:
            nearest = min((differences([own, other]) for other in found), key=len)
            if nearest:
                words = "The decision is \u2018chosen\u2019, but no reading has this item: the closest one"
                yield Hit(at, f"{words} differs in {', '.join(nearest)}.")


def _kinds(record: AnnotationSet) -> dict[str, str]:
    return {nil.id: nil.kind for nil in record.nil}


def _unchanged(record: AnnotationSet, context: Context) -> Iterator[AnnotationSet]:
    """Yield the readings that are as they were decided on; ADJ003 reports the others."""
    known = record.sources if isinstance(record.sources, dict) else {}
    for other in context.dossier.sets:
        if is_reading(other.role) and known.get(other.annotator) == sha256(
            canonical.encode(other)
        ):
            yield other
