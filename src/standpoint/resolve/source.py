"""Sources of claims: chains joined across sets, then decided level by level."""

from standpoint.match import Item, join
from standpoint.model import Claim, Node
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
                item=Source(claim_id, None, 0, 0, 0, alone),
            )
            for vote in silent
        ]
        resolved.append(decide_part(votes, whole, "source_type"))
    for joined in join(sets, agreement_suffices=True):
        members = [chains[item.vote_id] for item in joined]
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
                    ),
                )
                for vote, number, chain in members
                if len(chain) >= level
            ]
            resolved.append(decide_part(votes, whole, "source_type"))
    return resolved
