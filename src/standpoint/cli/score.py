"""`score`: how well predictions match the labels of a built dataset."""

import json
from pathlib import Path

import click

from standpoint.cli import options
from standpoint.records.vocabulary import LAYERS
from standpoint.scoring import score


@click.command()
@click.argument("predictions", type=click.Path(path_type=Path))
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--config",
    type=click.Choice(LAYERS),
    default=LAYERS[0],
    show_default=True,
    help="Config that was predicted.",
)
@click.option(
    "--split", default="pilot", show_default=True, help="Split of the dataset."
)
@options.format_option("text", "json")
def command(
    predictions: Path, dataset: Path, *, config: str, split: str, form: str
) -> None:
    """Score predictions against a built dataset.

    PREDICTIONS is a file (.jsonl, .json or .parquet), DATASET the folder of a built
    dataset. docs/scoring.md describes the file and the measures.
    """
    with options.stopping_at(ValueError, FileNotFoundError):
        found = score(predictions, dataset, config, split)
    plain = json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    click.echo(plain if form == "json" else str(found))
