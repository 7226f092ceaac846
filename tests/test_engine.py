"""Shards: the same bytes however many processes there are, and nothing done twice."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import synthetic
from standpoint.checks.run import check_corpus
from standpoint.records import cache, dask_pool, engine
from standpoint.records.checkout import Checkout
from standpoint.records.dask_pool import Cluster
from standpoint.records.engine import ALONE, Pool, Processes, WorkerError
from standpoint.records.storage import Form, convert
from standpoint.release.build import Built, build
from tests.conftest import HERE

N_DOCUMENTS = 24

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of withheld texts, which are beside it."""
    root = tmp_path_factory.mktemp("synthetic") / "corpus"
    synthetic.write(root, N_DOCUMENTS, seed=1, bad=0, withheld=True)
    return root


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SMALLEST", 4)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    monkeypatch.setattr(cache, "SETTLED_NS", 0)
    return folder


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The shards that were really done, in this process."""
    shards: list[tuple[str, ...]] = []
    real = engine._do

    def do(function: Any, checkout: Checkout, task: Any) -> Any:
        shards.append(task.job.documents)
        return real(function, checkout, task)

    monkeypatch.setattr(engine, "_do", do)
    return shards


def opened(corpus: Path) -> Checkout:
    return Checkout(corpus, [corpus.with_name(f"{corpus.name}-texts")])


def built(corpus: Path, out: Path, pool: Pool = ALONE) -> Built:
    found = build(opened(corpus), out, pool=pool)
    assert [str(f) for f in found.report.findings if f.level == "error"] == []
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_new_document_changes_one_shard() -> None:
    names = [f"document-{number:04}" for number in range(1000)]
    before, after = engine.shards(names), engine.shards([*names, "document-0500-b"])
    assert 50 < len(before) < 500
    assert sorted(doc for shard in before for doc in shard) == names
    assert len(set(after) - set(before)) <= 2


def test_any_number_of_processes_gives_the_same_bytes(
    corpus: Path, tmp_path: Path
) -> None:
    found = {n: built(corpus, tmp_path / str(n), Processes(n)) for n in (1, 2, 4)}
    assert len(found[1].written["public"]["claim"]) == 1
    assert found[1].written["public"]["claim"]["calibration"].n_files > 1
    first = bytes_of(tmp_path / "1")
    assert any("-full/" in name for name in first)
    assert bytes_of(tmp_path / "2") == bytes_of(tmp_path / "4") == first


def test_any_number_of_processes_finds_the_same(corpus: Path) -> None:
    alone = check_corpus(opened(corpus))
    assert alone.findings
    assert check_corpus(opened(corpus), pool=Processes(2)) == alone


def test_a_build_in_shards_loads_and_has_the_rows_of_one_in_one(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    build(opened(corpus), tmp_path / "many", verify=True)
    monkeypatch.setattr(engine, "SMALLEST", 100)
    one = built(corpus, tmp_path / "one")
    assert one.written["public"]["claim"]["calibration"].n_files == 1
    for folder in one.folders.values():
        many = tmp_path / "many" / folder.name
        for config in sorted(path.name for path in (folder / "data").iterdir()):
            expected = pq.read_table(folder / "data" / config)
            assert pq.read_table(many / "data" / config).equals(expected), config


@pytest.mark.usefixtures("kept")
def test_what_did_not_change_is_not_done_again(
    corpus: Path, tmp_path: Path, done: list[tuple[str, ...]]
) -> None:
    built(corpus, tmp_path / "first")
    n_shards = len(done)
    assert n_shards > 1
    done.clear()
    built(corpus, tmp_path / "second")
    assert done == []
    assert bytes_of(tmp_path / "second") == bytes_of(tmp_path / "first")
    check_corpus(opened(corpus))
    assert len(done) == n_shards  # a check keeps its own
    done.clear()
    check_corpus(opened(corpus))
    assert done == []


Change = Callable[[Path], None]


def relabelled(root: Path) -> None:
    path = root / "annotations/made-up-0000003/lm-2.json"
    text = path.read_text("utf-8")
    assert '"modality": "asserted"' in text
    path.write_text(text.replace('"asserted"', '"hedged"', 1), "utf-8")


def regrouped(root: Path) -> None:
    path = root / "corpus/splits.json"
    data = json.loads(path.read_text("utf-8"))
    data["groups"][0]["id"] = "another"
    path.write_text(json.dumps(data, indent=2) + "\n", "utf-8")


def renamed_actor(root: Path) -> None:
    path = root / "corpus/outlets.json"
    path.write_text(path.read_text("utf-8").replace("Spindrift", "Spindryft"), "utf-8")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("change", "all_anew"),
    [(relabelled, False), (regrouped, False), (renamed_actor, True)],
)
def test_what_changed_is_done_again(
    change: Change,
    all_anew: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    done: list[tuple[str, ...]],
) -> None:
    root = tmp_path / "corpus"
    synthetic.write(root, 12, seed=2, bad=0, withheld=False)
    before = build(Checkout(root), tmp_path / "dist")
    n_shards = len(done)
    done.clear()
    change(root)
    after = build(Checkout(root), tmp_path / "dist")
    assert len(done) == (n_shards if all_anew else 1)
    errors = [f.code for f in after.report.findings if f.level == "error"]
    assert errors in ([], ["FMT006"]), before
    again = tmp_path / "again"
    if not errors:
        monkeypatch.setenv(cache.VARIABLE, "")
        build(Checkout(root), again)
        assert bytes_of(again / "standpoint") == bytes_of(tmp_path / "dist/standpoint")


def test_a_damaged_entry_is_done_again(
    corpus: Path, tmp_path: Path, kept: Path, done: list[tuple[str, ...]]
) -> None:
    built(corpus, tmp_path / "first")
    results = sorted(kept.rglob(cache.RESULT))
    results[0].write_bytes(b"\xc1")
    done.clear()
    built(corpus, tmp_path / "second")
    assert len(done) == 1
    assert bytes_of(tmp_path / "second") == bytes_of(tmp_path / "first")


def test_what_is_old_is_swept(
    corpus: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_corpus(opened(corpus))
    assert list(kept.rglob(cache.RESULT))
    monkeypatch.setattr(cache, "MAX_BYTES", 0)
    check_corpus(opened(corpus))
    assert not list(kept.rglob(cache.RESULT))


SLOW = """
import sys
from pathlib import Path
from standpoint.records import engine
from standpoint.records.checkout import Checkout
from standpoint.records.storage import Form, convert
from standpoint.release.build import build
engine.SMALLEST = 4
root, texts, out = map(Path, sys.argv[1:])
def step(what, done, total):
    print(done, flush=True)
build(Checkout(root, [texts]), out, step)
"""


@pytest.mark.usefixtures("kept")
def test_a_killed_build_goes_on_where_it_was(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    done: list[tuple[str, ...]],
) -> None:
    texts = corpus.with_name(f"{corpus.name}-texts")
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(corpus), str(texts), str(tmp_path / "dist")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    for line in running.stdout:
        if int(line) >= 0.7 * N_DOCUMENTS:
            running.send_signal(signal.SIGKILL)
            break
    running.wait()
    running.stdout.close()
    built(corpus, tmp_path / "dist")
    assert sum(map(len, done)) < 0.5 * N_DOCUMENTS
    monkeypatch.setenv(cache.VARIABLE, "")
    for folder in built(corpus, tmp_path / "anew").folders.values():
        assert bytes_of(tmp_path / "dist" / folder.name) == bytes_of(folder)


@contextmanager
def cluster(n_workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers, each a process of its own; address and workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--port", str(port), *local]
    worker = ["-m", "distributed.cli.dask_worker", address, "--nthreads", "1", *local]
    running = [
        subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL)
        for command in (scheduler, *([*worker, "--no-nanny"] for _ in range(n_workers)))
    ]
    try:
        yield address, running[1:]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    corpus: Path, tmp_path: Path
) -> None:
    alone = built(corpus, tmp_path / "alone")
    with cluster(2) as (address, workers):
        killed: list[int] = []

        def step(what: str, n_done: int, _n_all: int) -> None:
            if what == "build" and n_done < N_DOCUMENTS and not killed:
                workers[0].kill()
                killed.append(n_done)

        pool = Cluster(address, 1)
        found = build(opened(corpus), tmp_path / "cluster", step, pool=pool)
    assert killed
    assert found.report == alone.report
    for folder in alone.folders.values():
        assert bytes_of(tmp_path / "cluster" / folder.name) == bytes_of(folder)


def test_a_scheduler_that_does_not_answer_is_one_clear_error(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_pool, "SECONDS", 1)
    with pytest.raises(WorkerError, match="no Dask scheduler answers at tcp://127"):
        check_corpus(opened(corpus), pool=Cluster("tcp://127.0.0.1:9", 1))


def die(_checkout: Checkout, job: Any, _folder: Path) -> int:
    time.sleep(0.1 * len(job.documents))
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_bad_documents_are_reported_and_can_be_left_out(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    synthetic.write(root, 16, seed=3, bad=0.2, withheld=False)
    broken = root / "annotations/made-up-0000001/lm-3.json"
    broken.write_bytes(broken.read_bytes()[:2000])
    found = build(Checkout(root), tmp_path / "dist")
    assert not found.folders
    errors = [f for f in found.report.findings if f.level == "error"]
    bad = sorted({finding.path.split("/")[1] for finding in errors})
    assert 2 < len(bad) < 8
    assert all(finding.line > 1 for finding in errors)
    assert {finding.code for finding in errors} == {"FMT002", "SPN002"}
    rest = build(Checkout(root), tmp_path / "dist", keep_going=True, verify=True)
    assert list(rest.left_out) == bad
    assert rest.report == found.report
    assert rest.counts["n_documents"] == 16 - len(bad)
    (root / "corpus/splits.json").unlink()
    assert not build(Checkout(root), tmp_path / "other", keep_going=True).folders


@pytest.mark.parametrize("form", ["jsonl", "zst"])
def test_records_in_lines_give_the_same_bytes(
    corpus: Path, tmp_path: Path, form: Form
) -> None:
    root = tmp_path / corpus.name
    shutil.copytree(corpus, root)
    shutil.copytree(f"{corpus}-texts", f"{root}-texts")
    built(root, tmp_path / "one")
    assert convert(Checkout(root), form).n_files > 6
    for pool in (ALONE, Processes(2)):
        built(root, tmp_path / "other", pool)
        assert bytes_of(tmp_path / "other") == bytes_of(tmp_path / "one")


def test_words_of_texts_are_kept_until_a_text_changes(
    corpus: Path, tmp_path: Path, kept: Path
) -> None:
    root = tmp_path / corpus.name
    shutil.copytree(corpus, root)
    texts = Path(shutil.copytree(f"{corpus}-texts", f"{root}-texts"))
    first, second, *_ = sorted(texts.iterdir())
    later = second.rename(tmp_path / "later")
    (root / "README.md").write_text(
        " ".join(first.read_text("utf-8").split()[20:30])
        + "\n\n"
        + " ".join(later.read_text("utf-8").split()[20:30]),
        "utf-8",
    )

    def leaks() -> list[int]:
        found = check_corpus(Checkout(root, [texts])).findings
        return [finding.line for finding in found if finding.code == "PUB001"]

    assert [leaks(), leaks()] == [[1], [1]]
    assert len(list(kept.rglob("gate-*"))) == 1
    later.rename(second)
    assert [leaks(), leaks()] == [[1, 3], [1, 3]]
    assert len(list(kept.rglob("gate-*"))) == 2
    for damage in (b"damaged", b""):
        for file in kept.rglob("gate-*/_runs.npy"):
            file.write_bytes(damage)
        assert leaks() == [1, 3]


@pytest.mark.usefixtures("kept")
def test_a_changed_line_makes_one_shard_anew(
    corpus: Path, tmp_path: Path, done: list[tuple[str, ...]]
) -> None:
    root = tmp_path / corpus.name
    shutil.copytree(corpus, root)
    convert(Checkout(root), "zst")
    check_corpus(Checkout(root))
    assert len(done) > 3
    done.clear()
    check_corpus(Checkout(root))
    assert done == []
    convert(Checkout(root), "json")
    relabelled(root)
    convert(Checkout(root), "zst")
    check_corpus(Checkout(root))
    assert len(done) == 1


def test_a_bad_line_is_left_out_with_its_document(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    synthetic.write(root, 16, seed=3, bad=0, withheld=False)
    convert(Checkout(root), "jsonl")
    file = next((root / "annotations").glob("*.jsonl"))
    lines = file.read_bytes().split(b"\n")
    lines[1] = lines[1][:2000]
    file.write_bytes(b"\n".join(lines))
    found = build(Checkout(root), tmp_path / "dist", keep_going=True)
    (error,) = (f for f in found.report.findings if f.level == "error")
    assert (error.code, error.file, error.line) == (
        "FMT002",
        f"annotations/{file.name}",
        2,
    )
    assert list(found.left_out) == [error.path.split("/")[1]]
    assert found.counts["n_documents"] == 15
    file.write_bytes(b"\n".join([*lines[:2], b"{}", *lines[2:]]))
    nameless = build(Checkout(root), tmp_path / "dist", keep_going=True)
    assert not nameless.folders  # nobody knows of which document to leave out


class _Job(tuple[str, ...]):
    @property
    def documents(self) -> tuple[str, ...]:
        return self


def test_a_killed_worker_is_one_clear_error(tmp_path: Path) -> None:
    checkout = Checkout(HERE / "small")
    jobs = [_Job(["a"]), _Job(["b"])]
    with pytest.raises(WorkerError, match="a worker process was killed"):
        list(engine.run(die, int, checkout, jobs, tmp_path, Processes(2)))


def test_what_a_killed_build_left_is_swept_after_a_day(tmp_path: Path) -> None:
    for name, age in (("old", 2 * engine.DAY), ("new", 0)):
        (tmp_path / f".parts-{name}").mkdir()
        changed = time.time() - age
        os.utime(tmp_path / f".parts-{name}", (changed, changed))
    with engine.scratch(tmp_path) as scratch:
        names = {path.name for path in tmp_path.iterdir()}
    assert names == {".parts-new", scratch.name}
