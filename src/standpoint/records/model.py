"""The records of the corpus, as immutable values.

Structs carry names and types only. What a field means, which labels it takes and
which values are allowed is said once, in `schema/`; a test keeps the two naming
the same properties in the same order. Unknown is `None` (`null` in the files),
never an empty string. Offsets are Unicode code points into the raw text of the
document, half-open.
"""

from functools import cached_property
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from standpoint.records.safe_repr import veiled
from standpoint.records.vocabulary import (
    ADJUDICATED,
    ADJUDICATOR,
    UNREAD_ZONES,
    Inventories,
)


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every record."""


class Span(Record, frozen=True):
    """A stretch of the document, and a digest that proves it on any copy."""

    start: int
    end: int
    digest: str


class Evidence(Record, frozen=True, omit_defaults=True):
    """A span, or the whole segment (`scope` is then `segment`)."""

    start: int | UnsetType = UNSET
    end: int | UnsetType = UNSET
    digest: str | UnsetType = UNSET
    scope: str | UnsetType = UNSET

    @property
    def span(self) -> Span | None:
        """The span, or None where the evidence is the whole segment."""
        if (
            isinstance(self.start, int)
            and isinstance(self.end, int)
            and isinstance(self.digest, str)
        ):
            return Span(start=self.start, end=self.end, digest=self.digest)
        return None


# documents


class Published(Record, frozen=True):
    earliest: str | None
    latest: str | None
    basis: str
    note: str | None


class Zone(Record, frozen=True):
    kind: str
    start: int
    end: int
    duplicate_of: tuple[int, int] | None

    @property
    def is_annotatable(self) -> bool:
        """Whether spans may lie in it."""
        return self.kind not in UNREAD_ZONES and not self.is_duplicate

    @property
    def is_duplicate(self) -> bool:
        """Whether it repeats another zone."""
        return self.duplicate_of is not None


class Paragraph(Record, frozen=True):
    start: int
    end: int
    digest: str


class Segment(Record, frozen=True):
    id: str
    kind: str
    start: int
    end: int
    outlet: str | None
    author: str | None
    published: Published
    reposted: Published | None
    language: str
    genre: str | None
    topic_relevance: str | None
    relation_to_parent: str | None
    content_warnings: tuple[str, ...]
    zones: tuple[Zone, ...]
    sentences: tuple[tuple[int, int, int], ...]
    paragraphs: tuple[Paragraph, ...]


class Text(Record, frozen=True):
    sha256: str
    n_chars: int


class Rights(Record, frozen=True):
    holder: str
    licence: str | None
    text_release: str
    access: str
    basis: str


class Document(Record, frozen=True):
    schema: str
    id: str
    source_file: str
    kind: str
    panel: str
    publisher: str
    languages: tuple[str, ...]
    url: str | None
    url_basis: str
    archived_url: str | None
    archived_at: str | None
    retrieved_at: str | None
    text: Text
    rights: Rights
    segments: tuple[Segment, ...]


# annotation sets


class AdjudicationSource(Record, frozen=True):
    annotator: str
    item: str


class Adjudication(Record, frozen=True):
    sources: tuple[AdjudicationSource, ...]
    decision: str
    reason: str | None


class Mention(Record, frozen=True):
    id: str
    start: int
    end: int
    digest: str
    actors: tuple[str, ...]
    naming: str
    form: str | None
    link_certainty: str | None
    origin: str
    adjudication: Adjudication | UnsetType = UNSET

    @property
    def span(self) -> Span:
        """The span of the mention."""
        return Span(start=self.start, end=self.end, digest=self.digest)


class Occurrence(Record, frozen=True):
    spans: tuple[Span, ...]


class About(Record, frozen=True):
    actor: str
    role: str
    mention: str | None


class Node(Record, frozen=True):
    source_type: str
    actors: tuple[str, ...]
    identification: str
    mode: str
    span: Span
    mentions: tuple[str, ...]
    modality: str | None


class Claim(Record, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    spans: tuple[Span, ...]
    also_at: tuple[Occurrence, ...]
    claim_type: str
    normalised: str
    language: str
    modality: str
    checkworthy: str
    about: tuple[About, ...]
    chains: tuple[tuple[Node, ...], ...]
    carrier_stance: str | None
    carrier_evidence: tuple[Span, ...]
    certainty_shift: str | None
    ironic: str | None
    evidence_shown: tuple[str, ...] | None
    event_time: str | None
    cluster: str | None
    sure: bool
    note: str | None
    origin: str
    adjudication: Adjudication | UnsetType = UNSET


class PanelJudgement(Record, frozen=True):
    label: str
    expression: str | None
    portrayal: str | None
    evidence: tuple[Evidence, ...]
    adjudication: Adjudication | UnsetType = UNSET


class Holder(Record, frozen=True):
    kind: str
    id: str | None


class Target(Record, frozen=True):
    kind: str
    id: str


class Stance(Record, frozen=True):
    id: str
    holder: Holder
    target: Target
    label: str
    expression: str | None
    portrayal: str | None
    evidence: tuple[Evidence, ...]
    origin: str
    adjudication: Adjudication | UnsetType = UNSET


class Relation(Record, frozen=True, rename={"from_": "from"}):
    type: str
    from_: str
    to: str


class Coverage(Record, frozen=True):
    actor: str
    claim: str
    stance: str
    panel: str


class JudgedSegment(Record, frozen=True):
    segment: str
    coverage: Coverage
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    panel: dict[str, PanelJudgement]
    stances: tuple[Stance, ...]
    relations: tuple[Relation, ...]
    note: str | None


class NilActor(Record, frozen=True):
    id: str
    kind: str


class AnnotationSet(Record, frozen=True):
    schema: str
    document: str
    text_sha256: str
    annotator: str
    role: str
    guidelines: str
    tool: str
    created: str
    lead_time_s: int | None
    saw_suggestions: bool
    nil: tuple[NilActor, ...]
    segments: tuple[JudgedSegment, ...]
    sources: dict[str, str] | UnsetType = UNSET


# registries


class Annotator(Record, frozen=True):
    id: str
    kind: str
    model: str | None
    version: str | None
    run: str | None
    languages: tuple[str, ...]


class Annotators(Record, frozen=True):
    schema: str
    annotators: tuple[Annotator, ...]


class ActorName(Record, frozen=True):
    text: str
    lang: str
    script: str
    kind: str
    valid_from: str | None
    valid_to: str | None


class ActorRelation(Record, frozen=True, rename={"from_": "from"}):
    type: str
    actor: str
    from_: str | None
    to: str | None
    basis: str


class Actor(Record, frozen=True):
    id: str
    kind: str
    names: tuple[ActorName, ...]
    country: str | None
    plover_sector: tuple[str, ...]
    acled_kind: str | None
    panel_target: str | None
    relations: tuple[ActorRelation, ...]
    wikidata_qid: str | None
    qid_basis: str | None
    ambiguous: tuple[str, ...]
    fictional: bool
    status: str
    notes: str | None


class Actors(Record, frozen=True):
    schema: str
    actors: tuple[Actor, ...]


class StateEvidence(Record, frozen=True):
    url: str
    date: str
    code: str | None
    note: str | None


class Rating(Record, frozen=True):
    rater: str
    rating: str
    date: str | None
    url: str | None


class Outlet(Record, frozen=True):
    id: str
    name: str
    homepage: str | None
    country: str | None
    outlet_type: str
    state_relation: str
    state_evidence: tuple[StateEvidence, ...]
    checked: str | None
    declared_alignment: str | None
    ratings: tuple[Rating, ...]
    fictional: bool
    notes: str | None


class Outlets(Record, frozen=True):
    schema: str
    outlets: tuple[Outlet, ...]


class PanelTarget(Record, frozen=True):
    id: str
    kind: str
    title: str
    description: str


class Panel(Record, frozen=True):
    id: str
    title: str
    targets: tuple[PanelTarget, ...]


class Panels(Record, frozen=True):
    schema: str
    panels: tuple[Panel, ...]


class StoryGroup(Record, frozen=True):
    id: str
    documents: tuple[str, ...]
    basis: str


class LedgerEntry(Record, frozen=True):
    document: str
    split: str
    since: str


class Splits(Record, frozen=True):
    schema: str
    policy: str
    groups: tuple[StoryGroup, ...]
    ledger: tuple[LedgerEntry, ...]


class AcceptedFinding(Record, frozen=True):
    """A finding that is known and stays for a while.

    Attributes:
        code: Code of the check.
        path: File, relative to the root.
        place: `Finding.place`.
        value: `Finding.value`: once something else stands there, it has to be judged anew.
        reason: Why it may stay.
        owner: Who sees to it: a pseudonym or a role.
        expires: Last day on which it may, compared with the date of the dataset.
    """

    code: str
    path: str
    place: str
    value: str
    reason: str
    owner: str
    expires: str


class Accepted(Record, frozen=True):
    schema: str
    accepted: tuple[AcceptedFinding, ...]


class Licences(Record, frozen=True):
    code: str
    annotations: str
    calibration_texts: str


class Guidelines(Record, frozen=True):
    version: str
    since: str


class DatasetInfo(Record, frozen=True):
    schema: str
    name: str
    title: str
    version: str
    date: str
    guidelines: tuple[Guidelines, ...]
    licences: Licences
    default_panel: str

    @property
    def newest_guidelines(self) -> str:
        """The version of the guidelines in force."""
        return self.guidelines[-1].version


class Cues(Record, frozen=True):
    schema: str
    language: str
    hedges: tuple[str, ...]
    reporting: tuple[str, ...]
    distancing: tuple[str, ...]
    numbers: tuple[str, ...]


# what the steps hand on


NEXT_PHASE = frozenset({"renamed_to", "merged_into"})
"""Relations that end a phase of an organisation and begin another."""


class Registries(Record, frozen=True, dict=True):
    """Everything that documents and sets refer to, by id.

    Attributes:
        dataset: Name, version and licences.
        actors: Actor id to actor.
        outlets: Outlet id to outlet.
        panels: Panel id to panel.
        annotators: Annotator id to annotator.
        splits: Story groups and ledger.
        cues: Language to cue words.
        labels: Name of each closed list of labels to its definition.
    """

    dataset: DatasetInfo
    actors: dict[str, Actor]
    outlets: dict[str, Outlet]
    panels: dict[str, Panel]
    annotators: dict[str, Annotator]
    splits: Splits
    cues: dict[str, Cues]
    labels: Inventories

    # What checks ask of every document is worked out once.

    @cached_property
    def surfaces(self) -> dict[str, frozenset[str]]:
        """Actor id to its names, case-folded."""
        return {
            actor.id: frozenset(name.text.casefold() for name in actor.names)
            for actor in self.actors.values()
        }

    @cached_property
    def bearers(self) -> dict[str, frozenset[str]]:
        """Name, case-folded, to the actors that bear it."""
        found: dict[str, frozenset[str]] = {}
        for actor_id, names in self.surfaces.items():
            for name in (" ".join(name.split()) for name in names):
                found[name] = found.get(name, frozenset()) | {actor_id}
        return found

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Words that a name of the registry begins with, where they have a capital."""
        names = (n.text for a in self.actors.values() for n in a.names)
        return frozenset(name.split()[0] for name in names if name[:1].isupper())

    @cached_property
    def origins(self) -> dict[str, list[str]]:
        """Actor id to the days on which others were renamed to it or merged into it."""
        found: dict[str, list[str]] = {}
        for actor in self.actors.values():
            for relation in actor.relations:
                if relation.type in NEXT_PHASE and relation.from_:
                    found.setdefault(relation.actor, []).append(relation.from_)
        return found


class NearText(Record, frozen=True):
    """A file that is nearly the text of a document, but not to the byte.

    Attributes:
        name: Name of the file, without its folder.
        changed: Start offsets, in the record, of the paragraphs that it lacks.
    """

    name: str
    changed: tuple[int, ...]


class Dossier(Record, frozen=True):
    """One document with every annotation set on it: the unit of the build.

    Attributes:
        document: The document record.
        sets: Its annotation sets, sorted by role, `created` and annotator.
        text: The raw text, or None where it is not at hand.
        near_text: Where the text is not at hand: a file that nearly is it, or None.
        paths: Where each record was read from: the document id or `<document>/<annotator>`
            to a path relative to the root.
    """

    document: Document
    sets: tuple[AnnotationSet, ...]
    text: str | None
    near_text: NearText | None
    paths: dict[str, str]

    def __repr__(self) -> str:
        return veiled(self, "text")

    def path(self, record: Document | AnnotationSet) -> str:
        """Return the file that a record of this dossier was read from."""
        return self.paths[record_key(record)]


def set_name(record: AnnotationSet) -> str:
    """Return the name of the file of a set, without its ending."""
    return ADJUDICATED if record.role == ADJUDICATOR else record.annotator


def record_key(record: Document | AnnotationSet) -> str:
    """Return how a record is called in its folder: `<document>[/<set>]`."""
    if isinstance(record, Document):
        return record.id
    return f"{record.document}/{set_name(record)}"


NULLABLE = tuple(
    field.name
    for field in msgspec.structs.fields(Claim)
    if field.type == str | None and field.name != "note"
)
"""Attributes of a claim that are a label or a short text, or null."""


RECORD_TYPES: dict[str, Any] = {
    "dataset": DatasetInfo,
    "document": Document,
    "annotation-set": AnnotationSet,
    "annotators": Annotators,
    "actors": Actors,
    "outlets": Outlets,
    "panels": Panels,
    "splits": Splits,
    "cues": Cues,
    "accepted": Accepted,
}
"""Record kind, as its schema file is called, to its Struct."""
