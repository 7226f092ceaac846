"""The first pass: who is named, and how."""

from collections.abc import Mapping
from typing import Any

from standpoint.forms.answers import Answers, Region
from standpoint.forms.convert_common import (
    Content,
    Passage,
    coverage_of,
    covered,
    linked,
    links,
    numbered,
)
from standpoint.forms.form import MENTION
from standpoint.records.findings import Problem
from standpoint.records.model import JudgedSegment


def encode(judged: JudgedSegment, passage: Passage, note: str | None = None) -> Answers:
    """Return the mentions of a segment as answers."""
    regions = {}
    for mention in judged.mentions:
        values = linked("actors", mention.actors, passage.kinds, offered=False)
        for name in ("form", "link_certainty"):
            found = getattr(mention, name)
            if found is not None:
                values[name] = (found,)
        regions[mention.id] = Region(
            id=mention.id,
            label=mention.naming,
            start=mention.start - passage.start,
            end=mention.end - passage.start,
            values=values,
            origin=mention.origin,
        )
    given = coverage_of(judged, passage.form)
    return Answers(regions, (), given | ({"note": (note,)} if note else {}))


def decode(
    answers: Answers,
    passage: Passage,
    known: Mapping[str, str],
    suggested: Mapping[str, Region],
) -> Content:
    """Return the mentions that were marked.

    Args:
        answers: The answers.
        passage: Their segment and form.
        known: Id of a region to the id that its item had before.
        suggested: Id of a region to the suggested region.
    """
    regions = answers.of(passage.form.labels_of(MENTION))
    ids = numbered("m", regions, known)
    nil: dict[str, str] = {}
    mentions: list[dict[str, Any]] = []
    problems: list[Problem] = []
    trace = {}
    for index, (region_id, item_id) in enumerate(ids.items()):
        region = answers.regions[region_id]
        found = links(region, "actors", passage.form)
        nil |= found.nil
        problems += [
            Problem("LST016", region.pointer, f"{passage.called(region)}: {fault}.")
            for fault in found.faults
        ]
        trace[f"/mentions/{index}"] = region.pointer
        mentions.append(
            {
                "id": item_id,
                **passage.span(region),
                "actors": list(found.actors),
                "naming": region.label,
                "form": region.one("form"),
                "link_certainty": region.one("link_certainty"),
                "origin": origin(region, suggested.get(region_id)),
            }
        )
    data = {
        "mentions": mentions,
        "coverage": covered(answers, passage.form),
        "note": answers.one("note"),
    }
    return Content(data, nil, trace, ids, tuple(problems))


def origin(region: Region, suggestion: Region | None) -> str:
    """Return the origin of a region.

    Tools report only a changed span as a change of a suggestion. A changed link or label is
    found by comparing it with the suggestion.
    """
    if region.origin != "suggestion_accepted" or suggestion is None:
        return region.origin
    same = (
        (region.label, region.start, region.end, region.values)
        == (suggestion.label, suggestion.start, suggestion.end, suggestion.values)
    )  # fmt: skip
    return "suggestion_accepted" if same else "suggestion_edited"
