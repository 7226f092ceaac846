"""From pairs to measures, each with its n and its interval over segments."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from standpoint.agreement.statistics import (
    Array,
    Estimate,
    Statistic,
    cross_entropy,
    estimate,
    f1,
    jensen_shannon,
    ratio,
)
from standpoint.scoring.items import Task
from standpoint.scoring.pairing import Pair
from standpoint.scoring.rows import Place

ENOUGH = 30
"""Resolved items below which a label is not scored as a class."""

_ORDER = (
    *("panel", "actor", "issue", "claim"),
    *("mention", "source", "nearest", "origin"),
)
"""Groups in the order in which they are reported."""


class Score(NamedTuple):
    """One measure.

    Attributes:
        group: Part of the items, as `claim`, `panel` or `origin`.
        measure: What is measured.
        attribute: Label column, or empty.
        label: One label of it, or empty.
        estimate: The value with n and interval.
        is_few: Whether the label has too few resolved items to be scored as a class.
        over: Labels whose mean it is, for a macro-F1.
    """

    group: str
    measure: str
    attribute: str
    label: str
    estimate: Estimate
    is_few: bool = False
    over: tuple[str, ...] = ()


class Part(NamedTuple):
    """The pairs of one group, a list per segment."""

    group: str
    segments: list[list[Pair]]
    least: int

    def score(
        self,
        measure: str,
        rows: Array,
        statistic: Statistic,
        n: int | None = None,
        attribute: str = "",
    ) -> Score:
        """Return a measure; it has no value where it is of fewer units than `least`.

        Args:
            measure: Its name.
            rows: A row of numbers per segment: all that the statistic needs are sums.
            statistic: Gets the rows.
            n: Number of units; by default, the sum of the second column.
            attribute: Label column, or empty.
        """
        made = np.array(rows, float)
        n = int(made[:, 1].sum()) if n is None else n
        held = [row[None] for row in made if row.any()]
        found = estimate(held, statistic, n=n, least=self.least)
        return Score(self.group, measure, attribute, "", found)


def measured(
    pairs: dict[Place, list[Pair]],
    task: Task,
    names: dict[str, list[str]],
    given: set[str],
    least: int,
) -> Iterator[Score]:
    """Yield every measure of a prediction.

    Args:
        pairs: Segment to its pairs.
        task: What was predicted.
        names: Label column to its class names.
        given: Columns that the prediction has; others are not scored.
        least: Number of items below which a measure has no value.
    """
    groups = {g for found in pairs.values() for p in found for g in p.groups}
    for group in sorted(groups, key=_ORDER.index):
        here = [[p for p in found if group in p.groups] for found in pairs.values()]
        part = Part(group, [found for found in here if found], least)
        yield from _found(part, "span" if task.by_spans else "item")
        if task.by_spans:
            yield from _found(part, "exact_span", exact=True)
        if group == "mention":
            yield _links(part)
        if group == "claim" and task.by_spans:
            is_given = "claimants" in given
            yield _claimants(part) if is_given else _absent(group, "claimant_f1")
        for name in task.labels:
            if given & {name, f"{name}_soft"}:
                yield from _Labels(part, name, names[name], task.by_spans).scores()
            else:
                yield _absent(group, "macro_f1", name)


def _absent(group: str, measure: str, attribute: str = "") -> Score:
    none = Estimate(None, None, None, 0, 0, remarks=("not predicted",))
    return Score(group, measure, attribute, "", none)


def _found(part: Part, what: str, *, exact: bool = False) -> Iterator[Score]:
    """Yield how many items were found and how many predictions are items."""
    rows = []
    for found in part.segments:
        both = [p for p in found if p.true and p.predicted]
        hits = sum(p.is_exact for p in both) if exact else len(both)
        sides = zip(*found, strict=True)
        rows.append((hits, *(sum(one is not None for one in side) for side in sides)))
    for name, row, statistic in _three(rows):
        yield part.score(f"{what}_{name}", row, statistic)


def _three(rows: Array) -> list[tuple[str, Array, Statistic]]:
    """Return name, rows and statistic of F1, precision and recall.

    Args:
        rows: Hits, number of items and number of predictions per segment.
    """
    made = np.array(rows, float)
    return [
        ("f1", made, f1),
        ("precision", made[:, [0, 2]], ratio),
        ("recall", made[:, [0, 1]], ratio),
    ]


def _links(part: Part) -> Score:
    """Return the share of matched mentions with exactly the right actors."""
    rows = []
    for found in part.segments:
        hits = [
            p.true.actors == p.predicted.actors
            for p in found
            if p.true and p.predicted and p.true.actors is not None
        ]
        rows.append((sum(hits), len(hits)))
    return part.score("link_accuracy", rows, ratio)


def _claimants(part: Part) -> Score:
    """Return F1 of the claimants of matched claims; n are those that have any."""
    rows, n = [], 0
    nobody: frozenset[str] = frozenset()
    for found in part.segments:
        sides = [
            (p.true.claimants, p.predicted.claimants or nobody)
            for p in found
            if p.true and p.predicted and p.true.claimants is not None
        ]
        n += sum(bool(true or guessed) for true, guessed in sides)
        hits = sum(len(true & guessed) for true, guessed in sides)
        sizes = (sum(map(len, side)) for side in zip(*sides, strict=True))
        rows.append((hits, *sizes) if sides else (0, 0, 0))
    return part.score("claimant_f1", rows, f1, n)


class _Labels:
    """Scores of one label column over one part.

    Args:
        part: The pairs.
        name: The label column.
        names: Its class names.
        matched_only: Whether only matched items count. Else an item without prediction
            is a miss of its label, and a prediction without item a false one.
    """

    def __init__(
        self, part: Part, name: str, names: list[str], matched_only: bool
    ) -> None:
        self._part, self._name, self._names = part, name, names
        self._counts = np.zeros((len(part.segments), len(names) + 1, len(names) + 1))
        """(segments, labels + 1, labels + 1): true by predicted; the last is none."""
        self._support = [0] * len(names)
        for n, found in enumerate(part.segments):
            for true, guess in found:
                row = true.labels[name] if true else -1
                if true and row is not None:
                    self._support[row] += 1
                if row is None or (matched_only and None in (true, guess)):
                    continue
                column = guess.labels[name] if guess else None
                self._counts[n, row, -1 if column is None else column] += 1
        self._counts[:, -1, -1] = 0

    def scores(self) -> Iterator[Score]:
        """Yield the macro-F1s, the soft measures, and each label."""
        present = [code for code, n in enumerate(self._support) if n]
        enough = [code for code in present if self._support[code] >= ENOUGH]
        yield self._classes(enough)
        yield self._macro("macro_f1_of_all_labels", present)
        sides = [
            self._names.index(n) for n in ("support", "oppose") if n in self._names
        ]
        if self._name == "label" and len(sides) > 1:
            few = any(self._support[code] < ENOUGH for code in sides)
            yield self._macro("support_oppose_f1", sides)._replace(is_few=few)
        yield from self._soft()
        for code in present:
            yield from self._label(code)

    def _macro(self, measure: str, codes: list[int]) -> Score:
        """Return the mean F1 of those labels that are there or predicted at all."""
        summed = self._counts.sum(axis=0)
        there = [code for code in codes if summed[code].sum()]
        counted = [code for code in codes if code in there or summed[:, code].sum()]
        found = self._part.score(
            measure,
            self._counts.reshape(len(self._counts), -1),
            lambda rows: _macro_f1(rows, counted, there),
            int(summed[:-1].sum()),
            self._name,
        )
        return found._replace(over=tuple(self._names[code] for code in counted))

    def _classes(self, enough: list[int]) -> Score:
        """Return macro-F1 of the labels that can be scored as classes.

        There is none of a single label: always predicting it would score well.
        """
        found = self._macro("macro_f1", enough)
        if len(enough) > 1 or not any(self._support):
            return found
        which = "only one label has" if enough else "no label has"
        remarks = (f"{which} {ENOUGH} resolved items",)
        n, n_segments = found.estimate.n, found.estimate.n_segments
        none = Estimate(None, None, None, n, n_segments, remarks=remarks)
        return found._replace(estimate=none)

    def _label(self, code: int) -> Iterator[Score]:
        """Yield precision, recall and F1 of one label."""
        counts = self._counts
        true, guessed = counts[:, code].sum(axis=1), counts[:, :, code].sum(axis=1)
        rows = np.column_stack([counts[:, code, code], true, guessed])
        overall, *others = _three(rows)
        for measure, row, statistic in (*others, overall):
            one = self._part.score(measure, row, statistic, attribute=self._name)
            is_few = self._support[code] < ENOUGH
            yield one._replace(label=self._names[code], is_few=is_few)

    def _soft(self) -> Iterator[Score]:
        """Yield how far predicted distributions are from the votes, item by item."""
        segments = [
            [both for p in found if (both := _shares(p, self._name))]
            for found in self._part.segments
        ]
        distances: dict[str, Callable[[Array, Array], Array]] = {
            "cross_entropy": cross_entropy,
            "cross_entropy_floor": lambda true, _: cross_entropy(true, true),
            "jensen_shannon": jensen_shannon,
        }
        for measure, distance in distances.items():
            rows = [
                (distance(*zip(*found, strict=True)).sum() if found else 0, len(found))
                for found in segments
            ]
            yield self._part.score(measure, rows, ratio, attribute=self._name)


def _shares(pair: Pair, name: str) -> tuple[Any, Any] | None:
    """Return the distribution of the votes and the predicted one, or None."""
    true = pair.true.soft[name] if pair.true else None
    if true is None or pair.predicted is None:
        return None
    shares, code = pair.predicted.soft[name], pair.predicted.labels[name]
    if shares is None and code is not None:
        shares = tuple(float(place == code) for place in range(len(true)))
    return None if shares is None else (true, shares)


def _macro_f1(rows: Array, codes: list[int], needed: list[int]) -> float | None:
    """Return the mean F1 of labels, always of the same ones.

    Without its items a label has no F1, and a mean without it is another measure. A
    label that is nowhere in the data has 0, whether or not it is predicted here.

    Args:
        rows: (segments, (labels + 1) ** 2) counts, true by predicted.
        codes: Labels whose mean it is.
        needed: Those of them that are in the data; None where one of them is missing.
    """
    summed = rows.sum(axis=0)
    size = round(len(summed) ** 0.5)
    counts = summed.reshape(size, size)
    true, guessed = counts.sum(axis=1), counts.sum(axis=0)
    if not codes or not true[needed].all():
        return None
    below = np.maximum((true + guessed)[codes], 1)
    return float(np.mean(2 * counts.diagonal()[codes] / below))
