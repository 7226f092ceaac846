"""The whole build: check and compile shard by shard, write both editions, read them back."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from standpoint import generated_docs
from standpoint.checks.baseline import document_of
from standpoint.checks.dat import FULL
from standpoint.checks.report import Report
from standpoint.checks.run import Part, Run, Selection, check_documents
from standpoint.datasheet import PAGE, TemplateError, carried
from standpoint.records import engine
from standpoint.records.cache import Cache
from standpoint.records.checkout import Checkout
from standpoint.records.engine import ALONE, Pool
from standpoint.records.external import OutsideError, decode, read_bytes
from standpoint.records.findings import Finding, Level
from standpoint.records.leak import SEPARATOR, Gate, Leak
from standpoint.records.model import Dossier, Registries
from standpoint.records.vocabulary import RELEASED
from standpoint.release import card, dataset
from standpoint.release.card import Judge
from standpoint.release.citation import CitationError, citation
from standpoint.release.dataset import TEXT_CONFIGS
from standpoint.release.example import examples
from standpoint.release.parquet import PartWriter, Written
from standpoint.resolve import resolve
from standpoint.tables import (
    BY_NAME,
    CONFIGS,
    OF_DOCUMENTS,
    REGISTRY_SPLIT,
    Around,
    Tables,
    with_resolved,
)
from standpoint.tables.claim import n_chains
from standpoint.tables.config import LAYERS
from standpoint.tables.layer import Judgement
from standpoint.tables.place import segments
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
    """A shard to check and compile.

    Attributes:
        documents: Ids of its documents.
        has_texts: Whether withheld texts may be available, which go into tables of their own.
    """

    documents: tuple[str, ...]
    has_texts: bool


class Table(NamedTuple):
    """A table of a shard.

    Attributes:
        config: Its config.
        split: Its split.
        is_full: Whether it holds withheld texts. A table that would hold the same without
            them is that of both editions.
        written: What is in its file, `file`.
    """

    config: str
    split: str
    is_full: bool
    written: Written

    @property
    def file(self) -> str:
        """Its file in the folder of the shard."""
        return _file(self.config, self.split, is_full=self.is_full)


def _file(config: str, split: str, *, is_full: bool) -> str:
    return f"{config}/{split}{FULL if is_full else ''}.parquet"


class Shard(NamedTuple):
    """A shard, checked and compiled.

    Attributes:
        part: What the check found.
        compiled: Ids of the documents in its tables: those without errors.
        tables: Its tables.
        leaks: Config to runs of withheld words in its public table.
        counts: Counts of what was compiled.
        languages: Languages of the segments that have a label.
        judges: Annotators that have a set, and in which role.
        guidelines: Versions of the guidelines that sets on real reporting followed.
    """

    part: Part
    compiled: list[str]
    tables: list[Table]
    leaks: dict[str, list[Leak]]
    counts: dict[str, int]
    languages: set[str]
    judges: set[Judge]
    guidelines: set[str]

    def add(self, other: "Shard") -> None:
        """Add everything but the tables and findings of another shard."""
        for name, n in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + n
        self.languages.update(other.languages)
        self.judges.update(other.judges)
        self.guidelines.update(other.guidelines)


def _empty() -> Shard:
    return Shard(Part(), [], [], {}, {}, set(), set(), set())


class Built(NamedTuple):
    """What a build wrote.

    Attributes:
        report: What the check found.
        folders: Edition to its folder; empty when errors stopped the build.
        written: Edition to config to split to what was written.
        counts: Counts of documents, segments, sets and so on.
        stale: A full edition of an earlier build that was left as it is, or None.
        old_datasheet: Whether the datasheet was left out because it is out of date, was
            edited by hand, or is about more documents.
        left_out: Ids of the documents that were left out because they have errors.
    """

    report: Report
    folders: dict[str, Path]
    written: dict[str, dict[str, dict[str, Written]]]
    counts: dict[str, int]
    stale: Path | None
    old_datasheet: bool = False
    left_out: tuple[str, ...] = ()


def build(
    checkout: Checkout,
    out: Path,
    step: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    *,
    verify: bool = False,
    keep_going: bool = False,
    pool: Pool = ALONE,
) -> Built:
    """Check and compile a checkout.

    Args:
        checkout: The checkout.
        out: Folder for the editions.
        step: Called with the name of the step, how much of it is done and of how much.
        verify: Whether to read each edition back before it takes its place.
        keep_going: Whether to leave out documents with errors; any other error stops the
            build.
        pool: Who does the work.

    Raises:
        BuildError: If there is nothing to build, or it does not load.
        LeakError: If the public edition would hold withheld words.
        WorkerError: If processes cannot be started, or one was killed.
    """
    run = Run(checkout, Selection(None))
    with engine.scratch(out) as parts:
        shards = list(_compiled(checkout, run, parts, step, pool))
        report, registries = run.report(), run.registries
        compiled = {document for _, shard in shards for document in shard.compiled}
        left_out = tuple(sorted(checkout.documents.keys() - compiled))
        allowed = left_out if keep_going else ()
        if registries is None or any(
            finding.level is Level.ERROR and document_of(finding.path) not in allowed
            for finding in report.findings
        ):
            return Built(report, {}, {}, {}, None)
        if not compiled:
            raise BuildError("there are no documents to build from")
        if left_out and not keep_going:
            raise BuildError(f"no check says why {left_out[0]} cannot be compiled")
        name = registries.dataset.name
        folders = {"public": out / name}
        if checkout.gate.documents:
            folders["full"] = out / (name + FULL)
        with ExitStack() as stack:
            staging = {
                e: stack.enter_context(engine.staged(f)) for e, f in folders.items()
            }
            writer = _Writer(checkout, registries, staging, is_whole=not left_out)
            written = writer.write(shards)
            if writer.leaks:
                findings = [*report.findings, *writer.leaks]
                raise LeakError(report._replace(findings=findings))
            if verify:
                _verify(staging.values())
                step("read back", len(staging), len(staging))
    full = out / (name + FULL)
    stale = full if "full" not in folders and full.is_dir() else None
    old = writer.datasheet is None
    return Built(report, folders, written, writer.counts, stale, old, left_out)


def _verify(folders: Iterable[Path]) -> None:
    done = verify_apart(folders)
    if done.returncode:
        raise BuildError(f"the build does not load: {done.stdout}{done.stderr}")


# compile


def _compiled(
    checkout: Checkout,
    run: Run,
    parts: Path,
    step: Callable[[str, int, int], None],
    pool: Pool,
) -> Iterator[tuple[Path, Shard]]:
    """Check and compile every shard; yield its folder and what is in it."""
    has_texts = checkout.has_texts
    jobs = [Job(documents, has_texts) for documents in engine.shards(run.documents)]
    place = Cache.of(checkout) or parts
    done = engine.run(compile_shard, Shard, checkout, jobs, place, pool)
    n_done = 0
    for job, (folder, shard) in zip(jobs, done, strict=True):
        run.add(shard.part)
        n_done += len(job.documents)
        step("build", n_done, len(run.documents))
        yield folder, shard


def compile_shard(checkout: Checkout, job: Job, folder: Path) -> Shard:
    """Check and compile the documents of a shard: a pure function of the files it names."""
    shard = _empty()
    compiler = _Compiler(checkout, folder, shard, has_texts=job.has_texts)
    part = check_documents(checkout, job.documents, Selection(None), compiler.add)
    return shard._replace(part=part, tables=compiler.close())


BATCH = 2_000
"""Rows that are made into columns at once: few for memory, many for speed."""


class _Compiler:
    """Compiles the documents of a shard into Parquet files."""

    def __init__(
        self, checkout: Checkout, folder: Path, shard: Shard, *, has_texts: bool
    ) -> None:
        self._checkout, self._shard = checkout, shard
        self._folder, self._has_texts = folder, has_texts
        self._waiting: dict[str, list[_Waiting]] = {}
        self._n_waiting = 0
        self._writers: dict[tuple[str, str, bool], PartWriter] = {}

    @cached_property
    def _registries(self) -> Registries:
        found = self._checkout.registries
        if found is None:
            raise LookupError(
                "no document is without errors if there are no registries"
            )
        return found

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self._checkout.schemas.inventories)

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        """Document id to its split and its story group."""
        splits = self._registries.splits
        groups = {d: group.id for group in splits.groups for d in group.documents}
        return {
            e.document: (e.split, groups.get(e.document, "")) for e in splits.ledger
        }

    def add(self, dossier: Dossier) -> None:
        """Compile one document without errors."""
        registries, document = self._registries, dossier.document
        if document.id not in self._places:
            return  # an error of the splits: there will be no build
        around = Around(
            dossier,
            registries,
            self._checkout.schemas.inventories,
            dossier.text,
            *self._places[document.id],
        )
        resolved = resolve(dossier, registries.annotators)
        around = with_resolved(around, resolved)
        _count(around, self._shard)
        self._shard.compiled.append(document.id)
        is_hidden = document.rights.text_release != RELEASED
        for config in OF_DOCUMENTS:
            items = list(BY_NAME[config].sources(around))
            waiting = _Waiting(items, around.split, is_hidden=is_hidden)
            self._waiting.setdefault(config, []).append(waiting)
            self._n_waiting += len(items)
        if self._n_waiting >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Make columns of what is waiting."""
        for config, found in self._waiting.items():
            for split in sorted({waiting.split for waiting in found}):
                self._write(config, split, [w for w in found if w.split == split])
        self._waiting, self._n_waiting = {}, 0

    def _write(self, config: str, split: str, waiting: "list[_Waiting]") -> None:
        table = self._tables[config].of([item for w in waiting for item in w.items])
        if not table.num_rows:
            return
        public = table
        if config in TEXT_CONFIGS and self._has_texts:
            hidden = [w.is_hidden for w in waiting for _ in w.items]
            public = without_texts(table, hidden)
            self._writer(config, split, is_full=True).add(table)
        self._writer(config, split, is_full=False).add(public)
        if leaks := withheld_words(public, self._checkout.gate):
            self._shard.leaks.setdefault(config, []).extend(leaks)

    def _writer(self, config: str, split: str, *, is_full: bool) -> PartWriter:
        key = (config, split, is_full)
        if key not in self._writers:
            file = self._folder / _file(config, split, is_full=is_full)
            self._writers[key] = PartWriter(file, self._tables[config].schema)
        return self._writers[key]

    def close(self) -> list[Table]:
        """Write what is waiting; return the tables."""
        self._flush()
        closed = ((key, writer.close()) for key, writer in self._writers.items())
        return [Table(*key, written) for key, written in closed if written]


class _Waiting(NamedTuple):
    """What the rows of a config of one document are made of."""

    items: list[Any]
    split: str
    is_hidden: bool


def without_texts(table: Any, hidden: list[bool]) -> Any:
    """Return a table without the words of withheld texts.

    Args:
        table: The `pyarrow.Table`, with a column `text`.
        hidden: For each row, whether its text is withheld.
    """
    import pyarrow as pa

    if not any(hidden):
        return table
    place = table.schema.get_field_index("text")
    # What is taken from nowhere is null, and its bytes are not there.
    shown = [None if is_hidden else n for n, is_hidden in enumerate(hidden)]
    words = table.column(place).take(pa.array(shown, pa.int64()))
    return table.set_column(place, table.schema.field(place), words)


def withheld_words(table: Any, gate: Gate) -> list[Leak]:
    """Return the runs of withheld words in the texts of a table."""
    if not gate.documents:
        return []
    found = {text for column in table.columns for text in strings(column)}
    return gate.leaks(SEPARATOR.join(sorted(found)))


def strings(array: Any) -> Iterator[str]:
    """Yield the texts of an Arrow array, all the way down, each about once.

    Left out is what has no blank, as ids: they were looked at in the records.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(array, pa.ChunkedArray):
        for chunk in array.chunks:
            yield from strings(chunk)
    elif pa.types.is_struct(array.type):
        for inner in array.flatten():
            yield from strings(inner)
    elif pa.types.is_list(array.type):
        yield from strings(array.flatten())
    elif pa.types.is_string(array.type):
        has_blank = pc.match_substring_regex(array, "[^!-~]")
        yield from array.filter(has_blank).unique().to_pylist()


def _count(around: Around, shard: Shard) -> None:
    """Count what is in a document."""
    dossier, document, resolved = around.dossier, around.document, around.resolved
    groups = [group for layer in LAYERS for group in resolved[layer.name]]
    shard.languages.update(group.segment.language for group in groups)
    shard.judges.update(Judge(s.annotator, s.role) for s in dossier.sets)
    invented = around.registries.outlets[document.publisher].fictional
    if not invented:
        shard.guidelines.update(found.guidelines for found in dossier.sets)
    kind = "invented" if invented else "real"
    n_segments = len(list(segments(around)))
    counts = {
        "n_documents": 1,
        "n_withheld": int(document.rights.text_release != RELEASED),
        "n_segments": n_segments,
        "n_sets": len(dossier.sets),
        f"n_{kind}_documents": 1,
        f"n_{kind}_annotated": int(bool(dossier.sets)),
        f"n_{kind}_segments": n_segments,
        **{f"n_{kind}_{what}": n for what, n in _items(around)},
        **reach(document, [group.exists for group in resolved["claim"]]),
    }
    for name, n in counts.items():
        shard.counts[name] = shard.counts.get(name, 0) + n


ITEMS = ("mentions", "claims", "chains", "sources", "panel", "stances")
"""What is counted of the resolved rows: all, as `<item>_most` those that most readers
marked, as `<item>_ties` those that are tied."""


def _items(around: Around) -> Iterator[tuple[str, int]]:
    """Yield the counts of the resolved items of a document."""
    resolved = around.resolved
    stances = resolved["stance"]
    found = {
        "mentions": resolved["actor"],
        "claims": resolved["claim"],
        "sources": resolved["source_type"],
        "panel": [g for g in stances if g.taken.item.kind == "panel"],
        "stances": [g for g in stances if g.taken.item.kind != "panel"],
    }
    claims = (Judgement(around, group, group.taken) for group in resolved["claim"])
    yield "chains", sum(n_chains(claim) or 0 for claim in claims)
    for what, groups in found.items():
        yield what, len(groups)
        yield f"{what}_most", sum(group.exists is True for group in groups)
        ties = (next(iter(group.labels.values())).decided_by for group in groups)
        yield f"{what}_ties", sum(how == "tie" for how in ties)


# write


class _Writer:
    """Puts the tables of all shards into the staging folders of the editions."""

    def __init__(
        self,
        checkout: Checkout,
        registries: Registries,
        staging: dict[str, Path],
        *,
        is_whole: bool,
    ) -> None:
        self._registries = registries
        self._staging = staging
        self._inventories = checkout.schemas.inventories
        self._tables = Tables(self._inventories)
        self._gate = checkout.gate
        self._sum = _empty()
        self.counts = self._sum.counts
        self.leaks: list[Finding] = []
        self.datasheet = carried(checkout) if is_whole else None
        try:
            self._citation = citation(checkout.root, registries.dataset)
            self._prose = card.prose(checkout.root)
            self._carried = _carried(checkout.root)
        except (CitationError, TemplateError, OutsideError, OSError) as error:
            raise BuildError(str(error)) from None

    def write(
        self, shards: Sequence[tuple[Path, Shard]]
    ) -> dict[str, dict[str, dict[str, Written]]]:
        """Write everything; return edition to config to split to what was written."""
        for _, shard in shards:
            self._sum.add(shard)
            for config, leaks in shard.leaks.items():
                self._report(f"data/{config}", leaks)
        written: dict[str, dict[str, dict[str, Written]]] = {}
        for edition, folder in self._staging.items():
            found: dict[tuple[str, str], list[tuple[Path, Written]]] = {}
            for part, shard in shards:
                for table in _of_edition(shard.tables, edition):
                    key = (table.config, table.split)
                    entry = (part / table.file, table.written)
                    found.setdefault(key, []).append(entry)
            written[edition] = {config.name: {} for config in CONFIGS}
            for (config, split), files in sorted(found.items()):
                parts = [one for _, one in files]
                written[edition][config][split] = Written.joined(parts)
                for number, (file, _) in enumerate(files):
                    name = dataset.data_file(config, split, number, len(files))
                    _copy(file, folder / name)
            written[edition] |= self._registries_into(folder)
            self._finish(edition, written[edition])
        return written

    def _registries_into(self, folder: Path) -> dict[str, dict[str, Written]]:
        """Write the configs of the registries; return what was written."""
        found = {}
        for config in CONFIGS:
            if config.is_registry:
                table = self._tables[config.name].of(
                    list(config.sources(self._registries))
                )
                name = dataset.data_file(config.name, REGISTRY_SPLIT, 0, 1)
                writer = PartWriter(folder / name, table.schema)
                writer.add(table)
                done = writer.close()
                found[config.name] = {REGISTRY_SPLIT: done} if done else {}
                self._report(name, withheld_words(table, self._gate))
        return found

    def _report(self, path: str, leaks: Iterable[Leak]) -> None:
        """Turn withheld words in the public edition into findings."""
        for leak in leaks:
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

    def _finish(self, edition: str, written: dict[str, dict[str, Written]]) -> None:
        """Write everything around the tables of an edition."""
        folder = self._staging[edition]
        datasheet = self.datasheet or {}
        contents = card.Contents(
            registries=self._registries,
            inventories=self._inventories,
            columns={name: table.columns for name, table in self._tables.items()},
            written=written,
            counts=self.counts,
            languages=self._sum.languages,
            judges=self._sum.judges,
            guidelines=sorted(self._sum.guidelines),
            examples=examples(folder, self._tables),
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
                    text = (folder / name).read_text("utf-8")
                    self._report(name, self._gate.leaks(text))


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


def _of_edition(tables: Iterable[Table], edition: str) -> Iterator[Table]:
    """Yield the tables of an edition; the full one has that without texts elsewhere."""
    found = {(one.config, one.split, one.is_full): one for one in tables}
    for (config, split, is_full), table in found.items():
        if edition == "public":
            if not is_full:
                yield table
        elif is_full or (config, split, True) not in found:
            yield table


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def verify_apart(folders: Iterable[Path]) -> subprocess.CompletedProcess[str]:
    """Verify datasets in a process of its own, offline and with an empty cache."""
    with tempfile.TemporaryDirectory(prefix="standpoint-") as cache:
        environment = {
            **os.environ,
            "HF_DATASETS_OFFLINE": "1",
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": cache,
            "TMPDIR": cache,  # whatever is left when interrupted goes with the cache
        }
        return subprocess.run(
            [sys.executable, "-m", "standpoint", "verify", *map(str, folders)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
