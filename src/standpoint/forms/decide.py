"""Adjudication: what an adjudicator is asked about an item, and what they decided.

One task is one item on which readings differ, or one segment to which something may be
added. Each reading's version is a prediction beside the empty answer, and stands in a
table above the text; `chosen` takes one of them without drawing it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import msgspec

from standpoint.forms import actors, claims, panel
from standpoint.forms.answers import Answers, Region
from standpoint.forms.convert_common import Content, Ground, digest, plain
from standpoint.forms.export import Answered
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
    Inventories,
    actors_form,
    choices,
    claims_form,
    parts,
    values,
)
from standpoint.forms.task import Contested, Member
from standpoint.records.findings import Problem
from standpoint.records.model import (
    ITEMS,
    AnnotationSet,
    JudgedSegment,
    Mention,
    PanelJudgement,
    Stance,
)
from standpoint.resolve.match import differences

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What the readings of a group are called, in the order of its members."""

ABOUT_ITEM = ("agreed", "chosen", "merged", "dropped", "left_open")
ABOUT_SEGMENT = ("agreed", "added")
"""Decisions on an item, and on what may be missing from a segment."""

Item = dict[str, Any]


# forms

_CONTESTED = SKIPPED._replace(
    label=CONTESTED,
    layer=CONTESTED,
    hint="What is decided on, as the first reading marks it.",
    colour="#ffd54a",
)


def _decision(inventories: Inventories) -> tuple[Control, ...]:
    """Return the fields of a decision; which ones are possible, the task says."""
    title = inventories["decision"].title
    asked = Control("decision", "choices", title, inventory="decision", required=True)
    which = Control("reading", "choices", "Which reading")
    why = "Why; for everything but `agreed`. Quote nothing"
    return (
        asked._replace(listed_in="decisions", possible=(*ABOUT_ITEM, *ABOUT_SEGMENT)),
        which._replace(listed_in="readings", shown_by=("decision", ("chosen",))),
        Control("reason", "textarea", why, rows=2),
    )


def actor_form(inventories: Inventories) -> Form:
    """Return what is asked about a mention."""
    asked = actors_form(inventories)
    fields = (field for field in asked.controls if field.layer)
    return asked._replace(
        name=DECIDE["actor"],
        marks=(*asked.marks, _CONTESTED),
        controls=(*_decision(inventories), *fields),
    )


def claim_form(inventories: Inventories) -> Form:
    """Return what is asked about a claim, its sources included."""
    asked = claims_form(inventories)
    cluster = "Cluster, if others say the same elsewhere"
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
    """Return what is asked about a stance; whose and toward what is settled."""
    held = [v.name for v in values(inventories, "stance_label") if v.name != "query"]
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


# what the adjudicator sees


def item_of(judged: JudgedSegment, layer: str, item: str) -> Any:
    """Return an item of a judged segment, or None where it has none such."""
    if layer == "stance" and item in judged.panel:
        return judged.panel[item]
    listed = getattr(judged, ITEMS[layer])
    return next((one for one in listed if one.id == item), None)


def version(judged: JudgedSegment, layer: str, item: str, ground: Ground) -> Answers:
    """Return an item of a reading as answers in the form of an adjudicator."""
    one = item_of(judged, layer, item)
    alone = msgspec.structs.replace(
        judged, mentions=(), claims=(), panel={}, stances=(), relations=(), note=None
    )
    if layer == "actor":
        return actors.encode(msgspec.structs.replace(alone, mentions=(one,)), ground)
    if layer == "claim":
        bare = msgspec.convert(_without_mentions(plain(one)), type(one))
        return claims.encode(msgspec.structs.replace(alone, claims=(bare,)), ground)
    return panel.encode_one(one, ground)


def contested(item: Any, start: int) -> dict[str, Region]:
    """Return the words of an item as regions that cannot be clicked.

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
    """Return the decisions that readings of an item allow.

    Args:
        versions: The item as each reading has it, with NIL id to kind of the reading.
    """
    without = {"agreed"} if differences(versions) else set()
    return tuple(one for one in ABOUT_ITEM if one not in without)


def table(
    members: Sequence[tuple[str, Any]], layer: str, heading: str, *, count: int
) -> str:
    """Return the readings of an item side by side, as HTML.

    Args:
        members: Name of each reading and its item.
        layer: Their layer.
        heading: What stands above.
        count: How many looked at the segment.
    """
    rows: dict[str, list[str]] = {}
    for place, (_, item) in enumerate(members):
        for key, value in _told(item, layer).items():
            rows.setdefault(key, [""] * len(members))[place] = value
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in members)
    lines = [f"<tr><th></th>{head}</tr>"]
    for key, cells in rows.items():
        shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        differs = " class=sp-differs" if len(set(cells)) > 1 else ""
        lines.append(f"<tr{differs}><th>{escape(key)}</th>{shown}</tr>")
    title = f"{escape(heading)} Marked by {len(members)} of {count}."
    return f"<p>{title}</p><table>{''.join(lines)}</table>"


def _told(item: Any, layer: str) -> dict[str, str]:
    """Return what a reading says of an item, property by property."""
    data = plain(item)
    told = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in data.items()
        if key not in _NOT_TOLD and value not in (None, [], True)
    }
    if layer == "claim":
        told["about"] = ", ".join(f"{a['actor']} ({a['role']})" for a in data["about"])
        told["chains"] = "; ".join(
            " < ".join(
                f"{node['source_type']} {'+'.join(node['actors'])}".strip()
                for node in chain
            )
            for chain in data["chains"]
        )
    return told


_NOT_TOLD = frozenset(
    {
        *("id", "start", "end", "digest", "spans", "also_at", "carrier_evidence"),
        *("evidence", "origin", "language", "holder", "target", "about", "chains"),
    }
)
"""Properties that a table has no words for; the regions show them, or a line of its own."""


# what was decided


class Decided(NamedTuple):
    """What an adjudicator decided in one task.

    Attributes:
        name: List of a judged segment that the items belong to.
        items: Items as plain data, with their `adjudication`; of the panel, one. Their
            ids are those of the task, and still to be numbered.
        target: Target of the panel, or empty.
        nil: NIL id to its kind, of actors that the items name.
        clashes: What cannot be taken.
        unread: What was left out; the rest is taken.
    """

    name: str
    items: tuple[Item, ...]
    target: str = ""
    nil: Mapping[str, str] = {}
    clashes: tuple[Problem, ...] = ()
    unread: tuple[Problem, ...] = ()


def changed(
    one: Answered, contested: Contested, sets: Mapping[str, AnnotationSet]
) -> list[str]:
    """Return the items that are no longer what was shown, by name.

    Args:
        one: The task.
        contested: What it was about.
        sets: Annotator to set, of the document.
    """
    return [
        member.name
        for member in contested.members
        if digest_of(sets, one.meta.segment, contested.layer, member) != member.digest
    ]


def digest_of(
    sets: Mapping[str, AnnotationSet], segment: str, layer: str, member: Member
) -> str | None:
    """Return the digest of an item as its reading has it; None where it has none such."""
    item = _of(sets, member.annotator, segment, layer, member.item)
    return None if item is None else digest(item)


def decided(
    one: Answered, contested: Contested, sets: Mapping[str, AnnotationSet], text: str
) -> Decided:
    """Return what was decided in a task.

    Args:
        one: The task.
        contested: What it was about.
        sets: Annotator to set, of the document; nothing that is contested has changed.
        text: Raw text of the document.
    """
    decision, reason = one.answers.one("decision"), one.answers.one("reason")
    target = _target(contested, sets, one.meta.segment)
    name = "panel" if target else ITEMS[contested.layer]
    fault = _fault(decision, reason, contested) or _disagreement(
        decision, one.meta.segment, contested, sets
    )
    if fault:
        return _refused(name, one, fault)
    unread = tuple(_unread(one, decision))
    if decision == "agreed" and not contested.members:
        return Decided(name, (), unread=unread)
    nil = {new.id: new.kind for found in sets.values() for new in found.nil}
    if decision in {"merged", "added"}:
        content = _drawn(one, contested, sets, text)
        items = _items(content, contested, target)
        if content.clashes or (decision == "merged" and len(items) != 1):
            more = f"{len(items)} items are marked where one is decided on"
            return _refused(name, one, more, content.clashes)
        nil |= content.nil
    else:
        letters = LETTERS[: len(contested.members)]
        letter = one.answers.one("reading") if decision == "chosen" else letters[0]
        if letter is None or letter not in letters:
            return _refused(
                name, one, f"no reading \u2018{letter or ''}\u2019 is there"
            )
        member = contested.members[letters.index(letter)]
        taken = _of(
            sets, member.annotator, one.meta.segment, contested.layer, member.item
        )
        items = [_without_mentions(plain(taken))]
        nil |= {new.id: new.kind for new in sets[member.annotator].nil}
    verdict = {
        "sources": sources(contested),
        "decision": decision,
        "reason": reason,
    }
    decided_on = tuple({**item, "adjudication": verdict} for item in items)
    return Decided(name, decided_on, target, nil, unread=unread)


def _disagreement(
    decision: str | None,
    segment: str,
    contested: Contested,
    sets: Mapping[str, AnnotationSet],
) -> str:
    """Return why readings cannot be called agreed, or nothing."""
    if decision != "agreed":
        return ""
    found = [
        (
            _of(sets, member.annotator, segment, contested.layer, member.item),
            {new.id: new.kind for new in sets[member.annotator].nil},
        )
        for member in contested.members
    ]
    differing = differences(found)
    if not differing:
        return ""
    return (
        f"\u2018agreed\u2019, but the readings differ in {', '.join(differing)}; choose"
        " one of them (chosen), or mark what holds (merged)"
    )


def _unread(one: Answered, decision: str | None) -> Iterator[Problem]:
    """Yield what an adjudicator wrote or marked that no decision has a place for."""
    for region in one.answers.regions.values():
        words = ""
        is_own = one.form.layer_of(region.label) not in {NOT_ANNOTATED, CONTESTED}
        if region.note:
            words = "the note on it is not taken; write it under the reason"
        elif (
            decision not in {"merged", "added"}
            and is_own
            and region.origin != "suggestion_accepted"
        ):
            words = f"\u2018{decision}\u2019 takes nothing that is marked"
        if words:
            yield Problem(
                "LST021", region.pointer, f"{one.where}, region {region.id}: {words}."
            )


def sources(contested: Contested) -> list[dict[str, str]]:
    """Return the items that are decided on, as a decision names them."""
    return [
        {"annotator": member.annotator, "item": member.item}
        for member in contested.members
    ]


def _refused(
    name: str, one: Answered, fault: str, clashes: Sequence[Problem] = ()
) -> Decided:
    words = f"{one.where}: {fault}."
    found = tuple(clashes) or (Problem("LST018", one.pointer, words),)
    return Decided(name, (), clashes=found)


def _fault(decision: str | None, reason: str | None, contested: Contested) -> str:
    possible = ABOUT_ITEM if contested.members else ABOUT_SEGMENT
    if decision not in possible:
        return f"\u2018{decision}\u2019 is no decision here"
    if decision != "agreed" and reason is None:
        return f"\u2018{decision}\u2019 needs a reason"
    return ""


def _target(
    contested: Contested, sets: Mapping[str, AnnotationSet], segment: str
) -> str:
    """Return the target of the panel that is decided on, or nothing."""
    if contested.layer != "stance" or not contested.members:
        return ""
    member = contested.members[0]
    item = _of(sets, member.annotator, segment, "stance", member.item)
    return member.item if isinstance(item, PanelJudgement) else ""


def _of(
    sets: Mapping[str, AnnotationSet],
    annotator: str,
    segment: str,
    layer: str,
    item: str,
) -> Any:
    own = sets.get(annotator)
    for judged in own.segments if own else ():
        if judged.segment == segment:
            return item_of(judged, layer, item)
    return None


def _drawn(
    one: Answered, contested: Contested, sets: Mapping[str, AnnotationSet], text: str
) -> Content:
    """Return what the adjudicator marked."""
    meta = one.meta
    ground = Ground(text, meta.text_sha256, meta.start, one.where, one.form)
    if contested.layer == "actor":
        return actors.decode(one.answers, ground, {}, {})
    if contested.layer == "claim":
        return claims.decode(one.answers, ground, {}, ())
    member = contested.members[0]
    given = panel.decode_one(one.answers, ground)
    item = _of(sets, member.annotator, meta.segment, "stance", member.item)
    if isinstance(item, Stance):
        whose = {"holder": plain(item.holder), "target": plain(item.target)}
        given = {"id": "t01", **whose, **given, "origin": "manual"}
    return Content({"stances": [given]}, {}, {}, {}, ())


def _items(content: Content, contested: Contested, target: str) -> list[Item]:
    listed = content.data["stances" if target else ITEMS[contested.layer]]
    return [_without_mentions(item) for item in listed]


def _without_mentions(item: Item) -> Item:
    """Leave out links to mentions, which are those of a reading's own set."""
    bare = {key: value for key, value in item.items() if key != "adjudication"}
    if "chains" in item:
        bare["about"] = [{**about, "mention": None} for about in item["about"]]
        bare["chains"] = [
            [{**node, "mentions": []} for node in chain] for chain in item["chains"]
        ]
    return bare
