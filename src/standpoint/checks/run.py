"""Run every check on a checkout, shard by shard.

A shard of documents with their sets is a pure function of files: `check_documents`. Then
come the registries, then all files that are or could be committed. What was found is a
`Report`. A build does the same, and compiles each document on the way.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

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
from standpoint.checks.pub import is_private
from standpoint.checks.report import Report
from standpoint.forms.convert import form
from standpoint.forms.form import DECIDE, PANEL, PASSES
from standpoint.forms.label_coverage import offer
from standpoint.records import engine, record_file
from standpoint.records.cache import Cache
from standpoint.records.checkout import (
    ACCEPTED,
    REGISTRIES,
    TEXTS,
    Checkout,
    has_errors,
)
from standpoint.records.findings import (
    CHECKS,
    Finding,
    check_record,
    order,
    printable,
    shown,
)
from standpoint.records.git import Changes, GitStop
from standpoint.records.leak import SEPARATOR, Gate
from standpoint.records.lines import readable
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
    pool: engine.Pool = engine.ALONE,
) -> Report:
    """Check a checkout.

    Args:
        checkout: The checkout.
        paths: Files or folders relative to the root; None for everything.
        step: Called with the number of documents done and of all.
        since: What has changed; the commits that changed it are checked too.
        pool: Who does the work.

    Raises:
        GitStop: If git fails.
        WorkerError: If processes cannot be started, or one was killed.
    """
    run = Run(checkout, Selection(paths), since)
    jobs = [ShardJob(s, run.selection.paths) for s in engine.shards(run.documents)]
    cache = Cache.of(checkout) if run.selection.paths is None else None
    done = 0
    with tempfile.TemporaryDirectory(prefix="standpoint-") as scratch:
        place = cache or Path(scratch)
        parts = engine.run(check_shard, Part, checkout, jobs, place, pool)
        for job, (_, part) in zip(jobs, parts, strict=True):
            run.add(part)
            done += len(job.documents)
            step(done, len(run.documents))
    return run.report()


class ShardJob(NamedTuple):
    """A shard to check.

    Attributes:
        documents: Ids of its documents.
        paths: Files or folders to check; None for everything.
    """

    documents: tuple[str, ...]
    paths: list[str] | None


class Part(msgspec.Struct):
    """What the check of some documents found.

    Attributes:
        findings: Findings with their lines.
        facts: Document id to what checks of the whole corpus need.
        not_judged: Document id to the codes that were skipped.
        blocking: Files that kept others from being checked: reported in any case.
        form_only: Record files of which only the syntax was checked.
        layers: What the sets hold.
        suspects: Record files that may hold what may not be published, or cannot be read:
            they are looked at as files.
        n_records: Records that were read.
        n_documents: Documents that could be read.
    """

    findings: list[Finding] = []
    facts: dict[str, DocumentFacts] = {}
    not_judged: dict[str, list[str]] = {}
    blocking: set[str] = set()
    form_only: set[str] = set()
    layers: set[str] = set()
    suspects: set[str] = set()
    n_records: int = 0
    n_documents: int = 0

    def add(self, other: "Part") -> None:
        """Add what another part found."""
        self.findings += other.findings
        self.facts |= other.facts
        self.not_judged |= other.not_judged
        self.blocking |= other.blocking
        self.form_only |= other.form_only
        self.layers |= other.layers
        self.suspects |= other.suspects
        self.n_records += other.n_records
        self.n_documents += other.n_documents


def check_shard(checkout: Checkout, job: ShardJob, _: Path) -> Part:
    """Check the documents of a shard."""
    return check_documents(checkout, job.documents, Selection(job.paths))


def check_documents(
    checkout: Checkout,
    documents: Iterable[str],
    selection: "Selection",
    then: Callable[[Dossier], None] = lambda _dossier: None,
) -> Part:
    """Check some documents with their sets.

    Args:
        checkout: The checkout.
        documents: Their ids.
        selection: The files to check.
        then: Called with each document that could be read and has no error.
    """
    part = Part()
    _ = checkout.registries, checkout.documents
    checkout.drain()  # a `Run` reports these, once
    for document in documents:
        found = list(_check_document(checkout, document, selection, part, then))
        part.findings += checkout.place(found)
    return part


def _check_document(
    checkout: Checkout,
    document: str,
    selection: "Selection",
    part: Part,
    then: Callable[[Dossier], None],
) -> Iterator[Finding]:
    """Yield what is wrong with a document and its sets; the rest goes into the part."""
    registries, path = checkout.registries, checkout.documents[document]
    dossier = checkout.dossier(document)
    files = {path, *checkout.sets_of(document)}
    if dossier is not None and registries is not None:
        files -= set(dossier.paths.values())
    part.form_only |= {path for path in files if path in selection}
    part.suspects |= files
    if dossier is None:
        part.facts[document] = UNREADABLE
        part.blocking.add(path)
        yield from checkout.drain()
        return
    paths = [path for path in dossier.paths.values() if path in selection]
    part.n_records += len(paths)
    part.n_documents += 1
    part.layers.update(_layers(dossier))
    if dossier.text is None:
        part.not_judged[document] = sorted(
            check.code for check in CHECKS.values() if check.needs_text
        )
    if registries is None:
        yield from checkout.drain()
        return
    in_words = REGISTRIES["splits"] in selection
    part.facts[document] = facts_of(dossier, registries, in_words=in_words)
    context = Context(registries, dossier=dossier)
    found = [
        *_check_dossier(dossier, context, paths),
        *_of_files(checkout, files, context),
    ]
    part.suspects |= {found.path for found in found if found.code.startswith("FMT")}
    if _is_suspect(context.strings([dossier.document, *dossier.sets]), checkout.gate):
        part.suspects.update(dossier.paths.values())
    yield from found
    if not has_errors(found):
        then(dossier)


def _is_suspect(strings: Iterable[str], gate: Gate) -> bool:
    """Tell whether strings may hold what the family PUB finds in files."""
    found = list(strings)
    if any(is_private(string) for string in found):
        return True
    return bool(gate.leaks(SEPARATOR.join(found))) if gate.documents else False


def _of_files(
    checkout: Checkout, files: set[str], context: Context
) -> Iterator[Finding]:
    """Yield what was wrong with files so far; with words for sets of wrong form."""
    for path, found in groupby(checkout.drain(), lambda one: one.path):
        if path in files and context.dossier.text is not None:
            yield from _with_quotes(found, checkout.data(path), context)
        else:
            yield from found


def check_dossier(
    dossier: Dossier, registries: Registries, paths: Collection[str] | None = None
) -> Iterator[Finding]:
    """Run every check on a document and its sets.

    Args:
        dossier: The document with its sets.
        registries: The registries.
        paths: Files of these records to check; None for all.
    """
    yield from _check_dossier(dossier, Context(registries, dossier=dossier), paths)


def _check_dossier(
    dossier: Dossier, context: Context, paths: Collection[str] | None
) -> Iterator[Finding]:
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


class Run:
    """A check of a checkout, to which parts are added; then it is asked for the report.

    Args:
        checkout: The checkout.
        selection: The files to check.
        since: What has changed; the commits that changed it are checked too.

    Attributes:
        documents: Ids of the documents to check, in parts.
    """

    def __init__(
        self,
        checkout: Checkout,
        selection: Selection,
        since: Changes | None = None,
    ) -> None:
        """Begin with nothing found."""
        self.checkout, self.selection, self.since = checkout, selection, since
        self.registries = checkout.registries
        self.documents = selection.documents(checkout)
        self._unplaced = checkout.drain()
        self._sum = Part()

    def add(self, part: Part) -> None:
        """Add what the check of some documents found."""
        self._sum.add(part)

    def report(self) -> Report:
        """Check the registries and all other files, and return what was found.

        Raises:
            GitStop: If git fails.
        """
        self._check_registries()
        self.selection.find_strays(self.checkout)
        self._unplaced += self.checkout.drain()
        self._check_files()
        self._unplaced += self.checkout.drain()
        return self._report()

    def _check_registries(self) -> None:
        """Check the registries, and the forms that follow from them."""
        checkout, selection = self.checkout, self.selection
        if checkout.accepted is None:
            self._sum.blocking.add(
                ACCEPTED
            )  # if it cannot be read, nothing is accepted
        else:
            self._sum.n_records += ACCEPTED in selection
        if self.registries is None:
            self._sum.blocking |= set(REGISTRIES.values())
            self._sum.form_only |= {p for p in REGISTRIES.values() if p in selection}
            return
        listed = {kind: path for kind, path in REGISTRIES.items() if path in selection}
        self._sum.n_records += len(listed)
        facts = None
        if "splits" in listed:
            others = sorted(checkout.documents.keys() - self._sum.facts.keys())
            facts = self._sum.facts | sketched(
                checkout, self.registries, others, self.since
            )
        context = Context(self.registries, documents=facts)
        for kind, path in listed.items():
            self._unplaced += check_record(checkout.record(path, kind), context, path)
        if "panels" in listed or f"schema/{LABELS}" in selection:
            self._unplaced += check_forms(checkout, self.registries)

    def _check_files(self) -> None:
        """Check files that are, or could be, committed, and commit messages."""
        if self.registries is None:
            return
        git, paths, since = self.checkout.git, self.selection.paths, self.since
        context = Context(self.registries, gate=self.checkout.gate)
        clean = self._clean()
        for path, read in self.checkout.tracked(paths):
            if path in self.selection and path not in clean:
                self._unplaced += check_record(TrackedFile(path, read), context, path)
        if not context.gate.documents:
            return
        if paths is None:
            self._unplaced += check_record(Repository(git.answers), context, ".git")
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
            text = readable(path, content).decode("utf-8", "replace")
            self._check_commit(commit, Committed(printable(path), text), context)

    def _clean(self) -> set[str]:
        """Return the record files that hold nothing that may not be published.

        Their strings were looked at when they were checked.
        """
        found = set()
        for document in self._sum.facts:
            found.add(self.checkout.documents[document])
            found.update(self.checkout.sets_of(document))
        return found - self._sum.suspects

    def _check_commit(self, commit: str, held: Committed, context: Context) -> None:
        self._unplaced += (
            msgspec.structs.replace(finding, commit=commit)
            for finding in check_record(held, context, held.path)
        )

    def _report(self) -> Report:
        """Return what was found, without what is accepted."""
        since = self.since
        # Files that kept others from being checked are reported even if not selected.
        unique = dict.fromkeys(
            finding
            for finding in (
                *self._sum.findings,
                *self.checkout.place(self._unplaced),
            )
            if finding.path in self._sum.blocking
            or finding.path in self.selection
            or (since is not None and finding.commit is not None)
        )
        report = Report(
            findings=order(unique),
            accepted=[],
            not_judged=self._sum.not_judged,
            form_only=sorted(self._sum.form_only),
            n_records=self._sum.n_records,
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
            checkout.holds,
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
        is_known = (
            registries and self._sum.n_documents and not self._sum.blocking - {ACCEPTED}
        )
        if not is_known or self.selection.paths is not None:
            return ()
        held = {name for name in _CONFIGS if getattr(registries, name, None)}
        held |= self._sum.layers
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
