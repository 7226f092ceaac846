"""Turn a public dataset and a copy of the texts into the full, private one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from standpoint import engine
from standpoint.dataset import (
    TEXT_CONFIGS,
    Library,
    Restored,
    existing,
    table,
)
from standpoint.release import card, checksums
from standpoint.release.parquet import SplitWriter, Written
from standpoint.schema import Schemas
from standpoint.tables import CONFIGS, Row


class Loss(NamedTuple):
    """How often a value occurs among all claims and among those with words.

    Attributes:
        column: What is compared: outlet_id, claim_type or year.
        value: Its value.
        n_all: Claims with this value.
        n_words: Those of them whose words are there.
    """

    column: str
    value: str
    n_all: int
    n_words: int


class Hydrated(NamedTuple):
    """What `hydrate` did.

    Attributes:
        folder: The full dataset, or None where nothing was written.
        documents: What became of each text.
        losses: How what could not be restored shifts outlets, labels and years.
    """

    folder: Path | None
    documents: list[Restored]
    losses: list[Loss]


def hydrate(
    path: str | Path,
    texts: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
) -> Hydrated:
    """Write a public dataset anew with the words of your own copies of the texts.

    Nothing is dropped: rows whose words could not be proved stay, with null.

    Args:
        path: Folder of the public dataset.
        texts: Folder or folders with texts, under any names.
        out: Folder to write; None reports only.

    Returns:
        What became of each text, and how the loss shifts the data.

    Raises:
        FileNotFoundError: If a folder is not there.
        FileExistsError: If `out` holds something else, or overlaps another folder.
    """
    source = Path(path)
    if not (source / "README.md").is_file() or not (source / "data").is_dir():
        raise FileNotFoundError(f"{path} is no built dataset")
    folders = existing([texts] if isinstance(texts, str | Path) else texts)
    if out is not None:
        for kept in (source, *folders):
            if _overlap(kept.resolve(), Path(out).resolve()):
                raise FileExistsError(f"{out} overlaps {kept}: choose another folder")
    library = Library(source, folders)
    if out is not None:
        with engine.staged(Path(out).resolve()) as folder:
            _write(source, library, folder)
    return Hydrated(
        None if out is None else Path(out),
        library.restored(),
        list(_losses(source, library)),
    )


def _overlap(first: Path, second: Path) -> bool:
    return first.is_relative_to(second) or second.is_relative_to(first)


def _write(source: Path, library: Library, folder: Path) -> None:
    for name in checksums.files(source):
        if not name.startswith("data/") and name != "README.md":
            engine.write(folder / name, (source / name).read_bytes())
    inventories = Schemas(source / "schema").inventories
    front, page = card.parted((source / "README.md").read_text("utf-8"))
    for entry in front["configs"]:
        config = next(c for c in CONFIGS if c.name == entry["config_name"])
        info = next(i for i in front["dataset_info"] if i["config_name"] == config.name)
        written: dict[str, Written] = {}
        for split in entry["data_files"]:
            columns = config.columns(inventories)
            writer = SplitWriter(folder, config.name, split["split"], columns)
            writer.add(_filled(source / split["path"], config.name, library))
            written[split["split"]] = writer.close()
        entry["description"] = card.description(config.about, written)
        info |= card.sizes(written)
    text = card.joined(card.as_full(front), f"{card.FULL_NOTE}\n{page}")
    engine.write(folder / "README.md", text.encode())
    checksums.write(folder)


def _filled(file: Path, config: str, library: Library) -> Iterable[Row]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(file).iter_batches():
        for row in batch.to_pylist():
            if config in TEXT_CONFIGS:
                row["text"] = library.words(config, row)
            yield row


def _losses(source: Path, library: Library) -> Iterator[Loss]:
    """Compare all claims with those whose words are there."""
    years = {
        (row["document_id"], row["segment_id"]): (row["published_earliest"] or "")[:4]
        for row in table(source, "segment")
    }
    names = Schemas(source / "schema").inventories["claim_type"].names
    every: Counter[tuple[str, str]] = Counter()
    there: Counter[tuple[str, str]] = Counter()
    for row in table(source, "claim"):
        label = row["claim_type"]
        values = [
            ("outlet_id", row["outlet_id"] or "none"),
            ("claim_type", "tie" if label is None else names[label]),
            ("year", years[row["document_id"], row["segment_id"]] or "unknown"),
        ]
        every.update(values)
        if library.words("claim", row) is not None:
            there.update(values)
    for (column, value), n_all in sorted(every.items()):
        yield Loss(column, value, n_all, there[column, value])
