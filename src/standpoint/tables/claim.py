"""The config `claim`: what the text puts forward, on its own account or through others."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from standpoint.resolve import Resolved, claimants
from standpoint.tables.column import (
    BOOL,
    INT,
    SPAN,
    STRING,
    Column,
    Row,
    label,
    many,
    of,
)
from standpoint.tables.layer import Judgement, Layer, text_column

Chains = list[list[Resolved]]
"""The sources of a claim that exist, chain by chain, nearest first."""


def _of_chains(get: Callable[[Chains], Any]) -> Callable[[Judgement], Any]:
    """Return the value of a resolved claim that its sources have.

    No single reading is asked: its chains may be those that most of the others lack.
    """

    def value(judgement: Judgement) -> Any:
        sources = judgement.around.sources.get(judgement.group.item_id, ())
        kept = [source for source in sources if source.kept is True]
        chains: dict[int, list[Resolved]] = {}
        for source in kept:
            if source.taken.item.level:
                chains.setdefault(source.taken.item.chain, []).append(source)
        # Without any, some saw no source, others one, or each another.
        return get(list(chains.values())) if kept else None

    return value


def _type(source: Resolved) -> Any:
    return source.labels["source_type"].value


def _claimants(chains: Chains) -> Sequence[str]:
    nodes = [[source.taken.item.node for source in chain] for chain in chains]
    return sorted(claimants(nodes))


n_chains = _of_chains(len)
"""Number of chains of a resolved claim that exist; None if that is undecided."""


def _relations(judgement: Judgement) -> Iterator[Row]:
    """Yield the relations that the set the claim is taken from gives it."""
    claim, vote = judgement.item, judgement.vote
    prefix = vote.vote_id.removesuffix(claim.id)
    for judged in vote.set.segments:
        if judged.segment != judgement.segment.id:
            continue
        for relation in judged.relations:
            if relation.from_ == claim.id:
                other = prefix + relation.to
                item_id = judgement.around.item_of.get(other, other)
                yield {"type": relation.type, "item_id": item_id}


def _words(judgement: Judgement) -> list[str | None] | None:
    around = judgement.around
    words = [around.words(span.start, span.end) for span in judgement.item.spans]
    return None if around.text is None else words


LAYER = Layer(
    name="claim",
    about="One claim in a segment, resolved from the votes",
    columns=of(
        "item",
        Column(
            "spans",
            many(SPAN),
            "Main place of the claim: one to three spans.",
            lambda j: j.spans(j.item.spans),
        ),
        Column(
            "also_at",
            many({"spans": many(SPAN)}),
            "Other places in the segment where the same claim is made.",
            lambda j: [{"spans": j.spans(one.spans)} for one in j.item.also_at],
        ),
        Column(
            "normalised",
            STRING,
            "The claim as one sentence in the annotator's own words.",
        ),
        Column("language", STRING, "Language of `normalised`, ISO 639-1."),
        Column(
            "about",
            many({"actor": STRING, "role": label("about_role")}),
            "Actors that the claim is about, each with its role.",
        ),
        Column(
            "n_chains",
            INT,
            "Number of chains of sources, one per independent source; 0 where the"
            " carrier makes the claim itself.",
            lambda j: len(j.item.chains),
        ),
        Column(
            "evidence_shown",
            many(label("evidence_shown")),
            "Kinds of evidence that the text offers for the claim; null where"
            " not asked.",
        ),
        Column(
            "event_time",
            STRING,
            "Time of the event, only if the text states it; else null.",
        ),
        Column(
            "cluster",
            STRING,
            "Name that is shared by claims with the same proposition, in any"
            " document; set by adjudicators, else null.",
        ),
        Column(
            "sure",
            BOOL,
            "False if the annotator asked an adjudicator to look at the claim.",
        ),
    ),
    resolved=(
        Column(
            "n_chains",
            INT,
            "Number of chains in `source_type` that exist, assuming that the claim does;"
            " 0 where the carrier makes the claim itself. Null on a tie on whether the"
            " claim has a source, or on which.",
            n_chains,
        ),
        text_column("Words of each span", many(STRING), _words),
        Column(
            "nearest_source_type",
            many(label("source_type")),
            "For each chain counted in `n_chains`, the type of the source nearest to the"
            " carrier, or null on a tie. The list is null where `n_chains` is.",
            _of_chains(lambda chains: [_type(chain[0]) for chain in chains]),
        ),
        Column(
            "origin_source_type",
            many(label("source_type")),
            "For each chain counted in `n_chains`, the type of its last source, or null on"
            " a tie. The list is null where `n_chains` is.",
            _of_chains(lambda chains: [_type(chain[-1]) for chain in chains]),
        ),
        Column(
            "claimants",
            many(STRING),
            "Actors that the claim goes back to: in each chain counted in `n_chains`, the"
            " actors of the last source that has any. The list is null where"
            " `n_chains` is.",
            _of_chains(_claimants),
        ),
        Column(
            "relations",
            many({"type": label("relation_type"), "item_id": STRING}),
            "Relations from this claim to other claims of the segment.",
            lambda judgement: list(_relations(judgement)),
        ),
    ),
)
