"""`show`: a text in the terminal, with its annotations."""

import click
from rich.console import Console

from standpoint.cli import options
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, Document, Dossier, Segment
from standpoint.records.show import draw
from standpoint.records.vocabulary import BOILERPLATE


@click.command()
@click.argument("place", metavar="DOCUMENT[/SEGMENT]")
@click.option("--annotator", metavar="NAME", help="Show only this annotator's set.")
@click.option("--bare", is_flag=True, help="Show the text and its zones only.")
@options.with_texts
def command(
    place: str,
    *,
    annotator: str | None,
    bare: bool,
    checkout: Checkout,
) -> None:
    """Show a text with its annotations.

    Mentions and claims are marked in the text; below it, everything is listed.
    """
    document_id, _, segment_id = place.partition("/")
    if document_id not in checkout.documents:
        raise click.UsageError(f"there is no document {document_id!r}")
    dossier = checkout.dossier(document_id)
    if dossier is None:
        for finding in checkout.place(checkout.drain()):
            click.echo(str(finding))
        raise SystemExit(1)
    sets = [] if bare else _sets(dossier, annotator)
    if dossier.text is None:
        click.echo(f"the text of {document_id} is not available; use --texts", err=True)
    console = Console(highlight=False)
    naming = checkout.schemas.inventories["naming"].labels
    for segment in _segments(dossier.document, segment_id):
        for line in draw(dossier, segment, sets, naming):
            console.print(line)


def _sets(dossier: Dossier, annotator: str | None) -> list[AnnotationSet]:
    document_id = dossier.document.id
    sets = [s for s in dossier.sets if annotator in (None, s.annotator)]
    if not sets and annotator:
        raise click.UsageError(f"{annotator!r} has not annotated {document_id}")
    if not sets:
        click.echo(f"nobody has annotated {document_id} yet", err=True)
    return sets


def _segments(document: Document, segment_id: str) -> list[Segment]:
    if not segment_id:
        return [s for s in document.segments if s.kind != BOILERPLATE]
    found = [segment for segment in document.segments if segment.id == segment_id]
    if not found:
        known = ", ".join(segment.id for segment in document.segments)
        raise click.UsageError(
            f"there is no segment {segment_id!r} in {document.id}. Segments: {known}"
        )
    return found
