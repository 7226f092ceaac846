"""What checks of the whole corpus need to know of every document.

After a change only a few documents are new. What the others hold is kept beside the data
of git, under the name that git gives to the folder of records at the commit before.
"""

import contextlib
from collections.abc import Iterable
from functools import cached_property

import msgspec

from standpoint.checkout import Checkout
from standpoint.checks import DocumentFacts
from standpoint.engine import write
from standpoint.git import Changes, blob_name
from standpoint.model import Document, Dossier, Registries

UNREADABLE = DocumentFacts(frozenset(), None)
"""Facts on a document whose record cannot be read: it is there, no more is known."""

DIGITS = 16
"""Of a hash, as many as tell the paragraphs of any corpus apart: 64 bits."""

FORM = 2
"""Form of what is kept; one more whenever a sketch means something else."""


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """What is needed of a record.

    Attributes:
        publisher: Id of the outlet.
        paragraphs: Beginnings of the hashes of the paragraphs outside boilerplate.
    """

    publisher: str
    paragraphs: frozenset[str]


def facts_of(dossier: Dossier, registries: Registries) -> DocumentFacts:
    """Return what corpus-wide checks need to know of a document."""
    return _facts(_drawn(dossier.document), registries)


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
        if sketch is None:
            data = _bytes(checkout, path)
            sketch = _read(data)
            if kept and sketch:
                kept.add(path, sketch, data)
        found[document] = _facts(sketch, registries) if sketch else UNREADABLE
    if kept:
        kept.save()
    return found


def _facts(sketch: Sketch, registries: Registries) -> DocumentFacts:
    outlet = registries.outlets.get(sketch.publisher)
    return DocumentFacts(sketch.paragraphs, outlet.fictional if outlet else None)


class _Line(msgspec.Struct):
    sha256: str


class _Part(msgspec.Struct):
    kind: str
    paragraphs: list[_Line]


class _Record(msgspec.Struct):
    """The part of a record that matters: reading no more is ten times as fast."""

    publisher: str
    segments: list[_Part]


def _bytes(checkout: Checkout, path: str) -> bytes:
    try:
        return (checkout.root / path).read_bytes()
    except OSError:
        return b""


def _read(data: bytes) -> Sketch | None:
    try:
        return _drawn(msgspec.json.decode(data, type=_Record))
    except (ValueError, RecursionError):
        return None


def _drawn(record: Document | _Record) -> Sketch:
    hashes = (
        line.sha256[:DIGITS]
        for segment in record.segments
        if segment.kind != "boilerplate"
        for line in segment.paragraphs
    )
    return Sketch(record.publisher, frozenset(hashes))


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
