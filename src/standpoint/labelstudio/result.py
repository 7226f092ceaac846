"""Results of Label Studio: answers written as a list of items, and read strictly.

Items with one id are one region: its label and its fields. Items without a region are fields
of the segment. Offsets count code points of the text of the segment.

Neither Label Studio nor its SDK checks offsets, the ends of arrows, or the number of values.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from standpoint.forms.answers import Answers, Arrow, Region
from standpoint.forms.convert_common import Passage
from standpoint.forms.form import (
    CLAIM,
    CONTESTED,
    MENTION,
    MENTIONED,
    NOT_ANNOTATED,
    Control,
    Form,
)
from standpoint.labelstudio.config import MARK, TEXT
from standpoint.records.findings import Problem

_KINDS = {"choices": "choices", "taxonomy": "taxonomy", "textarea": "text"}
"""Kind of a field to the key of its value."""
_KEYS = {**_KINDS, "labels": "labels"}

_ORIGINS = {
    "manual": "manual",
    "prediction": "suggestion_accepted",
    "prediction-changed": "suggestion_edited",
}
"""Origin of a region in Label Studio to the label in the record."""

_HARMLESS = frozenset({"readonly", "hidden", "locked", "score"})
"""Keys of an item that hold no answer; any other key that is not read is reported."""
_PLACE = frozenset(
    {"start", "end", "text", "startOffset", "endOffset", "globalOffsets"}
)
"""Keys of a value that give its position."""


def shown(text: str) -> str:
    """Return a text as a task shows it: as long, but without carriage returns.

    The browser would show each of them as one more line break.
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")


# writing


def written(
    answers: Answers, form: Form, text: str, *, readonly: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Write answers as a result.

    Args:
        answers: The answers.
        form: The form.
        text: The text that the task shows.
        readonly: Labels of regions that cannot be changed.
    """
    kinds = {field.name: field.kind for field in form.controls}
    origins = {label: name for name, label in _ORIGINS.items()}
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
        items.append(item | ({"labels": [*arrow.labels]} if arrow.labels else {}))
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


class _Item(msgspec.Struct):
    """An item of a result."""

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

    @property
    def values(self) -> list[Any]:
        """The values of a field, or the labels of a region; of a path, its last step."""
        found = self.value.get(_KEYS.get(self.type, ""))
        if not isinstance(found, list):
            return [found]
        if self.type == "taxonomy":
            return [
                path[-1] if isinstance(path, list) and path else path for path in found
            ]
        return found

    @property
    def filled(self) -> tuple[str, ...]:
        """The values that are not empty, as text."""
        return tuple(
            str(one).strip()
            for one in self.values
            if not isinstance(one, str) or one.strip()
        )

    @property
    def notes(self) -> list[str]:
        """The note on a region, line by line."""
        found = self.meta.get("text") if isinstance(self.meta, dict) else None
        lines = found if isinstance(found, list) else [found]
        return [" ".join(str(one).split()) for one in lines if one and str(one).strip()]


class Result(NamedTuple):
    """A result that was read.

    Attributes:
        answers: The answers, as far as they could be read.
        problems: What is wrong with the result.
        left_out: What was answered, but has no place in a record.
        unread: JSON pointer of an item, and each key of it that is not read.
    """

    answers: Answers
    problems: list[Problem]
    left_out: list[Problem]
    unread: list[tuple[str, str]]


def read(result: Any, passage: Passage, pointer: str) -> Result:
    """Read a result; the rules on answers are still to be checked.

    Args:
        result: The list of items.
        passage: The segment and the form.
        pointer: JSON pointer to the list.
    """
    reader = _Reader(passage, pointer)
    if isinstance(result, list):
        items = reader.items(result)
        reader.read_regions(items)
        reader.read_fields(items)
        reader.read_arrows(items)
    else:
        reader.problem("LST004", pointer, "", "The result is not a list.")
    return reader.result()


class _Reader:
    """A result on its way to answers."""

    def __init__(self, passage: Passage, pointer: str) -> None:
        self.passage = passage
        self.form = passage.form
        self.pointer = pointer
        self.problems: list[Problem] = []
        self.left_out: list[Problem] = []
        self.unread: list[tuple[str, str]] = []
        self.halved: set[str] = set()
        self.regions: dict[str, Region] = {}
        self.arrows: list[Arrow] = []
        self.values: dict[str, tuple[str, ...]] = {}
        self.pointers: dict[str, str] = {}

    def result(self) -> Result:
        answers = Answers(
            self.regions, tuple(self.arrows), self.values, self.pointer, self.pointers
        )
        return Result(answers, self.problems, self.left_out, self.unread)

    def problem(self, code: str, pointer: str, region_id: str, words: str) -> None:
        message = f"{self._called(region_id)}: {words}"
        self.problems.append(Problem(code, pointer, message))

    def leave_out(self, pointer: str, region_id: str, words: str) -> None:
        message = f"{self._called(region_id)}: {words}"
        self.left_out.append(Problem("LST021", pointer, message))

    def _called(self, region_id: str) -> str:
        region = self.regions.get(region_id)
        if region is not None:
            return self.passage.called(region)
        return f"{self.passage.where}{f', region {region_id}' if region_id else ''}"

    def items(self, result: list[Any]) -> dict[str, _Item]:
        """Return JSON pointer to item, of those that have the form of an item."""
        items: dict[str, _Item] = {}
        for index, given in enumerate(result):
            at, raw = f"{self.pointer}/{index}", given
            if is_halved(raw):
                self.halved.add(
                    at
                )  # before it is converted, which fails on some of these
                raw = _whole_characters(raw)
            try:
                item = msgspec.convert(raw, _Item)
            except msgspec.ValidationError as error:
                self.problem(
                    "LST004", at, "", f"a label or answer cannot be read. {error}."
                )
                continue
            self.unread += [(at, key) for key in _unread(raw, item)]
            if item.direction == "left":  # turned round in the list of relations
                item.from_id, item.to_id = item.to_id, item.from_id
            items[at] = item
        return items

    # regions

    def read_regions(self, items: Mapping[str, _Item]) -> None:
        """Read the items that make regions."""
        notes: dict[str, dict[str, None]] = {}
        for item in items.values():
            # Label Studio repeats the note of a region with each of its fields.
            notes.setdefault(item.id, {}).update(dict.fromkeys(item.notes))
        for at, item in items.items():
            if item.from_name == MARK:
                is_new = bool(item.id) and item.id not in self.regions
                start, end = (_whole(item.value.get(key)) for key in ("start", "end"))
                region = Region(
                    id=item.id,
                    label=next(
                        (one for one in item.values if isinstance(one, str)), ""
                    ),
                    start=-1 if start is None else start,
                    end=-1 if end is None else end,
                    values={},
                    origin=_ORIGINS.get(item.origin or "manual", "manual"),
                    pointer=at,
                    note=" ".join(notes[item.id]),
                    pointers={},
                )
                self.regions[item.id] = (
                    region if is_new else self.regions.get(item.id, region)
                )
                if not is_new:
                    words = "its id is missing or used twice."
                    self.problem("LST006", f"{at}/id", item.id, words)
                self._read_words(at, item, region)
                self._read_labels(at, item)
        for at in sorted(self.halved & items.keys()):
            item = items[at]
            words = "half a character, which cannot be stored."
            self.problem("LST003", at, item.id or item.from_id, words)

    def _read_words(self, at: str, item: _Item, region: Region) -> None:
        """Compare the words of a region with those at its position."""
        words, there = item.value.get("text"), self.passage.words(region)
        if at in self.halved or not there.strip():
            return  # the rules on answers report it
        if words is None:
            said = "its words are missing, so its position cannot be checked."
            self.problem("LST003", f"{at}/value", item.id, said)
        elif _plain(words) != _plain(there):
            said = (
                f"its words are not those of the text at {region.start}-{region.end}."
            )
            self.problem("LST003", f"{at}/value/text", item.id, said)

    def _read_labels(self, at: str, item: _Item) -> None:
        known = {mark.label for mark in self.form.marks}
        for label in item.values:
            if not isinstance(label, str) or label not in known:
                words = f"\u2018{label}\u2019 is not a label of this form."
                self.problem("LST004", f"{at}/value", item.id, words)
        if len(item.values) != 1:
            words = f"it has {len(item.values)} labels instead of one."
            self.problem("LST005", f"{at}/value", item.id, words)
        layer = self.form.layer_of(next(iter(item.values), ""))
        own = item.id.startswith(("zone-", MENTIONED))
        is_given = layer in {NOT_ANNOTATED, CONTESTED} or (
            layer == MENTION and self.form.field("normalised") is not None
        )
        if is_given and not own and item.origin in {None, "manual"}:
            words = (
                f"\u2018{item.values[0]}\u2019 is only for regions that the task comes with,"
                " so this region is left out."
            )
            self.leave_out(at, item.id, words)

    # fields

    def read_fields(self, items: Mapping[str, _Item]) -> None:
        """Read the items that fill in fields, of regions and of the segment."""
        seen: set[tuple[str, str]] = set()
        for at, item in items.items():
            if item.from_name == MARK or item.type == "relation":
                continue
            field = self.form.field(item.from_name)
            if field is None or field.kind != item.type:
                words = (
                    f"this form has no field \u2018{item.from_name}\u2019 of the type"
                    f" \u2018{item.type}\u2019."
                )
                self.problem("LST004", f"{at}/from_name", item.id, words)
            if field is not None:
                owner = (item.id if field.layer else "", field.name)
                self._read_field(at, item, field, is_again=owner in seen)
                seen.add(owner)
        for at, item in items.items():
            field = self.form.field(item.from_name)
            if field is not None and item.from_name != MARK:
                self._leave_out_field(at, item, field)

    def _read_field(
        self, at: str, item: _Item, field: Control, *, is_again: bool
    ) -> None:
        names = {value.name for value in field.values}
        for value in item.values if field.kind == item.type else ():
            if not isinstance(value, str) or (names and value not in names):
                words = f"\u2018{value}\u2019 is not an allowed value of \u2018{field.name}\u2019."
                self.problem("LST004", f"{at}/value", item.id, words)
        if field.layer and item.id not in self.regions:
            words = (
                f"\u2018{field.name}\u2019 is filled in, but the region does not exist."
            )
            self.problem("LST006", f"{at}/id", item.id, words)
        elif is_again:
            words = f"\u2018{field.name}\u2019 is there twice."
            self.problem("LST006", at, item.id, words)
        elif item.filled and not field.layer:
            self.values[field.name] = item.filled
            self.pointers[field.name] = f"{at}/value"
        elif item.filled:
            region = self.regions[item.id]
            region.values[field.name] = item.filled
            self.regions[item.id] = region._replace(
                pointers={**region.pointers, field.name: f"{at}/value"}
            )

    def _leave_out_field(self, at: str, item: _Item, field: Control) -> None:
        """Report what was filled in, but has no place in a record."""
        region = self.regions.get(item.id)
        if region is None:
            if item.notes:
                words = f"the note on \u2018{field.name}\u2019 is left out."
                self.leave_out(at, "", words)
            return
        layer = self.form.layer_of(region.label)
        if field.layer and field.layer != layer and field.name in region.values:
            del region.values[field.name]
            words = f"\u2018{field.name}\u2019 is filled in, but a {layer} has no such field"
            self.leave_out(at, item.id, f"{words}, so it is left out.")
        elif field.kind == "textarea" and field.shown_by and item.filled:
            other, wanted = field.shown_by
            if not {*region.values.get(other, ())} & {*wanted}:
                words = (
                    f"\u2018{field.name}\u2019 is filled in, but \u2018{other}\u2019 is not"
                    f" {' or '.join(wanted)}, so it is left out."
                )
                self.leave_out(at, item.id, words)

    # arrows

    def read_arrows(self, items: Mapping[str, _Item]) -> None:
        """Read the items that are arrows."""
        for at, item in items.items():
            if item.type != "relation":
                continue
            labels = tuple(item.labels or ())
            is_both = item.direction == "bi"
            self.arrows.append(Arrow(item.from_id, item.to_id, labels, at, is_both))
            ends = (self.regions.get(one) for one in (item.from_id, item.to_id))
            layers = {self.form.layer_of(one.label) if one else None for one in ends}
            if labels and layers != {CLAIM}:
                words = (
                    f"the label \u2018{labels[0]}\u2019 of an arrow is left out: only arrows"
                    " between claims have labels."
                )
                self.leave_out(at, item.from_id, words)


def is_halved(value: Any) -> bool:
    """Tell whether plain data hold half a surrogate pair, which no file can store."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _whole_characters(value: Any) -> Any:
    """Return plain data with a mark in place of each half of a character."""
    written_out = json.dumps(value, ensure_ascii=False)
    return json.loads(written_out.encode("utf-8", "replace"))


def filled_keys(found: Mapping[str, Any], known: Iterable[str]) -> Iterator[str]:
    """Yield the keys that hold something and are not known.

    Keys that begin with an underscore are private to the program that wrote them.
    """
    names = frozenset(known)
    for key, value in found.items():
        if value and key not in names and not key.startswith("_"):
            yield key


def _unread(raw: Mapping[str, Any], item: _Item) -> Iterator[str]:
    """Yield the keys of an item, its value and its note that hold something unread."""
    yield from filled_keys(raw, {*_Item.__struct_fields__, *_HARMLESS})
    for key in filled_keys(item.value, {*_PLACE, _KEYS.get(item.type, "")}):
        yield f"value.{key}"
    if isinstance(item.meta, dict):
        for key in filled_keys(item.meta, {"text"}):
            yield f"meta.{key}"
    elif item.meta:
        yield "meta"


def _plain(words: Any) -> str:
    """Return words without white space; a browser writes a backslash and n for a break."""
    return "".join(str(words).replace("\\n", " ").split())


def _whole(number: Any) -> int | None:
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return number if is_number else None
