"""The config `claim`: what the text puts forward, on its own account or through others."""

from collections.abc import Iterator, Sequence

from standpoint.records.model import Claim, Segment
from standpoint.resolve import Resolved
from standpoint.tables.column import BOOL, INT, SPAN, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Layer, Row, text_column


def _columns(inventories: Inventories) -> list[Column]:
    about = {"actor": STRING, "role": label(inventories["about_role"])}
    shown = many(label(inventories["evidence_shown"]))
    return [
        Column("spans", many(SPAN), "Main occurrence: one to three spans."),
        Column("also_at", many({"spans": many(SPAN)}), "Further occurrences."),
        Column(
            "normalised", STRING, "The claim in one sentence of the annotator's own."
        ),
        Column("language", STRING, "Language of that sentence, ISO 639-1."),
        Column("about", many(about), "Actors in the proposition and their parts."),
        Column(
            "n_chains",
            INT,
            "Independent sources; 0 when the carrier says it itself. Of a resolved"
            " claim: those of its rows in `source_type` that exist, were the claim there;"
            " null where the readings tie on whether it has a source or on which.",
        ),
        Column("evidence_shown", shown, "What the text offers; null where not asked."),
        Column("event_time", STRING, "When, only if the text says so; else null."),
        Column("cluster", STRING, "Same proposition elsewhere; set by adjudicators."),
        Column("sure", BOOL, "False where the annotator asked an adjudicator to look."),
    ]


def _row(claim: Claim, segment: Segment, around: Around) -> Row:
    shown = claim.evidence_shown
    return {
        "spans": [around.span(span, segment) for span in claim.spans],
        "also_at": [
            {"spans": [around.span(span, segment) for span in occurrence.spans]}
            for occurrence in claim.also_at
        ],
        "normalised": claim.normalised,
        "language": claim.language,
        "about": [
            {"actor": about.actor, "role": around.code("about_role", about.role)}
            for about in claim.about
        ],
        "n_chains": len(claim.chains),
        "evidence_shown": shown
        and [around.code("evidence_shown", name) for name in shown],
        "event_time": claim.event_time,
        "cluster": claim.cluster,
        "sure": claim.sure,
    }


def _more_columns(inventories: Inventories) -> list[Column]:
    source = many(label(inventories["source_type"]))
    relation = {"type": label(inventories["relation_type"]), "item_id": STRING}
    return [
        text_column("Words of each span", several=True),
        Column(
            "nearest_source_type",
            source,
            "Nearest source of each of these chains, null where its label is tied; null"
            " as a whole where `n_chains` is.",
        ),
        Column("origin_source_type", source, "Last source of each of them, likewise."),
        Column(
            "claimants",
            many(STRING),
            "Actors that each of them goes back to: those of its last source that has"
            " any; null where `n_chains` is.",
        ),
        Column("relations", many(relation), "Relations from this claim to others."),
    ]


def _more(item: Resolved, around: Around) -> Row:
    claim: Claim = item.taken.item
    words = [around.words(span.start, span.end) for span in claim.spans]
    return {
        "text": None if around.text is None else words,
        **_origins(around.sources.get(item.item_id, ()), around),
        "relations": list(_relations(item, around)),
    }


def _origins(sources: Sequence[Resolved], around: Around) -> Row:
    """Return where a claim comes from, as the rows of its sources say it.

    No single reading is asked: its chains may be those that most of the others lack.
    """
    kept = [source for source in sources if source.kept is True]
    chains: dict[int, list[Resolved]] = {}
    for source in kept:
        if source.taken.item.level:
            chains.setdefault(source.taken.item.chain, []).append(source)
    if not kept:  # some saw no source, others one, or each another
        names = ("n_chains", "nearest_source_type", "origin_source_type", "claimants")
        return dict.fromkeys(names)
    return {
        "n_chains": len(chains),
        "nearest_source_type": [_type(chain[0], around) for chain in chains.values()],
        "origin_source_type": [_type(chain[-1], around) for chain in chains.values()],
        "claimants": sorted(
            {actor for chain in chains.values() for actor in _claimants(chain)}
        ),
    }


def _type(source: Resolved, around: Around) -> int | None:
    return around.code("source_type", source.labels["source_type"].value)


def _relations(item: Resolved, around: Around) -> Iterator[Row]:
    """Yield the relations that the set the claim is taken from gives it."""
    claim: Claim = item.taken.item
    prefix = item.taken.vote_id.removesuffix(claim.id)
    for judged in item.taken.set.segments:
        if judged.segment != item.segment.id:
            continue
        for relation in judged.relations:
            if relation.from_ == claim.id:
                other = prefix + relation.to
                yield {
                    "type": around.code("relation_type", relation.type),
                    "item_id": around.item_of.get(other, other),
                }


def _claimants(chain: Sequence[Resolved]) -> tuple[str, ...]:
    named = (source.taken.item.node.actors for source in reversed(chain))
    return next((actors for actors in named if actors), ())


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
