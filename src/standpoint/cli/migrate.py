"""`migrate`: records of an earlier version brought up to date."""

import click

from standpoint.cli import options
from standpoint.records.checkout import Checkout
from standpoint.records.migrate import migrate


@click.command()
@options.check_option
@options.with_texts
def command(*, only_check: bool, checkout: Checkout) -> None:
    """Update records that an earlier version wrote.

    Replaces the digests of spans and lines, which were made in another way before data
    version 0.3.0; needs the texts. Everything else in the records stays byte for byte.
    """
    done = migrate(checkout, write=not only_check)
    for path in done.changed:
        click.echo(f"{'would rewrite' if only_check else 'rewrote'} {path}")
    for path, why in done.left.items():
        click.echo(f"left unchanged: {path}: {why}", err=True)
    raise SystemExit(int(bool(done.left or (only_check and done.changed))))
