"""How long everything takes, beside what a user writes today: `make bench`.

    python -m benchmarks.bench [--documents 1000] [--times 3] [--old REVISION] [--brief]
        [--write]

Makes a synthetic corpus (see `synthetic.py`), runs each command in a process of its own,
and prints a Markdown table: medians, with the spread of the wall time. CPU is user and system
time of all processes, memory the peak of the sum over the process tree, looked at ten times a
second. Ratios come from one run. `--old` puts an earlier commit beside, `--brief` leaves out
what is slow: steps in one process, and peers. `--write` keeps the result in results.json, one
for each size, and makes docs/performance.md of them.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from benchmarks import synthetic

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results.json"
PAGE = ROOT / "docs/performance.md"
LIBRARIES = ("datasets", "pyarrow", "msgspec", "jsonschema-rs", "jsonschema", "numpy")


class Cost(NamedTuple):
    """What one run of a command took."""

    wall: float
    cpu: float
    memory: int


class Step(NamedTuple):
    """A row of the table.

    Attributes:
        name: What was run.
        runs: Each run of it.
    """

    name: str
    runs: list[Cost]

    def median(self, field: str) -> float:
        """Return the median of a field."""
        return float(statistics.median(getattr(run, field) for run in self.runs))


def timed(command: list[str], **environment: str) -> Cost:
    """Run a command; its children count too.

    Raises:
        SystemExit: If it fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        done = subprocess.Popen(
            command,
            env={**os.environ, "STANDPOINT_CACHE": "", **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak = 0
        while True:
            try:
                code = done.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, memory_of(done.pid))
        wall = time.perf_counter() - started
        if code:
            output.seek(0)
            raise SystemExit(f"{command}: {output.read().decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, peak)


def memory_of(pid: int) -> int:
    """Return the memory of a process and its children, shared pages counted once a process."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family)
    except psutil.Error:
        return 0


@contextmanager
def commit(revision: str) -> Iterator[Path]:
    """Give the source of an earlier commit."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "old"
        git = ["git", "-C", str(ROOT), "worktree"]
        add = [*git, "add", "--detach", "--quiet", str(place), revision]
        subprocess.run(add, check=True)
        try:
            yield place / "src"
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


class Bench:
    """One corpus, and what is run on it.

    Args:
        folder: An empty folder.
        n_documents: Documents of the corpus.
        times: Runs of each step.
    """

    def __init__(self, folder: Path, n_documents: int, times: int) -> None:
        """Write the corpus, and commit it as a user would."""
        self.folder, self.times = folder, times
        self.corpus = folder / "corpus"
        synthetic.write(self.corpus, n_documents, seed=1, bad=0, withheld=True)
        git = ["git", "-C", str(self.corpus), "-c", "user.name=x", "-c", "user.email=x"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "corpus"]):
            subprocess.run([*git, *words], check=True)
        self.steps: list[Step] = []

    def standpoint(self, *words: str) -> list[str]:
        """Return a command on the corpus."""
        return [sys.executable, "-m", "standpoint", *words, "--root", str(self.corpus)]

    def build(self, out: str, *words: str) -> list[str]:
        """Return the command that builds it with its texts."""
        texts = str(self.folder / "corpus-texts")
        place = str(self.folder / out)
        command = self.standpoint("build", "--no-verify", "--texts", texts)
        return [*command, "--out", place, *words]

    def check(self, *words: str) -> list[str]:
        """Return the command that checks it with its texts."""
        return self.standpoint(
            "check", "--texts", str(self.folder / "corpus-texts"), *words
        )

    def peer(self, what: str) -> list[str]:
        """Return a command of peers.py."""
        script = str(ROOT / "benchmarks/peers.py")
        out = "new" if what in {"floor", "load"} else what
        return [sys.executable, script, what, str(self.corpus), str(self.folder / out)]

    def run(
        self,
        name: str,
        command: list[str],
        before: Callable[[], Any] = lambda: None,
        **environment: str,
    ) -> None:
        """Run a step several times."""
        runs = []
        for _ in range(self.times):
            before()
            runs.append(timed(command, **environment))
        self.steps.append(Step(name, runs))
        print(f"{name}: {self.steps[-1].median('wall'):.1f} s", file=sys.stderr)

    def change(self) -> None:
        """Change one label of one set, each time another way."""
        path = sorted((self.corpus / "annotations").glob("*/lm-2.json"))[7]
        text = path.read_text("utf-8")
        one, other = '"modality": "asserted"', '"modality": "hedged"'
        changed = text.replace(one, other, 1)
        path.write_text(
            text.replace(other, one, 1) if changed == text else changed, "utf-8"
        )

    def all(self, old: Path | None, *, is_brief: bool) -> None:
        """Run everything; if that is asked, not what is slow."""
        if old is not None:
            self.run("check, before", self.check(), PYTHONPATH=str(old))
            self.run("build, before", self.build("old"), PYTHONPATH=str(old))
        if not is_brief:
            self.run("check", self.check("--jobs", "1"))
            self.run("build", self.build("new", "--jobs", "1"))
        self.run("check, 2 processes", self.check("--jobs", "2"))
        self.run("build, 2 processes", self.build("new", "--jobs", "2"))
        cache = str(self.folder / "cache")
        time.sleep(3)  # a file that has just been written is always read again
        timed(self.build("again"), STANDPOINT_CACHE=cache)
        again = self.build("again", "--jobs", "2")
        self.run("build, nothing changed", again, STANDPOINT_CACHE=cache)
        self.run("build, one set changed", again, self.change, STANDPOINT_CACHE=cache)
        editions = sorted(map(str, (self.folder / "new").glob("[!.]*")))
        verify = [sys.executable, "-m", "standpoint", "verify", *editions]
        self.run("verify, both editions", verify)
        agreement = self.standpoint("agreement", "--split", "calibration")
        self.run("agreement, 2 processes", [*agreement, "--jobs", "2"])
        timed(self.standpoint("shard", "--to", "zst"))
        self.run("check, records in lines, 2 processes", self.check("--jobs", "2"))
        timed(self.standpoint("shard", "--to", "json"))
        if is_brief:
            return
        self.run("peer: datasets, jsonschema-rs, by hand", self.peer("rust"))
        self.run("peer: datasets, jsonschema, by hand", self.peer("python"))
        self.run("peer: load_dataset of every config", self.peer("load"))
        self.run("floor: read the bytes, write the tables", self.peer("floor"))


def start_up() -> Iterator[tuple[str, float, float]]:
    """Yield small commands with their seconds, and those of the imports they need."""
    libraries = "import click, msgspec, jsonschema_rs, regex"
    cases = {
        "--help": (["--help"], "import click"),
        "explain": (["explain", "SPN002"], "import click, msgspec, regex"),
        "check of one file": (["check", "corpus/panels.json"], libraries),
    }
    for name, (words, imports) in cases.items():
        ours = [timed([sys.executable, "-m", "standpoint", *words]) for _ in range(7)]
        bare = [timed([sys.executable, "-c", imports]) for _ in range(7)]
        yield (
            name,
            statistics.median(run.wall for run in ours),
            statistics.median(run.wall for run in bare),
        )


def result(bench: Bench, n_documents: int) -> dict[str, Any]:
    """Return everything that was measured, as plain data."""
    import pyarrow.parquet as pq

    records = [
        path.stat().st_size
        for pattern in ("corpus/documents/*.json", "annotations/*/*.json")
        for path in bench.corpus.glob(pattern)
    ]
    public = min((bench.folder / "new").glob("[!.]*"), key=lambda path: len(path.name))
    n_rows = sum(
        pq.ParquetFile(path).metadata.num_rows for path in public.rglob("*.parquet")
    )
    return {
        "documents": n_documents,
        "megabytes": round(sum(records) / 1e6, 1),
        "rows": n_rows,
        "times": bench.times,
        "machine": {
            "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(psutil.virtual_memory().total / 1e9),
            "system": platform.system(),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "steps": [
            {
                "name": step.name,
                "wall": round(step.median("wall"), 2),
                "spread": [
                    round(min(run.wall for run in step.runs), 2),
                    round(max(run.wall for run in step.runs), 2),
                ],
                "cpu": round(step.median("cpu"), 2),
                "memory_mb": round(max(run.memory for run in step.runs) / 1e6),
            }
            for step in bench.steps
        ],
        "start_up": [
            {"name": name, "seconds": round(ours, 3), "imports": round(bare, 3)}
            for name, ours, bare in start_up()
        ],
    }


TARGETS = (
    ("check, CPU", "check, before", "check", "cpu", 4.0),
    ("build, CPU", "build, before", "build", "cpu", 4.0),
    (
        "build with 2 processes, wall",
        "build, before",
        "build, 2 processes",
        "wall",
        7.0,
    ),
    (
        "build against datasets and jsonschema-rs by hand, CPU",
        "peer: datasets, jsonschema-rs, by hand",
        "build",
        "cpu",
        1.5,
    ),
    (
        "the same with 2 processes, wall",
        "peer: datasets, jsonschema-rs, by hand",
        "build, 2 processes",
        "wall",
        2.5,
    ),
    (
        "build against datasets and jsonschema by hand, CPU",
        "peer: datasets, jsonschema, by hand",
        "build",
        "cpu",
        10.0,
    ),
    (
        "build of nothing new, wall",
        "build, 2 processes",
        "build, nothing changed",
        "wall",
        100.0,
    ),
    (
        "build of one change, wall",
        "build, 2 processes",
        "build, one set changed",
        "wall",
        50.0,
    ),
)
"""What is aimed at: its name, slower step, faster step, field, times faster at least."""


MADE = (
    "`make bench` makes this page from benchmarks/results.json; benchmarks/README.md says"
    " what each row is. Do not edit it."
)


def page(results: list[dict[str, Any]]) -> str:
    """Return docs/performance.md, given the results for each size."""
    parts = [f"# Performance\n\n{MADE}\n", *map(section, results)]
    return "\n".join(parts)


def section(data: dict[str, Any]) -> str:
    """Return the section on one size."""
    steps = {step["name"]: step for step in data["steps"]}
    machine = ", ".join(f"{k} {v}" for k, v in data["machine"].items())
    about = (
        f"A synthetic corpus of {data['documents']:,} documents: {data['megabytes']:,} MB of"
        f" records, {data['rows']:,} rows in the public edition; all texts are withheld and"
        f" available. Runs of each step: {data['times']}. Shown are medians; in brackets the"
        " lowest and highest wall time."
    )
    lines = [
        f"## {data['documents']:,} documents",
        "",
        about,
        "",
        f"Machine: {machine}.",
        "",
        "| step | wall s | CPU s | documents/s | MB/s | rows/s | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for step in data["steps"]:
        low, high = step["spread"]
        wall = step["wall"]
        lines.append(
            f"| {step['name']} | {wall:.1f} ({low:.1f} to {high:.1f}) | {step['cpu']:.1f}"
            f" | {data['documents'] / wall:,.0f} | {data['megabytes'] / wall:,.1f}"
            f" | {data['rows'] / wall:,.0f} | {step['memory_mb']:,} |"
        )
    lines += ["", *_aims(steps), ""]
    lines += ["| start-up | seconds | imports alone | times |", "|---|---|---|---|"]
    for case in data["start_up"]:
        times = case["seconds"] / case["imports"]
        lines.append(
            f"| {case['name']} | {case['seconds']:.2f} | {case['imports']:.2f} | {times:.1f} |"
        )
    return "\n".join(lines) + "\n"


def _aims(steps: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the table of aims that two steps were measured for."""
    yield "| aim | at least | measured | |"
    yield "|---|---|---|---|"
    for name, slow, fast, field, least in TARGETS:
        if slow in steps and fast in steps:
            found = steps[slow][field] / steps[fast][field]
            met = "met" if found >= least else "not met"
            yield f"| {name} | {least:g} times | {found:.1f} times | {met} |"


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--old", metavar="REVISION")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        bench = Bench(folder, given.documents, given.times)
        with commit(given.old) if given.old else nullcontext() as old:
            bench.all(old, is_brief=given.brief)
        data = result(bench, given.documents)
    finally:
        shutil.rmtree(folder)
    if given.write:
        known = json.loads(RESULTS.read_bytes())
        others = [one for one in known if one["documents"] != given.documents]
        results = sorted([*others, data], key=lambda one: one["documents"])
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
        PAGE.write_text(page(results), "utf-8")
    print(section(data))


if __name__ == "__main__":
    main()
