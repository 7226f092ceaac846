"""Sources of claims: chains joined across sets, then decided level by level."""

from collections.abc import Iterable, Iterator, Sequence

from standpoint.records.model import Node
from standpoint.records.vocabulary import voice
from standpoint.resolve.decide import decide_part
from standpoint.resolve.match import join
from standpoint.resolve.vote import Resolved, Source, Vote, match_item


def claimants(chains: Iterable[Sequence[Node]]) -> set[str]:
    """Return the actors that a claim goes back to: of each last source that has any."""
    deepest = (
        next((node.actors for node in reversed(chain) if node.actors), ())
        for chain in chains
    )
    return {actor for actors in deepest for actor in actors}


def resolved_sources(whole: Resolved) -> list[Resolved]:
    """Resolve the sources of one claim, chain by chain and level by level."""
    alone = voice(whole.segment.kind).source
    resolved = []
    silent = [
        vote.part(
            "0.0", Source(whole.item_id, None, 0, 0, 0, alone, vote.item.modality)
        )
        for vote in whole.votes
        if not vote.item.chains
    ]
    if silent:
        resolved.append(decide_part(silent, whole, "source_type"))
    chains: dict[str, tuple[Vote, int]] = {}
    sets = []
    for vote in whole.votes:
        items = []
        for number, chain in enumerate(vote.item.chains, 1):
            items.append(match_item(f"{vote.vote_id}.{number}", chain))
            chains[items[-1].vote_id] = vote, number
        sets.append(items)
    for place, joined in enumerate(join(sets, agreement_suffices=True), 1):
        parts = [list(_parts(*chains[item.vote_id], whole)) for item in joined]
        levels = [
            decide_part([p[n] for p in parts if n < len(p)], whole, "source_type")
            for n in range(max(map(len, parts)))
        ]
        resolved += _as_chain(levels, place)
    return resolved


def _parts(vote: Vote, number: int, whole: Resolved) -> Iterator[Vote]:
    """Yield the sources of a chain of a vote on a claim, the nearest first."""
    chain = vote.item.chains[number - 1]
    for level, node in enumerate(chain, 1):
        source = Source(
            claim_id=whole.item_id,
            node=node,
            chain=number,
            level=level,
            n_levels=len(chain),
            source_type=node.source_type,
            modality=node.modality or vote.item.modality,
        )
        yield vote.part(f"{number}.{level}", source)


_CERTAINTY = (False, None, True)


def _as_chain(levels: list[Resolved], number: int) -> Iterator[Resolved]:
    """Number the levels of a resolved chain, which no single reading may have as such.

    A level is the last one where nothing behind it is as certain: readings that end a
    chain at different levels give it one end, that of most of them.
    """
    certain = [_CERTAINTY.index(found.kept) for found in levels]
    for place, found in enumerate(levels):
        last = max(n for n, rank in enumerate(certain) if rank >= certain[place])
        item = found.taken.item._replace(chain=number, n_levels=last + 1)
        yield found._replace(taken=found.taken._replace(item=item))
