"""The scorer: values worked out by hand, what is left out, and what is refused."""

import json
import math
import random
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from standpoint import score
from standpoint.checkout import Checkout
from standpoint.cli import cli
from standpoint.release.build import build
from standpoint.schema import Schemas
from standpoint.scoring import CIRCULAR, TASKS, Scores
from standpoint.tables import CONFIGS, Row
from standpoint.tables.column import arrow_schema
from tests.sets import FERRY, MILL, REPO, TEXT, WITHHELD, ferry_sets, files, lay_out
from tests.sets import mill_sets as readings

INVENTORIES = Schemas(REPO / "schema").inventories
COLUMNS = {config.name: config.columns(INVENTORIES) for config in CONFIGS}
CLASSES = {
    name: {
        column.name: column.feature["names"]
        for column in columns
        if column.feature.get("_type") == "ClassLabel"
    }
    for name, columns in COLUMNS.items()
}
PLACE = {"document_id": "d", "segment_id": "s01"}


# a dataset written by hand


def coded(config: str, row: Row) -> Row:
    """Return a row with class numbers for names, and what every row has."""
    whole = {"exists": True, "judged_by": "human", "taken_from": "ana", **PLACE, **row}
    whole.setdefault("item_id", f"{config}.{sorted(row.items(), key=str)}")
    return {
        name: CLASSES[config][name].index(value)
        if name in CLASSES[config] and isinstance(value, str)
        else value
        for name, value in whole.items()
    }


def segment(name: str = "s01", layers: str = "actor claim stance panel") -> Row:
    return {
        "document_id": "d",
        "segment_id": name,
        "start": 0,
        "end": 10_000,
        "annotators": {
            layer: ["ana"] if layer in layers.split() else []
            for layer in ("actor", "claim", "stance", "panel")
        },
    }


Make = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A function that writes a dataset of these rows and segments."""

    def make(config: str, rows: list[Row], *segments: Row) -> Path:
        tables = {
            config: [coded(config, row) for row in rows],
            "segment": list(segments or [segment()]),
            "annotator": [
                {"annotator_id": "ana", "kind": 0},
                {"annotator_id": "key-lm", "kind": 1},
            ],
        }
        for name, held in tables.items():
            folder = tmp_path / "data" / name
            folder.mkdir(parents=True, exist_ok=True)
            table = pa.Table.from_pylist(held, schema=arrow_schema(COLUMNS[name]))
            pq.write_table(table, folder / "pilot-00000-of-00001.parquet")
        return tmp_path

    return make


def claim(start: int, end: int, label: str | None = "event", **more: Any) -> Row:
    return {
        **PLACE,
        "spans": [{"start": start, "end": end}],
        "claim_type": label,
        **more,
    }


def panel(target: str, label: str | None, **more: Any) -> Row:
    kinds = {"holder_kind": "carrier", "holder_id": "o", "target_kind": "panel"}
    return {**PLACE, **kinds, "target_id": target, "label": label, **more}


def source(chain: int, level: int, label: str | None, **more: Any) -> Row:
    place = {"claim_id": "c", "chain": chain, "level": level}
    return {**PLACE, **place, "source_type": label, **more}


def mention(start: int, end: int, actors: list[str] | None, **more: Any) -> Row:
    span = {"start": start, "end": end}
    return {**PLACE, "span": span, "actors": actors, "naming": "neutral", **more}


def value(
    scores: Scores, measure: str, attribute: str = "", label: str = "", group: str = ""
) -> float:
    found = scores.get(measure, attribute, label, group).value
    assert found is not None
    return found


def soft(config: str, column: str, **shares: float) -> list[float]:
    return [shares.get(name, 0.0) for name in CLASSES[config][column]]


# perfect and empty predictions, on a built dataset


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with every way in which labels come about."""
    root = tmp_path_factory.mktemp("score")
    lay_out(root, files({TEXT: MILL, WITHHELD: FERRY}, (*readings(), *ferry_sets())))
    return build(Checkout(root), (), root / "dist").folders["public"]


def splits(folder: Path, config: str) -> list[tuple[str, list[Row]]]:
    found = sorted((folder / "data" / config).glob("*.parquet"))
    return [(f.name.split("-")[0], pq.read_table(f).to_pylist()) for f in found]


def faults(scores: Scores) -> list[str]:
    """Return the measures that are not perfect."""
    found = []
    for one in scores.scores:
        wanted: float | None = 0.0 if one.measure == "jensen_shannon" else 1.0
        if one.measure.startswith("cross_entropy"):
            floor = scores.get("cross_entropy_floor", one.attribute, group=one.group)
            wanted = floor.value
        if one.estimate.value not in {wanted, None}:
            found.append(f"{one.group} {one.attribute} {one.label} {one.measure}")
    return found


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


# what is left out, and what is too few


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
    assert (found.value, found.note) == (None, "1 unit: too few to say anything")


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


# what is refused


FAULTS: list[tuple[str, list[Row], str]] = [
    (
        "claim",
        [{**PLACE, "claim_type": "event"}],
        "row 1: the column 'spans' is missing",
    ),
    (
        "claim",
        [claim(0, 9), claim(0, 8, "evnt")],
        "row 2: claim_type 'evnt' is none of",
    ),
    ("claim", [claim(0, 9, True)], "row 1: claim_type True is none of"),  # type: ignore[arg-type]
    ("claim", [claim(0, 9, 99)], "row 1: claim_type 99 is none of"),  # type: ignore[arg-type]
    ("claim", [claim(0, 9) | {"segment_id": "s9"}], "row 1: no segment d/s9 in the"),
    ("claim", [claim(0, 10_001)], "row 1: the span 0-10001 is not in d/s01 (0-10000)"),
    ("claim", [claim(5, 5)], "row 1: the span 5-5 is empty"),
    ("claim", [claim(0, 9) | {"spans": []}], "row 1: [] is no list of spans"),
    ("claim", [claim(0, 9) | {"spans": [{}]}], "row 1: {} is no span with start and"),
    ("claim", [claim(0, 9) | {"spans": [[0, 5], [4, 9]]}], "row 1: its spans overlap"),
    ("claim", [claim(0, 9) | {"document_id": 3}], "row 1: document_id 3 is no text"),
    ("claim", [claim(0, 9, claimants="a")], "row 1: claimants is no list of actors"),
    ("claim", [claim(0, 9), claim(0, 9)], "row 2: the same as row 1"),
    ("claim", [["d", "s01"]], "row 1: ['d', 's01'] is no row of columns"),  # type: ignore[list-item]
    (
        "claim",
        [claim(0, 9, claim_type_soft=[1])],
        "row 1: claim_type_soft has 1 shares",
    ),
    ("claim", [claim(0, 9, claim_type_soft="x")], "row 1: claim_type_soft is no list"),
    (
        "claim",
        [claim(0, 9, claim_type_soft={"event": 0.9})],
        "row 1: claim_type_soft does not add up to 1 but to 0.9",
    ),
    (
        "stance",
        [panel("nobody", "oppose")],
        "row 1: no panel target 'nobody'; there are x",
    ),
    (
        "source_type",
        [source(1, 1, "media", claim_id="k")],
        "row 1: there is no claim 'k'",
    ),
    ("source_type", [source("1", 1, "media")], "row 1: chain '1' is no whole number"),  # type: ignore[arg-type]
    (
        "source_type",
        [source(1, 1, "media", item_id=None), source(1, 1, "media", item_id="i")],
        "row 2: the same key as row 1",
    ),
]

TRUE = {
    "claim": claim(0, 9),
    "stance": panel("x", "oppose"),
    "source_type": source(1, 1, "media", is_origin=True, item_id="i"),
}


@pytest.mark.parametrize(("config", "rows", "message"), FAULTS)
def test_a_bad_prediction_is_refused_in_one_line(
    made: Make, config: str, rows: list[Row], message: str
) -> None:
    dataset = made(config, [TRUE[config]])
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        score(rows, dataset, config)
    assert "\n" not in str(error.value)


def test_what_cannot_be_scored_is_said(made: Make, tmp_path: Path) -> None:
    dataset = made("claim", [claim(0, 9)])
    with pytest.raises(ValueError, match="config 'segment' cannot be scored"):
        score([], dataset, "segment")
    with pytest.raises(ValueError, match="claim has no split 'test'; there are pilot"):
        score([], dataset, split="test")
    with pytest.raises(ValueError, match="the dataset has no split 'pilot'"):
        score([], {"test": []})
    with pytest.raises(ValueError, match="a list is no built dataset"):
        score([], [])
    with pytest.raises(ValueError, match="stance has no split 'pilot'; there are none"):
        score([], dataset, "stance")
    with pytest.raises(FileNotFoundError, match="no built dataset"):
        score([], tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        score(tmp_path / "none.jsonl", dataset)
    with pytest.raises(ValueError, match="neither"):
        score(REPO / "README.md", dataset)
    with pytest.raises(ValueError, match="a list of rows"):
        score({"pilot": []}, dataset)
    with pytest.raises(KeyError, match="no measure"):
        score([], dataset).get("accuracy")


# forms of predictions, and the command


def test_labels_are_names_or_numbers_and_shares_can_stand_for_them(made: Make) -> None:
    dataset = made("claim", [claim(0, 9, "quantity")])
    number = CLASSES["claim"]["claim_type"].index("quantity")
    shares = {"quantity": 0.6, "event": 0.4}
    for guess in (
        {"claim_type": "quantity"},
        {"claim_type": number},
        {"claim_type_soft": shares},
    ):
        row = {**PLACE, "start": 0, "end": 9, **guess}
        scores = score([row], dataset, least=1)
        assert value(scores, "f1", "claim_type", "quantity") == 1


@pytest.mark.parametrize("content", ["{", "[1]\n", b"\xff\n"])
def test_a_file_that_cannot_be_read_is_refused(
    made: Make, tmp_path: Path, content: str | bytes
) -> None:
    dataset = made("claim", [claim(0, 9)])
    for name in ("p.jsonl", "p.parquet"):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        result = CliRunner().invoke(cli, ["score", str(tmp_path / name), str(dataset)])
        assert result.exit_code == 2
        assert result.stderr.startswith("standpoint: ")
        assert result.stderr.count("\n") == 1


def test_the_command_prints_text_and_json(made: Make, tmp_path: Path) -> None:
    rows = [claim(n * 10, n * 10 + 5) for n in range(12)]
    dataset = made("claim", rows)
    path = tmp_path / "predictions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows[:6]), "utf-8")
    arguments = ["score", str(path), str(dataset), "--config", "claim"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    assert (
        "span_f1                                0.67 (n=12; one segment"
        in result.output
    )
    result = CliRunner().invoke(cli, [*arguments, "--format", "json"])
    found = json.loads(result.output)
    assert found["n_predictions"] == 6
    first = found["scores"][0]
    assert (first["measure"], first["estimate"]["value"]) == ("span_f1", 12 / 18)


def test_parquet_with_class_names_of_its_own_is_read_by_name(
    made: Make, tmp_path: Path
) -> None:
    dataset = made("claim", [claim(0, 9)])
    info = {
        "info": {
            "features": {"claim_type": {"_type": "ClassLabel", "names": ["event"]}}
        }
    }
    table = pa.Table.from_pylist([claim(0, 9) | {"claim_type": 0}])
    table = table.replace_schema_metadata({"huggingface": json.dumps(info)})
    pq.write_table(table, tmp_path / "p.parquet")
    scores = score(tmp_path / "p.parquet", dataset, least=1)
    assert value(scores, "f1", "claim_type", "event") == 1


def test_the_page_for_researchers_runs(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "dist/standpoint")
    page = (REPO / "docs/scoring.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert examples
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(examples)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "span_f1" in done.stdout


def test_a_dataset_in_memory_scores_as_the_folder_does(built: Path) -> None:
    code = f"""
import standpoint
path = {str(built)!r}
for config in {list(TASKS)!r}:
    rows, segments = (standpoint.load(path, name) for name in (config, "segment"))
    for split in rows:
        one = standpoint.score(rows[split], path, config, split, least=1)
        two = standpoint.score(rows[split], rows, config, split, segments=segments, least=1)
        three = standpoint.score(rows[split], rows[split], config, split, least=1)
        assert one.scores == two.scores == three.scores, (config, split)
print("fine")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "fine" in done.stdout, done.stderr


# baselines


SCRIPT = REPO / "benchmarks/baselines.py"


def baselines(dataset: Path, split: str) -> str:
    command = [sys.executable, str(SCRIPT), "--dataset", str(dataset), "--split", split]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_words_tell_the_text_baseline_what_others_cannot_know(made: Make) -> None:
    pytest.importorskip("sklearn")
    said = [("event", "The mill burned"), ("quantity", "Two hands died")] * 5
    rows = []
    for start, outlet in zip(range(0, 4000, 1000), "abcd", strict=True):
        for n, (label, words) in enumerate(said):
            place = start + 10 * n
            more = {"text": [f"{words} today"], "outlet_id": outlet}
            rows.append(claim(place, place + 5, label, **more))
    dataset = made("claim", rows)
    table = baselines(dataset, "pilot")
    assert (
        "| claim type | text | - (n=40: no label has 30 resolved items) | 1.00" in table
    )
    assert re.search(r"claim type . majority .*items\) . 0\.33 \(n=40", table)
    assert "| panel stance | text | not run: fewer than two outlets" in table
    assert baselines(dataset, "pilot") == table


def test_the_baselines_say_what_they_cannot_do(built: Path) -> None:
    table = baselines(built, "pilot")
    assert (
        "| claim type | text | not run: the text is withheld in this edition" in table
    )
    assert "| claim type | majority | not run: fewer than two outlets" in table


def test_no_baseline_sees_the_outlet_that_it_predicts(made: Make) -> None:
    rows = [claim(n * 10, n * 10 + 5, outlet_id="a") for n in range(3)]
    rows += [claim(100, 105, "quantity", outlet_id="b")]
    rows += [claim(200, 205, "quantity", outlet_id="c")]
    dataset = made("claim", rows)
    module = runpy.run_path(str(SCRIPT))
    task = next(task for task in module["TASKS"] if task.config == "claim")
    found = module["examples"](task, dataset, "pilot")
    guessed = module["predicted"](task, found, module["majority"], 10)
    names = CLASSES["claim"]["claim_type"]
    told = {row["outlet_id"]: names[row["claim_type"]] for row in guessed}
    assert told == {"a": "quantity", "b": "event", "c": "event"}
    event = names.index("event")
    assert {row["outlet_id"]: row["claim_type_soft"][event] for row in guessed} == {
        "a": 0.0,
        "b": 0.75,
        "c": 0.75,
    }
