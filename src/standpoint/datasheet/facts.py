"""What every part of the datasheet is computed from: rows of the public edition.

Real reporting only: calibration documents are invented, and would make any figure on
bias worthless. Labels are names here, not class numbers.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from msgspec.structs import replace

from standpoint.agreement import Readings, compare, compare_with_keys, of_records
from standpoint.agreement import Row as Compared
from standpoint.agreement.statistics import Estimate, estimate, ratio
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.model import Document, Dossier, Registries
from standpoint.records.vocabulary import Inventories
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, Around, Row, Rows, Tables, with_resolved
from standpoint.tables.column import Feature
from standpoint.tables.config import LAYERS
from standpoint.tables.reach import reach

COMMENT = "readers' comments"
"""Stands for the outlet of a comment, which has none."""

UNKNOWN_OUTLET = "unknown_outlet"
"""Entry of the registry for a segment whose outlet nobody knows."""

KEPT = "only items that more than half of those who read the segment marked are counted"
"""What the method of every figure on items has to mention; see `Facts.kept`."""

K = TypeVar("K", bound=Hashable)


class FactsError(Exception):
    """The corpus cannot be read; the message is for the user."""


class Facts:
    """The corpus as the datasheet sees it.

    Args:
        registries: The registries.
        inventories: The closed lists of labels.
        dossiers: All documents with their sets; texts are not looked at.

    Attributes:
        real: Documents of real reporting.
        invented: Calibration documents.
    """

    def __init__(
        self,
        registries: Registries,
        inventories: Inventories,
        dossiers: Iterable[Dossier],
    ) -> None:
        self.registries = registries
        self.inventories = inventories
        self.real: list[Dossier] = []
        self.invented: list[Dossier] = []
        for dossier in dossiers:
            bare = replace(dossier, text=None)  # the same with and without texts
            outlet = registries.outlets[dossier.document.publisher]
            (self.invented if outlet.fictional else self.real).append(bare)

    @cached_property
    def rows(self) -> Rows:
        """Config to the rows of real reporting, in order of the documents."""
        return self._joined(self.real)

    @cached_property
    def invented_rows(self) -> Rows:
        """Config to the rows of calibration documents."""
        return self._joined(self.invented)

    @cached_property
    def reach(self) -> Counter[str]:
        """Where copies of real texts can be found; see `tables.reach`."""
        found: Counter[str] = Counter()
        for dossier in self.real:
            claims = self._by_document[dossier.document.id]["claim"]
            found.update(reach(dossier.document, [row["exists"] for row in claims]))
        return found

    @cached_property
    def _by_document(self) -> dict[str, Rows]:
        tables = Tables(self.inventories)
        columns = {
            name: {c.name: c.feature for c in table.columns}
            for name, table in tables.items()
        }
        return {
            dossier.document.id: {
                name: [named(row, columns[name]) for row in rows]
                for name, rows in tables.rows(self._around(dossier)).items()
            }
            for dossier in (*self.real, *self.invented)
        }

    def _joined(self, dossiers: list[Dossier]) -> Rows:
        found: Rows = {config.name: [] for config in CONFIGS}
        for dossier in dossiers:
            for name, rows in self._by_document[dossier.document.id].items():
                found[name] += rows
        return found

    def _around(self, dossier: Dossier) -> Around:
        document, splits = dossier.document.id, self.registries.splits
        group = next((g.id for g in splits.groups if document in g.documents), "")
        split = next((e.split for e in splits.ledger if e.document == document), "")
        known = self.registries
        around = Around(dossier, known, self.inventories, None, split, group)
        return with_resolved(around, resolve(dossier, known.annotators))

    @cached_property
    def compared(self) -> list[Compared]:
        """How far the readings of real reporting agree."""
        return compare(of_records(self.real, self.registries, self.inventories))

    @cached_property
    def against_keys(self) -> list[Compared]:
        """How far readings of calibration documents agree with their keys."""
        return compare_with_keys(self.invented_readings)

    @cached_property
    def invented_readings(self) -> Readings:
        """The readings and keys of calibration documents."""
        return of_records(self.invented, self.registries, self.inventories)

    @property
    def documents(self) -> list[Document]:
        """The documents of real reporting."""
        return [dossier.document for dossier in self.real]

    @cached_property
    def segments(self) -> dict[tuple[str, str], Row]:
        """Document and segment to the row of the segment."""
        return {place(row): row for row in self.rows["segment"]}

    def kept(self, config: str) -> list[Row]:
        """Return the items of a layer that most marked, as a score counts them.

        What exactly half of those who looked marked is undecided, and left out too.
        """
        return [row for row in self.rows[config] if row["exists"] is True]

    @cached_property
    def votes(self) -> dict[str, dict[str, list[Row]]]:
        """Layer to item id to the rows of its votes, of all that anyone marked."""
        return {
            layer.name: grouped(self.rows[f"{layer.name}_votes"], "item_id")
            for layer in LAYERS
        }

    @cached_property
    def panel(self) -> list[Row]:
        """Rows of panel judgements."""
        return [r for r in self.kept("stance") if r["target_kind"] == "panel"]

    @cached_property
    def targets(self) -> dict[str, str]:
        """Panel target to its title, in order of the panels of real documents."""
        panels = dict.fromkeys(document.panel for document in self.documents)
        return {
            target.id: target.title
            for panel in panels
            for target in self.registries.panels[panel].targets
        }

    def outlet_type(self, row: Row) -> str:
        """Return the type of the outlet in whose words a row is."""
        return self.segments[place(row)]["outlet_type"] or COMMENT

    def outlet_name(self, outlet: str | None) -> str:
        """Return the name of an outlet."""
        found = self.registries.outlets.get(outlet or "")
        return found.name if found else COMMENT


def read(checkout: Checkout) -> Facts:
    """Read a checkout.

    Raises:
        FactsError: If a record cannot be read.
    """
    registries = checkout.registries
    dossiers = [checkout.dossier(name) for name in sorted(checkout.documents)]
    broken = has_errors(checkout.drain())  # a set that is not read is a finding
    if registries is None or None in dossiers or broken:
        raise FactsError(
            "a record cannot be read; run `standpoint check` to see which and why"
        )
    found = [dossier for dossier in dossiers if dossier is not None]
    return Facts(registries, checkout.schemas.inventories, found)


def named(value: Any, feature: Feature) -> Any:
    """Return a value of a row with names in the place of class numbers."""
    if value is None:
        return None
    match feature.get("_type"):
        case "ClassLabel":
            return feature["names"][value]
        case "List":
            return [named(inner, feature["feature"]) for inner in value]
        case "Value":
            return value
    return {name: named(inner, feature[name]) for name, inner in value.items()}


def place(row: Row) -> tuple[str, str]:
    """Return document and segment of a row."""
    return row["document_id"], row["segment_id"]


def label(row: Row, name: str) -> str | None:
    """Return a label, `tie` where votes left it open, None where nobody gave one."""
    value: str | None = row[name]
    if value is None and row[f"{name}_soft"]:
        return "tie"
    return value


def grouped(rows: Iterable[Row], by: str | Callable[[Row], K]) -> dict[Any, list[Row]]:
    """Return rows per value of a column, or of a function, in order of the values' first."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[by] if isinstance(by, str) else by(row), []).append(row)
    return groups


def share(
    rows: Sequence[Row],
    hits: Callable[[Row], float],
    weight: Callable[[Row], float] = lambda _row: 1,
) -> Estimate:
    """Estimate a share among rows, with an interval over segments.

    Args:
        rows: The rows it is a share of.
        hits: Whether a row counts, 0 or 1; with a weight, how much of it does.
        weight: How much a row counts for.

    Returns:
        The share in [0, 1]; n is the number of rows.
    """
    import numpy as np

    by_segment = grouped(rows, place)
    arrays = [
        np.array([[float(hits(row)), float(weight(row))] for row in by_segment[key]])
        for key in sorted(by_segment)
    ]
    return estimate(arrays, ratio, n=len(rows))


def share_of(rows: Sequence[Row], column: str, value: str) -> Estimate:
    """Estimate the share of rows with a value in a column."""
    return share(rows, lambda row: row[column] == value)
