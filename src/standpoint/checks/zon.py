"""ZON: zones of segments, and spans in them."""

from collections.abc import Iterator

from standpoint.checks.context import (
    Context,
    zones_at,
)
from standpoint.records import text as texts
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import AnnotationSet, Document


@check("ZON001", Level.ERROR, on=Document)
def zones_tile_segments(document: Document, _: Context) -> Iterator[Hit]:
    """Zones are in text order, do not overlap, and cover the segment from start to end.

    Why: every character has one role, defined before annotation.
    Fix: correct the offsets, or add the missing zone.
    Example: a segment 12-3531 whose first zone starts at 30.
    """
    for index, segment in enumerate(document.segments):
        last = segment.start
        for number, zone in enumerate(segment.zones):
            pointer = f"/segments/{index}/zones/{number}"
            place = (zone.start, zone.end)
            if number == 0 and zone.start != segment.start:
                message = f"The first zone starts at {zone.start}, not {segment.start}."
                yield Hit(pointer, message, place)
            elif not last <= zone.start < zone.end <= segment.end:
                message = (
                    f"The zone {zone.start}-{zone.end} should be between {last} and"
                    f" {segment.end}."
                )
                yield Hit(pointer, message, place)
            last = max(last, zone.end)
        if last < segment.end:
            message = f"The last zone ends at {last}, the segment at {segment.end}."
            number = len(segment.zones) - 1
            yield Hit(f"/segments/{index}/zones/{number}", message, (last, segment.end))


@check("ZON002", Level.ERROR, on=Document, needs_text=True)
def duplicate_repeats(document: Document, context: Context) -> Iterator[Hit]:
    """The words of a duplicate zone match the earlier words that it names.

    White space, quotes and dashes may differ.

    Why: a duplicate is never annotated; if it differs, annotations are lost.
    Fix: name the right place, or make it a zone without `duplicate_of`.
    Example: a caption that repeats the alternative text except for one word.
    """
    for index, segment in enumerate(document.segments):
        for number, zone in enumerate(segment.zones):
            if zone.duplicate_of is None:
                continue
            start, end = zone.duplicate_of
            first = texts.fold(context.text[start:end])
            if first != texts.fold(context.text[zone.start : zone.end]):
                message = f"The words of the zone differ from those at {start}-{end}."
                pointer = f"/segments/{index}/zones/{number}/duplicate_of"
                yield Hit(pointer, message, (zone.start, zone.end))


@check("ZON003", Level.ERROR, on=AnnotationSet)
def span_lies_in_annotatable_zone(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A span is in a headline, subhead, standfirst, body, quote, caption or comment.

    Duplicates of earlier text are excluded, too.

    Why: links, credits, notices and repeats are not part of the segment's own text.
    Fix: mark words in an annotatable zone (for a repeat, in the first copy), or omit
    the item.
    Example: a mention in a line that links to another article.
    """
    for pointer, span, segment in context.sound_spans(record):
        zones = zones_at(segment, span.start, span.end)
        bad = [zone for zone in zones if not zone.is_annotatable]
        if bad or not zones:
            what = f"a {bad[0].kind} zone" if bad else "no zone"
            if bad and bad[0].duplicate_of is not None:
                what = "a repeat of earlier text"
            message = f"The span {span.start}-{span.end} is in {what}."
            yield Hit(pointer, message, (span.start, span.end))


@check("ZON004", Level.WARNING, on=AnnotationSet)
def span_keeps_to_one_zone(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A span does not extend from one zone into the next.

    Why: mentions and claims do not continue from a headline into the body.
    Fix: mark only the part in one zone.
    Example: a claim from the last words of a caption to the first of the body.
    """
    for pointer, span, segment in context.sound_spans(record):
        zones = zones_at(segment, span.start, span.end)
        if len(zones) > 1 and all(zone.is_annotatable for zone in zones):
            kinds = " and ".join(zone.kind for zone in zones)
            message = f"The span {span.start}-{span.end} extends over {kinds}."
            yield Hit(pointer, message, (span.start, span.end))


@check("ZON005", Level.ERROR, on=Document, needs_text=True)
def gaps_are_white_space(document: Document, context: Context) -> Iterator[Hit]:
    """Between zones there is only white space, and zones do not start or end with it.

    Why: a visible character outside all zones has no role.
    Fix: extend a zone, or trim its edges.
    Example: a dash between headline and standfirst that is in neither.
    """
    text = context.text
    for index, segment in enumerate(document.segments):
        last = segment.start
        for number, zone in enumerate(segment.zones):
            pointer = f"/segments/{index}/zones/{number}"
            if zone.end > len(text):
                continue  # SEG001 or DOC004 reports it
            if text[last : zone.start].strip():
                message = (
                    f"There are visible characters between {last} and {zone.start}."
                )
                yield Hit(pointer, message, (last, zone.start))
            elif texts.trim(text, zone.start, zone.end) != (zone.start, zone.end):
                message = (
                    f"The zone {zone.start}-{zone.end} has white space at an edge."
                )
                yield Hit(pointer, message, (zone.start, zone.end))
            last = max(last, zone.end)


@check("ZON006", Level.ERROR, on=Document)
def duplicate_follows_its_first_copy(document: Document, _: Context) -> Iterator[Hit]:
    """A duplicate names an earlier place in the same document.

    Why: only the first copy is annotated.
    Fix: mark the later copy as the duplicate.
    Example: a zone 72-94 with "duplicate_of": [600, 639]
    """
    for index, segment in enumerate(document.segments):
        for number, zone in enumerate(segment.zones):
            if zone.duplicate_of is None:
                continue
            start, end = zone.duplicate_of
            if not start < end <= zone.start:
                message = (
                    f"The zone {zone.start}-{zone.end} repeats"
                    f" {start}-{end}, which is not before it."
                )
                yield Hit(f"/segments/{index}/zones/{number}/duplicate_of", message)
