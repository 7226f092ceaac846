"""Rules on a result: its regions, its fields and its arrows."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from standpoint.forms.answers import Answers, Item, Raw, given, place, read
from standpoint.forms.form import (
    ALSO_AT,
    CARRIER_EVIDENCE,
    CLAIM,
    CONTINUED,
    EVIDENCE,
    MENTION,
    SOURCE,
    STANCE,
    Control,
)
from standpoint.records.findings import Hit, Level, check

NEXT = (SOURCE, SOURCE)
RELATED = (CLAIM, CLAIM)

ONE_WAY = frozenset({(CLAIM, SOURCE), NEXT, RELATED})
"""Layers of start and end of arrows whose direction says something."""

EITHER_WAY = frozenset(
    {
        (CLAIM, CONTINUED),
        (ALSO_AT, CONTINUED),
        (CLAIM, ALSO_AT),
        (CLAIM, CARRIER_EVIDENCE),
        (CLAIM, MENTION),
        (SOURCE, MENTION),
        (STANCE, EVIDENCE),
    }
)
"""Layers that an arrow may join in either direction, the owner first."""

_OWNERS = {
    CONTINUED: "a claim or a repeat of one",
    ALSO_AT: "a claim",
    CARRIER_EVIDENCE: "a claim",
    EVIDENCE: "a stance",
    SOURCE: "a claim, directly or through other sources",
}
"""Layer of regions that mean nothing alone, to what they hang on."""


@check("LST003", Level.ERROR, on=Raw)
def region_has_its_words(raw: Raw, _: Any) -> Iterator[Hit]:
    """A region lies inside the text, and its words are those at its place.

    Why: offsets have been wrong around emoji and right-to-left text; without its words
    the place of a region is not proved, and half a character cannot be stored.
    Fix: mark the words, or fill in the field, again.
    Example: end 900 in a text of 800 characters.
    """
    for at in raw.halved:
        known = raw.items.get(at)
        where = raw.called(known.id or known.from_id) if known else raw.where
        yield Hit(at, f"{where}: half a character, which cannot be stored.")
    for at, item in raw.marked:
        if at in raw.halved:
            continue
        start, end = place(item)
        if start is None or end is None or not 0 <= start < end <= len(raw.text):
            message = f"{raw.called(item.id)}: it has no place in the text."
            yield Hit(f"{at}/value", message)
            continue
        words = item.value.get("text")
        if not raw.text[start:end].strip():
            message = f"{raw.called(item.id)}: nothing but white space is marked."
            yield Hit(f"{at}/value", message)
        elif words is None:
            message = (
                f"{raw.called(item.id)}: it comes without its words, so its place is not"
                " proved."
            )
            yield Hit(f"{at}/value", message)
        elif _plain(words) != _plain(raw.text[start:end]):
            message = (
                f"{raw.called(item.id)}: the text has other words at {start}-{end} than"
                " the region says."
            )
            yield Hit(f"{at}/value/text", message)


def _plain(words: Any) -> str:
    """Return words without white space; a browser writes a backslash and n for a break."""
    return "".join(str(words).replace("\\n", " ").split())


@check("LST004", Level.ERROR, on=Raw)
def answer_is_asked(raw: Raw, _: Any) -> Iterator[Hit]:
    """Every field and label is one that the pass asks for.

    Why: a label that was renamed on the server, or invented, means nothing here.
    Fix: restore the labels of the project, or choose one of those the pass has.
    Example: a region labelled \u2018claim\u2019 where the pass has ten types of claim.
    """
    for at, fault in raw.misshapen:
        yield Hit(at, f"{raw.where}: this is no item of a result. {fault}.")
    labels = {mark.label for mark in raw.form.marks}
    relations = {value.name for value in raw.form.relations}
    for at, item in raw.marked:
        for label in given(item):
            if not isinstance(label, str) or label not in labels:
                message = f"{raw.called(item.id)}: there is no label \u2018{label}\u2019 here."
                yield Hit(f"{at}/value", message)
    for at, item in raw.fields:
        yield from _unknown_field(raw, at, item)
    for at, item in raw.relations:
        for label in set(item.labels or ()) - relations:
            message = f"{raw.called(item.from_id)}: there is no arrow \u2018{label}\u2019 here."
            yield Hit(f"{at}/labels", message)


def _unknown_field(raw: Raw, at: str, item: Item) -> Iterator[Hit]:
    field = raw.form.field(item.from_name)
    if field is not None and field.kind == item.type:
        yield from _unknown_values(raw, at, item, field)
        return
    message = (
        f"{raw.called(item.id)}: there is no field \u2018{item.from_name}\u2019 of type"
        f" \u2018{item.type}\u2019 here."
    )
    yield Hit(f"{at}/from_name", message)


def _unknown_values(raw: Raw, at: str, item: Item, field: Control) -> Iterator[Hit]:
    names = {value.name for value in field.values}
    for value in given(item):
        if not isinstance(value, str) or (names and value not in names):
            message = (
                f"{raw.called(item.id)}: \u2018{field.name}\u2019 has no value"
                f" \u2018{value}\u2019."
            )
            yield Hit(f"{at}/value", message)


@check("LST005", Level.ERROR, on=Raw)
def field_has_its_number(raw: Raw, _: Any) -> Iterator[Hit]:
    """What must be given is given, and what is asked once has one value.

    Why: of two values nobody knows which was meant.
    Fix: open the task, select the region and fill the field in; then press Update.
    Example: a claim without a modality.
    """
    yield from _crowded(raw)
    filled = {
        (item.id if field.layer else "", field.name)
        for _, item in raw.fields
        if (field := raw.form.field(item.from_name)) and _listed(item)
    }
    layers = _layers(raw)
    out = _left_out(raw, layers)
    for at, item in raw.marked:
        for field in _required(raw, layers.get(item.id)) if item.id not in out else ():
            if (item.id, field.name) not in filled:
                message = (
                    f"{raw.called(item.id)}: \u2018{field.name}\u2019 is not filled in."
                )
                yield Hit(at, message)
    for field in _required(raw, ""):
        if ("", field.name) not in filled:
            message = f"{raw.where}: \u2018{field.name}\u2019 is not filled in."
            yield Hit(raw.pointer, message)


def _crowded(raw: Raw) -> Iterator[Hit]:
    """Yield what has several values, or a region with several labels or none."""
    for at, item in raw.fields:
        field = raw.form.field(item.from_name)
        if field and not field.many and len(_listed(item)) > 1:
            message = (
                f"{raw.called(item.id)}: \u2018{field.name}\u2019 has"
                f" {len(_listed(item))} values where one is asked."
            )
            yield Hit(f"{at}/value", message)
    for at, item in raw.marked:
        if len(given(item)) != 1:
            message = f"{raw.called(item.id)}: it has {len(given(item))} labels."
            yield Hit(f"{at}/value", message)


def _listed(item: Item) -> list[Any]:
    return [one for one in given(item) if not isinstance(one, str) or one.strip()]


def _required(raw: Raw, layer: str | None) -> Iterator[Control]:
    return (f for f in raw.form.controls if f.required and f.layer == layer)


@check("LST006", Level.ERROR, on=Raw)
def field_has_its_region(raw: Raw, _: Any) -> Iterator[Hit]:
    """A field of a region has a region, and no region or field is there twice.

    Why: what belongs to nothing would be lost without anyone noticing.
    Fix: open the task and save it again; if it stays, mark the words again.
    Example: a normalised sentence whose claim was deleted.
    """
    marked: set[str] = set()
    for at, item in raw.marked:
        if not item.id or item.id in marked:
            message = f"{raw.called(item.id)}: its id is missing or given twice."
            yield Hit(f"{at}/id", message)
        marked.add(item.id)
    seen: set[tuple[str, str]] = set()
    for at, item in raw.fields:
        field = raw.form.field(item.from_name)
        if field is None:
            continue  # LST004 reports it
        owner = (item.id if field.layer else "", field.name)
        if field.layer and item.id not in marked:
            message = (
                f"{raw.called(item.id)}: \u2018{field.name}\u2019 is filled in, but there is"
                " no such region."
            )
            yield Hit(f"{at}/id", message)
        elif owner in seen:
            yield Hit(
                at, f"{raw.called(item.id)}: \u2018{field.name}\u2019 is there twice."
            )
        seen.add(owner)


@check("LST007", Level.WARNING, on=Raw)
def region_hangs_on_something(raw: Raw, _: Any) -> Iterator[Hit]:
    """A source, a part and more evidence belong to a claim or a stance.

    One that does not is left out; the rest of the segment is taken.

    Why: without the arrow nobody knows whose source or whose part it is.
    Fix: select the claim or stance, press Alt+R, click the region and press Update; or
        delete the region.
    Example: a source to which no arrow leads.
    """
    layers = _layers(raw)
    out = _left_out(raw, layers)
    for at, item in raw.marked:
        if item.id in out:
            owner = _OWNERS[layers[item.id]]
            message = (
                f"{raw.called(item.id)}: no arrow leads to it from {owner}, so it is left"
                " out."
            )
            yield Hit(at, message)


def sound(raw: Raw) -> Answers:
    """Read a result in which the rules found no error, without what is left out."""
    layers = _layers(raw)
    out = _left_out(raw, layers)
    useless = {
        at
        for at, item in raw.relations
        if {item.from_id, item.to_id} & out or meaningless(item, layers)
    }
    found = read(raw)
    return found._replace(
        regions={key: one for key, one in found.regions.items() if key not in out},
        arrows=tuple(one for one in found.arrows if one.pointer not in useless),
    )


def _left_out(raw: Raw, layers: Mapping[str, str]) -> set[str]:
    """Return the ids of regions that mean nothing alone and belong to nothing."""
    own = {one for one, layer in layers.items() if layer in _OWNERS}
    return own - _reached(raw, layers) if own else set()


def _layers(raw: Raw) -> dict[str, str]:
    """Return id of a region to its layer, of those whose label is known."""
    found = {}
    for _at, item in raw.marked:
        layer = raw.form.layer_of(str(next(iter(given(item)), "")))
        if layer is not None:
            found[item.id] = layer
    return found


def _reached(raw: Raw, layers: Mapping[str, str]) -> set[str]:
    """Return the ids of regions that hang, over whatever way, on a claim or a stance."""
    ways: dict[str, set[str]] = {}
    for _at, item in raw.relations:
        one, other = layers.get(item.from_id, ""), layers.get(item.to_id, "")
        if (one, other) in ONE_WAY | EITHER_WAY:
            ways.setdefault(item.from_id, set()).add(item.to_id)
        if (other, one) in EITHER_WAY:
            ways.setdefault(item.to_id, set()).add(item.from_id)
    todo = [one for one, layer in layers.items() if layer in {CLAIM, STANCE}]
    reached = set(todo)
    while todo:
        new = ways.get(todo.pop(), set()) - reached
        reached |= new
        todo += new
    return reached


@check("LST008", Level.ERROR, on=Raw)
def arrow_points_the_right_way(raw: Raw, _: Any) -> Iterator[Hit]:
    """An arrow joins two regions that exist, and points the right way.

    From a claim to its source, and on to where that has it from.

    Why: an arrow that is drawn the wrong way round reverses a chain of sources, and one
    that lost its end may have led to a source.
    Fix: delete the arrow in the list of relations and draw it from the claim.
    Example: an arrow from a source to its claim.
    """
    layers = _layers(raw)
    marked = {item.id for _at, item in raw.marked}
    for at, item in raw.relations:
        missing = [one for one in (item.from_id, item.to_id) if one not in marked]
        if missing:
            message = (
                f"{raw.called(item.from_id)}: an arrow ends at \u2018{missing[0]}\u2019,"
                " but there is no such region."
            )
            yield Hit(at, message)
        elif fault := _turned(item, layers):
            yield Hit(at, f"{raw.called(item.from_id)}: an arrow {fault}.")
    yield from _circle(raw, layers)


def _turned(item: Item, layers: Mapping[str, str]) -> str:
    """Return what is wrong with the direction of an arrow, or nothing."""
    start, end = layers.get(item.from_id, ""), layers.get(item.to_id, "")
    if item.from_id == item.to_id:
        return ""
    if (start, end) in ONE_WAY and item.direction == "bi":
        return "points both ways; it has to point one way"
    if (end, start) in ONE_WAY - {(start, end)}:
        return f"leads from a {start} to a {end}; it has to lead back"
    return ""


@check("LST023", Level.WARNING, on=Raw)
def arrow_means_something(raw: Raw, _: Any) -> Iterator[Hit]:
    """An arrow joins two regions between which an arrow means something.

    Between a claim or a stance and a part of it; between two claims, with a label that
    says how they relate. Another one is left out; the rest of the segment is taken.

    Why: what the annotator meant by it is not recorded.
    Fix: in the list of relations delete the arrow or give it a label; press Update.
    Example: an arrow between two mentions.
    """
    layers = _layers(raw)
    for at, item in raw.relations:
        if {item.from_id, item.to_id} <= layers.keys() and (
            fault := meaningless(item, layers)
        ):
            message = (
                f"{raw.called(item.from_id)}: an arrow {fault}, so it is left out."
            )
            yield Hit(at, message)


def meaningless(item: Item, layers: Mapping[str, str]) -> str:
    """Return why an arrow means nothing, or nothing where it does or is turned round."""
    start, end = layers[item.from_id], layers[item.to_id]
    if item.from_id == item.to_id:
        return "leads back to the same region"
    if (start, end) == RELATED and len(item.labels or ()) != 1:
        return "between two claims does not say how they relate"
    if not {(start, end), (end, start)} & (ONE_WAY | EITHER_WAY):
        return f"from a region of kind {start} to one of kind {end} means nothing"
    return ""


def _circle(raw: Raw, layers: Mapping[str, str]) -> Iterator[Hit]:
    """Yield an arrow of a circle of sources, if there is one."""
    arrows = {
        (item.from_id, item.to_id): at
        for at, item in raw.relations
        if (layers.get(item.from_id), layers.get(item.to_id)) == NEXT
        and item.from_id != item.to_id
    }
    ways: dict[str, list[str]] = {}
    for start, end in arrows:
        ways.setdefault(start, []).append(end)
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as error:
        circle = set(error.args[1])
        start, at = next((one[0], at) for one, at in arrows.items() if circle >= {*one})
        yield Hit(at, f"{raw.called(start)}: an arrow closes a circle of sources.")
