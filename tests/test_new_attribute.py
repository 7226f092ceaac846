"""A new nullable attribute of a claim costs three edits: schema, record, column."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[1]
SETS = "annotations/small-bridge-2031"
NOTE = "made_up_note"
LABEL = "made_up_label"

SCHEMA = {
    NOTE: {"description": "Made up.", "type": ["string", "null"], "maxLength": 80},
    LABEL: {"anyOf": [{"$ref": "labels.schema.json#/$defs/ironic"}, {"type": "null"}]},
}

FORMS = f"""
import pathlib
from standpoint.forms import convert, convert_common
from standpoint.records.checkout import Checkout
checkout = Checkout(pathlib.Path())
inventories = checkout.schemas.inventories
form = convert.form("claims", "extended", inventories)
dossier = checkout.dossier("small-bridge-2031")
segment = dossier.document.segments[0]
judged = next(s for s in dossier.sets if s.annotator == "reader-2").segments[0]
judged = convert.ordered(judged, inventories)
passage = convert_common.passage(dossier.document, segment, dossier.text, form)
answers = convert.encode("claims", judged, passage)
content = convert.decode("claims", answers, passage, {{}}, judged.mentions, {{}})
print([[c.get("{NOTE}"), c.get("{LABEL}")] for c in content.data["claims"]])
"""


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A small checkout, and a copy of the source that has the attributes."""
    shutil.copytree(ROOT / "tests" / "small", tmp_path / "world")
    shutil.copytree(ROOT / "schema", tmp_path / "world" / "schema")
    shutil.copytree(ROOT / "src", tmp_path / "src")
    source = tmp_path / "src" / "standpoint"
    replaced(
        source / "records" / "model.py",
        "    event_time: str | None\n",
        f"    event_time: str | None\n    {NOTE}: str | None = None\n"
        f"    {LABEL}: str | None = None\n",
    )
    replaced(
        source / "resolve" / "attribute.py",
        '        _voted("ironic"),\n',
        f'        _voted("ironic"),\n        _voted("{LABEL}", "ironic"),\n',
    )
    replaced(
        source / "tables" / "claim.py",
        '        Column(\n            "event_time"',
        f'        Column("{NOTE}", STRING, "Made up; or null."),\n'
        '        Column(\n            "event_time"',
    )
    path = tmp_path / "world" / "schema" / "annotation-set.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    schema["$defs"]["claim"]["properties"] |= SCHEMA
    path.write_text(json.dumps(schema), "utf-8")
    return tmp_path / "world"


def run(world: Path, *command: str) -> str:
    """Run Python with the copied source; return what it prints."""
    # The copy is not the code whose coverage is measured.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    environment["PYTHONPATH"] = str(world.parent / "src")
    done = subprocess.run(
        [sys.executable, *command],
        cwd=world,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_three_edits_bring_a_nullable_attribute_to_everything(
    world: Path, write_record: Callable[[str, Any], bytes]
) -> None:
    first = json.loads((world / SETS / "reader-1.json").read_text("utf-8"))
    known = json.loads((world / "annotations/annotators.json").read_text("utf-8"))
    known["annotators"].append(known["annotators"][0] | {"id": "reader-2"})
    (world / "annotations/annotators.json").write_bytes(
        write_record("annotations/annotators.json", known)
    )
    quotes: Any = first | {"annotator": "reader-2"}
    quotes["segments"][0]["claims"][0] |= {NOTE: "A remark.", LABEL: "yes"}
    quotes["segments"][0]["claims"][1] |= {NOTE: None, LABEL: "no"}
    (world.parent / "quoted.json").write_text(json.dumps(quotes), "utf-8")

    run(world, "-m", "standpoint", "import", "quoted", "../quoted.json")
    held = json.loads((world / SETS / "reader-2.json").read_text("utf-8"))
    claims = held["segments"][0]["claims"]
    assert claims[0] | {NOTE: "A remark.", LABEL: "yes"} == claims[0]
    assert NOTE not in claims[1]  # null is left out, as in the sets made before
    drawn = run(world, "-c", FORMS)
    assert drawn.startswith("[['A remark.', 'yes'], [None, 'no'], [None, None],")

    run(world, "-m", "standpoint", "build", "--out", "dist")
    (votes,) = (world / "dist").glob("*/data/claim_votes/*.parquet")
    rows = pq.read_table(votes).to_pylist()
    given = {row["vote_id"].partition("/")[2]: row for row in rows}
    first_claim, second_claim = (given[f"s01/reader-2.c0{n}"] for n in (1, 2))
    assert (first_claim[NOTE], first_claim[LABEL]) == ("A remark.", 0)
    assert (second_claim[NOTE], second_claim[LABEL]) == (None, 1)
    (items,) = (world / "dist").glob("*/data/claim/*.parquet")
    resolved = pq.read_table(items).to_pylist()
    assert any(row[f"{LABEL}_soft"] == [1.0, 0.0, 0.0] for row in resolved)

    shown = run(world, "-m", "standpoint", "agreement", "--split", "calibration")
    assert f"{LABEL}, alpha" in shown
