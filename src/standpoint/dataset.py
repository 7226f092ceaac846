"""A built dataset in the hands of a researcher: load it, and bring its texts back.

Only the dataset and a copy of the texts are needed, no checkout. Nothing is fetched.
An exact copy is found by its SHA-256. In a copy that drifted, unchanged paragraphs say
where to look and the digest of each span proves or refuses the place; words that
cannot be proved stay null, and are counted.
"""

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from standpoint import text as texts
from standpoint.tables import CONFIGS, Row
from standpoint.text import TextStore

TEXT_CONFIGS = ("claim", "actor", "source_type", "segment", "document")
"""Configs with a column `text`."""


class Restored(NamedTuple):
    """What became of the text of one document.

    Attributes:
        document_id: The document.
        status: `released`, `exact`, `repaired`, `different` or `missing`.
        n_spans: Spans of mentions, claims and sources.
        n_proved: Spans whose words were proved.
        text: The raw text where it is exact, else None.
    """

    document_id: str
    status: str
    n_spans: int
    n_proved: int
    text: str | None


def load(
    path: str | Path,
    config: str = CONFIGS[0].name,
    *,
    split: str | None = None,
    texts: str | Path | Sequence[str | Path] = (),
) -> Any:
    """Load a config of a built dataset, with the words of your own copies of the texts.

    Args:
        path: Folder of the dataset.
        config: Name of a config, as `claim` or `segment`.
        split: Name of a split; None for all, as a `DatasetDict`.
        texts: Folder or folders with texts, under any names.

    Returns:
        A `datasets.Dataset`, or a `DatasetDict` where `split` is None. The column `text`
        is null where the words are not at hand or could not be proved; a warning counts
        such rows.

    Raises:
        FileNotFoundError: If a folder is not there.
        ValueError: If there is no such config or split.
    """
    import datasets

    if not (Path(path) / "README.md").is_file():
        raise FileNotFoundError(f"{path} is no built dataset")
    loaded = datasets.load_dataset(str(path), config, split=split)
    folders = [texts] if isinstance(texts, str | Path) else list(texts)
    if not folders or config not in TEXT_CONFIGS:
        return loaded
    library = Library(Path(path), existing(folders))

    def fill(row: Row) -> Row:
        return {"text": library.words(config, row)}

    first = loaded if split is not None else next(iter(loaded.values()))
    # Kept in memory: withheld words do not belong into a cache that nobody looks at.
    filled = loaded.map(
        fill, features=first.features, keep_in_memory=True, desc="texts"
    )
    _count_missing(filled if split is None else {split: filled})
    return filled


def _count_missing(splits: Any) -> None:
    """Warn of rows whose words are not there."""
    for name, rows in splits.items():
        n_missing = sum(text is None for text in rows["text"])
        if n_missing:
            message = f"{name}: {n_missing} of {len(rows)} rows have no words"
            warnings.warn(message, stacklevel=3)


def existing(folders: Iterable[str | Path]) -> list[Path]:
    """Return folders as paths.

    Raises:
        FileNotFoundError: If one of them is not there.
    """
    found = [Path(folder) for folder in folders]
    for folder in found:
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}")
    return found


class Library:
    """The texts of a built dataset, as far as they are at hand.

    Args:
        path: Folder of the dataset.
        folders: Folders with texts.
    """

    def __init__(self, path: Path, folders: Sequence[Path]) -> None:
        """Read the documents of the dataset and look for their texts."""
        self._path = path
        store = TextStore(folders)
        self._copies = {
            row["document_id"]: _copy(row, store) for row in table(path, "document")
        }

    def words(self, config: str, row: Row) -> Any:
        """Return the value of `text` of a row, or None where it cannot be proved."""
        if row["text"] is not None:
            return row["text"]
        copy = self._copies[row["document_id"]]
        if config == "document":
            return copy.text
        if config == "segment":
            start, end = row["start"], row["end"]
            return copy.text[start:end] if copy.text is not None else None
        if config == "claim":
            found = [copy.words(span) for span in row["spans"]]
            return None if None in found else found
        return copy.words(row["span"]) if row["span"] else None

    def restored(self) -> list[Restored]:
        """Say what became of the text of each document."""
        counts: dict[str, Counter[bool]] = {name: Counter() for name in self._copies}
        for config in ("claim", "actor", "source_type"):
            for row in table(self._path, config):
                spans = row["spans"] if config == "claim" else [row["span"]]
                copy = self._copies[row["document_id"]]
                for span in spans:
                    if span is not None:
                        proved = copy.words(span) is not None
                        counts[row["document_id"]][proved] += 1
        return [
            Restored(
                name,
                copy.status(counts[name][True], counts[name].total()),
                counts[name].total(),
                counts[name][True],
                copy.text,
            )
            for name, copy in self._copies.items()
        ]


def table(path: Path, config: str) -> Iterator[Row]:
    """Yield the rows of every split of a config of a built dataset."""
    import pyarrow.parquet as pq

    for file in sorted((path / "data" / config).glob("*.parquet")):
        for batch in pq.ParquetFile(file).iter_batches():
            yield from batch.to_pylist()


class _Copy:
    """The text of a document as far as it is at hand.

    Attributes:
        text: The raw text where it is exact, else None.
    """

    def __init__(
        self,
        sha256: str,
        *,
        text: str | None = None,
        drifted: str | None = None,
        paragraphs: Sequence[Row] = (),
        released: bool = False,
    ) -> None:
        self.text = text
        self._sha256 = sha256
        self._drifted = drifted
        self._released = released
        self._refused: set[str] = set()
        self._paragraphs = paragraphs
        self._places = _places(drifted) if drifted is not None else {}

    def status(self, n_proved: int, n_spans: int) -> str:
        """Return the status, given how many spans of how many were proved."""
        if self._released:
            return "released"
        if self.text is not None:
            return "exact"
        if self._drifted is None:
            return "missing"
        return "repaired" if n_proved or not n_spans else "different"

    def words(self, span: Row) -> str | None:
        """Return the words of a span, proved by its digest, or None."""
        start, end = span["start"], span["end"]
        if self.text is not None:
            return self._proved(self.text[start:end], span)
        if self._drifted is None:
            return None
        for place in self._guesses(start):
            found = self._proved(self._drifted[place : place + end - start], span)
            if found is not None:
                return found
        return self._slide(span)

    def _proved(self, words: str, span: Row) -> str | None:
        digest = texts.span_digest(self._sha256, span["start"], span["end"], words)
        return words if digest == span["digest"] else None

    def _guesses(self, start: int) -> Iterator[int]:
        """Yield where a span begins if its paragraph did not change."""
        for line in self._paragraphs:
            if line["start"] <= start < line["end"]:
                for place in self._places.get(line["sha256"], ()):
                    yield place + start - line["start"]

    def _slide(self, span: Row) -> str | None:
        """Try every place of the copy; words that fit are the words, wherever."""
        if span["digest"] in self._refused:
            return None
        text, length = self._drifted or "", span["end"] - span["start"]
        for place in range(len(text) - length + 1):
            found = self._proved(text[place : place + length], span)
            if found is not None:
                return found
        self._refused.add(span["digest"])
        return None


def _places(text: str) -> dict[str, list[int]]:
    """Return paragraph hash to the places where such a line starts."""
    found: dict[str, list[int]] = {}
    for start, end in texts.lines(text, 0, len(text)):
        found.setdefault(texts.paragraph_hash(text[start:end]), []).append(start)
    return found


def _copy(row: Row, store: TextStore) -> _Copy:
    if row["text"] is not None:
        return _Copy(row["text_sha256"], text=row["text"], released=True)
    exact = store.get(row["text_sha256"])
    if exact is not None:
        return _Copy(row["text_sha256"], text=exact)
    near = store.nearest((line["sha256"] for line in row["paragraphs"]), share=0.0)
    drifted = near[0].read_bytes().decode("utf-8") if near else None
    return _Copy(row["text_sha256"], drifted=drifted, paragraphs=row["paragraphs"])
