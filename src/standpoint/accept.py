"""Known findings: those of corpus/accepted.json do not count for a while."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from standpoint.checks.acc import NEVER, Unfounded
from standpoint.findings import Finding
from standpoint.model import Accepted, AcceptedFinding

PATH = "corpus/accepted.json"


class Sifted(NamedTuple):
    """Findings, parted.

    Attributes:
        findings: Those that count.
        accepted: Those that do not, with the entry that says so.
    """

    findings: list[Finding]
    accepted: list[tuple[Finding, AcceptedFinding]]


def sift(findings: Iterable[Finding], record: Accepted) -> Sifted:
    """Part findings into those that count and those that are accepted.

    An entry that has expired still accepts: that it has is a finding of its own.

    Args:
        findings: Findings with their places.
        record: What is accepted.
    """
    entries = {
        _key(entry): entry
        for entry in record.accepted
        if not entry.code.startswith(NEVER)
    }
    sifted = Sifted([], [])
    for finding in findings:
        found = entries.get((finding.code, finding.path, finding.place))
        if found is None:
            sifted.findings.append(finding)
        else:
            sifted.accepted.append((finding, found))
    return sifted


def unfounded(
    record: Accepted,
    accepted: Iterable[tuple[Finding, AcceptedFinding]],
    is_judged: Callable[[str], bool],
    not_judged: Mapping[str, list[str]],
) -> Iterator[Unfounded]:
    """Yield the entries whose finding did not occur though it was looked for.

    Args:
        record: What is accepted.
        accepted: The findings that were.
        is_judged: Tells of a path whether it was judged.
        not_judged: Document id to codes that were not.
    """
    occurred = {_key(entry) for _, entry in accepted}
    for number, entry in enumerate(record.accepted):
        left_out = not_judged.get(_document(entry.path), ())
        looked = is_judged(entry.path) and entry.code not in left_out
        if looked and _key(entry) not in occurred and not entry.code.startswith(NEVER):
            yield Unfounded(number, entry.code, entry.path, entry.place)


def _key(entry: AcceptedFinding) -> tuple[str, str, str]:
    return entry.code, entry.path, entry.place


def _document(path: str) -> str:
    """Return the id of the document that a file is about; something else for others."""
    folder, _, name = path.rpartition("/")
    if folder == "corpus/documents":
        return name.removesuffix(".json")
    return folder.removeprefix("annotations/")
