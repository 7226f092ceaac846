"""What measures need of the readings of some documents: counts, which add up.

A tally of many documents is the sum of those of each, so that no reading has to be kept,
and documents can be gone through anywhere and in any order.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from scipy.sparse import csr_array

from standpoint.agreement.group import Cell, Group, against_key, groups
from standpoint.agreement.measures import MEASURES, Found, Measure, ReadSegment
from standpoint.agreement.readings import Readings, of_records
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Finding
from standpoint.records.vocabulary import KEY

Value = str | int | tuple[str, ...]
"""Label, number of things, or names of actors."""

Unit = tuple[str, tuple[Value, ...]]
"""Panel target that a row of `Found` is about, or nothing; and the row."""

_INT = np.dtype("<i4")
_CELL = 3
"""Numbers kept of each segment: units, judgements left out, different units."""


class Units(msgspec.Struct):
    """The units of a measure, segment by segment.

    Attributes:
        different: The different units.
        cells: For each segment, `_CELL` integers.
        counts: For each of its different units, which it is, and how often it occurs.
    """

    different: list[Unit] = []
    cells: bytearray = msgspec.field(default_factory=bytearray)
    counts: bytearray = msgspec.field(default_factory=bytearray)


class Gathered(msgspec.Struct):
    """Readings that are compared with each other: see `Group`.

    Attributes:
        readers: Coverage to the annotators that have it in full in a compared segment.
        documents: Document of each segment.
        units: Layer and name of a measure to its units.
    """

    population: str
    guidelines: str
    saw_suggestions: bool
    pair: str
    annotators: set[str] = set()
    readers: dict[str, set[str]] = {}
    documents: list[str] = []
    units: dict[str, Units] = {}

    @property
    def place(self) -> tuple[Any, ...]:
        """What it is known by, and its place among others."""
        saw, under, pair = self.saw_suggestions, self.guidelines, self.pair
        if self.population == KEY:
            return KEY, pair, under, saw
        if _is_across(under):
            return self.population, saw, 1, pair, under
        return self.population, saw, 0, under, pair

    def add(self, other: "Gathered") -> None:
        """Add what was gathered of other segments."""
        self.annotators |= other.annotators
        for coverage, names in other.readers.items():
            self.readers[coverage] = self.readers.get(coverage, set()) | names
        self.documents += other.documents
        for name, units in other.units.items():
            _Adding(self.units[name]).add(units)


class _Adding:
    """Adds units to others."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._place = {unit: n for n, unit in enumerate(units.different)}

    def add(self, other: Units) -> None:
        places = np.array([self._placed(unit) for unit in other.different], _INT)
        counts = np.frombuffer(other.counts, _INT).reshape(-1, 2).copy()
        if len(counts):
            counts[:, 0] = places[counts[:, 0]]
        self._units.cells += other.cells
        self._units.counts += counts.tobytes()

    def count(self, found: Found) -> None:
        """Add the units of one segment."""
        tags = found.tags or ("",) * len(found.rows)
        times = Counter(zip(tags, found.rows, strict=True))
        counts = [(self._placed(unit), n) for unit, n in times.items()]
        self._units.cells += np.array(
            [found.n, found.left_out, len(counts)], _INT
        ).tobytes()
        self._units.counts += np.array(counts, _INT).tobytes()

    def _placed(self, unit: Unit) -> int:
        if unit not in self._place:
            self._place[unit] = len(self._units.different)
            self._units.different.append(unit)
        return self._place[unit]


def _is_across(guidelines: str) -> bool:
    """Tell whether readings under two versions of the guidelines are compared."""
    return " / " in guidelines


class Tally(msgspec.Struct):
    """What measures need of the readings of some documents.

    Attributes:
        groups: Groups of readings, in order.
    """

    groups: list[Gathered] = []

    def add(self, other: "Tally") -> None:
        """Add the tally of other documents, which is no longer to be used."""
        own = {group.place: group for group in self.groups}
        for group in other.groups:
            if group.place in own:
                own[group.place].add(group)
            else:
                self.groups.append(group)
        self.groups.sort(key=lambda group: group.place)


def tally(readings: Readings, *, keys: bool = False, pairs: bool = True) -> Tally:
    """Return the tally of some readings.

    Args:
        readings: The readings.
        keys: Whether to compare them with keys, and not with each other.
        pairs: Whether to compare each two annotators too; those under different versions
            of the guidelines are compared in any case.
    """
    known: dict[tuple[Any, ...], Any] = {}
    found = Tally()
    for group in against_key(readings) if keys else groups(readings):
        if keys or pairs or not group.pair or _is_across(group.guidelines):
            found.groups.append(_gathered(group, readings, known))
    return found


class Job(NamedTuple):
    """Documents whose readings are to be counted; see `tally`."""

    documents: tuple[str, ...]
    keys: bool
    pairs: bool


class Shard(NamedTuple):
    """What the records of some documents gave.

    Attributes:
        findings: What is wrong with them.
        tally: The tally of those that can be read.
        key_writers: Annotators who wrote a key.
    """

    findings: list[Finding]
    tally: Tally
    key_writers: set[str]


def tally_shard(checkout: Checkout, job: Job, _: Path) -> Shard:
    """Count the readings of some documents of a checkout."""
    registries = checkout.registries
    checkout.drain()  # whoever asks for the shards reports these, once
    dossiers = [d for d in map(checkout.dossier, job.documents) if d is not None]
    found = checkout.place(checkout.drain())
    if registries is None:
        return Shard(found, Tally(), set())
    readings = of_records(dossiers, registries, checkout.schemas.inventories)
    made = tally(readings, keys=job.keys, pairs=job.pairs)
    return Shard(found, made, readings.key_writers)


def measured() -> Iterator[tuple[str, str, Measure]]:
    """Yield the layer, the name in `Gathered.units` and each measure, in order."""
    for layer, measures in MEASURES.items():
        for measure in measures:
            yield layer, f"{layer}: {measure.name}", measure


def _gathered(
    group: Group, readings: Readings, known: dict[tuple[Any, ...], Any]
) -> Gathered:
    """Count the units of a group.

    Args:
        group: The group.
        readings: The readings that it is of.
        known: Units of segments that were looked at before; is added to.
    """
    stances = readings.inventories["stance_label"].labels
    found = Gathered(
        group.population, group.guidelines, group.saw_suggestions, group.pair
    )
    found.annotators = set(group.annotators)
    found.documents = [cell.document for cell in group.cells]
    for layer, name, measure in measured():
        coverage = measure.coverage or layer
        if coverage not in found.readers:
            covering = [r for cell in group.cells for r in cell.covering(coverage)]
            found.readers[coverage] = {reading.annotator for reading in covering}
        found.units[name] = Units()
        adding = _Adding(found.units[name])
        for cell in group.cells:
            adding.count(_units(measure, cell, coverage, stances, known))
    return found


def _units(
    measure: Measure, cell: Cell, coverage: str, stances: Any, known: dict[Any, Any]
) -> Found:
    """Return the units that a segment gives; those of the same readings once only."""
    segment = (coverage, *map(id, cell.readings))
    if segment not in known:
        known[segment] = ReadSegment(cell.covering(coverage), stances)
    units = (measure.name, *segment)
    if units not in known:
        known[units] = measure.units(known[segment])
    found: Found = known[units]
    return found


class Counts:
    """The units of some segments as a matrix.

    Args:
        units: The units.
        documents: Document of each segment.

    Attributes:
        different: The different units.
        times: Sparse (segments, different units): how often each occurs.
        n: For each segment, number of units.
        left_out: For each segment, judgements that the measure leaves out.
        documents: Document of each segment.
    """

    def __init__(self, units: Units, documents: Collection[str]) -> None:
        """Read the numbers."""
        cells = np.frombuffer(units.cells, _INT).reshape(-1, _CELL)
        counts = np.frombuffer(units.counts, _INT).reshape(-1, 2)
        self.different = units.different
        self.n, self.left_out = cells[:, 0], cells[:, 1]
        ends = np.concatenate([[0], np.cumsum(cells[:, 2])])
        shape = (len(cells), len(self.different))
        held = (counts[:, 1].astype(float), counts[:, 0], ends)
        self.times = csr_array(held, shape=shape)
        self.documents = np.array(list(documents), object)

    def of_document(self, document: str) -> "Counts":
        """Return those of one document."""
        return self._taken(self.documents == document)

    def of_target(self, target: str) -> "Counts":
        """Return those about one panel target; each is one unit."""
        held = [n for n, (tag, _) in enumerate(self.different) if tag == target]
        found = object.__new__(Counts)
        found.different = [self.different[n] for n in held]
        found.times = self.times[:, held]
        found.n = found.times.sum(axis=1)
        found.left_out = np.zeros(len(found.n), int)
        found.documents = self.documents
        return found

    def _taken(self, segments: Any) -> "Counts":
        found = object.__new__(Counts)
        found.different, found.times = self.different, self.times[segments]
        found.n, found.left_out = self.n[segments], self.left_out[segments]
        found.documents = self.documents[segments]
        return found
