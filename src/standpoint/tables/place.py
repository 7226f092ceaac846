"""The configs `segment` and `document`: what was judged, and where it comes from."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from standpoint.records.model import JudgedSegment, Outlet, Segment
from standpoint.records.vocabulary import ADJUDICATOR, BOILERPLATE, FULL, ITEMS
from standpoint.tables.column import BOOL, INT, STRING, Column, Row, label, many, of
from standpoint.tables.layer import PLACED, Around, text_column


class Place(NamedTuple):
    """A segment with its document."""

    around: Around
    segment: Segment

    @property
    def outlet(self) -> Outlet | None:
        """Whose words these are; None for comments."""
        return self.around.registries.outlets.get(self.segment.outlet or "")


def segments(around: Around) -> Iterator[Place]:
    """Yield the segments that are not boilerplate."""
    for segment in around.document.segments:
        if segment.kind != BOILERPLATE:
            yield Place(around, segment)


def _full(place: Place) -> dict[str, list[str]]:
    """Return layer to the annotators who looked at all of it in a segment."""

    def is_full(judged: JudgedSegment, layer: str) -> bool:
        full = getattr(judged.coverage, layer) == FULL
        return full and judged.segment == place.segment.id

    return {
        layer: [
            found.annotator
            for found in place.around.dossier.sets
            if found.role != ADJUDICATOR
            and any(is_full(judged, layer) for judged in found.segments)
        ]
        for layer in ITEMS
    }


_SENTENCE = {"start": INT, "end": INT, "n_words": INT}
_ZONE = {"kind": label("zone_kind"), "start": INT, "end": INT, "is_duplicate": BOOL}

SEGMENT = (
    Column("document_id", STRING, "Id of the document.", "around.document.id"),
    *of(
        "segment",
        Column(
            "segment_id",
            STRING,
            "Id of the segment in the document: s01, s02 and so on.",
            "id",
        ),
        Column(
            "kind",
            label("segment_kind"),
            "Kind of the segment; boilerplate is left out.",
        ),
        Column("start", INT, "Offset of the first code point in the document."),
        Column("end", INT, "Offset after the last code point in the document."),
        Column(
            "outlet_id",
            STRING,
            "Outlet that published these words; null for comments.",
            "outlet",
        ),
    ),
    *of(
        "outlet",
        Column(
            "outlet_type",
            label("outlet_type"),
            "Type of the outlet; null for comments.",
        ),
        Column(
            "state_relation",
            label("state_relation"),
            "Relation of the outlet to a state; null for comments.",
        ),
        Column(
            "country",
            STRING,
            "Country of the outlet, ISO 3166-1 alpha-3; null where unknown, and"
            " for comments.",
        ),
    ),
    *of(
        "segment",
        Column(
            "author",
            STRING,
            "Actor id, byline as printed, or commenter-1 and so on for private"
            " persons; null where unsigned.",
        ),
        Column(
            "published_earliest",
            STRING,
            "Earliest possible date of publication, ISO 8601; null where unknown.",
            "published.earliest",
        ),
        Column(
            "published_latest",
            STRING,
            "Latest possible date of publication, ISO 8601; null where unknown.",
            "published.latest",
        ),
        Column(
            "published_basis",
            label("date_basis"),
            "How the date of publication is known.",
            "published.basis",
        ),
        Column(
            "reposted_earliest",
            STRING,
            "Earliest possible date of the repost, ISO 8601; null where unknown"
            " or not a repost.",
            "reposted.earliest",
        ),
        Column(
            "reposted_latest",
            STRING,
            "Latest possible date of the repost, ISO 8601; null where unknown"
            " or not a repost.",
            "reposted.latest",
        ),
        Column("language", STRING, "Main language, ISO 639-1."),
        Column("genre", label("genre"), "Genre; null for comments."),
        Column(
            "topic_relevance",
            label("topic_relevance"),
            "Whether the segment is about the war that the corpus is about.",
        ),
        Column(
            "relation_to_parent",
            label("relation_to_parent"),
            "How the segment relates to the article that it comes from.",
        ),
        Column(
            "content_warnings",
            many(label("content_warning")),
            "What readers should be warned of before reading.",
        ),
        Column(
            "n_words",
            INT,
            "Number of words in its annotatable zones.",
            lambda place: sum(n_words for _, _, n_words in place.segment.sentences),
        ),
        Column(
            "sentences",
            many(_SENTENCE),
            "Sentences of its annotatable zones; offsets count from the start"
            " of the document.",
            lambda place: [
                dict(zip(_SENTENCE, sentence, strict=True))
                for sentence in place.segment.sentences
            ],
        ),
        Column(
            "zones",
            many(_ZONE),
            "Parts of the page, such as headline and body; offsets count from"
            " the start of the document.",
        ),
        Column(
            "annotators",
            {layer: many(STRING) for layer in ITEMS},
            "For each layer, the annotators and answer keys with full coverage;"
            " adjudicators are left out.",
            _full,
        ),
    ),
    *PLACED,
    text_column(
        "The segment",
        STRING,
        lambda place: place.around.words(place.segment.start, place.segment.end),
    ),
)


def _sets(around: Around) -> list[Row]:
    return [
        {
            "annotator_id": found.annotator,
            "role": found.role,
            "guidelines": found.guidelines,
            "saw_suggestions": found.saw_suggestions,
            "created": found.created,
            "segments": [
                {"segment_id": judged.segment}
                | {layer: getattr(judged.coverage, layer) for layer in ITEMS}
                for judged in found.segments
            ],
        }
        for found in around.dossier.sets
    ]


_SET: dict[str, Any] = {
    "annotator_id": STRING,
    "role": label("set_role"),
    "guidelines": STRING,
    "saw_suggestions": BOOL,
    "created": STRING,
    "segments": many(
        {"segment_id": STRING} | {layer: label("coverage") for layer in ITEMS}
    ),
}

DOCUMENT = (
    *of(
        "document",
        Column("document_id", STRING, "Id of the document.", "id"),
        Column(
            "source_file",
            STRING,
            "Name of the raw file as received, without its ending.",
        ),
        Column("kind", label("document_kind"), "What the raw file contains."),
        Column("panel", STRING, "Panel whose targets annotators were asked about."),
        Column("publisher", STRING, "Outlet that published the page."),
        Column("languages", many(STRING), "Languages of its segments, ISO 639-1."),
        Column("url", STRING, "Address of the page; null where unknown."),
        Column("url_basis", label("url_basis"), "How the address is known."),
        Column(
            "archived_url",
            STRING,
            "Address of an archived copy; null where none is known.",
        ),
        Column(
            "archived_at",
            STRING,
            "Date of the archived copy; null where none is known.",
        ),
        Column(
            "retrieved_at",
            STRING,
            "Date when the page was retrieved; null where unknown.",
        ),
        Column("text_sha256", STRING, "SHA-256 of the raw text.", "text.sha256"),
        Column(
            "n_chars", INT, "Length of the raw text in code points.", "text.n_chars"
        ),
        Column(
            "rights_holder",
            STRING,
            "Holder of the rights, as far as known.",
            "rights.holder",
        ),
        Column(
            "rights_licence",
            STRING,
            "Licence of the text as an SPDX identifier; null where none is known.",
            "rights.licence",
        ),
        Column(
            "text_release",
            label("text_release"),
            "Whether the text may be released.",
            "rights.text_release",
        ),
        Column(
            "rights_access",
            STRING,
            "How other people can get the text.",
            "rights.access",
        ),
        Column(
            "rights_basis",
            STRING,
            "Reason why the text may or may not be released.",
            "rights.basis",
        ),
        Column(
            "n_segments",
            INT,
            "Number of segments that are not boilerplate.",
            lambda around: sum(1 for _ in segments(around)),
        ),
        Column(
            "sets",
            many(_SET),
            "Annotation sets of the document, in the order in which their items"
            " were matched: annotator, role, guidelines, time (UTC), and"
            " coverage of each layer in each segment.",
            _sets,
        ),
        Column(
            "paragraphs",
            many({"start": INT, "end": INT, "digest": STRING}),
            "Non-blank lines, each with a digest of its words, to find them again in a"
            " changed copy.",
            lambda around: [p for s in around.document.segments for p in s.paragraphs],
        ),
        Column(
            "fictional",
            BOOL,
            "Whether the document is about an invented world.",
            lambda around: (
                around.registries.outlets[around.document.publisher].fictional
            ),
        ),
    ),
    Column("story_group", STRING, "Story group; never split."),
    Column("split", STRING, "Split that the row is in."),
    text_column(
        "The raw text",
        STRING,
        lambda around: around.words(0, around.document.text.n_chars),
    ),
)
