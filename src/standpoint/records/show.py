"""Draw a segment for the terminal: the text with its spans, and what was judged."""

from collections.abc import Iterable, Iterator, Mapping

from rich.text import Text

from standpoint.records.model import (
    AnnotationSet,
    Claim,
    Dossier,
    JudgedSegment,
    Segment,
)
from standpoint.records.vocabulary import Label

_CLAIM = "underline"
_SOURCE = "italic magenta"


def draw(
    dossier: Dossier,
    segment: Segment,
    sets: Iterable[AnnotationSet],
    naming: Mapping[str, Label],
) -> Iterator[Text]:
    """Yield lines for the terminal, one reading after another.

    Mentions are coloured by naming, claims underlined, sources in italics; where
    something begins, its id stands in brackets. Without the text, only the lists are
    drawn; without a reading, the zones one by one, for who is about to make one.

    Args:
        dossier: The document.
        segment: The segment.
        sets: The readings.
        naming: Label of a naming to its definition.
    """
    readings = list(sets)
    if not readings and dossier.text is not None:
        yield Text(f"\n{dossier.document.id}/{segment.id}", "bold")
        yield from _zones(dossier.text, segment)
    for found in readings:
        for judged in found.segments:
            if judged.segment == segment.id:
                title = f"{dossier.document.id}/{segment.id}  {found.annotator}"
                yield Text(f"\n{title} ({found.role})", "bold")
                if dossier.text is not None:
                    yield _text(dossier.text, segment, judged, naming)
                yield from _lists(judged, dossier.text)


def _zones(text: str, segment: Segment) -> Iterator[Text]:
    for zone in segment.zones:
        asked = zone.is_annotatable
        repeat = ", a repeat" if zone.duplicate_of is not None else ""
        head = f"{zone.kind}{repeat}{'' if asked else ', not annotated'}"
        yield Text(f"[{head}]", "dim")
        yield Text(text[zone.start : zone.end], "" if asked else "dim")


def _text(
    text: str, segment: Segment, judged: JudgedSegment, naming: Mapping[str, Label]
) -> Text:
    drawn = Text()
    styles = list(_styles(judged, naming))
    heads = _heads(judged)
    borders = {segment.end, *heads}
    for start, end, _style in styles:
        borders |= {start, end}
    last = segment.start
    for border in sorted(b for b in borders if segment.start <= b <= segment.end):
        piece = Text(text[last:border])
        for start, end, style in styles:
            if start <= last and border <= end:
                piece.stylize(style)
        drawn.append_text(piece)
        if border in heads:
            drawn.append(f"[{' '.join(heads[border])}]", "dim")
        last = border
    return drawn


def _styles(
    judged: JudgedSegment, naming: Mapping[str, Label]
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and style of everything drawn, later over earlier."""
    for claim in judged.claims:
        for span in claim.spans:
            yield span.start, span.end, _CLAIM
        for chain in claim.chains:
            for node in chain:
                yield node.span.start, node.span.end, _SOURCE
    for mention in judged.mentions:
        yield mention.start, mention.end, f"bold {naming[mention.naming].color or ''}"


def _heads(judged: JudgedSegment) -> dict[int, list[str]]:
    """Return where something begins to the ids of what begins there."""
    heads: dict[int, list[str]] = {}
    for claim in judged.claims:
        heads.setdefault(claim.spans[0].start, []).append(claim.id)
    for mention in judged.mentions:
        heads.setdefault(mention.start, []).append(mention.id)
    return heads


def _lists(judged: JudgedSegment, text: str | None) -> Iterator[Text]:
    yield Text("\nmentions", "bold")
    for mention in judged.mentions:
        words = (
            "" if text is None else f" \u2018{text[mention.start : mention.end]}\u2019"
        )
        line = f"  {mention.id}{words}: {', '.join(mention.actors)}"
        yield Text(
            line + ("" if mention.naming == "neutral" else f" ({mention.naming})")
        )
    yield Text("claims", "bold")
    for claim in judged.claims:
        yield Text(
            f"  {claim.id} {claim.claim_type}, {claim.modality}: {claim.normalised}"
        )
        yield from _sources(claim)
    yield Text("panel", "bold")
    for target, judgement in judged.panel.items():
        how = f" ({judgement.expression})" if judgement.expression else ""
        yield Text(f"  {target}: {judgement.label}{how}")
    yield Text("stances", "bold")
    for stance in judged.stances:
        holder = stance.holder.id or stance.holder.kind
        yield Text(f"  {stance.id} {holder} -> {stance.target.id}: {stance.label}")


def _sources(claim: Claim) -> Iterator[Text]:
    for chain in claim.chains:
        steps = [
            f"{node.source_type} ({', '.join(node.actors) or node.identification})"
            for node in chain
        ]
        line = f"      from {' <- '.join(steps)}; carrier: {claim.carrier_stance}"
        yield Text(line, _SOURCE)
