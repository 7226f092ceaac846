"""Measures of agreement as text, Markdown or JSON."""

import json
from collections.abc import Iterator, Sequence

from standpoint.agreement import (
    ALL,
    EXPLAINED,
    INDEPENDENCE,
    MATCHED,
    TARGET,
    Row,
    Scope,
)
from standpoint.agreement.statistics import shown
from standpoint.cli.table import table
from standpoint.records.vocabulary import KEY, POPULATIONS

CIRCULAR = (
    "The keys were written by a language model. Comparing a language model with them is"
    " circular: it does not show that either is right."
)
WIDE = (
    "Intervals: 95 %, percentile bootstrap over segments. They are wide if there are few"
    " segments: values whose intervals overlap may not differ."
)
_KINDS = {
    **POPULATIONS,
    KEY: "one reading and the keys",
}
_HEAD = ["layer", "measure", "of", "value", "segments", TARGET]


def report(rows: Sequence[Row], form: str = "text", *, circular: bool) -> Iterator[str]:
    """Yield measures as lines.

    Args:
        rows: The measures.
        form: `text`, `markdown` or `json`.
        circular: Whether the measures are taken against keys of a language model.
    """
    if form == "json":
        plain = [row.as_dict() for row in rows]
        yield json.dumps(plain, ensure_ascii=False, indent=2)
        return
    titled: dict[str, list[Row]] = {}  # a layer may have other readers than the next
    for row in rows:
        titled.setdefault(_title(row, circular=circular), []).append(row)
    for title, of_group in titled.items():
        yield f"## {title}" if form == "markdown" else title
        yield ""
        cells = [_cells(row) for row in of_group]
        yield from table(_HEAD, cells, markdown=form == "markdown")
        yield ""
    yield WIDE
    yield f"{MATCHED[0].upper()}{MATCHED[1:]}."
    if any(row.wanted is not None for row in rows):
        yield f"{TARGET}: {EXPLAINED[TARGET]}"
    if any(row.measure == INDEPENDENCE for row in rows):
        yield f"{INDEPENDENCE}: {EXPLAINED[INDEPENDENCE]}"
    if circular:
        yield CIRCULAR


def _title(row: Row, *, circular: bool) -> str:
    saw = "with" if row.saw_suggestions else "without"
    called = row.called[0].upper() + row.called[1:]
    kind = _KINDS.get(row.population, row.population)
    if circular and row.population == KEY:
        kind += ", which a language model wrote"
    return (
        f"{called}: {', '.join(row.annotators)} ({kind};"
        f" guidelines {row.guidelines}; {saw} suggestions)"
    )


def _cells(row: Row) -> list[str]:
    found = row.estimate
    target = "" if row.wanted is None else f"{row.wanted:.1f}"
    is_below = found.value is not None and found.value < (row.wanted or 0)
    if target and not row.label and is_below:
        target += " (below)"
    where = " ".join(filter(None, [row.label, "" if row.scope == ALL else row.scope]))
    return [row.layer, row.measure, where, shown(found), str(found.n_segments), target]


def chosen(rows: Sequence[Row], per: tuple[str, ...]) -> list[Row]:
    """Return the overall rows and those asked for; pairs if there is nothing else."""
    has_overall = any(row.over is Scope.ALL for row in rows)

    def is_chosen(row: Row) -> bool:
        if row.label:
            return "label" in per
        if row.over is Scope.PAIR:
            return "pair" in per or not has_overall
        return row.over is Scope.ALL or "document" in per

    return [row for row in rows if is_chosen(row)]
