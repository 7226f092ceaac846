"""brat files: read to the last line, and imported."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from standpoint.cli import cli
from standpoint.formats import brat
from standpoint.formats.brat.standoff import Standoff
from standpoint.records.checkout import Checkout
from tests.conftest import apply
from tests.studio import bare, register

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("STANDPOINT_SHARED", ROOT.parent / "shared"))
LITBANK = SHARED / "data/litbank"
NOVELS = sorted(LITBANK.glob("*/brat/*.ann"))
NAME = "small-bridge-2031"
READER = f"annotations/{NAME}/reader-1.json"

TEXT = "Aé 😀 Bo\nmet Cy."
"""One character of two bytes, one of four and of two units of UTF-16."""


def copied(folder: Path) -> Path:
    """Return a file that marks what reader-1 did, and the text beside it."""
    file = folder / f"{NAME}.ann"
    shutil.copy(ROOT / "tests/brat" / file.name, file)
    text = ROOT / "tests/small/corpus/texts/released" / f"{NAME}.txt"
    shutil.copy(text, file.with_suffix(".txt"))
    return file


def read(ann: str, text: str = TEXT) -> tuple[Standoff, list[tuple[str, int]]]:
    found, faults = brat.read(ann.encode(), text)
    return found, [(fault.code, fault.line) for fault in faults]


# reading


def test_every_kind_of_line_is_read() -> None:
    ann = (
        "T1\tPER 5 7\tBo\n"
        "T2\tPER 12 14\tCy\n"
        "T3\tMeet 8 11\tmet\n"
        "T4\tBoth 5 7;12 14\tBo Cy\n"
        "R1\tKnows Arg1:T1 Arg2:T2\n"
        "E1\tMeet:T3 Who:T1 Whom:T2\n"
        "*\tEquiv T1 T2\n"
        "A1\tNegated E1\n"
        "M2\tLevel T1 high\n"
        "N1\tReference T1 Wikidata:Q1\tBo\n"
        "#1\tAnnotatorNotes T1\tA note.\n"
    )
    found, faults = read(ann)
    assert faults == []
    assert [one.spans for one in found.bounds][3] == ((5, 7), (12, 14))
    assert [one.targets for one in found.relations] == [
        ("T1", "T2"),
        ("T3", "T1", "T2"),
        ("T1", "T2"),
    ]
    assert [(a.label, a.targets, a.value) for a in found.attributes] == [
        ("Negated", ("E1",), ""),
        ("Level", ("T1",), "high"),
    ]
    (norm,) = found.norms
    assert (norm.label, norm.targets, norm.value) == ("Wikidata", ("T1",), "Q1")


@pytest.mark.parametrize(
    ("ann", "faults"),
    [
        ("T1 PER 5 7 Bo\n", [("BRT001", 1)]),
        ("T1\tPER 5 7\tBo\nT1\tPER 12 14\tCy\n", [("BRT002", 2)]),
        ("R1\tKnows Arg1:T1 Arg2:T2\n", [("BRT003", 1)]),
        ("A1\tNot E1\nE1\tMeet:T9\n", [("BRT003", 1), ("BRT003", 2)]),
        ("T1\tPER 7 5\tBo\n", [("BRT004", 1)]),
        ("T1\tPER 5 99\tBo\n", [("BRT004", 1)]),
        ("T1\tPER 5 7\tCy\n", [("BRT005", 1)]),
        ("\ufeffT1\tPER 5 7\tBo\r\n", []),
        ("T1\tPER 5 11\tBo met\n", []),  # a line break, written as a space
        ("", []),
    ],
)
def test_a_fault_is_named_with_its_line(ann: str, faults: list[Any]) -> None:
    assert read(ann)[1] == faults


@pytest.mark.parametrize(
    ("encoding", "width"), [("utf-8", 1), ("utf-16-le", 2)], ids=["bytes", "utf-16"]
)
def test_other_units_are_recognised_over_the_whole_file(
    encoding: str, width: int
) -> None:
    def at(place: int) -> int:
        return len(TEXT[:place].encode(encoding)) // width

    ann = f"T1\tPER {at(5)} {at(7)}\tBo\nT2\tPER {at(12)} {at(14)}\tCy\n"
    found, faults = read(ann)
    assert faults == [("BRT007", 1)]
    assert [one.spans for one in found.bounds] == [((5, 7),), ((12, 14),)]
    faults = read(ann + "T3\tPER 0 1\tCy\n")[1]  # which fits in no unit
    assert faults == [("BRT007", 1), ("BRT005", 3)]


def test_what_leads_to_a_line_with_a_fault_is_no_fault_of_its_own() -> None:
    ann = (
        "T1 PER 5 7 Bo\nA1\tCertain T1\nT2\tPER 14 12\tCy\nR1\tX a:T2 b:T9\nA2\tY T2\n"
    )
    found, faults = brat.read(ann.encode(), TEXT)
    assert found == Standoff()
    assert [(f.code, f.line) for f in faults] == [
        ("BRT001", 1),
        ("BRT004", 3),
        ("BRT003", 4),
    ]
    assert "There must be a tab after the id" in faults[0].message
    assert "T2 (14 12) is empty or ends before it starts" in faults[1].message
    assert "refers to T9," in faults[2].message


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    return copied(tmp_path)


def test_a_label_with_a_slip_is_shown_the_right_one(
    run: Callable[..., str], marked: Path
) -> None:
    words = marked.read_text("utf-8").replace(
        "\tmention_neutral", "\tmention_neutrl", 1
    )
    number = words[: words.index("neutrl")].count("\n") + 1
    marked.write_text(words, "utf-8")
    said = run(*brought(marked), code=1)
    assert f"{NAME}.ann:{number}: BRT006 error: T" in said
    assert "Did you mean \u2018mention_neutral\u2019?" in said
    assert "1 error, 0 warnings" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("R90\tsame_actor Arg1:{claim} Arg2:{claim}", "R90 refers to {claim}"),
        ("E90\tleads_to:{claim}", "E90 has no second argument"),
        ("A901\torigin T1 manual", "A901: T1 has the fields of the segment s01"),
        ("A900\tlink_certainty R1 unsure", "A900 refers to R1"),
        ("#900\tnote-claims R1\tA note.", "#900 refers to R1"),
        ("A902\tmodality A1 asserted", "A902 refers to A1"),
        ("R91\tconflicts_with Arg1:{claim} Arg2:T1", "R91 refers to T1"),
    ],
    ids=lambda value: value.split("\t")[0].split(" ")[0],
)
def test_what_means_nothing_is_refused_on_its_line(
    run: Callable[..., str], marked: Path, line: str, words: str
) -> None:
    whole = marked.read_text("utf-8")
    (claim,) = re.findall(r"^(T\d+)\tclaim_", whole, re.MULTILINE)[:1]
    number = whole.count("\n") + 1
    marked.write_text(f"{whole}{line.format(claim=claim)}\n", "utf-8")
    said = run(*brought(marked), code=1)
    assert f"{NAME}.ann:{number}: BRT010 error: {words.format(claim=claim)}" in said
    assert "1 error, 0 warnings" in said


def test_an_arrow_drawn_twice_is_no_second_chain(
    run: Callable[..., str], marked: Path
) -> None:
    words = marked.read_text("utf-8")
    arrow = next(line for line in words.splitlines() if "\tleads_to" in line)
    marked.write_text(f"{words}{arrow.replace('R', 'R99', 1)}\n", "utf-8")
    assert "repeats R" in run(*brought(marked), code=1)


def test_a_label_that_has_a_meaning_and_is_left_out_is_no_mapping(
    run: Callable[..., str], tmp_path: Path
) -> None:
    file, mapping = tmp_path / "a.ann", tmp_path / "map.json"
    file.write_text("", "utf-8")
    both = {"labels": {"PER": {"label": "mention_neutral"}}, "left_out": ["PER"]}
    mapping.write_text(json.dumps(both), "utf-8")
    said = run(*brought(file), "--mapping", str(mapping), code=2)
    assert "map.json: \u2018PER\u2019 is both in" in said


def test_lines_may_stand_before_what_they_refer_to() -> None:
    depth = 500
    chain = "".join(f"A{n}\tX A{n - 1}\n" for n in range(depth, 1, -1))
    found, faults = read(f"{chain}A1\tX T1  yes \nT1\tPER 5 7\tBo\nA0\tX A0\n")
    assert faults == [("BRT003", depth + 2)]
    assert len(found.attributes) == depth
    assert found.attributes[-1].value == "yes"


def test_what_is_no_utf_8_is_said() -> None:
    assert [f.code for f in brat.read(b"T1\tPER 0 1\t\xff", TEXT)[1]] == ["BRT001"]


@pytest.mark.skipif(not NOVELS, reason="the shared data are not here")
def test_litbank_is_read_to_the_last_line() -> None:
    dangling, n_bounds = [], 0
    for path in NOVELS:
        text = path.with_suffix(".txt").read_bytes().decode()
        found, faults = brat.read(path.read_bytes(), text)
        dangling += [(path.name, fault.code) for fault in faults]
        n_bounds += len(found.bounds)
        for bound in found.bounds:
            ((start, end),) = bound.spans
            assert text[start:end] == bound.value
        n_lines = len(path.read_text("utf-8").splitlines())
        assert sum(map(len, found)) + len(faults) == n_lines
    whole = "".join(path.read_text("utf-8") for path in NOVELS)
    assert n_bounds == len(re.findall(r"^T", whole, re.MULTILINE))
    assert {code for _, code in dangling} == {"BRT003"}
    assert len(dangling) == 5


# what files of other projects hold


@pytest.mark.parametrize("accent", ["\u00e9", "e\u0301"])
def test_another_unicode_form_is_taken_and_named(accent: str) -> None:
    text = "Zo{} left.".format("\u00e9" if len(accent) > 1 else "e\u0301")
    end = text.index(" ")
    found, faults = brat.read(f"T1\tPER 0 {end}\tZo{accent}\n".encode(), text)
    assert [f.code for f in faults] == ["BRT011"]
    assert "U+00E9" in faults[0].message
    assert "U+0301" in faults[0].message
    assert found.bounds[0].spans == ((0, end),)


def test_pieces_at_line_breaks_are_one_stretch_and_gaps_stay() -> None:
    found, faults = read("T1\tX 5 7;8 11\tBo met\nT2\tX 5 7;12 14\tBo Cy\n")
    assert faults == []
    assert [one.spans for one in found.bounds] == [((5, 11),), ((5, 7), (12, 14))]


@pytest.mark.parametrize("unit", ["utf-32-le", "utf-8", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks_of_another_copy_are_recognised(
    unit: str, end: str, mark: str
) -> None:
    plain = "Aé 😀 Bo\nmet Cy, Di\nand Bo."
    width = len("a".encode(unit))
    text = plain.replace("\n", "\n" if end == "\r\n" else "\r\n")
    copy = mark + plain.replace("\n", end)

    def at(words: str) -> str:
        start = len(copy[: copy.index(words)].encode(unit)) // width
        return f"{start} {start + len(words)}"

    ann = f"T1\tX {at('Cy')}\tCy\nT2\tX {at('Di')}\tDi\nT3\tX {at('and')}\tand\n"
    found, faults = brat.read(ann.encode(), text)
    assert [f.code for f in faults] == ["BRT007"]
    assert faults[0].message.startswith("All ")
    assert [text[slice(*b.spans[0])] for b in found.bounds] == ["Cy", "Di", "and"]


def test_a_long_quote_shows_where_it_differs_and_that_it_breaks_off() -> None:
    text = (
        "The old wooden bridge near the long mill of the town fell over into the river."
    )
    ann = f"T1\tX 0 {len(text)}\t{text[:62].rstrip()}\n{text[62:].strip()}\n"
    faults = brat.read(ann.encode(), text)[1]
    assert [(f.code, f.line) for f in faults] == [("BRT005", 1), ("BRT001", 2)]
    assert "The line is cut off" in faults[0].message
    changed = text.replace("river", "rivet")
    (fault,) = brat.read(f"T1\tX 0 {len(text)}\t{changed}\n".encode(), text)[1]
    assert "rivet.\u2019" in fault.message
    assert "river.\u2019" in fault.message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_file_and_mapping_may_have_a_byte_order_mark(
    run: Callable[..., str], tmp_path: Path, encoding: str
) -> None:
    file, mapping = tmp_path / "x.ann", tmp_path / "map.json"
    file.write_text("T1\tPER 292 301\tthree men\n", encoding)
    rule = {"label": "mention_neutral", "kind": "person"}
    meaning = {"labels": {"PER": rule}, "segment": {"coverage_actor": "partial"}}
    mapping.write_text(json.dumps(meaning), encoding)
    assert "wrote" in run(*brought(file), "--mapping", str(mapping))


@pytest.fixture
def told(run: Callable[..., str], small: Path, tmp_path: Path) -> Callable[..., Any]:
    """Import a text of one segment and lines about it; return what was said, the set."""

    def call(text: str, lines: list[str], code: int = 0, **more: Any) -> Any:
        words, file, mapping = (tmp_path / n for n in ("d.txt", "d.ann", "map.json"))
        words.write_text(text, "utf-8")
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        rule = {"label": "mention_neutral", "kind": "unspecified"}
        meaning = {"labels": {"X": rule}, "segment": {"coverage_actor": "full"}}
        mapping.write_text(json.dumps(meaning | more), "utf-8")
        run("add", str(words), "--id", "d", "--publisher", "ysse_courier")
        apply(small, {"file": "corpus/documents/d.json", "set": {"/panel": "small"}})
        arguments = ("--document", "d", "--annotator", "pat", "--texts", str(tmp_path))
        command = ("import", "brat", str(file), *arguments, "--mapping", str(mapping))
        said = run(*command, code=code)
        path = "annotations/d/pat.json"
        there = (small / path).exists()
        return said, Checkout(small).record(path, "annotation-set") if there else None

    return call


def marks(text: str, names: list[str]) -> list[str]:
    lines, at = [], 0
    for n, name in enumerate(names, 1):
        at = text.index(name, at)
        lines.append(f"T{n}\tX {at} {at + len(name)}\t{name}")
        at += len(name)
    return lines


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ока Вель", "words-[0-9a-f]{8}"),
        ("\u0645\u064a\u0631\u0627", "words-[0-9a-f]{8}"),
        ("Łodz Bøk", "lodz-bok"),
        (
            "Office of Roads and Bridges of Ysse",
            "office-of-roads-and-bridges-[0-9a-f]{8}",
        ),
    ],
)
def test_the_same_words_are_one_actor(
    told: Callable[..., Any], name: str, slug: str
) -> None:
    other = f"{name} Ter"
    text = f"A headline\n{name} came. Later {name} left, and {other} stayed.\n"
    said, record = told(text, marks(text, [name, name, other]))
    assert "ACT004" not in said
    first, second, third = (m.actors for m in record.segments[0].mentions)
    assert first == second != third
    assert re.fullmatch(f"NIL:{slug}", first[0])


def test_an_event_stands_for_its_words_or_is_mapped_apart(
    told: Callable[..., Any],
) -> None:
    text = "A headline\nOka met Vel there.\n"
    lines = [*marks(text, ["Oka", "met"]), "E1\tX:T2 Who:T1", "A1\tform E1 nominal"]
    said, record = told(text, lines)
    assert "\u2018X (arguments)\u2019 was skipped once." in said
    assert record.segments[0].mentions[1].form == "nominal"


def test_an_event_can_be_left_out_and_its_words_kept(told: Callable[..., Any]) -> None:
    text = "A headline\nOka met Vel there.\n"
    lines = [*marks(text, ["Oka", "met"]), "E1\tX:T2 Who:T1"]
    said, record = told(text, lines, events={"X": None})
    assert "\u2018X\u2019 was skipped once." in said
    assert len(record.segments[0].mentions) == 2


def test_words_can_be_left_out_by_their_own_list(told: Callable[..., Any]) -> None:
    text = "A headline\nOka met Vel there.\n"
    said, record = told(
        text, [*marks(text, ["Oka"]), "T9\tY 15 18\tmet"], words={"Y": None}
    )
    assert "\u2018Y\u2019 was skipped once." in said
    assert len(record.segments[0].mentions) == 1


def test_a_text_that_was_read_and_holds_nothing(told: Callable[..., Any]) -> None:
    said, record = told("A headline\nIt rained.\n", [], unmarked_was_read=True)
    assert " 0 errors" in f" {said}"
    assert [s.coverage.actor for s in record.segments] == ["full"]
    assert record.segments[0].mentions == ()


def test_an_empty_file_says_what_to_add(told: Callable[..., Any]) -> None:
    said, record = told("A headline\nIt rained.\n", [], code=1)
    assert '"unmarked_was_read": true' in said
    assert record is None


def test_too_many_new_actors_are_counted(told: Callable[..., Any]) -> None:
    names = [f"Vel{n}x" for n in range(501)]
    text = "A headline\n" + " ran. ".join(names) + " ran.\n"
    said, record = told(text, marks(text, names), code=1)
    assert "has 501 actors that are not in the registry; the maximum is 500" in said
    assert record is None


def test_words_that_a_page_ran_together_are_a_warning(
    told: Callable[..., Any],
) -> None:
    text = "A headline\nPosted by Oka VelMarch 3, BKRNews.\n"
    said, _ = told(text, marks(text, ["Oka Vel", "BKR"]))
    assert said.count("SPN005 warning") == 2
    assert "0 errors" in said


def test_a_word_that_is_cut_is_still_an_error(told: Callable[..., Any]) -> None:
    text = "A headline\nOka Velmarch came.\n"
    assert "SPN004 error" in told(text, marks(text, ["Oka Vel"]), code=1)[0]


# the commands


@pytest.fixture
def run(small: Path) -> Callable[..., str]:
    register(small, "pat")

    def call(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli, [*arguments, "--root", str(small)])
        assert result.exit_code == code, result.output
        return result.output

    return call


def brought(file: Path) -> tuple[str, ...]:
    return ("import", "brat", str(file), "--document", NAME, "--annotator", "pat")


def test_a_file_is_imported_and_judged(
    run: Callable[..., str], small: Path, tmp_path: Path
) -> None:
    file = copied(tmp_path)
    said = run(*brought(file), "--created", "2031-05-30")
    assert f"wrote annotations/{NAME}/pat.json: by pat (human), role annotator" in said
    assert "ANN009 warning: All 7 claim sentences" in said  # which is true
    assert "0 errors, 1 warning" in said
    checkout = Checkout(small)
    record = checkout.record(f"annotations/{NAME}/pat.json", "annotation-set")
    assert (record.created, record.tool) == ("2031-05-30T00:00:00Z", "brat")
    assert bare(record, checkout) == bare(
        checkout.record(READER, "annotation-set"), checkout
    )
    assert "use --replace to replace it" in run(*brought(file), code=2)


def test_a_set_with_an_error_is_not_written_and_the_old_one_stays(
    run: Callable[..., str], small: Path, tmp_path: Path
) -> None:
    file = copied(tmp_path)
    run(*brought(file))
    before = (small / f"annotations/{NAME}/pat.json").read_bytes()
    lines = file.read_text("utf-8").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if "\tmention_" in line)
    name, place, words = lines[number].split("\t")
    label, start, end = place.split(" ")
    lines[number] = f"{name}\t{label} {start} {int(end) - 1}\t{words[:-2]}\n"
    file.write_text("".join(lines), "utf-8")
    said = run(*brought(file), "--replace", code=1)
    assert f"{NAME}.ann:{number + 1}: SPN004 error" in said
    assert "nothing was written" in said
    assert (small / f"annotations/{NAME}/pat.json").read_bytes() == before


def test_a_name_made_of_marked_words_is_short(
    run: Callable[..., str], small: Path, tmp_path: Path
) -> None:
    text = (small / f"corpus/texts/released/{NAME}.txt").read_text("utf-8")
    words = re.search(r"(\w+ ){9}\w+", text)
    assert words is not None
    file = tmp_path / "long.ann"
    file.write_text(
        f"T1\tPER {words.start()} {words.end()}\t{words.group()}\n", "utf-8"
    )
    rule = {"label": "mention_neutral", "kind": "person"}
    meaning = {"labels": {"PER": rule}, "segment": {"coverage_actor": "partial"}}
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps(meaning), "utf-8")
    run(*brought(file), "--mapping", str(mapping))
    record = Checkout(small).record(f"annotations/{NAME}/pat.json", "annotation-set")
    (actor,) = record.nil
    few = "-".join(words.group().lower().split()[:5])
    assert re.fullmatch(f"NIL:{few}-[0-9a-f]{{8}}", actor.id)


def test_a_text_that_was_edited_is_said(
    run: Callable[..., str], tmp_path: Path
) -> None:
    file = copied(tmp_path)
    text = file.with_suffix(".txt")
    whole = text.read_text("utf-8")
    text.write_text(whole.replace("mill", "farm", 1), "utf-8")
    said = run(*brought(file), code=1)
    assert f"BRT008 error: {NAME}.txt is not the text of the document" in said
    text.write_bytes(whole.replace("\n", "\r\n").encode())
    said = run(*brought(file))
    assert f"BRT011 warning: {NAME}.txt differs from the text" in said
    assert "wrote annotations" in said


def test_a_mapping_that_is_none_is_said(
    run: Callable[..., str], tmp_path: Path
) -> None:
    file, mapping = tmp_path / "x.ann", tmp_path / "map.json"
    file.write_text("", "utf-8")
    for content in ("{", '{"label": {}}', '{"labels": {"PER": 1}}'):
        mapping.write_text(content, "utf-8")
        said = run(*brought(file), "--mapping", str(mapping), code=2)
        assert "map.json" in said.splitlines()[-1]


# other projects


def mapping_of_the_page() -> dict[str, Any]:
    page = (ROOT / "docs/brat.md").read_text("utf-8")
    found: dict[str, Any] = json.loads(
        page.partition("```json\n")[2].partition("```")[0]
    )
    return found


def test_the_mapping_of_the_page_reads_a_file(
    run: Callable[..., str], small: Path, tmp_path: Path
) -> None:
    text = (small / f"corpus/texts/released/{NAME}.txt").read_text("utf-8")

    def place(words: str, nth: int = 0) -> str:
        start = -1
        for _ in range(nth + 1):
            start = text.index(words, start + 1)
        return f"{start} {start + len(words)}\t{words}"

    lines = [
        f"T1\tPER {place('Mira Tolz of Veltria')}",
        f"T2\tGPE {place('Veltria')}",  # inside of T1
        f"T3\tPER {place('Tolz', 1)}",
        f"T4\tEVENT {place('shelled')}",
        f"T5\tPER {place('The group')}",
        "R1\tCoref Arg1:T1 Arg2:T3",
        "R2\tCoref Arg1:T5 Arg2:T9",
        "A1\tCertainty T5 low",
        "N1\tReference T5 Wikidata:oskadar_league\tOskadar League",
        "#1\tAnnotatorNotes T3\tA note.",
    ]
    file, mapping = tmp_path / "novel.ann", tmp_path / "map.json"
    file.write_text("\n".join(lines), "utf-8")
    mapping.write_text(json.dumps(mapping_of_the_page()), "utf-8")
    said = run(*brought(file), "--mapping", str(mapping))
    assert "novel.ann:7: BRT003 warning: R2 refers to T9" in said
    for what in ("AnnotatorNotes", "EVENT", "inside another mention"):
        assert f"\u2018{what}\u2019 was skipped once." in said
    record = Checkout(small).record(f"annotations/{NAME}/pat.json", "annotation-set")
    mentions = record.segments[0].mentions
    assert [m.actors for m in mentions] == [
        ("NIL:mira-tolz-of-veltria",),
        ("oskadar_league",),
        ("NIL:mira-tolz-of-veltria",),
    ]
    assert mentions[1].link_certainty == "unsure"
    assert record.segments[0].coverage.actor == "partial"


@pytest.mark.parametrize(
    ("more", "mapping"),
    [
        (["T2\tPER 303 307\tTolz", "A1\tid T1 m01", "A2\tid T2 m01"], {}),
        (["A1\tid T1 m01", "A2\tid T1 m02"], {}),
        (["T2\tPER 303 307\tTolz", "R1\tKnows Arg1:T1 Arg2:T2"], {"Knows": "foo"}),
        (["T2\tPER 303 307\tTolz", "R1\tleads_to Arg1:T1 Arg2:T2"], {}),
        (["E1\tPER:T1", "A1\tWhatIsThis E1 high"], {}),
        (["T2\tORG 244 253\tMira Tolz"], {"ORG": "armed_group"}),
        (["A1\tform T1 name", "A2\tform T1 nominal"], {}),
    ],
)
def test_nothing_is_lost_without_a_word(
    run: Callable[..., str], tmp_path: Path, more: list[str], mapping: dict[str, str]
) -> None:
    file, page = tmp_path / "novel.ann", tmp_path / "map.json"
    file.write_text("\n".join(["T1\tPER 244 253\tMira Tolz", *more]), "utf-8")
    rules: dict[str, Any] = {"PER": {"label": "mention_neutral", "kind": "person"}}
    for label, becomes in mapping.items():
        rules[label] = {"label": becomes}
        if label == "ORG":
            rules[label] = {"label": "mention_neutral", "kind": becomes}
    meaning = {"labels": rules, "segment": {"coverage_actor": "full"}}
    page.write_text(json.dumps(meaning), "utf-8")
    said = run(*brought(file), "--mapping", str(page), code=1)
    assert "BRT006 error" in said or "BRT010 error" in said
    assert "wrote" not in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("T900\tevidence 128 135\tshelled\n", "no arrow leads to it"),
        ("T900\talso_at 128 135\tshelled\n", "no arrow leads to it"),
        ("T900\tsource_media 128 135\tshelled\n", "no arrow leads to it"),
        ("A900\tmodality {claim} denied\n", "\u2018modality\u2019"),
        ("#900\tnormalised {claim}\tAnother sentence.\n", "\u2018normalised\u2019"),
        ("R900\tleads_to Arg1:{claim} Arg2:{claim}\n", "{claim}"),
    ],
)
def test_what_is_added_by_hand_is_taken_or_named(
    run: Callable[..., str], tmp_path: Path, change: str, says: str
) -> None:
    file = copied(tmp_path)
    whole = file.read_text("utf-8")
    found = re.search(r"^(T\d+)\tclaim_", whole, re.MULTILINE)
    assert found is not None
    claim = found.group(1)
    file.write_text(whole + change.replace("{claim}", claim), "utf-8")
    said = run(*brought(file), code=1)
    assert "BRT010 error" in said
    assert says.replace("{claim}", "c01") in said
    assert "wrote" not in said


@pytest.mark.parametrize("value", ["", " bogus"])
def test_an_origin_is_one_of_a_few(
    run: Callable[..., str], tmp_path: Path, value: str
) -> None:
    file = copied(tmp_path)
    whole = file.read_text("utf-8")
    found = re.search(r"^(T\d+)\tmention_", whole, re.MULTILINE)
    assert found is not None
    file.write_text(f"{whole}A999\torigin {found.group(1)}{value}\n", "utf-8")
    said = run(*brought(file), code=1)
    assert "BRT010 error: A999: \u2018" in said
    assert "is not an allowed origin. Allowed: manual, suggestion_" in said


@pytest.mark.parametrize("first", [True, False])
def test_no_piece_of_a_claim_takes_the_name_of_another(
    run: Callable[..., str], tmp_path: Path, first: bool
) -> None:
    file = copied(tmp_path)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    claims = [line for line in lines if "\tclaim_" in line]
    (number, whole), other = claims[0].split("\t", 1), claims[1].split("\t")[0]
    label, start, end = whole.split("\t")[0].split(" ")
    words = whole.split("\t")[1].strip()
    first_gap = words.index(" ")
    gap = words.index(" ", first_gap + 1)
    at = int(start)
    places = f"{label} {start} {at + first_gap};{at + gap + 1} {end}"
    words = words[:first_gap] + words[gap:]
    lines[lines.index(claims[0])] = f"{number}\t{places}\t{words}\n"
    lines = [x for x in lines if not re.match(rf"A\d+\tid {other} ", x)]
    named = next(x for x in lines if re.match(rf"A\d+\tid {number} ", x))
    name = named.split(" ")[-1].strip()
    lines.append(f"A998\tid {other} {name}-2\n")
    if not first:
        moved = next(x for x in lines if x.startswith(f"{other}\t"))
        lines.remove(moved)
        lines.insert(0, moved)
    file.write_text("".join(lines), "utf-8")
    said = run(*brought(file), code=1)
    assert f"has the id \u2018{name}-2\u2019, which is already used" in said


def test_a_source_with_a_gap_is_named(run: Callable[..., str], tmp_path: Path) -> None:
    file = copied(tmp_path)
    whole = file.read_text("utf-8")
    pattern = r"(T\d+\tsource_\w+) 235 264\t.*"
    gap, n_changed = re.subn(pattern, r"\1 235 243;254 264\tminister of Veltria", whole)
    assert n_changed == 1
    file.write_text(gap, "utf-8")
    assert "BRT010 error" in run(*brought(file), code=1)


def test_the_version_of_the_guidelines_is_kept_where_it_is_said(
    run: Callable[..., str], small: Path, tmp_path: Path
) -> None:
    file = copied(tmp_path)
    run(*brought(file), "--guidelines", "0.0")
    record = Checkout(small).record(f"annotations/{NAME}/pat.json", "annotation-set")
    assert record.guidelines == "0.0"


def mark_to_the_end_of_the_word(file: Path, number: int, text: str) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    name, place, _ = lines[number - 1].split("\t")
    label, start, end = place.split(" ")
    last = int(end)
    while text[last].isalnum():
        last += 1
    words = text[int(start) : last]
    lines[number - 1] = f"{name}\t{label} {start} {last}\t{words}\n"
    file.write_text("".join(lines), "utf-8")


@pytest.mark.skipif(not NOVELS, reason="the shared data are not here")
@pytest.mark.parametrize(("layer", "code"), [("entities", 1), ("coref", 0)])
def test_a_novel_of_litbank_becomes_a_set(
    run: Callable[..., str], small: Path, tmp_path: Path, layer: str, code: int
) -> None:
    original = next((LITBANK / layer / "brat").glob("158_emma*.ann"))
    source = tmp_path / "emma.ann"
    shutil.copy(original, source)
    text = tmp_path / "emma.txt"
    shutil.copy(original.with_suffix(".txt"), text)
    run("add", str(text), "--id", "emma", "--publisher", "ysse_courier")
    apply(small, {"file": "corpus/documents/emma.json", "set": {"/panel": "small"}})
    whole = text.read_bytes().decode()
    novel, faults = brat.read(source.read_bytes(), whole)
    rule = {"label": "mention_neutral", "kind": "unspecified"}
    meaning = {
        "labels": dict.fromkeys((bound.label for bound in novel.bounds), rule),
        "left_out": sorted({relation.label for relation in novel.relations}),
        "segment": {"coverage_actor": "partial"},
        "keep_outermost": True,
    }
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps(meaning), "utf-8")
    arguments = ("--document", "emma", "--annotator", "pat", "--mapping", str(mapping))
    command = ("import", "brat", str(source), *arguments, "--texts", str(tmp_path))
    said = run(*command, code=code)
    assert said.count("BRT003 warning") == len(faults)
    # One place of the novel is marked up to the first letter of a word.
    assert said.count("SPN004 error") == said.count(" error: ") == code
    if code:
        assert not (small / "annotations/emma/pat.json").exists()
        (line,) = re.findall(r"^emma\.ann:(\d+): SPN004", said, re.MULTILINE)
        mark_to_the_end_of_the_word(source, int(line), whole)
        run(*command)
        novel, _ = brat.read(source.read_bytes(), whole)
    record = Checkout(small).record("annotations/emma/pat.json", "annotation-set")
    places = [(m.start, m.end) for m in record.segments[0].mentions]
    assert len(places) > 100
    quotes = {bound.spans[0]: bound.value for bound in novel.bounds}
    assert all(whole[slice(*place)] == quotes[place] for place in places)
