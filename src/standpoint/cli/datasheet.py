"""`datasheet`: what the corpus is, in prose whose numbers are computed."""

import click

from standpoint import datasheet
from standpoint.cli import options
from standpoint.records.checkout import Checkout

EXTRA = {"sklearn", "numpy", "scipy"}
"""Modules that the extra `report` installs."""


@click.command()
@options.check_option
@click.option("--block", metavar="NAME", help="Print one block and write nothing.")
@click.option(
    "--list", "only_list", is_flag=True, help="List the names that the prose may use."
)
@options.with_checkout
def command(
    *, only_check: bool, block: str | None, only_list: bool, checkout: Checkout
) -> None:
    """Update the datasheet and its figures.

    Renders corpus/datasheet.md as DATASHEET.md and draws docs/figures/. Needs no texts.
    """
    given = {"--check": only_check, "--block": block is not None, "--list": only_list}
    if sum(given.values()) > 1:
        both = " and ".join(name for name, is_given in given.items() if is_given)
        raise click.UsageError(f"{both} cannot be combined")
    with options.stopping_at(datasheet.FactsError, datasheet.TemplateError):
        try:
            _run(checkout, only_check, block, only_list)
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library not in EXTRA:
                raise
            raise options.Stop(
                f"{library} is not installed. Run:"
                " python -m pip install -c constraints/report.txt -e '.[report]'"
            ) from None


def _run(
    checkout: Checkout, only_check: bool, block: str | None, only_list: bool
) -> None:
    if only_list:
        click.echo(datasheet.listing())
        return
    blocks = [*datasheet.BLOCKS, *datasheet.OF_PROSE]
    if block is not None and block not in blocks:
        raise click.UsageError(
            f"there is no block {block!r}. Blocks: {', '.join(blocks)}. Figures"
            f" ({', '.join(datasheet.FIGURES)}) cannot be printed: run"
            " `standpoint datasheet`"
        )
    if block is not None:
        click.echo(datasheet.shown(checkout, block))
    elif only_check:
        _check(datasheet.Sheet(checkout))
    else:
        for path in datasheet.Sheet(checkout).write():
            click.echo(f"wrote: {path}")


def _check(sheet: datasheet.Sheet) -> None:
    stale = list(sheet.stale())
    for part, old, new in stale:
        click.echo(f"stale: {part}")
        for sign, line in (("-", old), ("+", new)):
            if line is not None:
                click.echo(f"  {sign} {line}")
    if stale:
        click.echo("run `standpoint datasheet` to update it", err=True)
    raise SystemExit(int(bool(stale)))
