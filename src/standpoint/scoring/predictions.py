"""Predictions brought into one form, and checked row by row."""

import math
import operator
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from standpoint.match import Spans
from standpoint.scoring.reference import Reference, layer_of
from standpoint.scoring.rows import PredictionError, short, text, whole
from standpoint.scoring.task import TASKS, Item, Place
from standpoint.tables import Row

TOLERANCE = 1e-6
"""How far a distribution may be from adding up to 1."""


class Reader:
    """Turns rows of a config into items.

    Args:
        reference: What is predicted: its segments, class names and voices.
    """

    def __init__(self, reference: Reference) -> None:
        """Remember what rows may name."""
        self._reference = reference
        self._config = reference.config
        self._task = TASKS[reference.config]
        rows = reference.rows
        self._claims = {row.get("claim_id") for row in rows}
        kinds = reference.names.get("target_kind", [])
        self._targets, self._voices = set(), {}
        for row in rows if kinds else ():
            if kinds[row["target_kind"]] == "panel":
                self._targets.add(row["target_id"])
                place = row["document_id"], row["segment_id"]
                self._voices[place] = row["holder_kind"], row["holder_id"]

    def references(self) -> list[Item]:
        """Return the resolved rows as items."""
        rows = self._reference.rows
        return [self._item(n, row, row["exists"]) for n, row in enumerate(rows, 1)]

    def predictions(self, rows: list[Row]) -> list[Item]:
        """Return predicted rows as items; one that says `exists` false predicts nothing.

        Raises:
            ValueError: If one is not as it should be.
        """
        items: list[Item] = []
        first: dict[object, int] = {}
        for number, row in enumerate(rows, 1):
            if row.get("exists") is False:
                continue
            try:
                self._check_columns(row)
                item = self._item(number, row, exists=True)
            except PredictionError as error:
                raise PredictionError(f"row {number}: {error}") from None
            known = first.setdefault(_identity(item), number)
            if known != number:
                raise PredictionError(f"row {number}: the same as row {known}")
            items.append(item)
        return items

    def _check_columns(self, row: Row) -> None:
        for name in self._task.required:
            spans = name in {"span", "spans"} and {"start", "end"} <= row.keys()
            if name not in row and not spans and f"{name}_soft" not in row:
                raise PredictionError(f"the column {name!r} is missing")

    def _item(self, number: int, row: Row, exists: bool | None) -> Item:
        place = text(row, "document_id"), text(row, "segment_id")
        segments = self._reference.segments
        if place not in segments and self._reference.is_complete:
            split = self._reference.split
            raise PredictionError(
                f"no segment {'/'.join(place)} in the split {split!r}"
            )
        soft = {name: self._soft(row, name) for name in self._task.labels}
        item = Item(
            number=number,
            place=place,
            item_id=row.get("item_id"),
            layer=layer_of(self._config),
            groups=(),
            key=(),
            occurrences=(),
            actors=_actors(row, "actors"),
            claimants=_actors(row, "claimants"),
            labels={name: self._label(row, name, soft) for name in self._task.labels},
            soft=soft,
            exists=exists,
        )
        return getattr(self, f"_{self._config}")(item, row)  # type: ignore[no-any-return]

    def _claim(self, item: Item, row: Row) -> Item:
        others = [other["spans"] for other in row.get("also_at") or ()]
        main = row.get("spans", [row])
        about = row.get("about") or ()
        return item._replace(
            groups=("claim",),
            actors=frozenset(a if isinstance(a, str) else a["actor"] for a in about),
            occurrences=tuple(self._spans(s, item.place) for s in (main, *others)),
        )

    def _actor(self, item: Item, row: Row) -> Item:
        span = row.get("span", row)
        return item._replace(
            groups=("mention",), occurrences=(self._spans([span], item.place),)
        )

    def _stance(self, item: Item, row: Row) -> Item:
        kinds = self._reference.names["target_kind"]
        given = "panel" if row.get("target_kind") is None else row["target_kind"]
        kind = kinds[self._class(given, "target_kind")]
        target = text(row, "target_id")
        if kind == "panel" and target not in self._targets:
            known = ", ".join(sorted(self._targets))
            raise PredictionError(f"no panel target {target!r}; there are {known}")
        holder = row.get("holder_kind"), row.get("holder_id")
        if holder[0] is None:
            holder = self._voices.get(item.place, ("carrier", None))
        holders = self._reference.names["holder_kind"]
        who = holders[self._class(holder[0], "holder_kind")]
        return item._replace(
            layer=layer_of(self._config, kind, who),
            groups=(kind,),
            key=(kind, who, holder[1], target),
        )

    def _source_type(self, item: Item, row: Row) -> Item:
        claim = text(row, "claim_id")
        if claim not in self._claims:
            raise PredictionError(f"there is no claim {claim!r}")
        chain, level = whole(row, "chain"), whole(row, "level")
        groups = ["source"]
        groups += ["nearest"] * (level <= 1)
        groups += ["origin"] * bool(row.get("is_origin"))
        return item._replace(groups=tuple(groups), key=(claim, chain, level))

    def _spans(self, given: Any, place: Place) -> Spans:
        segment = self._reference.segments.get(place)
        if not isinstance(given, list | tuple) or not given:
            raise PredictionError(f"{short(given)} is no list of spans")
        spans = sorted(_span(one) for one in given)
        for start, end in spans:
            if end <= start:
                raise PredictionError(f"the span {start}-{end} is empty")
            last = end if segment is None or segment.end is None else segment.end
            if segment and not segment.start <= start < end <= last:
                where = f"{segment.start}-{segment.end}"
                raise PredictionError(
                    f"the span {start}-{end} is not in {'/'.join(place)} ({where})"
                )
        if any(a[1] > b[0] for a, b in pairwise(spans)):
            raise PredictionError("its spans overlap")
        return tuple(spans)

    def _label(
        self, row: Row, name: str, soft: Mapping[str, tuple[float, ...] | None]
    ) -> int | None:
        if name in row:
            return None if row[name] is None else self._class(row[name], name)
        shares = soft[name]
        return None if shares is None else shares.index(max(shares))

    def _class(self, value: Any, name: str) -> int:
        names = self._reference.names[name]
        if isinstance(value, str) and value in names:
            return names.index(value)
        if not isinstance(value, str | bool | float):
            try:
                code = operator.index(value)
            except TypeError:
                code = -1
            if 0 <= code < len(names):
                return code
        known = ", ".join(names)
        raise PredictionError(f"{name} {short(value)} is none of {known}")

    def _soft(self, row: Row, name: str) -> tuple[float, ...] | None:
        given, names = row.get(f"{name}_soft"), self._reference.names[name]
        if given is None:
            return None
        if isinstance(given, Mapping):
            for label in given:
                self._class(label, name)
            given = [given.get(label) or 0.0 for label in names]
        try:
            shares = tuple(float(share) for share in given)
        except (TypeError, ValueError):
            raise PredictionError(f"{name}_soft is no list of numbers") from None
        if len(shares) != len(names):
            raise PredictionError(
                f"{name}_soft has {len(shares)} shares; there are {len(names)} labels"
            )
        total = math.fsum(shares)
        if not all(share >= 0 for share in shares) or not abs(total - 1) < TOLERANCE:
            raise PredictionError(f"{name}_soft does not add up to 1 but to {total:g}")
        return shares


def _identity(item: Item) -> object:
    """Return what no two predictions may have in common."""
    if item.key:
        return item.place, item.item_id, item.key
    labels = tuple(item.labels.items())
    main = item.occurrences, item.actors, item.claimants, labels
    return item.place, item.item_id, main


def _span(given: Any) -> tuple[int, int]:
    try:
        pair = (
            (given["start"], given["end"])
            if isinstance(given, Mapping)
            else (given[0], given[1])
        )
        return operator.index(pair[0]), operator.index(pair[1])
    except (KeyError, TypeError, IndexError):
        raise PredictionError(f"{short(given)} is no span with start and end") from None


def _actors(row: Row, name: str) -> frozenset[str] | None:
    given = row.get(name)
    if given is None:
        return None
    if isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise PredictionError(f"{name} is no list of actors")
    return frozenset(given)
