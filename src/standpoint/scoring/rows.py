"""Rows of predictions and of datasets, from memory or from files."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from standpoint.records.external import OutsideError, parse, read_text
from standpoint.records.findings import printable
from standpoint.records.vocabulary import LANGUAGE_MODEL
from standpoint.tables import Row
from standpoint.tables.column import Feature

Place = tuple[str, str]
"""Document id and segment id."""

_LAYERS = ("actor", "claim", "stance", "panel")
_SHOWN = 40
"""Characters of a value that a message shows."""


class PredictionError(ValueError):
    """What is wrong with a prediction, in one line that begins with the number of the row."""


class Table(NamedTuple):
    """Rows, and column to its type as the `datasets` library writes it."""

    rows: list[Row]
    features: dict[str, Feature]

    @property
    def names(self) -> dict[str, list[str]]:
        """Label column to its class names."""
        return {
            name: list(feature["names"])
            for name, feature in self.features.items()
            if feature.get("_type") == "ClassLabel"
        }


class Segment(NamedTuple):
    """A segment, as far as scoring needs it.

    Attributes:
        start: First code point in the document.
        end: Code point after the last; None where unknown.
        layers: Layers that somebody looked at in full.
    """

    start: int
    end: int | None
    layers: frozenset[str]


class Reference(NamedTuple):
    """One split of one config, which predictions are scored against.

    Attributes:
        config: Name of the config.
        split: Name of the split.
        table: The resolved rows, with class numbers.
        segments: The segments of the split.
        is_complete: Whether `segments` has all of them.
        models: Annotators that are language models, as far as known.
        actors: Actors of the registry; None where it is not available.
    """

    config: str
    split: str
    table: Table
    segments: dict[Place, Segment]
    is_complete: bool
    models: frozenset[str] = frozenset()
    actors: frozenset[str] | None = None


# datasets


def read(dataset: Any, config: str, split: str, segments: Any = None) -> Reference:
    """Read one split of one config.

    Args:
        dataset: Folder of a built dataset, or a `datasets.Dataset` or `DatasetDict`
            of that config.
        config: Name of the config.
        split: Name of the split.
        segments: With a `Dataset`: that of the config `segment`, or None.

    Raises:
        ValueError: If there is no such split, or it has no rows.
        FileNotFoundError: If there is no such folder.
    """
    if isinstance(dataset, str | Path):
        folder = Path(dataset)
        if not (folder / "data").is_dir():
            raise FileNotFoundError(f"{folder} is not a built dataset")
        table = read_split(folder, config, split)
        known = _segments(read_split(folder, "segment", split).rows)
        models, actors = _models(folder), _actors(folder)
        found = Reference(config, split, table, known, True, models, actors)
    elif segments is None:
        table = _loaded(dataset, split)
        found = Reference(config, split, table, _guessed(table, config), False)
    else:
        known = _segments(_loaded(segments, split).rows)
        found = Reference(config, split, _loaded(dataset, split), known, True)
    if not found.table.rows:
        raise ValueError(f"the config {config!r} has no rows in the split {split!r}")
    return found


def read_split(folder: Path, config: str, split: str = "") -> Table:
    """Return the rows of one split of a built dataset, or of every split.

    Raises:
        ValueError: If the config has no such split.
    """
    files = sorted((folder / "data" / config).glob("*.parquet"))
    wanted = [
        file for file in files if file.name.startswith(f"{split}-" if split else "")
    ]
    if not wanted and split:
        known = ", ".join(sorted({file.name.split("-")[0] for file in files})) or "none"
        raise ValueError(
            f"the config {config!r} has no split {split!r}. Splits: {known}"
        )
    return _parquet(wanted)


def _parquet(files: Iterable[Path]) -> Table:
    import msgspec
    import pyarrow.parquet as pq

    table = Table([], {})
    for file in files:
        held = pq.read_table(file)
        info = (held.schema.metadata or {}).get(b"huggingface")
        table.rows.extend(held.to_pylist())
        table.features.update(
            msgspec.json.decode(info)["info"]["features"] if info else {}
        )
    return table


def _loaded(dataset: Any, split: str) -> Table:
    if isinstance(dataset, dict):  # a DatasetDict is one
        if split not in dataset:
            known = ", ".join(sorted(dataset))
            raise ValueError(f"the dataset has no split {split!r}. Splits: {known}")
        dataset = dataset[split]
    if not hasattr(dataset, "features"):
        kind = type(dataset).__name__
        raise ValueError(
            f"a {kind} is not a dataset: give the folder of a built dataset, or a"
            " datasets.Dataset"
        )
    rows = [row for row in dataset if row.get("split", split) == split]
    return Table(rows, dataset.features.to_dict())


def _segments(rows: Iterable[Row]) -> dict[Place, Segment]:
    return {
        (row["document_id"], row["segment_id"]): Segment(
            row["start"],
            row["end"],
            frozenset(layer for layer in _LAYERS if row["annotators"][layer]),
        )
        for row in rows
    }


def _guessed(table: Table, config: str) -> dict[Place, Segment]:
    """Tell from the rows who looked where: whether an item exists was decided there."""
    layers: dict[Place, set[str]] = {}
    for row in table.rows:
        found = layers.setdefault((row["document_id"], row["segment_id"]), set())
        if row["exists"] is not None:
            kinds = (
                table.names[name][row[name]] if name in row else ""
                for name in ("target_kind", "holder_kind")
            )
            found.add(layer_of(config, *kinds))
    return {
        place: Segment(0, None, frozenset(found)) for place, found in layers.items()
    }


def layer_of(config: str, target: str = "", holder: str = "") -> str:
    """Return the layer whose coverage says whether somebody looked for a row.

    Args:
        config: Config of the row.
        target: Of a stance: kind of the target.
        holder: Of a stance: kind of the holder.
    """
    if config != "stance":
        return "actor" if config == "actor" else "claim"
    if target == "panel":
        return "panel"
    # The carrier's stance toward a claim is a part of the claim.
    return "claim" if target == "claim" and holder != "actor" else "stance"


def _actors(folder: Path) -> frozenset[str] | None:
    rows = read_split(folder, "actor_registry").rows
    return frozenset(row["actor_id"] for row in rows) if rows else None


def _models(folder: Path) -> frozenset[str]:
    """Return the annotators that are language models; they write keys too."""
    table = read_split(folder, "annotator")
    return frozenset(
        row["annotator_id"]
        for row in table.rows
        if table.names["kind"][row["kind"]] == LANGUAGE_MODEL
    )


# predictions


def read_predictions(predictions: Any) -> list[Row]:
    """Return the rows of predictions, in order.

    Class numbers that come with names of their own are replaced by these names.

    Args:
        predictions: Rows, a `datasets.Dataset`, a dataframe, or a path to .jsonl, .json
            or .parquet.

    Raises:
        PredictionError: If they cannot be read, or if a file has no rows.
        FileNotFoundError: If there is no such file.
    """
    names: dict[str, list[str]] = {}
    if isinstance(predictions, str | Path):
        rows, names = _file(Path(predictions))
        if not rows:
            raise PredictionError(f"{predictions} contains no predictions")
    else:
        rows = _listed(predictions)
        if hasattr(predictions, "features"):
            names = Table([], predictions.features.to_dict()).names
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PredictionError(
                f"row {number}: a row must have named columns, not {short(row)}"
            )
    return [_with_names(_plain(row), names) for row in rows]


def _listed(predictions: Any) -> list[Any]:
    """Return the rows of a list, a Dataset or a dataframe, which iterates over columns."""
    if hasattr(predictions, "to_pylist"):  # pyarrow
        return list(predictions.to_pylist())
    if hasattr(predictions, "to_dicts"):  # polars
        return list(predictions.to_dicts())
    if hasattr(predictions, "iterrows"):  # pandas
        return list(predictions.to_dict("records"))
    if isinstance(predictions, Mapping) or not isinstance(predictions, Iterable):
        kind = type(predictions).__name__
        raise PredictionError(
            f"predictions must be a list of rows, a Dataset or a path, not a {kind}"
        )
    return list(predictions)


_MISSING = frozenset(["NAType", "NaTType"])
"""Types of a missing value in pandas."""


def _plain(value: Any) -> Any:
    """Return a value without what dataframes add: NaN, 4.0 for 4, arrays and scalars."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return (
            None if math.isnan(value) else int(value) if value.is_integer() else value
        )
    if hasattr(value, "tolist"):  # numpy
        return _plain(value.tolist())
    return None if type(value).__name__ in _MISSING else value


def _file(path: Path) -> tuple[list[Any], dict[str, list[str]]]:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix == ".parquet":
        import pyarrow as pa

        try:
            table = _parquet([path])
        except pa.ArrowException:
            raise PredictionError(f"{path} is not a Parquet file") from None
        return table.rows, table.names
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


def _with_names(row: Row, names: Mapping[str, Sequence[str]]) -> Row:
    found = dict(row)
    for name, known in names.items():
        number = row.get(name)
        if type(number) is int and 0 <= number < len(known):  # true is not 1
            found[name] = known[number]
    return found


def short(value: object) -> str:
    """Return a value in at most one line."""
    shown = repr(value).replace("\n", " ")
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + " ..."
