"""`import` and `add`: records from elsewhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from standpoint.cli import (
    misused,
    root_of,
    root_option,
    text_folders,
    texts_option,
)
from standpoint.records.findings import Finding, counted


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
    """Import a set written with quotes; on any error write nothing, and exit 1."""
    from standpoint.formats.importer import ImportStop, bring_quoted
    from standpoint.records.checkout import Checkout

    checkout = Checkout(root_of(root), text_folders(texts))
    with misused(ImportStop):
        path, findings = bring_quoted(checkout, file, replace=replace)
    _say(checkout, path, findings)


def _say(checkout: Any, path: str | None, findings: list[Finding]) -> NoReturn:
    """Say what an import found and wrote, and exit."""
    from standpoint.checks.report import summary
    from standpoint.records.checkout import has_errors

    for finding in findings:
        click.echo(str(finding))
    click.echo(summary(findings, {}), err=True)
    if path is None:
        of_set = any(found.path.startswith("annotations/") for found in findings)
        where = ": its lines are those that the set would have" if of_set else ""
        click.echo(f"nothing was written{where}", err=True)
        raise SystemExit(1)
    record = checkout.record(path, "annotation-set")
    who = checkout.registries.annotators.get(record.annotator)  # ANN001 may be accepted
    kind = who.kind.replace("_", " ") if who else "not registered"
    click.echo(f"wrote {path}: by {record.annotator} ({kind}), role {record.role}")
    if has_errors(findings):
        click.echo("what is said above of other files is to be mended now", err=True)
    raise SystemExit(int(has_errors(findings)))


@import_command.command("brat")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", required=True, metavar="ID", help="What it is about.")
@click.option("--annotator", required=True, metavar="NAME", help="Who made it.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What its labels become (JSON); docs/brat.md has an example.",
)
@click.option(
    "--created",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]),
    help="When it was made, UTC; else now.",
)
@click.option(
    "--guidelines", metavar="VERSION", help="What it follows; else the newest."
)
@click.option("--saw-suggestions", is_flag=True, help="It was made from suggestions.")
@click.option("--replace", is_flag=True, help="Replace the set that is there.")
@texts_option
@root_option
def brat_command(  # noqa: PLR0913 - one argument per option
    file: Path,
    *,
    document: str,
    annotator: str,
    mapping: Path | None,
    created: datetime | None,
    guidelines: str | None,
    saw_suggestions: bool,
    replace: bool,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Import a brat standoff file (.ann); on any error write nothing, and exit 1."""
    from standpoint.formats.importer import BratFile, ImportStop, bring_brat
    from standpoint.records.checkout import Checkout

    checkout = Checkout(root_of(root), text_folders(texts))
    moment = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = BratFile(
        file, document, annotator, moment, guidelines, mapping, saw_suggestions
    )
    with misused(ImportStop):
        path, findings = bring_brat(checkout, found, replace=replace)
    _say(checkout, path, findings)


@import_command.command("label-studio")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take the file's where both changed.")
@texts_option
@root_option
def label_studio_command(
    file: Path, replace: bool, texts: tuple[Path, ...], root: Path | None
) -> None:
    """Import an export of Label Studio (JSON), and judge it; exit 1 on any error."""
    from standpoint.cli.labelstudio import plainly, taken_lines
    from standpoint.labelstudio.pull import pull_file
    from standpoint.labelstudio.workdir import Place
    from standpoint.records.checkout import Checkout, has_errors

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
    from standpoint.formats.importer import ImportStop, bring_document
    from standpoint.records.checkout import Checkout

    checkout = Checkout(root_of(root))
    with misused(ImportStop):
        added = bring_document(checkout, file, document_id, publisher, language)
    click.echo(f"wrote {added.path}")
    for document, n_shared, n_all in added.near:
        click.echo(f"{document} has {n_shared} of its {n_all} lines: same story group?")
    known = {document for document, _, _ in added.near}
    for document, share in added.alike:
        if document not in known:
            click.echo(
                f"{document} has nearly the same words ({share:.0%} of stretches of three"
                " words): same story group?"
            )
    for what, first, n_times in added.odd:
        click.echo(
            f"warning: the text has {what}, {counted(n_times, 'time')}, first at"
            f" character {first}. Tools and copies differ on it: save the text as plain"
            " UTF-8 with LF line ends and add it again, unless it must stay as it is.",
            err=True,
        )
    click.echo("now: correct segments, zones and dates; enter it in corpus/splits.json")


@click.command("describe")
@click.argument("document")
@texts_option
@root_option
def describe_command(document: str, texts: tuple[Path, ...], root: Path | None) -> None:
    """Compute sentences and paragraphs of a document again, from its zones and text."""
    from standpoint.formats.importer import ImportStop, describe
    from standpoint.records.checkout import Checkout

    with misused(ImportStop):
        path = describe(Checkout(root_of(root), text_folders(texts)), document)
    click.echo(f"wrote {path}")
