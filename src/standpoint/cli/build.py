"""`build`, `verify` and `hydrate`."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from standpoint.checks.report import left_out, summary
from standpoint.cli import root_of, root_option, text_folders, texts_option
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.engine import BusyError
from standpoint.records.findings import Level
from standpoint.release import build as release
from standpoint.release.build import ITEMS, Built
from standpoint.release.dataset import DatasetError
from standpoint.release.hydrate import hydrate


@click.command("build")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the editions; dist/ in the checkout.",
)
@click.option("--verify/--no-verify", default=True, help="Read the result back.")
@texts_option
@root_option
def build_command(
    out: Path | None, verify: bool, texts: tuple[Path, ...], root: Path | None
) -> None:
    """Check the corpus and compile it to a dataset; with texts, the full edition too."""
    started = time.perf_counter()
    built = _built(root_of(root), text_folders(texts), out, verify)
    for finding in built.report.findings:
        if finding.level is Level.ERROR:
            click.echo(str(finding), err=True)
    if has_errors(built.report.findings):
        click.echo("nothing was written: mend the errors above", err=True)
        raise SystemExit(1)
    _table(built, time.perf_counter() - started, verified=verify)
    if built.report.empty:
        click.echo(left_out(built.report.empty))
    if built.stale is not None:
        click.echo(f"{built.stale.name} is of an earlier build: its texts are not here")
    if built.old_datasheet:
        click.echo(
            "DATASHEET.md was left out: it is of other records or was changed;"
            " `standpoint datasheet`"
            " brings it up to date"
        )


def _built(
    top: Path, folders: tuple[Path, ...], out: Path | None, verify: bool
) -> Built:
    checkout = Checkout(top, folders)
    try:
        with _progress() as step:
            target = out or top / "dist"
            return release.build(checkout, folders, target, step, verify=verify)
    except release.LeakError as leak:
        return Built(leak.report, {}, {}, {}, None)
    except (release.BuildError, BusyError, FileExistsError) as error:
        raise click.UsageError(str(error)) from None


class _progress:  # noqa: N801 - used as a function
    """Show progress as a bar on a terminal, as a line per step elsewhere."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        self._last = ""
        if not sys.stderr.isatty():
            return self._line
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._tasks: dict[str, object] = {}
        self._bar.start()
        return self._move

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()

    def _line(self, what: str, _done: int, total: int) -> None:
        if what != self._last:
            units = {
                "check": "documents",
                "compile": "shards",
                "read back": "editions",
                "search": "documents",
            }
            click.echo(f"{units[what]} to {what}: {total}", err=True)
            self._last = what

    def _move(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done)  # type: ignore[arg-type]


def _table(built: Built, seconds: float, *, verified: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="built", show_header=False)
    counts = built.counts
    table.add_row(
        "documents", f"{counts['n_documents']}, text withheld of {counts['n_withheld']}"
    )
    table.add_row("segments", str(counts["n_segments"]))
    table.add_row("annotation sets", str(counts["n_sets"]))
    for kind in ("real", "invented"):
        table.add_row(f"{kind} reporting", _items(counts, kind))
    public = built.written["public"]
    for config, splits in public.items():
        rows = ", ".join(f"{name} {w.n_rows}" for name, w in splits.items())
        table.add_row(config, rows or "no rows")
    table.add_row("findings", summary(built.report.findings, built.report.not_judged))
    warnings = Counter(f.code for f in built.report.findings)
    if warnings:
        listed = ", ".join(f"{code} {n}" for code, n in sorted(warnings.items()))
        table.add_row("warnings", f"{listed}; `standpoint check` shows them")
    for edition, folder in built.folders.items():
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        shown = os.path.relpath(folder)
        table.add_row(f"{edition} edition", f"{shown}, {size:,} bytes")
    if verified:
        table.add_row("read back", "every config loads as it was built")
    table.add_row("seconds", f"{seconds:.1f}")
    Console().print(table)


def _items(counts: dict[str, int], kind: str) -> str:
    """Say how many items there are, how many of them most readers marked, and ties."""
    names = {"panel": "panel judgements"}
    said = []
    for what in ITEMS:
        n, most, ties = (
            counts.get(f"n_{kind}_{what}{part}", 0) for part in ("", "_most", "_ties")
        )
        notes = [f"{most} by most readers"] if 0 < most < n else []
        notes += [f"{ties} tie"] if ties else []
        shown = f" ({', '.join(notes)})" if notes else ""
        said.append(f"{n} {names.get(what, what)}{shown}")
    return ", ".join(said)


@click.command("verify")
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
def verify_command(dataset: Path) -> None:
    """Load every config of a built dataset offline and compare it with what was built."""
    from standpoint.release.verify import verify

    try:
        problems = verify(dataset)
    except DatasetError as error:
        raise click.UsageError(str(error)) from None
    for problem in problems:
        click.echo(problem)
    if not problems:
        click.echo(f"{dataset.name}: every config loads as it was built")
    raise SystemExit(int(bool(problems)))


@click.command("hydrate")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the full dataset here; without it, report only.",
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Folder or file with your copies, under any names; repeatable.",
)
@click.option(
    "--revision",
    help="Branch, tag or commit, where DATASET is on the Hugging Face Hub.",
)
def hydrate_command(
    dataset: Path, out: Path | None, texts: tuple[Path, ...], revision: str | None
) -> None:
    """Bring the words back into a public dataset, from your own copies of the texts.

    DATASET is a folder, or the id of a dataset on the Hugging Face Hub (owner/name). Exits
    with 1 where text of a document is missing; what was found is written all the same.
    """
    places = text_folders(texts)
    if not places:
        raise click.UsageError("where are your copies? use --texts")
    try:
        with _progress() as step:
            result = hydrate(dataset, places, out, revision=revision, step=step)
    except (BusyError, FileNotFoundError, FileExistsError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(result)
    if result.folder is not None:
        click.echo(f"wrote {result.folder}")
    raise SystemExit(int(not result.is_whole))
