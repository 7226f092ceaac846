"""The config `source_type`: where each claim comes from, source by source."""

from standpoint.records.model import Node
from standpoint.tables.column import BOOL, INT, SPAN, STRING, Column, label, many, of
from standpoint.tables.layer import Judgement, Layer, text_column


def _words(judgement: Judgement) -> str | None:
    node: Node | None = judgement.item.node
    return judgement.around.words(node.span.start, node.span.end) if node else None


def _modality(judgement: Judgement) -> str | None:
    """Return how a source puts the claim, where not as the resolved claim has it."""
    source = judgement.item
    if source.node is None:
        return None
    claim = judgement.around.claims[source.claim_id].labels["modality"].value
    modality: str | None = source.node.modality if claim is None else source.modality
    return None if modality == claim else modality


_MODALITY = (
    "Modality that the source gives to the claim, where it differs from the claim's own;"
    " else null."
)

LAYER = Layer(
    name="source_type",
    about="One source of a claim, resolved from the votes",
    columns=of(
        "item",
        Column("claim_id", STRING, "Item id of the claim."),
        Column(
            "chain",
            INT,
            "Number of the chain, from 1: in a vote, among those of the set; in"
            " a resolved row, among those of the resolved claim. 0 for the"
            " carrier itself.",
        ),
        Column(
            "level",
            INT,
            "Place in the chain: 1 is nearest to the carrier. 0 for the carrier"
            " itself.",
        ),
        Column(
            "is_origin",
            BOOL,
            "Whether it is the last source of its chain. In a resolved row:"
            " whether no source behind it is at least as certain to exist.",
            lambda j: j.item.level == j.item.n_levels,
        ),
        Column(
            "actors",
            many(STRING),
            "Actors that the source is; empty where it is not identified.",
            lambda j: j.item.node.actors if j.item.node else (),
        ),
        Column(
            "span",
            SPAN,
            "Words that name the source, or the cue for it; null for the"
            " carrier itself.",
            lambda j: j.item.node and j.span(j.item.node.span),
        ),
        Column("modality", label("modality"), _MODALITY, "node.modality"),
    ),
    resolved=(
        Column("modality", label("modality"), _MODALITY, _modality),
        text_column("Words of the span", STRING, _words),
    ),
)
