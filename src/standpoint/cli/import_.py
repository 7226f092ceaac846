"""`import`: annotation sets from annotations in another format."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from standpoint.checks.report import summary
from standpoint.cli import options
from standpoint.formats.importer import (
    BratFile,
    ImportStop,
    bring_brat,
    bring_quoted,
)
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.findings import Finding


@click.group()
def command() -> None:
    """Convert annotations in another format to annotation sets.

    The result is checked before it is written.
    """


@command.command()
@click.argument("file", type=options.EXISTING_FILE)
@options.replace_option
@options.with_texts
def quoted(file: Path, *, replace: bool, checkout: Checkout) -> None:
    """Import a set written with quotes in place of offsets.

    docs/quoted.md describes FILE. If there is any error, nothing is written and the exit
    code is 1.
    """
    with options.stopping_at(ImportStop):
        path, findings = bring_quoted(checkout, file, replace=replace)
    _report(checkout, path, findings)


@command.command()
@click.argument("file", type=options.EXISTING_FILE)
@click.option("--document", required=True, metavar="ID", help="Document it annotates.")
@click.option(
    "--annotator", required=True, metavar="NAME", help="Pseudonym of the annotator."
)
@click.option(
    "--mapping",
    type=options.EXISTING_FILE,
    help="JSON file that maps its labels to those of this project; see docs/brat.md.",
)
@click.option(
    "--created",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]),
    metavar="TIME",
    help="When it was made, such as 2031-05-04 or 2031-05-04T10:00:00Z. Default: now.",
)
@click.option(
    "--guidelines",
    metavar="VERSION",
    help="Version of the guidelines that it follows. Default: the newest.",
)
@click.option(
    "--saw-suggestions", is_flag=True, help="The annotator saw suggestions of others."
)
@options.replace_option
@options.with_texts
def brat(
    file: Path,
    *,
    document: str,
    annotator: str,
    mapping: Path | None,
    created: datetime | None,
    guidelines: str | None,
    saw_suggestions: bool,
    replace: bool,
    checkout: Checkout,
) -> None:
    """Import a brat standoff file (.ann).

    If there is any error, nothing is written and the exit code is 1.
    """
    moment = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = BratFile(
        file, document, annotator, moment, guidelines, mapping, saw_suggestions
    )
    with options.stopping_at(ImportStop):
        path, findings = bring_brat(checkout, found, replace=replace)
    _report(checkout, path, findings)


@command.command()
@click.argument("file", type=options.EXISTING_FILE)
@click.option(
    "--replace",
    is_flag=True,
    help="Where the set and the export have both changed, use the export.",
)
@options.with_texts
def label_studio(file: Path, *, replace: bool, checkout: Checkout) -> None:
    """Import a JSON export of a Label Studio project.

    The project has to come from `labelstudio push`. The exit code is 1 if there is any
    error.
    """
    from standpoint.cli.labelstudio.pull import report
    from standpoint.labelstudio.pull import pull_file
    from standpoint.labelstudio.workdir import CampaignStop, Workdir

    with options.stopping_at(CampaignStop):
        taken = pull_file(
            checkout,
            Workdir(checkout.root),
            file,
            replace=replace,
            folders=checkout.folders,
        )
    report(taken)


def _report(checkout: Checkout, path: str | None, findings: list[Finding]) -> NoReturn:
    """Print what an import found and wrote, and exit."""
    for finding in findings:
        click.echo(str(finding))
    click.echo(summary(findings, {}), err=True)
    if path is None:
        of_set = any(found.path.startswith("annotations/") for found in findings)
        where = "; lines in annotations/ are those the set would have" if of_set else ""
        click.echo(f"nothing was written{where}", err=True)
        raise SystemExit(1)
    record = checkout.record(path, "annotation-set")
    registries = checkout.registries
    who = registries and registries.annotators.get(record.annotator)
    kind = who.kind.replace("_", " ") if who else "not registered"
    click.echo(f"wrote {path}: by {record.annotator} ({kind}), role {record.role}")
    if has_errors(findings):
        click.echo("now correct the other files that are named above", err=True)
    raise SystemExit(int(has_errors(findings)))
