"""Which readings may be compared with which.

People and language models never; nor a reading that saw suggestions with one that did
not. Readings under two versions of the guidelines are compared pair by pair only, and
the pair says so.

The registry of annotators tells the runs of one model apart by `run`. So annotators
whose `model` and `version` are the same words are taken for runs of one model, `not
disclosed` included: what they have in common is repeatability. Who registers a second
model that is not disclosed has to call it by another word.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from standpoint.agreement.measure import covering
from standpoint.records.model import (
    AnnotationSet,
    Annotator,
    Document,
    Dossier,
    Segment,
)
from standpoint.resolve.item import Reading

AGREEMENT = "agreement"
REPEATABILITY = "repeatability"
MODEL_AGREEMENT = "model agreement"
AGAINST_KEY = "against the key"

KEY = "key"


class Cell(NamedTuple):
    """A segment, and the readings of it that are compared."""

    document: str
    segment: str
    readings: tuple[Reading, ...]


class Group(NamedTuple):
    """Readings that are compared with each other.

    Attributes:
        population: `human`, `language_model` or `key`.
        guidelines: Version of the guidelines; `0.1 / 0.2` for a pair under two.
        saw_suggestions: Whether they saw suggestions.
        called: What it is called that they coincide, all layers together.
        annotators: Their pseudonyms; see `narrowed` for those of one layer.
        cells: Segments that two or more of them judged.
        pair: `a / b` where it is one pair, else empty.
    """

    population: str
    guidelines: str
    saw_suggestions: bool
    called: str
    annotators: tuple[str, ...]
    cells: tuple[Cell, ...]
    pair: str = ""

    def narrowed(self, coverage: str, annotators: dict[str, Annotator]) -> "Group":
        """Return the group as those make it who looked at all of one layer.

        Someone who judged the panel alone is no part of what mentions have in common.
        Where no two looked it stays as it is: there is nothing to call by a name.

        Args:
            coverage: The layer, as sets call what they cover.
            annotators: The registry.
        """
        names = tuple(
            sorted(
                {
                    reading.set.annotator
                    for cell in self.cells
                    for reading in covering(cell.readings, coverage)
                }
            )
        )
        if self.population == KEY or not names:
            return self
        called = _called(self.population, [annotators[name] for name in names])
        return self._replace(called=called, annotators=names)


def groups(
    dossiers: Sequence[Dossier], annotators: dict[str, Annotator]
) -> Iterator[Group]:
    """Yield groups of independent readings, each followed by its pairs.

    Pairs under two versions of the guidelines come last.
    """
    sets = _sets(dossiers, "annotator")
    kinds: dict[tuple[str, bool], list[tuple[Document, AnnotationSet]]] = {}
    for document, found in sets:
        key = annotators[found.annotator].kind, found.saw_suggestions
        kinds.setdefault(key, []).append((document, found))
    for (kind, saw), alike in sorted(kinds.items(), key=lambda item: item[0]):
        for version in sorted({found.guidelines for _, found in alike}):
            same = [pair for pair in alike if pair[1].guidelines == version]
            names = sorted({found.annotator for _, found in same})
            yield from _group(kind, version, saw, same, annotators)
            for two in combinations(names, 2):
                pair = [p for p in same if p[1].annotator in two]
                yield from _group(kind, version, saw, pair, annotators, two)
        yield from _across(kind, saw, alike, annotators)


def against_key(
    dossiers: Sequence[Dossier], annotators: dict[str, Annotator]
) -> Iterator[Group]:
    """Yield for each reader the pairs of a reading and the key of the document."""
    keys = {document.id: found for document, found in _sets(dossiers, KEY)}
    held: dict[tuple[str, str, bool], list[Cell]] = {}
    for document, found in _sets(dossiers, "annotator"):
        key = keys.get(document.id)
        if key is None:
            continue
        version = _versions(found.guidelines, key.guidelines)
        cells = _cells([(document, found), (document, key)], annotators)
        place = found.annotator, version, found.saw_suggestions
        held.setdefault(place, []).extend(cells)
    for (name, version, saw), cells in sorted(held.items(), key=lambda item: item[0]):
        if cells:
            pair = f"{name} / {KEY}"
            yield Group(KEY, version, saw, AGAINST_KEY, (name,), _in_order(cells), pair)


def _versions(left: str, right: str) -> str:
    return left if left == right else f"{left} / {right}"


def _sets(
    dossiers: Iterable[Dossier], role: str
) -> list[tuple[Document, AnnotationSet]]:
    """Return the sets of a role in the order in which the dataset joins them."""
    found = [(d.document, s) for d in dossiers for s in d.sets if s.role == role]
    return sorted(found, key=lambda p: (p[0].id, p[1].created, p[1].annotator))


def _group(
    kind: str,
    version: str,
    saw: bool,
    sets: Sequence[tuple[Document, AnnotationSet]],
    annotators: dict[str, Annotator],
    pair: tuple[str, ...] = (),
) -> Iterator[Group]:
    """Yield the group of these sets, if two of them judged the same segment."""
    cells = _cells(sets, annotators)
    if not cells:
        return
    names = tuple(sorted({r.set.annotator for cell in cells for r in cell.readings}))
    called = _called(kind, [annotators[name] for name in names])
    shown = " / ".join(pair)
    yield Group(kind, version, saw, called, names, _in_order(cells), shown)


def _across(
    kind: str,
    saw: bool,
    sets: Sequence[tuple[Document, AnnotationSet]],
    annotators: dict[str, Annotator],
) -> Iterator[Group]:
    """Yield the pairs of readings under two versions of the guidelines."""
    pairs: dict[tuple[str, ...], list[tuple[Document, AnnotationSet]]] = {}
    for left, right in combinations(sets, 2):
        if left[0].id == right[0].id and left[1].guidelines != right[1].guidelines:
            first, second = sorted((left, right), key=lambda p: p[1].annotator)
            versions = _versions(first[1].guidelines, second[1].guidelines)
            key = first[1].annotator, second[1].annotator, versions
            pairs.setdefault(key, []).extend((left, right))
    for (one, other, versions), found in sorted(pairs.items()):
        yield from _group(kind, versions, saw, found, annotators, (one, other))


def _called(kind: str, annotators: Sequence[Annotator]) -> str:
    """Return what it is called; model agreement of models that differ, if some repeat."""
    if kind == "human":
        return AGREEMENT
    models = {(annotator.model, annotator.version) for annotator in annotators}
    return REPEATABILITY if len(models) == 1 else MODEL_AGREEMENT


def _cells(
    sets: Sequence[tuple[Document, AnnotationSet]], annotators: dict[str, Annotator]
) -> list[Cell]:
    """Return the segments that two or more of the sets judged, fully or not."""
    read: dict[tuple[str, str], list[Reading]] = {}
    for document, found in sets:
        segments: dict[str, Segment] = {s.id: s for s in document.segments}
        role, kind = found.role, annotators[found.annotator].kind
        population = KEY if role == KEY else kind
        for judged in found.segments:
            if judged.segment in segments:
                reading = Reading(found, judged, segments[judged.segment], population)
                read.setdefault((document.id, judged.segment), []).append(reading)
    return [Cell(*key, tuple(found)) for key, found in read.items() if len(found) > 1]


def _in_order(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(sorted(cells, key=lambda cell: cell[:2]))
