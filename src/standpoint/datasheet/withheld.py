"""What withholding the texts takes away from the public edition."""

from standpoint.agreement import shown
from standpoint.checks import CHECKS
from standpoint.datasheet.block import Block, parts, several, table
from standpoint.datasheet.facts import Facts, share
from standpoint.tables import Row


def closed(facts: Facts) -> set[str]:
    """Return the ids of the documents whose text is withheld."""
    return {d.id for d in facts.documents if d.rights.text_release == "withheld"}


def _words(row: Row) -> float:
    return float(row["n_words"])


def withheld(facts: Facts) -> Block:
    """Show which words, columns, tasks and checks go with the texts."""
    ids = closed(facts)
    segments = facts.rows["segment"]
    lost = share(
        segments, lambda r: _words(r) if r["document_id"] in ids else 0.0, _words
    )
    lines = [_column(rows, name) for name, rows in facts.rows.items() if _has(rows)]
    needing = [code for code, check in CHECKS.items() if check.needs_text]
    return Block(
        parts(
            f"Text is withheld of {len(ids)} of {len(facts.real)} documents, with a"
            f" share of {shown(lost)} of all words.",
            table(["column", "null", "rows", "without it, no input for"], lines),
            f"{len(needing)} of {len(CHECKS)} codes cannot be judged without the texts:"
            f" {', '.join(needing)}. Offsets, digests, labels, votes, sentence borders"
            " and counts of words stay, and so do repeatability and every figure on this"
            " page.",
        ),
        "null values of the column `text` counted per table of the public edition;"
        " codes whose check declares that it needs the text",
        f"{several(len(facts.real), 'document')}, {several(len(segments), 'segment')}",
    )


_TASKS = {
    "claim": "telling types, modality or check-worthiness from the words of a claim",
    "actor": "linking and naming from the words of a mention",
    "source_type": "telling the source type from the words of a source",
    "segment": "finding claims, mentions and sources; telling stance from a segment",
    "document": "segmenting a page",
}
"""Table to what is trained on its words."""


def _has(rows: list[Row]) -> bool:
    return bool(rows) and "text" in rows[0]


def _column(rows: list[Row], name: str) -> list[object]:
    n_null = sum(row["text"] is None for row in rows)
    return [f"`{name}.text`", n_null, len(rows), _TASKS[name]]
