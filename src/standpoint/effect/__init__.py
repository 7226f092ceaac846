"""What a change does to the corpus: for a maintainer, on one page, risks first.

Both sides are read as records and compared as what they mean. Sets are named where they
are what changed; no count and no measure is of one person.
"""

from collections.abc import Iterator

from standpoint.checkout import Checkout
from standpoint.effect import difference, meaning, risk
from standpoint.effect.outcome import Outcome
from standpoint.effect.section import Section
from standpoint.effect.side import sides, touched

__all__ = ["RISKS", "Section", "effect"]

RISKS = risk.TITLE
"""Title of the section with what a maintainer has to look at first."""


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
    with sides(checkout, changes) as (before, after):
        outcome = Outcome(touched(changes.paths, before, after), before, after)
        noted = [*risk.noted(changes.paths, before, after), *outcome.risks]
        for section in (
            risk.risks(noted),
            *difference.sections(changes.paths, before, after),
            risk.others(noted),
            meaning.relabelled(before, after),
            *outcome.sections(),
        ):
            if section.rows:
                yield section
