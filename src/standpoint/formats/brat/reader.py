"""A brat file as an annotation set."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from standpoint.formats.brat.lines import Corner, Lines, Marked
from standpoint.formats.brat.names import LEADS_TO, ORIGIN, Meaning, fields_of
from standpoint.formats.brat.standoff import Standoff
from standpoint.forms import convert, rules
from standpoint.forms.answers import Answers, Arrow, Region
from standpoint.forms.convert_common import LISTS, Content, Passage, join_notes, passage
from standpoint.forms.form import (
    CONTINUED,
    COVERED,
    MENTION,
    MENTIONED,
    PASSES,
    Form,
    passes_done,
)
from standpoint.records.findings import Problem
from standpoint.records.model import Mention, Segment
from standpoint.records.vocabulary import BOILERPLATE, NOT_COVERED

KIND = "annotation-set"


class Imported(NamedTuple):
    """A brat file as a set.

    Attributes:
        data: The set as plain data, or None if something cannot be imported.
        faults: Problems, and what was skipped.
        line_of: Returns the line that a JSON pointer into the set comes from; 0 for none.
    """

    data: dict[str, Any] | None
    faults: list[Problem]
    line_of: Callable[[str], int]


def imported(file: Standoff, meaning: Meaning, corner: Corner) -> Imported:
    """Return a brat file as plain data of an annotation set.

    Args:
        file: The file.
        meaning: The mapping.
        corner: Everything else.
    """
    lines = Lines(file, meaning, corner)
    reader = _Reader(lines, meaning, corner)
    data = None if lines.refused else reader.data()
    if lines.refused:  # the reader may have added problems
        data = None
    else:
        lines.report_left_out()
    return Imported(data, lines.faults, reader.line_of)


class _Reader:
    """The lines of a brat file, put together to a set."""

    def __init__(self, lines: Lines, meaning: Meaning, corner: Corner) -> None:
        self.lines = lines
        self.meaning = meaning
        self.corner = corner
        self.traces: list[dict[str, str]] = []

    # segment by segment

    def data(self) -> dict[str, Any]:
        """Return the set as plain data; errors against the schema are reported."""
        nil: dict[str, str] = {}
        own: dict[str, list[Marked]] = {}
        for one in (*self.lines.bearers.values(), *self.lines.regions.values()):
            own.setdefault(one.segment.id, []).append(one)
        segments = [
            self._judged(segment, own.get(segment.id, []), nil)
            for segment in self.corner.document.segments
            if segment.id in own
            or (self.meaning.unmarked_was_read and segment.kind != BOILERPLATE)
        ]
        if not segments:
            words = (
                "The file has no annotations. If the text was read and there is nothing to"
                ' mark, add \u2018"unmarked_was_read": true\u2019 to the mapping.'
            )
            self.lines.refuse("BRT010", 1, words)
            return {}
        data = {
            **self.corner.head,
            "nil": [{"id": name, "kind": nil[name]} for name in sorted(nil)],
            "segments": [judged for judged, _ in segments],
        }
        self.traces = [trace for _, trace in segments]
        if not self.lines.refused:
            self._explain(data)
        return data

    def _judged(
        self, segment: Segment, own: list[Marked], nil: dict[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return a judged segment, and JSON pointers below it to ids of lines."""
        values = self._values(segment, own)
        judged: dict[str, Any] = {"segment": segment.id, "coverage": {}, "note": None}
        trace: dict[str, str] = {}
        notes: dict[str, str] = {}
        ids: dict[str, str] = {}
        for name in PASSES:
            content = self._pass(name, own, values, segment, judged, ids)
            self.lines.add_new(content.nil, nil)
            trace |= content.trace
            ids |= content.ids
            for problem in content.problems:
                line = self.lines.numbers.get(problem.pointer, 1)
                self.lines.refuse("BRT010", line, problem.message)
            judged |= {key: content.data[key] for key in LISTS[name]}
            judged["coverage"] |= content.data["coverage"]
            if content.data["note"]:
                notes[name] = content.data["note"]
        judged["note"] = join_notes(notes, passes_done(judged["coverage"]))
        return judged, trace

    def _values(
        self, segment: Segment, own: list[Marked]
    ) -> dict[str, tuple[str, ...]]:
        """Return the fields of a segment: those of the file, else those of the mapping."""
        values: dict[str, tuple[str, ...]] = {}
        for one in own:
            for key, given in ({} if one.name else one.values).items():
                if values.setdefault(key, given) != given:
                    words = f"The segment {segment.id} has two values for \u2018{key}\u2019."
                    self.lines.refuse("BRT010", one.bound.number, words)
        for key, value in self.meaning.segment.items():
            values.setdefault(key, (value,))
        return values

    def _pass(
        self,
        name: str,
        own: Iterable[Marked],
        values: Mapping[str, tuple[str, ...]],
        segment: Segment,
        judged: Mapping[str, Any],
        ids: Mapping[str, str],
    ) -> Content:
        """Return what one pass holds of a segment."""
        form = self.corner.forms[name]
        fields = fields_of(form, "")
        of_pass = {f.name: values[key] for key, f in fields.items() if key in values}
        marked = [one for one in own if one.name == name]
        if not marked and not of_pass:
            of_pass = {f"coverage_{layer}": (NOT_COVERED,) for layer in COVERED[name]}
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
        document, text = self.corner.document, self.corner.text
        where = passage(document, segment, text, form, segment.id)
        answers = Answers(regions, tuple(arrows), of_pass)
        if marked or NOT_COVERED not in {
            v for given in of_pass.values() for v in given
        }:
            self._check(answers, where, segment)
        return convert.decode(name, answers, where, {}, mentions, {})

    def _check(self, answers: Answers, passage: Passage, segment: Segment) -> None:
        """Report the answers that break a rule."""
        bearer = (o.bound for o in self.lines.bearers.values() if o.segment is segment)
        first = min((one.number for one in bearer), default=1)
        for problem in rules.problems(answers, passage):
            line = self.lines.numbers.get(problem.pointer.split("/")[0], first)
            self.lines.refuse("BRT010", line, problem.message)

    def _draw(
        self,
        one: Marked,
        form: Form,
        start: int,
        regions: dict[str, Region],
        arrows: list[Arrow],
    ) -> None:
        """Make a region of marked words, one per piece if they have gaps."""
        fields = self.lines.fields(one)
        values = {fields[key].name: given for key, given in one.values.items()}
        (first, last), *more = one.bound.spans
        name = one.region
        self._refuse_name(name, one, regions)
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
            words = f"{one.bound.id} \u2018{one.bound.value[:60]}\u2019 has a gap, which is allowed only in claims."
            self.lines.refuse("BRT010", one.bound.number, words)
            return
        for number, (piece_start, end) in enumerate(more, 2):
            piece = f"{name}-{number}"
            self._refuse_name(piece, one, regions)
            regions[piece] = Region(
                piece,
                CONTINUED,
                piece_start - start,
                end - start,
                {},
                pointer=one.bound.id,
            )
            arrows.append(Arrow(name, piece))

    def _refuse_name(self, name: str, one: Marked, taken: Mapping[str, Any]) -> None:
        if name in taken:
            words = (
                f"{one.bound.id} has the id \u2018{name}\u2019, which is already used."
            )
            self.lines.refuse("BRT010", one.bound.number, words)

    def _arrows(
        self, name: str, marked: Iterable[Marked], ids: Mapping[str, str]
    ) -> Iterator[Arrow]:
        """Yield the arrows that start in a pass; mentions are regions of the second pass too."""
        here = {one.bound.id: one for one in marked}
        for first, other, label, line in self.lines.arrows:
            if first not in here:
                continue
            end = self.lines.regions[other]
            if other in here:
                target = end.region
            elif self.lines.layer(end) == MENTION and name == "claims":
                target = f"{MENTIONED}{ids[end.region]}"
            else:
                words = f"A relation from {first} to {other} has no meaning in this project."
                self.lines.refuse("BRT010", line, words)
                continue
            yield Arrow(
                here[first].region,
                target,
                () if label == LEADS_TO else (label,),
                first,
            )

    # the whole

    def line_of(self, pointer: str) -> int:
        """Return the line that a pointer into the set comes from; 0 for none."""
        return self.lines.numbers.get(self._owner(pointer), 0)

    def _owner(self, pointer: str) -> str:
        """Return the id of the line that a pointer comes from; empty for none."""
        part = re.match(r"/segments/(\d+)(/.*)?$", pointer)
        if part is None:
            return ""
        below = f"{part.group(2) or ''}/"
        trace = self.traces[int(part.group(1))]
        return next(
            (at for key, at in trace.items() if below.startswith(f"{key}/")), ""
        )

    def _explain(self, data: dict[str, Any]) -> None:
        """Report errors against the schema, on the lines that they come from."""
        if self.corner.schemas.is_valid(KIND, data):
            return
        most = self.corner.schemas.schema(KIND)["properties"]["nil"]["maxItems"]
        if len(data["nil"]) > most:
            words = (
                f"The file has {len(data['nil'])} actors that are not in the registry; the"
                f" maximum is {most}. Link them with normalisations, skip some labels in"
                " the mapping, or split the document."
            )
            self.lines.refuse("BRT010", 1, words)
            return
        for pointer, message, *_ in self.corner.schemas.explain(KIND, data):
            owner = self._owner(pointer)
            marked = self.lines.regions.get(owner)
            words = f"{owner} \u2018{marked.bound.value[:60]}\u2019: " if marked else ""
            line = self.lines.numbers.get(owner, 1)
            self.lines.refuse("BRT010", line, f"{words}{message} ({pointer or '/'})")
