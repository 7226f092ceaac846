"""What a program can say about a new document: its sentences and paragraphs.

Segments and zones are a curator's decision. Everything that follows from them
and the text is computed here, once, and committed with the record.
"""

from collections.abc import Iterable

import msgspec

from standpoint.records import text as texts
from standpoint.records.model import (
    Document,
    Paragraph,
    Published,
    Rights,
    Segment,
    Text,
    Zone,
)
from standpoint.records.vocabulary import BOILERPLATE, WITHHELD


def proposed(
    data: bytes,
    *,
    document_id: str,
    source_file: str,
    outlet: str,
    panel: str,
    language: str,
) -> Document:
    """Return a first guess: one article whose first line is the headline.

    Dates and rights are unknown and the text is withheld; genre, relevance and origin are
    the commonest ones, for a curator to correct.
    """
    text = data.decode("utf-8")
    lines = list(texts.lines(text, 0, len(text)))
    (start, title_end), end = lines[0], lines[-1][1]
    zones = [Zone(kind="headline", start=start, end=title_end, duplicate_of=None)]
    if len(lines) > 1:
        body = Zone(kind="body", start=lines[1][0], end=end, duplicate_of=None)
        zones.append(body)
    segment = Segment(
        id="s01",
        kind="article",
        start=start,
        end=end,
        outlet=outlet,
        author=None,
        published=Published(earliest=None, latest=None, basis="unknown", note=None),
        reposted=None,
        language=language,
        genre="reporting",
        topic_relevance="core",
        relation_to_parent="original",
        content_warnings=(),
        zones=tuple(zones),
        sentences=(),
        paragraphs=(),
    )
    document = Document(
        schema="1",
        id=document_id,
        source_file=source_file,
        kind="single_article",
        panel=panel,
        publisher=outlet,
        languages=(language,),
        url=None,
        url_basis="unknown",
        archived_url=None,
        archived_at=None,
        retrieved_at=None,
        text=Text(sha256=texts.sha256(data), n_chars=len(text)),
        rights=Rights(
            holder="unknown",
            licence=None,
            text_release=WITHHELD,
            access="unknown",
            basis="No licence is known.",
        ),
        segments=(segment,),
    )
    return described(document, text)


def near(document: Document, others: Iterable[Document]) -> list[tuple[str, int, int]]:
    """Return documents that share lines with this one, most first.

    Returns:
        Id, lines shared, and lines of this document.
    """
    own = {line.digest for segment in document.segments for line in segment.paragraphs}
    found = []
    for other in others:
        lines = {line.digest for s in other.segments for line in s.paragraphs}
        if own & lines:
            found.append((other.id, len(own & lines), len(own)))
    return sorted(found, key=lambda shared: (-shared[1], shared[0]))


def described(document: Document, text: str) -> Document:
    """Return a document with the sentences and paragraphs of its segments filled in."""
    segments = tuple(_described(segment, text) for segment in document.segments)
    return msgspec.structs.replace(document, segments=segments)


def _described(segment: Segment, text: str) -> Segment:
    sentences = tuple(
        sentence
        for zone in segment.zones
        if zone.is_annotatable
        for sentence in texts.sentences(text, zone.start, zone.end, segment.language)
        if segment.kind != BOILERPLATE
    )
    paragraphs = tuple(
        Paragraph(start=start, end=end, digest=texts.line_digest(text, start, end))
        for start, end in texts.lines(text, segment.start, segment.end)
    )
    return msgspec.structs.replace(segment, sentences=sentences, paragraphs=paragraphs)
