"""`hydrate`: the texts of a public dataset, restored from copies."""

from pathlib import Path

import click

from standpoint.cli import options
from standpoint.cli.progress import progress
from standpoint.records.engine import BusyError
from standpoint.release.hydrate import hydrate


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the full dataset. Default: only report what was found.",
)
@click.option(
    "--texts",
    multiple=True,
    type=options.EXISTING_PATH,
    metavar="PATH",
    help="Folder or file with your copies, under any file names; repeatable.",
)
@click.option(
    "--revision", help="Branch, tag or commit of a dataset on the Hugging Face Hub."
)
def command(
    dataset: Path, *, out: Path | None, texts: tuple[Path, ...], revision: str | None
) -> None:
    """Restore the texts of a public dataset from your own copies.

    DATASET is a folder, or the id of a dataset on the Hugging Face Hub (owner/name). If
    the text of a document is missing, the exit code is 1; what was found is still written.
    """
    places = options.text_folders(texts)
    if not places:
        raise click.UsageError("name the folder with your copies: --texts DIR")
    with (
        options.stopping_at(BusyError, FileNotFoundError, FileExistsError, ValueError),
        progress() as step,
    ):
        result = hydrate(dataset, places, out, revision=revision, step=step)
    click.echo(result)
    if result.folder is not None:
        click.echo(f"wrote {result.folder}")
    raise SystemExit(int(not result.is_whole))
