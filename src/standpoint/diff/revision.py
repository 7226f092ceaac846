"""The corpus before a change and after it."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from standpoint.agreement.readings import named, sets_of
from standpoint.diff.items import State
from standpoint.records.checkout import ACCEPTED, REGISTRIES, Checkout
from standpoint.records.findings import Finding
from standpoint.records.git import Changes
from standpoint.records.model import (
    Annotator,
    Dossier,
    Registries,
    Splits,
    set_name,
)
from standpoint.records.schema import Schemas
from standpoint.records.vocabulary import LAYERS
from standpoint.resolve import resolve
from standpoint.resolve.item import empty_layers
from standpoint.tables import Around, Tables, with_resolved

FOLDERS = ("corpus/", "annotations/", "schema/")
"""Folders whose files are compared."""

SCHEMA = "schema/"


_KINDS = {path: kind for kind, path in REGISTRIES.items()} | {ACCEPTED: "accepted"}


def kind_of(path: str) -> str | None:
    """Return the kind of record that a file holds by its place; None for no record."""
    match path.split("/"):
        case _ if not path.endswith(".json"):
            return None
        case ["corpus", "documents", _]:
            return "document"
        case ["annotations", _, _]:
            return "annotation-set"
        case ["schema", "cues", _]:
            return "cues"
    return _KINDS.get(path)


class Side:
    """The corpus on one side of a change, without what cannot be read.

    Args:
        checkout: A checkout.
        texts: Files with released texts.

    Attributes:
        unread: What could not be read, as findings.
    """

    def __init__(self, checkout: Checkout, texts: frozenset[str]) -> None:
        """Remember the checkout; records are read when first needed."""
        self.checkout = checkout
        self.texts = texts
        self.unread: list[Finding] = []
        self._dossiers: dict[str, Dossier | None] = {}
        self._states: dict[str, State] = {}

    @cached_property
    def annotators(self) -> dict[str, Annotator]:
        """Annotator id to annotator; empty where the registry cannot be read."""
        record = self._registry("annotators")
        return {one.id: one for one in record.annotators} if record else {}

    @cached_property
    def split(self) -> dict[str, str]:
        """Document to its split; empty where the registry cannot be read."""
        record = self._registry("splits")
        return {one.document: one.split for one in record.ledger} if record else {}

    @cached_property
    def registries(self) -> Registries:
        """The registries that rows need, as far as they can be read; else they are empty."""
        actors, splits = self._registry("actors"), self._registry("splits")
        return Registries(
            dataset=self._registry("dataset"),
            actors={one.id: one for one in actors.actors} if actors else {},
            outlets={},
            panels={},
            annotators=self.annotators,
            splits=splits or Splits(schema="1", policy="", groups=(), ledger=()),
            cues={},
            labels=self.checkout.schemas.inventories,
        )

    def _registry(self, kind: str) -> Any:
        found = self.checkout.record(REGISTRIES[kind], kind)
        self._drain()
        return found

    def record(self, path: str) -> Any:
        """Return what a record file holds as plain data; None where there is nothing.

        A schema file is returned as it is.
        """
        kind = kind_of(path)
        if not self.checkout.holds(path):
            return None
        if kind is None:
            return self.checkout.data(path)
        found = self.checkout.record(path, kind)
        self._drain()
        return None if found is None else plain(found)

    @property
    def documents(self) -> list[str]:
        """Ids of the documents."""
        return list(self.checkout.documents)

    def dossier(self, document: str) -> Dossier | None:
        """Return a document with the sets of registered annotators; None without it."""
        if document not in self._dossiers:
            self._dossiers[document] = self._read(document)
        return self._dossiers[document]

    def _read(self, document: str) -> Dossier | None:
        if document not in self.checkout.documents:
            return None
        found = self.checkout.dossier(document)
        self._drain()
        if found is None:
            return None
        sets = tuple(s for s in found.sets if s.annotator in self.annotators)
        return msgspec.structs.replace(found, sets=sets, text=None)

    def content(self, document: str) -> Any:
        """Return all that the resolved items of a document depend on."""
        dossier = self.dossier(document)
        sets = dossier.sets if dossier else ()
        return dossier, [self.annotators[found.annotator].kind for found in sets]

    def state(self, document: str) -> State:
        """Return the rows of a document; none where it is not there."""
        if document not in self._states:
            self._states[document] = self._state(document)
        return self._states[document]

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self.checkout.schemas.inventories)

    def _state(self, document: str) -> State:
        dossier = self.dossier(document)
        if dossier is None:
            return State()
        inventories = self.checkout.schemas.inventories
        around = Around(dossier, self.registries, inventories, None, "", "")
        configs = [name for layer in LAYERS for name in (layer, f"{layer}_votes")]
        around = with_resolved(around, resolve(dossier, self.annotators))
        found = self._tables.rows(around, configs)
        rows = {name: named(found[name], name, inventories) for name in configs}
        votes = {layer: rows[f"{layer}_votes"] for layer in LAYERS}
        return State(
            items={layer: rows[layer] for layer in LAYERS},
            votes=votes,
            sets={
                found.annotator: found
                for found in sets_of(dossier, self.annotators, votes)
            },
            names=[set_name(found) for found in dossier.sets],
            empty={set_name(found): empty_layers(found) for found in dossier.sets},
            segments={segment.id: segment for segment in dossier.document.segments},
            text_sha256=dossier.document.text.sha256,
        )

    def _drain(self) -> None:
        # A record in another than the canonical form was read all the same.
        self.unread += [f for f in self.checkout.drain() if f.code != "FMT006"]


def plain(record: Any) -> Any:
    """Return a record as plain data."""
    return msgspec.json.decode(msgspec.json.encode(record))


@contextmanager
def sides(checkout: Checkout, changes: Changes) -> Iterator[tuple[Side, Side]]:
    """Give the corpus as it was at the commit from which a change comes, and as it is.

    What the change leaves alone is the same on both sides, and is read once.

    Raises:
        GitStop: If git cannot give the files of the commit.
    """
    git, base = checkout.git, changes.base
    paths = [path for path in changes.paths if path.startswith(FOLDERS)]
    former = checkout.supposing(
        checkout.held(changes, (path for path in paths if path.endswith(".json")))
    )
    folder = "corpus/texts/released"
    texts = frozenset(git.blobs(base, folder))
    listed = checkout.root.joinpath(folder).glob("*")
    now = frozenset(path.relative_to(checkout.root).as_posix() for path in listed)
    with tempfile.TemporaryDirectory(prefix="standpoint-") as temporary:
        if any(path.startswith(SCHEMA) for path in paths):
            former.schemas = _schemas(checkout, base, Path(temporary))
        yield Side(former, texts), Side(checkout, now)


def _schemas(checkout: Checkout, base: str, folder: Path) -> Schemas:
    """Return the schemas of a commit."""
    listed = checkout.git.blobs(base, SCHEMA.rstrip("/"))
    own = [p for p in listed if p.startswith(SCHEMA) and p.count("/") == 1]
    for path, data in checkout.git.held(base, own).items():
        (folder / path.rpartition("/")[2]).write_bytes(data or b"")
    return Schemas(folder)


_READ_WITH = {
    REGISTRIES["annotators"],
    *(
        f"{SCHEMA}{kind}.schema.json"
        for kind in ("labels", "document", "annotation-set")
    ),
}
"""Files that decide which documents and sets can be read, and whose votes count."""


def touched(paths: Iterable[str], before: Side, after: Side) -> list[str]:
    """Return the documents whose resolved items may have changed.

    Args:
        paths: Files that changed.
        before: The corpus before.
        after: The corpus after.
    """
    known = {*before.documents, *after.documents}
    found = set()
    for path in paths:
        kind, (folder, _, name) = kind_of(path), path.rpartition("/")
        if path in _READ_WITH:
            found = known
        elif kind == "document":
            found.add(name.removesuffix(".json"))
        elif kind == "annotation-set":
            found.add(folder.removeprefix("annotations/"))
    return [
        document
        for document in sorted(known & found)
        if before.content(document) != after.content(document)
    ]
