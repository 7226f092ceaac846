"""What labels and fields are called in a brat file, and what those of others become."""

import re
from collections.abc import Mapping

import msgspec

from standpoint.forms.form import MENTION, NOT_ANNOTATED, Control, Form

SEGMENT = "segment"
"""Label of what bears the fields of a segment."""
ID, ORIGIN = "id", "origin"
"""Attributes that say what an item is called, and how it came about."""
LEADS_TO = "leads_to"
"""Label of an arrow that has none in a set."""
SAME_ACTOR = "same_actor"
"""What a relation becomes that says that two mentions name one actor."""

Forms = Mapping[str, Form]
"""Pass to what it asks."""


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """What a label of another project becomes.

    Attributes:
        label: A label of this project, such as `mention_neutral`; of an attribute, a note
            or a resource, a field; of a relation `leads_to`, `same_actor` or a label.
        fields: Fields that all of them get.
        kind: Kind of the actors that no normalisation names; they are called by the words.
        values: Value of an attribute to the value that it becomes.
    """

    label: str
    fields: dict[str, str] = {}
    kind: str | None = None
    values: dict[str, str] = {}


class Meaning(msgspec.Struct, forbid_unknown_fields=True):
    """What the labels of another project become: the mapping file.

    Attributes:
        labels: Label to what it becomes; what is not named keeps its name.
        left_out: Labels that are left out, and counted.
        segment: Fields of every segment in which something is marked.
        keep_outermost: Whether mentions inside of other mentions are left out.
        words: What a label means on marked words, where that differs from `labels`.
        events: The same for events; null leaves an event out, but not its words.
        relations: The same for relations.
        unmarked_was_read: Whether segments without any mark were read as well.
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
        """Return what labels mean on one sort of line only."""
        sorts = {"T": self.words, "E": self.events, "R": self.relations}
        return sorts.get(letter, {})


def label_of(layer: str, label: str) -> str:
    """Return what a label is called in a brat file, where all passes are together."""
    return label if layer == label else f"{layer}_{label}"


def _name_of(field: Control, form: Form) -> str:
    """Return what a field is called in a brat file; each pass has a note of its own."""
    return f"note-{form.name}" if field.name == "note" else field.name.replace(":", "-")


def marks_of(forms: Forms) -> dict[str, tuple[str, str]]:
    """Return label in a brat file to the pass and the label of its regions."""
    return {
        label_of(mark.layer, mark.label): (form.name, mark.label)
        for form in forms.values()
        for mark in form.marks
        if mark.label not in {NOT_ANNOTATED, MENTION}
    }


def fields_of(form: Form, layer: str) -> dict[str, Control]:
    """Return name in a brat file to field, of what one layer of a pass is asked."""
    return {_name_of(f, form): f for f in form.controls if f.layer == layer}


def unescaped(text: str) -> str:
    """Return a text as it was before it was put on one line."""
    names = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    return re.sub(r"\\([nrt\\])", lambda match: names[match.group(1)], text)
