"""`agreement`: how far independent readings agree."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

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
from standpoint.cli import misused, root_of, root_option
from standpoint.cli.comparison import CIRCULAR, chosen, comparison
from standpoint.records.checkout import Checkout, has_errors

NOTHING = "No segment{where} has two independent readings with full coverage."
NO_KEY = "No segment{where} has both a reading and a key."


@click.command("agreement", short_help="Measure how far independent readings agree.")
@click.argument("dataset", required=False)
@click.option(
    "--layer", "layers", multiple=True, metavar="LAYER", help="One layer; repeatable."
)
@click.option("--document", metavar="DOCUMENT", help="One document.")
@click.option(
    "--per",
    multiple=True,
    type=click.Choice(["label", "pair", "document"]),
    help="Show each label and panel target, pair of readings, or document; repeatable.",
)
@click.option(
    "--split",
    type=click.Choice(["pilot", CALIBRATION]),
    help="Real reporting (pilot, the default) or invented documents (calibration).",
)
@click.option(
    "--keys", is_flag=True, help="Compare each reading with the calibration keys."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="Format of the output.",
)
@root_option
def agreement_command(  # noqa: PLR0913 - one argument per option
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
    """Measure how far independent readings of the same texts agree.

    Agreement of people, repeatability of one model, layer by layer; needs no texts.
    DATASET is the folder of a built dataset, or its name on the Hub. Without it, the
    records of the checkout are compared, with the same result.
    """
    for layer in layers:
        if layer not in MEASURES:
            known = ", ".join(MEASURES)
            raise click.UsageError(f"there is no layer {layer!r}. Layers: {known}")
    wish = _Wish(document, split, keys)
    if dataset is not None:
        readings = _built(dataset, wish)
    else:
        readings = _read(Checkout(root_of(root)), wish)
    rows = compare_with_keys(readings) if keys else compare(readings)
    rows = [row for row in rows if not layers or row.layer in layers]
    rows = chosen(rows, per)
    if rows or form == "json":
        circular = keys and readings.keys_by_models
        lines = comparison(rows, form, circular=circular)
        if circular and form == "json":  # which has no room for it
            click.echo(CIRCULAR, err=True)
    else:
        where = f" of {document}" if document else ""
        lines = iter([(NO_KEY if keys else NOTHING).format(where=where)])
    for line in lines:
        click.echo(line)


class _Wish(NamedTuple):
    """What is compared: one document or a split; readings, or readings and keys."""

    document: str | None
    split: str | None
    keys: bool

    def wanted(self, splits: Mapping[str, str]) -> list[str]:
        """Return the documents to compare, given the split of each."""
        if self.document is not None and self.document not in splits:
            raise click.UsageError(f"there is no document {self.document!r}")
        wanted = self.split or (CALIBRATION if self.keys else "pilot")
        if self.document is None:
            return [name for name, split in splits.items() if split == wanted]
        own = splits[self.document] or wanted
        if own != wanted and (self.split or self.keys):
            wish = (
                "--keys needs a document of the split" if self.keys else "use --split"
            )
            split = CALIBRATION if self.keys else own
            raise click.UsageError(
                f"{self.document} is in the split {own}: {wish} {split}"
            )
        return [self.document]


def _built(dataset: str, wish: _Wish) -> Readings:
    """Read what is compared from the votes of a built dataset."""
    from standpoint.records.schema import Schemas, SchemaStop
    from standpoint.release.dataset import DatasetError, opened, table

    with misused(DatasetError, FileNotFoundError, SchemaStop):
        folder = opened(dataset)
        inventories = Schemas(folder / "schema").inventories
        try:
            readings = of_tables(lambda config: table(folder, config), inventories)
        except KeyError:
            raise DatasetError(
                f"{dataset} does not list its annotation sets: it was built by an older"
                " version. Build it again, or run the command in its checkout"
            ) from None
    return readings.of(wish.wanted(readings.splits))


def _read(checkout: Checkout, wish: _Wish) -> Readings:
    """Read what is compared; if anything cannot be read, print it and exit 1."""
    if wish.document is not None and wish.document not in checkout.documents:
        raise click.UsageError(f"there is no document {wish.document!r}")
    registries = checkout.registries
    dossiers = []
    if registries is not None:
        ledger = {entry.document: entry.split for entry in registries.splits.ledger}
        known = {name: ledger.get(name, "") for name in checkout.documents}
        for name in wish.wanted(known):
            found = checkout.dossier(name)
            dossiers += [found] if found is not None else []
    findings = checkout.place(checkout.drain())
    if registries is None or has_errors(findings):
        for finding in findings:
            click.echo(str(finding), err=True)
        click.echo("nothing was measured: correct the errors above first", err=True)
        raise SystemExit(1)
    return of_records(dossiers, registries, checkout.schemas.inventories)
