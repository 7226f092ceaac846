"""`agreement`: how well independent readings agree."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from standpoint.agreement import (
    CALIBRATION,
    MEASURES,
    Readings,
    compare,
    compare_with_keys,
    of_records,
    of_tables,
)
from standpoint.cli import options
from standpoint.cli.agreement_report import CIRCULAR, chosen, report
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.schema import Schemas, SchemaStop
from standpoint.release.dataset import DatasetError, opened, table

PILOT = "pilot"


@click.command()
@click.argument("dataset", required=False)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(list(MEASURES)),
    help="Only this layer; repeatable.",
)
@click.option("--document", metavar="DOCUMENT", help="Only this document.")
@click.option(
    "--per",
    multiple=True,
    type=click.Choice(["label", "pair", "document"]),
    help="Also measure each label and panel target, each pair of readings, or each"
    " document; repeatable.",
)
@click.option(
    "--split",
    type=click.Choice([PILOT, CALIBRATION]),
    help="pilot: real reporting (default); calibration: invented documents.",
)
@click.option(
    "--keys", is_flag=True, help="Compare each reading with the calibration keys."
)
@options.format_option("text", "markdown", "json")
@options.root_option
def command(
    dataset: str | None,
    *,
    layers: tuple[str, ...],
    document: str | None,
    per: tuple[str, ...],
    split: str | None,
    keys: bool,
    form: str,
    root: Path | None,
) -> None:
    """Measure how well independent readings agree.

    For people, this is agreement; for several runs of one language model, repeatability.
    DATASET is the folder of a built dataset, or its name on the Hugging Face Hub. Without
    it, the records of the checkout are compared, with the same result. Needs no texts.
    """
    if document is not None and split is not None:
        raise click.UsageError("--document and --split cannot be combined")

    def documents(splits: Mapping[str, str]) -> list[str]:
        """Return the documents to compare, given the split of each."""
        if document is None:
            wanted = split or (CALIBRATION if keys else PILOT)
            return [name for name, own in splits.items() if own == wanted]
        if document not in splits:
            raise click.UsageError(f"there is no document {document!r}")
        return [document]

    if dataset is not None:
        readings = _built(dataset, documents)
    else:
        readings = _read(Checkout(options.root_of(root)), documents)
    rows = compare_with_keys(readings) if keys else compare(readings)
    rows = chosen([row for row in rows if not layers or row.layer in layers], per)
    if not rows and form != "json":
        where = f" of {document}" if document else ""
        needed = "a reading and a key" if keys else "two independent readings in full"
        click.echo(f"No segment{where} has {needed}.")
        return
    circular = keys and readings.keys_by_models
    for line in report(rows, form, circular=circular):
        click.echo(line)
    if circular and form == "json":  # the JSON has no place for it
        click.echo(CIRCULAR, err=True)


Choice = Callable[[Mapping[str, str]], list[str]]
"""Gives the documents to compare, given the split of each."""


def _built(dataset: str, documents: Choice) -> Readings:
    """Read what is compared from the votes of a built dataset."""
    with options.stopping_at(DatasetError, FileNotFoundError, SchemaStop):
        folder = opened(dataset)
        inventories = Schemas(folder / "schema").inventories
        try:
            readings = of_tables(lambda config: table(folder, config), inventories)
        except KeyError:
            raise DatasetError(
                f"{dataset} does not list its annotation sets: it was built by an older"
                " version. Build it again, or run the command in its checkout"
            ) from None
    return readings.of(documents(readings.splits))


def _read(checkout: Checkout, documents: Choice) -> Readings:
    """Read what is compared; if anything cannot be read, print it and exit with 1."""
    registries = checkout.registries
    dossiers = []
    if registries is not None:
        ledger = {entry.document: entry.split for entry in registries.splits.ledger}
        splits = {name: ledger.get(name, "") for name in checkout.documents}
        dossiers = [
            found
            for name in documents(splits)
            if (found := checkout.dossier(name)) is not None
        ]
    findings = checkout.place(checkout.drain())
    if registries is None or has_errors(findings):
        for finding in findings:
            click.echo(str(finding), err=True)
        click.echo("nothing was measured: correct the errors above first", err=True)
        raise SystemExit(1)
    return of_records(dossiers, registries, checkout.schemas.inventories)
