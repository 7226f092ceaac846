"""What `labelstudio status` says of sets that decide alone or mark nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from standpoint.cli import cli
from standpoint.labelstudio import client
from standpoint.labelstudio.weight import weights
from tests.conftest import written
from tests.studio import Desk, register

NAME = "small-bridge-2031"
READER = f"annotations/{NAME}/reader-1.json"
MODEL = f"annotations/{NAME}/small-lm.json"
PAT = f"annotations/{NAME}/pat.json"


@pytest.fixture
def desk(small: Path) -> Desk:
    register(small, "pat")
    return Desk(small)


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(client, "connect", lambda _place: desk.studio)

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(cli, [*arguments, "--root", str(desk.root)])
        assert result.exit_code == 0, result.output
        return result.output

    return call


def test_a_set_that_decides_alone_or_marks_nothing_is_named(
    desk: Desk, run: Callable[..., str]
) -> None:
    key = json.loads((desk.root / MODEL).read_bytes())
    key["role"] = "annotator"
    (desk.root / MODEL).write_bytes(written(MODEL, key))
    title = "Sets that decide alone or mark nothing, and how many items that changes:"
    said = run("labelstudio", "status")
    assert title in said
    (row,) = (line for line in said.splitlines() if line.startswith(READER))
    assert "decides alone over 1 model " in row
    assert "marks nothing" not in row

    own = json.loads((desk.root / READER).read_bytes())
    nothing: dict[str, Any] = {
        "mentions": [],
        "claims": [],
        "stances": [],
        "relations": [],
        "panel": {},
    }
    own["segments"][0]["stances"].clear()  # which is nothing to speak of
    own["segments"][1]["stances"].clear()
    empty = own | {"segments": [segment | nothing for segment in own["segments"]]}
    (desk.root / READER).write_bytes(written(READER, empty))
    (weight,) = weights(desk.checkout())
    assert weight.nothing == ("actor", "claim", "stance", "panel")
    assert weight.n_models == 1
    assert weight.exists["claim"] == weight.judged["claim"] == n_claims_of(key) > 0
    said = run("labelstudio", "status")
    assert "marks nothing: actor, claim, stance, panel; decides alone over 1" in said

    (desk.root / READER).write_bytes(written(READER, own))
    (desk.root / PAT).write_bytes(written(PAT, own | {"annotator": "pat"}))
    assert list(weights(desk.checkout())) == []
    assert title not in run("labelstudio", "status")
    (desk.root / PAT).write_bytes(written(PAT, empty | {"annotator": "pat"}))
    (weight,) = weights(desk.checkout())
    assert (weight.path, weight.n_models) == (PAT, 0)
    assert weight.exists["claim"] == n_claims_of(own)


def n_claims_of(record: dict[str, Any]) -> int:
    return sum(len(segment["claims"]) for segment in record["segments"])
