"""Lines of a brat file as regions with fields, and arrows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from standpoint.formats.brat.names import (
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
from standpoint.formats.brat.standoff import Line, Standoff
from standpoint.forms.convert_common import short_name
from standpoint.forms.form import MENTION, NEW_ACTOR, Control
from standpoint.records.findings import Problem
from standpoint.records.model import Document, Segment
from standpoint.records.safe_repr import veiled
from standpoint.records.schema import Schemas
from standpoint.records.text import sha256
from standpoint.records.vocabulary import BOILERPLATE

_UNSAID = Rule("")
MANY, LONG = 5, 60
"""Maximum number of words and characters of an actor's short name."""
_LATIN = re.compile(
    r"LATIN (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) (?:DOTLESS )?([A-Z]{1,2})(?: WITH .*)?"
)
"""Unicode name of a letter that can be written with plain Latin letters."""


class Corner(NamedTuple):
    """What a brat file is imported into.

    Attributes:
        document: The document.
        text: Its raw text.
        forms: Pass to its form.
        schemas: The schemas.
        head: The keys of the set besides `nil` and `segments`, as plain data.
    """

    document: Document
    text: str
    forms: Forms
    schemas: Schemas
    head: dict[str, Any]

    def __repr__(self) -> str:
        return veiled(self, "text")


class Marked(NamedTuple):
    """Marked words and their meaning.

    Attributes:
        bound: The line.
        segment: Their segment.
        name: Pass; empty for an annotation that has the fields of a segment.
        label: Label of the region.
        values: Name of a field in a brat file to its values.
        rule: The meaning of the label.
        own: Its id and origin, as far as the file gives them.
    """

    bound: Line
    segment: Segment
    name: str
    label: str
    values: dict[str, tuple[str, ...]]
    rule: Rule
    own: dict[str, str]

    @property
    def region(self) -> str:
        """Id of the region: that of the item if the file gives it, else that of the line."""
        return self.own.get(ID) or self.bound.id

    @property
    def start(self) -> int:
        """Where it starts in the text."""
        return self.bound.spans[0][0]

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.bound.spans[-1][1]


class Lines:
    """The lines of a brat file, one by one.

    Args:
        file: What the file says.
        meaning: The mapping.
        corner: Everything else.

    Attributes:
        faults: Problems, and what is skipped.
        out: Ids of lines that are skipped, or that were reported for another reason; lines
            that refer to them are skipped as well.
        regions: Id of a line to marked words of an item, or of a part of one.
        bearers: Id of a line to an annotation that has the fields of a segment.
        arrows: Ids of the lines where each starts and ends, its label, its own line.
        numbers: Id to number of the line.
    """

    def __init__(self, file: Standoff, meaning: Meaning, corner: Corner) -> None:
        """Read every line."""
        self.file = file
        self.meaning = meaning
        self.corner = corner
        self.marks = marks_of(corner.forms)
        self.origins = corner.schemas.inventories["origin"].names
        self.faults: list[Problem] = []
        self.left_out: Counter[str] = Counter()
        self.numbers = {one.id: one.number for listed in file for one in listed}
        self.out = {
            one.id
            for listed in file
            for one in listed
            if meaning.own(one.id[0]).get(one.label, _UNSAID) is None
            or (
                one.label in meaning.left_out
                and one.label not in meaning.own(one.id[0])
            )
        }
        self.regions: dict[str, Marked] = {}
        self.bearers: dict[str, Marked] = {}
        self.named: dict[str, str] = {}
        self.arrows: list[tuple[str, str, str, int]] = []
        self.drawn: dict[tuple[str, str, str], Line] = {}
        self.events = {one.id: one for one in file.relations if one.id[0] == "E"}
        self._take()

    @property
    def refused(self) -> bool:
        """Whether anything cannot be imported."""
        return any(fault.code in {"BRT006", "BRT010"} for fault in self.faults)

    def refuse(self, code: str, line: int, words: str) -> None:
        """Report a problem."""
        self.faults.append(Problem(code, "", words, line=line))

    def _take(self) -> None:
        known = {
            key for form in self.corner.forms.values() for key in fields_of(form, "")
        }
        for key in sorted(self.meaning.segment.keys() - known):
            words = f"The mapping fills in \u2018{key}\u2019, which is not a field of a segment."
            self.refuse("BRT006", 1, words)
        for bound in self.file.bounds:
            self._take_bound(bound)
        if self.meaning.keep_outermost:
            self._drop_inner()
        for attribute in self.file.attributes:
            self._take_attribute(attribute)
        for norm in self.file.norms:
            self._take_field(norm, norm.label, norm.value)
        for note in self.file.notes:
            self._take_field(note, note.label, unescaped(note.value))
        same = [one for one in self.file.relations if self._take_relation(one)]
        self._name_actors(same)

    def _meant(self, label: str, known: Iterable[str], one: Line) -> Rule | None:
        """Return the meaning of a label; None, after a report or a count, if it has none."""
        own = self.meaning.own(one.id[0])
        if label in own:
            if own[label] is None:
                self.left_out[label] += 1
            return own[label]
        if label in self.meaning.labels:
            return self.meaning.labels[label]
        if label in self.meaning.left_out:
            self.left_out[label] += 1
        elif label in known:
            return Rule(label)
        else:
            near = get_close_matches(label, (*self.meaning.labels, *known), 1)
            hint = f" Did you mean \u2018{near[0]}\u2019?" if near else ""
            words = (
                f"{one.id}: the label \u2018{label}\u2019 is not in the mapping.{hint}"
            )
            self.refuse("BRT006", one.number, words)
        return None

    def _take_bound(self, bound: Line) -> None:
        rule = self._meant(bound.label, (*self.marks, SEGMENT), bound)
        if rule is not None:
            self._take_mark(bound, rule)
        if bound.id not in self.regions and bound.id not in self.bearers:
            self.out.add(bound.id)

    def _take_mark(self, bound: Line, rule: Rule) -> None:
        segment = self._segment(bound)
        if segment is None:
            words = (
                f"{bound.id} \u2018{bound.value[:60]}\u2019 is not inside one segment."
            )
            self.refuse("BRT010", bound.number, words)
        elif rule.label == SEGMENT:
            marked = Marked(bound, segment, "", "", {}, rule, {})
            self.bearers[bound.id] = marked
            for key, value in rule.fields.items():
                self._put(marked, key, value, bound.number)
        elif rule.label not in self.marks:
            words = (
                f"{bound.id}: \u2018{rule.label}\u2019 is not a label of this project."
            )
            self.refuse("BRT006", bound.number, words)
        else:
            name, label = self.marks[rule.label]
            marked = Marked(bound, segment, name, label, {}, rule, {})
            self.regions[bound.id] = marked
            for key, value in rule.fields.items():
                self._put(marked, key, value, bound.number)

    def _segment(self, bound: Line) -> Segment | None:
        for segment in self.corner.document.segments:
            if all(segment.start <= s < e <= segment.end for s, e in bound.spans):
                return segment if segment.kind != BOILERPLATE else None
        return None

    def _drop_inner(self) -> None:
        """Skip mentions that are inside another one, or overlap it."""
        end = -1
        mentions = [one for one in self.regions.values() if self.layer(one) == MENTION]
        for one in sorted(mentions, key=lambda m: (m.start, -m.end)):
            if one.start < end:
                self.left_out["inside another mention"] += 1
                self.out.add(one.bound.id)
                del self.regions[one.bound.id]
            else:
                end = one.end

    def layer(self, marked: Marked) -> str:
        """Return the layer of marked words; empty for the fields of a segment."""
        form = self.corner.forms.get(marked.name)
        return (form.layer_of(marked.label) or "") if form else ""

    def _marked(self, target: str) -> Marked | None:
        name = self._trigger(target)  # fields of an event belong to its words
        return self.regions.get(name) or self.bearers.get(name)

    def _take_attribute(self, attribute: Line) -> None:
        marked = self._marked(attribute.targets[0])
        if marked is None or attribute.label not in {ID, ORIGIN}:
            self._take_field(attribute, attribute.label, attribute.value)
        elif attribute.label in marked.own:
            words = (
                f"{marked.bound.id} has two attributes \u2018{attribute.label}\u2019."
            )
            self.refuse("BRT010", attribute.number, words)
        elif not marked.name and (attribute.label, attribute.value) != (
            ID,
            marked.segment.id,
        ):
            words = (
                f"{attribute.id}: {marked.bound.id} has the fields of the segment"
                f" {marked.segment.id}, so it can have no other id and no origin."
            )
            self.refuse("BRT010", attribute.number, words)
        elif attribute.label == ORIGIN and attribute.value not in self.origins:
            words = (
                f"{attribute.id}: \u2018{attribute.value}\u2019 is not an allowed origin."
                f" Allowed: {', '.join(self.origins)}."
            )
            self.refuse("BRT010", attribute.number, words)
        else:
            marked.own[attribute.label] = attribute.value

    def _take_field(self, one: Line, label: str, value: str) -> None:
        marked = self._marked(one.targets[0])
        rule = self._meant(label, self.fields(marked) if marked else (label,), one)
        if rule is None:
            return
        if marked is None:
            self._go_with(one, label, (one.targets[0], self._trigger(one.targets[0])))
        else:
            self._put(marked, rule.label, rule.values.get(value, value), one.number)

    def _go_with(self, one: Line, label: str, targets: Iterable[str]) -> None:
        """Skip a line that refers to a skipped one, and report any other."""
        if self.out.isdisjoint(targets):
            words = f"{one.id} refers to {next(iter(targets))}, which is not an item."
            self.refuse("BRT010", one.number, words)
        else:
            self.left_out[label] += 1
        self.out.add(one.id)

    def fields(self, marked: Marked) -> dict[str, Control]:
        """Return the fields of marked words or of a segment."""
        if marked.name:
            return fields_of(self.corner.forms[marked.name], self.layer(marked))
        found: dict[str, Control] = {}
        for form in self.corner.forms.values():
            found |= fields_of(form, "")
        return found

    def _put(self, marked: Marked, name: str, value: str, line: int) -> None:
        """Fill in a field, or report that the field or its value does not exist."""
        field = self.fields(marked).get(name)
        allowed = [one.name for one in field.values] if field else []
        if field is None:
            words = f"{marked.bound.id} ({marked.bound.label}) has no field \u2018{name}\u2019."
            self.refuse("BRT010", line, words)
        elif allowed and value not in allowed:
            near = get_close_matches(value, allowed, 1)
            hint = f" Did you mean \u2018{near[0]}\u2019?" if near else ""
            listed = ", ".join(allowed)
            words = f"{marked.bound.id}: \u2018{value}\u2019 is not allowed. Allowed: {listed}.{hint}"
            self.refuse("BRT010", line, words)
        else:
            marked.values[name] = (*marked.values.get(name, ()), value)

    def _take_relation(self, one: Line) -> bool:
        """Read a relation; tell whether it joins mentions of one actor."""
        claims = self.corner.forms["claims"].relations
        known = (LEADS_TO, SAME_ACTOR, *(value.name for value in claims))
        rule = self._meant(one.label, known, one)
        if rule is None or rule.label == SAME_ACTOR:
            return rule is not None
        if rule.label not in known:
            self._take_words(one, rule)
            return False
        first, *others = (self._trigger(target) for target in one.targets)
        if not others:
            self.refuse("BRT010", one.number, f"{one.id} has no second argument.")
        for other in others:
            ends = [self.regions.get(name) for name in (first, other)]
            if None in ends:
                missing = [n for n in (first, other) if n not in self.regions]
                self._go_with(one, one.label, missing)
            elif ends[0].segment.id != ends[1].segment.id:  # type: ignore[union-attr]
                words = f"{one.id} joins two segments, which is not allowed."
                self.refuse("BRT010", one.number, words)
            else:
                self._take_arrow((first, other, rule.label, one.number), one)
        return False

    def _take_words(self, one: Line, rule: Rule) -> None:
        """Read an event that has the same label as its words."""
        if one.id[0] != "E" or rule.label not in self.marks:
            words = (
                f"{one.id}: \u2018{rule.label}\u2019 is not a relation of this project."
            )
            self.refuse("BRT006", one.number, words)
        elif len(one.targets) > 1:
            self.left_out[f"{one.label} (arguments)"] += len(one.targets) - 1

    def _take_arrow(self, arrow: tuple[str, str, str, int], one: Line) -> None:
        known = self.drawn.setdefault(arrow[:3], one)
        if known is not one:
            words = f"{one.id} repeats {known.id} (line {known.number})."
            self.refuse("BRT010", one.number, words)
        else:
            self.arrows.append(arrow)

    def _trigger(self, target: str) -> str:
        """Return the id of the marked words: of an event, its trigger."""
        while target in self.events:
            target = self.events[target].targets[0]
        return target

    def _name_actors(self, same: Iterable[Line]) -> None:
        """Name the actors without a link; mentions of one actor get the same name."""
        first: dict[str, str] = {}
        for one in same:
            members = [self._trigger(target) for target in one.targets]
            # A skipped mention still joins the other ones.
            others = [m for m in members if not self._is_mention(m)]
            if not self.out.issuperset(others):
                strange = [m for m in others if m not in self.out]
                self._go_with(one, one.label, strange)
                continue
            roots = {_root(first, member) for member in members}
            head = min(roots, key=lambda name: self.numbers.get(name, 0))
            first |= {root: head for root in roots if root != head}
        clusters: dict[str, list[Marked]] = {}
        for name, marked in self.regions.items():
            if self.layer(marked) == MENTION:
                clusters.setdefault(_root(first, name), []).append(marked)
        for cluster in clusters.values():
            self._name_actor(cluster)

    def _is_mention(self, name: str) -> bool:
        marked = self.regions.get(name)
        return marked is not None and self.layer(marked) == MENTION

    def _name_actor(self, members: list[Marked]) -> None:
        """Give all mentions of one actor the link that one of them has, else a new name."""
        linked = {m.values["actors"]: m for m in members if "actors" in m.values}
        if len(linked) > 1:
            named = ", ".join(one.bound.id for one in linked.values())
            words = f"{named} are mentions of one actor, but are linked to different actors."
            self.refuse("BRT010", members[0].bound.number, words)
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
                self.add_new({slug: head.rule.kind or ""}, self.named)
                one.values["actors"] = (NEW_ACTOR,)
                one.values["actors_nil"] = (f"{slug}: {head.rule.kind}",)

    def add_new(self, found: Mapping[str, str], nil: dict[str, str]) -> None:
        """Add actors that are not in the registry; each has one kind in a set."""
        for actor, kind in found.items():
            if nil.setdefault(actor, kind) != kind:
                words = f"\u2018{actor}\u2019 has two kinds, {nil[actor]} and {kind}."
                self.refuse("BRT010", 1, words)

    def report_left_out(self) -> None:
        """Report how many lines the mapping skips."""
        for label, number in sorted(self.left_out.items()):
            times = "once" if number == 1 else f"{number:,} times"
            words = f"\u2018{label}\u2019 was skipped {times}."
            self.faults.append(Problem("BRT009", "", words, line=1))


def _named(bound: Line) -> str:
    """Return a short name for an actor without a link: the same for the same words.

    It is short, because it is committed even where the text is withheld.
    """
    words = " ".join(bound.value.split())
    name = short_name(_in_latin(words))
    parts = name.split("-")
    if name and len(parts) <= MANY and len(name) <= LONG:
        return name
    few = "-".join(parts[:MANY])[:LONG].strip("-_")
    alike = unicodedata.normalize("NFC", words).casefold()
    return f"{few or 'words'}-{sha256(alike.encode())[:8]}"


def _in_latin(words: str) -> str:
    """Write Latin letters that have no accent to lose, such as \u0142, as plain ones."""
    return "".join(_plain_letter(char) for char in words)


def _plain_letter(char: str) -> str:
    found = _LATIN.fullmatch(unicodedata.name(char, ""))
    return found[1].lower() if found else "ss" if char in "\u00df\u1e9e" else char


def _root(first: Mapping[str, str], name: str) -> str:
    """Return the first of those that are the same."""
    while name in first:
        name = first[name]
    return name
