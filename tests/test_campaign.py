"""Pushing, pulling and what lies between, with a server in memory."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from standpoint.checks.run import check_corpus
from standpoint.cli import cli
from standpoint.forms import form
from standpoint.labelstudio import client, style
from standpoint.labelstudio.client import connect
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.push import Pushed
from standpoint.labelstudio.status import Row, status
from standpoint.labelstudio.task import Meta
from standpoint.labelstudio.workdir import CampaignStop
from standpoint.records.model import AnnotationSet
from tests.conftest import apply
from tests.studio import Desk, bare, codes, register

DOCUMENT = "small-bridge-2031"
READER = f"annotations/{DOCUMENT}/reader-1.json"
PAT = f"annotations/{DOCUMENT}/pat.json"

Items = list[dict[str, Any]]


@pytest.fixture
def desk(small: Path) -> Desk:
    register(small, "pat", "sam", "judge")
    return Desk(small)


def same_but_for_who(desk: Desk, mine: AnnotationSet, theirs: AnnotationSet) -> None:
    """Compare two sets in everything but who, when and with which tool."""
    checkout = desk.checkout()
    assert bare(mine, checkout) == bare(theirs, checkout)


# there and back


def test_a_set_that_is_pushed_and_accepted_comes_back(desk: Desk) -> None:
    for _ in range(3):
        taken = desk.one_pass()
        assert {finding.code for finding in taken.findings} <= {"ANN009"}
        assert taken.written == [PAT]
    same_but_for_who(desk, desk.record(PAT), desk.record(READER))


def test_a_set_pulled_after_the_first_pass_says_so_and_is_valid(desk: Desk) -> None:
    taken = desk.one_pass()
    assert taken.findings == []
    for segment in desk.record(PAT).segments:
        assert segment.coverage.actor == "full"
        assert segment.coverage.claim == segment.coverage.panel == "none"
        assert segment.mentions
        assert not segment.claims
    assert check_corpus(desk.checkout()).findings == []


def test_who_when_and_how_long_is_kept(desk: Desk) -> None:
    desk.one_pass()
    first = desk.record(PAT)
    assert (first.annotator, first.role, first.tool) == (
        "pat",
        "annotator",
        "Label Studio 1.23.2",
    )
    assert first.guidelines == "0.1"
    assert first.lead_time_s == 61
    desk.one_pass()
    second = desk.record(PAT)
    assert second.created == first.created == "2031-06-18T07:00:00Z"
    assert second.lead_time_s == 122


def test_pulling_twice_changes_nothing(desk: Desk) -> None:
    desk.one_pass()
    before = (desk.root / PAT).stat().st_mtime_ns
    taken = desk.pull()
    assert (taken.written, taken.n_same, taken.findings) == ([], 1, [])
    assert (desk.root / PAT).stat().st_mtime_ns == before


def test_a_pull_is_of_one_annotator_or_batch_if_so_wished(desk: Desk) -> None:
    record = desk.record(READER)
    for name in ("pat", "sam"):
        desk.push(name, f"batch-{name}", documents=(DOCUMENT,))
        desk.accept(name, record)
    assert desk.pull(batch="batch-sam").written == [PAT.replace("pat", "sam")]
    assert desk.pull(annotator="pat").written == [PAT]


def test_an_annotation_that_changed_updates_the_set_and_keeps_its_ids(
    desk: Desk,
) -> None:
    desk.one_pass()
    before = desk.record(PAT).segments[0].mentions
    result = desk.studio.tasks[1][0]["annotations"][0]["result"]
    del result[6:10]  # m02 and its fields
    (new,) = (
        json.loads(json.dumps(item))
        for item in result
        if item["id"] == "m09" and item["from_name"] == "mark"
    )
    new |= {
        "id": "fresh-one",
        "value": {"start": 14, "end": 20, "text": "shells", "labels": ["neutral"]},
    }
    result += [
        new,
        {
            **new,
            "from_name": "actors",
            "type": "taxonomy",
            "value": {**new["value"], "taxonomy": [["veltria"]]},
        },
    ]
    taken = desk.pull()
    assert taken.written == [PAT]
    after = desk.record(PAT).segments[0].mentions
    assert [m.id for m in after] == ["m01", *(f"m{n:02}" for n in range(3, 11))]
    assert [m for m in after if m.id != "m10"] == [m for m in before if m.id != "m02"]
    assert (after[-1].start, after[-1].actors) == (14, ("veltria",))


def test_regions_drawn_in_a_browser_are_numbered_in_text_order(desk: Desk) -> None:
    def drawn(_meta: Meta, items: Items) -> Items:
        names = {f"m{n:02}": f"Xy{9 - n}_z" for n in range(10)}
        renamed = [{**i, "id": names.get(i["id"], i["id"])} for i in items]
        return renamed[::-1]

    desk.one_pass(change=drawn)
    same_but_for_who(
        desk,
        msgspec.structs.replace(desk.record(PAT)),
        msgspec.structs.replace(
            desk.record(READER),
            segments=tuple(
                msgspec.structs.replace(
                    s,
                    claims=(),
                    panel={},
                    stances=(),
                    relations=(),
                    coverage=msgspec.structs.replace(
                        s.coverage, claim="none", stance="none", panel="none"
                    ),
                )
                for s in desk.record(READER).segments
            ),
        ),
    )


def test_notes_of_all_passes_end_in_one(desk: Desk) -> None:
    def noted(meta: Meta, items: Items) -> Items:
        value = {"text": [f"Of {meta.form}."]}
        note = {"id": "n", "from_name": "note", "to_name": "text", "type": "textarea"}
        return [*items, {**note, "value": value}]

    for expected in (
        "Of actors.",
        "Of claims.\n[actors] Of actors.",
        "Of panel.\n[actors] Of actors.\n[claims] Of claims.",
    ):
        desk.one_pass(change=noted)
        assert desk.record(PAT).segments[0].note == expected


# pushing


def test_a_document_that_is_named_twice_is_pushed_once(desk: Desk) -> None:
    assert desk.push("pat", documents=(DOCUMENT, DOCUMENT)).n_tasks == 2


def test_pushing_again_adds_nothing_twice(desk: Desk) -> None:
    first = desk.push("pat", documents=(DOCUMENT,))
    again = desk.push("pat", documents=(DOCUMENT,))
    other_batch = desk.push("pat", "two", documents=(DOCUMENT,))
    assert (first.n_tasks, again.n_tasks, other_batch.n_tasks) == (2, 0, 0)
    assert len(desk.studio.made) == 1
    assert desk.studio.calls.count("sign_up") == 1


def test_a_pass_waits_for_the_one_before_it(desk: Desk) -> None:
    lines = desk.push("pat", documents=(DOCUMENT,)).lines
    assert [line for line in lines if "was not pushed" in line] == [
        f"\u2018{name}\u2019 was not pushed for 2 segments: finish and pull the pass"
        f" \u2018{former}\u2019 first"
        for name, former in (("claims", "actors"), ("panel", "claims"))
    ]


def test_one_pass_alone_waits_for_none(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,), passes=("panel",))
    assert [made["title"] for made in desk.studio.made.values()] == [
        "one pat 3 panel (small)"
    ]
    desk.accept("pat", desk.record(READER))
    desk.pull()
    coverage = desk.record(PAT).segments[0].coverage
    assert (coverage.actor, coverage.claim, coverage.panel) == ("none", "none", "full")


def test_the_second_pass_shows_the_annotator_their_own_mentions(desk: Desk) -> None:
    desk.one_pass()
    desk.push("pat", documents=(DOCUMENT,))
    given = desk.studio.tasks[2][0]["_predictions"][0]["result"]
    own = [item for item in given if item["value"]["labels"] == ["mention"]]
    assert [item["value"]["text"] for item in own[:3]] == [
        "Oskadar Guard",
        "Oskadar League",
        "The League",
    ]
    taken = desk.one_pass()
    assert {finding.code for finding in taken.findings} <= {"ANN009"}
    assert not desk.record(PAT).saw_suggestions


def test_actors_of_the_segment_stand_first_in_every_list(desk: Desk) -> None:
    desk.one_pass()
    desk.one_pass()
    desk.push("pat", documents=(DOCUMENT,))
    claims, panel = desk.studio.tasks[2][0]["data"], desk.studio.tasks[3][0]["data"]
    assert [entry["alias"] for entry in claims["actors"]][:2] == [
        "oskadar_guard",
        "oskadar_league",
    ]
    assert {"alias": "NIL:small-crew", "value": "small-crew (new)"} in claims["sources"]
    assert panel["holders"][-1]["alias"] == "carrier"
    assert {"actor:mira_tolz", "carrier"} <= {e["alias"] for e in panel["holders"]}
    assert "claim:c06" in {entry["alias"] for entry in panel["targets"]}


def test_a_warned_segment_stays_covered_until_its_line_is_opened(desk: Desk) -> None:
    document = f"corpus/documents/{DOCUMENT}.json"
    apply(
        desk.root,
        {
            "file": document,
            "set": {"/segments/0/content_warnings": ["gore", "civilian_deaths"]},
        },
    )
    desk.push("pat", documents=(DOCUMENT,))
    first, second = (task["data"] for task in desk.studio.tasks[1])
    assert first["warnings"] == "gore, civilian_deaths"
    assert "This segment contains: gore, civilian deaths." in first["notice"]
    assert (second["warnings"], second["notice"]) == ("", "")


def test_a_segment_in_a_language_the_annotator_does_not_read_is_left_out(
    desk: Desk,
) -> None:
    document = f"corpus/documents/{DOCUMENT}.json"
    apply(desk.root, {"file": document, "set": {"/segments/1/language": "eo"}})
    pushed = desk.push("pat", documents=(DOCUMENT,))
    assert pushed.n_tasks == 1
    assert (
        f"{DOCUMENT}/s02 was skipped: its language is \u2018eo\u2019, which pat does not read"
        in pushed.lines
    )


@pytest.mark.parametrize(
    ("annotator", "documents", "said"),
    [
        ("nobody", (), "there is no annotator"),
        ("small-lm", (), "is a language model"),
        ("pat", ("elsewhere",), "there is no document"),
    ],
)
def test_what_cannot_be_pushed_is_said_in_a_line(
    desk: Desk, annotator: str, documents: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CampaignStop, match=said):
        desk.push(annotator, documents=documents)
    assert desk.studio.made == {}


def test_a_document_whose_text_is_not_here_is_left_out(desk: Desk) -> None:
    (desk.root / f"corpus/texts/released/{DOCUMENT}.txt").unlink()
    pushed = desk.push("pat", documents=(DOCUMENT,))
    assert pushed.n_tasks == 0
    assert f"{DOCUMENT} was skipped (text not available); use --texts" in pushed.lines


def test_a_batch_is_not_mixed_from_two_sets_of_labels(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,), passes=("actors",))
    desk.studio.tasks[1].pop()
    labels = "schema/labels.schema.json"
    apply(
        desk.root, {"file": labels, "set": {"/$defs/naming/title": "Naming, revised"}}
    )
    apply(
        desk.root,
        {"file": labels, "set": {"/$defs/mention_form/title": "Form, revised"}},
    )
    with pytest.raises(CampaignStop, match="use a new batch name"):
        desk.push("pat", documents=(DOCUMENT,), passes=("actors",))
    assert (
        desk.push("pat", "two", documents=(DOCUMENT,), passes=("actors",)).n_tasks == 1
    )


def test_the_sheet_says_where_to_go_and_only_its_owner_can_read_it(desk: Desk) -> None:
    pushed = desk.push("pat", documents=(DOCUMENT,))
    path = desk.root / pushed.sheet
    sheet = path.read_text("utf-8")
    secrets = desk.workdir.secrets()
    assert secrets is not None
    assert secrets.people["pat"].password in sheet
    assert f"{desk.studio.url}/projects/1/data" in sheet
    assert path.stat().st_mode & 0o777 == 0o600
    assert desk.workdir.secrets_path.stat().st_mode & 0o777 == 0o600
    assert all(secrets.people["pat"].password not in line for line in pushed.lines)


# suggestions


def test_suggestions_are_marked_as_accepted_edited_or_manual(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,), suggest="reader-1")
    for _, task in desk.studio.open_tasks("pat"):
        result = json.loads(json.dumps(task["_predictions"][0]["result"]))
        if task["data"]["segment"].endswith("s01"):
            marked = [i for i in result if i["from_name"] == "mark"]
            moved = next(i for i in marked if i["id"] == "m02")
            moved |= {"origin": "prediction-changed"}
            moved["value"] |= {"start": 109, "text": "The Oskadar League"}
            linked = next(
                i for i in result if i["id"] == "m03" and i["from_name"] == "actors"
            )
            linked["value"]["taxonomy"] = [["oskadar_guard"]]
            new = {
                "id": "fresh",
                "from_name": "mark",
                "to_name": "text",
                "type": "labels",
                "origin": "manual",
            }
            value = {"start": 14, "end": 20, "text": "shells"}
            result += [
                {**new, "value": {**value, "labels": ["neutral"]}},
                {
                    **new,
                    "from_name": "actors",
                    "type": "taxonomy",
                    "value": {**value, "taxonomy": [["veltria"]]},
                },
            ]
        result.append(
            {
                "id": "c",
                "from_name": "coverage_actor",
                "to_name": "text",
                "type": "choices",
                "value": {"choices": ["full"]},
            }
        )
        desk.studio.submit(task, "pat", result)
    assert not [code for code in codes(desk.pull()) if code.startswith("LST")]
    record = desk.record(PAT)
    origins = {m.id: m.origin for m in record.segments[0].mentions}
    assert origins.pop("m02") == origins.pop("m03") == "suggestion_edited"
    assert origins.pop("m10") == "manual"
    assert set(origins.values()) == {"suggestion_accepted"}
    assert record.saw_suggestions


def test_suggestions_are_for_the_first_pass_only_and_off_by_default(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    results = [t["_predictions"][0]["result"] for t in desk.studio.tasks[1]]
    assert {i["id"][:5] for r in results for i in r} == {"zone-"}
    desk.one_pass()
    desk.push("pat", documents=(DOCUMENT,), suggest="reader-1")
    results = [t["_predictions"][0]["result"] for t in desk.studio.tasks[2]]
    assert {i["value"]["labels"][0] for r in results for i in r} == {
        "mention",
        "not_annotated",
    }


def test_suggestions_leave_out_what_the_core_tier_has_no_place_for(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,), suggest="reader-1", tier="core")
    given = [
        item
        for task in desk.studio.tasks[1]
        for item in task["_predictions"][0]["result"]
    ]
    assert {item["from_name"] for item in given} == {"mark", "actors", "actors_nil"}
    with pytest.raises(CampaignStop, match="there is no annotator"):
        desk.push("sam", documents=(DOCUMENT,), suggest="nobody")


# on one screen


def rows(desk: Desk) -> list[Row]:
    return status(
        CorpusView(desk.checkout(), desk.workdir), desk.studio, desk.workdir
    ).rows


def test_status_counts_what_is_done_open_skipped_and_in_draft(desk: Desk) -> None:
    assert rows(desk) == []
    desk.push("pat", documents=(DOCUMENT,))
    desk.push("sam", documents=(DOCUMENT,))
    first, second = desk.studio.tasks[1]
    desk.accept("pat", desk.record(READER))
    second["annotations"] = []
    second["drafts"] = [{"id": 1}]
    desk.studio.submit(desk.studio.tasks[2][0], "sam", [], was_cancelled=True)
    pat, sam = rows(desk)
    assert first["annotations"]
    assert (pat.n_done, pat.n_draft, pat.n_skipped, pat.n_open) == (1, 1, 0, 0)
    assert (sam.n_done, sam.n_draft, sam.n_skipped, sam.n_open) == (0, 0, 1, 1)
    assert pat.minutes == pytest.approx(30.5 / 60)
    assert sam.minutes is None


# the commands


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setattr(client, "connect", lambda _place: desk.studio)

    def call(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli, [*arguments, "--root", str(desk.root)])
        assert result.exit_code == code, result.output
        return result.output

    return call


def test_the_commands_of_a_campaign_go_round(
    desk: Desk, run: Callable[..., str]
) -> None:
    pushed = ("labelstudio", "push", "--annotator", "pat", "--batch", "one", DOCUMENT)
    assert "nothing has been pushed yet" in run("labelstudio", "status")
    assert "2 new tasks; the handout for pat" in run(*pushed)
    desk.accept("pat", desk.record(READER))
    said = run("labelstudio", "pull")
    assert f"wrote {PAT}\n1 set changed, 0 unchanged\n0 errors, 0 warnings" in said
    head, row = run("labelstudio", "status").splitlines()
    assert head.split() == [
        "batch", "annotator", "project", "done", "refused", "draft", "skipped", "open",
        "min/segment",
    ]  # fmt: skip
    assert row.split() == ["one", "pat", "actors", "2", "0", "0", "0", "0", "0.5"]


def test_what_is_refused_or_gone_is_shown_with_its_address(
    desk: Desk, run: Callable[..., str]
) -> None:
    run("labelstudio", "push", "--annotator", "pat", "--batch", "one", DOCUMENT)
    desk.accept("pat", desk.record(READER), lambda _, items: items[:-1])
    number = desk.studio.tasks[1][0]["id"]
    where = f"{DOCUMENT}/s01 (actors), annotator pat, task {number}"
    told = (
        f"not taken: {where} (LST005)\n"
        f"    http://127.0.0.1:1/projects/1/data?task={number}\n"
    )
    said = run("labelstudio", "pull", code=1)
    assert told in said
    assert (
        f"LST005 error: {where}: the required field \u2018coverage_actor\u2019 is"
        in said
    )
    said = run("labelstudio", "status")
    assert told in said
    assert said.splitlines()[1].split()[3:5] == ["0", "2"]
    desk.studio.edit({"project": 1, "gone": True})
    for arguments, code in ((["status"], 0), (["pull"], 1)):
        said = run("labelstudio", *arguments, code=code)
        assert said.startswith("work/labelstudio/exports/0001.json:")
        assert "LST024 error: Project 1 \u2018one pat 1 actors\u2019 is gone" in said
    run("labelstudio", "pull", "--forget")
    assert "nothing has been pushed yet" in run("labelstudio", "status")


def test_an_export_is_imported_without_a_server(
    desk: Desk, run: Callable[..., str], tmp_path: Path
) -> None:
    desk.push("pat", documents=(DOCUMENT,))
    desk.accept("pat", desk.record(READER))
    file = tmp_path / "export.json"
    file.write_bytes(desk.studio.export(1))
    said = run("import", "label-studio", str(file))
    assert f"wrote {PAT}" in said
    assert "0 errors, 0 warnings" in said


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("{", 2, "export.json:1:2: not JSON"),
        ("", 2, "export.json: the file is empty"),
        ("[" * 100_000, 2, "export.json: nested too deeply"),
        ('[{"id": NaN}]', 2, "export.json: contains NaN"),
        ('{"id": 1}\n{"id": 2}\n', 2, "export.json: JSON lines"),
        ("{}", 1, "LST022"),
        ("[1]", 1, "LST001"),
        ('[{"meta": {"standpoint": {}}, "annotations": []}]', 1, "LST001"),
        ('[{"meta": {"standpoint": "\\ud83d"}, "annotations": []}]', 1, "LST001"),
        ("[]", 0, "0 sets changed"),
    ],
)
def test_what_is_no_export_is_said(
    run: Callable[..., str], tmp_path: Path, content: str, code: int, said: str
) -> None:
    file = tmp_path / "export.json"
    file.write_text(content)
    assert said in run("import", "label-studio", str(file), code=code)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("push", "--batch", "one"), "--annotator and --batch are required"),
        (("push", "--annotator", "pat"), "--annotator and --batch are required"),
        (
            ("push", "--annotator", "pat", "--batch", "b", "--layer", "actor"),
            "--layer needs --adjudicate",
        ),
        (
            (
                "push",
                "--annotator",
                "pat",
                "--batch",
                "b",
                "--adjudicate",
                "--suggest",
                "x",
            ),
            "--adjudicate cannot be combined",
        ),
        (("push", "--annotator", "no", "--batch", "b"), "there is no annotator"),
        (("status", "--keys", "."), "--keys needs --calibration"),
    ],
)
def test_bad_use_is_one_line(
    run: Callable[..., str], arguments: tuple[str, ...], said: str
) -> None:
    output = run("labelstudio", *arguments, code=2)
    assert said in output.splitlines()[-1]


def test_without_a_server_a_line_says_how_to_get_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(client.URL, raising=False)
    desk.workdir.secrets_path.unlink()
    with pytest.raises(CampaignStop, match="labelstudio serve"):
        connect(desk.workdir)
    desk.workdir.write_private(desk.workdir.secrets_path, b"{")
    with pytest.raises(CampaignStop, match=r"secrets\.json cannot be read"):
        connect(desk.workdir)


def test_logins_are_kept_where_the_server_runs_elsewhere(desk: Desk) -> None:
    desk.workdir.secrets_path.unlink()
    desk.push("pat", documents=(DOCUMENT,))
    secrets = desk.workdir.secrets()
    assert secrets is not None
    assert (secrets.token, list(secrets.people)) == ("", ["pat"])
    assert desk.push("pat", documents=(DOCUMENT,)).n_tasks == 0
    assert desk.workdir.secrets() == secrets


# keys


def test_the_key_of_every_label_lets_go_of_what_is_selected(desk: Desk) -> None:
    reader = CorpusView(desk.checkout(), desk.workdir)
    bound = style.deselect_keymap()["region:exit"]["key"].split(",")
    names = [*form.PASSES[:2], *form.DECIDE.values()]
    panels = [("panel", "extended", panel) for panel in reader.registries.panels]
    marks = [
        mark
        for wanted in [*((name, "extended", "") for name in names), *panels]
        for mark in reader.forms(*wanted).marks
        if mark.group != "given"
    ]
    assert len(marks) > 40
    for mark in marks:
        assert bound.count(f"mark+{mark.key}") == 2, mark


def test_a_sheet_asks_for_escape_where_the_server_has_other_keys(desk: Desk) -> None:
    asked = "press Escape before the key of a label"
    path = desk.root / desk.push("pat", documents=(DOCUMENT,)).sheet
    assert asked not in path.read_text("utf-8")
    secrets = desk.workdir.secrets()
    assert secrets is not None
    secrets.url = "http://127.0.0.1:2"  # LABEL_STUDIO_URL names another one
    desk.workdir.keep_secrets(secrets)
    desk.push("pat", documents=(DOCUMENT,))
    assert asked in path.read_text("utf-8")


# what push looks at first


def push_arguments(*people: str) -> tuple[str, ...]:
    named = (part for one in people for part in ("--annotator", one))
    return ("labelstudio", "push", *named, "--batch", "one", DOCUMENT)


def test_a_push_for_several_annotators_is_one_for_each(
    desk: Desk, run: Callable[..., str]
) -> None:
    said = run(*push_arguments("pat", "sam", "pat"))
    assert said.count("2 new tasks; the handout for pat") == 1
    assert said.count("2 new tasks; the handout for sam") == 1
    assert {made["title"] for made in desk.studio.made.values()} == {
        "one pat 1 actors",
        "one sam 1 actors",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("pull", "--annotator", "pat", "--annotator", "sam"),
            "--annotator may be given only once",
        ),
        (
            ("pull", "--batch", "one", "--batch", "two"),
            "--batch may be given only once",
        ),
        (
            (*push_arguments("pat")[1:], "--batch", "two"),
            "--batch may be given only once",
        ),
        (
            (*push_arguments("pat", "sam")[1:], "--adjudicate"),
            "needs exactly one --annotator",
        ),
    ],
)
def test_no_value_is_left_out_without_a_word(
    run: Callable[..., str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in run("labelstudio", *arguments, code=2)


def test_a_push_says_why_it_adds_nothing(desk: Desk) -> None:
    desk.push("pat", documents=(DOCUMENT,), passes=("actors",))
    again = desk.push("pat", "two", documents=(DOCUMENT,), passes=("actors",))
    assert again.n_tasks == 0
    assert again.lines == [
        "2 tasks of the pass \u2018actors\u2019 already exist in the batch one"
    ]


def test_work_that_is_gone_is_not_pushed_again_without_the_answers(desk: Desk) -> None:
    desk.one_pass()
    desk.studio.delete_project(1)
    with pytest.raises(CampaignStop) as stop:
        desk.push("pat", documents=(DOCUMENT,), passes=("actors",))
    said = str(stop.value)
    assert said.startswith(
        "Project 1 \u2018one pat 1 actors\u2019 is gone from the server"
    )
    assert f"2 answered tasks of pat: {DOCUMENT}/s01, {DOCUMENT}/s02" in said
    assert "pull --forget" in said
    assert desk.studio.made == {}
    assert desk.push("sam", documents=(DOCUMENT,)).n_tasks == 2  # nothing of theirs is
    desk.pull(forget=True)
    assert desk.push("pat", documents=(DOCUMENT,), passes=("actors",)).n_tasks == 2


def test_a_task_that_is_gone_from_a_project_is_not_pushed_again(desk: Desk) -> None:
    desk.one_pass()
    (first, second) = desk.studio.tasks[1]
    desk.studio.tasks[1].remove(first)
    with pytest.raises(CampaignStop, match=r"no longer has 1 answered task of pat"):
        desk.push("pat", documents=(DOCUMENT,))
    desk.studio.tasks[1].insert(0, first)
    second["annotations"].clear()  # the task is there still, so nothing is made anew
    pushed = desk.push("pat", documents=(DOCUMENT,))
    assert "no longer has 1 answered task of pat" in pushed.lines[0]
    assert len(desk.studio.tasks[1]) == 2


# two pushes at once


def beside(desk: Desk, small: Path) -> Desk:
    """Return the desk of another supervisor, who has the same server."""
    root = desk.root.with_name("other")
    shutil.copytree(small, root, ignore=shutil.ignore_patterns("work"))
    other = Desk(root)
    other.studio = desk.studio
    return other


def test_two_pushes_at_once_into_two_batches_leave_every_task_once(
    desk: Desk, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = beside(desk, small)
    add = desk.studio.add_tasks

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(desk.studio, "add_tasks", add)
        other.push("pat", "two", documents=(DOCUMENT,))
        return add(*given)

    monkeypatch.setattr(desk.studio, "add_tasks", meanwhile)
    assert desk.push("pat", documents=(DOCUMENT,)).n_tasks == 0
    assert sorted(map(len, desk.studio.tasks.values())) == [0, 2]


@pytest.mark.parametrize("moment", ["sign_up", "make_project", "add_tasks"])
@pytest.mark.parametrize("comes_first", [True, False])
def test_two_pushes_at_once_leave_every_task_once(
    desk: Desk,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    comes_first: bool,
) -> None:
    other = beside(desk, small)
    do = getattr(desk.studio, moment)
    theirs: list[Pushed] = []

    def meanwhile(*given: Any) -> Any:
        """Let the other push happen just before, or just after, what ours does."""
        monkeypatch.setattr(desk.studio, moment, do)
        if comes_first:
            theirs.append(other.push("pat", documents=(DOCUMENT,)))
            return do(*given)
        done = do(*given)
        theirs.append(other.push("pat", documents=(DOCUMENT,)))
        return done

    monkeypatch.setattr(desk.studio, moment, meanwhile)
    ours = desk.push("pat", documents=(DOCUMENT,))
    assert ours.n_tasks + theirs[0].n_tasks == 2
    tasks = [task for listed in desk.studio.tasks.values() for task in listed]
    assert sorted(t["data"]["segment"] for t in tasks) == [
        f"{DOCUMENT}/s01",
        f"{DOCUMENT}/s02",
    ]
    assert len(desk.studio.made) == 1
    assert len(desk.studio.people) == 2
    if ours.n_tasks == 0:
        assert any("another push made 2 tasks of these" in line for line in ours.lines)
    if moment == "sign_up" and comes_first:
        assert any("another push made the login of pat" in line for line in ours.lines)
    desk.accept("pat", desk.record(READER))
    assert "LST019" not in codes(desk.pull())


# what a server leaves lying about


def test_copies_of_exports_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    names = ("project-1-at-x.json", "project-1-at-x-info.json", "project-11-at-x.json")
    for name in (*names, "notes.json"):
        (folder / name).touch()
    client.forget_exports(tmp_path, 1)
    assert {one.name for one in folder.iterdir()} == {names[2], "notes.json"}
    client.forget_exports(tmp_path)
    assert [one.name for one in folder.iterdir()] == ["notes.json"]
    client.forget_exports(tmp_path / "elsewhere")


def test_a_stance_can_be_pushed_toward_what_checks_allow_only(desk: Desk) -> None:
    """A target of the panel that stands for actors is not one of them: ACT001."""
    desk.push("pat", documents=(DOCUMENT,), passes=("panel",))
    (number,) = desk.studio.tasks
    registries = desk.checkout().registries
    assert registries is not None
    for task in desk.studio.tasks[number]:
        offered = [entry["alias"] for entry in task["data"]["targets"]]
        kinds = {one.partition(":")[0] for one in offered}
        assert {"actor", "issue"} <= kinds
        actors = [one.partition(":")[2] for one in offered if one.startswith("actor:")]
        assert set(actors) <= registries.actors.keys() | {"NIL"}
