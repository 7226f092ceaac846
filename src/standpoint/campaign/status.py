"""`status`: how far a campaign has come, and how new annotators did."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from standpoint.campaign import project
from standpoint.campaign.place import CampaignStop, Place
from standpoint.campaign.project import Key, Server
from standpoint.campaign.reader import CALIBRATION, Reader
from standpoint.labelstudio.export import progress
from standpoint.model import AnnotationSet, Dossier


class Row(NamedTuple):
    """How far one project has come.

    Attributes:
        key: What the project is for.
        title: What it is called on the server.
        n_done: Tasks that were submitted.
        n_draft: Tasks with a draft and nothing submitted.
        n_skipped: Tasks that were skipped.
        n_open: All others.
        minutes: Minutes of work on a submitted task, on average; None without any.
    """

    key: Key
    title: str
    n_done: int
    n_draft: int
    n_skipped: int
    n_open: int
    minutes: float | None


def status(server: Server) -> list[Row]:
    """Return how far every project has come, by batch, annotator and pass."""
    rows = []
    for one in project.found(server):
        _, tasks = project.tasks_of(server, one)
        rows.append(_row(one.key, one.remote.title, tasks))
    return sorted(rows, key=lambda row: (row.key.batch, row.key.annotator, row.title))


def _row(key: Key, title: str, tasks: Iterable[Any]) -> Row:
    counts = dict.fromkeys(("done", "draft", "skipped", "open"), 0)
    seconds: list[float] = []
    for found in tasks:
        kind, work = progress(found)
        counts[kind] += 1
        seconds += [work] if work else []
    minutes = sum(seconds) / len(seconds) / 60 if seconds else None
    return Row(
        key,
        title,
        counts["done"],
        counts["draft"],
        counts["skipped"],
        counts["open"],
        minutes,
    )


# calibration


def trials(reader: Reader, place: Place) -> dict[str, list[AnnotationSet]]:
    """Return the sets of new annotators' trials that were pulled, by annotator."""
    found: dict[str, list[AnnotationSet]] = {}
    for path in sorted(place.path(CALIBRATION).glob("*/*.json")):
        record = reader.read_set(place.shown(path))
        if record is not None:
            reader.person(record.annotator)
            found.setdefault(record.annotator, []).append(record)
    return found


def against_keys(
    reader: Reader, sets: Iterable[AnnotationSet], keys: Path | None
) -> list[Dossier]:
    """Return dossiers of one annotator's trial, each with its key.

    Args:
        reader: The checkout.
        sets: Sets of one annotator.
        keys: Folder with keys that are nobody else's; None for those of the corpus.
    """
    own = _private(reader, keys) if keys is not None else {}
    dossiers = []
    for record in sets:
        dossier = reader.dossier(record.document)
        held = [s for s in dossier.sets if s.role == "key"]
        if keys is not None:
            held = [own[record.document]] if record.document in own else []
        dossiers.append(msgspec.structs.replace(dossier, sets=(*held, record)))
    return dossiers


def _private(reader: Reader, folder: Path) -> dict[str, AnnotationSet]:
    """Read the keys in a folder, wherever they lie in it.

    Raises:
        CampaignStop: If one of them is no key.
    """
    found = {}
    for path in sorted(folder.rglob("*.json")):
        record = reader.decode(path.read_bytes(), path.name)
        if record.role != "key":
            raise CampaignStop(f"{path.name} is no key, but of role {record.role}")
        if record.document in found:
            raise CampaignStop(f"{folder.name} has two keys of {record.document}")
        found[record.document] = record
    if not found:
        raise CampaignStop(f"there is no key in {folder.name}")
    return found
