"""`check --effect`: a table of what a change does."""

from pathlib import Path

import click

from standpoint.cli import misused
from standpoint.cli.table import table


def show_effect(root: Path, revision: str, *, markdown: bool) -> None:
    """Print what has changed since a revision, as tables."""
    from standpoint.diff import RISKS, effect
    from standpoint.records.checkout import Checkout
    from standpoint.records.git import GitStop

    with misused(GitStop):
        sections = list(effect(Checkout(root), revision))
    if not sections:
        click.echo(f"nothing in the corpus has changed since {revision}")
    elif sections[0].title != RISKS:
        click.echo("No high risk.\n")
    for section in sections:
        click.echo(f"### {section.title}" if markdown else section.title)
        click.echo()
        for line in table(section.head, section.rows, markdown=markdown):
            click.echo(line)
        if section.note:
            click.echo(f"\n{section.note}")
        click.echo()
