"""SEG: segments of documents, and the segments that sets judge."""

import re
from collections.abc import Iterator

from standpoint.checks.context import Context, judged
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import AnnotationSet, Document, Published
from standpoint.records.vocabulary import (
    BOILERPLATE,
    CARRIER,
    COMMENT,
    COMMENTER,
    voice,
)

_COMMENTER = re.compile(r"commenter-[0-9]+")
UNKNOWN = "unknown_outlet"
"""The outlet of what nobody knows the outlet of."""

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@check("SEG001", Level.ERROR, on=Document)
def segments_are_in_order(document: Document, _: Context) -> Iterator[Hit]:
    """Segments are in text order, do not overlap, and are inside the document.

    Why: a character belongs to one segment; otherwise its labels would count twice.
    Fix: correct the offsets.
    Example: a segment 12-3531 followed by one that starts at 3500.
    """
    last = 0
    for index, segment in enumerate(document.segments):
        if not last <= segment.start < segment.end <= document.text.n_chars:
            place = f"{segment.start}-{segment.end}"
            message = (
                f"Segment {segment.id} ({place}) should be between {last} and"
                f" {document.text.n_chars}."
            )
            yield Hit(f"/segments/{index}", message, (segment.start, segment.end))
        last = max(last, segment.end)


@check("SEG002", Level.ERROR, on=Document)
def segment_has_its_outlet(document: Document, context: Context) -> Iterator[Hit]:
    """The outlet of a segment is in the registry; comments and boilerplate have none.

    Why: stance and sources are analysed by outlet; a reader's comment is not by the
    outlet.
    Fix: add the outlet, or use `unknown_outlet`; null for comments and boilerplate.
    Example: a comment with the outlet of its page.
    """
    for index, segment in enumerate(document.segments):
        pointer = f"/segments/{index}/outlet"
        if segment.kind in {COMMENT, BOILERPLATE}:
            if segment.outlet is not None:
                yield Hit(pointer, f"A {segment.kind} segment must not have an outlet.")
        elif segment.outlet not in context.registries.outlets:
            yield Hit(pointer, f"Unknown outlet \u2018{segment.outlet}\u2019.")


@check("SEG003", Level.ERROR, on=Document)
def dates_have_a_basis(document: Document, _: Context) -> Iterator[Hit]:
    """A date has a basis, and an inferred date has a note on how it was inferred.

    Why: readers must be able to exclude guessed dates.
    Fix: give basis and note; unknown dates are null with the basis `unknown`.
    Example: "earliest": "2014-03-23" with "basis": "unknown"
    """
    for index, segment in enumerate(document.segments):
        for key, date in (
            ("published", segment.published),
            ("reposted", segment.reposted),
        ):
            if date is not None and (problem := _problem(date)):
                yield Hit(f"/segments/{index}/{key}", problem)


def _problem(date: Published) -> str:
    known = date.earliest is not None or date.latest is not None
    if known == (date.basis == "unknown"):
        what = "There is a date" if known else "There is no date"
        return f"{what}, but its basis is \u2018{date.basis}\u2019."
    if date.basis == "inferred" and not date.note:
        return "The date is inferred, but there is no note on how."
    if date.earliest and date.latest and date.earliest > date.latest:
        return "The first possible day is after the last."
    return ""


@check("SEG004", Level.WARNING, on=Document)
def published_before_reposted(document: Document, _: Context) -> Iterator[Hit]:
    """A segment was published before it was reposted.

    Why: reversed dates are usually a mistake.
    Fix: compare both dates with the text.
    Example: published 8 October, reposted 6 October.
    """
    for index, segment in enumerate(document.segments):
        first = segment.published.earliest
        last = segment.reposted.latest if segment.reposted else None
        if first and last and first > last:
            message = (
                f"Published {first} at the earliest, reposted {last} at the latest."
            )
            yield Hit(f"/segments/{index}/published", message)


@check("SEG005", Level.ERROR, on=AnnotationSet)
def judged_segment_exists(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A set annotates segments that the document has, each once, in text order.

    Why: curators define segments and lock them before annotation.
    Fix: use the segment ids of the document, in their order; merge repeated entries.
    Boilerplate (x01 ...) is never annotated.
    Example: "segment": "s05" in a document of four segments.
    """
    order = list(context.segments)
    last = -1
    for index, segment in enumerate(record.segments):
        pointer = f"/segments/{index}/segment"
        if segment.segment not in context.segments:
            message = f"The document has no segment \u2018{segment.segment}\u2019."
            yield Hit(pointer, message)
            continue
        place = order.index(segment.segment)
        if place <= last:
            what = "occurs twice" if place == last else "is out of order"
            yield Hit(pointer, f"The segment {segment.segment} {what}.")
        last = max(last, place)


@check("SEG006", Level.ERROR, on=AnnotationSet)
def comment_has_its_holder(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The stance holder is `commenter` in comment segments, and never elsewhere.

    Why: what a reader writes is not the stance of the outlet.
    Fix: use the holder `commenter` in comment segments and `carrier` elsewhere.
    Example: a stance of the carrier in a comment segment.
    """
    for pointer, segment, known in judged(record, context):
        wrong = ({CARRIER, COMMENTER} - {voice(known.kind)}).pop().holder
        for index, stance in enumerate(segment.stances):
            if stance.holder.kind == wrong:
                message = (
                    f"The holder of a stance in a {known.kind} segment cannot be the"
                    f" {wrong}."
                )
                yield Hit(f"{pointer}/stances/{index}/holder", message)


@check("SEG007", Level.ERROR, on=Document)
def segment_ids_fit(document: Document, _: Context) -> Iterator[Hit]:
    """Segment ids are unique, and start with x for boilerplate, s for all others.

    Why: the id shows whether a segment is annotated.
    Fix: number the segments s01, s02 ... and boilerplate x01, x02 ...
    Example: "id": "s02" with "kind": "boilerplate"
    """
    seen = set()
    for index, segment in enumerate(document.segments):
        letter = "x" if segment.kind == BOILERPLATE else "s"
        pointer = f"/segments/{index}/id"
        if segment.id in seen:
            yield Hit(pointer, f"The id {segment.id} is used twice.")
        elif segment.id[0] != letter:
            message = (
                f"The id {segment.id} must start with {letter}, because its kind is"
                f" {segment.kind}."
            )
            yield Hit(pointer, message)
        seen.add(segment.id)


@check("SEG008", Level.ERROR, on=Document, needs_text=True)
def segments_cover_the_text(document: Document, context: Context) -> Iterator[Hit]:
    """Every visible character of a text is in a segment.

    Why: text outside all segments would be lost without notice.
    Fix: extend a segment, or add a boilerplate segment.
    Example: an asterisk between two segments.
    """
    last = 0
    ends = [(s.start, s.end, f"/segments/{i}") for i, s in enumerate(document.segments)]
    for start, end, pointer in [
        *sorted(ends),
        (len(context.text), len(context.text), ""),
    ]:
        left = context.text[last:start]
        if left.strip():
            first = last + len(left) - len(left.lstrip())
            message = (
                f"The visible characters from {first} on are outside all segments."
            )
            yield Hit(pointer, message, (first, first + len(left.strip())))
        last = max(last, end)


@check("SEG009", Level.WARNING, on=Document)
def author_is_known(document: Document, context: Context) -> Iterator[Hit]:
    """An author given by an id is in the actor registry.

    Why: an author given by id links to the registry; any other author is only printed.
    Fix: add the actor; a printed byline of one lower-case word may stay as it is.
    Example: "author": "no_such_person"
    """
    for index, segment in enumerate(document.segments):
        author = segment.author
        if (
            author is not None
            and _ID.fullmatch(author)
            and not _COMMENTER.fullmatch(author)
            and context.actor(author) is None
        ):
            message = f"Unknown actor \u2018{author}\u2019."
            yield Hit(f"/segments/{index}/author", message)


@check("SEG010", Level.WARNING, on=Document)
def dates_are_past(document: Document, context: Context) -> Iterator[Hit]:
    """No date of real reporting is more than a year after the date of the dataset.

    Why: a date in the future is usually a typing error.
    Fix: correct the date; if it is right, update the date in corpus/dataset.json.
    Example: published 2062-10-04 in a dataset of 2026.
    """
    outlet = context.registries.outlets.get(document.publisher)
    if outlet is None or outlet.fictional:
        return
    days = [
        ("/archived_at", document.archived_at),
        ("/retrieved_at", document.retrieved_at),
    ]
    for index, segment in enumerate(document.segments):
        at = f"/segments/{index}"
        days.append((f"{at}/published", segment.published.earliest))
        if segment.reposted is not None:
            days.append((f"{at}/reposted", segment.reposted.earliest))
    for pointer, day in days:
        if problem := context.too_late(day):
            yield Hit(pointer, f"The date is {problem}.")


@check("SEG011", Level.ERROR, on=Document)
def worlds_are_apart(document: Document, context: Context) -> Iterator[Hit]:
    """The outlets of a document are all invented, or all real.

    Why: invented documents are for practice; mixed outlets would count invented text as
    reporting, or the other way round.
    Fix: correct the outlet; `unknown_outlet` is allowed everywhere.
    Example: a segment by an invented courier in a real digest.
    """
    outlets = context.registries.outlets
    publisher = outlets.get(document.publisher)
    for index, segment in enumerate(document.segments):
        outlet = outlets.get(segment.outlet or "")
        if publisher is None or outlet is None or outlet.id == UNKNOWN:
            continue
        if outlet.fictional != publisher.fictional:
            message = (
                f"\u2018{outlet.id}\u2019 is {_world(outlet.fictional)}, but the publisher"
                f" \u2018{publisher.id}\u2019 is {_world(publisher.fictional)}."
            )
            yield Hit(f"/segments/{index}/outlet", message)


def _world(fictional: bool) -> str:
    return "invented" if fictional else "real"
