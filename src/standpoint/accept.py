"""Known findings: those of corpus/accepted.json do not count for a while."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from standpoint.checks.acc import NEVER, Unfounded
from standpoint.findings import Finding
from standpoint.model import Accepted, AcceptedFinding


class Sifted(NamedTuple):
    """Findings, parted.

    Attributes:
        findings: Those that count.
        accepted: Those that do not, with the entry that says so.
        used: Numbers of the entries that accept something.
    """

    findings: list[Finding]
    accepted: list[tuple[Finding, AcceptedFinding]]
    used: set[int]


def sift(findings: Iterable[Finding], record: Accepted) -> Sifted:
    """Part findings into those that count and those that are accepted.

    An entry accepts one finding, so that a second one in the same place is seen. One that
    has expired still accepts: that it has is a finding of its own.

    Args:
        findings: Findings with their places.
        record: What is accepted.
    """
    waiting: dict[tuple[str, str, str], list[int]] = {}
    for number, entry in enumerate(record.accepted):
        if not entry.code.startswith(NEVER):
            waiting.setdefault(_key(entry), []).append(number)
    sifted = Sifted([], [], set())
    for finding in findings:
        numbers = waiting.get((finding.code, finding.path, finding.place), [])
        if numbers:
            number = numbers.pop(0)
            sifted.used.add(number)
            sifted.accepted.append((finding, record.accepted[number]))
        else:
            sifted.findings.append(finding)
    return sifted


def unfounded(
    record: Accepted,
    used: Container[int],
    is_judged: Callable[[str], bool],
    not_judged: Mapping[str, list[str]],
) -> Iterator[Unfounded]:
    """Yield the entries whose finding did not occur though it was looked for.

    Args:
        record: What is accepted.
        used: Numbers of the entries that accept something.
        is_judged: Tells of a path whether it was judged.
        not_judged: Document id to codes that were not.
    """
    for number, entry in enumerate(record.accepted):
        left_out = not_judged.get(document_of(entry.path), ())
        looked = is_judged(entry.path) and entry.code not in left_out
        if looked and number not in used and not entry.code.startswith(NEVER):
            yield Unfounded(number, entry.code, entry.path, entry.place)


def _key(entry: AcceptedFinding) -> tuple[str, str, str]:
    return entry.code, entry.path, entry.place


def document_of(path: str) -> str:
    """Return the id of the document that a file is about; something else for others."""
    folder, _, name = path.rpartition("/")
    if folder == "corpus/documents":
        return name.removesuffix(".json")
    return folder.removeprefix("annotations/")
