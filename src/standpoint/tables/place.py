"""The configs `segment` and `document`: what was judged, and where it comes from."""

from collections.abc import Iterator

from standpoint.records.model import AnnotationSet, JudgedSegment, Segment
from standpoint.tables.column import BOOL, INT, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Row, text_column

_LAYERS = ("actor", "claim", "stance", "panel")


def segment_columns(inventories: Inventories) -> list[Column]:
    """Return the columns of the config `segment`."""

    def of(name: str) -> dict[str, object]:
        return label(inventories[name])

    return [
        Column("document_id", STRING, "Document."),
        Column("segment_id", STRING, "Segment of the document: s01, s02 ..."),
        Column(
            "kind", of("segment_kind"), "What the segment is; boilerplate is left out."
        ),
        Column("start", INT, "First code point in the document."),
        Column("end", INT, "Code point after the last."),
        Column("outlet_id", STRING, "Outlet whose words these are; null for comments."),
        Column("outlet_type", of("outlet_type"), "Type of the outlet."),
        Column("state_relation", of("state_relation"), "State relation of the outlet."),
        Column(
            "country", STRING, "Country of the outlet, ISO 3166-1 alpha-3; or null."
        ),
        Column("author", STRING, "Actor id, printed byline or commenter-N; or null."),
        Column("published_earliest", STRING, "First possible day, ISO 8601; or null."),
        Column("published_latest", STRING, "Last possible day, ISO 8601; or null."),
        Column("published_basis", of("date_basis"), "How the date is known."),
        Column(
            "reposted_earliest", STRING, "First possible day of the repost; or null."
        ),
        Column("reposted_latest", STRING, "Last possible day of the repost; or null."),
        Column("language", STRING, "Main language, ISO 639-1."),
        Column("genre", of("genre"), "Genre; null for comments."),
        Column(
            "topic_relevance", of("topic_relevance"), "Whether it is about the war."
        ),
        Column(
            "relation_to_parent", of("relation_to_parent"), "Repost, excerpt or not."
        ),
        Column(
            "content_warnings", many(of("content_warning")), "What to warn readers of."
        ),
        Column("n_words", INT, "Words of its annotatable zones."),
        Column(
            "sentences",
            many({"start": INT, "end": INT, "n_words": INT}),
            "Sentences of its annotatable zones; code points of the document.",
        ),
        Column(
            "zones",
            many(
                {
                    "kind": of("zone_kind"),
                    "start": INT,
                    "end": INT,
                    "is_duplicate": BOOL,
                }
            ),
            "Zones; code points of the document.",
        ),
        Column(
            "annotators",
            {layer: many(STRING) for layer in _LAYERS},
            "Annotators and keys with full coverage, per layer; adjudicators are left out.",
        ),
        Column("story_group", STRING, "Story group of the document; never split."),
        Column("split", STRING, "Split that the row is in."),
        text_column("The segment"),
    ]


def segment_rows(around: Around) -> Iterator[Row]:
    """Yield a row for each segment that is not boilerplate."""
    for segment in around.dossier.document.segments:
        if segment.kind != "boilerplate":
            yield _segment(segment, around)


def _segment(segment: Segment, around: Around) -> Row:
    outlet = around.registries.outlets.get(segment.outlet or "")
    published, reposted = segment.published, segment.reposted
    return {
        "document_id": around.dossier.document.id,
        "segment_id": segment.id,
        "kind": around.code("segment_kind", segment.kind),
        "start": segment.start,
        "end": segment.end,
        "outlet_id": segment.outlet,
        "outlet_type": around.code(
            "outlet_type", outlet.outlet_type if outlet else None
        ),
        "state_relation": around.code(
            "state_relation", outlet.state_relation if outlet else None
        ),
        "country": outlet.country if outlet else None,
        "author": segment.author,
        "published_earliest": published.earliest,
        "published_latest": published.latest,
        "published_basis": around.code("date_basis", published.basis),
        "reposted_earliest": reposted and reposted.earliest,
        "reposted_latest": reposted and reposted.latest,
        "language": segment.language,
        "genre": around.code("genre", segment.genre),
        "topic_relevance": around.code("topic_relevance", segment.topic_relevance),
        "relation_to_parent": around.code(
            "relation_to_parent", segment.relation_to_parent
        ),
        "content_warnings": [
            around.code("content_warning", name) for name in segment.content_warnings
        ],
        "n_words": sum(n_words for _, _, n_words in segment.sentences),
        "sentences": [
            {"start": start, "end": end, "n_words": n_words}
            for start, end, n_words in segment.sentences
        ],
        "zones": [
            {
                "kind": around.code("zone_kind", zone.kind),
                "start": zone.start,
                "end": zone.end,
                "is_duplicate": zone.duplicate_of is not None,
            }
            for zone in segment.zones
        ],
        "annotators": {layer: _full(segment, layer, around) for layer in _LAYERS},
        "story_group": around.story_group,
        "split": around.split,
        "text": around.words(segment.start, segment.end),
    }


def _full(segment: Segment, layer: str, around: Around) -> list[str]:
    def is_full(judged: JudgedSegment) -> bool:
        full = getattr(judged.coverage, layer) == "full"
        return full and judged.segment == segment.id

    return [
        found.annotator
        for found in around.dossier.sets
        if found.role != "adjudicator"
        and any(is_full(judged) for judged in found.segments)
    ]


def document_columns(inventories: Inventories) -> list[Column]:
    """Return the columns of the config `document`."""

    def of(name: str) -> dict[str, object]:
        return label(inventories[name])

    return [
        Column("document_id", STRING, "Document."),
        Column("source_file", STRING, "Stem of the raw file as received."),
        Column("kind", of("document_kind"), "What the raw file holds."),
        Column("panel", STRING, "Panel whose targets are asked for."),
        Column("publisher", STRING, "Outlet whose page this was."),
        Column("languages", many(STRING), "Languages of its segments, ISO 639-1."),
        Column("url", STRING, "Address; null where unknown."),
        Column("url_basis", of("url_basis"), "How the address is known."),
        Column("archived_url", STRING, "Address of an archived copy, or null."),
        Column("archived_at", STRING, "Day of that copy, or null."),
        Column("retrieved_at", STRING, "Day of retrieval; null where unknown."),
        Column("text_sha256", STRING, "SHA-256 of the raw text."),
        Column("n_chars", INT, "Length of the raw text in code points."),
        Column("rights_holder", STRING, "Holder of the rights as far as known."),
        Column("rights_licence", STRING, "SPDX identifier; null where none is known."),
        Column("text_release", of("text_release"), "Whether the text may be released."),
        Column("rights_access", STRING, "How someone else may get the text."),
        Column("rights_basis", STRING, "Why the text may or may not be released."),
        Column("n_segments", INT, "Segments that are not boilerplate."),
        Column(
            "sets",
            many(
                {
                    "annotator_id": STRING,
                    "role": of("set_role"),
                    "guidelines": STRING,
                    "saw_suggestions": BOOL,
                    "created": STRING,
                    "segments": many(
                        {"segment_id": STRING}
                        | {layer: of("coverage") for layer in _LAYERS}
                    ),
                }
            ),
            "Annotation sets on it, in the order in which their items were joined: who,"
            " how, when (UTC), and what of each layer they looked at in each segment.",
        ),
        Column(
            "paragraphs",
            many({"start": INT, "end": INT, "sha256": STRING}),
            "Non-blank lines with the SHA-256 of the folded line, for finding the text"
            " again in a changed copy.",
        ),
        Column("fictional", BOOL, "Whether its world is invented."),
        Column("story_group", STRING, "Story group; never split."),
        Column("split", STRING, "Split that the row is in."),
        text_column("The raw text"),
    ]


def document_rows(around: Around) -> Iterator[Row]:
    """Yield the row of the document."""
    document = around.dossier.document
    rights = document.rights
    yield {
        "document_id": document.id,
        "source_file": document.source_file,
        "kind": around.code("document_kind", document.kind),
        "panel": document.panel,
        "publisher": document.publisher,
        "languages": list(document.languages),
        "url": document.url,
        "url_basis": around.code("url_basis", document.url_basis),
        "archived_url": document.archived_url,
        "archived_at": document.archived_at,
        "retrieved_at": document.retrieved_at,
        "text_sha256": document.text.sha256,
        "n_chars": document.text.n_chars,
        "rights_holder": rights.holder,
        "rights_licence": rights.licence,
        "text_release": around.code("text_release", rights.text_release),
        "rights_access": rights.access,
        "rights_basis": rights.basis,
        "n_segments": sum(s.kind != "boilerplate" for s in document.segments),
        "sets": [_set(found, around) for found in around.dossier.sets],
        "paragraphs": [
            {"start": line.start, "end": line.end, "sha256": line.sha256}
            for segment in document.segments
            for line in segment.paragraphs
        ],
        "fictional": around.registries.outlets[document.publisher].fictional,
        "story_group": around.story_group,
        "split": around.split,
        "text": around.words(0, document.text.n_chars),
    }


def _set(found: AnnotationSet, around: Around) -> Row:
    return {
        "annotator_id": found.annotator,
        "role": around.code("set_role", found.role),
        "guidelines": found.guidelines,
        "saw_suggestions": found.saw_suggestions,
        "created": found.created,
        "segments": [
            {"segment_id": judged.segment}
            | {
                layer: around.code("coverage", getattr(judged.coverage, layer))
                for layer in _LAYERS
            }
            for judged in found.segments
        ],
    }
