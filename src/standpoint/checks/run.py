"""Run every check on a checkout, document by document.

`check_corpus` reads each document with its sets, then the registries, then all files that
are or could be committed. What it found is a `Report`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec

from standpoint.checks import baseline
from standpoint.checks.context import (
    Committed,
    Context,
    DocumentFacts,
    Repository,
    TrackedFile,
)
from standpoint.checks.paragraph_cache import UNREADABLE, facts_of, sketched
from standpoint.checks.report import Report
from standpoint.forms.convert import form
from standpoint.forms.form import DECIDE, PANEL, PASSES
from standpoint.forms.label_coverage import offer
from standpoint.records import record_file
from standpoint.records.checkout import ACCEPTED, REGISTRIES, TEXTS, Checkout
from standpoint.records.findings import (
    CHECKS,
    Finding,
    check_record,
    order,
    printable,
    shown,
)
from standpoint.records.git import Changes, GitStop
from standpoint.records.leak import Gate
from standpoint.records.model import AnnotationSet, Document, Dossier, Registries
from standpoint.records.schema import LABELS

CANONICAL = "FMT006"
"""The one code of FMT whose file can be read all the same."""


def check_corpus(
    checkout: Checkout,
    paths: Iterable[str] | None = None,
    step: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    since: Changes | None = None,
) -> Report:
    """Check a checkout.

    Args:
        checkout: The checkout.
        paths: Files or folders relative to the root; None for everything.
        step: Called with the number of documents done and of all.
        since: What has changed; the commits that changed it are checked too.

    Raises:
        GitStop: If git fails.
    """
    run = _Run(checkout, Selection(paths), since)
    documents = run.selection.documents(checkout)
    for number, document in enumerate(documents, 1):
        run.check_document(document)
        step(number, len(documents))
    run.check_registries()
    run.selection.find_strays(checkout)
    run.findings += checkout.drain()
    run.check_files()
    run.findings += checkout.drain()
    return run.report()


def check_dossier(
    dossier: Dossier, registries: Registries, paths: Collection[str] | None = None
) -> Iterator[Finding]:
    """Run every check on a document and its sets.

    Args:
        dossier: The document with its sets.
        registries: The registries.
        paths: Files of these records to check; None for all.
    """
    context = Context(registries, dossier=dossier)
    has_text = dossier.text is not None
    records: tuple[Document | AnnotationSet, ...] = (dossier.document, *dossier.sets)
    for record in records:
        path = dossier.path(record)
        if paths is None or path in paths:
            found = check_record(record, context, path, has_text=has_text)
            if isinstance(record, AnnotationSet):
                found = _with_quotes(found, record, context)
            yield from found


def _with_quotes(
    findings: Iterable[Finding], record: Any, context: Context
) -> Iterator[Finding]:
    """Add the words of the item to findings that show no words.

    Args:
        findings: Findings on one set.
        record: The set, or the plain data of one that does not fit its schema.
        context: Context with the dossier of its document.
    """
    for finding in findings:
        words = finding.quote or context.quote_at(record, finding.pointer)
        quote = None if words is None else shown(words)
        yield msgspec.structs.replace(finding, quote=quote)


def check_forms(checkout: Checkout, registries: Registries) -> Iterator[Finding]:
    """Check what annotators are asked, for every panel."""
    context = Context(registries)
    inventories = checkout.schemas.inventories
    names = (*PASSES[:2], *DECIDE.values())
    forms = [form(name, "extended", inventories) for name in names]
    forms += [
        form(PANEL, "extended", inventories, panel)
        for panel in registries.panels.values()
    ]
    for one in forms:
        yield from check_record(one, context, REGISTRIES["panels"])
    coverage = offer(checkout.schemas, forms)
    yield from check_record(coverage, context, f"schema/{LABELS}")


def gate_of(checkout: Checkout) -> Gate:
    """Return the gate over every withheld text that is available."""
    gate = Gate(checkout.withheld_texts())
    checkout.drain()  # problems of these files are reported where they are checked
    return gate


class Selection:
    """The files to check.

    Args:
        paths: Files or folders relative to the root; None for everything.
    """

    def __init__(self, paths: Iterable[str] | None) -> None:
        """Remember the paths."""
        self.paths = None if paths is None else sorted(set(paths))
        self._named = frozenset(map(printable, self.paths or ()))

    def __contains__(self, path: str) -> bool:
        """Tell whether a path is selected, or inside a selected folder."""
        if self.paths is None or "." in self._named:
            return True
        path = printable(path)
        while path and path not in self._named:
            path = path.rpartition("/")[0]
        return bool(path)

    @property
    def is_narrow(self) -> bool:
        """Whether single documents are selected, so that others need not be listed."""
        return not any(path in self for path in ("annotations", "corpus/documents"))

    def documents(self, checkout: Checkout) -> list[str]:
        """Return the documents whose record or sets are selected."""
        known = checkout.documents
        return sorted(known.keys() & self._ids()) if self.is_narrow else list(known)

    def _ids(self) -> set[str]:
        """Return the ids of documents in the paths."""
        found = set()
        for path in self.paths or ():
            first, _, rest = path.partition("/")
            if first == "annotations":
                found.add(rest.partition("/")[0])
            elif path.startswith("corpus/documents/"):
                found.add(path.rpartition("/")[2].removesuffix(".json"))
        return found - {""}

    def find_strays(self, checkout: Checkout) -> None:
        """Let the checkout report files that belong to no document."""
        if not self.is_narrow:
            _ = checkout.sets
        if TEXTS in self or any(path.startswith(TEXTS) for path in self.paths or ()):
            checkout.look_at_texts()
        for document in self._ids():
            checkout.sets_of(document)


class _Run:
    """One run over a checkout, and what it found so far.

    Attributes:
        findings: Findings, with pointers but without lines.
        facts: Document id to what checks of the whole corpus need.
        not_judged: Document id to the codes that were skipped.
        blocking: Files that kept others from being checked: reported in any case.
        form_only: Record files of which only the syntax was checked.
        layers: What the sets hold.
    """

    def __init__(
        self, checkout: Checkout, selection: Selection, since: Changes | None
    ) -> None:
        self.checkout, self.selection, self.since = checkout, selection, since
        self.registries = checkout.registries
        self.findings: list[Finding] = []
        self.facts: dict[str, DocumentFacts] = {}
        self.not_judged: dict[str, list[str]] = {}
        self.blocking: set[str] = set()
        self.form_only: set[str] = set()
        self.layers: set[str] = set()
        self.n_records = 0
        self.n_documents = 0

    def check_document(self, document: str) -> None:
        """Check a document and its sets."""
        checkout, path = self.checkout, self.checkout.documents[document]
        dossier = checkout.dossier(document)
        files = {path, *checkout.sets_of(document)}
        if dossier is not None and self.registries is not None:
            files -= set(dossier.paths.values())
        self.form_only |= {path for path in files if path in self.selection}
        if dossier is None:
            self.facts[document] = UNREADABLE
            self.blocking.add(path)
            return
        paths = [path for path in dossier.paths.values() if path in self.selection]
        self.n_records += len(paths)
        self.n_documents += 1
        self.layers.update(_layers(dossier))
        if dossier.text is None:
            self.not_judged[document] = sorted(
                check.code for check in CHECKS.values() if check.needs_text
            )
        if self.registries is not None:
            in_words = REGISTRIES["splits"] in self.selection
            self.facts[document] = facts_of(dossier, self.registries, in_words=in_words)
            self.findings += check_dossier(dossier, self.registries, paths)
            context = Context(self.registries, dossier=dossier)
            self.findings += self._of_files(files, context)

    def _of_files(self, files: set[str], context: Context) -> Iterator[Finding]:
        """Yield what was wrong with files so far; with words for sets of wrong form."""
        for path, found in groupby(self.checkout.drain(), lambda one: one.path):
            if path in files and context.dossier.text is not None:
                yield from _with_quotes(found, self.checkout.data(path), context)
            else:
                yield from found

    def check_registries(self) -> None:
        """Check the registries, and the forms that follow from them."""
        checkout, selection = self.checkout, self.selection
        if checkout.accepted is None:
            self.blocking.add(ACCEPTED)  # if it cannot be read, nothing is accepted
        else:
            self.n_records += ACCEPTED in selection
        if self.registries is None:
            self.blocking |= set(REGISTRIES.values())
            self.form_only |= {p for p in REGISTRIES.values() if p in selection}
            return
        listed = {kind: path for kind, path in REGISTRIES.items() if path in selection}
        self.n_records += len(listed)
        facts = None
        if "splits" in listed:
            others = sorted(checkout.documents.keys() - self.facts.keys())
            facts = self.facts | sketched(checkout, self.registries, others, self.since)
        context = Context(self.registries, documents=facts)
        for kind, path in listed.items():
            self.findings += check_record(checkout.record(path, kind), context, path)
        if "panels" in listed or f"schema/{LABELS}" in selection:
            self.findings += check_forms(checkout, self.registries)

    def check_files(self) -> None:
        """Check files that are, or could be, committed, and commit messages."""
        if self.registries is None:
            return
        git, paths, since = self.checkout.git, self.selection.paths, self.since
        context = Context(self.registries, gate=gate_of(self.checkout))
        for path, read in self.checkout.tracked(paths):
            if path in self.selection:
                self.findings += check_record(TrackedFile(path, read()), context, path)
        if not context.gate.documents:
            return
        if paths is None:
            self.findings += check_record(Repository(git.answers), context, ".git")
        if paths is None or since is not None:
            after = since.revision if since and paths is not None else None
            for commit, message in git.messages(after):
                self._check_commit(commit, Committed("", message), context)
        if since is None:
            return
        # Content that a later commit removes stays in the history.
        written = list(git.written(since.base))
        contents = git.contents(blob for _, _, blob in written)
        for (commit, path, _), content in zip(written, contents, strict=True):
            if content is None:
                raise GitStop(
                    f"git lacks the content of {path} in commit {commit}: fetch the whole"
                    " history"
                )
            text = content.decode("utf-8", "replace")
            self._check_commit(commit, Committed(printable(path), text), context)

    def _check_commit(self, commit: str, held: Committed, context: Context) -> None:
        self.findings += (
            msgspec.structs.replace(finding, commit=commit)
            for finding in check_record(held, context, held.path)
        )

    def report(self) -> Report:
        """Return what was found, without what is accepted."""
        since = self.since
        # Files that kept others from being checked are reported even if not selected.
        unique = dict.fromkeys(
            finding
            for finding in self.checkout.place(self.findings)
            if finding.path in self.blocking
            or finding.path in self.selection
            or (since is not None and finding.commit is not None)
        )
        report = Report(
            findings=order(unique),
            accepted=[],
            not_judged=self.not_judged,
            form_only=sorted(self.form_only),
            n_records=self.n_records,
            n_changed=len(since.paths) if since else 0,
            empty=self._empty_configs(),
        )
        report = self._without_accepted(report)
        if since is not None:  # findings in changed files come first
            changed = frozenset(map(printable, since.paths))
            report.findings.sort(key=lambda finding: finding.path not in changed)
        return report

    def _without_accepted(self, report: Report) -> Report:
        """Move accepted findings out of a report, and check the entries themselves."""
        checkout, record = self.checkout, self.checkout.accepted
        if record is None or self.registries is None:
            return report
        known = None if self.since is None else self._accepted_before(self.since)
        sifted = baseline.sift(report.findings, record, known)
        broken = {
            baseline.document_of(finding.path)
            for finding in report.findings
            if finding.code.startswith("FMT") and finding.code != CANONICAL
        }
        problems = baseline.unfounded(
            record,
            sifted,
            lambda path: (
                path in self.selection and baseline.document_of(path) not in broken
            ),
            lambda path: (checkout.root / path).exists(),
            report.not_judged,
        )
        found = [problem.finding(ACCEPTED) for problem in problems]
        if ACCEPTED in self.selection:
            found += check_record(record, Context(self.registries), ACCEPTED)
        return report._replace(
            findings=order([*sifted.findings, *checkout.place(found)]),
            accepted=sifted.accepted,
            n_new_accepted=sifted.n_new,
        )

    def _accepted_before(self, since: Changes) -> set[baseline.Key]:
        """Return what was accepted at the commit where this branch began."""
        data = self.checkout.git.held(since.base, [ACCEPTED])[ACCEPTED]
        if data is None:
            return set()
        raw = record_file.RawFile(ACCEPTED, "accepted", data)
        record, _ = record_file.decode(raw, self.checkout.schemas)
        return set(map(baseline.key_of, record.accepted)) if record else set()

    def _empty_configs(self) -> tuple[str, ...]:
        """Return the configs without rows; none where that cannot be known."""
        registries = self.registries
        is_known = registries and self.n_documents and not self.blocking - {ACCEPTED}
        if not is_known or self.selection.paths is not None:
            return ()
        held = {name for name in _CONFIGS if getattr(registries, name, None)}
        held |= self.layers
        return tuple(
            config
            for name, configs in _CONFIGS.items()
            if name not in held
            for config in configs
        )


_CONFIGS = {
    "claim": ("claim", "claim_votes"),
    "stance": ("stance", "stance_votes"),
    "actor": ("actor", "actor_votes"),
    "source": ("source_type", "source_type_votes"),
    "actors": ("actor_registry",),
    "outlets": ("outlet_registry",),
    "panels": ("panel",),
    "annotators": ("annotator",),
}
"""Layer or registry to the configs made from it."""

EMPTY = tuple(config for configs in _CONFIGS.values() for config in configs)
"""Every config that may have no rows."""


def _layers(dossier: Dossier) -> Iterator[str]:
    """Yield the layers that have any item in a set."""
    for segment in (segment for found in dossier.sets for segment in found.segments):
        if segment.claims:
            yield from ("claim", "source")
        if segment.mentions:
            yield "actor"
        if (
            segment.panel
            or segment.stances
            or any(claim.carrier_stance for claim in segment.claims)
        ):
            yield "stance"
