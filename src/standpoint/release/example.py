"""One row of each layer for the card: of an invented document whose text is released."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from standpoint.datasheet.facts import named
from standpoint.records.vocabulary import RELEASED
from standpoint.release.dataset import parquet
from standpoint.release.parquet import Written
from standpoint.tables import Row
from standpoint.tables.column import Column

SHOWN = {
    "claim": (
        *("item_id", "text", "normalised", "about", "claim_type", "modality"),
        *("checkworthy", "n_chains", "exists", "judged_by"),
    ),
    "source_type": (
        *("claim_id", "chain", "level", "text", "actors", "source_type"),
        *("identification", "mode"),
    ),
    "actor": ("text", "actors", "naming", "form"),
    "stance": (
        *("segment_id", "holder_kind", "holder_id", "target_kind", "target_id"),
        *("label", "expression", "evidence"),
    ),
}
"""Layer to the columns that its example shows, in the order of the card."""

Examples = dict[str, Row]
"""Layer to its row, with label names; layers without an example are left out."""


def examples(
    folder: Path,
    columns: Mapping[str, list[Column]],
    written: Mapping[str, Mapping[str, Written]],
) -> Examples:
    """Pick rows that belong together: a claim, its source, a mention in it, a stance there.

    Args:
        folder: The dataset; its tables are written.
        columns: Config to its columns.
        written: Config to split to what was written.
    """
    released = _released(folder, columns, written)
    rows = {
        layer: [
            named(row, {c.name: c.feature for c in columns[layer]})
            for split, w in written[layer].items()
            if split in released
            for row in parquet(folder / w.path, layer)
            if row["document_id"] in released[split] and row["exists"]
        ]
        for layer in SHOWN
    }
    first = {layer: found[0] for layer, found in rows.items() if found}
    if not rows["claim"]:
        return first
    document = rows["claim"][0]["document_id"]
    whole = [
        chosen
        for claim in rows["claim"]
        if claim["document_id"] == document
        for chosen in _around(claim, rows)
    ]
    best = min(whole, key=_size, default={})
    return {layer: best.get(layer) or row for layer, row in first.items()}


def _released(
    folder: Path,
    columns: Mapping[str, list[Column]],
    written: Mapping[str, Mapping[str, Written]],
) -> dict[str, set[str]]:
    """Return split to its invented documents with released texts."""
    features = {c.name: c.feature for c in columns["document"]}
    found: dict[str, set[str]] = {}
    for split, w in written["document"].items():
        for row in parquet(folder / w.path, "document"):
            release = named(row["text_release"], features["text_release"])
            if row["fictional"] and release == RELEASED:
                found.setdefault(split, set()).add(row["document_id"])
    return found


def _around(claim: Row, rows: Mapping[str, list[Row]]) -> Iterator[Examples]:
    """Yield what goes with a claim in one segment, all labels resolved."""
    here = (claim["document_id"], claim["segment_id"])
    source = _first(
        row
        for row in rows["source_type"]
        if row["claim_id"] == claim["item_id"] and row["level"] and row["source_type"]
    )
    (start, end) = claim["spans"][0]["start"], claim["spans"][-1]["end"]
    mention = _first(
        row
        for row in rows["actor"]
        if (row["document_id"], row["segment_id"]) == here
        and start <= row["span"]["start"] < end
        and row["actors"]
        and row["naming"]
    )
    stance = _first(
        row
        for row in rows["stance"]
        if (row["document_id"], row["segment_id"]) == here
        and row["label"]
        and row["evidence"]
        and row["target_kind"] == "panel"
    )
    if claim["claim_type"] and source and mention and stance:
        yield {
            "claim": claim,
            "source_type": source,
            "actor": mention,
            "stance": stance,
        }


def _first(rows: Iterable[Row]) -> Row | None:
    return next(iter(rows), None)


def _size(chosen: Examples) -> int:
    return sum(len(printed(row, layer)) for layer, row in chosen.items())


def printed(row: Row, layer: str) -> str:
    """Return the columns of an example as JSON, a line each."""
    lines = [f'  "{name}": {_json(row[name])}' for name in SHOWN[layer]]
    return "{\n" + ",\n".join(lines) + "\n}"


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
