"""Sets written with quotes become sets with offsets, or findings."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from standpoint.checks.run import check_corpus
from standpoint.cli import cli
from standpoint.formats import quoted
from standpoint.formats.importer import ImportStop, bring_quoted
from standpoint.records import canonical, record_file, text
from standpoint.records.checkout import Checkout
from standpoint.records.findings import VALUE_DIGITS, Finding
from standpoint.records.model import AnnotationSet, Document
from standpoint.records.record_file import RawFile
from standpoint.records.schema import Schemas
from tests.conftest import apply

FOLDER = "annotations/small-bridge-2031"
SMALL = Path(__file__).parent / "small"
TEXT = (SMALL / "corpus/texts/released/small-bridge-2031.txt").read_bytes().decode()
SCHEMAS = Schemas(Path(__file__).parents[1] / "schema")
FULL = {"actor": "full", "claim": "none", "stance": "none", "panel": "none"}

Bring = Callable[..., tuple[str | None, list[Finding]]]


def quoted_set(*spans: dict[str, Any], segment: str = "s01") -> dict[str, Any]:
    """Return a quoted set with one mention for each span, and no key more than needed."""
    mentions = [
        {"id": f"m{n:02}", "actors": ["oskadar_league"], "naming": "neutral"} | span
        for n, span in enumerate(spans, 1)
    ]
    return {
        "schema": "1",
        "document": "small-bridge-2031",
        "annotator": "reader-1",
        "role": "annotator",
        "guidelines": "0.1",
        "tool": "by hand",
        "created": "2031-05-12T09:00:00Z",
        "segments": [{"segment": segment, "coverage": FULL, "mentions": mentions}],
    }


@pytest.fixture
def bring(small: Path) -> Bring:
    """A function that imports a quoted set."""

    def run(data: Any, *, replace: bool = True) -> tuple[str | None, list[Finding]]:
        file = small.parent / "quoted.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        return bring_quoted(Checkout(small), file, replace=replace)

    return run


def written(small: Path, path: str | None) -> AnnotationSet:
    """Read the set that was written, and see that it is canonical."""
    assert path == f"{FOLDER}/reader-1.json"
    data = (small / path).read_bytes()
    record = msgspec.json.decode(data, type=AnnotationSet)
    assert canonical.encode(record) == data
    return record


def words_of(record: AnnotationSet) -> list[str]:
    return [
        TEXT[mention.start : mention.end]
        for segment in record.segments
        for mention in segment.mentions
    ]


def refused(bring: Bring, span: dict[str, Any], segment: str = "s01") -> Finding:
    path, findings = bring(quoted_set(span, segment=segment))
    (finding,) = findings
    assert path is None
    assert finding.path == "quoted.json"
    return finding


def test_a_quote_becomes_offsets_and_a_digest(bring: Bring, small: Path) -> None:
    record = written(small, bring(quoted_set({"quote": "Oskadar League"}))[0])
    (mention,) = record.segments[0].mentions
    start = TEXT.index("Oskadar League")
    assert (mention.start, mention.end) == (start, start + 14)
    assert mention.digest == text.span_digest(TEXT, start, start + 14)


def test_what_was_imported_is_judged_silently(bring: Bring, small: Path) -> None:
    data = quoted_set({"quote": "Oskadar League"}, {"quote": "The League", "nth": 2})
    written(small, bring(data)[0])
    assert check_corpus(Checkout(small)).findings == []


def test_a_set_with_an_error_is_not_written_and_the_old_one_stays(
    bring: Bring, small: Path
) -> None:
    data = quoted_set({"quote": "Oskadar League"})
    path, _ = bring(data)
    before = (small / str(path)).read_bytes()
    data["segments"][0]["mentions"][0]["actors"] = ["nobody_known"]
    path, (finding,) = bring(data)
    assert path is None
    assert finding.code == "ACT001"
    # On its line of the file that was given, which is all on one line.
    assert (finding.path, finding.line) == ("quoted.json", 1)
    assert finding.column > 1
    assert (small / f"{FOLDER}/reader-1.json").read_bytes() == before


def test_what_is_wrong_elsewhere_is_named_there(bring: Bring, small: Path) -> None:
    file = small / "corpus/actors.json"
    words = file.read_text("utf-8").replace('"kind": "person"', '"kind": "nokind"', 1)
    file.write_text(words, "utf-8")
    path, findings = bring(quoted_set({"quote": "Oskadar League"}))
    assert path is None
    assert {(f.code, f.path) for f in findings} == {("FMT005", "corpus/actors.json")}


def test_a_set_that_mends_what_was_accepted_is_written(
    bring: Bring, small: Path
) -> None:
    path, _ = bring(quoted_set({"quote": "Oskadar League"}))
    entry = {"code": "CLM003", "path": path, "place": "/", "value": ""}
    entry |= {"reason": "Known.", "owner": "maintainers", "expires": "2031-12-31"}
    known = {"schema": "1", "accepted": [entry]}
    (small / "corpus/accepted.json").write_text(json.dumps(known, indent=2) + "\n")
    path, findings = bring(quoted_set({"quote": "Oskadar League"}))
    assert path is not None
    assert {(f.code, f.path) for f in findings} >= {("ACC002", "corpus/accepted.json")}


def test_nth_chooses_a_place(bring: Bring, small: Path) -> None:
    spans = [{"quote": "The League", "nth": nth} for nth in (1, 2)]
    record = written(small, bring(quoted_set(*spans))[0])
    first = TEXT.index("The League")
    starts = [mention.start for mention in record.segments[0].mentions]
    assert starts == [first, TEXT.index("The League", first + 1)]


def test_the_context_chooses_a_place(bring: Bring, small: Path) -> None:
    span = {"context": "holds. [[The League]] denied"}
    record = written(small, bring(quoted_set(span))[0])
    assert words_of(record) == ["The League"]
    assert record.segments[0].mentions[0].start == TEXT.rindex("The League")


def test_places_are_counted_within_the_segment(bring: Bring, small: Path) -> None:
    data = quoted_set({"quote": "Veltria"}, segment="s02")
    record = written(small, bring(data)[0])
    assert record.segments[0].mentions[0].start == TEXT.rindex("Veltria")


def test_an_emoji_counts_as_one_character(bring: Bring, small: Path) -> None:
    spans = [{"quote": "\U0001f620"}, {"quote": "Tolz"}]
    record = written(small, bring(quoted_set(*spans, segment="s02"))[0])
    assert words_of(record) == ["\U0001f620", "Tolz"]
    emoji, name = record.segments[0].mentions
    assert emoji.end - emoji.start == 1
    assert name.start == TEXT.rindex("Tolz")


def test_an_absent_quote_is_named(bring: Bring) -> None:
    finding = refused(bring, {"quote": "the Oskadar Fleet"})
    assert (finding.code, finding.pointer) == ("QUO001", "/segments/0/mentions/0")
    assert "the Oskadar Fleet" in finding.message
    assert "writes it" not in finding.message


@pytest.mark.parametrize(
    ("near", "differs"),
    [
        (
            '"The League broke',
            "left double quotation mark (U+201C) where the quote has",
        ),
        ("\u00abThe League broke", "left double quotation mark (U+201C) where"),
        ("\u201cThe\u00a0League broke", "space (U+0020) where the quote has no-break"),
        ("\u201cThe  League\nbroke", "a different amount of white space"),
    ],
)
def test_a_near_miss_shows_how_the_text_writes_it(
    near: str, differs: str, bring: Bring
) -> None:
    finding = refused(bring, {"quote": near})
    assert finding.code == "QUO001"
    assert "[\u201cThe League broke] the truce" in finding.message
    assert f", with {differs}" in finding.message


@pytest.mark.parametrize(
    ("quote", "meant"),
    [
        ("Mira Tols of Veltria", "[Mira Tolz of Veltria]"),
        ("minster Mira Tolz", "[minister Mira Tolz]"),
        ("the old stonee bridge near", "[the old stone bridge near]"),
        (
            "shelled [[the old stome bridge]] near",
            "[shelled the old stone bridge near]",
        ),
    ],
)
def test_misspelt_words_show_what_may_be_meant(
    quote: str, meant: str, bring: Bring
) -> None:
    key = "context" if "[[" in quote else "quote"
    finding = refused(bring, {key: quote})
    assert finding.code == "QUO001"
    assert "Did you mean \u2026" in finding.message
    assert meant in finding.message


@pytest.mark.parametrize(
    "quote", ["Mira Tolt of Velteria, an", "Tolt", "a+b)*[c", "\0" * 9]
)
def test_other_words_are_not_taken_for_misspelt_ones(quote: str, bring: Bring) -> None:
    assert "Did you mean" not in refused(bring, {"quote": quote}).message


def test_a_file_in_which_nothing_is_right_does_not_take_long(bring: Bring) -> None:
    wrong = [{"quote": "Mira Tolx"}] * 500
    messages = [finding.message for finding in bring(quoted_set(*wrong))[1]]
    assert len(messages) == len(wrong)
    hinted = ["Did you mean" in message for message in messages]
    assert hinted[: quoted.MAX_SOUGHT] == [True] * quoted.MAX_SOUGHT
    assert not any(hinted[quoted.MAX_SOUGHT :])


def test_an_ambiguous_quote_lists_its_places(bring: Bring) -> None:
    finding = refused(bring, {"quote": "The League"})
    assert finding.code == "QUO002"
    assert "occurs 2 times" in finding.message
    assert "1: \u2026" in finding.message
    assert "[The League] broke the truce" in finding.message
    assert "[The League] denied" in finding.message


def test_many_places_are_listed_in_part(bring: Bring) -> None:
    message = refused(bring, {"quote": "e"}).message
    assert message.count("[e]") == quoted.MAX_CANDIDATES
    assert message.endswith("...")


@pytest.mark.parametrize("nth", [0, -1, 3, 10**12])
def test_a_place_beyond_the_last_is_named(nth: int, bring: Bring) -> None:
    finding = refused(bring, {"quote": "The League", "nth": nth})
    assert finding.code == "QUO003"
    assert f"\u2018nth\u2019 is {nth}, but" in finding.message


@pytest.mark.parametrize("quote", ["", " "])
def test_an_empty_quote_is_no_place(quote: str, bring: Bring) -> None:
    assert refused(bring, {"quote": quote}).code in {"QUO001", "QUO002"}


def test_every_quote_that_fails_is_named_at_once(bring: Bring) -> None:
    spans = [{"quote": "nowhere"}, {"quote": "The League"}, {"quote": "Mira Tolz"}]
    found = [(f.code, f.pointer) for f in bring(quoted_set(*spans))[1]]
    assert found == [
        ("QUO001", "/segments/0/mentions/0"),
        ("QUO002", "/segments/0/mentions/1"),
    ]


def test_a_finding_names_the_line_in_the_quoted_file(small: Path) -> None:
    file = small.parent / "quoted.json"
    data = quoted_set({"quote": "Mira Tolz"}, {"quote": "nowhere"})
    lines = json.dumps(data, indent=1).split("\n")
    file.write_text("\n".join(lines), encoding="utf-8")
    (finding,) = bring_quoted(Checkout(small), file, replace=True)[1]
    assert lines[finding.line - 1].strip() == "{"
    assert '"nowhere"' in "\n".join(lines[finding.line :])
    assert '"nowhere"' not in "\n".join(lines[: finding.line])


def test_what_may_be_left_out_is_filled_in(bring: Bring, small: Path) -> None:
    record = written(small, bring(quoted_set({"quote": "Mira Tolz"}))[0])
    document = msgspec.json.decode(
        (SMALL / "corpus/documents/small-bridge-2031.json").read_bytes(), type=Document
    )
    segment = record.segments[0]
    mention = segment.mentions[0]
    assert record.text_sha256 == document.text.sha256
    assert (record.lead_time_s, record.saw_suggestions, record.nil) == (None, False, ())
    assert (mention.form, mention.link_certainty) == (None, None)
    assert mention.origin == "manual"
    assert (segment.claims, segment.panel, segment.note) == ((), {}, None)


def test_what_may_not_be_left_out_is_named(bring: Bring) -> None:
    data = quoted_set({"quote": "Mira Tolz"})
    del data["segments"][0]["mentions"][0]["naming"]
    path, findings = bring(data)
    assert path is None
    assert [(f.code, f.pointer) for f in findings] == [
        ("FMT005", "/segments/0/mentions/0")
    ]
    assert "naming" in findings[0].message


def test_a_wrong_label_is_named_where_it_stands(bring: Bring) -> None:
    data = quoted_set({"quote": "Mira Tolz", "naming": "neutrl"})
    path, findings = bring(data)
    assert path is None
    assert [(f.code, f.pointer) for f in findings] == [
        ("FMT005", "/segments/0/mentions/0/naming")
    ]


def claimed(**keys: Any) -> dict[str, Any]:
    """Return a quoted set with one claim."""
    data = quoted_set()
    claim = {
        "id": "c01",
        "spans": [{"quote": "shelled the old stone bridge near the mill on Sunday"}],
        "claim_type": "event",
        "normalised": "The League fired on it.",
        "modality": "asserted",
        "checkworthy": "yes",
    }
    segment = data["segments"][0]
    segment["coverage"] = {**FULL, "actor": "none", "claim": "partial"}
    segment["claims"] = [{k: v for k, v in (claim | keys).items() if v is not None}]
    return data


@pytest.mark.parametrize(
    ("keys", "where", "says"),
    [
        ({"spans": None, "quote": "Mira Tolz"}, "", "A quote is not allowed here"),
        ({"spans": {"quote": "Mira Tolz"}}, "/spans", 'must be in a list: [{"quote"'),
        (
            {"spans": ["Mira Tolz"]},
            "/spans/0",
            'Words of the text are written {"quote"',
        ),
        ({"spans": [{"nth": 1}]}, "/spans/0", "The quote is missing"),
    ],
)
def test_a_quote_in_a_wrong_place_is_spoken_of_as_a_quote(
    keys: dict[str, Any], where: str, says: str, bring: Bring
) -> None:
    path, findings = bring(claimed(**keys))
    assert path is None
    pointer = f"/segments/0/claims/0{where}"
    assert any(says in f.message for f in findings if f.pointer == pointer)
    assert not any("digest" in f.message for f in findings)


def test_a_set_that_is_there_is_not_replaced_unasked(bring: Bring, small: Path) -> None:
    before = (small / FOLDER / "reader-1.json").read_bytes()
    with pytest.raises(ImportStop, match="already exists; use --replace to replace it"):
        bring(quoted_set({"quote": "Mira Tolz"}), replace=False)
    assert (small / FOLDER / "reader-1.json").read_bytes() == before


def test_a_new_set_is_written_unasked(bring: Bring, small: Path) -> None:
    (small / FOLDER / "reader-1.json").unlink()
    path, findings = bring(quoted_set({"quote": "Mira Tolz"}), replace=False)
    assert findings == []
    assert words_of(written(small, path)) == ["Mira Tolz"]


def test_nothing_is_written_where_anything_is_found(bring: Bring, small: Path) -> None:
    folder = small / "annotations"
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    refused(bring, {"quote": "nowhere"})
    refused(bring, {"quote": "Mira Tolz", "naming": "neutrl"})
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_an_annotator_who_is_accepted_unregistered_can_import(
    bring: Bring, small: Path
) -> None:
    entry = {
        "code": "ANN001",
        "path": f"{FOLDER}/newbie.json",
        "place": "/annotator",
        "value": text.sha256(canonical.encode("newbie"))[:VALUE_DIGITS],
        "reason": "For the test.",
        "owner": "reader-1",
        "expires": "2099-01-01",
    }
    accepted = {"schema": "1", "accepted": [entry]}
    words = json.dumps(accepted, indent=2) + "\n"
    apply(small, {"file": "corpus/accepted.json", "write": words})
    bring(quoted_set({"quote": "Mira Tolz"}), replace=True)
    data = quoted_set({"quote": "Mira Tolz"}) | {"annotator": "newbie"}
    file = small.parent / "quoted.json"
    file.write_text(json.dumps(data), "utf-8")
    result = CliRunner().invoke(
        cli, ["import", "quoted", str(file), "--root", str(small)]
    )
    assert result.exit_code == 0, result.output
    assert "by newbie (not registered), role annotator" in result.output


def test_decisions_on_a_set_that_is_replaced_are_judged(
    bring: Bring, small: Path
) -> None:
    case = Path(__file__).parent / "cases/ADJ001-added-with-a-source.json"
    decisions = f"{FOLDER}/adjudicated.json"
    decision = "/segments/0/mentions/0/adjudication/decision"
    mended = {"file": decisions, "set": {decision: "chosen"}}
    for edit in (*json.loads(case.read_bytes())["edits"], mended):
        apply(small, edit)
    assert check_corpus(Checkout(small)).findings == []
    path, findings = bring(quoted_set({"quote": "Mira Tolz"}))
    assert {(f.code, f.path) for f in findings} >= {("ADJ003", decisions)}
    assert {f.path for f in findings} == {decisions}
    assert words_of(written(small, path)) == ["Mira Tolz"]
    assert {f.code for f in check_corpus(Checkout(small)).findings} >= {"ADJ003"}
    file = str(small.parent / "quoted.json")
    options = ["--replace", "--root", str(small)]
    result = CliRunner().invoke(cli, ["import", "quoted", file, *options])
    assert result.exit_code == 1
    assert f"{decisions}:" in result.output
    assert "now correct the other files that are named above" in result.output


@pytest.mark.parametrize(
    "segments",
    [{}, "s01", ["s01"], [{}], [{"segment": None}], [{"segment": ["s01"]}]],
    ids=str,
)
def test_what_has_no_segments_is_named(segments: Any, bring: Bring) -> None:
    path, findings = bring(quoted_set() | {"segments": segments})
    assert path is None
    assert {finding.code for finding in findings} == {"QUO004"}


@pytest.mark.parametrize(
    "document", [None, 1, 10**40, ["small-bridge-2031"], {}, "no-such-document"]
)
def test_an_unknown_document_is_refused(document: Any, bring: Bring) -> None:
    with pytest.raises(ImportStop, match=r"no document|id of the document is missing"):
        bring(quoted_set() | {"document": document})


@pytest.mark.parametrize("data", [[], "x", 1, None])
def test_what_is_no_object_is_refused(data: Any, bring: Bring) -> None:
    with pytest.raises(ImportStop, match="id of the document is missing"):
        bring(data)


@pytest.mark.parametrize(
    "odd",
    [
        {"digest": ""},
        {"start": "0", "end": "4", "digest": ""},
        {"quote": 1},
        {"quote": "Mira Tolz", "id": 10**40},
        {"quote": "Mira Tolz", "form": ["name"]},
        {"quote": "Mira Tolz", "adjudication": {"quote": "Mira Tolz"}},
    ],
    ids=str,
)
def test_what_is_no_mention_is_named(odd: dict[str, Any], bring: Bring) -> None:
    path, findings = bring(quoted_set(odd))
    assert path is None
    assert {finding.code for finding in findings} == {"FMT005"}


def test_deep_nesting_is_named(bring: Bring) -> None:
    data = quoted_set({"quote": "Mira Tolz"})
    data["note"] = json.loads("[" * 400 + "]" * 400)
    path, findings = bring(data)
    assert path is None
    assert {finding.code for finding in findings} == {"FMT007"}


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "FMT002", 1),
        (b"{\n", "FMT002", 2),
        (b'{\n"a": 1\n"b": 2}', "FMT002", 3),
        (b"\n\xff", "FMT001", 2),
        (b"\xef\xbb\xbf{}", "FMT001", 1),
        (b"[" * 100_000, "FMT007", 1),
    ],
    ids=["empty", "cut off", "no comma", "no UTF-8", "mark", "deep"],
)
def test_what_is_no_json_is_named_on_its_line(
    data: bytes, code: str, line: int, small: Path
) -> None:
    file = small.parent / "quoted.json"
    file.write_bytes(data)
    path, (finding,) = bring_quoted(Checkout(small), file, replace=True)
    assert path is None
    assert (finding.code, finding.path, finding.line) == (code, "quoted.json", line)


def test_a_quote_that_stands_elsewhere_is_told_where(bring: Bring) -> None:
    words = TEXT[415:445].strip()  # which is in the comment
    finding = refused(bring, {"quote": words})
    assert finding.message.endswith("They occur in s02; move the item there.")
    assert refused(bring, {"quote": ""}).message == "The quote is empty."


def test_an_annotator_cannot_write_elsewhere(bring: Bring, small: Path) -> None:
    data = quoted_set({"quote": "Mira Tolz"}) | {"annotator": "../../../elsewhere"}
    path, findings = bring(data)
    assert (path, [f.pointer for f in findings]) == (None, ["/annotator"])
    assert list(small.parent.rglob("elsewhere*")) == []


def test_a_list_of_numbers_that_ends_otherwise_takes_no_time() -> None:
    data = {"odd": [*range(-26, 0), "end"]}
    started = time.process_time()
    assert json.loads(canonical.encode(data)) == data
    assert time.process_time() - started < 20


# any text, any span

LETTERS = st.sampled_from("aab \n\u2019\u00e9e\u0301\U0001f620\U0001f1e6[]\u0627")


@st.composite
def text_and_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    words = draw(st.text(LETTERS, min_size=1, max_size=60))
    place = st.integers(0, len(words))
    pairs = draw(st.lists(st.tuples(place, place), min_size=1, max_size=4))
    return words, [(min(p), max(p)) for p in pairs if p[0] != p[1]]


def document_of(words: str, start: int) -> Document:
    """Return the small document with another text, all of it in one segment."""
    data = json.loads((SMALL / "corpus/documents/small-bridge-2031.json").read_bytes())
    digest = text.sha256(words.encode("utf-8"))
    data["text"] = {"sha256": digest, "n_chars": len(words)}
    data["segments"] = data["segments"][:1]
    data["segments"][0] |= {"start": start, "end": len(words)}
    return msgspec.convert(data, Document)


def occurrences(words: str, part: str) -> list[int]:
    return [n for n in range(len(words)) if words.startswith(part, n)]


@settings(max_examples=150)
@given(text_and_spans())
def test_a_quote_comes_back_as_exactly_its_offsets(
    drawn: tuple[str, list[tuple[int, int]]],
) -> None:
    inner, pairs = drawn
    before = "\U0001f620 aab e\u0301\n"
    words, shift = before + inner, len(before)
    wanted = [(start + shift, end + shift) for start, end in pairs]
    spans = []
    for start, end in wanted:
        part = words[start:end]
        inside = [n for n in occurrences(words, part) if n >= shift]
        spans.append({"quote": part, "nth": inside.index(start) + 1})
    data = quoted_set(*spans)
    document = document_of(words, shift)
    found, findings = quoted.read(data, document, words, SCHEMAS, "quoted.json")
    assert findings == []
    raw = RawFile("quoted.json", quoted.KIND, canonical.encode(found))
    record, _ = record_file.decode(raw, SCHEMAS)
    mentions = record.segments[0].mentions
    assert [(mention.start, mention.end) for mention in mentions] == wanted
    assert [mention.digest for mention in mentions] == [
        text.span_digest(words, a, b) for a, b in wanted
    ]


@pytest.mark.parametrize(
    "quote",
    [
        {"quote": "The League", "context": "[[The League]]"},
        {"context": "The League, without brackets"},
        {"context": "holds. [[[The League] denied]]"},
        {"context": "[[The]] and [[League]]"},
        {"quote": "The League", "nth": "2"},
        {"quote": "The League", "nth": True},
    ],
)
def test_a_quote_with_two_meanings_is_refused(
    quote: dict[str, Any], bring: Bring
) -> None:
    assert refused(bring, quote).code == "QUO004"


@pytest.mark.parametrize(
    ("quote", "written"), [("Zo\u00e9", "Zoe\u0301"), ("Zoe\u0301", "Zo\u00e9")]
)
def test_words_in_another_unicode_form_are_found_and_named(
    quote: str, written: str
) -> None:
    text = f"Later {written} left."
    places = tuple(quoted._near(text, quote, (0, len(text))))
    assert [text[slice(*place)] for place in places] == [written]
    found = quoted.Quote("", quote, None, (), places, text)
    (finding,) = quoted.quote_is_found.findings(found, None, "x.json")
    assert "only the Unicode form differs" in finding.message
    assert "U+0301" in finding.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_is_not_waited_for(small: Path) -> None:
    pipe = small.parent / "pipe.json"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "standpoint", "import", "quoted", str(pipe)]
    done = subprocess.run(
        [*command, "--root", str(small)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "pipe.json: the file is not a regular file" in done.stderr
