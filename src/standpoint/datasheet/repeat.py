"""How far the readings agree: repeatability where one model read, and the keys."""

from collections.abc import Callable

from standpoint.agreement import shown
from standpoint.compare import Row as Compared
from standpoint.datasheet.block import (
    Block,
    folded,
    parts,
    several,
    table,
    words,
)
from standpoint.datasheet.facts import Facts

ALL = "all"


def repeatability(facts: Facts) -> Block:
    """Show how far the readings agree, overall, by document and by label."""
    rows = facts.compared
    ids = {document.id for document in facts.documents}
    every = [row for row in rows if row.scope == ALL and row.label]
    told = [row for row in every if row.estimate.value is not None]
    pairs = [row for row in rows if row.scope not in {ALL, *ids}]
    keys = [row for row in facts.against_keys if not row.label]
    return Block(
        parts(
            _INTRODUCTION,
            _table(overall(facts), {"wanted": _wanted}),
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
                "By pair of readings", _across([row for row in pairs if not row.label])
            ),
            folded(
                "Readings of calibration documents against their keys, which language"
                " models wrote too: circular, for their own model",
                _across(keys),
            ),
        ),
        "as `standpoint agreement` prints it, with 95 % bootstrap intervals over"
        " segments; below the value wanted, guidelines are to be mended",
        f"{several(_n_readings(facts), 'reading')} of"
        f" {several(len(facts.real), 'document')}",
    )


_INTRODUCTION = (
    "Sameness of several runs of one language model is called repeatability. It says how"
    " far the same labels would come out again, not whether they are right, and it is"
    " not what people who read independently would reach."
)


def overall(facts: Facts) -> list[Compared]:
    """Return the lines over all documents and labels."""
    return [row for row in facts.compared if row.scope == ALL and not row.label]


def _n_readings(facts: Facts) -> int:
    return sum(
        found.role == "annotator" for dossier in facts.real for found in dossier.sets
    )


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
    """Return a line per measure, a column per document or pair."""
    scopes = list(dict.fromkeys(row.scope for row in rows))
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        key = (words(row.layer), row.measure, readers(row))
        found.setdefault(key, {})[row.scope] = shown(row.estimate)
    said = {key[2] for key in found}
    n_named = 2 if len(said) == 1 else 3  # what is the same in every line is said once
    head = ["layer", "measure", "what"][:n_named]
    lines = [
        [*key[:n_named], *(at.get(name, "-") for name in scopes)]
        for key, at in found.items()
    ]
    made = table([*head, *map(_code, scopes)], lines)
    return parts(f"*{said.pop()}*" if n_named == 2 else "", made)  # noqa: PLR2004


def _code(name: str) -> str:
    return f"`{name}`"
