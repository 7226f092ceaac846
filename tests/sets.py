"""Made-up records of made-up texts, for the tests of match, resolve and what follows.

People, places and papers are invented. Offsets count code points of `TEXT` unless a
function is given another text.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType, structs

from standpoint.records import canonical, text
from standpoint.records.model import (
    About,
    Actor,
    ActorName,
    Actors,
    Adjudication,
    AdjudicationSource,
    AnnotationSet,
    Annotator,
    Annotators,
    Claim,
    Coverage,
    DatasetInfo,
    Document,
    Dossier,
    Evidence,
    Guidelines,
    Holder,
    JudgedSegment,
    LedgerEntry,
    Licences,
    Mention,
    NilActor,
    Node,
    Occurrence,
    Outlet,
    Outlets,
    Panel,
    PanelJudgement,
    Panels,
    PanelTarget,
    Paragraph,
    Published,
    Registries,
    Rights,
    Segment,
    Span,
    Splits,
    Stance,
    StoryGroup,
    Target,
    Text,
    Zone,
    record_key,
)
from standpoint.records.schema import Schemas
from standpoint.records.vocabulary import ADJUDICATED

REPO = Path(__file__).parents[1]

TEXT = """Fire at the Harl mill

Raiders from the hills burned the mill at Harl on Monday, the mayor said. Two mill \
hands died, according to the Harl Gazette, which cited a nurse.

“The river guard gave them the torches,” a witness said. The so-called guard \
denies it.


The guard did it 🔥, and all of Harl knows.
"""

WITHHELD = """Ferry halted at Ostrel

The ferry at Ostrel stood still on Friday after pilots refused to cross the flooded \
narrows without an escort of the river guard.

The harbour master blamed the river guard for the delay.
"""


# registries

PEOPLE = ("ana", "ben", "cem", "dee")
MODELS = ("lm-1", "lm-2")

ANNOTATORS = {
    name: Annotator(
        id=name, kind="human", model=None, version=None, run=None, languages=("en",)
    )
    for name in PEOPLE
} | {
    name: Annotator(
        id=name,
        kind="language_model",
        model="not disclosed",
        version="not disclosed",
        run=name,
        languages=("en",),
    )
    for name in (*MODELS, "key-lm")
}


def actor(actor_id: str, kind: str, name: str, panel_target: str | None) -> Actor:
    return Actor(
        id=actor_id,
        kind=kind,
        names=(
            ActorName(
                text=name,
                lang="en",
                script="Latn",
                kind="official",
                valid_from=None,
                valid_to=None,
            ),
        ),
        country=None,
        plover_sector=(),
        acled_kind=None,
        panel_target=panel_target,
        relations=(),
        wikidata_qid=None,
        qid_basis=None,
        ambiguous=(),
        fictional=True,
        status="approved",
        notes=None,
    )


ACTORS = {
    found.id: found
    for found in (
        actor("harl_gazette", "media_outlet", "Harl Gazette", None),
        actor("harl_mayor", "person", "mayor of Harl", None),
        actor("hill_raiders", "armed_group", "hill raiders", "hill_side"),
        actor("river_guard", "military", "river guard", "river_side"),
    )
}


def outlet(outlet_id: str, name: str, *, fictional: bool) -> Outlet:
    return Outlet(
        id=outlet_id,
        name=name,
        homepage=None,
        country=None,
        outlet_type="general_news",
        state_relation="unknown",
        state_evidence=(),
        checked=None,
        declared_alignment=None,
        ratings=(),
        fictional=fictional,
        notes=None,
    )


OUTLETS = {
    # Only calibration documents are invented; the withheld one plays real reporting.
    "harl_gazette": outlet("harl_gazette", "Harl Gazette", fictional=True),
    "ostrel_post": outlet("ostrel_post", "Ostrel Post", fictional=False),
}

PANEL = Panel(
    id="harl",
    title="The war at Harl",
    targets=tuple(
        PanelTarget(id=target, kind=kind, title=title, description=f"{title}, made up.")
        for target, kind, title in (
            ("hill_side", "actor", "Raiders"),
            ("river_side", "actor", "Guard"),
            ("mill_truce", "issue", "Truce"),
        )
    ),
)


def dataset(**changes: Any) -> DatasetInfo:
    made = DatasetInfo(
        schema="1",
        name="made-up",
        title="A made-up corpus",
        version="0.1.0",
        date="2040-02-01",
        guidelines=(Guidelines(version="0.1", since="2040-01-01"),),
        licences=Licences(
            code="Apache-2.0", annotations="CC-BY-4.0", calibration_texts="CC0-1.0"
        ),
        default_panel="harl",
    )
    return structs.replace(made, **changes)


def splits(documents: Iterable[Document]) -> Splits:
    made = sorted(documents, key=lambda document: document.id)
    return Splits(
        schema="1",
        policy="Made up.",
        groups=tuple(
            StoryGroup(id=f"story-{found.id}", documents=(found.id,), basis="Alone.")
            for found in made
        ),
        ledger=tuple(
            LedgerEntry(
                document=found.id,
                split="calibration" if is_released(found) else "pilot",
                since="0.1.0",
            )
            for found in made
        ),
    )


def is_released(document: Document) -> bool:
    return document.rights.text_release == "released"


def registries(*documents: Document, **changes: Any) -> Registries:
    return Registries(
        dataset=dataset(**changes),
        actors=ACTORS,
        outlets=OUTLETS,
        panels={PANEL.id: PANEL},
        annotators=ANNOTATORS,
        splits=splits(documents),
        cues={},
        labels=Schemas(Path(__file__).parents[1] / "schema").inventories,
    )


# documents

DAY = Published(earliest="2040-01-02", latest="2040-01-02", basis="stated", note=None)


def document(document_id: str, words: str, *, released: bool = True) -> Document:
    """Describe a text: an article with a headline, and comments after empty lines."""
    segments, start = [], 0
    for number, part in enumerate(words.split("\n\n\n"), 1):
        end = start + len(part.rstrip())
        segments.append(_segment(f"s{number:02}", words, start, end, released=released))
        start += len(part) + 3
    return Document(
        schema="1",
        id=document_id,
        source_file=document_id,
        kind="single_article",
        panel="harl",
        publisher="harl_gazette" if released else "ostrel_post",
        languages=("en",),
        url=None,
        url_basis="unknown",
        archived_url=None,
        archived_at=None,
        retrieved_at=None,
        text=Text(sha256=text.sha256(words.encode()), n_chars=len(words)),
        rights=Rights(
            holder="Nobody.",
            licence="CC0-1.0" if released else None,
            text_release="released" if released else "withheld",
            access="Made up.",
            basis="Made up.",
        ),
        segments=tuple(segments),
    )


def _segment(
    segment_id: str, words: str, start: int, end: int, *, released: bool
) -> Segment:
    is_comment = segment_id != "s01"
    first = words.index("\n", start) if not is_comment else start
    body = start if is_comment else first + 2
    zones = [("comment" if is_comment else "body", body, end)]
    if not is_comment:
        zones.insert(0, ("headline", start, first))
    return Segment(
        id=segment_id,
        kind="comment" if is_comment else "article",
        start=start,
        end=end,
        outlet=None if is_comment else ("harl_gazette" if released else "ostrel_post"),
        author="commenter-1" if is_comment else None,
        published=DAY,
        reposted=None,
        language="en",
        genre=None if is_comment else "reporting",
        topic_relevance=None if is_comment else "core",
        relation_to_parent=None if is_comment else "original",
        content_warnings=(),
        zones=tuple(
            Zone(kind=kind, start=left, end=right, duplicate_of=None)
            for kind, left, right in zones
        ),
        sentences=tuple(
            sentence
            for _kind, left, right in zones
            for sentence in text.sentences(words, left, right, "en")
        ),
        paragraphs=tuple(
            Paragraph(
                start=left, end=right, digest=text.line_digest(words, left, right)
            )
            for left, right in text.lines(words, start, end)
        ),
    )


MILL = document("harl-mill", TEXT)
FERRY = document("ostrel-ferry", WITHHELD, released=False)


# judgements


def at(start: int, end: int, words: str = TEXT) -> Span:
    """Mark a place by its offsets."""
    digest = text.span_digest(words, start, end)
    return Span(start=start, end=end, digest=digest)


def find(found: str, words: str = TEXT) -> Span:
    """Mark the first place where words stand."""
    start = words.index(found)
    return at(start, start + len(found), words)


def decide(decision: str, *sources: str) -> Adjudication:
    """Decide on items given as `<annotator>.<item>`."""
    pairs = [source.split(".", 1) for source in sources]
    return Adjudication(
        sources=tuple(AdjudicationSource(annotator=a, item=i) for a, i in pairs),
        decision=decision,
        reason=None if decision == "agreed" else "Made up.",
    )


def mention(
    item: str,
    span: Span,
    *actors: str,
    naming: str = "neutral",
    form: str | None = "name",
    by: Adjudication | UnsetType = UNSET,
) -> Mention:
    return Mention(
        id=item,
        start=span.start,
        end=span.end,
        digest=span.digest,
        actors=actors or ("hill_raiders",),
        naming=naming,
        form=form,
        link_certainty="sure",
        origin="manual",
        adjudication=by,
    )


def node(
    source_type: str,
    *actors: str,
    span: Span | None = None,
    identification: str = "anonymous",
    mode: str = "indirect",
) -> Node:
    return Node(
        source_type=source_type,
        actors=actors,
        identification="named" if actors else identification,
        mode=mode,
        span=span or at(0, 4),
        mentions=(),
        modality=None,
    )


def claim(
    item: str,
    *spans: Span,
    about: Iterable[str] = ("hill_raiders",),
    chains: Iterable[tuple[Node, ...]] = (),
    also_at: Iterable[Span] = (),
    by: Adjudication | UnsetType = UNSET,
    **changes: Any,
) -> Claim:
    """Mark a claim; with chains the carrier stance is neutral unless given."""
    told = tuple(chains)
    made = Claim(
        id=item,
        spans=spans,
        also_at=tuple(Occurrence(spans=(span,)) for span in also_at),
        claim_type="event",
        normalised="The mill burned.",
        language="en",
        modality="asserted",
        checkworthy="yes",
        about=tuple(About(actor=a, role="agent", mention=None) for a in about),
        chains=told,
        carrier_stance="neutral" if told else None,
        carrier_evidence=(),
        certainty_shift=None,
        ironic=None,
        evidence_shown=None,
        event_time=None,
        cluster=None,
        sure=True,
        note=None,
        origin="manual",
        adjudication=by,
    )
    return structs.replace(made, **changes)


def evidence(span: Span | None) -> Evidence:
    if span is None:
        return Evidence(scope="segment")
    return Evidence(start=span.start, end=span.end, digest=span.digest)


UNDECIDED = {"neutral", "not_addressed", "unclear"}


def opinion(
    label: str,
    span: Span | None = None,
    *,
    portrayal: str | None = None,
    by: Adjudication | UnsetType = UNSET,
) -> PanelJudgement:
    return PanelJudgement(
        label=label,
        expression=None if label in UNDECIDED else "explicit",
        portrayal=portrayal,
        evidence=() if label in {"not_addressed", "unclear"} else (evidence(span),),
        adjudication=by,
    )


def stance(
    item: str,
    holder: str | None,
    target: str,
    label: str,
    *,
    kind: str = "actor",
    by: Adjudication | UnsetType = UNSET,
) -> Stance:
    """Give a stance; the holder None is the carrier."""
    return Stance(
        id=item,
        holder=Holder(kind="actor" if holder else "carrier", id=holder),
        target=Target(kind=kind, id=target),
        label=label,
        expression=None if label in UNDECIDED else "implicit",
        portrayal=None,
        evidence=(evidence(None),),
        origin="manual",
        adjudication=by,
    )


def judged(
    segment: str = "s01",
    *,
    mentions: Iterable[Mention] = (),
    claims: Iterable[Claim] = (),
    panel: Mapping[str, PanelJudgement] | None = None,
    stances: Iterable[Stance] = (),
    coverage: str = "full",
) -> JudgedSegment:
    return JudgedSegment(
        segment=segment,
        coverage=Coverage(
            actor=coverage,
            claim=coverage,
            stance=coverage,
            panel=coverage if panel else "none",
        ),
        mentions=tuple(mentions),
        claims=tuple(claims),
        panel=dict(panel or {}),
        stances=tuple(stances),
        relations=(),
        note=None,
    )


def reading(
    annotator: str,
    *segments: JudgedSegment,
    day: int = 1,
    role: str = "annotator",
    on: Document = MILL,
    nil: Iterable[NilActor] = (),
) -> AnnotationSet:
    return AnnotationSet(
        schema="1",
        document=on.id,
        text_sha256=on.text.sha256,
        annotator=annotator,
        role=role,
        guidelines="0.1",
        tool="made up",
        created=f"2040-01-{day:02}T08:00:00Z",
        lead_time_s=None,
        saw_suggestions=False,
        nil=tuple(nil),
        segments=segments,
        sources={} if role == "adjudicator" else UNSET,
    )


def dossier(
    *sets: AnnotationSet, on: Document = MILL, words: str | None = None
) -> Dossier:
    """Put sets together, in the order given."""
    keys = [record_key(on), *(record_key(found) for found in sets)]
    paths = {key: f"{key}.json" for key in keys}
    return Dossier(document=on, sets=sets, text=words, near_text=None, paths=paths)


# four readings of the mill: every way in which labels can come about


def mill_sets() -> tuple[AnnotationSet, ...]:
    """Return the readings of three people, a model and an adjudicator."""
    raiders, mill = find("Raiders from the hills"), find("burned the mill at Harl")
    torches = find("The river guard gave them the torches")
    died, guard = find("Two mill hands died"), find("river guard")
    held = find("guard denies it")
    mayor = node("official_civil", "harl_mayor", span=find("the mayor"))
    paper = node("media", "harl_gazette", span=find("the Harl Gazette"))
    nurse = node("local_witness", span=find("a nurse"))
    witness = node("local_witness", span=find("a witness"), mode="direct_quote")
    burned = find("Raiders from the hills burned the mill at Harl")
    sentence: dict[str, Any] = {"normalised": "Raiders burned a mill."}
    deaths: dict[str, Any] = {"normalised": "Two workers died.", "about": ()}
    armed: dict[str, Any] = {
        "normalised": "A military force armed raiders.",
        "about": ["river_guard", "hill_raiders"],
    }
    comment: dict[str, Any] = {"normalised": "A military force was behind the fire."}
    did_it = find("The guard did it")
    harl = node("vague", span=find("all of Harl"), mode="hearsay_passive")
    ana = judged(
        mentions=[
            mention("m01", raiders),
            mention("m02", guard, "river_guard"),
            mention("m03", held, "river_guard", naming="distancing", form=None),
        ],
        claims=[
            claim("c01", burned, chains=[(mayor,)], **sentence),
            claim("c02", died, chains=[(paper, nurse)], **deaths),
            claim("c03", torches, chains=[(witness,)], **armed),
        ],
        panel={
            "hill_side": opinion("oppose", raiders, portrayal="antagonist"),
            "river_side": opinion("oppose", guard),
            "mill_truce": opinion("not_addressed"),
        },
        stances=[
            stance("t01", "harl_mayor", "hill_raiders", "oppose"),
            stance("t02", "harl_mayor", "c03", "support", kind="claim"),
        ],
    )
    ben = judged(
        mentions=[
            mention("m01", find("Raiders"), naming="delegitimising"),
            mention("m02", find("the hills"), "NIL:hill-folk", form="nominal"),
            mention("m03", guard, "river_guard", "hill_raiders"),
        ],
        claims=[
            claim(
                "c01", torches, chains=[(witness,)], claim_type="sponsorship", **armed
            ),
            claim("c02", mill, chains=[(mayor,)], **sentence),
            claim("c03", died, chains=[(nurse,), (paper,)], **deaths),
        ],
        panel={
            "hill_side": opinion("oppose", burned),
            "river_side": opinion("support", None),
            "mill_truce": opinion("unclear"),
        },
        stances=[
            stance("t01", "harl_mayor", "c01", "neutral", kind="claim"),
            stance("t02", "river_guard", "mill_truce", "oppose", kind="issue"),
        ],
    )
    cem = judged(
        mentions=[mention("m01", raiders, naming="legitimising")],
        claims=[
            claim("c01", burned, modality="hedged", **sentence),
            claim("c02", find("hands died"), chains=[(paper,)], **deaths),
        ],
        panel={"hill_side": opinion("neutral", raiders)},
        coverage="partial",
    )
    model = judged(
        mentions=[
            mention("m01", raiders),
            mention("m02", find("witness"), "harl_mayor"),
        ],
        claims=[claim("c01", find("the mayor said"), **sentence)],
    )
    adjudicated = judged(
        mentions=[
            mention("m01", raiders, by=decide("chosen", "ana.m01", "ben.m01")),
            mention("m02", guard, "river_guard", by=decide("left_open", "ana.m02")),
            mention("m03", held, "river_guard", by=decide("dropped", "ana.m03")),
            mention("m04", find("a nurse"), "NIL:nurse", by=decide("added")),
        ],
        claims=[
            claim(
                "c01",
                burned,
                chains=[(mayor,)],
                by=decide("agreed", "ana.c01"),
                **sentence,
            ),
            claim("c02", torches, by=decide("merged", "ana.c03", "ben.c01"), **armed),
        ],
        panel={
            "river_side": opinion(
                "mixed", None, by=decide("left_open", "ana.river_side")
            )
        },
        stances=[
            stance(
                "t01",
                "harl_mayor",
                "c02",
                "oppose",
                kind="claim",
                by=decide("merged", "ana.t02"),
            )
        ],
        coverage="partial",
    )
    nil = [NilActor(id="NIL:hill-folk", kind="population_group")]
    return (
        reading(
            "ana", ana, judged("s02", claims=[claim("c01", did_it, **comment)])
        ),
        reading(
            "lm-1", model, judged("s02", claims=[claim("c01", did_it, **comment)])
        ),
        reading(
            "ben",
            ben,
            judged("s02", claims=[claim("c01", did_it, chains=[(harl,)], **comment)]),
            day=2,
            nil=nil,
        ),
        reading("cem", cem, day=3),
        reading(
            "dee",
            adjudicated,
            day=4,
            role="adjudicator",
            nil=[NilActor(id="NIL:nurse", kind="person")],
        ),
    )  # fmt: skip


# checkouts


def key_sets() -> tuple[AnnotationSet, ...]:
    """Return one small reading: for builds whose rows a person can read."""
    raiders = find("Raiders from the hills")
    mayor = node("official_civil", "harl_mayor", span=find("the mayor"))
    burned = find("burned the mill at Harl")
    first = judged(
        mentions=[mention("m01", raiders)],
        claims=[
            claim(
                "c01",
                burned,
                chains=[(mayor,)],
                normalised="Raiders burned a mill.",
            )
        ],
        panel={
            "hill_side": opinion("oppose", raiders, portrayal="antagonist"),
            "river_side": opinion("neutral"),
            "mill_truce": opinion("not_addressed"),
        },
    )
    second = judged(
        mentions=[mention("m01", raiders, naming="delegitimising")],
        claims=[claim("c01", burned, normalised="A mill was burned.")],
        coverage="partial",
    )
    return reading("ana", first), reading("ben", second, day=2)


def ferry_sets(**changes: Any) -> tuple[AnnotationSet, ...]:
    """Return one reading of the withheld text."""
    guard = find("the river guard", WITHHELD)
    pilots = find("pilots refused to cross", WITHHELD)
    found = judged(
        mentions=[mention("m01", guard, "river_guard")],
        claims=[
            claim(
                "c01",
                pilots,
                about=(),
                **{"normalised": "Pilots stayed in port.", **changes},
            )
        ],
    )
    return (reading("lm-1", found, on=FERRY),)


def files(
    documents: Mapping[str, Document],
    sets: Iterable[AnnotationSet],
    **changes: Any,
) -> dict[str, bytes]:
    """Return path to content of a checkout, without its schema.

    Args:
        documents: Text to its document.
        sets: The annotation sets.
        changes: Fields of dataset.json to change.
    """
    made = registries(*documents.values(), **changes)
    records: dict[str, Any] = {
        "corpus/dataset.json": made.dataset,
        "corpus/actors.json": Actors(schema="1", actors=tuple(made.actors.values())),
        "corpus/outlets.json": Outlets(
            schema="1", outlets=tuple(made.outlets.values())
        ),
        "corpus/panels.json": Panels(schema="1", panels=(PANEL,)),
        "corpus/splits.json": made.splits,
        "annotations/annotators.json": Annotators(
            schema="1", annotators=tuple(made.annotators.values())
        ),
    }
    for found in documents.values():
        records[f"corpus/documents/{found.id}.json"] = found
    sets = list(sets)
    for one in sets:
        name = ADJUDICATED if one.role == "adjudicator" else one.annotator
        records[f"annotations/{one.document}/{name}.json"] = _with_sources(one, sets)
    contents = {path: canonical.encode(record) for path, record in records.items()}
    for words, found in documents.items():
        if is_released(found):
            path = f"corpus/texts/released/{found.id}.txt"
            contents[path] = words.encode()
    return contents


def _with_sources(one: AnnotationSet, sets: Iterable[AnnotationSet]) -> AnnotationSet:
    """Let an adjudicated set say which files it decided on."""
    if one.role != "adjudicator":
        return one
    read = {
        other.annotator: text.sha256(canonical.encode(other))
        for other in sets
        if other.document == one.document and other.role == "annotator"
    }
    return structs.replace(one, sources=read)


def lay_out(root: Path, contents: Mapping[str, bytes]) -> Path:
    """Write a checkout, file by file in the order given; return its root."""
    shutil.copytree(REPO / "schema", root / "schema", dirs_exist_ok=True)
    for path, data in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root
