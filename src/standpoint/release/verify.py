"""Read a built dataset the way a user does, and compare it with what was built."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from standpoint.records.schema import Schemas, SchemaStop
from standpoint.records.vocabulary import WITHHELD
from standpoint.release import dataset
from standpoint.release.card import split
from standpoint.release.dataset import TEXT_CONFIGS, one_line, plain, table
from standpoint.release.parquet import Digest, joined
from standpoint.tables import CONFIGS
from standpoint.tables.column import arrow_type

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc]
    """Refuses a key that occurs twice; plain YAML would keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError(f"a key occurs twice: {sorted(map(str, keys))}")
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def verify(folder: Path) -> list[str]:
    """Verify a built dataset, offline.

    Returns:
        What is wrong, in sentences; empty if everything loads as it was built.

    Raises:
        DatasetError: If the folder is not a built dataset.
    """
    card = dataset.built(folder) / "README.md"
    problems, stated = list(_sums(folder)), dataset.read_sums(folder)
    try:
        front = yaml.load(split(card.read_text("utf-8"))[0], _StrictLoader)
    except (yaml.YAMLError, TypeError, ValueError) as error:
        return [*problems, f"The card cannot be read: {one_line(error)}."]
    if not _is_front_matter(front):
        return [*problems, "The card has no front matter that load_dataset could use."]
    problems += _front_matter(folder, front)
    problems += _words(folder, front)
    # The environment counts when `datasets` is imported, not later.
    os.environ |= {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
    with (
        plain(folder) as readable,
        tempfile.TemporaryDirectory(prefix="standpoint-") as cache,
    ):
        for config in front["configs"]:
            entries = config.get("data_files")
            if isinstance(entries, list) and any(
                _is_missing(readable, entry, stated) for entry in entries
            ):
                continue  # the sums say so already
            try:
                problems += _config(readable, config, front, cache)
            except _UNFIT as error:
                problems.append(
                    f"{config.get('config_name')}: card and data do not match:"
                    f" {type(error).__name__} {one_line(error)}."
                )
    return problems


_UNFIT = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    StopIteration,
    SchemaStop,
    OSError,
    RuntimeError,
    msgspec.MsgspecError,
)
"""What reading raises if card, schema and data do not match."""


def _words(folder: Path, front: dict[str, Any]) -> Iterator[str]:
    """Find words of withheld texts in an edition that is not marked private."""
    if front.get("private"):
        return
    try:
        yield from _public_words(folder)
    except _UNFIT as error:
        yield f"The texts cannot be checked: {one_line(error)}."


def _public_words(folder: Path) -> Iterator[str]:
    release = Schemas(folder / "schema").inventories["text_release"].names
    withheld = {
        row["document_id"]
        for row in table(folder, "document")
        if release[row["text_release"]] == WITHHELD
    }
    for config in TEXT_CONFIGS:
        if any(
            row["text"] is not None and row["document_id"] in withheld
            for row in table(folder, config)
        ):
            yield f"{config} contains words of withheld texts, but is not marked as private."


def _is_missing(folder: Path, entry: Any, stated: dict[str, str]) -> bool:
    path = str(entry.get("path", "")) if isinstance(entry, dict) else ""
    return path in stated and not (folder / path).is_file()


def _is_front_matter(front: Any) -> bool:
    """Tell whether the front matter has the lists that everything else goes by."""
    if not isinstance(front, dict):
        return False
    lists = (front.get("configs"), front.get("dataset_info"))
    return all(
        isinstance(entries, list)
        and all(isinstance(e, dict) and "config_name" in e for e in entries)
        for entries in lists
    )


def _sums(folder: Path) -> Iterator[str]:
    stated, found = dataset.read_sums(folder), dataset.sums(folder)
    if not stated:
        yield "There is no SHA256SUMS."
        return
    for name in sorted(stated.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing."
        elif name not in stated:
            yield f"{name} is not in SHA256SUMS."
        elif stated[name] != found[name]:
            yield f"{name} was changed after the build."


def _front_matter(folder: Path, front: dict[str, Any]) -> Iterator[str]:
    names = [config["config_name"] for config in front["configs"]]
    have = {path.name for path in (folder / "data").iterdir()}
    if names != [config.name for config in CONFIGS if config.name in have]:
        yield f"The card lists the configs {names}, but data/ has {sorted(have)}."
    default = CONFIGS[0].name
    marked = [c["config_name"] for c in front["configs"] if c.get("default")]
    if marked != [name for name in names if name == default]:
        yield f"The card does not mark {default!r} as its only default config."
    if (folder / ".huggingface.yaml").exists():
        yield "A file .huggingface.yaml would override the card."


def _config(
    folder: Path, config: dict[str, Any], front: dict[str, Any], cache: str
) -> Iterator[str]:
    import datasets

    datasets.disable_progress_bars()
    name = config["config_name"]
    try:
        # What load_dataset does; one builder for both ways, as each reads the whole card.
        builder = datasets.load_dataset_builder(str(folder), name, cache_dir=cache)
        builder.download_and_prepare()
        loaded, stream = builder.as_dataset(), builder.as_streaming_dataset()
    except Exception as error:  # noqa: BLE001 - whatever a user would see, we report
        yield f"{name} does not load: {type(error).__name__}: {one_line(error.__cause__ or error)}"
        return
    wanted = [entry["split"] for entry in config["data_files"]]
    if list(loaded) != wanted or list(stream) != wanted:
        yield f"{name} loads with the splits {list(loaded)}, not {wanted}."
        return
    info = next(i for i in front["dataset_info"] if i["config_name"] == name)
    stated = {split["name"]: split["num_examples"] for split in info["splits"]}
    for entry in config["data_files"]:
        split = entry["split"]
        where = f"{name}, {split}"
        for problem in _split(
            folder, config, entry["path"], loaded[split], stream[split], stated[split]
        ):
            yield f"{where}: {problem}"


def _split(
    folder: Path,
    config: dict[str, Any],
    path: str,
    rows: Any,
    stream: Any,
    n_stated: int,
) -> Iterator[str]:
    """Compare the rows of a split, read in three ways, and what the card says of it."""
    import pyarrow.parquet as pq

    files = [folder / name for name in dataset.matching(folder, path)]
    built = [pq.ParquetFile(file) for file in files]
    counts = [file.metadata.num_rows for file in built]
    if str(rows.version) != config["version"]:
        yield f"version {rows.version} was loaded instead of {config['version']}."
    if not sum(counts) == len(rows) == n_stated:
        yield (
            f"{len(rows)} rows are loaded, {sum(counts)} were built, the card says"
            f" {n_stated}."
        )
    ways = (
        (table for file in built for table in _batches(file)),
        rows.with_format("arrow").iter(BATCH),
        stream.with_format("arrow").iter(BATCH),
    )
    digests = {_digest(tables, counts) for tables in ways}
    if len(digests) != 1 or digests.pop()[:16] not in config["description"]:
        yield "the loaded rows differ from those that were built (an outdated cache?)."
    for file in built:
        features = _features_of(file.schema_arrow)
        if any(_plain(f.features.to_dict()) != features for f in (rows, stream)):
            yield "card and Parquet differ in types or label names."
    for column, names in _classes(folder, config["config_name"]).items():
        if rows.features[column].names != names:
            yield f"the labels of {column} differ from those in the schema."


BATCH = 5_000
"""Rows that are read at once."""


def _batches(file: Any) -> Iterator[Any]:
    """Yield the rows of a Parquet file as tables."""
    import pyarrow as pa

    for batch in file.iter_batches(BATCH):
        yield pa.Table.from_batches([batch])


def _digest(tables: Iterable[Any], counts: list[int]) -> str:
    """Return the digest of rows, as it is stated of files with so many rows each."""
    digests = [Digest() for _ in counts]
    number, n_left = 0, [*counts, 0]
    for batch in tables:
        start = 0
        while start < len(batch) and number < len(counts):
            n_rows = min(n_left[number], len(batch) - start)
            digests[number].update(batch.slice(start, n_rows))
            start += n_rows
            n_left[number] -= n_rows
            number += n_left[number] == 0
    return joined([digest.hexdigest() for digest in digests])


def _features_of(schema: Any) -> Any:
    """Return the features that an Arrow schema names, if its types are theirs; or None."""
    info = msgspec.json.decode((schema.metadata or {}).get(b"huggingface", b"null"))
    features = _plain(info["info"]["features"]) if info else {}
    types = {field.name: field.type for field in schema}
    return (
        features if types == {n: arrow_type(f) for n, f in features.items()} else None
    )


def _plain(feature: Any) -> Any:
    """Return a feature in our own form; before version 4, `datasets` wrote lists otherwise."""
    if isinstance(feature, list):
        return {"feature": _plain(feature[0]), "_type": "List"}
    match feature.get("_type"):
        case "Value":
            return {"dtype": feature["dtype"], "_type": "Value"}
        case "ClassLabel":
            return {"names": list(feature["names"]), "_type": "ClassLabel"}
        case "List" | "Sequence":
            return {"feature": _plain(feature["feature"]), "_type": "List"}
    return {name: _plain(inner) for name, inner in feature.items()}


def _classes(folder: Path, name: str) -> dict[str, list[str]]:
    """Return label column to its names, as the schema in the dataset defines them."""
    config = next(config for config in CONFIGS if config.name == name)
    columns = config.columns(Schemas(folder / "schema").inventories)
    return {
        column.name: column.feature["names"]
        for column in columns
        if column.feature.get("_type") == "ClassLabel"
    }
