"""The scorer: what is refused, forms of predictions, and the command."""

import json
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from standpoint import score
from standpoint.cli import cli
from standpoint.scoring import TASKS, PredictionError
from standpoint.tables import Row
from standpoint.tables.column import arrow_schema
from tests.predictions import (
    CLASSES,
    COLUMNS,
    PLACE,
    Make,
    built_dataset,
    claim,
    mention,
    panel,
    source,
    value,
    write,
)
from tests.sets import REPO


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A function that writes a dataset of these rows and segments."""
    return partial(write, tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with every way in which labels come about."""
    return built_dataset(tmp_path_factory.mktemp("score"))


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
        "row 2: 'evnt' is not an allowed label of claim_type. Allowed: ",
    ),
    (
        "claim",
        [claim(0, 9, True)],  # type: ignore[arg-type]
        "row 1: Expected `int | str | null`, got `bool` - at `$.claim_type`",
    ),
    ("claim", [claim(0, 9, 99)], "row 1: 99 is not an allowed label of claim_type"),  # type: ignore[arg-type]
    (
        "claim",
        [claim(0, 9) | {"segment_id": "s9"}],
        "row 1: there is no segment d/s9 in the",
    ),
    (
        "claim",
        [claim(0, 10_001)],
        "row 1: the span 0-10001 is outside of d/s01 (0-10000)",
    ),
    ("claim", [claim(5, 5)], "row 1: the span 5-5 is empty"),
    ("claim", [claim(9, 5)], "row 1: the span 9-5 ends before it starts"),
    ("claim", [claim(0, 9) | {"spans": []}], "row 1: the list of spans is empty"),
    (
        "claim",
        [claim(0, 9) | {"spans": [{}]}],
        "row 1: Object missing required field `start` - at `$.spans[0]`",
    ),
    (
        "claim",
        [claim(0, 9) | {"spans": [[0, 5], [4, 9]]}],
        "row 1: two of the spans overlap",
    ),
    (
        "claim",
        [claim(0, 9) | {"document_id": 3}],
        "row 1: Expected `str`, got `int` - at `$.document_id`",
    ),
    (
        "claim",
        [claim(0, 9, claimants="a")],
        "row 1: Expected `array | null`, got `str` - at `$.claimants`",
    ),
    (
        "claim",
        [claim(0, 9, claimants=5)],
        "row 1: Expected `array | null`, got `int` - at `$.claimants`",
    ),
    (
        "claim",
        [claim(0, 9, about=[3])],
        "row 1: Expected `str | object`, got `int` - at `$.about[0]`",
    ),
    (
        "claim",
        [claim(0, 9, about=5)],
        "row 1: Expected `array | null`, got `int` - at `$.about`",
    ),
    (
        "claim",
        [claim(0, 9, about="a")],
        "row 1: Expected `array | null`, got `str` - at `$.about`",
    ),
    (
        "claim",
        [claim(0, 9, about={"actor": "a"})],
        "row 1: Expected `array | null`, got `object` - at `$.about`",
    ),
    (
        "claim",
        [claim(0, 9, about=[{"who": "a"}])],
        "row 1: Object missing required field `actor` - at `$.about[0]`",
    ),
    (
        "claim",
        [claim(0, 9, about=[{"actor": 3}])],
        "row 1: Expected `str`, got `int` - at `$.about[0].actor`",
    ),
    (
        "claim",
        [claim(0, 9, also_at=[3])],
        "row 1: Expected `object`, got `int` - at `$.also_at[0]`",
    ),
    (
        "claim",
        [claim(0, 9, also_at=3)],
        "row 1: Expected `array | null`, got `int` - at `$.also_at`",
    ),
    (
        "claim",
        [claim(0, 9), claim(40, 49, also_at=[{"start": 80, "end": 90}])],
        "row 2: Object missing required field `spans` - at `$.also_at[0]`",
    ),
    (
        "claim",
        [claim(0, 9, also_at=[{"spans": 3}])],
        "row 1: Expected `array`, got `int` - at `$.also_at[0].spans`",
    ),
    (
        "claim",
        [claim(0, 9) | {"spans": [{"start": True, "end": 9}]}],
        "row 1: Expected `int`, got `bool` - at `$.spans[0].start`",
    ),
    (
        "claim",
        [claim(0, 9) | {"spans": [[0, 5, 9]]}],
        "row 1: Expected `array` of length 2, got 3 - at `$.spans[0]`",
    ),
    (
        "claim",
        [claim(0, 9, exists="no")],
        "row 1: Expected `bool | null`, got `str` - at `$.exists`",
    ),
    (
        "stance",
        [panel("x", "oppose", holder_id=["o"])],
        "row 1: Expected `str | null`, got `array` - at `$.holder_id`",
    ),
    (
        "stance",
        [panel("x", "oppose", holder_id=3)],
        "row 1: Expected `str | null`, got `int` - at `$.holder_id`",
    ),
    (
        "source_type",
        [source(True, 1, "media")],
        "row 1: Expected `int`, got `bool` - at `$.chain`",
    ),
    (
        "source_type",
        [source(1, 1, "media", is_origin="no")],
        "row 1: Expected `bool | null`, got `str` - at `$.is_origin`",
    ),
    (
        "claim",
        [claim(0, 9, item_id="c"), claim(20, 29, item_id="c")],
        "row 2: the same item_id as row 1",
    ),
    (
        "claim",
        [claim(0, 9, item_id=5)],
        "row 1: Expected `str | null`, got `int` - at `$.item_id`",
    ),
    ("stance", [panel("x", "oppose")] * 2, "row 2: the same key as row 1"),
    ("claim", [["d", "s01"]], "row 1: a row must have named columns, not ['d', 's01']"),  # type: ignore[list-item]
    (
        "claim",
        [claim(0, 9, claim_type_soft=[1])],
        "row 1: claim_type_soft has 1 shares",
    ),
    (
        "claim",
        [claim(0, 9, claim_type_soft="x")],
        "row 1: Expected `object | array | null`, got `str` - at `$.claim_type_soft`",
    ),
    (
        "claim",  # as many digits as there are labels
        [
            claim(
                0,
                9,
                claim_type_soft="1".ljust(len(CLASSES["claim"]["claim_type"]), "0"),
            )
        ],
        "row 1: Expected `object | array | null`, got `str` - at `$.claim_type_soft`",
    ),
    (
        "claim",
        [claim(0, 9, claim_type_soft={"event": 0.9})],
        "row 1: claim_type_soft adds up to 0.9, but must add up to 1",
    ),
    (
        "claim",
        [claim(0, 9, claim_type_soft={"event": 0.5, "causal": 0.7, "motive": -0.2})],
        "row 1: claim_type_soft has a share of -0.2, but shares are from 0 to 1",
    ),
    (
        "claim",
        [claim(0, 9, claim_type_soft={"event": 1.5})],
        "row 1: claim_type_soft has a share of 1.5, but shares are from 0 to 1",
    ),
    (
        "stance",
        [panel("nobody", "oppose")],
        "row 1: there is no panel target 'nobody'. Targets: x",
    ),
    (
        "source_type",
        [source(1, 1, "media", claim_id="k")],
        "row 1: there is no claim 'k'",
    ),
    (
        "source_type",
        [source("1", 1, "media")],  # type: ignore[arg-type]
        "row 1: Expected `int`, got `str` - at `$.chain`",
    ),
    (
        "source_type",
        [source(1, 1, "media", item_id=None), source(1, 1, "media", item_id="i")],
        "row 2: the same key as row 1",
    ),
]


COLUMNS_OF_ACTORS = [("claim", "claimants"), ("claim", "about"), ("actor", "actors")]


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
    assert isinstance(error.value, PredictionError)
    assert "\n" not in str(error.value)


def test_what_cannot_be_scored_is_said(made: Make, tmp_path: Path) -> None:
    dataset = made("claim", [claim(0, 9)])
    with pytest.raises(ValueError, match="config 'segment' cannot be scored"):
        score([], dataset, "segment")
    with pytest.raises(ValueError, match="config 'claim' has no split 'test'"):
        score([], dataset, split="test")
    with pytest.raises(ValueError, match="the dataset has no split 'pilot'"):
        score([], {"test": []})
    with pytest.raises(ValueError, match="a list is not a dataset"):
        score([], [])
    with pytest.raises(ValueError, match="'stance' has no split 'pilot'"):
        score([], dataset, "stance")
    with pytest.raises(FileNotFoundError, match="is not a built dataset"):
        score([], tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        score(tmp_path / "none.jsonl", dataset)
    with pytest.raises(ValueError, match=r"is not a \.jsonl, \.json or \.parquet"):
        score(REPO / "README.md", dataset)
    with pytest.raises(ValueError, match="a list of rows"):
        score({"pilot": []}, dataset)
    with pytest.raises(KeyError, match="there is no measure"):
        score([], dataset).get("accuracy")


@pytest.mark.parametrize(("config", "column"), COLUMNS_OF_ACTORS)
def test_an_actor_that_the_registry_lacks_is_refused(
    made: Make, config: str, column: str
) -> None:
    rows: dict[str, Row] = {"claim": claim(0, 9), "actor": mention(0, 9, ["a"])}
    dataset = made(config, [rows[config]])

    def guess(*names: str) -> list[Row]:
        whom = [{"actor": a} for a in names] if column == "about" else list(names)
        return [rows[config], {**rows[config], column: whom}]

    assert score(guess("aa"), dataset, config).n_predictions  # no registry to tell
    folder = dataset / "data/actor_registry"
    folder.mkdir()
    schema = arrow_schema(COLUMNS["actor_registry"])
    table = pa.Table.from_pylist([{"actor_id": "a"}], schema=schema)
    pq.write_table(table, folder / "registry-00000-of-00001.parquet")
    assert score(guess("a", "NIL:miller"), dataset, config).n_predictions
    with pytest.raises(
        ValueError, match="row 2: there is no actor 'aa' in the registry"
    ):
        score(guess("a", "aa"), dataset, config)


# forms of predictions, and the command


@pytest.mark.parametrize("about", [["a", "b"], [{"actor": "a"}, {"actor": "b"}], ()])
def test_actors_of_a_claim_are_ids_or_rows_with_one(made: Make, about: Any) -> None:
    whom = [{"actor": "a"}, {"actor": "b"}] if about else None
    dataset = made("claim", [claim(0, 100, about=whom)])
    scores = score([claim(50, 150, about=about)], dataset, least=1)
    assert value(scores, "span_f1") == 1  # IoU 1/3: only with the same actors


def test_columns_that_no_config_has_are_named(made: Make) -> None:
    dataset = made("claim", [claim(0, 9)])
    here: Row = {"start": 0, "end": 9, "modality_soft": None, "ironic": 0, "about": []}
    rows = [claim(0, 9, modalty="hedged") | here, claim(20, 29, modalty=1, score=0.5)]
    scores = score(rows, dataset)
    assert scores.ignored_columns == ("modalty", "score")
    assert "\ncolumns not used: modalty, score\n" in str(scores)
    scores = score([claim(0, 9, claimants=[])], dataset)
    assert scores.ignored_columns == ()
    assert "columns not used" not in str(scores)


def test_a_file_without_rows_is_refused_and_an_empty_list_is_not(
    made: Make, tmp_path: Path
) -> None:
    dataset = made("claim", [claim(0, 9)])
    (tmp_path / "p.jsonl").write_text("\n", "utf-8")
    pq.write_table(pa.table({"document_id": []}), tmp_path / "p.parquet")
    for path in (tmp_path / "p.jsonl", tmp_path / "p.parquet"):
        with pytest.raises(ValueError, match="contains no predictions"):
            score(path, dataset)
        result = CliRunner().invoke(cli, ["score", str(path), str(dataset)])
        assert result.exit_code == 2
        assert result.stderr == f"Error: {path} contains no predictions\n"
    assert value(score([], dataset, least=1), "span_f1") == 0


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
        assert result.stderr.startswith("Error: ")
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


@pytest.mark.parametrize("form", ["frame", "records", "table", "lines", "list", "file"])
def test_what_went_through_pandas_scores_as_it_did_before(
    made: Make, tmp_path: Path, form: str
) -> None:
    import pandas as pd

    label = CLASSES["claim"]["claim_type"].index("quantity")
    rows = [
        claim(n * 10, n * 10 + 5, "quantity", carrier_stance="support")
        for n in range(12)
    ]
    dataset = made("claim", rows)
    stance = CLASSES["claim"]["carrier_stance"].index("support")
    given: list[Row] = [
        row | {"claim_type": label, "carrier_stance": stance if n else None}
        for n, row in enumerate(rows)
    ]
    frame = pd.DataFrame(given)
    assert str(frame["carrier_stance"].dtype) == "float64"  # 1.0, and NaN
    path = tmp_path / f"p.{'parquet' if form == 'file' else 'jsonl'}"
    if form == "file":
        frame.to_parquet(path)
    elif form == "lines":
        path.write_text(
            "\n".join(json.dumps(row) for row in frame.to_dict("records")), "utf-8"
        )
        assert "NaN" in path.read_text("utf-8")
    elif form == "list":
        frame.to_json(path, orient="records")
    forms: dict[str, Any] = {
        "frame": frame,
        "records": frame.to_dict("records"),
        "table": pa.Table.from_pandas(frame),
    }
    scores = score(forms.get(form, path), dataset, least=1)
    assert str(scores) == str(score(given, dataset, least=1))
    assert value(scores, "f1", "claim_type", "quantity") == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_predictions_with_a_byte_order_mark_are_read(
    made: Make, tmp_path: Path, encoding: str
) -> None:
    dataset = made("claim", [claim(0, 9)])
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(claim(0, 9)) + "\r\n", encoding)
    assert value(score(path, dataset, least=1), "span_f1") == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (claim(0, 9, 4.5), "Expected `int | str | null`, got `float`"),  # type: ignore[arg-type]
        (claim(0, 9, float("inf")), "Expected `int | str | null`, got `float`"),  # type: ignore[arg-type]
        (claim(0, 9) | {"segment_id": "\ud83d"}, r"there is no segment d/\ud83d in"),
        (
            claim(0, 9) | {"spans": [{"start": 0.5, "end": 9}]},
            "Expected `int`, got `float` - at `$.spans[0].start`",
        ),
        (
            claim(0, 9, claim_type_soft=[10**400] * 10),
            "Number out of range - at `$.claim_type_soft[0]`",
        ),
    ],
)
def test_odd_values_are_refused_in_one_line(
    made: Make, tmp_path: Path, row: Row, message: str
) -> None:
    dataset = made("claim", [claim(0, 9)])
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(row), "utf-8")
    result = CliRunner().invoke(cli, ["score", str(path), str(dataset)])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    if row["claim_type"] != float("inf"):  # which is not JSON
        assert message in result.stderr
    with pytest.raises(PredictionError, match=re.escape(message)):
        score([row], dataset)


def test_class_numbers_of_true_and_false_are_none(made: Make, tmp_path: Path) -> None:
    dataset = made("claim", [claim(0, 9)])
    features = {"claim_type": {"_type": "ClassLabel", "names": ["event", "causal"]}}
    table = pa.Table.from_pylist([claim(0, 9) | {"claim_type": True}])
    info = json.dumps({"info": {"features": features}})
    pq.write_table(
        table.replace_schema_metadata({"huggingface": info}), tmp_path / "p.parquet"
    )
    with pytest.raises(PredictionError, match="got `bool` - at"):
        score(tmp_path / "p.parquet", dataset)


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


@pytest.mark.slow
def test_the_page_for_researchers_runs(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    commands = re.findall(r"^    \.venv/bin/standpoint (score .*)$", page, re.MULTILINE)
    assert commands
    for command in commands:
        monkeypatch.chdir(tmp_path)
        result = CliRunner().invoke(cli, command.split())
        assert result.exit_code == 0, result.output
        found = json.loads(result.output)
        assert found["n_predictions"] > 0
        assert str(found["scores"][0]["estimate"]["n"]) in done.stdout


@pytest.mark.slow
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
