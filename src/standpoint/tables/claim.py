"""The config `claim`: what the text puts forward, on its own account or through others."""

from standpoint.model import Claim, Node, Segment
from standpoint.resolve import Resolved
from standpoint.tables.column import INT, SPAN, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Layer, Row, text_column


def _columns(inventories: Inventories) -> list[Column]:
    about = {"actor": STRING, "role": label(inventories["about_role"])}
    return [
        Column("spans", many(SPAN), "Main occurrence: one to three spans."),
        Column(
            "normalised", STRING, "The claim in one sentence of the annotator's own."
        ),
        Column("language", STRING, "Language of that sentence, ISO 639-1."),
        Column("about", many(about), "Actors in the proposition and their parts."),
        Column(
            "n_chains", INT, "Independent sources; 0 when the carrier says it itself."
        ),
    ]


def _row(claim: Claim, segment: Segment, around: Around) -> Row:
    return {
        "spans": [around.span(span, segment) for span in claim.spans],
        "normalised": claim.normalised,
        "language": claim.language,
        "about": [
            {"actor": about.actor, "role": around.code("about_role", about.role)}
            for about in claim.about
        ],
        "n_chains": len(claim.chains),
    }


def _more_columns(inventories: Inventories) -> list[Column]:
    source = many(label(inventories["source_type"]))
    shown = many(label(inventories["evidence_shown"]))
    return [
        text_column("Words of each span", several=True),
        Column("also_at", many({"spans": many(SPAN)}), "Further occurrences."),
        Column("nearest_source_type", source, "Nearest source of each chain."),
        Column("origin_source_type", source, "Last source of each chain."),
        Column(
            "claimants",
            many(STRING),
            "Actors that each chain goes back to: those of its last source that has any.",
        ),
        Column("evidence_shown", shown, "What the text offers; null where not asked."),
        Column("event_time", STRING, "When, only if the text says so; else null."),
        Column("cluster", STRING, "Same proposition elsewhere; set by adjudicators."),
    ]


def _more(item: Resolved, around: Around) -> Row:
    claim: Claim = item.taken.item
    types = [
        [around.code("source_type", node.source_type) for node in chain]
        for chain in claim.chains
    ]
    words = [around.words(span.start, span.end) for span in claim.spans]
    return {
        "text": None if around.text is None else words,
        "also_at": [
            {"spans": [around.span(span, item.segment) for span in occurrence.spans]}
            for occurrence in claim.also_at
        ],
        "nearest_source_type": [chain[0] for chain in types],
        "origin_source_type": [chain[-1] for chain in types],
        "claimants": sorted({a for chain in claim.chains for a in _claimants(chain)}),
        "evidence_shown": claim.evidence_shown
        and [around.code("evidence_shown", name) for name in claim.evidence_shown],
        "event_time": claim.event_time,
        "cluster": claim.cluster,
    }


def _claimants(chain: tuple[Node, ...]) -> tuple[str, ...]:
    return next((node.actors for node in reversed(chain) if node.actors), ())


LAYER = Layer(
    name="claim",
    labels={
        "claim_type": "claim_type",
        "modality": "modality",
        "checkworthy": "checkworthy",
        "carrier_stance": "stance_label",
        "certainty_shift": "certainty_shift",
        "ironic": "ironic",
    },
    columns=_columns,
    row=_row,
    more_columns=_more_columns,
    more=_more,
)
