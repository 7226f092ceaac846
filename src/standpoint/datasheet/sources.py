"""Where claims come from: claims without an identifiable source, and who is quoted."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from standpoint.agreement.statistics import LEAST
from standpoint.datasheet.facts import Facts, grouped, share, share_of
from standpoint.datasheet.markdown import words
from standpoint.datasheet.persons import shown_name
from standpoint.tables import Row

MOST = 15
"""Actors in the list of those quoted most."""

Of = Callable[[str], str | None]
"""Id of an actor to the group it is counted with, or to None."""


class Told(NamedTuple):
    """What the kept sources of a claim tell about it.

    Attributes:
        claim: Row of the claim.
        is_reported: Whether the carrier reports it from someone; False where the carrier
            makes it itself; None where the readings leave it open.
        identified: For each source that is the last of its chain whether it is
            identified; without ties.
    """

    claim: Row
    is_reported: bool | None
    identified: tuple[bool, ...]


def told(facts: Facts) -> list[Told]:
    """Return the kept claims with what their kept sources tell.

    Nothing is taken from one reading: which was filed first must not matter.
    """
    of_claim = grouped(origins(facts), "claim_id")
    how = facts.inventories["identification"].labels
    found = []
    for claim in facts.kept("claim"):
        rows = of_claim.get(claim["item_id"], [])
        kinds = {row["level"] > 0 for row in rows}
        names = [row["identification"] for row in rows]  # the carrier has none
        identified = tuple(how[n].is_identified for n in names if n is not None)
        is_reported = kinds.pop() if len(kinds) == 1 else None
        found.append(Told(claim, is_reported, identified))
    return found


def sources(facts: Facts) -> dict[str, Any]:
    """Share of claims without an identifiable source, per outlet type."""
    claims = told(facts)
    groups = {"**all**": claims}
    for kind in sorted({facts.outlet_type(found.claim) for found in claims}):
        own = [found for found in claims if facts.outlet_type(found.claim) == kind]
        groups[words(kind)] = own
    return {
        "rows": [[title, *_shares(own)] for title, own in groups.items()],
        "n_claims": len(claims),
        "n_last": len(origins(facts)),
        "n_reported": sum(found.is_reported is True for found in claims),
        "n_open": sum(found.is_reported is None for found in claims),
    }


def _shares(claims: list[Told]) -> list[object]:
    known = {c.claim["item_id"]: c for c in claims if c.is_reported is not None}
    decided = [found.claim for found in known.values()]
    reported = [row for row in decided if known[row["item_id"]].is_reported]

    def some(row: Row) -> bool:
        return not all(known[row["item_id"]].identified)

    def none(row: Row) -> bool:
        return some(row) and not any(known[row["item_id"]].identified)

    return [
        share(decided, lambda row: not known[row["item_id"]].is_reported),
        share(reported, some),
        share(reported, none),
        len(claims) - len(decided),
    ]


def origins(facts: Facts) -> list[Row]:
    """Return the kept sources behind which no kept one comes, the carrier included.

    Levels of one chain are known by their votes: they share the chain of a set.
    """
    kept = facts.kept("source_type")
    chains = [_chains(facts, row) for row in kept]
    deepest: Counter[str] = Counter()
    for row, of_row in zip(kept, chains, strict=True):
        for chain in of_row:
            deepest[chain] = max(deepest[chain], row["level"])
    return [
        row
        for row, of_row in zip(kept, chains, strict=True)
        if all(deepest[chain] == row["level"] for chain in of_row)
    ]


def _chains(facts: Facts, row: Row) -> list[str]:
    """Return the chains of the sets that a source is in: their vote ids but the level."""
    votes = facts.votes["source_type"][row["item_id"]]
    return [vote["vote_id"].rpartition(".")[0] for vote in votes]


def voices(facts: Facts) -> dict[str, Any]:
    """Show who is quoted, and who never is."""
    rows = origins(facts)
    decided = [row for row in rows if row["source_type"] is not None]
    counts = Counter(row["source_type"] for row in decided)
    names = facts.inventories["source_type"].names

    def group(actor: str) -> str:
        return shown_name(facts, actor)

    mentions, spoken = _mentioned(facts, group), _spoken(facts, group)
    silent = {k: n for k, n in mentions.items() if n >= LEAST and not spoken[k]}
    return {
        "types": [
            [words(k), counts[k], share_of(decided, "source_type", k)]
            for k in sorted(names, key=lambda name: -counts[name])
            if counts[k]
        ],
        "n_ties": len(rows) - len(decided),
        "never": ", ".join(words(name) for name in names if not counts[name]),
        "most": MOST,
        "least": LEAST,
        "quoted": _in_order(spoken)[:MOST],
        "silent": _in_order(silent),
        "targets": _targets(facts),
        "n_last": len(rows),
        "n_mentions": len(facts.kept("actor")),
    }


def _in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _spoken(facts: Facts, of: Of) -> Counter[str]:
    """Count in how many sources each group of actors speaks, in any reading."""
    named = (
        {"actors": [actor for vote in votes for actor in vote["actors"]]}
        for votes in facts.votes["source_type"].values()
    )
    return _counted(named, of)


def _mentioned(facts: Facts, of: Of) -> Counter[str]:
    """Count how many mentions each group of actors has."""
    return _counted(facts.kept("actor"), of)


def _counted(rows: Iterable[Row], of: Of) -> Counter[str]:
    """Count rows per group: a row that names two actors of one group counts once."""
    groups = ({of(actor) for actor in row["actors"] or ()} for row in rows)
    return Counter(name for found in groups for name in found if name is not None)


def _targets(facts: Facts) -> list[list[object]]:
    """Return mentions and sources of the actors that belong to each panel target."""
    actors = facts.registries.actors

    def target_of(actor: str) -> str | None:
        return actors[actor].panel_target if actor in actors else None

    mentions, spoken = _mentioned(facts, target_of), _spoken(facts, target_of)
    of_actors = {actor.panel_target for actor in actors.values()}
    return [
        [title, mentions[target], spoken[target]]
        for target, title in facts.targets.items()
        if target in of_actors
    ]
