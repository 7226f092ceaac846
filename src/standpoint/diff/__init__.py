"""What a change does to the corpus: for a maintainer, on one page, risks first.

Records are compared value by value, and the rows of the dataset item by item. Sets are
named where they are what changed; no count and no measure is of one person.
"""

from collections.abc import Iterator

from standpoint.diff import records, risks
from standpoint.diff.dataset import Outcome, relabelled
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
    changes = checkout.by_record(checkout.git.changes_since(revision))
    with sides(checkout, changes) as (before, after):
        tally = records.Tally()
        for path in changes.paths:
            tally.add(path, before, after)
        outcome = Outcome(touched(changes.paths, before, after), before, after)
        noted = [*risks.noted(changes.paths, before, after), *outcome.risks]
        for section in (
            risks.of_risks(noted),
            *tally.sections(),
            records.of_files(changes.paths, before, after),
            risks.of_others(noted),
            relabelled(before, after),
            *outcome.sections(),
        ):
            if section.rows:
                yield section
