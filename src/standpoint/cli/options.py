"""Options that several commands share, and what is made of their values."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from standpoint.records.checkout import Checkout, find_root

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_PATH = click.Path(exists=True, path_type=Path)

root_option = click.option(
    "--root",
    type=EXISTING_FOLDER,
    help="The checkout. Default: this folder, or the nearest folder above it, with"
    " corpus/ and schema/.",
)

texts_option = click.option(
    "--texts",
    multiple=True,
    type=EXISTING_FOLDER,
    metavar="DIR",
    help="Folder with texts of withheld documents, under any file names; repeatable.",
)

check_option = click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; exit with 1 if anything is out of date.",
)

replace_option = click.option(
    "--replace", is_flag=True, help="Replace the annotation set if it exists."
)


def format_option(*formats: str, text: str = "Output format.") -> Callable[[Any], Any]:
    """Return the option `--format`; the first format is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=text,
    )


def once(name: str, *, metavar: str, text: str) -> Callable[[Any], Any]:
    """Return an option that may be given once.

    Click would use the last value of several and ignore the others.
    """

    def only(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Any:
        if len(given) > 1:
            raise click.UsageError(f"{option.opts[0]} may be given only once")
        return given[0] if given else None

    return click.option(name, metavar=metavar, multiple=True, callback=only, help=text)


def with_pool(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--jobs`, `--engine` and `--address`; the command gets the pool."""

    @click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        help="Processes to use if there are many documents. Default: one per core.",
    )
    @click.option(
        "--engine",
        type=click.Choice(["processes", "dask"]),
        default="processes",
        show_default=True,
        help="Where they run; docs/scaling.md is about dask.",
    )
    @click.option(
        "--address",
        metavar="ADDRESS",
        help="Scheduler of a Dask cluster, such as tcp://10.0.0.1:8786.",
    )
    @wraps(command)
    def run(
        *, jobs: int | None, engine: str, address: str | None, **values: Any
    ) -> Any:
        from standpoint.records.engine import Pool, Processes, cores

        workers = jobs or cores()
        if address is not None and engine != "dask":
            raise click.UsageError("--address needs --engine dask")
        pool: Pool = Processes(workers)
        if engine == "dask":
            from standpoint.records.dask_pool import Cluster

            pool = Cluster(address, workers)
        return command(pool=pool, **values)

    return run


batch_option = once("--batch", metavar="BATCH", text="Name of the batch.")


def with_checkout(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option `--root`; the command gets the checkout."""

    @root_option
    @wraps(command)
    def run(*, root: Path | None, **values: Any) -> Any:
        return command(checkout=Checkout(root_of(root)), **values)

    return run


def with_texts(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--texts` and `--root`; the command gets the checkout."""

    @texts_option
    @root_option
    @wraps(command)
    def run(*, root: Path | None, texts: tuple[Path, ...], **values: Any) -> Any:
        checkout = Checkout(root_of(root), text_folders(texts))
        return command(checkout=checkout, **values)

    return run


def root_of(root: Path | None) -> Path:
    """Return the folder of the checkout to work on.

    Raises:
        click.UsageError: If there is none.
    """
    home = click.get_current_context().find_root().obj
    found = find_root(root or Path.cwd())
    if found is None and root is None and home is not None:
        found = find_root(home)
    if found is None or (root is not None and found != root.resolve()):
        where = root or "this folder or above it"
        raise click.UsageError(f"no corpus/ and schema/ in {where}; use --root")
    return found


def text_folders(texts: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders with texts, those of STANDPOINT_TEXTS included."""
    more = os.environ.get("STANDPOINT_TEXTS", "")
    named = [Path(folder) for folder in more.split(os.pathsep) if folder]
    for folder in named:
        if not folder.is_dir():
            raise click.UsageError(
                f"STANDPOINT_TEXTS names {folder}, which is not a folder"
            )
    return (*texts, *named)


def relative(paths: Iterable[Path], root: Path) -> list[str] | None:
    """Return paths relative to the checkout, with forward slashes; None if there are none.

    Raises:
        click.UsageError: If a path is outside of the checkout.
    """
    found = []
    for path in paths:
        # The last part is not resolved: a link is checked, not what it leads to.
        name = path.name
        full = (
            path.parent.resolve() / name if name not in {"", ".."} else path.resolve()
        )
        if not full.is_relative_to(root):
            raise click.UsageError(f"{path} is not in the checkout {root}")
        found.append(full.relative_to(root).as_posix())
    return found or None


class Stop(click.ClickException):
    """An error in one line, after which the command exits with 2."""

    exit_code = 2


@contextmanager
def stopping_at(*errors: type[Exception]) -> Iterator[None]:
    """Turn exceptions with a message for the user into one line and exit code 2."""
    try:
        yield
    except errors as error:
        raise Stop(str(error)) from None
