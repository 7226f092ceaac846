"""Read records from a checkout. What they mean is not judged here.

A checkout is a folder with `corpus/`, `annotations/` and `schema/`. Every file is
judged for itself: a broken one is a finding, and the others are still read.
"""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec

from standpoint.records import canonical, external, record_file
from standpoint.records.findings import Finding, Level, placed, printable
from standpoint.records.git import Changes, Git
from standpoint.records.leak import Gate
from standpoint.records.lines import (
    FOLDERS,
    Line,
    Lines,
    contents,
    is_shared,
    read,
)
from standpoint.records.model import (
    Accepted,
    AnnotationSet,
    Annotators,
    Cues,
    Document,
    Dossier,
    NearText,
    Registries,
    record_key,
)
from standpoint.records.record_file import Place, RawFile
from standpoint.records.schema import Schemas
from standpoint.records.text import TextStore, sha256
from standpoint.records.vocabulary import RELEASED, WITHHELD, rank_of_role

REGISTRIES = {
    "dataset": "corpus/dataset.json",
    "actors": "corpus/actors.json",
    "outlets": "corpus/outlets.json",
    "panels": "corpus/panels.json",
    "splits": "corpus/splits.json",
    "annotators": "annotations/annotators.json",
}
"""Record kind to the file that holds the registry."""

ACCEPTED = "corpus/accepted.json"
"""Findings that are accepted for a while; there need not be such a file."""

DOCUMENTS = "corpus/documents"
TEXTS = "corpus/texts"
RELEASED_TEXTS = f"{TEXTS}/released"
PRIVATE_TEXTS = f"{TEXTS}/private"


class Checkout:
    """A checkout and the texts at hand.

    Args:
        root: Folder with `corpus/` and `schema/`.
        texts: Further folders with texts of withheld documents.

    Attributes:
        findings: What was wrong with the files read so far and not yet drained.
    """

    def __init__(self, root: Path, texts: Iterable[Path] = ()) -> None:
        """Remember the folders; files are read when first needed."""
        self.root = root.resolve()
        self.schemas = Schemas(self.root / "schema")
        self.git = Git(self.root)
        self.folders = tuple(folder.resolve() for folder in texts)
        self.texts = TextStore([self.root / "corpus" / "texts", *self.folders])
        self.findings: list[Finding] = []
        self._records: dict[str, Any] = {}
        self._sets: dict[str, list[str]] = {}
        self._supposed: dict[str, bytes | None] = {}

    def supposing(self, files: Mapping[str, bytes | None]) -> "Checkout":
        """Return the checkout as it would be if some record files were others.

        Args:
            files: Path to what the file would hold; None where there would be none.
        """
        found = Checkout(self.root, self.folders)
        found._supposed = {**self._supposed, **files}
        # What stays as it is, and was read, need not be read again.
        found.schemas, found.texts = self.schemas, self.texts
        found._records = {
            path: record
            for path, record in self._records.items()
            if record is not None and path not in files
        }
        if all(
            (data is not None) == (_stem(path) in self.documents)
            for path, data in files.items()
            if path.startswith(f"{DOCUMENTS}/")
        ):
            found.documents = self.documents
        if "lines" in self.__dict__:
            found.lines = self.lines
        return found

    @property
    def is_on_disk(self) -> bool:
        """Whether another process that opens the same folders sees the same."""
        return type(self) is Checkout and not self._supposed

    def _is_there(self, path: str) -> bool:
        """Tell whether there is a file, or a link to be reported."""
        if path in self._supposed:
            return self._supposed[path] is not None
        full = self.root / path
        return path in self.lines.places or full.exists() or full.is_symlink()

    def holds(self, path: str) -> bool:
        """Tell whether there is a file at a path, or a link to be reported."""
        return self._is_there(path)

    # records

    def record(self, path: str, kind: str) -> Any:
        """Return the record in a file, or None where there is none to be had."""
        if path not in self._records:
            self._records[path] = self._read(path, kind)
        return self._records[path]

    def _read(self, path: str, kind: str) -> Any:
        full = self.root / path
        data = self._supposed.get(path)
        if data is None:
            if path in self._supposed:
                return self._report(Place(path, "missing"))
            line = self.lines.places.get(path)
            if problem := "" if line else self._problem(full):
                return self._report(Place(path, problem))
            try:
                if line:
                    return self._decoded(path, kind, read(self.root, line), line)
                with full.open("rb") as file:
                    data = file.read(record_file.MAX_BYTES + 1)
            except OSError:
                return self._report(Place(path, "unreadable"))
        return self._decoded(path, kind, data)

    def _decoded(
        self, path: str, kind: str, data: bytes, line: Line | None = None
    ) -> Any:
        raw = RawFile(path, kind, data, is_line=line is not None)
        record, findings = record_file.decode(raw, self.schemas)
        self.findings += findings
        return record

    def _problem(self, full: Path) -> str:
        """Say what keeps a file from being read, as far as that shows beforehand."""
        if self._is_link(full):
            return "link"
        if not full.exists():
            return "missing"
        return "" if full.is_file() else "unreadable"

    def _is_link(self, full: Path) -> bool:
        """Tell whether a path is a link or lies behind one: git shows no change there."""
        path, root = str(full), str(self.root)
        while len(path) > len(root):
            if os.path.islink(path):  # noqa: PTH114 - a Path takes longer than the call
                return True
            path = path.rpartition("/")[0]
        return False

    def _report(self, place: Place) -> None:
        self.findings += record_file.judge(place)

    def drain(self) -> list[Finding]:
        """Hand out the findings so far and forget them."""
        found, self.findings = self.findings, []
        return found

    @cached_property
    def registries(self) -> Registries | None:
        """The registries, or None where one of them cannot be read."""
        read = {kind: self.record(path, kind) for kind, path in REGISTRIES.items()}
        cues = self._cues()
        if any(record is None for record in read.values()):
            return None
        return Registries(
            dataset=read["dataset"],
            actors={actor.id: actor for actor in read["actors"].actors},
            outlets={outlet.id: outlet for outlet in read["outlets"].outlets},
            panels={panel.id: panel for panel in read["panels"].panels},
            annotators=self._by_id(read["annotators"]),
            splits=read["splits"],
            cues=cues,
            labels=self.schemas.inventories,
        )

    @staticmethod
    def _by_id(annotators: Annotators) -> dict[str, Any]:
        return {annotator.id: annotator for annotator in annotators.annotators}

    @cached_property
    def accepted(self) -> Accepted | None:
        """The findings that are accepted, or None where there is no such file."""
        if not self._is_there(ACCEPTED):
            return None
        found: Accepted | None = self.record(ACCEPTED, "accepted")
        return found

    def _cues(self) -> dict[str, Cues]:
        found = {}
        for path in filter(self._is_there, self._listing("schema/cues")):
            record = self.record(path, "cues")
            if record is not None:
                found[record.language] = record
        return found

    # documents and their sets

    @cached_property
    def documents(self) -> dict[str, str]:
        """Document id, as its file name says, to the path of its record."""
        found = {_stem(path): path for path in self._records_in(DOCUMENTS)}
        for path in self.lines.nameless():  # only their form can be judged
            self._read(path, FOLDERS[path.rpartition("/")[0]])
        return found

    @cached_property
    def lines(self) -> Lines:
        """The records that share files."""
        found = Lines(
            self.root,
            [
                path
                for folder in FOLDERS
                for path, is_folder in self._entries(folder)
                if is_shared(path) and not is_folder and not self._is_linked(path)
            ],
        )
        for path in found.broken:
            self._report(Place(path, "unreadable"))
        for path, line in found.twice:
            self._report(Place(path, "twice", expected=line.where))
        return found

    def _is_linked(self, path: str) -> bool:
        """Report a shared file that is a link; tell whether it is one."""
        is_link = self._is_link(self.root / path)
        if is_link:
            self._report(Place(path, "link"))
        return is_link

    @cached_property
    def sets(self) -> dict[str, list[str]]:
        """Document id to the paths of its annotation sets."""
        found = {}
        for path in (*self._listing("annotations"), *self.lines.folders()):
            document = path.rpartition("/")[2]
            if path != DOCUMENTS and document not in found:
                found[document] = self.sets_of(document)
        return {document: paths for document, paths in found.items() if paths}

    def sets_of(self, document: str) -> list[str]:
        """Return the paths of the annotation sets of a document."""
        if document not in self._sets:
            folder = f"annotations/{document}"
            self._sets[document] = []
            if document.startswith(".") or folder in self.lines.files:
                pass  # no hidden folder is looked into
            elif (self.root / folder).is_file():
                if folder != REGISTRIES["annotators"]:
                    self._report(Place(folder, "unexpected"))
            elif document in self.documents:
                self._sets[document] = self._records_in(folder)
            else:
                for path in (*self._listing(folder), *self.lines.below(folder)):
                    self._report(Place(path, "no_document"))
        return self._sets[document]

    def _records_in(self, folder: str) -> list[str]:
        """Return the record files in a folder; report whatever else lies there."""
        found = []
        for path, is_folder in self._entries(folder):
            if path.endswith(".json") and not is_folder:
                found.append(path)
            elif path not in self.lines.files:
                self._report(Place(path, "unexpected"))
        shared = self.lines.below(folder)
        if not self._supposed and not shared:
            return found
        for path in {*found}.intersection(shared):
            line = self.lines.places.pop(path)
            self._report(Place(path, "twice", expected=line.where))
        supposed = (p for p in self._supposed if p.rpartition("/")[0] == folder)
        return sorted(filter(self._is_there, {*found, *shared, *supposed}))

    def _listing(self, folder: str) -> list[str]:
        """List what lies in a folder, sorted, without hidden files."""
        return [path for path, _ in self._entries(folder)]

    def _entries(self, folder: str) -> list[tuple[str, bool]]:
        """List what lies in a folder, sorted, without hidden files: path, is it a folder."""
        full = self.root / folder
        if self._is_link(full):
            self._report(Place(folder, "link"))
            return []
        try:
            with os.scandir(full) as listed:
                entries = sorted((entry.name, _is_folder(entry)) for entry in listed)
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = []
        for name, is_folder in entries:
            if not name.isprintable():
                self._report(Place(printable(f"{folder}/{name}"), "unexpected"))
            elif not name.startswith("."):
                found.append((f"{folder}/{name}", is_folder))
        return found

    def dossier(self, document_id: str) -> Dossier | None:
        """Return a document with its sets and text, or None where it cannot be read.

        Records are forgotten once handed out, so that memory stays flat.
        """
        path = self.documents[document_id]
        document: Document | None = self._read(path, "document")
        if document is None:
            for set_path in self.sets_of(document_id):
                self._read(set_path, "annotation-set")  # its form can be judged
            return None
        self._report(Place(path, named=document.id, expected=document_id))
        released = f"{RELEASED_TEXTS}/{document_id}.txt"
        is_withheld = document.rights.text_release == WITHHELD
        if is_withheld and (self.root / released).exists():
            self._report(Place(released, "withheld"))
        sets, paths = [], {document.id: path}
        for set_path in self.sets_of(document_id):
            found: AnnotationSet | None = self._read(set_path, "annotation-set")
            if found is None:
                continue
            expected = f"{document_id}/{Path(set_path).stem}"
            self._report(Place(set_path, named=record_key(found), expected=expected))
            if record_key(found) != expected:
                continue  # FMT009 reports it; nobody knows whose set this is
            sets.append(found)
            paths[record_key(found)] = set_path
        sets.sort(key=lambda s: (rank_of_role(s.role), s.created, s.annotator))
        text = self.text(document.id, document.text.sha256, released=not is_withheld)
        return Dossier(
            document=document,
            sets=tuple(sets),
            text=text,
            near_text=None if text is not None else self._near_text(document),
            paths=paths,
        )

    def records_digest(self) -> str:
        """Return one digest of all records, with what their labels mean.

        What was computed from records that had another digest may be out of date.
        """
        sets = (path for paths in self.sets.values() for path in paths)
        schemas = (f"schema/{path.name}" for path in self.schemas.folder.glob("*.json"))
        paths = sorted(
            [*REGISTRIES.values(), *self.documents.values(), *sets, *schemas]
        )
        listed = [
            f"{sha256(self.bytes_of(path))} {path}"
            for path in paths
            if path in self.lines.places or (self.root / path).is_file()
        ]
        return sha256("\n".join(listed).encode())

    def look_at_texts(self) -> None:
        """Report what lies among the texts and is that of no document."""
        named = {f"{RELEASED_TEXTS}/{document}.txt" for document in self.documents}
        for path, is_folder in (*self._entries(TEXTS), *self._entries(RELEASED_TEXTS)):
            is_ours = path in {RELEASED_TEXTS, PRIVATE_TEXTS} and is_folder
            if not is_ours and path not in named:
                self._report(Place(path, "no_text"))

    @property
    def has_texts(self) -> bool:
        """Whether there is any file that could be a withheld text."""
        return bool(self.texts.files(but=self.root / RELEASED_TEXTS))

    @cached_property
    def gate(self) -> Gate:
        """The gate over every withheld text that is available."""
        return Gate(self._withheld_texts())

    def _withheld_texts(self) -> Iterator[tuple[str, str]]:
        """Yield id and text of every withheld document whose text is at hand.

        A record counts however it is formed, as long as it says so much.
        """
        if not self.has_texts:
            return
        for document_id, path in self.documents.items():
            try:
                record = msgspec.json.decode(self.stored(path), type=_Withheld)
            except (OSError, ValueError, RecursionError):
                continue
            if record.rights.text_release == WITHHELD:
                text = self.texts.get(record.digests.sha256)
                if text is not None:
                    yield document_id, text

    def missing_texts(self) -> list[str]:
        """Return the ids of documents whose text is not at hand."""
        found = []
        for document_id, path in self.documents.items():
            document: Document | None = self._read(path, "document")
            if document is not None:
                released = document.rights.text_release == RELEASED
                digest = document.text.sha256
                if self.text(document_id, digest, released=released) is None:
                    found.append(document_id)
        self.drain()  # what cannot be read was or will be reported by whoever judges it
        return found

    def text(self, document: str, digest: str, *, released: bool) -> str | None:
        """Return the text of a document; a released one lies in its place or nowhere.

        Args:
            document: Id of the document.
            digest: SHA-256 of its text.
            released: Whether the text is.

        Returns:
            None where it is not at hand, or another text is.
        """
        if not released:
            return self.texts.get(digest)
        path = self.root / RELEASED_TEXTS / f"{document}.txt"
        try:
            data = external.read_bytes(path)  # a pipe in its place must not block
            return data.decode() if sha256(data) == digest else None
        except (external.OutsideError, UnicodeDecodeError):
            return None

    @cached_property
    def _digests(self) -> set[str]:
        """SHA-256 of the text of every document that can be read."""
        documents = (self._read(path, "document") for path in self.documents.values())
        return {document.text.sha256 for document in documents if document is not None}

    def _near_text(self, document: Document) -> NearText | None:
        paragraphs = [p for segment in document.segments for p in segment.paragraphs]
        found = self.texts.nearest(
            (paragraph.digest for paragraph in paragraphs),
            is_other=lambda digest: digest in self._digests,
        )
        if found is None:
            return None
        path, present = found
        changed = tuple(p.start for p in paragraphs if p.digest not in present)
        return NearText(name=path.name, changed=changed)

    # everything else

    def tracked(
        self, paths: Iterable[str] | None = None
    ) -> Iterator[tuple[str, Callable[[], str]]]:
        """Yield path and reader of each file that is, or could be, committed.

        With git these are the tracked and the untracked, not ignored files; without,
        every file below the root but private texts and what a build or a setup makes.

        Args:
            paths: Files or folders to look at; None for all.
        """
        below = None if paths is None else set(paths)
        listed = self.git.files(below)
        if not listed and (paths is None or not self.git.is_here):
            listed = self._all_files()
        shared = self.lines.files
        listed = [
            *(path for path in listed if path not in shared),
            *(one for path in listed for one in shared.get(path, ())),
            *(p for p in below or () if p in self.lines.places),
            *(p for folder in below or () for p in self.lines.below(folder)),
        ]
        listed = list(dict.fromkeys(listed))
        root = str(self.root)
        supposed = (p for p in self._supposed if below is None or p in below)
        for path in (*listed, *(p for p in supposed if p not in listed)):
            if path in self._supposed:
                is_there = self._supposed[path] is not None
            else:
                is_there = path in self.lines.places or _is_plain(f"{root}/{path}")
            if is_there:
                yield printable(path), partial(self._content, path)

    def _content(self, path: str) -> str:
        """Return what a file holds as text; nothing, and a finding, where it is closed."""
        try:
            return self.bytes_of(path).decode("utf-8", "replace")
        except OSError:
            self._report(Place(printable(path), "unreadable"))
            return ""

    def bytes_of(self, path: str) -> bytes:
        """Return what the file of a record holds, or would hold if it had one."""
        is_line = path in self.lines.places and path not in self._supposed
        return canonical.expanded(self.stored(path)) if is_line else self.stored(path)

    def stored(self, path: str) -> bytes:
        """Return a record as it is stored, in a file of its own or on a line.

        Raises:
            OSError: If it cannot be read.
        """
        supposed = self._supposed.get(path)
        if supposed is not None:
            return supposed
        line = self.lines.places.get(path)
        return read(self.root, line) if line else (self.root / path).read_bytes()

    def content(self, path: str) -> bytes:
        """Return a record as it is stored; nothing where there is none to be read."""
        try:
            if path in self.lines.places:
                return self.stored(path)
            return external.read_bytes(self.root / path)
        except (OSError, external.OutsideError):
            return b""

    # what git knows of records that share files

    def by_record(self, changes: Changes) -> Changes:
        """Return changes with records in place of the files that they share.

        Raises:
            GitStop: If git cannot say what these held.
        """
        shared = [path for path in changes.paths if is_shared(path)]
        if not shared:
            return changes
        former = self.git.held(changes.base, shared)
        before = {path: sha256(data) for path, _, data in contents(former)}
        now = {path for file in shared for path in self.lines.files.get(file, ())}
        known = {*before, *now}
        alone = known.intersection(changes.paths)  # in a file of its own, then or now
        for path, data in self.git.held(changes.base, alone - before.keys()).items():
            before |= {} if data is None else {path: sha256(data)}
        changed = {
            path
            for path in known
            if before.get(path)
            != (sha256(self.bytes_of(path)) if self._is_there(path) else None)
        }
        changed |= {path for path in now if (self.root / path).exists()}  # FMT013
        changed |= {path for path, _ in self.lines.twice}
        others = {path for path in changes.paths if path not in known} - {*shared}
        return changes._replace(paths=sorted(others | changed), shared=tuple(shared))

    def held(self, changes: Changes, paths: Iterable[str]) -> dict[str, bytes | None]:
        """Return what files, or records that share them, held before some changes.

        Raises:
            GitStop: If git cannot say.
        """
        found = self.git.held(changes.base, paths)
        missing = {path for path, data in found.items() if data is None}
        if changes.shared and missing:
            former = self.git.held(changes.base, changes.shared)
            held = ((path, data) for path, _, data in contents(former))
            found |= {path: data for path, data in held if path in missing}
        return found

    def holding(self, words: Iterable[str], folders: Iterable[str]) -> list[str]:
        """Return the files, or records that share them, that hold any of some words.

        Raises:
            GitStop: If git cannot search.
        """
        sought = [word for word in words if word.strip() and "\0" not in word]
        found = [p for p in self.git.holding(sought, folders) if not is_shared(p)]
        if not sought or not self.lines.files:
            return found
        any_of = re.compile("|".join(map(re.escape, sought)), re.IGNORECASE)
        texts = ((path, self._content(path)) for path in self.lines.places)
        return [*found, *(path for path, text in texts if any_of.search(text))]

    def _all_files(self) -> list[str]:
        ours = {".git", ".venv", ".venv-server", "dist", "work", "__pycache__"}
        skipped = {*ours, "private"}
        found = (
            path
            for path in self.root.rglob("*")
            if path.is_file()
            and not any(path.is_relative_to(folder) for folder in self.folders)
        )
        relative = (path.relative_to(self.root) for path in found)
        return sorted(
            path.as_posix() for path in relative if not skipped & set(path.parts)
        )

    def place(self, findings: Iterable[Finding]) -> list[Finding]:
        """Give each finding the line, column and place of its pointer."""
        by_path: dict[str, list[Finding]] = {}
        for finding in findings:
            by_path.setdefault(finding.path, []).append(finding)
        return [
            finding
            for path, found in by_path.items()
            for finding in self._placed(path, found)
        ]

    def _placed(self, path: str, findings: Iterable[Finding]) -> list[Finding]:
        source = self._source(path)
        found = placed(findings, source)
        line = None if path in self._supposed else self.lines.places.get(path)
        if line is None:
            return found
        is_json = canonical.lenient(source) is not None  # else nobody wrote it anew
        return [
            msgspec.structs.replace(
                finding,
                file=line.file,
                line=line.number,
                column=1 if is_json else finding.column,
            )
            for finding in found
        ]

    def data(self, path: str) -> Any:
        """Return what a record file holds, whatever its form; None where it is no JSON."""
        return canonical.lenient(self._source(path))

    def _source(self, path: str) -> str:
        is_held = path in self._supposed or path in self.lines.places
        here = is_held or (self.root / path).is_file()
        if not path.endswith(".json") or not here or not self._is_there(path):
            return ""
        try:
            # Not as text: a lone carriage return would begin a line there only.
            return self.bytes_of(path).decode("utf-8", "replace")
        except OSError:
            return ""


class _Digests(msgspec.Struct):
    sha256: str


class _Rights(msgspec.Struct):
    text_release: str


class _Withheld(msgspec.Struct):
    """The part of a document that tells its text: reading no more is ten times as fast."""

    digests: _Digests = msgspec.field(name="text")
    rights: _Rights


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


def _is_plain(path: str) -> bool:
    """Tell whether there is a file, and no link."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding is an error."""
    return any(finding.level is Level.ERROR for finding in findings)


def find_root(start: Path) -> Path | None:
    """Return the nearest folder upwards that has `corpus/` and `schema/`."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "corpus").is_dir() and (folder / "schema").is_dir():
            return folder
    return None
