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
    Column("actor_id", STRING, "The actor.", "id"),
    Column("name", STRING, "Usual name.", lambda actor: actor.names[0].text),
    Column("kind", label("actor_kind"), "What the actor is."),
    Column("names", many(_NAME), "All names with kind and days of use."),
    Column("country", STRING, "Country, ISO 3166-1 alpha-3; or null."),
    Column("plover_sector", many(label("plover_sector")), "Sectors."),
    Column("acled_kind", label("acled_kind"), "Class; or null."),
    Column("panel_target", STRING, "Panel target it falls under; or null."),
    Column("relations", many(_RELATION), "Dated facts between actors."),
    Column("wikidata_qid", STRING, "Wikidata item; null where not checked."),
    Column("status", label("actor_status"), "State of the entry."),
    Column("fictional", BOOL, "Whether it is invented."),
)

_EVIDENCE = {"url": STRING, "date": STRING, "code": STRING, "note": STRING}
_RATING = {"rater": STRING, "rating": STRING, "date": STRING, "url": STRING}

OUTLET = (
    Column("outlet_id", STRING, "The outlet.", "id"),
    Column("name", STRING, "Usual name."),
    Column("homepage", STRING, "Its site; or null."),
    Column("country", STRING, "Country, ISO 3166-1 alpha-3; or null."),
    Column("outlet_type", label("outlet_type"), "What it does."),
    Column(
        "state_relation",
        label("state_relation"),
        "Ownership and control at the day of the evidence.",
    ),
    Column("state_evidence", many(_EVIDENCE), "What the state relation rests on."),
    Column("checked", STRING, "Day a curator last looked; or null."),
    Column("declared_alignment", STRING, "What it says of itself; or null."),
    Column("ratings", many(_RATING), "Raters, quoted with date; never our label."),
    Column("fictional", BOOL, "Whether it is invented."),
)

PANEL = (
    Column("panel_id", STRING, "The panel."),
    Column("target_id", STRING, "The target; unique over all panels.", "target.id"),
    Column("position", INT, "Place in the panel, from 0."),
    Column("kind", label("panel_target_kind"), "Actor or issue.", "target.kind"),
    Column("title", STRING, "Title.", "target.title"),
    Column(
        "description",
        STRING,
        "What falls under it and what does not.",
        "target.description",
    ),
)

ANNOTATOR = (
    Column("annotator_id", STRING, "Pseudonym.", "id"),
    Column("kind", label("annotator_kind"), "Person or model."),
    Column("model", STRING, "Language models: which; null for people."),
    Column("version", STRING, "Language models: version; null for people."),
    Column("run", STRING, "Language models: which run; null for people."),
    Column("languages", many(STRING), "Languages read, ISO 639-1."),
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
