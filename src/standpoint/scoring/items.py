"""Rows as items, checked against the types that the dataset gives its columns."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from standpoint.records.findings import printable
from standpoint.records.vocabulary import NIL
from standpoint.resolve import ATTRIBUTES
from standpoint.resolve.match import Spans
from standpoint.scoring.rows import Place, PredictionError, Reference, layer_of, short
from standpoint.tables import Row
from standpoint.tables.column import Feature

_TOLERANCE = 1e-6
"""How far the sum of a distribution may be from 1."""


class Task(NamedTuple):
    """What a prediction of a config consists of.

    Attributes:
        labels: Label columns that are scored. The first one is the main label, which
            takes part in matching; `<label>_soft` may be given in its place.
        keys: Columns that must have a value, besides the segment.
        optional: Other columns that are read where they are given.
        required: Those of them that must be given, but may be null.
        by_spans: Whether items are matched by their spans; else by their keys.
    """

    labels: tuple[str, ...]
    keys: tuple[str, ...]
    optional: tuple[str, ...]
    required: tuple[str, ...] = ()
    by_spans: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        ends = ("start", "end") if self.by_spans else ()
        common = (*_PLACE, "item_id", "exists")
        return (*common, *self.keys, *self.labels, *self.soft, *ends, *self.optional)

    @property
    def soft(self) -> dict[str, str]:
        """Column with a distribution to its label column."""
        return {f"{name}_soft": name for name in self.labels}


_PLACE = ("document_id", "segment_id")


def _task(config: str, keys: tuple[str, ...], optional: tuple[str, ...]) -> Task:
    labels = (one.name for one in ATTRIBUTES[config].values() if one.is_scored)
    return Task(tuple(labels), keys, optional, by_spans=config in {"claim", "actor"})


TASKS = {
    "claim": _task("claim", ("spans",), ("also_at", "about", "claimants")),
    "actor": _task("actor", ("span",), ("actors",))._replace(required=("actors",)),
    "stance": _task(
        "stance", ("target_id",), ("target_kind", "holder_kind", "holder_id")
    ),
    "source_type": _task("source_type", ("claim_id", "chain", "level"), ("is_origin",)),
}
"""Config to its task."""


class Item(NamedTuple):
    """A row of the dataset or of a prediction.

    Attributes:
        number: Number of the row, from 1.
        place: The segment.
        item_id: Item id, or None where a prediction gives none.
        layer: Layer whose coverage says whether somebody looked there.
        groups: Names of the parts of the result that it counts in; the first is its own.
        key: What it is about, for items that are not matched by spans; else empty.
        occurrences: Places, as in `match`.
        actors: Actors; None on a tie.
        claimants: Actors that a claim goes back to, or None where not given.
        labels: Label column to class number, or None.
        soft: Label column to a share per class, or None.
        exists: Whether it is there; None on a tie. True for predictions.
    """

    number: int
    place: Place
    item_id: str | None
    layer: str
    groups: tuple[str, ...]
    key: tuple[object, ...]
    occurrences: tuple[Spans, ...]
    actors: frozenset[str] | None
    claimants: frozenset[str] | None
    labels: dict[str, int | None]
    soft: dict[str, tuple[float, ...] | None]
    exists: bool | None


class Reader:
    """Turns rows of a config into items.

    Args:
        reference: What is predicted.
    """

    def __init__(self, reference: Reference) -> None:
        """Collect what rows may name."""
        self._reference = reference
        self._task = TASKS[reference.config]
        self._names = reference.table.names
        self._type = _row_type(self._task, reference.table.features)
        rows = reference.table.rows
        self._claims = {row.get("claim_id") for row in rows}
        self._targets, self._voices = set(), {}
        kinds = self._names.get("target_kind", [])
        for row in rows if kinds else ():
            if kinds[row["target_kind"]] == "panel":
                self._targets.add(row["target_id"])
                place = row["document_id"], row["segment_id"]
                self._voices[place] = row["holder_kind"], row["holder_id"]

    def references(self) -> list[Item]:
        """Return the resolved rows as items."""
        rows = self._reference.table.rows
        return [self._item(n, row, row["exists"]) for n, row in enumerate(rows, 1)]

    def predictions(self, rows: Iterable[Row]) -> list[Item]:
        """Return predicted rows as items; one with `exists` false predicts nothing.

        Raises:
            PredictionError: If a row is not a valid prediction.
        """
        items: list[Item] = []
        first: dict[object, int] = {}
        for number, row in enumerate(rows, 1):
            if row.get("exists") is False:
                continue
            try:
                item = self._item(number, row, exists=True)
                self._check_actors(item)
                _check_identity(item, first)
            except (PredictionError, msgspec.ValidationError) as error:
                raise PredictionError(f"row {number}: {error}") from None
            items.append(item)
        return items

    def _check_actors(self, item: Item) -> None:
        """Refuse an actor that is neither in the registry nor marked as missing there."""
        known = self._reference.actors
        if known is None or not self._task.by_spans:
            return
        for actor in sorted((item.actors or set()) | (item.claimants or set())):
            if actor not in known and not actor.startswith(NIL):
                raise PredictionError(
                    f"there is no actor {short(actor)} in the registry. Write an"
                    f" actor that the registry lacks as {NIL}<name>"
                )

    def _item(self, number: int, row: Row, exists: bool | None) -> Item:
        values = self._values(row)
        place = values["document_id"], values["segment_id"]
        if self._reference.is_complete and place not in self._reference.segments:
            where, split = printable("/".join(place)), self._reference.split
            raise PredictionError(f"there is no segment {where} in the split {split!r}")
        labels, soft = self._labels(values)
        about, claimants = values.get("about"), values.get("claimants")
        actors = values.get("actors") if about is None else map(_actor, about)
        item = Item(
            number=number,
            place=place,
            item_id=values["item_id"],
            layer=layer_of(self._reference.config),
            groups=(),
            key=(),
            occurrences=self._occurrences(values, place) if self._task.by_spans else (),
            actors=None if actors is None else frozenset(actors),
            claimants=None if claimants is None else frozenset(claimants),
            labels=labels,
            soft=soft,
            exists=exists,
        )
        match self._reference.config:
            case "claim":
                return item._replace(groups=("claim",))
            case "actor":
                return item._replace(groups=("mention",))
            case "stance":
                return self._stance(item, values)
        return self._source_type(item, values)

    def _values(self, row: Row) -> Row:
        """Return the values of the columns that are read.

        Raises:
            ValidationError: If one is of another type than its column.
        """
        task = self._task
        if task.by_spans and {"start", "end"} <= row.keys():
            span = {"start": row["start"], "end": row["end"]}
            row = {"spans": [span], "span": span} | row
        for name in (*_PLACE, *task.keys, *task.required, task.labels[0]):
            if name not in row and f"{name}_soft" not in row:
                raise PredictionError(f"the column {name!r} is missing")
        return msgspec.structs.asdict(msgspec.convert(row, self._type))

    def _labels(self, values: Row) -> tuple[dict[str, int | None], dict[str, Any]]:
        """Return label column to class number, and to a share per class."""
        labels, soft = {}, {}
        for name in self._task.labels:
            names = self._names[name]
            given, shares = values[name], values[f"{name}_soft"]
            soft[name] = None if shares is None else _shares(shares, name, names)
            if given is msgspec.UNSET:  # the likeliest label
                shares = soft[name]
                given = None if shares is None else shares.index(max(shares))
            labels[name] = None if given is None else _code(given, name, names)
        return labels, soft

    def _occurrences(self, values: Row, place: Place) -> tuple[Spans, ...]:
        """Return the places of an item, which must be in its segment."""
        also_at = values.get("also_at") or ()
        main = [values["span"]] if "span" in values else values["spans"]
        found = tuple(
            _spans(spans) for spans in (main, *(one.spans for one in also_at))
        )
        segment = self._reference.segments.get(place)
        if segment is not None:
            last = math.inf if segment.end is None else segment.end
            for start, end in (span for spans in found for span in spans):
                if start < segment.start or end > last:
                    where = f"{'/'.join(place)} ({segment.start}-{segment.end})"
                    raise PredictionError(
                        f"the span {start}-{end} is outside of {where}"
                    )
        return found

    def _stance(self, item: Item, values: Row) -> Item:
        kinds, holders = self._names["target_kind"], self._names["holder_kind"]
        kind, target = values["target_kind"], values["target_id"]
        kind = "panel" if kind is None else kinds[_code(kind, "target_kind", kinds)]
        if kind == "panel" and target not in self._targets:
            known = ", ".join(sorted(self._targets))
            raise PredictionError(
                f"there is no panel target {target!r}. Targets: {known}"
            )
        holder = values["holder_kind"], values["holder_id"]
        if holder[0] is None:
            holder = self._voices.get(item.place, ("carrier", None))
        who = holders[_code(holder[0], "holder_kind", holders)]
        return item._replace(
            layer=layer_of(self._reference.config, kind, who),
            groups=(kind,),
            key=(kind, who, holder[1], target),
        )

    def _source_type(self, item: Item, values: Row) -> Item:
        claim, chain, level = (values[name] for name in self._task.keys)
        if claim not in self._claims:
            raise PredictionError(f"there is no claim {claim!r} in the dataset")
        groups = ("source", *["nearest"] * (level <= 1))
        if values["is_origin"]:
            groups = (*groups, "origin")
        return item._replace(groups=groups, key=(claim, chain, level))


def _check_identity(item: Item, first: dict[object, int]) -> None:
    """Refuse a second row for one item; spans may be shared: two claims may be in them.

    Args:
        item: The item.
        first: Segment and identity to the number of the first such row; is added to.
    """
    what = "key" if item.item_id is None else "item_id"
    identity = item.item_id or item.key
    number = first.setdefault((item.place, identity), item.number)
    if identity and number != item.number:
        raise PredictionError(f"the same {what} as row {number}")


# values


def _row_type(task: Task, features: dict[str, Feature]) -> Any:
    """Return the type of a row with the columns that are read.

    Args:
        task: What the columns are.
        features: Column to its type, as the `datasets` library writes it.
    """
    fields: list[Any] = [
        (name, _type(features[name])) for name in (*_PLACE, *task.keys)
    ]
    optional = [n for n in ("item_id", "exists", *task.optional) if n in features]
    fields += [(name, _type(features[name]) | None, None) for name in optional]
    for label in task.labels:
        fields.append((label, int | str | None | msgspec.UnsetType, msgspec.UNSET))
        fields.append((f"{label}_soft", list[float] | dict[str, float] | None, None))
    return msgspec.defstruct("Row", fields, kw_only=True)


class _Span(msgspec.Struct):
    start: int
    end: int


class _Occurrence(msgspec.Struct):
    spans: list[_Span | tuple[int, int]]


class _About(msgspec.Struct):
    actor: str


def _type(feature: Feature) -> Any:
    """Return the type of the values of a column.

    A span may be given as a pair, and an actor with its role as its id alone.
    """
    match feature:
        case {"_type": "ClassLabel"}:
            return int | str
        case {"_type": "Value", "dtype": dtype}:
            return {"string": str, "bool": bool}.get(dtype, int)
        case {"feature": inner}:
            return list[_type(inner)]  # type: ignore[misc]
        case {"start": _}:
            return _Span | tuple[int, int]
        case {"actor": _}:
            return _About | str
    return _Occurrence


def _actor(given: _About | str) -> str:
    return given if isinstance(given, str) else given.actor


def _spans(given: Iterable[_Span | tuple[int, int]]) -> Spans:
    """Return spans in text order; none is empty and no two overlap."""
    pairs = (s if isinstance(s, tuple) else (s.start, s.end) for s in given)
    found = tuple(sorted(pairs))
    if not found:
        raise PredictionError("the list of spans is empty")
    for start, end in found:
        if end <= start:
            fault = "is empty" if end == start else "ends before it starts"
            raise PredictionError(f"the span {start}-{end} {fault}")
    if any(a[1] > b[0] for a, b in pairwise(found)):
        raise PredictionError("two of the spans overlap")
    return found


def _code(value: int | str, name: str, names: Sequence[str]) -> int:
    """Return the class number of a label, given by name or number."""
    if isinstance(value, str) and value in names:
        return names.index(value)
    if isinstance(value, int) and 0 <= value < len(names):
        return value
    raise PredictionError(
        f"{short(value)} is not an allowed label of {name}. Allowed: {', '.join(names)}"
    )


def _shares(
    given: Sequence[float] | dict[str, float], name: str, names: Sequence[str]
) -> tuple[float, ...]:
    """Return a distribution in class order, given in that order or by name.

    Args:
        given: Shares of all labels, or label to share; a label not named has 0.
        name: The label column.
        names: Its class names.
    """
    if isinstance(given, dict):
        by_code = {_code(label, name, names): share for label, share in given.items()}
        given = [by_code.get(code, 0.0) for code in range(len(names))]
    if len(given) != len(names):
        raise PredictionError(
            f"{name}_soft has {len(given)} shares, but there are {len(names)} labels"
        )
    for share in given:
        if not 0 <= share <= 1 + _TOLERANCE:
            raise PredictionError(
                f"{name}_soft has a share of {share:g}, but shares are from 0 to 1"
            )
    total = math.fsum(given)
    if not abs(total - 1) < _TOLERANCE:
        raise PredictionError(f"{name}_soft adds up to {total:g}, but must add up to 1")
    return tuple(given)
