"""Merge the pulled passes of an annotator into their set on a document."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from standpoint.forms import convert
from standpoint.forms.answers import Region
from standpoint.forms.convert_common import (
    LISTS,
    MAX_NOTE,
    Content,
    digest,
    join_notes,
    split_note,
)
from standpoint.forms.form import CLAIM, COVERED, MENTION, PASSES, STANCE, passes_done
from standpoint.labelstudio.draft import (
    Corner,
    Draft,
    Memory,
    Merged,
    Pulled,
    references,
)
from standpoint.labelstudio.export import Answered
from standpoint.records.findings import Problem
from standpoint.records.model import AnnotationSet, Mention
from standpoint.records.vocabulary import ANNOTATOR


def merge(
    existing: AnnotationSet | None,
    answered: Iterable[Answered],
    memory: Memory,
    corner: Corner,
) -> Merged:
    """Merge the answers of one annotator into their set on one document.

    Args:
        existing: The set in the checkout, or None.
        answered: Answered tasks of this annotator and document.
        memory: What the last pull remembered.
        corner: Everything else.
    """
    draft = Draft(existing, memory, corner, ANNOTATOR)
    order = {segment.id: n for n, segment in enumerate(corner.document.segments)}
    for one in sorted(
        answered, key=lambda a: (order[a.meta.segment], PASSES.index(a.meta.form))
    ):
        if draft.fits(one):
            _take(draft, one)
    return draft.done()


def _take(draft: Draft, one: Answered) -> None:
    """Merge one part, or report why it cannot be merged."""
    name = one.meta.form
    segment = draft.segment(one.meta.segment)
    content = _content(draft, one, segment)
    filled = _filled(segment, name, content.data)
    draft.refuse(one, content.left_out)
    if len(filled["note"] or "") > MAX_NOTE and one.answers.noted():
        # Notes of other passes leave no room for those on regions: only those are left out.
        draft.refuse(
            one,
            (
                Problem("LST021", region.pointer, _no_room(one, region))
                for region in one.answers.noted()
            ),
        )
        _take(draft, one._replace(answers=one.answers.without_notes()))
        return
    if draft.refuse(
        one,
        [*content.problems, *draft.new_actors(one, content.nil, content.data)],
    ) or draft.refuse(one, draft.faults(one, filled, content.trace)):
        return
    kinds = draft.kinds | content.nil
    key, new = _key(one), digest(_part(content.data, name, kinds))
    local = _local(segment, name, draft.former_kinds)
    verdict = draft.weigh(key, new, local)
    if verdict == "clash":
        words = (
            f"the pass \u2018{name}\u2019 of segment {one.meta.segment} was edited here"
            " and on the server."
        )
        draft.clash("LST013", one, words)
    if verdict == "take":
        draft.kinds = kinds
        pulled = Pulled(new, content.ids, one.lead_time)
        draft.put(one, filled, pulled, key, local)


def _no_room(one: Answered, region: Region) -> str:
    return (
        f"{one.passage.called(region)}: the note on it is left out, because the notes of the"
        f" segment would be longer than {MAX_NOTE} characters."
    )


def _content(draft: Draft, one: Answered, segment: Mapping[str, Any]) -> Content:
    before = draft.memory.get(_key(one))
    return convert.decode(
        one.meta.form,
        one.answers,
        one.passage,
        before.ids if before else _known_by_place(one, segment),
        msgspec.convert(segment["mentions"], list[Mention]),
        one.suggested if one.meta.suggested else {},
    )


def _key(one: Answered) -> str:
    return f"{one.meta.segment}/{one.meta.form}"


def _part(
    data: Mapping[str, Any], name: str, kinds: Mapping[str, str]
) -> dict[str, Any]:
    """Return the data of a pass, with the kinds of its new actors."""
    part = {key: data[key] for key in (*LISTS[name], "coverage", "note")}
    return part | {"nil": {nil: kinds.get(nil) for nil in references(part)}}


def _local(
    segment: Mapping[str, Any], name: str, kinds: Mapping[str, str]
) -> str | None:
    """Return the digest of the local version of a pass; None if there is none."""
    own = {
        **segment,
        "coverage": {layer: segment["coverage"][layer] for layer in COVERED[name]},
        "note": split_note(segment["note"], passes_done(segment["coverage"])).get(name),
    }
    part = _part(own, name, kinds)
    if name not in passes_done(segment["coverage"]) and not any(
        part[key] for key in (*LISTS[name], "note")
    ):
        return None
    return digest(part)


def _filled(
    segment: Mapping[str, Any], name: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a segment with a pass merged into it."""
    notes = split_note(segment["note"], passes_done(segment["coverage"]))
    notes.pop(name, None)
    if data["note"]:
        notes[name] = data["note"]
    filled = {
        **segment,
        **{key: data[key] for key in LISTS[name]},
        "coverage": segment["coverage"] | data["coverage"],
    }
    return filled | {"note": join_notes(notes, passes_done(filled["coverage"]))}


def _known_by_place(one: Answered, segment: Mapping[str, Any]) -> dict[str, str]:
    """Return region to item where both mark the same words; used without a memory."""
    items: dict[tuple[int, int], str] = {}
    for name in set(LISTS[one.meta.form]) - {"relations", "panel"}:
        for item in segment[name]:
            for span in item.get("spans", item.get("evidence", [item])):
                if "start" in span:
                    items.setdefault((span["start"], span["end"]), item["id"])
    found: dict[str, str] = {}
    for region in one.answers.regions.values():
        place = one.meta.start + region.start, one.meta.start + region.end
        owns = one.form.layer_of(region.label) in {MENTION, CLAIM, STANCE}
        if owns and items.get(place, "") not in {"", *found.values()}:
            found[region.id] = items[place]
    return found
