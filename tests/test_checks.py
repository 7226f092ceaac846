"""Every check fires where it should, alone, and nowhere else."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from standpoint.checks.report import summary
from standpoint.checks.run import check_corpus
from standpoint.codes import CHECKS
from standpoint.formats.importer import BratFile, bring_brat, bring_quoted
from standpoint.labelstudio.pull import Wanted, pull
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Finding, declare
from standpoint.records.model import AnnotationSet
from tests.conftest import apply
from tests.mutate import reproved, small_text, stock_of
from tests.studio import Desk, decision

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
DOCUMENT = "corpus/documents/small-bridge-2031.json"
READER = "annotations/small-bridge-2031/reader-1.json"
TEXT = "corpus/texts/released/small-bridge-2031.txt"

Case = dict[str, Any]


def named(path: Path) -> str:
    return path.stem


def load(path: Path) -> Case:
    case: Case = json.loads(path.read_text(encoding="utf-8"))
    return case


def places(findings: list[Finding]) -> list[list[str]]:
    return sorted([f.code, f.path, f.pointer] for f in findings)


def found_in(case: Case, checkout: Checkout) -> list[Finding]:
    if "decide" in case.get("studio", {}):
        return found_in_decision(case["studio"], checkout)
    if "studio" in case:
        return found_in_studio(case["studio"], checkout)
    if "brat" in case:
        return found_in_brat(case["brat"], checkout)
    if "quoted" not in case:
        return check_corpus(checkout).findings
    file = checkout.root.parent / "quoted.json"
    file.write_text(json.dumps(case["quoted"]), encoding="utf-8")
    return bring_quoted(checkout, file, replace=True)[1]


def found_in_studio(studio: Case, checkout: Checkout) -> list[Finding]:
    """Answer every task as the set that is there says, edit what is exported, pull it.

    With `then`, pull before these further edits and again after them.
    """
    desk = Desk(checkout.root)
    desk.push("reader-1", documents=("small-bridge-2031",))
    data = (checkout.root / READER).read_bytes()
    desk.accept("reader-1", msgspec.json.decode(data, type=AnnotationSet))
    for edit in studio["edits"]:
        desk.studio.edit(edit)
    found = pull(checkout, desk.studio, desk.workdir, Wanted()).findings
    if "then" not in studio:
        return found
    assert found == []
    for edit in studio["then"]:
        desk.studio.edit(edit)
    return pull(checkout, desk.studio, desk.workdir, Wanted()).findings


def found_in_brat(files: Case, checkout: Checkout) -> list[Finding]:
    """Import an .ann file; `ann` are its lines, `text` a text beside it."""
    file = checkout.root.parent / "small.ann"
    file.write_bytes("".join(f"{line}\n" for line in files["ann"]).encode())
    if "text" in files:
        file.with_suffix(".txt").write_text(files["text"], "utf-8")
    mapping = checkout.root.parent / "mapping.json"
    mapping.write_text(json.dumps(files.get("mapping", {})), "utf-8")
    moment = "2031-05-30T00:00:00Z"
    found = BratFile(
        file, "small-bridge-2031", "reader-1", moment, None, mapping, False
    )
    return bring_brat(checkout, found, replace=True)[1]


LINE = re.compile(
    r"[^:\n]+:[1-9][0-9]*: [A-Z]{3}[0-9]{3} (error|warning): [^\n]+[.!?\u2026\]]"
    r" \(/[^\n]*\)(\n    text: [^\n]+)?\n    fix: [^\n]+\."
)


def found_in_decision(studio: Case, checkout: Checkout) -> list[Finding]:
    """Decide on the item on which two readers differ most; edit readings; pull it."""
    desk = Desk(checkout.root)
    desk.dispute("judge", "actor", documents=("small-bridge-2031",))
    ((_, task), *_) = desk.studio.open_tasks("judge")
    desk.studio.submit(task, "judge", decision(studio["decide"]))
    for edit in studio.get("then", ()):
        apply(checkout.root, edit)
    return pull(desk.checkout(), desk.studio, desk.workdir, Wanted()).findings


@pytest.mark.parametrize("path", CASES, ids=named)
def test_a_case_causes_its_findings_and_no_other(
    path: Path, edited: Callable[[Case], Checkout]
) -> None:
    case = load(path)
    findings = found_in(case, edited(case))
    assert places(findings) == sorted(case["expect"])
    for finding in findings:
        assert finding.level is CHECKS[finding.code].level
        assert LINE.fullmatch(str(finding)), str(finding)


def test_every_code_has_a_case_that_causes_it_alone() -> None:
    for code in CHECKS:
        alone = [path for path in CASES if path.name.startswith(f"{code}-")]
        codes = [{row[0] for row in load(p)["expect"]} for p in alone]
        assert {code} in codes, code


def test_a_case_expects_the_code_it_is_named_after() -> None:
    for path in CASES:
        codes = {row[0] for row in load(path)["expect"]}
        is_silent = path.stem.endswith("-silent")
        assert codes == set() if is_silent else path.stem[:6] in codes, path.name


def test_the_small_corpus_has_no_finding(small: Path) -> None:
    report = check_corpus(Checkout(small))
    assert [str(finding) for finding in report.findings] == []
    assert report.not_judged == {}
    assert report.n_records == 9


def test_the_small_corpus_has_no_finding_where_its_text_is_withheld(
    edited: Callable[[Case], Checkout],
) -> None:
    assert check_corpus(edited({"withheld": "at hand"})).findings == []


def test_every_code_has_a_manual() -> None:
    for code in CHECKS:
        check = CHECKS[code]
        assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", code)
        assert check.title.endswith("."), code
        assert all((check.why, check.fix, check.example)), code


def test_a_code_is_declared_once() -> None:
    with pytest.raises(RuntimeError, match="SPN001 is declared twice"):
        declare(CHECKS["SPN001"])


def test_a_finding_names_the_line_and_column_of_its_value(
    findings_of: Callable[..., list[Finding]], small: Path
) -> None:
    change = {"/annotators/0/id": "reader-7"}
    path = "annotations/annotators.json"
    (small / READER).unlink()
    (finding,) = findings_of(
        {"file": path, "set": change, "copy": {"/annotators/-": "/annotators/0"}}
    )
    lines = (small / path).read_text(encoding="utf-8").split("\n")
    numbers = [n for n, line in enumerate(lines, 1) if '"id": "reader-7"' in line]
    assert (finding.code, finding.line) == ("ANN007", numbers[1])
    assert lines[finding.line - 1][finding.column - 1 :].startswith('"id"')


def test_a_finding_of_broken_json_names_its_line(
    findings_of: Callable[..., list[Finding]],
) -> None:
    (finding,) = findings_of({"file": READER, "write": '{\n  "a": 1,\n  "b" 2\n}\n'})
    assert (finding.code, finding.line, finding.column) == ("FMT002", 3, 7)


def test_a_cut_is_seen_behind_letters_of_many_bytes(
    findings_of: Callable[..., list[Finding]],
) -> None:
    (finding,) = findings_of({"file": READER, "write": '{"a": "\u0416\u0416\u0416"'})
    assert "ends too early" in finding.message


@pytest.mark.parametrize(("ends", "place"), [("\r", (1, 22)), ("\r\n", (3, 3))])
def test_lines_end_with_line_feeds_and_nothing_else(
    ends: str,
    place: tuple[int, int],
    small: Path,
    findings_of: Callable[..., list[Finding]],
) -> None:
    path = "corpus/dataset.json"
    whole = (small / path).read_bytes().decode("utf-8").replace("\n", ends)
    (form,) = findings_of({"file": path, "write": whole})
    spoilt = whole.replace('"name"', '"nane"')
    places = {(f.line, f.column) for f in findings_of({"file": path, "write": spoilt})}
    assert (form.code, form.line) == ("FMT006", 1)
    assert places == {place}


def test_what_moves_a_terminal_is_not_shown_as_it_is(
    findings_of: Callable[..., list[Finding]], small: Path
) -> None:
    nothing = '{\n  "schema": "1",\n  "accepted": []\n}\n'
    apply(small, {"file": "corpus/accepted.json", "write": nothing})
    stock = stock_of(Checkout(small))
    text = small_text(stock).replace("The gr", "Th\x1b\u202egr")
    odd = reproved(stock, text)
    edits = [{"file": path, "bytes_hex": data.hex()} for path, data in odd.items()]
    shown = [str(finding) for finding in findings_of(*edits)]
    assert any("Th\\x1b\\u202egr" in words for words in shown)
    assert not any("\x1b" in words or "\u202e" in words for words in shown)


def test_the_words_are_shown_where_the_text_is_at_hand(
    findings_of: Callable[..., list[Finding]],
) -> None:
    edit = {"file": READER, "mark": {"/segments/0/mentions/5": "The grou"}}
    (finding,) = findings_of(edit)
    assert "[The grou]p maybe lost" in str(finding)


def test_the_words_are_not_shown_where_the_text_is_not_at_hand(
    findings_of: Callable[..., list[Finding]],
) -> None:
    edit = {"file": READER, "mark": {"/segments/0/mentions/5": "Shame"}}
    (finding,) = findings_of(edit, withheld="absent")
    assert (finding.code, finding.quote) == ("SPN001", None)
    assert "Shame" not in str(finding)


@pytest.mark.parametrize("withheld", [None, "at hand", "absent"])
@pytest.mark.parametrize(
    ("pointer", "value", "words"),
    [
        ("/segments/0/mentions/5/naming", "neutrl", "[The group]"),
        ("/segments/0/claims/0/claim_type", None, "[shelled the old stone bridge"),
        ("/segments/0/claims/2/chains/0/0/mode", "", "[minister Mira Tolz of Veltria]"),
        ("/segments/0/mentions/5/start", "9", None),
        ("/segments/0/mentions/5/end", True, None),
        ("/segments/0/segment", 1, None),
    ],
)
def test_a_set_of_wrong_form_shows_the_words_of_the_item(
    pointer: str,
    value: Any,
    words: str | None,
    withheld: str | None,
    findings_of: Callable[..., Any],
) -> None:
    edit = {"file": READER, "set": {pointer: value}}
    (finding,) = findings_of(edit, withheld=withheld)
    assert (finding.code, finding.pointer) == ("FMT005", pointer)
    if words is None or withheld == "absent":
        assert finding.quote is None
    else:
        assert words in finding.quote


ONE_CHANGE = {
    "byte of the text": ({"file": TEXT, "replace": {"men.": "men!"}}, "DOC001"),
    "offset of the document": (
        {"file": DOCUMENT, "replace": {'"start": 41,': '"start": 42,'}},
        "ZON",
    ),
    "offset of a set": ({"file": READER, "set": {"/segments/0/mentions/5/end": 0}}, ""),
    "label": ({"file": READER, "set": {"/segments/0/stances/0/label": "mix"}}, ""),
    "id": ({"file": READER, "set": {"/segments/0/mentions/5/id": "m77"}}, "SRC010"),
}


@pytest.mark.parametrize("what", ONE_CHANGE)
def test_one_change_is_found(
    what: str, findings_of: Callable[..., list[Finding]]
) -> None:
    edit, code = ONE_CHANGE[what]
    codes = [finding.code for finding in findings_of(edit)]
    assert any(found.startswith(code) for found in codes), codes


@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 2, 3])
@pytest.mark.parametrize("key", ["start", "end"])
def test_an_offset_that_shifts_a_little_is_found(
    key: str, shift: int, small: Path, findings_of: Callable[..., list[Finding]]
) -> None:
    data = json.loads((small / READER).read_bytes())
    pointer = f"/segments/0/mentions/5/{key}"
    place = data["segments"][0]["mentions"][5][key] + shift
    codes = {f.code for f in findings_of({"file": READER, "set": {pointer: place}})}
    # Of white space at an edge no digest knows.
    assert codes & {"SPN002", "SPN003"}


def test_every_byte_of_a_text_counts(small: Path) -> None:
    whole = (small / TEXT).read_bytes()
    for place in range(0, len(whole), 29):
        changed = bytes([whole[place] ^ 1])
        (small / TEXT).write_bytes(whole[:place] + changed + whole[place + 1 :])
        codes = {finding.code for finding in check_corpus(Checkout(small)).findings}
        assert codes == {"DOC001"}, place


def test_what_could_not_be_judged_is_said(edited: Callable[[Case], Checkout]) -> None:
    report = check_corpus(edited({"withheld": "absent"}))
    needing = sorted(code for code, check in CHECKS.items() if check.needs_text)
    assert report.findings == []
    assert report.not_judged == {"small-bridge-2031": needing}
    line = summary(report.findings, report.not_judged)
    assert f"{len(needing)} codes skipped for 1 document (text not available)" in line


def test_a_text_at_hand_leaves_nothing_unjudged(
    edited: Callable[[Case], Checkout],
) -> None:
    report = check_corpus(edited({"withheld": "at hand"}))
    assert report.not_judged == {}
    assert "not judged" not in summary(report.findings, report.not_judged)
