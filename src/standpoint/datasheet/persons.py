"""Persons in the registry: whom a page may name, and how many there are."""

from collections import Counter

from standpoint.datasheet.block import Block, parts, several, table
from standpoint.datasheet.facts import KEPT, Facts
from standpoint.records.model import Actor

OFFICE = frozenset({"GOV", "MIL", "SPY", "LEG", "JUD", "PTY", "IGO"})
"""Sectors of public office: only those who hold one are named on a page."""

UNNAMED = "persons without public office"

_SECTORS = {
    "GOV": "government",
    "MIL": "military",
    "SPY": "intelligence",
    "LEG": "parliament",
    "JUD": "courts and prosecution",
    "PTY": "party",
    "IGO": "intergovernmental body",
    "REB": "armed group",
    "OPP": "opposition",
    "EDU": "research and teaching",
    "JRN": "journalism",
}


def holds_office(actor: Actor) -> bool:
    """Tell whether the registry gives a person a public office."""
    return bool(OFFICE & set(actor.plover_sector))


def shown_name(facts: Facts, actor_id: str) -> str:
    """Return the name of an actor, or a class for a person without public office."""
    actor = facts.registries.actors.get(actor_id)
    if actor is None:
        return "actors outside the registry"
    if actor.kind == "person" and not holds_office(actor):
        return UNNAMED
    return actor.names[0].text


def registered(facts: Facts) -> list[Actor]:
    """Return the real persons of the registry."""
    actors = facts.registries.actors.values()
    return [a for a in actors if a.kind == "person" and not a.fictional]


def persons(facts: Facts) -> Block:
    """Count the persons per role; name only those in public office."""
    found = registered(facts)
    groups: dict[str, list[Actor]] = {}
    for person in found:
        role = person.plover_sector[0] if person.plover_sector else "UNK"
        groups.setdefault(role, []).append(person)
    lines = [
        [
            _SECTORS.get(role, "other or unknown"),
            len(people),
            ", ".join(sorted(p.names[0].text for p in people if holds_office(p)))
            or "not listed here",
        ]
        for role, people in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))
    ]
    kinds = Counter(
        kind for row in facts.kept("actor") for kind in row["actor_kinds"] or ()
    )
    unregistered = {
        (dossier.document.id, nil.id)
        for dossier in facts.real
        for found_set in dossier.sets
        for nil in found_set.nil
        if nil.kind == "person"
    }
    return Block(
        parts(
            table(["role", "persons", "named or described"], lines),
            f"{kinds['person']:,} of {sum(kinds.values()):,} links of mentions go to a"
            f" person. {len(unregistered)} further persons are marked as outside the"
            " registry, by a description instead of a name.",
        ),
        "persons of the actor registry by the first sector of their entry; whether a"
        " person lives is not recorded; only those with a public office are named;"
        f" of mentions {KEPT}",
        f"{several(len(found), 'person')} of {several(_n_actors(facts), 'real actor')}",
    )


def _n_actors(facts: Facts) -> int:
    return sum(not actor.fictional for actor in facts.registries.actors.values())
