"""Whatever lies in a record folder is named by a finding, and the rest is judged."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standpoint.checks.report import Report, as_json
from standpoint.checks.run import check_corpus
from standpoint.codes import CHECKS
from standpoint.records import record_file
from standpoint.records.checkout import REGISTRIES, Checkout
from standpoint.records.findings import Finding

DOCUMENT = "corpus/documents/small-bridge-2031.json"
FOLDER = "annotations/small-bridge-2031"
READER = f"{FOLDER}/reader-1.json"
MODEL = f"{FOLDER}/small-lm.json"
CUES = "schema/cues/en.json"
RECORDS = [READER, MODEL, DOCUMENT, CUES, *REGISTRIES.values()]

NO_NUMBER = (
    {
        "file": READER,
        "set": {"/segments/0/claims/1/normalised": "At Quillmere residents ran away."},
    },
    "CLM010",
)
NO_EVIDENCE = (
    {
        "file": REGISTRIES["outlets"],
        "set": {"/outlets/1/state_relation": "state_controlled"},
    },
    "OUT001",
)
NO_LABEL = ({"file": READER, "set": {"/role": "reader"}}, "FMT005")

BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "FMT002"),
    "blank": (b" \n", "FMT002"),
    "cut off": (b'{"schema": "1", "segments": [{"seg', "FMT002"),
    "two values": (b"{}\n{}\n", "FMT002"),
    "null bytes": (b"\0" * 100, "FMT002"),
    "Latin-1": (b'{"schema": "\xe9"}\n', "FMT001"),
    "UTF-16": ('{"schema": "1"}\n'.encode("utf-16"), "FMT001"),
    "UTF-16 without a mark": ('{"a": 1, "b": 2}\n'.encode("utf-16-le"), "FMT002"),
    "byte order mark": (b'\xef\xbb\xbf{"schema": "1"}\n', "FMT001"),
    "surrogate in bytes": (b'{"schema": "\xed\xa0\x80"}\n', "FMT001"),
    "key twice": (b'{"schema": "1", "schema": "1"}\n', "FMT003"),
    "key twice, escaped": (b'{"schema": "1", "sch\\u0065ma": "1"}\n', "FMT003"),
    "NaN": (b'{"schema": NaN}\n', "FMT004"),
    "minus infinity": (b'{"schema": [-Infinity]}\n', "FMT004"),
    "1e999": (b'{"schema": 1e999}\n', "FMT004"),
    "lone surrogate": (b'{"schema": "\\udc00"}\n', "FMT004"),
    "100,000 brackets": (b"[" * 100_000, "FMT007"),
    "100,000 braces": (b'{"a":' * 100_000, "FMT007"),
    "300 digits": (b'{"schema": ' + b"9" * 300 + b"}\n", "FMT005"),
    "5,000 digits": (b'{"schema": ' + b"9" * 5000 + b"}\n", "FMT002"),
    "null": (b"null\n", "FMT005"),
    "a number": (b"1\n", "FMT005"),
    "a string": (b'"annotations"\n', "FMT005"),
    "a list": (b"[]\n", "FMT005"),
    "an object": (b"{}\n", "FMT005"),
}


def codes_at(findings: list[Finding], path: str) -> set[str]:
    return {finding.code for finding in findings if finding.path == path}


def other_fault(path: str) -> tuple[dict[str, Any], str]:
    """Return a fault that can still be seen where this file is broken."""
    if path in REGISTRIES.values():
        return NO_LABEL
    return NO_EVIDENCE if path in {DOCUMENT, READER, CUES} else NO_NUMBER


def judged_with(
    make: Callable[[dict[str, Any]], Checkout],
    path: str,
    spoil: Callable[[Path], object],
) -> list[Finding]:
    """Judge with another fault elsewhere, which must be found too."""
    edit, code = other_fault(path)
    checkout = make({"edits": [edit]})
    spoil(checkout.root / path)
    findings = check_corpus(checkout).findings
    assert code in codes_at(findings, edit["file"])
    return findings


@pytest.mark.parametrize("path", [MODEL, DOCUMENT, CUES, REGISTRIES["actors"]])
@pytest.mark.parametrize("what", BAD)
def test_bad_bytes_are_named_and_the_rest_is_judged(
    what: str, path: str, edited: Callable[[dict[str, Any]], Checkout]
) -> None:
    data, code = BAD[what]
    findings = judged_with(edited, path, lambda file: file.write_bytes(data))
    assert codes_at(findings, path) == {code}


@pytest.mark.parametrize("path", RECORDS)
def test_every_kind_of_record_may_be_broken(
    path: str, edited: Callable[[dict[str, Any]], Checkout]
) -> None:
    def halve(file: Path) -> None:
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])

    assert codes_at(judged_with(edited, path, halve), path) == {"FMT002"}


def test_a_file_above_the_limit_is_named(
    edited: Callable[[dict[str, Any]], Checkout],
) -> None:
    def stretch(file: Path) -> None:
        with file.open("r+b") as handle:
            handle.truncate(record_file.MAX_BYTES + 1_000_000)

    assert codes_at(judged_with(edited, MODEL, stretch), MODEL) == {"FMT007"}


def test_a_file_of_too_many_values_is_named_before_it_is_read(
    edited: Callable[[dict[str, Any]], Checkout], monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(file: Path) -> None:
        file.write_bytes(b"[" + b"0," * record_file.MAX_VALUES + b"0]")

    monkeypatch.setattr(record_file, "_plain", None)
    assert codes_at(judged_with(edited, MODEL, many), MODEL) == {"FMT007"}


def test_commas_in_words_are_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_file, "MAX_VALUES", 3)
    assert not record_file._has_many_values(b'["a,b,c,d", "\\",,,", 1]')
    assert record_file._has_many_values(b'["a,b,c,d", "\\",,,", 1, 2]')


def test_the_limit_is_what_may_still_be_read(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = max((small / path).stat().st_size for path in RECORDS)
    monkeypatch.setattr(record_file, "MAX_BYTES", largest)
    assert check_corpus(Checkout(small)).findings == []
    monkeypatch.setattr(record_file, "MAX_BYTES", largest - 1)
    assert [f.code for f in check_corpus(Checkout(small)).findings] == ["FMT007"]


def test_one_very_long_word_takes_no_time(
    edited: Callable[[dict[str, Any]], Checkout],
) -> None:
    started = time.process_time()
    word = b'"' + b"a" * 600_000 + b'"\n'
    findings = judged_with(edited, MODEL, lambda file: file.write_bytes(word))
    assert codes_at(findings, MODEL) == {"FMT005"}
    assert time.process_time() - started < 20


def test_many_open_quotes_take_no_time(
    edited: Callable[[dict[str, Any]], Checkout],
) -> None:
    started = time.process_time()
    quotes = b'"' + b'\\"' * 250_000
    findings = judged_with(edited, MODEL, lambda file: file.write_bytes(quotes))
    assert codes_at(findings, MODEL) == {"FMT002"}
    assert time.process_time() - started < 20


def test_many_blanks_take_no_time(small: Path) -> None:
    started = time.process_time()
    record = json.loads((small / MODEL).read_bytes()) | {"surplus": 1}
    data = json.dumps(record).encode("utf-8") + b" " * 1_000_000
    (small / MODEL).write_bytes(data)
    assert codes_at(check_corpus(Checkout(small)).findings, MODEL) == {"FMT005"}
    assert time.process_time() - started < 20


@pytest.mark.slow
@pytest.mark.parametrize("path", [MODEL, DOCUMENT])
def test_as_many_faults_are_named_as_anybody_mends(path: str, small: Path) -> None:
    started = time.process_time()
    record = json.loads((small / path).read_bytes())
    record["segments"] = [{"a": 1}] * 100_000
    (small / path).write_text(json.dumps(record), "utf-8")
    findings = check_corpus(Checkout(small)).findings
    assert [f.code for f in findings] == ["FMT005"] * record_file.MAX_FINDINGS
    assert time.process_time() - started < 20


def wrong(value: Any) -> Any:
    """Give every value inside another type than it has."""
    if isinstance(value, dict):
        return {key: wrong(item) for key, item in value.items()}
    if isinstance(value, list) and value:
        return [wrong(item) for item in value]
    return {"x": 1} if isinstance(value, str | list) else [value]


@pytest.mark.parametrize("path", RECORDS)
def test_wrong_types_everywhere_are_all_named(
    path: str, small: Path, edited: Callable[[dict[str, Any]], Checkout]
) -> None:
    keys = set(json.loads((small / path).read_bytes()))

    def spoil(file: Path) -> None:
        file.write_text(json.dumps(wrong(json.loads(file.read_bytes()))), "utf-8")

    findings = judged_with(edited, path, spoil)
    assert codes_at(findings, path) == {"FMT005"}
    named = {f.pointer.split("/")[1] for f in findings if f.path == path}
    assert named == keys


@pytest.mark.parametrize("path", [MODEL, DOCUMENT, REGISTRIES["outlets"]])
def test_an_id_cannot_climb_out_of_its_folder(
    path: str, findings_of: Callable[..., list[Finding]]
) -> None:
    pointer = {
        MODEL: "/document",
        DOCUMENT: "/id",
        REGISTRIES["outlets"]: "/outlets/0/id",
    }[path]
    findings = findings_of({"file": path, "set": {pointer: "../../elsewhere"}})
    assert [(f.code, f.pointer) for f in findings] == [("FMT005", pointer)]


# places


def test_a_folder_that_leads_out_of_the_root_is_named_and_not_read(
    edited: Callable[[dict[str, Any]], Checkout],
) -> None:
    checkout = edited({"edits": [NO_EVIDENCE[0]]})
    outside = checkout.root.parent / "outside"
    (checkout.root / FOLDER).rename(outside)
    (outside / "reader-1.json").write_bytes(b"not read")
    (checkout.root / FOLDER).symlink_to(outside)
    codes = [(f.code, f.path) for f in check_corpus(checkout).findings]
    assert codes == [("FMT008", FOLDER), ("OUT001", REGISTRIES["outlets"])]


@pytest.mark.parametrize("path", [MODEL, DOCUMENT, CUES, REGISTRIES["actors"]])
def test_a_file_that_leads_out_of_the_root_is_named_and_not_read(
    path: str, edited: Callable[[dict[str, Any]], Checkout]
) -> None:
    def lead_out(file: Path) -> None:
        outside = file.parents[len(Path(path).parts)] / "outside.json"
        file.rename(outside)
        file.symlink_to(outside)

    assert codes_at(judged_with(edited, path, lead_out), path) == {"FMT008"}


@pytest.mark.parametrize("path", [MODEL, DOCUMENT, REGISTRIES["actors"]])
def test_a_link_to_itself_is_named(
    path: str, edited: Callable[[dict[str, Any]], Checkout]
) -> None:
    def loop(file: Path) -> None:
        file.unlink()
        file.symlink_to(file.name)

    assert codes_at(judged_with(edited, path, loop), path) == {"FMT008"}


@pytest.mark.parametrize("path", [MODEL, REGISTRIES["actors"]])
def test_a_folder_where_a_file_is_expected_is_named(
    path: str, edited: Callable[[dict[str, Any]], Checkout]
) -> None:
    def make_folder(file: Path) -> None:
        file.unlink()
        file.mkdir()

    assert codes_at(judged_with(edited, path, make_folder), path) == {"FMT008"}


@pytest.mark.parametrize("path", [MODEL, REGISTRIES["actors"], f"{FOLDER}/notes.txt"])
def test_a_file_that_cannot_be_opened_is_named(
    path: str,
    edited: Callable[[dict[str, Any]], Checkout],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = Path.open

    def refuse(self: Path, *rest: Any, **more: Any) -> IO[Any]:
        if self.as_posix().endswith(f"/small/{path}"):
            raise PermissionError(13, "Permission denied")
        opened: IO[Any] = real(self, *rest, **more)
        return opened

    def spoil(file: Path) -> None:
        file.touch()
        monkeypatch.setattr(Path, "open", refuse)

    assert codes_at(judged_with(edited, path, spoil), path) == {"FMT008"}


@pytest.mark.parametrize(
    ("texts", "codes"), [("absent", set()), ("at hand", {"FMT008"})]
)
def test_a_file_that_is_compared_with_withheld_texts_must_open(
    texts: str,
    codes: set[str],
    edited: Callable[[dict[str, Any]], Checkout],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checkout = edited({"withheld": texts})
    (checkout.root / "notes.txt").touch()
    real = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "notes.txt":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert codes_at(check_corpus(checkout).findings, "notes.txt") == codes


def test_sets_are_listed_where_no_document_can_be_read(
    findings_of: Callable[..., list[Finding]],
) -> None:
    findings = findings_of(
        {"file": DOCUMENT, "write": ""},
        {"file": f"{FOLDER}/notes.txt", "write": "to do"},
        {"file": "annotations/no-such-document/a.json", "write": "{}"},
    )
    assert [f.code for f in findings] == ["FMT010", "FMT008", "FMT002"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a b.json", "FMT009"),
        ("\u0101.json", "FMT009"),
        ("a\nb.json", "FMT008"),
        ("\udcff.json", "FMT008"),
    ],
)
def test_a_file_may_have_any_name(name: str, code: str, small: Path) -> None:
    try:
        os.link(small / MODEL, small / FOLDER / name)
    except OSError:
        pytest.skip("this file system has no such names")
    findings = check_corpus(Checkout(small)).findings
    assert [f.code for f in findings] == [code]
    assert str(findings[0]).count("\n") == 1
    assert json.loads(as_json(Report(findings, [], {}, [])))["errors"] == 1


# the command line


def run_check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "standpoint", "check", "--root", str(root)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", ["Latin-1", "100,000 brackets"])
def test_the_command_names_bad_bytes_and_ends_with_1(what: str, small: Path) -> None:
    data, code = BAD[what]
    (small / MODEL).write_bytes(data)
    done = run_check(small)
    assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (1, False)
    assert done.stdout.startswith(f"{MODEL}:1: {code} error: ")
    assert "1 error, 0 warnings" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_the_command_does_not_wait_for_a_pipe(small: Path) -> None:
    (small / MODEL).unlink()
    os.mkfifo(small / MODEL)
    done = run_check(small)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{MODEL}:1: FMT008 error: ")


# anything


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 700),
    st.just(10**8),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
)
SPLICE = st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=6))
ANYTHING = settings(max_examples=150)


def judged_as(root: Path, path: str, data: bytes) -> list[Finding]:
    """Judge with other bytes in a file, and restore it."""
    before = (root / path).read_bytes()
    try:
        (root / path).write_bytes(data)
        findings = check_corpus(Checkout(root)).findings
    finally:
        (root / path).write_bytes(before)
    assert {finding.code for finding in findings} <= set(CHECKS)
    assert as_json(Report(findings, [], {}, []))
    return findings


@pytest.mark.slow
@ANYTHING
@given(path=st.sampled_from(RECORDS), splices=st.lists(SPLICE, min_size=1, max_size=3))
def test_any_bytes_can_be_judged(
    shared_small: Path, path: str, splices: list[tuple[float, int, bytes]]
) -> None:
    data = (shared_small / path).read_bytes()
    for place, length, new in splices:
        start = int(place * len(data))
        data = data[:start] + new + data[start + length :]
    judged_as(shared_small, path, data)


def places_of(data: Any) -> list[tuple[Any, Any]]:
    """Return what holds each value, and its key there."""
    keys = list(data) if isinstance(data, dict) else range(len(data))
    found = [(data, key) for key in keys]
    for key in keys:
        if isinstance(data[key], dict | list):
            found += places_of(data[key])
    return found


@pytest.mark.slow
@ANYTHING
@given(path=st.sampled_from(RECORDS), draw=st.data())
def test_any_values_can_be_judged(
    shared_small: Path,
    write_record: Callable[[str, Any], bytes],
    path: str,
    draw: st.DataObject,
) -> None:
    """Leaves get another value of their record, or an odd one."""
    data = json.loads((shared_small / path).read_bytes())
    for _ in range(draw.draw(st.integers(1, 3))):
        parent, key = draw.draw(st.sampled_from(places_of(data)))
        same = [p[k] for p, k in places_of(data) if type(p[k]) is type(parent[key])]
        new = draw.draw(st.one_of(st.sampled_from(same), ODD))
        parent[key] = json.loads(json.dumps(new))
    judged_as(shared_small, path, write_record(path, data))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
@pytest.mark.parametrize(
    "path",
    [
        "corpus/texts/released/small-bridge-2031.txt",
        DOCUMENT,
        READER,
        "corpus/actors.json",
        "corpus/texts/private/copy.txt",
    ],
)
@pytest.mark.parametrize("kind", ["a pipe", "a link to an endless device"])
def test_what_never_ends_is_not_read(small: Path, path: str, kind: str) -> None:
    full = small / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.unlink(missing_ok=True)
    if kind == "a pipe":
        os.mkfifo(full)
    else:
        full.symlink_to("/dev/zero")
    command = [sys.executable, "-m", "standpoint", "check", "--root", str(small)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120
    )
    expected = 0 if "private" in path else 1
    assert done.returncode == expected, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
