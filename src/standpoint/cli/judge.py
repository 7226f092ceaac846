"""`check`, `explain` and `fmt`."""

from collections.abc import Iterable
from pathlib import Path

import click

from standpoint.cli import root_of, root_option, text_folders, texts_option
from standpoint.findings import Finding, Level, as_json


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--select", multiple=True, metavar="CODE", help="Code or prefix, as SPN.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Code or prefix, as SPN.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, or for programs.",
)
@texts_option
@root_option
def check_command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Judge the corpus, or some of its files; exit 1 on any error."""
    from standpoint.checkout import Checkout, has_errors
    from standpoint.judge import judge

    for code in (*select, *ignore):
        _known(code)
    top = root_of(root)
    report = judge(Checkout(top, text_folders(texts)), _inside(paths, top) or None)
    findings = [f for f in report.findings if _wanted(f.code, select, ignore)]
    not_judged = {
        document: [code for code in codes if _wanted(code, select, ignore)]
        for document, codes in report.not_judged.items()
    }
    not_judged = {document: codes for document, codes in not_judged.items() if codes}
    if form == "json":
        click.echo(as_json(findings, not_judged))
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(summary(findings, not_judged), err=True)
    if report.n_records == 0 and not findings:
        raise click.UsageError("no record file was read: nothing was judged")
    raise SystemExit(int(has_errors(findings)))


def _inside(paths: Iterable[Path], root: Path) -> list[str]:
    found = []
    for path in paths:
        # The last part stays as it is: a link is judged, not what it leads to.
        name = path.name
        full = (
            path.parent.resolve() / name if name not in {"", ".."} else path.resolve()
        )
        if not full.is_relative_to(root):
            raise click.UsageError(f"{path} is not below {root}")
        found.append(full.relative_to(root).as_posix())
    return found


def _known(code: str) -> None:
    from standpoint.checks import CHECKS

    if not any(known.startswith(code) for known in CHECKS):
        raise click.UsageError(f"there is no code {code!r}; docs/checks.md lists them")


def _wanted(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    chosen = not select or code.startswith(select)
    return chosen and not (ignore and code.startswith(ignore))


def summary(findings: Iterable[Finding], not_judged: dict[str, list[str]]) -> str:
    """Return the last line of a check: counts, and what could not be judged."""
    rows = list(findings)
    n_errors = sum(row.level is Level.ERROR for row in rows)
    line = f"{_count(n_errors, 'error')}, {_count(len(rows) - n_errors, 'warning')}"
    if not_judged:
        codes = {code for found in not_judged.values() for code in found}
        line += (
            f"; {_count(len(codes), 'code')} not judged for"
            f" {_count(len(not_judged), 'document')}: text not here"
        )
    return line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@click.command("explain")
@click.argument("code")
def explain_command(code: str) -> None:
    """Print the manual of a code."""
    from standpoint.checks import CHECKS, SAID_ELSEWHERE

    code = code.upper()
    if code in SAID_ELSEWHERE:
        click.echo(f"{code}: {SAID_ELSEWHERE[code]}")
        return
    if code not in CHECKS:
        raise click.UsageError(f"there is no code {code!r}; docs/checks.md lists them")
    check = CHECKS[code]
    needs = ", needs the text" if check.needs_text else ""
    click.echo(f"{code} ({check.level}{needs})\n\n{check.manual}")


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1.")
@root_option
def fmt_command(paths: tuple[Path, ...], only_check: bool, root: Path | None) -> None:
    """Write record files in canonical form; broken ones are named and left alone."""
    from standpoint.checkout import Checkout
    from standpoint.rewrite import reformat

    top = root_of(root)
    result = reformat(Checkout(top), _inside(paths, top) or None, write=not only_check)
    for path in result.changed:
        click.echo(f"{'would rewrite' if only_check else 'rewrote'} {path}")
    for finding in result.broken:
        click.echo(str(finding), err=True)
    raise SystemExit(int(bool(result.broken or (only_check and result.changed))))
