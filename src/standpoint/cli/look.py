"""`show`: a text in the terminal with its spans drawn."""

from pathlib import Path

import click

from standpoint.cli import root_of, root_option, text_folders, texts_option
from standpoint.records.model import AnnotationSet, Document, Dossier, Segment


@click.command("show")
@click.argument("place", metavar="DOCUMENT[/SEGMENT]")
@click.option("--annotator", help="Draw this one's set only.")
@click.option("--bare", is_flag=True, help="The text and its zones, nobody's set.")
@texts_option
@root_option
def show_command(
    place: str,
    annotator: str | None,
    bare: bool,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Draw a segment with its mentions and claims, and list what was judged."""
    from rich.console import Console

    from standpoint.records.checkout import Checkout
    from standpoint.records.show import draw

    checkout = Checkout(root_of(root), text_folders(texts))
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
        click.echo(f"the text of {document_id} is not here; use --texts", err=True)
    console = Console(highlight=False)
    for segment in _segments(dossier.document, segment_id):
        for line in draw(dossier, segment, sets):
            console.print(line)


def _sets(dossier: Dossier, annotator: str | None) -> list[AnnotationSet]:
    document_id = dossier.document.id
    sets = [s for s in dossier.sets if annotator in (None, s.annotator)]
    if not sets and annotator:
        raise click.UsageError(f"{annotator!r} has no set on {document_id}")
    if not sets:
        click.echo(f"nobody has judged {document_id} yet", err=True)
    return sets


def _segments(document: Document, segment_id: str) -> list[Segment]:
    if not segment_id:
        return [s for s in document.segments if s.kind != "boilerplate"]
    found = [segment for segment in document.segments if segment.id == segment_id]
    if not found:
        known = ", ".join(segment.id for segment in document.segments)
        raise click.UsageError(f"no segment {segment_id!r}; there are {known}")
    return found
