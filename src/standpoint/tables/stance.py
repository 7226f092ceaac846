"""The config `stance`: who stands where, toward whom or what, in one segment."""

from standpoint.records.vocabulary import CARRIER, COMMENTER
from standpoint.tables.column import BOOL, SPAN, STRING, Column, Row, label, many, of
from standpoint.tables.layer import Judgement, Layer


def _holder(judgement: Judgement) -> str | None:
    holder, segment = judgement.item.holder, judgement.segment
    voice = {CARRIER.holder: segment.outlet, COMMENTER.holder: segment.author}
    return voice.get(holder.kind, holder.id)


def _evidence(judgement: Judgement) -> list[Row]:
    spans = [evidence.span for evidence in judgement.item.evidence]
    whole = dict.fromkeys(SPAN)
    return [
        {"whole_segment": span is None, **(judgement.span(span) if span else whole)}
        for span in spans
    ]


LAYER = Layer(
    name="stance",
    about="One stance of a holder toward a target in a segment, resolved from the votes",
    columns=of(
        "item",
        Column(
            "holder_kind",
            label("holder_kind"),
            "Kind of the holder: whose stance it is.",
            "holder.kind",
        ),
        Column(
            "holder_id",
            STRING,
            "The holder: for the carrier the outlet of the segment, for a"
            " commenter commenter-1 and so on, else an actor.",
            _holder,
        ),
        Column("target_kind", label("stance_target"), "Kind of the target.", "kind"),
        Column(
            "target_id",
            STRING,
            "The target: a panel target, an actor, or the item id of a claim.",
            "target",
        ),
        Column(
            "evidence",
            many({"whole_segment": BOOL, **SPAN}),
            "Evidence for the stance: spans, or the whole segment, without"
            " offsets (null).",
            _evidence,
        ),
    ),
)
