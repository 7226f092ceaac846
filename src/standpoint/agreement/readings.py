"""Readings: what each annotator judged, as the votes of the dataset have it.

A checkout is resolved into the same rows of votes first, so that a built dataset and its
checkout are measured by the same code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from standpoint.records.model import Annotator, Dossier, Registries
from standpoint.records.vocabulary import ADJUDICATOR, KEY, LANGUAGE_MODEL, Inventories
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, Around, Row, Tables, with_resolved
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

    def of(self, documents: Iterable[str]) -> "Readings":
        """Return the readings of some documents only."""
        splits = {name: self.splits[name] for name in documents}
        sets = [found for found in self.sets if found.document in splits]
        return self._replace(sets=sets, splits=splits)

    @property
    def keys_by_models(self) -> bool:
        """Whether a language model wrote any of the keys."""
        keys = {found.annotator for found in self.sets if found.population == KEY}
        return any(self.annotators[key].kind == LANGUAGE_MODEL for key in keys)


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


def of_tables(
    rows: Callable[[str], Iterable[Row]], inventories: Inventories
) -> Readings:
    """Return the readings of a built dataset.

    Args:
        rows: Config to its rows.
        inventories: The closed lists of labels of the dataset.

    Raises:
        KeyError: If the documents do not list their sets.
    """
    annotators = {
        row["annotator_id"]: Annotator(id=row.pop("annotator_id"), **row)
        for row in named(rows("annotator"), "annotator", inventories)
    }
    segments: dict[str, list[Segment]] = {}
    for row in named(rows("segment"), "segment", inventories):
        found = Segment(
            row["document_id"],
            row["segment_id"],
            tuple((one["start"], one["end"]) for one in row["sentences"]),
            row["kind"],
        )
        segments.setdefault(found.document, []).append(found)
    configs = {one.name: f"{one.name}_votes" for one in LAYERS}
    votes = _indexed(
        {n: named(rows(name), name, inventories) for n, name in configs.items()}
    )
    sets: list[Set] = []
    splits = {}
    for row in rows("document"):
        document = row["document_id"]
        splits[document] = row["split"]
        held = [_named_set(one, inventories) for one in row["sets"]]
        own = segments.get(document, ())
        sets += _sets(document, held, own, annotators, votes)
    return Readings(sets, annotators, inventories, splits)


def named(rows: Iterable[Row], config: str, inventories: Inventories) -> list[Row]:
    """Return rows of a config with names of labels in the place of class numbers."""
    columns = next(c for c in CONFIGS if c.name == config).columns(dict(inventories))
    names = {
        column.name: {None: None, **dict(enumerate(column.feature["names"]))}
        for column in columns
        if column.feature.get("_type") == "ClassLabel"
    }
    return [
        row | {name: known[row[name]] for name, known in names.items()} for row in rows
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
