"""Whatever is done to a file: it is judged, the findings are sound, and valid means it loads.

The mutants are made in `mutate.py` and judged in `fuzz.py`, which says how, and in
processes of their own. They are the same in every run. For others, or more:

    STANDPOINT_FUZZ_SEED=7 STANDPOINT_FUZZ_N=200000 pytest tests/test_fuzz.py
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from standpoint.checks import run as judging
from standpoint.checks import spl
from standpoint.records import findings
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.findings import Finding, Hit, Level, check
from standpoint.records.model import RECORD_TYPES, AnnotationSet, Splits
from standpoint.records.schema import Schemas
from tests import fuzz
from tests.conftest import Once
from tests.fuzz import Bench, Fuzz, Known, Tally, Verdict, benches_in, problems_of
from tests.mutate import FAMILIES, Mutant, mutant, nasty

pytestmark = pytest.mark.slow

SEED = os.environ.get("STANDPOINT_FUZZ_SEED", "1")
N = int(os.environ.get("STANDPOINT_FUZZ_N", "4000"))
"""Mutants to judge; 8,000 in .ci/run, 20,000 every week."""

NOTHING = Mutant("values", "nothing", {})
PARTS = min(4, max(2, os.cpu_count() or 2))
SECONDS = 600 + N // 50
"""A run that takes longer hangs."""


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bench]:
    return benches_in(tmp_path_factory.mktemp("benches"))


@pytest.fixture
def few(benches: dict[str, Bench]) -> Fuzz:
    """A run in this process, for a few mutants."""
    return Fuzz(benches, SEED, Tally())


@pytest.fixture(scope="module")
def tally(once: Once) -> Tally:
    """What was found out about all mutants."""
    found = Tally()
    for out in sorted(once("fuzz", judge_all).glob("*.json")):
        found.add(msgspec.json.decode(out.read_bytes(), type=Tally))
    return found


def judge_all(folder: Path) -> None:
    """Judge the mutants in a few processes; each writes its tally into the folder."""
    outs = [folder / f"{part}.json" for part in range(PARTS)]
    with ExitStack() as stack:
        processes = [stack.enter_context(started(out)) for out in outs]
        for process, out in zip(processes, outs, strict=True):
            ended(process, out)


def started(out: Path) -> subprocess.Popen[str]:
    """Start a part of the run; what it executes is not counted as covered."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    arguments = [SEED, str(N), out.stem, str(PARTS), str(out)]
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.fuzz", *arguments],
        cwd=Path(__file__).parents[1],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], out: Path) -> None:
    """Wait for a part; where it hangs or is killed, say at which mutant."""
    try:
        _, said = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        said = "it hangs"
    if process.returncode != 0 or not out.is_file():
        at = out.with_suffix(".at").read_text().split()[-1:]
        pytest.fail(f"seed {SEED}, mutant {at}: {said[-2000:]}")


def test_no_mutant_does_what_may_not_happen(tally: Tally) -> None:
    shown = "\n".join(map(str, tally.faults[:10]))
    assert not tally.faults, f"seed {SEED}, {len(tally.faults)} faults:\n{shown}"


def test_mutants_of_every_kind_and_way_were_judged(
    tally: Tally,
) -> None:
    counts = tally.counts
    assert counts["mutants"] >= N
    ways = ("as files", "as a whole", "by the command")
    assert sum(counts[way] for way in ways) == counts["mutants"]
    assert counts["by the command"] >= N // 20
    assert counts["as a whole"] >= N // 4
    for family in (*FAMILIES, "nasty"):
        assert counts[family] >= N // 100, family
    for kind in (*RECORD_TYPES, "text"):
        assert counts[kind] >= N // 50, kind


def test_many_were_valid_and_some_were_built(tally: Tally) -> None:
    counts = tally.counts
    assert counts["valid"] >= N // 10
    for family in FAMILIES:
        assert counts[f"valid {family}"] >= N // 200, family
    assert counts["built"] == counts["loaded"] >= N // 2000


def test_a_mutant_is_the_same_every_time(benches: dict[str, Bench]) -> None:
    stock = benches["released"].stock
    for number in range(200):
        first, again = (mutant(Random(f"{SEED}/{number}"), stock) for _ in range(2))
        assert first == again
    assert list(nasty(stock)) == list(nasty(stock))


def test_every_mutation_makes_another_file(benches: dict[str, Bench]) -> None:
    stock = benches["released"].stock
    made = [mutant(Random(f"{SEED}/{number}"), stock) for number in range(1000)]
    same = [m for m in made if all(stock.files[p] == d for p, d in m.files.items())]
    assert len(same) < 200


# the short way is right


def wordless(findings: list[Finding]) -> set[Finding]:
    return {msgspec.structs.replace(finding, quote=None) for finding in findings}


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@seed(int(SEED))
@given(rng=st.randoms(use_true_random=False), form=st.sampled_from(list(fuzz.FORMS)))
def test_what_is_remembered_changes_no_finding(
    benches: dict[str, Bench], rng: Random, form: str
) -> None:
    """Hypothesis draws these mutants, so that one that fails is made smaller."""
    bench = benches[form]
    one = mutant(rng, bench.stock)
    with bench.with_files(one):
        whole = judging.check_corpus(Checkout(bench.root, bench.texts)).findings
        known = judging.check_corpus(Known(bench, one)).findings
        records, of_files = Known(bench, one).changed(one)
        problems = problems_of(whole, bench.root)
    assert known == whole
    # Only beside a document are there words to show.
    assert wordless(of_files) <= wordless(whole)
    assert None not in records.values() or has_errors(whole)
    assert problems == []


# the suite can fail


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    """Forget the checks that a test declares."""
    codes = dict(findings.CHECKS)
    by_type = {kind: list(known) for kind, known in findings._BY_TYPE.items()}
    yield
    findings.CHECKS.clear()
    findings.CHECKS.update(codes)
    findings._BY_TYPE.clear()
    findings._BY_TYPE.update(by_type)


def manual(record: AnnotationSet, _: Any) -> Iterator[Hit]:
    """A set is long.

    Why: it is needed here.
    Fix: do nothing.
    Example: none.
    """
    yield Hit(*record_hit(record))


def record_hit(record: AnnotationSet) -> tuple[str, str]:
    return ("/segments", f"{len(record.segments)} segments.")


def faults_of(few: Fuzz, numbers: range) -> list[str]:
    """Judge until something is wrong."""
    for number in numbers:
        few.take(number)
        if few.tally.faults:
            break
    return [fault.what for fault in few.tally.faults]


def test_nothing_is_wrong_without_a_broken_check(few: Fuzz) -> None:
    assert faults_of(few, range(150)) == []
    assert few.tally.counts["valid"] > 10


def test_a_check_that_raises_is_noticed(few: Fuzz) -> None:
    @check("XYZ001", Level.ERROR, on=AnnotationSet)
    def raises(record: AnnotationSet, _: Any) -> Iterator[Hit]:
        """A mention has one place.

        Why: it is needed here.
        Fix: do nothing.
        Example: none.
        """
        for mention in record.segments[0].mentions:
            share = mention.start // (mention.end - mention.start)
            if share < 0:
                yield Hit("/segments", f"The share is {share}.")

    (what,) = faults_of(few, range(2000))
    assert what.startswith(("ZeroDivisionError", "IndexError"))


@pytest.mark.parametrize(
    ("hit", "says"),
    [
        (("/no/such/place", "Wrong."), "nothing is at '/no/such/place'"),
        (("/segments/99", "Wrong."), "nothing is at '/segments/99'"),
        (("", ""), "not one readable line: ''"),
        (("", "x" * 4000), "not one readable line: 'xxx"),
        (("", "Wrong.", None, (1, -1)), "no such place: 1:-1"),
        (("", "Wrong.", None, (10_000, 1)), "no such place: 10000:1"),
    ],
)
def test_a_finding_that_leads_nowhere_or_says_nothing_is_noticed(
    hit: Any, says: str, few: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "record_hit", lambda _: hit)
    check("XYZ001", Level.WARNING, on=AnnotationSet)(manual)
    few.try_out(few.benches["released"], 1, NOTHING)
    assert any(says in fault.what for fault in few.tally.faults)


@pytest.mark.parametrize("way", ["as a whole", "by the command"])
def test_a_code_that_nobody_knows_is_noticed(way: str, few: Fuzz) -> None:
    check("XYZ001", Level.WARNING, on=AnnotationSet)(manual)
    del findings.CHECKS["XYZ001"]
    number = fuzz.CLI_EVERY if way == "by the command" else 1
    few.try_out(few.benches["released"], number, NOTHING)
    # The command explains each code once, and cannot explain this one.
    says = "KeyError: 'XYZ001'" if way == "by the command" else "no such code"
    assert any(says in fault.what for fault in few.tally.faults)


def test_an_accepted_record_that_cannot_be_compiled_is_noticed(
    few: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Schemas, "is_valid", lambda *_: True)
    (what, *_) = faults_of(few, range(2000))
    # A check may be the first that does not know a label, or the table of the dataset.
    assert "KeyError" in what or "is not in list" in what


def test_a_missing_check_that_builds_rely_on_is_noticed(
    few: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = spl.every_document_has_its_place
    kept = [check for check in findings._BY_TYPE[Splits] if check is not gone]
    monkeypatch.setitem(findings._BY_TYPE, Splits, kept)
    (what, *_) = faults_of(few, range(3000))
    assert what.startswith("KeyError: 'small-bridge-2031'")


def test_what_takes_too_long_is_noticed(
    few: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(*_: Any) -> Any:
        while True:
            pass

    monkeypatch.setattr(fuzz, "SECONDS", 0.2)
    monkeypatch.setattr(fuzz, "judged", wait)
    few.try_out(few.benches["released"], 1, NOTHING)
    (fault,) = few.tally.faults
    assert fault.what.startswith("HangError: took more than 0.2 seconds")


def test_what_takes_too_much_memory_is_noticed(
    few: Fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hoard(*_: Any) -> Verdict:
        held = b"x" * (fuzz.peak() + 100) * 2**20
        return Verdict("as files", [str(len(held))], is_valid=False)

    monkeypatch.setattr(fuzz, "MEGABYTES", 50)
    monkeypatch.setattr(fuzz, "judged", hoard)
    few.try_out(few.benches["released"], 1, NOTHING)
    (fault,) = few.tally.faults
    assert fault.what.startswith("MemoryError: grew from")
