"""`explain`: the manual of a code."""

import click

from standpoint.codes import CHECKED_BY_OTHERS, CHECKS


@click.command()
@click.argument("code")
def command(code: str) -> None:
    """Explain a code of a finding: the rule, the reason, the fix."""
    code = code.upper()
    if code in CHECKED_BY_OTHERS:
        click.echo(f"{code}: {CHECKED_BY_OTHERS[code]}")
        return
    if code not in CHECKS:
        raise click.UsageError(f"there is no code {code!r}; docs/checks.md lists them")
    check = CHECKS[code]
    needs = ", needs the text" if check.needs_text else ""
    click.echo(f"{code} ({check.level}{needs})\n\n{check.manual}")
