"""What a form is: labels that make regions, and fields to fill in.

A field is called as the property of the record that it fills.
"""

from collections.abc import Mapping
from typing import NamedTuple

from standpoint.records.model import PanelTarget
from standpoint.records.vocabulary import NIL, NOT_COVERED

ACTORS, CLAIMS, PANEL = "actors", "claims", "panel"
PASSES = (ACTORS, CLAIMS, PANEL)
"""The passes of an annotator, in order."""

COVERED = {ACTORS: ("actor",), CLAIMS: ("claim",), PANEL: ("panel", "stance")}
"""Pass to the layers of which it says how completely they were worked through."""

DECIDE = {"actor": "decide-actor", "claim": "decide-claim", "stance": "decide-stance"}
"""Layer to the form in which an adjudicator decides on its items."""

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
"""What the id of a region begins with that stands for a mention of the first pass."""

NEW_ACTOR = NIL.removesuffix(":")
"""What is chosen in place of an actor that the registry lacks."""
NOBODY = "nobody"
"""What is chosen where a source is linked to nobody although a mention stands in it."""
NOT_SURE = "not_sure"
WHOLE_SEGMENT = "whole_segment"
NO_EVIDENCE = "no_evidence"


def passes_done(coverage: Mapping[str, str | None]) -> list[str]:
    """Return the passes that a segment has gone through, in order.

    Args:
        coverage: Layer to how completely it was worked through.
    """
    return [
        name
        for name in PASSES
        if any(coverage[layer] not in {None, NOT_COVERED} for layer in COVERED[name])
    ]


class Value(NamedTuple):
    """A value that may be chosen.

    Attributes:
        name: What the record gets.
        hint: What it means; shown when the mouse rests on it.
    """

    name: str
    hint: str


class Mark(NamedTuple):
    """A label that makes a region.

    Attributes:
        label: The label.
        layer: What kind of region it makes.
        group: The row in which it stands.
        hint: What it means.
        colour: Its colour; empty where one that is free in the form is to be chosen.
        key: The key that makes it; empty for a label that has none, None where one that
            is free in the form is to be chosen.
        inventory: The list of labels it is from; empty for parts and targets.
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
        name: Its name in results.
        kind: `choices`, `taxonomy` or `textarea`.
        title: What is asked.
        layer: Kind of the regions that have it; empty for the segment as a whole.
        values: What may be chosen; empty for text, and where the task brings the list.
        inventory: The list of labels they are from, or empty.
        many: Whether several may be chosen.
        required: Whether one must be.
        extended: Whether it is of the extended tier.
        listed_in: Key of the task that has the list to choose from.
        possible: Labels that the list of a task may hold.
        shown_by: Another control and those of its values that show this one, or None.
        group: Fields of one group stand in one box.
        placeholder: What an empty field shows.
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
    """One pass, as one tier asks it.

    Attributes:
        name: The pass.
        tier: `core` or `extended`.
        marks: Labels that make regions.
        controls: Fields.
        relations: Labels of arrows between two claims.
        panel: Id of the panel; empty in the other passes.
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
        """Return a field by its name, or None where the pass has none such."""
        return next((field for field in self.controls if field.name == name), None)

    def layer_of(self, label: str) -> str | None:
        """Return the layer of a region's label, or None where the pass has none such."""
        return next((mark.layer for mark in self.marks if mark.label == label), None)

    def labels_of(self, layer: str) -> list[str]:
        """Return the labels of a layer."""
        return [mark.label for mark in self.marks if mark.layer == layer]
