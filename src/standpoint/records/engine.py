"""Run a pure function over shards of documents, and put output in its place at once."""

import gc
import hashlib
import os
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from standpoint.records.checkout import Checkout
from standpoint.records.leak import Gate

SMALLEST = 64
"""Documents in a shard on average, at least; a corpus of fewer is one shard."""

SHARDS = 128
"""Shards of a large corpus, at least: a change makes one of them anew."""

AHEAD = 2
"""Shards that wait for each process, so that none is idle and results do not pile up."""

Job = TypeVar("Job")
Result = TypeVar("Result")


class WorkerError(Exception):
    """A process was killed; the message is for the user."""


def shards(documents: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut documents, sorted by id, into shards.

    Whether there is a cut after a document depends on its id alone, as long as the corpus
    does not double: a document that is added or removed changes one shard.
    """
    size = SMALLEST
    while size * SHARDS * 2 <= len(documents):
        size *= 2
    found: list[list[str]] = [[]]
    for document in sorted(documents):
        found[-1].append(document)
        digest = hashlib.sha256(document.encode()).digest()
        if len(documents) > size and int.from_bytes(digest[:8]) % size == 0:
            found.append([])
    return [tuple(shard) for shard in found if shard]


def run(
    function: Callable[[Checkout, Job], Result],
    checkout: Checkout,
    jobs: Sequence[Job],
    workers: int = 1,
) -> Iterator[Result]:
    """Yield the result of each job, in the order of the jobs.

    Args:
        function: A function of a module, which depends on files and the job alone.
        checkout: What it is given first; each process opens it anew.
        jobs: What it is given then.
        workers: Processes, at most. A checkout that only exists in memory takes one.

    Raises:
        WorkerError: If a process was killed.
    """
    if min(workers, len(jobs)) < 2 or not checkout.is_on_disk:  # noqa: PLR2004
        for job in jobs:
            yield function(checkout, job)
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin)
    waiting: deque[Future[Result]] = deque()
    with tempfile.TemporaryDirectory(prefix="standpoint-") as shared:
        checkout.gate.save(Path(shared))
        place = (str(checkout.root), tuple(map(str, checkout.folders)), shared)
        try:
            for job in jobs:
                waiting.append(pool.submit(_apart, function, place, job))
                if len(waiting) >= workers * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise WorkerError(
                "a worker process was killed, probably for lack of memory: use fewer"
                " (--jobs)"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Prepare a worker process."""
    # Ctrl-C ends the command, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Records hold no circles: to look for them costs a tenth of the time.
    gc.freeze()
    gc.disable()


def _apart(
    function: Callable[[Checkout, Job], Result],
    place: tuple[str, tuple[str, ...], str],
    job: Job,
) -> Result:
    """Run a job in a worker process."""
    return function(_opened(*place), job)


@lru_cache(maxsize=1)
def _opened(root: str, folders: tuple[str, ...], shared: str) -> Checkout:
    checkout = Checkout(Path(root), map(Path, folders))
    checkout.gate = Gate.opened(Path(shared))
    return checkout


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class BusyError(Exception):
    """Another process is writing to the same place; the message is for the user."""


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep other processes from writing to `target`; a killed one keeps none."""
    from filelock import FileLock, Timeout

    lock = FileLock(target.parent / f".{target.name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"another command is writing {target}: wait until it has finished, then try again"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a fresh folder that becomes `target` when the block ends well.

    When it ends badly, or the process is killed, the last good `target` stays. What an
    earlier killed run left behind is swept.

    Raises:
        FileExistsError: If `target` holds something else than an earlier build.
        BusyError: If another process is writing to `target`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        yield from _staged(target)


def _staged(target: Path) -> Iterator[Path]:
    if not _may_replace(target):
        raise FileExistsError(
            f"{target} exists and is not a built dataset; it was not replaced"
        )
    # The staged folder bears its own name: readers go by it.
    staging = target.parent / f".staging-{target.name}" / target.name
    former = target.with_name(f".former-{target.name}")
    if former.exists() and not target.exists():
        former.rename(target)  # killed between the two renames below
    for leftover in (staging.parent, former):
        shutil.rmtree(leftover, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
        if target.exists():
            target.rename(former)
        staging.rename(target)
    finally:
        if former.exists() and not target.exists():
            former.rename(target)  # the second rename failed
        for leftover in (staging.parent, former):
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give an empty folder inside another, for files that are not needed afterwards."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".parts-", dir=folder) as inner:
            yield Path(inner)
    finally:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()


def _may_replace(target: Path) -> bool:
    """Tell whether a folder is free, empty or an earlier build."""
    if not target.exists() or (target / "SHA256SUMS").is_file():
        return True
    return target.is_dir() and not any(target.iterdir())


def write(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)
