"""`verify`: a built dataset, read back as users read it."""

from pathlib import Path

import click

from standpoint.cli import options
from standpoint.release.dataset import DatasetError
from standpoint.release.verify import verify


@click.command()
@click.argument("dataset", type=options.EXISTING_PATH)
def command(dataset: Path) -> None:
    """Check that a built dataset loads as it was built.

    DATASET is its folder. Every config is loaded and compared with the checksums and counts
    that the build recorded. Needs no network.
    """
    with options.stopping_at(DatasetError):
        problems = verify(dataset)
    for problem in problems:
        click.echo(problem)
    if not problems:
        click.echo(f"{dataset.name}: every config loads as it was built")
    raise SystemExit(int(bool(problems)))
