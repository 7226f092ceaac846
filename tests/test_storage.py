"""Records that share files are the same records, wherever something looks at them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from standpoint.checks.changed_since import check_changes
from standpoint.checks.run import check_corpus
from standpoint.cli import cli
from standpoint.diff import effect
from standpoint.formats.importer import bring_quoted
from standpoint.records import canonical, lines
from standpoint.records.checkout import Checkout
from standpoint.records.storage import Form, StorageError, convert
from standpoint.release.build import build
from tests.conftest import DOCUMENT, HERE, Edit, apply, withhold
from tests.test_changes import commit, git
from tests.test_checks import CASES, READER, Case, load, named, places
from tests.test_quoted import quoted_set

pytestmark = pytest.mark.slow

SETS = "annotations/from-small-bridge-2031.jsonl"
DOCUMENTS = "corpus/documents/from-small-bridge-2031.jsonl"

FORMS: tuple[Form, ...] = ("jsonl", "zst")


def files_of(root: Path) -> dict[str, bytes]:
    paths = [path for path in root.rglob("*") if path.is_file()]
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in paths}


def lines_of(root: Path, file: str) -> list[str]:
    return (root / file).read_text("utf-8").splitlines()


def in_jsonl(root: Path) -> list[str]:
    """Store the records as lines; return those of the sets."""
    convert(Checkout(root), "jsonl")
    return lines_of(root, SETS)


def put(root: Path, file: str, found: list[str]) -> None:
    (root / file).write_text("".join(f"{line}\n" for line in found), "utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_records_come_back_byte_for_byte(small: Path, form: Form) -> None:
    (small / "annotations/.note").write_text("hidden", "utf-8")
    before = files_of(small)
    stored = convert(Checkout(small), form)
    assert (stored.n_documents, stored.n_sets, stored.n_files) == (1, 2, 2)
    kept = [path for path in files_of(small) if path.endswith(".json")]
    assert not {DOCUMENT, READER} & {*kept}
    convert(Checkout(small), "jsonl" if form == "zst" else "zst")
    convert(Checkout(small), "json")
    assert files_of(small) == before


@pytest.mark.parametrize("form", FORMS)
def test_the_dataset_is_the_same(small: Path, tmp_path: Path, form: Form) -> None:
    texts = [withhold(small, at_hand=True)]
    one = build(Checkout(small, texts), tmp_path / "one")
    convert(Checkout(small), form)
    other = build(Checkout(small, texts), tmp_path / "other", verify=True)
    assert one.report == other.report
    assert files_of(tmp_path / "one") == files_of(tmp_path / "other")


def in_lines(root: Path) -> bool:
    """Put each record that is one on a line; tell whether all are."""
    shared: dict[str, list[bytes]] = {}
    for path in sorted(root.rglob("*.json")):
        name = path.relative_to(root).as_posix()
        folder = name.split("/")[0]
        if name.count("/") != 2 or folder not in {"corpus", "annotations"}:
            continue
        data = path.read_bytes()
        try:
            line = canonical.contracted(data)
        except ValueError:
            return False
        if canonical.expanded(line) != data or path.is_symlink():
            return False
        file = DOCUMENTS if folder == "corpus" else SETS
        shared.setdefault(file, []).append(line + b"\n")
        path.unlink()
    for file, found in shared.items():
        (root / file).write_bytes(b"".join(found))
    return True


FILES = ("FMT008", "FMT009", "FMT010", "FMT013", "ANN011-in-a-folder")
"""Cases on names and places of files, which records on lines do not have."""

ON_RECORDS = [
    path for path in CASES if "edits" in load(path) and not path.stem.startswith(FILES)
]


@pytest.mark.parametrize("path", ON_RECORDS, ids=named)
def test_a_case_in_lines_causes_the_same_findings(
    path: Path, edited: Callable[[Case], Checkout]
) -> None:
    case = load(path)
    checkout = edited(case)
    if {"studio", "brat", "quoted"} & case.keys() or not in_lines(checkout.root):
        pytest.skip("not of records in lines")
    found = check_corpus(checkout).findings
    assert places(found) == sorted(case["expect"])
    for finding in found:
        is_shared = finding.path.count("/") == 2 and not finding.path.endswith(".txt")
        assert is_shared == (finding.file is not None)


EDITS: list[list[Edit]] = [
    [{"file": READER, "set": {"/segments/0/note": "Read twice."}}],
    [{"file": DOCUMENT, "set": {"/publisher": "nobody"}}],
    [{"file": READER, "delete": True}],
    [{"file": "corpus/actors.json", "replace": {'"text": "': '"text": "New '}}],
    [],
]


def changed(root: Path, edits: list[Edit], form: Form | None) -> tuple[Any, Any]:
    """Return what has changed according to `--changed-since` and `--effect`."""
    git(root, "init", "-q", "-b", "main")
    if form:
        convert(Checkout(root), form)
    commit(root)
    if form:
        convert(Checkout(root), "json")
    for edit in edits:
        apply(root, edit)
    if form:
        convert(Checkout(root), form)
    checkout = Checkout(root)
    changes = checkout.git.changes_since("main")
    report = check_changes(checkout, changes, None)
    seen = [(f.code, f.path, f.pointer, f.message) for f in report.findings]
    return (sorted(seen), report.n_changed), list(effect(Checkout(root), "main"))


@pytest.mark.parametrize("edits", EDITS)
@pytest.mark.parametrize("form", FORMS)
def test_a_change_of_a_line_is_one_of_its_record(
    tmp_path: Path, edits: list[Edit], form: Form
) -> None:
    results = []
    for name, stored in (("files", None), ("lines", form)):
        root = tmp_path / name
        shutil.copytree(HERE / "small", root)
        shutil.copytree(HERE.parent / "schema", root / "schema")
        results.append(changed(root, edits, stored))
    assert results[0] == results[1]


def test_to_store_records_otherwise_changes_nothing(small: Path) -> None:
    git(small, "init", "-q", "-b", "main")
    commit(small)
    convert(Checkout(small), "zst")
    checkout = Checkout(small)
    report = check_changes(checkout, checkout.git.changes_since("main"), None)
    assert (report.findings, report.n_changed) == ([], 0)
    assert list(effect(Checkout(small), "main")) == []


@pytest.mark.parametrize(
    ("spoil", "code", "column"),
    [
        (lambda line: line[:900], "FMT002", 860),
        (lambda line: "{" + line, "FMT002", 2),
        (lambda _: "", "FMT002", 1),
        (lambda line: line + "\r", "FMT006", 1),
        (lambda line: line.replace('":', '": ', 1), "FMT006", 1),
        (lambda line: line.replace('"role":"', '"role":"x', 1), "FMT005", 1),
        (lambda line: line.replace('"annotator":"', '"annotator":"/'), "FMT005", 1),
        (lambda line: line.replace('"schema"', '"schema":"1","schema"'), "FMT003", 1),
    ],
)
def test_a_bad_line_is_a_finding_with_file_and_line(
    small: Path, spoil: Callable[[str], str], code: str, column: int
) -> None:
    first, second = in_jsonl(small)
    put(small, SETS, [first, spoil(second)])
    (finding,) = check_corpus(Checkout(small)).findings
    assert (finding.code, finding.file, finding.line) == (code, SETS, 2)
    assert finding.column == column
    assert str(finding).startswith(f"{SETS}:2: {code} error: ")


def found_of(root: Path) -> list[tuple[str, str | None, int]]:
    found = check_corpus(Checkout(root)).findings
    return [(f.code, f.file or f.path, f.line) for f in found]


def test_a_record_is_stored_once(small: Path) -> None:
    data = (small / READER).read_bytes()
    convert(Checkout(small), "jsonl")
    apply(small, {"file": READER, "write": data.decode()})
    (finding,) = check_corpus(Checkout(small)).findings
    assert finding.message == f"This record is also in line 1 of {SETS}."
    (small / READER).unlink()
    put(small, SETS, lines_of(small, SETS) * 2)
    assert {code for code, *_ in found_of(small)} == {"FMT013"}


def test_a_damaged_file_is_named(small: Path) -> None:
    convert(Checkout(small), "zst")
    packed = small / f"{SETS}.zst"
    packed.write_bytes(packed.read_bytes()[:-20])
    assert ("FMT008", f"{SETS}.zst", 1) in found_of(small)
    packed.write_bytes(b"no Zstandard")
    assert ("FMT008", f"{SETS}.zst", 1) in found_of(small)


def test_a_link_is_named_and_not_followed(small: Path) -> None:
    convert(Checkout(small), "jsonl")
    (small / SETS).rename(small.parent / "elsewhere")
    (small / SETS).symlink_to(small.parent / "elsewhere")
    assert ("FMT008", SETS, 1) in found_of(small)


def test_lines_may_have_any_order_and_sets_any_file(small: Path) -> None:
    first, second = in_jsonl(small)
    put(small, SETS, [second])
    put(small, "annotations/more.jsonl", [first])
    assert found_of(small) == []
    assert len(Checkout(small).sets["small-bridge-2031"]) == 2


WORDS = "nine words that nobody may ever see in public"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_removed", [False, True])
def test_withheld_words_are_found_in_lines_and_in_their_history(
    small: Path, form: Form, is_removed: bool
) -> None:
    texts = [withhold(small, at_hand=True)]
    git(small, "init", "-q", "-b", "main")
    convert(Checkout(small), form)
    commit(small)
    git(small, "checkout", "-q", "-b", "other")
    clean = files_of(small)
    words = " ".join((texts[0] / "any name").read_text("utf-8").split()[20:30])
    convert(Checkout(small), "json")
    apply(small, {"file": READER, "set": {"/segments/0/note": words}})
    convert(Checkout(small), form)
    commit(small)
    if is_removed:
        for path in (f"{SETS}.zst", SETS):
            if path in clean:
                (small / path).write_bytes(clean[path])
        commit(small)
    checkout = Checkout(small, texts)
    found = check_changes(checkout, checkout.git.changes_since("main"), None).findings
    leaks = [f for f in found if f.code == "PUB001"]
    assert any(f.commit is not None for f in leaks)
    assert any(f.commit is None for f in leaks) != is_removed


def test_fmt_corrects_lines(small: Path) -> None:
    convert(Checkout(small), "zst")
    before = files_of(small)
    file = small / f"{SETS}.zst"
    held = lines.unpacked(file.name, file.read_bytes())
    file.write_bytes(lines.packed(file.name, held.replace(b'":', b'" : ')))
    assert {code for code, *_ in found_of(small)} == {"FMT006"}
    result = CliRunner().invoke(cli, ["fmt", "--root", str(small)])
    assert result.exit_code == 0
    assert result.stdout.count("rewrote") == 2
    assert files_of(small) == before


def test_what_is_imported_takes_its_place(small: Path, tmp_path: Path) -> None:
    first, second = kept = in_jsonl(small)
    file = tmp_path / "quoted.json"
    file.write_text(json.dumps(quoted_set({"quote": "Oskadar League"})), "utf-8")
    path, found = bring_quoted(Checkout(small), file, replace=True)
    assert (path, [f for f in found if f.level == "error"]) == (READER, [])
    now = lines_of(small, SETS)
    assert (now[0] != first, now[1]) == (True, second)
    assert len(kept) == len(now)
    assert not (small / READER).exists()


def test_what_would_not_come_back_is_refused(small: Path) -> None:
    spaced = (small / READER).read_bytes().replace(b'":', b'" :')
    (small / READER).write_bytes(spaced)
    before = files_of(small)
    with pytest.raises(StorageError, match="run `standpoint fmt`"):
        convert(Checkout(small), "jsonl")
    assert files_of(small) == before
    (small / "annotations/small-bridge-2031/note.txt").write_text("x", "utf-8")
    result = CliRunner().invoke(cli, ["shard", "--root", str(small)])
    assert result.exit_code == 1
    assert "FMT008" in result.stderr
    assert "nothing was changed" in result.stderr


def test_files_that_others_compressed_can_be_read(small: Path) -> None:
    first, second = in_jsonl(small)
    frames = [
        pa.compress(f"{line}\n".encode(), codec="zstd", asbytes=True)
        for line in (first, second)
    ]
    (small / SETS).unlink()
    (small / f"{SETS}.zst").write_bytes(b"".join(frames))
    assert found_of(small) == []
    assert len(Checkout(small).sets["small-bridge-2031"]) == 2
