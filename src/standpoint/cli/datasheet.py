"""`datasheet`: what the corpus is, in prose whose numbers are computed."""

from collections.abc import Iterable
from pathlib import Path

import click

from standpoint.cli import root_of, root_option

EXTRA = {"sklearn", "numpy", "scipy", "krippendorff"}
"""What the extra `report` brings along."""


class _Stop(click.ClickException):
    """A message in one line."""

    exit_code = 2


@click.command("datasheet")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1.")
@click.option("--block", metavar="NAME", help="Print one block.")
@click.option("--list", "only_list", is_flag=True, help="Print what prose may use.")
@root_option
def datasheet_command(
    only_check: bool, block: str | None, only_list: bool, root: Path | None
) -> None:
    """Render corpus/datasheet.md into DATASHEET.md and draw its figures.

    With --check, name what is out of date; no text is needed for any of it.
    """
    from standpoint.datasheet import FactsError, TemplateError

    given = {"--check": only_check, "--block": block is not None, "--list": only_list}
    if sum(given.values()) > 1:
        both = " and ".join(name for name, is_given in given.items() if is_given)
        raise click.UsageError(f"{both} cannot be had together: give one of them")
    try:
        _run(root, only_check, block, only_list)
    except (FactsError, TemplateError) as error:
        raise _Stop(str(error)) from None
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in EXTRA:
            raise
        raise _Stop(
            f"{library} is not installed:"
            " python -m pip install -c constraints/report.txt -e '.[report]'"
        ) from None


def _run(
    root: Path | None, only_check: bool, block: str | None, only_list: bool
) -> None:
    from standpoint import datasheet
    from standpoint.records.checkout import Checkout

    if only_list:
        click.echo(datasheet.listing())
        return
    blocks = [*datasheet.BLOCKS, *datasheet.OF_PROSE]
    if block is not None and block not in blocks:
        raise click.UsageError(
            f"there is no block {block!r}; there are {', '.join(blocks)}. Figures are"
            f" drawn by `standpoint datasheet` alone: {', '.join(datasheet.FIGURES)}"
        )
    checkout = Checkout(root_of(root))
    if block is not None:
        click.echo(datasheet.shown(checkout, block))
    elif only_check:
        _check(datasheet.Sheet(checkout).stale())
    else:
        for path in datasheet.Sheet(checkout).write():
            click.echo(f"wrote: {path}")


def _check(stale: Iterable[tuple[str, str | None, str | None]]) -> None:
    stale = list(stale)
    for part, old, new in stale:
        click.echo(f"stale: {part}")
        for sign, line in (("-", old), ("+", new)):
            if line is not None:
                click.echo(f"  {sign} {line}")
    if stale:
        click.echo("`standpoint datasheet` brings it up to date", err=True)
    raise SystemExit(int(bool(stale)))
