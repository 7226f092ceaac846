"""`shard`: records in files of their own, or many in one."""

import click

from standpoint.cli import options
from standpoint.records.checkout import Checkout
from standpoint.records.findings import counted
from standpoint.records.storage import Form, StorageError, convert


@click.command()
@click.option(
    "--to",
    "form",
    type=click.Choice(["jsonl", "zst", "json"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one record per line; zst: the same, compressed; json: one file per record.",
)
@options.with_checkout
def command(*, form: Form, checkout: Checkout) -> None:
    """Store many records in one file, or each in its own file.

    The records stay the same, and so does the dataset built from them: there are only
    fewer files.
    """
    with options.stopping_at(StorageError):
        stored = convert(checkout, form)
    for finding in stored.problems:
        click.echo(str(finding), err=True)
    if stored.problems:
        click.echo("nothing was changed: correct these first", err=True)
        raise SystemExit(1)
    click.echo(
        f"{counted(stored.n_documents, 'document')} and"
        f" {counted(stored.n_sets, 'annotation set')} are now in"
        f" {counted(stored.n_files, 'file')}"
    )
