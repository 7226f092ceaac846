"""One row of each layer for the card: of an invented document whose text is released."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from standpoint.datasheet.facts import named
from standpoint.records.vocabulary import RELEASED
from standpoint.tables.column import Row, Table

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


LEAST = 20
"""Documents in which examples are looked for: more would be read for nothing."""


def examples(folder: Path, tables: Mapping[str, Table]) -> Examples:
    """Pick rows that belong together: a claim, its source, a mention in it, a stance there.

    Args:
        folder: The dataset; its tables are written.
        tables: Config to what makes its tables, for the names of labels.
    """
    import pyarrow.parquet as pq

    names = tables["document"].columns
    release = next(c.feature["names"] for c in names if c.name == "text_release")
    where = [("fictional", "=", True), ("text_release", "=", release.index(RELEASED))]
    released: list[str] = []
    for file in sorted((folder / "data/document").glob("*.parquet")):
        if len(released) < LEAST:
            found = pq.read_table(file, columns=["document_id"], filters=where)
            released += found.column(0).to_pylist()
    released = released[:LEAST]
    here = [("document_id", "in", released)]
    rows = {
        layer: [row for row in _read(folder, layer, tables, here) if row["exists"]]
        for layer in SHOWN
        if released
    }
    claims = rows.get("claim", [])
    together = [
        _around(claim, rows)
        for claim in claims
        if claim["claim_type"] and claim["document_id"] == claims[0]["document_id"]
    ]
    whole = [found for found in together if None not in found.values()]
    best = min(whole, key=_size, default={})
    first = {layer: found[0] for layer, found in rows.items() if found}
    return {layer: best.get(layer) or row for layer, row in first.items()}


def _read(
    folder: Path,
    config: str,
    tables: Mapping[str, Table],
    where: list[tuple[str, str, Any]],
) -> list[Row]:
    """Return the rows of a config that fit a condition, with label names."""
    import pyarrow.parquet as pq

    shown = {column.name: column.feature for column in tables[config].columns}
    found: list[Row] = []
    for file in sorted((folder / "data" / config).glob("*.parquet")):
        rows = pq.read_table(file, columns=list(shown), filters=where).to_pylist()
        found += (named(row, shown) for row in rows)
    return found


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
