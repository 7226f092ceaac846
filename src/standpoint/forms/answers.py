"""What an annotator did in one task: regions, arrows and fields, to and from results.

A result is a list of items. Items with one id are one region: its label, and its fields.
Items without a region are fields of the segment. Offsets count code points of the text
that was shown, which is that of the segment, character by character.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from standpoint.forms.config import MARK, TEXT
from standpoint.forms.form import (
    CLAIM,
    CONTESTED,
    MENTION,
    MENTIONED,
    NOT_ANNOTATED,
    Form,
)
from standpoint.records.safe_repr import veiled

_KINDS = {"choices": "choices", "taxonomy": "taxonomy", "textarea": "text"}
"""Kind of a field to the key of its value."""

ORIGINS = {
    "manual": "manual",
    "prediction": "suggestion_accepted",
    "prediction-changed": "suggestion_edited",
}
"""What Label Studio calls the origin of a region, to the label of the record."""

_HARMLESS = frozenset({"readonly", "hidden", "locked", "score"})
"""Keys of an item that hold no judgement; others that are not read are reported."""
_PLACE = frozenset(
    {"start", "end", "text", "startOffset", "endOffset", "globalOffsets"}
)
"""Keys of a value that say where it is."""


class Region(NamedTuple):
    """A marked stretch.

    Attributes:
        id: Its id in the result.
        label: Its label.
        start: First code point in the segment.
        end: Code point after the last.
        values: Name of a field to what was given in it.
        origin: Label of the record.
        pointer: JSON pointer to its label.
        note: What was typed into the note of the region itself, or empty.
    """

    id: str
    label: str
    start: int
    end: int
    values: dict[str, tuple[str, ...]]
    origin: str = "manual"
    pointer: str = ""
    note: str = ""

    def one(self, name: str) -> str | None:
        """Return the only value of a field, or None where nothing was given."""
        return next(iter(self.values.get(name, ())), None)


class Arrow(NamedTuple):
    """A relation that was drawn.

    Attributes:
        from_id: Id of the region where it starts.
        to_id: Id of the region where it ends.
        label: Its label, or None.
        pointer: JSON pointer to it.
    """

    from_id: str
    to_id: str
    label: str | None = None
    pointer: str = ""


class Answers(NamedTuple):
    """Everything in one result.

    Attributes:
        regions: Id to region, in the order of the result.
        arrows: Relations.
        values: Name of a field of the segment to what was given in it.
    """

    regions: dict[str, Region]
    arrows: tuple[Arrow, ...]
    values: dict[str, tuple[str, ...]]

    def of(self, labels: Iterable[str]) -> list[Region]:
        """Return the regions with one of these labels, in text order."""
        wanted = frozenset(labels)
        found = [region for region in self.regions.values() if region.label in wanted]
        return sorted(found, key=lambda region: (region.start, region.end))

    def one(self, name: str) -> str | None:
        """Return the only value of a field of the segment, or None."""
        return next(iter(self.values.get(name, ())), None)

    def noted(self) -> list[Region]:
        """Return the regions with a note of their own."""
        return [region for region in self.regions.values() if region.note]

    def without_notes(self) -> "Answers":
        """Return the same without the notes on regions."""
        regions = {key: one._replace(note="") for key, one in self.regions.items()}
        return self._replace(regions=regions)


def fitting(answers: Answers, form: Form) -> Answers:
    """Return answers without what a pass does not ask, such as extended fields."""

    def asked(
        values: dict[str, tuple[str, ...]], layer: str
    ) -> dict[str, tuple[str, ...]]:
        fields = (form.field(name) for name in values)
        known = {field.name for field in fields if field and field.layer == layer}
        return {name: given for name, given in values.items() if name in known}

    regions = {}
    for name, region in answers.regions.items():
        layer = form.layer_of(region.label)
        if layer is not None:
            regions[name] = region._replace(values=asked(region.values, layer))
    arrows = (a for a in answers.arrows if {a.from_id, a.to_id} <= regions.keys())
    return Answers(regions, tuple(arrows), asked(answers.values, ""))


def shown(text: str) -> str:
    """Return a text as a task shows it: as long, but without carriage returns.

    The browser would show them as one line break more.
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")


def written(
    answers: Answers, form: Form, text: str, *, readonly: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Write answers as a result.

    Args:
        answers: The answers.
        form: The pass.
        text: The text that is shown.
        readonly: Labels of regions that cannot be changed.
    """
    kinds = {field.name: field.kind for field in form.controls}
    origins = {label: name for name, label in ORIGINS.items()}
    items: list[dict[str, Any]] = []
    for region in answers.regions.values():
        place = {"start": region.start, "end": region.end}
        words = text[region.start : region.end]
        common: dict[str, Any] = {"id": region.id, "origin": origins[region.origin]}
        if region.label in readonly:
            common["readonly"] = True
        label = {**place, "text": words, "labels": [region.label]}
        items.append(_item(common, MARK, "labels", label))
        for name, given in region.values.items():
            value = {**place, "text": words, **_value(kinds[name], given)}
            items.append(_item(common, name, kinds[name], value))
    for name, given in answers.values.items():
        value = _value(kinds[name], given)
        items.append(_item({"id": f"of-{name}"}, name, kinds[name], value))
    for arrow in answers.arrows:
        item: dict[str, Any] = {
            "type": "relation",
            "from_id": arrow.from_id,
            "to_id": arrow.to_id,
            "direction": "right",
        }
        items.append(item | ({"labels": [arrow.label]} if arrow.label else {}))
    return items


def _item(
    common: dict[str, Any], name: str, kind: str, value: dict[str, Any]
) -> dict[str, Any]:
    return {
        **common,
        "from_name": name,
        "to_name": TEXT,
        "type": kind,
        "value": value,
    }


def _value(kind: str, given: Sequence[str]) -> dict[str, Any]:
    listed = [[one] for one in given] if kind == "taxonomy" else list(given)
    return {_KINDS[kind]: listed}


# reading


class Item(msgspec.Struct):
    """An item of a result as it was exported; `unread` tells what else it has."""

    type: str
    id: str = ""
    from_name: str = ""
    to_name: str = ""
    value: dict[str, Any] = {}
    origin: str | None = None
    from_id: str = ""
    to_id: str = ""
    direction: str | None = None
    labels: list[str] | None = None
    meta: Any = None


class Raw(NamedTuple):
    """A result as it was exported, item by item, with the pass it is of.

    Attributes:
        where: Words that name task and annotator, for messages.
        pointer: JSON pointer to the result.
        form: The pass.
        text: The text that was shown.
        items: JSON pointer to item, of those that have the form of an item.
        misshapen: JSON pointer and fault of each of the others.
        halved: JSON pointers of the items that hold half a character.
        unread: JSON pointer of an item, and each key in it that is not read.
    """

    where: str
    pointer: str
    form: Form
    text: str
    items: dict[str, Item]
    misshapen: tuple[tuple[str, str], ...]
    halved: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return veiled(self, "text")

    @property
    def marked(self) -> Iterator[tuple[str, Item]]:
        """The items that make regions."""
        return ((at, i) for at, i in self.items.items() if i.from_name == MARK)

    @property
    def fields(self) -> Iterator[tuple[str, Item]]:
        """The items that fill fields, of regions and of the segment."""
        return (
            (at, item)
            for at, item in self.items.items()
            if item.from_name != MARK and item.type != "relation"
        )

    @property
    def relations(self) -> Iterator[tuple[str, Item]]:
        """The items that are arrows."""
        return ((at, i) for at, i in self.items.items() if i.type == "relation")

    def called(self, item_id: str) -> str:
        """Name a region in words: task, annotator, its id and its words."""
        marked = next((i for _, i in self.marked if i.id == item_id), None)
        return f"{self.where}, region {item_id}{self._words(marked)}"

    def _words(self, item: Item | None) -> str:
        start, end = place(item) if item is not None else (None, None)
        if start is None or end is None or not 0 <= start < end <= len(self.text):
            return ""
        words = " ".join(self.text[start:end].split())
        return f" \u2018{words if len(words) <= 60 else words[:57] + '...'}\u2019"  # noqa: PLR2004


def raw(result: Any, where: str, form: Form, text: str, pointer: str) -> Raw:
    """Take a result apart; nothing is judged yet.

    Args:
        result: The list of items.
        where: Words that name task and annotator.
        form: The pass.
        text: The text that was shown.
        pointer: JSON pointer to the list.
    """
    items: dict[str, Item] = {}
    misshapen: list[tuple[str, str]] = []
    if not isinstance(result, list):
        fault = (pointer, "The result is not a list")
        return Raw(where, pointer, form, text, {}, (fault,))
    halved: list[str] = []
    more: list[tuple[str, str]] = []
    for index, given_item in enumerate(result):
        at, item = f"{pointer}/{index}", given_item
        if is_halved(item):
            halved.append(at)  # before it is converted, which fails on some of these
            item = _whole_characters(item)
        try:
            items[at] = _turned(msgspec.convert(item, Item))
        except msgspec.ValidationError as error:
            misshapen.append((at, str(error)))
            continue
        more += [(at, key) for key in _unread(item, items[at])]
    return Raw(
        where, pointer, form, text, items, tuple(misshapen), tuple(halved), tuple(more)
    )


def is_halved(value: Any) -> bool:
    """Tell whether plain data hold half a surrogate pair, which no file can store."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _whole_characters(value: Any) -> Any:
    """Return plain data with a mark in place of each half of a character."""
    said = json.dumps(value, ensure_ascii=False)
    return json.loads(said.encode("utf-8", "replace"))


def filled_keys(found: Mapping[str, Any], read_: Iterable[str]) -> Iterator[str]:
    """Yield the keys that hold something and are not among those that are read.

    Keys that begin with an underscore are private to the program that wrote them.
    """
    known = frozenset(read_)
    for key, value in found.items():
        if value and key not in known and not key.startswith("_"):
            yield key


def _unread(item: Mapping[str, Any], read_: Item) -> Iterator[str]:
    """Yield the keys of an item, its value and its note that hold something unread."""
    yield from filled_keys(item, {*Item.__struct_fields__, *_HARMLESS})
    own = {"labels": "labels", **_KINDS}.get(read_.type, "")
    for key in filled_keys(read_.value, {*_PLACE, own}):
        yield f"value.{key}"
    if isinstance(read_.meta, dict):
        for key in filled_keys(read_.meta, {"text"}):
            yield f"meta.{key}"
    elif read_.meta:
        yield "meta"


def _noted(item: Item) -> list[str]:
    """Return what was typed into the note of a region, line by line."""
    found = item.meta.get("text") if isinstance(item.meta, dict) else None
    lines = found if isinstance(found, list) else [found]
    return [" ".join(str(one).split()) for one in lines if one and str(one).strip()]


def _turned(item: Item) -> Item:
    """Return an arrow that was turned round in the list of relations as it points now."""
    if item.direction != "left":
        return item
    ends = {"from_id": item.to_id, "to_id": item.from_id}
    return msgspec.structs.replace(item, **ends, direction="right")


def place(item: Item) -> tuple[int | None, int | None]:
    """Return start and end of an item; None for what is no whole number."""
    start, end = item.value.get("start"), item.value.get("end")
    return _whole(start), _whole(end)


def _whole(number: Any) -> int | None:
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return number if is_number else None


def given(item: Item) -> list[Any]:
    """Return the values in the item of a field; of a path, its last step."""
    key = {**_KINDS, "labels": "labels"}.get(item.type, "")
    found = item.value.get(key)
    if not isinstance(found, list):
        return [found]
    if item.type == "taxonomy":
        return [path[-1] if isinstance(path, list) and path else path for path in found]
    return found


def read(found: Raw) -> Answers:
    """Read a result in which the rules found no error."""
    regions: dict[str, Region] = {}
    notes: dict[str, dict[str, None]] = {}
    for item in found.items.values():
        # Label Studio repeats the note of a region with each of its fields.
        notes.setdefault(item.id, {}).update(dict.fromkeys(_noted(item)))
    for at, item in found.marked:
        start, end = place(item)
        regions[item.id] = Region(
            id=item.id,
            label=next(iter(given(item)), ""),
            start=start or 0,
            end=end or 0,
            values={},
            origin=ORIGINS.get(item.origin or "manual", "manual"),
            pointer=at,
            note=" ".join(notes[item.id]),
        )
    asked = {field.name: field.layer for field in found.form.controls}
    values: dict[str, tuple[str, ...]] = {}
    for _at, item in found.fields:
        layer, region = asked[item.from_name], regions.get(item.id)
        filled = tuple(text.strip() for text in given(item) if text.strip())
        if not filled:
            continue
        if not layer:
            values[item.from_name] = filled
        elif region is not None and layer == found.form.layer_of(region.label):
            region.values[item.from_name] = filled
        # Else it is left over from the label that the region had before: `left_out`.
    arrows = tuple(
        Arrow(item.from_id, item.to_id, next(iter(item.labels or ()), None), at)
        for at, item in found.relations
    )
    return Answers(regions, arrows, values)


def left_out(found: Raw) -> Iterator[tuple[str, str]]:
    """Yield JSON pointer and words of what was given but has no place in the record.

    Args:
        found: A result in which the rules found no error.
    """
    labels = {item.id: next(iter(given(item)), "") for _at, item in found.marked}
    layers = {name: found.form.layer_of(label) for name, label in labels.items()}
    for at, item in found.marked:
        if _is_drawn_in_vain(found, item, layers[item.id]):
            words = (
                f"\u2018{labels[item.id]}\u2019 is only for what the task brings along"
            )
            yield at, f"{found.called(item.id)}: {words}, so this region is not taken."
    for at, item in found.fields:
        if why := _field_in_vain(found, item, layers):
            yield at, f"{found.called(item.id)}: {why}, so it is not taken."
        if item.id not in layers and _noted(item):
            yield (
                at,
                f"{found.where}: the note on \u2018{item.from_name}\u2019 is not taken.",
            )
    for at, item in found.relations:
        joined = {layers.get(item.from_id), layers.get(item.to_id)}
        if item.labels and joined != {CLAIM}:
            words = f"the label \u2018{item.labels[0]}\u2019 of an arrow is not taken"
            yield at, f"{found.called(item.from_id)}: {words}: only claims relate."


def _is_drawn_in_vain(found: Raw, item: Item, layer: str | None) -> bool:
    """Tell whether a region was drawn by hand with a label that only tasks bring along."""
    is_given = layer in {NOT_ANNOTATED, CONTESTED} or (
        layer == MENTION and found.form.field("normalised") is not None
    )
    own = item.id.startswith(("zone-", MENTIONED))
    return is_given and not own and item.origin in {None, "manual"}


def _field_in_vain(
    found: Raw, item: Item, layers: Mapping[str, str | None]
) -> str | None:
    """Return why the field of a region is not taken although it is filled in, or None."""
    field, layer = found.form.field(item.from_name), layers.get(item.id)
    if field is None or layer is None or not any(t.strip() for t in given(item)):
        return None
    if field.layer and field.layer != layer:
        return f"\u2018{field.name}\u2019 is filled in, but a {layer} has no such field"
    if field.kind == "textarea" and field.shown_by:
        other, wanted = field.shown_by
        chosen = (
            value
            for _at, one in found.fields
            if (one.id, one.from_name) == (item.id, other)
            for value in given(one)
        )
        if not {*chosen} & {*wanted}:
            values = " or ".join(wanted)
            return (
                f"\u2018{field.name}\u2019 is filled in, but \u2018{other}\u2019 is not"
                f" {values}"
            )
    return None
