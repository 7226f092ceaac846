"""`add`: a first record for a new document."""

from pathlib import Path

import click

from standpoint.cli import options
from standpoint.formats.importer import ImportStop, bring_document
from standpoint.records.checkout import Checkout
from standpoint.records.findings import counted


@click.command()
@click.argument("file", type=options.EXISTING_FILE)
@click.option("--id", "document_id", required=True, help="Id of the new document.")
@click.option(
    "--publisher",
    required=True,
    metavar="OUTLET",
    help="Outlet that published it: an id of corpus/outlets.json.",
)
@click.option(
    "--language",
    default="en",
    show_default=True,
    help="Main language, as an ISO 639-1 code.",
)
@options.with_checkout
def command(
    file: Path, *, document_id: str, publisher: str, language: str, checkout: Checkout
) -> None:
    """Write a first record for a new document.

    FILE is its text. The record says that the text is withheld and the dates are unknown;
    segments and zones are a guess. Correct them, then run `standpoint describe`.
    """
    with options.stopping_at(ImportStop):
        added = bring_document(checkout, file, document_id, publisher, language)
    click.echo(f"wrote {added.path}")
    for document, n_shared, n_all in added.near:
        click.echo(
            f"{document} contains {n_shared} of the {n_all} lines:"
            " does the new document belong to its story group?"
        )
    near = {document for document, _, _ in added.near}
    for document, share in added.alike:
        if document not in near:
            click.echo(
                f"{document} has nearly the same words ({share:.0%} of the three-word"
                " sequences): does the new document belong to its story group?"
            )
    for what, first, n_times in added.odd:
        click.echo(
            f"warning: the text contains {what}, {counted(n_times, 'time')}, first at"
            f" character {first}. Tools and copies differ on such characters: unless they"
            " matter, save the text as plain UTF-8 with LF line ends and add it again.",
            err=True,
        )
    click.echo(
        "next: correct its segments, zones and dates; add it to corpus/splits.json"
    )
