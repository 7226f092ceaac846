"""Which outlets, countries and times the corpus covers, and how unevenly."""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from standpoint.agreement.statistics import Estimate, estimate
from standpoint.datasheet.facts import UNKNOWN_OUTLET, Facts, place, share
from standpoint.datasheet.markdown import table, words
from standpoint.tables import Row

UNKNOWN = "unknown"
YEAR = "year"

Of = Callable[[Row], str]


def year(row: Row) -> str:
    """Return the year of a segment as far as it is known."""
    first, last = row["published_earliest"], row["published_latest"]
    if first is None:
        return UNKNOWN if last is None else f"{last[:4]} or earlier"
    if last is None:
        return f"{first[:4]} or later"
    return first[:4] if first[:4] == last[:4] else f"{first[:4]} to {last[:4]}"


class Facet(NamedTuple):
    """One way to divide the segments.

    Attributes:
        name: As it is printed.
        of: Row of a segment to its value.
        rows: Rows of the segments that have one.
        totals: Value to its words.
    """

    name: str
    of: Of
    rows: list[Row]
    totals: Counter[str]

    def share_of(self, value: str) -> Estimate:
        """Return the share of the words with a value."""

        def hits(row: Row) -> float:
            return float(row["n_words"] if self.of(row) == value else 0)

        return share(self.rows, hits, lambda row: row["n_words"])


def _facets(facts: Facts) -> list[Facet]:
    rows = facts.rows["segment"]
    carried = [row for row in rows if row["outlet_id"] is not None]

    def facet(name: str, of: Of, rows: list[Row] = carried) -> Facet:
        totals: Counter[str] = Counter()
        for row in rows:
            totals[of(row)] += row["n_words"]
        return Facet(name, of, rows, totals)

    def of(name: str) -> Of:
        return lambda row: words(row[name] or UNKNOWN)

    def outlet(row: Row) -> str:
        is_known = row["outlet_id"] != UNKNOWN_OUTLET
        return facts.outlet_name(row["outlet_id"]) if is_known else UNKNOWN

    return [
        facet("outlet", outlet),
        facet("outlet type", of("outlet_type")),
        facet("country", of("country")),
        facet("state relation", of("state_relation")),
        facet(YEAR, year, rows),
    ]


def coverage(facts: Facts) -> dict[str, Any]:
    """Count segments and words per outlet, type, country, state relation and year."""
    rows, facets = facts.rows["segment"], _facets(facts)
    comments = [row for row in rows if row["outlet_id"] is None]
    return {
        "n_comments": len(comments),
        "n_comment_words": sum(row["n_words"] for row in comments),
        "concentration": [_concentration(facet) for facet in facets if facet.totals],
        "facets": "\n\n".join(map(_facet, facets)),
        "n_segments": len(rows),
        "n_words": sum(row["n_words"] for row in rows),
    }


def _facet(facet: Facet) -> str:
    order = sorted(facet.totals, key=lambda value: (-facet.totals[value], value))
    if facet.name == YEAR:
        order.sort()
    counts = Counter(facet.of(row) for row in facet.rows)
    lines = [
        [value, counts[value], facet.totals[value], facet.share_of(value)]
        for value in order
    ]
    return table([facet.name, "segments", "words", "share of words"], lines)


def _concentration(facet: Facet) -> list[object]:
    top = max(sorted(facet.totals), key=facet.totals.__getitem__)
    return [
        facet.name,
        len(facet.totals.keys() - {UNKNOWN}),
        effective(facet.rows, facet.of),
        top,
        facet.share_of(top),
        sum(facet.of(row) == UNKNOWN for row in facet.rows),
    ]


def effective(rows: list[Row], of: Of) -> Estimate:
    """Estimate over how many values, were they equal, the words are spread."""
    import numpy as np
    from numpy.typing import NDArray

    values = sorted({of(row) for row in rows})
    arrays = [
        np.array([[row["n_words"] * (of(row) == value) for value in values]])
        for row in sorted(rows, key=place)
    ]

    def statistic(drawn: NDArray[np.float64]) -> float | None:
        totals = drawn.sum(axis=0)
        if not totals.sum():
            return None
        return float(totals.sum() ** 2 / (totals**2).sum())

    return estimate(arrays, statistic, n=len(rows))
