"""The checks: one code is one fact, one level, one function.

Checks look at records and never read files. Those that need the text of a document
are left out where it is not at hand, and counted.
"""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

import msgspec

from standpoint.checks import (
    acc,
    act,
    adj,
    ann,
    clm,
    dat,
    doc,
    out,
    pub,
    reg,
    rel,
    seg,
    spl,
    spn,
    src,
    sta,
    txt,
    zon,
)
from standpoint.checks.context import (
    Committed,
    Context,
    DocumentFacts,
    Repository,
    TrackedFile,
)
from standpoint.formats import brat, quoted
from standpoint.forms import rules as labelstudio
from standpoint.records import record_file
from standpoint.records.findings import Check, Finding, shown
from standpoint.records.model import AnnotationSet, Document, Dossier

__all__ = [
    "CHECKS",
    "SAID_ELSEWHERE",
    "Committed",
    "Context",
    "DocumentFacts",
    "Repository",
    "TrackedFile",
    "judge",
    "judge_dossier",
    "text_codes",
]

_FAMILIES = (
    record_file, doc, seg, zon, spn, act, clm, src, sta, rel, adj, out, reg, ann, dat, spl, pub, txt, acc, quoted, brat,
    labelstudio,
)  # fmt: skip


def _collect() -> dict[str, Check]:
    checks: dict[str, Check] = {}
    for family in _FAMILIES:
        for check in family.CHECKS:
            if check.code in checks:
                raise RuntimeError(f"{check.code} is given twice")
            checks[check.code] = check
    return checks


CHECKS: dict[str, Check] = _collect()
"""Code to check, family by family."""

SAID_ELSEWHERE = {
    "DOC002": "the schema asks for it (FMT005)",
    "STA004": "SPN001 and ZON003 say it of every span",
    "STA006": "SRC002 says it of every claim",
}
"""Codes of the annotation scheme that have no check of their own."""


_BY_TYPE: dict[Any, list[Check]] = {}
for _check in CHECKS.values():
    for _type in get_args(_check.on) or (_check.on,):
        _BY_TYPE.setdefault(_type, []).append(_check)


def judge(
    record: Any, context: Context, path: str, *, has_text: bool = True
) -> Iterator[Finding]:
    """Run every check for the type of a record.

    A finding on an item of a set that shows no words of its own shows those of the item.
    """
    for check in _BY_TYPE.get(type(record), []):
        if has_text or not check.needs_text:
            found = check.findings(record, context, path)
            if isinstance(record, AnnotationSet):
                found = with_words(found, record, context)
            yield from found


def with_words(
    findings: Iterable[Finding], record: Any, context: Context
) -> Iterator[Finding]:
    """Let findings that show no words show those of the item they stand on.

    Args:
        findings: Findings on one set.
        record: The set, or the plain data of one that its schema refuses.
        context: Context with the dossier of its document.
    """
    for finding in findings:
        words = finding.quote or context.quote_at(record, finding.pointer)
        quote = None if words is None else shown(words)
        yield msgspec.structs.replace(finding, quote=quote)


def judge_dossier(
    context: Context, paths: Iterable[str] | None = None
) -> Iterator[Finding]:
    """Run every check on a document and its sets.

    Args:
        context: Context with a dossier.
        paths: Files to judge; None for all.
    """
    dossier: Dossier = context.dossier
    wanted = None if paths is None else set(paths)
    has_text = dossier.text is not None
    records: tuple[Document | AnnotationSet, ...] = (dossier.document, *dossier.sets)
    for record in records:
        path = dossier.path(record)
        if wanted is None or path in wanted:
            yield from judge(record, context, path, has_text=has_text)


def text_codes() -> list[str]:
    """Return the codes that need the text of a document."""
    return [check.code for check in CHECKS.values() if check.needs_text]
