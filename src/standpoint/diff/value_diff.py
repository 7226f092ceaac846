"""What differs between two versions of one record, value by value."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

KEYS = ("id", "segment", "document", "const")
"""What entries of a list are known by, wherever they stand in it."""

SHOWN = 80
"""Characters of a value that are shown."""

AROUND = 25
"""Characters that are shown before and after the place where long values differ."""

LISTED = 6
"""Values of a list that are shown; of a longer one, those that came or went."""


class Missing:
    """Stands for what is not there; null is."""


MISSING: Final = Missing()


class Leaf(NamedTuple):
    """A value that differs.

    Attributes:
        ids: Ids of the entries that it is in, from the outermost.
        name: Keys that lead to it, without these ids.
        before: The value before; `MISSING` where there was none.
        after: The value after.
    """

    ids: tuple[str, ...]
    name: tuple[str, ...]
    before: Any
    after: Any

    @property
    def is_new(self) -> bool:
        """Whether there was nothing before."""
        return self.before is MISSING

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing after."""
        return self.after is MISSING


def leaves(
    before: Any, after: Any, ids: tuple[str, ...] = (), name: tuple[str, ...] = ()
) -> Iterator[Leaf]:
    """Yield each value that differs, as deep as both sides are alike in form.

    An entry that only one side has is one value. So is a list of values without ids.

    Args:
        before: Plain data, or `MISSING`.
        after: The same, later.
        ids: Ids of the entries that these are in.
        name: Keys that lead to them.
    """
    if _same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            one, other = before.get(key, MISSING), after.get(key, MISSING)
            yield from leaves(one, other, ids, (*name, str(key)))
        return
    entries = [_entries(before), _entries(after)]
    if entries[0] is None or entries[1] is None:
        yield Leaf(ids, name, before, after)
        return
    one, other = entries[0], entries[1]
    for key in dict.fromkeys([*one, *other]):
        pair = one.get(key, MISSING), other.get(key, MISSING)
        yield from leaves(*pair, (*ids, key), name)
    both = one.keys() & other.keys()
    if [key for key in one if key in both] != [key for key in other if key in both]:
        yield Leaf(ids, (*name, "order"), "one", "another")


def _same(before: Any, after: Any) -> bool:
    """Tell whether values are the same; 1 is neither true nor 1.0."""
    if before is after:
        return True
    if before is MISSING or after is MISSING or before != after:
        return False
    return _json(before) == _json(after)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _entries(values: Any) -> dict[str, Any] | None:
    """Return id to entry of a list; None where entries have none."""
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        return None
    for key in KEYS:
        if all(isinstance(value.get(key), str) for value in values):
            return numbered((value[key], value) for value in values)
    return None


def numbered(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return id to item; one that has the id of another is one more item all the same."""
    seen: Counter[str] = Counter()
    found = {}
    for name, item in items:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = item
    return found


def shown(before: Any, after: Any) -> tuple[str, str]:
    """Return two values as a table shows them: where they differ, if they are long."""
    if isinstance(before, list) and isinstance(after, list):
        return _lists(before, after)
    one, other = _words(before), _words(after)
    if max(len(one), len(other)) <= SHOWN:
        return one, other
    if before is MISSING or after is MISSING:
        return _cut(one), _cut(other)
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    return _around(one, start, end), _around(other, start, end)


def _lists(before: list[Any], after: list[Any]) -> tuple[str, str]:
    if max(len(before), len(after)) <= LISTED:
        one, other = (", ".join(map(_words, values)) for values in (before, after))
        if max(len(one), len(other)) <= SHOWN:
            return one or "none", other or "none"
    counts = [Counter(map(_words, values)) for values in (before, after)]
    gone, new = counts[0] - counts[1], counts[1] - counts[0]
    if not gone and not new:
        return f"{len(before):,} values", "in another order"
    return (
        _cut(f"{len(before):,} values; gone: {', '.join(gone.elements()) or 'none'}"),
        _cut(f"{len(after):,} values; new: {', '.join(new.elements()) or 'none'}"),
    )


def _words(value: Any) -> str:
    if value is MISSING:
        return "-"
    if isinstance(value, str):
        return value or "(empty)"
    return _json(value)


def _cut(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 4]} ..."


def _alike(one: str, other: str) -> int:
    """Return how many characters two strings begin with alike."""
    n = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        n += 1
    return n


def _around(words: str, start: int, end: int) -> str:
    """Return the part of a string that differs, with some characters around it."""
    first, last = max(0, start - AROUND), min(len(words), len(words) - end + AROUND)
    cut = words[first:last]
    if len(cut) > 2 * SHOWN:
        cut = f"{cut[:SHOWN]} ... {cut[-SHOWN:]}"
    return f"{'... ' if first else ''}{cut}{' ...' if last < len(words) else ''}"
