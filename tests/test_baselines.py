"""The baselines: what they know, and what they say they cannot do."""

import re
import runpy
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.predictions import CLASSES, Make, built_dataset, claim, write
from tests.sets import REPO

pytestmark = pytest.mark.slow

SCRIPT = REPO / "benchmarks/baselines.py"


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A function that writes a dataset of these rows and segments."""
    return partial(write, tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with every way in which labels come about."""
    return built_dataset(tmp_path_factory.mktemp("score"))


def baselines(dataset: Path, split: str) -> str:
    pytest.importorskip("sklearn")
    command = [sys.executable, str(SCRIPT), "--dataset", str(dataset), "--split", split]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(line.startswith("baselines: ") for line in done.stderr.splitlines())
    assert done.stderr.count("\n") == len(re.findall(r"\(n=.*", done.stdout))
    return done.stdout


def test_without_scikit_learn_the_baselines_stop_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--dataset", str(tmp_path)])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    said = str(stop.value)  # what Python prints, with exit code 1
    assert "scikit-learn is missing" in said
    install = "-m pip install -c constraints/report.txt -e '.[report]'"
    assert install in said
    assert install in (SCRIPT.parent / "README.md").read_text("utf-8")
    assert "\n" not in said


def test_words_tell_the_text_baseline_what_others_cannot_know(made: Make) -> None:
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
    assert "| panel stance | all | not run: the config 'stance' has no split" in table
    assert baselines(dataset, "pilot") == table


def test_the_baselines_say_what_they_cannot_do(built: Path) -> None:
    table = baselines(built, "pilot")
    assert (
        "| claim type | text | not run: the text is withheld in this edition" in table
    )
    assert "| claim type | majority | not run: fewer than two outlets" in table


def test_all_parts_of_a_split_are_read(made: Make) -> None:
    dataset = made(
        "claim", [claim(n * 10, n * 10 + 5, outlet_id="a") for n in range(3)]
    )
    (part,) = (dataset / "data/claim").glob("pilot-*.parquet")
    shutil.copy(part, part.with_name("pilot-00001-of-00002.parquet"))
    module = runpy.run_path(str(SCRIPT))
    task = next(task for task in module["TASKS"] if task.config == "claim")
    assert len(module["examples"](task, dataset, "pilot")) == 6


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
