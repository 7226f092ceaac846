"""Predictions as they come: rows, a `Dataset`, a dataframe, or a file."""

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from standpoint.records.external import OutsideError, parse, read_text
from standpoint.records.findings import printable
from standpoint.scoring.reference import class_names, feature_names
from standpoint.scoring.values import PredictionError, index_or_none, short
from standpoint.tables import Row


def read_rows(predictions: Any) -> list[Row]:
    """Return the rows of predictions, in order.

    Class numbers that come with names of their own are turned into these names.

    Args:
        predictions: Rows, a `datasets.Dataset`, a dataframe, or a path to .jsonl, .json
            or .parquet.

    Raises:
        PredictionError: If they cannot be read, or if a file holds none.
        FileNotFoundError: If there is no such file.
    """
    names: dict[str, list[str]] = {}
    if isinstance(predictions, str | Path):
        rows, names = _file(Path(predictions))
        if not rows:
            raise PredictionError(f"{predictions} holds no predictions")
    elif not hasattr(predictions, "to_pylist") and (
        isinstance(predictions, Mapping) or not isinstance(predictions, Iterable)
    ):
        kind = type(predictions).__name__
        raise PredictionError(
            f"predictions are a list of rows, a Dataset or a path: {kind}"
        )
    else:
        rows = _listed(predictions)
        if hasattr(predictions, "features"):
            names = feature_names(predictions.features or {})
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PredictionError(f"row {number}: {short(row)} is no row of columns")
    return [_named(plain(row), names) for row in rows]


def _listed(predictions: Any) -> list[Any]:
    """Return the rows of a list, a Dataset or a dataframe, which iterates over columns."""
    if hasattr(predictions, "to_pylist"):  # pyarrow
        return list(predictions.to_pylist())
    if hasattr(predictions, "to_dicts"):  # polars
        return list(predictions.to_dicts())
    if hasattr(predictions, "iterrows"):  # pandas
        return list(predictions.to_dict("records"))
    return list(predictions)


_MISSING = frozenset(["NAType", "NaTType"])
"""Types that stand for a missing value in pandas."""


def plain(value: Any) -> Any:
    """Return a value without what dataframes make of it: NaN, arrays, their own scalars."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if hasattr(value, "tolist"):  # numpy
        return plain(value.tolist())
    return None if type(value).__name__ in _MISSING else value


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
    if path.suffix not in {".jsonl", ".json"}:
        raise PredictionError(f"{path} is not a .jsonl, .json or .parquet file")
    try:
        return list(_parsed(read_text(path), path.name)), {}
    except OutsideError as error:
        raise PredictionError(printable(str(error))) from None


def _parsed(source: str, name: str) -> Iterator[Any]:
    """Yield the rows of JSON lines, or of one JSON list."""
    if source.lstrip().startswith("["):
        found = parse(source, name, nan_as_null=True)
        yield from found if isinstance(found, list) else [found]
        return
    for number, line in enumerate(source.split("\n"), 1):
        if line.strip():
            yield parse(line, f"{name}, line {number}", nan_as_null=True)


def _named(row: Row, names: dict[str, list[str]]) -> Row:
    ids = {name: index_or_none(row.get(name)) for name in names}
    return {**row} | {
        name: names[name][code]
        for name, code in ids.items()
        if code is not None and 0 <= code < len(names[name])
    }


def named(rows: Iterable[Row]) -> dict[str, None]:
    """Return the columns of rows, in the order in which they first come."""
    return dict.fromkeys(str(name) for row in rows for name in row)
