"""Chains of sources of one claim, as several readings see them."""

from collections import Counter
from collections.abc import Hashable, Sequence

from standpoint.agreement.measure import known
from standpoint.records.model import Node
from standpoint.resolve import Vote
from standpoint.resolve.match import Item, join
from standpoint.resolve.vote import span_pairs

Chain = tuple[Node, ...]


def ends(votes: Sequence[Vote], alone: str) -> list[tuple[str, str]]:
    """Return nearest and origin source type of a claim, as each reading has them.

    Of several chains those are taken that most readings have in common (chains are
    joined by the places of their nodes alone: their types are what is compared), so
    that their order does not matter; a reading without that one gives its first, one
    without any the voice of the segment.

    Args:
        votes: The claim, once per reading.
        alone: Source type of a claim without a chain: `self` or `reader`.
    """
    chains = {
        f"{vote.vote_id}.{number}": chain
        for vote in votes
        for number, chain in enumerate(vote.item.chains)
    }
    groups = join([_items(vote) for vote in votes], places_alone=True)
    shared = max(groups, key=len, default=[])
    found = []
    for vote in votes:
        own = [i.vote_id for i in shared if _is_of(i, vote)] or [f"{vote.vote_id}.0"]
        chain = chains.get(own[0], ())
        types = [node.source_type for node in chain] or [alone]
        found.append((types[0], types[-1]))
    return found


def _items(vote: Vote) -> list[Item]:
    return [
        Item(
            f"{vote.vote_id}.{number}",
            tuple(span_pairs([node.span]) for node in chain),
            chain[-1].source_type,
            frozenset(chain[-1].actors),
        )
        for number, chain in enumerate(vote.item.chains)
    ]


def _is_of(item: Item, vote: Vote) -> bool:
    return item.vote_id.rpartition(".")[0] == vote.vote_id


def claimants(chains: Sequence[Chain]) -> tuple[str, ...]:
    """Return the actors that a claim goes back to: of each last source that has any."""
    deepest = (
        next((node.actors for node in reversed(chain) if node.actors), ())
        for chain in chains
    )
    return known([actor for actors in deepest for actor in actors])


def whole_chains(chains: Sequence[Chain]) -> frozenset[tuple[Hashable, int]]:
    """Return everything that two readings must have alike: types and actors, in order."""
    counted = Counter(
        tuple((node.source_type, known(node.actors)) for node in chain)
        for chain in chains
    )
    return frozenset(counted.items())
