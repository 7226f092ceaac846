"""The step `check`: run every check over a checkout, document by document."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from standpoint import checks
from standpoint.checkout import REGISTRIES, Checkout
from standpoint.checks import Context, DocumentFacts, Repository, TrackedFile
from standpoint.findings import Finding, order
from standpoint.labelstudio.convert import form
from standpoint.labelstudio.form import DECIDE, PANEL, PASSES
from standpoint.labelstudio.offer import offer
from standpoint.leak import Gate
from standpoint.model import Dossier, Registries
from standpoint.schema import LABELS

UNREADABLE = DocumentFacts(frozenset(), None)
"""Facts on a document whose record cannot be read: it is there, no more is known."""


class Report(NamedTuple):
    """What a check found.

    Attributes:
        findings: Findings, sorted by place.
        not_judged: Document id to the codes that need its text, where it is not at hand.
        n_records: Records that were read.
    """

    findings: list[Finding]
    not_judged: dict[str, list[str]]
    n_records: int


def judge(
    checkout: Checkout,
    paths: Iterable[str] | None = None,
    step: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """Check a checkout.

    Args:
        checkout: The checkout.
        paths: Files or folders relative to the root; None for everything.
        step: Called with the number of documents done and of all.
    """
    wanted = None if paths is None else sorted(paths)
    registries = checkout.registries
    seen = _Seen()
    documents = [doc for doc in checkout.documents if _touches(checkout, doc, wanted)]
    for number, document in enumerate(documents, 1):
        _judge_document(checkout, document, wanted, seen)
        step(number, len(documents))
    if registries is None:
        seen.blocking |= set(REGISTRIES.values())
    else:
        facts = seen.facts if wanted is None else None
        seen.findings += judge_corpus(checkout, registries, facts)
        seen.findings += judge_forms(checkout, registries)
        seen.n_records += sum(_is_below(path, wanted) for path in REGISTRIES.values())
    _ = checkout.sets  # also where no document leads to them
    seen.findings += checkout.drain()
    seen.findings += judge_files(checkout, wanted)
    seen.findings += checkout.drain()
    # What kept a file from being judged is said whatever was asked for.
    unique = dict.fromkeys(
        finding
        for finding in checkout.place(seen.findings)
        if finding.path in seen.blocking or _is_below(finding.path, wanted)
    )
    return Report(order(unique), seen.not_judged, seen.n_records)


class _Seen:
    """What a check has gathered so far."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.facts: dict[str, DocumentFacts] = {}
        self.not_judged: dict[str, list[str]] = {}
        self.blocking: set[str] = set()
        self.n_records = 0


def _judge_document(
    checkout: Checkout, document: str, wanted: list[str] | None, seen: _Seen
) -> None:
    dossier = checkout.dossier(document)
    if dossier is None:
        seen.facts[document] = UNREADABLE
        seen.blocking.add(checkout.documents[document])
        return
    seen.n_records += sum(_is_below(path, wanted) for path in dossier.paths.values())
    if dossier.text is None:
        seen.not_judged[document] = checks.text_codes()
    if checkout.registries is not None:
        seen.facts[document] = facts_of(dossier, checkout.registries)
        seen.findings += judge_dossier(dossier, checkout.registries, wanted)


def _touches(checkout: Checkout, document: str, wanted: list[str] | None) -> bool:
    paths = [checkout.documents[document], *checkout.sets.get(document, [])]
    return any(_is_below(path, wanted) for path in paths)


def _is_below(path: str, wanted: list[str] | None) -> bool:
    if wanted is None:
        return True
    parents = {path, *map(str, PurePosixPath(path).parents)}
    return any(name in parents for name in wanted)


def facts_of(dossier: Dossier, registries: Registries) -> DocumentFacts:
    """Return what corpus-wide checks need to know of a document."""
    outlet = registries.outlets.get(dossier.document.publisher)
    return DocumentFacts(
        paragraphs=frozenset(
            line.sha256
            for segment in dossier.document.segments
            if segment.kind != "boilerplate"
            for line in segment.paragraphs
        ),
        fictional=outlet.fictional if outlet else None,
    )


def judge_dossier(
    dossier: Dossier, registries: Registries, wanted: list[str] | None = None
) -> Iterator[Finding]:
    """Run every check on a document and its sets."""
    paths = [path for path in dossier.paths.values() if _is_below(path, wanted)]
    return checks.judge_dossier(Context(registries, dossier=dossier), paths)


def judge_corpus(
    checkout: Checkout,
    registries: Registries,
    facts: dict[str, DocumentFacts] | None,
) -> Iterator[Finding]:
    """Run every check on the registries.

    Args:
        checkout: The checkout.
        registries: Its registries.
        facts: Facts on every document; None leaves the splits out, which need them all.
    """
    context = Context(registries, documents=facts)
    for kind, path in REGISTRIES.items():
        if kind != "splits" or facts is not None:
            yield from checks.judge(checkout.record(path, kind), context, path)


def judge_forms(checkout: Checkout, registries: Registries) -> Iterator[Finding]:
    """Run the checks on what annotators are asked, for every panel."""
    context = Context(registries)
    inventories = checkout.schemas.inventories
    forms = [
        form(name, "extended", inventories) for name in (*PASSES[:2], *DECIDE.values())
    ]
    forms += [
        form(PANEL, "extended", inventories, panel)
        for panel in registries.panels.values()
    ]
    for one in forms:
        yield from checks.judge(one, context, REGISTRIES["panels"])
    found = offer(checkout.schemas, forms)
    yield from checks.judge(found, context, f"schema/{LABELS}")


def gate_of(checkout: Checkout) -> Gate:
    """Return the gate over every withheld text at hand."""
    found = Gate(checkout.withheld_texts())
    checkout.drain()  # each file was or will be reported by whoever judges it
    return found


def judge_files(checkout: Checkout, wanted: list[str] | None) -> Iterator[Finding]:
    """Run the checks on files that are, or could be, committed."""
    registries = checkout.registries
    if registries is None:
        return
    context = Context(registries, gate=gate_of(checkout))
    for path, read in checkout.tracked():
        if _is_below(path, wanted):
            file = TrackedFile(path, read())
            yield from checks.judge(file, context, path)
    if wanted is None and context.gate.documents:
        repository = Repository(checkout.git_answers)
        yield from checks.judge(repository, context, ".git")
        for name, message in checkout.commit_messages():
            yield from checks.judge(TrackedFile(name, message), context, name)
