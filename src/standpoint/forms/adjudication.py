"""Adjudication: the forms for decisions on items, and the decisions.

A task is about one item on which readings differ, or about one segment to which items may be
added. The decision `chosen` keeps the item of one reading without marking it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from standpoint.forms import actors, claims, panel
from standpoint.forms.answers import Answers, Region
from standpoint.forms.convert_common import Content, Passage, digest, plain
from standpoint.forms.form import (
    CLAIM,
    CONTESTED,
    DECIDE,
    EVIDENCE,
    MENTION,
    NOT_ANNOTATED,
    TARGET,
    WHOLE_SEGMENT,
    Control,
    Form,
    Value,
)
from standpoint.forms.steps import (
    SKIPPED,
    actors_form,
    choices,
    claims_form,
    parts,
    stances,
)
from standpoint.records.findings import Problem
from standpoint.records.model import (
    AnnotationSet,
    JudgedSegment,
    Mention,
    PanelJudgement,
    Record,
    Stance,
)
from standpoint.records.vocabulary import ITEMS, Inventories
from standpoint.resolve.match import differences

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Names of the readings of a group, in the order of its members."""

ABOUT_ITEM = ("agreed", "chosen", "merged", "dropped", "left_open")
ABOUT_SEGMENT = ("agreed", "added")
"""Decisions on an item, and on items that may be missing from a segment."""

Item = dict[str, Any]
Layer = Literal["actor", "claim", "stance"]


class Member(Record, frozen=True):
    """An item of a reading to decide on.

    Attributes:
        annotator: Pseudonym.
        item: Id of the item, or a target of the panel.
        digest: Digest of the item as it was shown.
    """

    annotator: str
    item: str
    digest: str

    @property
    def name(self) -> str:
        """Its name among the items of a segment."""
        return f"{self.annotator}/{self.item}"


class Contested(Record, frozen=True):
    """The items to decide on.

    Attributes:
        layer: `actor`, `claim` or `stance`.
        members: The items in the order of their letters; none if the task is about adding
            items to a segment.
    """

    layer: Layer
    members: tuple[Member, ...]


# forms

_CONTESTED = SKIPPED._replace(
    label=CONTESTED,
    layer=CONTESTED,
    hint="The item to decide on, as marked in the first reading.",
    colour="#ffd54a",
)


def _decision(inventories: Inventories) -> tuple[Control, ...]:
    """Return the fields of a decision; the task has the lists of values."""
    title = inventories["decision"].title
    asked = Control("decision", "choices", title, inventory="decision", required=True)
    which = Control("reading", "choices", "Which reading")
    why = "Reason, for every decision except `agreed`; do not quote the text"
    return (
        asked._replace(listed_in="decisions", possible=(*ABOUT_ITEM, *ABOUT_SEGMENT)),
        which._replace(listed_in="readings", shown_by=("decision", ("chosen",))),
        Control("reason", "textarea", why, rows=2),
    )


def actor_form(inventories: Inventories) -> Form:
    """Return the form for decisions on a mention."""
    asked = actors_form(inventories)
    fields = (field for field in asked.controls if field.layer)
    return asked._replace(
        name=DECIDE["actor"],
        marks=(*asked.marks, _CONTESTED),
        controls=(*_decision(inventories), *fields),
    )


def claim_form(inventories: Inventories) -> Form:
    """Return the form for decisions on a claim and its sources."""
    asked = claims_form(inventories)
    cluster = "Cluster, if the same claim occurs elsewhere"
    fields = [field for field in asked.controls if field.layer]
    own = [field for field in fields if field.layer == CLAIM]
    return asked._replace(
        name=DECIDE["claim"],
        marks=(*(mark for mark in asked.marks if mark.label != MENTION), _CONTESTED),
        controls=(
            *_decision(inventories),
            *own,
            Control("cluster", "textarea", cluster, CLAIM),
            *fields[len(own) :],
        ),
        relations=(),
    )


def stance_form(inventories: Inventories) -> Form:
    """Return the form for decisions on a stance; holder and target are fixed."""
    held = stances(inventories, "panel")
    whole = Value(WHOLE_SEGMENT, "The segment as a whole is the evidence.")
    given = (
        choices(inventories, "label", "stance_label", only=held),
        choices(inventories, "expression", "expression"),
        choices(inventories, "portrayal", "portrayal", extended=True),
        Control("scope", "choices", "", values=(whole,), many=True),
    )
    return Form(
        name=DECIDE["stance"],
        tier="",
        marks=(
            *(mark._replace(layer=TARGET) for mark in parts(EVIDENCE)),
            SKIPPED,
            _CONTESTED,
        ),
        controls=(
            *_decision(inventories),
            *(field._replace(shown_by=("decision", ("merged",))) for field in given),
        ),
    )


# the items to decide on


def item_of(judged: JudgedSegment, layer: str, item: str) -> Any:
    """Return an item of a segment, or None if there is no such item."""
    if layer == "stance" and item in judged.panel:
        return judged.panel[item]
    listed = getattr(judged, ITEMS[layer])
    return next((one for one in listed if one.id == item), None)


def version(judged: JudgedSegment, layer: str, item: str, passage: Passage) -> Answers:
    """Return an item of a reading as answers in the form for decisions."""
    one = item_of(judged, layer, item)
    alone = msgspec.structs.replace(
        judged, mentions=(), claims=(), panel={}, stances=(), relations=(), note=None
    )
    if layer == "actor":
        return actors.encode(msgspec.structs.replace(alone, mentions=(one,)), passage)
    if layer == "claim":
        bare = msgspec.convert(_without_mentions(plain(one)), type(one))
        return claims.encode(msgspec.structs.replace(alone, claims=(bare,)), passage)
    return panel.encode_one(one, passage)


def contested(item: Any, start: int) -> dict[str, Region]:
    """Return the words of an item as regions.

    Args:
        item: A mention, a claim, or a judgement of the panel or a stance.
        start: Start of the segment.
    """
    spans = getattr(item, "spans", None) or (
        [item.span] if isinstance(item, Mention) else panel.spans_of(item.evidence)
    )
    found = {}
    for number, span in enumerate(spans, 1):
        name = f"zone-contested-{number}"
        found[name] = Region(name, CONTESTED, span.start - start, span.end - start, {})
    return found


def possible(versions: Sequence[tuple[Any, Mapping[str, str]]]) -> tuple[str, ...]:
    """Return the decisions that are allowed for an item.

    Args:
        versions: The item in each reading, with NIL id to kind of the reading.
    """
    without = {"agreed"} if differences(versions) else set()
    return tuple(one for one in ABOUT_ITEM if one not in without)


# what was decided


class Decided(NamedTuple):
    """The decision of one task.

    Attributes:
        name: Property of a judged segment that the items belong to.
        items: Items as plain data, with their `adjudication`; of the panel, one. Their
            ids are those of the task, and are still to be numbered.
        target: Target of the panel, or empty.
        nil: NIL id to its kind, of actors that the items name.
        fault: Why the decision cannot be used, or empty.
        problems: What is wrong with the items that were marked.
        left_out: What was left out; the rest is kept.
    """

    name: str
    items: tuple[Item, ...] = ()
    target: str = ""
    nil: Mapping[str, str] = {}
    fault: str = ""
    problems: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()


Sets = Mapping[str, AnnotationSet]
"""Annotator to set, of one document."""


def contested_item(
    sets: Sets, segment: str, contested: Contested, member: Member
) -> Any:
    """Return an item as its reading has it now; None where it is gone."""
    own = sets.get(member.annotator)
    for judged in own.segments if own else ():
        if judged.segment == segment:
            return item_of(judged, contested.layer, member.item)
    return None


def changed(sets: Sets, segment: str, contested: Contested) -> list[str]:
    """Return the names of the items that are no longer as the adjudicator saw them."""
    found = (
        (member, contested_item(sets, segment, contested, member))
        for member in contested.members
    )
    return [
        member.name
        for member, item in found
        if item is None or digest(item) != member.digest
    ]


def decided(
    answers: Answers, passage: Passage, segment: str, contested: Contested, sets: Sets
) -> Decided:
    """Return the decision of a task.

    Args:
        answers: The answers of the adjudicator.
        passage: What they are about.
        segment: Id of the segment.
        contested: The items to decide on; none of them has changed.
        sets: Annotator to set, of the document.
    """
    decision, reason = answers.one("decision"), answers.one("reason")
    found = [
        (contested_item(sets, segment, contested, one), _kinds(sets[one.annotator]))
        for one in contested.members
    ]
    first = found[0][0] if found else None
    target = contested.members[0].item if isinstance(first, PanelJudgement) else ""
    outcome = Decided("panel" if target else ITEMS[contested.layer], target=target)
    fault = _fault(decision, reason, contested)
    if not fault and decision == "agreed" and (differing := differences(found)):
        fault = (
            f"\u2018agreed\u2019, but the readings differ in {', '.join(differing)}. Use"
            " \u2018chosen\u2019 to pick one of them, or \u2018merged\u2019 to mark the right"
            " version"
        )
    if fault:
        return outcome._replace(fault=fault)
    outcome = outcome._replace(left_out=tuple(_left_out(answers, passage, decision)))
    if decision == "agreed" and not found:
        return outcome
    if decision in {"merged", "added"}:
        nil = {
            name: kind for own in sets.values() for name, kind in _kinds(own).items()
        }
        content = _drawn(answers, passage, contested, first)
        items = content.data["stances" if target else ITEMS[contested.layer]]
        if content.problems:
            return outcome._replace(problems=content.problems)
        if decision == "merged" and len(items) != 1:
            return outcome._replace(
                fault=f"{len(items)} items are marked instead of one"
            )
        nil |= content.nil
    else:
        letters = LETTERS[: len(found)]
        letter = answers.one("reading") if decision == "chosen" else letters[0]
        if letter is None or letter not in letters:
            return outcome._replace(
                fault=f"there is no reading \u2018{letter or ''}\u2019"
            )
        item, nil = found[letters.index(letter)]
        items = [plain(item)]
    verdict = {"sources": sources(contested), "decision": decision, "reason": reason}
    decided_on = (_without_mentions(item) | {"adjudication": verdict} for item in items)
    return outcome._replace(items=tuple(decided_on), nil=nil)


def _kinds(found: AnnotationSet) -> dict[str, str]:
    return {new.id: new.kind for new in found.nil}


def _left_out(
    answers: Answers, passage: Passage, decision: str | None
) -> Iterator[Problem]:
    """Yield what the adjudicator wrote or marked that the decision has no place for."""
    for region in answers.regions.values():
        words = ""
        is_own = passage.form.layer_of(region.label) not in {NOT_ANNOTATED, CONTESTED}
        if region.note:
            words = "the note on it is left out; write it under the reason."
        elif (
            decision not in {"merged", "added"}
            and is_own
            and region.origin != "suggestion_accepted"
        ):
            words = f"it is left out, because the decision is \u2018{decision}\u2019."
        if words:
            yield Problem(
                "LST021", region.pointer, f"{passage.called(region)}: {words}"
            )


def sources(contested: Contested) -> list[dict[str, str]]:
    """Return the items that are decided on, as a decision names them."""
    return [
        {"annotator": member.annotator, "item": member.item}
        for member in contested.members
    ]


def _fault(decision: str | None, reason: str | None, contested: Contested) -> str:
    allowed = ABOUT_ITEM if contested.members else ABOUT_SEGMENT
    if decision not in allowed:
        return (
            f"\u2018{decision}\u2019 is not an allowed decision here. Allowed:"
            f" {', '.join(allowed)}"
        )
    if decision != "agreed" and reason is None:
        return f"the decision \u2018{decision}\u2019 needs a reason"
    return ""


def _drawn(
    answers: Answers, passage: Passage, contested: Contested, item: Any
) -> Content:
    """Return what the adjudicator marked.

    Args:
        answers: The answers.
        passage: What they are about.
        contested: The items to decide on.
        item: The first of them.
    """
    if contested.layer == "actor":
        return actors.decode(answers, passage, {}, {})
    if contested.layer == "claim":
        return claims.decode(answers, passage, {}, ())
    given = panel.decode_one(answers, passage)
    if isinstance(item, Stance):
        whose = {"holder": plain(item.holder), "target": plain(item.target)}
        given = {"id": "t01", **whose, **given, "origin": "manual"}
    return Content({"stances": [given]}, {}, {}, {}, ())


def _without_mentions(item: Item) -> Item:
    """Remove links to mentions, which only the set of the reading has."""
    bare = {key: value for key, value in item.items() if key != "adjudication"}
    if "chains" in item:
        bare["about"] = [{**about, "mention": None} for about in item["about"]]
        bare["chains"] = [
            [{**node, "mentions": []} for node in chain] for chain in item["chains"]
        ]
    return bare
