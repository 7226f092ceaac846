"""What is predicted for each config, and the one form of rows to be compared."""

from typing import NamedTuple

from standpoint.resolve.match import Spans

Place = tuple[str, str]
"""Document id and segment id."""


class Task(NamedTuple):
    """What a prediction of a config holds.

    Attributes:
        labels: Label columns that are scored; the first is the main one, which takes
            part in matching.
        required: Columns without which nothing can be scored. `<label>_soft` stands in
            for a label, `start` and `end` for spans.
        optional: Other columns that are read where they are given.
        by_spans: Whether items are matched by their spans; else by their keys.
    """

    labels: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    by_spans: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        soft = (f"{name}_soft" for name in self.labels)
        ends = ("start", "end") if self.by_spans else ()
        common = ("item_id", "exists")
        return (*self.required, *self.labels, *soft, *ends, *common, *self.optional)


_PLACE = ("document_id", "segment_id")

TASKS = {
    "claim": Task(
        ("claim_type", "modality", "checkworthy", "carrier_stance"),
        (*_PLACE, "spans", "claim_type"),
        ("also_at", "about", "claimants"),
        by_spans=True,
    ),
    "actor": Task(("naming",), (*_PLACE, "span", "actors"), (), by_spans=True),
    "stance": Task(
        ("label",),
        (*_PLACE, "target_id", "label"),
        ("target_kind", "holder_kind", "holder_id"),
        by_spans=False,
    ),
    "source_type": Task(
        ("source_type",),
        (*_PLACE, "claim_id", "chain", "level", "source_type"),
        ("is_origin",),
        by_spans=False,
    ),
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
