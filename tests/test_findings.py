"""Findings as people and programs read them."""

import json

from standpoint.checks.report import Report, as_json
from standpoint.codes import CHECKS
from standpoint.records.findings import Finding, Level, order

FINDING = Finding(
    code="SPN002",
    level=Level.ERROR,
    path="annotations/d/a.json",
    pointer="/segments/0/mentions/3",
    message="The digest does not fit.",
    fix="restore the offsets.",
    line=12,
    column=9,
)


def made(**changes: object) -> Finding:
    fields = {name: getattr(FINDING, name) for name in FINDING.__struct_fields__}
    return Finding(**(fields | changes))


def test_a_finding_prints_its_place_code_message_and_fix() -> None:
    assert str(FINDING) == (
        "annotations/d/a.json:12: SPN002 error: The digest does not fit."
        " (/segments/0/mentions/3)\n    fix: restore the offsets."
    )


def test_a_finding_on_a_whole_file_points_at_its_root() -> None:
    assert (
        str(made(pointer="", level=Level.WARNING))
        .split("\n")[0]
        .endswith("warning: The digest does not fit. (/)")
    )


def test_a_finding_shows_the_words_between_message_and_fix() -> None:
    assert str(made(quote="\u2026the [left] bank\u2026")).split("\n")[1:] == [
        "    text: \u2026the [left] bank\u2026",
        "    fix: restore the offsets.",
    ]


def test_findings_are_sorted_by_file_place_and_code() -> None:
    wanted = [
        made(path="a", line=2),
        made(path="b", line=1, column=2, code="SPN003"),
        made(path="b", line=1, column=3),
        made(path="b", line=1, column=3, code="SPN003"),
        made(path="b", line=10),
    ]
    assert order(wanted[::-1]) == wanted


def test_json_counts_and_lists_everything() -> None:
    rows = [FINDING, made(level=Level.WARNING, quote="words")]
    report = json.loads(as_json(Report(rows, [], {"d": ["SPN002"]}, ["a.json"])))
    assert (report["errors"], report["warnings"]) == (1, 1)
    assert report["not_judged"] == {"d": ["SPN002"]}
    assert report["form_only"] == ["a.json"]
    assert report["findings"][1] == {
        "code": "SPN002",
        "level": "warning",
        "path": "annotations/d/a.json",
        "pointer": "/segments/0/mentions/3",
        "message": "The digest does not fit.",
        "line": 12,
        "column": 9,
        "quote": "words",
        "place": "",
        "value": "",
        "commit": None,
        "file": None,
    }
    assert report["codes"]["SPN002"]["fix"] == CHECKS["SPN002"].fix


def test_a_manual_is_read_section_by_section() -> None:
    check = CHECKS["CLM006"]
    assert check.title == (
        "A normalised claim shares no six consecutive words with its text."
    )
    assert check.fix == "write it in your own words and order."


def test_a_fix_is_one_sentence_that_fits_its_line() -> None:
    for code in CHECKS:
        fix = CHECKS[code].fix
        assert fix == " ".join(fix.split())
        assert len(fix) <= 160, code
