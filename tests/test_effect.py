"""What a change does to the corpus, as the maintainer reads it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from standpoint.checkout import Checkout
from standpoint.cli import cli
from standpoint.effect import effect
from tests.conftest import apply, written
from tests.studio import register
from tests.test_changes import commit, git

NAME = "small-bridge-2031"
READER = f"annotations/{NAME}/reader-1.json"
MODEL = f"annotations/{NAME}/small-lm.json"
PAT = f"annotations/{NAME}/pat.json"
SPLITS = "corpus/splits.json"
MORE = "1 vote more"
COPY = "small-copy-2031"
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
        "Properties of items that changed": [("mentions", "naming", "1")],
        "Registries": [("annotators", "new", "1", "pat")],
        "Resolved items": [
            ("claim", "1", "1"),
            ("stance", "2", "2"),
            ("source_type", "1", "1"),
        ],
        "Resolved labels that flip": [
            (*("actor", "naming", "neutral", "tie"), MORE, "2", f"{NAME}/s01/pat.m01"),
            (
                *("actor", "exists", "yes", "-"),
                "1 reader more",
                "1",
                f"{NAME}/s01/reader-1.m07",
            ),
            (
                *("claim", "modality", "asserted", "tie"),
                MORE,
                "1",
                f"{NAME}/s01/pat.c01",
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
    assert "Properties of items that changed" not in found


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
    assert tables(repo)["Registries"] == [
        ("actors", "another order", "4", ""),
        ("outlets", "new", "1", f"{name} (2)"),
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
        "Files": [("another form, the same record", "1", READER)],
    }


def test_what_is_doubled_or_in_no_table_is_named(repo: Path) -> None:
    rewrite(
        repo, READER, lambda data: data["segments"].append(dict(data["segments"][1]))
    )
    apply(repo, {"file": "corpus/dataset.json", "set": {"/title": "Another"}})
    found = tables(repo)
    assert ("judged", "1", "", "", "", "") in found["Items"]
    what = "changed, and no table shows how"
    assert (what, "1", "corpus/dataset.json") in found["Files"]


def test_what_cannot_be_read_is_named(repo: Path) -> None:
    (repo / READER).write_text("{", "utf-8")
    found = tables(repo)
    assert (
        "cannot be read after, so left out here: run `check`",
        "1",
        READER,
    ) in found["Files"]
    assert ("sets", "", "", "1", "", "") in found["Items"]


def test_a_document_that_moves_to_another_split_or_group(repo: Path) -> None:
    def move(data: Any) -> None:
        data["ledger"][0]["split"] = "pilot"
        data["groups"][0]["id"] = "another-group"

    rewrite(repo, SPLITS, move)
    rows = tables(repo)["Splits"]
    assert (NAME, "split", "calibration", "pilot") in rows
    assert [row[1:2] + row[3:] for row in rows if row[1] == "story group"] == [
        ("story group", "another-group")
    ]


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


def test_splits_that_change_otherwise_are_named(repo: Path) -> None:
    apply(repo, {"file": SPLITS, "set": {"/groups/0/basis": "Looked at again."}})
    rows = [("changed, and no table shows how", "1", SPLITS)]
    assert tables(repo) == {"Files": rows}


def test_a_move_hides_no_other_change_of_the_splits(repo: Path) -> None:
    apply(repo, {"file": SPLITS, "set": {"/ledger/0/split": "pilot"}})
    assert "Files" not in tables(repo)
    apply(repo, {"file": SPLITS, "set": {"/groups/0/basis": "Looked at again."}})
    assert tables(repo)["Files"] == [("changed, and no table shows how", "1", SPLITS)]


def test_no_attribute_hides_what_there_was(repo: Path) -> None:
    (repo / ".gitattributes").write_text("annotations export-ignore\n", "utf-8")
    commit(repo)
    apply(repo, {"file": READER, "set": {"/created": "2031-05-09T09:00:00Z"}})
    assert tables(repo)["Items"] == [("sets", "", "1", "", "", "")]


def test_new_actors_and_outlets_are_named(repo: Path) -> None:
    for kind in ("actors", "outlets"):
        path = f"corpus/{kind}.json"
        apply(repo, {"file": path, "copy": {f"/{kind}/-": f"/{kind}/0"}})
        last = f"/{kind}/{len(listed(repo, path, kind)) - 1}/id"
        apply(repo, {"file": path, "set": {last: f"new_{kind}"}})
    assert tables(repo)["Registries"] == [
        ("actors", "new", "1", "new_actors"),
        ("outlets", "new", "1", "new_outlets"),
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
    assert "### Registries" in said
    assert "| annotators | new     | 1 | pat   |" in said
    text = CliRunner().invoke(cli, arguments).output
    assert text.startswith("Registries\n\nregistry    entries  n  which\n")


def test_nothing_changed_is_said(repo: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "--root", str(repo), "--effect", "main"])
    assert (result.exit_code, result.output) == (
        0,
        "no item, registry or split has changed since main\n",
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
