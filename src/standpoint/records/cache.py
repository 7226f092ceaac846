"""What shards gave, kept under a hash of everything that it depends on.

A shard whose records, texts, schema, registries and code are the same need not be done
again. The folder is beside the data of git, or where STANDPOINT_CACHE says; without either
nothing is kept. Deleting it costs time and nothing else.
"""

import contextlib
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterable
from functools import cache, cached_property
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

import msgspec

from standpoint.records.checkout import (
    REGISTRIES,
    RELEASED_TEXTS,
    Checkout,
)
from standpoint.records.leak import Gate
from standpoint.records.text import sha256

VARIABLE = "STANDPOINT_CACHE"
"""Environment variable with the folder; empty to keep nothing."""

MAX_DAYS = 30
"""What was not used for longer is swept."""

MAX_BYTES = 4_000_000_000
"""Of what is more, the oldest is swept."""

SETTLED_NS = 2_000_000_000
"""A file that changed so shortly before may change again without a trace in its times."""

RESULT = "result"
"""File of an entry with what the shard gave."""


class _Known(NamedTuple):
    """A file that was read.

    Attributes:
        status: Size, times and number of the file then.
        digest: SHA-256 of what it held.
    """

    status: tuple[int, int, int, int]
    digest: str


class Cache:
    """The cache of a checkout.

    Args:
        checkout: The checkout.
        folder: Where results are kept.
    """

    def __init__(self, checkout: Checkout, folder: Path) -> None:
        """Read what is known of files."""
        self._checkout, self._folder = checkout, folder
        self._root = str(checkout.root)
        self._files = folder / "files"
        self._known: dict[str, _Known] = {}
        self._is_new = False
        with contextlib.suppress(OSError, ValueError):
            data = self._files.read_bytes()
            self._known = msgspec.msgpack.decode(data, type=dict[str, _Known])

    @classmethod
    def of(cls, checkout: Checkout) -> "Cache | None":
        """Return the cache of a checkout, or None if there is no place for one."""
        named = os.environ.get(VARIABLE)
        if not checkout.is_on_disk or named == "":
            return None
        if named is not None:
            place = sha256(str(checkout.root).encode())[:16]
            return cls(checkout, Path(named) / place)
        if not checkout.git.is_here:
            return None
        return cls(checkout, checkout.git.own_path("standpoint"))

    def entry(self, what: str, documents: Iterable[str]) -> Path:
        """Return the folder for what a shard gives; it may not be there.

        Args:
            what: Name of what is computed.
            documents: Ids of the documents of the shard.
        """
        found = hashlib.sha256(f"{what}\n{self._common}".encode())
        for document in documents:
            paths = [
                self._checkout.documents[document],
                *self._checkout.sets_of(document),
                f"{RELEASED_TEXTS}/{document}.txt",
            ]
            lines = [f"{self._digest_of(path)} {path}" for path in paths]
            place = self._places.get(document, "")
            found.update("\n".join([*lines, place, ""]).encode())
        return self._folder / "shards" / found.hexdigest()

    def _digest_of(self, path: str) -> str:
        line = self._checkout.lines.places.get(path)
        return line.digest if line else self._digest(f"{self._root}/{path}")

    def close(self) -> None:
        """Keep what is known of files, and sweep; what cannot be written is not kept."""
        with contextlib.suppress(OSError):
            if self._is_new:
                self._folder.mkdir(parents=True, exist_ok=True)
                temporary = self._files.with_name(f"files.{os.getpid()}.tmp")
                temporary.write_bytes(msgspec.msgpack.encode(self._known))
                temporary.replace(self._files)
            self._sweep()

    def _sweep(self) -> None:
        entries = []
        for path in (self._folder / "shards").glob("*"):
            size = sum(file.stat().st_size for file in path.rglob("*"))
            entries.append((path.stat().st_mtime, size, path))
        total, oldest = 0, time.time() - MAX_DAYS * 86_400
        for changed, size, path in sorted(entries, reverse=True):
            total += size
            if changed < oldest or total > MAX_BYTES:
                shutil.rmtree(path, ignore_errors=True)

    def _digest(self, path: str) -> str:
        """Return the SHA-256 of a file, read only if it seems to have changed; or nothing."""
        try:
            found = os.stat(path)  # noqa: PTH116 - a Path takes longer than the call
            status = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            known = self._known.get(path)
            if known is not None and known.status == status:
                return known.digest
            digest = sha256(Path(path).read_bytes())
        except OSError:
            return ""
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > SETTLED_NS:
            self._known[path] = _Known(status, digest)
            self._is_new = True
        return digest

    @cached_property
    def _places(self) -> dict[str, str]:
        """Document to its split and story group; a shard depends on no other of the splits."""
        registries = self._checkout.registries
        if registries is None:
            return {}
        splits = registries.splits
        groups = {d: group.id for group in splits.groups for d in group.documents}
        return {
            entry.document: f"{entry.split} {groups.get(entry.document)}"
            for entry in splits.ledger
        }

    @cached_property
    def _common(self) -> str:
        """Digest of what every shard depends on."""
        root = self._checkout.root
        paths = [root / path for kind, path in REGISTRIES.items() if kind != "splits"]
        paths += sorted((root / "schema").rglob("*.json"))
        texts = self._checkout.texts.files(but=root / RELEASED_TEXTS)
        held = [f"{self._digest(str(path))} {path}" for path in texts]
        lines = [*(f"{self._digest(str(path))} {path}" for path in paths), *held]
        self._checkout.gate = self._gate(held)
        lines += [code(), self._checkout.gate.digest]
        return sha256("\n".join(lines).encode())

    def _gate(self, texts: list[str]) -> Gate:
        """Return the gate of the checkout, made anew if a document or a text changed.

        Args:
            texts: Digests and paths of the texts.
        """
        checkout = self._checkout
        lines = [self._digest_of(path) for path in checkout.documents.values()]
        name = sha256("\n".join([*lines, *texts, code()]).encode())
        place = self._folder / "shards" / f"gate-{name}"
        with contextlib.suppress(OSError, ValueError, EOFError):
            found = Gate.opened(place)
            os.utime(place)
            return found
        temporary = place.with_name(f"{place.name}.{os.getpid()}.tmp")
        with contextlib.suppress(OSError):
            temporary.mkdir(parents=True)
            checkout.gate.save(temporary)
            temporary.rename(place)
            return Gate.opened(place)
        return checkout.gate


@cache
def code() -> str:
    """Return a digest of this package, of Python and of all that is installed."""
    package = Path(__file__).parents[1]
    files = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".md"})
    lines = [sha256(path.read_bytes()) for path in files]
    lines += sorted(f"{one.name} {one.version}" for one in distributions())
    return sha256("\n".join([sys.version, *lines]).encode())
