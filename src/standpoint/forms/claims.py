"""The second pass: claims, whom they are about, and their sources."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from standpoint.forms.answers import Answers, Arrow, Region
from standpoint.forms.convert_common import (
    CannotShowError,
    Content,
    Links,
    Passage,
    coverage_of,
    covered,
    links,
    numbered,
)
from standpoint.forms.form import (
    ALSO_AT,
    CARRIER_EVIDENCE,
    CLAIM,
    CONTINUED,
    MENTION,
    MENTIONED,
    NOBODY,
    NOT_SURE,
    SOURCE,
)
from standpoint.records.findings import Problem
from standpoint.records.model import NULLABLE, Claim, JudgedSegment, Mention, Node, Span

_ABOUT = "about_"
_OPTIONAL = {one.name for one in msgspec.structs.fields(Claim) if not one.required}
"""Attributes of a claim that a set leaves out where they are null."""
LANGUAGE = "en"
"""Language of normalised sentences, as the guidelines ask."""
MAX_CHAINS = MAX_SOURCES = 20
"""Limits for arrows; the schema allows fewer and reports more."""


def _inside(
    mentions: Sequence[Mention], spans: Iterable[tuple[int, int]]
) -> list[Mention]:
    """Return the mentions inside one of these spans, in text order."""
    places = list(spans)
    return [
        mention
        for mention in sorted(mentions, key=lambda m: m.start)
        if any(s <= mention.start and mention.end <= e for s, e in places)
    ]


def _mention_about(
    actor: str, mentions: Sequence[Mention], spans: Iterable[tuple[int, int]]
) -> str | None:
    """Return the first mention of an actor inside a claim, or None."""
    inside = _inside(mentions, spans)
    return next((m.id for m in inside if actor in m.actors), None)


# records to answers


class _Drawing:
    """Regions and arrows of claims, one claim after another."""

    def __init__(self, passage: Passage, mentions: Sequence[Mention]) -> None:
        self.passage = passage
        self.mentions = mentions
        self.regions: dict[str, Region] = {}
        self.arrows: list[Arrow] = []

    def mark(
        self, name: str, label: str, span: Span, values: dict[str, tuple[str, ...]]
    ) -> str:
        start, end = span.start - self.passage.start, span.end - self.passage.start
        filled = {key: given for key, given in values.items() if given}
        self.regions[name] = Region(name, label, start, end, filled)
        return name

    def part(self, owner: str, name: str, label: str, span: Span) -> str:
        self.arrows.append(Arrow(owner, self.mark(name, label, span, {})))
        return name

    def pieces(self, owner: str, spans: Sequence[Span]) -> None:
        for count, span in enumerate(spans[1:], 2):
            self.part(owner, f"{owner}-{count}", CONTINUED, span)


def encode(judged: JudgedSegment, passage: Passage, note: str | None = None) -> Answers:
    """Return the claims and mentions of a segment as answers.

    Raises:
        CannotShowError: If a claim has a property that the form does not have.
    """
    drawing = _Drawing(passage, judged.mentions)
    for mention in judged.mentions:
        drawing.mark(f"{MENTIONED}{mention.id}", MENTION, mention.span, {})
    for claim in judged.claims:
        _draw_claim(claim, drawing)
    for relation in judged.relations:
        drawing.arrows.append(Arrow(relation.from_, relation.to, (relation.type,)))
    given = coverage_of(judged, passage.form)
    given |= {"note": (note,)} if note else {}
    return Answers(drawing.regions, tuple(drawing.arrows), given)


def _draw_claim(claim: Claim, drawing: _Drawing) -> None:
    if claim.language != LANGUAGE:
        raise CannotShowError(
            f"{claim.id}: the language of the sentence is \u2018{claim.language}\u2019"
        )
    drawing.mark(claim.id, claim.claim_type, claim.spans[0], _values(claim))
    region = drawing.regions[claim.id]
    drawing.regions[claim.id] = region._replace(origin=claim.origin)
    drawing.pieces(claim.id, claim.spans)
    for count, occurrence in enumerate(claim.also_at, 1):
        name = f"{claim.id}-again-{count}"
        drawing.part(claim.id, name, ALSO_AT, occurrence.spans[0])
        drawing.pieces(name, occurrence.spans)
    for count, span in enumerate(claim.carrier_evidence, 1):
        drawing.part(claim.id, f"{claim.id}-stand-{count}", CARRIER_EVIDENCE, span)
    for mention in _pointed_out(claim, drawing.mentions):
        drawing.arrows.append(Arrow(claim.id, f"{MENTIONED}{mention}"))
    for count, chain in enumerate(claim.chains, 1):
        owner = claim.id
        for level, node in enumerate(chain, 1):
            name = f"{claim.id}-source-{count}-{level}"
            _draw_node(node, name, drawing)
            drawing.arrows.append(Arrow(owner, name))
            owner = name


def _values(claim: Claim) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {
        "normalised": (claim.normalised,),
        "modality": (claim.modality,),
        "checkworthy": (claim.checkworthy,),
    }
    for about in claim.about:
        key = f"{_ABOUT}{about.role}"
        values[key] = (*values.get(key, ()), about.actor)
    for name in NULLABLE:
        values[name] = tuple(filter(None, [getattr(claim, name)]))
    return values | {
        "evidence_shown": claim.evidence_shown or (),
        "sure": () if claim.sure else (NOT_SURE,),
        "claim_note": tuple(filter(None, [claim.note])),
    }


def _pointed_out(claim: Claim, mentions: Sequence[Mention]) -> list[str]:
    """Return the mentions that need an arrow because they are not the obvious ones."""
    spans = [(span.start, span.end) for span in claim.spans]
    actors = {mention.id: mention.actors for mention in mentions}
    unsaid = {
        about.actor
        for about in claim.about
        if about.mention != _mention_about(about.actor, mentions, spans)
    }
    pointed: list[str] = []
    while True:
        before = pointed
        pointed = [a.mention for a in claim.about if a.actor in unsaid and a.mention]
        # An arrow is about every actor that its mention names.
        unsaid |= {actor for mention in pointed for actor in actors.get(mention, ())}
        if pointed == before:
            return list(dict.fromkeys(pointed))


def _draw_node(node: Node, name: str, drawing: _Drawing) -> None:
    inside = _inside(drawing.mentions, [(node.span.start, node.span.end)])
    nobody = not node.actors and bool(inside or node.mentions)
    values = {
        "source_actors": (NOBODY,) if nobody else node.actors,
        "identification": (node.identification,),
        "mode": (node.mode,),
        "source_modality": tuple(filter(None, [node.modality])),
    }
    drawing.mark(name, node.source_type, node.span, values)
    said = [m.id for m in inside if set(m.actors) & set(node.actors)]
    if said != list(node.mentions):
        drawing.arrows += [Arrow(name, f"{MENTIONED}{one}") for one in node.mentions]


# answers to records


class _Reading(NamedTuple):
    """Answers with their segment, form and mentions.

    Attributes:
        answers: The answers.
        passage: Their segment and form.
        mentions: The mentions of the segment, by id.
        layers: Id of a region to its layer.
        ways: Id of a region to the regions that its arrows lead to, in order.
    """

    answers: Answers
    passage: Passage
    mentions: Mapping[str, Mention]
    layers: dict[str, str]
    ways: dict[str, list[str]]

    def after(self, region_id: str, layer: str) -> list[Region]:
        """Return the regions of a layer that an arrow leads to."""
        return [
            self.answers.regions[other]
            for other in self.ways.get(region_id, ())
            if self.layers[other] == layer
        ]


def _reading(
    answers: Answers, passage: Passage, mentions: Sequence[Mention]
) -> _Reading:
    layers = {
        region.id: passage.form.layer_of(region.label) or ""
        for region in answers.regions.values()
    }
    ways: dict[str, list[str]] = {}
    for arrow in answers.arrows:
        start, end = arrow.from_id, arrow.to_id
        # From the owner to its part, however it was drawn; a repeat belongs to a claim and
        # owns its own pieces.
        rank = {CLAIM: 0, SOURCE: 1, ALSO_AT: 1}
        if rank.get(layers[start], 2) > rank.get(layers[end], 2):
            start, end = end, start
        ways.setdefault(start, []).append(end)
    known = {mention.id: mention for mention in mentions}
    return _Reading(answers, passage, known, layers, ways)


def decode(
    answers: Answers,
    passage: Passage,
    known: Mapping[str, str],
    mentions: Sequence[Mention],
) -> Content:
    """Return the claims that were marked.

    Args:
        answers: The answers.
        passage: Their segment and form.
        known: Id of a region to the id that its item had before.
        mentions: The current mentions of the segment.
    """
    reading = _reading(answers, passage, mentions)
    ids = numbered("c", answers.of(passage.form.labels_of(CLAIM)), known)
    claims = []
    nil: dict[str, str] = {}
    trace: dict[str, str] = {}
    problems = list(_lost_mentions(reading))
    for index, (region_id, item_id) in enumerate(ids.items()):
        region = answers.regions[region_id]
        trace[f"/claims/{index}"] = region.pointer
        chains, found = _chains(reading, region_id)
        for links_, source in found:
            nil |= links_.nil
            problems += [
                Problem("LST016", source.pointer, f"{passage.called(source)}: {fault}.")
                for fault in links_.faults
            ]
        about, fault = _about(reading, region)
        if fault:
            problems.append(Problem("LST014", region.pointer, fault))
        claims.append(
            _claim(reading, region, item_id) | {"about": about, "chains": chains}
        )
    relations = [
        {"type": arrow.label, "from": ids[arrow.from_id], "to": ids[arrow.to_id]}
        for arrow in answers.arrows
        if arrow.from_id in ids and arrow.to_id in ids
    ]
    data = {
        "claims": claims,
        "relations": relations,
        "coverage": covered(answers, passage.form),
        "note": answers.one("note"),
    }
    return Content(data, nil, trace, ids, tuple(problems))


def _lost_mentions(reading: _Reading) -> Iterator[Problem]:
    """Yield the arrows to mentions that no longer exist."""
    for arrow in reading.answers.arrows:
        for end in (arrow.from_id, arrow.to_id):
            if reading.layers[end] == MENTION and _mention(reading, end) is None:
                region = reading.answers.regions[end]
                words = (
                    f"{reading.passage.called(region)}: an arrow leads to it, but the first"
                    " pass no longer has this mention."
                )
                yield Problem("LST014", arrow.pointer, words)


def _mention(reading: _Reading, region_id: str) -> Mention | None:
    """Return the mention that a region shows."""
    place = reading.passage.place(reading.answers.regions[region_id])
    found = reading.mentions.get(region_id.removeprefix(MENTIONED))
    if found is not None and (found.start, found.end) == place:
        return found
    same = (m for m in reading.mentions.values() if (m.start, m.end) == place)
    return next(same, None)


def _pointed_at(reading: _Reading, region: Region) -> list[Mention]:
    """Return the mentions that arrows lead to, in the order of the arrows."""
    ends = reading.after(region.id, MENTION)
    return [m for one in ends if (m := _mention(reading, one.id)) is not None]


def _pieces(reading: _Reading, region: Region) -> list[dict[str, Any]]:
    """Return the spans of a claim, or of one of its repeats."""
    others = reading.after(region.id, CONTINUED)
    spans = [reading.passage.span(one) for one in (region, *others)]
    return sorted(spans, key=lambda span: span["start"])


def _claim(reading: _Reading, region: Region, item_id: str) -> dict[str, Any]:
    passage = reading.passage
    again = reading.after(region.id, ALSO_AT)
    stand = reading.after(region.id, CARRIER_EVIDENCE)
    shown = region.values.get("evidence_shown")
    asked = passage.form.field("evidence_shown")
    order = [value.name for value in asked.values] if asked else []
    nullable = [(name, region.one(name)) for name in NULLABLE]
    return {
        "id": item_id,
        "spans": _pieces(reading, region),
        "also_at": sorted(
            ({"spans": _pieces(reading, one)} for one in again),
            key=lambda occurrence: occurrence["spans"][0]["start"],
        ),
        "claim_type": region.label,
        "normalised": region.one("normalised"),
        "language": LANGUAGE,
        "modality": region.one("modality"),
        "checkworthy": region.one("checkworthy"),
        "carrier_evidence": sorted(
            (passage.span(one) for one in stand), key=lambda span: span["start"]
        ),
        **{name: value for name, value in nullable if value or name not in _OPTIONAL},
        "evidence_shown": sorted(shown, key=order.index) if shown else None,
        "sure": region.one("sure") is None,
        "note": region.one("claim_note"),
        "origin": region.origin,
    }


def _about(reading: _Reading, region: Region) -> tuple[list[dict[str, Any]], str]:
    """Return the actors in a claim, and a problem with their mentions or nothing."""
    spans = [(s["start"], s["end"]) for s in _pieces(reading, region)]
    mentions = list(reading.mentions.values())
    entries: list[dict[str, Any]] = [
        {
            "actor": actor,
            "role": field.name.removeprefix(_ABOUT),
            "mention": _mention_about(actor, mentions, spans),
        }
        for field in reading.passage.form.controls
        if field.name.startswith(_ABOUT)
        for actor in region.values.get(field.name, ())
    ]
    pointed = _pointed_at(reading, region)
    taken = set()
    for actor in {entry["actor"] for entry in entries}:
        found = [mention for mention in pointed if actor in mention.actors]
        same = [entry for entry in entries if entry["actor"] == actor]
        for entry, mention in zip(
            same, [*found, *found[-1:] * len(same)], strict=False
        ):
            entry["mention"] = mention.id
            taken.add(mention.id)
    strangers = [mention for mention in pointed if mention.id not in taken]
    # An arrow to a mention of another actor can only mean an actor without a mention.
    unnamed = [entry for entry in entries if entry["mention"] is None]
    if not strangers:
        return entries, ""
    if len(strangers) == len(unnamed) == 1:
        unnamed[0]["mention"] = strangers[0].id
        return entries, ""
    return entries, (
        f"{reading.passage.called(region)}: an arrow leads to the mention"
        f" {strangers[0].id}, but none of the actors of the claim is mentioned there."
    )


def _chains(
    reading: _Reading, region_id: str
) -> tuple[list[list[dict[str, Any]]], list[tuple[Links, Region]]]:
    """Return the chains of a claim, and the links of its sources."""
    chains = []
    found = []
    for path in islice(_paths(reading, region_id), MAX_CHAINS):
        nodes = [_node(reading, source) for source in path]
        chains.append([node for node, _links in nodes])
        found += [
            (links, source) for (_, links), source in zip(nodes, path, strict=True)
        ]
    return chains, found


def _paths(
    reading: _Reading, region_id: str, left: int = MAX_SOURCES
) -> Iterator[list[Region]]:
    """Yield each chain from a claim to an origin, up to `left` sources long."""
    for source in reading.after(region_id, SOURCE) if left else ():
        is_origin = True
        for rest in _paths(reading, source.id, left - 1):
            is_origin = False
            yield [source, *rest]
        if is_origin:
            yield [source]


def _node(reading: _Reading, source: Region) -> tuple[dict[str, Any], Links]:
    pointed = _pointed_at(reading, source)
    inside = _inside(list(reading.mentions.values()), [reading.passage.place(source)])
    found = links(source, "source_actors", reading.passage.form)
    actors = [one for one in found.actors if one != NOBODY]
    if NOBODY in found.actors:
        named = pointed
    elif actors:
        named = pointed or [m for m in inside if set(m.actors) & set(actors)]
    else:
        named = pointed or inside
        actors = list(dict.fromkeys(one for m in named for one in m.actors))
    named.sort(key=lambda mention: mention.start)
    node = {
        "source_type": source.label,
        "actors": actors,
        "identification": source.one("identification"),
        "mode": source.one("mode"),
        "span": reading.passage.span(source),
        "mentions": [mention.id for mention in named],
        "modality": source.one("source_modality"),
    }
    return node, found
