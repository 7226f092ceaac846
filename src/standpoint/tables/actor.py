"""The config `actor`: mentions, whom they name and how."""

from standpoint.resolve import Vote
from standpoint.tables.column import SHARE, SPAN, STRING, Column, Row, label, many, of
from standpoint.tables.layer import Judgement, Layer, text_column


def _soft(judgement: Judgement) -> list[Row] | None:
    found = judgement.group.labels["actors"]
    shares: dict[str, float] = {}
    for link, share in found.soft.items():
        for actor in link:
            shares[actor] = shares.get(actor, 0.0) + share
    soft = [{"actor": actor, "p": share} for actor, share in sorted(shares.items())]
    return soft if found.n_votes else None


def _kinds(judgement: Judgement) -> list[str | None] | None:
    actors = judgement.group.labels["actors"].value
    return actors and [_kind(actor, judgement) for actor in actors]


def _kind(actor_id: str, judgement: Judgement) -> str | None:
    actor = judgement.around.registries.actors.get(actor_id)
    votes: tuple[Vote, ...] = judgement.group.votes
    declared = (
        nil.kind
        for vote in votes
        if actor_id in vote.item.actors
        for nil in vote.set.nil
        if nil.id == actor_id
    )
    return actor.kind if actor else next(declared, None)


_ACTORS = (
    "Actors that the mention names, sorted. NIL:... stands for an actor that is not in"
    " the registry"
)

LAYER = Layer(
    name="actor",
    about="One mention of one or more actors, resolved from the votes",
    columns=of(
        "item",
        Column("span", SPAN, "Place of the mention.", lambda j: j.span(j.item.span)),
        Column("actors", many(STRING), f"{_ACTORS}.", lambda j: sorted(j.item.actors)),
    ),
    resolved=(
        Column(
            "actors",
            many(STRING),
            f"{_ACTORS}; null on a tie.",
            lambda j: j.group.labels["actors"].value,
        ),
        Column(
            "actors_soft",
            many({"actor": STRING, "p": SHARE}),
            "Share of the votes that name each actor, sorted by actor. The"
            " shares add up to more than 1 where votes name several actors; null"
            " without votes.",
            _soft,
        ),
        Column(
            "actor_kinds",
            many(label("actor_kind")),
            "Kind of each actor in `actors`, in the same order; null on a tie.",
            _kinds,
        ),
        text_column(
            "Words of the mention",
            STRING,
            lambda j: j.around.words(j.item.start, j.item.end),
        ),
    ),
)
