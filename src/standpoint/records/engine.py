"""Run a pure function over shards of documents, and put output in its place at once."""

import gc
import hashlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from standpoint.records.cache import RESULT, Cache
from standpoint.records.checkout import Checkout
from standpoint.records.leak import Gate
from standpoint.records.lines import Lines

SMALLEST = 64
"""Documents in a shard on average, at least; a corpus of fewer is one shard."""

SHARDS = 128
"""Shards of a large corpus, at least: a change makes one of them anew."""

AHEAD = 2
"""Shards that wait for each process, so that none is idle and results do not pile up."""


class OnDocuments(Protocol):
    """A job on the documents of a shard."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Their ids."""


DAY = 86_400
"""Seconds."""

Job = TypeVar("Job", bound=OnDocuments)
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


class Opened(NamedTuple):
    """Processes that are ready.

    Attributes:
        submit: Like that of `concurrent.futures.Executor`.
        workers: Number of processes.
    """

    submit: Callable[..., Any]
    workers: int


class Pool(Protocol):
    """Processes that do the work: `Processes` of this machine, or a Dask cluster."""

    def is_needed(self, n_jobs: int) -> bool:
        """Tell whether so many jobs are worth it."""

    def opened(self) -> AbstractContextManager[Opened]:
        """Start the processes.

        Raises:
            WorkerError: If that fails, or a process was killed.
        """


class Processes(NamedTuple):
    """Processes of this machine; one does the work itself.

    Attributes:
        workers: Their number, at most.
    """

    workers: int = 1

    def is_needed(self, n_jobs: int) -> bool:
        """Tell whether so many jobs are worth it."""
        return min(self.workers, n_jobs) > 1

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Start the processes.

        Raises:
            WorkerError: If one was killed.
        """
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context

        pool = ProcessPoolExecutor(self.workers, get_context("spawn"), begin)
        try:
            yield Opened(pool.submit, self.workers)
        except BrokenProcessPool:
            raise WorkerError(
                "a worker process was killed, probably for lack of memory: use fewer"
                " (--jobs)"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


ALONE = Processes(1)
"""No process but this one."""


def run(
    function: Callable[[Checkout, Job, Path], Result],
    kind: type[Result],
    checkout: Checkout,
    jobs: Sequence[Job],
    place: Cache | Path,
    pool: Pool = ALONE,
) -> Iterator[tuple[Path, Result]]:
    """Yield the folder and the result of each job, in the order of the jobs.

    Args:
        function: A function of a module, which depends on files and the job alone. It may
            write files into the folder that it is given.
        kind: Type of its result.
        checkout: What it is given first; each process opens it anew.
        jobs: What it is given then; each has `documents`.
        place: Where results are kept and found again; or a folder, which need not be
            there, for files that are not kept.
        pool: Who does the work, if there is enough of it and the checkout is on disk.

    Raises:
        WorkerError: If processes cannot be started, or one was killed.
    """
    tasks = [
        _Task(job, place / str(number), is_kept=False)
        if isinstance(place, Path)
        else _Task(job, place.entry(_what(function, job), job.documents), is_kept=True)
        for number, job in enumerate(jobs)
    ]
    n_new = sum(not task.is_done for task in tasks)
    if checkout.is_on_disk and pool.is_needed(n_new):
        yield from _in_pool(function, kind, checkout, tasks, pool)
    else:
        for task in tasks:
            with _uncollected():
                found = _found(task, kind) or _do(function, checkout, task)
            yield task.folder, found
    if isinstance(place, Cache):
        place.close()


def _what(function: Callable[..., Any], job: Any) -> str:
    """Return what is done, apart from the documents."""
    others = [value for value in job if value is not job.documents]
    return f"{function.__name__} {others}"


class _Task(NamedTuple):
    """A job with the folder for its result, which may be kept."""

    job: Any
    folder: Path
    is_kept: bool

    @property
    def is_done(self) -> bool:
        return self.is_kept and (self.folder / RESULT).is_file()


def _found(task: _Task, kind: type[Result]) -> Result | None:
    """Return a result that was kept, or None."""
    if not task.is_done:
        return None
    try:
        data = (task.folder / RESULT).read_bytes()
        found = msgspec.msgpack.decode(data, type=kind)
        os.utime(task.folder)  # what is used is kept longer
    except (OSError, ValueError):
        shutil.rmtree(task.folder, ignore_errors=True)
        return None
    return found


def _do(
    function: Callable[[Checkout, Job, Path], Result], checkout: Checkout, task: _Task
) -> Result:
    """Do a job, and keep its result."""
    if not task.is_kept:
        return function(checkout, task.job, task.folder)
    folder = task.folder.with_name(f"{task.folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = function(checkout, task.job, folder)
    (folder / RESULT).write_bytes(msgspec.msgpack.encode(result))
    try:
        folder.rename(task.folder)
    except OSError:  # another command was faster
        shutil.rmtree(folder, ignore_errors=True)
    return result


def _in_pool(
    function: Callable[[Checkout, Job, Path], Result],
    kind: type[Result],
    checkout: Checkout,
    tasks: Sequence[_Task],
    pool: Pool,
) -> Iterator[tuple[Path, Result]]:
    shared = tasks[0].folder.parent
    shared.mkdir(parents=True, exist_ok=True)
    waiting: deque[tuple[_Task, Any]] = deque()

    def oldest() -> tuple[Path, Result]:
        task, future = waiting.popleft()
        found = _found(task, kind) if future is None else future.result()
        return task.folder, found or _do(function, checkout, task)

    with (
        tempfile.TemporaryDirectory(prefix=".shared-", dir=shared) as known,
        pool.opened() as opened,
    ):
        checkout.lines.save(Path(known))
        gate = str(checkout.gate.saved(Path(known)))
        place = (str(checkout.root), tuple(map(str, checkout.folders)), gate, known)
        for task in tasks:
            is_done = task.is_done
            future = None if is_done else opened.submit(_apart, function, place, task)
            waiting.append((task, future))
            if len(waiting) >= opened.workers * AHEAD:
                yield oldest()
        while waiting:
            yield oldest()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do without the search for circles, which records never make."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def begin() -> None:
    """Prepare a worker process."""
    # Ctrl-C ends the command, which ends its workers.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Records hold no circles: to look for them costs a tenth of the time.
    gc.freeze()
    gc.disable()


def _apart(
    function: Callable[[Checkout, Job, Path], Result],
    place: tuple[str, tuple[str, ...], str, str],
    task: _Task,
) -> Result:
    """Do a job in a worker process."""
    return _do(function, _opened(*place), task)


@lru_cache(maxsize=1)
def _opened(root: str, folders: tuple[str, ...], gate: str, known: str) -> Checkout:
    checkout = Checkout(Path(root), map(Path, folders))
    checkout.gate = Gate.opened(Path(gate))
    checkout.lines = Lines.opened(checkout.root, Path(known))
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


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Give a fresh folder that takes the place of `target`, whatever that holds."""
    yield from _staged(target, is_sure=True)


def _staged(target: Path, *, is_sure: bool = False) -> Iterator[Path]:
    if not is_sure and not _may_replace(target):
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
    for leftover in folder.glob(".parts-*"):
        if time.time() - leftover.stat().st_mtime > DAY:  # of a command that was killed
            shutil.rmtree(leftover, ignore_errors=True)
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
