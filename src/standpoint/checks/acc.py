"""ACC: findings that are accepted for a while."""

from collections.abc import Iterator
from typing import NamedTuple

from standpoint.checks.context import Context
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Accepted

SHOWN = 3
"""Places named in one message, at most."""

NEVER = ("ACC", "FMT", "PUB")
"""Families of which nothing is accepted: what cannot be read cannot be built, what may
not be published cannot be taken back."""


class Unfounded(NamedTuple):
    """An entry of corpus/accepted.json whose finding did not occur.

    Attributes:
        number: Its number in the list, from 0.
        code: Code of the finding.
        path: File of the finding.
        place: Place of the finding.
        is_there: Whether there is such a file.
        elsewhere: Places of the file with findings of this code, and the values there.
    """

    number: int
    code: str
    path: str
    place: str
    is_there: bool
    elsewhere: tuple[tuple[str, str], ...]


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


@check("ACC002", Level.ERROR, on=Unfounded)
def accepted_occurs(unfounded: Unfounded, _: Context) -> Iterator[Hit]:
    """Every accepted finding still occurs.

    Why: a leftover entry would hide the same problem when it returns.
    Fix: delete the entry; or correct its code, path, place or value (`check --format
    json` shows all four).
    Example: an entry for a claim that has been corrected since.
    """
    code, path = unfounded.code, unfounded.path
    message = f"{path} has no {code} finding at {unfounded.place or '/'}"
    if not unfounded.is_there:
        message = f"The file {path} does not exist"
    elif value := dict(unfounded.elsewhere).get(unfounded.place or "/"):
        message += (
            f" for the accepted value: the value is now {value}. Check it again, then"
            " accept or correct it"
        )
    elif unfounded.elsewhere:
        first = ", ".join(place for place, _ in unfounded.elsewhere[:SHOWN])
        more = " and elsewhere" if unfounded.elsewhere[SHOWN:] else ""
        message += f"; it occurs at {first}{more}"
    yield Hit(f"/accepted/{unfounded.number}", f"{message}.")


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
