"""Answers become annotation sets: merged, written and checked.

First a pull remembers what it will write, and what that replaces; then it writes the files,
each as a whole; then it forgets what was replaced. If a pull is interrupted anywhere, the next
one finds complete files and knows that nobody edited them.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from standpoint.checks.run import check_corpus, check_dossier
from standpoint.labelstudio.adjudicated import settle
from standpoint.labelstudio.adjudication_queue import readings
from standpoint.labelstudio.config import VERSION
from standpoint.labelstudio.corpus_view import CorpusView, UnreadableSetError
from standpoint.labelstudio.draft import Corner, Memory, Merged
from standpoint.labelstudio.export import Answered, Seen
from standpoint.labelstudio.merge import merge
from standpoint.labelstudio.workdir import Workdir
from standpoint.records import canonical, storage
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Finding, Level, Problem, order
from standpoint.records.model import AnnotationSet, Dossier
from standpoint.records.vocabulary import ADJUDICATED

TOOL = f"Label Studio {VERSION}"


class Taken(NamedTuple):
    """The outcome of an import.

    Attributes:
        written: Paths of the changed sets, relative to the checkout.
        n_same: Number of unchanged sets.
        findings: Problems with the answers, and findings in the sets.
        refused: Answered tasks that were not imported.
        left: Answers that were left out as a whole, with the code of the problem.
    """

    written: list[str]
    n_same: int
    findings: list[Finding]
    refused: "Sequence[Refused]" = ()
    left: Sequence[tuple[Answered, str]] = ()


class Refused(NamedTuple):
    """An answered task that was not imported.

    Attributes:
        where: Words that name it.
        codes: Codes of its problems.
        url: Address of the task; empty without a server.
    """

    where: str
    codes: tuple[str, ...]
    url: str = ""


class Settled(NamedTuple):
    """Answers merged into sets; nothing is written yet.

    Attributes:
        sets: Each set, merged with its answers.
        memory: What earlier pulls remembered.
        broken: Paths of sets that cannot be read.
        left: Answers that were left out as a whole, with the code of the problem.
        findings: Problems with the answers.
    """

    sets: "dict[_Set, Merged]"
    memory: Mapping[str, Memory]
    broken: list[str]
    left: list[tuple[Answered, str]]
    findings: list[Finding]


class _Set(NamedTuple):
    """Which set an answer belongs to."""

    document: str
    name: str
    calibration: bool


def take(
    reader: CorpusView,
    workdir: Workdir,
    answered: Iterable[Answered],
    *,
    replace: bool,
    folders: Sequence[Path] = (),
) -> Taken:
    """Merge answers into sets, and write and check those that changed.

    Args:
        reader: The checkout.
        workdir: Where the campaign keeps its files.
        answered: The answers.
        replace: Whether the version on the server replaces local edits.
        folders: Folders with texts of withheld documents.
    """
    found = settle_all(reader, workdir, answered, replace=replace)
    written = _write(reader, workdir, found.memory, found.sets)
    records = [merged.record for merged in found.sets.values()]
    n_same = sum(record is not None for record in records) - len(written)
    judged = _judged(reader, [*written, *found.broken], folders)
    findings = order([*found.findings, *judged])
    return Taken(written, n_same, findings, left=found.left)


def settle_all(
    reader: CorpusView, workdir: Workdir, answered: Iterable[Answered], *, replace: bool
) -> Settled:
    """Merge answers into sets, and write nothing.

    Args:
        reader: The checkout.
        workdir: Where the campaign keeps its files.
        answered: The answers.
        replace: Whether the version on the server replaces local edits.
    """
    by_set: dict[_Set, list[Answered]] = {}
    findings: list[Finding] = []
    left: list[tuple[Answered, str]] = []
    for one in _once(answered, findings, left):
        name = ADJUDICATED if one.meta.contested else one.meta.annotator
        key = _Set(one.meta.document, name, one.meta.calibration)
        by_set.setdefault(key, []).append(one)
    memory = workdir.memory()
    done: dict[_Set, Merged] = {}
    broken = []
    # Readings before the decisions on them.
    for key in sorted(by_set, key=lambda key: (key.name == ADJUDICATED, key)):
        path = _path(reader, key)
        try:
            existing = reader.read_set(path)
        except UnreadableSetError as error:
            broken.append(path)
            left += [(one, error.findings[0].code) for one in by_set[key]]
            continue
        before = memory.get(path, {})
        corner = _corner(reader, key.document, replace=replace)
        if key.name == ADJUDICATED:
            sets = _as_merged(reader, key.document, done)
            done[key] = settle(existing, by_set[key], before, corner, sets)
        else:
            done[key] = merge(existing, by_set[key], before, corner)
    for merged in done.values():
        findings += merged.findings
    return Settled(done, memory, broken, left, findings)


def refused(
    path: str,
    seen: Iterable[Seen],
    findings: Sequence[Finding],
    left: Iterable[tuple[Answered, str]],
    address: str,
) -> list[Refused]:
    """Return the answered tasks of an export that were not imported.

    Args:
        path: Path of the export.
        seen: Its tasks.
        findings: All findings.
        left: Answers that were left out as a whole, with a code.
        address: Address of a task, up to its number; empty without a server.
    """
    whole = [(one.path, one.pointer, code) for one, code in left]
    errors = [(f.path, f.pointer, f.code) for f in findings if f.level is Level.ERROR]
    places = [(at, code) for where, at, code in [*errors, *whole] if where == path]
    found = []
    for task in seen:
        codes = [
            code
            for at, code in places
            if not at or f"{at}/".startswith(f"{task.pointer}/")
        ]
        if task.state == "done" and codes:
            url = f"{address}{task.id}" if address else ""
            found.append(Refused(task.where, tuple(dict.fromkeys(codes)), url))
    return found


def _corner(reader: CorpusView, document: str, *, replace: bool) -> Corner:
    dossier = reader.dossier(document)
    return Corner(
        document=dossier.document,
        text=dossier.text or "",
        schemas=reader.checkout.schemas,
        tool=TOOL,
        replace=replace,
    )


def _as_merged(
    reader: CorpusView, document: str, done: Mapping[_Set, Merged]
) -> dict[str, AnnotationSet]:
    """Return annotator to reading, as they will be after the import."""
    found = readings(reader.dossier(document))
    for key, merged in done.items():
        if key.document == document and not key.calibration and merged.record:
            found[key.name] = merged.record
    return found


def _write(
    reader: CorpusView,
    workdir: Workdir,
    memory: Mapping[str, Memory],
    done: Mapping[_Set, Merged],
) -> list[str]:
    """Write the changed sets, and remember what was pulled; return their paths."""
    changed: dict[str, bytes] = {}
    for key, merged in done.items():
        path = _path(reader, key)
        data = b"" if merged.record is None else canonical.encode(merged.record)
        if data and not _holds(reader.checkout, path, data):
            changed[path] = data
    before = dict(memory)
    during = before | {
        _path(reader, key): merged.memory for key, merged in done.items()
    }
    after = during | {
        _path(reader, key): merged.settled for key, merged in done.items()
    }
    if during != before:
        workdir.keep_memory(during)
    storage.write(reader.checkout, changed)
    if after != during:
        workdir.keep_memory(after)
    return list(changed)


def _holds(checkout: Checkout, path: str, data: bytes) -> bool:
    return checkout.holds(path) and checkout.bytes_of(path) == data


def _once(
    answered: Iterable[Answered],
    findings: list[Finding],
    left: list[tuple[Answered, str]],
) -> list[Answered]:
    """Return the answers without duplicates; report the duplicates."""
    by_place: dict[tuple[str, ...], list[Answered]] = {}
    for one in answered:
        key = (one.meta.annotator, *one.meta.place, str(one.meta.calibration))
        by_place.setdefault(key, []).append(one)
    for same in by_place.values():
        left += [(one, "LST019") for one in same] if len(same) > 1 else []
        for one in same[1:]:
            words = f"{one.where}: a duplicate of {same[0].where} in {same[0].path}."
            findings.append(Problem("LST019", one.pointer, words, one.path).finding())
    return [same[0] for same in by_place.values() if len(same) == 1]


def _path(reader: CorpusView, key: _Set) -> str:
    if key.calibration:
        return reader.trial_path(key.document, key.name)
    return f"annotations/{key.document}/{key.name}.json"


def _judged(
    reader: CorpusView, written: Sequence[str], folders: Sequence[Path]
) -> list[Finding]:
    """Check sets together with the corpus."""
    checkout = Checkout(reader.checkout.root, folders)
    here = [path for path in written if path.startswith("annotations/")]
    findings = check_corpus(checkout, here).findings if here else []
    for path in sorted(set(written) - set(here)):
        try:
            record = reader.read_set(path)
        except UnreadableSetError as error:
            findings += error.findings
            continue
        if record is not None:
            findings += _judged_alone(reader, checkout, record, path)
    return findings


def _judged_alone(
    reader: CorpusView, checkout: Checkout, record: AnnotationSet, path: str
) -> list[Finding]:
    """Check a set outside of annotations/, with its document only."""
    dossier = reader.dossier(record.document)
    key = f"{record.document}/{record.annotator}"
    alone = Dossier(
        document=dossier.document,
        sets=(record,),
        text=dossier.text,
        near_text=None,
        paths={dossier.document.id: dossier.paths[dossier.document.id], key: path},
    )
    return checkout.place(check_dossier(alone, reader.registries, [path]))
