"""SRC: where claims come from."""

from collections.abc import Iterator, Sequence

from standpoint.checks.context import Context, is_inside, judged
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import AnnotationSet, Claim, Node, Segment, Span
from standpoint.records.vocabulary import CARRIER, COMMENTER, voice

MAX_DEPTH = 5

_PAIRS = {
    "\u201c": "\u201d",
    "\u201e": "\u201c",
    "\u2018": "\u2019",
    "\u00ab": "\u00bb",
    '"': '"',
    "'": "'",
}
"""Opening to closing quotation mark."""

_APOSTROPHES = "'\u2019"


def _nodes(
    record: AnnotationSet, context: Context
) -> Iterator[tuple[str, Claim, Node, Segment]]:
    """Yield pointer, claim, node and segment of every source."""
    for pointer, segment, known in judged(record, context):
        for i, claim in enumerate(segment.claims):
            for j, chain in enumerate(claim.chains):
                for k, node in enumerate(chain):
                    at = f"{pointer}/claims/{i}/chains/{j}/{k}"
                    yield at, claim, node, known


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


@check("SRC001", Level.ERROR, on=AnnotationSet)
def chain_is_not_too_deep(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A chain has at most five sources.

    Why: longer chains are usually independent sources entered as one.
    Fix: make a separate chain for each independent source.
    Example: six newspapers, one after another, in one chain.
    """
    for pointer, segment, _known in judged(record, context):
        for i, claim in enumerate(segment.claims):
            for j, chain in enumerate(claim.chains):
                if len(chain) > MAX_DEPTH:
                    message = f"A chain of {claim.id} has {len(chain)} sources; at most 5 are allowed."
                    at = f"{pointer}/claims/{i}/chains/{j}"
                    yield Hit(at, message, _place(chain[0].span))


@check("SRC002", Level.ERROR, on=AnnotationSet)
def carrier_stands_to_reported_claims(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A claim has a carrier stance if it has a source, and only then.

    Why: the carrier has a stance toward claims of others, but not toward its own.
    Fix: set `carrier_stance` (`neutral` if none is visible), or null if there is no
    chain.
    Example: a chain, and "carrier_stance": null.
    """
    for pointer, segment, _known in judged(record, context):
        for index, claim in enumerate(segment.claims):
            if bool(claim.chains) != (claim.carrier_stance is not None):
                has = "a source, but no carrier stance"
                lacks = "a carrier stance, but no source"
                message = f"{claim.id} has {has if claim.chains else lacks}."
                at = f"{pointer}/claims/{index}/carrier_stance"
                yield Hit(at, message, _place(claim.spans[0]))


@check("SRC003", Level.ERROR, on=AnnotationSet)
def identified_source_has_actor(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A source that is named, or identified by role or as a group, is linked to an actor.

    Why: statistics on who is quoted are based on these links.
    Fix: add the actor, or NIL:<slug> if the registry lacks it. The author of a paper or
    picture may be linked at the next source.
    Example: identification `named` with an empty list of actors.
    """
    for pointer, segment, _known in judged(record, context):
        for i, claim in enumerate(segment.claims):
            for j, chain in enumerate(claim.chains):
                for k in _linked_to_nobody(chain, context):
                    node = chain[k]
                    message = (
                        f"A source of {claim.id} is {node.identification}, but not"
                        " linked to an actor."
                    )
                    at = f"{pointer}/claims/{i}/chains/{j}/{k}/actors"
                    yield Hit(at, message, _place(node.span))


def _linked_to_nobody(chain: Sequence[Node], context: Context) -> Iterator[int]:
    """Yield the places of identified sources that have no actor."""
    for place, node in enumerate(chain):
        is_work = context.label("source_type", node.source_type).is_work
        holders = chain[place : place + 2] if is_work else [node]
        how = context.label("identification", node.identification)
        if how.is_identified and not any(h.actors for h in holders):
            yield place


@check("SRC004", Level.ERROR, on=AnnotationSet, needs_text=True)
def direct_quote_is_quoted(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A claim with mode `direct_quote` is inside quotation marks or a block quote.

    Why: the mode describes the text on the page, not what was actually said.
    Fix: use `indirect` or `partial_quote`.
    Example: mode `direct_quote` on a clause without quotation marks.
    """
    for pointer, claim, node, known in _nodes(record, context):
        if node.mode != "direct_quote":
            continue
        sound = [span for span in claim.spans if is_inside(span, known)]
        if sound and not any(_is_quoted(context.text, known, span) for span in sound):
            message = f"The words of {claim.id} are not in quotation marks."
            yield Hit(f"{pointer}/mode", message, _place(sound[0]))


def _is_quoted(text: str, segment: Segment, span: Span) -> bool:
    for zone in segment.zones:
        if zone.start <= span.start and span.end <= zone.end:
            return zone.kind == "block_quote" or any(
                start <= span.start and span.end <= end
                for start, end in _quotations(text, zone.start, zone.end)
            )
    return False


def _quotations(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each quotation, its marks included.

    One that is not closed on its line runs to the end of the line: quotations of several
    paragraphs open anew in each. A mark between letters is an apostrophe.
    """
    opened: int | None = None
    closing = ""
    for place in range(start, end):
        char = text[place]
        in_word = (
            text[place - 1 : place].isalnum() and text[place + 1 : place + 2].isalnum()
        )
        if opened is None:
            if char in _PAIRS and not (in_word and char in _APOSTROPHES):
                opened, closing = place, _PAIRS[char]
        elif char == "\n" or (char == closing and not in_word):
            yield opened, place + 1
            opened = None
    if opened is not None:
        yield opened, end


@check("SRC005", Level.WARNING, on=AnnotationSet)
def source_type_fits_actor(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The type of a source fits the kind of its linked actor.

    Why: `expert` linked to an army is usually a mistake; a person may have several
    roles.
    Fix: compare type and link.
    Example: source type `media` linked to a ministry.
    """
    for pointer, claim, node, _known in _nodes(record, context):
        fitting = context.label("source_type", node.source_type).actor_kinds
        for actor_id in node.actors:
            actor = context.actor(actor_id)
            if fitting and actor and actor.kind not in fitting:
                message = (
                    f"A source of {claim.id} has the type {node.source_type}, but"
                    f" \u2018{actor_id}\u2019 is of kind {actor.kind}."
                )
                yield Hit(f"{pointer}/source_type", message, _place(node.span))


@check("SRC006", Level.WARNING, on=AnnotationSet)
def source_stands_outside_claim(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """The words that name a source are not part of the claim.

    Why: source, cue and content are separate; only the content is the claim.
    Fix: exclude source and cue from the span of the claim.
    Example: \u2018the ministry said that two died\u2019 as the span of the claim.
    """
    for pointer, claim, node, _known in _nodes(record, context):
        if any(
            span.start <= node.span.start and node.span.end <= span.end
            for span in claim.spans
        ):
            message = f"The words of {claim.id} include the name of its source."
            yield Hit(f"{pointer}/span", message, _place(node.span))


@check("SRC007", Level.ERROR, on=AnnotationSet)
def chain_has_no_circle(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """No actor occurs twice in one chain.

    Why: nobody cites itself through others.
    Fix: delete the repeated source.
    Example: agency, ministry, the same agency.
    """
    for pointer, segment, _known in judged(record, context):
        for i, claim in enumerate(segment.claims):
            for j, chain in enumerate(claim.chains):
                seen: set[str] = set()
                for k, node in enumerate(chain):
                    for actor in set(node.actors) & seen:
                        message = f"\u2018{actor}\u2019 occurs twice in a chain of {claim.id}."
                        at = f"{pointer}/claims/{i}/chains/{j}/{k}/actors"
                        yield Hit(at, message, _place(node.span))
                    seen |= set(node.actors)


@check("SRC008", Level.ERROR, on=AnnotationSet)
def reader_speaks_in_comments(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """In a comment segment the commenter is the carrier, not a source.

    Why: a comment that states something itself has no chain; its source is the reader.
    Fix: delete the source of type `reader`; the dataset adds it.
    Example: a chain with a `reader` in a comment segment.
    """
    for pointer, claim, node, known in _nodes(record, context):
        if voice(known.kind) is COMMENTER and node.source_type == COMMENTER.source:
            message = f"A source of {claim.id} has the type {node.source_type} in a comment segment."
            yield Hit(f"{pointer}/source_type", message, _place(node.span))


@check("SRC009", Level.ERROR, on=AnnotationSet)
def self_is_no_source(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A claim of the carrier itself has no chain.

    Why: an empty list of chains already means `self`; the dataset adds it.
    Fix: delete the source of type `self`.
    Example: a chain of one source of type `self`.
    """
    for pointer, claim, node, _known in _nodes(record, context):
        if node.source_type == CARRIER.source:
            message = f"A source of {claim.id} has the type {node.source_type}."
            yield Hit(f"{pointer}/source_type", message, _place(node.span))


@check("SRC010", Level.ERROR, on=AnnotationSet)
def linked_mentions_exist(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Mentions referred to by sources and `about` are mentions of the same segment.

    Why: the link shows which words are meant.
    Fix: correct the id, or mark the mention.
    Example: "mention": "m99" in a segment of forty mentions.
    """
    for pointer, segment, _known in judged(record, context):
        known = {mention.id for mention in segment.mentions}
        for i, claim in enumerate(segment.claims):
            places = [
                (f"about/{j}/mention", about.mention)
                for j, about in enumerate(claim.about)
                if about.mention is not None
            ]
            places += [
                (f"chains/{j}/{k}/mentions/{n}", mention)
                for j, chain in enumerate(claim.chains)
                for k, node in enumerate(chain)
                for n, mention in enumerate(node.mentions)
            ]
            for inner, mention in places:
                if mention not in known:
                    message = f"{claim.id} refers to the mention {mention}, which does not exist."
                    yield Hit(f"{pointer}/claims/{i}/{inner}", message)


@check("SRC011", Level.WARNING, on=AnnotationSet)
def linked_mention_names_the_actor(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A mention given in `about` is linked to the same actor.

    Why: the link shows which words are meant.
    Fix: give a mention of this actor, or none; or correct the link of the mention.
    Example: a claim about the army, with a mention of the monitors.
    """
    for pointer, segment, _known in judged(record, context):
        actors = {mention.id: mention.actors for mention in segment.mentions}
        for i, claim in enumerate(segment.claims):
            for j, about in enumerate(claim.about):
                linked = actors.get(about.mention or "", ())
                known = all(map(context.knows, linked))  # else ACT001 reports it
                if linked and known and about.actor not in linked:
                    message = (
                        f"{claim.id} is about {about.actor}, but its mention"
                        f" {about.mention} is linked to {', '.join(linked)}."
                    )
                    yield Hit(f"{pointer}/claims/{i}/about/{j}/mention", message)
