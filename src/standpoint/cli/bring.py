"""`import` and `add`: records from elsewhere."""

from pathlib import Path

import click

from standpoint.cli import root_of, root_option, text_folders, texts_option


@click.group("import")
def import_command() -> None:
    """Turn annotations in another form into annotation sets."""


@import_command.command("quoted")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the set that is there.")
@texts_option
@root_option
def quoted_command(
    file: Path, replace: bool, texts: tuple[Path, ...], root: Path | None
) -> None:
    """Import a set written with quotes, and judge it; exit 1 on any error."""
    from standpoint.bring import ImportStop, bring_quoted
    from standpoint.checkout import Checkout, has_errors
    from standpoint.judge import judge
    from standpoint.render import summary

    checkout = Checkout(root_of(root), text_folders(texts))
    try:
        path, findings = bring_quoted(checkout, file, replace=replace)
    except ImportStop as stop:
        raise click.UsageError(str(stop)) from None
    for finding in findings:
        click.echo(str(finding))
    if path is None:
        click.echo("nothing was written", err=True)
        raise SystemExit(1)
    click.echo(f"wrote {path}")
    report = judge(Checkout(checkout.root, text_folders(texts)), [path])
    for finding in report.findings:
        click.echo(str(finding))
    click.echo(summary(report.findings, report.not_judged), err=True)
    raise SystemExit(int(has_errors(report.findings)))


@import_command.command("label-studio")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take the file's where both changed.")
@texts_option
@root_option
def label_studio_command(
    file: Path, replace: bool, texts: tuple[Path, ...], root: Path | None
) -> None:
    """Import an export of Label Studio (JSON), and judge it; exit 1 on any error."""
    from standpoint.campaign.place import Place
    from standpoint.campaign.pull import pull_file
    from standpoint.checkout import Checkout, has_errors
    from standpoint.cli.labelstudio import plainly, taken_lines

    folders = text_folders(texts)
    checkout = Checkout(root_of(root), folders)
    place = Place(checkout.root)
    with plainly():
        taken = pull_file(checkout, place, file, replace=replace, folders=folders)
    for line in taken_lines(taken):
        click.echo(line)
    raise SystemExit(int(has_errors(taken.findings)))


@click.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "document_id", required=True, help="Id of the new document.")
@click.option("--publisher", required=True, metavar="OUTLET", help="Whose page it was.")
@click.option("--language", default="en", help="Main language, ISO 639-1.")
@root_option
def add_command(
    file: Path, document_id: str, publisher: str, language: str, root: Path | None
) -> None:
    """Propose the record of a new document: text withheld, dates unknown, for a curator.

    Segments and zones are a first guess; correct them, then run `standpoint describe`.
    """
    from standpoint.bring import ImportStop, bring_document
    from standpoint.checkout import Checkout

    checkout = Checkout(root_of(root))
    try:
        added = bring_document(checkout, file, document_id, publisher, language)
    except ImportStop as stop:
        raise click.UsageError(str(stop)) from None
    click.echo(f"wrote {added.path}")
    for document, n_shared, n_all in added.near:
        click.echo(f"{document} has {n_shared} of its {n_all} lines: same story group?")
    click.echo("now: correct segments, zones and dates; enter it in corpus/splits.json")


@click.command("describe")
@click.argument("document")
@texts_option
@root_option
def describe_command(document: str, texts: tuple[Path, ...], root: Path | None) -> None:
    """Compute sentences and paragraphs of a document again, from its zones and text."""
    from standpoint.bring import ImportStop, describe
    from standpoint.checkout import Checkout

    try:
        path = describe(Checkout(root_of(root), text_folders(texts)), document)
    except ImportStop as stop:
        raise click.UsageError(str(stop)) from None
    click.echo(f"wrote {path}")
