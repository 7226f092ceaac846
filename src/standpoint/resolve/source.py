"""Sources of claims: chains joined across sets, then decided level by level."""

from collections.abc import Iterator

from standpoint.records.model import Claim, Node
from standpoint.resolve.match import Item, join
from standpoint.resolve.vote import Resolved, Source, Vote, decide_part, span_pairs


def resolved_sources(whole: Resolved) -> list[Resolved]:
    """Resolve the sources of one claim, chain by chain and level by level."""
    alone = "reader" if whole.segment.kind == "comment" else "self"
    claim_id = whole.item_id
    chains: dict[str, tuple[Vote, int, tuple[Node, ...]]] = {}
    sets = []
    for vote in whole.votes:
        claim: Claim = vote.item
        items = []
        for number, chain in enumerate(claim.chains, 1):
            name = f"{vote.vote_id}.{number}"
            chains[name] = vote, number, chain
            places = tuple(span_pairs([node.span]) for node in chain)
            origin = chain[-1]
            items.append(
                Item(name, places, origin.source_type, frozenset(origin.actors))
            )
        sets.append(items)
    resolved = []
    silent = [vote for vote in whole.votes if not vote.item.chains]
    if silent:
        votes = [
            vote._replace(
                vote_id=f"{vote.vote_id}.0.0",
                sources=(),
                item=Source(claim_id, None, 0, 0, 0, alone, vote.item.modality),
            )
            for vote in silent
        ]
        resolved.append(decide_part(votes, whole, "source_type"))
    for place, joined in enumerate(join(sets, agreement_suffices=True), 1):
        members = [chains[item.vote_id] for item in joined]
        levels = []
        for level in range(1, max(len(chain) for _, _, chain in members) + 1):
            votes = [
                vote._replace(
                    vote_id=f"{vote.vote_id}.{number}.{level}",
                    sources=(),
                    item=Source(
                        claim_id,
                        chain[level - 1],
                        number,
                        level,
                        len(chain),
                        chain[level - 1].source_type,
                        chain[level - 1].modality or vote.item.modality,
                    ),
                )
                for vote, number, chain in members
                if len(chain) >= level
            ]
            levels.append(decide_part(votes, whole, "source_type"))
        resolved += _as_chain(levels, place)
    return resolved


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
