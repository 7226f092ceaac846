"""The whole build: check, compile shard by shard, write both editions, read them back."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from standpoint import generated_docs
from standpoint.checks.dat import FULL
from standpoint.checks.run import Report, gate_of, judge
from standpoint.datasheet.template import TemplateError
from standpoint.records import engine
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.external import OutsideError, decode, read_bytes
from standpoint.records.findings import Finding, Level
from standpoint.records.leak import Gate, Leak
from standpoint.records.model import Document, Dossier, Registries
from standpoint.records.schema import Inventory
from standpoint.release import card, checksums, datasheet_copy
from standpoint.release.card_body import Judge, Page, prose
from standpoint.release.citation import CitationError, citation
from standpoint.release.example import examples
from standpoint.release.parquet import SplitWriter, Written
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, REGISTRY_SPLIT, Around, Row, rows_of
from standpoint.tables.config import LAYERS
from standpoint.tables.reach import reach


class BuildError(Exception):
    """The build could not run; the message is for the user."""


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
    counts: dict[str, int]
    languages: set[str]
    judges: set[Judge]
    guidelines: set[str]


class Built(NamedTuple):
    """What a build wrote.

    Attributes:
        report: What the check found.
        folders: Edition to its folder; empty when errors stopped the build.
        written: Edition to config to split to what was written.
        counts: Counts of documents, segments, sets and so on.
        stale: A full edition of an earlier build that was left as it is, or None.
        old_datasheet: Whether the datasheet was left out: it is of other records or prose,
            or was changed since.
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
    report = judge(checkout, step=lambda done, every: step("check", done, every))
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
    old = writer.sheet.is_old
    return Built(report, folders, written, writer.counts, stale, old)


class LeakError(Exception):
    """Withheld words stand in the output; the last good build stays.

    Attributes:
        report: The report with the findings.
    """

    def __init__(self, report: Report) -> None:
        super().__init__("withheld words stand in the output")
        self.report = report


@lru_cache(maxsize=1)
def _checkout(root: str, texts: tuple[str, ...]) -> Checkout:
    return Checkout(Path(root), [Path(folder) for folder in texts])


def compile_shard(job: Job) -> Shard:
    """Compile the documents of a shard: a pure function of the files it names."""
    checkout = _checkout(job.root, job.texts)
    registries = checkout.registries
    if registries is None:
        raise BuildError("the registries changed while building")
    shard = Shard({}, {}, set(), set(), set())
    places = _places(registries)
    for document in job.documents:
        dossier = checkout.dossier(document)
        if dossier is None:
            raise BuildError(f"{document} changed while building")
        inventories = checkout.schemas.inventories
        place = places[document]
        _compile(dossier, registries, inventories, place, job.editions, shard)
    return shard


def _places(registries: Registries) -> dict[str, tuple[str, str]]:
    """Return document to split and story group."""
    groups = {
        d: group.id for group in registries.splits.groups for d in group.documents
    }
    return {e.document: (e.split, groups[e.document]) for e in registries.splits.ledger}


def _compile(
    dossier: Dossier,
    registries: Registries,
    inventories: dict[str, Inventory],
    place: tuple[str, str],
    editions: tuple[str, ...],
    shard: Shard,
) -> None:
    document = dossier.document
    split, group = place
    released = document.rights.text_release == "released"
    resolved = resolve(dossier, registries.annotators)
    for edition in editions:
        text = dossier.text if released or edition == "full" else None
        around = Around(dossier, registries, inventories, text, split, group)
        compiled = rows_of(around, resolved)
        for config, rows in compiled.items():
            shard.rows.setdefault((edition, config, split), []).extend(rows)
    invented = registries.outlets[document.publisher].fictional
    shard.languages.update(_labelled(document, compiled))
    shard.judges.update(Judge(s.annotator, s.role, invented) for s in dossier.sets)
    kind = "invented" if invented else "real"
    if not invented:
        shard.guidelines.update(found.guidelines for found in dossier.sets)
    counts = {
        "n_documents": 1,
        f"n_{kind}_documents": 1,
        f"n_{kind}_annotated": int(bool(dossier.sets)),
        **{f"n_{kind}_{what}": n for what, n in _items(compiled, inventories)},
        "n_withheld": int(not released),
        f"n_{kind}_segments": len(compiled["segment"]),
        "n_segments": len(compiled["segment"]),
        "n_sets": len(dossier.sets),
        **reach(document, compiled),
    }
    for name, count in counts.items():
        shard.counts[name] = shard.counts.get(name, 0) + count


def _labelled(document: Document, compiled: dict[str, list[Row]]) -> set[str]:
    """Return the languages of the segments that have a label."""
    found = {
        row["segment_id"] for layer in LAYERS for row in compiled[f"{layer.name}_votes"]
    }
    return {s.language for s in document.segments if s.id in found}


ITEMS = ("mentions", "claims", "chains", "sources", "panel", "stances")
"""What is counted of the resolved rows: all, as `<item>_most` those that most readers
marked, as `<item>_ties` those that are tied."""


def _items(
    compiled: dict[str, list[Row]], inventories: dict[str, Inventory]
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


CARRIED = ("LICENSE", "CITATION.cff", "CHANGELOG.md")
"""Files of the checkout that every edition has too."""


def _carried(root: Path) -> dict[str, bytes]:
    """Read them; all are text, and looked through before they are published."""
    found = {
        name: read_bytes(root / name) for name in CARRIED if (root / name).is_file()
    }
    for name, data in found.items():
        decode(data, name)
    return found


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
        self.sheet = datasheet_copy.copied(checkout)
        try:
            self._citation = citation(checkout.root, registries.dataset)
            self._prose = prose(checkout.root)
            self._carried = _carried(checkout.root)
        except (CitationError, TemplateError, OutsideError, OSError) as error:
            raise BuildError(str(error)) from None
        self.leaks: list[Finding] = []
        self.counts = {
            f"n_{kind}_{what}": 0
            for kind in ("real", "invented")
            for what in ("documents", "annotated", *ITEMS)
        }
        self._languages: set[str] = set()
        self._judges: set[Judge] = set()
        self._guidelines: set[str] = set()

    def add(self, shard: Shard) -> None:
        self._languages |= shard.languages
        self._judges |= shard.judges
        self._guidelines |= shard.guidelines
        for (edition, config, split), rows in shard.rows.items():
            self._add(edition, config, split, rows)
        for name, count in shard.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count

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
        if self._gate.documents:
            self.leaks += (
                _leak(path, leak) for text in texts for leak in self._gate.leaks(text)
            )

    def close(self) -> dict[str, dict[str, dict[str, Written]]]:
        """Write registries, card, schema and sums; return what was written."""
        for edition in self._staging:
            for config in CONFIGS:
                if config.registry is not None:
                    rows = list(config.registry(self._registries, self._inventories))
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
        page = Page(
            self._registries,
            self._inventories,
            written,
            self.counts,
            self._judges,
            sorted(self._guidelines),
            examples(folder, self._columns, written),
            self.sheet.on_card(),
            self._citation,
            self._prose,
        )
        full = edition == "full"
        contents = card.Contents(page, full, self._columns, self._languages)
        (folder / "README.md").write_bytes(card.render(contents).encode())
        schema = self._checkout.schemas.folder
        for file in sorted(
            [*schema.glob("*.schema.json"), *schema.glob("cues/*.json")]
        ):
            engine.write(
                folder / "schema" / file.relative_to(schema), file.read_bytes()
            )
        carried = self._carried | self.sheet.files | self._guideline_pages()
        for name, data in carried.items():
            engine.write(folder / name, data)
        pages_of = {
            "codebook": generated_docs.codebook(self._inventories),
            "tables": generated_docs.tables(self._inventories),
        }
        for name, text in pages_of.items():
            engine.write(folder / "docs" / f"{name}.md", text.encode())
        legend = generated_docs.legend(self._inventories)
        engine.write(folder / "labels.csv", legend.encode())
        checksums.write(folder)
        if edition == "public":
            for name in checksums.files(folder):
                if not name.endswith(".parquet"):
                    self._look(name, [(folder / name).read_text("utf-8")])

    def _guideline_pages(self) -> dict[str, bytes]:
        """Return the guidelines, former versions too: labels mean what they say."""
        docs = self._checkout.root / "docs"
        names = ("guidelines.md", "quoted.md")  # the first sends readers to the second
        pages = [docs / name for name in names if (docs / name).is_file()]
        pages += sorted((docs / "guidelines").rglob("*.md"))
        return {f"docs/{p.relative_to(docs).as_posix()}": p.read_bytes() for p in pages}


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


def _leak(path: str, leak: Leak) -> Finding:
    return Finding(
        code="PUB001",
        level=Level.ERROR,
        path=f"public edition: {path}",
        pointer="",
        message=(
            f"{leak.n_words} words in a row of the withheld text {leak.document} would"
            " be published."
        ),
        fix="say it in other words in the record that this comes from.",
        line=leak.line,
        column=1,
    )


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
