"""ACT: mentions and their links to actors."""

import re
from collections.abc import Iterator

from standpoint.checks.context import Context, judged
from standpoint.records.findings import Hit, Level, check, meant
from standpoint.records.model import (
    NEXT_PHASE,
    Actor,
    AnnotationSet,
    Claim,
    JudgedSegment,
)
from standpoint.records.vocabulary import NIL

_QUOTES = "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\"'"
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")


def references(segment: JudgedSegment) -> Iterator[tuple[str, str]]:
    """Yield pointer and actor id of every link to an actor in a judged segment."""
    for i, mention in enumerate(segment.mentions):
        for j, actor in enumerate(mention.actors):
            yield f"/mentions/{i}/actors/{j}", actor
    for i, claim in enumerate(segment.claims):
        for inner, actor in _claim_references(claim):
            yield f"/claims/{i}{inner}", actor
    for i, stance in enumerate(segment.stances):
        if stance.holder.kind == "actor" and stance.holder.id is not None:
            yield f"/stances/{i}/holder/id", stance.holder.id


def _claim_references(claim: Claim) -> Iterator[tuple[str, str]]:
    for j, about in enumerate(claim.about):
        yield f"/about/{j}/actor", about.actor
    for j, chain in enumerate(claim.chains):
        for k, node in enumerate(chain):
            for n, actor in enumerate(node.actors):
                yield f"/chains/{j}/{k}/actors/{n}", actor


def _targets(segment: JudgedSegment) -> Iterator[tuple[str, str]]:
    """Yield pointer and actor id of stances toward actors."""
    for i, stance in enumerate(segment.stances):
        if stance.target.kind == "actor":
            yield f"/stances/{i}/target/id", stance.target.id


def _what_it_is(name: str, context: Context) -> str:
    """Say that an id which is no actor's is a panel target's, or what may be meant."""
    panels = context.registries.panels.values()
    for target in (target for panel in panels for target in panel.targets):
        if target.id == name and target.kind == "actor":
            return " It is a panel target: use the id of the actor."
        if target.id == name:
            return " It is an issue of the panel: use the target kind `issue`."
    return meant(name, context.registries.actors)


@check("ACT001", Level.ERROR, on=AnnotationSet)
def actor_exists(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Every linked actor is in the registry and is not deprecated.

    Why: a link to a missing actor is lost when tables are joined.
    Fix: use an id from corpus/actors.json, or NIL:<slug> and list it in `nil`.
    Example: "actors": ["nusra_frontt"]
    """
    for pointer, segment, _known in judged(record, context):
        for inner, actor_id in [*references(segment), *_targets(segment)]:
            if actor_id.startswith(NIL):
                continue
            actor = context.actor(actor_id)
            if actor is None:
                hint = _what_it_is(actor_id, context)
                message = f"Unknown actor \u2018{actor_id}\u2019.{hint}"
                yield Hit(pointer + inner, message)
            elif actor.status == "deprecated":
                message = f"The actor \u2018{actor_id}\u2019 is deprecated."
                yield Hit(pointer + inner, message)


@check("ACT002", Level.ERROR, on=AnnotationSet)
def mentions_do_not_overlap(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """No two mentions share a character.

    Why: the longest phrase is the mention, and includes everything inside it.
    Fix: keep the longer one, or mark the apposed name separately.
    Example: \u2018Foreign Minister\u2019 inside \u2018Foreign Minister Ana Reyl\u2019.
    """
    for pointer, segment, _known in judged(record, context):
        order = sorted(
            (mention.start, mention.end, index, mention.id)
            for index, mention in enumerate(segment.mentions)
        )
        end, last_id = -1, ""
        for start, stop, index, mention_id in order:
            if start < end:
                message = f"Mention {mention_id} overlaps {last_id}."
                yield Hit(f"{pointer}/mentions/{index}", message, (start, stop))
            if stop > end:
                end, last_id = stop, mention_id


@check("ACT003", Level.WARNING, on=AnnotationSet, needs_text=True)
def phase_fits_date(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A renamed actor is linked under its name at that date, or its name in the text.

    Why: one id is for one phase of an organisation.
    Fix: link the phase whose name is used; the family id connects them.
    Example: \u2018the group\u2019 in 2024 linked to a name that was given up in 2016.
    """
    for pointer, segment, known in judged(record, context):
        date = known.published
        for index, mention in enumerate(segment.mentions):
            if not context.proves(record, mention.span):
                continue
            words = context.text[mention.start : mention.end].casefold()
            for number, actor_id in enumerate(mention.actors):
                actor = context.actor(actor_id)
                if actor is None or words in context.registries.surfaces[actor_id]:
                    continue
                spaced = f" {words} "
                if any(
                    f" {name} " in spaced
                    for name in context.registries.surfaces[actor_id]
                ):
                    continue
                if problem := _out_of_time(actor, context, date.earliest, date.latest):
                    at = f"{pointer}/mentions/{index}/actors/{number}"
                    message = f"\u2018{actor_id}\u2019 {problem}."
                    yield Hit(at, message, (mention.start, mention.end))


def _out_of_time(
    actor: Actor, context: Context, earliest: str | None, latest: str | None
) -> str:
    for relation in actor.relations:
        until = relation.from_
        if relation.type in NEXT_PHASE and until and earliest and earliest > until:
            return f"had another name since {until}"
    # One of several origins is enough: the oldest counts.
    since = min(context.registries.origins.get(actor.id, ()), default=None)
    if since and latest and latest < since:
        return f"did not exist before {since}"
    return ""


@check("ACT004", Level.WARNING, on=AnnotationSet, needs_text=True)
def surface_has_one_link(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The same words are linked to the same actor throughout a segment.

    Why: two links for one name are usually a mistake.
    Fix: compare both places; a generic word may refer to two groups.
    Example: \u2018the group\u2019 linked to one actor above and to another below.
    """
    for pointer, segment, _known in judged(record, context):
        first: dict[str, tuple[tuple[str, ...], str]] = {}
        for index, mention in enumerate(segment.mentions):
            if not context.proves(record, mention.span):
                continue
            words = context.text[mention.start : mention.end]
            link = tuple(sorted(mention.actors))
            before, other = first.setdefault(words.casefold(), (link, mention.id))
            if before != link:
                message = (
                    f"Mention {other} links the same words to {', '.join(before)}."
                )
                place = (mention.start, mention.end)
                yield Hit(f"{pointer}/mentions/{index}/actors", message, place)


@check("ACT005", Level.ERROR, on=AnnotationSet)
def nil_is_declared(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Every NIL actor is listed in `nil` with its kind.

    Why: curators fill the registry from these lists.
    Fix: add {"id": "NIL:...", "kind": "..."} to `nil`, next to `segments`;
    docs/codebook.md lists the kinds.
    Example: "actors": ["NIL:unnamed-officer"] with an empty `nil`.
    """
    declared = {nil.id for nil in record.nil}
    for pointer, segment, _known in judged(record, context):
        for inner, actor_id in references(segment):
            if actor_id.startswith(NIL) and actor_id not in declared:
                message = f"\u2018{actor_id}\u2019 is not listed in `nil`."
                yield Hit(pointer + inner, message)


@check("ACT007", Level.WARNING, on=AnnotationSet)
def nil_is_not_registered(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """An actor marked NIL is not in the registry.

    Why: one actor under two ids counts as two in every table.
    Fix: use the id from the registry, without NIL; if it is a different actor, choose
    another short name.
    Example: NIL:charter-forces where the registry has charter_forces.
    """
    known = {name.replace("-", "_"): name for name in context.registries.actors}
    for index, nil in enumerate(record.nil):
        found = known.get(nil.id.removeprefix(NIL).replace("-", "_"))
        if found is not None:
            message = f"The registry already has \u2018{found}\u2019."
            yield Hit(f"/nil/{index}/id", message)


@check("ACT006", Level.WARNING, on=AnnotationSet, needs_text=True)
def distancing_shows(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A name labelled `distancing` has quotation marks or a cue word such as so-called.

    Why: distancing is defined by visible signs in the text.
    Fix: use `delegitimising` for an epithet in the text's own voice, otherwise
    `neutral`.
    Example: naming `distancing` on a name without quotation marks.
    """
    for pointer, segment, known in judged(record, context):
        cues = context.registries.cues.get(known.language)
        if cues is None:
            continue
        for index, mention in enumerate(segment.mentions):
            place = (mention.start, mention.end)
            proved = context.proves(record, mention.span)
            if mention.naming != "distancing" or not proved:
                continue
            left = context.text[max(known.start, mention.start - 40) : mention.start]
            words = context.text[mention.start : mention.end]
            right = context.text[mention.end : mention.end + 3]
            near = " ".join(re.split(r"\s+", left)[-4:]) + words
            # An apostrophe inside a word, as in a possessive, is no quotation mark.
            around = _APOSTROPHE.sub("", left[-3:] + words + right)
            marked = any(mark in around for mark in _QUOTES)
            if not marked and not any(
                cue in near.casefold() for cue in cues.distancing
            ):
                message = "Labelled `distancing`, but there are no quotation marks or cue words around it."
                yield Hit(f"{pointer}/mentions/{index}/naming", message, place)


@check("ACT008", Level.WARNING, on=AnnotationSet, needs_text=True)
def links_are_not_exchanged(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Two names are not linked to each other's actors.

    Why: both links are wrong, and no other check shows it.
    Fix: swap the two links; if they are right, add each name to the actor it refers to,
    and to `ambiguous` of both.
    Example: the name of a minister linked to her state, and the state\u2019s name to the
    minister.
    """
    named: dict[tuple[str, str], list[Hit]] = {}
    for pointer, segment, _known in judged(record, context):
        for index, mention in enumerate(segment.mentions):
            if not context.proves(record, mention.span):
                continue
            words = context.text[mention.start : mention.end].casefold()
            bearers = context.registries.bearers.get(
                " ".join(words.split()), frozenset()
            )
            if len(mention.actors) != 1 or set(mention.actors) & bearers:
                continue
            (linked,) = mention.actors
            for bearer in sorted(bearers):
                message = (
                    f"The words are a name of \u2018{bearer}\u2019, but linked to"
                    f" \u2018{linked}\u2019, and the other way round elsewhere."
                )
                place = mention.start, mention.end
                hit = Hit(f"{pointer}/mentions/{index}/actors", message, place)
                named.setdefault((bearer, linked), []).append(hit)
    for (bearer, linked), hits in named.items():
        if (linked, bearer) in named:
            yield from hits


@check("ACT009", Level.ERROR, on=AnnotationSet)
def actors_are_of_this_world(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Invented documents name invented actors, and real reporting names real ones.

    Why: practice texts are not data about the world, and do not describe real actors.
    Fix: link the actor that is meant; two ids may look alike.
    Example: a real ministry in a calibration document.
    """
    publisher = context.registries.outlets.get(context.document.publisher)
    links = [
        (pointer + inner, actor)
        for pointer, segment, _known in judged(record, context)
        for inner, actor_id in [*references(segment), *_targets(segment)]
        if (actor := context.actor(actor_id)) is not None
    ]
    if publisher is None or all(a.fictional != publisher.fictional for _, a in links):
        return  # it is the publisher that is wrong: DOC008 or SPL003 reports it
    for pointer, actor in links:
        if actor.fictional != publisher.fictional:
            what = "invented" if actor.fictional else "real"
            where = "an invented" if publisher.fictional else "a real"
            yield Hit(
                pointer, f"\u2018{actor.id}\u2019 is {what}, in {where} document."
            )


@check("ACT010", Level.WARNING, on=AnnotationSet)
def nil_is_used(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Every actor listed in `nil` is linked somewhere in the set.

    Why: curators fill the registry from these lists; an unused entry is usually a
    leftover, or spelled differently where it is used.
    Fix: delete the entry, or link the mention, source or stance that it was added for.
    Example: NIL:night-watch in `nil`, and nowhere else.
    """
    used = {
        actor_id
        for segment in record.segments
        for _inner, actor_id in [*references(segment), *_targets(segment)]
    }
    known = {name.replace("-", "_") for name in context.registries.actors}
    for index, nil in enumerate(record.nil if used else ()):  # ANN017: nothing marked
        is_known = nil.id.removeprefix(NIL).replace("-", "_") in known  # ACT007
        if nil.id not in used and not is_known:
            hint = meant(nil.id, sorted(one for one in used if one.startswith(NIL)))
            message = f"No item is linked to \u2018{nil.id}\u2019.{hint}"
            yield Hit(f"/nil/{index}/id", message)
