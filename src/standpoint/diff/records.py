"""What differs between two versions of a record, value by value; items counted."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from standpoint.diff.revision import FOLDERS, Side, kind_of
from standpoint.diff.section import MISSING, Section, named, unless_none
from standpoint.records import canonical
from standpoint.records.checkout import RELEASED_TEXTS

KEYS = ("id", "segment", "document", "const")
"""What identifies an entry of a list, wherever it is in the list."""

LISTS = ("mentions", "claims", "panel", "stances", "relations")
"""What a judged segment holds, by layer."""


class Leaf(NamedTuple):
    """A value that differs.

    Attributes:
        ids: Ids of the entries that it is in, from the outermost.
        name: Keys that lead to it, without these ids.
        before: The value before; `MISSING` where there was none.
        after: The value after.
        n_moved: Of a list of entries in another order, how many are on both sides.
    """

    ids: tuple[str, ...]
    name: tuple[str, ...]
    before: Any
    after: Any
    n_moved: int = 0

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
    if _is_same(before, after):
        return
    one, other = (_entries(value, name) for value in (before, after))
    if one is not None and other is not None:
        for key in dict.fromkeys([*one, *other]):
            pair = one.get(key, MISSING), other.get(key, MISSING)
            yield from leaves(*pair, (*ids, key), name)
        if n_moved := _n_moved(one, other):
            yield Leaf(ids, name, before, after, n_moved)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            pair = before.get(key, MISSING), after.get(key, MISSING)
            yield from leaves(*pair, ids, (*name, str(key)))
    else:
        yield Leaf(ids, name, before, after)


def _is_same(before: Any, after: Any) -> bool:
    """Tell whether values are the same; 1 is neither true nor 1.0."""
    if before is after:
        return True
    if before is MISSING or after is MISSING or before != after:
        return False
    return bool(json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True))


def _entries(values: Any, name: tuple[str, ...]) -> dict[str, Any] | None:
    """Return id to entry of a list; None where entries have none.

    Relations have no ids and are identified by their content; the panel of a set is
    a list by target.
    """
    if name[-1:] == ("panel",) and isinstance(values, dict):
        is_list = all(isinstance(value, dict) for value in values.values())
        return values if is_list else None
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        return None
    if name[-1:] == ("relations",):
        return numbered((canonical.encode(value).decode(), value) for value in values)
    for key in KEYS:
        if all(isinstance(value.get(key), str) for value in values):
            return numbered((value[key], value) for value in values)
    return None


def numbered(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return id to item; a second item with the same id gets a number."""
    seen: Counter[str] = Counter()
    found = {}
    for name, item in items:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = item
    return found


def _n_moved(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Return how many entries there are on both sides, if not in the same order there."""
    one, other = _tokens(before, after), _tokens(after, before)
    counts = Counter(one), Counter(other)
    both = {token for token in counts[0] if counts[0][token] == counts[1][token]}
    kept, found = ([t for t in tokens if t in both] for tokens in (one, other))
    return len(kept) if kept != found else 0


def _tokens(entries: dict[str, Any], others: dict[str, Any]) -> list[Any]:
    """Return what identifies entries on both sides: the id, else the content."""
    return [n if n in others else _content(entry) for n, entry in entries.items()]


def _content(entry: Any) -> bytes:
    bare = entry
    if isinstance(entry, dict):
        bare = {key: value for key, value in entry.items() if key != "id"}
    return canonical.encode(bare)


# items


_HEADS: dict[str | None, tuple[str, str]] = {
    "document": ("documents", "segments"),
    "annotation-set": ("sets", "judged"),
}
"""Kind of record to what records, and their segments, are called in the table."""


_NOTHING: dict[str, Any] = {"segments": []}


def _layer_of(leaf: Leaf, head: str, part: str) -> tuple[str, int]:
    """Return the layer of the item of a leaf, and how many keys lead to the item."""
    if leaf.name[0] != "segments":
        return head, 0
    if len(leaf.name) > 1 and leaf.name[1] in LISTS:
        return leaf.name[1], 2
    return part, 1


class Tally:
    """Counts of how items of documents and of sets changed."""

    def __init__(self) -> None:
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._properties: set[tuple[str, ...]] = set()

    def add(self, path: str, before: Side, after: Side) -> None:
        """Count how the items of one file changed, if it is a document or a set."""
        head, part = _HEADS.get(kind_of(path), ("", ""))
        one, other = (side.record(path) if head else None for side in (before, after))
        if bool(one) != bool(other):
            self._kinds[head, "removed" if one else "added"] += 1
        lists: dict[tuple[Any, ...], list[Leaf]] = {}
        for leaf in leaves(one or _NOTHING, other or _NOTHING):
            layer, depth = _layer_of(leaf, head, part)
            if len(leaf.name) == depth:
                ids = leaf.ids if leaf.n_moved else leaf.ids[:-1]
                lists.setdefault((layer, ids), []).append(leaf)
            elif depth or (one and other):
                where = path, *leaf.ids[:depth]
                self._properties.add((layer, leaf.name[depth], *where))
        for (layer, _), found in lists.items():
            self._kinds[layer, "reordered"] += sum(leaf.n_moved for leaf in found)
            old = [leaf.before for leaf in found if leaf.is_gone]
            new = [leaf.after for leaf in found if leaf.is_new]
            self._count(layer, old, new)
            for key in LISTS if layer == part else ():  # items of whole segments
                for what, segments in (("removed", old), ("added", new)):
                    n_items = sum(len(one.get(key, ())) for one in segments)
                    self._kinds[key, what] += n_items

    def _count(self, layer: str, old: list[Any], new: list[Any]) -> None:
        """Count items that only one side has; the same under another id are one."""
        found = [Counter(map(_content, side)) for side in (old, new)]
        n_renamed = (found[0] & found[1]).total()
        self._kinds[layer, "added"] += len(new) - n_renamed
        self._kinds[layer, "removed"] += len(old) - n_renamed
        self._kinds[layer, "new id"] += n_renamed

    def sections(self) -> Iterator[Section]:
        """Yield how many items changed, and which properties."""
        changed = {(layer, *where) for layer, _, *where in self._properties}
        self._kinds.update((layer, "changed") for layer, *_ in changed)
        kinds = ("added", "changed", "removed", "new id", "reordered")
        rows = [
            (layer, *(unless_none(self._kinds[layer, kind]) for kind in kinds))
            for layer in ("documents", "segments", "sets", "judged", *LISTS)
        ]
        yield Section("Items", ("layer", *kinds), [row for row in rows if any(row[1:])])
        counts = Counter((layer, name) for layer, name, *_ in self._properties)
        yield Section(
            "Changed properties",
            ("layer", "property", "items"),
            [(*key, f"{count:,}") for key, count in sorted(counts.items())],
        )


# files

UNREADABLE = "not readable {}, skipped: run `check`"


def of_files(paths: Iterable[str], before: Side, after: Side) -> Section:
    """Return which files changed in form only, cannot be read, or are not compared."""
    rows = []
    for what, holds in (
        ("changed, but not compared here", _is_in_no_table),
        ("reformatted, same content", lambda path: _says_the_same(path, before, after)),
        (UNREADABLE.format("before"), lambda path: _is_unread(path, before)),
        (UNREADABLE.format("after"), lambda path: _is_unread(path, after)),
    ):
        found = [path for path in paths if path.startswith(FOLDERS) and holds(path)]
        if found:
            rows.append((what, f"{len(found):,}", named(found)))
    return Section("Files", ("what", "n", "which"), rows)


def _is_in_no_table(path: str) -> bool:
    is_record = kind_of(path) is not None or path.endswith(".schema.json")
    return not is_record and not path.startswith(f"{RELEASED_TEXTS}/")


def _is_unread(path: str, side: Side) -> bool:
    """Tell whether a file is there, and is not a record that can be read."""
    if not path.endswith(".json") or not side.checkout.holds(path):
        return False
    return any(path == found.path for found in side.unread) or side.record(path) is None


def _says_the_same(path: str, before: Side, after: Side) -> bool:
    """Tell whether a record file changed and its JSON is the same, order included."""
    if not path.endswith(".json"):
        return False
    one, other = (side.checkout.data(path) for side in (before, after))
    return one is not None and one == other
