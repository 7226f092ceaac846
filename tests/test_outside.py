"""What other programs write is read, or refused in one line that says what to do."""

import os
from pathlib import Path

import pytest

from standpoint.records import external
from standpoint.records.external import OutsideError


def put(folder: Path, data: bytes) -> Path:
    file = folder / "file.json"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_no_part_of_the_text(
    tmp_path: Path, encoding: str
) -> None:
    file = put(tmp_path, '{"a": "é\U0001f600\\r"}\r\n'.encode(encoding))
    assert external.read_json(file) == {"a": "é\U0001f600\r"}
    assert external.read_text(file) == '{"a": "é\U0001f600\\r"}\r\n'


def test_half_a_character_is_left_to_whoever_looks_at_it(tmp_path: Path) -> None:
    file = put(tmp_path, b'[{"text": "\\ud83d"}, {"text": "whole"}]')
    assert external.read_json(file) == [{"text": "\ud83d"}, {"text": "whole"}]


def test_nan_is_null_where_that_is_asked_for(tmp_path: Path) -> None:
    file = put(tmp_path, b'[1, NaN, "NaN"]')
    assert external.read_json(file, nan_as_null=True) == [1, None, "NaN"]
    with pytest.raises(OutsideError, match="contains NaN, which is not JSON"):
        external.read_json(file)
    with pytest.raises(OutsideError, match="contains -Infinity"):
        external.read_json(put(tmp_path, b"[-Infinity]"), nan_as_null=True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b'{"a": 1}\n{"a": 2}\n', "JSON lines"),
        (b'{"a": 1}\n}', r"file\.json:2:1: not JSON"),
        (b'{"a" 1}', r"file\.json:1:6: not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        ('"é"'.encode("cp1252"), "may be Windows-1252"),
        ('"é"'.encode("utf-16-le"), "may be UTF-16"),
        (b"\xff\xfe\x00", "not UTF-16"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(OutsideError, match=said) as raised:
        external.read_json(put(tmp_path, data))
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_only_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, said in {"pipe": "not a regular file", "none": "does not exist"}.items():
        with pytest.raises(OutsideError, match=said):
            external.read_bytes(tmp_path / name)
    with pytest.raises(OutsideError, match="not a regular file"):
        external.read_text(tmp_path)
