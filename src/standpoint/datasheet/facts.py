"""What every part of the datasheet is computed from: rows of the public edition.

Real reporting only: calibration documents are invented, and would make any figure on
bias worthless. Labels are names here, not class numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from standpoint.agreement import Row as Compared
from standpoint.agreement import compare, compare_with_keys
from standpoint.agreement.statistics import Estimate, estimate, ratio
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.model import Document, Dossier, Registries
from standpoint.records.schema import Inventory
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, Around, Row, Rows, rows_of
from standpoint.tables.column import Feature
from standpoint.tables.config import LAYERS

COMMENT = "readers' comments"
"""What stands for the outlet of a comment, which has none."""

UNKNOWN_OUTLET = "unknown_outlet"
"""Entry of the registry for a segment whose outlet nobody knows: no outlet."""

KEPT = "only items that most of those who read the segment marked are counted"
"""What every figure on items has to say of its method; see `Facts.kept`."""


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
        inventories: dict[str, Inventory],
        dossiers: Iterable[Dossier],
    ) -> None:
        """Part real reporting from what is invented."""
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
        """Config to its rows, in order of the documents; labels are names."""
        columns = {
            config.name: {c.name: c.feature for c in config.columns(self.inventories)}
            for config in CONFIGS
        }
        found: Rows = {name: [] for name in columns}
        for dossier in self.real:
            resolved = resolve(dossier, self.registries.annotators)
            for name, rows in rows_of(self._around(dossier), resolved).items():
                found[name] += (named(row, columns[name]) for row in rows)
        return found

    def _around(self, dossier: Dossier) -> Around:
        document, splits = dossier.document.id, self.registries.splits
        group = next((g.id for g in splits.groups if document in g.documents), "")
        split = next((e.split for e in splits.ledger if e.document == document), "")
        return Around(dossier, self.registries, self.inventories, None, split, group)

    @cached_property
    def compared(self) -> list[Compared]:
        """How far the readings of real reporting coincide."""
        return list(compare(self.real, self.registries, self.inventories))

    @cached_property
    def against_keys(self) -> list[Compared]:
        """How far readings of calibration documents coincide with their keys."""
        found = compare_with_keys(self.invented, self.registries, self.inventories)
        return list(found)

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

        What exactly half of those who looked marked is left open, and left out too.
        """
        return [row for row in self.rows[config] if row["exists"] is True]

    @cached_property
    def votes(self) -> dict[str, dict[str, list[Row]]]:
        """Layer to item id to the rows of its votes, of all that anyone marked."""
        found: dict[str, dict[str, list[Row]]] = {}
        for layer in LAYERS:
            of_layer = found.setdefault(layer.name, {})
            for row in self.rows[f"{layer.name}_votes"]:
                of_layer.setdefault(row["item_id"], []).append(row)
        return found

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
        raise FactsError("a record cannot be read; `standpoint check` says which")
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


def by_segment(rows: Iterable[Row]) -> list[list[Row]]:
    """Return rows per segment, segments in the order of their ids."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault(place(row), []).append(row)
    return [groups[key] for key in sorted(groups)]


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

    arrays = [
        np.array([[float(hits(row)), float(weight(row))] for row in group])
        for group in by_segment(rows)
    ]
    return estimate(arrays, ratio, n=len(rows))
