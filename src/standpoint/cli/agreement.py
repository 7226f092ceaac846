"""`agreement`: how far independent readings coincide, and what that is called."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from standpoint.agreement import (
    ALL,
    CALIBRATION,
    EXPLAINED,
    INDEPENDENCE,
    LAYERS,
    MATCHED,
    WANTED,
    Row,
    compare,
    compare_with_keys,
    keys_by_models,
)
from standpoint.cli import misused, root_of, root_option
from standpoint.cli.table import table
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.model import Dossier, Registries
from standpoint.records.schema import Inventory

CIRCULAR = (
    "A language model wrote the keys: that a reading by a language model coincides with"
    " them is circular, and no proof that either is right."
)
WIDE = (
    "Intervals: 95 %, percentile bootstrap over segments. Few segments give wide ones:"
    " two that overlap are no finding."
)
NOTHING = "No two independent readings looked fully at the same segment{where}."
NO_KEY = "No reading looked at a segment{where} that has a key."
KINDS = {
    "human": "people",
    "language_model": "language models",
    "key": "one reading and the keys",
    "model key": "one reading and the keys, which a language model wrote",
}


@click.command("agreement", short_help="How far independent readings coincide.")
@click.argument("dataset", required=False)
@click.option("--layer", "layers", multiple=True, metavar="LAYER", help="One layer.")
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
    help="Real reporting or invented documents; pilot unless said otherwise.",
)
@click.option("--keys", is_flag=True, help="Each reading against the calibration keys.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="How to print.",
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
    """How far independent readings coincide.

    Agreement of people, repeatability of one model, layer by layer; needs no texts.
    DATASET is the folder of a built dataset, or its name on the Hub; without it, the
    records of the checkout are compared, with the same result.
    """
    for layer in layers:
        if layer not in LAYERS:
            known = ", ".join(LAYERS)
            raise click.UsageError(f"there is no layer {layer!r}; there are {known}")
    wish = _Wish(document, split, keys)
    if dataset is not None:
        registries, dossiers, inventories = _built(dataset, wish)
    else:
        checkout = Checkout(root_of(root))
        registries, dossiers = _read(checkout, wish)
        inventories = checkout.schemas.inventories
    compared = compare_with_keys if keys else compare
    rows = compared(dossiers, registries, inventories)
    rows = [row for row in rows if not layers or row.layer in layers]
    rows = _chosen(rows, per)
    if rows or form == "json":
        circular = keys and keys_by_models(dossiers, registries)
        lines = comparison(rows, form, circular=circular)
        if circular and form == "json":  # which has no room for it
            click.echo(CIRCULAR, err=True)
    else:
        where = f" of {document}" if document else ""
        lines = iter([(NO_KEY if keys else NOTHING).format(where=where)])
    for line in lines:
        click.echo(line)


class _Wish(NamedTuple):
    """What is to be compared: one document, a split, readings and keys."""

    document: str | None
    split: str | None
    keys: bool

    def wanted(self, splits: Mapping[str, str]) -> list[str]:
        """Return the documents that are meant, given the split of each."""
        if self.document is not None and self.document not in splits:
            raise click.UsageError(f"there is no document {self.document!r}")
        wanted = self.split or (CALIBRATION if self.keys else "pilot")
        if self.document is None:
            return [name for name, split in splits.items() if split == wanted]
        own = splits[self.document] or wanted
        if own != wanted and (self.split or self.keys):
            wish = "--keys needs one of" if self.keys else "look at it with --split"
            split = CALIBRATION if self.keys else own
            raise click.UsageError(
                f"{self.document} is in the split {own}: {wish} {split}"
            )
        return [self.document]


def _built(
    dataset: str, wish: _Wish
) -> tuple[Registries, list[Dossier], dict[str, Inventory]]:
    """Put together what is to be compared from the votes of a built dataset."""
    from standpoint.agreement.built import Built
    from standpoint.records.schema import Schemas, SchemaStop
    from standpoint.release.dataset import DatasetError, opened, table

    with misused(DatasetError, FileNotFoundError, SchemaStop):
        folder = opened(dataset)
        inventories = Schemas(folder / "schema").inventories
        built = Built(lambda config: table(folder, config), inventories)
        if not built.names_sets:
            raise DatasetError(
                f"{dataset} was built before datasets listed who looked at what: build"
                " it again, or run the command in its checkout"
            )
    dossiers = [built.dossier(name) for name in wish.wanted(built.splits)]
    return built.registries, dossiers, inventories


def _read(checkout: Checkout, wish: _Wish) -> tuple[Registries, list[Dossier]]:
    """Read what is to be compared; print what cannot be read, and exit 1."""
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
        click.echo("nothing was measured: mend the errors above", err=True)
        raise SystemExit(1)
    return registries, dossiers


def _chosen(rows: Sequence[Row], per: tuple[str, ...]) -> list[Row]:
    """Return the overall rows and those asked for; pairs where there is nothing else."""
    overall = any(row.scope == ALL for row in rows)

    def wanted(row: Row) -> bool:
        if row.label:
            return "label" in per
        if " / " in row.scope:
            return "pair" in per or not overall
        return row.scope == ALL or "document" in per

    return [row for row in rows if wanted(row)]


# printing


def comparison(
    rows: Sequence[Row], form: str = "text", *, circular: bool
) -> Iterator[str]:
    """Yield what was measured, as lines.

    Args:
        rows: The measures.
        form: `text`, `markdown` or `json`.
        circular: Whether a language model wrote the keys they are taken against.
    """
    if form == "json":
        shown = [_plain(row) for row in rows]
        yield json.dumps(shown, ensure_ascii=False, indent=2)
        return
    titled: dict[str, list[Row]] = {}  # a layer may have other readers than the next
    for row in rows:
        titled.setdefault(_title(row, circular), []).append(row)
    for title, of_group in titled.items():
        yield f"## {title}" if form == "markdown" else title
        yield ""
        cells = [_cells(row) for row in of_group]
        yield from table(HEAD, cells, markdown=form == "markdown")
        yield ""
    yield WIDE
    yield f"{MATCHED[0].upper()}{MATCHED[1:]}."
    yield from _explained(rows)
    if circular:
        yield CIRCULAR


def _plain(row: Row) -> dict[str, Any]:
    found = row._asdict()
    return {**found, "estimate": row.estimate._asdict()}


def _explained(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what a reader has to know of a column or a measure, where it is shown."""
    if any(row.wanted is not None for row in rows):
        yield f"{WANTED}: {EXPLAINED[WANTED]}"
    if any(row.measure == INDEPENDENCE for row in rows):
        yield f"{INDEPENDENCE}: {EXPLAINED[INDEPENDENCE]}"


def _title(row: Row, circular: bool) -> str:
    saw = "with" if row.saw_suggestions else "without"
    called = row.called[0].upper() + row.called[1:]
    kind = KINDS["model key" if circular else row.population]
    return (
        f"{called}: {', '.join(row.annotators)} ({kind};"
        f" guidelines {row.guidelines}; {saw} suggestions)"
    )


def _cells(row: Row) -> list[str]:
    from standpoint.agreement.statistics import shown

    found = row.estimate
    wanted = "" if row.wanted is None else f"{row.wanted:.1f}"
    if wanted and not row.label and found.value is not None:
        wanted += " (below)" if found.value < (row.wanted or 0) else ""
    where = " ".join(filter(None, [row.label, "" if row.scope == ALL else row.scope]))
    return [
        row.layer,
        row.measure,
        where,
        shown(found),
        str(found.n_segments),
        wanted,
    ]


HEAD = ["layer", "measure", "of", "value", "segments", WANTED]
