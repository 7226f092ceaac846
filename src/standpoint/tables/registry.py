"""The configs that hold the registries, in the split `registry`."""

from collections.abc import Iterator

from standpoint.records.model import Registries
from standpoint.records.schema import Inventory
from standpoint.tables.column import BOOL, INT, STRING, Column, label, many
from standpoint.tables.layer import Row

Inventories = dict[str, Inventory]


def _code(inventories: Inventories, name: str, value: str | None) -> int | None:
    return None if value is None else inventories[name].names.index(value)


def actor_columns(inventories: Inventories) -> list[Column]:
    """Return the columns of the config `actor_registry`."""
    name = {
        "text": STRING,
        "lang": STRING,
        "script": STRING,
        "kind": label(inventories["name_kind"]),
        "valid_from": STRING,
        "valid_to": STRING,
    }
    relation = {
        "type": label(inventories["actor_relation_type"]),
        "actor": STRING,
        "from": STRING,
        "to": STRING,
        "basis": label(inventories["relation_basis"]),
    }
    return [
        Column("actor_id", STRING, "The actor."),
        Column("name", STRING, "Usual name."),
        Column("kind", label(inventories["actor_kind"]), "What the actor is."),
        Column("names", many(name), "All names with kind and days of use."),
        Column("country", STRING, "Country, ISO 3166-1 alpha-3; or null."),
        Column("plover_sector", many(label(inventories["plover_sector"])), "Sectors."),
        Column("acled_kind", label(inventories["acled_kind"]), "Class; or null."),
        Column("panel_target", STRING, "Panel target it falls under; or null."),
        Column("relations", many(relation), "Dated facts between actors."),
        Column("wikidata_qid", STRING, "Wikidata item; null where not checked."),
        Column("status", label(inventories["actor_status"]), "State of the entry."),
        Column("fictional", BOOL, "Whether it is invented."),
    ]


def actor_rows(registries: Registries, inventories: Inventories) -> Iterator[Row]:
    """Yield a row for each actor."""
    for actor in registries.actors.values():
        yield {
            "actor_id": actor.id,
            "name": actor.names[0].text,
            "kind": _code(inventories, "actor_kind", actor.kind),
            "names": [
                {
                    "text": name.text,
                    "lang": name.lang,
                    "script": name.script,
                    "kind": _code(inventories, "name_kind", name.kind),
                    "valid_from": name.valid_from,
                    "valid_to": name.valid_to,
                }
                for name in actor.names
            ],
            "country": actor.country,
            "plover_sector": [
                _code(inventories, "plover_sector", sector)
                for sector in actor.plover_sector
            ],
            "acled_kind": _code(inventories, "acled_kind", actor.acled_kind),
            "panel_target": actor.panel_target,
            "relations": [
                {
                    "type": _code(inventories, "actor_relation_type", relation.type),
                    "actor": relation.actor,
                    "from": relation.from_,
                    "to": relation.to,
                    "basis": _code(inventories, "relation_basis", relation.basis),
                }
                for relation in actor.relations
            ],
            "wikidata_qid": actor.wikidata_qid,
            "status": _code(inventories, "actor_status", actor.status),
            "fictional": actor.fictional,
        }


def outlet_columns(inventories: Inventories) -> list[Column]:
    """Return the columns of the config `outlet_registry`."""
    evidence = {"url": STRING, "date": STRING, "code": STRING, "note": STRING}
    rating = {"rater": STRING, "rating": STRING, "date": STRING, "url": STRING}
    return [
        Column("outlet_id", STRING, "The outlet."),
        Column("name", STRING, "Usual name."),
        Column("homepage", STRING, "Its site; or null."),
        Column("country", STRING, "Country, ISO 3166-1 alpha-3; or null."),
        Column("outlet_type", label(inventories["outlet_type"]), "What it does."),
        Column(
            "state_relation",
            label(inventories["state_relation"]),
            "Ownership and control at the day of the evidence.",
        ),
        Column("state_evidence", many(evidence), "What the state relation rests on."),
        Column("checked", STRING, "Day a curator last looked; or null."),
        Column("declared_alignment", STRING, "What it says of itself; or null."),
        Column("ratings", many(rating), "Raters, quoted with date; never our label."),
        Column("fictional", BOOL, "Whether it is invented."),
    ]


def outlet_rows(registries: Registries, inventories: Inventories) -> Iterator[Row]:
    """Yield a row for each outlet."""
    for outlet in registries.outlets.values():
        yield {
            "outlet_id": outlet.id,
            "name": outlet.name,
            "homepage": outlet.homepage,
            "country": outlet.country,
            "outlet_type": _code(inventories, "outlet_type", outlet.outlet_type),
            "state_relation": _code(
                inventories, "state_relation", outlet.state_relation
            ),
            "state_evidence": [
                {"url": e.url, "date": e.date, "code": e.code, "note": e.note}
                for e in outlet.state_evidence
            ],
            "checked": outlet.checked,
            "declared_alignment": outlet.declared_alignment,
            "ratings": [
                {"rater": r.rater, "rating": r.rating, "date": r.date, "url": r.url}
                for r in outlet.ratings
            ],
            "fictional": outlet.fictional,
        }


def panel_columns(inventories: Inventories) -> list[Column]:
    """Return the columns of the config `panel`."""
    return [
        Column("panel_id", STRING, "The panel."),
        Column("target_id", STRING, "The target; unique over all panels."),
        Column("position", INT, "Place in the panel, from 0."),
        Column("kind", label(inventories["panel_target_kind"]), "Actor or issue."),
        Column("title", STRING, "Title."),
        Column("description", STRING, "What falls under it and what does not."),
    ]


def panel_rows(registries: Registries, inventories: Inventories) -> Iterator[Row]:
    """Yield a row for each target of each panel."""
    for panel in registries.panels.values():
        for position, target in enumerate(panel.targets):
            yield {
                "panel_id": panel.id,
                "target_id": target.id,
                "position": position,
                "kind": _code(inventories, "panel_target_kind", target.kind),
                "title": target.title,
                "description": target.description,
            }


def annotator_columns(inventories: Inventories) -> list[Column]:
    """Return the columns of the config `annotator`."""
    return [
        Column("annotator_id", STRING, "Pseudonym."),
        Column("kind", label(inventories["annotator_kind"]), "Person or model."),
        Column("model", STRING, "Language models: which; null for people."),
        Column("version", STRING, "Language models: version; null for people."),
        Column("run", STRING, "Language models: which run; null for people."),
        Column("languages", many(STRING), "Languages read, ISO 639-1."),
    ]


def annotator_rows(registries: Registries, inventories: Inventories) -> Iterator[Row]:
    """Yield a row for each annotator."""
    for annotator in registries.annotators.values():
        yield {
            "annotator_id": annotator.id,
            "kind": _code(inventories, "annotator_kind", annotator.kind),
            "model": annotator.model,
            "version": annotator.version,
            "run": annotator.run,
            "languages": list(annotator.languages),
        }
