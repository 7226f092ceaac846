"""What of the withheld texts nobody can look for: no address of them is known."""

from collections.abc import Mapping

from standpoint.records.model import Document
from standpoint.tables.layer import Row

ALL = ("documents", "words", "claims")
"""What is counted of withheld documents; `n_lost_...` of those without an address."""


def reach(document: Document, rows: Mapping[str, list[Row]]) -> dict[str, int]:
    """Count what a document withholds, and what of it has no address.

    Args:
        document: The document.
        rows: Config to its rows.
    """
    if document.rights.text_release != "withheld":
        return {}
    found = {
        "documents": 1,
        "words": sum(row["n_words"] for row in rows["segment"]),
        "claims": len(rows["claim"]),
    }
    is_lost = document.url is None and document.archived_url is None
    return {
        **{f"n_held_{what}": n for what, n in found.items()},
        **{f"n_lost_{what}": n if is_lost else 0 for what, n in found.items()},
        "n_archived": int(document.archived_url is not None),
    }


def said(counts: Mapping[str, int]) -> str:
    """Return in words what cannot be had, given the sums of `reach`."""
    held = {what: counts.get(f"n_held_{what}", 0) for what in ALL}
    lost = {what: counts.get(f"n_lost_{what}", 0) for what in ALL}
    archived = counts.get("n_archived", 0)
    if not held["documents"]:
        return "No text is withheld."
    share = 100 * lost["words"] / held["words"] if held["words"] else 0
    return (
        f"No address is known for {lost['documents']} of the {held['documents']} withheld"
        f" documents, so nobody can look up {share:.0f} % of the withheld words"
        f" ({lost['words']:,} of {held['words']:,}) and {lost['claims']:,} of"
        f" {held['claims']:,} claims (counting those that only some readings marked, too)."
        f" An archived copy is known for {archived} of {held['documents']}."
    )
