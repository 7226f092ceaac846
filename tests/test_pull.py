"""Pulling: what is here against what is there, what is not taken, what is cut off."""

import contextlib
import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standpoint.codes import CHECKS
from standpoint.labelstudio import workdir
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.pull import pull_file
from standpoint.labelstudio.status import Row, status
from standpoint.labelstudio.task import Meta
from standpoint.labelstudio.workdir import CampaignStop
from standpoint.records import engine
from tests.conftest import apply, withhold
from tests.studio import READER, Desk, codes, register
from tests.studio import SMALL as DOCUMENT

PAT = f"annotations/{DOCUMENT}/pat.json"

Items = list[dict[str, Any]]


@pytest.fixture
def desk(small: Path) -> Desk:
    register(small, "pat", "sam")
    return Desk(small)


# two versions of one thing


def test_what_was_edited_here_is_kept_while_the_server_stands_still(desk: Desk) -> None:
    desk.one_pass()
    apply(
        desk.root,
        {"file": PAT, "set": {"/segments/0/mentions/0/naming": "legitimising"}},
    )
    taken = desk.pull()
    assert (taken.written, taken.findings) == ([], [])
    assert desk.record(PAT).segments[0].mentions[0].naming == "legitimising"


def test_what_changed_on_both_sides_is_said_and_not_overwritten(desk: Desk) -> None:
    desk.one_pass()
    edit = {"file": PAT, "set": {"/segments/0/mentions/0/naming": "legitimising"}}
    apply(desk.root, edit)
    desk.studio.edit(
        {"project": 1, "set": {"/0/annotations/0/result/4/value/choices": ["nominal"]}}
    )
    taken = desk.pull()
    assert codes(taken) == ["LST013"]
    mention = desk.record(PAT).segments[0].mentions[0]
    assert (mention.naming, mention.form) == ("legitimising", "name")
    taken = desk.pull(replace=True)
    assert (taken.written, taken.findings) == ([PAT], [])
    mention = desk.record(PAT).segments[0].mentions[0]
    assert (mention.naming, mention.form) == ("neutral", "nominal")


def test_without_a_memory_what_is_the_same_is_no_clash(desk: Desk) -> None:
    desk.one_pass()
    desk.workdir.path("pulled.json").unlink()
    assert codes(desk.pull()) == []
    desk.workdir.path("pulled.json").unlink()
    desk.studio.edit(
        {"project": 1, "set": {"/0/annotations/0/result/4/value/choices": ["nominal"]}}
    )
    assert codes(desk.pull()) == ["LST013"]


def test_a_later_pass_that_points_at_a_mention_that_is_gone_is_said(desk: Desk) -> None:
    desk.one_pass()
    desk.one_pass()
    result = desk.studio.tasks[1][0]["annotations"][0]["result"]
    del result[6:10]  # m02, to which an arrow leads in the second pass
    taken = desk.pull()
    assert "LST014" in codes(taken)
    assert len(desk.record(PAT).segments[0].claims) == 6  # kept as they were


# what is not taken


def test_drafts_and_skipped_tasks_are_said_and_not_taken(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    first, second = desk.studio.tasks[1]
    first["drafts"] = [{"id": 5, "result": []}]
    desk.studio.submit(second, "pat", [], was_cancelled=True)
    taken = desk.pull()
    assert codes(taken) == ["LST011", "LST012"]
    assert taken.findings[1].message.endswith(": skipped.")
    second["annotations"][0]["result"] = [{"id": "zone-1"}, {"id": "x"}, {"id": "y"}]
    said = desk.pull().findings[1].message
    assert said.endswith(": skipped with 2 answers, which are not used.")
    assert not (desk.root / PAT).exists()


def test_a_fault_in_one_task_leaves_the_others(desk: Desk) -> None:
    def broken(meta: Meta, items: Items) -> Items:
        return items if meta.segment == "s02" else items[:-1]  # how far is not said

    taken = desk.one_pass(change=broken)
    assert codes(taken) == ["LST005"]
    assert [s.segment for s in desk.record(PAT).segments] == ["s02"]


def test_a_new_actor_has_one_kind_in_all_of_a_set(desk: Desk) -> None:
    def two_kinds(meta: Meta, items: Items) -> Items:
        for item in items:
            if meta.segment == "s02" and item.get("from_name") == "actors":
                item["value"]["taxonomy"] = [["NIL"]]
                text = item["value"] | {"text": ["small-crew: person"]}
                del text["taxonomy"]
                extra = {**item, "from_name": "actors_nil", "type": "textarea"}
                return [*items, {**extra, "value": text}]
        return items

    assert codes(desk.one_pass(change=two_kinds)) == ["LST016"]


def test_a_short_name_keeps_the_letters_under_its_accents(desk: Desk) -> None:
    def named(_meta: Meta, items: Items) -> Items:
        for item in items:
            if item["from_name"] == "actors_nil":
                item["value"]["text"] = ["\u00c9quipe Nord: armed_group"]
        return items

    assert codes(desk.one_pass(change=named)) == []
    assert [nil.id for nil in desk.record(PAT).nil] == ["NIL:equipe-nord"]


def test_a_pull_that_is_cut_off_leaves_whole_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.one_pass()
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    before = {p: p.read_bytes() for p in desk.root.rglob("*.json")}
    real = engine.write
    for stop in range(1, 6):
        calls = iter(range(1, 100))

        def cut_off(
            path: Path, data: bytes, stop: int = stop, calls: Any = calls
        ) -> None:
            if next(calls) == stop:
                path.with_name(f".{path.name}.tmp").write_bytes(data[: len(data) // 2])
                raise KeyboardInterrupt
            real(path, data)

        monkeypatch.setattr(engine, "write", cut_off)
        with contextlib.suppress(KeyboardInterrupt):
            desk.pull()
        for path in desk.root.rglob("*.json"):
            if not path.name.startswith("."):
                json.loads(path.read_bytes())  # whole
    assert (desk.root / PAT).read_bytes() != before[desk.root / PAT]
    monkeypatch.setattr(engine, "write", real)
    taken = desk.pull()
    assert taken.findings == []
    assert len(desk.record(PAT).segments[0].claims) == 6


# pulls that were cut off, and what is remembered


FORM = {"project": 1, "set": {"/0/annotations/0/result/4/value/choices": ["nominal"]}}
BACK = {"project": 1, "set": {"/0/annotations/0/result/4/value/choices": ["name"]}}


@pytest.mark.parametrize("stop", [2, 3, 4])
@pytest.mark.parametrize("after", [[], [BACK]])
def test_a_pull_that_was_cut_off_is_no_edit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, stop: int, after: list[Any]
) -> None:
    desk.one_pass()
    desk.studio.edit(FORM)
    real, calls = engine.write, iter(range(1, 9))

    def cut_off(path: Path, data: bytes) -> None:
        if next(calls) == stop:  # the export, the memory, the set, the memory
            raise KeyboardInterrupt
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "write", cut_off)
        with pytest.raises(KeyboardInterrupt):
            desk.pull()
    for edit in after:
        desk.studio.edit(edit)
    assert codes(desk.pull()) == []
    form = desk.record(PAT).segments[0].mentions[0].form
    assert form == ("name" if after else "nominal")
    assert (desk.pull().written, desk.pull().n_same) == ([], 1)


def test_a_segment_that_was_deleted_here_stays_deleted(desk: Desk) -> None:
    desk.one_pass()
    apply(desk.root, {"file": PAT, "drop": ["/segments/1"]})
    taken = desk.pull()
    assert (taken.written, taken.findings) == ([], [])
    assert [s.segment for s in desk.record(PAT).segments] == ["s01"]


def test_a_set_that_was_deleted_here_comes_back(desk: Desk) -> None:
    desk.one_pass()
    before = (desk.root / PAT).read_bytes()
    (desk.root / PAT).unlink()
    assert desk.pull().written == [PAT]
    assert (desk.root / PAT).read_bytes() == before


def test_a_kind_that_was_edited_here_is_kept(desk: Desk) -> None:
    desk.one_pass()
    apply(desk.root, {"file": PAT, "set": {"/nil/0/kind": "ngo"}})
    taken = desk.pull()
    assert (taken.written, taken.findings) == ([], [])
    assert desk.record(PAT).nil[0].kind == "ngo"


def test_minutes_that_were_added_here_are_kept(desk: Desk) -> None:
    desk.one_pass()
    apply(desk.root, {"file": PAT, "set": {"/lead_time_s": 1000}})
    desk.studio.edit(FORM)
    assert desk.pull().written == [PAT]
    assert desk.record(PAT).lead_time_s == 1000
    desk.one_pass()
    assert desk.record(PAT).lead_time_s == 1061


def test_the_id_of_a_mention_that_is_gone_is_not_used_again(desk: Desk) -> None:
    desk.one_pass()
    result = desk.studio.tasks[1][0]["annotations"][0]["result"]
    last = [item for item in result if item["id"] == "m09"]
    result[:] = [item for item in result if item["id"] != "m09"]
    assert desk.pull().written == [PAT]
    result += [{**item, "id": "fresh"} for item in last]
    assert desk.pull().written == [PAT]
    assert [m.id for m in desk.record(PAT).segments[0].mentions][-1] == "m10"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("role", "key", "LST013"), ("guidelines", "0.0", "LST015")],
)
def test_nothing_is_put_into_a_set_of_another_kind(
    desk: Desk, field: str, value: str, code: str
) -> None:
    desk.one_pass()
    apply(desk.root, {"file": PAT, "set": {f"/{field}": value}})
    desk.studio.edit(FORM)
    before = (desk.root / PAT).read_bytes()
    taken = desk.pull()
    assert set(codes(taken)) == {code}
    assert (desk.root / PAT).read_bytes() == before


def test_a_file_that_cannot_be_read_leaves_the_sets_of_others(desk: Desk) -> None:
    for name in ("pat", "sam"):
        desk.push(name, documents=(DOCUMENT,))
        desk.accept(name, desk.record(READER))
    (desk.root / PAT).write_text("{", "utf-8")
    taken = desk.pull()
    assert taken.written == [PAT.replace("pat", "sam")]
    assert [(f.code[:3], f.path) for f in taken.findings] == [("FMT", PAT)]
    assert (desk.root / PAT).read_text("utf-8") == "{"


def test_a_memory_that_makes_no_sense_is_said_in_a_line(desk: Desk) -> None:
    desk.one_pass()
    for nonsense in (b"{", b"[]", b'{"a": {"b": {"digest": 1}}}'):
        desk.workdir.path("pulled.json").write_bytes(nonsense)
        with pytest.raises(CampaignStop, match=r"pulled\.json cannot be read"):
            desk.pull()


def test_two_pulls_at_once_do_not_mix(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workdir, "WAIT", 0)
    desk.one_pass()
    with (
        desk.workdir.alone(),
        pytest.raises(CampaignStop, match="another push or pull is running"),
    ):
        desk.pull()
    assert codes(desk.pull()) == []


@pytest.mark.parametrize("wish", [{"annotator": "sam"}, {"batch": "two"}])
def test_pulling_what_was_never_pushed_is_said(
    desk: Desk, wish: dict[str, str]
) -> None:
    desk.one_pass()
    with pytest.raises(CampaignStop, match="the server has no project"):
        desk.pull(**wish)


# what was typed where no field is


def noted(*notes: str) -> Any:
    """Return a change that types notes into the first regions of the first segment."""

    def typed(meta: Meta, items: Items) -> Items:
        regions = [i for i in items if i.get("from_name") == "mark" and i["id"] != "x"]
        regions = [i for i in regions if not i["id"].startswith(("zone-", "mention-"))]
        if meta.segment == "s01":
            for item, note in zip(regions, notes, strict=False):
                for one in items:  # as Label Studio does: with each field of the region
                    if one.get("id") == item["id"]:
                        one["meta"] = {"text": [note]}
        return items

    return typed


def test_a_note_on_a_region_goes_into_the_note_of_the_segment(desk: Desk) -> None:
    taken = desk.one_pass(change=noted("Is that the League?", "", "A guess.\nOr not."))
    assert taken.findings == []
    (first, second) = desk.record(PAT).segments
    assert first.note == "m01: Is that the League?\nm03: A guess. Or not."
    assert second.note is None
    assert (desk.pull().written, desk.pull().findings) == ([], [])


def test_notes_on_regions_of_all_passes_come_together(desk: Desk) -> None:
    for notes in (("Who?",), ("Said by whom?", "It moved.", "Third."), ("Praise?",)):
        assert bridge(desk.one_pass(change=noted(*notes))) == []
    note = desk.record(PAT).segments[0].note or ""
    assert note.startswith("oskadar_family: Praise?")
    assert "[actors] m01: Who?" in note
    assert "[claims] also_at: It moved.\nc01: Said by whom?\nc02: Third." in note


def test_a_note_for_which_there_is_no_room_costs_nothing_else(desk: Desk) -> None:
    assert desk.one_pass(change=noted("A" * 300)).findings == []
    taken = desk.one_pass(change=noted("B" * 300, "C" * 60))
    # Together with that of the first pass they are too long.
    assert bridge(taken) == ["LST021", "LST021"]
    assert taken.refused == []
    first = desk.record(PAT).segments[0]
    assert (len(first.claims), first.note) == (6, f"[actors] m01: {'A' * 300}")


def bridge(taken: Any) -> list[str]:
    """Return the codes of what the bridge found; pat has the words of another reader."""
    return [code for code in codes(taken) if code[:3] == "LST"]


# what hangs on nothing


def test_an_orphan_is_left_out_and_the_rest_is_taken(desk: Desk) -> None:
    desk.one_pass()

    def without_arrows(meta: Meta, items: Items) -> Items:
        ends = {"c05-source-1-1", "c01-again-1"}
        mentions = [i for i in items if i.get("id", "").startswith("mention-")]
        if meta.segment != "s01":
            return items
        kept = [i for i in items if i.get("to_id") not in ends]
        # Arrows from an orphan go with it, one to a mention that is gone among them.
        lost = {**mentions[0], "id": "mention-m99"}
        lost["value"] = {"start": 0, "end": 7, "text": "Oskadar", "labels": ["mention"]}
        arrow = {"type": "relation", "from_id": "c05-source-1-1", "direction": "right"}
        return [*kept, lost, {**arrow, "to_id": "mention-m99"}]

    taken = desk.one_pass(change=without_arrows)
    assert bridge(taken) == ["LST007", "LST007"]
    assert taken.refused == []
    said = {
        f.message.partition(", task")[0] for f in taken.findings if f.code[0] == "L"
    }
    assert said == {"small-bridge-2031/s01 (claims), annotator pat"}
    claims = desk.record(PAT).segments[0].claims
    assert [c.id for c in claims] == ["c01", "c02", "c03", "c04", "c05", "c06"]
    assert (claims[0].also_at, claims[4].chains) == ((), ())
    assert len(claims[5].chains) == 1


# how far it came: refused is not done


def row(desk: Desk, number: int = 0) -> Row:
    return status(
        CorpusView(desk.checkout(), desk.workdir), desk.studio, desk.workdir
    ).rows[number]


def test_what_pull_refuses_is_not_done(desk: Desk) -> None:
    def broken(meta: Meta, items: Items) -> Items:
        return items if meta.segment == "s02" else items[:-1]  # how far is not said

    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER), broken)
    before = row(desk)
    taken = desk.pull()
    assert row(desk) == before
    assert before.n_done == 1
    (refused,) = before.refused
    assert taken.refused == [refused]
    task = desk.studio.tasks[1][0]["id"]
    assert refused.url == f"http://127.0.0.1:1/projects/1/data?task={task}"
    assert refused.where == f"{DOCUMENT}/s01 (actors), annotator pat, task {task}"
    assert refused.codes == ("LST005",)


def test_a_status_writes_nothing(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    before = {p: p.read_bytes() for p in desk.root.rglob("*") if p.is_file()}
    assert row(desk).n_done == 2
    assert {p: p.read_bytes() for p in desk.root.rglob("*") if p.is_file()} == before


def test_what_is_refused_while_it_is_put_together_is_not_done(desk: Desk) -> None:
    desk.one_pass()
    # Edited here and there, another version of the guidelines, a set that is broken.
    apply(
        desk.root,
        {"file": PAT, "set": {"/segments/0/mentions/0/naming": "legitimising"}},
    )
    desk.studio.edit(FORM)
    assert [r.codes for r in row(desk).refused] == [("LST013",)]
    apply(desk.root, {"file": PAT, "set": {"/guidelines": "0.0"}})
    assert [r.codes for r in row(desk).refused] == [("LST015",)] * 2
    (desk.root / PAT).write_text("{", "utf-8")
    found = row(desk)
    assert (found.n_done, [r.codes[0][:3] for r in found.refused]) == (0, ["FMT"] * 2)
    assert len(desk.pull().refused) == 2


def test_both_of_a_doubled_task_are_refused(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    desk.studio.edit({"project": 1, "copy": {"/-": "/0"}})
    desk.studio.edit({"project": 1, "set": {"/2/id": 99}})
    found = row(desk)
    assert (found.n_done, [r.codes for r in found.refused]) == (1, [("LST019",)] * 2)


def test_a_renamed_label_refuses_all_of_a_project(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    made = desk.studio.made[1]
    made["config"] = made["config"].replace("neutral", "plain")
    found = row(desk)
    assert (found.n_done, [r.codes for r in found.refused]) == (0, [("CFG004",)] * 2)


def test_without_its_text_a_task_is_not_called_refused(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    folder = withhold(desk.root, at_hand=True)
    found = row(desk)
    assert (found.n_done, found.n_unread, found.refused) == (2, 2, ())
    assert codes(desk.pull()) == ["LST001", "LST001"]
    desk.texts = [folder]
    found = row(desk)
    assert (found.n_done, found.n_unread, found.refused) == (2, 0, ())


# what is gone from the server


def gone(desk: Desk) -> list[str]:
    """Return what status says is gone."""
    found = status(CorpusView(desk.checkout(), desk.workdir), desk.studio, desk.workdir)
    return [finding.message for finding in found.gone]


def test_a_project_that_was_deleted_is_the_first_thing_that_is_said(desk: Desk) -> None:
    desk.push("sam", documents=(DOCUMENT,))
    desk.accept("sam", desk.record(READER), lambda _, items: items[:-1])  # refused
    desk.one_pass()
    assert gone(desk) == []
    desk.studio.edit({"project": 2, "gone": True})
    before = (desk.root / PAT).read_bytes()
    words = (
        "Project 2 \u2018one pat 1 actors\u2019 is gone from the server, and with it 2 answered"
        f" tasks of pat: {DOCUMENT}/s01, {DOCUMENT}/s02. What was pulled before is still"
        " in annotations/."
    )
    for _ in range(2):
        assert gone(desk) == [words]
        taken = desk.pull()
        assert (taken.findings[0].code, taken.findings[0].message) == ("LST024", words)
        assert codes(taken)[1:] == ["LST005", "LST005"]
        assert (desk.root / PAT).read_bytes() == before
    taken = desk.pull(forget=True)
    assert "LST024" not in codes(taken)
    assert (gone(desk), codes(desk.pull())) == ([], ["LST005", "LST005"])
    assert (desk.root / PAT).read_bytes() == before


def test_of_projects_that_are_not_pulled_only_deleted_ones_are_said(desk: Desk) -> None:
    for name in ("pat", "sam"):
        desk.push(name, documents=(DOCUMENT,))
        desk.accept(name, desk.record(READER))
    desk.pull()
    desk.studio.edit({"project": 2, "drop": ["/1"]})
    assert codes(desk.pull(annotator="pat")) == []
    assert codes(desk.pull(annotator="sam")) == ["LST024"]
    desk.studio.edit({"project": 2, "gone": True})
    assert codes(desk.pull(annotator="pat")) == ["LST024"]
    # Nothing of theirs is left: that is what is said, not that there never was any.
    assert codes(desk.pull(annotator="sam")) == ["LST024"]


def test_what_was_deleted_stays_in_a_former_export(desk: Desk) -> None:
    desk.one_pass()
    export = desk.workdir.path("exports", "0001.json")
    before = export.read_bytes()
    desk.studio.edit({"project": 1, "drop": ["/0/annotations/0"]})
    desk.pull()
    assert desk.workdir.path("exports", "0001.before-1.json").read_bytes() == before
    desk.pull()
    assert len(list(export.parent.iterdir())) == 2
    assert row(desk).n_open == 1


def test_work_that_comes_back_is_known_again(desk: Desk) -> None:
    desk.one_pass()
    tasks = copy.deepcopy(desk.studio.tasks[1])
    desk.studio.edit({"project": 1, "drop": ["/0", "/0"]})
    assert codes(desk.pull()) == ["LST024"]
    desk.studio.tasks[1][:] = tasks
    assert (codes(desk.pull()), gone(desk)) == ([], [])
    desk.studio.edit({"project": 1, "drop": ["/0"]})
    assert len(gone(desk)) == 1


def test_work_that_was_taken_back_as_skipped_is_gone(desk: Desk) -> None:
    desk.one_pass()
    edit = {"project": 1, "set": {"/0/annotations/0/was_cancelled": True}}
    desk.studio.edit(edit)
    assert codes(desk.pull()) == ["LST024", "LST012"]


def test_a_knowledge_that_makes_no_sense_is_said_in_a_line(desk: Desk) -> None:
    desk.one_pass()
    desk.workdir.path("known.json").write_bytes(b'{"a": 1}')
    with pytest.raises(CampaignStop, match=r"known\.json cannot be read"):
        desk.pull()


# files that other programs wrote


ENCODED = [
    lambda text: b"\xef\xbb\xbf" + text.encode(),
    lambda text: text.encode("utf-16"),
    lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
]


@pytest.mark.parametrize("encode", ENCODED)
def test_an_export_in_another_encoding_is_read(
    desk: Desk, tmp_path: Path, encode: Any
) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    file = tmp_path / "export.json"
    file.write_bytes(encode(json.dumps(json.loads(desk.studio.export(1)), indent=1)))
    taken = pull_file(desk.checkout(), desk.workdir, file, replace=False)
    assert (taken.written, taken.findings) == ([PAT], [])


def test_one_half_character_leaves_the_other_tasks(desk: Desk) -> None:
    def halved(meta: Meta, items: Items) -> Items:
        for item in items:
            if meta.segment == "s01" and item["id"] == "m02":
                item["value"]["text"] = "Oskadar \ud83d"
        return items

    desk.push("sam", documents=(DOCUMENT,))
    desk.accept("sam", desk.record(READER))
    taken = desk.one_pass(change=halved)
    assert set(codes(taken)) == {"LST003"}
    assert "region m02" in taken.findings[0].message
    assert [s.segment for s in desk.record(PAT).segments] == ["s02"]
    assert len(desk.record(PAT.replace("pat", "sam")).segments) == 2


def test_a_project_that_cannot_be_read_leaves_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.push("sam", documents=(DOCUMENT,))
    desk.accept("sam", desk.record(READER))
    desk.one_pass()
    real = desk.studio.export
    for sent in (b'[{"id": NaN}]', b"{}", b"<html>", b""):
        monkeypatch.setattr(
            desk.studio, "export", lambda n, s=sent: s if n == 1 else real(n)
        )
        taken = desk.pull()
        assert codes(taken) == ["LST022"]
        assert taken.n_same == 1


# exports of every kind


WORDS = st.sampled_from(["", "s02", "m01", "text", "\ud800", "carrier", "10" * 200])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    WORDS,
    st.lists(WORDS, max_size=2),
    st.dictionaries(WORDS, WORDS, max_size=2),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every place in plain data: what holds it, and its key."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for one in list(value.values() if isinstance(value, dict) else value):
        if isinstance(one, dict | list):
            found += places(one)
    return found


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, list[bytes]]:
    """A set of all three passes and the exports that it came out of."""
    root = tmp_path_factory.mktemp("exports") / "checkout"
    shutil.copytree(Path(__file__).parent / "small", root)
    shutil.copytree(Path(__file__).parents[1] / "schema", root / "schema")
    register(root, "pat")
    made = Desk(root)
    for _ in range(3):
        made.one_pass()
    return made, [made.studio.export(number) for number in (1, 2, 3)]


EDITS = st.lists(
    st.tuples(
        st.integers(0, 2**20), st.sampled_from(["set", "double", "drop"]), VALUES
    ),
    min_size=1,
    max_size=3,
)
"""What happens to an export: where, what, and which value takes a place."""


def edit(export: Any, edits: list[tuple[int, str, Any]]) -> None:
    """Change, double or delete something."""
    for number, action, value in edits:
        listed = places(export)
        if not listed:
            return
        holder, key = listed[number % len(listed)]
        if action == "set":
            holder[key] = value
        elif action == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            del holder[key]


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 2), edits=EDITS)
def test_no_export_breaks_a_pull(
    exports: tuple[Desk, list[bytes]], number: int, edits: list[tuple[int, str, Any]]
) -> None:
    desk, contents = exports
    file = desk.root.parent / "export.json"
    export = json.loads(contents[number])
    edit(export, edits)
    file.write_text(json.dumps(export), "utf-8")
    before = (desk.root / PAT).read_bytes()
    try:
        taken = pull_file(desk.checkout(), desk.workdir, file, replace=True)
        assert {finding.code for finding in taken.findings} <= CHECKS.keys()
        assert all(str(finding).encode() for finding in taken.findings)
        for path in taken.written:
            json.loads((desk.root / path).read_bytes())
    finally:
        (desk.root / PAT).write_bytes(before)
        desk.workdir.path("pulled.json").unlink(missing_ok=True)
