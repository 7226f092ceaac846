"""Measures of agreement and of distance between labels, with their intervals.

Arrays in, numbers out: nothing here knows a record. A measure is taken over units
(sentences, matched claims, panel targets). Its interval is taken over segments, because
the units of one text are not independent of each other: whole segments are drawn with
replacement many times, and the middle 95 % of the values are the interval.

The coincidences behind Krippendorff's alpha add up over segments, so neither the value nor
its resamples need a second look at the units. A test compares it with the library
`krippendorff`, which needs all units at once.

Sources: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); Efron and
Tibshirani, An Introduction to the Bootstrap (1993), percentile interval.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

Array = Any
"""A numpy array."""

Statistic = Callable[[Array], float | None]
"""Rows to a number, or to None where the rows do not define one."""

RESAMPLES = 10_000
"""Resamples of what adds up over segments. With 1,000, the low end of an alpha that
depends on few sentences moved by 0.09 from seed to seed."""

RESAMPLES_SLOW = 1000
"""Resamples of any other statistic, which is computed anew for each."""

SEED = 20140328
LEAST = 10
"""With fewer units than this, a measure has no value."""

LEAST_SEGMENTS = 4
"""With fewer segments than this, there is no interval: of three, one in 27 resamples is
a single segment three times, which is more than the 2.5 % beyond each end."""

MOST_LOST = 0.05
"""Share of resamples that may be undefined. More are undefined where a label occurs in
few segments; there is no interval then."""

FLOOR = 1e-6
"""Lowest predicted probability: a label with probability 0 costs 13.8 nats."""


class Gap(StrEnum):
    """Why an estimate has no value or no interval."""

    TOO_FEW = "too few"
    ONE_LABEL = "one label only"
    UNDEFINED = "undefined"
    FEW_SEGMENTS = "few segments"
    UNSTABLE = "undefined in many resamples"
    ALL_ALIKE = "all alike"


class Estimate(NamedTuple):
    """A measure with what is needed to judge it.

    Attributes:
        value: The measure, or None where there is too little to compute it from.
        low: Lower end of the 95 % interval, or None.
        high: Upper end, or None.
        n: Number of units.
        n_segments: Number of segments that contain units.
        gap: Why there is no value or no interval; None where there are both.
        remarks: What else a reader has to know, such as how many resamples were
            undefined.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    n_segments: int
    gap: Gap | None = None
    remarks: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The gap and the remarks in words; empty where there are none."""
        words = str(self.gap or "")
        if self.gap is Gap.FEW_SEGMENTS:
            words = (
                "one segment" if self.n_segments == 1 else f"{self.n_segments} segments"
            )
        if self.gap is Gap.UNSTABLE:
            words = ""  # a remark gives the number
        return "; ".join(filter(None, [words, *self.remarks]))

    def as_dict(self) -> dict[str, Any]:
        """Return the estimate as plain data, for JSON."""
        names = ("value", "low", "high", "n", "n_segments", "note")
        return {name: getattr(self, name) for name in names}


# measures


@dataclass(frozen=True)
class Additive:
    """A statistic that depends on sums over rows only.

    Attributes:
        parts: (rows, k) to (rows, m): what of each row is added up.
        of_sums: (resamples, m) sums to (resamples,) values, nan where undefined.
        gap: What it means that the statistic is undefined.
    """

    parts: Callable[[Array], Array]
    of_sums: Callable[[Array], Array]
    gap: Gap = Gap.UNDEFINED

    def __call__(self, rows: Array) -> float | None:
        """Return the statistic of all rows, or None where they do not define it."""
        found = np.asarray(rows, float)
        return self.of_sum(self.parts(found).sum(axis=0)) if found.size else None

    def of_sum(self, total: Array) -> float | None:
        """Return the statistic of (m,) sums, or None where they do not define it."""
        value = float(self.of_sums(np.asarray(total, float)[None])[0])
        return None if math.isnan(value) else value


def _doubled(pairs: Array) -> Array:
    """Return rows (2 * matched, left + right): the same if left and right change places."""
    found = pairs.reshape(-1, 3)
    return np.column_stack([2 * found[:, 0], found[:, 1] + found[:, 2]])


def _ratio_of_sums(sums: Array) -> Array:
    return _divided(sums[:, 0], sums[:, 1])


def _divided(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)


def _coincidences(counts: Array) -> Array:
    """Return (units, labels * labels): how often each two labels met in each unit."""
    n_labels = counts.shape[1]
    pairs = counts[:, :, None] * (counts[:, None, :] - np.eye(n_labels))
    others = np.maximum(counts.sum(axis=1) - 1, 1)
    met = pairs / others[:, None, None] * (counts.sum(axis=1) > 1)[:, None, None]
    flat: Array = met.reshape(len(counts), n_labels**2)
    return flat


def _ordinal_of_sums(sums: Array) -> Array:
    """Return ordinal alpha of (resamples, labels * labels) coincidences."""
    n_labels = math.isqrt(sums.shape[1])
    observed = sums.reshape(-1, n_labels, n_labels)
    totals = observed.sum(axis=1)
    place = totals.cumsum(axis=1) - totals / 2  # middle rank of a label
    distance = (place[:, :, None] - place[:, None, :]) ** 2
    expected = totals[:, :, None] * totals[:, None, :] * distance
    seen = (observed * distance).sum(axis=(1, 2)) * (totals.sum(axis=1) - 1)
    return 1 - _divided(seen, expected.sum(axis=(1, 2)))


def _totals(counts: Array) -> Array:
    """Return (units, labels + 1): labels that met others, and how many met the same.

    Nominal alpha needs no more of the coincidences, which are many where labels are.
    """
    size = counts.sum(axis=1)
    paired = counts * (size > 1)[:, None]
    alike = (paired * (paired - 1)).sum(axis=1) / np.maximum(size - 1, 1)
    return np.column_stack([paired, alike])


def _nominal_of_sums(sums: Array) -> Array:
    totals, alike = sums[:, :-1], sums[:, -1]
    n = totals.sum(axis=1)
    return 1 - _divided((n - alike) * (n - 1), n**2 - (totals**2).sum(axis=1))


f1 = Additive(_doubled, _ratio_of_sums)
"""F1 of rows (matched, n left, n right): 2 * matched / (left + right).

Neither side is taken for right. None where neither marked anything."""

ratio = Additive(lambda rows: rows, _ratio_of_sums)
"""The share of rows (hits, n): all hits / all n; None where n is 0."""

nominal_alpha = Additive(_totals, _nominal_of_sums, Gap.ONE_LABEL)
"""Krippendorff's alpha of labels without order, of rows (labels,): how many gave each.

1 is perfect, 0 is chance; None where fewer than two labels were used. Units with fewer than
two labels are ignored."""

ordinal_alpha = Additive(_coincidences, _ordinal_of_sums, Gap.ONE_LABEL)
"""The same of labels whose order is their rank."""


def cross_entropy(true: Array, predicted: Array) -> Array:
    """Return the cross-entropy of each row in nats.

    Args:
        true: (rows, labels) shares that sum to 1.
        predicted: The same, predicted; nothing counts as less than `FLOOR`.

    Returns:
        (rows,) at least 0; a perfect prediction gives the entropy of the row.
    """
    floored = np.maximum(np.asarray(predicted, float), FLOOR)
    return -(np.asarray(true, float) * np.log(np.minimum(floored, 1.0))).sum(axis=1)


def jensen_shannon(true: Array, predicted: Array) -> Array:
    """Return the Jensen-Shannon divergence of each row, to base 2.

    Args:
        true: (rows, labels) shares that sum to 1.
        predicted: The same, predicted.

    Returns:
        (rows,) in [0, 1]: 0 is the same, 1 shares no label. Not its square root.
    """
    from scipy.special import rel_entr

    left, right = np.asarray(true, float), np.asarray(predicted, float)
    middle = (left + right) / 2
    nats = (rel_entr(left, middle) + rel_entr(right, middle)).sum(axis=1) / 2
    return np.clip(nats / math.log(2), 0.0, 1.0)


# intervals


def estimate(
    segments: Sequence[Array], statistic: Statistic, *, n: int, least: int = LEAST
) -> Estimate:
    """Return a statistic of all rows with its 95 % interval over segments.

    The order of the segments does not matter: they are sorted before they are drawn.
    There are `RESAMPLES`, or `RESAMPLES_SLOW` of a statistic that does not add up.
    Resamples that do not define the statistic are left out, and a remark counts them.
    Where they are more than `MOST_LOST` there is no interval: the others would be a
    favourable choice. Nor is there one where all resamples have the same value.

    Args:
        segments: An array (rows, k) per segment; one without rows is left out.
        statistic: Gets the rows of the drawn segments, one below the other.
        n: Number of units, as they are to be shown.
        least: Number of units below which there is no value.
    """
    held = [np.asarray(rows, float) for rows in segments if len(rows)]
    if isinstance(statistic, Additive):
        parts = [statistic.parts(rows).sum(axis=0) for rows in held]
        sums = csr_array(np.array(parts)) if held else None
        return estimate_of_sums(sums, statistic, n=n, least=least)
    point = Estimate(None, None, None, n, len(held))
    if n < least or not held:
        return point._replace(gap=Gap.TOO_FEW)
    value = statistic(np.concatenate(held))
    if value is None:
        return point._replace(gap=Gap.UNDEFINED)
    point = point._replace(value=value)
    if len(held) < LEAST_SEGMENTS:
        return point._replace(gap=Gap.FEW_SEGMENTS)
    ordered = sorted(held, key=lambda rows: sorted(map(tuple, rows.tolist())))
    drawn = _drawn(_generator(), RESAMPLES_SLOW, len(held))
    found = [statistic(np.concatenate([ordered[i] for i in row])) for row in drawn]
    values = [math.nan if value is None else value for value in found]
    return _with_interval(point, np.array(values))


def estimate_of_sums(
    sums: Array | None, statistic: Additive, *, n: int, least: int = LEAST
) -> Estimate:
    """Return the same of what adds up, without the rows.

    Args:
        sums: Sparse (segments, m), none of them negative: the sums of the parts of the
            rows of each segment that has any; None where none has.
        statistic: The statistic.
        n: Number of units, as they are to be shown.
        least: Number of units below which there is no value.
    """
    n_segments = 0 if sums is None else sums.shape[0]
    point = Estimate(None, None, None, n, n_segments)
    if n < least or sums is None or not n_segments:
        return point._replace(gap=Gap.TOO_FEW)
    value = statistic.of_sum(sums.sum(axis=0))
    if value is None:
        return point._replace(gap=statistic.gap)
    point = point._replace(value=value)
    if n_segments < LEAST_SEGMENTS:
        return point._replace(gap=Gap.FEW_SEGMENTS)
    ordered = sums[_order(sums)]
    drawn = (statistic.of_sums(times @ ordered) for times in _times(n_segments))
    return _with_interval(point, np.concatenate(list(drawn)))


def _with_interval(point: Estimate, values: Array) -> Estimate:
    """Add the interval that resamples give; those that are nan are undefined."""
    defined = values[~np.isnan(values)]
    n_lost = len(values) - len(defined)
    if n_lost:
        lost = f"undefined in {n_lost} of {len(values)} resamples"
        point = point._replace(remarks=(lost,))
    if n_lost > MOST_LOST * len(values):
        return point._replace(gap=Gap.UNSTABLE)
    low, high = np.percentile(defined, [2.5, 97.5])
    if math.isclose(low, high, abs_tol=1e-9):
        # A share of 1 in every segment does not tell how far from 1 another may be.
        return point._replace(gap=Gap.ALL_ALIKE, remarks=())
    return point._replace(low=float(low), high=float(high))


def _order(sums: Array) -> list[int]:
    """Return segments sorted by their sums, column by column."""
    found = csr_array(sums)
    found.sort_indices()
    ends, columns, values = found.indptr, -found.indices, found.data

    def key(segment: int) -> list[tuple[int, float]]:
        # What has its first number further left is greater.
        own = slice(ends[segment], ends[segment + 1])
        return list(zip(columns[own].tolist(), values[own].tolist(), strict=True))

    return sorted(range(found.shape[0]), key=key)


def _generator() -> np.random.Generator:
    return np.random.default_rng(SEED)


def _drawn(generator: np.random.Generator, n: int, size: int) -> Array:
    """Return (n, size): which segments each resample holds."""
    return generator.integers(0, size, (n, size))


AT_ONCE = 10_000_000
"""Draws that are made at once: 80 MB."""


def _times(size: int) -> Iterator[Array]:
    """Yield (resamples, segments), all `RESAMPLES` in blocks: how often each is drawn.

    They are the same each time. With these, the sums of all resamples are products of
    matrices.
    """
    n = max(1, min(RESAMPLES, AT_ONCE // size))
    if n == RESAMPLES:
        yield _all_times(size)
        return
    generator = _generator()
    for start in range(0, RESAMPLES, n):
        yield _counted(_drawn(generator, min(n, RESAMPLES - start), size))


@lru_cache(maxsize=8)
def _all_times(size: int) -> Array:
    return _counted(_drawn(_generator(), RESAMPLES, size))


def _counted(drawn: Array) -> Array:
    n, size = drawn.shape
    counts = np.bincount(
        (drawn + size * np.arange(n)[:, None]).ravel(), minlength=n * size
    )
    return counts.reshape(n, size).astype(float)


# in words


def shown(estimate: Estimate) -> str:
    """Return an estimate as it is printed: `0.71 [0.60, 0.80] (n=120)`.

    Without an interval, the reason follows n: `0.97 (n=17; one segment)`; likewise
    without a value: `- (n=4: too few)`.
    """
    if estimate.value is None:
        return f"- (n={estimate.n}: {estimate.note})"
    more = f"; {estimate.note}" if estimate.note else ""
    return f"{brief(estimate)} (n={estimate.n}{more})"


def brief(estimate: Estimate) -> str:
    """Return an estimate where n is printed elsewhere: `0.71 [0.60, 0.80]`, `0.71`, `-`."""
    if estimate.value is None:
        return "-"
    value = _number(estimate.value)
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} [{_number(estimate.low)}, {_number(estimate.high)}]"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00")
