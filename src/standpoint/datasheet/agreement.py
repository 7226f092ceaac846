"""How far the readings agree, what that is called, and the keys."""

from collections.abc import Callable, Iterable
from typing import Any

from standpoint.agreement import EXPLAINED, MATCHED, TARGET, Scope
from standpoint.agreement import Row as Compared
from standpoint.agreement.group import AGREEMENT, MODEL_AGREEMENT, REPEATABILITY
from standpoint.agreement.statistics import brief
from standpoint.datasheet.facts import Facts
from standpoint.datasheet.markdown import several, table, words
from standpoint.records.model import Dossier
from standpoint.records.vocabulary import KEY, is_reading


def repeatability(facts: Facts) -> dict[str, Any]:
    """Show how far the readings agree, overall, by document, label and pair."""
    every = [row for row in facts.compared if row.over is Scope.ALL and row.label]
    valued = [row for row in every if row.estimate.value is not None]
    keyed = [d for d in facts.invented if any(s.role == KEY for s in d.sets)]
    of_documents = [
        row for row in facts.compared if row.over is Scope.DOCUMENT and not row.label
    ]
    return {
        "called": _called(facts.compared),
        "overall": _table(overall(facts), {TARGET: _target}),
        "explained": EXPLAINED,
        "by_document": _across(of_documents),
        "n_left_out": len(every) - len(valued),
        "by_label": _table(valued, {"label": lambda row: row.label}),
        "by_pair": _across(_pairs(facts)),
        "keys_by_models": facts.invented_readings.keys_by_models,
        "against_keys": _across([r for r in facts.against_keys if not r.label]),
        "matched": MATCHED,
        "counted": _counted(facts.real),
        "counted_keyed": _counted(keyed),
    }


def _called(rows: Iterable[Compared]) -> list[str]:
    """Return what the agreement of these readings is called."""
    found = {row.called for row in rows if row.estimate.n}
    return [n for n in (AGREEMENT, MODEL_AGREEMENT, REPEATABILITY) if n in found]


def sameness(rows: Iterable[Compared]) -> str:
    """Return what the agreement of these readings is called, in words."""
    *others, last = _called(rows) or ["nothing yet"]
    return f"{', '.join(others)} and {last}" if others else last


def _counted(dossiers: Iterable[Dossier]) -> str:
    """Count readings and the documents that have one."""
    found = [sum(is_reading(s.role) for s in d.sets) for d in dossiers]
    n_documents = sum(n > 0 for n in found)
    return f"{several(sum(found), 'reading')} of {several(n_documents, 'document')}"


def _pairs(facts: Facts) -> list[Compared]:
    """Return the lines of pairs, without those that only repeat the line over all."""
    found: dict[tuple[str, str, str], list[Compared]] = {}
    for row in facts.compared:
        if row.over is Scope.PAIR and not row.label:
            found.setdefault(_line_of(row), []).append(row)
    whole = {_line_of(row): row.estimate for row in overall(facts)}
    return [
        row
        for line, rows in found.items()
        for row in rows
        if [row.estimate for row in rows] != [whole.get(line)]
    ]


def _line_of(row: Compared) -> tuple[str, str, str]:
    return readers(row), row.layer, row.measure


def overall(facts: Facts) -> list[Compared]:
    """Return the lines over all documents and labels, those of the same readers together."""
    rows = [row for row in facts.compared if row.over is Scope.ALL and not row.label]
    return [row for of in _by_readers(rows).values() for row in of]


def _by_readers(rows: Iterable[Compared]) -> dict[str, list[Compared]]:
    found: dict[str, list[Compared]] = {}
    for row in rows:
        found.setdefault(readers(row), []).append(row)
    return found


def readers(row: Compared) -> str:
    """Return whose readings a line compares, as far as lines differ in it."""
    saw = ", suggestions shown" if row.saw_suggestions else ""
    return f"{row.called}, guidelines {row.guidelines}{saw}"


def _target(row: Compared) -> str:
    return "-" if row.wanted is None else f"{row.wanted:.2f}"


def _table(rows: list[Compared], more: dict[str, Callable[[Compared], str]]) -> str:
    """Return a table with a line per measure, below what is the same for all of them."""
    titles = list(_by_readers(rows))
    if len(titles) > 1:
        more = {**more, "what": readers}
    lines = [
        [
            words(row.layer),
            row.measure,
            *(get(row) for get in more.values()),
            row.estimate,
        ]
        for row in rows
    ]
    title = f"*{titles[0]}*\n\n" if len(titles) == 1 else ""
    return title + table(["layer", "measure", *more, "value"], lines)


def _across(rows: list[Compared]) -> str:
    """Return a table per kind of readings: a line per measure, a column per scope."""
    tables = [f"*{title}*\n\n{_wide(of)}" for title, of in _by_readers(rows).items()]
    return "\n\n".join(tables) or "none"


def _wide(rows: list[Compared]) -> str:
    scopes = list(dict.fromkeys(row.scope for row in rows))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        at = found.setdefault((words(row.layer), row.measure), {})
        at[row.scope] = _cell(row)
    lines = [
        [*key, *(at.get(name, "-") for name in scopes)] for key, at in found.items()
    ]
    return table(["layer", "measure", *(f"`{name}`" for name in scopes)], lines)


def _cell(row: Compared) -> str:
    """Return an estimate with n and its remarks; the block explains the gaps."""
    found = row.estimate
    return f"{brief(found)} ({'; '.join([str(found.n), *found.remarks])})"
