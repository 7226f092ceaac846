"""Datasets and predictions written by hand, for the tests of the scorer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from standpoint.records.checkout import Checkout
from standpoint.records.schema import Schemas
from standpoint.release.build import build
from standpoint.scoring import Scores
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
Make = Callable[..., Path]


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


def write(root: Path, config: str, rows: list[Row], *segments: Row) -> Path:
    """Write a dataset of these rows and segments to a folder; return the folder."""
    tables = {
        config: [coded(config, row) for row in rows],
        "segment": list(segments or [segment()]),
        "annotator": [
            {"annotator_id": "ana", "kind": 0},
            {"annotator_id": "key-lm", "kind": 1},
        ],
    }
    for name, held in tables.items():
        folder = root / "data" / name
        folder.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(held, schema=arrow_schema(COLUMNS[name]))
        pq.write_table(table, folder / "pilot-00000-of-00001.parquet")
    return root


def built_dataset(root: Path) -> Path:
    """Build a dataset with every way in which labels come about; return its folder."""
    lay_out(root, files({TEXT: MILL, WITHHELD: FERRY}, (*readings(), *ferry_sets())))
    return build(Checkout(root), root / "dist").folders["public"]


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


def soft(config: str, column: str, **shares: float) -> list[float]:
    return [shares.get(name, 0.0) for name in CLASSES[config][column]]


def splits(folder: Path, config: str) -> list[tuple[str, list[Row]]]:
    found = sorted((folder / "data" / config).glob("*.parquet"))
    return [(f.name.split("-")[0], pq.read_table(f).to_pylist()) for f in found]


def value(
    scores: Scores, measure: str, attribute: str = "", label: str = "", group: str = ""
) -> float:
    found = scores.get(measure, attribute, label, group).value
    assert found is not None
    return found


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
