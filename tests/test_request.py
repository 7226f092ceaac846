"""A pull request's worth of changes, good and bad, as CI and people read what is found."""

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from standpoint.cli import cli
from standpoint.codes import CHECKS
from standpoint.records import canonical
from standpoint.records.findings import VALUE_DIGITS
from standpoint.records.text import sha256
from tests.conftest import apply, withhold
from tests.test_changes import commit, git

NAME = "small-bridge-2031"
READER = f"annotations/{NAME}/reader-1.json"
PAT = f"annotations/{NAME}/pat.json"
SAM = f"annotations/{NAME}/sam.json"
SCHEMA = Path(__file__).parents[1] / "docs/findings.schema.json"

EXPECTED = [
    (PAT, 47, 13, "ACT001", "/segments/s01/mentions/m02/actors/0"),
    (PAT, 282, 13, "SPN001", "/segments/s01/claims/c04/spans/0"),
    (SAM, 2, 1, "FMT002", ""),
]
"""File, line, column, code and place of what is wrong."""


@pytest.fixture
def repo(small: Path) -> Path:
    """A branch with two new sets, one of them broken twice, one file cut off, one entry."""
    git(small, "init", "-q", "-b", "main")
    commit(small)
    git(small, "checkout", "-q", "-b", "request")
    for name in ("pat", "sam"):
        apply(
            small,
            {
                "file": "annotations/annotators.json",
                "copy": {"/annotators/-": "/annotators/0"},
            },
        )
        apply(
            small,
            {
                "file": "annotations/annotators.json",
                "set": {f"/annotators/{2 if name == 'pat' else 3}/id": name},
            },
        )
    apply(
        small,
        {
            "file": PAT,
            "copy_of": READER,
            "set": {
                "/annotator": "pat",
                "/segments/0/mentions/1/actors/0": "nobody_of_note",
                "/segments/0/claims/0/normalised": "Somebody shelled the bridge.",
                "/segments/0/claims/3/spans/0/end": 1270,
            },
        },
    )
    apply(small, {"file": SAM, "write": '{"schema": "1",\n'})
    commit(small, "Two sets")
    return small


def check(root: Path, *arguments: str, code: int = 1) -> str:
    result = CliRunner().invoke(
        cli, ["check", "--root", str(root), "--changed-since", "main", *arguments]
    )
    assert result.exit_code == code, result.output
    return result.stdout


def test_text_names_line_words_and_what_to_do(repo: Path) -> None:
    lines = check(repo).splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    pattern = re.compile(r"([^:]+):([0-9]+): ([A-Z]{3}[0-9]{3}) error: .*\((/.*)\)")
    found = [match.groups() for line in heads if (match := pattern.fullmatch(line))]
    assert found == [
        (path, str(line), code, place or "/") for path, line, _, code, place in EXPECTED
    ]
    assert sum(line.startswith("    fix: ") for line in lines) == 3
    assert any("[The group maybe lost three men." in line for line in lines)


def test_the_lines_are_those_of_the_values(repo: Path) -> None:
    for path, line, column, _, place in EXPECTED[:2]:
        source = (repo / path).read_text("utf-8").split("\n")[line - 1]
        assert len(source) - len(source.lstrip()) == column - 1
        assert source.strip() in {'"nobody_of_note"', "{"}, place


def test_json_has_what_its_schema_says(repo: Path) -> None:
    report = json.loads(check(repo, "--format", "json"))
    jsonschema.validate(report, json.loads(SCHEMA.read_bytes()))
    assert rows(report["findings"]) == EXPECTED
    assert (report["errors"], report["warnings"]) == (3, 0)
    assert report["codes"].keys() == {code for _, _, _, code, _ in EXPECTED}


def rows(findings: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    keys = ("path", "line", "column", "code", "place")
    return [tuple(finding[key] for key in keys) for finding in findings]


def test_github_gets_a_comment_on_each_line(repo: Path) -> None:
    said = check(repo, "--format", "github")
    pattern = r"::error file=(.*),line=([0-9]+),col=([0-9]+),title=([A-Z0-9]+)::(.*)"
    found = re.findall(pattern, said)
    assert [(p, int(line), int(col), code) for p, line, col, code, _ in found] == [
        row[:4] for row in EXPECTED
    ]
    assert found[0][4].split("%0A") == [
        "Unknown actor \u2018nobody_of_note\u2019.",
        (
            "Text: \u2026 over the Ysse river The [Oskadar League] shelled the old"
            " stone br\u2026"
        ),
        f"Fix: {CHECKS['ACT001'].fix}",
    ]
    explained = said.partition("::group::")[2].partition("::endgroup::")[0]
    assert explained.count("    why: ") == 3


def test_sarif_names_every_line_and_rule(repo: Path) -> None:
    log = json.loads(check(repo, "--format", "sarif"))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    found = []
    for result in run["results"]:
        (location,) = result["locations"]
        physical, (logical,) = (
            location["physicalLocation"],
            location["logicalLocations"],
        )
        region = physical["region"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = logical["fullyQualifiedName"]
        found.append(
            (
                physical["artifactLocation"]["uri"],
                *(region["startLine"], region["startColumn"]),
                result["ruleId"],
                "" if place == "/" else place,
            )
        )
    assert found == EXPECTED
    assert CHECKS["ACT001"].why in rules[0]["help"]["text"]


def test_sarif_passes_the_official_schema(repo: Path) -> None:
    official = os.environ.get("STANDPOINT_SARIF_SCHEMA")
    if not official:
        pytest.skip("the schema is not here; .ci/run has it")
    accept_first(repo)
    withhold(repo, at_hand=False)
    log = json.loads(check(repo, "--format", "sarif"))
    jsonschema.validate(log, json.loads(Path(official).read_bytes()))
    results = log["runs"][0]["results"]
    assert [r["ruleId"] for r in results if "suppressions" in r] == ["ACT001"]
    assert log["runs"][0]["invocations"][0]["toolExecutionNotifications"]


def accepted() -> str:
    path, _, _, code, place = EXPECTED[0]
    value = sha256(canonical.encode("nobody_of_note"))[:VALUE_DIGITS]
    entry = {"code": code, "path": path, "place": place, "value": value}
    entry |= {"reason": "Known.", "owner": "maintainers", "expires": "2031-12-31"}
    return json.dumps({"schema": "1", "accepted": [entry]}, indent=2) + "\n"


def accept_first(root: Path) -> None:
    """Accept it on the main branch, and go on from there."""
    git(root, "switch", "-q", "main")
    (root / "corpus/accepted.json").write_text(accepted(), "utf-8")
    commit(root, "Known for a while")
    git(root, "switch", "-q", "request")
    git(root, "rebase", "-q", "main")


def test_nobody_accepts_the_faults_of_their_own_change(repo: Path) -> None:
    (repo / "corpus/accepted.json").write_text(accepted(), "utf-8")
    report = json.loads(check(repo, "--format", "json"))
    assert rows(report["findings"]) == EXPECTED
    assert report["accepted"] == 0
    commit(repo, "And its own excuse")
    notice = "::notice title=Note::1 finding accepted in corpus/accepted.json on"
    assert notice in check(repo, "--format", "github")
    # On the main branch, once it was merged, the entry holds.
    result = CliRunner().invoke(cli, ["check", "--root", str(repo), "--format", "json"])
    assert json.loads(result.stdout)["accepted"] == 1


def test_what_is_accepted_does_not_count(repo: Path) -> None:
    accept_first(repo)
    report = json.loads(check(repo, "--format", "json"))
    assert rows(report["findings"]) == EXPECTED[1:]
    assert report["accepted"] == 1


def test_an_entry_with_a_slip_is_told_what_there_is(repo: Path) -> None:
    (repo / SAM).unlink()  # of what cannot be read nothing is known
    words = accepted().replace("/segments/", "/segmnts/")
    (repo / "corpus/accepted.json").write_text(words, "utf-8")
    code, path, place = EXPECTED[0][3], EXPECTED[0][0], EXPECTED[0][4]
    said = check(repo)
    assert f"ACC002 error: {path} has no {code} finding at /segmnts/" in said
    assert f"it occurs at {place}." in said


def test_known_findings_that_cannot_be_read_are_no_empty_list(repo: Path) -> None:
    (repo / "corpus/accepted.json").mkdir()
    assert "corpus/accepted.json:1: FMT" in check(repo)


def test_a_fingerprint_stays_when_lines_and_items_move(repo: Path) -> None:
    def prints() -> dict[str, str]:
        run = json.loads(check(repo, "--format", "sarif"))["runs"][0]
        return {r["ruleId"]: r["partialFingerprints"] for r in run["results"]}

    before = prints()
    drop = ["/segments/0/mentions/0", "/segments/0/claims/1"]
    apply(repo, {"file": PAT, "drop": drop})
    after = prints()
    assert {code: after[code] for code in before} == before
    assert len({json.dumps(one) for one in before.values()}) == 3


def test_a_redacted_report_holds_no_word_of_a_text(repo: Path) -> None:
    odd = {"copy_of": PAT, "add": {"/segments/0/The group maybe lost it": 1}}
    apply(repo, {"file": f"annotations/{NAME}/kim.json", **odd})
    for form in ("text", "json", "github", "sarif"):
        said = check(repo, "--redact", "--format", form)
        for words in ("lost three men", "nobody_of_note", "The group", "-1270"):
            assert words not in said
        assert CHECKS["ACT001"].title in said


def test_what_cannot_be_judged_is_said(repo: Path) -> None:
    withhold(repo, at_hand=False)
    said = check(repo, "--format", "github")
    form, notice = (line for line in said.splitlines() if line.startswith("::notice"))
    assert "only the syntax was checked" in form
    assert form.endswith("/sam.json")
    assert "CLM006" in notice
    assert notice.endswith(f" for {NAME}")
    report = json.loads(check(repo, "--format", "json"))
    assert "CLM006" in report["not_judged"][NAME]


def test_texts_that_were_asked_for_have_to_be_there(small: Path) -> None:
    texts = withhold(small, at_hand=True)
    asked = ["check", "--root", str(small), "--require-texts"]
    found = CliRunner().invoke(cli, [*asked, "--texts", str(texts)])
    assert found.exit_code == 0, found.output
    (texts / "any name").write_text("another version", "utf-8")
    for form, where in (("text", "stderr"), ("github", "stdout")):
        given = ["--texts", str(texts), "--format", form]
        missing = CliRunner().invoke(cli, [*asked, *given])
        assert missing.exit_code == 1
        said = f"no text available for 1 document: {NAME}."
        assert said in getattr(missing, where)
