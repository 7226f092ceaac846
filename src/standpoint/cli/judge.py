"""`check`, `explain` and `fmt`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from standpoint.cli import (
    misused,
    root_of,
    root_option,
    text_folders,
    texts_option,
)
from standpoint.cli.effect import show_effect

FORMATS = ("text", "json", "github", "sarif", "markdown")


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    help="Code or prefix, as SPN; repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    help="Code or prefix, as SPN; repeatable.",
)
@click.option(
    "--changed-since",
    metavar="REV",
    help="Judge what has changed since work left this revision of git, and after it what"
    " depends on that.",
)
@click.option(
    "--effect",
    metavar="REV",
    help="Judge nothing; show what the change since this revision does to the corpus,"
    " high risks first.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="For people, programs, GitHub's annotations, code scanning; with --effect, text"
    " or markdown.",
)
@click.option(
    "--require-texts",
    is_flag=True,
    help="Fail where the text of any document is not found, as nothing can vouch for it.",
)
@click.option(
    "--places-only",
    is_flag=True,
    help="Show codes and places only: no message, no word of a text.",
)
@texts_option
@root_option
def check_command(  # noqa: PLR0913 - one argument per option
    paths: tuple[Path, ...],
    *,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    changed_since: str | None,
    effect: str | None,
    form: str,
    require_texts: bool,
    places_only: bool,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Judge the corpus, or some of its files; exit 1 on any error."""
    if effect is None and form == "markdown":
        raise click.UsageError("--format markdown goes with --effect")
    if effect is not None:
        others = (changed_since, paths, select, ignore, places_only, texts)
        if form not in {"text", "markdown"} or any((*others, require_texts)):
            raise click.UsageError(
                "--effect goes with --format text or markdown, and with no other option"
            )
        show_effect(root_of(root), effect, markdown=form == "markdown")
        return
    top = root_of(root)
    asked = _asked(top, changed_since)
    from standpoint.checks import report
    from standpoint.checks.changed_since import judged
    from standpoint.records.checkout import Checkout, has_errors
    from standpoint.records.git import GitStop

    for code in (*select, *ignore):
        _known(code)
    checkout = Checkout(top, text_folders(texts))
    wanted = _inside(paths, checkout.root) or None
    with misused(GitStop):
        _ = checkout.registries  # read while git looks
        result = judged(checkout, asked(), wanted)
    shown = report.chosen(result, lambda code: _wanted(code, select, ignore))
    shown = report.places_only(shown) if places_only else shown
    for line in report.lines_of(shown, form):
        click.echo(line)
    for line in report.closing(shown, form):
        click.echo(line, err=True)
    _say_if_nothing_was_judged(result, changed_since)
    missing = require_texts and _say_which_are_missing(checkout, form)
    raise SystemExit(int(has_errors(shown.findings) or missing))


def _say_which_are_missing(checkout: Any, form: str) -> bool:
    """Say which texts are not at hand; return whether there is any."""
    from standpoint.records.findings import counted

    missing = checkout.missing_texts()
    if missing:
        line = (
            f"the text of {counted(len(missing), 'document')} is not here:"
            f" {', '.join(missing)}. Give every text with --texts."
        )
        on_page = form == "github"
        click.echo(f"::error title=Texts::{line}" if on_page else line, err=not on_page)
    return bool(missing)


def _say_if_nothing_was_judged(report: Any, changed_since: str | None) -> None:
    if changed_since is None and report.n_records == 0 and not report.findings:
        raise click.UsageError("no record file was read: nothing was judged")
    if changed_since is not None and report.n_changed == 0:
        click.echo(f"nothing has changed since {changed_since}", err=True)


def _asked(root: Path, revision: str | None) -> Callable[[], Any]:
    """Ask git what has changed while all else is made ready; git goes through all files.

    Returns:
        Gives the `Changes`, or None, or raises what kept git from giving them.
    """
    if revision is None:
        return lambda: None
    from concurrent.futures import ThreadPoolExecutor

    from standpoint.records.git import Git

    pool = ThreadPoolExecutor(1)
    return pool.submit(Git(root).changes_since, revision).result


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
    from standpoint.codes import CHECKS

    if not any(known.startswith(code) for known in CHECKS):
        raise click.UsageError(f"there is no code {code!r}; docs/checks.md lists them")


def _wanted(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    chosen = not select or code.startswith(select)
    return chosen and not (ignore and code.startswith(ignore))


@click.command("explain")
@click.argument("code")
def explain_command(code: str) -> None:
    """Print the manual of a code."""
    from standpoint.codes import CHECKED_BY_OTHERS, CHECKS

    code = code.upper()
    if code in CHECKED_BY_OTHERS:
        click.echo(f"{code}: {CHECKED_BY_OTHERS[code]}")
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
    from standpoint.records.checkout import Checkout
    from standpoint.records.formatting import reformat

    top = root_of(root)
    result = reformat(Checkout(top), _inside(paths, top) or None, write=not only_check)
    for path in result.changed:
        click.echo(f"{'would rewrite' if only_check else 'rewrote'} {path}")
    for finding in result.broken:
        click.echo(str(finding), err=True)
    raise SystemExit(int(bool(result.broken or (only_check and result.changed))))
