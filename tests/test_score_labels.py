"""The scorer: macro-F1, what is too few, and intervals."""

import re
from functools import partial
from pathlib import Path

import pytest

from standpoint import score
from standpoint.agreement.statistics import Gap
from standpoint.tables import Row
from tests.predictions import Make, claim, panel, segment, value, write


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A function that writes a dataset of these rows and segments."""
    return partial(write, tmp_path)


# what is too few


def test_labels_with_fewer_than_thirty_items_are_reported_apart(made: Make) -> None:
    rows = [claim(n * 10, n * 10 + 5) for n in range(40)]
    rows += [claim(1000 + n * 10, 1005 + n * 10, "quantity") for n in range(30)]
    rows += [claim(2000 + n * 10, 2005 + n * 10, "causal") for n in range(29)]
    dataset = made("claim", rows)
    guessed = [{**row, "claim_type": "event"} for row in rows]
    scores = score(guessed, dataset)
    event = 2 * 40 / (40 + 99)
    assert value(scores, "macro_f1", "claim_type") == pytest.approx(event / 2)
    every = value(scores, "macro_f1_of_all_labels", "claim_type")
    assert every == pytest.approx(event / 3)
    assert {one.label for one in scores.scores if one.is_few} == {"causal"}
    text = str(scores)
    apart = text.index("too few to score a class (fewer than 30 resolved items)")
    assert text.index("claim_type event") < apart < text.index("claim_type causal")
    assert "over 2 labels" in text


def test_of_one_class_there_is_no_mean(made: Make) -> None:
    rows = [claim(n * 10, n * 10 + 5) for n in range(30)]
    found = score(rows, made("claim", rows)).get("macro_f1", "claim_type")
    assert (found.value, found.note) == (None, "only one label has 30 resolved items")


def test_few_items_have_no_value_unless_asked_for(made: Make) -> None:
    dataset = made("claim", [claim(0, 100)])
    found = score([claim(0, 100)], dataset).get("span_f1")
    assert (found.value, found.gap, found.note) == (None, Gap.TOO_FEW, "too few")


def test_what_is_taken_over_nothing_has_no_value(made: Make) -> None:
    rows = [claim(n * 10, n * 10 + 5, claimants=["a"]) for n in range(40)]
    dataset = made("claim", rows)
    none = score([], dataset)
    assert value(none, "span_recall") == value(none, "span_f1") == 0
    assert "span_precision                         - (n=0: too few)" in str(none)
    for measure in ("claimant_f1", "f1", "precision", "recall"):
        of_label = ("", "") if measure == "claimant_f1" else ("claim_type", "event")
        assert none.get(measure, *of_label).value is None
    assert none.get("macro_f1_of_all_labels", "claim_type").value is None
    wrong = score([{**row, "claim_type": "quantity"} for row in rows], dataset)
    assert wrong.get("precision", "claim_type", "event").n == 0
    assert wrong.get("precision", "claim_type", "event").value is None
    assert value(wrong, "recall", "claim_type", "event") == 0
    assert value(wrong, "f1", "claim_type", "event") == 0
    assert "(n=0; " not in str(none) + str(wrong)


# misses


def test_stances_that_nobody_predicted_are_misses_of_their_labels(made: Make) -> None:
    targets = [f"t{n}" for n in range(12)]
    scores = score([], made("stance", [panel(t, "oppose") for t in targets]), "stance")
    assert value(scores, "item_recall") == value(scores, "f1", "label", "oppose") == 0
    assert value(scores, "macro_f1_of_all_labels", "label") == 0
    assert scores.get("precision", "label", "oppose").value is None


def test_an_item_without_prediction_is_a_miss_of_a_label_that_has_hits(
    made: Make,
) -> None:
    rows = [panel("x", "oppose"), panel("y", "oppose"), panel("z", "support")]
    scores = score(rows[:1] + rows[2:], made("stance", rows), "stance", least=1)
    assert value(scores, "recall", "label", "oppose") == 1 / 2
    assert value(scores, "precision", "label", "oppose") == 1
    assert value(scores, "f1", "label", "oppose") == 2 / 3
    assert value(scores, "macro_f1_of_all_labels", "label") == (2 / 3 + 1) / 2


def test_an_item_predicted_without_label_is_a_miss_of_it_too(made: Make) -> None:
    rows = [claim(0, 9), claim(20, 29)]
    guessed = [rows[0], claim(20, 29, None)]
    scores = score(guessed, made("claim", rows), least=1)
    assert value(scores, "span_recall") == 1
    assert value(scores, "recall", "claim_type", "event") == 1 / 2


def test_a_mean_says_which_labels_it_is_of(made: Make) -> None:
    rows = [claim(0, 9), claim(20, 29, "quantity"), claim(40, 49, "causal")]
    guessed = [rows[0], claim(20, 29, "motive")]  # nothing for the third: not compared
    scores = score(guessed, made("claim", rows), least=1)
    assert value(scores, "macro_f1_of_all_labels", "claim_type") == (1 + 0) / 2
    found = [one for one in scores.scores if one.measure == "macro_f1_of_all_labels"]
    assert set(found[0].over) == {"event", "quantity"}


# intervals


def test_intervals_are_over_segments(made: Make) -> None:
    names = [f"s{n:02}" for n in range(1, 7)]
    rows = [
        claim(n * 10, n * 10 + 5) | {"segment_id": name}
        for name in names
        for n in range(3)
    ]
    dataset = made("claim", rows, *(segment(name) for name in names))
    found = score(rows[:8], dataset).get("span_recall")
    assert (found.value, found.n, found.n_segments) == (8 / 18, 18, 6)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < 8 / 18 < found.high <= 1


SEGMENTS = [f"s{n:02}" for n in range(1, 21)]


def of_two_labels(n_rare: int) -> list[Row]:
    """Return an event per segment, and a quantity in the first few of them."""
    rows = [claim(0, 9) | {"segment_id": name} for name in SEGMENTS]
    rare = [claim(20, 29, "quantity") | {"segment_id": s} for s in SEGMENTS[:n_rare]]
    return rows + rare


def test_the_interval_of_a_mean_is_of_the_labels_of_its_value(made: Make) -> None:
    rows = of_two_labels(3)  # none of them in 4 % of the resamples
    dataset = made("claim", rows, *map(segment, SEGMENTS))
    guessed = [{**row, "claim_type": "event"} for row in rows]
    found = score(guessed, dataset).get("macro_f1_of_all_labels", "claim_type")
    assert found.value == pytest.approx((2 * 20 / (20 + 23) + 0) / 2)
    assert found.high is not None
    assert found.high <= 1 / 2  # one of the two labels is never right
    assert re.fullmatch(r"undefined in \d+ of \d+ resamples", found.note)


def test_a_label_of_few_segments_leaves_a_mean_without_interval(made: Make) -> None:
    rows = of_two_labels(2)  # none of them in 12 % of the resamples
    dataset = made("claim", rows, *map(segment, SEGMENTS))
    found = score(rows[1:], dataset).get("macro_f1_of_all_labels", "claim_type")
    assert (found.value, found.low, found.high) == (1, None, None)
    assert re.fullmatch(r"undefined in \d+ of \d+ resamples", found.note)


def test_a_label_that_is_nowhere_right_counts_in_every_resample(made: Make) -> None:
    rows = [panel("x", "oppose") | {"segment_id": name} for name in SEGMENTS]
    dataset = made("stance", rows, *map(segment, SEGMENTS))
    guessed = [{**rows[0], "label": "support"}, *rows[1:]]
    found = score(guessed, dataset, "stance").get("support_oppose_f1", "label")
    assert found.value == pytest.approx((2 * 19 / (19 + 20) + 0) / 2)
    assert found.high is not None
    assert found.high <= 1 / 2
    assert found.note == ""
