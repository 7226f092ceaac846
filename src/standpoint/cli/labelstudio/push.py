"""`labelstudio push`: tasks for annotators and adjudicators."""

from typing import Any

import click

from standpoint.cli import options
from standpoint.forms.form import DECIDE, PASSES, TIERS
from standpoint.labelstudio import client
from standpoint.labelstudio.adjudication_queue import Dispute, push_disputes
from standpoint.labelstudio.push import Pushed, Wish, push
from standpoint.labelstudio.workdir import Workdir
from standpoint.records.checkout import Checkout
from standpoint.records.findings import counted

LAYERS = list(DECIDE)


@click.command()
@click.argument("documents", nargs=-1)
@click.option(
    "--annotator",
    "people",
    metavar="NAME",
    multiple=True,
    help="Pseudonym in annotations/annotators.json; repeatable.",
)
@options.batch_option
@click.option(
    "--pass",
    "passes",
    multiple=True,
    type=click.Choice(PASSES),
    help="Only this pass; repeatable.",
)
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default="extended",
    show_default=True,
    help="core leaves out the extended fields.",
)
@options.once(
    "--suggest", metavar="NAME", text="Show this annotator's mentions as suggestions."
)
@click.option("--calibration", is_flag=True, help="Push the trial of a new annotator.")
@click.option(
    "--adjudicate", is_flag=True, help="Push the items on which readings differ."
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(LAYERS),
    help="With --adjudicate: only this layer; repeatable. Default: actor and claim.",
)
@click.option(
    "--names",
    type=click.Choice(["hidden", "shown"]),
    default="hidden",
    show_default=True,
    help="With --adjudicate: whether to show who made each reading.",
)
@options.with_texts
def command(
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
    checkout: Checkout,
) -> None:
    """Send tasks to annotators: whatever they can do now.

    Without DOCUMENTS, all documents of real reporting. Each pass waits until the pass
    before it has been pulled. Pushing again adds nothing twice.
    """
    if not people or (batch is None and not calibration):
        raise click.UsageError("--annotator and --batch are required")
    if adjudicate:
        _refuse_with_adjudicate(people, other=bool(passes or suggest or calibration))
    elif layers:
        raise click.UsageError("--layer needs --adjudicate")
    workdir = Workdir(checkout.root)
    server = client.connect(workdir)

    def pushed_for(person: str) -> Pushed:
        name = batch or "calibration"
        if adjudicate:
            chosen: Any = tuple(x for x in LAYERS if x in (layers or LAYERS[:2]))
            dispute = Dispute(person, name, documents, chosen, tier, names == "shown")
            return push_disputes(checkout, server, workdir, dispute)
        order = tuple(x for x in PASSES if x in (passes or PASSES))
        wish = Wish(person, name, documents, order, tier, suggest, calibration)
        return push(checkout, server, workdir, wish)

    for person in dict.fromkeys(people):
        pushed = pushed_for(person)
        for line in pushed.lines:
            click.echo(line)
        made = counted(pushed.n_tasks, "new task")
        click.echo(f"{made}; the handout for {person}: {pushed.sheet}")


def _refuse_with_adjudicate(people: tuple[str, ...], *, other: bool) -> None:
    if other:
        raise click.UsageError(
            "--adjudicate cannot be combined with --pass, --suggest or --calibration"
        )
    if len(set(people)) > 1:
        raise click.UsageError(
            "--adjudicate needs exactly one --annotator: one person adjudicates a document"
        )
