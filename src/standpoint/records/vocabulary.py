"""The words of the corpus: labels and what they do, layers, roles, populations, voices.

Labels are defined in schema/labels.schema.json, each once; what a label does beyond its
meaning lies beside it there, as a keyword that begins with `x-`. Every keyword has a
default, so that a new label needs none.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec
from msgspec import field

NIL = "NIL:"
"""First characters of the id of an actor that is not in the registry."""

ADJUDICATED = "adjudicated"
"""Name of the set that holds the decisions of adjudicators on a document."""

ITEMS = {"actor": "mentions", "claim": "claims", "stance": "stances", "panel": "panel"}
"""Layer, as coverage calls it, to the property of a judged segment with its items."""

LAYER_OF = {items: layer for layer, items in ITEMS.items()}
"""Property of a judged segment to its layer."""

PASSES = {"actors": ("actor",), "claims": ("claim",), "panel": ("panel", "stance")}
"""Pass of an annotator to the layers that it covers, in the order of the passes."""

LAYERS = ("claim", "stance", "actor", "source_type")
"""Layers of the dataset, in the order in which they are resolved and shown."""

FULL, PARTIAL, NOT_COVERED = "full", "partial", "none"
"""How completely a layer of a segment was annotated."""

KEY, ANNOTATOR, ADJUDICATOR = "key", "annotator", "adjudicator"
ROLES = (KEY, ANNOTATOR, ADJUDICATOR)
"""Roles of sets, in the order in which the sets of a document are read.

A set with any other role is an independent reading, as one of an annotator.
"""

HUMAN, LANGUAGE_MODEL = "human", "language_model"
POPULATIONS = {KEY: "the key", HUMAN: "people", LANGUAGE_MODEL: "language models"}
"""Who judges, to its name in a sentence; where several judged, the first decides."""

UNREAD_ZONES = frozenset(
    {
        "dateline_meta",
        "byline",
        "credit",
        "related_link",
        "editor_note",
        "promo",
        "legal",
        "chrome",
    }
)
"""Kinds of zones in which nothing is annotated."""


COMMENT, BOILERPLATE = "comment", "boilerplate"
"""Kinds of segments that are treated apart; every other kind is annotated as a text."""

RELEASED, WITHHELD = "released", "withheld"
"""Whether the text of a document may be released."""


class Voice(NamedTuple):
    """Who speaks in a segment where nobody is quoted.

    Attributes:
        holder: Kind of the holder of its stances.
        source: Source type of its own claims.
    """

    holder: str
    source: str


CARRIER = Voice("carrier", "self")
COMMENTER = Voice("commenter", "reader")


def voice(segment_kind: str) -> Voice:
    """Return who speaks in a segment of this kind."""
    return COMMENTER if segment_kind == COMMENT else CARRIER


def is_reading(role: str) -> bool:
    """Tell whether a set with this role is an independent reading."""
    return role not in {KEY, ADJUDICATOR}


def rank_of_role(role: str) -> int:
    """Return the place of a role in the order of sets."""
    return ROLES.index(role if role in ROLES else ANNOTATOR)


def deciding(populations: Iterable[str]) -> str | None:
    """Return the population that decides among those that judged; None if none did.

    A population that is not listed decides only where no listed one judged.
    """
    present = set(populations)
    order = (*POPULATIONS, *sorted(present - POPULATIONS.keys()))
    return next((name for name in order if name in present), None)


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label as the schema defines it.

    Attributes:
        const: The label.
        title: Its name for readers.
        description: Its meaning.
        tier: `core` or `extended`.
        key: Hotkey in the annotation form; None: one that is free is chosen.
        color: Color in the annotation form, `#rrggbb`; None: grey.
        targets: Of a stance: where it is allowed. `panel` is the panel, the others are
            the kinds of targets of free stances.
        positions: Of a stance: whether it takes a position, and so has an expression.
        evidence: Of a stance: whether evidence is required, optional or not allowed.
        polarity: Of a stance: 1, 0 or -1; None where it has no place on that scale.
        figure: Of a stance: symbol and color of its cell in the stance matrix.
        excludes: Of a portrayal: stances that it is never combined with.
        actor_kinds: Of a source type: kinds of actors that it fits; empty for any.
        figure_class: Of a source type: the class that it is drawn with.
        is_work: Of a source type: whether it is a work, whose author may be the next link.
        is_identified: Of an identification: whether the source can be identified.
        is_office: Of a sector: whether it is public office.
    """

    const: str
    title: str
    description: str
    tier: str
    key: str | None = field(name="x-key", default=None)
    color: str | None = field(name="x-color", default=None)
    targets: tuple[str, ...] = field(
        name="x-targets", default=("panel", "actor", "issue", "claim")
    )
    positions: bool = field(name="x-positions", default=True)
    evidence: Literal["required", "optional", "none"] = field(
        name="x-evidence", default="required"
    )
    polarity: Literal[-1, 0, 1] | None = field(name="x-polarity", default=None)
    figure: tuple[str, str] | None = field(name="x-figure", default=None)
    excludes: tuple[str, ...] = field(name="x-excludes", default=())
    actor_kinds: tuple[str, ...] = field(name="x-actor-kinds", default=())
    figure_class: str | None = field(name="x-class", default=None)
    is_work: bool = field(name="x-is-work", default=False)
    is_identified: bool = field(name="x-identified", default=True)
    is_office: bool = field(name="x-public-office", default=False)


class Inventory(msgspec.Struct, frozen=True, dict=True):
    """A closed list of labels, in the order of the class names of the dataset."""

    title: str
    description: str
    tier: str
    oneOf: tuple[Label, ...]  # noqa: N815 - the keyword of JSON Schema

    @cached_property
    def names(self) -> list[str]:
        """The labels, in schema order."""
        return [label.const for label in self.oneOf]

    @cached_property
    def labels(self) -> dict[str, Label]:
        """Label to its definition, in schema order."""
        return {label.const: label for label in self.oneOf}


Inventories = Mapping[str, Inventory]
"""Name of each closed list of labels to its definition."""

FOLLOWS = {"population": "annotator_kind", "stance_target": "target_kind"}
"""List whose labels are computed to the list whose labels it has as well."""

NEEDED = {
    "coverage": (FULL, PARTIAL, NOT_COVERED),
    "decided_by": (
        *("single", "unanimous", "majority", "adjudicated", "tie", "repeated"),
    ),
    "decision": ("agreed", "chosen", "merged", "added", "dropped", "left_open"),
    "holder_kind": (CARRIER.holder, COMMENTER.holder, "actor"),
    "origin": ("manual", "suggestion_accepted", "suggestion_edited"),
    "population": (KEY,),
    "set_role": ROLES,
    "source_type": (CARRIER.source, COMMENTER.source),
    "stance_target": ("panel",),
    "text_release": (RELEASED, WITHHELD),
}
"""List to the labels that code gives to items, which it therefore cannot do without."""


def completed(inventories: Inventories) -> dict[str, Inventory]:
    """Return the lists, those that follow another one with the labels of that one.

    Raises:
        ValueError: If a label is missing that code gives to items.
    """
    found = dict(inventories)
    for name, labels in NEEDED.items():
        missing = [
            one for one in labels if name in found and one not in found[name].names
        ]
        if missing:
            raise ValueError(f"`{name}` needs the label {', '.join(missing)}")
    for name, other in FOLLOWS.items():
        if name in found and other in found:
            own = found[name]
            new = [one for one in found[other].oneOf if one.const not in own.names]
            found[name] = msgspec.structs.replace(own, oneOf=(*own.oneOf, *new))
    return found
