"""Commands that write: what they print, what they leave, and how they end."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from datasketch import MinHashLSH

from standpoint.cli import cli
from standpoint.records.text import BANDS, EDITED, N_PERMUTATIONS

ROOT = Path(__file__).parents[1]
DOCUMENT = "corpus/documents/small-bridge-2031.json"
READER = "annotations/small-bridge-2031/reader-1.json"
TEXT = "corpus/texts/released/small-bridge-2031.txt"


def standpoint(*arguments: str, root: Path) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--root", str(root)])


def apart(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "standpoint", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


# build


@pytest.mark.slow
def test_build_reads_the_result_back_and_prints_one_table(small: Path) -> None:
    done = apart("build", "--root", str(small))
    assert done.returncode == 0, done.stderr
    assert "every config loads as it was built" in done.stdout
    for row in ("documents", "segments", "annotation sets", "claim_votes", "seconds"):
        assert row in done.stdout
    assert "documents to build: 1" in done.stderr
    assert "Traceback" not in done.stderr
    names = {path.name for path in (small / "dist").iterdir()}
    assert names == {"small", ".small.lock"}  # the lock outlives who held it
    done = apart("verify", str(small / "dist/small"))
    assert done.returncode == 0


def test_build_stops_at_an_error_and_leaves_the_last_good_one(small: Path) -> None:
    assert standpoint("build", "--no-verify", root=small).exit_code == 0
    card = small / "dist/small/README.md"
    before = card.read_bytes()
    file = small / READER
    file.write_text(file.read_text("utf-8").replace('"oppose"', '"opose"'), "utf-8")
    result = standpoint("build", "--no-verify", root=small)
    assert result.exit_code == 1
    assert "FMT005" in result.output
    assert "Did you mean \u2018oppose\u2019?" in result.output
    assert "nothing was written" in result.output
    assert card.read_bytes() == before


def test_build_says_where_an_older_full_edition_is_left(
    small: Path, withheld_texts: Path
) -> None:
    texts = ["--texts", str(withheld_texts)]
    assert standpoint("build", "--no-verify", *texts, root=small).exit_code == 0
    assert (small / "dist/small-full").is_dir()
    result = standpoint("build", "--no-verify", root=small)
    assert "small-full is from an earlier build" in result.output


@pytest.fixture
def withheld_texts(small: Path, tmp_path: Path) -> Path:
    """Withhold the text of the small document; return the folder where it now is."""
    record = small / DOCUMENT
    text = record.read_text("utf-8")
    record.write_text(text.replace('"released"', '"withheld"'), "utf-8")
    folder = tmp_path / "copies"
    folder.mkdir()
    (small / TEXT).rename(folder / "copy")
    return folder


@pytest.mark.slow
def test_texts_are_found_through_the_environment(
    small: Path, withheld_texts: Path
) -> None:
    without = apart("check", "--root", str(small))
    assert "codes skipped for 1 document (text not available)" in without.stderr
    found = apart("check", "--root", str(small), STANDPOINT_TEXTS=str(withheld_texts))
    assert "not judged" not in found.stderr


# fmt and docs


def test_fmt_rewrites_what_is_right_and_leaves_what_is_broken(small: Path) -> None:
    file, broken = small / READER, small / "corpus/actors.json"
    wanted = file.read_bytes()
    file.write_text(json.dumps(json.loads(wanted), indent=7), "utf-8")
    broken.write_text("{", "utf-8")
    result = standpoint("fmt", "--check", root=small)
    assert result.exit_code == 1
    assert f"would rewrite {READER}" in result.output
    assert file.read_bytes() != wanted
    result = standpoint("fmt", root=small)
    assert result.exit_code == 1
    assert f"rewrote {READER}" in result.output
    assert "corpus/actors.json:1: FMT002" in result.output
    assert file.read_bytes() == wanted
    assert broken.read_text("utf-8") == "{"


def test_fmt_writes_whole_numbers_without_a_point(small: Path) -> None:
    wanted = (small / READER).read_bytes()
    for odd in (b"113.0", b"1.13e2"):
        (small / READER).write_bytes(wanted.replace(b": 113,", b": " + odd + b",", 1))
        result = standpoint("fmt", root=small)
        assert (result.exit_code, result.output) == (0, f"rewrote {READER}\n")
        assert (small / READER).read_bytes() == wanted


def test_fmt_keeps_to_the_paths_it_is_given(small: Path) -> None:
    for path in (READER, DOCUMENT):
        file = small / path
        file.write_text(json.dumps(json.loads(file.read_bytes())), "utf-8")
    result = standpoint("fmt", str(small / "annotations"), root=small)
    assert result.exit_code == 0
    assert result.output == f"rewrote {READER}\n"


@pytest.mark.slow
def test_docs_writes_what_is_stale_and_says_so(tmp_path: Path) -> None:
    for name in ("corpus", "annotations", "schema", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "README.md", tmp_path)
    assert standpoint("docs", "--check", root=tmp_path).exit_code == 0
    page = tmp_path / "docs/tables.md"
    page.write_text("old", "utf-8")
    result = standpoint("docs", "--check", root=tmp_path)
    assert (result.exit_code, result.output) == (1, "stale: docs/tables.md\n")
    assert standpoint("docs", root=tmp_path).exit_code == 0
    assert page.read_bytes() == (ROOT / "docs/tables.md").read_bytes()


# add and describe


def test_add_proposes_a_record_that_is_right_but_for_the_splits(
    small: Path, tmp_path: Path
) -> None:
    file = tmp_path / "raw copy.txt"
    file.write_text("\n\nA new bridge\n\nIt opened today. Nobody fell in.\n", "utf-8")
    outlet = json.loads((small / "corpus/outlets.json").read_text("utf-8"))
    publisher = outlet["outlets"][0]["id"]
    arguments = ["add", str(file), "--id", "new-bridge-2031", "--publisher", publisher]
    result = standpoint(*arguments, root=small)
    assert result.exit_code == 0, result.output
    record = json.loads((small / "corpus/documents/new-bridge-2031.json").read_bytes())
    assert record["source_file"] == "raw copy"
    assert record["rights"]["text_release"] == "withheld"
    assert record["segments"][0]["published"]["basis"] == "unknown"
    assert record["segments"][0]["sentences"] == [[2, 14, 3], [16, 32, 3], [33, 48, 3]]
    texts = ["--texts", str(tmp_path)]
    found = standpoint("check", "--format", "json", *texts, root=small)
    codes = {finding["code"] for finding in json.loads(found.stdout)["findings"]}
    assert codes == {"SPL001", "DOC012"}  # a text of a few words


def test_add_names_documents_that_share_lines(small: Path) -> None:
    outlet = json.loads((small / "corpus/outlets.json").read_text("utf-8"))
    publisher = outlet["outlets"][0]["id"]
    arguments = ["add", str(small / TEXT), "--id", "again", "--publisher", publisher]
    result = standpoint(*arguments, root=small)
    assert "small-bridge-2031 contains " in result.output
    assert "story group?" in result.output


def test_add_names_documents_that_have_nearly_the_same_words(
    small: Path, tmp_path: Path
) -> None:
    text = (small / TEXT).read_text("utf-8")
    edits = {"shells": "hits", "A torn": "One torn", "stone ": "", "broke": "ended"}
    edits |= {"Tolz said": "Tolz added", "What the": "All the", "Shame": "Shame now"}
    for old, new in (edits | {"All rights": "Rights"}).items():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "retold.txt"
    file.write_text(text, "utf-8")
    arguments = ["add", str(file), "--id", "again", "--publisher", "ysse_courier"]
    said = standpoint(*arguments, root=small).stdout
    assert "small-bridge-2031 has nearly the same words (" in said


def test_a_text_of_two_words_is_added(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "short.txt"
    file.write_text("Two words", "utf-8")
    arguments = ["add", str(file), "--id", "short", "--publisher", "ysse_courier"]
    assert standpoint(*arguments, root=small).exit_code == 0


def test_the_bands_are_those_that_the_library_finds() -> None:
    index = MinHashLSH(threshold=EDITED, num_perm=N_PERMUTATIONS)
    assert (index.b, index.r) == BANDS


@pytest.mark.parametrize(
    ("odd", "what"),
    [
        ("\ufeff", "a byte order mark (U+FEFF), 1 time, first at character 0"),
        ("\0", "a control character"),
        ("\u202e", "a mark that overrides the direction"),
        ("\r", "a carriage return"),
    ],
)
def test_add_warns_of_characters_on_which_copies_differ(
    small: Path, tmp_path: Path, odd: str, what: str
) -> None:
    file = tmp_path / "odd.txt"
    file.write_bytes(f"{odd}A headline\nMira Tolz walked.\n".encode())
    arguments = ["add", str(file), "--id", "odd", "--publisher", "ysse_courier"]
    assert what in standpoint(*arguments, root=small).stderr


@pytest.mark.parametrize(
    ("content", "changes", "says"),
    [
        (b"\xff\xfe", {}, "is not UTF-8"),
        (b" \n", {}, "is empty"),
        (b"words", {"--id": "small-bridge-2031"}, "already"),
        (b"words", {"--id": "../up"}, "do not make a valid record"),
        (b"words", {"--publisher": "nobody"}, "there is no outlet"),
    ],
)
def test_add_refuses_what_makes_no_record(
    content: bytes, changes: dict[str, str], says: str, small: Path, tmp_path: Path
) -> None:
    file = tmp_path / "raw.txt"
    file.write_bytes(content)
    outlet = json.loads((small / "corpus/outlets.json").read_text("utf-8"))
    options = {"--id": "new", "--publisher": outlet["outlets"][0]["id"]} | changes
    before = sorted((small / "corpus").rglob("*"))
    flat = [part for option in options.items() for part in option]
    result = standpoint("add", str(file), *flat, root=small)
    assert result.exit_code == 2
    assert says in result.output
    assert sorted((small / "corpus").rglob("*")) == before


def test_describe_computes_sentences_and_paragraphs_again(small: Path) -> None:
    record = small / DOCUMENT
    wanted = record.read_bytes()
    data = json.loads(wanted)
    for segment in data["segments"]:
        segment["sentences"], segment["paragraphs"] = [], []
    record.write_text(json.dumps(data), "utf-8")
    result = standpoint("describe", "small-bridge-2031", root=small)
    assert result.output == f"wrote {DOCUMENT}\n"
    assert record.read_bytes() == wanted
    assert standpoint("describe", "nothing", root=small).exit_code == 2
    (small / TEXT).unlink()
    result = standpoint("describe", "small-bridge-2031", root=small)
    assert result.exit_code == 2
    assert "is not available; use --texts" in result.output


# show


def test_show_lists_what_was_judged_where_the_text_is_not_here(small: Path) -> None:
    (small / TEXT).unlink()
    place = "small-bridge-2031/s01"
    result = standpoint("show", place, "--annotator", "reader-1", root=small)
    assert result.exit_code == 0
    assert "is not available; use --texts" in result.output
    assert "small-lm" not in result.output
    assert "m01: " in result.output


def test_show_of_a_broken_record_says_what_is_wrong(small: Path) -> None:
    (small / DOCUMENT).write_text("[]", "utf-8")
    result = standpoint("show", "small-bridge-2031", root=small)
    assert result.exit_code == 1
    assert "FMT005" in result.output


def test_hydrate_tells_what_is_missing(small: Path, withheld_texts: Path) -> None:
    assert standpoint("build", "--no-verify", root=small).exit_code == 0
    dataset = str(small / "dist/small")
    empty = small / "docs"
    empty.mkdir()
    result = CliRunner().invoke(cli, ["hydrate", dataset, "--texts", str(empty)])
    assert result.exit_code == 1
    assert "small-bridge-2031: missing" in result.output
    assert "claims without words" in result.output
    texts = str(withheld_texts)
    result = CliRunner().invoke(cli, ["hydrate", dataset, "--texts", texts])
    assert "small-bridge-2031: exact" in result.output
    assert CliRunner().invoke(cli, ["hydrate", dataset]).exit_code == 2


# what is never overwritten, and what is never passed over


@pytest.mark.parametrize("command", ["build", "hydrate"])
def test_a_folder_that_is_no_build_is_never_replaced(
    command: str, small: Path, tmp_path: Path
) -> None:
    assert standpoint("build", "--no-verify", root=small).exit_code == 0
    mine = tmp_path / "mine" / "small"
    mine.mkdir(parents=True)
    (mine / "thesis.txt").write_text("years of work", "utf-8")
    if command == "build":
        out = str(mine.parent)
        result = standpoint("build", "--no-verify", "--out", out, root=small)
    else:
        arguments = ["hydrate", str(small / "dist/small"), "--texts", str(small)]
        result = CliRunner().invoke(cli, [*arguments, "--out", str(mine)])
    assert result.exit_code == 2
    assert "not a built dataset; it was not replaced" in result.output
    assert (mine / "thesis.txt").read_text("utf-8") == "years of work"


def test_hydrate_never_writes_into_the_public_edition_or_the_texts(
    small: Path, withheld_texts: Path
) -> None:
    assert standpoint("build", "--no-verify", root=small).exit_code == 0
    public = small / "dist/small"
    before = {path: path.read_bytes() for path in public.rglob("*") if path.is_file()}
    for out in (public, public / "full", withheld_texts):
        arguments = ["hydrate", str(public), "--texts", str(withheld_texts)]
        result = CliRunner().invoke(cli, [*arguments, "--out", str(out)])
        assert result.exit_code == 2
        assert "choose another folder" in result.output
    assert {p: p.read_bytes() for p in public.rglob("*") if p.is_file()} == before
    assert (withheld_texts / "copy").is_file()


@pytest.mark.parametrize("broken", ["corpus/actors.json", DOCUMENT])
def test_a_check_of_one_file_says_what_kept_it_from_judging(
    broken: str, small: Path
) -> None:
    (small / broken).write_text("{", "utf-8")
    result = standpoint("check", str(small / READER), root=small)
    assert result.exit_code == 1
    assert f"{broken}:1: FMT002 error" in result.output


def test_a_check_of_no_record_is_no_clean_result(small: Path) -> None:
    (small / "README.md").write_text("words", "utf-8")
    result = standpoint("check", str(small / "README.md"), root=small)
    assert result.exit_code == 2
    assert "nothing was checked" in result.output


def test_a_path_with_dots_is_the_same_file(small: Path) -> None:
    file = small / READER
    file.write_text(file.read_text("utf-8").replace('"oppose"', '"opose"'), "utf-8")
    path = str(small / "corpus" / ".." / READER)
    result = standpoint("check", path, root=small)
    assert result.exit_code == 1
    assert "FMT005" in result.output


def test_codes_that_were_not_asked_for_are_not_counted(
    small: Path, withheld_texts: Path
) -> None:
    assert withheld_texts.is_dir()
    result = standpoint("check", "--select", "CLM003", root=small)
    assert "not judged" not in result.output
    result = standpoint("check", "--select", "SPN", root=small)
    assert "4 codes skipped for 1 document" in result.output


def test_a_folder_of_texts_that_is_not_there_is_said(small: Path) -> None:
    done = apart("check", "--root", str(small), STANDPOINT_TEXTS="/no/such/folder")
    assert done.returncode == 2
    assert "/no/such/folder" in done.stderr


def test_output_that_a_terminal_cannot_show_is_no_crash() -> None:
    done = apart("explain", "CLM004", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "CLM004" in done.stdout


def test_build_works_from_outside_the_checkout(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "fmt", "--check"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_show_can_hide_what_was_judged(small: Path) -> None:
    result = standpoint("show", "small-bridge-2031/s01", "--bare", root=small)
    assert "[headline]" in result.output.splitlines()
    assert "mentions" not in result.output
    assert "nobody has annotated" not in result.output


def test_show_draws_the_zones_where_nobody_has_judged(small: Path) -> None:
    shutil.rmtree(small / "annotations/small-bridge-2031")
    result = standpoint("show", "small-bridge-2031/s01", root=small)
    assert "nobody has annotated small-bridge-2031 yet" in result.output
    lines = result.output.splitlines()
    wanted = ["[headline]", "[body]", "[caption, a repeat, not annotated]"]
    assert set(wanted) <= set(lines)


@pytest.mark.slow
def test_verify_finds_withheld_words_in_an_edition_that_is_not_private(
    small: Path, withheld_texts: Path
) -> None:
    texts = ["--texts", str(withheld_texts)]
    assert standpoint("build", "--no-verify", *texts, root=small).exit_code == 0
    public, full = small / "dist/small", small / "dist/small-full"
    for path in ("data/segment", "data/claim"):
        shutil.rmtree(public / path)
        shutil.copytree(full / path, public / path)
    done = apart("verify", str(public))
    assert done.returncode == 1
    assert "segment contains words of withheld texts" in done.stdout
    assert "claim contains words of withheld texts" in done.stdout
    assert "actor holds words" not in done.stdout
    assert apart("verify", str(full)).returncode == 0
