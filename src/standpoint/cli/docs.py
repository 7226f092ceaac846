"""`docs`: write the pages that are made from the source."""

from pathlib import Path

import click

from standpoint.cli import root_of, root_option


@click.command("docs")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1.")
@root_option
def docs_command(only_check: bool, root: Path | None) -> None:
    """Write codebook, checks and tables in docs/, and the counts of the README."""
    from standpoint import generated_docs
    from standpoint.datasheet.facts import FactsError
    from standpoint.records import engine
    from standpoint.records.checkout import Checkout

    checkout = Checkout(root_of(root))
    try:
        made = generated_docs.pages(checkout)
    except FactsError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(2) from None
    for path in (stale := generated_docs.stale(checkout, made)):
        if not only_check:
            engine.write(checkout.root / path, made[path].encode())
        click.echo(f"{'stale' if only_check else 'wrote'}: {path}")
    raise SystemExit(int(only_check and bool(stale)))
