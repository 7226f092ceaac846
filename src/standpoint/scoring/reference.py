"""The resolved rows of a built dataset that predictions are scored against."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from standpoint.scoring.task import TASKS, Place
from standpoint.tables import Row

LAYERS = ("actor", "claim", "stance", "panel")
POPULATION = "judged_by"
MODEL = "language_model"


class Looked(NamedTuple):
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
    """What predictions are scored against.

    Attributes:
        config: Config of the rows.
        split: Split of the rows.
        rows: Resolved rows, with class numbers.
        names: Label column to its class names.
        segments: The segments of the split.
        is_complete: Whether `segments` holds them all.
        judges: Population to the number of rows it judged.
        is_circular: Whether language models made any of the labels.
    """

    config: str
    split: str
    rows: list[Row]
    names: dict[str, list[str]]
    segments: dict[Place, Looked]
    is_complete: bool
    judges: dict[str, int]
    is_circular: bool


def read(dataset: Any, config: str, split: str, segments: Any = None) -> Reference:
    """Read one split of one config.

    Args:
        dataset: Folder of a built dataset, or a `datasets.Dataset` or `DatasetDict`
            of that config.
        config: A config of `TASKS`.
        split: Name of a split.
        segments: With a `Dataset`: that of the config `segment`, if at hand.

    Raises:
        ValueError: If there is no such config or split.
        FileNotFoundError: If there is no such folder.
    """
    if config not in TASKS:
        raise ValueError(
            f"config {config!r} cannot be scored; use one of {', '.join(TASKS)}"
        )
    models: set[str] = set()
    if isinstance(dataset, str | Path):
        folder = Path(dataset)
        if not (folder / "data").is_dir():
            raise FileNotFoundError(f"{dataset} is no built dataset")
        rows, names = _parquet(folder, config, split)
        found = _segments(_parquet(folder, "segment", split)[0])
        models = _models(folder)
    else:
        rows, names = _loaded(dataset, split)
        known = None if segments is None else _loaded(segments, split)[0]
        found = _guessed(rows, names, config) if known is None else _segments(known)
    if TASKS[config].labels[0] not in names or "exists" not in (rows or [names])[0]:
        if rows:
            raise ValueError(f"these are no rows of the config {config!r}")
        raise ValueError(f"the config {config!r} has no rows in the split {split!r}")
    judges = Counter(names[POPULATION][row[POPULATION]] for row in rows)
    by_model = any(row["taken_from"] in models for row in rows)
    return Reference(
        config=config,
        split=split,
        rows=rows,
        names=names,
        segments=found,
        is_complete=isinstance(dataset, str | Path) or segments is not None,
        judges=dict(sorted(judges.items())),
        is_circular=MODEL in judges or by_model,
    )


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


def class_names(schema: Any) -> dict[str, list[str]]:
    """Return label column to class names, from the metadata of an Arrow schema."""
    import msgspec

    info = (schema.metadata or {}).get(b"huggingface")
    features = msgspec.json.decode(info)["info"]["features"] if info else {}
    return {
        name: list(feature["names"])
        for name, feature in features.items()
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
    }


def feature_names(features: Any) -> dict[str, list[str]]:
    """Return label column to class names, from the features of a `Dataset`."""
    return {
        name: list(feature.names)
        for name, feature in features.items()
        if hasattr(feature, "names") and hasattr(feature, "int2str")
    }


def _parquet(
    folder: Path, config: str, split: str
) -> tuple[list[Row], dict[str, list[str]]]:
    import pyarrow.parquet as pq

    files = sorted((folder / "data" / config).glob("*.parquet"))
    wanted = [file for file in files if file.name.startswith(f"{split}-")]
    if not wanted:
        known = ", ".join(sorted({file.name.split("-")[0] for file in files})) or "none"
        raise ValueError(f"{config} has no split {split!r}; there are {known}")
    rows = [row for file in wanted for row in pq.read_table(file).to_pylist()]
    return rows, class_names(pq.read_schema(wanted[0]))


def _loaded(dataset: Any, split: str) -> tuple[list[Row], dict[str, list[str]]]:
    if isinstance(dataset, dict):  # a DatasetDict is one
        if split not in dataset:
            known = ", ".join(sorted(dataset))
            raise ValueError(f"the dataset has no split {split!r}; there are {known}")
        dataset = dataset[split]
    if not hasattr(dataset, "features"):
        kind = type(dataset).__name__
        raise ValueError(f"a {kind} is no built dataset and no datasets.Dataset")
    rows = [row for row in dataset if row.get("split", split) == split]
    return rows, feature_names(dataset.features)


def _segments(rows: Iterable[Row]) -> dict[Place, Looked]:
    return {
        (row["document_id"], row["segment_id"]): Looked(
            row["start"],
            row["end"],
            frozenset(layer for layer in LAYERS if row["annotators"][layer]),
        )
        for row in rows
    }


def _guessed(
    rows: Iterable[Row], names: dict[str, list[str]], config: str
) -> dict[Place, Looked]:
    """Tell from the rows who looked where: whether an item exists was decided there."""
    layers: dict[Place, set[str]] = {}
    for row in rows:
        place = row["document_id"], row["segment_id"]
        held = layers.setdefault(place, set())
        if row["exists"] is not None:
            kinds = [
                names[name][row[name]] if name in row else ""
                for name in ("target_kind", "holder_kind")
            ]
            held.add(layer_of(config, *kinds))
    return {place: Looked(0, None, frozenset(found)) for place, found in layers.items()}


def _models(folder: Path) -> set[str]:
    """Return the annotators that are language models; keys are written by them too."""
    from standpoint.dataset import table

    file = next((folder / "data" / "annotator").glob("*.parquet"), None)
    if file is None:
        return set()
    import pyarrow.parquet as pq

    kinds = class_names(pq.read_schema(file))["kind"]
    return {
        row["annotator_id"]
        for row in table(folder, "annotator")
        if kinds[row["kind"]] == MODEL
    }
