"""`verify`: a built dataset, read back as users read it."""

from pathlib import Path

import click

from standpoint.cli import options
from standpoint.release.dataset import DatasetError
from standpoint.release.verify import verify


@click.command()
@click.argument(
    "datasets",
    nargs=-1,
    required=True,
    metavar="DATASET...",
    type=options.EXISTING_PATH,
)
def command(datasets: tuple[Path, ...]) -> None:
    """Check that built datasets load as they were built.

    DATASET is a folder. Every config is loaded and compared with the checksums and counts
    that the build recorded. Needs no network.
    """
    has_problems = False
    for dataset in datasets:
        with options.stopping_at(DatasetError):
            problems = verify(dataset)
        has_problems |= bool(problems)
        for line in problems or ["every config loads as it was built"]:
            is_named = not problems or len(datasets) > 1
            click.echo(f"{dataset.name}: {line}" if is_named else line)
    raise SystemExit(int(has_problems))
