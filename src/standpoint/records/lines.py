"""Records that share files: one record a line, in JSON Lines, plain or compressed.

Such a record is known by the path that a file of its own would have. Whoever reads it gets
what that file would hold, so that nothing else needs to know how a record is stored.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from standpoint.records import canonical
from standpoint.records.findings import printable
from standpoint.records.record_file import MAX_BYTES
from standpoint.records.vocabulary import ADJUDICATED, ADJUDICATOR

PLAIN, PACKED = ".jsonl", ".jsonl.zst"

MAX_UNPACKED = 1_000_000_000
"""Bytes that a compressed file holds at most: it is unpacked in memory."""

N_UNPACKED = 4
"""Files that are kept unpacked: those of documents and of sets, of two shards."""

FOLDERS = {"corpus/documents": "document", "annotations": "annotation-set"}
"""Folder of shared files to the kind of record in them."""


class Line(NamedTuple):
    """Where a record is.

    Attributes:
        file: The file, relative to the root.
        number: Its line, from 1.
        start: First byte of the line, in the unpacked file.
        length: Bytes, without the line break.
        digest: SHA-256 of these.
    """

    file: str
    number: int
    start: int
    length: int
    digest: str

    @property
    def where(self) -> str:
        """The line, in words."""
        return f"line {self.number} of {self.file}"


def is_shared(path: str) -> bool:
    """Tell whether a path is that of a file of several records."""
    return path.endswith((PLAIN, PACKED)) and path.rpartition("/")[0] in FOLDERS


def _listed(file: str, stream: BinaryIO) -> Iterator[tuple[str, Line]]:
    """Yield path and place of each record of a file, in the order of the file.

    A line that does not say which record it is gets the path `<file>:<number>`.
    """
    kind = FOLDERS[file.rpartition("/")[0]]
    number, start = 1, 0
    # A line that is too long to be a record comes in pieces, none of which is one.
    while line := stream.readline(MAX_BYTES + 2):
        data = line.removesuffix(b"\n")
        path = _path(kind, data) or f"{file}:{number}"
        digest = hashlib.sha256(data).hexdigest()
        yield path, Line(file, number, start, len(data), digest)
        start += len(line)
        number += line.endswith(b"\n")


class _Named(msgspec.Struct):
    """The part of a record that says which it is."""

    id: str = ""
    document: str = ""
    annotator: str = ""
    role: str = ""


_NAMES = re.compile(rb'"(id|document|annotator|role)": ?"([^"\\]*)"')
_PART = re.compile(r"[^/\s]{1,200}")


def _path(kind: str, data: bytes) -> str | None:
    """Return the path that a record would have; as far as can be, of a broken one too."""
    try:
        named = msgspec.json.decode(data, type=_Named)
    except (ValueError, RecursionError):
        found = reversed([pair.groups() for pair in _NAMES.finditer(data, 0, 2_000)])
        words = {key.decode(): name.decode("utf-8", "replace") for key, name in found}
        named = _Named(**words)
    if kind == "document":
        parts = [named.id]
    else:
        is_decided = named.role == ADJUDICATOR
        parts = [named.document, ADJUDICATED if is_decided else named.annotator]
    if not all(_PART.fullmatch(p) and p.isprintable() and p[0] != "." for p in parts):
        return None
    folder = next(folder for folder, held in FOLDERS.items() if held == kind)
    return f"{folder}/{'/'.join(parts)}.json"


def read(root: Path, line: Line) -> bytes:
    """Return a line, without its line break.

    Raises:
        OSError: If its file cannot be read.
    """
    path = root / line.file
    if line.file.endswith(PACKED):
        found = path.stat()
        data = _kept(str(path), found.st_mtime_ns, found.st_size)
        return data[line.start : line.start + line.length]
    with path.open("rb") as file:
        file.seek(line.start)
        return file.read(line.length)


@lru_cache(maxsize=N_UNPACKED)
def _kept(path: str, _changed: int, _size: int) -> bytes:
    return unpacked(path, Path(path).read_bytes())


def _opened(file: str, path: Path) -> BinaryIO:
    if file.endswith(PACKED):
        return io.BytesIO(unpacked(file, path.read_bytes()))
    return path.open("rb")


def unpacked(path: str, data: bytes) -> bytes:
    """Return what a file holds, unpacked if its name says that it is compressed.

    Raises:
        OSError: If it is damaged, or holds too much.
    """
    if not path.endswith(PACKED):
        return data
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            found = bytes(stream.read(MAX_UNPACKED + 1))
    except (pa.ArrowException, ValueError):
        raise OSError(f"{path} is damaged") from None
    if len(found) > MAX_UNPACKED:
        raise OSError(f"{path} holds more than {MAX_UNPACKED:,} bytes")
    return found


def readable(path: str, data: bytes) -> bytes:
    """Return what a file holds, unpacked if that can be done."""
    try:
        return unpacked(path, data)
    except OSError:
        return data


def packed(path: str, data: bytes) -> bytes:
    """Return what a file is to hold, compressed if its name says so."""
    if not path.endswith(PACKED):
        return data
    import pyarrow as pa

    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def contents(
    files: Mapping[str, bytes | None],
) -> Iterator[tuple[str, Line, bytes]]:
    """Yield path, place and content of each record of shared files, as `expanded`.

    Args:
        files: Path to content; None for a file that is not there.
    """
    for file, data in files.items():
        if data is not None:
            whole = unpacked(file, data)
            for path, line in _listed(file, io.BytesIO(whole)):
                held = whole[line.start : line.start + line.length]
                yield path, line, canonical.expanded(held)


_Saved = tuple[
    dict[str, Line],
    dict[str, list[str]],
    list[tuple[str, Line]],
    list[str],
    dict[str, list[str]],
]


class Lines:
    """The records of a checkout that share files.

    Args:
        root: The root of the checkout.
        files: Shared files, relative to it.

    Attributes:
        places: Path of a record to its place.
        files: File to the paths of its records.
        twice: Paths of records that are in another line already, and this line.
        broken: Files that cannot be read.
    """

    def __init__(self, root: Path, files: Iterable[str]) -> None:
        """Go through the files once."""
        self.root = root
        self.places: dict[str, Line] = {}
        self.files: dict[str, list[str]] = {}
        self.twice: list[tuple[str, Line]] = []
        self.broken: list[str] = []
        self._below: dict[str, list[str]] = {}
        for file in files:
            held = self.files.setdefault(file, [])
            try:
                with _opened(file, root / file) as stream:
                    for path, line in _listed(file, stream):
                        self._add(path, line, held)
            except OSError:
                self.broken.append(printable(file))

    def _add(self, path: str, line: Line, held: list[str]) -> None:
        if path in self.places:
            self.twice.append((path, line))
            return
        self.places[path] = line
        held.append(path)
        self._below.setdefault(path.rpartition("/")[0], []).append(path)

    def save(self, folder: Path) -> None:
        """Write what is known, for other processes."""
        data = (self.places, self.files, self.twice, self.broken, self._below)
        (folder / "lines").write_bytes(msgspec.msgpack.encode(data))

    @classmethod
    def opened(cls, root: Path, folder: Path) -> "Lines":
        """Read what was saved."""
        found = cls(root, ())
        data = msgspec.msgpack.decode((folder / "lines").read_bytes(), type=_Saved)
        found.places, found.files, found.twice, found.broken, found._below = data
        return found

    def below(self, folder: str) -> list[str]:
        """Return the paths of the records that would be in a folder, if they say so."""
        return [p for p in self._below.get(folder, ()) if p.endswith(".json")]

    def folders(self) -> list[str]:
        """Return the folders in which these records would be."""
        return sorted(self._below)

    def nameless(self) -> list[str]:
        """Return the paths of lines that do not say which record they are."""
        return [path for path in self.places if not path.endswith(".json")]

    def expanded(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield paths, and for each shared file those of its records too."""
        for path in paths:
            yield path
            yield from self.files.get(path, ())
