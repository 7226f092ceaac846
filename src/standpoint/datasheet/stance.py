"""Who is opposed and supported, by whom, and how actors are named."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from standpoint.agreement.statistics import LEAST, Estimate, brief
from standpoint.datasheet.facts import Facts, grouped, label, share_of
from standpoint.datasheet.markdown import words
from standpoint.datasheet.persons import shown_name
from standpoint.records.vocabulary import Label
from standpoint.tables import Row

POOLED = "all others"
SHARES = ("delegitimising", "distancing")


def panel_labels(facts: Facts) -> list[Label]:
    """Return the labels that the panel may have, in schema order."""
    known = facts.inventories["stance_label"].oneOf
    return [label for label in known if "panel" in label.targets]


def positions(facts: Facts) -> list[str]:
    """Return the labels of the panel that take a position toward the target."""
    return [label.const for label in panel_labels(facts) if label.positions]


def addressed(facts: Facts) -> list[str]:
    """Return the labels of a target that is addressed, with or without a position."""
    return [one.const for one in panel_labels(facts) if one.evidence == "required"]


def positioned(facts: Facts, rows: Iterable[Row]) -> list[Row]:
    """Return the judgements that take a position."""
    known = set(positions(facts))
    return [row for row in rows if row["label"] in known]


def _opposed(facts: Facts, rows: Iterable[Row]) -> Estimate:
    return share_of(positioned(facts, rows), "label", "oppose")


def _n(facts: Facts) -> dict[str, int]:
    """Return of how many judgements the blocks on stance are."""
    return {
        "n_judgements": len(facts.panel),
        "n_positioned": len(positioned(facts, facts.panel)),
        "n_ties": sum(label(row, "label") == "tie" for row in facts.panel),
    }


def stance_by_target(facts: Facts) -> dict[str, Any]:
    """Count the labels of each target."""
    used = [label.const for label in panel_labels(facts)]
    by_target = grouped(facts.panel, "target_id")
    groups = {title: by_target.get(t, []) for t, title in facts.targets.items()}
    lines = []
    for title, rows in (groups | {"**all**": facts.panel}).items():
        counts = Counter(label(row, "label") for row in rows)
        lines.append(
            [title, *(counts[name] for name in [*used, "tie"]), _opposed(facts, rows)]
        )
    head = ["target", *map(words, used), "tie", "oppose among positioned"]
    return {"head": head, "rows": lines, **_n(facts)}


def stance_by_outlet_type(facts: Facts) -> dict[str, Any]:
    """Show which outlet types oppose whom."""
    by_type = grouped(positioned(facts, facts.panel), facts.outlet_type)
    types = sorted({facts.outlet_type(row) for row in facts.panel})
    lines = []
    for kind in types:
        rows = by_type.get(kind, [])
        counts = Counter(row["label"] for row in rows)
        lines.append(
            [words(kind), *(counts[n] for n in positions(facts)), _opposed(facts, rows)]
        )
    cells = grouped(
        positioned(facts, facts.panel),
        lambda row: (row["target_id"], facts.outlet_type(row)),
    )
    return {
        "head": ["outlet type", *positions(facts), "oppose among positioned"],
        "rows": lines,
        "matrix_head": ["target", *map(words, types)],
        "matrix": [
            [title, *(_of_how_many(cells.get((target, kind), [])) for kind in types)]
            for target, title in facts.targets.items()
        ],
        **_n(facts),
    }


def _of_how_many(rows: list[Row]) -> str:
    n = sum(row["label"] == "oppose" for row in rows)
    return f"{n} / {len(rows)}" if rows else "-"


def naming(facts: Facts) -> dict[str, Any]:
    """Count naming labels per actor and per panel target."""
    rows = facts.kept("actor")
    linked = [row for row in rows if row["actors"] is not None]
    names = [*facts.inventories["naming"].names, "tie"]
    return {
        "head": [*map(words, names), "n", *(f"share {name}" for name in SHARES)],
        "actors": _named(names, _by_actor(facts, linked)),
        "targets": _named(names, _by_target(facts, linked)),
        "least": LEAST,
        "n_mentions": len(rows),
        "n_tied": len(rows) - len(linked),
    }


def _by_actor(facts: Facts, rows: list[Row]) -> dict[str, list[Row]]:
    """Return rows per actor; those with few mentions together."""
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


def _by_target(facts: Facts, rows: list[Row]) -> dict[str, list[Row]]:
    """Return rows per panel target that their actors belong to."""
    actors = facts.registries.actors
    groups: dict[str, list[Row]] = {}
    for row in rows:
        found = {actors[a].panel_target for a in row["actors"] if a in actors}
        for target in found - {None} or {None}:
            groups.setdefault(facts.targets.get(target or "", POOLED), []).append(row)
    order = [*facts.targets.values(), POOLED]
    return {title: groups[title] for title in order if title in groups}


def _named(names: list[str], groups: dict[str, list[Row]]) -> list[list[object]]:
    lines: list[list[object]] = []
    for title, rows in groups.items():
        counts = Counter(label(row, "naming") for row in rows)
        told = [row for row in rows if row["naming"] is not None]
        shares = [brief(share_of(told, "naming", name)) for name in SHARES]
        lines.append([title, *(counts[name] for name in names), len(told), *shares])
    return lines
