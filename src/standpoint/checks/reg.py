"""REG: actors and panels."""

from collections import Counter
from collections.abc import Iterator

from standpoint.checks.context import Context
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Actor, Actors, DatasetInfo, Panels


@check("REG001", Level.ERROR, on=Actors)
def relations_are_sound(record: Actors, _: Context) -> Iterator[Hit]:
    """Relations of actors lead to an existing actor and end after they start.

    Why: names over time are followed along these relations.
    Fix: correct the id or the dates.
    Example: "from": "2017-01-28" with "to": "2016-07-28"
    """
    ids = {actor.id for actor in record.actors}
    for index, actor in enumerate(record.actors):
        for number, relation in enumerate(actor.relations):
            at = f"/actors/{index}/relations/{number}"
            if relation.actor not in ids:
                yield Hit(f"{at}/actor", f"Unknown actor \u2018{relation.actor}\u2019.")
            elif relation.actor == actor.id:
                yield Hit(
                    f"{at}/actor", f"\u2018{actor.id}\u2019 is related to itself."
                )
            elif relation.from_ and relation.to and relation.from_ > relation.to:
                yield Hit(
                    f"{at}/to",
                    f"The end {relation.to} is before the start {relation.from_}.",
                )
        renames = [r for r in actor.relations if r.type == "renamed_to"]
        if len(renames) > 1:
            message = f"\u2018{actor.id}\u2019 has {len(renames)} next phases; only one is allowed."
            yield Hit(f"/actors/{index}/relations", message)


@check("REG002", Level.ERROR, on=Actors)
def names_are_unique(record: Actors, _: Context) -> Iterator[Hit]:
    """A name belongs to one actor, unless all its bearers list it as ambiguous.

    Why: suggestions and searches use names.
    Fix: list the name in `ambiguous` of each of these actors, or remove it from one.
    Example: \u2018the Front\u2019 as a name of two groups.
    """
    bearers: dict[str, list[Actor]] = {}
    for actor in record.actors:
        for words in {name.text.casefold() for name in actor.names}:
            bearers.setdefault(words, []).append(actor)
    for index, actor in enumerate(record.actors):
        accepted = {words.casefold() for words in actor.ambiguous}
        for number, name in enumerate(actor.names):
            others = [a.id for a in bearers[name.text.casefold()] if a.id != actor.id]
            if others and name.text.casefold() not in accepted:
                message = (
                    f"\u2018{name.text}\u2019 names both \u2018{actor.id}\u2019 and"
                    f" \u2018{others[0]}\u2019."
                )
                yield Hit(f"/actors/{index}/names/{number}", message)


@check("REG003", Level.ERROR, on=Actors)
def wikidata_was_checked(record: Actors, _: Context) -> Iterator[Hit]:
    """A curator has compared the Wikidata item with the actor.

    Why: ids copied from elsewhere often belong to someone else.
    Fix: check the item and set "qid_basis": "checked", or remove the id.
    Example: "wikidata_qid": "Q1" with "qid_basis": null
    """
    for index, actor in enumerate(record.actors):
        if (actor.wikidata_qid is None) != (actor.qid_basis is None):
            lacks = "basis" if actor.qid_basis is None else "Wikidata id"
            message = f"\u2018{actor.id}\u2019 has no {lacks}: `wikidata_qid` and `qid_basis` go together."
            yield Hit(f"/actors/{index}/qid_basis", message)


@check("REG007", Level.ERROR, on=Actors)
def wikidata_is_one_actor(record: Actors, _: Context) -> Iterator[Hit]:
    """A Wikidata id belongs to one actor.

    Why: joining by it would merge two actors.
    Fix: remove the id from the actor that it does not describe; phases of a renamed
    group have separate items, or none.
    Example: "wikidata_qid": "Q1" on a ministry and on its minister.
    """
    bearers: dict[str, str] = {}
    for index, actor in enumerate(record.actors):
        if actor.wikidata_qid is None:
            continue
        first = bearers.setdefault(actor.wikidata_qid, actor.id)
        if first != actor.id:
            message = (
                f"\u2018{actor.id}\u2019 has the Wikidata id {actor.wikidata_qid} of"
                f" \u2018{first}\u2019."
            )
            yield Hit(f"/actors/{index}/wikidata_qid", message)


@check("REG008", Level.ERROR, on=DatasetInfo)
def guidelines_are_in_order(record: DatasetInfo, _: Context) -> Iterator[Hit]:
    """Versions of the guidelines are listed once each, oldest first.

    Why: the last one is in force, and sets are dated against them.
    Fix: sort them so that both version and first day increase.
    Example: 0.3 before 0.2.
    """
    pairs = zip(record.guidelines, record.guidelines[1:], strict=False)
    for index, (before, after) in enumerate(pairs, 1):
        if _number(after.version) <= _number(before.version):
            message = f"Version {after.version} is listed after {before.version}."
            yield Hit(f"/guidelines/{index}/version", message)
        elif after.since < before.since:
            message = f"{after.since} is before the first day of {before.version}."
            yield Hit(f"/guidelines/{index}/since", message)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@check("REG004", Level.ERROR, on=Actors)
def actor_ids_are_unique(record: Actors, context: Context) -> Iterator[Hit]:
    """Actor ids are unique, and differ from the ids of panel targets.

    Why: a stance refers to actors and panel targets by id.
    Fix: give one of them another id.
    Example: the actor and the target `turkey`.
    """
    counts = Counter(actor.id for actor in record.actors)
    targets = _targets(context)
    seen = set()
    for index, actor in enumerate(record.actors):
        if counts[actor.id] > 1 and actor.id in seen:
            message = f"The id \u2018{actor.id}\u2019 is used twice."
            yield Hit(f"/actors/{index}/id", message)
        elif actor.id in targets:
            message = f"\u2018{actor.id}\u2019 is also the id of a panel target."
            yield Hit(f"/actors/{index}/id", message)
        seen.add(actor.id)


def _targets(context: Context) -> dict[str, str]:
    """Return panel target id to its kind, over all panels."""
    panels = context.registries.panels.values()
    return {target.id: target.kind for panel in panels for target in panel.targets}


@check("REG005", Level.ERROR, on=Actors)
def panel_target_exists(record: Actors, context: Context) -> Iterator[Hit]:
    """The panel target of an actor exists, and is of kind actor.

    Why: mentions are counted under the target.
    Fix: correct the id, or use null.
    Example: "panel_target": "ceasefire"
    """
    targets = _targets(context)
    for index, actor in enumerate(record.actors):
        if actor.panel_target and targets.get(actor.panel_target) != "actor":
            message = f"No panel has an actor target \u2018{actor.panel_target}\u2019."
            yield Hit(f"/actors/{index}/panel_target", message)


@check("REG006", Level.ERROR, on=Panels)
def panel_ids_are_unique(record: Panels, _: Context) -> Iterator[Hit]:
    """Panel ids are unique, and so are target ids across all panels.

    Why: rows of the dataset refer to targets by id alone.
    Fix: give one of them another id.
    Example: the target `ceasefire` in two panels.
    """
    panels: set[str] = set()
    targets: set[str] = set()
    for index, panel in enumerate(record.panels):
        if panel.id in panels:
            yield Hit(f"/panels/{index}/id", f"The panel {panel.id} is used twice.")
        panels.add(panel.id)
        for number, target in enumerate(panel.targets):
            if target.id in targets:
                message = f"The target \u2018{target.id}\u2019 is used twice."
                yield Hit(f"/panels/{index}/targets/{number}/id", message)
            targets.add(target.id)
