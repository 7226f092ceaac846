"""Store records: each in a file of its own, or many in one file, a record a line."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, NamedTuple

from standpoint.records import canonical, engine
from standpoint.records.checkout import DOCUMENTS, REGISTRIES, Checkout
from standpoint.records.findings import Finding
from standpoint.records.lines import PACKED, PLAIN, packed, unpacked

Form = Literal["json", "jsonl", "zst"]

SUFFIX = {"jsonl": PLAIN, "zst": PACKED}
"""How the files of several records end."""

SETS = "annotations"


class StorageError(Exception):
    """Records cannot be stored otherwise; the message is for the user."""


class Stored(NamedTuple):
    """What was done.

    Attributes:
        n_documents: Documents.
        n_sets: Annotation sets.
        n_files: Files that they are in now.
        problems: Why nothing was done.
    """

    n_documents: int
    n_sets: int
    n_files: int
    problems: list[Finding]


def write(checkout: Checkout, records: Mapping[str, bytes]) -> None:
    """Write records where they are stored; a new one gets a file of its own.

    Args:
        checkout: The checkout.
        records: Path to record, in canonical form.
    """
    shared: dict[str, dict[int, bytes]] = {}
    for path, data in records.items():
        line = checkout.lines.places.get(path)
        if line is None:
            engine.write(checkout.root / path, data)
        else:
            new = canonical.contracted(data)
            shared.setdefault(line.file, {})[line.number] = new
    for file, changed in shared.items():
        held = unpacked(file, (checkout.root / file).read_bytes())
        lines = held.split(b"\n")
        for number, data in changed.items():
            lines[number - 1] = data
        engine.write(checkout.root / file, packed(file, b"\n".join(lines)))
    if shared:
        del checkout.lines  # lines begin elsewhere now


def convert(checkout: Checkout, form: Form) -> Stored:
    """Store all records otherwise; each stays the same, byte for byte.

    The folders take the place of the old ones when they are complete.

    Args:
        checkout: The checkout.
        form: `json` for a file for each record; `jsonl` or `zst` for files of many.

    Raises:
        StorageError: If a record would not come back as it is.
    """
    documents = {path: [path] for path in checkout.documents.values()}
    sets = {f"{SETS}/{document}": p for document, p in checkout.sets.items()}
    problems = checkout.place(checkout.drain())
    if problems:
        return Stored(0, 0, 0, problems)
    n_sets = sum(map(len, sets.values()))
    if not documents:
        raise StorageError("there are no documents")
    n_files = 0
    with ExitStack() as stack:  # all is written before anything is replaced
        for folder, held in ((DOCUMENTS, documents), (SETS, sets)):
            if (checkout.root / folder).is_dir():
                replaced = engine.replaced(checkout.root / folder)
                staging = stack.enter_context(replaced)
                for path, data in _files(checkout, held, form):
                    n_files += 1
                    engine.write(staging / path.relative_to(folder), data)
                _carry(checkout.root / folder, staging)
    del checkout.lines
    return Stored(len(documents), n_sets, n_files, [])


def _files(
    checkout: Checkout, held: Mapping[str, list[str]], form: Form
) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of each file.

    Args:
        checkout: The checkout.
        held: What is named like a document to the paths of its records.
        form: How they are to be stored.
    """
    named = {Path(path).stem: paths for path, paths in held.items()}
    for shard in engine.shards(list(named)):
        paths = [path for document in shard for path in named[document]]
        records = [(path, _record(checkout, path)) for path in paths]
        if form == "json":
            yield from ((Path(path), data) for path, data in records)
        elif records:
            lines = [canonical.contracted(data) + b"\n" for _, data in records]
            folder = DOCUMENTS if records[0][0].startswith(DOCUMENTS) else SETS
            file = f"{folder}/from-{shard[0]}{SUFFIX[form]}"
            yield Path(file), packed(file, b"".join(lines))


def _record(checkout: Checkout, path: str) -> bytes:
    """Return a record as a file of its own holds it.

    Raises:
        StorageError: If it is in a form that is not kept.
    """
    stored = checkout.stored(path)
    is_line = path in checkout.lines.places
    found = canonical.expanded(stored) if is_line else stored
    try:
        line = canonical.contracted(found)
        if canonical.expanded(line) == found and (not is_line or line == stored):
            return found
    except ValueError:
        pass
    raise StorageError(
        f"{path} is not in canonical form: run `standpoint fmt`, then try again"
    )


def _carry(folder: Path, staging: Path) -> None:
    """Copy what is no record: the registry of annotators, and hidden files."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        is_registry = path == folder.parent / REGISTRIES["annotators"]
        if path.is_file() and (
            is_registry or any(p.startswith(".") for p in name.parts)
        ):
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, staging / name)
