"""What was answered becomes files: sets are put together, written and judged.

What a pull is about to write is remembered first, beside what it replaces; then files are
written whole, one after another; then the former is forgotten. Wherever it is cut off, the
next one finds whole files, and knows that nobody has edited them.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from standpoint import canonical, engine
from standpoint.campaign.contest import readings
from standpoint.campaign.place import Place
from standpoint.campaign.reader import Reader, UnreadableSetError
from standpoint.checkout import Checkout
from standpoint.findings import Finding, order
from standpoint.judge import judge, judge_dossier
from standpoint.labelstudio.adjudicated import settle
from standpoint.labelstudio.config import VERSION
from standpoint.labelstudio.draft import Corner, Memory, Merged
from standpoint.labelstudio.export import Answered
from standpoint.labelstudio.merge import merge
from standpoint.labelstudio.rule.clash import Clash
from standpoint.model import ADJUDICATED, AnnotationSet, Dossier

TOOL = f"Label Studio {VERSION}"


class Taken(NamedTuple):
    """What became of what was answered.

    Attributes:
        written: Paths of the sets that changed, relative to the checkout.
        n_same: Number of sets that did not.
        findings: What could not be taken, and what is wrong with the sets.
    """

    written: list[str]
    n_same: int
    findings: list[Finding]


class _Set(NamedTuple):
    """Which set an answer belongs to."""

    document: str
    name: str
    calibration: bool


def take(
    reader: Reader,
    place: Place,
    answered: Iterable[Answered],
    *,
    replace: bool,
    folders: Sequence[Path] = (),
) -> Taken:
    """Put answers into sets, write those that changed, and judge them.

    Args:
        reader: The checkout.
        place: Where the campaign keeps its files.
        answered: The answers.
        replace: Whether the server goes before what was edited here.
        folders: Folders with texts of withheld documents.
    """
    by_set: dict[_Set, list[Answered]] = {}
    findings: list[Finding] = []
    for one in _once(answered, findings):
        name = ADJUDICATED if one.meta.contested else one.meta.annotator
        key = _Set(one.meta.document, name, one.meta.calibration)
        by_set.setdefault(key, []).append(one)
    memory = place.memory()
    done: dict[_Set, Merged] = {}
    broken = []
    # Readings before what is decided on them.
    for key in sorted(by_set, key=lambda key: (key.name == ADJUDICATED, key)):
        path = _path(reader, key)
        try:
            existing = reader.read_set(path)
        except UnreadableSetError:
            broken.append(path)
            continue
        before = memory.get(path, {})
        corner = _corner(reader, key.document, replace=replace)
        if key.name == ADJUDICATED:
            sets = _as_merged(reader, key.document, done)
            done[key] = settle(existing, by_set[key], before, corner, sets)
        else:
            done[key] = merge(existing, by_set[key], before, corner)
    written = _write(reader, place, memory, done)
    for merged in done.values():
        findings += merged.findings
    n_same = sum(one.record is not None for one in done.values()) - len(written)
    findings += _judged(reader, [*written, *broken], folders)
    return Taken(written, n_same, order(findings))


def _corner(reader: Reader, document: str, *, replace: bool) -> Corner:
    dossier = reader.dossier(document)
    return Corner(
        document=dossier.document,
        text=dossier.text or "",
        schemas=reader.checkout.schemas,
        tool=TOOL,
        replace=replace,
    )


def _as_merged(
    reader: Reader, document: str, done: Mapping[_Set, Merged]
) -> dict[str, AnnotationSet]:
    """Return annotator to reading, as they will be once everything is written."""
    found = readings(reader.dossier(document))
    for key, merged in done.items():
        if key.document == document and not key.calibration and merged.record:
            found[key.name] = merged.record
    return found


def _write(
    reader: Reader,
    place: Place,
    memory: Mapping[str, Memory],
    done: Mapping[_Set, Merged],
) -> list[str]:
    """Write the sets that changed, and remember what was pulled; return their paths."""
    changed: dict[str, bytes] = {}
    for key, merged in done.items():
        path = _path(reader, key)
        full = reader.checkout.root / path
        data = b"" if merged.record is None else canonical.encode(merged.record)
        if data and not (full.is_file() and full.read_bytes() == data):
            changed[path] = data
    before = dict(memory)
    during = before | {
        _path(reader, key): merged.memory for key, merged in done.items()
    }
    after = during | {
        _path(reader, key): merged.settled for key, merged in done.items()
    }
    if during != before:
        place.keep_memory(during)
    for path, data in changed.items():
        engine.write(reader.checkout.root / path, data)
    if after != during:
        place.keep_memory(after)
    return list(changed)


def _once(answered: Iterable[Answered], findings: list[Finding]) -> list[Answered]:
    """Return the answers of which there is one for their place; say the others."""
    by_place: dict[tuple[str, ...], list[Answered]] = {}
    for one in answered:
        key = (one.meta.annotator, *one.meta.place, str(one.meta.calibration))
        by_place.setdefault(key, []).append(one)
    for same in by_place.values():
        for one in same[1:]:
            words = f"{one.where}: the same as {same[0].where} in {same[0].path}."
            clash = Clash("LST019", one.pointer, words, one.path)
            findings += clash.findings()
    return [same[0] for same in by_place.values() if len(same) == 1]


def _path(reader: Reader, key: _Set) -> str:
    if key.calibration:
        return reader.trial_path(key.document, key.name)
    return f"annotations/{key.document}/{key.name}.json"


def _judged(
    reader: Reader, written: Sequence[str], folders: Sequence[Path]
) -> list[Finding]:
    """Judge sets, with everything that checks look at."""
    checkout = Checkout(reader.checkout.root, folders)
    here = [path for path in written if path.startswith("annotations/")]
    findings = judge(checkout, here).findings if here else []
    for path in sorted(set(written) - set(here)):
        try:
            record = reader.read_set(path)
        except UnreadableSetError as error:
            findings += error.findings
            continue
        if record is not None:
            findings += _judged_alone(reader, checkout, record, path)
    return findings


def _judged_alone(
    reader: Reader, checkout: Checkout, record: AnnotationSet, path: str
) -> list[Finding]:
    """Judge a set that lies outside of annotations/, beside its document only."""
    dossier = reader.dossier(record.document)
    key = f"{record.document}/{record.annotator}"
    alone = Dossier(
        document=dossier.document,
        sets=(record,),
        text=dossier.text,
        near_text=None,
        paths={dossier.document.id: dossier.paths[dossier.document.id], key: path},
    )
    return checkout.place(judge_dossier(alone, reader.registries, [path]))
