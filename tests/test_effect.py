"""What a change does to the corpus, as the maintainer reads it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from standpoint.cli import cli
from standpoint.diff import RISKS, effect
from standpoint.records.checkout import Checkout
from tests.conftest import TEXT, apply, withhold, written
from tests.studio import register
from tests.test_changes import commit, git

NAME = "small-bridge-2031"
READER = f"annotations/{NAME}/reader-1.json"
MODEL = f"annotations/{NAME}/small-lm.json"
PAT = f"annotations/{NAME}/pat.json"
SPLITS = "corpus/splits.json"
NEW = "new vote: pat"
COPY = "small-copy-2031"
OTHERS = "Other changes in records"
CASES = Path(__file__).parent / "cases"


@pytest.fixture
def repo(small: Path) -> Path:
    """The small checkout without its key, under version control."""
    (small / MODEL).unlink()  # a key would decide alone
    git(small, "init", "-q", "-b", "main")
    commit(small)
    return small


def tables(root: Path) -> dict[str, list[tuple[str, ...]]]:
    """Return title to rows of what has changed since main."""
    found = effect(Checkout(root), "main")
    return {section.title: [tuple(row) for row in section.rows] for section in found}


def rewrite(root: Path, path: str, change: Callable[[Any], None]) -> None:
    """Change a record as a script would, and write it as records are written."""
    data = json.loads((root / path).read_bytes())
    change(data)
    (root / path).write_bytes(written(path, data))


def listed(root: Path, path: str, kind: str) -> list[Any]:
    found: list[Any] = json.loads((root / path).read_bytes())[kind]
    return found


def test_a_second_reading_and_a_mended_one(repo: Path) -> None:
    register(repo, "pat")
    change = {
        "/annotator": "pat",
        "/segments/0/mentions/1/naming": "distancing",
        "/segments/0/claims/0/modality": "hedged",
    }
    drop = ["/segments/0/mentions/6"]
    apply(repo, {"file": PAT, "copy_of": READER, "set": change, "drop": drop})
    mended = {"/segments/0/mentions/0/naming": "legitimising"}
    dropped = ["/segments/0/claims/5", "/segments/0/stances/2"]
    apply(repo, {"file": READER, "set": mended, "drop": dropped})
    assert tables(repo) == {
        "Items": [
            ("sets", "1", "", "", "", ""),
            ("judged", "2", "", "", "", ""),
            ("mentions", "11", "1", "", "", ""),
            ("claims", "7", "", "1", "", ""),
            ("panel", "6", "", "", "", ""),
            ("stances", "4", "", "1", "", ""),
            ("relations", "1", "", "", "", ""),
        ],
        "Changed properties": [("mentions", "naming", "1")],
        OTHERS: [("annotators", "-", "new", "1", "annotators/pat")],
        "Resolved items": [
            ("claim", "1", "1"),
            ("stance", "2", "2"),
            ("source_type", "1", "1"),
        ],
        "Resolved labels that changed": [
            (
                *("actor", "naming", "neutral", "tie", NEW, "2"),
                f"{NAME}: s01/pat.m01, s01/pat.m02",
            ),
            (
                *("actor", "exists", "yes", "undecided"),
                "not marked, with full coverage: pat",
                "1",
                f"{NAME}: s01/reader-1.m07",
            ),
            (
                *("claim", "modality", "asserted", "tie", NEW, "1"),
                f"{NAME}: s01/pat.c01",
            ),
        ],
        "Resolved labels, invented reporting": [
            ("actor", "neutral", "12 (100%)", "10 (100%)"),
        ],
    }


def test_a_script_that_reorders_renumbers_and_loses_is_seen(repo: Path) -> None:
    def reorder(data: Any) -> None:
        data["segments"][0]["mentions"].reverse()
        data["segments"][1]["mentions"][0]["id"] = "m77"
        data["segments"][0]["claims"][2]["note"] = None
        del data["segments"][0]["claims"][1]

    rewrite(repo, READER, reorder)
    found = tables(repo)
    assert ("mentions", "", "", "", "1", "9") in found["Items"]
    assert ("claims", "", "", "1", "", "") in found["Items"]
    assert "Changed properties" not in found


def test_a_script_that_gives_new_ids_and_reorders_is_seen(repo: Path) -> None:
    def renumber(data: Any) -> None:
        mentions = data["segments"][0]["mentions"]
        for mention in mentions:
            mention["id"] = mention["id"].replace("m", "m1")
        mentions.reverse()

    rewrite(repo, READER, renumber)
    assert ("mentions", "", "", "", "9", "9") in tables(repo)["Items"]


def test_a_relation_that_is_doubled_is_seen(repo: Path) -> None:
    def double(data: Any) -> None:
        relations = next(s["relations"] for s in data["segments"] if s["relations"])
        relations.append(relations[0])

    rewrite(repo, READER, double)
    assert ("relations", "1", "", "", "", "") in tables(repo)["Items"]


def test_registries_in_another_order_or_with_a_double_are_seen(repo: Path) -> None:
    rewrite(repo, "corpus/actors.json", lambda data: data["actors"].reverse())
    edit = {"copy": {"/outlets/-": "/outlets/0"}}
    apply(repo, {"file": "corpus/outlets.json", **edit})
    name = listed(repo, "corpus/outlets.json", "outlets")[0]["id"]
    assert tables(repo)[OTHERS] == [
        ("actors", "", "in another order", "1", "actors"),
        ("outlets", "-", "new", "1", f"outlets/{name} (2)"),
    ]


def test_no_name_of_a_file_breaks_the_table(repo: Path) -> None:
    name = "corpus/texts/a|b\n# c <img>.txt"
    (repo / name).write_text("x", "utf-8")
    arguments = ["check", "--root", str(repo), "--effect", "main"]
    said = CliRunner().invoke(cli, [*arguments, "--format", "markdown"]).output
    (line,) = (line for line in said.splitlines() if "corpus/texts" in line)
    assert r"a\|b\\n# c \<img\>.txt" in line


def test_another_form_of_the_same_record_is_no_change_of_items(repo: Path) -> None:
    data = json.loads((repo / READER).read_bytes())
    (repo / READER).write_text(json.dumps(data), "utf-8")
    assert tables(repo) == {
        "Files": [("reformatted, same content", "1", READER)],
    }


def test_what_is_doubled_or_in_no_table_is_named(repo: Path) -> None:
    rewrite(
        repo, READER, lambda data: data["segments"].append(dict(data["segments"][1]))
    )
    (repo / "corpus/notes.md").write_text("Notes.", "utf-8")
    found = tables(repo)
    assert ("judged", "1", "", "", "", "") in found["Items"]
    twice = ("reading", "segment judged twice", "", "2 times", "1")
    assert (*twice, f"{NAME}/reader-1/s02") in found[RISKS]
    what = "changed, but not compared here"
    assert found["Files"] == [(what, "1", "corpus/notes.md")]


def test_what_cannot_be_read_is_named(repo: Path) -> None:
    (repo / READER).write_text("{", "utf-8")
    found = tables(repo)
    assert (
        "not readable after, skipped: run `check`",
        "1",
        READER,
    ) in found["Files"]
    assert ("sets", "", "", "1", "", "") in found["Items"]


def test_a_document_that_moves_to_another_split_or_group(repo: Path) -> None:
    def move(data: Any) -> None:
        data["ledger"][0]["split"] = "pilot"
        data["groups"][0]["id"] = "another-group"

    rewrite(repo, SPLITS, move)
    rows = tables(repo)[RISKS]
    of = "1", f"splits/{NAME}"
    assert ("splits", "splits/split", "calibration", "pilot", *of) in rows
    (group,) = (row for row in rows if row[1] == "splits/story group")
    assert group[3:] == ("another-group", *of)


def test_documents_that_stay_as_they_are_count_on_both_sides(repo: Path) -> None:
    other = f"annotations/{COPY}/reader-1.json"
    for edit in json.loads((CASES / "SPL005-copy-in-another-group.json").read_bytes())[
        "edits"
    ]:
        apply(repo, edit)
    apply(repo, {"file": other, "copy_of": READER, "set": {"/document": COPY}})
    commit(repo)
    apply(
        repo, {"file": READER, "set": {"/segments/0/mentions/0/naming": "legitimising"}}
    )
    found = tables(repo)["Resolved labels, invented reporting"]
    assert found == [
        ("actor", "legitimising", "0 (0%)", "1 (4%)"),
        ("actor", "neutral", "24 (100%)", "23 (96%)"),
    ]


def test_splits_that_change_otherwise_are_shown(repo: Path) -> None:
    apply(repo, {"file": SPLITS, "set": {"/groups/0/basis": "Looked at again."}})
    (row,) = tables(repo)[OTHERS]
    assert row[0] == "splits/groups/basis"
    assert row[2] == "Looked at again."


def test_no_attribute_hides_what_there_was(repo: Path) -> None:
    (repo / ".gitattributes").write_text("annotations export-ignore\n", "utf-8")
    commit(repo)
    apply(repo, {"file": READER, "set": {"/created": "2031-05-09T09:00:00Z"}})
    found = tables(repo)
    assert found["Items"] == [("sets", "", "1", "", "", "")]
    (row,) = found[OTHERS]
    assert row[0] == "set/created"
    assert row[2:] == ("2031-05-09T09:00:00Z", "1", f"{NAME}/reader-1")


def test_new_actors_and_outlets_are_named(repo: Path) -> None:
    for kind in ("actors", "outlets"):
        path = f"corpus/{kind}.json"
        apply(repo, {"file": path, "copy": {f"/{kind}/-": f"/{kind}/0"}})
        last = f"/{kind}/{len(listed(repo, path, kind)) - 1}/id"
        apply(repo, {"file": path, "set": {last: f"new_{kind}"}})
    assert tables(repo)[OTHERS] == [
        ("actors", "-", "new", "1", "actors/new_actors"),
        ("outlets", "-", "new", "1", "outlets/new_outlets"),
    ]


def test_agreement_of_real_reporting_before_and_after(repo: Path) -> None:
    rewrite(repo, SPLITS, lambda data: data["ledger"][0].update(split="pilot"))
    register(repo, "pat", "sam")
    for name in ("pat", "sam"):
        apply(repo, {"file": PAT.replace("pat", name), "copy_of": READER})
        edit = {"/annotator": name}
        apply(repo, {"file": PAT.replace("pat", name), "set": edit})
    commit(repo, "Three readings")
    git(repo, "checkout", "-q", "-b", "mine")
    edit = {f"/segments/0/mentions/{n}/naming": "distancing" for n in range(4)}
    apply(repo, {"file": PAT, "set": edit})
    rows = tables(repo)["Agreement"]
    of = ("actor", "naming, alpha", "human", "0.1", "agreement")
    none, low = "- (n=12: one label only)", "-0.09 (n=12; 2 segments)"
    assert rows == [(*of, none, low)]


def test_the_table_is_printed_in_markdown(repo: Path) -> None:
    register(repo, "pat")
    arguments = ["check", "--root", str(repo), "--effect", "main"]
    said = CliRunner().invoke(cli, [*arguments, "--format", "markdown"]).output
    assert said.startswith("No high risk.\n\n### Other changes in records\n")
    assert "| annotators | -      | new   | 1 | annotators/pat |" in said
    (repo / READER).unlink()
    text = CliRunner().invoke(cli, arguments).output
    assert text.startswith(f"{RISKS}\n\nrisk     what ")
    assert "- deleted: A document, a set, or a segment of one was removed.\n" in text


def test_nothing_changed_is_said(repo: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "--root", str(repo), "--effect", "main"])
    assert (result.exit_code, result.output) == (
        0,
        "nothing in the corpus has changed since main\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--effect", "main", "--format", "sarif"),
        ("--effect", "main", "--changed-since", "main"),
        ("--format", "markdown"),
        ("--effect", "nowhere"),
    ],
)
def test_bad_use_is_one_line(repo: Path, arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, ["check", "--root", str(repo), *arguments])
    assert result.exit_code == 2
    assert result.output.splitlines()[-1].startswith("Error: ")


# what a maintainer has to look at first

HERE = f"corpus/documents/{NAME}.json"
LABELS = "schema/labels.schema.json"
LANTERN = f"{NAME}/reader-1"


def risks(root: Path) -> list[tuple[str, ...]]:
    return tables(root).get(RISKS, [])


def edit(file: str, **how: Any) -> dict[str, Any]:
    return {"file": file, **how}


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (
            edit(HERE, set={"/segments/0/genre": "opinion"}),
            ("judged text", "document/genre", "reporting", "opinion", f"{NAME}/s01"),
        ),
        (
            edit(HERE, set={"/segments/0/outlet": "bell_street"}),
            (
                "judged text",
                "document/outlet",
                "quillmere_lantern",
                "bell_street",
                f"{NAME}/s01",
            ),
        ),
        (
            edit(HERE, set={"/rights/holder": "Another"}),
            ("rights", "document/rights/holder", "Standpoint", "Another", NAME),
        ),
        (
            edit(SPLITS, set={"/ledger/0/since": "0.2.0"}),
            ("splits", "splits/since", "0.1.0", "0.2.0", f"splits/{NAME}"),
        ),
        (
            edit(SPLITS, drop=["/ledger/0"]),
            ("splits", "splits/split", "calibration", "-", f"splits/{NAME}"),
        ),
        (
            edit(READER, set={"/segments/0/coverage/claim": "partial"}),
            ("reading", "set/coverage/claim", "full", "partial", f"{LANTERN}/s01"),
        ),
        (
            edit(READER, set={"/saw_suggestions": True}),
            ("reading", "set/saw_suggestions", "false", "true", LANTERN),
        ),
        (
            edit("corpus/dataset.json", set={"/licences/annotations": "CC0-1.0"}),
            (
                "dataset",
                "dataset/licences/annotations",
                "CC-BY-4.0",
                "CC0-1.0",
                "dataset",
            ),
        ),
        (
            edit("corpus/dataset.json", set={"/version": "0.0.9"}),
            ("dataset", "dataset/version", "0.1.0", "0.0.9", "dataset"),
        ),
        (
            edit("corpus/actors.json", set={"/actors/1/kind": "ngo"}),
            ("registry", "actors/kind", "armed_group", "ngo", "actors/oskadar_guard"),
        ),
        (
            edit(
                "corpus/panels.json", set={"/panels/0/targets/0/description": "Else."}
            ),
            ("label meaning", "panels/targets/description", None, "Else.", None),
        ),
    ],
)
def test_what_is_a_risk_comes_first_with_both_sides(
    repo: Path, change: dict[str, Any], row: tuple[str | None, ...]
) -> None:
    apply(repo, change)
    found = tables(repo)
    assert next(iter(found)) == RISKS
    shown = [(*one[:4], one[5]) for one in found[RISKS]]
    assert [
        one
        for one in shown
        if all(b is None or a == b for a, b in zip(one, row, strict=True))
    ], shown


def test_a_withheld_text_that_is_released_is_the_first_risk(repo: Path) -> None:
    text = (repo / TEXT).read_bytes()
    withhold(repo, at_hand=False)
    commit(repo)
    apply(repo, edit(SPLITS, set={"/ledger/0/since": "0.2.0"}))
    apply(repo, edit(HERE, set={"/rights/text_release": "released"}))
    (repo / TEXT).write_bytes(text)
    first, *others = risks(repo)
    after = "released, CC0-1.0; its text is here"
    assert first == ("text released", "text_release", "withheld", after, "1", NAME)
    assert [row[0] for row in others] == ["splits"]


def test_a_public_text_without_a_word_in_its_record_is_a_risk(repo: Path) -> None:
    other = "corpus/texts/released/another.txt"
    (repo / other).write_text("Words.", "utf-8")
    (repo / TEXT).write_text("Other words.", "utf-8")
    assert risks(repo) == [
        ("text released", "text", "-", "a public file", "1", other),
        ("text changed", "text", "", "another content", "1", TEXT),
    ]


def test_a_label_that_means_something_else_is_shown_where_it_differs(
    repo: Path,
) -> None:
    label = json.loads((repo / LABELS).read_bytes())["$defs"]["naming"]["oneOf"][0]
    words = label["description"]
    place = "/$defs/naming/oneOf/0/description"
    apply(repo, edit(LABELS, set={place: f"{words} Or not."}))
    ((risk, what, before, after, _, which),) = risks(repo)
    assert (risk, what) == ("label meaning", "labels/naming/description")
    assert which == f"labels.schema/{label['const']}"
    assert words.endswith(before.removeprefix("... "))
    assert after == f"{before} Or not."
    title = "Items with a vote for a label whose meaning changed"
    assert label["const"] == "neutral"
    (row,) = tables(repo)[title]
    assert row[:4] == ("actor", "naming", "neutral", "12")
    assert row[4].endswith(" and 9 more")
    other = {f"/$defs/naming/oneOf/{n}/description": "Else." for n in (1, 2, 3)}
    apply(repo, edit(LABELS, set={place: words, **other}))
    assert title not in tables(repo)  # nobody gave these


def test_a_schema_that_allows_more_is_a_risk(repo: Path) -> None:
    path = "schema/actors.schema.json"
    data = json.loads((repo / path).read_bytes())
    data["additionalProperties"] = True
    (repo / path).write_text(json.dumps(data), "utf-8")
    what = "schema/additionalProperties"
    assert risks(repo) == [("schema", what, "false", "true", "1", "actors.schema")]


def test_what_was_valid_before_is_read_by_the_schema_of_then(repo: Path) -> None:
    def rename(text: str) -> str:
        return text.replace('"distancing"', '"distanced"')

    apply(repo, edit(READER, set={"/segments/0/mentions/0/naming": "distancing"}))
    commit(repo)
    for path in (LABELS, READER):
        (repo / path).write_text(rename((repo / path).read_text("utf-8")), "utf-8")
    found = tables(repo)
    assert "Files" not in found
    (row,) = found["Resolved labels that changed"]
    assert row[:5] == (
        *("actor", "naming", "distancing", "distanced"),
        "corrected vote: reader-1",
    )


def test_an_accepted_finding_is_a_risk(repo: Path) -> None:
    entry = {
        "code": "CLM003",
        "path": READER,
        "place": "/segments/s01/claims/c01/about",
        "value": "0" * 12,
        "reason": "Known.",
        "owner": "pat",
        "expires": "2099-01-01",
    }
    accepted = {"schema": "1", "accepted": [entry]}
    (repo / "corpus/accepted.json").write_text(json.dumps(accepted), "utf-8")
    (row,) = risks(repo)
    assert row[:4] == ("accepted finding", "finding", "-", "until 2099-01-01: Known.")
    assert row[5] == f"accepted/CLM003 {READER} {entry['place']}"
    commit(repo)
    rewrite(repo, "corpus/accepted.json", lambda data: data["accepted"].clear())
    assert not risks(repo)


def test_an_edited_key_shows_item_and_both_sides(small: Path) -> None:
    git(small, "init", "-q", "-b", "main")
    commit(small)
    apply(small, edit(MODEL, set={"/segments/0/mentions/0/naming": "distancing"}))
    (row,) = risks(small)
    name = json.loads((small / MODEL).read_bytes())["segments"][0]["mentions"][0]["id"]
    assert row == (
        *("key", "set/mentions/naming", "neutral", "distancing", "1"),
        f"{NAME}/small-lm/s01/{name}",
    )
    (small / MODEL).unlink()
    (key, population, *_) = risks(small)
    assert key[:2] == ("key", "set of role key")
    assert population[:4] == ("population", "judged_by", "the key", "people")


def test_a_deleted_set_and_its_flips_are_named(repo: Path) -> None:
    register(repo, "pat")
    apply(repo, edit(PAT, copy_of=READER, set={"/annotator": "pat"}))
    change = {"/segments/0/mentions/0/naming": "distancing"}
    apply(repo, edit(PAT, set=change))
    commit(repo)
    (repo / PAT).unlink()
    ((risk, what, _, after, _, which),) = risks(repo)
    assert (risk, what) == ("deleted", "set of role annotator")
    assert (after, which) == ("-", f"{NAME}/pat")
    rows = tables(repo)["Resolved labels that changed"]
    assert [row[:5] for row in rows] == [
        ("actor", "naming", "tie", "neutral", "withdrawn set: pat")
    ]


def test_a_set_of_which_most_is_new_is_replaced(repo: Path) -> None:
    def shift(data: Any) -> None:
        for segment in data["segments"]:
            for mention in segment["mentions"]:
                mention["start"] += 1
            del segment["claims"][1:]

    rewrite(repo, READER, shift)
    ((risk, _, before, after, _, which),) = risks(repo)
    assert (risk, which) == ("set replaced", LANTERN)
    assert before == "12 mentions, 7 claims, 6 panel, 4 stances"
    assert after == "12 mentions, 2 claims, 6 panel, 4 stances; 12 of 29 kept"


def test_an_empty_set_and_what_it_decides_are_named(repo: Path) -> None:
    rewrite(
        repo,
        "annotations/annotators.json",
        lambda data: data["annotators"][0].update(
            kind="language_model", model="a", version="1", run="1"
        ),
    )
    register(repo, "pat")
    commit(repo)

    def empty(data: Any) -> None:
        data["annotator"] = "pat"
        for segment in data["segments"]:
            segment |= {
                key: [] for key in ("mentions", "claims", "stances", "relations")
            }
            segment["panel"] = {}

    apply(repo, edit(PAT, copy_of=READER))
    rewrite(repo, PAT, empty)
    found = tables(repo)
    population, nothing = found[RISKS]
    assert population[:4] == ("population", "judged_by", "language models", "people")
    assert population[5].startswith(f"{NAME}/pat: 7 claim, ")
    what = "nothing marked: actor, claim, stance, panel"
    assert nothing[:3] == ("empty set", what, "-")
    assert nothing[3].startswith("`exists` changes: 7 claim, ")
    why = "now decided by people, previously by language models: pat"
    flips = found["Resolved labels that changed"]
    assert {row[1:5] for row in flips} == {("exists", "yes", "no", why)}


def test_another_kind_of_annotator_is_a_risk_with_its_items(repo: Path) -> None:
    rewrite(
        repo,
        "annotations/annotators.json",
        lambda data: data["annotators"][0].update(
            kind="language_model", model="a", version="1", run="1"
        ),
    )
    rows = risks(repo)
    population, *annotator = rows
    assert population[:4] == ("population", "judged_by", "people", "language models")
    assert population[5].startswith(f"{LANTERN}: 7 claim, ")
    kind = ("annotator", "annotators/kind", "human", "language_model", "1")
    assert (*kind, "annotators/reader-1") in annotator


def test_the_code_that_counts_votes_is_named(repo: Path) -> None:
    path = "src/standpoint/resolve/vote.py"
    (repo / path).parent.mkdir(parents=True)
    (repo / path).write_text("", "utf-8")
    assert risks(repo) == [("rule", "code", "", "changed", "1", path)]


def test_a_deleted_document_is_named_once(repo: Path) -> None:
    shutil.rmtree(repo / f"annotations/{NAME}")
    (repo / HERE).unlink()
    (repo / TEXT).unlink()
    rewrite(repo, SPLITS, lambda data: data.update(ledger=[], groups=[]))
    found = [row[:2] for row in risks(repo)]
    assert found == [
        ("deleted", "set of role annotator"),
        ("deleted", "document"),
        ("splits", "splits"),
        ("splits", "splits/groups"),
    ]


def test_words_of_a_cue_and_a_version_are_shown_and_no_risk(repo: Path) -> None:
    cues = repo / "schema/cues/en.json"
    data = json.loads(cues.read_bytes())
    gone = data["hedges"].pop()
    cues.write_text(json.dumps(data), "utf-8")
    apply(repo, edit("corpus/dataset.json", set={"/version": "9.9.9"}))
    found = tables(repo)
    assert RISKS not in found
    rows = {row[0]: row[1:] for row in found[OTHERS]}
    assert rows["dataset/version"][1:] == ("9.9.9", "1", "dataset")
    assert rows["cues/hedges"][0].endswith(f"removed: {gone}")


def test_files_that_are_no_json_on_a_side_are_named(repo: Path) -> None:
    (repo / "schema/cues/en.json").write_text("{", "utf-8")
    rows = tables(repo)["Files"]
    what = "not readable after, skipped: run `check`"
    assert rows == [(what, "1", "schema/cues/en.json")]


def test_a_registry_that_cannot_be_read_hides_no_flip(repo: Path) -> None:
    apply(repo, edit(READER, set={"/segments/0/mentions/0/naming": "distancing"}))
    apply(repo, edit("corpus/dataset.json", set={"/date": 7}))
    found = tables(repo)
    (row,) = found["Resolved labels that changed"]
    assert row[4] == "corrected vote: reader-1"
    (date,) = found[OTHERS]
    assert (date[0], date[2]) == ("dataset/date", "7")
    what = "not readable after, skipped: run `check`"
    assert found["Files"] == [(what, "1", "corpus/dataset.json")]


def test_an_adjudicated_label_says_so(repo: Path) -> None:
    name = "ADJ006-chosen-as-one-reading-has-it-silent.json"
    edits = json.loads((CASES / name).read_bytes())["edits"]
    adjudicated = f"annotations/{NAME}/adjudicated.json"
    for change in edits:
        apply(repo, change)
    decision = (repo / adjudicated).read_bytes()
    (repo / adjudicated).unlink()
    commit(repo)
    (repo / adjudicated).write_bytes(decision)
    reasons = {row[4] for row in tables(repo)["Resolved labels that changed"]}
    assert reasons == {"an adjudicator decided"}
    commit(repo)
    (repo / adjudicated).unlink()
    found = tables(repo)
    reasons = {row[4] for row in found["Resolved labels that changed"]}
    assert reasons == {"the adjudicated set was removed"}
    assert found[RISKS][0][:2] == ("deleted", "set of role adjudicator")
