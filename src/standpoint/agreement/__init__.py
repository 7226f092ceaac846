"""Measure how far independent readings of the same texts agree, with intervals.

A reading is the set of one annotator; decisions of adjudicators never count, keys only
where readings are compared with them. Only segments count that two readings looked at
fully, layer by layer. What it is called is part of every row: agreement of people, but
repeatability of one model, which says nothing about whether the labels are right.
"""

from collections.abc import Hashable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from standpoint.agreement.group import Cell, Group, against_key, groups
from standpoint.agreement.measures import (
    INDEPENDENCE,
    MEASURES,
    Found,
    Measure,
    ReadSegment,
)
from standpoint.agreement.readings import Readings, of_records, of_tables
from standpoint.agreement.statistics import (
    Array,
    Estimate,
    estimate,
    f1,
    nominal_alpha,
    ratio,
)
from standpoint.records.vocabulary import Inventories, Inventory

__all__ = [
    "ALL",
    "CALIBRATION",
    "EXPLAINED",
    "INDEPENDENCE",
    "MATCHED",
    "MEASURES",
    "TARGET",
    "Known",
    "Readings",
    "Row",
    "Scope",
    "compare",
    "compare_with_keys",
    "of_records",
    "of_tables",
    "overall",
]

ALL = "all"

TARGET = "target (humans)"
"""Title of the column with the value below which people are trained again."""

EXPLAINED = {
    TARGET: "below it, people are trained again; it does not apply to runs of a model",
    INDEPENDENCE: "not a measure of repeatability; equal wording would show that readings"
    " were not independent",
}
"""Column or measure to what a reader has to know of it."""

MATCHED = (
    "mentions, claims and chains are matched if at least half of the characters that"
    " either reading marks are marked by both, whatever their labels"
)
"""How items are matched before their labels are compared."""

CALIBRATION = "calibration"

Labels = Sequence[Hashable]


class Scope(Enum):
    """What a measure is taken over."""

    ALL = "all documents"
    DOCUMENT = "one document"
    PAIR = "one pair of readings"


class Row(NamedTuple):
    """One measure of one set of readings.

    Attributes:
        layer: `actor`, `claim`, `stance` or `source_type`.
        measure: Name of the measure.
        label: Label, or panel target, that is looked at alone; empty for all together.
        scope: `all`, the id of a document, or `a / b` for a pair of annotators.
        population: `human`, `language_model`, or `key` for a reading against a key.
        guidelines: Version of the guidelines; `0.1 / 0.2` for a pair under two.
        saw_suggestions: Whether the readings saw suggestions.
        estimate: The measure with n and interval. Of a label, n counts the units in
            which some reading gave it; the measure is taken over all units.
        called: `agreement`, `repeatability`, `model agreement`, `against the key`.
        annotators: Whose readings these are: who looked fully, with another.
        wanted: Value below which people are trained again, or None; no target for
            runs of a model.
        over: What kind of scope it is.
    """

    layer: str
    measure: str
    label: str
    scope: str
    population: str
    guidelines: str
    saw_suggestions: bool | None
    estimate: Estimate
    called: str
    annotators: tuple[str, ...]
    wanted: float | None
    over: Scope

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data, for JSON."""
        plain = self._asdict() | {"estimate": self.estimate.as_dict()}
        del plain["over"]  # `scope` names it
        return plain


def compare(readings: Readings) -> list[Row]:
    """Compare the readings of documents of one split; keys are left out.

    Returns:
        Rows group by group, layer by layer; nothing where no two readings compare.

    Raises:
        ValueError: If invented documents are among real ones.
    """
    splits = set(readings.splits.values())
    if CALIBRATION in splits and len(splits) > 1:
        raise ValueError(
            "invented documents must not be mixed with real ones: compare(real), and,"
            " for the keys, compare_with_keys(invented)"
        )
    return [row for group in groups(readings) for row in _rows(group, readings, {})]


Known = dict[tuple[Any, ...], Any]
"""Readings of a segment that were matched before; two comparisons may share them."""


def overall(readings: Readings, known: Known) -> list[Row]:
    """Compare as `compare` does, and return the measures of all documents together only.

    Nothing is computed of single labels, targets, documents or pairs.

    Args:
        readings: The readings.
        known: Units of an earlier comparison of the same objects; is added to. Both
            sides must be kept as long as it is used.
    """
    return [
        row
        for group in groups(readings)
        if not group.pair
        for row in _rows(group, readings, known, is_overall=True)
    ]


def compare_with_keys(readings: Readings) -> list[Row]:
    """Compare each reading with the key of its document; else as `compare` does.

    Documents without a key give nothing. The scope is `<annotator> / key`.
    """
    found = against_key(readings)
    return [row for group in found for row in _rows(group, readings, {})]


def _rows(
    group: Group, readings: Readings, known: Known, *, is_overall: bool = False
) -> Iterator[Row]:
    """Yield the measures of a group; if asked, those of all documents together only."""
    for layer, measures in MEASURES.items():
        for measure in measures:
            coverage = measure.coverage or layer
            stances = readings.inventories["stance_label"]
            cells = [
                (c, _units(measure, c, (coverage, stances), known)) for c in group.cells
            ]
            of_measure = group.narrowed(coverage, readings.annotators)
            estimates = _estimates(group, measure, cells, readings.inventories)
            for label, scope, over, taken in islice(
                estimates, 1 if is_overall else None
            ):
                if over is not Scope.ALL and taken.n == 0:
                    continue  # a pair that did not both look, or nothing to look at
                yield Row(
                    layer,
                    measure.name,
                    label,
                    scope,
                    group.population,
                    group.guidelines,
                    group.saw_suggestions,
                    taken,
                    of_measure.called,
                    of_measure.annotators,
                    measure.wanted,
                    over,
                )


def _units(
    measure: Measure, cell: Cell, asked: tuple[str, Inventory], known: Known
) -> Found:
    """Return the units that a segment gives; those of the same readings once only.

    Args:
        measure: The measure.
        cell: The readings of the segment.
        asked: The layer that they cover, and the labels of stances.
        known: Units that are known; is added to.
    """
    coverage, stances = asked
    segment = (*map(id, cell.readings), *asked)
    if segment not in known:
        known[segment] = ReadSegment(cell.covering(coverage), stances.labels)
    units = (*segment, measure.name)
    if units not in known:
        known[units] = measure.units(known[segment])
    found: Found = known[units]
    return found


Cells = Sequence[tuple[Cell, Found]]


def _estimates(
    group: Group, measure: Measure, cells: Cells, inventories: Inventories
) -> Iterator[tuple[str, str, Scope, Estimate]]:
    """Yield label, scope and estimate: overall, per label and target, per document."""
    labels = _labels(measure, cells, inventories)
    whole = _estimate(measure, cells, labels)
    if group.pair:
        yield "", group.pair, Scope.PAIR, whole
        return
    yield "", ALL, Scope.ALL, whole
    if measure.by_label:
        for label in labels:
            yield str(label), ALL, Scope.ALL, _of_label(cells, labels, label)
    for target in sorted({tag for _, found in cells for tag in found.tags}):
        narrowed = [(cell, _about(found, target)) for cell, found in cells]
        yield target, ALL, Scope.ALL, _estimate(measure, narrowed, labels)
    of_document: dict[str, list[tuple[Cell, Found]]] = {}
    for pair in cells:
        of_document.setdefault(pair[0].document, []).append(pair)
    for document, own in sorted(of_document.items()):
        yield "", document, Scope.DOCUMENT, _estimate(measure, own, labels)


def _labels(measure: Measure, cells: Cells, inventories: Inventories) -> Labels:
    if measure.inventory:
        return inventories[measure.inventory].names
    given = {value for _, found in cells for row in found.rows for value in row}
    return measure.labels or sorted(given)


def _about(found: Found, target: str) -> Found:
    rows = tuple(
        row for row, tag in zip(found.rows, found.tags, strict=True) if tag == target
    )
    return Found(rows, len(rows))


def _estimate(measure: Measure, cells: Cells, labels: Labels) -> Estimate:
    n = sum(found.n for _, found in cells)
    has_numbers = measure.statistic in (f1, ratio)
    segments = [
        _numbers(found) if has_numbers else _counts(found, labels) for _, found in cells
    ]
    taken = estimate(segments, measure.statistic, n=n)
    left_out = sum(found.left_out for _, found in cells)
    unclear = f"{left_out} times unclear, left out" if left_out else ""
    rare = "" if taken.value is None else _rarest(measure, cells, labels)
    remarks = filter(None, [*taken.remarks, unclear, rare])
    return taken._replace(remarks=tuple(remarks))


def _rarest(measure: Measure, cells: Cells, labels: Labels) -> str:
    """Return how many units some reading gave the rarest label: `no claim in 8 of 262`.

    Alpha and its interval depend on these.
    """
    if not measure.said:
        return ""
    units = [set(row) for _, found in cells for row in found.rows]
    counts = [sum(label in unit for unit in units) for label in labels]
    fewest = min(counts)
    return f"{measure.said[counts.index(fewest)]} in {fewest} of {len(units)}"


def _of_label(cells: Cells, labels: Labels, label: Hashable) -> Estimate:
    """Return alpha of giving a label or not giving it."""
    place = list(labels).index(label)
    segments, n = [], 0
    for _, found in cells:
        counts = _counts(found, labels)
        if len(counts):
            one, every = counts[:, [place]], counts.sum(axis=1, keepdims=True)
            n += int((one > 0).sum())
            segments.append(_beside(one, every - one))
    return estimate(segments, nominal_alpha, n=n)


def _beside(left: Array, right: Array) -> Array:
    return np.column_stack([left, right])


def _numbers(found: Found) -> Array:
    return np.array(found.rows, float)


def _counts(found: Found, labels: Labels) -> Array:
    """Return (units, labels): how many readings gave a unit each label."""
    place = {label: n for n, label in enumerate(labels)}
    counts = np.zeros((len(found.rows), len(place)))
    for n, row in enumerate(found.rows):
        for value in row:
            counts[n, place[value]] += 1
    return counts
