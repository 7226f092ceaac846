"""Predictions brought into one form, and checked row by row."""

from collections.abc import Mapping
from typing import Any

from standpoint.records.findings import printable
from standpoint.resolve.match import Spans
from standpoint.scoring.reference import Reference, layer_of
from standpoint.scoring.task import TASKS, Item, Place
from standpoint.scoring.values import (
    PredictionError,
    about,
    actors,
    code,
    flag,
    others,
    shares,
    short,
    spans,
    text,
    text_or_none,
    whole,
)
from standpoint.tables import Row

NIL = "NIL:"
"""How the id of an actor begins that the registry lacks."""


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
            PredictionError: If one is not as it should be.
        """
        items: list[Item] = []
        first: dict[object, int] = {}
        for number, row in enumerate(rows, 1):
            try:
                item = self._prediction(number, row)
            except PredictionError as error:
                raise PredictionError(f"row {number}: {error}") from None
            if item is None:
                continue
            what, identity = _identity(item)
            known = first.setdefault((item.place, identity), number)
            if what and known != number:
                raise PredictionError(f"row {number}: the same {what} as row {known}")
            items.append(item)
        return items

    def _prediction(self, number: int, row: Row) -> Item | None:
        """Return a row as an item, or None where it says that nothing is there."""
        if flag(row, "exists") is False:
            return None
        self._check_columns(row)
        item = self._item(number, row, exists=True)
        self._check_actors(item)
        return item

    def _check_columns(self, row: Row) -> None:
        for name in self._task.required:
            spans = name in {"span", "spans"} and {"start", "end"} <= row.keys()
            if name not in row and not spans and f"{name}_soft" not in row:
                raise PredictionError(f"the column {name!r} is missing")

    def _check_actors(self, item: Item) -> None:
        """Refuse an actor that nobody can have named; it could only be a slip."""
        known = self._reference.actors
        if known is None or not self._task.by_spans:
            return
        for actor in sorted((item.actors or set()) | (item.claimants or set())):
            if actor not in known and not actor.startswith(NIL):
                raise PredictionError(
                    f"no actor {short(actor)} in the registry; one it lacks is {NIL}..."
                )

    def _item(self, number: int, row: Row, exists: bool | None) -> Item:
        place = text(row, "document_id"), text(row, "segment_id")
        segments = self._reference.segments
        if place not in segments and self._reference.is_complete:
            split = self._reference.split
            raise PredictionError(
                f"no segment {printable('/'.join(place))} in the split {split!r}"
            )
        soft = {name: self._soft(row, name) for name in self._task.labels}
        item = Item(
            number=number,
            place=place,
            item_id=text_or_none(row, "item_id"),
            layer=layer_of(self._config),
            groups=(),
            key=(),
            occurrences=(),
            actors=actors(row, "actors"),
            claimants=actors(row, "claimants"),
            labels={name: self._label(row, name, soft) for name in self._task.labels},
            soft=soft,
            exists=exists,
        )
        return getattr(self, f"_{self._config}")(item, row)  # type: ignore[no-any-return]

    def _claim(self, item: Item, row: Row) -> Item:
        places = row.get("spans", [row]), *others(row)
        return item._replace(
            groups=("claim",),
            actors=about(row),
            occurrences=tuple(self._spans(given, item.place) for given in places),
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
        holder = row.get("holder_kind"), text_or_none(row, "holder_id")
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
        groups += ["origin"] * bool(flag(row, "is_origin"))
        return item._replace(groups=tuple(groups), key=(claim, chain, level))

    def _spans(self, given: Any, place: Place) -> Spans:
        found = spans(given)
        segment = self._reference.segments.get(place)
        if segment is None:
            return found
        for start, end in found:
            last = end if segment.end is None else segment.end
            if not segment.start <= start < end <= last:
                where = f"{segment.start}-{segment.end}"
                raise PredictionError(
                    f"the span {start}-{end} is not in {'/'.join(place)} ({where})"
                )
        return found

    def _label(
        self, row: Row, name: str, soft: Mapping[str, tuple[float, ...] | None]
    ) -> int | None:
        if name in row:
            return None if row[name] is None else self._class(row[name], name)
        likely = soft[name]
        return None if likely is None else likely.index(max(likely))

    def _class(self, value: Any, name: str) -> int:
        return code(value, name, self._reference.names[name])

    def _soft(self, row: Row, name: str) -> tuple[float, ...] | None:
        given, names = row.get(f"{name}_soft"), self._reference.names[name]
        return None if given is None else shares(given, name, names)


def _identity(item: Item) -> tuple[str, object]:
    """Return what no other prediction in the segment may share, and what it is called.

    Spans may be shared: two claims may stand in the same words.
    """
    if item.item_id is not None:
        return "item_id", item.item_id
    return ("key", item.key) if item.key else ("", None)
