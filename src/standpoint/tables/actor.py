"""The config `actor`: mentions, whom they name and how."""

from standpoint.records.model import Mention, Segment
from standpoint.resolve import Resolved, Vote
from standpoint.tables.column import SHARE, SPAN, STRING, Column, label, many
from standpoint.tables.layer import Around, Inventories, Layer, Row, text_column


def _columns(_: Inventories) -> list[Column]:
    return [
        Column("span", SPAN, "Place of the mention."),
        Column(
            "actors",
            many(STRING),
            "Actors it names, sorted; NIL:... is none of the registry; null on a tie.",
        ),
    ]


def _row(mention: Mention, segment: Segment, around: Around) -> Row:
    return {
        "span": around.span(mention.span, segment),
        "actors": sorted(mention.actors),
    }


def _more_columns(inventories: Inventories) -> list[Column]:
    return [
        Column(
            "actors_soft",
            many({"actor": STRING, "p": SHARE}),
            "Share of the votes that name each actor, sorted by actor; adds up to more"
            " than 1 where a mention names several; null without votes.",
        ),
        Column(
            "actor_kinds",
            many(label(inventories["actor_kind"])),
            "Kind of each of `actors`, in their order; null on a tie.",
        ),
        text_column("Words of the mention"),
    ]


def _more(item: Resolved, around: Around) -> Row:
    found = item.labels["actors"]
    actors: tuple[str, ...] | None = found.value
    shares: dict[str, float] = {}
    for link, share in found.soft.items():
        for actor in link:
            shares[actor] = shares.get(actor, 0.0) + share
    soft = [{"actor": actor, "p": share} for actor, share in sorted(shares.items())]
    kinds = actors and [_kind(actor, item.votes, around) for actor in actors]
    span = item.taken.item.span
    return {
        "actors": None if actors is None else list(actors),
        "actors_soft": soft if found.n_votes else None,
        "actor_kinds": kinds,
        "text": around.words(span.start, span.end),
    }


def _kind(actor_id: str, votes: tuple[Vote, ...], around: Around) -> int | None:
    actor = around.registries.actors.get(actor_id)
    declared = (
        nil
        for vote in votes
        if actor_id in vote.item.actors
        for nil in vote.set.nil
        if nil.id == actor_id
    )
    kind = actor.kind if actor else next((nil.kind for nil in declared), None)
    return around.code("actor_kind", kind)


LAYER = Layer(
    name="actor",
    labels={
        "naming": "naming",
        "form": "mention_form",
        "link_certainty": "link_certainty",
    },
    columns=_columns,
    row=_row,
    more_columns=_more_columns,
    more=_more,
)
