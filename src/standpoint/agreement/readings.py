"""Readings: what each annotator judged, as the votes of the dataset have it.

A checkout is resolved into the same rows of votes first, so that a built dataset and its
checkout are measured by the same code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from standpoint.records.model import Annotator, Dossier, Registries
from standpoint.records.vocabulary import ADJUDICATOR, KEY, LANGUAGE_MODEL, Inventories
from standpoint.resolve import ATTRIBUTES, resolve
from standpoint.tables import BY_NAME, Around, Row, Tables, with_resolved
from standpoint.tables.config import LAYERS


class Segment(NamedTuple):
    """A segment that was judged.

    Attributes:
        document: Document.
        id: Segment of the document.
        sentences: First code point of each sentence, and the one after its last.
        kind: Kind of the segment.
    """

    document: str
    id: str
    sentences: tuple[tuple[int, int], ...]
    kind: str


class Set(NamedTuple):
    """An annotation set, as far as readings are compared.

    Attributes:
        document: Document.
        annotator: Who judged: a pseudonym.
        population: `human`, `language_model` or `key`.
        guidelines: Version of the guidelines.
        saw_suggestions: Whether anything was suggested beforehand.
        created: When; sets are compared in this order.
        readings: What was judged, segment by segment.
    """

    document: str
    annotator: str
    population: str
    guidelines: str
    saw_suggestions: bool
    created: str
    readings: tuple["Reading", ...]


class Reading(NamedTuple):
    """What one set judged in one segment.

    Attributes:
        annotator: Who judged.
        segment: The segment.
        coverage: `full`, `partial` or `none` for `actor`, `claim`, `stance`, `panel`.
        votes: Layer to its votes, in order of their ids; labels are names.
    """

    annotator: str
    segment: Segment
    coverage: Mapping[str, str]
    votes: Mapping[str, Sequence[Row]]


class Readings(NamedTuple):
    """The sets of some documents, without those of adjudicators.

    Attributes:
        sets: The sets.
        annotators: Annotator id to annotator.
        inventories: The closed lists of labels.
        splits: Document to its split.
    """

    sets: Sequence[Set]
    annotators: Mapping[str, Annotator]
    inventories: Inventories
    splits: Mapping[str, str]

    @property
    def key_writers(self) -> set[str]:
        """Annotators who wrote a key."""
        return {found.annotator for found in self.sets if found.population == KEY}

    @property
    def keys_by_models(self) -> bool:
        """Whether a language model wrote any of the keys."""
        return written_by_models(self.key_writers, self.annotators)


def written_by_models(keys: Iterable[str], annotators: Mapping[str, Annotator]) -> bool:
    """Tell whether any of these writers of keys is a language model."""
    return any(annotators[name].kind == LANGUAGE_MODEL for name in keys)


def of_records(
    dossiers: Iterable[Dossier], registries: Registries, inventories: Inventories
) -> Readings:
    """Return the readings of documents of a checkout.

    Args:
        dossiers: Documents with their sets; no text is needed.
        registries: The registries.
        inventories: The closed lists of labels.
    """
    ledger = {entry.document: entry.split for entry in registries.splits.ledger}
    sets: list[Set] = []
    splits, tables = {}, Tables(inventories)
    for dossier in dossiers:
        document = dossier.document.id
        splits[document] = ledger.get(document, "")
        votes = votes_of(dossier, registries, inventories, tables)
        sets += sets_of(dossier, registries.annotators, votes)
    return Readings(sets, registries.annotators, inventories, splits)


def sets_of(
    dossier: Dossier,
    annotators: Mapping[str, Annotator],
    votes: Mapping[str, Iterable[Row]],
) -> Iterator[Set]:
    """Yield the sets of a document, without those of adjudicators.

    Args:
        dossier: The document with its sets.
        annotators: The registry.
        votes: Layer to the votes on the document; labels are names.
    """
    segments = [
        Segment(
            dossier.document.id,
            found.id,
            tuple((start, end) for start, end, _ in found.sentences),
            found.kind,
        )
        for found in dossier.document.segments
    ]
    held = [_plain_set(found) for found in dossier.sets]
    yield from _sets(dossier.document.id, held, segments, annotators, _indexed(votes))


def _plain_set(found: Any) -> Row:
    plain: Row = {
        "annotator_id": found.annotator,
        **{n: getattr(found, n) for n in ("role", "guidelines", "saw_suggestions")},
        "created": found.created,
        "segments": [
            {"segment_id": judged.segment, **msgspec.structs.asdict(judged.coverage)}
            for judged in found.segments
        ],
    }
    return plain


def votes_of(
    dossier: Dossier,
    registries: Registries,
    inventories: Inventories,
    tables: Tables,
) -> dict[str, list[Row]]:
    """Return layer to the votes on a document; labels are names."""
    around = Around(dossier, registries, dict(inventories), None, "", "")
    configs = {one.name: f"{one.name}_votes" for one in LAYERS}
    resolved = resolve(dossier, registries.annotators)
    rows = tables.rows(with_resolved(around, resolved), configs.values())
    return {n: named(rows[name], name, inventories) for n, name in configs.items()}


AT_ONCE = 64
"""Documents whose rows are in memory at once."""

_VOTE = ("document_id", "segment_id", "annotator_id", "vote_id", "role")
_COMPARED = {
    "document": ("document_id", "split", "sets"),
    "segment": ("document_id", "segment_id", "sentences", "kind"),
    "actor_votes": (*_VOTE, "span", "actors", "naming", "form"),
    "claim_votes": (
        *(*_VOTE, "item_id", "spans", "also_at", "about", "normalised"),
        *ATTRIBUTES["claim"],
    ),
    "stance_votes": (
        *(*_VOTE, "label", "target_kind", "target_id", "holder_kind", "holder_id"),
    ),
    "source_type_votes": (
        *(*_VOTE, "claim_id", "chain", "level", "source_type", "actors", "span"),
    ),
}
"""Config to the columns that are compared."""


def of_tables(
    rows: Callable[[str, Sequence[str]], Iterable[Row]],
    inventories: Inventories,
    wanted: Callable[[Mapping[str, str]], Iterable[str]] = list,
) -> Iterator[Readings]:
    """Yield the readings of a built dataset, those of a few documents at a time.

    Args:
        rows: Config and columns (empty for all) to the rows. The documents have the same
            order in each config.
        inventories: The closed lists of labels of the dataset.
        wanted: The documents, given the split of each.

    Raises:
        KeyError: If the documents do not list their sets.
        ValueError: If the rows have another order.
    """
    annotators = {
        row["annotator_id"]: Annotator(id=row.pop("annotator_id"), **row)
        for row in named(rows("annotator", ()), "annotator", inventories)
    }
    places = rows("document", _COMPARED["document"][:2])
    splits = {row["document_id"]: row["split"] for row in places}
    chosen = {document: splits[document] for document in wanted(splits)}
    configs = ("segment", *(f"{one.name}_votes" for one in LAYERS))
    segments, *votes = (
        _OfDocuments(rows(config, _COMPARED[config]), config, inventories)
        for config in configs
    )
    sets: list[Set] = []
    held: dict[str, str] = {}
    for row in rows("document", _COMPARED["document"]):
        document = row["document_id"]
        own = [_segment(found) for found in segments.take(document)]
        layers = {
            one.name: v.take(document) for one, v in zip(LAYERS, votes, strict=True)
        }
        if document not in chosen:
            continue
        held[document] = chosen[document]
        judged = [_named_set(one, inventories) for one in row["sets"]]
        sets += _sets(document, judged, own, annotators, _indexed(layers))
        if len(held) == AT_ONCE:
            yield Readings(sets, annotators, inventories, held)
            sets, held = [], {}
    if not all(one.is_done for one in (segments, *votes)):
        raise ValueError("the rows are not in the order of the documents")
    yield Readings(sets, annotators, inventories, held)


class _OfDocuments:
    """Rows of a config, document by document.

    Args:
        rows: The rows.
        config: The config.
        inventories: The closed lists of labels.
    """

    def __init__(
        self, rows: Iterable[Row], config: str, inventories: Inventories
    ) -> None:
        self._names = _names(config, inventories)
        self._groups = groupby(rows, lambda row: row["document_id"])
        self._next = next(self._groups, None)

    def take(self, document: str) -> list[Row]:
        """Return the rows of the next document, if it is this one; labels are names."""
        if self._next is None or self._next[0] != document:
            return []
        found = _with_names(self._next[1], self._names)
        self._next = next(self._groups, None)
        return found

    @property
    def is_done(self) -> bool:
        """Whether all rows were taken."""
        return self._next is None


def _segment(row: Row) -> Segment:
    sentences = tuple((one["start"], one["end"]) for one in row["sentences"])
    return Segment(row["document_id"], row["segment_id"], sentences, row["kind"])


def named(rows: Iterable[Row], config: str, inventories: Inventories) -> list[Row]:
    """Return rows of a config with names of labels in the place of class numbers."""
    return _with_names(rows, _names(config, inventories))


_Names = Mapping[str, Mapping[int | None, str | None]]


def _names(config: str, inventories: Inventories) -> _Names:
    """Return the columns of labels of a config, to class number to name."""
    columns = BY_NAME[config].columns(dict(inventories))
    return {
        column.name: {None: None, **dict(enumerate(column.feature["names"]))}
        for column in columns
        if column.feature.get("_type") == "ClassLabel"
    }


def _with_names(rows: Iterable[Row], names: _Names) -> list[Row]:
    return [
        row | {name: known[row[name]] for name, known in names.items() if name in row}
        for row in rows
    ]


def _named_set(row: Row, inventories: Inventories) -> Row:
    role = inventories["set_role"].names[row["role"]]
    coverage = inventories["coverage"].names
    segments = [
        {
            name: value if isinstance(value, str) else coverage[value]
            for name, value in judged.items()
        }
        for judged in row["segments"]
    ]
    return row | {"role": role, "segments": segments}


Index = dict[tuple[str, str, str], dict[str, list[Row]]]
"""Document, segment and annotator to layer to votes, in order of their ids."""


def _indexed(votes: Mapping[str, Iterable[Row]]) -> Index:
    found: Index = {}
    for layer_name, rows in votes.items():
        for row in sorted(rows, key=lambda row: str(row["vote_id"])):
            if row["role"] != ADJUDICATOR:  # decisions are not compared with readings
                place = row["document_id"], row["segment_id"], row["annotator_id"]
                layers = found.setdefault(place, {one.name: [] for one in LAYERS})
                layers[layer_name].append(row)
    return found


def _sets(
    document: str,
    held: Iterable[Row],
    segments: Iterable[Segment],
    annotators: Mapping[str, Annotator],
    votes: Index,
) -> Iterator[Set]:
    """Yield the sets of a document, without those of adjudicators.

    Args:
        document: The document.
        held: Its sets, as the config `document` lists them, with names of labels.
        segments: Its segments.
        annotators: The registry.
        votes: The votes on it.
    """
    by_id = {segment.id: segment for segment in segments}
    nothing: dict[str, list[Row]] = {one.name: [] for one in LAYERS}
    for one in held:
        if one["role"] == ADJUDICATOR:
            continue
        annotator = one["annotator_id"]
        readings = tuple(
            Reading(
                annotator,
                by_id[judged["segment_id"]],
                judged,
                votes.get((document, judged["segment_id"], annotator), nothing),
            )
            for judged in one["segments"]
            if judged["segment_id"] in by_id
        )
        yield Set(
            document,
            annotator,
            KEY if one["role"] == KEY else annotators[annotator].kind,
            one["guidelines"],
            one["saw_suggestions"],
            one["created"],
            readings,
        )
