"""What a check may look at besides the record itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from standpoint.records.canonical import escape
from standpoint.records.leak import Gate
from standpoint.records.model import (
    Actor,
    AnnotationSet,
    Claim,
    Document,
    Dossier,
    JudgedSegment,
    PanelJudgement,
    Registries,
    Segment,
    Span,
    Stance,
    Zone,
)
from standpoint.records.safe_repr import veiled
from standpoint.records.text import span_digest
from standpoint.records.vocabulary import NIL, Label

_ODD = ("<", "&", "?", "  ", "...")
_CONTAINERS = frozenset({dict, list, tuple})
_ODD_WORDS = (
    *("todo", "tbd", "tba", "fixme", "xxx", "lorem ipsum", "test", "asdf"),
    *("placeholder", "dummy", "foo", "bar", "n/a"),
)

LONG_QUOTE = 160
"""Longer quotes are shown with their middle left out."""


class TrackedFile:
    """A file that is, or could be, committed.

    Args:
        path: Relative to the root, with forward slashes.
        read: Returns its content; bytes that are not UTF-8 are replaced. Called once, and
            only if a check looks at the content.
    """

    def __init__(self, path: str, read: Callable[[], str]) -> None:
        self.path, self._read = path, read

    @cached_property
    def text(self) -> str:
        """The content."""
        return self._read()


class Committed(NamedTuple):
    """What a commit brought in: the content of a file, or its message.

    It stays in the history, whatever lies in the work tree now: checks of where a file
    lies do not look at it.

    Attributes:
        path: Of the file at that commit, with forward slashes; empty for a message.
        text: Content or message; bytes that are no UTF-8 are replaced.
    """

    path: str
    text: str

    def __repr__(self) -> str:
        return veiled(self, "text")


class Repository(NamedTuple):
    """The version control of the checkout.

    Attributes:
        answers: Whether git could be asked, or there is none.
    """

    answers: bool


class FreeText(NamedTuple):
    """A string of a record.

    Attributes:
        pointer: JSON pointer to it.
        key: Name of its field; of a string in a list, that of the list.
        words: The string.
    """

    pointer: str
    key: str
    words: str


class DocumentFacts(NamedTuple):
    """What corpus-wide checks need to know of a document.

    Attributes:
        paragraphs: Digests of its paragraphs.
        fictional: Whether its publisher is invented; None where that is not known.
        signatures: Of each segment with enough words, where the text is at hand.
    """

    paragraphs: frozenset[str]
    fictional: bool | None
    signatures: tuple[bytes, ...] = ()


class Context:
    """Everything around a record.

    Args:
        registries: The registries.
        dossier: The document with its sets, for checks on either.
        gate: The withheld texts at hand, for checks on files.
        documents: Facts on every document, for checks on the whole corpus.
    """

    def __init__(
        self,
        registries: Registries,
        *,
        dossier: Dossier | None = None,
        gate: Gate | None = None,
        documents: dict[str, DocumentFacts] | None = None,
    ) -> None:
        self.registries = registries
        self.gate = gate or Gate(())
        self.documents = documents or {}
        self._dossier = dossier
        self._spans: dict[int, list[Place]] = {}
        self._sound: dict[int, list[Place]] = {}
        self._proved: dict[int, list[Place]] = {}
        self._places: dict[int, set[tuple[int, int]]] = {}
        self._odd: dict[int, list[FreeText]] = {}
        self._plain: set[str] = set()
        self._labels: dict[str, dict[str, Label]] = {}

    @property
    def dossier(self) -> Dossier:
        """The dossier; only for checks on documents and sets."""
        if self._dossier is None:
            raise LookupError("this check runs on documents and sets only")
        return self._dossier

    @property
    def document(self) -> Document:
        """The document of the dossier."""
        return self.dossier.document

    @property
    def text(self) -> str:
        """The raw text; only for checks that say `needs_text`."""
        if self.dossier.text is None:
            raise LookupError("this check runs only where the text is available")
        return self.dossier.text

    @cached_property
    def segments(self) -> dict[str, Segment]:
        """Segment id to segment."""
        return {segment.id: segment for segment in self.document.segments}

    def spans(self, record: AnnotationSet) -> list["Place"]:
        """Return every span of a set."""
        if id(record) not in self._spans:
            self._spans[id(record)] = [
                Place(pointer + inner, span, known)
                for pointer, segment, known in judged(record, self)
                for inner, span in segment_spans(segment)
            ]
        return self._spans[id(record)]

    def sound_spans(self, record: AnnotationSet) -> list["Place"]:
        """Return the spans inside their segment and the text; SPN001, SEG001 report others."""
        if id(record) not in self._sound:
            last = len(self.dossier.text) if self.dossier.text is not None else None
            self._sound[id(record)] = [
                place
                for place in self.spans(record)
                if is_inside(place.span, place.segment)
                and (last is None or place.span.end <= last)
            ]
        return self._sound[id(record)]

    def proved_spans(self, record: AnnotationSet) -> list["Place"]:
        """Return the spans of a set whose words are those they were made on.

        Only for checks that say `needs_text`. The others are SPN001's and SPN002's.
        """
        if id(record) not in self._proved:
            text = self.text
            self._proved[id(record)] = [
                place
                for place in self.sound_spans(record)
                if place.span.digest
                == span_digest(text, place.span.start, place.span.end)
            ]
        return self._proved[id(record)]

    def free_text(self, record: Any) -> "list[FreeText]":
        """Return the strings of a record that hold more than plain words.

        Whatever is not plain ASCII, has odd blanks, or looks like markup or a placeholder.
        """
        if id(record) not in self._odd:
            data = msgspec.to_builtins(record)
            self._odd[id(record)] = _odd_strings(data, self._plain)
        return self._odd[id(record)]

    def strings(self, records: Iterable[Any]) -> set[str]:
        """Return every string of some records, but for digests; each once."""
        odd = [found.words for record in records for found in self.free_text(record)]
        return self._plain.union(odd)

    def proves(self, record: AnnotationSet, span: Span) -> bool:
        """Tell whether the words at a span of a set are those it was made on.

        Only for checks that say `needs_text`.
        """
        if id(record) not in self._places:
            self._places[id(record)] = {
                (place.span.start, place.span.end)
                for place in self.proved_spans(record)
            }
        return (span.start, span.end) in self._places[id(record)]

    def too_late(self, day: str | None) -> str:
        """Say how a day lies more than a year after the date of the dataset, or nothing."""
        latest = self.registries.dataset.date
        if day is None or day[:10] <= f"{int(latest[:4]) + 1:04}{latest[4:]}":
            return ""
        return f"{day[:10]}, but the dataset is dated {latest}"

    def label(self, inventory: str, name: str) -> Label:
        """Return what the schema says of a label of a valid record."""
        if inventory not in self._labels:
            self._labels[inventory] = self.registries.labels[inventory].labels
        return self._labels[inventory][name]

    def actor(self, actor_id: str) -> Actor | None:
        """Return an actor of the registry, or None for NIL and unknown ids."""
        return self.registries.actors.get(actor_id)

    def knows(self, actor_id: str) -> bool:
        """Tell whether an id is one of the registry, or says that it lacks the actor."""
        return actor_id.startswith(NIL) or actor_id in self.registries.actors

    def quote(self, span: tuple[int, int]) -> str | None:
        """Return the words of a span with a little around, or None without the text."""
        text = self._dossier.text if self._dossier else None
        if text is None:
            return None
        start, end = span
        start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
        left, right = text[max(0, start - 25) : start], text[end : end + 25]
        inner = text[start:end]
        if len(inner) > LONG_QUOTE:
            inner = f"{inner[:100]} \u2026 {inner[-50:]}"
        shown = f"\u2026{left}[{inner}]{right}\u2026"
        return re.sub(r"\s+", " ", shown)

    def quote_at(self, record: Any, pointer: str) -> str | None:
        """Return the words of the item that a pointer leads to, or into.

        Args:
            record: The set, or the plain data of one that its schema refuses.
            pointer: JSON pointer into it.

        Returns:
            None without the text, for an item without words, and for what is no item.
        """
        text = self._dossier.text if self._dossier else None
        item, found = record, None
        for part in pointer.split("/")[1:]:
            item = _child(item, part)
            found = _words_of(item) or found
        if text is None or found is None or not 0 <= found[0] < found[1] <= len(text):
            return None
        return self.quote(found)


def _odd_strings(
    value: dict[str, Any] | Sequence[Any], plain: set[str], key: str = ""
) -> list[FreeText]:
    """Return the strings of plain data that are not plain, with pointers from here.

    Args:
        value: The data.
        plain: Strings that are; those found here are added.
        key: Name of the field whose list this is.
    """
    found = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in pairs:
        kind = type(item)
        if kind is str:
            if item in plain or name == "digest" or _is_plain(item, plain):
                continue
            field = name if isinstance(name, str) else key
            found.append(FreeText(f"/{escape(str(name))}", field, item))
        elif kind in _CONTAINERS:
            field = name if isinstance(name, str) else key
            for pointer, *rest in _odd_strings(item, plain, field):
                found.append(FreeText(f"/{escape(str(name))}{pointer}", *rest))
    return found


def _is_plain(words: str, plain: set[str]) -> bool:
    is_plain = (
        words.isascii()
        and words.isprintable()
        and words == words.strip()
        and not any(odd in words for odd in _ODD)
        and not any(odd in words.lower() for odd in _ODD_WORDS)
    )
    if is_plain:
        plain.add(words)
    return is_plain


def _child(item: Any, part: str) -> Any:
    """Return what a part of a pointer leads to, or None."""
    if isinstance(item, (tuple, list)):
        return item[int(part)] if part.isdecimal() and int(part) < len(item) else None
    if isinstance(item, dict):
        return item.get(part)
    return getattr(item, part, None)


def _words_of(item: Any) -> tuple[int, int] | None:
    """Return start and end of an item: of several places, those of the first."""
    for name in ("spans", "evidence"):
        several = _child(item, name)
        if isinstance(several, (tuple, list)) and several:
            return _words_of(several[0])
    span = _child(item, "span") or item
    start, end = _child(span, "start"), _child(span, "end")
    return (start, end) if type(start) is type(end) is int else None


class Place(NamedTuple):
    """A span of a set and where it stands.

    Attributes:
        pointer: JSON pointer to it.
        span: The span.
        segment: Segment it belongs to.
    """

    pointer: str
    span: Span
    segment: Segment


def judged(
    record: AnnotationSet, context: Context
) -> Iterator[tuple[str, JudgedSegment, Segment]]:
    """Yield pointer, judgements and segment of each judged segment that exists."""
    for index, segment in enumerate(record.segments):
        known = context.segments.get(segment.segment)
        if known is not None:
            yield f"/segments/{index}", segment, known


def is_inside(span: Span, segment: Segment) -> bool:
    """Tell whether a span is not empty and lies in its segment."""
    return segment.start <= span.start < span.end <= segment.end


def segment_spans(segment: JudgedSegment) -> Iterator[tuple[str, Span]]:
    """Yield pointer below the segment and span of everything judged in it."""
    for i, mention in enumerate(segment.mentions):
        yield f"/mentions/{i}", mention.span
    for i, claim in enumerate(segment.claims):
        for inner, span in _claim_spans(claim):
            yield f"/claims/{i}{inner}", span
    opinions: list[tuple[str, PanelJudgement | Stance]] = [
        (f"/panel/{key}", judgement) for key, judgement in segment.panel.items()
    ]
    opinions += [(f"/stances/{i}", stance) for i, stance in enumerate(segment.stances)]
    for at, opinion in opinions:
        for j, evidence in enumerate(opinion.evidence):
            if evidence.span is not None:
                yield f"{at}/evidence/{j}", evidence.span


def _claim_spans(claim: Claim) -> Iterator[tuple[str, Span]]:
    for j, span in enumerate(claim.spans):
        yield f"/spans/{j}", span
    for j, occurrence in enumerate(claim.also_at):
        for k, span in enumerate(occurrence.spans):
            yield f"/also_at/{j}/spans/{k}", span
    for j, chain in enumerate(claim.chains):
        for k, node in enumerate(chain):
            yield f"/chains/{j}/{k}/span", node.span
    for j, span in enumerate(claim.carrier_evidence):
        yield f"/carrier_evidence/{j}", span


def zones_at(segment: Segment, start: int, end: int) -> list[Zone]:
    """Return the zones that a stretch touches."""
    return [zone for zone in segment.zones if zone.start < end and zone.end > start]
