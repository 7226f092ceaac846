"""`check`: the corpus against its rules."""

from collections.abc import Callable
from pathlib import Path

import click

from standpoint.cli import options
from standpoint.cli.table import table
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.engine import Pool, WorkerError
from standpoint.records.findings import counted
from standpoint.records.git import Changes, Git, GitStop


@click.command()
@click.argument("paths", nargs=-1, type=options.EXISTING_PATH)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    help="Report only this code or prefix, such as SPN; repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    help="Do not report this code or prefix; repeatable.",
)
@click.option(
    "--changed-since",
    metavar="REVISION",
    help="Check only what changed since the branch left this git revision, and what"
    " depends on it.",
)
@click.option(
    "--effect",
    metavar="REVISION",
    help="Check nothing; show what the changes since this revision do to the corpus,"
    " high risks first.",
)
@options.format_option(
    "text",
    "json",
    "github",
    "sarif",
    "markdown",
    text="Output format. With --effect: text or markdown; markdown only with --effect.",
)
@click.option(
    "--require-texts",
    is_flag=True,
    help="Exit with 1 if the text of any document is not available.",
)
@click.option(
    "--redact",
    is_flag=True,
    help="Print only codes and places: no messages and no words of a text.",
)
@options.with_pool
@options.texts_option
@options.root_option
def command(
    paths: tuple[Path, ...],
    *,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    changed_since: str | None,
    effect: str | None,
    form: str,
    require_texts: bool,
    redact: bool,
    pool: Pool,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Check the corpus, or some of its files.

    PATHS are record files or folders; without them, everything is checked. The exit code
    is 1 if there is any error.
    """
    if effect is not None:
        others = (changed_since, paths, select, ignore, redact, texts)
        if form not in {"text", "markdown"} or any((*others, require_texts)):
            raise click.UsageError(
                "--effect can only be combined with --root and --format text or markdown"
            )
        _show_effect(
            Checkout(options.root_of(root)), effect, markdown=form == "markdown"
        )
        return
    if form == "markdown":
        raise click.UsageError("--format markdown needs --effect")
    changes = _changes(options.root_of(root), changed_since)
    # Imported while git works.
    from standpoint.checks import report
    from standpoint.checks.changed_since import check_changes
    from standpoint.codes import CHECKS

    for code in (*select, *ignore):
        if not any(known.startswith(code) for known in CHECKS):
            raise click.UsageError(
                f"there is no code {code!r}; docs/checks.md lists them"
            )
    checkout = Checkout(options.root_of(root), options.text_folders(texts))
    selected = options.relative(paths, checkout.root)
    with options.stopping_at(GitStop, WorkerError):
        _ = checkout.registries  # read while git works
        result = check_changes(checkout, changes(), selected, pool)
    if changed_since is None and result.n_records == 0 and not result.findings:
        raise click.UsageError("nothing was checked: there is no record file")

    def is_selected(code: str) -> bool:
        return (not select or code.startswith(select)) and not code.startswith(ignore)

    shown = result.selected(is_selected)
    shown = shown.redacted() if redact else shown
    for line in report.lines_of(shown, form):
        click.echo(line)
    for line in report.closing(shown, form):
        click.echo(line, err=True)
    if changed_since is not None and result.n_changed == 0:
        click.echo(f"nothing has changed since {changed_since}", err=True)
    missing = require_texts and _report_missing_texts(checkout, form)
    raise SystemExit(int(has_errors(shown.findings) or missing))


def _report_missing_texts(checkout: Checkout, form: str) -> bool:
    """Name the documents whose text is not available; return whether there are any."""
    missing = checkout.missing_texts()
    if missing:
        line = (
            f"no text available for {counted(len(missing), 'document')}:"
            f" {', '.join(missing)}. Add the folder with the texts: --texts."
        )
        on_page = form == "github"
        click.echo(f"::error title=Texts::{line}" if on_page else line, err=not on_page)
    return bool(missing)


def _changes(root: Path, revision: str | None) -> Callable[[], Changes | None]:
    """Start to ask git what has changed: it looks at all files, which takes a while.

    Returns:
        A function that waits for the answer, and raises what git could not do.
    """
    if revision is None:
        return lambda: None
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1)
    return pool.submit(Git(root).changes_since, revision).result


def _show_effect(checkout: Checkout, revision: str, *, markdown: bool) -> None:
    from standpoint.diff import RISKS, effect

    with options.stopping_at(GitStop):
        sections = list(effect(checkout, revision))
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
