"""Write tables as Parquet, and say what was written."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROW_GROUP = 5_000


class Written(NamedTuple):
    """Rows of a split of a config, in one or several files.

    Attributes:
        n_files: Number of files.
        n_rows: Number of rows.
        n_bytes: Size of the values, with a byte for whether each is null and four for the
            length of each list and text.
        file_bytes: Size of the files.
        digest: SHA-256 over the values, whatever the file format; of several files, over
            their digests.
    """

    n_files: int
    n_rows: int
    n_bytes: int
    file_bytes: int
    digest: str

    @classmethod
    def joined(cls, parts: "Sequence[Written]") -> "Written":
        """Return several parts of a split as one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            len(parts),
            sum(part.n_rows for part in parts),
            sum(part.n_bytes for part in parts),
            sum(part.file_bytes for part in parts),
            joined([part.digest for part in parts]),
        )


def joined(digests: Sequence[str]) -> str:
    """Return the digest of rows in several files, given those of the files in order."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


class Digest:
    """SHA-256 over the values of tables, row after row, however they are cut into chunks.

    Every column, and every field of a structure, is hashed for itself: which values are
    null, lengths of lists and texts, values.

    Attributes:
        n_bytes: Size of everything that was hashed.
    """

    def __init__(self) -> None:
        """Begin without rows."""
        self.n_bytes = 0
        self._leaves: dict[str, Any] = {}

    def update(self, table: Any) -> None:
        """Add the rows of a `pyarrow.Table`."""
        for name, column in zip(table.column_names, table.columns, strict=True):
            for chunk in column.chunks:
                self._add(name, chunk)

    def hexdigest(self) -> str:
        """Return 64 hex digits."""
        lines = [f"{name} {leaf.hexdigest()}" for name, leaf in self._leaves.items()]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def _add(self, path: str, array: Any) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self._hash(f"{path} valid", array.is_valid())
        if pa.types.is_struct(array.type):
            fields = [field.name for field in array.type]
            for name, inner in zip(fields, array.flatten(), strict=True):
                self._add(f"{path}/{name}", inner)
        elif pa.types.is_list(array.type):
            self._hash(f"{path} length", pc.list_value_length(array).fill_null(0))
            self._add(f"{path}/-", array.flatten())
        elif pa.types.is_string(array.type):
            self._hash(f"{path} length", pc.binary_length(array).fill_null(0))
            self._hash(path, array.drop_null())  # null ones may have bytes too
        else:
            zero = False if pa.types.is_boolean(array.type) else 0
            self._hash(path, array.fill_null(zero))

    def _hash(self, path: str, array: Any) -> None:
        """Hash the values of an array without nulls, or the texts of any."""
        import pyarrow as pa

        if pa.types.is_boolean(array.type):
            array = array.cast(pa.uint8())
        first, n = array.offset, len(array)
        *_, ends, data = array.buffers()
        if pa.types.is_string(array.type):
            offsets = memoryview(ends).cast("i")[first : first + n + 1]
            values = memoryview(data or b"")[offsets[0] : offsets[-1]] if n else b""
        else:
            width = array.type.bit_width // 8
            values = memoryview(data)[first * width : (first + n) * width]
        self._leaves.setdefault(path, hashlib.sha256()).update(values)
        self.n_bytes += len(values)


class PartWriter:
    """Writes tables into one file, in row groups cut by row count.

    Args:
        file: The file; its folder is made. None is written without rows.
        schema: The Arrow schema of all tables.
    """

    def __init__(self, file: Path, schema: Any) -> None:
        self.file = file
        self._schema = schema
        self._waiting: list[Any] = []
        self._writer: Any = None
        self._digest = Digest()
        self._n_rows = 0

    def add(self, table: Any) -> None:
        """Take a table; full row groups are written at once."""
        import pyarrow as pa

        self._waiting.append(table)
        if sum(one.num_rows for one in self._waiting) >= ROW_GROUP:
            joined = pa.concat_tables(self._waiting)
            n_full = joined.num_rows // ROW_GROUP * ROW_GROUP
            for start in range(0, n_full, ROW_GROUP):
                self._flush(joined.slice(start, ROW_GROUP))
            self._waiting = [joined.slice(n_full)]

    def close(self) -> Written | None:
        """Write what is left; return what was written, or None without rows."""
        import pyarrow as pa

        if any(table.num_rows for table in self._waiting):
            self._flush(pa.concat_tables(self._waiting))
        if self._writer is None:
            return None
        self._writer.close()
        size, digest = self.file.stat().st_size, self._digest.hexdigest()
        return Written(1, self._n_rows, self._digest.n_bytes, size, digest)

    def _flush(self, table: Any) -> None:
        import pyarrow.parquet as pq

        table = table.combine_chunks()
        if self._writer is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self.file,
                self._schema,
                compression="zstd",
                compression_level=3,
                write_page_index=True,
                use_content_defined_chunking=True,
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)
        self._digest.update(table)
        self._n_rows += table.num_rows
