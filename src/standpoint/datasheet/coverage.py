"""Which outlets, countries and times the corpus covers, and how unevenly."""

from collections.abc import Callable
from typing import NamedTuple

from standpoint.agreement.statistics import Estimate, estimate, shown
from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import UNKNOWN_OUTLET, Facts, place, share
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
    """One way to part the segments.

    Attributes:
        name: As it is printed.
        of: Row of a segment to its value.
        rows: Rows of the segments that have one.
    """

    name: str
    of: Of
    rows: list[Row]


def _facets(facts: Facts) -> list[Facet]:
    rows = facts.rows["segment"]
    carried = [row for row in rows if row["outlet_id"] is not None]

    def of(name: str) -> Of:
        return lambda row: words(row[name] or UNKNOWN)

    def outlet(row: Row) -> str:
        is_known = row["outlet_id"] != UNKNOWN_OUTLET
        return facts.outlet_name(row["outlet_id"]) if is_known else UNKNOWN

    return [
        Facet("outlet", outlet, carried),
        Facet("outlet type", of("outlet_type"), carried),
        Facet("country", of("country"), carried),
        Facet("state relation", of("state_relation"), carried),
        Facet(YEAR, year, rows),
    ]


def coverage(facts: Facts) -> Block:
    """Count segments and words per outlet, type, country, state relation and year."""
    rows = facts.rows["segment"]
    facets = _facets(facts)
    return Block(
        parts(
            "The documents were chosen, not drawn: an interval says how far a share"
            " hangs on single segments, not what other reporting looks like.",
            _left_out(rows),
            _concentration(facets),
            *map(_facet, facets),
        ),
        "segments and their words counted; share of the words, with a 95 % bootstrap"
        " interval over segments; effective number = one divided by the sum of the"
        " squared shares, where all that is unknown counts as one value; of a year that"
        " is `or later` the first possible day is known and the last is not, `unknown`"
        " has neither",
        f"{several(len(rows), 'segment')},"
        f" {several(sum(row['n_words'] for row in rows), 'word')}",
    )


def _left_out(rows: list[Row]) -> str:
    comments = [row for row in rows if row["outlet_id"] is None]
    if not comments:
        return ""
    n_words = sum(row["n_words"] for row in comments)
    return (
        f"Readers' comments have no outlet: {several(len(comments), 'segment')} with"
        f" {several(n_words, 'word')}, in the table by {YEAR} only."
    )


def _facet(facet: Facet) -> str:
    name, of, rows = facet
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        n, n_words = counts.get(of(row), (0, 0))
        counts[of(row)] = n + 1, n_words + row["n_words"]
    order = sorted(counts, key=lambda v: (-counts[v][1], v))
    if name == YEAR:
        order.sort()
    lines = [[value, *counts[value], _share(rows, of, value)] for value in order]
    return table([name, "segments", "words", "share of words"], lines)


def _share(rows: list[Row], of: Of, value: str) -> str:
    def hits(row: Row) -> float:
        return float(row["n_words"] if of(row) == value else 0)

    return shown(share(rows, hits, lambda row: row["n_words"]))


def _concentration(facets: list[Facet]) -> str:
    lines = []
    for name, of, rows in facets:
        totals: dict[str, int] = {}
        for row in rows:
            totals[of(row)] = totals.get(of(row), 0) + row["n_words"]
        if not totals:
            continue
        top = max(sorted(totals), key=totals.__getitem__)
        lines.append(
            [
                name,
                len(totals.keys() - {UNKNOWN}),
                shown(effective(rows, of)),
                top,
                _share(rows, of, top),
                sum(of(row) == UNKNOWN for row in rows),
            ]
        )
    head = ["by", "known values", "effective number", "largest", "its share of words"]
    return table([*head, "segments unknown"], lines)


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
