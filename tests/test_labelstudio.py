"""The bridge to Label Studio without a server: what is asked, and records there and back."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from standpoint.forms import convert, rules
from standpoint.forms.convert_common import LISTS, MAX_NOTE, CannotShowError, Passage
from standpoint.forms.form import ACTORS, CLAIMS, DECIDE, PANEL, PASSES, TIERS, Form
from standpoint.labelstudio import result as reading
from standpoint.labelstudio.config import MARK, config, digest
from standpoint.records.checkout import Checkout
from standpoint.records.model import (
    About,
    Claim,
    Coverage,
    Evidence,
    Holder,
    JudgedSegment,
    Mention,
    Node,
    Occurrence,
    Panel,
    PanelJudgement,
    PanelTarget,
    Relation,
    Span,
    Stance,
    Target,
)
from standpoint.records.schema import Schemas
from standpoint.records.text import sha256, span_digest

ROOT = Path(__file__).parents[1]
SCHEMAS = Schemas(ROOT / "schema")
INVENTORIES = SCHEMAS.inventories
PANELS = {
    panel.id: panel
    for panel in Checkout(ROOT).record("corpus/panels.json", "panels").panels
}

FORMS = [
    *((name, tier, None) for name in PASSES[:2] for tier in TIERS),
    *((name, tier, None) for name in DECIDE.values() for tier in TIERS),
    *((PANEL, tier, panel) for panel in PANELS.values() for tier in TIERS),
]


def named(value: Any) -> str:
    return value.id if isinstance(value, Panel) else str(value)


def made(name: str, tier: str, panel: Panel | None) -> Form:
    return convert.form(name, tier, INVENTORIES, panel)


def test_as_many_characters_of_a_note_are_taken_as_the_schema_has_room_for() -> None:
    schema = json.loads((ROOT / "schema/annotation-set.schema.json").read_bytes())
    segment = schema["$defs"]["segment"]["properties"]["note"]
    assert segment["maxLength"] == MAX_NOTE


# what is asked


@pytest.mark.parametrize(("name", "tier", "panel"), FORMS, ids=named)
def test_a_configuration_is_xml_with_everything_the_form_asks(
    name: str, tier: str, panel: Panel | None
) -> None:
    form = made(name, tier, panel)
    root = ET.fromstring(config(form))
    (labels,) = root.iter("Labels")
    assert labels.get("name") == MARK
    assert [one.get("value") for one in labels.iter("Label")] == [
        mark.label for mark in form.marks
    ]
    found = {
        element.get("name"): [choice.get("value") for choice in element]
        for tag in ("Choices", "Taxonomy", "TextArea")
        for element in root.iter(tag)
    }
    assert found == {f.name: [v.name for v in f.values] for f in form.controls}


@pytest.mark.parametrize(("name", "tier", "panel"), FORMS, ids=named)
def test_every_label_says_what_it_means(
    name: str, tier: str, panel: Panel | None
) -> None:
    form = made(name, tier, panel)
    for element in ET.fromstring(config(form)).iter():
        if element.tag in {"Label", "Choice"}:
            assert element.get("hint"), element.get("value")
            assert element.get("hotkey"), element.get("value")


@pytest.mark.parametrize(("name", "tier", "panel"), FORMS, ids=named)
def test_a_key_marks_one_label_and_never_the_one_that_lets_go(
    name: str, tier: str, panel: Panel | None
) -> None:
    keys = [mark.key for mark in made(name, tier, panel).marks if mark.key]
    assert len(keys) == len(set(keys))
    assert "u" not in keys


@pytest.mark.parametrize("name", [*PASSES[:2], *DECIDE.values()])
def test_the_core_tier_leaves_the_extended_fields_out(name: str) -> None:
    core, extended = (made(name, tier, None) for tier in TIERS)
    assert {f.name for f in core.controls} == {
        f.name for f in extended.controls if not f.extended
    }
    assert any(f.extended for f in extended.controls)
    tiers = {
        field.inventory: INVENTORIES[field.inventory].tier
        for field in extended.controls
        if field.inventory and field.extended
    }
    assert all(
        INVENTORIES[f.inventory].tier == "core" for f in core.controls if f.inventory
    ), tiers


def test_the_digest_of_a_configuration_follows_its_labels() -> None:
    first = made(ACTORS, "core", None)
    assert digest(config(first)) == digest(config(made(ACTORS, "core", None)))
    changed = first._replace(marks=first.marks[1:])
    assert digest(config(first)) != digest(config(changed))


# records to tasks to the shape of an export to records

LETTERS = "abc\u00e9\u0327\u0301 \u00a0\u200b\n\r\t<&\"'.,\u0628\u062f\u06401\U0001f60a\U0001f468\u200d\U0001f1f8"
ACTOR_IDS = ("alpha", "beta", "gamma", "NIL:one", "NIL:two-b")
KINDS = {"NIL:one": "person", "NIL:two-b": "armed_group"}
ASKED = Panel(
    id="asked",
    title="Asked",
    targets=(
        PanelTarget(id="left_side", kind="actor", title="Left", description="Left."),
        PanelTarget(id="right_side", kind="actor", title="Right", description="Right."),
        PanelTarget(id="bridge", kind="issue", title="Bridge", description="Bridge."),
    ),
)


def labels(name: str, *without: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [one for one in INVENTORIES[name].names if one not in without]
    )


def texts_of(size: int = 40) -> st.SearchStrategy[str]:
    return (
        st.text("abc\u00e9\u0628\U0001f60a -'&<", min_size=1, max_size=size)
        .map(str.strip)
        .filter(bool)
    )


class Drawn:
    """Judgements on one made-up text, drawn piece by piece."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = "x " + draw(st.text(LETTERS, min_size=30, max_size=120)) + " x"
        self.start = draw(st.integers(0, 3))
        self.sha256 = sha256(self.text.encode("utf-8", "surrogatepass"))

    def span(self, low: int | None = None, high: int | None = None) -> Span:
        """Draw a span with a visible character at either edge."""
        visible = [
            n
            for n in range(low or self.start, high or len(self.text))
            if not self.text[n].isspace()
        ]
        one, other = (
            self.draw(st.sampled_from(visible)),
            self.draw(st.sampled_from(visible)),
        )
        start, end = min(one, other), max(one, other) + 1
        proof = span_digest(self.text, start, end)
        return Span(start=start, end=end, digest=proof)

    def spans(self, most: int) -> tuple[Span, ...]:
        found: dict[int, Span] = {}
        for _ in range(self.draw(st.integers(1, most))):
            span = self.span()
            if all(span.end <= o.start or o.end <= span.start for o in found.values()):
                found[span.start] = span
        return tuple(found[start] for start in sorted(found))

    def actors(self, least: int = 0) -> tuple[str, ...]:
        chosen = st.lists(
            st.sampled_from(ACTOR_IDS), min_size=least, max_size=2, unique=True
        )
        return tuple(sorted(self.draw(chosen), key=lambda one: one.startswith("NIL:")))

    def maybe(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self.draw(st.one_of(st.none(), strategy))

    def mentions(self) -> tuple[Mention, ...]:
        drawn = [self.span() for _ in range(self.draw(st.integers(0, 4)))]
        places = sorted({(span.start, span.end): span for span in drawn}.items())
        found: list[Mention] = []
        for (start, end), span in places:
            if found and start < found[-1].end:
                continue
            found.append(
                Mention(
                    id=f"m{len(found) + 1:02}",
                    start=start,
                    end=end,
                    digest=span.digest,
                    actors=self.actors(1),
                    naming=self.draw(labels("naming")),
                    form=self.maybe(labels("mention_form")),
                    link_certainty=self.maybe(labels("link_certainty")),
                    origin=self.draw(labels("origin")),
                )
            )
        return tuple(found)

    def node(self, mentions: tuple[Mention, ...]) -> Node:
        span, actors = self.span(), self.actors()
        inside = [
            m
            for m in mentions
            if span.start <= m.start
            and m.end <= span.end
            and set(m.actors) & set(actors)
        ]
        points: bool = self.draw(st.booleans())
        if mentions and points:
            chosen = st.sets(st.sampled_from([m.id for m in mentions]), max_size=2)
            pointed = self.draw(chosen)
            inside = [m for m in mentions if m.id in pointed]
        return Node(
            source_type=self.draw(labels("source_type", "self")),
            actors=actors,
            identification=self.draw(labels("identification")),
            mode=self.draw(labels("mode")),
            span=span,
            mentions=tuple(m.id for m in sorted(inside, key=lambda m: m.start)),
            modality=self.maybe(labels("modality")),
        )

    def claim(self, number: int, mentions: tuple[Mention, ...]) -> Claim:
        spans = self.spans(3)
        roles = INVENTORIES["about_role"].names
        about = sorted(
            (
                About(actor=actor, role=self.draw(st.sampled_from(roles)), mention=None)
                for actor in self.actors()
            ),
            key=lambda a: roles.index(a.role),
        )
        chains = tuple(
            tuple(self.node(mentions) for _ in range(self.draw(st.integers(1, 3))))
            for _ in range(self.draw(st.integers(0, 2)))
        )
        evidence = self.maybe(
            st.lists(labels("evidence_shown"), min_size=1, max_size=3, unique=True)
        )
        shown = INVENTORIES["evidence_shown"].names
        again = sorted(
            (self.spans(2) for _ in range(self.draw(st.integers(0, 2)))),
            key=lambda one: one[0].start,
        )
        stand = {
            s.start: s
            for s in (self.span() for _ in range(self.draw(st.integers(0, 2))))
        }
        return Claim(
            id=f"c{number:02}",
            spans=spans,
            also_at=tuple(Occurrence(spans=one) for one in again),
            claim_type=self.draw(labels("claim_type")),
            normalised=self.draw(texts_of()),
            language="en",
            modality=self.draw(labels("modality")),
            checkworthy=self.draw(labels("checkworthy")),
            about=tuple(
                msgspec.structs.replace(a, mention=overt(a.actor, mentions, spans))
                for a in about
            ),
            chains=chains,
            carrier_stance=self.draw(labels("stance_label", "mixed", "not_addressed")),
            carrier_evidence=tuple(stand[start] for start in sorted(stand)),
            certainty_shift=self.maybe(labels("certainty_shift")),
            ironic=self.maybe(labels("ironic")),
            evidence_shown=tuple(sorted(evidence, key=shown.index))
            if evidence
            else None,
            event_time=self.maybe(texts_of(20)),
            cluster=None,
            sure=self.draw(st.booleans()),
            note=self.maybe(texts_of()),
            origin=self.draw(labels("origin")),
        )

    def evidence(self) -> tuple[Evidence, ...]:
        spans = {
            s.start: s
            for s in (self.span() for _ in range(self.draw(st.integers(0, 3))))
        }
        found = [
            Evidence(start=s.start, end=s.end, digest=s.digest)
            for _, s in sorted(spans.items())
        ]
        if self.draw(st.booleans()):
            found.append(Evidence(scope="segment"))
        return tuple(found)

    def panel(self) -> dict[str, PanelJudgement]:
        judged = {}
        for target in ASKED.targets:
            if self.draw(st.booleans()):
                portrayal = (
                    self.maybe(labels("portrayal")) if target.kind == "actor" else None
                )
                judged[target.id] = PanelJudgement(
                    label=self.draw(labels("stance_label", "query")),
                    expression=self.maybe(labels("expression")),
                    portrayal=portrayal,
                    evidence=self.evidence(),
                )
        return dict(sorted(judged.items()))

    def stance(self, number: int, claims: tuple[Claim, ...]) -> Stance:
        holders = [
            ("actor", "alpha"),
            ("actor", "beta"),
            ("carrier", None),
            ("commenter", None),
        ]
        targets = [
            ("actor", "gamma"),
            ("actor", "NIL:one"),
            ("issue", "bridge"),
            *(("claim", c.id) for c in claims),
        ]
        kind, holder = self.draw(st.sampled_from(holders))
        target_kind, target = self.draw(st.sampled_from(targets))
        return Stance(
            id=f"t{number:02}",
            holder=Holder(kind=kind, id=holder),
            target=Target(kind=target_kind, id=target),
            label=self.draw(labels("stance_label", "not_addressed")),
            expression=self.maybe(labels("expression")),
            portrayal=self.maybe(labels("portrayal")),
            evidence=self.evidence(),
            origin=self.draw(labels("origin")),
        )

    def segment(self) -> JudgedSegment:
        mentions = self.mentions()
        claims = tuple(
            self.claim(n, mentions) for n in range(1, self.draw(st.integers(0, 3)) + 1)
        )
        pairs = list(permutations([claim.id for claim in claims], 2))
        related = st.tuples(
            labels("relation_type", "same_as"), st.sampled_from(pairs or [("", "")])
        )
        relations = self.draw(st.lists(related, max_size=2)) if pairs else []
        return JudgedSegment(
            segment="s01",
            coverage=Coverage(
                actor=self.draw(labels("coverage", "none")),
                claim=self.draw(labels("coverage", "none")),
                stance=self.draw(labels("coverage")),
                panel=self.draw(labels("coverage")),
            ),
            mentions=mentions,
            claims=claims,
            panel=self.panel(),
            stances=tuple(
                self.stance(n, claims)
                for n in range(1, self.draw(st.integers(0, 3)) + 1)
            ),
            relations=tuple(Relation(type=t, from_=a, to=b) for t, (a, b) in relations),
            note=None,
        )


def overt(
    actor: str, mentions: tuple[Mention, ...], spans: tuple[Span, ...]
) -> str | None:
    """Return the first mention of an actor inside a claim: what goes without saying."""
    for mention in sorted(mentions, key=lambda m: m.start):
        inside = any(s.start <= mention.start and mention.end <= s.end for s in spans)
        if inside and actor in mention.actors:
            return mention.id
    return None


@st.composite
def judged_texts(draw: st.DrawFn) -> tuple[Drawn, JudgedSegment]:
    drawn = Drawn(draw)
    return drawn, convert.ordered(drawn.segment(), INVENTORIES)


def there_and_back(
    name: str, drawn: Drawn, judged: JudgedSegment, note: str | None
) -> dict[str, Any]:
    """Encode a pass, send it through JSON as an export does, and decode it."""
    form = made(name, "extended", ASKED if name == PANEL else None)
    start, end = drawn.start, len(drawn.text)
    passage = Passage(drawn.text, drawn.sha256, start, end, form, "task 1", KINDS)
    answers = convert.encode(name, judged, passage, note)
    shown = reading.shown(drawn.text[drawn.start :])
    exported = json.loads(json.dumps(reading.written(answers, form, shown)))
    found = reading.read(exported, passage, "/0")
    assert not [*found.problems, *found.left_out, *found.unread]
    assert not list(rules.problems(found.answers, passage))
    content = convert.decode(name, found.answers, passage, {}, judged.mentions, {})
    assert not content.problems
    return content.data


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(judged_texts(), st.none() | texts_of())
def test_whatever_is_judged_comes_back_as_it_was(
    case: tuple[Drawn, JudgedSegment], note: str | None
) -> None:
    drawn, judged = case
    plain = msgspec.json.decode(msgspec.json.encode(judged))
    for name in PASSES:
        try:
            data = there_and_back(name, drawn, judged, note)
        except CannotShowError:
            event("refused")
            assert name == CLAIMS  # links that no arrow can show
            continue
        assert {key: data[key] for key in LISTS[name]} == {
            key: plain[key] for key in LISTS[name]
        }
        assert data["note"] == note
        assert data["coverage"].items() <= plain["coverage"].items()
