"""The command line: each command parses, calls the library, prints and exits.

Each command has a file called like it. It is imported when the command is called, so
`--help` and `check` load nothing heavy. Exit codes: 0 no error, 1 errors found, 2 could
not run.
"""

import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from standpoint.cli.group import LazyGroup

COMMANDS = {
    "build": "Check the corpus and compile it to a dataset.",
    "check": "Check the corpus, or some of its files.",
    "explain": "Explain a code of a finding: the rule, the reason, the fix.",
    "fmt": "Rewrite record files in canonical form.",
    "migrate": "Update records that an earlier version wrote.",
    "shard": "Store many records in one file, or each in its own file.",
    "show": "Show a text with its annotations.",
    "import": "Convert annotations in another format to annotation sets.",
    "add": "Write a first record for a new document.",
    "describe": "Recompute the sentences and paragraphs of a document.",
    "labelstudio": "Run an annotation campaign in Label Studio.",
    "agreement": "Measure how well independent readings agree.",
    "hydrate": "Restore the texts of a public dataset from your own copies.",
    "verify": "Check that built datasets load as they were built.",
    "score": "Score predictions against a built dataset.",
    "docs": "Update the pages that are generated from the source.",
    "datasheet": "Update the datasheet and its figures.",
}
"""Command to its help in one line, with which the help of the command starts."""


@click.group(
    cls=LazyGroup,
    package="standpoint.cli",
    lines=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    package_name="standpoint-corpus", message="standpoint %(version)s"
)
def cli() -> None:
    """Check, compile and read an annotated corpus of contested war reporting."""


def main(default: str | None = None, home: Path | None = None) -> NoReturn:
    """Run the command line.

    Args:
        default: Command to run if the first argument is not a command.
        home: Checkout to use if the current folder is not inside one.
    """
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
        cli.main(arguments, prog_name=program, obj=home)
    except (OSError, MemoryError, GitStop) as error:
        _stop(str(error) or "out of memory")
    except Exception as error:
        from standpoint.records.schema import SchemaStop

        if isinstance(error, SchemaStop):
            _stop(str(error))
        if os.environ.get("STANDPOINT_DEBUG"):
            raise
        _stop(
            f"internal error ({type(error).__name__}: {error}). Please report it;"
            " STANDPOINT_DEBUG=1 shows the traceback."
        )
    sys.exit(0)


def _stop(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(2)
