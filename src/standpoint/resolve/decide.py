"""The rule by which votes are counted: strict majority, and adjudicators before it."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from standpoint.records.model import Segment
from standpoint.resolve.attribute import ATTRIBUTES, Attribute
from standpoint.resolve.match import iou
from standpoint.resolve.vote import Resolved, Tally, Vote, counted, decision, places

_CLOSED = frozenset({"left_open", "dropped"})


def tally(values: Iterable[Any]) -> Tally:
    """Count votes; None is no vote. The rule is strict majority.

    Returns:
        A tally whose value is the label that more than half of the votes have.
    """
    votes = [value for value in values if value is not None]
    if not votes:
        return Tally(None, {}, 0, None)
    counts: dict[Any, int] = {}  # a Counter costs more than all the rest
    for vote in votes:
        counts[vote] = counts.get(vote, 0) + 1
    n_votes = len(votes)
    soft = {value: count / n_votes for value, count in counts.items()}
    top, count = max(counts.items(), key=itemgetter(1))
    if count * 2 <= n_votes and n_votes > 1:
        return Tally(None, soft, n_votes, "tie")
    if n_votes == 1:
        return Tally(top, soft, n_votes, "single")
    kind = "unanimous" if count == n_votes else "majority"
    return Tally(top, soft, n_votes, kind)


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
    members = counted(votes, population)
    decided = decision(votes)
    found = {vote.set.annotator for vote in members} & looked
    exists = _exists(decided, len(found), len(looked))
    labels = {
        name: _attribute(attribute.get, members, decided)
        for name, attribute in ATTRIBUTES[layer].items()
    }
    for attribute in ATTRIBUTES[layer].values() if decided is None else ():
        if attribute.follows_main:
            value = _following(attribute, layer, members, labels)
            labels[attribute.name] = labels[attribute.name]._replace(value=value)
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
        taken=_taken(votes, members, decided, layer, labels),
        labels=labels,
    )


def _following(
    attribute: Attribute, layer: str, members: Sequence[Vote], labels: dict[str, Tally]
) -> Any:
    """Return the value of an attribute among those who gave the resolved main label.

    What others gave belongs to another label, and may contradict this one.
    """
    main = next(iter(ATTRIBUTES[layer].values()))
    value = labels[main.name].value
    winners = [vote for vote in members if main.get(vote.item) == value]
    given = tally(attribute.get(vote.item) for vote in winners)
    return None if value is None else given.value


def decide_part(votes: Sequence[Vote], whole: Resolved, layer: str) -> Resolved:
    """Resolve a part of a claim: the voters who marked the claim are those who looked."""
    looked = {vote.set.annotator for vote in whole.counted}
    resolved = decide(votes, whole.segment, layer, whole.voters, looked)
    decided = whole.decision
    if decided is not None and decision(votes) is None:
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
    get: Callable[[Any], Any], members: Sequence[Vote], decided: Vote | None
) -> Tally:
    votes = tally(get(vote.item) for vote in members)
    judges = {vote.judge for vote in members if get(vote.item) is not None}
    votes = votes._replace(n_judges=len(judges))
    if decided is None:
        # That one model says the same again is no majority of judges.
        is_one = len(judges) == 1 and votes.decided_by in {"unanimous", "majority"}
        return votes._replace(decided_by="repeated") if is_one else votes
    value = None if decided.decision in _CLOSED else get(decided.item)
    return votes._replace(value=value, decided_by="adjudicated")


def _taken(
    votes: Sequence[Vote],
    members: Sequence[Vote],
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
    members = members or votes
    if len(members) == 1:
        return members[0]
    found = [places(vote.item) for vote in members]
    # Evidence of another label than the resolved one would contradict it.
    ranks = [
        (
            _agreement(vote, layer, labels),
            sum(iou(found[n], other) for m, other in enumerate(found) if m != n),
        )
        for n, vote in enumerate(members)
    ]
    return members[ranks.index(max(ranks))]


def _agreement(vote: Vote, layer: str, labels: dict[str, Tally]) -> tuple[bool, int]:
    """Return whether a vote has the resolved main label, and how many labels agree."""
    agree = [
        attribute.get(vote.item) == labels[name].value
        for name, attribute in ATTRIBUTES[layer].items()
        if labels[name].n_votes > 1 and labels[name].value is not None
    ]
    main = next(iter(ATTRIBUTES[layer].values()))
    value = labels[main.name].value
    alike = value is None or main.get(vote.item) == value
    return alike, sum(agree)
