"""What a change does to the corpus: for a maintainer, on one page, risks first.

Both sides are read as records and compared as what they mean. Sets are named where they
are what changed; no count and no measure is of one person.
"""

from collections.abc import Iterator

from standpoint.diff import label_diff, record_diff, risks
from standpoint.diff.resolved_diff import Outcome
from standpoint.diff.revision import sides, touched
from standpoint.diff.section import Section
from standpoint.records.checkout import Checkout

__all__ = ["RISKS", "Section", "effect"]

RISKS = risks.TITLE
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
        noted = [*risks.noted(changes.paths, before, after), *outcome.risks]
        for section in (
            risks.risks(noted),
            *record_diff.sections(changes.paths, before, after),
            risks.others(noted),
            label_diff.relabelled(before, after),
            *outcome.sections(),
        ):
            if section.rows:
                yield section
