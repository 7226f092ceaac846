"""Write rows as Parquet, and say what was written."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from standpoint.tables import Row
from standpoint.tables.column import Column, arrow_schema

ROW_GROUP = 5_000

_ENCODER = msgspec.json.Encoder(order="sorted")


class Written(NamedTuple):
    """A written split of a config.

    Attributes:
        path: File, relative to the dataset.
        n_rows: Number of rows.
        n_bytes: Size of the rows in memory, in bytes.
        file_bytes: Size of the file.
        digest: SHA-256 over the rows, whatever the file format.
    """

    path: str
    n_rows: int
    n_bytes: int
    file_bytes: int
    digest: str


class RowDigest:
    """SHA-256 over rows: one line of JSON with sorted keys per row."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, rows: Iterable[Row]) -> None:
        """Add rows, in order."""
        for row in rows:
            self._hash.update(_ENCODER.encode(row) + b"\n")

    def hexdigest(self) -> str:
        """Return 64 hex digits."""
        return self._hash.hexdigest()


class SplitWriter:
    """Writes one split of one config, in row groups cut by row count.

    Args:
        folder: The dataset.
        config: Name of the config.
        split: Name of the split.
        columns: Columns of the config.
    """

    def __init__(
        self, folder: Path, config: str, split: str, columns: list[Column]
    ) -> None:
        self.path = f"data/{config}/{split}-00000-of-00001.parquet"
        self._file = folder / self.path
        self._schema = arrow_schema(columns)
        self._classes = {
            column.name: len(column.feature["names"])
            for column in columns
            if column.feature.get("_type") == "ClassLabel"
        }
        self._waiting: list[Row] = []
        self._writer: Any = None
        self._digest = RowDigest()
        self._n_rows = 0
        self._n_bytes = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows; full row groups are written at once."""
        for row in rows:
            self._waiting.append(row)
            if len(self._waiting) == ROW_GROUP:
                self._flush(self._waiting)
                self._waiting = []

    def close(self) -> Written:
        """Write what is left and close the file."""
        if self._waiting or self._writer is None:
            self._flush(self._waiting)
        self._writer.close()
        return Written(
            path=self.path,
            n_rows=self._n_rows,
            n_bytes=self._n_bytes,
            file_bytes=self._file.stat().st_size,
            digest=self._digest.hexdigest(),
        )

    def _flush(self, rows: list[Row]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        for name, n_classes in self._classes.items():
            if any(r[name] is not None and not 0 <= r[name] < n_classes for r in rows):
                raise ValueError(f"a class of {name} is out of range")
        table = pa.Table.from_pylist(rows, schema=self._schema)
        if self._writer is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self._file,
                self._schema,
                compression="zstd",
                compression_level=3,
                write_page_index=True,
                use_content_defined_chunking=True,
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)
        self._digest.update(rows)
        self._n_rows += table.num_rows
        self._n_bytes += table.nbytes
