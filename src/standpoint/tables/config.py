"""All configs of the dataset, in the order of the card."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from standpoint.records.model import Registries
from standpoint.records.schema import Inventory
from standpoint.resolve import Resolved
from standpoint.tables import actor, claim, layer, place, registry, source, stance
from standpoint.tables.column import Column
from standpoint.tables.layer import Around, Layer, Row

Inventories = dict[str, Inventory]
Rows = dict[str, list[Row]]
"""Config to its rows of one document."""

REGISTRY_SPLIT = "registry"

LAYERS: tuple[Layer, ...] = (claim.LAYER, stance.LAYER, actor.LAYER, source.LAYER)


class Config(NamedTuple):
    """A config of the dataset.

    Attributes:
        name: Its name.
        about: What a row is, in one line.
        columns: Its columns, given the lists of labels.
        registry: For registries: the rows; None for tables of documents.
    """

    name: str
    about: str
    columns: Callable[[Inventories], list[Column]]
    registry: Callable[[Registries, Inventories], Iterator[Row]] | None = None


_ABOUT = {
    "claim": "One claim of a segment, as resolved",
    "stance": "One stance of a holder toward a target in a segment, as resolved",
    "actor": "One mention of one or more actors, as resolved",
    "source_type": "One source of a claim, as resolved",
}


def _layer_configs(one: Layer) -> tuple[Config, Config]:
    return (
        Config(one.name, _ABOUT[one.name], lambda inv: layer.columns(one, inv)),
        Config(
            f"{one.name}_votes",
            f"One judgement behind a row of `{one.name}`",
            lambda inv: layer.vote_columns(one, inv),
        ),
    )


CONFIGS: tuple[Config, ...] = (
    *(config for one in LAYERS for config in _layer_configs(one)),
    Config(
        "segment",
        "One article, excerpt, editor's text or comment",
        place.segment_columns,
    ),
    Config("document", "One raw text and its provenance", place.document_columns),
    Config(
        "actor_registry",
        "One actor that mentions and claims link to",
        registry.actor_columns,
        registry.actor_rows,
    ),
    Config(
        "outlet_registry", "One outlet", registry.outlet_columns, registry.outlet_rows
    ),
    Config(
        "panel", "One target of a panel", registry.panel_columns, registry.panel_rows
    ),
    Config(
        "annotator",
        "Who or what judged",
        registry.annotator_columns,
        registry.annotator_rows,
    ),
)
"""The first is the default."""


def rows_of(around: Around, resolved: dict[str, list[Resolved]]) -> Rows:
    """Compile one document.

    Args:
        around: The document, with its text where this edition may hold it.
        resolved: Its resolved items, per layer.

    Returns:
        The rows of every config that holds documents' rows.
    """
    sources: dict[str, list[Resolved]] = {}
    for found in resolved["source_type"]:
        sources.setdefault(found.taken.item.claim_id, []).append(found)
    around = around._replace(
        item_of={
            vote.vote_id: claim.item_id
            for claim in resolved["claim"]
            for vote in claim.votes
        },
        claims={claim.item_id: claim for claim in resolved["claim"]},
        sources=sources,
    )
    rows: Rows = {
        "segment": list(place.segment_rows(around)),
        "document": list(place.document_rows(around)),
    }
    for one in LAYERS:
        rows[one.name] = list(layer.rows(one, resolved[one.name], around))
        rows[f"{one.name}_votes"] = list(
            layer.vote_rows(one, resolved[one.name], around)
        )
    return rows
