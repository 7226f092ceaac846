"""`score`: how well predictions fit the labels of a built dataset."""

import json
from pathlib import Path

import click

from standpoint.resolve import LAYERS


@click.command("score", short_help="Score predictions against a built dataset.")
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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the output.",
)
def score_command(
    predictions: Path, dataset: Path, config: str, split: str, form: str
) -> None:
    """Score PREDICTIONS (.jsonl, .json or .parquet) against the built DATASET."""
    from standpoint.scoring import score

    try:
        found = score(predictions, dataset, config, split)
    except (ValueError, FileNotFoundError) as error:
        click.echo(f"standpoint: {error}", err=True)
        raise SystemExit(2) from None
    plain = json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    click.echo(plain if form == "json" else str(found))
