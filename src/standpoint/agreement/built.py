"""The readings behind a built dataset, put together again from its votes.

Nothing but the tables is needed, no checkout. What the tables do not hold, and no measure
asks for, is left empty: evidence, notes, digests of texts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from standpoint.records.model import (
    About,
    AnnotationSet,
    Annotator,
    Claim,
    Coverage,
    DatasetInfo,
    Document,
    Dossier,
    Holder,
    JudgedSegment,
    LedgerEntry,
    Licences,
    Mention,
    Node,
    Occurrence,
    PanelJudgement,
    Published,
    Registries,
    Rights,
    Segment,
    Span,
    Splits,
    Stance,
    Target,
    Text,
)
from standpoint.records.schema import Inventory
from standpoint.resolve.item import PANEL
from standpoint.tables.layer import Row

Rows = Callable[[str], Iterable[Row]]
"""Config to its rows."""

CARRIER = ".carrier"
"""How the vote ends that a carrier gives on a claim it reports."""


_NO_DATASET = DatasetInfo(
    schema="1",
    name="",
    title="",
    version="",
    date="",
    guidelines=(),
    licences=Licences(code="", annotations="", calibration_texts=""),
    default_panel="",
)


class Built:
    """The readings of a built dataset.

    Args:
        rows: Config to its rows.
        inventories: The closed lists of labels of the dataset.
    """

    def __init__(self, rows: Rows, inventories: Mapping[str, Inventory]) -> None:
        """Read the votes."""
        self._names = inventories
        self._votes = {
            layer: _by_place(rows(f"{layer}_votes"))
            for layer in ("actor", "claim", "stance", "source_type")
        }
        self._segments: dict[str, list[Row]] = {}
        for row in rows("segment"):
            self._segments.setdefault(row["document_id"], []).append(row)
        # What each annotator calls a claim in their own set.
        self._own = {
            (row["item_id"], row["annotator_id"]): _own_id(row["vote_id"])
            for listed in self._votes["claim"].values()
            for row in listed
        }
        self._documents = list(rows("document"))
        self.annotators = {
            row["annotator_id"]: Annotator(
                id=row["annotator_id"],
                kind=self._label("annotator_kind", row["kind"]),
                model=row["model"],
                version=row["version"],
                run=row["run"],
                languages=tuple(row["languages"]),
            )
            for row in rows("annotator")
        }

    @property
    def names_sets(self) -> bool:
        """Whether the documents list their sets; those of older datasets do not."""
        return all("sets" in row for row in self._documents)

    @property
    def splits(self) -> dict[str, str]:
        """Document id to split."""
        return {row["document_id"]: row["split"] for row in self._documents}

    @property
    def registries(self) -> Registries:
        """What comparing readings asks of registries: annotators and splits."""
        ledger = [
            LedgerEntry(document=document, split=split, since="")
            for document, split in self.splits.items()
        ]
        return Registries(
            dataset=_NO_DATASET,
            actors={},
            outlets={},
            panels={},
            annotators=self.annotators,
            splits=Splits(schema="1", policy="", groups=(), ledger=tuple(ledger)),
            cues={},
        )

    def dossier(self, document: str) -> Dossier:
        """Return a document with its sets, without those of adjudicators."""
        rows = (row for row in self._documents if row["document_id"] == document)
        return self._dossier(next(rows))

    def _label(self, inventory: str, code: int | None) -> Any:
        return None if code is None else self._names[inventory].names[code]

    def _dossier(self, row: Row) -> Dossier:
        segments = tuple(
            self._segment(one) for one in self._segments[row["document_id"]]
        )
        document = Document(
            schema="1",
            id=row["document_id"],
            source_file=row["source_file"],
            kind=self._label("document_kind", row["kind"]),
            panel=row["panel"],
            publisher=row["publisher"],
            languages=tuple(row["languages"]),
            url=row["url"],
            url_basis=self._label("url_basis", row["url_basis"]),
            archived_url=row["archived_url"],
            archived_at=row["archived_at"],
            retrieved_at=row["retrieved_at"],
            text=Text(sha256=row["text_sha256"], n_chars=row["n_chars"]),
            rights=Rights(
                holder=row["rights_holder"],
                licence=row["rights_licence"],
                text_release=self._label("text_release", row["text_release"]),
                access=row["rights_access"],
                basis=row["rights_basis"],
            ),
            segments=segments,
        )
        return Dossier(
            document=document,
            sets=tuple(self._sets(row)),
            text=None,
            near_text=None,
            paths={},
        )

    def _segment(self, row: Row) -> Segment:
        return Segment(
            id=row["segment_id"],
            kind=self._label("segment_kind", row["kind"]),
            start=row["start"],
            end=row["end"],
            outlet=row["outlet_id"],
            author=row["author"],
            published=Published(
                earliest=row["published_earliest"],
                latest=row["published_latest"],
                basis=self._label("date_basis", row["published_basis"]),
                note=None,
            ),
            reposted=None,
            language=row["language"],
            genre=self._label("genre", row["genre"]),
            topic_relevance=self._label("topic_relevance", row["topic_relevance"]),
            relation_to_parent=None,
            content_warnings=(),
            zones=(),
            sentences=tuple(
                (one["start"], one["end"], one["n_words"]) for one in row["sentences"]
            ),
            paragraphs=(),
        )

    def _sets(self, row: Row) -> Iterator[AnnotationSet]:
        for one in row["sets"]:
            role = self._label("set_role", one["role"])
            if role == "adjudicator":
                continue  # decisions are never compared with readings
            yield AnnotationSet(
                schema="1",
                document=row["document_id"],
                text_sha256=row["text_sha256"],
                annotator=one["annotator_id"],
                role=role,
                guidelines=one["guidelines"],
                tool="",
                created=one["created"],
                lead_time_s=None,
                saw_suggestions=one["saw_suggestions"],
                nil=(),
                segments=tuple(
                    self._judged(row["document_id"], one["annotator_id"], segment)
                    for segment in one["segments"]
                ),
            )

    def _judged(self, document: str, annotator: str, row: Row) -> JudgedSegment:
        place = document, row["segment_id"], annotator
        layers = ("actor", "claim", "stance", "panel")
        found = {layer: votes.get(place, []) for layer, votes in self._votes.items()}
        panel, stances = {}, []
        for vote in found["stance"]:
            name = _own_id(vote["vote_id"])
            if name.startswith(PANEL):
                panel[vote["target_id"]] = self._panel(vote)
            elif not vote["vote_id"].endswith(CARRIER):
                stances.append(self._stance(vote, name, annotator))
        chains = self._chains(found["source_type"])
        return JudgedSegment(
            segment=row["segment_id"],
            coverage=Coverage(
                **{name: self._label("coverage", row[name]) for name in layers}
            ),
            mentions=tuple(map(self._mention, found["actor"])),
            claims=tuple(
                self._claim(vote, chains.get(vote["vote_id"], ()))
                for vote in found["claim"]
            ),
            panel=panel,
            stances=tuple(stances),
            relations=(),
            note=None,
        )

    def _mention(self, row: Row) -> Mention:
        return Mention(
            id=_own_id(row["vote_id"]),
            start=row["span"]["start"],
            end=row["span"]["end"],
            digest=row["span"]["digest"],
            actors=tuple(row["actors"]),
            naming=self._label("naming", row["naming"]),
            form=self._label("mention_form", row["form"]),
            link_certainty=self._label("link_certainty", row["link_certainty"]),
            origin=self._label("origin", row["origin"]),
        )

    def _claim(self, row: Row, chains: tuple[tuple[Node, ...], ...]) -> Claim:
        def label(inventory: str, column: str = "") -> Any:
            return self._label(inventory, row[column or inventory])

        return Claim(
            id=_own_id(row["vote_id"]),
            spans=_spans(row["spans"]),
            also_at=tuple(
                Occurrence(spans=_spans(one["spans"])) for one in row["also_at"]
            ),
            claim_type=label("claim_type"),
            normalised=row["normalised"],
            language=row["language"],
            modality=label("modality"),
            checkworthy=label("checkworthy"),
            about=tuple(
                About(
                    actor=one["actor"],
                    role=self._label("about_role", one["role"]),
                    mention=None,
                )
                for one in row["about"]
            ),
            chains=chains,
            carrier_stance=label("stance_label", "carrier_stance"),
            carrier_evidence=(),
            certainty_shift=label("certainty_shift"),
            ironic=label("ironic"),
            evidence_shown=None,
            event_time=row["event_time"],
            cluster=row["cluster"],
            sure=row["sure"],
            note=None,
            origin=label("origin"),
        )

    def _chains(self, rows: list[Row]) -> dict[str, tuple[tuple[Node, ...], ...]]:
        """Return the vote on a claim to its chains; none of them for the carrier alone."""
        found: dict[str, dict[int, list[Row]]] = {}
        for row in rows:
            claim = _claim_of(row["vote_id"])
            if row["level"]:
                found.setdefault(claim, {}).setdefault(row["chain"], []).append(row)
        return {
            claim: tuple(
                tuple(map(self._node, sorted(chain, key=lambda row: row["level"])))
                for _, chain in sorted(chains.items())
            )
            for claim, chains in found.items()
        }

    def _node(self, row: Row) -> Node:
        return Node(
            source_type=self._label("source_type", row["source_type"]),
            actors=tuple(row["actors"]),
            identification=self._label("identification", row["identification"]),
            mode=self._label("mode", row["mode"]),
            span=_span(row["span"]),
            mentions=(),
            modality=self._label("modality", row["modality"]),
        )

    def _panel(self, row: Row) -> PanelJudgement:
        return PanelJudgement(
            label=self._label("stance_label", row["label"]),
            expression=self._label("expression", row["expression"]),
            portrayal=self._label("portrayal", row["portrayal"]),
            evidence=(),
        )

    def _stance(self, row: Row, name: str, annotator: str) -> Stance:
        kind = self._label("stance_target", row["target_kind"])
        holder = self._label("holder_kind", row["holder_kind"])
        target = row["target_id"]
        if kind == "claim":
            target = self._own.get((target, annotator), target)
        return Stance(
            id=name,
            holder=Holder(
                kind=holder, id=row["holder_id"] if holder == "actor" else None
            ),
            target=Target(kind=kind, id=target),
            label=self._label("stance_label", row["label"]),
            expression=self._label("expression", row["expression"]),
            portrayal=self._label("portrayal", row["portrayal"]),
            evidence=(),
            origin=self._label("origin", row["origin"]) or "manual",
        )


def _by_place(rows: Iterable[Row]) -> dict[tuple[str, str, str], list[Row]]:
    """Return document, segment and annotator to votes, in the order of their ids."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        place = row["document_id"], row["segment_id"], row["annotator_id"]
        found.setdefault(place, []).append(row)
    for listed in found.values():
        listed.sort(key=lambda row: row["vote_id"])
    return found


def _own_id(vote_id: str) -> str:
    """Return what a set calls an item: all after the name of the set."""
    return vote_id.rpartition("/")[2].partition(".")[2]


def _claim_of(vote_id: str) -> str:
    """Return the vote on the claim that a source belongs to."""
    place, _, name = vote_id.rpartition("/")
    return f"{place}/{'.'.join(name.split('.')[:2])}"


def _span(row: Row) -> Span:
    return Span(start=row["start"], end=row["end"], digest=row["digest"])


def _spans(rows: Iterable[Row]) -> tuple[Span, ...]:
    return tuple(map(_span, rows))
