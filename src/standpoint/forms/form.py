"""A form: labels for regions, and fields to fill in.

The name of a field is the name of the property of the record that it fills.
"""

from collections.abc import Mapping
from typing import NamedTuple

from standpoint.records.model import PanelTarget
from standpoint.records.vocabulary import NIL, NOT_COVERED

ACTORS, CLAIMS, PANEL = "actors", "claims", "panel"
PASSES = (ACTORS, CLAIMS, PANEL)
"""The passes of an annotator, in order."""

COVERED = {ACTORS: ("actor",), CLAIMS: ("claim",), PANEL: ("panel", "stance")}
"""Pass to the layers whose coverage it asks for."""

DECIDE = {"actor": "decide-actor", "claim": "decide-claim", "stance": "decide-stance"}
"""Layer to the form for decisions on its items."""

TIERS = ("core", "extended")

MENTION, CLAIM, SOURCE, TARGET, STANCE = (
    "mention",
    "claim",
    "source",
    "target",
    "stance",
)
CONTINUED, ALSO_AT = "continued", "also_at"
CARRIER_EVIDENCE, EVIDENCE = "carrier_evidence", "evidence"
NOT_ANNOTATED, CONTESTED = "not_annotated", "contested"

MENTIONED = "mention-"
"""Start of the id of a region that shows a mention of the first pass."""

NEW_ACTOR = NIL.removesuffix(":")
"""Value for an actor that is not in the registry."""
NOBODY = "nobody"
"""Value for a source that is linked to nobody although it contains a mention."""
NOT_SURE = "not_sure"
WHOLE_SEGMENT = "whole_segment"
NO_EVIDENCE = "no_evidence"


def passes_done(coverage: Mapping[str, str | None]) -> list[str]:
    """Return the passes that were done on a segment, in order.

    Args:
        coverage: Layer to its coverage.
    """
    return [
        name
        for name in PASSES
        if any(coverage[layer] not in {None, NOT_COVERED} for layer in COVERED[name])
    ]


class Value(NamedTuple):
    """A value of a field.

    Attributes:
        name: The value in the record.
        hint: Its meaning, for a tooltip.
    """

    name: str
    hint: str


class Mark(NamedTuple):
    """A label for regions.

    Attributes:
        label: The label.
        layer: The layer of the regions.
        group: The row of labels that shows it.
        hint: Its meaning, for a tooltip.
        colour: Its colour; empty to choose one that is free in the form.
        key: The key that makes it; empty for none, None to choose one that is free in the
            form.
        inventory: Its inventory; empty for parts and targets.
    """

    label: str
    layer: str
    group: str
    hint: str
    colour: str
    key: str | None = ""
    inventory: str = ""


class Control(NamedTuple):
    """A field.

    Attributes:
        name: Its name.
        kind: `choices`, `taxonomy` or `textarea`.
        title: The question.
        layer: Layer of the regions that have it; empty for a field of the segment.
        values: Its values; empty for text, and if the task has the list.
        inventory: Inventory of the values, or empty.
        many: Whether it may have several values.
        required: Whether it must be filled in.
        extended: Whether only the extended tier has it.
        listed_in: Key of the task with the list of values.
        possible: Labels that this list may contain.
        shown_by: Another field and its values for which this one is shown, or None.
        group: Fields of one group are shown in one box.
        placeholder: Text in the empty field.
        rows: Lines of a text field.
    """

    name: str
    kind: str
    title: str
    layer: str = ""
    values: tuple[Value, ...] = ()
    inventory: str = ""
    many: bool = False
    required: bool = False
    extended: bool = False
    listed_in: str = ""
    possible: tuple[str, ...] = ()
    shown_by: tuple[str, tuple[str, ...]] | None = None
    group: str = ""
    placeholder: str = ""
    rows: int = 1


class Form(NamedTuple):
    """A form of one tier.

    Attributes:
        name: A pass, or the name of a form for decisions.
        tier: `core` or `extended`.
        marks: Labels for regions.
        controls: Fields.
        relations: Labels of arrows between two claims.
        panel: Id of the panel; empty in other forms.
        targets: Its targets.
    """

    name: str
    tier: str
    marks: tuple[Mark, ...]
    controls: tuple[Control, ...]
    relations: tuple[Value, ...] = ()
    panel: str = ""
    targets: tuple[PanelTarget, ...] = ()

    def field(self, name: str) -> Control | None:
        """Return a field by its name, or None if there is none."""
        return next((field for field in self.controls if field.name == name), None)

    def layer_of(self, label: str) -> str | None:
        """Return the layer of a label of regions, or None if there is none."""
        return next((mark.layer for mark in self.marks if mark.label == label), None)

    def labels_of(self, layer: str) -> list[str]:
        """Return the labels of a layer."""
        return [mark.label for mark in self.marks if mark.layer == layer]
