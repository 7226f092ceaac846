"""Votes and what becomes of them: the rule by which judgements are counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
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
from standpoint.resolve.match import Spans, iou

_CLOSED = frozenset({"left_open", "dropped"})


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
    """

    vote_id: str
    set: AnnotationSet
    population: str
    item: Any
    decision: str | None
    origin: str | None
    sources: tuple[str, ...] = ()

    @property
    def is_adjudicated(self) -> bool:
        """Whether an adjudicator made it."""
        return self.set.role == "adjudicator"


class Tally(NamedTuple):
    """One attribute after resolving.

    Attributes:
        value: The resolved label, or None for a tie, an open item or no vote.
        soft: Label to its share of the votes; empty without votes.
        n_votes: Number of votes.
        decided_by: single, unanimous, majority, adjudicated, tie; None without votes.
    """

    value: Any
    soft: dict[Any, float]
    n_votes: int
    decided_by: str | None

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


def _fields(*names: str) -> dict[str, Callable[[Any], Any]]:
    return {name: attrgetter(name) for name in names}


def _of_node(name: str) -> Callable[[Source], str | None]:
    return lambda source: getattr(source.node, name) if source.node else None


ATTRIBUTES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "claim": _fields(
        "claim_type",
        "modality",
        "checkworthy",
        "carrier_stance",
        "certainty_shift",
        "ironic",
    ),
    "stance": _fields("label", "expression", "portrayal"),
    "actor": {
        "actors": lambda mention: tuple(sorted(mention.actors)),
        **_fields("naming", "form", "link_certainty"),
    },
    "source_type": {
        **_fields("source_type"),
        "identification": _of_node("identification"),
        "mode": _of_node("mode"),
    },
}
"""Layer to its voted attributes; the first is the main label."""

_DEPENDENT = {"stance": ("expression", "portrayal")}
"""Layer to attributes that some main labels exclude."""


def tally(values: Iterable[Any]) -> Tally:
    """Count votes; None is no vote. The rule is strict majority.

    Returns:
        A tally whose value is the label that more than half of the votes have.
    """
    votes = [value for value in values if value is not None]
    counts = Counter(votes)
    n_votes = len(votes)
    soft = {value: count / n_votes for value, count in counts.items()}
    if not votes:
        return Tally(None, {}, 0, None)
    top, count = counts.most_common(1)[0]
    if count * 2 <= n_votes and n_votes > 1:
        return Tally(None, soft, n_votes, "tie")
    if n_votes == 1:
        return Tally(top, soft, n_votes, "single")
    kind = "unanimous" if count == n_votes else "majority"
    return Tally(top, soft, n_votes, kind)


def voters(populations: Iterable[str]) -> str | None:
    """Return the population that decides among those that looked; None if none did."""
    present = set(populations)
    order = ("key", "human", "language_model")
    return next((name for name in order if name in present), None)


def decide(
    votes: Sequence[Vote],
    segment: Segment,
    layer: str,
    population: str | None,
    looked: set[str],
) -> Resolved:
    """Resolve one group.

    Args:
        votes: All judgements, adjudicated ones last.
        segment: The segment.
        layer: Layer of the items.
        population: Population whose votes are counted.
        looked: Annotators of it who would have marked the item had they seen it.
    """
    counted = [
        vote
        for vote in votes
        if vote.population == population and not vote.is_adjudicated
    ]
    decided = next((vote for vote in reversed(votes) if vote.is_adjudicated), None)
    found = {vote.set.annotator for vote in counted} & looked
    exists = _exists(decided, len(found), len(looked))
    labels = {
        name: _attribute(get, counted, decided)
        for name, get in ATTRIBUTES[layer].items()
    }
    for name in _DEPENDENT.get(layer, ()):
        if decided is None and not _applies(name, layer, counted, labels):
            labels[name] = labels[name]._replace(value=None)
    return Resolved(
        item_id=votes[0].vote_id,
        segment=segment,
        votes=tuple(votes),
        voters=population,
        judged_by=decided.population if decided else population,
        n_found=len(found),
        n_looked=len(looked),
        exists=exists,
        kept=exists,
        taken=_taken(votes, counted, decided, layer, labels),
        labels=labels,
    )


def _applies(
    name: str, layer: str, counted: Sequence[Vote], labels: dict[str, Tally]
) -> bool:
    """Tell whether anyone who gave the resolved main label gave this attribute too."""
    attributes = ATTRIBUTES[layer]
    main = next(iter(attributes))
    return labels[main].value is None or any(
        attributes[name](vote.item) is not None
        for vote in counted
        if attributes[main](vote.item) == labels[main].value
    )


def decide_part(votes: Sequence[Vote], whole: Resolved, layer: str) -> Resolved:
    """Resolve a part of a claim: the voters who marked the claim are those who looked."""
    looked = {
        vote.set.annotator
        for vote in whole.votes
        if vote.population == whole.voters and not vote.is_adjudicated
    }
    resolved = decide(votes, whole.segment, layer, whole.voters, looked)
    decided = next(
        (vote for vote in reversed(whole.votes) if vote.is_adjudicated), None
    )
    if decided is not None and not any(vote.is_adjudicated for vote in votes):
        # The adjudicator kept the claim, or dropped it, without this part.
        resolved = left_out(resolved, decided)
    if whole.exists is not True and resolved.exists is not False:
        return resolved._replace(exists=whole.exists)
    return resolved


def left_out(resolved: Resolved, decided: Vote) -> Resolved:
    """Return a group as decided by an adjudicator who has no item in it."""
    exists = resolved.exists if decided.decision == "left_open" else False
    return resolved._replace(
        judged_by=decided.population,
        exists=exists,
        kept=exists,
        labels={
            name: found._replace(value=None, decided_by="adjudicated")
            for name, found in resolved.labels.items()
        },
    )


def _exists(decided: Vote | None, n_found: int, n_looked: int) -> bool | None:
    if decided is not None and decided.decision != "left_open":
        return decided.decision != "dropped"
    if n_looked == 0 or n_found * 2 == n_looked:
        return None
    return n_found * 2 > n_looked


def _attribute(
    get: Callable[[Any], Any], counted: Sequence[Vote], decided: Vote | None
) -> Tally:
    votes = tally(get(vote.item) for vote in counted)
    if decided is None:
        return votes
    value = None if decided.decision in _CLOSED else get(decided.item)
    return votes._replace(value=value, decided_by="adjudicated")


def _taken(
    votes: Sequence[Vote],
    counted: Sequence[Vote],
    decided: Vote | None,
    layer: str,
    labels: dict[str, Tally],
) -> Vote:
    """Return the member from which everything comes that is not voted.

    The adjudicated one; else, among the voters whose labels are nearest to the resolved
    ones, the one that overlaps the others most, then the earliest; else the first.
    """
    if decided is not None and decided.decision not in _CLOSED:
        return decided
    members = counted or votes
    if len(members) == 1:
        return members[0]
    places = [_places(vote.item) for vote in members]
    # Evidence of another label than the resolved one would contradict it.
    ranks = [
        (
            _agreement(vote, layer, labels),
            sum(iou(places[n], there) for m, there in enumerate(places) if m != n),
        )
        for n, vote in enumerate(members)
    ]
    return members[ranks.index(max(ranks))]


def _agreement(vote: Vote, layer: str, labels: dict[str, Tally]) -> tuple[bool, int]:
    """Return whether a vote has the resolved main label, and how many labels agree."""
    agree = [
        get(vote.item) == labels[name].value
        for name, get in ATTRIBUTES[layer].items()
        if labels[name].n_votes > 1 and labels[name].value is not None
    ]
    main = next(iter(ATTRIBUTES[layer]))
    value = labels[main].value
    alike = value is None or ATTRIBUTES[layer][main](vote.item) == value
    return alike, sum(agree)


def _places(item: Any) -> tuple[Spans, ...]:
    if isinstance(item, Mention):
        return (((item.start, item.end),),)
    if isinstance(item, Claim):
        others = (occurrence.spans for occurrence in item.also_at)
        return tuple(span_pairs(spans) for spans in (item.spans, *others))
    if isinstance(item, Source):
        return (span_pairs([item.node.span]),) if item.node else ()
    spans = [evidence.span for evidence in item.evidence]
    found = sorted(span_pairs(span for span in spans if span is not None))
    return (tuple(found),) if found else ()


def span_pairs(spans: Iterable[Span]) -> Spans:
    """Return spans as pairs of start and end."""
    return tuple((span.start, span.end) for span in spans)
