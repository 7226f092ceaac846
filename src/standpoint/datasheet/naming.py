"""How actors are named: delegitimising and distancing words, actor by actor."""

from collections import Counter
from collections.abc import Callable

from standpoint.agreement.statistics import LEAST, brief
from standpoint.datasheet.block import NO_INTERVAL, Block, parts, several, table, words
from standpoint.datasheet.facts import KEPT, Facts, label, share
from standpoint.datasheet.persons import shown_name
from standpoint.tables import Row

POOLED = "the rest"
SHARES = ("delegitimising", "distancing")


def naming(facts: Facts) -> Block:
    """Count naming labels per actor and per panel target."""
    rows = facts.kept("actor")
    linked = [row for row in rows if row["actors"] is not None]
    return Block(
        parts(
            _table(facts, "actor", _actors(facts, linked)),
            _table(facts, "panel target", _targets(facts, linked)),
            f"Shares are of the n mentions with a resolved label. {NO_INTERVAL}"
            f" -: fewer than {LEAST}.",
        ),
        "resolved naming labels counted, ties apart; a mention that names several actors"
        " counts for each; actors that are not named here are counted as one, and those"
        f" with fewer than {LEAST} mentions pooled; 95 % bootstrap intervals over"
        f" segments; {KEPT}",
        f"{several(len(rows), 'mention')}, {len(rows) - len(linked)} of them with a tied link",
    )


def _actors(facts: Facts, rows: list[Row]) -> dict[str, list[Row]]:
    of: dict[str, list[Row]] = {}
    rest = []
    names = [{shown_name(facts, actor) for actor in row["actors"]} for row in rows]
    counts = Counter(name for found in names for name in found)
    for row, found in zip(rows, names, strict=True):
        often = {name for name in found if counts[name] >= LEAST}
        for name in often:
            of.setdefault(name, []).append(row)
        rest += [] if often else [row]
    order = sorted(of, key=lambda name: (-counts[name], name))
    return {name: of[name] for name in order} | {POOLED: rest}


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
        shares = [brief(share(told, _is(name))) for name in SHARES]
        lines.append([title, *(counts[name] for name in names), len(told), *shares])
    head = [what, *map(words, names), "n", *(f"share {name}" for name in SHARES)]
    return table(head, lines)


def _is(name: str) -> Callable[[Row], bool]:
    return lambda row: bool(row["naming"] == name)
