"""Resolve what several annotators judged: votes, soft labels and resolved labels.

Nothing is overwritten: every group of items is kept with all its votes. The labels of
one population decide (people before language models; the key of a calibration
document alone), attribute by attribute, by strict majority; a tie is null. An
adjudicator's decision goes before the majority. Spans, normalised sentence, chains and
`about` are never mixed: they come whole from one member.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from standpoint.match import Item, Spans, iou, join
from standpoint.model import (
    AnnotationSet,
    Annotator,
    Claim,
    Dossier,
    Evidence,
    Holder,
    JudgedSegment,
    Mention,
    Node,
    PanelJudgement,
    Segment,
    Span,
    Stance,
    Target,
    record_key,
)

LAYERS = ("claim", "stance", "actor", "source_type")

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
    """

    claim_id: str
    node: Node | None
    chain: int
    level: int
    n_levels: int
    source_type: str


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
    taken: Vote
    labels: dict[str, Tally]


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


def resolve(
    dossier: Dossier, annotators: dict[str, Annotator]
) -> dict[str, list[Resolved]]:
    """Resolve every layer of a document.

    Args:
        dossier: The document and its sets.
        annotators: Annotator id to annotator.

    Returns:
        Layer to resolved groups, in text order of the segments and, within one, in the
        order of the groups.
    """
    resolved: dict[str, list[Resolved]] = {layer: [] for layer in LAYERS}
    for segment in dossier.document.segments:
        readings = [
            _Reading(found, judged, segment, _population(found, annotators))
            for found in dossier.sets
            for judged in found.segments
            if judged.segment == segment.id
        ]
        if not readings:
            continue
        claims = _finish(_items(readings, "claim", _claims), readings, "claim", "claim")
        resolved["claim"] += claims
        resolved["actor"] += _finish(
            _items(readings, "actor", _mentions), readings, "actor", "actor"
        )
        resolved["stance"] += _stances(readings, claims)
        for claim in claims:
            resolved["source_type"] += _sources(claim)
    return resolved


class _Reading(NamedTuple):
    """One set's judgements on one segment."""

    set: AnnotationSet
    judged: JudgedSegment
    segment: Segment
    population: str

    def vote_id(self, item: str) -> str:
        name = record_key(self.set).partition("/")[2]
        return f"{self.set.document}/{self.segment.id}/{name}.{item}"

    def vote(self, item: str, value: Any, adjudication: Any) -> Vote:
        decision = adjudication.decision if adjudication else None
        place = f"{self.set.document}/{self.segment.id}"
        return Vote(
            vote_id=self.vote_id(item),
            set=self.set,
            population=self.population,
            item=value,
            decision=decision,
            origin=getattr(value, "origin", None),
            sources=tuple(
                f"{place}/{source.annotator}.{source.item}"
                for source in (adjudication.sources if adjudication else ())
            ),
        )


def _population(record: AnnotationSet, annotators: dict[str, Annotator]) -> str:
    if record.role == "key":
        return "key"
    return annotators[record.annotator].kind


def voters(populations: Iterable[str]) -> str | None:
    """Return the population that decides among those that looked; None if none did."""
    present = set(populations)
    order = ("key", "human", "language_model")
    return next((name for name in order if name in present), None)


def _spans(spans: Iterable[Span]) -> Spans:
    return tuple((span.start, span.end) for span in spans)


def _mentions(reading: _Reading) -> Iterator[tuple[str, Mention, Item]]:
    for mention in reading.judged.mentions:
        item = Item(
            reading.vote_id(mention.id),
            (((mention.start, mention.end),),),
            mention.naming,
            frozenset(mention.actors),
        )
        yield mention.id, mention, item


def _claims(reading: _Reading) -> Iterator[tuple[str, Claim, Item]]:
    for claim in reading.judged.claims:
        places = [claim.spans, *(occurrence.spans for occurrence in claim.also_at)]
        item = Item(
            reading.vote_id(claim.id),
            tuple(_spans(spans) for spans in places),
            claim.claim_type,
            frozenset(about.actor for about in claim.about),
        )
        yield claim.id, claim, item


def _items(
    readings: Sequence[_Reading],
    layer: str,
    list_items: Callable[[_Reading], Iterator[tuple[str, Any, Item]]],
) -> list[list[Vote]]:
    """Match the items of a layer; return groups of votes."""
    votes: dict[str, Vote] = {}
    sets = []
    for reading in readings:
        items = []
        for name, value, item in list_items(reading):
            vote = reading.vote(name, value, value.adjudication)
            votes[item.vote_id] = vote
            items.append(item._replace(joins=next(iter(vote.sources), None)))
        if getattr(reading.judged.coverage, layer) != "none":
            sets.append(items)
    return [[votes[item.vote_id] for item in group] for group in join(sets)]


def _finish(
    groups: Iterable[Sequence[Vote]],
    readings: Sequence[_Reading],
    layer: str,
    coverage: str,
) -> list[Resolved]:
    """Resolve the groups of one layer of one segment."""
    judges = [
        reading
        for reading in readings
        if reading.set.role != "adjudicator"
        and getattr(reading.judged.coverage, coverage) != "none"
    ]
    population = voters(reading.population for reading in judges)
    looked = {
        reading.set.annotator
        for reading in judges
        if reading.population == population
        and getattr(reading.judged.coverage, coverage) == "full"
    }
    segment = readings[0].segment
    groups = list(groups)
    merged = _merged(groups)
    resolved = []
    for group in groups:
        found = _decide(group, segment, layer, population, looked)
        into = next((merged[v.vote_id] for v in group if v.vote_id in merged), None)
        if into is not None and not any(vote.is_adjudicated for vote in group):
            found = _left_out(found, into)
        resolved.append(found)
    return resolved


def _merged(groups: Iterable[Sequence[Vote]]) -> dict[str, Vote]:
    """Return items that an adjudicator merged into another, to the decision."""
    return {
        source: vote
        for group in groups
        for vote in group
        for source in vote.sources[1:]
    }


def _decide(
    votes: Sequence[Vote],
    segment: Segment,
    layer: str,
    population: str | None,
    looked: set[str],
) -> Resolved:
    counted = [
        vote
        for vote in votes
        if vote.population == population and not vote.is_adjudicated
    ]
    decided = next((vote for vote in reversed(votes) if vote.is_adjudicated), None)
    found = {vote.set.annotator for vote in counted} & looked
    return Resolved(
        item_id=votes[0].vote_id,
        segment=segment,
        votes=tuple(votes),
        voters=population,
        judged_by=decided.population if decided else population,
        n_found=len(found),
        n_looked=len(looked),
        exists=_exists(decided, len(found), len(looked)),
        taken=_taken(votes, counted, decided),
        labels={
            name: _attribute(get, counted, decided)
            for name, get in ATTRIBUTES[layer].items()
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
    votes: Sequence[Vote], counted: Sequence[Vote], decided: Vote | None
) -> Vote:
    """Return the member from which everything comes that is not voted.

    The adjudicated one; else, among the voters, the one that overlaps the others most,
    then the earliest; else the first.
    """
    if decided is not None and decided.decision not in _CLOSED:
        return decided
    members = counted or votes
    if len(members) < 3:  # noqa: PLR2004 - two members overlap each other alike
        return members[0]
    places = [_places(vote.item) for vote in members]
    means = [
        sum(iou(here, there) for m, there in enumerate(places) if m != n)
        for n, here in enumerate(places)
    ]
    return members[means.index(max(means))]


def _places(item: Any) -> tuple[Spans, ...]:
    if isinstance(item, Mention):
        return (((item.start, item.end),),)
    if isinstance(item, Claim):
        others = (occurrence.spans for occurrence in item.also_at)
        return tuple(_spans(spans) for spans in (item.spans, *others))
    if isinstance(item, Source):
        return (_spans([item.node.span]),) if item.node else ()
    spans = [evidence.span for evidence in item.evidence]
    found = sorted(_spans(span for span in spans if span is not None))
    return (tuple(found),) if found else ()


# stances


def _stances(
    readings: Sequence[_Reading], claims: Sequence[Resolved]
) -> list[Resolved]:
    """Resolve panel, free and carrier stances: the same holder and target match."""
    group_of = {vote.vote_id: claim.item_id for claim in claims for vote in claim.votes}
    panel: dict[Any, list[Vote]] = {}
    free: dict[Any, list[Vote]] = {}
    for reading in readings:
        holder = Holder(kind=_voice(reading.segment), id=None)
        for target, judgement in sorted(reading.judged.panel.items()):
            opinion = _opinion(judgement, holder, "panel", target)
            vote = reading.vote(f"panel.{target}", opinion, judgement.adjudication)
            panel.setdefault((holder.kind, target), []).append(vote)
        for stance in reading.judged.stances:
            opinion = _opinion(stance, stance.holder, stance.target.kind, "")
            opinion = opinion._replace(target=_target(reading, stance.target, group_of))
            key = (stance.holder.kind, stance.holder.id, opinion.kind, opinion.target)
            group = free.setdefault(key, [])
            # Two judgements of one set on the same thing: the first counts.
            if all(vote.set is not reading.set for vote in group):
                vote = reading.vote(stance.id, opinion, stance.adjudication)
                group.append(vote._replace(origin=stance.origin))
    resolved = _finish(panel.values(), readings, "stance", "panel")
    resolved += _finish(free.values(), readings, "stance", "stance")
    return resolved + _carrier_stances(claims)


def _voice(segment: Segment) -> str:
    return "commenter" if segment.kind == "comment" else "carrier"


def _opinion(
    judgement: PanelJudgement | Stance, holder: Holder, kind: str, target: str
) -> Opinion:
    return Opinion(
        holder=holder,
        kind=kind,
        target=target,
        label=judgement.label,
        expression=judgement.expression,
        portrayal=judgement.portrayal,
        evidence=judgement.evidence,
    )


def _target(reading: _Reading, target: Target, group_of: dict[str, str]) -> str:
    if target.kind != "claim":
        return target.id
    own = reading.vote_id(target.id)
    return group_of.get(own, own)


def _carrier_stances(claims: Sequence[Resolved]) -> list[Resolved]:
    """Resolve the carrier's stance toward each claim that it reports."""
    resolved = []
    for whole in claims:
        votes = []
        for vote in whole.votes:
            claim: Claim = vote.item
            if claim.carrier_stance is None:
                continue
            evidence = tuple(
                Evidence(start=span.start, end=span.end, digest=span.digest)
                for span in claim.carrier_evidence
            )
            opinion = Opinion(
                Holder(kind=_voice(whole.segment), id=None),
                "claim",
                whole.item_id,
                claim.carrier_stance,
                None,
                None,
                evidence,
            )
            votes.append(
                vote._replace(
                    vote_id=f"{vote.vote_id}.carrier", item=opinion, sources=()
                )
            )
        if votes:
            resolved.append(_decide_part(votes, whole, "stance"))
    return resolved


def _decide_part(votes: Sequence[Vote], whole: Resolved, layer: str) -> Resolved:
    """Resolve a part of a claim: the voters who marked the claim are those who looked."""
    looked = {
        vote.set.annotator
        for vote in whole.votes
        if vote.population == whole.voters and not vote.is_adjudicated
    }
    resolved = _decide(votes, whole.segment, layer, whole.voters, looked)
    decided = next(
        (vote for vote in reversed(whole.votes) if vote.is_adjudicated), None
    )
    if decided is not None and not any(vote.is_adjudicated for vote in votes):
        # The adjudicator kept the claim, or dropped it, without this part.
        resolved = _left_out(resolved, decided)
    if whole.exists is not True and resolved.exists is not False:
        return resolved._replace(exists=whole.exists)
    return resolved


def _left_out(resolved: Resolved, decided: Vote) -> Resolved:
    """Return a group as decided by an adjudicator who has no item in it."""
    return resolved._replace(
        judged_by=decided.population,
        exists=resolved.exists if decided.decision == "left_open" else False,
        labels={
            name: found._replace(value=None, decided_by="adjudicated")
            for name, found in resolved.labels.items()
        },
    )


# sources


def _sources(whole: Resolved) -> list[Resolved]:
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
            places = tuple(_spans([node.span]) for node in chain)
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
        resolved.append(_decide_part(votes, whole, "source_type"))
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
            resolved.append(_decide_part(votes, whole, "source_type"))
    return resolved
