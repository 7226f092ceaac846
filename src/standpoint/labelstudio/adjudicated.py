"""Merge the pulled decisions of an adjudicator into the adjudicated set."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from standpoint.forms.adjudication import (
    Contested,
    Decided,
    Item,
    Sets,
    changed,
    decided,
    sources,
)
from standpoint.forms.convert_common import digest, number
from standpoint.labelstudio.draft import (
    NOTHING,
    Corner,
    Draft,
    Memory,
    Merged,
    Pulled,
    references,
)
from standpoint.labelstudio.export import Answered
from standpoint.records.model import AnnotationSet
from standpoint.records.vocabulary import (
    ADJUDICATOR,
    ITEMS,
    LAYER_OF,
    NOT_COVERED,
    PARTIAL,
)

_PREFIX = {"mentions": "m", "claims": "c", "stances": "t"}

_ADDED = "+"
"""Name in the memory of items that were added to a segment."""

Name = tuple[str, str, str]
"""Segment, annotator and id of an item that is decided on."""


class _Task(NamedTuple):
    """A task of adjudication.

    Attributes:
        one: The task.
        contested: What it is about.
        stale: Names of items that changed after they were shown.
    """

    one: Answered
    contested: Contested
    stale: list[str]

    @property
    def names(self) -> set[Name]:
        """The items that it is about."""
        segment = self.one.meta.segment
        return {(segment, m.annotator, m.item) for m in self.contested.members}


def settle(
    existing: AnnotationSet | None,
    answered: Iterable[Answered],
    memory: Memory,
    corner: Corner,
    sets: Sets,
) -> Merged:
    """Merge the decisions of one adjudicator into the adjudicated set of a document.

    A decision counts only if its items are still as the adjudicator saw them. Other decisions
    are reported, unless a later task asks about the same items again.

    Args:
        existing: The adjudicated set in the checkout, or None.
        answered: Tasks of adjudication of this document.
        memory: What the last pull remembered.
        corner: Everything else.
        sets: Annotator to set, of the document.
    """
    draft = Draft(existing, memory, corner, ADJUDICATOR)
    tasks = [
        _Task(
            one, one.meta.contested, changed(sets, one.meta.segment, one.meta.contested)
        )
        for one in answered
        if one.meta.contested is not None
    ]
    asked_anew = {name for task in tasks if not task.stale for name in task.names}
    settled: set[Name] = set()
    for task in tasks:
        if not task.stale:
            if _take(draft, task, sets):
                settled |= task.names
        elif not task.names & asked_anew:
            words = f"{', '.join(task.stale)} changed after the task was pushed."
            draft.clash("LST020", task.one, words)
    if settled:
        draft.record = draft.record | {"sources": _sources(draft, settled, sets)}
    return draft.done()


def _take(draft: Draft, task: _Task, sets: Sets) -> bool:
    """Merge one decision, or report why not; tell whether it counts."""
    one, contested, other = task.one, task.contested, draft.record["annotator"]
    if other not in {"", one.meta.annotator}:
        draft.clash("LST013", one, f"{other} already adjudicates this document.")
        return False
    found = decided(one.answers, one.passage, one.meta.segment, contested, sets)
    draft.refuse(one, found.left_out)
    if found.fault:
        draft.clash("LST018", one, f"{found.fault}.")
    if found.fault or draft.refuse(one, found.problems) or not draft.fits(one):
        return False
    segment = draft.segment(one.meta.segment)
    known = draft.memory.get(f"{_prefix(one)}{_ADDED}")
    here = _here(segment, found, contested, known.ids if known else ())
    new = _numbered(segment, found, list(here))
    filled = _filled(segment, found, here, new)
    data = {found.name: list(new.values())}
    named = references({} if found.target else data)
    nil = {name: found.nil[name] for name in named if name in found.nil}
    if draft.refuse(
        one, [*draft.new_actors(one, nil, data), *draft.faults(one, filled, {})]
    ):
        return False
    key = _key(draft, one, contested, here)
    fresh = _digest(found.name, new, nil) or NOTHING
    local = _digest(found.name, here, draft.former_kinds)
    verdict = draft.weigh(key, fresh, local)
    if verdict == "clash":
        words = "the decision was edited here and on the server."
        draft.clash("LST013", one, words)
    if verdict == "take" and (new or here):
        draft.kinds = draft.kinds | nil
        pulled = Pulled(fresh, {name: name for name in new}, one.lead_time)
        draft.put(one, filled, pulled, key, local)
    return verdict != "clash"


def _prefix(one: Answered) -> str:
    return f"{one.meta.segment}/{one.meta.form}/"


def _key(
    draft: Draft, one: Answered, contested: Contested, here: Mapping[str, Item]
) -> str:
    """Return the name of a decision in the memory."""
    prefix = _prefix(one)
    if not contested.members:
        return f"{prefix}{_ADDED}"
    for key, pulled in draft.memory.items():
        if key.startswith(prefix) and pulled.ids.keys() & here.keys():
            return key
    return f"{prefix}{contested.members[0].name}"


def _digest(
    name: str, items: Mapping[str, Item], kinds: Mapping[str, str]
) -> str | None:
    """Return the digest of decided items with their new actors; None without items."""
    if not items:
        return None
    data = {name: list(items.values())}
    nil = {} if name == "panel" else {one: kinds.get(one) for one in references(data)}
    return digest([data, nil])


def _here(
    segment: Mapping[str, Any],
    found: Decided,
    contested: Contested,
    added: Iterable[str],
) -> dict[str, Item]:
    """Return the items of an earlier decision on the same items, by id or target.

    Added items are recognised by their id, or else by their span.
    """
    if found.target:
        judged = segment["panel"].get(found.target)
        return {found.target: judged} if judged else {}
    if contested.members:
        names = _names(sources(contested))
        return {
            item["id"]: item
            for item in segment[found.name]
            if names & _names(item["adjudication"]["sources"])
        }
    places = [_place(item) for item in found.items]
    return {
        item["id"]: item
        for item in segment[found.name]
        if not item["adjudication"]["sources"]
        and (item["id"] in added or _place(item) in places)
    }


def _names(listed: Iterable[Mapping[str, str]]) -> set[tuple[str, str]]:
    return {(source["annotator"], source["item"]) for source in listed}


def _place(item: Item) -> Any:
    """Return the span of an item."""
    return item.get("spans", [item.get("start"), item.get("end")])


def _numbered(
    segment: Mapping[str, Any], found: Decided, kept: Sequence[str]
) -> dict[str, Item]:
    """Number the items: first with the ids they had before, then with new ones."""
    if found.target:
        return {found.target: {k: v for k, v in found.items[0].items() if k != "id"}}
    if not found.items:
        return {}
    free = max((number(item["id"]) for item in segment[found.name]), default=0) + 1
    fresh = (
        f"{_PREFIX[found.name]}{n:02}" for n in range(free, free + len(found.items))
    )
    names = [*kept[: len(found.items)], *fresh]
    return {
        name: {**item, "id": name}
        for name, item in zip(names, found.items, strict=False)
    }


def _filled(
    segment: Mapping[str, Any],
    found: Decided,
    here: Mapping[str, Item],
    new: Mapping[str, Item],
) -> dict[str, Any]:
    """Return a segment with a decision merged into it."""
    layer = LAYER_OF[found.name]
    coverage = dict(segment["coverage"])
    if new and coverage[layer] == NOT_COVERED:
        coverage[layer] = PARTIAL
    if found.name == "panel":
        return {**segment, "coverage": coverage, "panel": segment["panel"] | dict(new)}
    others = [item for item in segment[found.name] if item["id"] not in here]
    listed = sorted([*others, *new.values()], key=lambda item: number(item["id"]))
    return {**segment, "coverage": coverage, found.name: listed}


def _sources(draft: Draft, settled: set[Name], sets: Sets) -> dict[str, str]:
    """Return the digest of the file of each reading that is decided on.

    It is the digest of the current file if none of the items decided on has changed in it.
    Otherwise the former digest stays, and ADJ003 reports that the reading has changed.
    """
    decided_on: dict[str, set[Name]] = {}
    for segment in draft.record["segments"]:
        for source in _decided_on(segment):
            name = (segment["segment"], source["annotator"], source["item"])
            decided_on.setdefault(source["annotator"], set()).add(name)
    former: dict[str, str] = draft.record["sources"]
    return {
        annotator: digest(sets[annotator]) if names <= settled else former[annotator]
        for annotator, names in sorted(decided_on.items())
        if names <= settled or annotator in former
    }


def _decided_on(segment: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """Yield the items that the decisions of a segment name."""
    for name in ITEMS.values():
        items = segment[name]
        for item in items.values() if isinstance(items, dict) else items:
            yield from (item.get("adjudication") or {}).get("sources", ())
