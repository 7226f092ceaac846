"""Where claims come from: claims without an identifiable source, and whose voices speak."""

from collections import Counter

from standpoint.agreement import LEAST, Estimate, shown
from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import KEPT, Facts, share
from standpoint.datasheet.naming import mentions
from standpoint.datasheet.person import shown_name
from standpoint.tables import Row

UNIDENTIFIED = frozenset({"anonymous", "unstated"})

MOST = 15
"""Actors in the list of those quoted most."""


def sources(facts: Facts) -> Block:
    """Share of claims without an identifiable source, per outlet type."""
    claims = facts.kept("claim")
    unknown: set[str] = set()
    known: set[str] = set()
    for row in origins(facts):
        told = unknown if row["identification"] in UNIDENTIFIED else known
        if row["level"] and row["identification"] is not None:
            told.add(row["claim_id"])
    lines = [_line("**all**", claims, unknown, known)]
    for kind in sorted({facts.outlet_type(row) for row in claims}):
        own = [row for row in claims if facts.outlet_type(row) == kind]
        lines.append(_line(words(kind), own, unknown, known))
    head = [
        "outlet type",
        "made by the carrier itself",
        "reported: a source not identified",
        "reported: no source identified",
    ]
    reported = sum(bool(row["n_chains"]) for row in claims)
    return Block(
        table(head, lines),
        "claims counted; the first share is of all claims, the others of those that the"
        " carrier reports from someone; a source is the last of its chain, and not"
        " identified where it is anonymous or unstated; ties are neither; 95 % bootstrap"
        f" intervals over segments; {KEPT}",
        f"{several(len(claims), 'claim')}, {reported} reported",
    )


def _line(
    title: str, claims: list[Row], unknown: set[str], known: set[str]
) -> list[str]:
    reported = [row for row in claims if row["n_chains"]]
    return [
        title,
        shown(share(claims, lambda row: not row["n_chains"])),
        shown(share(reported, lambda row: row["item_id"] in unknown)),
        shown(share(reported, lambda row: row["item_id"] in unknown - known)),
    ]


def origins(facts: Facts) -> list[Row]:
    """Return the sources behind which nothing comes, the carrier itself included."""
    return [row for row in facts.kept("source_type") if row["is_origin"]]


def voices(facts: Facts) -> Block:
    """Show who is quoted, and who never is."""
    rows = origins(facts)
    return Block(
        parts(
            _types(facts, rows),
            f"Quoted most, at any place of a chain (at most {MOST}):",
            _quoted(facts),
            f"Mentioned at least {LEAST} times and never a source:",
            _silent(facts),
            "Panel targets, the actors that fall under each taken together:",
            _targets(facts),
        ),
        "resolved source types of the last source of each chain, the carrier itself"
        " where there is none; quoted = actor of any source; shares with a 95 %"
        f" bootstrap interval over segments; {KEPT}",
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


def quoted(facts: Facts) -> Counter[str]:
    """Count in how many sources each actor speaks."""
    rows = facts.kept("source_type")
    return Counter(actor for row in rows for actor in row["actors"])


def _quoted(facts: Facts) -> str:
    counts: Counter[str] = Counter()
    for actor, n in quoted(facts).items():
        counts[shown_name(facts, actor)] += n
    order = sorted(counts, key=lambda name: (-counts[name], name))[:MOST]
    return table(["actor", "sources"], [[name, counts[name]] for name in order])


def _silent(facts: Facts) -> str:
    found = mentions(facts.kept("actor"))
    spoke = quoted(facts)
    silent = [
        a
        for a, rows in found.items()
        if a in facts.registries.actors and len(rows) >= LEAST and not spoke[a]
    ]
    silent.sort(key=lambda actor: (-len(found[actor]), actor))
    lines = [[shown_name(facts, a), len(found[a])] for a in silent]
    return table(["actor", "mentions"], lines)


def _targets(facts: Facts) -> str:
    spoke = quoted(facts)
    found = mentions(facts.kept("actor"))
    actors = facts.registries.actors.values()
    lines = []
    for target, title in facts.targets.items():
        own = [actor.id for actor in actors if actor.panel_target == target]
        if own:
            n_mentions = sum(len(found.get(actor, ())) for actor in own)
            lines.append([title, n_mentions, sum(spoke[actor] for actor in own)])
    return table(["target", "mentions", "sources"], lines)
