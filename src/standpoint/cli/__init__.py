"""The command line: each command parses, calls the library, prints and exits.

Exit codes: 0 no error, 1 errors found, 2 could not run. A command is imported when it is
called, so that `--help` and `check` need nothing heavy.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

COMMANDS = {
    "build": "build",
    "check": "judge",
    "explain": "judge",
    "fmt": "judge",
    "show": "look",
    "import": "bring",
    "add": "bring",
    "describe": "bring",
    "labelstudio": "labelstudio",
    "agreement": "agreement",
    "hydrate": "build",
    "verify": "build",
    "score": "score",
    "docs": "docs",
    "datasheet": "datasheet",
}
"""Command to the module of this package that holds it."""


_home: list[Path] = []


class _Group(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"standpoint.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name="standpoint-corpus", message="standpoint %(version)s"
)
def cli() -> None:
    """Check, compile and read an annotated corpus of contested war reporting."""


def main(default: str | None = None, home: Path | None = None) -> NoReturn:
    """Run the command line.

    Args:
        default: Command to run when the first argument is none.
        home: Checkout to work on when the current folder is in none.
    """
    _home.extend([home] if home else [])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may know few characters
            stream.reconfigure(errors="backslashreplace")
    from standpoint.records.git import GitStop

    arguments = sys.argv[1:]
    wants_help = arguments[:1] in (["-h"], ["--help"], ["--version"])
    first = arguments[0] if arguments else "-"
    if default and first.startswith("-") and not wants_help:
        arguments.insert(0, default)
    program = "standpoint" if default is None else "python build.py"
    try:
        cli.main(arguments, prog_name=program)
    except (OSError, MemoryError, GitStop) as error:
        _stop(str(error) or "out of memory")
    except Exception as error:
        if _is_of_schema(error):
            _stop(str(error))
        if os.environ.get("STANDPOINT_DEBUG"):
            raise
        _stop(
            f"this should not happen ({type(error).__name__}: {error})."
            " STANDPOINT_DEBUG=1 shows where; please report it."
        )
    sys.exit(0)


def _is_of_schema(error: Exception) -> bool:
    """Tell whether a file of schema/ cannot be used; only then is the module loaded."""
    from standpoint.records.schema import SchemaStop

    return isinstance(error, SchemaStop)


def _stop(message: str) -> NoReturn:
    click.echo(f"standpoint: {message}", err=True)
    sys.exit(2)


def root_of(root: Path | None) -> Path:
    """Return the checkout to work on.

    Raises:
        click.UsageError: If there is none.
    """
    from standpoint.records.checkout import find_root

    found = find_root(root or Path.cwd())
    if found is None and root is None and _home:
        found = find_root(_home[0])
    if found is None or (root is not None and found != root.resolve()):
        where = root or "this folder or above it"
        raise click.UsageError(f"no corpus/ and schema/ in {where}; use --root")
    return found


@contextmanager
def misused(*stops: type[Exception]) -> Iterator[None]:
    """Turn what the user can mend by another call into one line and exit code 2."""
    try:
        yield
    except stops as error:
        raise click.UsageError(str(error)) from None


root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The checkout; the nearest folder upwards that has corpus/ and schema/.",
)

texts_option = click.option(
    "--texts",
    multiple=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="DIR",
    help="Folder with texts of withheld documents, under any names; repeatable.",
)


def text_folders(texts: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders with texts, those of STANDPOINT_TEXTS included."""
    more = os.environ.get("STANDPOINT_TEXTS", "")
    named = [Path(folder) for folder in more.split(os.pathsep) if folder]
    for folder in named:
        if not folder.is_dir():
            raise click.UsageError(
                f"STANDPOINT_TEXTS names {folder}, which is no folder"
            )
    return (*texts, *named)
