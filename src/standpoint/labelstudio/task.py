"""Tasks: one segment each, with what `pull` needs to know in their `meta`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import msgspec

from standpoint.forms import panel
from standpoint.forms.adjudication import Contested
from standpoint.forms.answers import Answers, Region
from standpoint.forms.convert_common import plain
from standpoint.forms.form import (
    CONTESTED,
    DECIDE,
    MENTION,
    MENTIONED,
    NEW_ACTOR,
    NOBODY,
    NOT_ANNOTATED,
    PASSES,
    Form,
)
from standpoint.labelstudio.result import shown, written
from standpoint.records.model import Actor, JudgedSegment, Panel, Record, Segment
from standpoint.records.text import trim
from standpoint.records.vocabulary import COMMENTER, NIL, voice

KEY = "standpoint"
"""Key of the `Meta` in the `meta` of a task."""
GIVEN = "given"
"""Model version of the regions that a task comes with: grey text, mentions, suggestions."""

LISTED = ("actors", "sources", "holders", "targets", "decisions", "readings")
"""Keys of a task with the lists of values of fields."""

_NAME_LENGTH = 64

MARK = "standpoint "
"""Start of the description of a project that was made here."""
TITLE = 50
"""Characters of the longest title that Label Studio allows."""


class Key(Record, frozen=True):
    """The key of a project: one annotator, batch, form, tier and panel."""

    annotator: str
    batch: str
    form: str
    tier: str
    panel: str

    @property
    def title(self) -> str:
        """Its title on the server."""
        place = f"{PASSES.index(self.form) + 1} " if self.form in PASSES else ""
        panel = f" ({self.panel})" if self.panel else ""
        title = f"{self.batch} {self.annotator} {place}{self.form}{panel}"
        return title if len(title) <= TITLE else f"{title[: TITLE - 3]}..."

    @property
    def description(self) -> str:
        """The description that identifies the project; nobody should change it."""
        said = json.dumps(msgspec.to_builtins(self), ensure_ascii=False)
        return f"{MARK}{said}"


class Meta(Record, frozen=True, omit_defaults=True):
    """What a task is about; stored in the task.

    Attributes:
        document: Document id.
        segment: Segment id.
        start: Start of the segment in the document.
        end: Its end.
        text_sha256: SHA-256 of the text of the document.
        form: Name of the pass.
        tier: `core` or `extended`.
        panel: Id of the panel, or empty in other forms.
        annotator: Pseudonym of the annotator.
        batch: Name of the batch.
        guidelines: Version of the guidelines.
        config: Digest of the labelling configuration.
        suggested: Whether mentions were suggested.
        calibration: Whether it belongs to a new annotator's trial.
        contested: What is adjudicated, or None.
    """

    document: str
    segment: str
    start: int
    end: int
    text_sha256: str
    form: str
    tier: str
    panel: str
    annotator: str
    batch: str
    guidelines: str
    config: str
    suggested: bool = False
    calibration: bool = False
    contested: Contested | None = None

    @property
    def project(self) -> Key:
        """The project that the task belongs to."""
        return Key(
            annotator=self.annotator,
            batch=self.batch,
            form=self.form,
            tier=self.tier,
            panel=self.panel,
        )

    @property
    def place(self) -> tuple[str, ...]:
        """What identifies a task of an annotator: document, segment, form and items."""
        members = self.contested.members if self.contested else ()
        items = (part for one in members for part in (one.name, one.digest))
        kind = "trial" if self.calibration else ""
        return self.document, self.segment, self.form, kind, *items


def is_whole(meta: Meta) -> bool:
    """Tell whether a task of adjudication has items to decide on, and no other task has."""
    if meta.contested is None:
        return meta.form not in DECIDE.values()
    return meta.form == DECIDE[meta.contested.layer]


def task(
    meta: Meta,
    segment: Segment,
    text: str,
    lists: Mapping[str, Any],
    given: Answers,
    form: Form,
) -> dict[str, Any]:
    """Return a task.

    Args:
        meta: What it is about.
        segment: The segment.
        text: The raw text of the document.
        lists: Key of the task to the list of values of a field.
        given: Regions that the task comes with.
        form: The pass.
    """
    words = shown(text[segment.start : segment.end])
    return {
        "data": {
            "segment": f"{meta.document}/{segment.id}",
            "warnings": ", ".join(segment.content_warnings),
            "notice": notice(segment),
            "text": words,
            **lists,
        },
        "meta": {KEY: msgspec.to_builtins(meta)},
        "predictions": [
            {
                "model_version": GIVEN,
                "result": written(
                    given, form, words, readonly=[NOT_ANNOTATED, CONTESTED]
                ),
            }
        ],
    }


def notice(segment: Segment) -> str:
    """Return the notice above the text.

    A text with content warnings is blurred until the annotator opens their line.
    """
    if not segment.content_warnings:
        return ""
    names = escape(", ".join(one.replace("_", " ") for one in segment.content_warnings))
    return (
        f"<details><summary>This segment contains: {names}. Open this line when you are ready"
        " to read it.</summary>You may skip it without giving a reason.</details>"
    )


def grey(segment: Segment, text: str) -> dict[str, Region]:
    """Return the parts of a segment that are not annotated, as regions."""
    found = {}
    for number, zone in enumerate(segment.zones, 1):
        start, end = trim(text, zone.start, zone.end)
        if not zone.is_annotatable and start < end:
            name = f"zone-{number}"
            place = (start - segment.start, end - segment.start)
            found[name] = Region(name, NOT_ANNOTATED, *place, {})
    return found


def with_mentions(
    regions: Mapping[str, Region], judged: JudgedSegment | None, start: int
) -> dict[str, Region]:
    """Return regions, plus the mentions of the first pass."""
    marked = dict(regions)
    for mention in judged.mentions if judged else ():
        name = f"{MENTIONED}{mention.id}"
        place = (mention.start - start, mention.end - start)
        marked[name] = Region(name, MENTION, *place, {})
    return marked


# what readings say


def table(
    members: Sequence[tuple[str, Any]], layer: str, heading: str, *, count: int
) -> str:
    """Return a table of the readings of an item, as HTML.

    Args:
        members: Name of each reading and its item.
        layer: Their layer.
        heading: The line above the table.
        count: Number of annotators who covered the segment.
    """
    rows: dict[str, list[str]] = {}
    for place, (_, item) in enumerate(members):
        for key, value in _told(item, layer).items():
            rows.setdefault(key, [""] * len(members))[place] = value
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in members)
    lines = [f"<tr><th></th>{head}</tr>"]
    for key, cells in rows.items():
        shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        differs = " class=sp-differs" if len(set(cells)) > 1 else ""
        lines.append(f"<tr{differs}><th>{escape(key)}</th>{shown}</tr>")
    title = f"{escape(heading)} Marked by {len(members)} of {count} annotators."
    return f"<p>{title}</p><table>{''.join(lines)}</table>"


def _told(item: Any, layer: str) -> dict[str, str]:
    """Return the properties of an item in a reading."""
    data = plain(item)
    told = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in data.items()
        if key not in _NOT_TOLD and value not in (None, [], True)
    }
    if layer == "claim":
        told["about"] = ", ".join(f"{a['actor']} ({a['role']})" for a in data["about"])
        told["chains"] = "; ".join(
            " < ".join(
                f"{node['source_type']} {'+'.join(node['actors'])}".strip()
                for node in chain
            )
            for chain in data["chains"]
        )
    return told


_NOT_TOLD = frozenset(
    {
        *("id", "start", "end", "digest", "spans", "also_at", "carrier_evidence"),
        *("evidence", "origin", "language", "holder", "target", "about", "chains"),
    }
)
"""Properties that are not in the table, because regions or other lines show them."""


# lists to choose from

Entry = dict[str, str]


def lists(
    form: Form,
    actors: Sequence[Entry],
    judged: JudgedSegment | None,
    nil: Iterable[str],
    segment: Segment,
    asked: Panel | None,
) -> dict[str, list[Entry]]:
    """Return the lists of values of the fields of a form.

    Args:
        form: The pass.
        actors: The actors of the registry, as `actor_list` returns them.
        judged: What the annotator has annotated in the segment so far, or None.
        nil: NIL ids of the annotator's set.
        segment: The segment.
        asked: The panel.
    """
    own = _named(judged)
    fresh = [_entry(one, f"{one.partition(':')[2]} (new)") for one in nil]
    ordered = _own_first([*actors, *fresh], own)
    new = _entry(NEW_ACTOR, "not in the registry")
    made = {
        "actors": [*ordered, new],
        "sources": [*ordered, _entry(NOBODY, "linked to nobody"), new],
        "holders": _holders(ordered, own, segment),
        "targets": _targets(ordered, judged, asked),
    }
    wanted = {field.listed_in for field in form.controls}
    return {key: found for key, found in made.items() if key in wanted}


def names(actor: Actor) -> str:
    """Return the names of an actor for a list: the first one, and others to search for."""
    first, *others = (name.text for name in actor.names if name.kind != "epithet")
    shown_names = first
    for other in others:
        longer = f"{shown_names} \u00b7 {other}"
        if len(longer) > _NAME_LENGTH:
            break
        shown_names = longer
    return shown_names


def _entry(alias: str, value: str) -> Entry:
    return {"alias": alias, "value": value}


def _distinct(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Make names unique: Label Studio shows only the first of several entries of one name."""
    seen: set[str] = set()
    for entry in entries:
        alias, value = entry["alias"], entry["value"]
        if value in seen:
            value = f"{value} ({alias})"
        seen.add(value)
        yield _entry(alias, value)


def _named(judged: JudgedSegment | None) -> list[str]:
    """Return the actors of a segment in the order in which they first occur."""
    if judged is None:
        return []
    found = [actor for mention in judged.mentions for actor in mention.actors]
    for claim in judged.claims:
        found += [about.actor for about in claim.about]
        found += [a for chain in claim.chains for node in chain for a in node.actors]
    return list(dict.fromkeys(found))


def _own_first(entries: list[Entry], own: Sequence[str]) -> list[Entry]:
    rank = {actor: place for place, actor in enumerate(own)}
    return sorted(entries, key=lambda entry: rank.get(entry["alias"], len(rank)))


def _holders(
    entries: Sequence[Entry], own: Sequence[str], segment: Segment
) -> list[Entry]:
    """Return the possible holders of a stance: the actors of the segment, if known."""
    possible = [
        _entry(panel.holder("actor", entry["alias"]), entry["value"])
        for entry in entries
        if not entry["alias"].startswith(NIL) and (not own or entry["alias"] in own)
    ]
    speaker = voice(segment.kind)
    said = (
        "the author of this comment"
        if speaker is COMMENTER
        else "the text itself, outlet and author"
    )
    return [*possible, _entry(speaker.holder, said)]


def _targets(
    entries: Sequence[Entry], judged: JudgedSegment | None, asked: Panel | None
) -> list[Entry]:
    # A target of the panel that is a camp of actors belongs to the panel: a quoted speaker
    # has a stance toward an actor, and ACT001 refuses the camp.
    found = [
        _entry(panel.target(target.kind, target.id), f"{target.title} (panel)")
        for target in (asked.targets if asked else ())
        if target.kind != "actor"
    ]
    found += [
        _entry(panel.target("actor", entry["alias"]), entry["value"])
        for entry in entries
    ]
    found += [
        _entry(panel.target("claim", claim.id), f"{claim.id}: {claim.normalised}")
        for claim in (judged.claims if judged else ())
    ]
    return list(_distinct(found))


def actor_list(actors: Iterable[Actor], *, fictional: bool) -> list[Entry]:
    """Return the real or the invented actors that are not deprecated, by name."""
    found = (
        _entry(actor.id, names(actor))
        for actor in actors
        if actor.fictional == fictional and actor.status != "deprecated"
    )
    by_name = sorted(found, key=lambda entry: entry["value"].casefold())
    return list(_distinct(by_name))
