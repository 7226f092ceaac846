"""Known findings: those of corpus/accepted.json do not count for a while."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    sifted: Sifted,
    is_judged: Callable[[str], bool],
    is_there: Callable[[str], bool],
    not_judged: Mapping[str, list[str]],
) -> Iterator[Unfounded]:
    """Yield the entries whose finding did not occur though it was looked for.

    Args:
        record: What is accepted.
        sifted: What it accepts, and what is left.
        is_judged: Tells of a path whether it was judged.
        is_there: Tells of a path whether there is such a file.
        not_judged: Document id to codes that were not.
    """
    left: dict[tuple[str, str], list[str]] = {}
    for finding in sifted.findings:
        left.setdefault((finding.code, finding.path), []).append(finding.place or "/")
    for number, entry in enumerate(record.accepted):
        if number in sifted.used or entry.code.startswith(NEVER):
            continue
        there = is_there(entry.path)
        left_out = not_judged.get(document_of(entry.path), ()) if there else ()
        if is_judged(entry.path) and entry.code not in left_out:
            elsewhere = tuple(left.get((entry.code, entry.path), ()))
            yield Unfounded(
                number, entry.code, entry.path, entry.place, there, elsewhere
            )


def _key(entry: AcceptedFinding) -> tuple[str, str, str]:
    return entry.code, entry.path, entry.place


def document_of(path: str) -> str:
    """Return the id of the document that a file is about; something else for others."""
    folder, _, name = path.rpartition("/")
    if folder == "corpus/documents":
        return name.removesuffix(".json")
    return folder.removeprefix("annotations/")
