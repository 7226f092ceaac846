"""What withholding the texts takes away, and where copies can be found."""

from typing import Any

from standpoint.codes import CHECKS
from standpoint.datasheet.facts import Facts, share
from standpoint.datasheet.markdown import percent
from standpoint.records.vocabulary import WITHHELD
from standpoint.tables.reach import COUNTED, PLACES, sentence

_TASKS = {
    "claim": "classifying type, modality or check-worthiness from the words of a claim",
    "actor": "linking and naming from the words of a mention",
    "source_type": "classifying the source type from the words of a source",
    "segment": "finding claims, mentions and sources; stance from a segment",
    "document": "segmenting a page",
}
"""Table to what is trained on its words."""


def closed(facts: Facts) -> set[str]:
    """Return the ids of the documents whose text is withheld."""
    return {d.id for d in facts.documents if d.rights.text_release == WITHHELD}


def withheld(facts: Facts) -> dict[str, Any]:
    """Show which words, columns, tasks and checks depend on the texts."""
    ids = closed(facts)
    segments = facts.rows["segment"]

    def lost(row: dict[str, Any]) -> float:
        return float(row["n_words"]) if row["document_id"] in ids else 0.0

    needing = [code for code, check in CHECKS.items() if check.needs_text]
    return {
        "n_withheld": len(ids),
        "n_documents": len(facts.real),
        "n_segments": len(segments),
        "share": share(segments, lost, lambda row: row["n_words"]),
        "rows": [
            [f"`{name}.text`", sum(r["text"] is None for r in rows), len(rows), task]
            for name, task in _TASKS.items()
            if (rows := facts.rows[name])
        ],
        "codes": needing,
        "n_codes": len(CHECKS),
    }


def addresses(facts: Facts) -> dict[str, Any]:
    """Count what can be found at an address, and what cannot."""
    found = facts.reach
    total = {
        what: sum(found[f"{place}_{what}"] for place in PLACES) for what in COUNTED
    }
    rows = []
    for place, name in PLACES.items():
        n = {what: found[f"{place}_{what}"] for what in COUNTED}
        share_of = percent(n["words"], total["words"])
        counts = [n["documents"], n["segments"], n["words"], share_of]
        rows.append([name, *counts, n["claims"], n["claims_most"]])
    return {"sentence": sentence(found), "rows": rows, "n": total}
