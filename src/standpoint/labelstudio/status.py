"""`status`: the progress of a campaign, and the trials of new annotators."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from standpoint.labelstudio import known as knowledge
from standpoint.labelstudio import project
from standpoint.labelstudio.corpus_view import CALIBRATION, CorpusView
from standpoint.labelstudio.export import Answered
from standpoint.labelstudio.known import Known
from standpoint.labelstudio.project import Server
from standpoint.labelstudio.pull import Looked, look, refusals
from standpoint.labelstudio.task import Key
from standpoint.labelstudio.workdir import CampaignStop, Workdir, pseudonyms
from standpoint.labelstudio.write_sets import Refused, settle_all
from standpoint.records import external
from standpoint.records.findings import Finding
from standpoint.records.model import AnnotationSet, Dossier
from standpoint.records.vocabulary import KEY


class Row(NamedTuple):
    """The progress of one project.

    Attributes:
        key: What the project is for.
        title: Its title on the server.
        n_done: Submitted tasks that are imported or can be.
        n_draft: Tasks with only a draft.
        n_skipped: Tasks that were skipped.
        n_open: All other tasks.
        minutes: Mean minutes of work on a submitted task; None without any.
        refused: Submitted tasks that cannot be imported.
        n_unread: Number of done tasks that cannot be checked, because their text is missing.
    """

    key: Key
    title: str
    n_done: int
    n_draft: int
    n_skipped: int
    n_open: int
    minutes: float | None
    refused: tuple[Refused, ...] = ()
    n_unread: int = 0


class Status(NamedTuple):
    """The progress of a campaign.

    Attributes:
        rows: Every project, by batch, annotator and pass.
        gone: Findings on work that is gone from the server.
    """

    rows: list[Row]
    gone: list[Finding]


def status(reader: CorpusView, server: Server, workdir: Workdir) -> Status:
    """Return the progress of every project; write nothing.

    Raises:
        CampaignStop: If the server cannot be reached.
    """
    people = pseudonyms(workdir.secrets(), server.users())
    known = Known(workdir)
    listed = project.found(server)
    looked = [look(reader, server, workdir, one, people) for one in listed]
    for one in looked:
        if one.is_readable:
            known.look(one.project, one.export.seen)
    answered = [found for one in looked for found in one.export.answered]
    settled = settle_all(reader, workdir, answered, replace=False)
    faults = [f for one in looked for f in one.export.findings] + settled.findings
    rows = [_row(server, one, faults, settled.left) for one in looked]
    numbers = {one.remote.id for one in listed}
    gone = list(knowledge.findings(known.gone(numbers), numbers))
    return Status(
        sorted(rows, key=lambda row: (row.key.batch, row.key.annotator, row.title)),
        reader.checkout.place(gone),
    )


def _row(
    server: Server,
    one: Looked,
    faults: list[Finding],
    left: list[tuple[Answered, str]],
) -> Row:
    seen = one.export.seen
    unread = {task.where for task in seen if task.state == "done" and not task.has_text}
    refused = [r for r in refusals(server, one, faults, left) if r.where not in unread]
    counts = Counter(task.state for task in seen)
    seconds = [task.seconds for task in seen if task.seconds]
    return Row(
        key=one.project.key,
        title=one.project.remote.title,
        n_done=counts["done"] - len(refused),
        n_draft=counts["draft"],
        n_skipped=counts["skipped"],
        n_open=counts["open"],
        minutes=sum(seconds) / len(seconds) / 60 if seconds else None,
        refused=tuple(refused),
        n_unread=len(unread),
    )


# calibration


def trials(reader: CorpusView, workdir: Workdir) -> dict[str, list[AnnotationSet]]:
    """Return annotator to the pulled sets of their trial."""
    found: dict[str, list[AnnotationSet]] = {}
    for path in sorted(workdir.path(CALIBRATION).glob("*/*.json")):
        record = reader.read_set(workdir.shown(path))
        if record is not None:
            reader.person(record.annotator)
            found.setdefault(record.annotator, []).append(record)
    return found


def against_keys(
    reader: CorpusView, sets: Iterable[AnnotationSet], keys: Path | None
) -> list[Dossier]:
    """Return the dossiers of one annotator's trial, each with its key.

    Args:
        reader: The checkout.
        sets: Sets of one annotator.
        keys: Folder with private keys; None for the keys of the corpus.
    """
    own = _private(reader, keys) if keys is not None else {}
    dossiers = []
    for record in sets:
        dossier = reader.dossier(record.document)
        held = [s for s in dossier.sets if s.role == KEY]
        if keys is not None:
            held = [own[record.document]] if record.document in own else []
        dossiers.append(msgspec.structs.replace(dossier, sets=(*held, record)))
    return dossiers


def _private(reader: CorpusView, folder: Path) -> dict[str, AnnotationSet]:
    """Read all keys below a folder.

    Raises:
        CampaignStop: If one of the files is not a key.
    """
    found = {}
    for path in sorted(folder.rglob("*.json")):
        try:
            record = reader.decode(external.read_bytes(path), path.name)
        except external.OutsideError as error:
            raise CampaignStop(str(error)) from None
        if record.role != KEY:
            raise CampaignStop(f"{path.name} is not a key; its role is {record.role}")
        if record.document in found:
            raise CampaignStop(f"{folder.name} has two keys of {record.document}")
        found[record.document] = record
    if not found:
        raise CampaignStop(f"there are no keys in {folder.name}")
    return found
