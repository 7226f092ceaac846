"""The checks: one code is one fact, one level, one function.

Checks look at records and never read files. Those that need the text of a document
are left out where it is not at hand, and counted.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from standpoint.checks import (  # noqa: F401 - each module registers its checks
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
)  # fmt: skip
from standpoint.checks.context import (
    Committed,
    Context,
    DocumentFacts,
    Repository,
    TrackedFile,
)
from standpoint.forms import form_rules  # noqa: F401 - registers the checks of forms
from standpoint.records.findings import CHECKS, Finding, check_record, shown
from standpoint.records.model import AnnotationSet, Document, Dossier

__all__ = [
    "Committed",
    "Context",
    "DocumentFacts",
    "Repository",
    "TrackedFile",
    "judge",
    "judge_dossier",
    "text_codes",
]


def judge(
    record: Any, context: Context, path: str, *, has_text: bool = True
) -> Iterator[Finding]:
    """Run every check for the type of a record.

    A finding on an item of a set that shows no words of its own shows those of the item.
    """
    found = check_record(record, context, path, has_text=has_text)
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
    return sorted(check.code for check in CHECKS.values() if check.needs_text)
