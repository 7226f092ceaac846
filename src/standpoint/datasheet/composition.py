"""What the corpus holds, who judged it, and how the labels came about."""

from collections import Counter

from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import KEPT, Facts, label, place
from standpoint.tables import Row
from standpoint.tables.config import LAYERS

LEAST_PER_LABEL = 30
"""Resolved items below which a label is unfit for a score of its own."""

LABELS = {layer.name: layer.labels for layer in LAYERS}
"""Config to its label columns, each with its list of labels."""

MARKED = {"marked by most": True, "by exactly half": None, "by fewer": False}
"""Column to the value of `exists` that it counts."""

DECIDED = ("unanimous", "majority", "single", "adjudicated", "tie")


def composition(facts: Facts) -> Block:
    """Count documents, segments, items, judgements and annotators."""
    sets = [found for dossier in facts.real for found in dossier.sets]
    return Block(
        parts(
            _size(facts),
            "Items are what the readings marked, matched by their spans; judgements are"
            " the single readings behind them. An item with one reading is decided by"
            " `single`; a tie stays open. `marked by most`: by more than half of those"
            " who read the segment for that layer; only these are counted where bias and"
            " rare labels are, and scored. What nobody read in full stands with"
            " `by exactly half`.",
            _layers(facts),
            mixed(facts),
            _annotators(facts),
        ),
        "counted from the rows of the public edition; calibration documents, which are"
        f" invented, are left out ({len(facts.invented)} with their keys)",
        f"{several(len(facts.real), 'document')},"
        f" {several(len(facts.segments), 'segment')},"
        f" {several(len(sets), 'annotation set')}",
    )


def _size(facts: Facts) -> str:
    segments = facts.rows["segment"]
    kinds = Counter(row["kind"] for row in segments)
    return table(
        ["what", "n"],
        [
            ["documents", len(facts.real)],
            *([f"segments: {words(kind)}", n] for kind, n in kinds.most_common()),
            ["sentences", sum(len(row["sentences"]) for row in segments)],
            ["words", sum(row["n_words"] for row in segments)],
        ],
    )


def layers(facts: Facts) -> dict[str, tuple[list[Row], list[Row]]]:
    """Return what is counted apart, each with its resolved rows and its votes."""
    rows = facts.rows
    found = {
        "claims": (rows["claim"], rows["claim_votes"]),
        "mentions": (rows["actor"], rows["actor_votes"]),
        "sources": (rows["source_type"], rows["source_type_votes"]),
    }
    kinds = {
        "panel judgements": ("panel",),
        "stances of holders": ("actor", "issue"),
        "stances toward claims": ("claim",),
    }
    for name, kind in kinds.items():
        found[name] = (
            [row for row in rows["stance"] if row["target_kind"] in kind],
            [row for row in rows["stance_votes"] if row["target_kind"] in kind],
        )
    return found


def _layers(facts: Facts) -> str:
    lines = []
    for name, (rows, votes) in layers(facts).items():
        decided = Counter(row["decided_by"] for row in rows)
        marked = Counter(row["exists"] for row in rows)
        by = Counter(row["judged_by"] for row in rows)
        judges = ", ".join(f"{words(k)} {n}" for k, n in by.most_common() if k)
        lines.append(
            [name, len(rows), len(votes), *(marked[how] for how in MARKED.values())]
            + [decided[how] for how in DECIDED]
            + [judges or "nobody"]
        )
    head = ["layer", "items", "judgements", *MARKED, *DECIDED, "judged by"]
    return table(head, lines)


def mixed(facts: Facts) -> str:
    """Say where judgements under several versions of the guidelines were mixed.

    Returns:
        A sentence; empty where there is one version.
    """
    votes = [row for _, rows in layers(facts).values() for row in rows]
    counts = Counter(row["guidelines"] for row in votes)
    if len(counts) < 2:  # noqa: PLR2004
        return ""
    said = ", ".join(f"{n:,} under {version}" for version, n in sorted(counts.items()))
    return (
        "The judgements followed more than one version of the guidelines, and are"
        f" resolved together: {said}."
    )


def _annotators(facts: Facts) -> str:
    sets: dict[str, list[tuple[str, int]]] = {}
    for dossier in facts.real:
        for found in dossier.sets:
            entry = (found.guidelines, len(found.segments))
            sets.setdefault(found.annotator, []).append(entry)
    lines = []
    for name in sorted(sets):
        annotator = facts.registries.annotators[name]
        lines.append(
            [
                f"`{name}`",
                words(annotator.kind),
                annotator.model or "-",
                annotator.version or "-",
                annotator.run or "-",
                ", ".join(sorted({version for version, _ in sets[name]})),
                len(sets[name]),
                sum(n for _, n in sets[name]),
            ]
        )
    head = ["annotator", "kind", "model", "version", "run"]
    return table([*head, "guidelines", "sets", "segments"], lines)


def resolved(facts: Facts) -> dict[tuple[str, str], Counter[str]]:
    """Count the resolved labels of each attribute, ties apart as `tie`."""
    found = {}
    for config, attributes in LABELS.items():
        for name, inventory in attributes.items():
            counts = Counter(dict.fromkeys(facts.inventories[inventory].names, 0))
            values = (label(row, name) for row in facts.kept(config))
            counts.update(value for value in values if value is not None)
            found[config, name] = counts
    return found


def small(facts: Facts) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Return, per attribute, the labels with too few resolved items for a score."""
    return {
        key: [
            (name, n)
            for name, n in counts.items()
            if n < LEAST_PER_LABEL and name != "tie"
        ]
        for key, counts in resolved(facts).items()
    }


def small_labels(facts: Facts) -> Block:
    """List the labels that are unfit for per-class scores."""
    counts = resolved(facts)
    lines = [
        [
            f"`{config}.{name}`",
            sum(n for value, n in counts[config, name].items() if value != "tie"),
            counts[config, name]["tie"],
            ", ".join(f"{value} {n}" for value, n in found) or "none",
        ]
        for (config, name), found in small(facts).items()
    ]
    n_labels = sum(len(found) for found in small(facts).values())
    n_all = sum(len(set(found) - {"tie"}) for found in counts.values())
    head = ["attribute", "resolved", "ties", f"fewer than {LEAST_PER_LABEL}"]
    return Block(
        parts(
            f"**{n_labels} of {n_all} labels have fewer than {LEAST_PER_LABEL} resolved"
            " items: no score of their own should be read off them.**",
            table(head, lines),
        ),
        f"resolved labels per attribute, counted; ties are not resolved; {KEPT}",
        f"{n_all} labels of {len(counts)} attributes",
    )


def warnings(facts: Facts) -> Block:
    """Count content warnings and name the segments that carry them."""
    segments = facts.rows["segment"]
    counts = Counter(name for row in segments for name in row["content_warnings"])
    names = facts.inventories["content_warning"].names
    where = [
        [f"`{'/'.join(place(row))}`", ", ".join(map(words, row["content_warnings"]))]
        for row in segments
        if row["content_warnings"]
    ]
    return Block(
        parts(
            table(["warning", "segments"], [[words(n), counts[n]] for n in names]),
            table(["segment", "warnings"], where),
        ),
        "counted from the records of the documents, where curators set the warnings",
        f"{several(len(segments), 'segment')}, {len(where)} with a warning",
    )
