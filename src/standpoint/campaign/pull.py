"""`pull`: bring what annotators submitted into the corpus."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from standpoint import engine
from standpoint.campaign import project
from standpoint.campaign.place import CampaignStop, Place, decoded, pseudonyms
from standpoint.campaign.project import Found, Server
from standpoint.campaign.reader import Reader
from standpoint.campaign.take import Taken, take
from standpoint.checkout import Checkout
from standpoint.findings import Finding, order, placed
from standpoint.labelstudio.export import Answered, Book, read
from standpoint.labelstudio.rule import project as project_rule
from standpoint.labelstudio.rule.project import Project


class Wanted(NamedTuple):
    """What is to be pulled.

    Attributes:
        annotator: Pseudonym, or None for all.
        batch: Name of a batch, or None for all.
        replace: Whether the server goes before what was edited here.
    """

    annotator: str | None = None
    batch: str | None = None
    replace: bool = False


def pull(
    checkout: Checkout,
    server: Server,
    place: Place,
    wanted: Wanted,
    folders: Sequence[Path] = (),
) -> Taken:
    """Pull what was submitted, keep the export, and judge what changed.

    Raises:
        CampaignStop: If the server cannot be asked, or there is nothing of what is
            wanted; no set is changed then.
    """
    reader = Reader(checkout, place)
    with place.alone():
        people = pseudonyms(place.secrets(), server.users())
        answered: list[Answered] = []
        findings: list[Finding] = []
        for one in _wanted(project.found(server), wanted):
            found, faults = _of_project(reader, server, place, one, people)
            answered += found
            findings += faults
        taken = take(reader, place, answered, replace=wanted.replace, folders=folders)
    placed_ = checkout.place([*findings, *taken.findings])
    return taken._replace(findings=order(placed_))


def _wanted(projects: Sequence[Found], wanted: Wanted) -> list[Found]:
    """Return the projects of an annotator and a batch."""
    found = [
        one
        for one in projects
        if wanted.annotator in (None, one.key.annotator)
        and wanted.batch in (None, one.key.batch)
    ]
    if not found and (wanted.annotator or wanted.batch):
        whose = f" of {wanted.annotator}" if wanted.annotator else ""
        which = f" in the batch {wanted.batch}" if wanted.batch else ""
        raise CampaignStop(f"the server has no project{whose}{which}")
    return found


def pull_file(
    checkout: Checkout,
    place: Place,
    file: Path,
    *,
    replace: bool,
    folders: Sequence[Path] = (),
) -> Taken:
    """Take what is in an export file, without a server.

    Whether somebody else made an annotation shows only in part, and not at all whether
    the labels of a project were changed.

    Raises:
        CampaignStop: If it is no JSON file.
    """
    data = file.read_bytes()
    tasks = decoded(data, Any, file.name)
    reader = Reader(checkout, place)
    listed = tasks if isinstance(tasks, list) else []
    documents = reader.texts(meta.document for meta in project.metas(listed))
    book = Book(documents, reader.forms, people=None)
    answered, _, findings = read(tasks, file.name, book)
    with place.alone():
        taken = take(reader, place, answered, replace=replace, folders=folders)
    of_file = [*findings, *(f for f in taken.findings if f.path == file.name)]
    of_sets = [f for f in taken.findings if f.path != file.name]
    if of_file:
        of_file = placed(of_file, data.decode("utf-8", "replace"))
    return taken._replace(findings=order([*of_file, *of_sets]))


def _of_project(
    reader: Reader,
    server: Server,
    place: Place,
    one: Found,
    people: dict[int | str, str],
) -> tuple[list[Answered], list[Finding]]:
    """Read one project, and keep its export."""
    data, tasks = project.tasks_of(server, one)
    kept = place.path("exports", f"{one.remote.id:04}.json")
    path = place.shown(kept)
    place.make_folder()
    engine.write(kept, data)
    metas = list(project.metas(tasks))
    changed = [
        finding
        for pushed in sorted({meta.config for meta in metas})
        for rule in project_rule.CHECKS
        if rule.on is Project
        for finding in rule.findings(
            Project(one.remote.title, "", pushed, one.config), None, path
        )
    ]
    if changed:
        return [], changed
    documents = reader.texts(meta.document for meta in metas)
    book = Book(documents, reader.forms, people)
    answered, _, findings = read(tasks, path, book)
    return answered, findings
