"""Measures against published values, values worked by hand, and scipy."""

import csv
import math
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from standpoint.agreement import statistics
from standpoint.agreement.statistics import (
    FLOOR,
    RESAMPLES,
    SEED,
    Estimate,
    Gap,
    brief,
    cross_entropy,
    estimate,
    f1,
    jensen_shannon,
    nominal_alpha,
    ordinal_alpha,
    ratio,
    shown,
)

SHARED = Path(os.environ.get("STANDPOINT_SHARED", Path(__file__).parents[2] / "shared"))
RTE = SHARED / "data" / "rte" / "labels.csv"


Level = Literal["nominal", "ordinal"]
OF_LEVEL = {"nominal": nominal_alpha, "ordinal": ordinal_alpha}


def alpha(counts: Any, level: Level) -> float | None:
    """Alpha as the library has it; None where fewer than two labels were used."""
    found = np.asarray(counts, float)
    found = found[found.sum(axis=1) > 1] if found.size else found
    if not found.size or (found.sum(axis=0) > 0).sum() < 2:
        return None
    domain = np.arange(found.shape[1])
    value = krippendorff.alpha(
        value_counts=found, value_domain=domain, level_of_measurement=level
    )
    return float(value)


def counted(coders: Sequence[Sequence[str]]) -> Any:
    """Count the labels of each unit, given one row per coder; a dot is missing."""
    labels = sorted({label for row in coders for label in row} - {"."})
    units = [Counter(unit) for unit in zip(*coders, strict=True)]
    return np.array([[unit[label] for label in labels] for unit in units])


FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
THREE_CODERS = (".....34121133.3", "1.213343.......", "..21344.21133.4")

PUBLISHED: list[tuple[str, tuple[str, ...], Level, float]] = [
    # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), C and D: four
    # observers, twelve units, missing values.
    ("2011 C, nominal", FOUR_OBSERVERS, "nominal", 0.743),
    ("2011 D, ordinal", FOUR_OBSERVERS, "ordinal", 0.815),
    # The same, A: binary data of two observers; B: nominal data of two observers.
    ("2011 A, binary", ("0100000010", "1110010000"), "nominal", 0.095),
    ("2011 B, nominal", ("aabbdcccedda", "babbbccceddd"), "nominal", 0.692),
    # Wikipedia, Krippendorff's alpha, A computational example: three coders.
    ("Wikipedia, nominal", THREE_CODERS, "nominal", 0.691),
]


@pytest.mark.parametrize(
    ("coders", "level", "value"),
    [case[1:] for case in PUBLISHED],
    ids=[case[0] for case in PUBLISHED],
)
def test_alpha_is_as_published(
    coders: Sequence[str], level: Level, value: float
) -> None:
    assert OF_LEVEL[level](counted(coders)) == pytest.approx(value, abs=5e-4)


@pytest.mark.skipif(not RTE.is_file(), reason="the shared data are not here")
def test_alpha_of_800_units_and_164_workers() -> None:
    with RTE.open(encoding="utf-8", newline="") as file:
        units = [Counter(row) for row in csv.reader(file)]
    counts = [[unit["0"], unit["1"]] for unit in units]
    assert nominal_alpha(np.array(counts)) == pytest.approx(0.2415, abs=5e-5)


@pytest.mark.parametrize("counts", [[], [[2, 0], [2, 0]], [[1, 0], [0, 1]]])
def test_alpha_is_undefined_where_nothing_could_differ(counts: Any) -> None:
    assert nominal_alpha(counts) is None
    assert ordinal_alpha(counts) is None


CODERS = st.integers(2, 4).flatmap(
    lambda n: st.lists(st.lists(st.sampled_from("abc."), min_size=n, max_size=n))
)


@given(CODERS, st.randoms(use_true_random=False))
def test_the_order_of_coders_and_units_does_not_matter(
    units: list[list[str]], random: Any
) -> None:
    labels = "abc"
    one = [[unit.count(label) for label in labels] for unit in units]
    for unit in units:
        random.shuffle(unit)
    random.shuffle(units)
    other = [[unit.count(label) for label in labels] for unit in units]
    for level in (nominal_alpha, ordinal_alpha):
        left, right = level(np.array(one)), level(np.array(other))
        assert left == right or left == pytest.approx(right)


# intervals

COUNTS = st.lists(st.integers(0, 3), min_size=3, max_size=3)
ROWS = st.lists(COUNTS, max_size=4).map(lambda rows: np.array(rows).reshape(-1, 3))
SEGMENTS = st.lists(ROWS, min_size=4, max_size=7)


@settings(max_examples=40)
@given(SEGMENTS, st.randoms(use_true_random=False))
@pytest.mark.parametrize("statistic", [f1, nominal_alpha, ordinal_alpha])
def test_the_order_of_segments_does_not_matter(
    statistic: Any, segments: list[Any], random: Any
) -> None:
    one = estimate(segments, statistic, n=20)
    random.shuffle(segments)
    other = estimate(segments, statistic, n=20)
    for left, right in zip(one[:3], other[:3], strict=True):
        assert left == right or left == pytest.approx(right, abs=1e-9)
    assert one[3:5] == other[3:5]


@given(ROWS)
@pytest.mark.parametrize("level", OF_LEVEL)
def test_alpha_of_sums_is_what_the_library_computes(level: Level, rows: Any) -> None:
    value, ours = alpha(rows, level), OF_LEVEL[level](rows)
    assert ours is None if value is None else ours == pytest.approx(value)


@pytest.mark.parametrize("at_once", [10_000_000, 7_000])
def test_blocks_of_resamples_are_the_same_resamples(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(statistics, "AT_ONCE", at_once)
    times = np.concatenate(list(statistics._times(30)))
    drawn = np.random.default_rng(SEED).integers(0, 30, (RESAMPLES, 30))
    assert times.shape == (RESAMPLES, 30)
    for row in (0, 1, 232, 233, 234, RESAMPLES - 1):
        assert times[row].tolist() == np.bincount(drawn[row], minlength=30).tolist()


def test_the_interval_is_that_of_scipy() -> None:
    hits = np.array([[h, 1] for h in (0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1)])
    taken = estimate([row[None] for row in hits], ratio, n=12)
    theirs = stats.bootstrap(
        (np.sort(hits[:, 0]),),
        np.mean,
        method="percentile",
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    assert taken.value == 0.75
    assert (taken.low, taken.high) == pytest.approx(tuple(theirs))


def test_the_ends_of_an_interval_hardly_hang_on_the_seed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Eight of 260 units have the rarer label, in four of twenty segments; one is split.
    def segment(rare: int, split: int) -> Any:
        return np.array(
            [[2, 0]] * rare + [[1, 1]] * split + [[0, 2]] * (13 - rare - split)
        )

    rare = (4, 0), (1, 1), (1, 0), (1, 0)
    segments = [*(segment(*pair) for pair in rare), *[segment(0, 0)] * 16]
    lows = []
    for seed in range(8):
        monkeypatch.setattr(statistics, "SEED", seed)
        statistics._all_times.cache_clear()
        lows.append(estimate(segments, nominal_alpha, n=260).low or 0)
    statistics._all_times.cache_clear()
    assert max(lows) - min(lows) < 0.02


def test_f1_and_its_interval_know_no_left_and_right() -> None:
    pairs = [np.array([row]) for row in ([3, 5, 4], [1, 2, 6], [4, 4, 9], [2, 7, 3])]
    turned = [rows[:, [0, 2, 1]] if n % 2 else rows for n, rows in enumerate(pairs)]
    assert estimate(pairs, f1, n=20) == estimate(turned, f1, n=20)


def test_the_interval_takes_segments_whole() -> None:
    # Each segment is all right or all wrong: the share of drawn segments decides, and
    # units within one bring nothing. Of eight segments, six right: hits are binomial.
    segments = [np.tile([right, 1], (50, 1)) for right in (1, 1, 1, 1, 1, 1, 0, 0)]
    taken = estimate(segments, ratio, n=400)
    low, high = stats.binom(8, 0.75).ppf([0.025, 0.975]) / 8
    assert taken[:5] == (0.75, low, high, 400, 8)


def test_a_perfect_match_has_no_interval() -> None:
    # Its resamples are all 1: an interval from 1 to 1 would promise what it cannot know.
    taken = estimate([np.array([[3, 3, 3]])] * 5, f1, n=15)
    assert taken == Estimate(1.0, None, None, 15, 5, Gap.ALL_ALIKE)
    assert shown(taken) == "1.00 (n=15; all alike)"


def test_any_statistic_may_be_resampled() -> None:
    segments = [np.array([[value]]) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
    taken = estimate(segments, lambda rows: float(rows.mean()), n=10)
    again = estimate(segments[::-1], lambda rows: float(rows.mean()), n=10)
    assert taken == again
    assert taken.value == 3.0
    assert taken.low is not None
    assert taken.high is not None
    assert 1.0 < taken.low < 3.0 < taken.high < 5.0


def test_too_few_units_give_no_number() -> None:
    taken = estimate([np.array([[1, 2, 2]])] * 5, f1, n=4)
    assert taken == Estimate(None, None, None, 4, 5, Gap.TOO_FEW)
    assert shown(taken) == "- (n=4: too few)"
    assert shown(estimate([], f1, n=0)) == "- (n=0: too few)"
    assert shown(estimate([], f1, n=1)) == "- (n=1: too few)"


def test_one_label_gives_no_number() -> None:
    taken = estimate([np.array([[2, 0]] * 12)] * 5, nominal_alpha, n=60)
    assert taken.value is None
    assert taken.gap is Gap.ONE_LABEL
    assert shown(taken) == "- (n=60: one label only)"
    assert brief(taken) == "-"


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "one segment"), (3, "3 segments")],
)
def test_few_segments_give_no_interval(size: int, words: str) -> None:
    taken = estimate([np.array([[1, 2, 2]])] * size, f1, n=12)
    assert (taken.value, taken.low, taken.high) == (0.5, None, None)
    assert shown(taken) == f"0.50 (n=12; {words})"
    assert brief(taken) == "0.50"


def test_resamples_that_are_undefined_are_counted() -> None:
    # Only resamples that draw a segment with both labels are defined: with four of eight,
    # all but 0.5^8 = 0.4 %; with one of five, all but 0.8^5 = 33 %.
    both, one = np.array([[2, 0], [0, 2]]), np.array([[2, 0]])
    apart = np.array([[2, 0], [0, 2], [1, 1]])
    taken = estimate([*[both] * 3, apart, *[one] * 4], nominal_alpha, n=12)
    assert taken.low is not None
    assert taken.high == 1.0
    assert 0 < int(taken.note.split()[2]) < 0.015 * RESAMPLES
    assert shown(taken).endswith(f" 1.00] (n=12; {taken.note})")
    lost = estimate([both, *[one] * 4], nominal_alpha, n=12)
    assert (lost.value, lost.low, lost.high) == (1.0, None, None)
    assert 0.28 < int(lost.note.split()[2]) / RESAMPLES < 0.38
    assert shown(lost) == f"1.00 (n=12; {lost.note})"
    assert lost.note.endswith(f" of {RESAMPLES} resamples")


def test_estimates_are_shown_in_one_way() -> None:
    assert shown(Estimate(0.711, 0.6, 0.8, 120, 9)) == "0.71 [0.60, 0.80] (n=120)"
    assert brief(Estimate(0.711, 0.6, 0.8, 120, 9)) == "0.71 [0.60, 0.80]"
    assert shown(Estimate(-0.001, -0.2, 0.1, 12, 9)) == "0.00 [-0.20, 0.10] (n=12)"


# measures worked by hand


def test_f1_and_ratio_add_up_before_they_divide() -> None:
    assert f1([[2, 3, 4], [1, 1, 5]]) == pytest.approx(6 / 13)
    assert ratio([[1, 3], [1, 1]]) == 0.5
    assert f1([[0, 0, 0]]) is None
    assert ratio([]) is None


def test_cross_entropy_is_in_nats_and_has_a_floor() -> None:
    true = [[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]]
    predicted = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    found = cross_entropy(true, predicted)
    assert found == pytest.approx([0.0, math.log(2), -math.log(FLOOR)])


def test_jensen_shannon_is_between_0_and_1() -> None:
    true = [[1.0, 0.0], [0.3, 0.7], [1.0, 0.0]]
    predicted = [[0.0, 1.0], [0.3, 0.7], [0.5, 0.5]]
    # (1, 0) and (1/2, 1/2): H(3/4, 1/4) - H(1/2, 1/2) / 2 = 0.8113 - 0.5 bits.
    assert jensen_shannon(true, predicted) == pytest.approx([1, 0, 0.3113], abs=1e-4)
