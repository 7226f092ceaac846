"""Names of labels and fields in brat files, and the mapping of other names to them."""

import re
from collections.abc import Mapping

import msgspec

from standpoint.forms.form import MENTION, NOT_ANNOTATED, Control, Form

SEGMENT = "segment"
"""Label of the annotation that has the fields of a segment."""
ID, ORIGIN = "id", "origin"
"""Attributes with the id and the origin of an item."""
LEADS_TO = "leads_to"
"""Label of an arrow that has no label in a set."""
SAME_ACTOR = "same_actor"
"""Meaning of a relation between two mentions of one actor."""

Forms = Mapping[str, Form]
"""Pass to its form."""


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """The meaning of a label of another project.

    Attributes:
        label: A label of this project, such as `mention_neutral`; of an attribute, a note
            or a resource, a field; of a relation `leads_to`, `same_actor` or a label.
        fields: Fields to fill in for every annotation with the label.
        kind: Kind of the actors that have no normalisation; their words become their name.
        values: Value of an attribute to the value of the field.
    """

    label: str
    fields: dict[str, str] = {}
    kind: str | None = None
    values: dict[str, str] = {}


class Meaning(msgspec.Struct, forbid_unknown_fields=True):
    """The mapping file: the meaning of the labels of another project.

    Attributes:
        labels: Label to its meaning; a label that is not listed keeps its name.
        left_out: Labels that are skipped, and counted.
        segment: Fields to fill in for every segment with annotations.
        keep_outermost: Whether mentions inside other mentions are skipped.
        words: The meaning of a label on marked words, if it differs from `labels`.
        events: The same for events; null skips an event, but not its words.
        relations: The same for relations.
        unmarked_was_read: Whether segments without annotations were read as well.
    """

    labels: dict[str, Rule] = {}
    left_out: list[str] = []
    segment: dict[str, str] = {}
    keep_outermost: bool = False
    words: dict[str, Rule | None] = {}
    events: dict[str, Rule | None] = {}
    relations: dict[str, Rule | None] = {}
    unmarked_was_read: bool = False

    def own(self, letter: str) -> dict[str, Rule | None]:
        """Return the meaning of labels on lines of one kind."""
        sorts = {"T": self.words, "E": self.events, "R": self.relations}
        return sorts.get(letter, {})


def label_of(layer: str, label: str) -> str:
    """Return the name of a label in a brat file, which has all passes together."""
    return label if layer == label else f"{layer}_{label}"


def _name_of(field: Control, form: Form) -> str:
    """Return the name of a field in a brat file; each pass has its own note."""
    return f"note-{form.name}" if field.name == "note" else field.name.replace(":", "-")


def marks_of(forms: Forms) -> dict[str, tuple[str, str]]:
    """Return the label in a brat file to its pass and the label of its regions."""
    return {
        label_of(mark.layer, mark.label): (form.name, mark.label)
        for form in forms.values()
        for mark in form.marks
        if mark.label not in {NOT_ANNOTATED, MENTION}
    }


def fields_of(form: Form, layer: str) -> dict[str, Control]:
    """Return the name in a brat file to the field, for one layer of a pass."""
    return {_name_of(f, form): f for f in form.controls if f.layer == layer}


def unescaped(text: str) -> str:
    """Return a text as it was before it was put on one line."""
    names = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    return re.sub(r"\\([nrt\\])", lambda match: names[match.group(1)], text)
