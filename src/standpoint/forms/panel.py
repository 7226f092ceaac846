"""The third pass: stances of the text on the panel, and of the speakers in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from standpoint.forms.answers import Answers, Arrow, Region
from standpoint.forms.convert_common import (
    CannotShowError,
    Content,
    Passage,
    coverage_of,
    covered,
    numbered,
)
from standpoint.forms.form import EVIDENCE, NO_EVIDENCE, STANCE, TARGET, WHOLE_SEGMENT
from standpoint.forms.steps import panel_field
from standpoint.records.model import (
    Evidence,
    JudgedSegment,
    PanelJudgement,
    Span,
    Stance,
)

_SEGMENT = {"scope": "segment"}
_FIELDS = ("expression", "portrayal")


def holder(kind: str, actor: str | None) -> str:
    """Return the value of a holder in a form."""
    return kind if actor is None else f"{kind}:{actor}"


def target(kind: str, name: str) -> str:
    """Return the value of a target in a form."""
    return f"{kind}:{name}"


# records to answers


def encode(judged: JudgedSegment, passage: Passage, note: str | None = None) -> Answers:
    """Return panel and stances of a segment as answers.

    Raises:
        CannotShowError: If the form does not have one of the targets.
    """
    regions: dict[str, Region] = {}
    arrows: list[Arrow] = []
    values = coverage_of(judged, passage.form) | ({"note": (note,)} if note else {})
    for name, judgement in judged.panel.items():
        if passage.form.field(panel_field(name)) is None:
            raise CannotShowError(f"the panel has no target \u2018{name}\u2019")
        values[panel_field(name)] = (judgement.label,)
        for key in _FIELDS:
            values[panel_field(name, key)] = _listed(getattr(judgement, key))
        if any(evidence.span is None for evidence in judgement.evidence):
            values[panel_field(name, "scope")] = (WHOLE_SEGMENT,)
        for count, span in enumerate(spans_of(judgement.evidence), 1):
            _mark(regions, f"{name}-{count}", name, span, {}, passage)
    for stance in judged.stances:
        _draw_stance(stance, judged, passage, regions, arrows)
    filled = {key: given for key, given in values.items() if given}
    return Answers(regions, tuple(arrows), filled)


def _listed(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def spans_of(evidence: Sequence[Evidence]) -> list[Span]:
    """Return the spans among evidence."""
    return [one.span for one in evidence if one.span is not None]


def _mark(
    regions: dict[str, Region],
    name: str,
    label: str,
    span: Span,
    values: dict[str, tuple[str, ...]],
    passage: Passage,
) -> None:
    start, end = span.start - passage.start, span.end - passage.start
    filled = {key: given for key, given in values.items() if given}
    regions[name] = Region(name, label, start, end, filled)


def _draw_stance(
    stance: Stance,
    judged: JudgedSegment,
    passage: Passage,
    regions: dict[str, Region],
    arrows: list[Arrow],
) -> None:
    spans = spans_of(stance.evidence)
    whole = len(spans) < len(stance.evidence)
    first, *others = [None, *spans] if whole or not spans else spans
    values = {
        "holder": (holder(stance.holder.kind, stance.holder.id),),
        "target": (target(stance.target.kind, stance.target.id),),
        "scope": (WHOLE_SEGMENT,) if whole else () if spans else (NO_EVIDENCE,),
        **{key: _listed(getattr(stance, key)) for key in _FIELDS},
    }
    place = first or _anchor(stance, judged, passage)
    _mark(regions, stance.id, stance.label, place, values, passage)
    regions[stance.id] = regions[stance.id]._replace(origin=stance.origin)
    for count, span in enumerate(filter(None, others), 2):
        name = f"{stance.id}-{count}"
        _mark(regions, name, EVIDENCE, span, {}, passage)
        arrows.append(Arrow(stance.id, name))


def _anchor(stance: Stance, judged: JudgedSegment, passage: Passage) -> Span:
    """Return a span for a stance without evidence: its holder, else the first word."""
    named = (m for m in judged.mentions if stance.holder.id in m.actors)
    mention = next(named, None)
    if mention is not None:
        return mention.span
    words = passage.text[passage.start :]
    start = passage.start + len(words) - len(words.lstrip())
    return Span(start=start, end=start + 1, digest="")


def encode_one(judgement: PanelJudgement | Stance, passage: Passage) -> Answers:
    """Return one judgement as answers in the form for decisions."""
    values = {key: _listed(getattr(judgement, key)) for key in ("label", *_FIELDS)}
    spans = spans_of(judgement.evidence)
    values["scope"] = (WHOLE_SEGMENT,) if len(spans) < len(judgement.evidence) else ()
    regions: dict[str, Region] = {}
    for count, span in enumerate(spans, 1):
        _mark(regions, f"evidence-{count}", EVIDENCE, span, {}, passage)
    return Answers(regions, (), {key: given for key, given in values.items() if given})


# answers to records


def decode(answers: Answers, passage: Passage, known: Mapping[str, str]) -> Content:
    """Return the panel and the stances.

    Args:
        answers: The answers.
        passage: Their segment and form.
        known: Id of a region to the id that its item had before.
    """
    panel: dict[str, Any] = {}
    trace: dict[str, str] = {}
    for one in passage.form.targets:
        found = [
            r for r in answers.of(passage.form.labels_of(TARGET)) if r.label == one.id
        ]
        label = answers.one(panel_field(one.id))
        trace |= {f"/panel/{one.id}": region.pointer for region in found[:1]}
        if label is None and not found:
            continue
        given = {key: answers.one(panel_field(one.id, key)) for key in _FIELDS}
        whole = answers.one(panel_field(one.id, "scope")) is not None
        evidence = _evidence(found, passage, whole=whole)
        panel[one.id] = {"label": label, **given, "evidence": evidence}
    stances = []
    ids = numbered("t", answers.of(passage.form.labels_of(STANCE)), known)
    for index, (region_id, item_id) in enumerate(ids.items()):
        region = answers.regions[region_id]
        trace[f"/stances/{index}"] = region.pointer
        stances.append(_stance(region, item_id, answers, passage))
    data = {
        "panel": panel,
        "stances": stances,
        "coverage": covered(answers, passage.form),
        "note": answers.one("note"),
    }
    return Content(data, {}, trace, ids, ())


def decode_one(answers: Answers, passage: Passage) -> dict[str, Any]:
    """Return an adjudicator's judgement, without holder and target."""
    whole = answers.one("scope") is not None
    return {
        **{key: answers.one(key) for key in ("label", *_FIELDS)},
        "evidence": _evidence(answers.of([EVIDENCE]), passage, whole=whole),
    }


def _evidence(
    regions: Sequence[Region], passage: Passage, *, whole: bool
) -> list[dict[str, Any]]:
    spans = sorted((passage.span(r) for r in regions), key=lambda span: span["start"])
    return [*spans, *([_SEGMENT] if whole else [])]


def _stance(
    region: Region, item_id: str, answers: Answers, passage: Passage
) -> dict[str, Any]:
    ends = {
        frozenset((arrow.from_id, arrow.to_id))
        for arrow in answers.arrows
        if region.id in (arrow.from_id, arrow.to_id)
    }
    more = [r for r in answers.of([EVIDENCE]) if frozenset((r.id, region.id)) in ends]
    scope = region.one("scope")
    own = [region] if scope is None else []
    kind, _, name = (region.one("holder") or "").partition(":")
    target_kind, _, target_id = (region.one("target") or "").partition(":")
    return {
        "id": item_id,
        "holder": {"kind": kind, "id": name or None},
        "target": {"kind": target_kind, "id": target_id},
        "label": region.label,
        **{key: region.one(key) for key in _FIELDS},
        "evidence": _evidence([*own, *more], passage, whole=scope == WHOLE_SEGMENT),
        "origin": region.origin,
    }
