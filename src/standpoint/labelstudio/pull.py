"""`pull`: import what annotators submitted."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from standpoint.labelstudio import known as knowledge
from standpoint.labelstudio import project
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.export import Answered, Book, Export, read
from standpoint.labelstudio.known import Known
from standpoint.labelstudio.project import Found, Server, UnreadableError
from standpoint.labelstudio.workdir import CampaignStop, Workdir, pseudonyms
from standpoint.labelstudio.write_sets import Refused, Taken, refused, take
from standpoint.records import engine, external
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Finding, Problem, order, placed


class Wanted(NamedTuple):
    """What to pull.

    Attributes:
        annotator: Pseudonym, or None for all.
        batch: Name of a batch, or None for all.
        replace: Whether the version on the server replaces local edits.
        forget: Whether to stop reporting work that is gone from the server.
    """

    annotator: str | None = None
    batch: str | None = None
    replace: bool = False
    forget: bool = False


class Looked(NamedTuple):
    """A project as it was read from the server.

    Attributes:
        project: The project.
        path: Path of its export.
        data: The export as the server sent it.
        export: The export, read.
        is_readable: Whether it could be read.
    """

    project: Found
    path: str
    data: bytes
    export: Export
    is_readable: bool = True


def pull(
    checkout: Checkout,
    server: Server,
    workdir: Workdir,
    wanted: Wanted,
    folders: Sequence[Path] = (),
) -> Taken:
    """Pull what was submitted, keep the exports, and check the sets that changed.

    Raises:
        CampaignStop: If the server cannot be reached, or has no such project; no set is
            changed then.
    """
    reader = CorpusView(checkout, workdir)
    with workdir.alone():
        people = pseudonyms(workdir.secrets(), server.users())
        known = Known(workdir)
        listed = project.found(server)
        looked = []
        for one in _wanted(listed, wanted, known):
            found = look(reader, server, workdir, one, people)
            looked.append(found)
            newly_gone = found.is_readable and known.look(one, found.export.seen)
            _keep(workdir, found, spare=newly_gone)
        taken = take(
            reader,
            workdir,
            [answered for one in looked for answered in one.export.answered],
            replace=wanted.replace,
            folders=folders,
        )
        numbers = {one.remote.id for one in listed}
        gone = known.gone(numbers)
        known.keep(numbers, forget=wanted.forget)
    first = [] if wanted.forget else list(knowledge.findings(gone, numbers))
    faults = [*(f for one in looked for f in one.export.findings), *taken.findings]
    return taken._replace(
        findings=[*checkout.place(first), *order(checkout.place(faults))],
        refused=[
            task for one in looked for task in refusals(server, one, faults, taken.left)
        ],
    )


def refusals(
    server: Server,
    one: Looked,
    findings: Sequence[Finding],
    left: Sequence[tuple[Answered, str]],
) -> list[Refused]:
    """Return the answered tasks of a project that were not imported, with addresses."""
    tasks = f"{server.url.rstrip('/')}/projects/{one.project.remote.id}/data?task="
    return refused(one.path, one.export.seen, findings, left, tasks)


def _wanted(projects: Sequence[Found], wanted: Wanted, known: Known) -> list[Found]:
    """Return the projects of an annotator and a batch."""
    found = [
        one
        for one in projects
        if wanted.annotator in (None, one.key.annotator)
        and wanted.batch in (None, one.key.batch)
    ]
    # If all of their projects were deleted, that is reported instead.
    is_known = any(work.annotator == wanted.annotator for work in known.former)
    if not found and (wanted.annotator or wanted.batch) and not is_known:
        whose = f" of {wanted.annotator}" if wanted.annotator else ""
        which = f" in the batch {wanted.batch}" if wanted.batch else ""
        raise CampaignStop(f"the server has no project{whose}{which}")
    return found


def pull_file(
    checkout: Checkout,
    workdir: Workdir,
    file: Path,
    *,
    replace: bool,
    folders: Sequence[Path] = (),
) -> Taken:
    """Import an export file, without a server.

    Without a server it is only partly known whether somebody else made an annotation, and
    not at all whether the labels of a project were changed.

    Raises:
        CampaignStop: If it is not a JSON file.
    """
    try:
        source = external.read_text(file)
        tasks = external.parse(source, file.name)
    except external.OutsideError as error:
        raise CampaignStop(str(error)) from None
    reader = CorpusView(checkout, workdir)
    listed = tasks if isinstance(tasks, list) else []
    documents = reader.texts(meta.document for meta in project.metas(listed))
    export = read(tasks, file.name, Book(documents, reader.forms, people=None))
    with workdir.alone():
        taken = take(reader, workdir, export.answered, replace=replace, folders=folders)
    of_file = [*export.findings, *(f for f in taken.findings if f.path == file.name)]
    of_sets = [f for f in taken.findings if f.path != file.name]
    not_taken = refused(file.name, export.seen, of_file, taken.left, "")
    if of_file:
        of_file = placed(of_file, source)
    return taken._replace(findings=order([*of_file, *of_sets]), refused=not_taken)


def look(
    reader: CorpusView,
    server: Server,
    workdir: Workdir,
    one: Found,
    people: dict[int | str, str],
) -> Looked:
    """Read one project; if it cannot be read, that is a finding."""
    path = workdir.shown(export_path(workdir, one))
    try:
        data, tasks = project.tasks_of(server, one)
    except UnreadableError as error:
        words = f"{error}. Nothing was imported from this project."
        nothing = Export([], [], [Problem("LST022", "", words, path).finding()])
        return Looked(one, path, error.data, nothing, is_readable=False)
    metas = list(project.metas(tasks))
    changed = [
        Problem("CFG004", "", _changed(one, pushed), path).finding()
        for pushed in sorted({meta.config for meta in metas} - {one.config})
    ]
    documents = reader.texts(meta.document for meta in metas)
    export = read(tasks, path, Book(documents, reader.forms, people))
    if changed:
        export = Export([], export.seen, changed)
    return Looked(one, path, data, export)


def _changed(one: Found, pushed: str) -> str:
    return (
        f"{one.remote.title}: the labelling configuration is {one.config}, but its tasks"
        f" were pushed with {pushed}. Nothing was imported from this project."
    )


def export_path(workdir: Workdir, one: Found) -> Path:
    """Return where the export of a project is kept."""
    return workdir.path("exports", f"{one.remote.id:04}.json")


def _keep(workdir: Workdir, one: Looked, *, spare: bool) -> None:
    """Keep the export of a project.

    Args:
        workdir: Where the campaign keeps its files.
        one: The project.
        spare: Whether to keep the former export too, because it has work that is gone.
    """
    path = export_path(workdir, one.project)
    workdir.make_folder()
    if spare and path.exists():
        number = 1
        while (former := path.with_suffix(f".before-{number}.json")).exists():
            number += 1
        path.rename(former)
    engine.write(path, one.data)
