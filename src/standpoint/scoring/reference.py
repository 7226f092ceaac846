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
        actors: Actors of the registry, or None where it is not at hand.
    """

    config: str
    split: str
    rows: list[Row]
    names: dict[str, list[str]]
    segments: dict[Place, Looked]
    is_complete: bool
    judges: dict[str, int]
    is_circular: bool
    actors: frozenset[str] | None


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
    if isinstance(dataset, str | Path):
        found = _built(Path(dataset), config, split)
    else:
        found = _in_memory(dataset, config, split, segments)
    if not found.rows:
        raise ValueError(f"the config {config!r} has no rows in the split {split!r}")
    if TASKS[config].labels[0] not in found.names or "exists" not in found.rows[0]:
        raise ValueError(f"these are no rows of the config {config!r}")
    judges = Counter(found.names[POPULATION][row[POPULATION]] for row in found.rows)
    by_model = any(row["taken_from"] in found.models for row in found.rows)
    return Reference(
        config=config,
        split=split,
        rows=found.rows,
        names=found.names,
        segments=found.segments,
        is_complete=found.is_complete,
        judges=dict(sorted(judges.items())),
        is_circular=MODEL in judges or by_model,
        actors=found.actors,
    )


class _Held(NamedTuple):
    """What a dataset holds of one split of a config; the names are as in `Reference`."""

    rows: list[Row]
    names: dict[str, list[str]]
    segments: dict[Place, Looked]
    is_complete: bool
    models: set[str]
    actors: frozenset[str] | None


def _built(folder: Path, config: str, split: str) -> _Held:
    if not (folder / "data").is_dir():
        raise FileNotFoundError(f"{folder} is no built dataset")
    rows, names = read_split(folder, config, split)
    segments = _segments(read_split(folder, "segment", split)[0])
    return _Held(rows, names, segments, True, _models(folder), _actors(folder))


def _in_memory(dataset: Any, config: str, split: str, segments: Any) -> _Held:
    rows, names = _loaded(dataset, split)
    if segments is None:
        return _Held(rows, names, _guessed(rows, names, config), False, set(), None)
    found = _segments(_loaded(segments, split)[0])
    return _Held(rows, names, found, True, set(), None)


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


def read_split(
    folder: Path, config: str, split: str
) -> tuple[list[Row], dict[str, list[str]]]:
    """Return the rows of one split of a built dataset, and label column to class names.

    Raises:
        ValueError: If the config has no such split.
    """
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


def _actors(folder: Path) -> frozenset[str] | None:
    from standpoint.release.dataset import table

    if not any((folder / "data" / "actor_registry").glob("*.parquet")):
        return None
    return frozenset(row["actor_id"] for row in table(folder, "actor_registry"))


def _models(folder: Path) -> set[str]:
    """Return the annotators that are language models; keys are written by them too."""
    from standpoint.release.dataset import table

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
