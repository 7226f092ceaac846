"""Canonical JSON: one form, and where each value stands in a file."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from standpoint.records import canonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_decoding_gives_back_what_was_encoded(value: Any) -> None:
    data = canonical.encode(value)
    assert msgspec.json.decode(data) == value
    assert canonical.encode(msgspec.json.decode(data)) == data
    assert data.endswith(b"\n")
    assert not data.endswith(b"\n\n")


def test_lists_of_numbers_stand_on_one_line_and_texts_are_left_alone() -> None:
    value = {"a": [[1, 2, 3], [4.5, -6e300]], "b": ["[\n 1,\n 2\n]"], "c": []}
    text = canonical.encode(value).decode()
    assert "[1, 2, 3]" in text
    assert msgspec.json.decode(text) == value


def places(value: Any, pointer: str = "") -> dict[str, Any]:
    found = {pointer: value}
    if isinstance(value, list):
        for index, item in enumerate(value):
            found |= places(item, f"{pointer}/{index}")
    if isinstance(value, dict):
        for key, item in value.items():
            found |= places(item, f"{pointer}/{canonical.escape(key)}")
    return found


@given(VALUES, st.sampled_from([None, 0, 1, 4, "\t"]), st.booleans())
def test_every_value_is_found_in_any_formatting(
    value: Any, indent: int | str | None, ascii_only: bool
) -> None:
    source = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found, repeated = canonical.positions(source)
    assert not repeated
    assert found.keys() == places(value).keys()
    lines = source.split("\n")
    decoder = json.JSONDecoder()
    for pointer, (line, column) in found.items():
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        here = decoder.raw_decode(rest)[0]
        own_key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        assert here == places(value)[pointer] or here == own_key


@given(VALUES, st.text())
def test_a_value_of_a_canonical_file_is_found_without_reading_all(
    value: Any, absent: str
) -> None:
    source = canonical.encode(value).decode()
    found, _ = canonical.positions(source)
    for pointer, place in found.items():
        assert canonical.located(source, value, pointer) == place, pointer
    beyond = f"/{canonical.escape(absent)}"
    if beyond not in found:
        assert canonical.located(source, value, beyond) == (1, 1)


def test_a_repeated_key_is_found_at_its_later_place() -> None:
    _, repeated = canonical.positions('{"a": 1,\n "b": {"c": 1,\n  "c": 2}}')
    assert repeated == [("/b/c", (3, 3))]


def test_a_missing_pointer_gets_the_place_of_its_parent() -> None:
    found, _ = canonical.positions('{"a":\n {"b": 1}}')
    assert canonical.nearest_position(found, "/a/x/y") == (1, 2)
