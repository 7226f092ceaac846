"""The whole build: check, compile shard by shard, write both editions, read them back."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from standpoint import generated_docs
from standpoint.checks.dat import FULL
from standpoint.checks.report import Report
from standpoint.checks.run import check_corpus, gate_of
from standpoint.datasheet import PAGE, TemplateError, carried
from standpoint.records import engine
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.external import OutsideError, decode, read_bytes
from standpoint.records.findings import Finding, Level
from standpoint.records.leak import Gate
from standpoint.records.model import Registries
from standpoint.records.vocabulary import RELEASED, Inventories
from standpoint.release import card, dataset
from standpoint.release.card import Judge
from standpoint.release.citation import CitationError, citation
from standpoint.release.example import examples
from standpoint.release.parquet import SplitWriter, Written
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, REGISTRY_SPLIT, Around, Row, rows_of
from standpoint.tables.config import LAYERS
from standpoint.tables.reach import reach


class BuildError(Exception):
    """The build could not run; the message is for the user."""


class LeakError(Exception):
    """Withheld words are in the output; the last good build stays.

    Attributes:
        report: The report with the findings.
    """

    def __init__(self, report: Report) -> None:
        super().__init__("withheld words are in the output")
        self.report = report


class Job(NamedTuple):
    """A shard to compile.

    Attributes:
        root: The checkout.
        texts: Folders with texts.
        documents: Ids of its documents.
        editions: Names of the editions wanted.
    """

    root: str
    texts: tuple[str, ...]
    documents: tuple[str, ...]
    editions: tuple[str, ...]


class Shard(NamedTuple):
    """A compiled shard.

    Attributes:
        rows: (edition, config, split) to rows.
        counts: Counts of what was compiled.
        languages: Languages of the segments that have a label.
        judges: Annotators that have a set, and in which role.
        guidelines: Versions of the guidelines that sets on real reporting followed.
    """

    rows: dict[tuple[str, str, str], list[Row]]
    counts: Counter[str]
    languages: set[str]
    judges: set[Judge]
    guidelines: set[str]

    def add(self, other: "Shard") -> None:
        """Add everything but the rows of another shard."""
        self.counts.update(other.counts)
        self.languages.update(other.languages)
        self.judges.update(other.judges)
        self.guidelines.update(other.guidelines)


def _empty() -> Shard:
    return Shard({}, Counter(), set(), set(), set())


class Built(NamedTuple):
    """What a build wrote.

    Attributes:
        report: What the check found.
        folders: Edition to its folder; empty when errors stopped the build.
        written: Edition to config to split to what was written.
        counts: Counts of documents, segments, sets and so on.
        stale: A full edition of an earlier build that was left as it is, or None.
        old_datasheet: Whether the datasheet was left out because it is out of date or was
            edited by hand.
    """

    report: Report
    folders: dict[str, Path]
    written: dict[str, dict[str, dict[str, Written]]]
    counts: dict[str, int]
    stale: Path | None
    old_datasheet: bool = False


def build(
    checkout: Checkout,
    texts: tuple[Path, ...],
    out: Path,
    step: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    *,
    verify: bool = False,
) -> Built:
    """Check and compile a checkout.

    Args:
        checkout: The checkout.
        texts: The folders with texts that the checkout was given.
        out: Folder for the editions.
        step: Called with the name of the step, how much of it is done and of how much.
        verify: Whether to read each edition back before it takes its place.

    Raises:
        BuildError: If there is nothing to build, or it does not load.
    """
    report = check_corpus(checkout, step=lambda done, every: step("check", done, every))
    registries = checkout.registries
    if has_errors(report.findings) or registries is None:
        return Built(report, {}, {}, {}, None)
    if not checkout.documents:
        raise BuildError("there are no documents to build from")
    name = registries.dataset.name
    _checkout.cache_clear()  # the files may have changed since an earlier build
    gate = gate_of(checkout)
    editions = ("public", "full") if gate.documents else ("public",)
    folders = {e: out / (name + (FULL if e == "full" else "")) for e in editions}
    jobs = [
        Job(str(checkout.root), tuple(map(str, texts)), documents, editions)
        for documents in engine.shards(list(checkout.documents))
    ]
    with ExitStack() as stack:
        staging = {e: stack.enter_context(engine.staged(f)) for e, f in folders.items()}
        writer = _Writer(checkout, registries, staging, gate)
        for number, shard in enumerate(engine.run(compile_shard, jobs), 1):
            writer.add(shard)
            step("compile", number, len(jobs))
        written = writer.close()
        if writer.leaks:
            findings = [*report.findings, *writer.leaks]
            raise LeakError(report._replace(findings=findings))
        for number, folder in enumerate(staging.values() if verify else (), 1):
            done = verify_apart(folder)
            if done.returncode:
                raise BuildError(f"the build does not load: {done.stdout}{done.stderr}")
            step("read back", number, len(staging))
    full = out / (name + FULL)
    stale = full if "full" not in folders and full.is_dir() else None
    old = writer.datasheet is None
    return Built(report, folders, written, writer.counts, stale, old)


# compile


@lru_cache(maxsize=1)
def _checkout(root: str, texts: tuple[str, ...]) -> Checkout:
    return Checkout(Path(root), [Path(folder) for folder in texts])


def compile_shard(job: Job) -> Shard:
    """Compile the documents of a shard: a pure function of the files it names."""
    checkout = _checkout(job.root, job.texts)
    registries = checkout.registries
    if registries is None:
        raise BuildError("the registries changed while building")
    shard, splits = _empty(), registries.splits
    groups = {d: group.id for group in splits.groups for d in group.documents}
    places = {e.document: (e.split, groups[e.document]) for e in splits.ledger}
    for document in job.documents:
        dossier = checkout.dossier(document)
        if dossier is None:
            raise BuildError(f"{document} changed while building")
        around = Around(
            dossier, registries, checkout.schemas.inventories, None, *places[document]
        )
        _compile(around, job.editions, shard)
    return shard


def _compile(around: Around, editions: tuple[str, ...], shard: Shard) -> None:
    """Add one document to a shard."""
    dossier, document = around.dossier, around.dossier.document
    released = document.rights.text_release == RELEASED
    resolved = resolve(dossier, around.registries.annotators)
    for edition in editions:
        text = dossier.text if released or edition == "full" else None
        compiled = rows_of(around._replace(text=text), resolved)
        for config, rows in compiled.items():
            key = (edition, config, around.split)
            shard.rows.setdefault(key, []).extend(rows)
    labelled = {
        row["segment_id"] for layer in LAYERS for row in compiled[f"{layer.name}_votes"]
    }
    shard.languages.update(s.language for s in document.segments if s.id in labelled)
    shard.judges.update(Judge(s.annotator, s.role) for s in dossier.sets)
    invented = around.registries.outlets[document.publisher].fictional
    if not invented:
        shard.guidelines.update(found.guidelines for found in dossier.sets)
    kind = "invented" if invented else "real"
    shard.counts.update(
        {
            "n_documents": 1,
            "n_withheld": int(not released),
            "n_segments": len(compiled["segment"]),
            "n_sets": len(dossier.sets),
            f"n_{kind}_documents": 1,
            f"n_{kind}_annotated": int(bool(dossier.sets)),
            f"n_{kind}_segments": len(compiled["segment"]),
            **{
                f"n_{kind}_{what}": n
                for what, n in _items(compiled, around.inventories)
            },
            **reach(document, compiled),
        }
    )


ITEMS = ("mentions", "claims", "chains", "sources", "panel", "stances")
"""What is counted of the resolved rows: all, as `<item>_most` those that most readers
marked, as `<item>_ties` those that are tied."""


def _items(
    compiled: dict[str, list[Row]], inventories: Inventories
) -> Iterator[tuple[str, int]]:
    """Yield the counts of the resolved items of a document."""
    panel = inventories["stance_target"].names.index("panel")
    tie = inventories["decided_by"].names.index("tie")
    rows = {
        "mentions": compiled["actor"],
        "claims": compiled["claim"],
        "sources": compiled["source_type"],
        "panel": [row for row in compiled["stance"] if row["target_kind"] == panel],
        "stances": [row for row in compiled["stance"] if row["target_kind"] != panel],
    }
    yield "chains", sum(row["n_chains"] or 0 for row in compiled["claim"])
    for what, found in rows.items():
        yield what, len(found)
        yield f"{what}_most", sum(row["exists"] is True for row in found)
        yield f"{what}_ties", sum(row["decided_by"] == tie for row in found)


# write


class _Writer:
    """Writes shards into the staging folders of the editions, in shard order."""

    def __init__(
        self,
        checkout: Checkout,
        registries: Registries,
        staging: dict[str, Path],
        gate: Gate,
    ) -> None:
        self._checkout = checkout
        self._registries = registries
        self._staging = staging
        self._inventories = checkout.schemas.inventories
        self._columns = {c.name: c.columns(self._inventories) for c in CONFIGS}
        self._open: dict[tuple[str, str, str], SplitWriter] = {}
        self._gate = gate
        self._sum = _empty()
        self.counts = self._sum.counts
        self.leaks: list[Finding] = []
        self.datasheet = carried(checkout)
        try:
            self._citation = citation(checkout.root, registries.dataset)
            self._prose = card.prose(checkout.root)
            self._carried = _carried(checkout.root)
        except (CitationError, TemplateError, OutsideError, OSError) as error:
            raise BuildError(str(error)) from None

    def add(self, shard: Shard) -> None:
        self._sum.add(shard)
        for (edition, config, split), rows in shard.rows.items():
            self._add(edition, config, split, rows)

    def _add(self, edition: str, config: str, split: str, rows: list[Row]) -> None:
        if not rows:
            return  # a split without rows would break the whole config
        key = (edition, config, split)
        if key not in self._open:
            folder = self._staging[edition]
            columns = self._columns[config]
            self._open[key] = SplitWriter(folder, config, split, columns)
        self._open[key].add(rows)
        if edition == "public":
            texts = (text for row in rows for text in strings(row))
            self._look(self._open[key].path, texts)

    def _look(self, path: str, texts: Iterable[str]) -> None:
        """Find withheld words in what goes into the public edition."""
        if not self._gate.documents:
            return
        for leak in (leak for text in texts for leak in self._gate.leaks(text)):
            self.leaks.append(
                Finding(
                    code="PUB001",
                    level=Level.ERROR,
                    path=f"public edition: {path}",
                    pointer="",
                    message=(
                        f"{leak.n_words} consecutive words of the withheld text"
                        f" {leak.document} would be published."
                    ),
                    fix="use other words in the record that this text comes from.",
                    line=leak.line,
                    column=1,
                )
            )

    def close(self) -> dict[str, dict[str, dict[str, Written]]]:
        """Write registries, card, schema and sums; return what was written."""
        for edition in self._staging:
            for config in CONFIGS:
                if config.is_registry:
                    rows = list(config.rows(self._registries, self._inventories))
                    self._add(edition, config.name, REGISTRY_SPLIT, rows)
        written: dict[str, dict[str, dict[str, Written]]] = {
            edition: {config.name: {} for config in CONFIGS}
            for edition in self._staging
        }
        for (edition, name, split), writer in sorted(self._open.items()):
            written[edition][name][split] = writer.close()
        for edition in self._staging:
            self._finish(edition, written[edition])
        return written

    def _finish(self, edition: str, written: dict[str, dict[str, Written]]) -> None:
        """Write everything around the tables of an edition."""
        folder = self._staging[edition]
        datasheet = self.datasheet or {}
        contents = card.Contents(
            registries=self._registries,
            inventories=self._inventories,
            columns=self._columns,
            written=written,
            counts=self.counts,
            languages=self._sum.languages,
            judges=self._sum.judges,
            guidelines=sorted(self._sum.guidelines),
            examples=examples(folder, self._columns, written),
            datasheet=datasheet.get(PAGE, b"").decode(),
            citation=self._citation,
            prose=self._prose,
            is_full=edition == "full",
        )
        made = {
            "README.md": card.render(contents),
            "docs/codebook.md": generated_docs.codebook(self._inventories),
            "docs/tables.md": generated_docs.tables(self._inventories),
            "labels.csv": generated_docs.legend(self._inventories),
        }
        files = {name: text.encode() for name, text in made.items()}
        for name, data in (self._carried | datasheet | files).items():
            engine.write(folder / name, data)
        dataset.write_sums(folder)
        if edition == "public":
            for name in dataset.files(folder):
                if not name.endswith(".parquet"):
                    self._look(name, [(folder / name).read_text("utf-8")])


def _carried(root: Path) -> dict[str, bytes]:
    """Return the files of the checkout that every edition has too; all are text.

    Labels mean what the guidelines say, so their earlier versions are among them. The
    guidelines refer to the page on quotes.
    """
    names = ("LICENSE", "CITATION.cff", "CHANGELOG.md")
    pages = ("docs/guidelines.md", "docs/quoted.md")
    schema = [*root.glob("schema/*.schema.json"), *root.glob("schema/cues/*.json")]
    paths = [*(root / name for name in (*names, *pages)), *schema]
    paths += (root / "docs" / "guidelines").rglob("*.md")
    found = {
        path.relative_to(root).as_posix(): read_bytes(path)
        for path in sorted(paths)
        if path.is_file()
    }
    for name, data in found.items():
        decode(data, name)
    return found


def strings(value: Any) -> Iterator[str]:
    """Yield every text in a row, all the way down."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def verify_apart(folder: Path) -> subprocess.CompletedProcess[str]:
    """Verify a dataset in a process of its own, offline and with an empty cache."""
    with tempfile.TemporaryDirectory(prefix="standpoint-") as cache:
        environment = {
            **os.environ,
            "HF_DATASETS_OFFLINE": "1",
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": cache,
            "TMPDIR": cache,  # whatever is left when interrupted goes with the cache
        }
        return subprocess.run(
            [sys.executable, "-m", "standpoint", "verify", str(folder)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
