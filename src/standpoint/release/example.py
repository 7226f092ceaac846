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

    def rows_of(config: str) -> Iterator[Row]:
        features = {column.name: column.feature for column in columns[config]}
        for one in written[config].values():
            for row in parquet(folder / one.path, config):
                yield named(row, features)

    released = {
        row["document_id"]
        for row in rows_of("document")
        if row["fictional"] and row["text_release"] == RELEASED
    }
    rows = {
        layer: [
            row
            for row in rows_of(layer)
            if row["document_id"] in released and row["exists"]
        ]
        for layer in SHOWN
    }
    claims = rows["claim"]
    together = [
        _around(claim, rows)
        for claim in claims
        if claim["claim_type"] and claim["document_id"] == claims[0]["document_id"]
    ]
    whole = [found for found in together if None not in found.values()]
    best = min(whole, key=_size, default={})
    first = {layer: found[0] for layer, found in rows.items() if found}
    return {layer: best.get(layer) or row for layer, row in first.items()}


def _around(claim: Row, rows: Mapping[str, list[Row]]) -> dict[str, Row | None]:
    """Return a claim with what goes with it in its segment, all labels resolved."""
    start, end = claim["spans"][0]["start"], claim["spans"][-1]["end"]

    def here(layer: str) -> Iterator[Row]:
        for row in rows[layer]:
            if all(row[key] == claim[key] for key in ("document_id", "segment_id")):
                yield row

    def first(found: Iterable[Row]) -> Row | None:
        return next(iter(found), None)

    return {
        "claim": claim,
        "source_type": first(
            row
            for row in rows["source_type"]
            if row["claim_id"] == claim["item_id"]
            and row["level"]
            and row["source_type"]
        ),
        "actor": first(
            row
            for row in here("actor")
            if start <= row["span"]["start"] < end and row["actors"] and row["naming"]
        ),
        "stance": first(
            row
            for row in here("stance")
            if row["label"] and row["evidence"] and row["target_kind"] == "panel"
        ),
    }


def _size(chosen: Mapping[str, Row | None]) -> int:
    return sum(len(printed(row, layer)) for layer, row in chosen.items() if row)


def printed(row: Row, layer: str) -> str:
    """Return the columns of an example as JSON, a line each."""
    lines = [f'  "{name}": {_json(row[name])}' for name in SHOWN[layer]]
    return "{\n" + ",\n".join(lines) + "\n}"


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
