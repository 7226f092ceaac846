"""Known findings: those of corpus/accepted.json do not count for a while."""

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import NamedTuple

from standpoint.checks.acc import NEVER
from standpoint.records.findings import Finding, Problem
from standpoint.records.model import Accepted, AcceptedFinding

SHOWN = 3
"""Places named in one message, at most."""

Key = tuple[str, str, str, str]
"""What is accepted: code, path, place and value."""


class Sifted(NamedTuple):
    """Findings, parted.

    Attributes:
        findings: Those that count.
        accepted: Those that do not, with the entry that says so.
        used: Numbers of the entries whose finding occurs.
        n_new: Number of findings that only entries of this branch would accept.
    """

    findings: list[Finding]
    accepted: list[tuple[Finding, AcceptedFinding]]
    used: set[int]
    n_new: int


def sift(
    findings: Iterable[Finding], record: Accepted, known: Collection[Key] | None
) -> Sifted:
    """Part findings into those that count and those that are accepted.

    An entry accepts one finding, so that a second one in the same place is seen, and as
    long as the same value stands there. One that has expired still accepts: that it has
    is a finding of its own.

    Args:
        findings: Findings with their places and values.
        record: What is accepted.
        known: What was accepted before a branch began; None where no branch is judged.
            Nobody accepts the faults of their own change.
    """
    waiting: dict[Key, list[int]] = {}
    for number, entry in enumerate(record.accepted):
        if not entry.code.startswith(NEVER):
            waiting.setdefault(key_of(entry), []).append(number)
    sifted, n_new = Sifted([], [], set(), 0), 0
    for finding in findings:
        key = key_of(finding)
        numbers = waiting.get(key, [])
        if not numbers:
            sifted.findings.append(finding)
            continue
        number = numbers.pop(0)
        sifted.used.add(number)
        if known is None or key in known:
            sifted.accepted.append((finding, record.accepted[number]))
        else:
            sifted.findings.append(finding)
            n_new += 1
    return sifted._replace(n_new=n_new)


def unfounded(
    record: Accepted,
    sifted: Sifted,
    is_judged: Callable[[str], bool],
    is_there: Callable[[str], bool],
    not_judged: Mapping[str, list[str]],
) -> Iterator[Problem]:
    """Yield the entries whose finding was looked for and did not occur.

    Args:
        record: What is accepted.
        sifted: What it accepts, and what is left.
        is_judged: Tells of a path whether it was judged.
        is_there: Tells of a path whether there is such a file.
        not_judged: Document id to codes that were not.
    """
    left: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for finding in sifted.findings:
        known = finding.place or "/", finding.value
        left.setdefault((finding.code, finding.path), []).append(known)
    for number, entry in enumerate(record.accepted):
        if number in sifted.used or entry.code.startswith(NEVER):
            continue
        there = is_there(entry.path)
        left_out = not_judged.get(document_of(entry.path), ()) if there else ()
        if is_judged(entry.path) and entry.code not in left_out:
            message = f"The file {entry.path} does not exist."
            if there:
                message = _unfounded(entry, left.get((entry.code, entry.path), ()))
            yield Problem("ACC002", f"/accepted/{number}", message)


def _unfounded(entry: AcceptedFinding, elsewhere: Sequence[tuple[str, str]]) -> str:
    """Say that a finding did not occur, and where its code does.

    Args:
        entry: The entry that accepts the finding.
        elsewhere: Places and values of findings with this code in the file.
    """
    place = entry.place or "/"
    message = f"{entry.path} has no {entry.code} finding at {place}"
    if value := dict(elsewhere).get(place):
        return (
            f"{message} for the accepted value: the value is now {value}. Check it again,"
            " then accept or correct it."
        )
    if elsewhere:
        first = ", ".join(place for place, _ in elsewhere[:SHOWN])
        more = " and elsewhere" if elsewhere[SHOWN:] else ""
        return f"{message}; it occurs at {first}{more}."
    return f"{message}."


def key_of(one: AcceptedFinding | Finding) -> Key:
    """Return what a finding is accepted by."""
    return one.code, one.path, one.place, one.value


def document_of(path: str) -> str:
    """Return the id of the document that a file is about; something else for others."""
    folder, _, name = path.rpartition("/")
    if folder == "corpus/documents":
        return name.removesuffix(".json")
    return folder.removeprefix("annotations/")
