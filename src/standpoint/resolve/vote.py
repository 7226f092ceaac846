"""What is resolved and what comes of it: judged items, votes, tallies, resolved items."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from standpoint.records.model import (
    AnnotationSet,
    Claim,
    Evidence,
    Holder,
    Mention,
    Node,
    Segment,
    Span,
)
from standpoint.records.vocabulary import ADJUDICATOR
from standpoint.resolve.match import Item, Spans


class Source(NamedTuple):
    """A source of a claim as an item of its own.

    Attributes:
        claim_id: Item id of the claim.
        node: The source; None at level 0, where the carrier says it itself.
        chain: Number of the chain in its set, from 1; 0 at level 0.
        level: 1 is nearest to the carrier; 0 is the carrier.
        n_levels: Length of the chain.
        source_type: Label; `self`, or `reader` in a comment, at level 0.
        modality: How it puts the claim, in the reading that it is from.
    """

    claim_id: str
    node: Node | None
    chain: int
    level: int
    n_levels: int
    source_type: str
    modality: str

    @property
    def identification(self) -> str | None:
        """How the text identifies it; None at level 0."""
        return self.node.identification if self.node else None

    @property
    def mode(self) -> str | None:
        """How its words are given; None at level 0."""
        return self.node.mode if self.node else None


class Opinion(NamedTuple):
    """A stance, wherever in a set it was given.

    Attributes:
        holder: Whose stance it is.
        kind: `panel`, `actor`, `issue` or `claim`.
        target: Id of the target; of a claim, the item id of its group.
        label: The stance, or None.
        expression: How it is expressed, or None.
        portrayal: Role of an actor target, or None.
        evidence: What shows it.
    """

    holder: Holder
    kind: str
    target: str
    label: str | None
    expression: str | None
    portrayal: str | None
    evidence: tuple[Evidence, ...]


class Vote(NamedTuple):
    """One judgement.

    Attributes:
        vote_id: `<document>/<segment>/<set>.<item>`; a set is called as its file.
        set: The annotation set it is from.
        population: `human`, `language_model` or `key`.
        item: The judged item: a Mention, Claim, Opinion or Source.
        decision: An adjudicator's decision, else None.
        origin: How the item came about; None for the panel.
        sources: Vote ids that an adjudicator decided on.
        is_part: Whether the item is a part of a claim, and was judged with it.
        judge: Who judged: a person, or a model, of which runs are one judge.
    """

    vote_id: str
    set: AnnotationSet
    population: str
    item: Any
    decision: str | None
    origin: str | None
    sources: tuple[str, ...] = ()
    is_part: bool = False
    judge: str = ""

    @property
    def is_adjudicated(self) -> bool:
        """Whether an adjudicator made it."""
        return self.set.role == ADJUDICATOR

    def part(self, name: str, item: Any) -> "Vote":
        """Return a part of the claim as a vote of its own, called `<vote_id>.<name>`."""
        return self._replace(
            vote_id=f"{self.vote_id}.{name}", item=item, sources=(), is_part=True
        )


class Tally(NamedTuple):
    """One attribute after resolving.

    Attributes:
        value: The resolved label, or None for a tie, an open item or no vote.
        soft: Label to its share of the votes; empty without votes.
        n_votes: Number of votes.
        decided_by: single, repeated, unanimous, majority, adjudicated, tie; None without
            votes.
        n_judges: Number of judges who gave these votes.
    """

    value: Any
    soft: dict[Any, float]
    n_votes: int
    decided_by: str | None
    n_judges: int = 0

    @property
    def top_share(self) -> float | None:
        """Share of the most frequent label, or None without votes."""
        return max(self.soft.values(), default=None)


class Resolved(NamedTuple):
    """A group of items, resolved.

    Attributes:
        item_id: Vote id of its first member; never changed by a later set.
        segment: The segment it is in.
        votes: All judgements, adjudicated ones last.
        voters: Population whose votes are counted; None where only an adjudicator looked.
        judged_by: Population that decided: that of the adjudicator, else the voters.
        n_found: Voters with full coverage who marked it.
        n_looked: Voters with full coverage; of a part of a claim, voters who marked the
            claim.
        exists: Whether it is there; None on a tie or when nobody looked fully.
        kept: The same; of a part of a claim, given that the claim is there.
        taken: The judgement from which everything that is not voted comes.
        labels: Attribute to its tally.
    """

    item_id: str
    segment: Segment
    votes: tuple[Vote, ...]
    voters: str | None
    judged_by: str | None
    n_found: int
    n_looked: int
    exists: bool | None
    kept: bool | None
    taken: Vote
    labels: dict[str, Tally]

    @property
    def counted(self) -> tuple[Vote, ...]:
        """The votes that are counted: those of the voters."""
        return counted(self.votes, self.voters)

    @property
    def decision(self) -> Vote | None:
        """The vote of the adjudicator, or None."""
        return decision(self.votes)


def counted(votes: Iterable[Vote], population: str | None) -> tuple[Vote, ...]:
    """Return the votes of a population, without those of adjudicators."""
    return tuple(
        vote
        for vote in votes
        if vote.population == population and not vote.is_adjudicated
    )


def decision(votes: Sequence[Vote]) -> Vote | None:
    """Return the last vote of an adjudicator, or None."""
    return next((vote for vote in reversed(votes) if vote.is_adjudicated), None)


def places(
    item: Mention | Claim | Source | Opinion | tuple[Node, ...],
) -> tuple[Spans, ...]:
    """Return the places of an item, each as disjoint spans in text order.

    A claim has one for each occurrence, a chain one for each of its sources; a stance has
    all its evidence as one.
    """
    match item:
        case Mention():
            return (((item.start, item.end),),)
        case Claim():
            return tuple(map(_pairs, (item.spans, *(o.spans for o in item.also_at))))
        case Source():
            return (_pairs([item.node.span]),) if item.node else ()
        case Opinion():
            spans = [evidence.span for evidence in item.evidence]
            found = sorted(_pairs(span for span in spans if span is not None))
            return (tuple(found),) if found else ()
    return tuple(_pairs([node.span]) for node in item)


def _pairs(spans: Iterable[Span]) -> Spans:
    return tuple((span.start, span.end) for span in spans)


def match_item(vote_id: str, item: Mention | Claim | tuple[Node, ...]) -> Item:
    """Return what matching needs to know of a mention, a claim or a chain of sources."""
    match item:
        case Mention():
            label, actors = item.naming, list(item.actors)
        case Claim():
            label, actors = item.claim_type, [about.actor for about in item.about]
        case _:
            label, actors = item[-1].source_type, list(item[-1].actors)
    return Item(vote_id, places(item), label, frozenset(actors))
