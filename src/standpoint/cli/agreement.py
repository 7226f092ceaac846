"""`agreement`: how well independent readings agree."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

from standpoint.agreement import (
    CALIBRATION,
    MEASURES,
    Tally,
    of_tables,
    rows_of,
    tally,
)
from standpoint.agreement.readings import written_by_models
from standpoint.agreement.tally import Job, Shard, tally_shard
from standpoint.cli import options
from standpoint.cli.agreement_report import CIRCULAR, chosen, report
from standpoint.records import engine
from standpoint.records.cache import Cache
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.engine import Pool, WorkerError
from standpoint.records.model import Annotator
from standpoint.records.schema import Schemas, SchemaStop
from standpoint.records.vocabulary import Inventories
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
@options.with_pool
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
    pool: Pool,
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
        found = _built(dataset, documents, keys=keys, pairs="pair" in per)
    else:
        checkout = Checkout(options.root_of(root))
        found = _read(checkout, documents, pool, keys=keys, pairs="pair" in per)
    rows = rows_of(found.tally, found.annotators, found.inventories, per)
    rows = chosen([row for row in rows if not layers or row.layer in layers], per)
    if not rows and form != "json":
        where = f" of {document}" if document else ""
        needed = "a reading and a key" if keys else "two independent readings in full"
        click.echo(f"No segment{where} has {needed}.")
        return
    circular = keys and written_by_models(found.key_writers, found.annotators)
    for line in report(rows, form, circular=circular):
        click.echo(line)
    if circular and form == "json":  # the JSON has no place for it
        click.echo(CIRCULAR, err=True)


class Counted(NamedTuple):
    """What is compared, counted."""

    tally: Tally
    key_writers: set[str]
    annotators: Mapping[str, Annotator]
    inventories: Inventories


Choice = Callable[[Mapping[str, str]], list[str]]
"""Gives the documents to compare, given the split of each."""


def _built(dataset: str, documents: Choice, *, keys: bool, pairs: bool) -> Counted:
    """Count what is compared from the votes of a built dataset."""
    found, key_writers = Tally(), set[str]()
    annotators: Mapping[str, Annotator] = {}
    with options.stopping_at(DatasetError, FileNotFoundError, SchemaStop):
        folder = opened(dataset)
        inventories = Schemas(folder / "schema").inventories
        try:
            for readings in of_tables(partial(table, folder), inventories, documents):
                found.add(tally(readings, keys=keys, pairs=pairs))
                key_writers |= readings.key_writers
                annotators = readings.annotators
        except KeyError:
            raise DatasetError(
                f"{dataset} does not list its annotation sets: it was built by an older"
                " version. Build it again, or run the command in its checkout"
            ) from None
        except DatasetError:
            raise
        except ValueError as error:
            raise DatasetError(f"{dataset}: {error}") from None
    return Counted(found, key_writers, annotators, inventories)


def _read(
    checkout: Checkout, documents: Choice, pool: Pool, *, keys: bool, pairs: bool
) -> Counted:
    """Count what is compared; if anything cannot be read, print it and exit with 1."""
    registries, findings = checkout.registries, []
    found = Shard([], Tally(), set())
    if registries is not None:
        ledger = {entry.document: entry.split for entry in registries.splits.ledger}
        splits = {name: ledger.get(name, "") for name in checkout.documents}
        wanted = engine.shards(documents(splits))
        jobs = [Job(shard, keys=keys, pairs=pairs) for shard in wanted]
        with options.stopping_at(WorkerError), TemporaryDirectory() as scratch:
            place = Cache.of(checkout) or Path(scratch)
            for _, part in engine.run(tally_shard, Shard, checkout, jobs, place, pool):
                findings += part.findings
                found.tally.add(part.tally)
                found.key_writers.update(part.key_writers)
    findings = [*checkout.place(checkout.drain()), *findings]
    if registries is None or has_errors(findings):
        for finding in findings:
            click.echo(str(finding), err=True)
        click.echo("nothing was measured: correct the errors above first", err=True)
        raise SystemExit(1)
    inventories = checkout.schemas.inventories
    return Counted(found.tally, found.key_writers, registries.annotators, inventories)
