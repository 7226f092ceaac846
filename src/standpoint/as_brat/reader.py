"""A brat file as an annotation set."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

import msgspec

from standpoint.as_brat.names import (
    ID,
    LEADS_TO,
    ORIGIN,
    SAME_ACTOR,
    SEGMENT,
    Forms,
    Meaning,
    Rule,
    fields_of,
    marks_of,
    unescaped,
)
from standpoint.formats.brat import Attribute, Bound, Fault, Relation, Standoff
from standpoint.labelstudio import answers as answering
from standpoint.labelstudio import convert
from standpoint.labelstudio.answers import Answers, Arrow, Region
from standpoint.labelstudio.form import (
    CONTINUED,
    COVERED,
    MENTION,
    MENTIONED,
    NIL,
    PASSES,
    Control,
    Form,
    passes_done,
)
from standpoint.labelstudio.part import LISTS, Ground, join_notes, short_name
from standpoint.labelstudio.rule import result
from standpoint.model import Document, Mention, Segment
from standpoint.schema import Schemas

KIND = "annotation-set"

MANY, LONG = 5, 60
"""Words and characters of an actor's short name, at most."""


class Corner(NamedTuple):
    """What a brat file is read against.

    Attributes:
        document: The document.
        text: Its raw text.
        forms: Pass to what it asks.
        schemas: The schemas.
        head: What the set says of itself, as plain data.
    """

    document: Document
    text: str
    forms: Forms
    schemas: Schemas
    head: dict[str, Any]


class Imported(NamedTuple):
    """A brat file as a set.

    Attributes:
        data: The set as plain data, or None where something cannot become part of one.
        faults: What that is, and what was left out.
        line_of: Gives the line that a JSON pointer into the set comes from; 0 for none.
    """

    data: dict[str, Any] | None
    faults: list[Fault]
    line_of: Callable[[str], int]


def imported(file: Standoff, meaning: Meaning, corner: Corner) -> Imported:
    """Return a brat file as plain data of an annotation set.

    Args:
        file: What the file says.
        meaning: What its labels become.
        corner: Everything else.
    """
    reader = _Reader(file, meaning, corner)
    reader.take()
    data = reader.data() if not reader.refused else None
    if data is not None:
        reader.say_what_is_left_out()
    data = None if reader.refused else data
    return Imported(data, reader.faults, reader.line_of)


class _Reader:
    """A brat file on its way to a set."""

    def __init__(self, file: Standoff, meaning: Meaning, corner: Corner) -> None:
        self.file = file
        self.meaning = meaning
        self.corner = corner
        self.marks = marks_of(corner.forms)
        self.faults: list[Fault] = []
        self.left_out: Counter[str] = Counter()
        self.lines = {one.id: one.line for listed in file for one in listed}
        self.regions: dict[str, _Marked] = {}
        self.bearers: dict[str, _Marked] = {}
        self.named: dict[str, str] = {}
        self.arrows: list[tuple[str, str, str, int]] = []
        self.drawn: dict[tuple[str, str, str], Relation] = {}
        self.traces: list[dict[str, str]] = []
        self.events = {one.id: one for one in file.relations if one.id[0] == "E"}

    @property
    def refused(self) -> bool:
        """Whether anything cannot become part of a set."""
        return any(fault.code in {"BRT006", "BRT010"} for fault in self.faults)

    def refuse(self, code: str, line: int, words: str) -> None:
        self.faults.append(Fault(code, line, words))

    # line by line

    def take(self) -> None:
        known = {
            key for form in self.corner.forms.values() for key in fields_of(form, "")
        }
        for key in sorted(self.meaning.segment.keys() - known):
            words = (
                f"A segment has no field \u2018{key}\u2019; the mapping fills it in."
            )
            self.refuse("BRT006", 1, words)
        for bound in self.file.bounds:
            self._take_bound(bound)
        if self.meaning.keep_outermost:
            self._drop_inner()
        for attribute in self.file.attributes:
            self._take_attribute(attribute)
        for norm in self.file.norms:
            self._take_field(norm, norm.resource, norm.entry)
        for note in self.file.notes:
            self._take_field(note, note.label, unescaped(note.text))
        same = [one for one in self.file.relations if self._take_relation(one)]
        self._name_actors(same)

    def _meant(self, label: str, known: Iterable[str], one: Any) -> Rule | None:
        """Return what a label becomes; None, and a fault or a count, where nothing."""
        if label in self.meaning.labels:
            return self.meaning.labels[label]
        if label in self.meaning.left_out:
            self.left_out[label] += 1
        elif label in known:
            return Rule(label)
        else:
            near = get_close_matches(label, (*self.meaning.labels, *known), 1)
            hint = f" Did you mean \u2018{near[0]}\u2019?" if near else ""
            words = f"{one.id}: \u2018{label}\u2019 has no meaning here.{hint}"
            self.refuse("BRT006", one.line, words)
        return None

    def _take_bound(self, bound: Bound) -> None:
        rule = self._meant(bound.label, (*self.marks, SEGMENT), bound)
        if rule is None:
            return
        segment = self._segment(bound)
        if segment is None:
            words = f"{bound.id} \u2018{bound.quote[:60]}\u2019 lies in no one segment."
            self.refuse("BRT010", bound.line, words)
        elif rule.label == SEGMENT:
            marked = _Marked(bound, segment, "", "", {}, rule, {})
            self.bearers[bound.id] = marked
            for key, value in rule.fields.items():
                self._put(marked, key, value, bound.line)
        elif rule.label not in self.marks:
            words = f"{bound.id}: there is no label \u2018{rule.label}\u2019 here."
            self.refuse("BRT006", bound.line, words)
        else:
            name, label = self.marks[rule.label]
            marked = _Marked(bound, segment, name, label, {}, rule, {})
            self.regions[bound.id] = marked
            for key, value in rule.fields.items():
                self._put(marked, key, value, bound.line)

    def _segment(self, bound: Bound) -> Segment | None:
        for segment in self.corner.document.segments:
            if all(segment.start <= s < e <= segment.end for s, e in bound.spans):
                return segment if segment.kind != "boilerplate" else None
        return None

    def _drop_inner(self) -> None:
        """Leave out mentions that lie in another one, or reach out of it."""
        end = -1
        mentions = [one for one in self.regions.values() if self._layer(one) == MENTION]
        for one in sorted(mentions, key=lambda m: (m.start, -m.end)):
            if one.start < end:
                self.left_out["inside of another mention"] += 1
                del self.regions[one.bound.id]
            else:
                end = one.end

    def _layer(self, marked: "_Marked") -> str:
        form = self.corner.forms.get(marked.name)
        return (form.layer_of(marked.label) or "") if form else ""

    def _marked(self, target: str) -> "_Marked | None":
        name = self._trigger(target)  # what is said of an event is said of its words
        return self.regions.get(name) or self.bearers.get(name)

    def _take_attribute(self, attribute: Attribute) -> None:
        marked = self._marked(attribute.target)
        if marked is None or attribute.label not in {ID, ORIGIN}:
            self._take_field(attribute, attribute.label, attribute.value or "")
        elif attribute.label in marked.own:
            words = (
                f"{marked.bound.id} has two attributes \u2018{attribute.label}\u2019."
            )
            self.refuse("BRT010", attribute.line, words)
        else:
            marked.own[attribute.label] = attribute.value or ""

    def _take_field(self, one: Any, label: str, value: str) -> None:
        marked = self._marked(one.target)
        rule = self._meant(label, self._fields(marked) if marked else (label,), one)
        if marked is None:
            self.left_out[label] += rule is not None  # as what it belongs to
        elif rule is not None:
            self._put(marked, rule.label, rule.values.get(value, value), one.line)

    def _fields(self, marked: "_Marked") -> dict[str, Control]:
        """Return the fields that something can have."""
        if marked.name:
            return fields_of(self.corner.forms[marked.name], self._layer(marked))
        found: dict[str, Control] = {}
        for form in self.corner.forms.values():
            found |= fields_of(form, "")
        return found

    def _put(self, marked: "_Marked", name: str, value: str, line: int) -> None:
        """Fill a field in, if there is such a field and it can have this value."""
        field = self._fields(marked).get(name)
        allowed = [one.name for one in field.values] if field else []
        if field is None:
            words = f"{marked.bound.id} ({marked.bound.label}) has no field \u2018{name}\u2019."
            self.refuse("BRT010", line, words)
        elif allowed and value not in allowed:
            words = f"{marked.bound.id}: \u2018{value}\u2019 is none of {', '.join(allowed)}."
            self.refuse("BRT010", line, words)
        else:
            marked.values[name] = (*marked.values.get(name, ()), value)

    def _take_relation(self, one: Relation) -> bool:
        """Take a relation; tell whether it says that mentions name one actor."""
        claims = self.corner.forms["claims"].relations
        known = (LEADS_TO, SAME_ACTOR, *(value.name for value in claims))
        rule = self._meant(one.label, known, one)
        if rule is None or rule.label == SAME_ACTOR:
            return rule is not None
        if rule.label not in known:
            words = f"{one.id}: there is no relation \u2018{rule.label}\u2019 here."
            self.refuse("BRT006", one.line, words)
            return False
        first, *others = (self._trigger(target) for _, target in one.arguments)
        for other in others:
            ends = [self.regions.get(name) for name in (first, other)]
            if None in ends:
                self.left_out[one.label] += 1  # as one of its ends
            elif ends[0].segment.id != ends[1].segment.id:  # type: ignore[union-attr]
                words = f"{one.id} leads from one segment to another."
                self.refuse("BRT010", one.line, words)
            else:
                self._take_arrow((first, other, rule.label, one.line), one)
        return False

    def _take_arrow(self, arrow: tuple[str, str, str, int], one: Relation) -> None:
        known = self.drawn.setdefault(arrow[:3], one)
        if known is not one:
            words = f"{one.id} says the same as {known.id} (line {known.line})."
            self.refuse("BRT010", one.line, words)
        else:
            self.arrows.append(arrow)

    def _trigger(self, target: str) -> str:
        """Return the words that something stands on: of an event, its trigger."""
        while target in self.events:
            target = self.events[target].arguments[0][1]
        return target

    def _name_actors(self, same: Iterable[Relation]) -> None:
        """Name the actors that nothing names, alike where mentions name one actor."""
        first: dict[str, str] = {}
        for one in same:
            members = [self._trigger(target) for _, target in one.arguments]
            roots = {_root(first, member) for member in members}
            head = min(roots, key=lambda name: self.lines.get(name, 0))
            first |= {root: head for root in roots if root != head}
        clusters: dict[str, list[_Marked]] = {}
        for name, marked in self.regions.items():
            if self._layer(marked) == MENTION:
                clusters.setdefault(_root(first, name), []).append(marked)
        for cluster in clusters.values():
            self._name_actor(cluster)

    def _name_actor(self, members: list["_Marked"]) -> None:
        """Name the one actor of some mentions: as any of them is, else by the first."""
        linked = {m.values["actors"]: m for m in members if "actors" in m.values}
        if len(linked) > 1:
            named = ", ".join(one.bound.id for one in linked.values())
            words = f"{named} are said to name one actor, and are linked to several."
            self.refuse("BRT010", members[0].bound.line, words)
            return
        model = next(iter(linked.values()), None)
        head = next((one for one in members if one.rule.kind is not None), None)
        for one in members:
            if one.rule.kind is None or "actors" in one.values:
                continue
            if model is not None:
                names = (key for key in model.values if key.startswith("actors"))
                one.values.update({key: model.values[key] for key in names})
            elif head is not None:
                slug = _named(head.bound)
                self._add_new({slug: head.rule.kind or ""}, self.named)
                one.values["actors"] = (NIL,)
                one.values["actors_nil"] = (f"{slug}: {head.rule.kind}",)

    # segment by segment

    def data(self) -> dict[str, Any]:
        """Return the set as plain data; what the schema refuses becomes a fault."""
        nil: dict[str, str] = {}
        own: dict[str, list[_Marked]] = {}
        for one in (*self.bearers.values(), *self.regions.values()):
            own.setdefault(one.segment.id, []).append(one)
        segments = [
            self._judged(segment, own[segment.id], nil)
            for segment in self.corner.document.segments
            if segment.id in own
        ]
        data = {
            **self.corner.head,
            "nil": [{"id": name, "kind": nil[name]} for name in sorted(nil)],
            "segments": [judged for judged, _ in segments],
        }
        self.traces = [trace for _, trace in segments]
        if not self.refused:
            self._explain(data)
        return data

    def _judged(
        self, segment: Segment, own: list["_Marked"], nil: dict[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return a judged segment, and pointer below it to the id of a line."""
        values = self._values(segment, own)
        judged: dict[str, Any] = {"segment": segment.id, "coverage": {}, "note": None}
        trace: dict[str, str] = {}
        notes: dict[str, str] = {}
        ids: dict[str, str] = {}
        for name in PASSES:
            content = self._pass(name, own, values, segment, judged, ids)
            self._add_new(content.nil, nil)
            trace |= content.trace
            ids |= content.ids
            for clash in content.clashes:
                line = self.lines.get(clash.pointer, 1)
                self.refuse("BRT010", line, clash.words)
            judged |= {key: content.data[key] for key in LISTS[name]}
            judged["coverage"] |= content.data["coverage"]
            if content.data["note"]:
                notes[name] = content.data["note"]
        judged["note"] = join_notes(notes, passes_done(judged["coverage"]))
        return judged, trace

    def _values(
        self, segment: Segment, own: list["_Marked"]
    ) -> dict[str, tuple[str, ...]]:
        """Return the fields of a segment, those of the mapping where it has none."""
        values: dict[str, tuple[str, ...]] = {}
        for one in own:
            for key, given in ({} if one.name else one.values).items():
                if values.setdefault(key, given) != given:
                    words = f"{segment.id} has two values of \u2018{key}\u2019."
                    self.refuse("BRT010", one.bound.line, words)
        for key, value in self.meaning.segment.items():
            values.setdefault(key, (value,))
        return values

    def _add_new(self, found: Mapping[str, str], nil: dict[str, str]) -> None:
        """Add actors that the registry lacks; each has one kind in a set."""
        for actor, kind in found.items():
            if nil.setdefault(actor, kind) != kind:
                words = f"\u2018{actor}\u2019 is {nil[actor]} and {kind}."
                self.refuse("BRT010", 1, words)

    def _pass(
        self,
        name: str,
        own: Iterable["_Marked"],
        values: Mapping[str, tuple[str, ...]],
        segment: Segment,
        judged: Mapping[str, Any],
        ids: Mapping[str, str],
    ) -> Any:
        """Return what one pass says of a segment."""
        form = self.corner.forms[name]
        fields = fields_of(form, "")
        of_pass = {f.name: values[key] for key, f in fields.items() if key in values}
        marked = [one for one in own if one.name == name]
        if not marked and not of_pass:
            of_pass = {f"coverage_{layer}": ("none",) for layer in COVERED[name]}
        regions: dict[str, Region] = {}
        arrows: list[Arrow] = []
        for one in marked:
            self._draw(one, form, segment.start, regions, arrows)
        mentions = msgspec.convert(judged.get("mentions", []), list[Mention])
        for mention in mentions if name == "claims" else ():
            place = mention.start - segment.start, mention.end - segment.start
            key = f"{MENTIONED}{mention.id}"
            regions[key] = Region(key, MENTION, *place, {})
        arrows += self._arrows(name, marked, ids)
        ground = Ground(
            self.corner.text,
            self.corner.document.text.sha256,
            segment.start,
            segment.id,
            form,
        )
        answers = Answers(regions, tuple(arrows), of_pass)
        if marked or "none" not in {v for given in of_pass.values() for v in given}:
            self._rule(answers, form, segment)
        return convert.decode(name, answers, ground, {}, mentions, {})

    def _rule(self, answers: Answers, form: Form, segment: Segment) -> None:
        """Say what cannot be an answer: the same as where it comes from Label Studio."""
        shown = answering.shown(self.corner.text[segment.start : segment.end])
        items = answering.written(answers, form, shown)
        found = answering.raw(items, segment.id, form, shown, "")
        names = {region.id: region.pointer for region in answers.regions.values()}
        bearer = (o.bound for o in self.bearers.values() if o.segment is segment)
        first = min((one.line for one in bearer), default=1)
        for rule in result.CHECKS:
            for hit in rule.run(found, None):
                item = found.items.get("/".join(hit.pointer.split("/")[:2]))
                name = (item.id or item.from_id) if item else ""
                line = self.lines.get(names.get(name, ""), first)
                self.refuse("BRT010", line, hit.message)

    def _draw(
        self,
        one: "_Marked",
        form: Form,
        start: int,
        regions: dict[str, Region],
        arrows: list[Arrow],
    ) -> None:
        """Make a region of marked words; of words with gaps, one per piece."""
        fields = self._fields(one)
        values = {fields[key].name: given for key, given in one.values.items()}
        (first, last), *more = one.bound.spans
        name = one.region
        if name in regions:
            words = f"{one.bound.id} is called {name}, as another one is."
            self.refuse("BRT010", one.bound.line, words)
        regions[name] = Region(
            name,
            one.label,
            first - start,
            last - start,
            values,
            origin=one.own.get(ORIGIN, "manual"),
            pointer=one.bound.id,
        )
        if more and form.layer_of(CONTINUED) is None:
            words = f"{one.bound.id} \u2018{one.bound.quote[:60]}\u2019 has a gap."
            self.refuse("BRT010", one.bound.line, words)
            return
        for number, (piece_start, end) in enumerate(more, 2):
            piece = f"{name}-{number}"
            regions[piece] = Region(
                piece,
                CONTINUED,
                piece_start - start,
                end - start,
                {},
                pointer=one.bound.id,
            )
            arrows.append(Arrow(name, piece))

    def _arrows(
        self, name: str, marked: Iterable["_Marked"], ids: Mapping[str, str]
    ) -> Iterator[Arrow]:
        """Yield the arrows that start in a pass; to a mention, to what stands for it."""
        here = {one.bound.id: one for one in marked}
        for first, other, label, line in self.arrows:
            if first not in here:
                continue
            end = self.regions[other]
            if other in here:
                target = end.region
            elif self._layer(end) == MENTION and name == "claims":
                target = f"{MENTIONED}{ids[end.region]}"
            else:
                words = f"An arrow from {first} to {other} means nothing."
                self.refuse("BRT010", line, words)
                continue
            yield Arrow(
                here[first].region, target, None if label == LEADS_TO else label
            )

    # the whole

    def line_of(self, pointer: str) -> int:
        """Return the line that a pointer into the set comes from; 0 for none."""
        return self.lines.get(self._owner(pointer), 0)

    def _owner(self, pointer: str) -> str:
        """Return the id of what a pointer into the set comes from; nothing for none."""
        part = re.match(r"/segments/(\d+)(/.*)?$", pointer)
        if part is None:
            return ""
        below = f"{part.group(2) or ''}/"
        trace = self.traces[int(part.group(1))]
        return next(
            (at for key, at in trace.items() if below.startswith(f"{key}/")), ""
        )

    def _explain(self, data: dict[str, Any]) -> None:
        """Say what the schema refuses, on the line that it comes from."""
        if self.corner.schemas.is_valid(KIND, data):
            return
        for pointer, message, *_ in self.corner.schemas.explain(KIND, data):
            owner = self._owner(pointer)
            marked = self.regions.get(owner)
            words = f"{owner} \u2018{marked.bound.quote[:60]}\u2019: " if marked else ""
            line = self.lines.get(owner, 1)
            self.refuse("BRT010", line, f"{words}{message} ({pointer or '/'})")

    def say_what_is_left_out(self) -> None:
        """Count what the mapping leaves out."""
        for label, number in sorted(self.left_out.items()):
            times = "once" if number == 1 else f"{number:,} times"
            words = f"\u2018{label}\u2019 is left out {times}."
            self.faults.append(Fault("BRT009", 1, words))


class _Marked(NamedTuple):
    """Marked words and what they become.

    Attributes:
        bound: The line.
        segment: The segment that they lie in.
        name: Pass; empty for what bears the fields of a segment.
        label: Label of the region.
        values: Name of a field in a brat file to what was given in it.
        rule: What its label becomes.
        own: Its id and origin, as far as the file says them.
    """

    bound: Bound
    segment: Segment
    name: str
    label: str
    values: dict[str, tuple[str, ...]]
    rule: Rule
    own: dict[str, str]

    @property
    def region(self) -> str:
        """What the region is called: as the item was, else as the line is."""
        return self.own.get(ID) or self.bound.id

    @property
    def start(self) -> int:
        """Where it starts in the text."""
        return self.bound.spans[0][0]

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.bound.spans[-1][1]


def _named(bound: Bound) -> str:
    """Return a short name for an actor that is only marked.

    It holds few words: it is committed where those of the text may not be.
    """
    parts = short_name(bound.quote).split("-")
    if len(parts) <= MANY and len("-".join(parts)) <= LONG:
        return "-".join(filter(None, parts)) or f"unnamed-{bound.id.lower()}"
    few = "-".join(parts[:MANY])[:LONG].strip("-")
    return f"{few}-{bound.id.lower()}"  # others may begin with the same words


def _root(first: Mapping[str, str], name: str) -> str:
    """Return the first of those that are the same."""
    while name in first:
        name = first[name]
    return name
