"""Canonical JSON: one way to write a record, and where in a file each value stands.

UTF-8, LF, two-space indent, arrays of numbers on one line, keys in schema order,
one final newline. The same record always gives the same bytes, so that a diff
shows what changed and nothing else.
"""

import re
from itertools import islice
from typing import Any

import msgspec

_NUMBERS = re.compile(rb"\[\n[ \n]*((?:[0-9.eE+-]+,[ \n]+)*[0-9.eE+-]+)\n[ ]*\]")
_BREAKS = re.compile(rb"\n[ ]*")
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|([\[\]{},:])|([^\s\[\]{},:"]+)')

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")
"""What an item may be called in a place; whatever else stands there can be anything."""

Places = dict[str, tuple[int, int]]

_ENCODER = msgspec.json.Encoder(order="deterministic")


def encode(record: Any) -> bytes:
    """Write a record, or plain data, as canonical JSON."""
    return formatted(_ENCODER.encode(record))


def on_one_line(record: Any) -> bytes:
    """Write a record as one line of JSON Lines, without the line break."""
    return _ENCODER.encode(record)


def contracted(data: bytes) -> bytes:
    """Return JSON on one line.

    Raises:
        ValueError: If it is no JSON.
    """
    return msgspec.json.format(data, indent=-1)


def expanded(line: bytes) -> bytes:
    """Return the canonical form of a line, but for the order of its keys.

    A line that is no JSON is returned as it is.
    """
    try:
        return formatted(line)
    except (ValueError, RecursionError):
        return line


def formatted(data: bytes) -> bytes:
    """Write JSON in canonical form but for the order of its keys.

    Raises:
        ValueError: If it is no JSON.
    """
    pretty = msgspec.json.format(data, indent=2)
    # No string holds a raw line break in JSON: the pattern cannot match inside one.
    return _NUMBERS.sub(_one_line, pretty) + b"\n"


def _one_line(match: re.Match[bytes]) -> bytes:
    return b"[" + _BREAKS.sub(b" ", match.group(1)) + b"]"


def escape(key: str) -> str:
    """Escape a key for a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def positions(source: str) -> tuple[Places, list[tuple[str, tuple[int, int]]]]:
    """Find where every value of a JSON file stands.

    Works on any formatting, and as far as it can on a file that is not quite JSON.

    Returns:
        JSON pointer to line and column, both from 1 (for a member of an object those
        of its key); and the pointers that occur again, with their later places.
    """
    scanner = _Scanner(source)
    for match in _TOKEN.finditer(source):
        group = match.lastindex or 0
        scanner.take(match.group(group), match.start(group), is_string=group == 1)
    return scanner.found, scanner.repeated


class _Scanner:
    """Follows the tokens of a JSON file."""

    def __init__(self, source: str) -> None:
        self.found: Places = {}
        self.repeated: list[tuple[str, tuple[int, int]]] = []
        self._starts = [0] + [match.end() for match in re.finditer("\n", source)]
        self._line = 0
        self._stack: list[_Container] = []
        self._key: str | None = None
        self._key_place = 0

    def take(self, token: str, start: int, *, is_string: bool) -> None:
        inner = self._stack[-1] if self._stack else None
        if token in {"}", "]"}:
            self._stack = self._stack[:-1]
        elif token == ",":
            self._key = None
            if inner is not None:
                inner.index += 1
        elif token == ":":
            pass
        elif is_string and inner and not inner.is_list and self._key is None:
            self._key, self._key_place = _key(token), start
        else:
            self._value(token, start, inner)

    def _value(self, token: str, start: int, inner: "_Container | None") -> None:
        pointer, place = "", start
        if inner is not None and inner.is_list:
            pointer = f"{inner.pointer}/{inner.index}"
        elif inner is not None:
            pointer = f"{inner.pointer}/{escape(self._key or '')}"
            place = self._key_place
        while self._line + 1 < len(self._starts) and (
            self._starts[self._line + 1] <= place
        ):
            self._line += 1
        here = (self._line + 1, place - self._starts[self._line] + 1)
        if self.found.setdefault(pointer, here) != here:
            self.repeated.append((pointer, here))
        if token in {"{", "["}:
            self._stack.append(_Container(pointer, is_list=token == "["))
            self._key = None


class _Container:
    """An object or list whose end was not yet seen."""

    def __init__(self, pointer: str, *, is_list: bool) -> None:
        self.pointer = pointer
        self.is_list = is_list
        self.index = 0


def _key(token: str) -> str:
    try:
        return str(msgspec.json.decode(token.encode("utf-8", "surrogatepass")))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return token[1:-1]


def is_formatted(source: str, data: Any) -> bool:
    """Tell whether a file is formatted as canonical ones, with keys in any order.

    Args:
        source: What the file holds.
        data: The same, decoded.
    """
    found = formatted(msgspec.json.encode(data))
    return found == source.encode("utf-8", "surrogatepass")


def located(source: str, data: Any, pointer: str) -> tuple[int, int]:
    """Find where a value stands in a formatted file, without reading all of it.

    There each key of an object, and each item of a list, begins a line of its own, deeper
    by two blanks than what it is in; but numbers of a list share a line.

    Args:
        source: What the file holds.
        data: The same, decoded.
        pointer: JSON pointer; of what is absent, its nearest parent is found.

    Returns:
        Line and column, as `positions` gives them.
    """
    line, value, depth = 0, 0, 0
    for part in pointer.split("/")[1:]:
        if not _has(data, part):
            break
        depth += 2
        edge = "\n" + " " * depth
        inner = _step(data, part)
        if isinstance(data, dict):
            key = _ENCODER.encode(part.replace("~1", "/").replace("~0", "~")).decode()
            line = source.index(f"{edge}{key}: ", line) + 1
            value = line + depth + len(key) + 2
        elif all(type(item) in {int, float} for item in data):
            before = sum(len(_ENCODER.encode(n)) + 2 for n in data[: int(part)])
            return source.count("\n", 0, line) + 1, value + before - line + 2
        else:
            items = re.compile(f"{edge}(?=[^ \\]}}])").finditer(source, line)
            line = next(islice(items, int(part), None)).start() + 1
            value = line + depth
        data = inner
    return source.count("\n", 0, line) + 1, depth + 1


def _has(data: Any, part: str) -> bool:
    """Tell whether a container has a member that may be null."""
    if isinstance(data, list):
        return part.isdecimal() and int(part) < len(data)
    key = part.replace("~1", "/").replace("~0", "~")
    return isinstance(data, dict) and key in data


def nearest_position(places: Places, pointer: str) -> tuple[int, int]:
    """Return the position of a pointer or, where it is absent, of its nearest parent."""
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places.get(pointer, (1, 1))


def lenient(source: str) -> Any:
    """Return what a JSON file holds, or None where it is none."""
    try:
        return msgspec.json.decode(source.encode("utf-8", "surrogatepass"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def at(data: Any, pointer: str) -> Any:
    """Return the value that a JSON pointer leads to, or None where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        data = _step(data, part)
    return data


def _step(data: Any, part: str) -> Any:
    """Return the value that a part of a JSON pointer leads to, or None."""
    if isinstance(data, list) and part.isdecimal() and int(part) < len(data):
        return data[int(part)]
    if isinstance(data, dict):
        return data.get(part.replace("~1", "/").replace("~0", "~"))
    return None


def by_ids(data: Any, pointer: str) -> str:
    """Return a JSON pointer with the ids of items instead of their numbers in lists.

    Args:
        data: What the file holds.
        pointer: The pointer; parts that lead nowhere stay as they are.
    """
    found = ""
    for part in pointer.split("/")[1:]:
        is_item = isinstance(data, list)
        data = _step(data, part)
        found += f"/{(_id(data) if is_item else '') or part}"
    return found


def _id(item: Any) -> str:
    """Return what an item of a list is called; nothing where it has no name."""
    if not isinstance(item, dict):
        return ""
    names = (item.get(key) for key in ("id", "segment", "document"))
    return next((n for n in names if isinstance(n, str) and _NAME.fullmatch(n)), "")
