"""One part of the pairs, and how a measure is made of it.

Every measure is a function of sums over segments, so each segment gives one row.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from standpoint.agreement.statistics import Estimate, Statistic, estimate
from standpoint.scoring.pairing import Pair
from standpoint.scoring.task import Item

ENOUGH = 30
"""Resolved items below which a label is not scored as a class."""


class Score(NamedTuple):
    """One measure.

    Attributes:
        group: Part of the items, as `claim`, `panel` or `origin`.
        measure: What is measured.
        attribute: Label column, or empty.
        label: One label of it, or empty.
        estimate: The value with n and interval.
        is_few: Whether the label has too few resolved items to be scored as a class.
        over: Labels whose mean it is, for a macro-F1.
    """

    group: str
    measure: str
    attribute: str
    label: str
    estimate: Estimate
    is_few: bool = False
    over: tuple[str, ...] = ()


class Part(NamedTuple):
    """The pairs of one group, a list per segment."""

    group: str
    segments: list[list[Pair]]
    least: int

    @property
    def true(self) -> Iterator[Item]:
        """The items that were to be found."""
        for found in self.segments:
            yield from (pair.true for pair in found if pair.true)

    def score(
        self,
        measure: str,
        rows: Sequence[Any],
        statistic: Statistic,
        n: int,
        attribute: str = "",
    ) -> Score:
        """Return a measure; it has no value where it is of fewer units than `least`.

        Args:
            measure: Its name.
            rows: A row of numbers per segment.
            statistic: What becomes of the rows.
            n: Units that it is of.
            attribute: Label column, or empty.
        """
        import numpy as np

        made = np.array(rows, float)
        held = [row[None] for row in made if row.any()]
        found = estimate(held, statistic, n=n, least=self.least)
        return Score(self.group, measure, attribute, "", found)


def columns(*numbers: Sequence[float]) -> list[tuple[float, ...]]:
    """Return a row per segment, given columns of a number per segment."""
    return list(zip(*numbers, strict=True))
