"""The config `source_type`: where each claim comes from, source by source."""

from standpoint.model import Segment
from standpoint.resolve import Resolved, Source
from standpoint.tables.column import BOOL, INT, SPAN, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Layer, Row, text_column


def _columns(inventories: Inventories) -> list[Column]:
    return [
        Column("claim_id", STRING, "Item id of the claim."),
        Column(
            "chain", INT, "Number of the chain in its set; 0 for the carrier itself."
        ),
        Column("level", INT, "1 is nearest to the carrier; 0 is the carrier itself."),
        Column("is_origin", BOOL, "Whether nothing comes behind it in its chain."),
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
    node = item.taken.item.node
    return {"text": around.words(node.span.start, node.span.end) if node else None}


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
