"""The rows that all four layers share: resolved items, and the votes behind them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from standpoint.records.model import Dossier, Registries, Segment, Span
from standpoint.records.safe_repr import veiled
from standpoint.records.schema import Inventory
from standpoint.resolve import ATTRIBUTES, Resolved, Tally
from standpoint.tables.column import BOOL, INT, SHARE, STRING, Column, label, many

Row = dict[str, Any]
Inventories = dict[str, Inventory]


class Around(NamedTuple):
    """What rows need besides the judgement.

    Attributes:
        dossier: The document.
        registries: The registries.
        inventories: The closed lists of labels.
        text: The raw text where this edition may hold it, else None.
        split: Split of the document.
        story_group: Story group of the document.
        item_of: Vote id of a claim to the item id of its group; filled by `rows_of`.
        claims: Item id of a claim to the claim; filled by `rows_of`.
        sources: Item id of a claim to its sources; filled by `rows_of`.
    """

    dossier: Dossier
    registries: Registries
    inventories: Inventories
    text: str | None
    split: str
    story_group: str
    item_of: Mapping[str, str] = MappingProxyType({})
    claims: Mapping[str, Resolved] = MappingProxyType({})
    sources: Mapping[str, Sequence[Resolved]] = MappingProxyType({})

    def __repr__(self) -> str:
        return veiled(self, "text")

    def code(self, inventory: str, name: str | None) -> int | None:
        """Return the class number of a label; None stays None."""
        return None if name is None else self.inventories[inventory].names.index(name)

    def span(self, span: Span, segment: Segment) -> Row:
        """Return a span with its place in the segment."""
        return {
            "start": span.start,
            "end": span.end,
            "segment_start": span.start - segment.start,
            "segment_end": span.end - segment.start,
            "digest": span.digest,
        }

    def words(self, start: int, end: int) -> str | None:
        """Return the words of a stretch, or None where the text may not be held."""
        return None if self.text is None else self.text[start:end]


class Layer(NamedTuple):
    """What sets one layer's tables apart.

    Attributes:
        name: Config of its resolved rows; `<name>_votes` holds the votes.
        labels: Label column to its list of labels.
        columns: Columns of what is not voted on, for rows and votes.
        row: The values of those columns: (item, segment, around) to a row.
        more_columns: Further columns of resolved rows.
        more: The values of those: (resolved, around) to a row.
    """

    name: str
    labels: dict[str, str]
    columns: Callable[[Inventories], list[Column]]
    row: Callable[[Any, Segment, Around], Row]
    more_columns: Callable[[Inventories], list[Column]]
    more: Callable[[Resolved, Around], Row]

    @property
    def main(self) -> str:
        """The attribute that `decided_by`, `n_votes` and `top_share` speak of."""
        return next(iter(ATTRIBUTES[self.name]))


def _ids() -> list[Column]:
    return [
        Column("document_id", STRING, "Document."),
        Column("segment_id", STRING, "Segment of the document: s01, s02 ..."),
        Column(
            "item_id",
            STRING,
            "The item: the id of its first judgement; a later set never changes it.",
        ),
    ]


def _label_columns(layer: Layer, inventories: Inventories) -> Iterator[Column]:
    for name, inventory in layer.labels.items():
        yield Column(
            name,
            label(inventories[inventory]),
            f"{inventories[inventory].title}; null on a tie, or where it does not apply.",
        )
        yield Column(
            f"{name}_soft",
            many(SHARE),
            f"Share of the votes for each class of `{name}`, in the order of its class"
            " names; null without votes.",
        )


def _verdict_columns(layer: Layer, inventories: Inventories) -> list[Column]:
    population = label(inventories["population"])
    return [
        Column("judged_by", population, "Population that decided the labels."),
        Column(
            "voters",
            population,
            "Population whose votes are counted; differs from `judged_by` only where"
            " a person adjudicated readings of language models; null where only an"
            " adjudicator looked.",
        ),
        Column(
            "decided_by",
            label(inventories["decided_by"]),
            f"How `{layer.main}` came about; null where no voter marked the item. A part of a"
            " claim that an adjudicator left out is adjudicated by the claim's vote.",
        ),
        Column("n_votes", INT, f"Votes on `{layer.main}`."),
        Column(
            "top_share",
            SHARE,
            f"Share of the most frequent `{layer.main}`; null without votes.",
        ),
        Column("n_found", INT, "Voters with full coverage who marked the item."),
        Column(
            "n_looked",
            INT,
            "Voters with full coverage of the layer there; of sources and of stances"
            " toward a reported claim, voters who marked the claim.",
        ),
        Column(
            "exists",
            BOOL,
            "Whether most of them marked it, or an adjudicator kept it; null on a tie or"
            " where nobody looked fully. A part of a claim exists only with the claim.",
        ),
        Column(
            "taken_from",
            STRING,
            "Annotator whose spans and other parts stand here that are not voted on.",
        ),
        Column("outlet_id", STRING, "Outlet of the segment; null for comments."),
        Column("story_group", STRING, "Story group of the document; never split."),
        Column("split", STRING, "Split that the row is in."),
    ]


def columns(layer: Layer, inventories: Inventories) -> list[Column]:
    """Return the columns of the resolved rows of a layer."""
    return [
        *_ids(),
        *layer.columns(inventories),
        *_label_columns(layer, inventories),
        *layer.more_columns(inventories),
        *_verdict_columns(layer, inventories),
    ]


def vote_columns(layer: Layer, inventories: Inventories) -> list[Column]:
    """Return the columns of the votes of a layer."""
    return [
        Column("vote_id", STRING, "The judgement: <document>/<segment>/<set>.<item>."),
        *_ids(),
        Column("annotator_id", STRING, "Who judged: a pseudonym."),
        Column(
            "annotator_kind",
            label(inventories["annotator_kind"]),
            "Whether a person or a language model judged.",
        ),
        Column("role", label(inventories["set_role"]), "Role of the annotation set."),
        Column(
            "decision",
            label(inventories["decision"]),
            "An adjudicator's decision; null for everyone else.",
        ),
        Column(
            "sources",
            many(STRING),
            "Judgements that an adjudicator decided on; those of other items were merged"
            " into this one. Empty for everyone else, and for parts of a claim.",
        ),
        Column("guidelines", STRING, "Version of the guidelines followed."),
        Column("saw_suggestions", BOOL, "Whether anything was suggested beforehand."),
        Column(
            "origin",
            label(inventories["origin"]),
            "How the item came about; of a source and a stance toward a reported claim,"
            " that of the claim; null for the panel.",
        ),
        *layer.columns(inventories),
        *(
            Column(
                name, label(inventories[inventory]), f"{inventories[inventory].title}."
            )
            for name, inventory in layer.labels.items()
        ),
    ]


def rows(layer: Layer, resolved: Iterable[Resolved], around: Around) -> Iterator[Row]:
    """Yield the resolved rows of a layer of a document."""
    for item in resolved:
        segment, main = item.segment, item.labels[layer.main]
        row = {
            "document_id": around.dossier.document.id,
            "segment_id": segment.id,
            "item_id": item.item_id,
            **layer.row(item.taken.item, segment, around),
        }
        for name, inventory in layer.labels.items():
            found = item.labels[name]
            row[name] = around.code(inventory, found.value)
            row[f"{name}_soft"] = _soft(found, around.inventories[inventory])
        yield (
            row
            | layer.more(item, around)
            | {
                "judged_by": around.code("population", item.judged_by),
                "voters": around.code("population", item.voters),
                "decided_by": around.code("decided_by", main.decided_by),
                "n_votes": main.n_votes,
                "top_share": main.top_share,
                "n_found": item.n_found,
                "n_looked": item.n_looked,
                "exists": item.exists,
                "taken_from": item.taken.set.annotator,
                "outlet_id": segment.outlet,
                "story_group": around.story_group,
                "split": around.split,
            }
        )


def vote_rows(
    layer: Layer, resolved: Iterable[Resolved], around: Around
) -> Iterator[Row]:
    """Yield the votes behind the resolved rows of a layer of a document."""
    for item in resolved:
        for vote in item.votes:
            kind = around.registries.annotators[vote.set.annotator].kind
            yield {
                "vote_id": vote.vote_id,
                "document_id": around.dossier.document.id,
                "segment_id": item.segment.id,
                "item_id": item.item_id,
                "annotator_id": vote.set.annotator,
                "annotator_kind": around.code("annotator_kind", kind),
                "role": around.code("set_role", vote.set.role),
                "decision": around.code("decision", vote.decision),
                "sources": list(vote.sources),
                "guidelines": vote.set.guidelines,
                "saw_suggestions": vote.set.saw_suggestions,
                "origin": around.code("origin", vote.origin),
                **layer.row(vote.item, item.segment, around),
                **{
                    name: around.code(
                        inventory, ATTRIBUTES[layer.name][name](vote.item)
                    )
                    for name, inventory in layer.labels.items()
                },
            }


def _soft(found: Tally, inventory: Inventory) -> list[float] | None:
    if not found.n_votes:
        return None
    return [found.soft.get(name, 0.0) for name in inventory.names]


def text_column(meaning: str, *, several: bool = False) -> Column:
    """Return a column of words, which the public edition may have to leave null."""
    feature = many(STRING) if several else STRING
    return Column("text", feature, f"{meaning}; null where the text is withheld.")
