"""The configs that hold the registries, in the split `registry`."""

from collections.abc import Iterator
from typing import NamedTuple

from standpoint.records.model import PanelTarget, Registries
from standpoint.tables.column import BOOL, INT, STRING, Column, label, many

_NAME = {
    "text": STRING,
    "lang": STRING,
    "script": STRING,
    "kind": label("name_kind"),
    "valid_from": STRING,
    "valid_to": STRING,
}
_RELATION = {
    "type": label("actor_relation_type"),
    "actor": STRING,
    "from": STRING,
    "to": STRING,
    "basis": label("relation_basis"),
}

ACTOR = (
    Column("actor_id", STRING, "Id of the actor.", "id"),
    Column("name", STRING, "Usual name.", lambda actor: actor.names[0].text),
    Column("kind", label("actor_kind"), "Kind of the actor."),
    Column(
        "names", many(_NAME), "All names, each with its kind and the dates of its use."
    ),
    Column(
        "country",
        STRING,
        "Country, ISO 3166-1 alpha-3; null where unknown, none or invented.",
    ),
    Column(
        "plover_sector",
        many(label("plover_sector")),
        "Sectors, as the PLOVER event coding scheme uses them.",
    ),
    Column(
        "acled_kind",
        label("acled_kind"),
        "Class, as the ACLED project uses it; null for none.",
    ),
    Column(
        "panel_target",
        STRING,
        "Panel target under which stances toward the actor fall; null for none.",
    ),
    Column(
        "relations", many(_RELATION), "Relations to other actors, each with its dates."
    ),
    Column("wikidata_qid", STRING, "Wikidata id; null where not checked."),
    Column("status", label("actor_status"), "State of the registry entry."),
    Column("fictional", BOOL, "Whether the actor is invented."),
)

_EVIDENCE = {"url": STRING, "date": STRING, "code": STRING, "note": STRING}
_RATING = {"rater": STRING, "rating": STRING, "date": STRING, "url": STRING}

OUTLET = (
    Column("outlet_id", STRING, "Id of the outlet.", "id"),
    Column("name", STRING, "Usual name."),
    Column("homepage", STRING, "Address of its site; null where unknown."),
    Column("country", STRING, "Country, ISO 3166-1 alpha-3; null where unknown."),
    Column("outlet_type", label("outlet_type"), "Type of the outlet."),
    Column(
        "state_relation",
        label("state_relation"),
        "Relation to a state (ownership and control) on the date of the evidence.",
    ),
    Column("state_evidence", many(_EVIDENCE), "Evidence for the relation to a state."),
    Column(
        "checked",
        STRING,
        "Date when a curator last checked the entry; null where never.",
    ),
    Column(
        "declared_alignment",
        STRING,
        "Alignment that the outlet declares for itself; null where none.",
    ),
    Column(
        "ratings",
        many(_RATING),
        "Ratings by others, quoted with their dates; they are not labels of"
        " this dataset.",
    ),
    Column("fictional", BOOL, "Whether the outlet is invented."),
)

PANEL = (
    Column("panel_id", STRING, "Id of the panel."),
    Column(
        "target_id", STRING, "Id of the target; unique across all panels.", "target.id"
    ),
    Column("position", INT, "Position in the panel, from 0."),
    Column(
        "kind",
        label("panel_target_kind"),
        "Whether the target is an actor or an issue.",
        "target.kind",
    ),
    Column("title", STRING, "Title of the target.", "target.title"),
    Column(
        "description",
        STRING,
        "What belongs to the target and what does not.",
        "target.description",
    ),
)

ANNOTATOR = (
    Column("annotator_id", STRING, "Pseudonym of the annotator.", "id"),
    Column(
        "kind",
        label("annotator_kind"),
        "Whether the annotator is a person or a language model.",
    ),
    Column("model", STRING, "Name of the language model; null for people."),
    Column("version", STRING, "Version of the language model; null for people."),
    Column("run", STRING, "Run of the language model; null for people."),
    Column("languages", many(STRING), "Languages that the annotator reads, ISO 639-1."),
)


class Target(NamedTuple):
    """A target of a panel, and its place in it, from 0."""

    panel_id: str
    position: int
    target: PanelTarget


def targets(registries: Registries) -> Iterator[Target]:
    """Yield every target of every panel."""
    for panel in registries.panels.values():
        for position, target in enumerate(panel.targets):
            yield Target(panel.id, position, target)
