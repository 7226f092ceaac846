"""Predictions as they come: rows, a `Dataset`, or a file."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from standpoint.scoring.reference import class_names, feature_names
from standpoint.scoring.values import PredictionError, short
from standpoint.tables import Row


def read_rows(predictions: Any) -> list[Row]:
    """Return the rows of predictions, in order.

    Class numbers that come with names of their own are turned into these names.

    Args:
        predictions: Rows, a `datasets.Dataset`, or a path to .jsonl or .parquet.

    Raises:
        PredictionError: If they cannot be read, or if a file holds none.
        FileNotFoundError: If there is no such file.
    """
    names: dict[str, list[str]] = {}
    if isinstance(predictions, str | Path):
        rows, names = _file(Path(predictions))
        if not rows:
            raise PredictionError(f"{predictions} holds no predictions")
    elif isinstance(predictions, Mapping) or not isinstance(predictions, Iterable):
        kind = type(predictions).__name__
        raise PredictionError(
            f"predictions are a list of rows, a Dataset or a path: {kind}"
        )
    else:
        rows = list(predictions)
        if hasattr(predictions, "features"):
            names = feature_names(predictions.features or {})
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PredictionError(f"row {number}: {short(row)} is no row of columns")
    return [_named(row, names) for row in rows]


def _file(path: Path) -> tuple[list[Any], dict[str, list[str]]]:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path)
        except pa.ArrowException:
            raise PredictionError(f"{path} is no Parquet file") from None
        return table.to_pylist(), class_names(table.schema)
    if path.suffix != ".jsonl":
        raise PredictionError(f"{path} is neither .jsonl nor .parquet")
    try:
        lines = path.read_text("utf-8").split("\n")
    except UnicodeDecodeError:
        raise PredictionError(f"{path} is not UTF-8") from None
    rows: list[Any] = []
    for line in filter(str.strip, lines):
        try:
            rows.append(json.loads(line))
        except ValueError:
            raise PredictionError(f"row {len(rows) + 1}: this is no JSON") from None
    return rows, {}


def _named(row: Row, names: dict[str, list[str]]) -> Row:
    ids = {name: row.get(name) for name in names}
    return {**row} | {
        name: names[name][code]
        for name, code in ids.items()
        if isinstance(code, int) and 0 <= code < len(names[name])
    }


def named(rows: Iterable[Row]) -> dict[str, None]:
    """Return the columns of rows, in the order in which they first come."""
    return dict.fromkeys(str(name) for row in rows for name in row)
