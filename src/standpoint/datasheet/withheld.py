"""What withholding the texts takes away, and where copies can be looked for."""

from collections.abc import Callable

from standpoint.agreement.statistics import shown
from standpoint.checks import CHECKS
from standpoint.datasheet.block import Block, parts, several, table
from standpoint.datasheet.facts import Facts, share
from standpoint.records.model import Document
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


PLACES: dict[str, Callable[[Document], bool]] = {
    "the dataset (released text)": lambda d: d.rights.text_release == "released",
    "an archived copy": lambda d: d.archived_url is not None,
    "an address, no archived copy": lambda d: d.url is not None,
    "no address": lambda _: True,
}
"""Where a copy of a text can be looked for, to the documents it is true of; the first."""

NOWHERE = "no address"


def where(document: Document) -> str:
    """Return where a copy of the text of a document can be looked for."""
    return next(place for place, is_there in PLACES.items() if is_there(document))


def nowhere(facts: Facts) -> set[str]:
    """Return the ids of the documents that no address is known of."""
    return {d.id for d in facts.documents if where(d) == NOWHERE}


def n_words_of(facts: Facts, documents: set[str]) -> int:
    """Return the words of the annotatable zones of some documents."""
    rows = facts.rows["segment"]
    return sum(row["n_words"] for row in rows if row["document_id"] in documents)


def n_claims_of(facts: Facts, documents: set[str]) -> int:
    """Return the claims of some documents, whatever `exists` says of them."""
    return sum(row["document_id"] in documents for row in facts.rows["claim"])


def percent(part: int, whole: int) -> str:
    """Return a share in percent, without decimals."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def addresses(facts: Facts) -> Block:
    """Count what can be looked for at an address, and what cannot."""
    every = {d.id for d in facts.documents}
    n_words, n_claims = n_words_of(facts, every), n_claims_of(facts, every)
    kept = facts.kept("claim")
    lines = []
    for place in PLACES:
        ids = {d.id for d in facts.documents if where(d) == place}
        words = n_words_of(facts, ids)
        lines.append(
            [
                place,
                len(ids),
                sum(row["document_id"] in ids for row in facts.rows["segment"]),
                words,
                percent(words, n_words),
                n_claims_of(facts, ids),
                sum(row["document_id"] in ids for row in kept),
            ]
        )
    lost = nowhere(facts)
    n_archived = sum(d.archived_url is not None for d in facts.documents)
    head = ["a copy can be looked for at", "documents", "segments", "words"]
    return Block(
        parts(
            f"**{percent(n_words_of(facts, lost), n_words)} of the words and"
            f" {n_claims_of(facts, lost):,} of {n_claims:,} claims are in documents"
            f" without any address ({len(lost)} of {len(every)}): whoever has no copy of"
            " them cannot look for one. An archived copy is known for"
            f" {n_archived} of {len(every)} documents.**",
            table(
                [*head, "share of words", "claims", "claims marked by most"],
                lines,
            ),
        ),
        "`url`, `archived_url` and `text_release` of the config `document`; words of"
        " annotatable zones; whether an address still answers was not tried",
        f"{several(len(facts.real), 'document')}, {n_words:,} words,"
        f" {several(n_claims, 'claim')}",
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
