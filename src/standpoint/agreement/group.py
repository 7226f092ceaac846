"""Which readings may be compared with which.

People are never compared with language models, nor a reading that saw suggestions with
one that did not. Readings under two versions of the guidelines are compared in pairs
only, and the pair names both.

The registry of annotators tells the runs of one model apart by `run`. So annotators with
the same `model` and `version` count as runs of one model, even where both are `not
disclosed`: their agreement is repeatability. A second model that is not disclosed needs
another name in the registry.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from standpoint.agreement.readings import Reading, Readings, Set
from standpoint.records.model import Annotator
from standpoint.records.vocabulary import FULL, HUMAN, KEY

AGREEMENT = "agreement"
REPEATABILITY = "repeatability"
MODEL_AGREEMENT = "model agreement"
AGAINST_KEY = "against the key"


class Cell(NamedTuple):
    """A segment, and the readings of it that are compared."""

    document: str
    segment: str
    readings: tuple[Reading, ...]

    def covering(self, layer: str) -> tuple[Reading, ...]:
        """Return the readings with full coverage of a layer; none where only one has."""
        full = tuple(r for r in self.readings if r.coverage[layer] == FULL)
        return full if len(full) > 1 else ()


class Group(NamedTuple):
    """Readings that are compared with each other.

    Attributes:
        population: `human`, `language_model` or `key`.
        guidelines: Version of the guidelines; `0.1 / 0.2` for a pair under two.
        saw_suggestions: Whether they saw suggestions.
        annotators: Their pseudonyms.
        cells: Segments that two or more of them judged.
        pair: `a / b` where it is one pair, else empty.
    """

    population: str
    guidelines: str
    saw_suggestions: bool
    annotators: tuple[str, ...]
    cells: tuple[Cell, ...]
    pair: str = ""


def groups(readings: Readings) -> Iterator[Group]:
    """Yield groups of independent readings, each followed by its pairs.

    Pairs under two versions of the guidelines come last.
    """
    kinds: dict[tuple[str, bool], list[Set]] = {}
    for found in _in_order(readings.sets):
        if found.population != KEY:
            kinds.setdefault((found.population, found.saw_suggestions), []).append(
                found
            )
    for (_, _), alike in sorted(kinds.items(), key=lambda item: item[0]):
        for version in sorted({found.guidelines for found in alike}):
            same = [found for found in alike if found.guidelines == version]
            yield from _group(same, version)
            for two in combinations(sorted({found.annotator for found in same}), 2):
                pair = [found for found in same if found.annotator in two]
                yield from _group(pair, version, " / ".join(two))
        yield from _across(alike)


def against_key(readings: Readings) -> Iterator[Group]:
    """Yield for each reader the pairs of a reading and the key of the document."""
    keys = {found.document: found for found in readings.sets if found.population == KEY}
    held: dict[tuple[str, str, bool], list[Cell]] = {}
    for found in _in_order(readings.sets):
        key = keys.get(found.document)
        if key is not None and found.population != KEY:
            version = _versions(found, key)
            place = found.annotator, version, found.saw_suggestions
            held.setdefault(place, []).extend(_cells([found, key]))
    for (name, version, saw), cells in sorted(held.items(), key=lambda item: item[0]):
        if cells:
            pair = f"{name} / {KEY}"
            yield Group(KEY, version, saw, (name,), _sorted(cells), pair)


def _versions(left: Set, right: Set) -> str:
    one, other = left.guidelines, right.guidelines
    return one if one == other else f"{one} / {other}"


def _in_order(sets: Iterable[Set]) -> list[Set]:
    """Return sets in the order in which the dataset joins them."""
    return sorted(sets, key=lambda s: (s.document, s.created, s.annotator))


def _group(sets: list[Set], version: str, pair: str = "") -> Iterator[Group]:
    """Yield the group of these sets, if two of them judged the same segment."""
    cells = _sorted(_cells(sets))
    if cells:
        kind, saw = sets[0].population, sets[0].saw_suggestions
        names = tuple(sorted({r.annotator for cell in cells for r in cell.readings}))
        yield Group(kind, version, saw, names, cells, pair)


def _across(sets: Iterable[Set]) -> Iterator[Group]:
    """Yield the pairs of readings under two versions of the guidelines."""
    pairs: dict[tuple[str, str, str], list[Set]] = {}
    for left, right in combinations(sets, 2):
        if left.document == right.document and left.guidelines != right.guidelines:
            first, second = sorted((left, right), key=lambda found: found.annotator)
            key = first.annotator, second.annotator, _versions(first, second)
            pairs.setdefault(key, []).extend((left, right))
    for (one, other, versions), found in sorted(pairs.items()):
        yield from _group(found, versions, f"{one} / {other}")


def called(kind: str, names: Iterable[str], annotators: Mapping[str, Annotator]) -> str:
    """Return what the agreement of some annotators of a kind is called."""
    if kind == KEY:
        return AGAINST_KEY
    if kind == HUMAN:
        return AGREEMENT
    models = {(annotators[name].model, annotators[name].version) for name in names}
    return REPEATABILITY if len(models) == 1 else MODEL_AGREEMENT


def _cells(sets: Iterable[Set]) -> list[Cell]:
    """Return the segments that two or more of the sets judged, fully or not."""
    read: dict[tuple[str, str], list[Reading]] = {}
    for found in sets:
        for reading in found.readings:
            place = found.document, reading.segment.id
            read.setdefault(place, []).append(reading)
    return [Cell(*key, tuple(found)) for key, found in read.items() if len(found) > 1]


def _sorted(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(sorted(cells, key=lambda cell: cell[:2]))
