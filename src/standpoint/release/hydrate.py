"""Turn a public dataset and a copy of the texts into the full, private one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from standpoint.records import engine
from standpoint.records.schema import Schemas, SchemaStop
from standpoint.records.vocabulary import Inventories
from standpoint.release import card, dataset
from standpoint.release.dataset import (
    TEXT_CONFIGS,
    DatasetError,
    one_line,
    opened,
    sources,
    table,
)
from standpoint.release.parquet import PartWriter, Written
from standpoint.release.text_copies import Hydrated, Library, Loss, Step
from standpoint.tables import CONFIGS
from standpoint.tables.column import arrow_schema

_SPLIT = re.compile(r"\w+(\.\w+)*")


def hydrate(
    path: str | Path,
    texts: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
    *,
    revision: str | None = None,
    step: Step = lambda _what, _done, _all: None,
) -> Hydrated:
    """Write a public dataset again with the words of your own copies of the texts.

    Nothing is dropped: rows whose words could not be proved stay, with null.

    Args:
        path: Folder of the public dataset, or its id on the Hugging Face Hub (owner/name).
        texts: Folders or files with texts, under any names.
        out: Folder to write; None reports only.
        revision: Branch, tag or commit of a dataset on the Hub.
        step: Called with the name of a step, how much of it is done and of how much.

    Returns:
        What became of each text, and how the loss shifts the data. It holds no words.

    Raises:
        FileNotFoundError: If the dataset, a folder or a file does not exist.
        FileExistsError: If `out` holds something else, or overlaps another folder.
        DatasetError: If it is not a built dataset, or not as it was built; a `ValueError`.
    """
    source = opened(path, revision)
    places = sources([texts] if isinstance(texts, str | Path) else texts)
    if out is not None:
        for kept in (source, *places):
            if _overlap(kept.resolve(), Path(out).resolve()):
                raise FileExistsError(f"{out} overlaps {kept}: choose another folder")
    dataset.require_unchanged(source)
    parts = _parts(source)
    library = Library(source, places, step)
    report = library.report()
    if out is not None:
        with engine.staged(Path(out).resolve()) as folder:
            _write(source, parts, library, folder)
    losses = list(_losses(source, parts.inventories, library))
    return report._replace(losses=losses, folder=None if out is None else Path(out))


def _overlap(first: Path, second: Path) -> bool:
    return first.is_relative_to(second) or second.is_relative_to(first)


class _Parts(NamedTuple):
    """What the card of a dataset says about its tables.

    Attributes:
        inventories: The closed lists of labels.
        front: The front matter of the card.
        page: The page below it.
        files: Config to split to its file, relative to the dataset.
    """

    inventories: Inventories
    front: dict[str, Any]
    page: str
    files: dict[str, dict[str, list[str]]]


def _parts(source: Path) -> _Parts:
    """Read the card and the schema of a dataset, and check that its tables match them.

    The sums show that no file was changed, not that the files are good.
    """
    try:
        inventories = Schemas(source / "schema").inventories
    except (SchemaStop, OSError, LookupError, TypeError, msgspec.MsgspecError) as error:
        raise DatasetError(
            f"{source / 'schema'} cannot be read: {one_line(error)}"
        ) from None
    try:
        front, page = card.parted((source / "README.md").read_text("utf-8"))
        files = {
            entry["config_name"]: {
                part["split"]: dataset.matching(source, part["path"])
                for part in entry["data_files"]
            }
            for entry in front["configs"]
        }
        described = {info["config_name"] for info in front["dataset_info"]}
    except (LookupError, TypeError, ValueError, yaml.YAMLError) as error:
        raise DatasetError(
            f"the front matter of {source / 'README.md'} cannot be read: {one_line(error)}"
        ) from None
    for config, splits in files.items():
        if config not in described:
            raise DatasetError(f"the card does not describe the config {config!r}")
        for split, names in splits.items():
            for name in names:
                _look_at(source, inventories, (config, split, name))
    return _Parts(inventories, front, page, files)


def _look_at(
    source: Path, inventories: Inventories, part: tuple[str, str, str]
) -> None:
    """Refuse a table that the card names and that cannot be written anew."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    config, split, name = part
    columns = next((one.columns for one in CONFIGS if one.name == config), None)
    if columns is None:
        raise DatasetError(
            f"the card names the config {config!r}, which does not exist"
        )
    if not _SPLIT.fullmatch(str(split)):
        raise DatasetError(f"{split!r} in the card is not a valid name of a split")
    if name not in dataset.files(source) or not name.startswith(f"data/{config}/"):
        raise DatasetError(f"the card names the file {name!r}, which is not in data/")
    try:
        held = pq.read_schema(source / name)
    except (pa.ArrowException, OSError) as error:
        raise DatasetError(
            f"{name} cannot be read as Parquet: {one_line(error)}"
        ) from None
    if not held.equals(arrow_schema(columns(inventories))):
        raise DatasetError(
            f"the columns of {name} are not those of this version of Standpoint: use"
            " the version that built it"
        )


def _write(source: Path, parts: _Parts, library: Library, folder: Path) -> None:
    for name in dataset.files(source):
        if not name.startswith("data/") and name != "README.md":
            engine.write(folder / name, (source / name).read_bytes())
    front = parts.front
    for entry in front["configs"]:
        config = next(c for c in CONFIGS if c.name == entry["config_name"])
        info = next(i for i in front["dataset_info"] if i["config_name"] == config.name)
        written: dict[str, Written] = {}
        schema = arrow_schema(config.columns(parts.inventories))
        for split, names in parts.files[config.name].items():
            files = (_fill(source, folder, name, schema, library) for name in names)
            written[split] = Written.joined([done for done in files if done])
        entry["description"] = card.description(config.about, written)
        info |= card.sizes(written)
    text = card.joined(card.as_full(front), f"{card.FULL_NOTE}\n{parts.page}")
    engine.write(folder / "README.md", text.encode())
    dataset.write_sums(folder)


def _fill(
    source: Path, folder: Path, name: str, schema: Any, library: Library
) -> Written | None:
    """Write a file anew, with the words that the library has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer, config = PartWriter(folder / name, schema), name.split("/")[1]
    with pq.ParquetFile(source / name) as held:
        for batch in held.iter_batches():
            table = pa.Table.from_batches([batch]).cast(schema)
            if config in TEXT_CONFIGS:
                words = [library.words(config, row) for row in table.to_pylist()]
                place = schema.get_field_index("text")
                field = schema.field(place)
                table = table.set_column(place, field, pa.array(words, field.type))
            writer.add(table)
    return writer.close()


def _losses(source: Path, inventories: Inventories, library: Library) -> Iterator[Loss]:
    """Compare all claims with those whose words are there."""
    years = {
        (row["document_id"], row["segment_id"]): (row["published_earliest"] or "")[:4]
        for row in table(source, "segment")
    }
    invented = {
        row["document_id"] for row in table(source, "document") if row["fictional"]
    }
    names = inventories["claim_type"].names
    every: Counter[tuple[bool, str, str]] = Counter()
    there: Counter[tuple[bool, str, str]] = Counter()
    for row in table(source, "claim"):
        label, kind = row["claim_type"], row["document_id"] in invented
        year = years.get((row["document_id"], row["segment_id"]))
        values = [
            (kind, "outlet_id", row["outlet_id"] or "none"),
            (kind, "claim_type", "tie" if label is None else names[label]),
            (kind, "year", year or "unknown"),
        ]
        every.update(values)
        if library.words("claim", row) is not None:
            there.update(values)
    for (kind, column, value), n_all in sorted(every.items()):
        yield Loss(column, value, kind, n_all, there[kind, column, value])
