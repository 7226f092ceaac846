"""The config `stance`: who stands where, toward whom or what, in one segment."""

from standpoint.records.model import Evidence, Segment
from standpoint.resolve import Opinion
from standpoint.tables.column import BOOL, SPAN, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Layer, Row


def _columns(inventories: Inventories) -> list[Column]:
    return [
        Column("holder_kind", label(inventories["holder_kind"]), "Kind of the holder."),
        Column(
            "holder_id",
            STRING,
            "Outlet of the segment for the carrier, commenter-N for a commenter, else an"
            " actor.",
        ),
        Column(
            "target_kind", label(inventories["stance_target"]), "Kind of the target."
        ),
        Column("target_id", STRING, "Panel target, actor, or item id of a claim."),
        Column(
            "evidence",
            many({"whole_segment": BOOL, **SPAN}),
            "What shows it: spans, or the whole segment (offsets are then null).",
        ),
    ]


def _row(stance: Opinion, segment: Segment, around: Around) -> Row:
    voice = {"carrier": segment.outlet, "commenter": segment.author}
    return {
        "holder_kind": around.code("holder_kind", stance.holder.kind),
        "holder_id": voice.get(stance.holder.kind, stance.holder.id),
        "target_kind": around.code("stance_target", stance.kind),
        "target_id": stance.target,
        "evidence": [_evidence(item, segment, around) for item in stance.evidence],
    }


def _evidence(evidence: Evidence, segment: Segment, around: Around) -> Row:
    if evidence.span is None:
        return {"whole_segment": True, **dict.fromkeys(SPAN)}
    return {"whole_segment": False, **around.span(evidence.span, segment)}


LAYER = Layer(
    name="stance",
    labels={
        "label": "stance_label",
        "expression": "expression",
        "portrayal": "portrayal",
    },
    columns=_columns,
    row=_row,
    more_columns=lambda _: [],
    more=lambda _item, _around: {},
)
