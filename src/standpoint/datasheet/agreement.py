"""How far the readings coincide, what that is called, and the keys."""

from collections.abc import Callable, Iterable

from standpoint.agreement import ALL, EXPLAINED, MATCHED, TARGET, keys_by_models
from standpoint.agreement import Row as Compared
from standpoint.agreement.group import AGREEMENT, MODEL_AGREEMENT, REPEATABILITY
from standpoint.agreement.statistics import brief, shown
from standpoint.datasheet.block import (
    NO_INTERVAL,
    Block,
    folded,
    parts,
    several,
    table,
    words,
)
from standpoint.datasheet.facts import Facts
from standpoint.records.model import Dossier


def repeatability(facts: Facts) -> Block:
    """Show how far the readings coincide, overall, by document, label and pair."""
    rows = facts.compared
    ids = {document.id for document in facts.documents}
    every = [row for row in rows if row.scope == ALL and row.label]
    told = [row for row in every if row.estimate.value is not None]
    return Block(
        parts(
            _introduction(rows),
            _table(overall(facts), {TARGET: _wanted}),
            "\n".join(f"- {name}: {said}." for name, said in EXPLAINED.items()),
            _BRIEF,
            folded(
                "By document",
                _across([row for row in rows if row.scope in ids and not row.label]),
            ),
            folded(
                f"By label, and for the panel by target ({len(every) - len(told)} lines"
                " with too little to say anything are left out)",
                _table(told, {"label": lambda row: row.label}),
            ),
            folded(
                "By pair of readings; what only one pair took part in stands above",
                _across(_pairs(facts)),
            ),
            folded(
                _title(facts),
                parts(
                    _across([r for r in facts.against_keys if not r.label]),
                    _with_keys(facts),
                ),
            ),
        ),
        "as `standpoint agreement` and, with keys, `standpoint agreement --keys` print"
        f" it; {MATCHED}; 95 % bootstrap intervals over segments",
        f"{_counted(facts.real)} of real reporting; with keys, {_counted(_keyed(facts))}"
        " that are invented",
    )


_MEANINGS = {
    AGREEMENT: "Sameness of people who read independently is called agreement.",
    MODEL_AGREEMENT: "Sameness of different language models is called model agreement. It"
    " does not say whether labels are right: models share much of what they learnt from.",
    REPEATABILITY: "Sameness of several runs of one language model is called"
    " repeatability. It says how far the same labels would come out again, not whether"
    " they are right, and it is not what people who read independently would reach.",
}
"""What sameness is called, to what that means."""


def _named(rows: Iterable[Compared]) -> list[str]:
    found = {row.called for row in rows if row.estimate.n}
    return [name for name in _MEANINGS if name in found]


def sameness(rows: Iterable[Compared]) -> str:
    """Return what it is called that the readings of these lines coincide, in words."""
    *others, last = _named(rows) or ["nothing yet"]
    return f"{', '.join(others)} and {last}" if others else last


def _introduction(rows: Iterable[Compared]) -> str:
    said = " ".join(_MEANINGS[name] for name in _named(rows))
    return said or "No two independent readings looked fully at the same segment."


_BRIEF = (
    f"{NO_INTERVAL} By document, pair and key, round brackets hold n, and - stands for too"
    " few units or one label only."
)


def _title(facts: Facts) -> str:
    title = "Readings of calibration documents against their keys"
    if not keys_by_models(facts.invented, facts.registries):
        return title
    return f"{title}, which a language model wrote: circular for models"


def _keyed(facts: Facts) -> list[Dossier]:
    return [d for d in facts.invented if any(s.role == "key" for s in d.sets)]


def _with_keys(facts: Facts) -> str:
    return f"n: {_counted(_keyed(facts))} with a key."


def _counted(dossiers: Iterable[Dossier]) -> str:
    """Count readings and the documents that have one."""
    found = [sum(s.role == "annotator" for s in d.sets) for d in dossiers]
    n_documents = sum(n > 0 for n in found)
    return f"{several(sum(found), 'reading')} of {several(n_documents, 'document')}"


def _pairs(facts: Facts) -> list[Compared]:
    """Return the lines of pairs, without those that are the line over all again."""
    ids = {ALL, *(document.id for document in facts.documents)}
    found: dict[tuple[str, str, str], list[Compared]] = {}
    for row in facts.compared:
        if row.scope not in ids and not row.label:
            found.setdefault(_line_of(row), []).append(row)
    whole = {_line_of(row): row.estimate for row in overall(facts)}
    return [
        row
        for line, rows in found.items()
        for row in rows
        if [row.estimate for row in rows] != [whole.get(line)]
    ]


def _line_of(row: Compared) -> tuple[str, str, str]:
    return readers(row), words(row.layer), row.measure


def overall(facts: Facts) -> list[Compared]:
    """Return the lines over all documents and labels, those of the same readers together."""
    found: dict[str, list[Compared]] = {}
    for row in facts.compared:
        if row.scope == ALL and not row.label:
            found.setdefault(readers(row), []).append(row)
    return [row for rows in found.values() for row in rows]


def _wanted(row: Compared) -> str:
    return "-" if row.wanted is None else f"{row.wanted:.2f}"


def readers(row: Compared) -> str:
    """Return whose readings a line compares, as far as lines differ in it."""
    saw = ", suggestions shown" if row.saw_suggestions else ""
    return f"{row.called}, guidelines {row.guidelines}{saw}"


def _table(rows: list[Compared], more: dict[str, Callable[[Compared], str]]) -> str:
    said = {readers(row) for row in rows}
    if len(said) > 1:  # else it is the same in every line
        more = {**more, "what": readers}
    lines = [
        [
            words(row.layer),
            row.measure,
            *(get(row) for get in more.values()),
            shown(row.estimate),
        ]
        for row in rows
    ]
    made = table(["layer", "measure", *more, "value"], lines)
    return parts(f"*{said.pop()}*" if len(said) == 1 else "", made)


def _across(rows: list[Compared]) -> str:
    """Return a table per kind of readings: a line per measure, a column per scope."""
    found: dict[str, list[Compared]] = {}
    for row in rows:
        found.setdefault(readers(row), []).append(row)
    tables = [parts(f"*{said}*", _wide(of)) for said, of in found.items()]
    return parts(*tables) or "none"


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
    """Return an estimate with n and its remarks; `_BRIEF` explains the gaps."""
    found = row.estimate
    return f"{brief(found)} ({'; '.join([str(found.n), *found.remarks])})"
