"""`describe`: sentences and paragraphs of a document, computed again."""

import click

from standpoint.cli import options
from standpoint.formats.importer import ImportStop, describe
from standpoint.records.checkout import Checkout


@click.command()
@click.argument("document")
@options.with_texts
def command(document: str, *, checkout: Checkout) -> None:
    """Recompute the sentences and paragraphs of a document.

    They depend on its zones and its text. Run this after either has changed.
    """
    with options.stopping_at(ImportStop):
        path = describe(checkout, document)
    click.echo(f"wrote {path}")
