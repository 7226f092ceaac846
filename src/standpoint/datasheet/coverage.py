"""Which outlets, countries and times the corpus covers, and how unevenly."""

from collections.abc import Callable

from standpoint.agreement import Estimate, estimate, shown
from standpoint.datasheet.block import Block, parts, several, table, words
from standpoint.datasheet.facts import COMMENT, Facts, place, share
from standpoint.tables import Row

UNKNOWN = "unknown"


def year(row: Row) -> str:
    """Return the year of a segment as far as it is known."""
    first, last = row["published_earliest"], row["published_latest"]
    if first is None:
        return UNKNOWN if last is None else f"{last[:4]} or earlier"
    if last is None:
        return f"{first[:4]} or later"
    return first[:4] if first[:4] == last[:4] else f"{first[:4]} to {last[:4]}"


def _facets(facts: Facts) -> dict[str, Callable[[Row], str]]:
    def of(name: str) -> Callable[[Row], str]:
        return lambda row: COMMENT if row["outlet_id"] is None else row[name] or UNKNOWN

    return {
        "outlet": lambda row: facts.outlet_name(row["outlet_id"]),
        "outlet type": lambda row: words(of("outlet_type")(row)),
        "country": of("country"),
        "state relation": lambda row: words(of("state_relation")(row)),
        "year": year,
    }


def coverage(facts: Facts) -> Block:
    """Count segments and words per outlet, type, country, state relation and year."""
    rows = facts.rows["segment"]
    tables = [_facet(rows, name, of) for name, of in _facets(facts).items()]
    return Block(
        parts(
            "The documents were chosen, not drawn: an interval says how far a share"
            " hangs on single segments, not what other reporting looks like.",
            _concentration(facts, rows),
            *tables,
        ),
        "segments and their words counted; share of the words, with a 95 % bootstrap"
        " interval over segments; effective number = one divided by the sum of the"
        " squared shares",
        f"{several(len(rows), 'segment')},"
        f" {several(sum(row['n_words'] for row in rows), 'word')}",
    )


def _facet(rows: list[Row], name: str, of: Callable[[Row], str]) -> str:
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        n, n_words = counts.get(of(row), (0, 0))
        counts[of(row)] = n + 1, n_words + row["n_words"]
    order = sorted(counts, key=lambda v: (-counts[v][1], v))
    if name == "year":
        order.sort()
    lines = [[value, *counts[value], _share(rows, of, value)] for value in order]
    return table([name, "segments", "words", "share of words"], lines)


def _share(rows: list[Row], of: Callable[[Row], str], value: str) -> str:
    def hits(row: Row) -> float:
        return float(row["n_words"] if of(row) == value else 0)

    return shown(share(rows, hits, lambda row: row["n_words"]))


def _concentration(facts: Facts, rows: list[Row]) -> str:
    lines = []
    for name, of in _facets(facts).items():
        totals: dict[str, int] = {}
        for row in rows:
            totals[of(row)] = totals.get(of(row), 0) + row["n_words"]
        if not totals:
            continue
        top = max(sorted(totals), key=totals.__getitem__)
        lines.append(
            [
                name,
                len(totals),
                shown(effective(rows, of)),
                top,
                _share(rows, of, top),
                sum(UNKNOWN in of(row).lower() for row in rows),
            ]
        )
    head = ["by", "values", "effective number", "largest", "its share of words"]
    return table([*head, "segments unknown"], lines)


def effective(rows: list[Row], of: Callable[[Row], str]) -> Estimate:
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
