"""How actors are named: delegitimising and distancing words, actor by actor."""

from collections import Counter
from collections.abc import Callable, Iterable

from standpoint.agreement import LEAST, shown
from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import KEPT, Facts, label, share
from standpoint.datasheet.person import shown_name
from standpoint.tables import Row

POOLED = "the rest"


def naming(facts: Facts) -> Block:
    """Count naming labels per actor and per panel target."""
    rows = facts.kept("actor")
    linked = [row for row in rows if row["actors"] is not None]
    return Block(
        parts(
            _table(facts, "actor", _actors(facts, linked)),
            _table(facts, "panel target", _targets(facts, linked)),
        ),
        "resolved naming labels counted, ties apart; a mention that names several actors"
        f" counts for each; actors with fewer than {LEAST} mentions are pooled; shares"
        " among mentions with a resolved label, with a 95 % bootstrap interval over"
        " segments;"
        f" {KEPT}",
        f"{several(len(rows), 'mention')}, {len(rows) - len(linked)} of them with a tied link",
    )


def mentions(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the mentions of each actor."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        for actor in row["actors"] or ():
            found.setdefault(actor, []).append(row)
    return found


def _actors(facts: Facts, rows: list[Row]) -> dict[str, list[Row]]:
    of = mentions(rows)
    often = sorted(
        (a for a in of if a in facts.registries.actors and len(of[a]) >= LEAST),
        key=lambda actor: (-len(of[actor]), actor),
    )
    groups: dict[str, list[Row]] = {}
    for actor in often:
        groups.setdefault(shown_name(facts, actor), []).extend(of[actor])
    rest = [row for row in rows if not set(row["actors"]) & set(often)]
    return groups | {POOLED: rest}


def _targets(facts: Facts, rows: list[Row]) -> dict[str, list[Row]]:
    actors = facts.registries.actors
    groups: dict[str, list[Row]] = {}
    for row in rows:
        found = {actors[a].panel_target for a in row["actors"] if a in actors}
        for target in found - {None} or {None}:
            groups.setdefault(facts.targets.get(target or "", POOLED), []).append(row)
    order = [*facts.targets.values(), POOLED]
    return {title: groups[title] for title in order if title in groups}


def _table(facts: Facts, what: str, groups: dict[str, list[Row]]) -> str:
    names = [*facts.inventories["naming"].names, "tie"]
    lines = []
    for title, rows in groups.items():
        counts = Counter(label(row, "naming") for row in rows)
        told = [row for row in rows if row["naming"] is not None]
        shares = [
            shown(share(told, _is(name))) for name in ("delegitimising", "distancing")
        ]
        lines.append([title, *(counts[name] for name in names), *shares])
    head = [what, *map(words, names), "share delegitimising", "share distancing"]
    return table(head, lines)


def _is(name: str) -> Callable[[Row], bool]:
    return lambda row: bool(row["naming"] == name)
