"""`labelstudio pull`: annotation sets from what was submitted."""

from collections.abc import Iterable, Iterator
from typing import NoReturn

import click

from standpoint.checks.report import summary
from standpoint.cli import options
from standpoint.labelstudio import client
from standpoint.labelstudio.pull import Wanted, pull
from standpoint.labelstudio.workdir import Workdir
from standpoint.labelstudio.write_sets import Refused, Taken
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.findings import counted


@click.command()
@options.once("--annotator", metavar="NAME", text="Only work of this annotator.")
@options.batch_option
@click.option(
    "--replace",
    is_flag=True,
    help="Where the set and the server's version have both changed, use the server's.",
)
@click.option(
    "--forget",
    is_flag=True,
    help="Stop reporting work that was deleted on the server.",
)
@options.with_texts
def command(
    *,
    annotator: str | None,
    batch: str | None,
    replace: bool,
    forget: bool,
    checkout: Checkout,
) -> None:
    """Write what was submitted to annotation sets, and check them.

    The exit code is 1 if there is any error.
    """
    workdir = Workdir(checkout.root)
    wanted = Wanted(annotator, batch, replace, forget)
    report(pull(checkout, client.connect(workdir), workdir, wanted, checkout.folders))


def report(taken: Taken) -> NoReturn:
    """Print what was found and written, and exit."""
    for finding in taken.findings:
        click.echo(str(finding))
    for line in refused_lines(taken.refused):
        click.echo(line)
    for path in taken.written:
        click.echo(f"wrote {path}")
    click.echo(
        f"{counted(len(taken.written), 'set')} changed, {taken.n_same} unchanged"
    )
    click.echo(summary(taken.findings, {}))
    raise SystemExit(int(has_errors(taken.findings)))


def refused_lines(tasks: Iterable[Refused]) -> Iterator[str]:
    """Yield answered tasks that cannot be used, with their addresses."""
    for task in tasks:
        yield f"not taken: {task.where} ({', '.join(task.codes)})"
        if task.url:
            yield f"    {task.url}"
