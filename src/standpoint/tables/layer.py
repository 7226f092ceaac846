"""The columns that all four layers share, of resolved items and of the votes behind them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from standpoint.records.model import (
    Annotator,
    Document,
    Dossier,
    Registries,
    Segment,
    Span,
)
from standpoint.records.safe_repr import veiled
from standpoint.records.vocabulary import Inventories
from standpoint.resolve import ATTRIBUTES, Attribute, Resolved, Tally, Vote
from standpoint.tables.column import (
    BOOL,
    INT,
    SHARE,
    STRING,
    Column,
    Feature,
    Row,
    label,
    many,
    of,
)


class Around(NamedTuple):
    """A document with what its rows need besides the judgements.

    Attributes:
        dossier: The document with its sets.
        registries: The registries.
        inventories: The closed lists of labels.
        text: The raw text where this edition may hold it, else None.
        split: Split of the document.
        story_group: Story group of the document.
        resolved: Layer to resolved items; `with_resolved` fills in this and the rest.
        item_of: Vote id of a claim to the item id of its group.
        claims: Item id of a claim to the claim.
        sources: Item id of a claim to its sources.
    """

    dossier: Dossier
    registries: Registries
    inventories: Inventories
    text: str | None
    split: str
    story_group: str
    resolved: Mapping[str, Sequence[Resolved]] = MappingProxyType({})
    item_of: Mapping[str, str] = MappingProxyType({})
    claims: Mapping[str, Resolved] = MappingProxyType({})
    sources: Mapping[str, Sequence[Resolved]] = MappingProxyType({})

    def __repr__(self) -> str:
        return veiled(self, "text")

    @property
    def document(self) -> Document:
        """The document."""
        return self.dossier.document

    def words(self, start: int, end: int) -> str | None:
        """Return the words of a stretch, or None where the text may not be held."""
        return None if self.text is None else self.text[start:end]


class Judgement(NamedTuple):
    """What a row of a layer is made of: a vote, or a group with the vote it is taken from.

    Attributes:
        around: The document.
        group: The resolved item.
        vote: The vote; of a resolved row the one from which all comes that is not voted.
    """

    around: Around
    group: Resolved
    vote: Vote

    @property
    def item(self) -> Any:
        """The judged item: a Mention, Claim, Opinion or Source."""
        return self.vote.item

    @property
    def segment(self) -> Segment:
        """The segment."""
        return self.group.segment

    @property
    def annotator(self) -> Annotator:
        """Who gave the vote."""
        return self.around.registries.annotators[self.vote.set.annotator]

    def span(self, span: Span) -> Row:
        """Return a span with its place in the segment."""
        return {
            "start": span.start,
            "end": span.end,
            "segment_start": span.start - self.segment.start,
            "segment_end": span.end - self.segment.start,
            "digest": span.digest,
        }

    def spans(self, spans: Iterable[Span]) -> list[Row]:
        """Return spans with their places in the segment."""
        return [self.span(span) for span in spans]


class Layer(NamedTuple):
    """What sets one layer's tables apart.

    Attributes:
        name: Config of its resolved rows; `<name>_votes` holds the votes.
        about: What a resolved row is, in one line.
        columns: Columns of what is not voted on, for rows and votes.
        resolved: Columns of resolved rows alone; one that is called as one of `columns`
            takes its place.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    resolved: tuple[Column, ...] = ()

    @property
    def main(self) -> str:
        """The attribute that `decided_by`, `n_votes` and `top_share` speak of."""
        return next(iter(ATTRIBUTES[self.name]))

    @property
    def labels(self) -> dict[str, str]:
        """Label column to its list of labels."""
        voted = ATTRIBUTES[self.name].values()
        return {one.name: one.inventory for one in voted if one.inventory}

    def resolved_columns(self) -> tuple[Column, ...]:
        """Return the columns of its resolved rows."""
        voted = ATTRIBUTES[self.name].values()
        own = {column.name: column for column in (*_IDS, *self.columns)}
        replaced = {c.name: c for c in self.resolved if c.name in own}
        return (
            *(own | replaced).values(),
            *(c for one in voted if one.inventory for c in _resolved(one)),
            *(column for column in self.resolved if column.name not in own),
            *_verdict(self.main),
        )

    def vote_columns(self) -> tuple[Column, ...]:
        """Return the columns of its votes."""
        voted = ATTRIBUTES[self.name].values()
        return (*_VOTE, *self.columns, *(_given(one) for one in voted if one.inventory))


PLACED = of(
    "around",
    Column(
        "story_group",
        STRING,
        "Group of documents joined by near-duplicate text, repost or digest; it is"
        " always in one split.",
    ),
    Column("split", STRING, "Split that the row is in."),
)

_IDS = (
    Column("document_id", STRING, "Id of the document.", "around.document.id"),
    Column(
        "segment_id",
        STRING,
        "Id of the segment in the document: s01, s02 and so on.",
        "segment.id",
    ),
    Column(
        "item_id",
        STRING,
        "Id of the item: the vote id of the first judgement of it. It stays"
        " the same when more sets are added.",
        "group.item_id",
    ),
)

_VOTE = (
    Column(
        "vote_id",
        STRING,
        "Id of the judgement: <document>/<segment>/<set>.<item>.",
        "vote.vote_id",
    ),
    *_IDS,
    Column("annotator_id", STRING, "Pseudonym of the annotator.", "annotator.id"),
    Column(
        "annotator_kind",
        label("annotator_kind"),
        "Whether the annotator is a person or a language model.",
        "annotator.kind",
    ),
    *of(
        "vote",
        Column("role", label("set_role"), "Role of the annotation set.", "set.role"),
        Column(
            "decision",
            label("decision"),
            "Decision of the adjudicator; null for all other sets.",
        ),
        Column(
            "sources",
            many(STRING),
            "Vote ids of the judgements that the adjudicator decided on; those"
            " of other items were merged into this item. Empty for all other"
            " sets, and for parts of a claim.",
        ),
        Column(
            "guidelines",
            STRING,
            "Version of the guidelines that the annotator followed.",
            "set.guidelines",
        ),
        Column(
            "saw_suggestions",
            BOOL,
            "Whether the annotator was shown suggestions.",
            "set.saw_suggestions",
        ),
        Column(
            "origin",
            label("origin"),
            "How the item came about. Sources, and stances toward a reported"
            " claim, have the origin of the claim; null for judgements of the"
            " panel.",
        ),
    ),
)


def _given(attribute: Attribute) -> Column:
    """Return the column of an attribute in the votes."""

    def get(judgement: Judgement) -> Any:
        return attribute.get(judgement.item)

    return Column(
        attribute.name,
        label(attribute.inventory),
        f"{attribute.title or '{title}'}.",
        get,
    )


_NULL = {
    False: "Null on a tie, and where it does not apply.",
    True: "Voted among those who gave the resolved `label`; null on a tie, also of"
    " `label`, and where it does not apply.",
}
"""When a label is null, and whether it belongs to the main one."""


def _resolved(attribute: Attribute) -> tuple[Column, Column]:
    """Return the columns of an attribute in the resolved rows: the label and its shares."""
    name, feature = attribute.name, label(attribute.inventory)

    def tally(judgement: Judgement) -> Tally:
        return judgement.group.labels[name]

    def soft(judgement: Judgement) -> list[float] | None:
        names = judgement.around.inventories[attribute.inventory].names
        found = tally(judgement)
        return [found.soft.get(n, 0.0) for n in names] if found.n_votes else None

    return (
        Column(
            name,
            feature,
            f"{attribute.title or '{title}'}. {_NULL[attribute.follows_main]}",
            lambda judgement: tally(judgement).value,
        ),
        Column(
            f"{name}_soft",
            many(SHARE),
            f"Share of the votes for each class of `{name}`, in the order of the class"
            " names; null without votes.",
            soft,
        ),
    )


def _verdict(main: str) -> tuple[Column, ...]:
    """Return the columns on how a group was resolved, given the main attribute."""

    def tally(name: str) -> Callable[[Judgement], Any]:
        return lambda judgement: getattr(judgement.group.labels[main], name)

    return (
        *of(
            "group",
            Column(
                "judged_by",
                label("population"),
                "Population that decided the labels: people, language models or"
                " answer keys.",
            ),
            Column(
                "voters",
                label("population"),
                "Population whose votes are counted. It differs from `judged_by`"
                " only where a person adjudicated judgements of language models;"
                " null where only an adjudicator looked.",
            ),
            Column(
                "decided_by",
                label("decided_by"),
                f"How `{main}` was decided; null where no voter marked the item. A part of a"
                " claim that an adjudicator left out counts as adjudicated.",
                tally("decided_by"),
            ),
            Column("n_votes", INT, f"Number of votes on `{main}`.", tally("n_votes")),
            Column(
                "n_judges",
                INT,
                "Number of judges who gave these votes: people, and different models. Runs"
                " of one model are one judge.",
                tally("n_judges"),
            ),
            Column(
                "top_share",
                SHARE,
                f"Share of the votes for the most frequent `{main}`; null without votes.",
                tally("top_share"),
            ),
            Column(
                "n_found",
                INT,
                "Number of voters counted in `n_looked` who marked the item.",
            ),
            Column(
                "n_looked",
                INT,
                "Number of voters with full coverage of this layer in the segment."
                " Of a source, and of a stance toward a reported claim: number of"
                " voters who marked the claim.",
            ),
            Column(
                "exists",
                BOOL,
                "True if more than half of `n_looked` marked the item, or an"
                " adjudicator kept it; null on a tie, and where nobody had full"
                " coverage. A part of a claim exists only if the claim does.",
            ),
        ),
        Column(
            "taken_from",
            STRING,
            "Annotator whose judgement gives the spans and all other columns"
            " that are not voted on.",
            "vote.set.annotator",
        ),
        Column(
            "outlet_id",
            STRING,
            "Outlet of the segment; null for comments.",
            "segment.outlet",
        ),
        *PLACED,
    )


def text_column(meaning: str, feature: Feature, get: Callable[[Any], Any]) -> Column:
    """Return a column of words, which the public edition may have to leave null."""
    meaning = f"{meaning}; null if the text is withheld."
    return Column("text", feature, meaning, get, is_text=True)
