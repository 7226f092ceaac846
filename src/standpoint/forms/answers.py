"""What somebody did in one task: regions that they marked, arrows, and fields."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from standpoint.forms.form import Form


class Region(NamedTuple):
    """A marked stretch of text.

    Attributes:
        id: Its id.
        label: Its label.
        start: First code point, counted from the start of the segment.
        end: Code point after the last.
        values: Name of a field to the values in it.
        origin: A label of the inventory `origin`.
        pointer: Where it comes from: a JSON pointer, or the id of a line; empty if neither.
        note: The note on the region itself, or empty.
        pointers: Name of a field to where its values come from.
    """

    id: str
    label: str
    start: int
    end: int
    values: dict[str, tuple[str, ...]]
    origin: str = "manual"
    pointer: str = ""
    note: str = ""
    pointers: Mapping[str, str] = {}

    def one(self, name: str) -> str | None:
        """Return the only value of a field, or None where it is empty."""
        return next(iter(self.values.get(name, ())), None)


class Arrow(NamedTuple):
    """An arrow from one region to another.

    Attributes:
        from_id: Id of the region where it starts.
        to_id: Id of the region where it ends.
        labels: Its labels; no more than one is valid.
        pointer: Where it comes from, as in `Region`.
        both_ways: Whether it points both ways.
    """

    from_id: str
    to_id: str
    labels: tuple[str, ...] = ()
    pointer: str = ""
    both_ways: bool = False

    @property
    def label(self) -> str | None:
        """The label, or None where there is none."""
        return next(iter(self.labels), None)


class Answers(NamedTuple):
    """All regions, arrows and fields of one task.

    Attributes:
        regions: Id to region.
        arrows: The arrows.
        values: Name of a field of the segment to the values in it.
        pointer: Where the answers come from, as in `Region`.
        pointers: Name of a field to where its values come from.
    """

    regions: dict[str, Region]
    arrows: tuple[Arrow, ...]
    values: dict[str, tuple[str, ...]]
    pointer: str = ""
    pointers: Mapping[str, str] = {}

    def of(self, labels: Iterable[str]) -> list[Region]:
        """Return the regions with one of these labels, in text order."""
        wanted = frozenset(labels)
        found = [region for region in self.regions.values() if region.label in wanted]
        return sorted(found, key=lambda region: (region.start, region.end))

    def one(self, name: str) -> str | None:
        """Return the only value of a field of the segment, or None where it is empty."""
        return next(iter(self.values.get(name, ())), None)

    def noted(self) -> list[Region]:
        """Return the regions that have a note."""
        return [region for region in self.regions.values() if region.note]

    def without_notes(self) -> "Answers":
        """Return the answers without the notes on regions."""
        regions = {key: one._replace(note="") for key, one in self.regions.items()}
        return self._replace(regions=regions)


def fitting(answers: Answers, form: Form) -> Answers:
    """Return answers without what a form does not ask, such as extended fields."""

    def asked(
        values: dict[str, tuple[str, ...]], layer: str
    ) -> dict[str, tuple[str, ...]]:
        fields = (form.field(name) for name in values)
        known = {field.name for field in fields if field and field.layer == layer}
        return {name: given for name, given in values.items() if name in known}

    regions = {}
    for name, region in answers.regions.items():
        layer = form.layer_of(region.label)
        if layer is not None:
            regions[name] = region._replace(values=asked(region.values, layer))
    arrows = (a for a in answers.arrows if {a.from_id, a.to_id} <= regions.keys())
    return Answers(regions, tuple(arrows), asked(answers.values, ""))
