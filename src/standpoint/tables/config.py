"""All configs of the dataset, in the order of the card."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

from standpoint.records.vocabulary import Inventories
from standpoint.resolve import Resolved
from standpoint.tables import actor, claim, place, registry, source, stance
from standpoint.tables.column import Column, Row, Table
from standpoint.tables.layer import Around, Judgement, Layer

Rows = dict[str, list[Row]]
"""Config to its rows of one document."""

REGISTRY_SPLIT = "registry"

LAYERS: tuple[Layer, ...] = (claim.LAYER, stance.LAYER, actor.LAYER, source.LAYER)


class Config(NamedTuple):
    """A config of the dataset.

    Attributes:
        name: Its name.
        about: What a row is, in one line.
        unbound: Its columns, with names of lists of labels in place of their classes.
        sources: What its rows are made of: given the registries, or a document.
        is_registry: Whether its rows come from the registries, not from documents.
    """

    name: str
    about: str
    unbound: tuple[Column, ...]
    sources: Callable[[Any], Iterable[Any]]
    is_registry: bool = False

    def columns(self, inventories: Inventories) -> list[Column]:
        """Return its columns, given the lists of labels."""
        return [column.bound(inventories) for column in self.unbound]


def _layer_configs(layer: Layer) -> Iterator[Config]:
    def groups(around: Around) -> Iterator[Judgement]:
        for group in around.resolved[layer.name]:
            yield Judgement(around, group, group.taken)

    def votes(around: Around) -> Iterator[Judgement]:
        for group in around.resolved[layer.name]:
            for vote in group.votes:
                yield Judgement(around, group, vote)

    name, about = (
        f"{layer.name}_votes",
        f"One judgement (vote) behind a row of `{layer.name}`",
    )
    yield Config(layer.name, layer.about, layer.resolved_columns(), groups)
    yield Config(name, about, layer.vote_columns(), votes)


CONFIGS: tuple[Config, ...] = (
    *(config for layer in LAYERS for config in _layer_configs(layer)),
    Config(
        "segment",
        "One article, excerpt, editor's text or comment",
        place.SEGMENT,
        place.segments,
    ),
    Config(
        "document",
        "One raw text and its provenance",
        place.DOCUMENT,
        lambda around: [around],
    ),
    Config(
        "actor_registry",
        "One actor that mentions and claims refer to",
        registry.ACTOR,
        lambda registries: registries.actors.values(),
        is_registry=True,
    ),
    Config(
        "outlet_registry",
        "One outlet",
        registry.OUTLET,
        lambda registries: registries.outlets.values(),
        is_registry=True,
    ),
    Config(
        "panel",
        "One target of a panel",
        registry.PANEL,
        registry.targets,
        is_registry=True,
    ),
    Config(
        "annotator",
        "One annotator: a person or a language model",
        registry.ANNOTATOR,
        lambda registries: registries.annotators.values(),
        is_registry=True,
    ),
)
"""The first is the default."""

BY_NAME = {config.name: config for config in CONFIGS}
OF_DOCUMENTS = tuple(config.name for config in CONFIGS if not config.is_registry)


class Tables(dict[str, Table]):
    """Config to what makes its tables.

    Args:
        inventories: The closed lists of labels.
    """

    def __init__(self, inventories: Inventories) -> None:
        super().__init__((c.name, Table(c.columns(inventories))) for c in CONFIGS)

    def rows(
        self, given: Any, configs: Collection[str] = OF_DOCUMENTS
    ) -> dict[str, list[Row]]:
        """Return config to its rows.

        Args:
            given: The registries; or a document, resolved.
            configs: The configs; all of them are made of what is given.
        """
        return {
            name: self[name].rows(list(BY_NAME[name].sources(given)))
            for name in configs
        }


def with_resolved(around: Around, resolved: dict[str, list[Resolved]]) -> Around:
    """Return a document with its resolved items, of which its rows are made."""
    sources: dict[str, list[Resolved]] = {}
    for found in resolved["source_type"]:
        sources.setdefault(found.taken.item.claim_id, []).append(found)
    return around._replace(
        resolved=resolved,
        item_of={
            vote.vote_id: claim.item_id
            for claim in resolved["claim"]
            for vote in claim.votes
        },
        claims={claim.item_id: claim for claim in resolved["claim"]},
        sources=sources,
    )
