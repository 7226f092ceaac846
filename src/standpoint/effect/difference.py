"""What became of the records: items added, changed, removed, moved, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from standpoint import canonical
from standpoint.checkout import ACCEPTED, REGISTRIES
from standpoint.effect.section import Section, unless_none
from standpoint.effect.side import Side
from standpoint.model import AnnotationSet, Dossier, Splits

LISTS = ("mentions", "claims", "panel", "stances", "relations")
"""What a judged segment holds, by layer."""

_NO_RECORDS = ("corpus/texts/", "schema/", REGISTRIES["dataset"], ACCEPTED)
"""Files of the corpus whose change is not one of items or entries."""

MOST = 20
"""Entries that are named one by one."""

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


def sections(
    paths: Iterable[str], documents: Iterable[str], before: Side, after: Side
) -> Iterator[Section]:
    """Yield what became of items, of which properties, of registries, and of files."""
    tally = Tally()
    for document in documents:
        one, other = before.dossier(document), after.dossier(document)
        _compare_documents(tally, one, other)
        sets = [{} if d is None else _sets(d) for d in (one, other)]
        for name in sorted(sets[0].keys() | sets[1].keys()):
            _compare_sets(tally, sets[0].get(name), sets[1].get(name))
    yield _of_items(tally)
    yield Section(
        "Properties of items that changed",
        ("layer", "property", "items"),
        [
            (layer, name, f"{count:,}")
            for (layer, name), count in sorted(tally.properties.items())
        ],
    )
    yield from _of_registries(before, after)
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


def _compare_documents(
    tally: Tally, before: Dossier | None, after: Dossier | None
) -> None:
    found: list[Items] = []
    for dossier in (before, after):
        record = _plain(dossier.document) if dossier else {}
        segments = record.pop("segments", [])
        found += [{"": record} if dossier else {}, _by_id(segments, "id")]
    tally.compare("documents", found[0], found[2])
    tally.compare("segments", found[1], found[3])


def _sets(dossier: Dossier) -> dict[str, AnnotationSet]:
    return {dossier.path(one): one for one in dossier.sets}


def _compare_sets(
    tally: Tally, before: AnnotationSet | None, after: AnnotationSet | None
) -> None:
    heads: list[Items] = []
    judged: list[dict[str, Items]] = []
    for record in (before, after):
        data = _plain(record) if record else {}
        segments = data.pop("segments", [])
        heads.append({"": data} if record else {})
        judged.append(_by_id(segments, "segment"))
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


def _listed(segment: Mapping[str, Any], key: str) -> Items:
    """Return the items of a list by id; relations by what they say."""
    found = segment.get(key, [])
    if isinstance(found, dict):
        return found
    if key == "relations":
        return _numbered((canonical.encode(one).decode(), one) for one in found)
    return _by_id(found, "id")


def _by_id(items: Iterable[Items], key: str) -> Items:
    return _numbered((item[key], item) for item in items)


def _numbered(items: Iterable[tuple[str, Any]]) -> Items:
    """Return id to item; one that has the id of another is one more item all the same."""
    seen: Counter[str] = Counter()
    found = {}
    for name, item in items:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = item
    return found


def _plain(record: Any) -> Items:
    found: Items = msgspec.json.decode(msgspec.json.encode(record))
    return found


def _of_registries(before: Side, after: Side) -> Iterator[Section]:
    """Yield the entries of registries that came, went, changed or moved."""
    if before.registries is None or after.registries is None:
        return
    rows = []
    for name in ("actors", "outlets", "panels", "annotators"):
        one, other = (
            _numbered((entry.id, entry) for entry in side.entries(name))
            for side in (before, after)
        )
        both = one.keys() & other.keys()
        found = {
            "new": other.keys() - one.keys(),
            "gone": one.keys() - other.keys(),
            "changed": {key for key in both if one[key] != other[key]},
        }
        for what, keys in found.items():
            if keys:
                rows.append((name, what, f"{len(keys):,}", _named(keys)))
        if n_moved := _n_moved(one, other):
            rows.append((name, "another order", f"{n_moved:,}", ""))
    yield Section("Registries", ("registry", "entries", "n", "which"), rows)


def _named(keys: Iterable[str]) -> str:
    listed = sorted(keys)
    more = len(listed) - MOST
    return ", ".join(listed[:MOST]) + (f" and {more:,} more" if more > 0 else "")


def _of_files(paths: Iterable[str], before: Side, after: Side) -> Section:
    """Say which files changed in form only, cannot be read, or are in no table above."""
    rows = []
    others = [path for path in paths if path.startswith(_NO_RECORDS)]
    if not _same_but_for_moves(before, after):
        others.append(REGISTRIES["splits"])
    if others:
        what = "changed, and no table shows how"
        rows.append((what, f"{len(others):,}", _named(others)))
    same = [path for path in paths if _says_the_same(path, before, after)]
    if same:
        what = "another form, the same record"
        rows.append((what, f"{len(same):,}", _named(same)))
    for when, side in (("before", before), ("after", after)):
        broken = {finding.path for finding in side.unread}
        if broken:
            what = f"cannot be read {when}, so left out here: run `check`"
            rows.append((what, f"{len(broken):,}", _named(broken)))
    return Section("Files", ("what", "n", "which"), rows)


def _same_but_for_moves(before: Side, after: Side) -> bool:
    """Tell whether of the splits nothing changed but what is shown elsewhere."""
    if before.registries is None or after.registries is None:
        return True
    one, other = before.registries.splits, after.registries.splits
    moved = before.split != after.split or before.group != after.group
    if not moved:
        return one == other
    kept, found = _beside_moves(one), _beside_moves(other)
    return all(kept[key] == found[key] for key in kept.keys() & found.keys())


def _beside_moves(splits: Splits) -> Items:
    """Return what splits say besides which document is where, by what it is said of."""
    bare = msgspec.structs.replace
    return {
        "": bare(splits, ledger=(), groups=()),
        **{f"group {one.id}": bare(one, documents=()) for one in splits.groups},
        **{f"ledger {one.document}": bare(one, split="") for one in splits.ledger},
    }


def _says_the_same(path: str, before: Side, after: Side) -> bool:
    """Tell whether a record file changed and its JSON says the same, order included."""
    if not path.endswith(".json"):
        return False
    files = [side.checkout.root / path for side in (before, after)]
    try:
        one, other = (
            canonical.lenient(file.read_text("utf-8", "replace")) for file in files
        )
    except OSError:  # it is not there on either side, or cannot be read
        return False
    return one is not None and one == other
