"""What checks of the whole corpus need to know of every document.

After a change only a few documents are new. What the others hold is kept beside the data
of git, under the name that git gives to the folder of records at the commit before.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial

import msgspec

from standpoint.checks.context import DocumentFacts
from standpoint.records.checkout import Checkout
from standpoint.records.engine import write
from standpoint.records.git import Changes, blob_name
from standpoint.records.model import Document, Dossier, Registries
from standpoint.records.text import count_words, signature
from standpoint.records.vocabulary import BOILERPLATE, RELEASED

UNREADABLE = DocumentFacts(frozenset(), None)
"""Facts on a document whose record cannot be read: it is there, no more is known."""

FORM = 4
"""Form of what is kept; one more whenever a sketch means something else."""


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """What is needed of a record.

    Attributes:
        publisher: Id of the outlet.
        paragraphs: Digests of the paragraphs outside boilerplate.
        text_sha256: SHA-256 of its text.
        released: Whether the text is.
        signatures: Of the segments; None where the text was not at hand.
    """

    publisher: str
    paragraphs: frozenset[str]
    text_sha256: str
    released: bool
    signatures: tuple[bytes, ...] | None = None


LEAST_WORDS = 40
"""Shorter segments are not compared by their words: formulas are alike everywhere."""


def facts_of(
    dossier: Dossier, registries: Registries, *, in_words: bool
) -> DocumentFacts:
    """Return what corpus-wide checks need to know of a document.

    Args:
        dossier: The document.
        registries: The registries.
        in_words: Whether documents will be compared by their words.
    """
    text = dossier.text if in_words else None
    document = dossier.document
    return _facts(_drawn(document, document.text.sha256, text), registries)


def sketched(
    checkout: Checkout,
    registries: Registries,
    documents: Iterable[str],
    since: Changes | None,
) -> dict[str, DocumentFacts]:
    """Return the facts on documents that are not judged themselves.

    Args:
        checkout: The checkout.
        registries: Its registries.
        documents: Ids.
        since: What has changed; what is known of the rest need not be read again.
    """
    kept = _Kept(checkout, since) if since else None
    found = {}
    for document in documents:
        path = checkout.documents[document]
        sketch = kept.sketches.get(path) if kept else None
        if sketch is None or _is_readable(checkout, document, sketch):
            data = checkout.content(path)
            sketch = _read(data, partial(_text, checkout, document))
            if kept and sketch:
                kept.add(path, sketch, data)
        found[document] = _facts(sketch, registries) if sketch else UNREADABLE
    if kept:
        kept.save()
    return found


def _facts(sketch: Sketch, registries: Registries) -> DocumentFacts:
    outlet = registries.outlets.get(sketch.publisher)
    fictional = outlet.fictional if outlet else None
    return DocumentFacts(sketch.paragraphs, fictional, sketch.signatures or ())


def _is_readable(checkout: Checkout, document: str, sketch: Sketch) -> bool:
    """Tell whether a text is at hand that was not when the sketch was drawn."""
    return sketch.signatures is None and _text(checkout, document, sketch) is not None


class _Line(msgspec.Struct):
    digest: str


class _Part(msgspec.Struct):
    kind: str
    start: int
    end: int
    paragraphs: list[_Line]


class _Text(msgspec.Struct):
    sha256: str


class _Rights(msgspec.Struct):
    text_release: str


class _Record(msgspec.Struct, kw_only=True):
    """The part of a record that matters: reading no more is ten times as fast."""

    publisher: str
    digests: _Text = msgspec.field(name="text")
    rights: _Rights
    segments: list[_Part]


def _text(checkout: Checkout, document: str, sketch: Sketch) -> str | None:
    return checkout.text(document, sketch.text_sha256, released=sketch.released)


def _read(data: bytes, text_of: Callable[[Sketch], str | None]) -> Sketch | None:
    try:
        record = msgspec.json.decode(data, type=_Record)
    except (ValueError, RecursionError):
        return None
    digest = record.digests.sha256
    return _drawn(record, digest, text_of(_drawn(record, digest)))


def _drawn(record: Document | _Record, digest: str, text: str | None = None) -> Sketch:
    hashes = (
        line.digest
        for segment in record.segments
        if segment.kind != BOILERPLATE
        for line in segment.paragraphs
    )
    return Sketch(
        record.publisher,
        frozenset(hashes),
        digest,
        record.rights.text_release == RELEASED,
        None if text is None else tuple(signatures(record, text)),
    )


def signatures(record: Document | _Record, text: str | None) -> Iterator[bytes]:
    """Yield the signatures of the segments of a document; none without its text."""
    if text is None:
        return
    for segment in record.segments:
        words = text[segment.start : segment.end]
        if segment.kind != BOILERPLATE and count_words(words) >= LEAST_WORDS:
            yield signature(words)


class _Store(msgspec.Struct):
    """What is kept: a key that says of which commit, and path to sketch."""

    key: str
    sketches: dict[str, Sketch]


class _Kept:
    """Sketches of the records that have not changed since a commit."""

    def __init__(self, checkout: Checkout, since: Changes) -> None:
        tree = checkout.git.tree(since.base, "corpus/documents")
        self._key = f"{FORM} {tree}"
        self._file = checkout.git.own_path("standpoint") / "sketches"
        self._changed = frozenset(since.paths)
        self._git, self._base = checkout.git, since.base
        self._is_new = False
        self._all = self._load()
        self.sketches = {
            path: one for path, one in self._all.items() if path not in self._changed
        }

    @cached_property
    def _names(self) -> dict[str, str]:
        """Path to the name that git gives to what it held at that commit."""
        return self._git.blobs(self._base, "corpus/documents")

    def add(self, path: str, sketch: Sketch, data: bytes) -> None:
        """Keep a sketch that had to be drawn, if it is one of that commit.

        That git reports no change is not enough: it may have been told to look away.
        """
        name = self._names.get(path, "")
        if name and blob_name(data, len(name)) == name:
            self._all[path] = sketch
            self._is_new = True

    def save(self) -> None:
        """Write what is new; where that cannot be done, it is drawn again next time."""
        if self._is_new:
            store = _Store(self._key, self._all)
            with contextlib.suppress(OSError):
                write(self._file, msgspec.msgpack.encode(store))

    def _load(self) -> dict[str, Sketch]:
        try:
            store = msgspec.msgpack.decode(self._file.read_bytes(), type=_Store)
        except (OSError, ValueError):
            return {}
        return store.sketches if store.key == self._key else {}
