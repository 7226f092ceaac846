"""Measure how far independent readings of the same texts agree, with intervals.

A reading is the set of one annotator; decisions of adjudicators never count, keys only
where readings are compared with them. Only segments count that two readings looked at
fully, layer by layer. What it is called is part of every row: agreement of people, but
repeatability of one model, which says nothing about whether the labels are right.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from standpoint.agreement.group import called
from standpoint.agreement.measures import INDEPENDENCE, MEASURES, Measure
from standpoint.agreement.readings import Readings, of_records, of_tables
from standpoint.agreement.statistics import (
    Array,
    Estimate,
    estimate_of_sums,
    f1,
    nominal_alpha,
    ratio,
)
from standpoint.agreement.tally import Counts, Gathered, Tally, measured, tally
from standpoint.records.model import Annotator
from standpoint.records.vocabulary import KEY, Inventories

__all__ = [
    "ALL",
    "CALIBRATION",
    "EXPLAINED",
    "INDEPENDENCE",
    "MATCHED",
    "MEASURES",
    "TARGET",
    "Readings",
    "Row",
    "Scope",
    "Tally",
    "compare",
    "compare_with_keys",
    "of_records",
    "of_tables",
    "rows_of",
    "tally",
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


PER = ("label", "pair", "document")
"""What can be measured besides all documents together."""


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
    return rows_of(tally(readings), readings.annotators, readings.inventories)


def compare_with_keys(readings: Readings) -> list[Row]:
    """Compare each reading with the key of its document; else as `compare` does.

    Documents without a key give nothing. The scope is `<annotator> / key`.
    """
    found = tally(readings, keys=True)
    return rows_of(found, readings.annotators, readings.inventories)


def rows_of(
    found: Tally,
    annotators: Mapping[str, Annotator],
    inventories: Inventories,
    per: Collection[str] = PER,
) -> list[Row]:
    """Return the measures of a tally.

    Args:
        found: The tally.
        annotators: Annotator id to annotator.
        inventories: The closed lists of labels.
        per: What to measure besides all documents together, out of `PER`; pairs only as
            far as they are in the tally.
    """
    return [
        row
        for group in found.groups
        for row in _rows(group, annotators, inventories, per)
    ]


def _rows(
    group: Gathered,
    annotators: Mapping[str, Annotator],
    inventories: Inventories,
    per: Collection[str],
) -> Iterator[Row]:
    for layer, name, measure in measured():
        counts = Counts(group.units[name], group.documents)
        # Someone who judged the panel alone has no part in the agreement on mentions.
        # Where no two cover the layer, there is nothing to name, and all are named.
        covering = group.readers[measure.coverage or layer]
        names = tuple(sorted(covering or group.annotators))
        if group.population == KEY:
            names = tuple(sorted(group.annotators))
        estimates = _estimates(group, measure, counts, inventories, per)
        for label, scope, over, taken in estimates:
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
                called(group.population, names, annotators),
                names,
                measure.wanted,
                over,
            )


def _estimates(
    group: Gathered,
    measure: Measure,
    counts: Counts,
    inventories: Inventories,
    per: Collection[str],
) -> Iterator[tuple[str, str, Scope, Estimate]]:
    """Yield label, scope and estimate: overall, per label and target, per document."""
    labels = _labels(measure, counts, inventories)
    whole = _estimate(measure, counts, labels)
    if group.pair:
        yield "", group.pair, Scope.PAIR, whole
        return
    yield "", ALL, Scope.ALL, whole
    if "label" in per:
        for label in labels if measure.by_label else ():
            yield str(label), ALL, Scope.ALL, _of_label(counts, labels, label)
        for target in sorted({tag for tag, _ in counts.different} - {""}):
            narrowed = counts.of_target(target)
            yield target, ALL, Scope.ALL, _estimate(measure, narrowed, labels)
    if "document" in per:
        for document in sorted(set(group.documents)):
            own = _estimate(measure, counts.of_document(document), labels)
            yield "", document, Scope.DOCUMENT, own


def _labels(measure: Measure, counts: Counts, inventories: Inventories) -> Labels:
    if measure.inventory:
        return inventories[measure.inventory].names
    given = {value for _, row in counts.different for value in row}
    return measure.labels or sorted(given)


def _estimate(measure: Measure, counts: Counts, labels: Labels) -> Estimate:
    rows = [row for _, row in counts.different]
    has_numbers = measure.statistic in (f1, ratio)
    units = np.array(rows, float) if has_numbers else _given(rows, labels)
    sums = _sums(counts, measure.statistic.parts(units)) if rows else None
    taken = estimate_of_sums(sums, measure.statistic, n=int(counts.n.sum()))
    left_out = int(counts.left_out.sum())
    unclear = f"{left_out} times unclear, left out" if left_out else ""
    rare = "" if taken.value is None else _rarest(measure, counts, labels)
    remarks = filter(None, [*taken.remarks, unclear, rare])
    return taken._replace(remarks=tuple(remarks))


def _sums(counts: Counts, parts: Array) -> Array:
    """Return sparse (segments with units, parts): what adds up, of each segment."""
    times = counts.times
    return times[np.diff(times.indptr) > 0] @ csr_array(parts)


def _rarest(measure: Measure, counts: Counts, labels: Labels) -> str:
    """Return how many units some reading gave the rarest label: `no claim in 8 of 262`.

    Alpha and its interval depend on these.
    """
    if not measure.said:
        return ""
    times = counts.times.sum(axis=0)
    has = _given([row for _, row in counts.different], labels) > 0
    of_label = [int(n) for n in times @ has]
    fewest = min(of_label)
    name = measure.said[of_label.index(fewest)]
    return f"{name} in {fewest} of {int(times.sum())}"


def _of_label(counts: Counts, labels: Labels, label: Hashable) -> Estimate:
    """Return alpha of giving a label or not giving it."""
    given = _given([row for _, row in counts.different], labels)
    if not len(given):
        return estimate_of_sums(None, nominal_alpha, n=0)
    one = given[:, list(labels).index(label)]
    n = int(counts.times.sum(axis=0) @ (one > 0))
    beside = np.column_stack([one, given.sum(axis=1) - one])
    return estimate_of_sums(
        _sums(counts, nominal_alpha.parts(beside)), nominal_alpha, n=n
    )


def _given(rows: Sequence[Sequence[Any]], labels: Labels) -> Array:
    """Return (units, labels): how many readings gave a unit each label."""
    place = {label: n for n, label in enumerate(labels)}
    counts = np.zeros((len(rows), len(place)))
    for n, row in enumerate(rows):
        for value in row:
            counts[n, place[value]] += 1
    return counts
