"""Text and JSON that come from outside: exports, mappings, predictions, copies of texts.

Other programs write byte order marks, UTF-16, NaN and halves of characters. Every
command that reads a file which is not one of our records reads it here, so that each of
these is handled and reported in one way.
"""

import codecs
import json
from pathlib import Path
from typing import Any, NoReturn

import msgspec

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does: looked for first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class OutsideError(ValueError):
    """A file from outside cannot be read; the message says in one line what to do."""


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        OutsideError: If it is missing, not a regular file, or not readable.
    """
    try:
        if not path.is_file():  # a pipe or a device would block or never end
            problem = "is not a regular file" if path.exists() else "does not exist"
            raise OutsideError(f"{path.name}: the file {problem}")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise OutsideError(f"{path.name}: cannot be read: {reason}") from None


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8, or UTF-16 and UTF-32 that begin with a byte order mark.

    Args:
        data: Content of the file.
        name: Name of the file, for the message.

    Returns:
        The text without its byte order mark. Line ends stay as they are.

    Raises:
        OutsideError: If the text is in another encoding.
    """
    encoding = next((e for mark, e in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        hint = "UTF-16" if data[1:2] == b"\0" or data[:1] == b"\0" else "Windows-1252"
        raise OutsideError(
            f"{name}: not {encoding.removesuffix('-sig').upper()} (byte"
            f" {error.start + 1:,} cannot be decoded; the file may be {hint}):"
            " save it as UTF-8"
        ) from None


def read_text(path: Path) -> str:
    """Return a text file without its byte order mark; see `read_bytes` and `decode`."""
    return decode(read_bytes(path), path.name)


def read_json(path: Path, *, nan_as_null: bool = False) -> Any:
    """Return what a JSON file holds; see `parse`."""
    return parse(read_text(path), path.name, nan_as_null=nan_as_null)


def parse(source: str, name: str, *, nan_as_null: bool = False) -> Any:
    r"""Parse JSON from outside.

    Args:
        source: The text.
        name: Name of the file, with the line where one was cut out, for the message.
        nan_as_null: Whether NaN stands for a missing value, as dataframes write it.

    Returns:
        Plain data. Strings may hold half a surrogate pair (`"\ud83d"`): whoever looks
        at them says so of the one place, and the rest of the file is not lost.

    Raises:
        OutsideError: If it is not JSON; JSON lines in place of one value are named.
    """
    try:
        return msgspec.json.decode(source)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pass  # halves of characters and NaN are read below, the fault is named there

    def constant(word: str) -> None:
        if not (nan_as_null and word == "NaN"):
            raise OutsideError(
                f"{name}: contains {word}, which is not JSON: write null instead"
            )

    try:
        return json.loads(source, parse_constant=constant)
    except RecursionError:
        raise OutsideError(f"{name}: nested too deeply to be read") from None
    except json.JSONDecodeError as error:
        _refuse(source, name, error)


def _refuse(source: str, name: str, error: json.JSONDecodeError) -> NoReturn:
    if not source.strip():
        raise OutsideError(f"{name}: the file is empty") from None
    if error.msg == "Extra data" and _are_lines(source):
        raise OutsideError(
            f"{name}: JSON lines (one value per line), but one JSON value is needed"
        ) from None
    raise OutsideError(
        f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}"
    ) from None


def _are_lines(source: str) -> bool:
    """Tell whether the first two lines that are not blank hold a JSON value each."""
    lines = [line for line in source.splitlines() if line.strip()][:2]
    try:
        return len(lines) > 1 and all(json.loads(line) is not None for line in lines)
    except json.JSONDecodeError:
        return False
