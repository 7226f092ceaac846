"""Where a copy of each text can be found, and how much nobody can look up."""

from collections.abc import Mapping, Sequence

from standpoint.records.model import Document
from standpoint.records.vocabulary import BOILERPLATE, RELEASED

PLACES = {
    "released": "the dataset (released text)",
    "archived": "an archived copy",
    "address": "an address, no archived copy",
    "nowhere": "no address",
}
"""Where a copy can be found, to what it is called on a page; the first that fits counts."""

COUNTED = ("documents", "segments", "words", "claims", "claims_most")
"""What is counted for each place; `claims_most` are claims that most readers marked."""


def place_of(document: Document) -> str:
    """Return where a copy of the text of a document can be found."""
    if document.rights.text_release == RELEASED:
        return "released"
    if document.archived_url is not None:
        return "archived"
    return "nowhere" if document.url is None else "address"


def reach(document: Document, claims: Sequence[bool | None]) -> dict[str, int]:
    """Count what is in a document, named by the place of its text.

    Args:
        document: The document.
        claims: For each claim of it, whether it exists.
    """
    read = [s for s in document.segments if s.kind != BOILERPLATE]
    counts = (
        1,
        len(read),
        sum(n_words for s in read for _, _, n_words in s.sentences),
        len(claims),
        sum(exists is True for exists in claims),
    )
    place = place_of(document)
    return {f"{place}_{what}": n for what, n in zip(COUNTED, counts, strict=True)}


def withheld(counts: Mapping[str, int], what: str) -> int:
    """Return how much is in withheld texts, given the sums of `reach`."""
    return sum(counts.get(f"{place}_{what}", 0) for place in list(PLACES)[1:])


def sentence(counts: Mapping[str, int]) -> str:
    """Return in words what nobody can look up, given the sums of `reach`."""
    held = {what: withheld(counts, what) for what in COUNTED}
    lost = {what: counts.get(f"nowhere_{what}", 0) for what in COUNTED}
    if not held["documents"]:
        return "No text is withheld."
    share = 100 * lost["words"] / held["words"] if held["words"] else 0
    return (
        f"No address is known for {lost['documents']} of the {held['documents']} withheld"
        f" documents, so nobody can look up {share:.0f} % of the withheld words"
        f" ({lost['words']:,} of {held['words']:,}) and {lost['claims']:,} of"
        f" {held['claims']:,} claims (including those that only some readings marked)."
        " An archived copy is known for"
        f" {counts.get('archived_documents', 0)} of {held['documents']}."
    )
