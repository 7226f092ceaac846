"""What a change does to the corpus: for a maintainer, on one page.

Both sides are read as records and compared as what they mean. Nothing here is about one
person: no count, no measure, no list is per annotator.
"""

from collections.abc import Iterator

from standpoint.checkout import Checkout
from standpoint.effect import difference, outcome
from standpoint.effect.section import Section
from standpoint.effect.side import sides, touched

__all__ = ["Section", "effect"]


def effect(checkout: Checkout, revision: str) -> Iterator[Section]:
    """Yield what has changed since work left a revision, section by section.

    Sections without rows are left out.

    Args:
        checkout: The checkout, as it is now.
        revision: What git calls the other line of work.

    Raises:
        GitStop: If git cannot say what has changed.
    """
    changes = checkout.git.changes_since(revision)
    with sides(checkout, changes.base) as (before, after):
        documents = touched(changes.paths, before, after)
        for section in (
            *difference.sections(changes.paths, documents, before, after),
            *outcome.sections(documents, before, after),
        ):
            if section.rows:
                yield section
