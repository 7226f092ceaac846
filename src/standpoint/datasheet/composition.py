"""What the corpus holds, who judged it, and how the labels came about."""

from collections import Counter
from typing import Any

from standpoint.datasheet.facts import Facts, label, place
from standpoint.datasheet.markdown import words
from standpoint.tables import Row
from standpoint.tables.config import LAYERS

LEAST_PER_LABEL = 30
"""Resolved items below which a label is too rare for a score of its own."""

LABELS = {layer.name: layer.labels for layer in LAYERS}
"""Config to its label columns, each with its list of labels."""

MARKED = {"marked by most": True, "by exactly half": None, "by fewer": False}
"""Column to the value of `exists` that it counts."""

DECIDED = ("unanimous", "majority", "repeated", "single", "adjudicated", "tie")


def composition(facts: Facts) -> dict[str, Any]:
    """Count documents, segments, items, judgements and annotators."""
    segments = facts.rows["segment"]
    kinds = Counter(row["kind"] for row in segments)
    return {
        "size": [
            ["documents", len(facts.real)],
            *([f"segments: {words(kind)}", n] for kind, n in kinds.most_common()),
            ["sentences", sum(len(row["sentences"]) for row in segments)],
            ["words", sum(row["n_words"] for row in segments)],
        ],
        "layer_head": ["layer", "items", "judgements", *MARKED, *DECIDED, "judged by"],
        "layers": [_layer(name, *rows) for name, rows in layers(facts).items()],
        "mixed_guidelines": mixed(facts),
        "annotators": _annotators(facts),
        "n_invented": len(facts.invented),
        "n_documents": len(facts.real),
        "n_segments": len(segments),
        "n_sets": sum(len(dossier.sets) for dossier in facts.real),
    }


def layers(facts: Facts) -> dict[str, tuple[list[Row], list[Row]]]:
    """Return what is counted apart, each with its resolved rows and its votes."""
    kinds = {
        "panel judgements": ("panel",),
        "stances of holders": ("actor", "issue"),
        "stances toward claims": ("claim",),
    }
    rows = facts.rows
    found = {
        "claims": (rows["claim"], rows["claim_votes"]),
        "mentions": (rows["actor"], rows["actor_votes"]),
        "sources": (rows["source_type"], rows["source_type_votes"]),
    }
    for name, kind in kinds.items():
        found[name] = (
            [row for row in rows["stance"] if row["target_kind"] in kind],
            [row for row in rows["stance_votes"] if row["target_kind"] in kind],
        )
    return found


def _layer(name: str, rows: list[Row], votes: list[Row]) -> list[object]:
    decided = Counter(row["decided_by"] for row in rows)
    marked = Counter(row["exists"] for row in rows)
    by = Counter(row["judged_by"] for row in rows)
    judges = ", ".join(f"{words(k)} {n}" for k, n in by.most_common() if k)
    return [
        name,
        len(rows),
        len(votes),
        *(marked[how] for how in MARKED.values()),
        *(decided[how] for how in DECIDED),
        judges or "nobody",
    ]


def mixed(facts: Facts) -> str:
    """Return a sentence on mixed versions of the guidelines; empty with one version."""
    votes = [row for _, rows in layers(facts).values() for row in rows]
    counts = Counter(row["guidelines"] for row in votes)
    if len(counts) < 2:  # noqa: PLR2004
        return ""
    each = ", ".join(f"{n:,} under {version}" for version, n in sorted(counts.items()))
    return (
        "The judgements follow more than one version of the guidelines, and are"
        f" resolved together: {each}."
    )


def _annotators(facts: Facts) -> list[list[object]]:
    sets = [found for dossier in facts.real for found in dossier.sets]
    lines: list[list[object]] = []
    for name in sorted({found.annotator for found in sets}):
        annotator = facts.registries.annotators[name]
        own = [found for found in sets if found.annotator == name]
        lines.append(
            [
                f"`{name}`",
                words(annotator.kind),
                annotator.model or "-",
                annotator.version or "-",
                annotator.run or "-",
                ", ".join(sorted({found.guidelines for found in own})),
                len(own),
                sum(len(found.segments) for found in own),
            ]
        )
    return lines


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


def small(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return the labels with too few resolved items for a score of their own."""
    return [(k, n) for k, n in counts.items() if n < LEAST_PER_LABEL and k != "tie"]


def small_labels(facts: Facts) -> dict[str, Any]:
    """List the labels that are unfit for per-class scores."""
    counts = resolved(facts)
    return {
        "least": LEAST_PER_LABEL,
        "n_small": sum(len(small(of)) for of in counts.values()),
        "n_labels": sum(len(set(of) - {"tie"}) for of in counts.values()),
        "n_attributes": len(counts),
        "rows": [
            [
                f"`{config}.{name}`",
                of.total() - of["tie"],
                of["tie"],
                ", ".join(f"{value} {n}" for value, n in small(of)) or "none",
            ]
            for (config, name), of in counts.items()
        ],
    }


def warnings(facts: Facts) -> dict[str, Any]:
    """Count content warnings and name the segments that carry them."""
    segments = facts.rows["segment"]
    warned = [row for row in segments if row["content_warnings"]]
    counts = Counter(name for row in segments for name in row["content_warnings"])
    return {
        "n_segments": len(segments),
        "n_warned": len(warned),
        "counts": [
            [words(name), counts[name]]
            for name in facts.inventories["content_warning"].names
        ],
        "rows": [
            [
                f"`{'/'.join(place(row))}`",
                ", ".join(map(words, row["content_warnings"])),
            ]
            for row in warned
        ],
    }
