"""Who is opposed and supported, and by whom: the panel by target and outlet type."""

from collections import Counter

from standpoint.agreement.statistics import shown
from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import Facts, label, share
from standpoint.tables import Row

POSITIONED = ("support", "oppose", "mixed")
"""Labels that take a position toward the target."""

ADDRESSED = (*POSITIONED, "neutral")
"""Labels of a target that is addressed, with or without a position."""

_METHOD = (
    "resolved panel labels counted, ties apart; positioned = support, oppose or mixed;"
    " shares with a 95 % bootstrap interval over segments"
)


def positioned(rows: list[Row]) -> list[Row]:
    """Return the judgements that take a position."""
    return [row for row in rows if row["label"] in POSITIONED]


def opposing(row: Row) -> bool:
    """Tell whether a judgement is one of opposition."""
    return bool(row["label"] == "oppose")


def stance_by_target(facts: Facts) -> Block:
    """Count the labels of each target."""
    used = [n for n in facts.inventories["stance_label"].names if n != "query"]
    names = [*used, "tie"]
    lines = []
    for target, title in facts.targets.items():
        rows = [row for row in facts.panel if row["target_id"] == target]
        counts = Counter(label(row, "label") for row in rows)
        against = shown(share(positioned(rows), opposing))
        lines.append([title, *(counts[name] for name in names), against])
    total = Counter(label(row, "label") for row in facts.panel)
    against = shown(share(positioned(facts.panel), opposing))
    lines.append(["**all**", *(total[name] for name in names), against])
    head = ["target", *map(words, names), "oppose among positioned"]
    return Block(table(head, lines), _METHOD, _n(facts))


def stance_by_outlet_type(facts: Facts) -> Block:
    """Show which outlet types oppose whom."""
    rows = positioned(facts.panel)
    types = sorted({facts.outlet_type(row) for row in facts.panel})
    lines = []
    for kind in types:
        own = [row for row in rows if facts.outlet_type(row) == kind]
        counts = Counter(row["label"] for row in own)
        given = [counts[name] for name in POSITIONED]
        lines.append([words(kind), *given, shown(share(own, opposing))])
    head = ["outlet type", *POSITIONED, "oppose among positioned"]
    return Block(
        parts(
            table(head, lines),
            "Who is opposed by whom: oppose / positioned.",
            table(["target", *map(words, types)], _matrix(facts, rows, types)),
        ),
        _METHOD,
        _n(facts),
    )


def _matrix(facts: Facts, rows: list[Row], types: list[str]) -> list[list[str]]:
    counts = Counter((r["target_id"], facts.outlet_type(r)) for r in rows)
    against = Counter(
        (r["target_id"], facts.outlet_type(r)) for r in rows if opposing(r)
    )
    return [
        [title]
        + [
            f"{against[target, kind]} / {counts[target, kind]}"
            if counts[target, kind]
            else "-"
            for kind in types
        ]
        for target, title in facts.targets.items()
    ]


def _n(facts: Facts) -> str:
    n_ties = sum(label(row, "label") == "tie" for row in facts.panel)
    return (
        f"{several(len(facts.panel), 'panel judgement')}, {len(positioned(facts.panel))}"
        f" positioned, {several(n_ties, 'tie')}"
    )
