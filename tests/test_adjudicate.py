"""Adjudication and trials: what readers differ on, what is decided, who is scored."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from standpoint.checks.run import check_corpus
from standpoint.cli import cli
from standpoint.forms.adjudication import Layer
from standpoint.labelstudio import client
from standpoint.labelstudio.task import Meta
from standpoint.labelstudio.workdir import CampaignStop
from standpoint.records import canonical, engine
from standpoint.records.model import Holder, Mention, Stance, Target
from standpoint.resolve import resolve
from standpoint.resolve.match import differences
from tests.conftest import apply
from tests.studio import Desk, codes, decision, register

DOCUMENT = "small-bridge-2031"
FOLDER = f"annotations/{DOCUMENT}"
READER = f"{FOLDER}/reader-1.json"
SECOND = f"{FOLDER}/reader-2.json"
ADJUDICATED = f"{FOLDER}/adjudicated.json"

Task = dict[str, Any]


@pytest.fixture
def desk(small: Path) -> Desk:
    """Two people's readings that differ, and a third person to decide."""
    register(small, "reader-2", "judge")
    (small / FOLDER / "small-lm.json").unlink()  # a key would decide alone
    apply(
        small,
        {
            "file": SECOND,
            "copy_of": READER,
            "set": {
                "/annotator": "reader-2",
                "/created": "2031-05-11T09:00:00Z",
                "/segments/0/mentions/5/naming": "distancing",
                "/segments/0/claims/3/modality": "asserted",
                "/segments/0/claims/3/claim_type": "event",
                "/segments/0/claims/3/normalised": "The Oskadar League had losses.",
                "/segments/0/panel/veltrian_state/label": "support",
                "/segments/0/panel/veltrian_state/expression": "explicit",
                "/segments/0/stances/1/label": "oppose",
            },
            "drop": ["/segments/0/mentions/6", "/segments/0/relations/0"],
        },
    )
    apply(small, {"file": SECOND, "set": {"/nil": []}})
    return Desk(small)


def asked(desk: Desk, *layers: Layer, **more: Any) -> list[tuple[Meta, Task]]:
    desk.dispute("judge", *layers, documents=(DOCUMENT,), **more)
    return desk.studio.open_tasks("judge")


def decide(desk: Desk, task: Task, *regions: Task, **fields: list[str]) -> None:
    desk.studio.submit(task, "judge", decision(fields, *regions))


def about(desk: Desk, layer: Layer, item: str) -> tuple[Meta, Task]:
    """Push the items of a layer; return the task about one of them."""
    for meta, task in asked(desk, layer):
        if meta.contested and any(m.item == item for m in meta.contested.members):
            return meta, task
    raise AssertionError(item)


# what is asked


def test_only_what_readers_differ_on_is_asked(desk: Desk) -> None:
    found = {
        layer: [
            [member.item for member in meta.contested.members]
            for meta, _ in asked(desk, layer)
            if meta.form.endswith(layer) and meta.contested
        ]
        for layer in ("actor", "claim", "stance")
    }
    # The last task of a layer asks what is missing from the segment.
    assert sorted(found["actor"]) == [[], ["m06", "m06"], ["m07"]]
    assert found["claim"] == [["c04", "c04"], []]
    assert sorted(found["stance"]) == [["t02", "t02"], ["veltrian_state"] * 2]


def test_the_most_contested_come_first(desk: Desk) -> None:
    apply(
        desk.root,
        {
            "file": SECOND,
            "set": {
                "/segments/0/mentions/1/naming": "distancing",
                "/segments/0/mentions/1/form": "nominal",
                "/segments/0/mentions/1/link_certainty": "unsure",
            },
        },
    )
    items = [
        m.contested.members[0].item
        for m, _ in asked(desk, "actor")
        if m.contested and m.contested.members
    ]
    assert items == ["m02", "m07", "m06"]


def test_each_reading_is_a_prediction_and_a_column(desk: Desk) -> None:
    _, task = about(desk, "claim", "c04")
    versions = {p["model_version"]: p["result"] for p in task["_predictions"]}
    assert list(versions) == ["given", "reading A", "reading B"]
    labels = [versions[n][0]["value"]["labels"] for n in ("reading A", "reading B")]
    assert labels == [["quantity"], ["event"]]
    notice = task["data"]["notice"]
    assert "Marked by 2 of 2 annotators." in notice
    assert (
        "<tr class=sp-differs><th>claim_type</th><td>quantity</td><td>event</td></tr>"
        in notice
    )
    assert "reader-1" not in notice


def test_names_are_shown_on_request(desk: Desk) -> None:
    _, task = asked(desk, "claim", named=True)[0]
    assert "<th>reader-1</th><th>reader-2</th>" in task["data"]["notice"]
    assert [p["model_version"] for p in task["_predictions"]][1:] == [
        "reader-1",
        "reader-2",
    ]


def test_nobody_is_asked_about_their_own_items(desk: Desk) -> None:
    pushed = desk.dispute("reader-2", "actor", documents=(DOCUMENT,))
    assert pushed.n_tasks == 0 or all(
        "reader-2" not in {m.annotator for m in meta.contested.members}
        for meta, _ in desk.studio.open_tasks("reader-2")
        if meta.contested
    )
    assert any("left out, because reader-2 annotated" in line for line in pushed.lines)


def test_pushing_again_adds_no_item_twice(desk: Desk) -> None:
    first = desk.dispute("judge", documents=(DOCUMENT,))
    assert first.n_tasks == 5
    assert desk.dispute("judge", documents=(DOCUMENT,)).n_tasks == 0


# what is decided


def test_chosen_takes_a_reading_as_it_is(desk: Desk) -> None:
    _, task = about(desk, "claim", "c04")
    decide(
        desk,
        task,
        decision=["chosen"],
        reading=["B"],
        reason=["No number is the point."],
    )
    assert codes(desk.pull()) == ["CLM007"]  # as reader-2's
    record = desk.record(ADJUDICATED)
    (claim,) = record.segments[0].claims
    theirs = desk.record(SECOND).segments[0].claims[3]
    assert (claim.id, claim.normalised, claim.claim_type) == (
        "c01",
        theirs.normalised,
        "event",
    )
    assert claim.spans == theirs.spans
    assert [a.mention for a in claim.about] == [None]
    assert msgspec.json.decode(msgspec.json.encode(claim.adjudication)) == {
        "sources": [
            {"annotator": "reader-1", "item": "c04"},
            {"annotator": "reader-2", "item": "c04"},
        ],
        "decision": "chosen",
        "reason": "No number is the point.",
    }  # fmt: skip
    assert (record.role, record.annotator) == ("adjudicator", "judge")
    assert set(record.sources or {}) == {"reader-1", "reader-2"}
    assert record.segments[0].coverage.claim == "partial"
    assert record.segments[0].coverage.actor == "none"


def test_what_is_decided_resolves_the_label(desk: Desk) -> None:
    _, task = about(desk, "claim", "c04")
    decide(desk, task, decision=["chosen"], reading=["B"], reason=["No number."])
    desk.pull()
    checkout = desk.checkout()
    dossier = checkout.dossier(DOCUMENT)
    assert dossier is not None
    assert checkout.registries is not None
    resolved = resolve(dossier, checkout.registries.annotators)["claim"]
    found = next(r for r in resolved if r.item_id.endswith("reader-1.c04"))
    assert found.labels["claim_type"].value == "event"
    assert found.labels["claim_type"].decided_by == "adjudicated"
    assert found.labels["claim_type"].soft == {"quantity": 0.5, "event": 0.5}


@pytest.mark.parametrize("wish", ["left_open", "dropped"])
def test_an_open_and_a_dropped_item_keep_the_leading_reading(
    desk: Desk, wish: str
) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=[wish], reason=["It cannot be told."])
    assert desk.pull().findings == []
    (mention,) = desk.record(ADJUDICATED).segments[0].mentions
    assert (mention.start, mention.naming) == (271, "neutral")
    assert mention.adjudication.decision == wish  # type: ignore[union-attr]


def test_agreed_needs_no_reason(desk: Desk) -> None:
    _, task = about(desk, "actor", "m07")  # which one reading has
    assert {"value": "agreed"} in task["data"]["decisions"]
    decide(desk, task, decision=["agreed"])
    assert desk.pull().findings == []


@pytest.mark.parametrize(
    ("layer", "item", "fields"),
    [
        ("actor", "m06", "naming"),
        ("claim", "c04", "claim_type, normalised, modality"),
        ("stance", "veltrian_state", "label, expression"),
        ("stance", "t02", "label"),
    ],
)
def test_readings_that_differ_are_not_agreed(
    desk: Desk, layer: Layer, item: str, fields: str
) -> None:
    _, task = about(desk, layer, item)
    assert {"value": "agreed"} not in task["data"]["decisions"]
    decide(desk, task, decision=["agreed"])
    taken = desk.pull()
    assert codes(taken) == ["LST018"]
    assert f"the readings differ in {fields}." in taken.findings[0].message
    assert not (desk.root / ADJUDICATED).exists()
    (task_,) = taken.refused
    assert (task_.codes, task_.url.endswith(f"task={task['id']}")) == (
        ("LST018",),
        True,
    )


def test_readings_that_differ_in_what_is_not_kept_are_agreed(desk: Desk) -> None:
    same = {"/segments/0/mentions/5/naming": "neutral"}
    apply(desk.root, {"file": SECOND, "set": same})
    # The place differs by a word; then it does not, as other ids and origins do.
    wider = {"/segments/0/mentions/5": ["The group maybe", 1]}
    apply(desk.root, {"file": SECOND, "mark": wider})
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=["agreed"])
    (finding,) = desk.pull().findings
    assert (finding.code, "differ in span." in finding.message) == ("LST018", True)


def test_what_is_kept_of_two_readings_is_compared_without_its_order() -> None:
    def mention(**more: Any) -> Any:
        plain = {
            "id": "m01",
            "start": 3,
            "end": 9,
            "digest": "a" * 64,
            "actors": ["veltria", "NIL:crew"],
            "naming": "neutral",
            "form": "name",
            "link_certainty": None,
            "origin": "manual",
        }
        return msgspec.convert(plain | more, Mention)

    kind = {"NIL:crew": "person"}
    first = (mention(), kind)
    other = mention(id="m07", actors=["NIL:crew", "veltria"], origin="quoted")
    assert differences([first, (other, kind), (mention(digest="b" * 64), kind)]) == []
    assert differences([first, first, (mention(form="nominal"), kind)]) == ["form"]
    assert differences([first, (mention(end=8), kind)]) == ["span"]
    assert differences([first, (mention(actors=["veltria"]), kind)]) == [
        "actors", "kind of a new actor",
    ]  # fmt: skip
    assert differences([first, (mention(), {"NIL:crew": "ngo"})]) == [
        "kind of a new actor"
    ]
    assert differences([first]) == differences([]) == []


def test_holders_and_targets_are_kept() -> None:
    def stance(holder: str, target: str) -> Any:
        return Stance(
            id="t01",
            holder=Holder("actor", holder),
            target=Target("actor", target),
            label="support",
            expression=None,
            portrayal=None,
            evidence=(),
            origin="manual",
        )

    one, other = stance("veltria", "league"), stance("league", "league")
    assert differences([(one, {}), (other, {})]) == ["holder"]
    assert differences([(one, {}), (stance("veltria", "ngo"), {})]) == ["target"]
    # Each set numbers its claims: the same claim may be c02 in one and c03 in another.
    toward: list[Any] = [
        (msgspec.structs.replace(one, target=Target(kind="claim", id=claim)), {})
        for claim in ("c02", "c03")
    ]
    assert differences(toward) == []


def test_what_an_adjudicator_marks_or_notes_in_vain_is_reported(desk: Desk) -> None:
    _, task = about(desk, "actor", "m06")
    region = mark(
        *("x", 271, 280, "The group", "distancing"),
        actors=("taxonomy", [["oskadar_league"]]),
    )
    region[0]["meta"] = {"text": ["Sounds sceptical to me."]}
    decide(desk, task, *region, decision=["chosen"], reading=["A"], reason=["Plain."])
    taken = desk.pull()
    assert codes(taken) == ["LST021"]
    assert "the note on it is left out" in taken.findings[0].message
    assert (taken.written, taken.refused) == ([ADJUDICATED], [])
    del region[0]["meta"]
    task["annotations"][0]["result"] = decision(
        {"decision": ["chosen"], "reading": ["A"], "reason": ["Plain."]}, *region
    )
    (finding,) = desk.pull().findings
    assert "because the decision is \u2018chosen\u2019" in finding.message


def mark(
    name: str, start: int, end: int, words: str, label: str, **fields: Any
) -> list[Task]:
    place = {"start": start, "end": end, "text": words}
    base = {"id": name, "from_name": "mark", "to_name": "text", "type": "labels"}
    items = [{**base, "value": {**place, "labels": [label]}}]
    for key, (kind, value) in fields.items():
        item = {**base, "from_name": key, "type": kind}
        given = {"text" if kind == "textarea" else kind: value}
        items.append({**item, "value": {**place, **given}})
    return items


def test_merged_takes_what_the_adjudicator_marks(desk: Desk) -> None:
    _, task = about(desk, "actor", "m06")
    regions = mark(
        "x", 275, 280, "group", "legitimising", actors=("taxonomy", [["veltria"]])
    )
    decide(desk, task, *regions, decision=["merged"], reason=["Without the article."])
    assert desk.pull().findings == []
    (mention,) = desk.record(ADJUDICATED).segments[0].mentions
    assert (mention.start, mention.end, mention.actors) == (275, 280, ("veltria",))


def test_added_takes_what_no_reading_has(desk: Desk) -> None:
    task = next(
        t for m, t in asked(desk, "actor") if m.contested and not m.contested.members
    )
    regions = [
        *mark("x", 14, 20, "shells", "neutral", actors=("taxonomy", [["veltria"]])),
        *mark("y", 21, 27, "bridge", "neutral", actors=("taxonomy", [["veltria"]])),
    ]
    decide(desk, task, *regions, decision=["added"], reason=["Nobody marked them."])
    assert desk.pull().findings == []
    mentions = desk.record(ADJUDICATED).segments[0].mentions
    assert [(m.id, m.start) for m in mentions] == [("m01", 14), ("m02", 21)]
    assert all(m.adjudication.sources == () for m in mentions)  # type: ignore[union-attr]


def test_nothing_missing_leaves_nothing(desk: Desk) -> None:
    task = next(
        t for m, t in asked(desk, "actor") if m.contested and not m.contested.members
    )
    decide(desk, task, decision=["agreed"])
    taken = desk.pull()
    assert (taken.written, taken.findings) == ([], [])
    assert not (desk.root / ADJUDICATED).exists()


def test_panel_and_stances_are_decided_as_well(desk: Desk) -> None:
    tasks = {
        m.contested.members[0].item: t for m, t in asked(desk, "stance") if m.contested
    }
    assert (
        "Stance of carrier toward veltrian_state."
        in tasks["veltrian_state"]["data"]["notice"]
    )
    assert "Stance of mira_tolz toward ysse_truce." in tasks["t02"]["data"]["notice"]
    fields = {
        "label": ["mixed"],
        "expression": ["implicit"],
        "scope": ["whole_segment"],
    }
    region = mark("e", 235, 269, "minister Mira Tolz of Veltria said"[:34], "evidence")
    decide(
        desk,
        tasks["veltrian_state"],
        *region,
        decision=["merged"],
        reason=["Both."],
        **fields,
    )
    decide(desk, tasks["t02"], decision=["chosen"], reading=["B"], reason=["She does."])
    taken = desk.pull()
    assert [str(f) for f in taken.findings] == []
    segment = desk.record(ADJUDICATED).segments[0]
    judged = segment.panel["veltrian_state"]
    assert (judged.label, judged.expression, len(judged.evidence)) == (
        "mixed",
        "implicit",
        2,
    )
    (stance,) = segment.stances
    assert (stance.label, stance.holder.id, stance.target.id) == (
        "oppose",
        "mira_tolz",
        "ysse_truce",
    )
    assert (segment.coverage.panel, segment.coverage.stance) == ("partial", "partial")


def test_pulling_decisions_twice_changes_nothing_and_a_new_one_replaces_the_old(
    desk: Desk,
) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=["chosen"], reading=["A"], reason=["Plain words."])
    desk.pull()
    assert (desk.pull().written, desk.pull().n_same) == ([], 1)
    task["annotations"][0]["result"] = decision(
        {"decision": ["chosen"], "reading": ["B"], "reason": ["Held at arm's length."]}
    )
    assert desk.pull().written == [ADJUDICATED]
    (mention,) = desk.record(ADJUDICATED).segments[0].mentions
    assert (mention.id, mention.naming) == ("m01", "distancing")
    apply(
        desk.root,
        {"file": ADJUDICATED, "set": {"/segments/0/mentions/0/naming": "neutral"}},
    )
    task["annotations"][0]["result"] = decision(
        {"decision": ["left_open"], "reason": ["It cannot be told."]}
    )
    assert "LST013" in codes(desk.pull())
    desk.workdir.path("pulled.json").unlink()
    assert "LST013" in codes(desk.pull())


def test_a_reading_that_changed_since_is_found(desk: Desk) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=["chosen"], reading=["A"], reason=["Plain words."])
    desk.pull()
    apply(
        desk.root,
        {"file": SECOND, "set": {"/segments/0/mentions/5/naming": "neutral"}},
    )
    assert codes(desk.pull()) == ["LST020"]
    assert "ADJ003" in [f.code for f in check_corpus(desk.checkout()).findings]


def test_what_changed_elsewhere_in_a_reading_leaves_a_decision(desk: Desk) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=["chosen"], reading=["A"], reason=["Plain words."])
    desk.pull()
    before = desk.record(ADJUDICATED)
    apply(
        desk.root,
        {"file": SECOND, "set": {"/segments/0/mentions/0/naming": "distancing"}},
    )
    assert desk.pull().findings == []
    after = desk.record(ADJUDICATED)
    assert before.segments == after.segments
    assert before.sources != after.sources
    assert desk.pull().written == []


def test_an_item_that_changed_is_asked_anew_and_decided_again(desk: Desk) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=["chosen"], reading=["A"], reason=["Plain words."])
    desk.pull()
    apply(
        desk.root,
        {"file": SECOND, "set": {"/segments/0/mentions/5/naming": "legitimising"}},
    )
    assert desk.dispute("judge", "actor", documents=(DOCUMENT,)).n_tasks == 1
    (new,) = [
        task
        for meta, task in desk.studio.open_tasks("judge")
        if meta.contested and "m06" in {m.item for m in meta.contested.members}
    ]
    decide(desk, new, decision=["chosen"], reading=["B"], reason=["Praise."])
    taken = desk.pull()
    assert (taken.findings, taken.written) == ([], [ADJUDICATED])
    (mention,) = desk.record(ADJUDICATED).segments[0].mentions
    assert (mention.id, mention.naming) == ("m01", "legitimising")
    assert "ADJ003" not in [f.code for f in check_corpus(desk.checkout()).findings]


def test_a_reading_that_comes_later_joins_without_a_second_decision(
    desk: Desk,
) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, decision=["chosen"], reading=["A"], reason=["Plain words."])
    desk.pull()
    third = json.loads((desk.root / SECOND).read_bytes())
    third |= {"annotator": "sam", "created": "2031-01-01T00:00:00Z"}
    path = f"annotations/{DOCUMENT}/sam.json"
    engine.write(desk.root / path, canonical.encode(third))
    with pytest.raises(CampaignStop, match=r"there is no annotator .sam."):
        desk.dispute("judge", "actor", documents=(DOCUMENT,))
    register(desk.root, "sam")
    desk.dispute("judge", "actor", documents=(DOCUMENT,))
    about_it = [
        meta
        for meta, _task in desk.studio.open_tasks("judge")
        if meta.contested and "m06" in {m.item for m in meta.contested.members}
    ]
    assert about_it == []
    assert desk.pull().written == []


def test_a_new_actor_comes_along_with_its_kind(desk: Desk) -> None:
    for path, mention, kind in ((READER, 5, "person"), (SECOND, 5, "armed_group")):
        apply(
            desk.root,
            {
                "file": path,
                "set": {f"/segments/0/mentions/{mention}/actors": ["NIL:stone-band"]},
                "add": {"/nil/-": {"id": "NIL:stone-band", "kind": kind}},
            },
        )
    meta, task = about(desk, "actor", "m06")
    assert meta.contested is not None
    who = {member.annotator: n for n, member in enumerate(meta.contested.members)}
    letter = "AB"[who["reader-2"]]
    decide(desk, task, decision=["chosen"], reading=[letter], reason=["So it is."])
    assert codes(desk.pull()) == ["ACT006"]  # as reader-2's
    (nil,) = desk.record(ADJUDICATED).nil
    assert (nil.id, nil.kind) == ("NIL:stone-band", "armed_group")
    region = mark(
        *("x", 14, 20, "shells", "neutral"),
        actors=("taxonomy", [["NIL"]]),
        actors_nil=("textarea", ["Ferry crew"]),
        actors_nil_kind=("choices", ["population_group"]),
    )
    missing = next(
        t for m, t in asked(desk, "actor") if m.contested and not m.contested.members
    )
    decide(desk, missing, *region, decision=["added"], reason=["Nobody marked it."])
    assert codes(desk.pull()) == ["ACT006"]
    assert [nil.id for nil in desk.record(ADJUDICATED).nil] == [
        "NIL:ferry-crew",
        "NIL:stone-band",
    ]


def test_core_leaves_out_what_a_reading_has_beyond_it(desk: Desk) -> None:
    for layer in ("actor", "claim", "stance"):
        assert desk.dispute(
            "judge", layer, documents=(DOCUMENT,), batch=layer, tier="core"
        ).n_tasks


@pytest.mark.parametrize("stop", [1, 2])
def test_a_pull_of_decisions_that_is_cut_off_adds_nothing_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    task = next(
        t for m, t in asked(desk, "actor") if m.contested and not m.contested.members
    )
    region = mark("x", 14, 20, "shells", "neutral", actors=("taxonomy", [["veltria"]]))
    decide(desk, task, *region, decision=["added"], reason=["Nobody marked it."])
    real, calls = engine.write, iter(range(9))

    def write(path: Path, data: bytes) -> None:
        if next(calls) == stop + 1:  # the export, the memory, the set, the memory
            raise KeyboardInterrupt
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "write", write)
        with pytest.raises(KeyboardInterrupt):
            desk.pull()
    for _ in range(2):
        assert desk.pull().findings == []
    (mention,) = desk.record(ADJUDICATED).segments[0].mentions
    assert (mention.id, mention.start) == ("m01", 14)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"decision": ["chosen"], "reading": ["A"]}, "needs a reason"),
        ({"decision": ["chosen"], "reason": ["Why."]}, "no reading"),
        (
            {"decision": ["chosen"], "reading": ["Q"], "reason": ["Why."]},
            "no reading \u2018Q\u2019",
        ),
        ({"decision": ["added"], "reason": ["Why."]}, "is not an allowed decision"),
        ({"decision": ["merged"], "reason": ["Why."]}, "0 items are marked"),
    ],
)
def test_a_decision_that_is_not_complete_is_said(
    desk: Desk, fields: dict[str, list[str]], said: str
) -> None:
    _, task = about(desk, "actor", "m06")
    decide(desk, task, **fields)
    (finding,) = desk.pull().findings
    assert (finding.code, said in finding.message) == ("LST018", True), finding.message


def test_an_item_that_its_reading_no_longer_has_is_said(desk: Desk) -> None:
    _, task = about(desk, "actor", "m06")
    apply(desk.root, {"file": READER, "drop": ["/segments/0/mentions/5"]})
    apply(desk.root, {"file": SECOND, "drop": ["/segments/0/mentions/5"]})
    decide(desk, task, decision=["chosen"], reading=["A"], reason=["Plain words."])
    (finding,) = desk.pull().findings
    assert finding.code == "LST020"
    assert "reader-1/m06, reader-2/m06 changed" in finding.message


def test_one_person_adjudicates_a_document(desk: Desk) -> None:
    _, task = about(desk, "actor", "m07")
    decide(desk, task, decision=["agreed"])
    desk.pull()
    apply(desk.root, {"file": ADJUDICATED, "set": {"/annotator": "reader-9"}})
    assert "LST013" in codes(desk.pull())


# the trial of a new annotator


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(client, "connect", lambda _place: desk.studio)

    def call(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli, [*arguments, "--root", str(desk.root)])
        assert result.exit_code == code, result.output
        return result.output

    return call


@pytest.fixture
def trial(desk: Desk, run: Callable[..., str]) -> Desk:
    """A trial that was pulled: what reader-1 said, in the name of the judge."""
    record = desk.record(READER)
    (desk.root / READER).unlink()
    (desk.root / SECOND).unlink()
    shelf = desk.root / FOLDER / "small-lm.json"
    shelf.write_bytes(
        (Path(__file__).parent / "small" / FOLDER / "small-lm.json").read_bytes()
    )
    for _ in range(3):
        run("labelstudio", "push", "--calibration", "--annotator", "judge", DOCUMENT)
        desk.accept("judge", record)
        run("labelstudio", "pull")
    return desk


def test_a_trial_stays_out_of_the_corpus(trial: Desk) -> None:
    assert [p.name for p in (trial.root / FOLDER).iterdir()] == ["small-lm.json"]
    path = trial.workdir.path("calibration", DOCUMENT, "judge.json")
    assert len(json.loads(path.read_bytes())["segments"]) == 2
    assert check_corpus(trial.checkout()).findings == []


@pytest.mark.usefixtures("trial")
def test_a_trial_is_scored_against_the_keys(run: Callable[..., str]) -> None:
    said = run("labelstudio", "status", "--calibration")
    assert f"judge: {DOCUMENT}" in said
    assert (
        "These numbers are for you and the annotator only; they are not stored." in said
    )
    assert "claim" in said
    assert "which a language model wrote" in said


def test_a_trial_is_scored_against_keys_of_ones_own(
    trial: Desk, run: Callable[..., str], tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    assert "there are no keys" in run(
        "labelstudio", "status", "--calibration", "--keys", str(keys), code=2
    )
    own = json.loads((trial.root / FOLDER / "small-lm.json").read_bytes())
    (keys / "any name.json").write_text(
        json.dumps(own | {"role": "annotator"}), "utf-8"
    )
    assert "is not a key" in run(
        "labelstudio", "status", "--calibration", "--keys", str(keys), code=2
    )
    (keys / "any name.json").write_text(json.dumps(own), "utf-8")
    (trial.root / FOLDER / "small-lm.json").unlink()
    assert "claim" in run("labelstudio", "status", "--calibration", "--keys", str(keys))
    os.mkfifo(keys / "pipe.json")
    assert "pipe.json: the file is not a regular file" in run(
        "labelstudio", "status", "--calibration", "--keys", str(keys), code=2
    )
    (keys / "pipe.json").unlink()
    (keys / "any name.json").write_text("{", "utf-8")
    assert "is not an annotation set" in run(
        "labelstudio", "status", "--calibration", "--keys", str(keys), code=2
    )


def test_without_a_trial_that_is_said(run: Callable[..., str]) -> None:
    assert "no trial has been pulled yet" in run(
        "labelstudio", "status", "--calibration"
    )


# why nothing is asked, and what the adjudicator reads


def test_a_push_of_disputes_says_what_was_asked_before(desk: Desk) -> None:
    first = desk.dispute("judge", "actor", documents=(DOCUMENT,))
    assert first.n_tasks == 3
    again = desk.dispute("judge", "actor", documents=(DOCUMENT,))
    assert (again.n_tasks, again.lines) == (0, ["3 tasks already exist"])


def because(desk: Desk) -> str:
    """Return why nothing is asked."""
    pushed = desk.dispute("judge", documents=(DOCUMENT,))
    (line,) = pushed.lines
    assert pushed.n_tasks == 0
    return line.removeprefix(f"{DOCUMENT}: nothing to adjudicate, because ")


def test_a_key_that_decides_alone_is_named(desk: Desk) -> None:
    apply(desk.root, {"file": READER, "set": {"/role": "key"}})
    assert because(desk) == "its key (reader-1) decides"


def test_a_document_with_one_reading_says_so(desk: Desk) -> None:
    (desk.root / SECOND).unlink()
    assert because(desk) == "it has 1 reading"


def test_one_person_beside_a_language_model_is_named(desk: Desk) -> None:
    path = desk.root / "annotations/annotators.json"
    registry = json.loads(path.read_bytes())
    for one in registry["annotators"]:
        if one["id"] == "reader-2":
            one |= {"kind": "language_model", "model": "m", "version": "1", "run": "1"}
    path.write_text(json.dumps(registry), "utf-8")
    assert because(desk).startswith("reader-1 is the only person who annotated")


def test_a_document_whose_readings_agree_says_so(desk: Desk) -> None:
    first = desk.root / READER
    same = first.read_text("utf-8").replace('"reader-1"', '"reader-2"')
    (desk.root / SECOND).write_text(same, "utf-8")
    pushed = desk.dispute("judge", documents=(DOCUMENT,))
    assert pushed.lines == [
        f"{DOCUMENT}: nothing to adjudicate, because its readings agree (actor and claim)"
    ]


def test_the_sheet_of_an_adjudicator_says_what_the_instructions_say(desk: Desk) -> None:
    path = desk.root / desk.dispute("judge", documents=(DOCUMENT,)).sheet
    sheet = " ".join(path.read_text("utf-8").split())
    assert "click a task in the list instead of **Label All Tasks**" in sheet
    assert "press **Label All Tasks**" not in sheet
    assert "actors, claims, panel" not in sheet
    for made in desk.studio.made.values():
        assert "not with Label All Tasks" in made["instruction"]
