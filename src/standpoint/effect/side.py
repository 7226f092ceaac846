"""The corpus before a change and after it."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from standpoint.checkout import REGISTRIES, Checkout
from standpoint.findings import Finding
from standpoint.model import Dossier, Registries
from standpoint.resolve import Resolved, resolve

FOLDERS = ("corpus", "annotations", "schema")
"""What is read of a commit."""


class Side:
    """The corpus on one side of a change; what cannot be read is left out, and named.

    Args:
        checkout: A checkout.

    Attributes:
        unread: What could not be read, as findings.
    """

    def __init__(self, checkout: Checkout) -> None:
        """Remember the checkout; records are read when first needed."""
        self.checkout = checkout
        self.unread: list[Finding] = []

    @cached_property
    def registries(self) -> Registries | None:
        """The registries, or None where one of them cannot be read."""
        found = self.checkout.registries
        self._drain()
        return found

    def entries(self, registry: str) -> tuple[Any, ...]:
        """Return the entries of a registry as its file lists them."""
        record = self.checkout.record(REGISTRIES[registry], registry)
        found: tuple[Any, ...] = getattr(record, registry)
        return found

    @cached_property
    def split(self) -> dict[str, str]:
        """Document to its split."""
        ledger = self.registries.splits.ledger if self.registries else ()
        return {entry.document: entry.split for entry in ledger}

    @cached_property
    def group(self) -> dict[str, str]:
        """Document to its story group."""
        groups = self.registries.splits.groups if self.registries else ()
        return {document: group.id for group in groups for document in group.documents}

    @property
    def documents(self) -> list[str]:
        """Ids of the documents."""
        return list(self.checkout.documents)

    def dossier(self, document: str) -> Dossier | None:
        """Return a document with those of its sets that can be read; None without it."""
        found = None
        if document in self.checkout.documents:
            found = self.checkout.dossier(document)
        self._drain()
        return found

    def dossiers(self, documents: Iterable[str]) -> Iterator[Dossier]:
        """Yield documents with the sets of registered annotators, without their texts."""
        known = self.registries.annotators if self.registries else {}
        for document in documents:
            found = self.dossier(document)
            if found is not None:
                sets = tuple(s for s in found.sets if s.annotator in known)
                yield msgspec.structs.replace(found, sets=sets, text=None)

    def resolved(self, dossier: Dossier) -> dict[str, list[Resolved]]:
        """Return layer to resolved items of a document with registered annotators."""
        return resolve(dossier, self.registries.annotators if self.registries else {})

    def _drain(self) -> None:
        # A record in another than the canonical form was read all the same.
        self.unread += [f for f in self.checkout.drain() if f.code != "FMT006"]


@contextmanager
def sides(checkout: Checkout, base: str) -> Iterator[tuple[Side, Side]]:
    """Give the corpus as it was at a commit, and as it is.

    Raises:
        GitStop: If git cannot give the files of the commit.
    """
    with tempfile.TemporaryDirectory(prefix="standpoint-") as folder:
        checkout.git.unpack(base, FOLDERS, Path(folder))
        for name in FOLDERS:
            (Path(folder) / name).mkdir(exist_ok=True)
        yield Side(Checkout(Path(folder))), Side(checkout)


def touched(paths: Iterable[str], before: Side, after: Side) -> list[str]:
    """Return the documents of which the record or a set changed.

    After a change of the schema or of who annotates these are all.

    Args:
        paths: Files that changed.
        before: The corpus before.
        after: The corpus after.
    """
    known = {*before.documents, *after.documents}
    found = set()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if path.startswith("schema/") or path == REGISTRIES["annotators"]:
            return sorted(known)
        if folder == "corpus/documents":
            found.add(name.removesuffix(".json"))
        elif folder.startswith("annotations/"):
            found.add(folder.removeprefix("annotations/"))
    return sorted(known & found)
