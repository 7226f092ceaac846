"""A built dataset as a folder: where it is, its rows, its checksums."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from standpoint.records.text import sha256
from standpoint.records.vocabulary import Inventory
from standpoint.tables import CONFIGS, Row
from standpoint.tables.column import arrow_type

TEXT_CONFIGS = ("claim", "actor", "source_type", "segment", "document")
"""Configs with a column `text`."""

SUMS = "SHA256SUMS"
"""File with the checksums of all others, in the form of `sha256sum`."""

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_ODD = re.compile(r"[\[\]$]|::")
"""What `load_dataset` does not take literally in the path of a folder."""


class DatasetError(ValueError):
    """A folder is not a built dataset, or not as it was built; the message says how."""


def one_line(error: BaseException) -> str:
    """Return a message in one line of bounded length; some libraries write pages."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def opened(path: str | Path, revision: str | None = None) -> Path:
    """Return the folder of a built dataset.

    Args:
        path: A folder, or the id of a dataset on the Hugging Face Hub (owner/name), which
            is downloaded into the cache of `huggingface_hub`.
        revision: Branch, tag or commit of a dataset on the Hub.

    Raises:
        FileNotFoundError: If there is no such folder or dataset.
        DatasetError: If the folder is not a built dataset.
        ValueError: If a revision of a folder is asked for.
    """
    folder = Path(path)
    if not folder.exists() and _HUB_ID.fullmatch(Path(path).as_posix()):
        folder = _downloaded(Path(path).as_posix(), revision)
    elif revision is not None:
        raise ValueError(f"{path} is a folder: only datasets on the Hub have revisions")
    if not folder.exists():
        raise FileNotFoundError(f"{path} does not exist")
    return built(folder)


def built(folder: Path) -> Path:
    """Return a folder that is a built dataset.

    Raises:
        DatasetError: If it is not.
    """
    if not (folder / "README.md").is_file() or not (folder / "data").is_dir():
        raise DatasetError(
            f"{folder} is not a built dataset: it lacks README.md or data/"
        )
    return folder


def _downloaded(name: str, revision: str | None) -> Path:
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError

    try:
        found = huggingface_hub.snapshot_download(
            name, repo_type="dataset", revision=revision
        )
    except (OSError, HFValidationError) as error:  # the Hub's own are OSErrors
        which = name if revision is None else f"{name} at revision {revision!r}"
        why = one_line(error)
        raise FileNotFoundError(
            f"there is no folder {name}, and the dataset {which} could not be"
            f" downloaded from the Hugging Face Hub: {why}"
        ) from None
    return Path(found)


def sources(places: Iterable[str | Path]) -> list[Path]:
    """Return folders and files with texts as paths.

    Raises:
        FileNotFoundError: If one of them does not exist.
    """
    found = [Path(place) for place in places]
    for place in found:
        if not place.is_dir() and not place.is_file():
            raise FileNotFoundError(f"{place} is not a folder or a file")
    return found


@contextmanager
def plain(folder: Path) -> Iterator[Path]:
    """Give a folder of the same name that `load_dataset` can read.

    It takes `[`, `]`, `::` and `$` in a path for patterns and variables. A dataset in
    such a folder is read from a copy, which is removed afterwards.
    """
    full = folder.resolve()
    if not _ODD.search(str(full)):
        yield full
        return
    with tempfile.TemporaryDirectory(prefix="standpoint-") as temporary:
        if _ODD.search(temporary):
            raise DatasetError(
                f"`datasets` cannot read a folder with '[', ']', '::' or '$' in its path:"
                f" move {full}, or set TMPDIR to a folder without them"
            )
        name = _ODD.sub("-", full.name)
        yield Path(shutil.copytree(full, Path(temporary).resolve() / name))


def data_file(config: str, split: str, number: int, n_files: int) -> str:
    """Return the name of a file with rows of a split."""
    return f"data/{config}/{split}-{number:05}-of-{n_files:05}.parquet"


def data_files(config: str, split: str, n_files: int) -> str:
    """Return the name of the only file of a split, or a pattern for all of them."""
    if n_files == 1:
        return data_file(config, split, 0, 1)
    return f"data/{config}/{split}-*-of-{n_files:05}.parquet"


def matching(folder: Path, pattern: str) -> list[str]:
    """Return the files that a path of the card names, sorted; a plain path is itself."""
    if "*" not in pattern:
        return [pattern]
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern))


def table(path: Path, config: str, columns: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows of every split of a config of a built dataset; see `parquet`."""
    for file in sorted((path / "data" / config).glob("*.parquet")):
        yield from parquet(file, config, columns)


def parquet(file: Path, config: str, columns: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows of one file of a config.

    Args:
        file: The file.
        config: The config.
        columns: Columns to read, as far as there are any; empty for all.

    Raises:
        DatasetError: If it cannot be read or lacks columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = f"data/{config}/{file.name}"
    try:
        with pq.ParquetFile(file) as opened_file:
            held = opened_file.schema_arrow
            for column, kind in _shape(config).items():
                if column not in held.names or held.field(column).type != kind:
                    raise DatasetError(f"{name} has no column {column!r} of {kind}")
            for batch in opened_file.iter_batches(columns=columns or None):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        why = one_line(error)
        raise DatasetError(f"{name} cannot be read as Parquet: {why}") from None


def _shape(config: str) -> dict[str, Any]:
    """Return column to Arrow type, of what must be there to work with the rows."""
    keys = {
        "document": ["text_sha256", "paragraphs", "fictional", "url", "archived_url"],
        "segment": ["segment_id", "start", "end", "published_earliest"],
        "claim": ["spans", "outlet_id", "claim_type", "segment_id"],
        "actor": ["span"],
        "source_type": ["span"],
    }
    wanted = {"document_id", "text", *keys[config]} if config in keys else ()
    columns = next(one.columns for one in CONFIGS if one.name == config)
    types = {c.name: arrow_type(c.feature) for c in columns(_Nameless())}
    return {name: types[name] for name in wanted}


class _Nameless(dict[str, Inventory]):
    """Lists of labels without labels: enough to tell the types of columns."""

    def __missing__(self, name: str) -> Inventory:
        return Inventory(title=name, description="", tier="", oneOf=())


def named(config: str) -> str:
    """Return the name of a config.

    Raises:
        ValueError: If there is none.
    """
    names = [one.name for one in CONFIGS]
    if config not in names:
        raise ValueError(f"there is no config {config!r}; there are {', '.join(names)}")
    return config


def files(folder: Path) -> list[str]:
    """Return every file below a folder but the sums, sorted, with forward slashes."""
    found = (path for path in folder.rglob("*") if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in found)
    return sorted(name for name in names if name != SUMS)


def sums(folder: Path) -> dict[str, str]:
    """Compute file to SHA-256."""
    return {name: sha256((folder / name).read_bytes()) for name in files(folder)}


def write_sums(folder: Path) -> None:
    """Write the sums of a folder."""
    lines = [f"{digest}  {name}\n" for name, digest in sums(folder).items()]
    (folder / SUMS).write_bytes("".join(lines).encode())


def read_sums(folder: Path) -> dict[str, str]:
    """Read file to SHA-256 from the sums; nothing where there are none."""
    path = folder / SUMS
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8", errors="replace").splitlines()
    pairs = (line.partition("  ") for line in lines)
    return {name: digest for digest, _, name in pairs}


def require_unchanged(folder: Path, below: Iterable[str] = ("",)) -> None:
    """Refuse a dataset that is not as it was built.

    Args:
        folder: The dataset.
        below: Beginnings of the paths to look at. Files that were added do not matter.

    Raises:
        DatasetError: If a file was changed or is missing, or there are no sums.
    """
    stated, beginnings = read_sums(folder), tuple(below)
    if not stated:
        raise DatasetError(f"{folder} is not a built dataset: it has no {SUMS}")
    problems = []
    for name in sorted(name for name in stated if name.startswith(beginnings)):
        if not (folder / name).is_file():
            problems.append(f"{name} is missing")
        elif sha256((folder / name).read_bytes()) != stated[name]:
            problems.append(f"{name} was changed")
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""  # noqa: PLR2004
        raise DatasetError(
            f"{folder} is not as it was built: {', '.join(problems[:3])}{more}"
            f" (compared with its {SUMS}); download or build it again"
        )
