"""STA: panels and stances."""

from collections.abc import Iterator

from standpoint.checks.context import Context, judged
from standpoint.records.findings import Hit, Level, check, meant
from standpoint.records.model import (
    AnnotationSet,
    JudgedSegment,
    PanelJudgement,
    PanelTarget,
    Segment,
    Stance,
)
from standpoint.records.vocabulary import ADJUDICATOR, FULL


def _targets(context: Context) -> dict[str, PanelTarget]:
    panel = context.registries.panels.get(context.document.panel)
    return {target.id: target for target in panel.targets} if panel else {}


def _judgements(
    record: AnnotationSet, context: Context
) -> Iterator[tuple[str, str, PanelJudgement | Stance, Segment]]:
    """Yield pointer, target kind, judgement and segment of panel and stances."""
    targets = _targets(context)
    for pointer, segment, known in judged(record, context):
        for key, judgement in segment.panel.items():
            kind = targets[key].kind if key in targets else "actor"
            yield f"{pointer}/panel/{key}", kind, judgement, known
        for index, stance in enumerate(segment.stances):
            yield f"{pointer}/stances/{index}", stance.target.kind, stance, known


@check("STA001", Level.ERROR, on=AnnotationSet)
def panel_is_complete(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A panel with coverage `full` has a judgement on every target of the panel.

    Why: complete rows make outlets comparable.
    Fix: add the missing targets (`not_addressed` is a judgement), or set the coverage
    to `partial`.
    Example: coverage `full` with twelve of thirteen targets.
    """
    targets = _targets(context)
    for pointer, segment, _known in judged(record, context):
        missing = [key for key in targets if key not in segment.panel]
        if segment.coverage.panel == FULL and missing:
            message = f"No judgement on {', '.join(missing)}."
            yield Hit(f"{pointer}/panel", message)


@check("STA002", Level.ERROR, on=AnnotationSet)
def label_fits_target(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A label is allowed for the kind of its target.

    `query` is for claims only, `mixed` for actors and issues only, `not_addressed` for
    the panel only.

    Why: claims can be doubted, actors cannot; a missing stance is not recorded.
    Fix: choose another label, or delete the stance.
    Example: label `query` toward an actor.
    """
    for pointer, kind, judgement, _known in _judgements(record, context):
        in_panel = isinstance(judgement, PanelJudgement)
        allowed = context.label("stance_label", judgement.label).targets
        if ("panel" if in_panel else kind) not in allowed:
            message = f"\u2018{judgement.label}\u2019 is not allowed for this target (kind {kind})."
            yield Hit(f"{pointer}/label", message)


@check("STA003", Level.ERROR, on=AnnotationSet)
def judgement_has_evidence(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A judgement has evidence; `not_addressed` has none.

    Why: other readers must be able to see what it is based on.
    Fix: mark the smallest phrase that shows it, or the whole segment; for
    `not_addressed` delete the evidence or choose another label.
    Example: `oppose` with an empty list of evidence.
    """
    for pointer, _kind, judgement, _known in _judgements(record, context):
        needs = context.label("stance_label", judgement.label).evidence
        if needs == "none" and judgement.evidence:
            message = f"The label is {judgement.label}, but there is evidence."
            yield Hit(f"{pointer}/evidence", message)
        elif needs == "required" and not judgement.evidence:
            yield Hit(
                f"{pointer}/evidence", f"The label {judgement.label} has no evidence."
            )


@check("STA005", Level.WARNING, on=AnnotationSet)
def unaddressed_target_is_not_mentioned(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A target that is not addressed is not mentioned in the segment.

    Why: a mention without a position is `neutral`.
    Fix: compare with the mention; an adjective alone may not address the target.
    Example: `not_addressed` toward a state whose army is mentioned.
    """
    for pointer, segment, known in judged(record, context):
        if known.topic_relevance == "off_topic":
            continue
        mentioned: dict[str, tuple[int, int]] = {}
        for mention in segment.mentions:
            for actor_id in mention.actors:
                actor = context.actor(actor_id)
                if actor and actor.panel_target:
                    mentioned.setdefault(
                        actor.panel_target, (mention.start, mention.end)
                    )
        for key, judgement in segment.panel.items():
            label = context.label("stance_label", judgement.label)
            if label.evidence == "none" and key in mentioned:
                message = (
                    f"\u2018{key}\u2019 is labelled {label.const}, but mentioned here."
                )
                yield Hit(f"{pointer}/panel/{key}/label", message, mentioned[key])


@check("STA007", Level.WARNING, on=AnnotationSet)
def portrayal_fits_label(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Antagonists are not supported, heroes and victims not opposed.

    Why: the combination is usually a mistake.
    Fix: compare both labels with the evidence.
    Example: portrayal `antagonist` with `support`.
    """
    for pointer, _kind, judgement, _known in _judgements(record, context):
        if judgement.portrayal is None:
            continue
        portrayal = context.label("portrayal", judgement.portrayal)
        if judgement.label in portrayal.excludes:
            message = (
                f"The label is \u2018{judgement.label}\u2019, the portrayal"
                f" \u2018{judgement.portrayal}\u2019."
            )
            yield Hit(f"{pointer}/portrayal", message)


@check("STA008", Level.ERROR, on=AnnotationSet)
def holder_occurs(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The holder and the target of a stance occur in the segment.

    In the set of an adjudicator, who decides on single items, they occur in one of the
    readings.

    Why: a stance is read from the text, not known in advance.
    Fix: mark the mention or the source, or delete the stance.
    Example: a stance of a minister whom the segment does not mention.
    """
    for pointer, segment, _known in judged(record, context):
        present = _present(segment)
        if record.role == ADJUDICATOR:
            for other in context.dossier.sets:
                same = (s for s in other.segments if s.segment == segment.segment)
                present |= {actor for found in same for actor in _present(found)}
        for index, stance in enumerate(segment.stances):
            holder = stance.holder
            known = holder.kind == "actor" and holder.id is not None
            if known and holder.id not in present:
                message = f"\u2018{holder.id}\u2019 does not occur in the segment."
                yield Hit(f"{pointer}/stances/{index}/holder", message)


def _present(segment: JudgedSegment) -> set[str]:
    found = {actor for mention in segment.mentions for actor in mention.actors}
    for claim in segment.claims:
        found |= {about.actor for about in claim.about}
        found |= {a for chain in claim.chains for node in chain for a in node.actors}
    return found


@check("STA009", Level.WARNING, on=AnnotationSet)
def irony_is_not_alone(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Irony occurs more than once in a segment, or the segment is not plain reporting.

    Why: a single ironic stance in a report is usually a mistake.
    Fix: compare with the evidence.
    Example: one `ironic` in a segment of genre reporting.
    """
    for pointer, segment, known in judged(record, context):
        found = [
            f"{pointer}/panel/{key}/expression"
            for key, judgement in segment.panel.items()
            if judgement.expression == "ironic"
        ]
        found += [
            f"{pointer}/stances/{index}/expression"
            for index, stance in enumerate(segment.stances)
            if stance.expression == "ironic"
        ]
        if known.genre == "reporting" and len(found) == 1:
            yield Hit(
                found[0],
                "This is the only ironic stance in a segment of plain reporting.",
            )


@check("STA010", Level.WARNING, on=AnnotationSet)
def holder_is_not_target(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The holder of a stance is not its target.

    Why: self-praise is rarely worth a stance and usually a mistake.
    Fix: compare holder and target.
    Example: a minister's stance toward the same minister.
    """
    for pointer, segment, _known in judged(record, context):
        for index, stance in enumerate(segment.stances):
            same = stance.holder.id == stance.target.id
            if stance.target.kind == "actor" and same:
                message = f"\u2018{stance.target.id}\u2019 is both holder and target."
                yield Hit(f"{pointer}/stances/{index}/target", message)


@check("STA011", Level.ERROR, on=AnnotationSet)
def expression_fits_label(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A position has an expression; neutral, not_addressed and unclear have none.

    Why: expression describes how a position is expressed, so it needs a position.
    Fix: choose explicit, implicit or ironic; null if there is no position.
    Example: `oppose` with "expression": null
    """
    for pointer, _kind, judgement, _known in _judgements(record, context):
        positions = context.label("stance_label", judgement.label).positions
        if (judgement.expression is None) == positions:
            what = "No expression" if judgement.expression is None else "An expression"
            message = f"{what} for \u2018{judgement.label}\u2019."
            yield Hit(f"{pointer}/expression", message)


@check("STA012", Level.ERROR, on=AnnotationSet)
def target_exists(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A target is an issue of the panel or a claim of the segment (actors: ACT001).

    Why: a stance toward an unknown target is lost when tables are joined.
    Fix: correct the id.
    Example: a target `c99` that no claim has.
    """
    if context.document.panel not in context.registries.panels:
        return  # DOC008 reports it
    issues = {
        key for key, target in _targets(context).items() if target.kind == "issue"
    }
    for pointer, segment, _known in judged(record, context):
        known = {"issue": issues, "claim": {claim.id for claim in segment.claims}}
        for index, stance in enumerate(segment.stances):
            target = stance.target
            if target.kind in known and target.id not in known[target.kind]:
                message = f"Unknown {target.kind} \u2018{target.id}\u2019."
                yield Hit(f"{pointer}/stances/{index}/target/id", message)


@check("STA016", Level.ERROR, on=AnnotationSet)
def only_actors_hold_by_id(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A holder of kind actor has an id; carrier and commenter have none.

    Why: an actor must be identified; the segment determines carrier and commenter.
    Fix: give the id of an actor, or null for carrier and commenter; or correct the
    kind.
    Example: {"kind": "carrier", "id": "some_outlet"}
    """
    for pointer, segment, _known in judged(record, context):
        for index, stance in enumerate(segment.stances):
            is_actor = stance.holder.kind == "actor"
            if is_actor != (stance.holder.id is not None):
                needs = "needs an id" if is_actor else "must not have an id"
                message = f"A holder of kind {stance.holder.kind} {needs}."
                yield Hit(f"{pointer}/stances/{index}/holder/id", message)


@check("STA013", Level.ERROR, on=AnnotationSet)
def only_actors_are_portrayed(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A portrayal is given for actor targets only.

    Why: issues and claims are neither heroes nor victims.
    Fix: set `portrayal` to null.
    Example: portrayal `antagonist` of a ceasefire.
    """
    for pointer, kind, judgement, _known in _judgements(record, context):
        if kind != "actor" and judgement.portrayal is not None:
            yield Hit(
                f"{pointer}/portrayal",
                f"A portrayal is not allowed for a target of kind {kind}.",
            )


@check("STA014", Level.ERROR, on=AnnotationSet)
def panel_target_exists(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Every panel judgement is about a target of the document's panel.

    Why: a judgement on any other target is lost when tables are joined.
    Fix: use an id from corpus/panels.json; other stances go into `stances`.
    Example: the target `turkei`.
    """
    if context.document.panel not in context.registries.panels:
        return  # DOC008 reports it
    targets = _targets(context)
    for pointer, segment, _known in judged(record, context):
        for key in sorted(set(segment.panel) - set(targets)):
            message = f"The panel has no target \u2018{key}\u2019.{meant(key, targets)}"
            yield Hit(f"{pointer}/panel/{key}", message)


@check("STA015", Level.ERROR, on=AnnotationSet)
def stance_is_given_once(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A holder has one stance toward a target.

    The carrier's stance toward a panel target is in the panel; toward a claim it
    reports, it is the claim's `carrier_stance`.

    Why: only one of two can count, and the other would be lost.
    Fix: delete one of them.
    Example: t01 and t02, both of one minister toward one army.
    """
    for pointer, segment, _known in judged(record, context):
        reported = {claim.id for claim in segment.claims if claim.chains}
        seen: set[tuple[str | None, ...]] = set()
        for index, stance in enumerate(segment.stances):
            holder, target = stance.holder, stance.target
            key = (holder.kind, holder.id, target.kind, target.id)
            is_reported = target.kind == "claim" and target.id in reported
            in_panel = target.kind != "claim" and target.id in segment.panel
            own_voice = holder.kind != "actor"
            if key in seen or (own_voice and (is_reported or in_panel)):
                message = (
                    f"The stance {stance.id} repeats holder and target of another one."
                )
                yield Hit(f"{pointer}/stances/{index}", message)
            seen.add(key)


@check("STA017", Level.WARNING, on=AnnotationSet)
def holder_speaks(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """If only one of a stance's two actors speaks in the segment, it is the holder.

    Why: a stance is read from what its holder says; otherwise holder and target were
    probably swapped.
    Fix: swap holder and target; or mark the claim that the stance is based on.
    Example: an army's stance toward a minister, where only the minister is quoted.
    """
    for pointer, segment, _known in judged(record, context):
        speakers = {
            actor
            for claim in segment.claims
            for chain in claim.chains
            for node in chain
            for actor in node.actors
        }
        for index, stance in enumerate(segment.stances):
            holder, target = stance.holder, stance.target
            if holder.id is None or target.kind != "actor":
                continue
            if target.id in speakers and holder.id not in speakers:
                message = (
                    f"The target \u2018{target.id}\u2019 is the source of a claim here,"
                    f" but the holder \u2018{holder.id}\u2019 is not."
                )
                yield Hit(f"{pointer}/stances/{index}/holder", message)
