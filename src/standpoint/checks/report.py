"""Findings in the forms in which people, CI and other programs read them."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from standpoint.checks.run import Report
from standpoint.records.findings import CHECKS, Check, Finding, Level, counted
from standpoint.records.model import AcceptedFinding
from standpoint.records.text import sha256

SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
DEFAULT = "claim"
"""Config that `load_dataset` gives to whoever names none."""

SHOWN = 10
"""Files named in one line, at most."""

_NAME = re.compile(r"[\w.:-]{0,60}", re.ASCII)
"""A key, number or id."""

FINGERPRINT = "standpoint/v1"
"""Version of what a finding is known by in SARIF."""


class Judged(NamedTuple):
    """What is to be shown.

    Attributes:
        findings: Findings that count, as sorted as in the report.
        accepted: Findings that do not, with the entry that says so.
        not_judged: Document id to the codes that need its text, where it is not at hand.
        form_only: Record files of which the form alone was judged.
        checks: Code to check.
        n_before: Warnings left out, since they were there before the change.
        n_new_accepted: Findings that count although entries of this branch accept them.
        empty: Configs that the dataset would lack.
    """

    findings: Sequence[Finding]
    accepted: Sequence[tuple[Finding, AcceptedFinding]]
    not_judged: Mapping[str, Sequence[str]]
    form_only: Sequence[str]
    checks: Mapping[str, Check]
    n_before: int = 0
    n_new_accepted: int = 0
    empty: Sequence[str] = ()

    @property
    def codes(self) -> list[str]:
        """The codes of everything that was found, sorted."""
        everything = [*self.findings, *(finding for finding, _ in self.accepted)]
        return sorted({finding.code for finding in everything})


def chosen(report: Report, is_wanted: Callable[[str], bool]) -> Judged:
    """Return what is to be shown of a report.

    Args:
        report: What was found.
        is_wanted: Tells of a code whether it is to be shown.
    """
    left = {
        document: list(filter(is_wanted, codes))
        for document, codes in report.not_judged.items()
    }
    return Judged(
        findings=[found for found in report.findings if is_wanted(found.code)],
        accepted=[pair for pair in report.accepted if is_wanted(pair[0].code)],
        not_judged={document: codes for document, codes in left.items() if codes},
        form_only=report.form_only,
        checks=CHECKS,
        n_before=report.n_before,
        n_new_accepted=report.n_new_accepted,
        empty=report.empty,
    )


def places_only(judged: Judged) -> Judged:
    """Leave out whatever could hold words of a text: messages, quotes and reasons."""

    def bare(finding: Finding) -> Finding:
        return msgspec.structs.replace(
            finding,
            message=judged.checks[finding.code].title,
            quote=None,
            pointer=_named_only(finding.pointer),
            place=_named_only(finding.place),
        )

    return judged._replace(
        findings=[bare(finding) for finding in judged.findings],
        accepted=[
            (bare(finding), msgspec.structs.replace(entry, reason="accepted"))
            for finding, entry in judged.accepted
        ],
    )


def _named_only(pointer: str) -> str:
    """Return a pointer without keys that are no names: what is no key may be a sentence."""
    return "/".join(
        part if _NAME.fullmatch(part) else "*" for part in pointer.split("/")
    )


def summary(
    findings: Iterable[Finding],
    not_judged: Mapping[str, Sequence[str]],
    n_accepted: int = 0,
) -> str:
    """Return the last line of a check: how much was found, and how much was not judged."""
    levels = Counter(finding.level for finding in findings)
    line = (
        f"{counted(levels[Level.ERROR], 'error')},"
        f" {counted(levels[Level.WARNING], 'warning')}"
    )
    if n_accepted:
        line += f", {n_accepted:,} accepted"
    if not_judged:
        codes = {code for found in not_judged.values() for code in found}
        line += (
            f"; {counted(len(codes), 'code')} not judged for"
            f" {counted(len(not_judged), 'document')}: text not here"
        )
    return line


def not_judged(judged: Judged) -> Iterator[str]:
    """Yield what was not judged: a line per set of codes, with the documents."""
    if judged.form_only:
        first, n_more = judged.form_only[:SHOWN], len(judged.form_only) - SHOWN
        more = f" and {counted(n_more, 'other')}" if n_more > 0 else ""
        yield (
            f"only the syntax was checked, because of FMT errors:"
            f" {', '.join(first)}{more}"
        )
    by_codes: dict[tuple[str, ...], list[str]] = {}
    for document, codes in judged.not_judged.items():
        by_codes.setdefault(tuple(codes), []).append(document)
    for codes_, documents in by_codes.items():
        yield (
            f"skipped (text not available): {', '.join(codes_)}"
            f" for {', '.join(documents)}"
        )
    if judged.n_new_accepted:
        yield (
            f"{counted(judged.n_new_accepted, 'finding')} accepted in corpus/accepted.json"
            " only on this branch: entries take effect once they are merged"
        )
    if judged.empty:
        yield left_out(judged.empty)


def left_out(configs: Sequence[str]) -> str:
    """Say which configs a dataset lacks, and what that means for whoever loads it."""
    lacking = f"the dataset will not have these configs, which have no rows: {', '.join(configs)}"
    if DEFAULT not in configs:
        return lacking
    return (
        f"{lacking}; without the default config {DEFAULT}, load_dataset needs the name"
        " of a config"
    )


# json


def as_json(judged: Judged) -> str:
    """Return findings as one JSON object; docs/findings.schema.json describes it."""
    rows = [
        {
            key: value
            for key, value in msgspec.structs.asdict(finding).items()
            if key != "fix"
        }
        for finding in judged.findings
    ]
    levels = Counter(finding.level for finding in judged.findings)
    report = {
        "errors": levels[Level.ERROR],
        "warnings": levels[Level.WARNING],
        "accepted": len(judged.accepted),
        "before": judged.n_before,
        "not_judged": judged.not_judged,
        "form_only": judged.form_only,
        "empty_configs": list(judged.empty),
        "codes": {code: _explained(judged.checks[code]) for code in judged.codes},
        "findings": rows,
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _explained(check: Check) -> dict[str, str]:
    return {
        "level": check.level.value,
        "title": check.title,
        "why": check.why,
        "fix": check.fix,
        "example": check.example,
    }


# workflow commands of GitHub


def as_github(judged: Judged) -> Iterator[str]:
    """Yield workflow commands of GitHub: a comment per finding, then what the codes mean."""
    for finding in judged.findings:
        commit = "" if finding.commit is None else f"In {finding.where}: "
        lines = [f"{commit}{finding.message}"]
        if finding.quote is not None:
            lines.append(f"Text: {finding.quote}")
        lines.append(f"Fix: {finding.fix}")
        where = {"title": finding.code}
        if finding.path:
            where = {
                "file": finding.path,
                "line": str(max(finding.line, 1)),
                "col": str(max(finding.column, 1)),
            } | where
        shown = ",".join(f"{key}={_property(value)}" for key, value in where.items())
        yield f"::{finding.level.value} {shown}::{_data(chr(10).join(lines))}"
    for line in not_judged(judged):
        yield f"::notice title=Note::{_data(line)}"
    if judged.codes:
        yield "::group::Meaning of the codes"
        for code in judged.codes:
            found = _explained(judged.checks[code])
            yield f"{code} {found['level']}: {found['title']}"
            yield f"    why: {found['why']}"
            yield f"    example: {found['example']}"
        yield "::endgroup::"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# SARIF


def as_sarif(judged: Judged) -> str:
    """Return findings in SARIF 2.1.0."""
    from importlib.metadata import version

    index = {code: number for number, code in enumerate(judged.codes)}
    known: Counter[str] = Counter()
    pairs: list[tuple[Finding, AcceptedFinding | None]] = [
        *((finding, None) for finding in judged.findings),
        *judged.accepted,
    ]
    results = [_result(finding, entry, index, known) for finding, entry in pairs]
    notes = [
        {"level": "note", "message": {"text": line}} for line in not_judged(judged)
    ]
    driver = {
        "name": "Standpoint",
        "version": version("standpoint-corpus"),
        "rules": [_rule(judged.checks[code]) for code in judged.codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": notes}
        ],
        "results": results,
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(check: Check) -> dict[str, Any]:
    found = _explained(check)
    why, fix, example = found["why"], found["fix"], found["example"]
    return {
        "id": check.code,
        "shortDescription": {"text": found["title"]},
        "fullDescription": {"text": f"{found['title']} {why}"},
        "help": {
            "text": f"Why: {why}\nFix: {fix}\nExample: {example}",
            "markdown": f"**Why**: {why}\n\n**Fix**: {fix}\n\n**Example**: {example}",
        },
        "defaultConfiguration": {"level": found["level"]},
    }


def _result(
    finding: Finding,
    entry: AcceptedFinding | None,
    index: Mapping[str, int],
    known: Counter[str],
) -> dict[str, Any]:
    words = f" Text: {finding.quote}" if finding.quote is not None else ""
    commit = "" if finding.commit is None else f"In {finding.where}: "
    place = finding.place or "/"
    name = f"{finding.code} {finding.where} {place}"
    known[name] += 1
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": finding.level.value,
        "message": {"text": f"{commit}{finding.message}{words} Fix: {finding.fix}"},
        "locations": [_location(finding, place)],
        # What has the same code and place is told apart by its order.
        "partialFingerprints": {FINGERPRINT: sha256(f"{name} {known[name]}".encode())},
    }
    if entry is not None:
        result["suppressions"] = [{"kind": "external", "justification": entry.reason}]
    return result


def _location(finding: Finding, place: str) -> dict[str, Any]:
    """Return where a finding is; the message of a commit is in no file."""
    if not finding.path:
        return {"logicalLocations": [{"fullyQualifiedName": finding.where}]}
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(finding.path),
                "uriBaseId": "%SRCROOT%",
            },
            "region": {
                "startLine": max(finding.line, 1),
                "startColumn": max(finding.column, 1),
            },
        },
        "logicalLocations": [{"fullyQualifiedName": place}],
    }


# text


def as_text(judged: Judged) -> Iterator[str]:
    """Yield findings as people read them."""
    yield from map(str, judged.findings)


def lines_of(judged: Judged, form: str) -> Iterable[str]:
    """Return findings in one of the forms: `text`, `json`, `github` or `sarif`."""
    if form == "json":
        return [as_json(judged)]
    if form == "sarif":
        return [as_sarif(judged)]
    return as_github(judged) if form == "github" else as_text(judged)


def closing(judged: Judged, form: str) -> Iterator[str]:
    """Yield what stands below findings, where people read them."""
    if form == "text":
        yield from not_judged(judged)
    if form in {"text", "github"}:
        if judged.n_before:
            found = counted(judged.n_before, "warning")
            yield f"not shown: {found} on files that did not change, there before"
        yield summary(judged.findings, judged.not_judged, len(judged.accepted))
