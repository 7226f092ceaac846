"""Values of a row, each read as what it must be or refused in one line."""

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from standpoint.resolve.match import Spans
from standpoint.tables import Row

SHOWN = 40
"""Characters of a value that are shown in a message."""

TOLERANCE = 1e-6
"""How far a distribution may be from adding up to 1."""


class PredictionError(ValueError):
    """A fault of a prediction, in one line that begins with the number of the row."""


def short(value: object) -> str:
    """Show a value in at most one line."""
    shown = repr(value).replace("\n", " ")
    return shown if len(shown) <= SHOWN else shown[:SHOWN] + " ..."


def text(row: Row, name: str) -> str:
    """Return a value that must be text."""
    value = row[name]
    if not isinstance(value, str):
        raise PredictionError(f"{name} {short(value)} is no text")
    return value


def text_or_none(row: Row, name: str) -> str | None:
    """Return a value that must be text where it is given."""
    return None if row.get(name) is None else text(row, name)


def whole(row: Row, name: str) -> int:
    """Return a value that must be a whole number."""
    try:
        return _index(row[name])
    except TypeError:
        fault = f"{name} {short(row[name])} is no whole number"
        raise PredictionError(fault) from None


def flag(row: Row, name: str) -> bool | None:
    """Return a value that must be true or false where it is given."""
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise PredictionError(f"{name} {short(value)} is neither true nor false")


def actors(row: Row, name: str) -> frozenset[str] | None:
    """Return ids of actors, or None where they are not given."""
    given = row.get(name)
    if given is None:
        return None
    if not _is_list(given) or not all(isinstance(one, str) for one in given):
        raise PredictionError(f"{name} is no list of actors")
    return frozenset(given)


def about(row: Row) -> frozenset[str]:
    """Return the actors that a claim is about, given as ids or as rows with `actor`."""
    given = row.get("about")
    if given is None:
        return frozenset()
    found: list[Any] = [
        one.get("actor") if isinstance(one, Mapping) else one
        for one in (given if _is_list(given) else [None])
    ]
    if not all(isinstance(one, str) for one in found):
        raise PredictionError(f"about {short(given)} is no list of actors")
    return frozenset(found)


def others(row: Row) -> list[Any]:
    """Return the spans of each further place of a claim, not yet looked at."""
    given = row.get("also_at")
    if given is None:
        return []
    places = list(given) if _is_list(given) else [given]
    if not all(isinstance(one, Mapping) and "spans" in one for one in places):
        raise PredictionError(
            f"also_at {short(given)} is no list of places, each with its spans"
        )
    return [one["spans"] for one in places]


def spans(given: Any) -> Spans:
    """Return spans in order; none is empty and no two overlap."""
    if not isinstance(given, list | tuple) or not given:
        raise PredictionError(f"{short(given)} is no list of spans")
    found = sorted(_span(one) for one in given)
    for start, end in found:
        if end <= start:
            fault = "is empty" if end == start else "ends before it starts"
            raise PredictionError(f"the span {start}-{end} {fault}")
    if any(a[1] > b[0] for a, b in pairwise(found)):
        raise PredictionError("its spans overlap")
    return tuple(found)


def code(value: Any, name: str, names: Sequence[str]) -> int:
    """Return the class number of a label, given by name or number.

    Args:
        value: The label.
        name: The label column.
        names: Its class names.
    """
    if isinstance(value, str) and value in names:
        return names.index(value)
    number = index_or_none(value)
    if number is not None and 0 <= number < len(names):
        return number
    known = ", ".join(names)
    raise PredictionError(f"{name} {short(value)} is none of {known}")


def shares(given: Any, name: str, names: Sequence[str]) -> tuple[float, ...]:
    """Return a distribution in class order, given in that order or by name.

    Args:
        given: A list of numbers, or label to number; a label not named has none.
        name: The label column.
        names: Its class names.
    """
    if isinstance(given, Mapping):
        by_code = {code(label, name, names): share for label, share in given.items()}
        given = [by_code.get(number) or 0.0 for number in range(len(names))]
    try:
        # Else each digit of a text would be a share.
        found = None if isinstance(given, str) else tuple(map(float, given))
    except (OverflowError, TypeError, ValueError):
        found = None
    if found is None:
        raise PredictionError(f"{name}_soft is no list of numbers")
    if len(found) != len(names):
        raise PredictionError(
            f"{name}_soft has {len(found)} shares; there are {len(names)} labels"
        )
    _check_shares(found, name)
    return found


def _check_shares(found: tuple[float, ...], name: str) -> None:
    for share in found:
        if not 0 <= share <= 1 + TOLERANCE:
            raise PredictionError(
                f"{name}_soft has a share of {share:g}; shares are from 0 to 1"
            )
    total = math.fsum(found)
    if not abs(total - 1) < TOLERANCE:
        raise PredictionError(f"{name}_soft does not add up to 1 but to {total:g}")


def _span(given: Any) -> tuple[int, int]:
    try:
        if isinstance(given, Mapping):
            return _index(given["start"]), _index(given["end"])
        start, end = given
        return _index(start), _index(end)
    except (KeyError, TypeError, ValueError):
        raise PredictionError(f"{short(given)} is no span with start and end") from None


def _index(value: Any) -> int:
    """Return a whole number, however it is written; true and false are none.

    Raises:
        TypeError: If it is none.
    """
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, float) and value.is_integer():  # as dataframes write columns
        return int(value)
    return operator.index(value)


def index_or_none(value: Any) -> int | None:
    """Return a whole number, or None for anything else."""
    try:
        return _index(value)
    except TypeError:
        return None


def _is_list(given: Any) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)
