"""The config `source_type`: where each claim comes from, source by source."""

from standpoint.records.model import Segment
from standpoint.resolve import Resolved, Source
from standpoint.tables.column import BOOL, INT, SPAN, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Layer, Row, text_column


def _columns(inventories: Inventories) -> list[Column]:
    return [
        Column("claim_id", STRING, "Item id of the claim."),
        Column(
            "chain",
            INT,
            "Number of the chain among those of the claim; of a vote, in its set. 0 for"
            " the carrier itself.",
        ),
        Column("level", INT, "1 is nearest to the carrier; 0 is the carrier itself."),
        Column(
            "is_origin",
            BOOL,
            "Whether it is the last of its chain: of a resolved source, whether none"
            " behind it exists as surely as it does.",
        ),
        Column(
            "actors", many(STRING), "Who the source is; empty where not identified."
        ),
        Column("span", SPAN, "Words that name it, or the cue; null for the carrier."),
        Column(
            "modality",
            label(inventories["modality"]),
            "How it puts the claim, where that differs from the claim's own; else null.",
        ),
    ]


def _row(source: Source, segment: Segment, around: Around) -> Row:
    node = source.node
    return {
        "claim_id": source.claim_id,
        "chain": source.chain,
        "level": source.level,
        "is_origin": source.level == source.n_levels,
        "actors": list(node.actors) if node else [],
        "span": around.span(node.span, segment) if node else None,
        "modality": around.code("modality", node.modality) if node else None,
    }


def _more(item: Resolved, around: Around) -> Row:
    source: Source = item.taken.item
    node = source.node
    return {
        "modality": around.code("modality", _modality(source, around)),
        "text": around.words(node.span.start, node.span.end) if node else None,
    }


def _modality(source: Source, around: Around) -> str | None:
    """Return how a source puts the claim, where not as the resolved claim has it."""
    if source.node is None:
        return None
    claim = around.claims[source.claim_id].labels["modality"].value
    if claim is None:
        return source.node.modality
    return None if source.modality == claim else source.modality


LAYER = Layer(
    name="source_type",
    labels={
        "source_type": "source_type",
        "identification": "identification",
        "mode": "mode",
    },
    columns=_columns,
    row=_row,
    more_columns=lambda _: [text_column("Words of the span")],
    more=_more,
)
