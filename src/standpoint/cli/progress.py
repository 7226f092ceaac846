"""How far a long command has come: bars on a terminal, elsewhere a line per step."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_UNITS = {
    "build": "documents",
    "read back": "editions",
    "search": "documents",
}


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function to call with a step, how much of it is done, and of how much."""
    if not sys.stderr.isatty():
        shown = set()

        def line(step: str, _done: int, total: int) -> None:
            if step not in shown:
                click.echo(f"{_UNITS[step]} to {step}: {total}", err=True)
                shown.add(step)

        yield line
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as bars:

        def bar(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield bar
