"""An annotation set as a brat file."""

import re
from collections.abc import Mapping
from itertools import count

import msgspec

from standpoint.as_brat.names import (
    ID,
    LEADS_TO,
    ORIGIN,
    SEGMENT,
    Forms,
    escaped,
    fields_of,
    label_of,
    marks_of,
)
from standpoint.formats.brat import Attribute, Bound, Norm, Note, Relation, Standoff
from standpoint.labelstudio import convert
from standpoint.labelstudio.answers import Answers, Region
from standpoint.labelstudio.form import (
    CONTINUED,
    MENTION,
    MENTIONED,
    Control,
    Form,
    passes_done,
)
from standpoint.labelstudio.part import Ground, split_note
from standpoint.model import AnnotationSet, Document, JudgedSegment, Segment
from standpoint.schema import Inventory


def exported(
    document: Document,
    text: str,
    record: AnnotationSet,
    forms: Forms,
    inventories: Mapping[str, Inventory],
) -> Standoff:
    """Return a set as a brat file.

    Raises:
        CannotShowError: If it holds something that no pass has a place for.
    """
    writer = _Writer(document, text, record, forms)
    segments = {segment.id: segment for segment in document.segments}
    for judged in record.segments:
        ordered = convert.ordered(judged, dict(inventories))
        writer.segment(ordered, segments[judged.segment])
    return writer.file()


class _Writer:
    """A brat file in the making."""

    def __init__(
        self, document: Document, text: str, record: AnnotationSet, forms: Forms
    ) -> None:
        self.text = text
        self.sha256 = document.text.sha256
        self.forms = forms
        self.kinds = {nil.id: nil.kind for nil in record.nil}
        self.bounds: list[Bound] = []
        self.relations: list[Relation] = []
        self.attributes: list[Attribute] = []
        self.norms: list[Norm] = []
        self.notes: list[Note] = []
        self._numbers = {letter: count(1) for letter in "TRAN#"}

    def file(self) -> Standoff:
        return Standoff(
            bounds=tuple(self.bounds),
            relations=tuple(self.relations),
            attributes=tuple(self.attributes),
            norms=tuple(self.norms),
            notes=tuple(self.notes),
        )

    def _id(self, letter: str) -> str:
        return f"{letter}{next(self._numbers[letter])}"

    def segment(self, judged: JudgedSegment, segment: Segment) -> None:
        start = segment.start
        while self.text[start].isspace():
            start += 1
        bearer = self._bound(SEGMENT, ((start, start + 1),))
        self._attribute(ID, bearer, segment.id)
        done = passes_done(msgspec.structs.asdict(judged.coverage))
        notes = split_note(judged.note, done)
        marked: dict[str, str] = {}
        for name in done:
            form = self.forms[name]
            ground = Ground(self.text, self.sha256, segment.start, "", form, self.kinds)
            answers = convert.encode(name, judged, ground, notes.get(name))
            self._answers(answers, form, segment.start, marked)
            self._values(bearer, answers.values, fields_of(form, ""))

    def _answers(
        self, answers: Answers, form: Form, start: int, marked: dict[str, str]
    ) -> None:
        """Write the regions and arrows of a pass.

        Args:
            answers: The pass.
            form: What it asks.
            start: Start of the segment.
            marked: Gets what each region is called; has that of the mentions.
        """
        pieces = _pieces(answers)
        for region in answers.regions.values():
            layer = form.layer_of(region.label) or ""
            if region.label == MENTION or region.id in pieces:
                continue
            parts = (region, *(p for owner, p in pieces.values() if owner == region.id))
            spans = tuple((start + p.start, start + p.end) for p in parts)
            bound = self._bound(label_of(layer, region.label), spans)
            marked[region.id] = bound
            if re.fullmatch(r"[mct][0-9]+", region.id):
                self._attribute(ID, bound, region.id)
            if region.origin != "manual":
                self._attribute(ORIGIN, bound, region.origin)
            self._values(bound, region.values, fields_of(form, layer))
        for arrow in answers.arrows:
            if arrow.to_id not in pieces:
                ends = (
                    marked[name.removeprefix(MENTIONED)]
                    for name in (arrow.from_id, arrow.to_id)
                )
                arguments = tuple(zip(("Arg1", "Arg2"), ends, strict=True))
                label = arrow.label or LEADS_TO
                self.relations.append(Relation(self._id("R"), label, arguments))

    def _values(
        self,
        target: str,
        values: Mapping[str, tuple[str, ...]],
        fields: Mapping[str, Control],
    ) -> None:
        names = {field.name: (name, field.kind) for name, field in fields.items()}
        for key, given in values.items():
            name, kind = names[key]
            for value in given:
                if kind == "choices":
                    self._attribute(name, target, value)
                elif kind == "taxonomy":
                    self.norms.append(Norm(self._id("N"), target, name, value, value))
                else:
                    text = escaped(value)
                    self.notes.append(Note(self._id("#"), name, target, text))

    def _bound(self, label: str, spans: tuple[tuple[int, int], ...]) -> str:
        words = " ".join(self.text[start:end] for start, end in spans)
        self.bounds.append(Bound(self._id("T"), label, spans, words))
        return self.bounds[-1].id

    def _attribute(self, label: str, target: str, value: str) -> None:
        self.attributes.append(Attribute(self._id("A"), label, target, value))


Piece = tuple[str, Region]
"""A region that continues another: the id of that one, and itself."""


def _pieces(answers: Answers) -> dict[str, Piece]:
    """Return the regions that continue another one: brat marks words with gaps."""
    return {
        arrow.to_id: (arrow.from_id, answers.regions[arrow.to_id])
        for arrow in answers.arrows
        if answers.regions[arrow.to_id].label == CONTINUED
    }


# what brat shows


def configuration(forms: Forms) -> str:
    """Return an annotation.conf, with which brat shows and edits such files."""
    attributes: dict[str, tuple[set[str], list[str]]] = {}
    for label, (name, _) in marks_of(forms).items():
        form = forms[name]
        layer = form.layer_of(marks_of(forms)[label][1]) or ""
        for key, field in fields_of(form, layer).items():
            if field.kind == "choices":
                owners, values = attributes.setdefault(key, (set(), []))
                owners.add(label)
                values += [v.name for v in field.values if v.name not in values]
    relations = [LEADS_TO, *(value.name for value in forms["claims"].relations)]
    lines = ["[entities]", SEGMENT, *marks_of(forms), "", "[relations]"]
    lines += [f"{one} Arg1:<ENTITY>, Arg2:<ENTITY>" for one in relations]
    lines += ["<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"]
    lines += ["", "[events]", "", "[attributes]"]
    for key, (owners, values) in attributes.items():
        lines.append(f"{key} Arg:{'|'.join(sorted(owners))}, Value:{'|'.join(values)}")
    return "\n".join(lines) + "\n"
