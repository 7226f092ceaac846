"""`docs`: the pages that are generated from the source."""

import click

from standpoint import generated_docs
from standpoint.cli import options
from standpoint.datasheet.facts import FactsError
from standpoint.records import engine
from standpoint.records.checkout import Checkout


@click.command()
@options.check_option
@options.with_checkout
def command(*, only_check: bool, checkout: Checkout) -> None:
    """Update the pages that are generated from the source.

    These are the codebook, the checks and the tables in docs/, and marked blocks in other
    pages, such as the counts in the README.
    """
    with options.stopping_at(FactsError):
        made = generated_docs.pages(checkout)
    for path in (stale := generated_docs.stale(checkout, made)):
        if not only_check:
            engine.write(checkout.root / path, made[path].encode())
        click.echo(f"{'stale' if only_check else 'wrote'}: {path}")
    raise SystemExit(int(only_check and bool(stale)))
