"""All forms by name, and segments of a set as answers and back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from standpoint.forms import actors, adjudication, claims
from standpoint.forms import panel as panel_pass
from standpoint.forms.answers import Answers, Region
from standpoint.forms.convert_common import (
    MAX_NOTE,
    CannotShowError,
    Content,
    Passage,
    number,
)
from standpoint.forms.form import (
    ACTORS,
    CARRIER_EVIDENCE,
    CLAIMS,
    DECIDE,
    MENTION,
    MENTIONED,
    PANEL,
    TIERS,
    Form,
)
from standpoint.forms.steps import actors_form, claims_form, panel_form
from standpoint.records.findings import Problem
from standpoint.records.model import (
    Claim,
    Evidence,
    JudgedSegment,
    Mention,
    Node,
    Panel,
)
from standpoint.records.vocabulary import NIL, Inventories

_MAKERS: dict[str, Callable[[Inventories], Form]] = {
    ACTORS: actors_form,
    CLAIMS: claims_form,
    DECIDE["actor"]: adjudication.actor_form,
    DECIDE["claim"]: adjudication.claim_form,
    DECIDE["stance"]: adjudication.stance_form,
}
"""Name of a form to the function that makes it, except for the panel."""


def form(
    name: str, tier: str, inventories: Inventories, panel: Panel | None = None
) -> Form:
    """Return a form by its name.

    Args:
        name: One of `PASSES`, or of the values of `DECIDE`.
        tier: One of `TIERS`.
        inventories: The labels.
        panel: The panel, for its pass.

    Raises:
        KeyError: If there is no such form.
    """
    if tier not in TIERS:
        raise KeyError(tier)
    if name == PANEL and panel is not None:
        whole = panel_form(inventories, panel)
    else:
        whole = _MAKERS[name](inventories)
    if tier == "extended":
        return whole._replace(tier=tier)
    return whole._replace(
        tier=tier,
        marks=tuple(mark for mark in whole.marks if mark.label != CARRIER_EVIDENCE),
        controls=tuple(field for field in whole.controls if not field.extended),
    )


def encode(
    name: str, judged: JudgedSegment, passage: Passage, note: str | None = None
) -> Answers:
    """Return one pass of a segment as answers.

    Args:
        name: The pass.
        judged: The segment, in the order of `ordered`.
        passage: The segment and the form.
        note: The note of this pass.

    Raises:
        CannotShowError: If the form cannot show something.
    """
    made = {ACTORS: actors.encode, CLAIMS: claims.encode}.get(name, panel_pass.encode)
    answers = made(judged, passage, note)
    for region in answers.regions.values():
        layer = passage.form.layer_of(region.label)
        _refuse(region.values, passage, layer, f"{region.id}: ")
        if layer is None:
            raise CannotShowError(
                f"{region.id}: \u2018{region.label}\u2019 is not a label of the form"
            )
    _refuse(answers.values, passage, "", "")
    if name == CLAIMS:
        _refuse_unsaid(judged, answers, passage)
    return answers


def _refuse_unsaid(judged: JudgedSegment, answers: Answers, passage: Passage) -> None:
    """Refuse links to mentions that are neither obvious nor can be drawn as arrows."""
    data = claims.decode(answers, passage, {}, judged.mentions).data
    drawn = msgspec.convert(data["claims"], tuple[Claim, ...])
    for claim, shown in zip(judged.claims, drawn, strict=True):
        if claim != shown:
            raise CannotShowError(
                f"{claim.id}: it has links to mentions that arrows cannot show"
            )


def _refuse(
    values: Mapping[str, Sequence[str]], passage: Passage, layer: str | None, where: str
) -> None:
    """Refuse fields and values that the form does not have."""
    for key, given in values.items():
        field = passage.form.field(key)
        names = {value.name for value in field.values} if field else set()
        if field is None or field.layer != layer or (names and not names >= set(given)):
            shown = ", ".join(given)
            raise CannotShowError(
                f"{where}the form has no field \u2018{key}\u2019 with the value \u2018{shown}\u2019"
            )


def decode(
    name: str,
    answers: Answers,
    passage: Passage,
    known: Mapping[str, str],
    mentions: Sequence[Mention],
    suggested: Mapping[str, Region],
) -> Content:
    """Return the content of a pass.

    Args:
        name: The pass.
        answers: The answers.
        passage: Their segment and form.
        known: Id of a region to the id that its item had before.
        mentions: The mentions of the segment, for the second pass.
        suggested: Id of a region to the suggested region, for the first pass.
    """
    if name == ACTORS:
        content = actors.decode(answers, passage, known, suggested)
    elif name == CLAIMS:
        content = claims.decode(answers, passage, known, mentions)
    else:
        content = panel_pass.decode(answers, passage, known)
    return _with_notes(content, answers, passage)


def _with_notes(content: Content, answers: Answers, passage: Passage) -> Content:
    """Add the notes on regions to the note of the pass, if there is room."""
    note = content.data["note"]
    left: list[Problem] = []
    for region in answers.of(mark.label for mark in passage.form.marks):
        if not region.note:
            continue
        name = content.ids.get(region.id, region.id.removeprefix(MENTIONED))
        if (
            region.id not in content.ids
            and passage.form.layer_of(region.label) != MENTION
        ):
            name = region.label
        line = f"{name}: {region.note}"
        longer = f"{note}\n{line}" if note else line
        if len(longer) <= MAX_NOTE:
            note = longer
        else:
            words = (
                f"{passage.called(region)}: the note on it is left out, because the note of the"
                f" segment would have {len(longer)} characters; the maximum is {MAX_NOTE}."
            )
            left.append(Problem("LST021", region.pointer, words))
    data = content.data | {"note": note}
    return content._replace(data=data, left_out=(*content.left_out, *left))


# order


def ordered(judged: JudgedSegment, inventories: Inventories) -> JudgedSegment:
    """Return a segment with its lists in the order that `decode` gives them.

    Nothing is left out or added. Chains, relations and actors keep their order, except that
    new actors come last.
    """
    panel_ = {key: _shown(j) for key, j in sorted(judged.panel.items())}
    return msgspec.structs.replace(
        judged,
        mentions=tuple(
            msgspec.structs.replace(m, actors=_known_first(m.actors))
            for m in sorted(judged.mentions, key=lambda m: number(m.id))
        ),
        claims=tuple(
            _ordered_claim(claim, judged.mentions, inventories)
            for claim in sorted(judged.claims, key=lambda claim: number(claim.id))
        ),
        panel=panel_,
        stances=tuple(
            _shown(one) for one in sorted(judged.stances, key=lambda t: number(t.id))
        ),
    )


def _known_first(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(found, key=lambda actor: actor.startswith(NIL)))


def _shown(judgement: Any) -> Any:
    def place(evidence: Evidence) -> float:
        return float("inf") if evidence.span is None else evidence.span.start

    return msgspec.structs.replace(
        judgement, evidence=tuple(sorted(judgement.evidence, key=place))
    )


def _ordered_claim(
    claim: Claim, mentions: Sequence[Mention], inventories: Inventories
) -> Claim:
    roles = inventories["about_role"].names
    shown = inventories["evidence_shown"].names
    starts = {mention.id: mention.start for mention in mentions}
    evidence = claim.evidence_shown
    return msgspec.structs.replace(
        claim,
        spans=tuple(sorted(claim.spans, key=lambda span: span.start)),
        also_at=tuple(sorted(claim.also_at, key=lambda one: one.spans[0].start)),
        about=tuple(sorted(claim.about, key=lambda about: roles.index(about.role))),
        chains=tuple(
            tuple(_ordered_node(node, starts) for node in chain)
            for chain in claim.chains
        ),
        carrier_evidence=tuple(sorted(claim.carrier_evidence, key=lambda s: s.start)),
        evidence_shown=tuple(sorted(evidence, key=shown.index)) if evidence else None,
    )


def _ordered_node(node: Node, starts: Mapping[str, int]) -> Node:
    return msgspec.structs.replace(
        node,
        actors=_known_first(node.actors),
        mentions=tuple(sorted(node.mentions, key=lambda one: starts.get(one, 0))),
    )
