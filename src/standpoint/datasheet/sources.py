"""Where claims come from: claims without an identifiable source, and whose voices speak."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from standpoint.agreement.statistics import LEAST, Estimate, shown
from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import KEPT, Facts, share
from standpoint.datasheet.persons import shown_name
from standpoint.tables import Row

UNIDENTIFIED = frozenset({"anonymous", "unstated"})

MOST = 15
"""Actors in the list of those quoted most."""

Of = Callable[[str], str | None]
"""Id of an actor to the group it is counted with, or to None."""


class Told(NamedTuple):
    """What the kept sources of a claim say of it.

    Attributes:
        claim: Row of the claim.
        is_reported: Whether someone else said it; False where the carrier says it
            itself; None where the readings leave it open.
        identified: For each source that is the last of its chain whether it is
            identified; without ties.
    """

    claim: Row
    is_reported: bool | None
    identified: tuple[bool, ...]


def told(facts: Facts) -> list[Told]:
    """Return the kept claims with what their kept sources say.

    Nothing is taken from one reading: which was filed first must not matter.
    """
    of_claim: dict[str, list[Row]] = {}
    for row in origins(facts):
        of_claim.setdefault(row["claim_id"], []).append(row)
    found = []
    for claim in facts.kept("claim"):
        rows = of_claim.get(claim["item_id"], [])
        kinds = {row["level"] > 0 for row in rows}
        names = [row["identification"] for row in rows]  # the carrier has none
        identified = tuple(n not in UNIDENTIFIED for n in names if n is not None)
        is_reported = kinds.pop() if len(kinds) == 1 else None
        found.append(Told(claim, is_reported, identified))
    return found


def sources(facts: Facts) -> Block:
    """Share of claims without an identifiable source, per outlet type."""
    claims = told(facts)
    lines = [_line("**all**", claims)]
    kinds = sorted({facts.outlet_type(found.claim) for found in claims})
    for kind in kinds:
        own = [found for found in claims if facts.outlet_type(found.claim) == kind]
        lines.append(_line(words(kind), own))
    head = [
        "outlet type",
        "made by the carrier itself",
        "reported: at least one source not identified",
        "reported: no source identified at all",
        "open",
    ]
    reported = sum(found.is_reported is True for found in claims)
    n_open = sum(found.is_reported is None for found in claims)
    return Block(
        parts(
            table(head, lines),
            f"These {len(claims):,} claims have {len(origins(facts)):,} last sources:"
            " the carrier itself where most readings give no chain, else one for each"
            " chain that most of them give. Open: the readings leave it undecided"
            f" whether the carrier says it itself or reports it ({n_open}, in no share).",
        ),
        "claims counted; the first share is of all claims but the open ones, the others"
        " of those that the carrier reports from someone; a source is the deepest of its"
        " chain that most marked, and not identified where it is anonymous or unstated;"
        " ties, and sources that only half marked, are neither; 95 % bootstrap intervals"
        f" over segments; {KEPT}",
        f"{several(len(claims), 'claim')}, {reported} reported, {n_open} open",
    )


def _line(title: str, claims: list[Told]) -> list[str | int]:
    known = {c.claim["item_id"]: c for c in claims if c.is_reported is not None}
    decided = [found.claim for found in known.values()]
    reported = [row for row in decided if known[row["item_id"]].is_reported]

    def is_self(row: Row) -> bool:
        return not known[row["item_id"]].is_reported

    def some(row: Row) -> bool:
        return not all(known[row["item_id"]].identified)

    def none(row: Row) -> bool:
        return some(row) and not any(known[row["item_id"]].identified)

    return [
        title,
        shown(share(decided, is_self)),
        shown(share(reported, some)),
        shown(share(reported, none)),
        len(claims) - len(decided),
    ]


def origins(facts: Facts) -> list[Row]:
    """Return the kept sources behind which no kept one comes, the carrier included.

    Levels of one chain are known by their votes: they share the chain of a set.
    """
    kept = facts.kept("source_type")
    deepest: dict[str, int] = {}
    for row in kept:
        for chain in _chains(facts, row):
            deepest[chain] = max(deepest.get(chain, 0), row["level"])
    return [
        row
        for row in kept
        if all(deepest[chain] == row["level"] for chain in _chains(facts, row))
    ]


def _chains(facts: Facts, row: Row) -> list[str]:
    """Return the chains of the sets that a source is in: their vote ids but the level."""
    votes = facts.votes["source_type"][row["item_id"]]
    return [vote["vote_id"].rpartition(".")[0] for vote in votes]


def voices(facts: Facts) -> Block:
    """Show who is quoted, and who never is."""
    rows = origins(facts)
    return Block(
        parts(
            _types(facts, rows),
            f"Quoted most, at any place of a chain, in any reading (at most {MOST}):",
            _quoted(facts),
            f"Mentioned at least {LEAST} times and never a source in any reading:",
            _silent(facts),
            "Panel targets, the actors that fall under each taken together:",
            _targets(facts),
        ),
        "resolved source types of the last source of each chain, the carrier itself"
        " where there is none; quoted = a source that any reading ascribes to the actor,"
        " were it the only one to mark it; actors that are not named here are counted as"
        " one; shares with a 95 % bootstrap interval over segments; of types and mentions"
        f" {KEPT}",
        f"{several(len(rows), 'last source')},"
        f" {several(len(facts.kept('actor')), 'mention')}",
    )


def _types(facts: Facts, rows: list[Row]) -> str:
    told = [row for row in rows if row["source_type"] is not None]
    counts = Counter(row["source_type"] for row in told)
    names = facts.inventories["source_type"].names
    order = sorted(names, key=lambda name: -counts[name])
    lines = [
        [words(name), counts[name], shown(_share_of(told, name))]
        for name in order
        if counts[name]
    ]
    never = ", ".join(words(name) for name in names if not counts[name])
    said = f"Ties: {len(rows) - len(told)}. Source types never used: {never or 'none'}."
    return parts(table(["source type", "n", "share"], lines), said)


def _share_of(rows: list[Row], name: str) -> Estimate:
    return share(rows, lambda row: row["source_type"] == name)


def _quoted(facts: Facts) -> str:
    counts = spoken(facts, lambda actor: shown_name(facts, actor))
    order = sorted(counts, key=lambda name: (-counts[name], name))[:MOST]
    return table(["actor", "sources"], [[name, counts[name]] for name in order])


def spoken(facts: Facts, of: Of) -> Counter[str]:
    """Count in how many sources each group of actors speaks, by any reading."""
    named = (
        {"actors": [actor for vote in votes for actor in vote["actors"]]}
        for votes in facts.votes["source_type"].values()
    )
    return _counted(named, of)


def mentioned(facts: Facts, of: Of) -> Counter[str]:
    """Count how many mentions each group of actors has."""
    return _counted(facts.kept("actor"), of)


def _counted(rows: Iterable[Row], of: Of) -> Counter[str]:
    """Count rows per group: a row that names two actors of one group counts once."""
    groups = ({of(actor) for actor in row["actors"] or ()} for row in rows)
    return Counter(name for found in groups for name in found if name is not None)


def _silent(facts: Facts) -> str:
    """List who is often mentioned and never a source, pools of actors as one."""
    found = mentioned(facts, lambda actor: shown_name(facts, actor))
    spoke = spoken(facts, lambda actor: shown_name(facts, actor))
    silent = [name for name, n in found.items() if n >= LEAST and not spoke[name]]
    silent.sort(key=lambda name: (-found[name], name))
    return table(["actor", "mentions"], [[name, found[name]] for name in silent])


def _targets(facts: Facts) -> str:
    actors = facts.registries.actors

    def target_of(actor: str) -> str | None:
        return actors[actor].panel_target if actor in actors else None

    found, spoke = mentioned(facts, target_of), spoken(facts, target_of)
    of_actors = {actor.panel_target for actor in actors.values()}
    lines = [
        [title, found[target], spoke[target]]
        for target, title in facts.targets.items()
        if target in of_actors
    ]
    return table(["target", "mentions", "sources"], lines)
