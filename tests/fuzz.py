"""Judge mutants of the small corpus, and prove that what passes can be built and loaded.

`python -m tests.fuzz SEED N PART PARTS OUT` judges every PARTS-th of N mutants, and of the
nasty files, and writes a `Tally` as JSON. A process of its own is not slowed down by the
measuring of coverage, may import `datasets`, and can be ended when it hangs.

Mutant number n of a seed is always the same. It goes one of three ways:

- by the command: one in `CLI_EVERY`, and every nasty file. `standpoint check` is invoked
  in this process as users invoke it, over the whole checkout, and its output is read.
  About one in seventeen of all.
- as files: where a changed file holds no record, which is a finding in any case. The file
  is read and explained, and the rest of the checkout is not judged; it is in one of
  `WHOLE_EVERY`. More than half.
- as a whole: where every changed file holds a record, or by that chance. The function
  `judge` runs every check over the whole checkout; what did not change is taken from
  memory (see `Known`, and `Bench.check_forms`). About two in five. A test compares what
  is found so with what is found without memory.

Nothing is called valid that was not judged by the command or as a whole. Every valid
mutant has to round-trip and to compile into tables, which Arrow has to hold as they are.
One in `BUILD_EVERY` of these is built as users build; every build is read back with
`load_dataset`, the first whole and of the others a table each.
"""

import gc
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, NamedTuple
from unittest import mock

import msgspec
from click.testing import CliRunner

from standpoint.checks import run as judging
from standpoint.cli import cli
from standpoint.codes import CHECKS
from standpoint.records import canonical, record_file
from standpoint.records.checkout import ACCEPTED, Checkout, has_errors
from standpoint.records.findings import Finding
from standpoint.records.git import Git
from standpoint.records.model import Accepted, Panel, Registries
from standpoint.records.record_file import RawFile
from standpoint.release import build as release
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, Around, Tables, with_resolved
from tests.conftest import DOCUMENT, HERE, TEXT, kind_of, withhold
from tests.mutate import RECORDS, Mutant, Stock, mutant, nasty, stock_of

CLI_EVERY = 23
"""One in so many mutants goes through the command; a prime, so that parts share them."""

WHOLE_EVERY = 19
"""One in so many files that hold no record is judged with the whole checkout."""

BUILD_EVERY = 200
"""One in so many valid mutants is built, with card, Parquet files and sums."""

SECONDS = 20
"""More time of the processor than this, for one mutant, is a hang."""

MEGABYTES = 600
"""By more than this the memory of the process may not grow for one mutant."""

LONG = 3000
"""A message with more characters is none."""

MAX_FAULTS = 20

FORMS = {"released": 6, "absent": 2, "at hand": 1}
"""Form of the checkout to its share: the text is released, or withheld and elsewhere."""

_HEAD = re.compile(
    r"[^:\n]+:[1-9][0-9]*: [A-Z]{3}[0-9]{3} (error|warning): [^\n]+ \(/[^\n]*\)"
)
_LINES = re.compile(f"{_HEAD.pattern}(\n    text: [^\n]+)?\n    fix: [^\n]+")
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")


_check_forms = judging.check_forms


class HangError(Exception):
    """A mutant took too long."""


class Fault(msgspec.Struct, frozen=True):
    """Something that may not happen.

    Attributes:
        number: Number of the mutant.
        mutant: How it was made.
        what: What happened.
    """

    number: int
    mutant: str
    what: str

    def __str__(self) -> str:
        """Return it as it is shown when a test fails."""
        return f"mutant {self.number} ({self.mutant}): {self.what}"


class Tally(msgspec.Struct):
    """What was done with how many mutants, and what may not happen and did."""

    counts: dict[str, int] = {}
    faults: list[Fault] = []

    def count(self, *names: str) -> None:
        """Count a mutant under some names."""
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1

    def add(self, other: "Tally") -> None:
        """Add what another process counted."""
        self.counts = dict(Counter(self.counts) + Counter(other.counts))
        self.faults += other.faults


class Bench:
    """A valid checkout on which one mutant after another is laid.

    Args:
        folder: An empty folder.
        form: A key of `FORMS`.
    """

    def __init__(self, folder: Path, form: str) -> None:
        """Copy the small corpus, and read it once."""
        self.form = form
        self.root = folder / "small"
        shutil.copytree(HERE / "small", self.root)
        shutil.copytree(HERE.parent / "schema", self.root / "schema")
        nothing = Accepted(schema="1", accepted=())
        (self.root / ACCEPTED).write_bytes(canonical.encode(nothing))
        withheld = form != "released"
        at_hand = form == "at hand"
        self.texts = [withhold(self.root, at_hand=at_hand)] if withheld else []
        self.out = folder / "dist"
        self.checkout = Checkout(self.root, self.texts)
        self.stock: Stock = stock_of(self.checkout)
        self.records = {
            path: self.checkout.record(path, kind_of(path)) for path in RECORDS
        }
        self.sources = {path: self.checkout._source(path) for path in RECORDS}
        self._forms: dict[tuple[Panel, ...], list[Finding]] = {}
        self.listing = self.checkout._all_files()
        compile_tables(self.checkout)

    def check_forms(self, checkout: Checkout, registries: Registries) -> list[Finding]:
        """Judge what annotators are asked: once for all mutants with the same panels."""
        panels = tuple(registries.panels.values())
        if panels not in self._forms:
            self._forms[panels] = list(_check_forms(checkout, registries))
        return self._forms[panels]

    @contextmanager
    def with_files(self, mutant: Mutant) -> Iterator[None]:
        """Lay a mutant on the checkout for a while."""
        try:
            for path, data in mutant.files.items():
                (self.root / path).write_bytes(data)
            yield
        finally:
            for path in mutant.files:
                (self.root / path).write_bytes(self.stock.files[path])


class NoGit(Git):
    """No version control."""

    def _ask(self, *_: str) -> str:
        return ""


class Known(Checkout):
    """A checkout of which everything is known that a mutant did not change.

    Unchanged records are not parsed again, and a changed one once only. Unchanged files
    are not searched for what may not be published, unless the document may not. There is
    no version control in its folder, so git is not asked.
    """

    def __init__(self, bench: Bench, changed: Mutant) -> None:
        """Take what did not change from memory."""
        super().__init__(bench.root, bench.texts)
        self.schemas = bench.checkout.schemas
        known = bench.records.keys() - changed.files.keys()
        self._read_before: dict[str, tuple[Any, list[Finding]]] = {
            path: (bench.records[path], []) for path in known
        }
        self._sources = {p: source for p, source in bench.sources.items() if p in known}
        self.git = NoGit(self.root)
        # A document that is withheld all of a sudden makes leaks of what was none.
        every = b"withheld" in changed.files.get(DOCUMENT, b"")
        self._searched = bench.listing if every else sorted(changed.files)

    def _read(self, path: str, kind: str) -> Any:
        if path not in self._read_before:
            n_before = len(self.findings)
            record = super()._read(path, kind)
            self._read_before[path] = record, self.findings[n_before:]
            return record
        record, findings = self._read_before[path]
        self.findings += findings
        return record

    def _all_files(self) -> list[str]:
        return self._searched

    def _source(self, path: str) -> str:
        if path not in self._sources:
            self._sources[path] = super()._source(path)
        return self._sources[path]

    def changed(self, mutant: Mutant) -> tuple[dict[str, Any], list[Finding]]:
        """Return the changed records by path, and what is wrong with their files."""
        paths = [path for path in mutant.files if path != TEXT]
        records = {path: self._read(path, kind_of(path)) for path in paths}
        return records, self.place(self.drain())


# judging


class Verdict(NamedTuple):
    """What a judgement came to.

    Attributes:
        way: Which way it went, as it is counted.
        problems: What is wrong with the findings themselves.
        is_valid: Whether nothing was found that is an error.
    """

    way: str
    problems: list[str]
    is_valid: bool


def judged(bench: Bench, number: int, one: Mutant) -> Verdict:
    """Judge a mutant, its number says which way."""
    if one.family == "nasty" or number % CLI_EVERY == 0:
        return by_command(bench, form="json" if number // CLI_EVERY % 2 else "text")
    checkout = Known(bench, one)
    records, findings = checkout.changed(one)
    problems = problems_of(findings, bench.root)
    for path in {f.path for f in findings if f.code == "FMT006"}:
        problems += respelt(checkout, path, records[path])
    if None in records.values() and number % WHOLE_EVERY:
        return Verdict("as files", problems, is_valid=False)
    with mock.patch.object(judging, "check_forms", bench.check_forms):
        findings = judging.check_corpus(checkout).findings
    problems += problems_of(findings, bench.root)
    return Verdict("as a whole", problems, not has_errors(findings))


def respelt(checkout: Checkout, path: str, record: Any) -> list[str]:
    """Say whether a record in another form, once rewritten, is not right.

    A record that is only formatted in another way is what `standpoint fmt` mends.
    """
    if record is None:
        return []  # a number in a form that no record can hold
    again = RawFile(path, kind_of(path), canonical.encode(record))
    is_right = record_file.decode(again, checkout.schemas) == (record, [])
    return [] if is_right else [f"{path} cannot be mended by rewriting it"]


def problems_of(findings: list[Finding], root: Path) -> list[str]:
    """Say what is wrong with findings, whatever they are about."""
    files: dict[str, _File] = {}
    problems = []
    for finding in findings:
        if finding.path not in files:
            files[finding.path] = _File(root / finding.path)
        where = f"{finding.code} {finding.path}"
        found = _problems(finding, files[finding.path])
        problems += [f"{where}: {problem}" for problem in found]
    return problems


def _problems(finding: Finding, file: "_File") -> Iterator[str]:
    known = CHECKS.get(finding.code)
    if known is None or known.level is not finding.level:
        yield "no such code, or not of this level"
    for text in (finding.message, finding.fix, *str(finding).split("\n")):
        if not text.strip() or _CONTROL.search(text) or len(text) > LONG:
            yield f"not one readable line: {text[:200]!r}"
    if not _LINES.fullmatch(str(finding)):
        yield f"not as findings are written: {str(finding)[:400]!r}"
    if not 1 <= finding.line <= file.n_lines or finding.column < 1:
        yield f"no such place: {finding.line}:{finding.column}"
    if finding.pointer and not file.has(finding.pointer):
        yield f"nothing is at {finding.pointer!r}"


class _File:
    """A file that findings are about; one that is not there is empty."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes() if path.is_file() else b""
        self.n_lines = self._data.count(b"\n") + 1

    @cached_property
    def _value(self) -> Any:
        try:
            return json.loads(self._data)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def _places(self) -> canonical.Places:
        return canonical.positions(self._data.decode("utf-8", "replace"))[0]

    def has(self, pointer: str) -> bool:
        """Tell whether a JSON pointer leads to a value.

        Where a key stands twice, only one of its values is in the data.
        """
        value = self._value
        try:
            for key in pointer.split("/")[1:]:
                plain = key.replace("~1", "/").replace("~0", "~")
                value = value[int(plain) if isinstance(value, list) else plain]
        except (ValueError, LookupError, TypeError):
            return pointer in self._places
        return True


def by_command(bench: Bench, form: str) -> Verdict:
    """Judge with the command, and look at its answer."""
    arguments = ["check", "--root", str(bench.root), "--format", form]
    for folder in bench.texts:
        arguments += ["--texts", str(folder)]
    result = CliRunner().invoke(cli, arguments, prog_name="standpoint")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if form == "json":
        levels, problems = _json_answer(bench, result.stdout)
    else:
        levels, problems = _text_answer(result.stdout)
    if result.exit_code != int("error" in levels):
        problems.append(f"exit code {result.exit_code} with {levels}")
    return Verdict("by the command", problems, result.exit_code == 0)


def _json_answer(bench: Bench, answer: str) -> tuple[set[str], list[str]]:
    """Return the levels of what was found, and what is wrong with it."""
    report = json.loads(answer)
    rows = [
        row | {"fix": report["codes"][row["code"]]["fix"]} for row in report["findings"]
    ]
    findings = msgspec.convert(rows, list[Finding])
    return {str(f.level) for f in findings}, problems_of(findings, bench.root)


def _text_answer(answer: str) -> tuple[set[str], list[str]]:
    """Return the levels of what was found, and the lines that are no findings."""
    levels, problems = set(), []
    for line in answer.removesuffix("\n").split("\n") if answer else ():
        if found := _HEAD.fullmatch(line):
            levels.add(found.group(1))
        elif not line.startswith(("    text: ", "    fix: ")):
            problems.append(f"a line that is no finding: {line[:200]!r}")
    return levels, problems


# valid means it loads


def proof(bench: Bench, one: Mutant) -> Iterator[str]:
    """Say where a valid mutant does not round-trip, or does not compile."""
    checkout = Known(bench, one)
    for path, data in one.files.items():
        if path == TEXT:
            continue
        raw = RawFile(path, kind_of(path), data)
        record, findings = record_file.decode(raw, checkout.schemas)
        if findings or canonical.encode(record) != data:
            yield f"{path} does not round-trip"
    compile_tables(checkout)


def compile_tables(checkout: Checkout) -> None:
    """Compile a checkout as a build does, into Arrow; an error is raised."""
    known = checkout.registries
    assert known is not None
    inventories = checkout.schemas.inventories
    tables = Tables(inventories)
    tables.rows(known, [config.name for config in CONFIGS if config.is_registry])
    places = {entry.document: entry.split for entry in known.splits.ledger}
    for document in checkout.documents:
        dossier = checkout.dossier(document)
        assert dossier is not None
        split = places[document]
        around = Around(dossier, known, inventories, dossier.text, split, "alone")
        tables.rows(with_resolved(around, resolve(dossier, known.annotators)))


def built(bench: Bench) -> Path:
    """Build a checkout as users do; return the folder of the public edition."""
    checkout = Checkout(bench.root, bench.texts)
    done = release.build(checkout, bench.out)
    return done.folders["public"]


def loaded(folder: Path, turn: int) -> list[str]:
    """Load a built dataset with `load_dataset`, and compare all rows.

    The first one whole, as `standpoint verify` does; that takes seconds. Of the others
    one table each, in turn.
    """
    from standpoint.release.dataset import table
    from standpoint.release.load import load
    from standpoint.release.verify import verify

    if turn == 0:
        return verify(folder)
    there = sorted(path.name for path in (folder / "data").iterdir())
    config = there[turn % len(there)]
    rows = [row for part in load(folder, config).values() for row in part]
    fits = rows == list(table(folder, config))
    return [] if fits else [f"{config} is loaded as something else"]


# one mutant after another


class Fuzz(NamedTuple):
    """What a run needs.

    Attributes:
        benches: Form to bench.
        seed: Seed of the run.
        tally: What is counted.
        may_load: Whether builds may be read back, which imports `datasets`.
        first: Turn of the first of them; that with 0 is read back whole.
    """

    benches: dict[str, Bench]
    seed: str
    tally: Tally
    may_load: bool = False
    first: int = 0

    def take(self, number: int) -> None:
        """Make and judge a mutant."""
        rng = Random(f"{self.seed}/{number}")
        form = rng.choices(list(FORMS), list(FORMS.values()))[0]
        bench = self.benches[form]
        self.try_out(bench, number, mutant(rng, bench.stock))

    def try_out(self, bench: Bench, number: int, one: Mutant) -> None:
        """Judge a mutant, and build what is valid; note whatever may not happen."""
        name = f"{bench.form} text, {one.family}, {one.how}"
        try:
            with bench.with_files(one), within_bounds():
                problems = list(self._problems(bench, number, one))
        except Exception as error:  # noqa: BLE001 - whatever it is, it may not happen
            where = traceback.format_exc(limit=-6)
            problems = [f"{type(error).__name__}: {error}\n{where}"]
        self.tally.faults += [Fault(number, name, problem) for problem in problems]

    def _problems(self, bench: Bench, number: int, one: Mutant) -> Iterator[str]:
        """Yield what may not happen and did."""
        verdict = judged(bench, number, one)
        self.tally.count("mutants", verdict.way, one.family, *map(kind, one.files))
        yield from verdict.problems
        if verdict.is_valid:
            self.tally.count("valid", f"valid {one.family}")
            yield from proof(bench, one)
            yield from self._build(bench)

    def _build(self, bench: Bench) -> Iterator[str]:
        """Build some of what is valid, and load some of what is built."""
        if self.tally.counts["valid"] % BUILD_EVERY == 0:
            folder, turn = built(bench), self.first + self.tally.counts.get("built", 0)
            self.tally.count("built")
            if self.may_load:
                yield from loaded(folder, turn)
                self.tally.count("loaded")


def kind(path: str) -> str:
    """Return what is counted for a file."""
    return "text" if path == TEXT else kind_of(path)


@contextmanager
def within_bounds() -> Iterator[None]:
    """Raise when the block takes too much time of the processor, or too much memory."""
    before = peak()
    with _timer(SECONDS):
        yield
    if peak() - before > MEGABYTES:
        raise MemoryError(f"grew from {before} to {peak()} MB")


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    if not hasattr(
        signal, "setitimer"
    ):  # Windows: the whole run is bounded all the same
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"took more than {seconds} seconds")

    former = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)


def peak() -> int:
    """Return the most memory that this process ever held, in MB; 0 where unknown."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def benches_in(folder: Path) -> dict[str, Bench]:
    """Make a bench of every form."""
    for form in FORMS:
        (folder / form).mkdir()
    return {form: Bench(folder / form, form) for form in FORMS}


def run(fuzz: Fuzz, numbers: range, at: Path) -> None:
    """Judge mutants until there are too many faults to read.

    Args:
        fuzz: The run.
        numbers: Numbers of the mutants; nasty files have the same, below nought.
        at: File that says which mutant was begun last, for whoever has to end this.
    """
    bench = fuzz.benches["released"]
    with at.open("wb", buffering=0) as file:
        for place, one in enumerate(nasty(bench.stock)):
            if place % numbers.step == numbers.start:
                file.write(b"%d\n" % -place)
                fuzz.try_out(bench, -place, one)
        for number in numbers:
            if len(fuzz.tally.faults) > MAX_FAULTS:
                break
            file.write(b"%d\n" % number)
            fuzz.take(number)


def _quick_folder() -> str | None:
    """Return a folder in memory, where there is a large one."""
    memory = Path("/dev/shm")
    large = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    return str(memory) if large else None


def main(seed: str, n: str, part: str, parts: str, out: str) -> None:
    """Judge a part of the mutants of a seed, and write the tally."""
    os.environ |= {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
    at = Path(out).with_suffix(".at")
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_quick_folder()) as folder:
        os.environ["HF_HOME"] = f"{folder}/home"
        benches = benches_in(Path(folder))
        fuzz = Fuzz(benches, seed, Tally(), may_load=True, first=7 * int(part))
        gc.freeze()  # what is there now stays: it need not be looked through again
        numbers = range(int(part), int(n), int(parts))
        run(fuzz, numbers, at)
    Path(out).write_bytes(msgspec.json.encode(fuzz.tally))


if __name__ == "__main__":
    main(*sys.argv[1:])
