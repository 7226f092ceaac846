"""The step `check`: run every check over a checkout, document by document."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

import msgspec

from standpoint import checks
from standpoint.checks import (
    Committed,
    Context,
    DocumentFacts,
    Repository,
    TrackedFile,
    baseline,
)
from standpoint.checks.paragraph_cache import UNREADABLE, facts_of, sketched
from standpoint.forms.convert import form
from standpoint.forms.form import DECIDE, PANEL, PASSES
from standpoint.forms.label_coverage import offer
from standpoint.records import record_file
from standpoint.records.checkout import ACCEPTED, REGISTRIES, TEXTS, Checkout
from standpoint.records.findings import Finding, order, printable
from standpoint.records.git import Changes, GitStop
from standpoint.records.leak import Gate
from standpoint.records.model import AcceptedFinding, Dossier, Registries
from standpoint.records.schema import LABELS


class Report(NamedTuple):
    """What a check found.

    Attributes:
        findings: Findings, sorted by place; those in changed files first.
        accepted: Those that are accepted for a while, with the entry that says so.
        not_judged: Document id to the codes that need its text, where it is not at hand.
        form_only: Record files of which the form alone was judged: they cannot be read,
            or what they belong to cannot.
        n_records: Records that were read.
        n_changed: Files that changed; 0 too where that was not asked.
        n_before: Warnings on files that did not change, left out since they were there
            before.
        n_new_accepted: Findings that only entries of this branch accept: they count until
            the entries are merged.
        empty: Configs that would have no rows, so that the dataset would lack them;
            told where everything is judged.
    """

    findings: list[Finding]
    accepted: list[tuple[Finding, AcceptedFinding]]
    not_judged: dict[str, list[str]]
    form_only: list[str]
    n_records: int
    n_changed: int
    n_before: int = 0
    n_new_accepted: int = 0
    empty: tuple[str, ...] = ()


def judge(
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
        since: What has changed; the messages of the commits that did it are judged too.

    Raises:
        GitStop: If git does not answer.
    """
    wanted = Wanted(paths)
    registries = checkout.registries
    seen = _Seen()
    documents = wanted.documents(checkout)
    for number, document in enumerate(documents, 1):
        _judge_document(checkout, document, wanted, seen)
        step(number, len(documents))
    if registries is None:
        seen.blocking |= set(REGISTRIES.values())
        seen.form_only |= {path for path in REGISTRIES.values() if path in wanted}
    else:
        _judge_registries(checkout, registries, wanted, seen, since)
    if checkout.accepted is None:
        seen.blocking.add(ACCEPTED)  # nothing is accepted if it cannot be read
    else:
        seen.n_records += ACCEPTED in wanted
    wanted.look_around(checkout)
    seen.findings += checkout.drain()
    seen.findings += judge_files(checkout, wanted, since)
    seen.findings += checkout.drain()
    # What kept a file from being judged is said whatever was asked for.
    unique = dict.fromkeys(
        finding
        for finding in checkout.place(seen.findings)
        if finding.path in seen.blocking
        or finding.path in wanted
        or (since is not None and finding.commit is not None)
    )
    report = Report(
        order(unique),
        [],
        seen.not_judged,
        sorted(seen.form_only),
        seen.n_records,
        len(since.paths) if since else 0,
        empty=_empty(seen, registries) if wanted.paths is None else (),
    )
    report = _accepted(checkout, wanted, report, since)
    if since is not None:  # what somebody did comes before what it is near to
        changed = frozenset(map(printable, since.paths))
        report.findings.sort(key=lambda finding: finding.path not in changed)
    return report


def _accepted(
    checkout: Checkout, wanted: "Wanted", report: Report, since: Changes | None
) -> Report:
    """Take what is accepted out of a report, and judge the entries that accept it."""
    record, registries = checkout.accepted, checkout.registries
    if record is None or registries is None:
        return report
    known = None if since is None else _known_before(checkout, since)
    sifted = baseline.sift(report.findings, record, known)
    broken = {
        baseline.document_of(found.path)
        for found in report.findings
        if found.code.startswith("FMT") and found.code != "FMT006"
    }
    left_over = baseline.unfounded(
        record,
        sifted,
        lambda path: path in wanted and baseline.document_of(path) not in broken,
        lambda path: (checkout.root / path).exists(),
        report.not_judged,
    )
    context = Context(registries)
    found = [
        finding
        for judged in ((record,) if ACCEPTED in wanted else (), left_over)
        for one in judged
        for finding in checks.judge(one, context, ACCEPTED)
    ]
    findings = order([*sifted.findings, *checkout.place(found)])
    return report._replace(
        findings=findings, accepted=sifted.accepted, n_new_accepted=sifted.n_new
    )


def _known_before(checkout: Checkout, since: Changes) -> set[baseline.Key]:
    """Return what was accepted at the commit at which a line of work began."""
    data = checkout.git.held(since.base, [ACCEPTED])[ACCEPTED]
    if data is None:
        return set()
    record, _ = record_file.decode(
        record_file.RawFile(ACCEPTED, "accepted", data), checkout.schemas
    )
    return set(map(baseline.key_of, record.accepted)) if record is not None else set()


_HOLDING = {
    "claim": ("claim", "claim_votes"),
    "stance": ("stance", "stance_votes"),
    "actor": ("actor", "actor_votes"),
    "source": ("source_type", "source_type_votes"),
    "actors": ("actor_registry",),
    "outlets": ("outlet_registry",),
    "panels": ("panel",),
    "annotators": ("annotator",),
}
"""What the corpus holds to the configs that rest on it."""

EMPTY = tuple(config for configs in _HOLDING.values() for config in configs)
"""Every config that may have no rows."""


def _empty(seen: "_Seen", registries: Registries | None) -> tuple[str, ...]:
    """Return the configs without rows; nothing where that cannot be told."""
    if registries is None or not seen.n_documents or seen.blocking - {ACCEPTED}:
        return ()
    held = {name for name in _HOLDING if getattr(registries, name, None)} | seen.held
    return tuple(
        config
        for what, configs in _HOLDING.items()
        if what not in held
        for config in configs
    )


def _held(dossier: Dossier) -> Iterator[str]:
    """Yield the layers in which anybody marked anything."""
    for judged in (judged for found in dossier.sets for judged in found.segments):
        if judged.claims:
            yield from ("claim", "source")
        if judged.mentions:
            yield "actor"
        if (
            judged.panel
            or judged.stances
            or any(claim.carrier_stance for claim in judged.claims)
        ):
            yield "stance"


class Wanted:
    """The files that are to be judged.

    Args:
        paths: Files or folders relative to the root; None for everything.
    """

    def __init__(self, paths: Iterable[str] | None) -> None:
        """Remember the paths."""
        self.paths = None if paths is None else sorted(set(paths))
        self._named = frozenset(map(printable, self.paths or ()))

    def __contains__(self, path: str) -> bool:
        """Tell whether a path is one of them, or below one."""
        if self.paths is None or "." in self._named:
            return True
        path = printable(path)
        while path and path not in self._named:
            path = path.rpartition("/")[0]
        return bool(path)

    @property
    def is_narrow(self) -> bool:
        """Whether single documents are wanted, so that the others need not be listed."""
        return not any(path in self for path in ("annotations", "corpus/documents"))

    def documents(self, checkout: Checkout) -> list[str]:
        """Return the documents of which the record or a set is wanted."""
        known = checkout.documents
        if not self.is_narrow:
            return list(known)
        return sorted(known.keys() & self._ids())

    def _ids(self) -> set[str]:
        """Return the ids of documents that the paths name."""
        found = set()
        for path in self.paths or ():
            first, _, rest = path.partition("/")
            if first == "annotations":
                found.add(rest.partition("/")[0])
            elif path.startswith("corpus/documents/"):
                found.add(path.rpartition("/")[2].removesuffix(".json"))
        return found - {""}

    def look_around(self, checkout: Checkout) -> None:
        """Let files be found that lie where no document leads to them."""
        if not self.is_narrow:
            _ = checkout.sets
        if TEXTS in self or any(path.startswith(TEXTS) for path in self.paths or ()):
            checkout.look_at_texts()
        for document in self._ids():
            checkout.sets_of(document)


class _Seen:
    """What a check has gathered so far."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.facts: dict[str, DocumentFacts] = {}
        self.not_judged: dict[str, list[str]] = {}
        self.blocking: set[str] = set()
        self.form_only: set[str] = set()
        self.n_records = 0
        self.n_documents = 0
        self.held: set[str] = set()


def _judge_document(
    checkout: Checkout, document: str, wanted: Wanted, seen: "_Seen"
) -> None:
    dossier = checkout.dossier(document)
    files = {checkout.documents[document], *checkout.sets_of(document)}
    if dossier is not None and checkout.registries is not None:
        files -= set(dossier.paths.values())
    seen.form_only |= {path for path in files if path in wanted}
    if dossier is None:
        seen.facts[document] = UNREADABLE
        seen.blocking.add(checkout.documents[document])
        return
    paths = [path for path in dossier.paths.values() if path in wanted]
    seen.n_records += len(paths)
    seen.n_documents += 1
    seen.held.update(_held(dossier))
    if dossier.text is None:
        seen.not_judged[document] = checks.text_codes()
    if checkout.registries is not None:
        seen.facts[document] = facts_of(
            dossier, checkout.registries, in_words=REGISTRIES["splits"] in wanted
        )
        seen.findings += judge_dossier(dossier, checkout.registries, paths)
        seen.findings += _with_words(checkout, dossier, checkout.registries, files)


def _with_words(
    checkout: Checkout, dossier: Dossier, registries: Registries, files: set[str]
) -> Iterator[Finding]:
    """Yield what was found of files so far; in sets of wrong form with the words of items."""
    context = Context(registries, dossier=dossier)
    for path, found in groupby(checkout.drain(), lambda finding: finding.path):
        if path in files and dossier.text is not None:
            yield from checks.with_words(found, checkout.data(path), context)
        else:
            yield from found


def _judge_registries(
    checkout: Checkout,
    registries: Registries,
    wanted: Wanted,
    seen: "_Seen",
    since: Changes | None,
) -> None:
    listed = {kind: path for kind, path in REGISTRIES.items() if path in wanted}
    seen.n_records += len(listed)
    facts = None
    if "splits" in listed:
        others = sorted(checkout.documents.keys() - seen.facts.keys())
        facts = seen.facts | sketched(checkout, registries, others, since)
    seen.findings += judge_corpus(checkout, registries, listed, facts)
    if "panels" in listed or f"schema/{LABELS}" in wanted:
        seen.findings += judge_forms(checkout, registries)


def judge_dossier(
    dossier: Dossier, registries: Registries, paths: Iterable[str] | None = None
) -> Iterator[Finding]:
    """Run every check on a document and its sets.

    Args:
        dossier: The document with its sets.
        registries: The registries.
        paths: Files of these records to judge; None for all.
    """
    return checks.judge_dossier(Context(registries, dossier=dossier), paths)


def judge_corpus(
    checkout: Checkout,
    registries: Registries,
    listed: Mapping[str, str],
    facts: dict[str, DocumentFacts] | None,
) -> Iterator[Finding]:
    """Run every check on registries.

    Args:
        checkout: The checkout.
        registries: Its registries.
        listed: Kind and path of those to judge.
        facts: Facts on every document, where the splits are among them.
    """
    context = Context(registries, documents=facts)
    for kind, path in listed.items():
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


def judge_files(
    checkout: Checkout, wanted: Wanted, since: Changes | None = None
) -> Iterator[Finding]:
    """Run the checks on files that are, or could be, committed, and on commit messages.

    Args:
        checkout: The checkout.
        wanted: Which files.
        since: What has changed: after it messages are judged where only some files are.
    """
    registries = checkout.registries
    if registries is None:
        return
    context = Context(registries, gate=gate_of(checkout))
    for path, read in checkout.tracked(wanted.paths):
        if path in wanted:
            file = TrackedFile(path, read())
            yield from checks.judge(file, context, path)
    if not context.gate.documents:
        return
    if wanted.paths is None:
        repository = Repository(checkout.git.answers)
        yield from checks.judge(repository, context, ".git")
    yield from _judge_history(checkout, context, wanted, since)


def _judge_history(
    checkout: Checkout, context: Context, wanted: Wanted, since: Changes | None
) -> Iterator[Finding]:
    """Judge the messages of commits, and what those since a revision brought in."""
    if wanted.paths is None or since is not None:
        after = since.revision if since and wanted.paths is not None else None
        for commit, message in checkout.git.messages(after):
            yield from _in_commit(commit, Committed("", message), context)
    if since is None:
        return
    # What a later commit takes out again stays in the history.
    written = list(checkout.git.written(since.base))
    contents = checkout.git.contents(blob for _, _, blob in written)
    for (commit, path, _), content in zip(written, contents, strict=True):
        if content is None:
            raise GitStop(
                f"git lacks the content of {path} in commit {commit}: fetch the whole"
                " history"
            )
        held = Committed(printable(path), content.decode("utf-8", "replace"))
        yield from _in_commit(commit, held, context)


def _in_commit(commit: str, held: Committed, context: Context) -> Iterator[Finding]:
    for finding in checks.judge(held, context, held.path):
        yield msgspec.structs.replace(finding, commit=commit)
