"""ACC: findings that are accepted for a while."""

from collections.abc import Iterator

from standpoint.checks.context import Context
from standpoint.records.findings import Check, Hit, Level, check, declare
from standpoint.records.model import Accepted

NEVER = ("ACC", "FMT", "PUB")
"""Families of which nothing is accepted: what cannot be read cannot be built, what may
not be published cannot be taken back."""


@check("ACC001", Level.ERROR, on=Accepted)
def accepted_is_in_time(record: Accepted, context: Context) -> Iterator[Hit]:
    """No accepted finding has expired on the date of the dataset.

    Why: a check whose findings are accepted forever is useless.
    Fix: correct the data and delete the entry, or agree on a new date and say why.
    Example: "expires": "2031-01-31" in a dataset of February.
    """
    today = context.registries.dataset.date
    for number, entry in enumerate(record.accepted):
        if entry.expires < today:
            message = (
                f"{entry.code} in {entry.path} was accepted until {entry.expires}."
            )
            yield Hit(f"/accepted/{number}/expires", message)


declare(
    Check(
        code="ACC002",
        level=Level.ERROR,
        title="Every accepted finding still occurs.",
        why="a leftover entry would hide the same problem when it returns.",
        fix="delete the entry; or correct its code, path, place or value (`check --format"
        " json` shows all four).",
        example="an entry for a claim that has been corrected since.",
    )
)


@check("ACC003", Level.ERROR, on=Accepted)
def accepted_may_be(record: Accepted, _: Context) -> Iterator[Hit]:
    """Findings on files, publication and acceptance (FMT, PUB, ACC) cannot be accepted.

    Why: a file that cannot be read cannot be built, and withheld text must not be
    published.
    Fix: correct the file instead.
    Example: an entry with the code PUB001.
    """
    for number, entry in enumerate(record.accepted):
        if entry.code.startswith(NEVER):
            yield Hit(f"/accepted/{number}/code", f"{entry.code} cannot be accepted.")
