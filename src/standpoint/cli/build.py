"""`build`: the corpus, checked and compiled to a dataset."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from standpoint.checks.report import left_out, summary
from standpoint.cli import options
from standpoint.cli.progress import progress
from standpoint.records.checkout import Checkout
from standpoint.records.engine import BusyError, Pool, WorkerError
from standpoint.records.findings import Level, counted
from standpoint.release.build import ITEMS, BuildError, Built, LeakError, build


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the dataset. Default: dist/ in the checkout.",
)
@click.option(
    "--verify/--no-verify",
    default=True,
    show_default=True,
    help="Load every config of the result and compare it with what was built.",
)
@click.option(
    "--keep-going",
    is_flag=True,
    help="Build without the documents that have errors, list them, and exit with 1.",
)
@options.with_pool
@options.with_texts
def command(
    *,
    out: Path | None,
    verify: bool,
    keep_going: bool,
    pool: Pool,
    checkout: Checkout,
) -> None:
    """Check the corpus and compile it to a dataset.

    Writes the public edition; with texts also the full edition, which contains them.
    """
    started = time.perf_counter()
    target = out or checkout.root / "dist"
    try:
        with (
            options.stopping_at(BuildError, BusyError, WorkerError, FileExistsError),
            progress() as step,
        ):
            built = build(
                checkout,
                target,
                step,
                verify=verify,
                keep_going=keep_going,
                pool=pool,
            )
    except LeakError as leak:
        built = Built(leak.report, {}, {}, {}, None)
    for finding in built.report.findings:
        if finding.level is Level.ERROR:
            click.echo(str(finding), err=True)
    if not built.folders:
        click.echo("nothing was written: correct the errors above first", err=True)
        raise SystemExit(1)
    shown = Table(title="built", show_header=False)
    for name, value in _rows(built):
        shown.add_row(name, value)
    if verify:
        shown.add_row("read back", "every config loads as it was built")
    shown.add_row("seconds", f"{time.perf_counter() - started:.1f}")
    Console().print(shown)
    if built.report.empty:
        click.echo(left_out(built.report.empty))
    if built.stale is not None:
        click.echo(
            f"{built.stale.name} is from an earlier build and was not updated,"
            " because the texts are not available"
        )
    if built.old_datasheet and not built.left_out:
        click.echo(
            "DATASHEET.md was skipped: it is out of date or was edited by hand."
            " Run `standpoint datasheet` to update it."
        )
    if built.left_out:
        click.echo(
            f"{counted(len(built.left_out), 'document')} with errors left out:"
            f" {', '.join(built.left_out)}"
        )
        raise SystemExit(1)


def _rows(built: Built) -> Iterator[tuple[str, str]]:
    """Yield what was built, as name and value."""
    counts = built.counts
    withheld = f"text withheld for {counts['n_withheld']}"
    yield "documents", f"{counts['n_documents']}, {withheld}"
    yield "segments", str(counts["n_segments"])
    yield "annotation sets", str(counts["n_sets"])
    for kind in ("real", "invented"):
        yield f"{kind} reporting", _items(counts, kind)
    for config, splits in built.written["public"].items():
        rows = ", ".join(f"{name} {split.n_rows}" for name, split in splits.items())
        yield config, rows or "no rows"
    yield "findings", summary(built.report.findings, built.report.not_judged)
    warnings = Counter(finding.code for finding in built.report.findings)
    if warnings:
        listed = ", ".join(f"{code} {n}" for code, n in sorted(warnings.items()))
        yield "warnings", f"{listed}; `standpoint check` shows them"
    for edition, folder in built.folders.items():
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        yield f"{edition} edition", f"{os.path.relpath(folder)}, {size:,} bytes"


def _items(counts: dict[str, int], kind: str) -> str:
    """Return in words how many items there are, marked by most readers, and tied."""
    names = {"panel": "panel judgements"}
    parts = []
    for what in ITEMS:
        n, most, ties = (
            counts.get(f"n_{kind}_{what}{part}", 0) for part in ("", "_most", "_ties")
        )
        notes = [f"{most} by most readers"] if 0 < most < n else []
        notes += [f"{ties} tied"] if ties else []
        more = f" ({', '.join(notes)})" if notes else ""
        parts.append(f"{n} {names.get(what, what)}{more}")
    return ", ".join(parts)
