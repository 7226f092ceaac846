"""The step `fmt`: write record files in canonical form."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from standpoint.records import canonical, storage
from standpoint.records.checkout import ACCEPTED, REGISTRIES, Checkout
from standpoint.records.findings import Finding


class Formatted(NamedTuple):
    """What was done.

    Attributes:
        changed: Files that were, or would be, rewritten.
        broken: Why others cannot be.
    """

    changed: list[str]
    broken: list[Finding]


def reformat(
    checkout: Checkout, paths: Iterable[str] | None, *, write: bool
) -> Formatted:
    """Rewrite the record files below some paths, or all.

    A file that holds no valid record is left alone and reported.
    """
    wanted = None if paths is None else set(paths)
    result = Formatted([], [])
    shared: dict[str, bytes] = {}  # written once for each file
    for path, kind in _records(checkout):
        parents = {path, *map(str, PurePosixPath(path).parents)}
        if wanted is not None and not parents & wanted:
            continue
        record = checkout.record(path, kind)
        findings = checkout.drain()
        if record is None:
            result.broken.extend(checkout.place(findings))
        elif findings:
            result.changed.append(path)
            if path in checkout.lines.places:
                shared[path] = canonical.encode(record)
            elif write:
                storage.write(checkout, {path: canonical.encode(record)})
    if write:
        storage.write(checkout, shared)
    return result


def _records(checkout: Checkout) -> Iterator[tuple[str, str]]:
    """Yield path and kind of every record file."""
    for kind, path in REGISTRIES.items():
        yield path, kind
    if (checkout.root / ACCEPTED).is_file():
        yield ACCEPTED, "accepted"
    for path in checkout.documents.values():
        yield path, "document"
    for sets in checkout.sets.values():
        for path in sets:
            yield path, "annotation-set"
    checkout.drain()  # files in the wrong place are `check`'s to report
