"""`fmt`: record files in canonical form."""

from pathlib import Path

import click

from standpoint.cli import options
from standpoint.records.checkout import Checkout
from standpoint.records.formatting import reformat


@click.command()
@click.argument("paths", nargs=-1, type=options.EXISTING_PATH)
@options.check_option
@options.with_checkout
def command(paths: tuple[Path, ...], *, only_check: bool, checkout: Checkout) -> None:
    """Rewrite record files in canonical form.

    Without PATHS, all of them. Files with errors are named and left unchanged.
    """
    result = reformat(
        checkout, options.relative(paths, checkout.root), write=not only_check
    )
    for path in result.changed:
        click.echo(f"{'would rewrite' if only_check else 'rewrote'} {path}")
    for finding in result.broken:
        click.echo(str(finding), err=True)
    raise SystemExit(int(bool(result.broken or (only_check and result.changed))))
