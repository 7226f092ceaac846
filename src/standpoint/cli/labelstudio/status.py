"""`labelstudio status`: how far a campaign has come, and how trials went."""

from collections.abc import Iterator
from pathlib import Path

import click

from standpoint.agreement import compare_with_keys, of_records
from standpoint.cli import options
from standpoint.cli.agreement_report import report
from standpoint.cli.labelstudio.pull import refused_lines
from standpoint.cli.table import table
from standpoint.labelstudio import client
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.status import against_keys, status, trials
from standpoint.labelstudio.weight import weights
from standpoint.labelstudio.workdir import Workdir
from standpoint.records.checkout import Checkout
from standpoint.records.findings import counted

_HEAD = (
    *("batch", "annotator", "project", "done", "refused", "draft", "skipped", "open"),
    "min/segment",
)


@click.command()
@click.option(
    "--calibration", is_flag=True, help="Compare the trials with the calibration keys."
)
@click.option(
    "--keys",
    type=options.EXISTING_FOLDER,
    metavar="DIR",
    help="With --calibration: folder with keys of your own.",
)
@options.with_texts
def command(
    *,
    calibration: bool,
    keys: Path | None,
    checkout: Checkout,
) -> None:
    """Show the progress of a campaign, or the results of trials.

    Below the progress are the sets of people that decide alone, and how many items they
    decide.
    """
    if keys is not None and not calibration:
        raise click.UsageError("--keys needs --calibration")
    workdir = Workdir(checkout.root)
    reader = CorpusView(checkout, workdir)
    if calibration:
        for line in _trials(reader, workdir, keys):
            click.echo(line)
        return
    for line in _progress(reader, workdir):
        click.echo(line)
    for line in _weights(checkout):
        click.echo(line)


def _progress(reader: CorpusView, workdir: Workdir) -> Iterator[str]:
    found = status(reader, client.connect(workdir), workdir)
    yield from map(str, found.gone)
    if not found.rows:
        yield "nothing has been pushed yet" if not found.gone else "no project is left"
        return
    body = [
        [
            row.key.batch,
            row.key.annotator,
            row.key.form + (f" ({row.key.panel})" if row.key.panel else ""),
            *map(str, (row.n_done, len(row.refused), row.n_draft)),
            *map(str, (row.n_skipped, row.n_open)),
            "" if row.minutes is None else f"{row.minutes:.1f}",
        ]
        for row in found.rows
    ]
    yield from table(_HEAD, body)
    for row in found.rows:
        yield from refused_lines(row.refused)
    n_unread = sum(row.n_unread for row in found.rows)
    if n_unread:
        tasks = counted(n_unread, "done task")
        yield f"{tasks} not checked, because the text is not available: use --texts"


def _weights(checkout: Checkout) -> Iterator[str]:
    """Yield which sets of people decide alone, and what they decide."""
    body = []
    for one in weights(checkout):
        what = [f"marks nothing: {', '.join(one.nothing)}"] if one.nothing else []
        if one.n_models:
            what.append(f"decides alone over {counted(one.n_models, 'model')}")
        counts = (
            ", ".join(f"{n:,} {layer}" for layer, n in found.items())
            for found in (one.exists, one.judged)
        )
        body.append([one.path, "; ".join(what), *counts])
    if body:
        yield ""
        yield "Sets that decide alone or mark nothing, and how many items that changes:"
        yield ""
        yield from table(("set", "why", "exists flips", "decided by it"), body)


def _trials(reader: CorpusView, workdir: Workdir, keys: Path | None) -> Iterator[str]:
    found = trials(reader, workdir)
    if not found:
        yield "no trial has been pulled yet"
    for annotator, sets in found.items():
        dossiers = against_keys(reader, sets, keys)
        yield f"{annotator}: {', '.join(s.document for s in sets)}"
        yield "These numbers are for you and the annotator only; they are not stored."
        yield ""
        inventories = reader.checkout.schemas.inventories
        readings = of_records(dossiers, reader.registries, inventories)
        rows = compare_with_keys(readings)
        yield from report(rows, circular=readings.keys_by_models)
