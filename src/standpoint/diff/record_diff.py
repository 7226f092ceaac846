"""What became of the records: items added, changed, removed, moved, and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from standpoint.diff.revision import FOLDERS, Side, kind_of
from standpoint.diff.section import Section, named, unless_none
from standpoint.diff.value_diff import numbered
from standpoint.records import canonical
from standpoint.records.checkout import RELEASED_TEXTS

LISTS = ("mentions", "claims", "panel", "stances", "relations")
"""What a judged segment holds, by layer."""

Items = dict[str, Any]


class Tally:
    """Counts of what became of items.

    Attributes:
        kinds: Layer and what became of an item to number of items.
        properties: Layer and property to number of items in which it changed.
    """

    def __init__(self) -> None:
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.properties: Counter[tuple[str, str]] = Counter()

    def compare(self, layer: str, before: Items, after: Items) -> None:
        """Count what became of the items of one place.

        Args:
            layer: Their layer.
            before: Id to item, in order.
            after: The same, later.
        """
        gone = {name: before[name] for name in before.keys() - after.keys()}
        new = {name: after[name] for name in after.keys() - before.keys()}
        renamed = _renamed(gone, new)
        self.kinds[layer, "added"] += len(new) - renamed
        self.kinds[layer, "removed"] += len(gone) - renamed
        self.kinds[layer, "another id"] += renamed
        self.kinds[layer, "another order"] += _n_moved(before, after)
        for name in before.keys() & after.keys():
            changed = _changed(before[name], after[name])
            self.kinds[layer, "changed"] += bool(changed)
            self.properties.update((layer, one) for one in changed)


def _n_moved(before: Items, after: Items) -> int:
    """Return how many items there are on both sides, if not in the same order there."""
    one, other = _tokens(before, after), _tokens(after, before)
    counts = Counter(one), Counter(other)
    both = {token for token in counts[0] if counts[0][token] == counts[1][token]}
    kept, found = ([t for t in tokens if t in both] for tokens in (one, other))
    return len(kept) if kept != found else 0


def _tokens(items: Items, others: Items) -> list[Any]:
    """Return what items are known by on both sides: id, else all that they say."""
    return [name if name in others else _content(item) for name, item in items.items()]


def _renamed(gone: Items, new: Items) -> int:
    """Return how many items are the same under another id."""
    left = Counter(_content(item) for item in gone.values())
    found = Counter(_content(item) for item in new.values())
    return (left & found).total()


def _content(item: Any) -> bytes:
    bare = (
        {k: v for k, v in item.items() if k != "id"} if isinstance(item, dict) else item
    )
    return canonical.encode(bare)


def _changed(before: Any, after: Any) -> list[str]:
    """Return the properties that differ."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [] if before == after else ["value"]
    return sorted(
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    )


def sections(paths: Iterable[str], before: Side, after: Side) -> Iterator[Section]:
    """Yield what became of items, of which properties, and of files."""
    tally = Tally()
    for path in paths:
        kind = kind_of(path)
        if kind in _COMPARED:
            records = before.record(path), after.record(path)
            _COMPARED[kind](tally, *(record or {} for record in records))
    yield _of_items(tally)
    yield Section(
        "Properties of items that changed",
        ("layer", "property", "items"),
        [
            (layer, name, f"{count:,}")
            for (layer, name), count in sorted(tally.properties.items())
        ],
    )
    yield _of_files(paths, before, after)


def _of_items(tally: Tally) -> Section:
    kinds = ("added", "changed", "removed", "another id", "another order")
    layers = ("documents", "segments", "sets", "judged", *LISTS)
    rows = [
        (layer, *(unless_none(tally.kinds[layer, kind]) for kind in kinds))
        for layer in layers
        if any(tally.kinds[layer, kind] for kind in kinds)
    ]
    return Section("Items", ("layer", *kinds), rows)


def _compare_documents(tally: Tally, before: Items, after: Items) -> None:
    heads, segments = _parted((before, after), "id")
    tally.compare("documents", *heads)
    tally.compare("segments", *segments)


def _compare_sets(tally: Tally, before: Items, after: Items) -> None:
    heads, judged = _parted((before, after), "segment")
    tally.compare("sets", *heads)
    bare = [
        {
            name: {k: v for k, v in segment.items() if k not in LISTS}
            for name, segment in found.items()
        }
        for found in judged
    ]
    tally.compare("judged", *bare)
    for name in sorted(judged[0].keys() | judged[1].keys()):
        for key in LISTS:
            one, other = (_listed(found.get(name, {}), key) for found in judged)
            tally.compare(key, one, other)


_COMPARED: dict[str | None, Callable[[Tally, Items, Items], None]] = {
    "document": _compare_documents,
    "annotation-set": _compare_sets,
}
"""Kind of record to what compares two versions of one; nothing is an empty record."""


def _parted(records: Iterable[Items], key: str) -> tuple[list[Items], list[Items]]:
    """Return records without their segments, and segments by what they are called."""
    heads: list[Items] = []
    segments: list[Items] = []
    for record in records:
        bare = {k: v for k, v in record.items() if k != "segments"}
        heads.append({"": bare} if record else {})
        segments.append(_by_id(record.get("segments", ()), key))
    return heads, segments


def _listed(segment: Mapping[str, Any], key: str) -> Items:
    """Return the items of a list by id; relations by what they say."""
    found = segment.get(key, [])
    if isinstance(found, dict):
        return found
    if key == "relations":
        return numbered((canonical.encode(one).decode(), one) for one in found)
    return _by_id(found, "id")


def _by_id(items: Iterable[Items], key: str) -> Items:
    return numbered((item[key], item) for item in items)


def _of_files(paths: Iterable[str], before: Side, after: Side) -> Section:
    """Say which files changed in form only, cannot be read, or are in no table."""
    rows = []
    for what, holds in (
        ("changed, and no table shows how", _is_in_no_table),
        ("another form, the same record", lambda p: _says_the_same(p, before, after)),
        (_UNREAD.format("before"), lambda path: _is_unread(path, before)),
        (_UNREAD.format("after"), lambda path: _is_unread(path, after)),
    ):
        found = [path for path in paths if path.startswith(FOLDERS) and holds(path)]
        if found:
            rows.append((what, f"{len(found):,}", named(found)))
    return Section("Files", ("what", "n", "which"), rows)


_UNREAD = "cannot be read {}, so left out here: run `check`"


def _is_in_no_table(path: str) -> bool:
    is_record = kind_of(path) is not None or path.endswith(".schema.json")
    return not is_record and not path.startswith(f"{RELEASED_TEXTS}/")


def _is_unread(path: str, side: Side) -> bool:
    """Tell whether a file is there, and is no record that can be read."""
    if not path.endswith(".json") or not side.checkout.holds(path):
        return False
    return any(path == found.path for found in side.unread) or side.record(path) is None


def _says_the_same(path: str, before: Side, after: Side) -> bool:
    """Tell whether a record file changed and its JSON says the same, order included."""
    if not path.endswith(".json"):
        return False
    one, other = (side.checkout.data(path) for side in (before, after))
    return one is not None and one == other
