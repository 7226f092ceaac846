"""What has changed since a commit, and what has to be judged again because of it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from standpoint.checks.baseline import document_of
from standpoint.checks.report import Report
from standpoint.checks.run import Selection, check_corpus
from standpoint.records import external, record_file
from standpoint.records.checkout import (
    ACCEPTED,
    REGISTRIES,
    RELEASED_TEXTS,
    TEXTS,
    Checkout,
)
from standpoint.records.engine import ALONE, Pool
from standpoint.records.findings import Finding, Level, printable
from standpoint.records.git import Changes
from standpoint.records.record_file import RawFile
from standpoint.records.text import sha256
from standpoint.records.vocabulary import NIL, WITHHELD

RECORDS = ("corpus", "annotations")
"""Folders whose files refer to each other."""

ABOUT_EVERYTHING = ("schema/", "src/standpoint/", REGISTRIES["dataset"])
"""What a change of may change the verdict on any record: what labels mean, what checks
do, and the day against which ages are measured."""

_FOLDERS = ("corpus", "corpus/documents", "corpus/texts", "annotations")
"""Folders of which git may name the whole, where they are, or were, no plain folders."""

_ENTRIES = {
    REGISTRIES["actors"]: "actors",
    REGISTRIES["outlets"]: "outlets",
    REGISTRIES["panels"]: "panels",
    REGISTRIES["annotators"]: "annotators",
}
"""Registry to the list of its entries, which records refer to by their ids."""


Former = Mapping[str, bytes | None]
"""File to what it held at the commit at which a line of work began; None for nothing."""


def affected(checkout: Checkout, changes: Changes) -> list[str] | None:
    """Return the files on which the verdict may be another one; None for all.

    Besides the files themselves: of a document or one of its sets, all of them; of an
    entry of a registry, the records that name it; of a document, the splits too.
    """
    paths = [path.rstrip("/") for path in changes.paths]  # git names repositories so
    former = checkout.held(
        changes, (path for path in paths if path.startswith("corpus/"))
    )
    if any(_is_about_everything(checkout, former, path) for path in paths):
        return None
    found = set(paths)
    words: set[str] = set()
    for path in paths:
        found |= set(_beside(checkout, path))
        if path in _ENTRIES:
            words |= set(_words(checkout, former, path))
    if ACCEPTED in found:
        before, after = _both(checkout, former, ACCEPTED)
        found |= _accepted(before) | _accepted(after)
    for path in checkout.holding(sorted(words), RECORDS):
        found |= {path, *_beside(checkout, path)}
    return sorted(found)


def _is_about_everything(checkout: Checkout, former: Former, path: str) -> bool:
    """Tell whether a change of a file may change the verdict on any other."""
    folder, _, name = path.rpartition("/")
    if f"{path}/".startswith(ABOUT_EVERYTHING) or path in _FOLDERS:
        return True
    if path.startswith(f"{TEXTS}/"):  # it may be the text of any document
        document = name.removesuffix(".txt")
        known = folder == RELEASED_TEXTS and document in checkout.documents
        return not known or not _is_text_of(checkout, path, document)
    kind = {file: kind for kind, file in REGISTRIES.items()}.get(path)
    if folder == "corpus/documents":
        kind = "document"
    if kind is None:
        return False
    if _was_unreadable(checkout, former, path, kind):
        return True  # whatever could not be judged before can be now
    if kind != "document":
        return False
    before, after = _both(checkout, former, path)
    # What was no leak is one where another text is withheld from now on; and a text that
    # is no document's any more may be nearly that of another.
    is_leak = _withheld(after) is not None and _withheld(after) != _withheld(before)
    return is_leak or _digest(before) not in {"", _digest(after)}


def _is_text_of(checkout: Checkout, path: str, document: str) -> bool:
    """Tell whether a file holds the text that the record of a document names."""
    try:
        found = sha256(external.read_bytes(checkout.root / path))
    except external.OutsideError:
        return False
    return found == _digest(checkout.data(checkout.documents[document]))


def _was_unreadable(checkout: Checkout, former: Former, path: str, kind: str) -> bool:
    """Tell whether there was a record that could not be read."""
    data = former.get(path)
    if data is None:
        return False
    return record_file.decode(RawFile(path, kind, data), checkout.schemas)[0] is None


def _digest(data: Any) -> str:
    """Return the digest of the text of a document, or nothing."""
    text = data.get("text") if isinstance(data, dict) else None
    return str(text.get("sha256", "")) if isinstance(text, dict) else ""


def _withheld(data: Any) -> Any:
    """Return the digest of the text of a document; None where it is not withheld."""
    rights, text = (data.get(key) for key in ("rights", "text"))
    withheld = isinstance(rights, dict) and rights.get("text_release") == WITHHELD
    return text.get("sha256", "") if withheld and isinstance(text, dict) else None


def check_changes(
    checkout: Checkout,
    changes: Changes | None,
    paths: Iterable[str] | None,
    pool: Pool = ALONE,
) -> Report:
    """Check some files, or all; after some changes, only those that they affect.

    Args:
        checkout: The checkout.
        changes: What has changed; None to check everything.
        paths: Files or folders; None for all.
        pool: Who does the work.

    Raises:
        GitStop: If git fails.
        WorkerError: If processes cannot be started, or one was killed.
    """
    changes = changes and checkout.by_record(changes)
    paths = paths and checkout.lines.expanded(paths)
    selected = narrowed(checkout, changes, paths)
    report = check_corpus(checkout, selected, since=changes, pool=pool)
    if changes is None or selected is None:  # if all is checked anew, all is reported
        return report
    return _caused(checkout, changes, report)


def narrowed(
    checkout: Checkout, changes: Changes | None, paths: Iterable[str] | None
) -> list[str] | None:
    """Return the files to check, out of some paths and what some changes affect.

    Args:
        checkout: The checkout.
        changes: What has changed; None to check everything.
        paths: Files or folders; None for all.

    Returns:
        Files or folders; None for all.

    Raises:
        GitStop: If git fails.
    """
    touched = None if changes is None else affected(checkout, changes)
    if paths is None or touched is None:
        return touched if paths is None else list(paths)
    paths = list(paths)
    below, around = Selection(paths), Selection(touched)
    inside = [path for path in touched if path in below]
    return sorted({*inside, *(path for path in paths if path in around)})


def _caused(checkout: Checkout, changes: Changes, report: Report) -> Report:
    """Leave out warnings on unchanged files that were there before the change.

    Errors stay, since the check fails on them.
    """
    changed = set(map(printable, changes.paths))
    near = [
        found
        for found in report.findings
        if found.level is Level.WARNING
        and found.path not in changed
        and found.commit is None
    ]
    if not near:
        return report
    documents = set(filter(None, (document_of(found.path) for found in near)))
    about_all = {*REGISTRIES.values(), ACCEPTED}
    concerned = (
        path
        for path in changes.paths
        if path in about_all or document_of(path) in documents
    )
    former = checkout.supposing(checkout.held(changes, concerned))
    paths = {found.path for found in near}
    before = Counter(map(_known, check_corpus(former, paths, since=changes).findings))
    old = set()
    for found in near:
        if before[_known(found)] > 0:
            before[_known(found)] -= 1
            old.add(id(found))
    return report._replace(
        findings=[found for found in report.findings if id(found) not in old],
        n_before=len(old),
    )


def _known(finding: Finding) -> tuple[str, str, str, str]:
    """Return what a finding is known by, whatever lines moved."""
    return finding.code, finding.path, finding.place, finding.message


def _beside(checkout: Checkout, path: str) -> Iterator[str]:
    """Yield the files that a change of one file can make wrong."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    if folder == "corpus/documents":
        released = f"{RELEASED_TEXTS}/{stem}.txt"
        yield from (f"annotations/{stem}", REGISTRIES["splits"], released)
    elif folder == RELEASED_TEXTS:
        yield from (f"corpus/documents/{stem}.json", f"annotations/{stem}")
    elif path.startswith("annotations/") and folder != "annotations":
        # A decision of an adjudicator stands on the readings beside it.
        document, _, deeper = folder.removeprefix("annotations/").partition("/")
        yield from checkout.sets_of(document)
        if deeper:
            yield f"annotations/{document}/{deeper.partition('/')[0]}"
    elif path.startswith("corpus/documents/"):
        yield "/".join(path.split("/")[:3])


def _words(checkout: Checkout, former: Former, path: str) -> Iterator[str]:
    """Yield what a record holds if an entry that changed can matter to it.

    That is the id in quotes; and of names that came or went the first word, since loaded
    and plain names are looked for in claims that need not name the actor.
    """
    before, after = (_entries(one, path) for one in _both(checkout, former, path))
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        # A set may say that the registry lacks it.
        yield f'"{NIL}{re.split("[_-]", key)[0]}'
        for one in (before.get(key), after.get(key)):
            yield from (f'"{name}"' for name in _ids(one))
        old, new = _names(before.get(key)), _names(after.get(key))
        firsts = {text.split()[0] for text, _ in old ^ new if text.split()}
        for first in sorted(firsts):  # as it stands in a text, or in JSON
            yield from {first, json.dumps(first, ensure_ascii=False)[1:-1]}


def _both(checkout: Checkout, former: Former, path: str) -> tuple[Any, Any]:
    """Return what a file held and holds now, as plain data."""
    # Whoever reads it as a record says why it cannot be read.
    return _plain(former.get(path) or b""), _plain(checkout.content(path))


def _plain(data: bytes) -> Any:
    """Return what JSON holds; nothing where it is none, or no object."""
    try:
        found = msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _listed(data: Any, key: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list."""
    found = data.get(key)
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield one


def _entries(data: Any, path: str) -> dict[str, Any]:
    """Return id to entry of a registry."""
    return {str(one.get("id")): one for one in _listed(data, _ENTRIES[path])}


def _accepted(data: Any) -> set[str]:
    """Return the files in which something is accepted."""
    return {str(one.get("path")) for one in _listed(data, "accepted")}


def _ids(value: Any) -> Iterator[str]:
    """Yield the ids of an entry, of what it holds, and of those it is related to."""
    if isinstance(value, list):
        for one in value:
            yield from _ids(one)
    elif isinstance(value, dict):
        named = (value.get(key) for key in ("id", "actor"))
        yield from (name for name in named if isinstance(name, str))
        for one in value.values():
            yield from _ids(one)


def _names(entry: Any) -> set[tuple[str, str]]:
    """Return the names of an entry: the words, and all that is said of them."""
    listed = _listed(entry or {}, "names")
    return {(str(name.get("text", "")), str(sorted(name.items()))) for name in listed}
