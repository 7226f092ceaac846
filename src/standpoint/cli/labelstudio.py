"""`labelstudio`: run a campaign of annotation."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from standpoint.cli import root_of, root_option, text_folders, texts_option
from standpoint.cli.table import table

# Said again here, since importing them costs every command its start; a test compares.
PASSES = ("actors", "claims", "panel")
LAYERS = ("actor", "claim", "stance")


class _Stop(click.ClickException):
    """A message in one line."""

    exit_code = 2


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one line why a campaign cannot go on."""
    from standpoint.labelstudio.workdir import CampaignStop
    from standpoint.records.git import GitStop

    try:
        yield
    except (CampaignStop, GitStop) as stop:
        raise _Stop(str(stop)) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise _Stop(f"{where}{error.strerror or error}") from None


class _Group(click.Group):
    """Commands that say in one line why a campaign cannot go on."""

    def invoke(self, ctx: click.Context) -> Any:
        with plainly():
            return super().invoke(ctx)


@click.group("labelstudio", cls=_Group, short_help="Run a campaign of annotation.")
def labelstudio_command() -> None:
    """Run a campaign: serve Label Studio, push segments to it, pull what was judged."""


def _once(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Any:
    """Take one value: of several the last would be taken, and the others left out."""
    if len(given) > 1:
        words = (
            f"{option.opts[0]} was given {len(given)} times, but takes one value here"
        )
        raise click.UsageError(words)
    return given[0] if given else None


def once(name: str, *, metavar: str, text: str) -> Callable[[Any], Any]:
    """Return an option that is refused when it is given twice."""
    return click.option(name, metavar=metavar, multiple=True, callback=_once, help=text)


_PSEUDONYM = "Pseudonym, as in annotations/annotators.json"
annotator_option = once("--annotator", metavar="NAME", text=f"{_PSEUDONYM}.")
batch_option = once("--batch", metavar="BATCH", text="Name of a batch.")


@labelstudio_command.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; 8080 without it.")
@root_option
def serve_command(port: int | None, root: Path | None) -> None:
    """Install Label Studio on first use, and run it on this machine until Ctrl-C."""
    from standpoint.labelstudio import server
    from standpoint.labelstudio.workdir import Place

    place = Place(root_of(root))
    server.stop_in_order()
    program = server.install(place, click.echo)
    # A stop may come at any line of what follows, not only while the server is awaited.
    with suppress(KeyboardInterrupt):
        click.echo("starting")
        with server.running(place, program, port or server.PORT, click.echo) as found:
            secrets, process = found
            click.echo(f"Label Studio is at {secrets.url} (process {process.pid})")
            click.echo(f"administrator: {secrets.admin.address}")
            click.echo(f"password: {secrets.admin.password}")
            logins = place.shown(place.secrets_path)
            click.echo(f"token and logins of annotators: {logins}")
            click.echo("Ctrl-C stops it; what was annotated stays")
            server.wait(found, place)
    click.echo("stopped")


@labelstudio_command.command("push")
@click.argument("documents", nargs=-1)
@click.option(
    "--annotator",
    "people",
    metavar="NAME",
    multiple=True,
    help=f"{_PSEUDONYM}; repeatable.",
)
@batch_option
@click.option(
    "--pass",
    "passes",
    multiple=True,
    type=click.Choice(PASSES),
    help="Only this pass; repeatable.",
)
@click.option(
    "--tier",
    type=click.Choice(["core", "extended"]),
    default="extended",
    help="Core leaves the extended fields out.",
)
@once("--suggest", metavar="NAME", text="Suggest this one's mentions.")
@click.option("--calibration", is_flag=True, help="Trial of a new annotator.")
@click.option("--adjudicate", is_flag=True, help="Items on which readings differ.")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(LAYERS),
    help="With --adjudicate: this layer; actor and claim without it.",
)
@click.option(
    "--names",
    type=click.Choice(["hidden", "shown"]),
    default="hidden",
    help="With --adjudicate: who made a reading.",
)
@texts_option
@root_option
def push_command(  # noqa: PLR0913 - one argument per option
    *,
    documents: tuple[str, ...],
    people: tuple[str, ...],
    batch: str | None,
    passes: tuple[str, ...],
    tier: str,
    suggest: str | None,
    calibration: bool,
    adjudicate: bool,
    layers: tuple[str, ...],
    names: str,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Make tasks of what an annotator can do now; pushing again adds nothing twice.

    Without DOCUMENTS, those of real reporting. A pass waits until the one before it was
    pulled.
    """
    from standpoint.labelstudio.adjudication_queue import Dispute, push_disputes
    from standpoint.labelstudio.client import connect
    from standpoint.labelstudio.push import Pushed, Wish, push
    from standpoint.labelstudio.workdir import Place
    from standpoint.records.checkout import Checkout
    from standpoint.records.findings import counted

    if not people or (batch is None and not calibration):
        raise click.UsageError("whose, and which batch? use --annotator and --batch")
    batch_ = batch or "calibration"
    if adjudicate:
        _refuse_with_adjudicate(people, other=bool(passes or suggest or calibration))
    elif layers:
        raise click.UsageError("--layer goes with --adjudicate")
    checkout = Checkout(root_of(root), text_folders(texts))
    place = Place(checkout.root)
    server = connect(place)

    def pushed_for(one: str) -> Pushed:
        if adjudicate:
            chosen: Any = tuple(x for x in LAYERS if x in (layers or LAYERS[:2]))
            asked = Dispute(one, batch_, documents, chosen, tier, names == "shown")
            return push_disputes(checkout, server, place, asked)
        order = tuple(x for x in PASSES if x in (passes or PASSES))
        wish = Wish(one, batch_, documents, order, tier, suggest, calibration)
        return push(checkout, server, place, wish)

    for person in dict.fromkeys(people):
        pushed = pushed_for(person)
        for line in pushed.lines:
            click.echo(line)
        made = counted(pushed.n_tasks, "new task")
        click.echo(f"{made}; the sheet of {person}: {pushed.sheet}")


def _refuse_with_adjudicate(people: tuple[str, ...], *, other: bool) -> None:
    if other:
        raise click.UsageError(
            "--adjudicate goes with --layer, --names and --tier only"
        )
    if len(set(people)) > 1:
        raise click.UsageError(
            "--adjudicate takes one --annotator, since one person adjudicates a document"
        )


@labelstudio_command.command("pull")
@annotator_option
@batch_option
@click.option("--replace", is_flag=True, help="Take the server's where both changed.")
@click.option(
    "--forget", is_flag=True, help="Stop reporting work that is gone from the server."
)
@texts_option
@root_option
def pull_command(
    annotator: str | None,
    batch: str | None,
    replace: bool,
    forget: bool,
    texts: tuple[Path, ...],
    root: Path | None,
) -> None:
    """Take what was submitted into annotation sets, and judge them; exit 1 on any error."""
    from standpoint.labelstudio.client import connect
    from standpoint.labelstudio.pull import Wanted, pull
    from standpoint.labelstudio.workdir import Place
    from standpoint.records.checkout import Checkout, has_errors

    folders = text_folders(texts)
    checkout = Checkout(root_of(root), folders)
    place = Place(checkout.root)
    wanted = Wanted(annotator, batch, replace, forget)
    taken = pull(checkout, connect(place), place, wanted, folders)
    for line in taken_lines(taken):
        click.echo(line)
    raise SystemExit(int(has_errors(taken.findings)))


def taken_lines(taken: Any) -> Iterator[str]:
    """Yield what was taken, as lines."""
    from standpoint.checks.report import summary
    from standpoint.records.findings import counted

    for finding in taken.findings:
        yield str(finding)
    yield from refused_lines(taken.refused)
    for path in taken.written:
        yield f"wrote {path}"
    changed = counted(len(taken.written), "set")
    yield f"{changed} changed, {taken.n_same} unchanged"
    yield summary(taken.findings, {})


def refused_lines(tasks: Iterable[Any]) -> Iterator[str]:
    """Yield answered tasks that are not taken, with their addresses."""
    for task in tasks:
        yield f"not taken: {task.where} ({', '.join(task.codes)})"
        if task.url:
            yield f"    {task.url}"


@labelstudio_command.command("status")
@click.option("--calibration", is_flag=True, help="Score trials against the keys.")
@click.option(
    "--keys",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="DIR",
    help="With --calibration: keys of your own.",
)
@texts_option
@root_option
def status_command(
    calibration: bool, keys: Path | None, texts: tuple[Path, ...], root: Path | None
) -> None:
    """How far a campaign has come, or how new annotators did on their trial."""
    from standpoint.labelstudio.workdir import Place
    from standpoint.records.checkout import Checkout

    if keys is not None and not calibration:
        raise click.UsageError("--keys goes with --calibration")
    checkout = Checkout(root_of(root), text_folders(texts))
    place = Place(checkout.root)
    if calibration:
        lines = _trials(checkout, place, keys)
    else:
        lines = _progress(checkout, place)
    for line in lines:
        click.echo(line)
    for line in () if calibration else _weights(checkout):
        click.echo(line)


def _weights(checkout: Any) -> Iterator[str]:
    """Yield what hangs on single sets of people, as lines."""
    from standpoint.labelstudio.weight import weights

    body = []
    for one in weights(checkout):
        what = [f"marks nothing: {', '.join(one.nothing)}"] if one.nothing else []
        if one.n_models:
            models = "1 model" if one.n_models == 1 else f"{one.n_models} models"
            what.append(f"decides alone over {models}")
        counts = (
            ", ".join(f"{n:,} {layer}" for layer, n in found.items())
            for found in (one.exists, one.judged)
        )
        body.append([one.path, "; ".join(what), *counts])
    if body:
        yield ""
        yield "Sets that decide alone or mark nothing, and how many items that changes:"
        yield ""
        yield from table(("set", "why", "exists flips", "decided by it"), body)


def _progress(checkout: Any, place: Any) -> Iterator[str]:
    from standpoint.labelstudio.client import connect
    from standpoint.labelstudio.corpus_view import Reader
    from standpoint.labelstudio.status import status
    from standpoint.records.findings import counted

    found = status(Reader(checkout, place), connect(place), place)
    yield from map(str, found.gone)
    if not found.rows:
        yield "nothing was pushed yet" if not found.gone else "no project is left"
        return
    head = (
        "batch",
        "annotator",
        "project",
        "done",
        "refused",
        "draft",
        "skipped",
        "open",
        "min/segment",
    )
    counts = ((row.n_done, len(row.refused), row.n_draft) for row in found.rows)
    body = [
        [
            row.key.batch,
            row.key.annotator,
            row.key.form + (f" ({row.key.panel})" if row.key.panel else ""),
            *map(str, (*begun, row.n_skipped, row.n_open)),
            "" if row.minutes is None else f"{row.minutes:.1f}",
        ]
        for row, begun in zip(found.rows, counts, strict=True)
    ]
    yield from table(head, body)
    for row in found.rows:
        yield from refused_lines(row.refused)
    n_unread = sum(row.n_unread for row in found.rows)
    if n_unread:
        tasks = counted(n_unread, "done task")
        yield f"{tasks} not checked, because the text is not here: use --texts"


def _trials(checkout: Any, place: Any, keys: Path | None) -> Iterator[str]:
    from standpoint.agreement import compare_with_keys, of_records
    from standpoint.cli.comparison import comparison
    from standpoint.labelstudio.corpus_view import Reader
    from standpoint.labelstudio.status import against_keys, trials

    reader = Reader(checkout, place)
    found = trials(reader, place)
    if not found:
        yield "no trial was pulled yet"
    for annotator, sets in found.items():
        dossiers = against_keys(reader, sets, keys)
        yield f"{annotator}: {', '.join(s.document for s in sets)}"
        yield "These figures are for the two of you; they are stored nowhere."
        yield ""
        inventories = checkout.schemas.inventories
        readings = of_records(dossiers, reader.registries, inventories)
        rows = compare_with_keys(readings)
        yield from comparison(rows, circular=readings.keys_by_models)
