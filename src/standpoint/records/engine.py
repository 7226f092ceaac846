"""Run a pure function over shards of documents, and put output in its place at once."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

SHARD = 1000
"""Documents in a shard."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def shards(documents: Sequence[str], size: int = SHARD) -> list[tuple[str, ...]]:
    """Cut sorted document ids into shards."""
    order = sorted(documents)
    return [tuple(order[n : n + size]) for n in range(0, len(order), size)]


def run(function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    """Yield the result of each job, in the order of the jobs."""
    yield from map(function, jobs)


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
