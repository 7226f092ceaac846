"""What a check found, and how it is written for people, CI and other programs."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from standpoint.records.findings import CHECKS, Check, Finding, Level, counted
from standpoint.records.model import AcceptedFinding
from standpoint.records.text import sha256

SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
DEFAULT = "claim"
"""Config that `load_dataset` loads by default."""

SHOWN = 10
"""Files named in one line, at most."""

_NAME = re.compile(r"[\w.:-]{0,60}", re.ASCII)
"""A key, number or id."""

FINGERPRINT = "standpoint/v1"
"""Version of what a finding is known by in SARIF."""


class Report(NamedTuple):
    """What a check found.

    Attributes:
        findings: Findings, sorted by place; those in changed files first.
        accepted: Findings that do not count, with the entry that accepts them.
        not_judged: Document id to the codes that need its text, where it is not available.
        form_only: Record files of which only the syntax was checked: they cannot be read,
            or what they belong to cannot.
        n_records: Records that were read.
        n_changed: Files that changed; 0 too where that was not asked.
        n_before: Warnings on unchanged files that were left out, since they were there
            before the change.
        n_new_accepted: Findings that count although entries of this branch accept them.
        empty: Configs that the dataset would lack, since they have no rows; empty where
            only some files were checked.
    """

    findings: list[Finding]
    accepted: list[tuple[Finding, AcceptedFinding]]
    not_judged: dict[str, list[str]]
    form_only: list[str]
    n_records: int = 0
    n_changed: int = 0
    n_before: int = 0
    n_new_accepted: int = 0
    empty: tuple[str, ...] = ()

    @property
    def codes(self) -> list[str]:
        """The codes of everything that was found, sorted."""
        everything = [*self.findings, *(finding for finding, _ in self.accepted)]
        return sorted({finding.code for finding in everything})

    def selected(self, is_selected: Callable[[str], bool]) -> "Report":
        """Return the report with the selected codes only."""
        skipped = {
            document: list(filter(is_selected, codes))
            for document, codes in self.not_judged.items()
        }
        return self._replace(
            findings=[one for one in self.findings if is_selected(one.code)],
            accepted=[pair for pair in self.accepted if is_selected(pair[0].code)],
            not_judged={
                document: codes for document, codes in skipped.items() if codes
            },
        )

    def redacted(self) -> "Report":
        """Return the report without messages, quotes and reasons: no word of a text."""
        return self._replace(
            findings=list(map(_redacted, self.findings)),
            accepted=[
                (_redacted(finding), msgspec.structs.replace(entry, reason="accepted"))
                for finding, entry in self.accepted
            ],
        )


def _redacted(finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding,
        message=CHECKS[finding.code].title,
        quote=None,
        pointer=_named_only(finding.pointer),
        place=_named_only(finding.place),
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
    """Return the last line of a check: how much was found, and how much was not report."""
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
            f"; {counted(len(codes), 'code')} skipped for"
            f" {counted(len(not_judged), 'document')} (text not available)"
        )
    return line


def skipped(report: Report) -> Iterator[str]:
    """Yield what was skipped: a line per set of codes, with the documents."""
    if report.form_only:
        first, n_more = report.form_only[:SHOWN], len(report.form_only) - SHOWN
        more = f" and {counted(n_more, 'other')}" if n_more > 0 else ""
        yield (
            f"only the syntax was checked, because of FMT errors:"
            f" {', '.join(first)}{more}"
        )
    by_codes: dict[tuple[str, ...], list[str]] = {}
    for document, codes in report.not_judged.items():
        by_codes.setdefault(tuple(codes), []).append(document)
    for codes_, documents in by_codes.items():
        yield (
            f"skipped (text not available): {', '.join(codes_)}"
            f" for {', '.join(documents)}"
        )
    if report.n_new_accepted:
        yield (
            f"{counted(report.n_new_accepted, 'finding')} accepted in corpus/accepted.json"
            " only on this branch: entries take effect once they are merged"
        )
    if report.empty:
        yield left_out(report.empty)


def left_out(configs: Sequence[str]) -> str:
    """Say which configs a dataset lacks, and what that means for loading it."""
    lacking = f"the dataset will not have these configs, which have no rows: {', '.join(configs)}"
    if DEFAULT not in configs:
        return lacking
    return (
        f"{lacking}; without the default config {DEFAULT}, load_dataset needs the name"
        " of a config"
    )


# json


def as_json(report: Report) -> str:
    """Return findings as one JSON object; docs/findings.schema.json describes it."""
    rows = [
        {
            key: value
            for key, value in msgspec.structs.asdict(finding).items()
            if key != "fix"
        }
        for finding in report.findings
    ]
    levels = Counter(finding.level for finding in report.findings)
    data = {
        "errors": levels[Level.ERROR],
        "warnings": levels[Level.WARNING],
        "accepted": len(report.accepted),
        "before": report.n_before,
        "not_judged": report.not_judged,
        "form_only": report.form_only,
        "empty_configs": list(report.empty),
        "codes": {code: _explained(CHECKS[code]) for code in report.codes},
        "findings": rows,
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _explained(check: Check) -> dict[str, str]:
    return {
        "level": check.level.value,
        "title": check.title,
        "why": check.why,
        "fix": check.fix,
        "example": check.example,
    }


# workflow commands of GitHub


def as_github(report: Report) -> Iterator[str]:
    """Yield workflow commands of GitHub: a comment per finding, then what the codes mean."""
    for finding in report.findings:
        commit = "" if finding.commit is None else f"In {finding.where}: "
        lines = [f"{commit}{finding.message}"]
        if finding.quote is not None:
            lines.append(f"Text: {finding.quote}")
        lines.append(f"Fix: {finding.fix}")
        where = {"title": finding.code}
        if finding.path:
            where = {
                "file": finding.file or finding.path,
                "line": str(max(finding.line, 1)),
                "col": str(max(finding.column, 1)),
            } | where
        shown = ",".join(f"{key}={_property(value)}" for key, value in where.items())
        yield f"::{finding.level.value} {shown}::{_data(chr(10).join(lines))}"
    for line in skipped(report):
        yield f"::notice title=Note::{_data(line)}"
    if report.codes:
        yield "::group::Meaning of the codes"
        for code in report.codes:
            found = _explained(CHECKS[code])
            yield f"{code} {found['level']}: {found['title']}"
            yield f"    why: {found['why']}"
            yield f"    example: {found['example']}"
        yield "::endgroup::"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# SARIF


def as_sarif(report: Report) -> str:
    """Return findings in SARIF 2.1.0."""
    from importlib.metadata import version

    index = {code: number for number, code in enumerate(report.codes)}
    known: Counter[str] = Counter()
    pairs: list[tuple[Finding, AcceptedFinding | None]] = [
        *((finding, None) for finding in report.findings),
        *report.accepted,
    ]
    results = [_result(finding, entry, index, known) for finding, entry in pairs]
    notes = [{"level": "note", "message": {"text": line}} for line in skipped(report)]
    driver = {
        "name": "Standpoint",
        "version": version("standpoint-corpus"),
        "rules": [_rule(CHECKS[code]) for code in report.codes],
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
                "uri": quote(finding.file or finding.path),
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


def as_text(report: Report) -> Iterator[str]:
    """Yield findings as people read them."""
    yield from map(str, report.findings)


def lines_of(report: Report, form: str) -> Iterable[str]:
    """Return findings in one of the formats: `text`, `json`, `github` or `sarif`."""
    if form == "json":
        return [as_json(report)]
    if form == "sarif":
        return [as_sarif(report)]
    return as_github(report) if form == "github" else as_text(report)


def closing(report: Report, form: str) -> Iterator[str]:
    """Yield the lines below the findings, for people."""
    if form == "text":
        yield from skipped(report)
    if form in {"text", "github"}:
        if report.n_before:
            found = counted(report.n_before, "warning")
            yield f"not shown: {found} on unchanged files, which are not new"
        yield summary(report.findings, report.not_judged, len(report.accepted))
