"""The scorer: values worked out by hand, and what is left out."""

import math
import random
from functools import partial
from pathlib import Path

import pytest

from standpoint import score
from standpoint.scoring import CIRCULAR, TASKS
from standpoint.tables import Row
from tests.predictions import (
    CLASSES,
    PLACE,
    Make,
    built_dataset,
    claim,
    faults,
    mention,
    panel,
    segment,
    soft,
    source,
    splits,
    value,
    write,
)


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A function that writes a dataset of these rows and segments."""
    return partial(write, tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with every way in which labels come about."""
    return built_dataset(tmp_path_factory.mktemp("score"))


# perfect and empty predictions, on a built dataset


@pytest.mark.parametrize("config", list(TASKS))
def test_a_perfect_prediction_scores_one(built: Path, config: str) -> None:
    n_measures = 0
    for split, rows in splits(built, config):
        scores = score(rows, built, config, split, least=1)
        assert faults(scores) == []
        n_measures += sum(one.estimate.value is not None for one in scores.scores)
    assert n_measures > 5


@pytest.mark.parametrize("config", list(TASKS))
def test_one_wrong_label_is_not_perfect(built: Path, config: str) -> None:
    name = TASKS[config].labels[0]
    n_classes = len(CLASSES[config][name])
    n_changed = 0
    for split, rows in splits(built, config):
        scored = {
            (one.group, one.attribute)
            for one in score(rows, built, config, split, least=1).scores
        }
        for row in rows if scored else ():
            if row["exists"] and row[name] is not None and row["n_looked"]:
                changed = {**row, name: (row[name] + 1) % n_classes}
                others = [other for other in rows if other is not row]
                scores = score([*others, changed], built, config, split, least=1)
                assert faults(scores), row
                n_changed += 1
                break
    assert n_changed


@pytest.mark.parametrize("config", list(TASKS))
def test_an_empty_prediction_scores_nothing(built: Path, config: str) -> None:
    for split, rows in splits(built, config):
        for one in score([], built, config, split, least=1).scores:
            assert one.estimate.value in {0.0, None}
        assert score([], built, config, split).n_predictions == 0
        assert rows


# values worked out by hand


def test_claims_worked_out_by_hand(made: Make) -> None:
    half = soft("claim", "claim_type", event=0.5, quantity=0.5)
    one = soft("claim", "claim_type", event=1.0)
    dataset = made(
        "claim",
        [
            claim(0, 100, claim_type_soft=one, claimants=["a", "b"], modality="hedged"),
            claim(200, 300, "quantity", claim_type_soft=half, claimants=["c"]),
            claim(400, 500, exists=None),
            claim(600, 700, exists=False),
        ],
    )
    guessed = [
        claim(0, 100, claimants=["a"], modality="asserted"),
        claim(240, 300, claimants=["c", "d"]),  # IoU 0.6, the wrong label
        claim(400, 500),  # of a claim of which nobody knows: left out
        claim(600, 700),  # of a claim that is not there
        claim(800, 900),
    ]
    scores = score(guessed, dataset, least=1)
    assert scores.n_open == 1
    assert value(scores, "span_precision") == 2 / 4
    assert value(scores, "span_recall") == 2 / 2
    assert value(scores, "span_f1") == 2 * 2 / (2 + 4)
    assert value(scores, "exact_span_f1") == 2 * 1 / (2 + 4)
    # claimants: a and c are right, of a b c and of a c d
    assert value(scores, "claimant_f1") == 2 * 2 / (3 + 3)
    # event: one right, one too many; quantity: missed
    assert value(scores, "f1", "claim_type", "event") == 2 / 3
    assert value(scores, "macro_f1_of_all_labels", "claim_type") == (2 / 3 + 0) / 2
    assert value(scores, "macro_f1_of_all_labels", "modality") == 0
    # a half and a half against all: H(3/4, 1/4) - H(1/2, 1/2) / 2 bits
    entropy = -(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25))
    found = value(scores, "jensen_shannon", "claim_type")
    assert found == pytest.approx((0 + entropy - 0.5) / 2)
    # what was called impossible costs as much as one in a million
    found = value(scores, "cross_entropy", "claim_type")
    assert found == pytest.approx((0 - 0.5 * math.log(1e-6)) / 2)
    floor = value(scores, "cross_entropy_floor", "claim_type")
    assert floor == pytest.approx((0 + math.log(2)) / 2)
    assert scores.get("macro_f1", "checkworthy").note == "not predicted"


@pytest.mark.parametrize(
    ("guess", "n_found"),
    [
        (claim(50, 150), 1),  # IoU 1/3, label and actors agree
        (claim(50, 150, "quantity"), 0),
        (claim(50, 150, about=[{"actor": "a"}]), 0),
        (claim(100, 200), 0),  # no overlap
        (claim(0, 50, "quantity"), 1),  # IoU 1/2
        (claim(0, 49, "quantity"), 0),
    ],
)
def test_claims_match_as_those_of_annotators_do(
    made: Make, guess: Row, n_found: int
) -> None:
    scores = score([guess], made("claim", [claim(0, 100)]), least=1)
    assert value(scores, "span_f1") == n_found


def test_a_claim_matches_at_its_other_place_too(made: Make) -> None:
    also_at = [{"spans": [{"start": 500, "end": 600}]}]
    dataset = made("claim", [claim(0, 100, also_at=also_at)])
    assert value(score([claim(500, 600)], dataset, least=1), "exact_span_f1") == 1


def test_claims_of_the_same_words_are_told_apart_by_their_other_labels(
    made: Make,
) -> None:
    rows = [claim(0, 100, modality="asserted"), claim(0, 100, modality="hedged")]
    scores = score(rows[::-1], made("claim", rows), least=1)
    assert value(scores, "macro_f1_of_all_labels", "modality") == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_in_any_order_is_perfect(made: Make, seed: int) -> None:
    draw = random.Random(seed)
    rows: list[Row] = []
    for n in range(60):
        start = draw.randrange(200)
        row = claim(start, start + draw.randrange(5, 60))
        if rows and draw.random() < 0.3:  # the words of the claim before
            row["spans"] = rows[-1]["spans"]
        row |= {
            "item_id": f"i{n}",
            "claim_type": draw.choice(["event", "quantity", None]),
            "modality": draw.choice(["asserted", "hedged"]),
            "claimants": draw.sample("abc", draw.randrange(3)),
            "exists": draw.choice([True, True, None, False]),
        }
        rows.append(row)
    dataset = made("claim", rows)
    assert faults(score(draw.sample(rows, len(rows)), dataset, least=1)) == []


def test_two_claims_in_the_same_words_are_two_predictions(made: Make) -> None:
    rows = [
        claim(0, 100, claimants=["a"], item_id="one"),
        claim(0, 100, "quantity", claimants=["a"], item_id="two"),
    ]
    dataset = made("claim", rows)
    assert faults(score(rows, dataset, least=1)) == []
    scores = score([claim(0, 100), claim(0, 100)], dataset, least=1)
    assert value(scores, "span_f1") == 1
    # event: one right, one too many; quantity: missed
    found = value(scores, "macro_f1_of_all_labels", "claim_type")
    assert found == (2 / 3 + 0) / 2


def test_a_prediction_said_twice_is_a_false_one(made: Make) -> None:
    dataset = made("claim", [claim(0, 100)])
    scores = score([claim(0, 100)] * 2, dataset, least=1)
    assert value(scores, "span_precision") == 1 / 2
    assert value(scores, "span_recall") == 1
    dataset = made("actor", [mention(0, 10, ["a"])])
    scores = score([mention(0, 10, ["a"])] * 3, dataset, "actor", least=1)
    assert value(scores, "span_precision") == 1 / 3


def test_mentions_worked_out_by_hand(made: Make) -> None:
    dataset = made(
        "actor",
        [
            mention(0, 10, ["a"], naming="delegitimising"),
            mention(20, 30, ["a", "b"]),
            mention(40, 50, None),  # a tie on whom it names
        ],
    )
    guessed = [
        mention(0, 10, ["a"]),
        mention(20, 30, ["b"]),
        mention(40, 50, ["c"]),
        mention(60, 70, ["c"]),
    ]
    scores = score(guessed, dataset, "actor", least=1)
    assert value(scores, "span_f1") == 2 * 3 / (3 + 4)
    assert value(scores, "link_accuracy") == 1 / 2
    # neutral: two right, one too many; delegitimising: missed
    found = value(scores, "macro_f1_of_all_labels", "naming")
    assert found == (2 * 2 / (2 + 3) + 0) / 2


def test_panel_stances_worked_out_by_hand(made: Make) -> None:
    dataset = made(
        "stance",
        [
            panel("x", "oppose"),
            panel("y", "oppose"),
            panel("z", "support"),
            panel("t", None, label_soft=soft("stance", "label", oppose=0.5, query=0.5)),
        ],
    )
    guessed = [panel("x", "oppose"), panel("y", "support"), panel("t", "oppose")]
    scores = score(guessed, dataset, "stance", least=1)
    assert value(scores, "item_recall") == 3 / 4
    # oppose: one of two found; support: one wrong, one not found; the tie counts nowhere
    assert value(scores, "macro_f1_of_all_labels", "label") == (2 / 3 + 0) / 2
    assert value(scores, "support_oppose_f1", "label") == (2 / 3 + 0) / 2
    assert scores.get("jensen_shannon", "label").n == 1
    assert scores.get("recall", "label", "oppose").n == 2


def test_stances_toward_others_are_reported_apart(made: Make) -> None:
    other = {**panel("a", "support"), "target_kind": "actor"}
    dataset = made("stance", [panel("x", "oppose"), other])
    scores = score([panel("x", "oppose")], dataset, "stance", least=1)
    assert value(scores, "macro_f1_of_all_labels", "label") == 1
    assert value(scores, "macro_f1_of_all_labels", "label", group="actor") == 0


def test_the_voice_of_the_segment_need_not_be_said(made: Make) -> None:
    guess = {**PLACE, "target_id": "x", "label": "oppose"}
    dataset = made("stance", [panel("x", "oppose")])
    assert value(score([guess], dataset, "stance", least=1), "item_f1") == 1


def test_sources_worked_out_by_hand(made: Make) -> None:
    dataset = made(
        "source_type",
        [
            source(1, 1, "media", is_origin=False),
            source(1, 2, "expert", is_origin=True),
            source(2, 1, "vague", is_origin=True, exists=None),
        ],
    )
    guessed = [
        source(1, 1, "media"),
        source(1, 2, "media"),
        source(2, 1, "vague"),
        source(3, 1, "media"),
    ]
    scores = score(guessed, dataset, "source_type", least=1)
    assert scores.n_open == 1
    # media: one right, two too many; expert: missed
    found = value(scores, "macro_f1_of_all_labels", "source_type")
    assert found == (2 * 1 / (1 + 3) + 0) / 2
    assert value(scores, "item_f1", group="origin") == 1
    assert value(scores, "macro_f1_of_all_labels", "source_type", group="origin") == 0


def test_two_sources_with_one_key_are_told_apart_by_their_ids(made: Make) -> None:
    rows = [
        source(1, 1, "media", is_origin=True, item_id="one"),
        source(1, 1, "expert", is_origin=True, item_id="two"),
    ]
    dataset = made("source_type", rows)
    scores = score(rows, dataset, "source_type", least=1)
    assert value(scores, "macro_f1_of_all_labels", "source_type") == 1


# what is left out, and who judged


def test_claims_that_nobody_is_said_to_make_have_no_claimants_to_score(
    made: Make,
) -> None:
    rows = [claim(n * 10, n * 10 + 5, claimants=[]) for n in range(12)]
    found = score(rows, made("claim", rows)).get("claimant_f1")
    assert (found.value, found.n) == (None, 0)


def test_predictions_where_nobody_looked_in_full_are_ignored(made: Make) -> None:
    there = {"segment_id": "s02"}
    segments = [segment(), segment("s02", "actor panel")]
    dataset = made("claim", [claim(0, 100), claim(0, 100) | there], *segments)
    guessed = [claim(0, 100), claim(500, 600) | there]
    scores = score(guessed, dataset, least=1)
    assert scores.n_elsewhere == 1
    assert value(scores, "span_f1") == 1


def test_a_row_that_says_it_does_not_exist_predicts_nothing(made: Make) -> None:
    dataset = made("claim", [claim(0, 100)])
    guessed = [claim(0, 100), claim(500, 600, exists=False)]
    assert value(score(guessed, dataset, least=1), "span_precision") == 1


@pytest.mark.parametrize(
    ("judge", "annotator", "is_said"),
    [
        ("human", "ana", False),
        ("language_model", "lm", True),
        ("key", "ana", False),
        ("key", "key-lm", True),
    ],
)
def test_it_says_who_made_the_labels(
    made: Make, judge: str, annotator: str, is_said: bool
) -> None:
    row = claim(0, 100, judged_by=judge, taken_from=annotator)
    text = str(score([claim(0, 100)], made("claim", [row])))
    assert f"labels judged by: {judge} 1" in text
    assert (CIRCULAR in text) == is_said
