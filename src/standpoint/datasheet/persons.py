"""Persons in the registry: whom a page may name, and how many there are."""

from collections import Counter
from typing import Any

from standpoint.datasheet.facts import Facts
from standpoint.records.model import Actor

UNNAMED = "persons without public office"


def holds_office(facts: Facts, actor: Actor) -> bool:
    """Tell whether the registry gives a person a public office: only they are named."""
    sectors = facts.inventories["plover_sector"].labels
    return any(sectors[sector].is_office for sector in actor.plover_sector)


def shown_name(facts: Facts, actor_id: str) -> str:
    """Return the name of an actor, or a class for a person without public office."""
    actor = facts.registries.actors.get(actor_id)
    if actor is None:
        return "actors outside the registry"
    if actor.kind == "person" and not holds_office(facts, actor):
        return UNNAMED
    return actor.names[0].text


def real_actors(facts: Facts) -> list[Actor]:
    """Return the actors of the registry that are not invented."""
    return [a for a in facts.registries.actors.values() if not a.fictional]


def registered(facts: Facts) -> list[Actor]:
    """Return the real persons of the registry."""
    return [actor for actor in real_actors(facts) if actor.kind == "person"]


def persons(facts: Facts) -> dict[str, Any]:
    """Count the persons per role; name only those in public office."""
    groups: dict[str, list[Actor]] = {}
    for person in registered(facts):
        role = person.plover_sector[0] if person.plover_sector else "UNK"
        groups.setdefault(role, []).append(person)
    sectors = facts.inventories["plover_sector"].labels
    kinds = Counter(
        kind for row in facts.kept("actor") for kind in row["actor_kinds"] or ()
    )
    outside = {
        (dossier.document.id, nil.id)
        for dossier in facts.real
        for found in dossier.sets
        for nil in found.nil
        if nil.kind == "person"
    }
    return {
        "rows": [
            [
                sectors[role].title.lower(),
                len(people),
                ", ".join(
                    sorted(p.names[0].text for p in people if holds_office(facts, p))
                )
                or "not listed here",
            ]
            for role, people in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))
        ],
        "n_links": kinds["person"],
        "n_all_links": kinds.total(),
        "n_outside": len(outside),
        "n_persons": len(registered(facts)),
        "n_actors": len(real_actors(facts)),
    }
