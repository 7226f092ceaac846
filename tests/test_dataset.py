"""What a researcher does: load a built dataset, and bring its texts back."""

import ast
import builtins
import importlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import standpoint
from standpoint import hydrate, load
from standpoint.cli import cli
from standpoint.records.checkout import Checkout
from standpoint.records.text import TextStore, sha256
from standpoint.release import build as release
from standpoint.release import dataset
from standpoint.release.dataset import DatasetError, table
from standpoint.release.text_copies import Library, Restored

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
WITHHELD = "practice-ferry-2031"
LATIN = "practice-harbour-2031"
"""Its text can be saved as Windows-1252."""
COPIES = {WITHHELD: "a copy under any name", LATIN: "of the harbour"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Copy the invented documents, two of them withheld; their texts lie elsewhere."""
    folder = tmp_path_factory.mktemp("checkout")
    texts = tmp_path_factory.mktemp("texts")
    for name in ("corpus", "annotations", "schema"):
        shutil.copytree(ROOT / name, folder / name)
    for document, name in COPIES.items():
        record = folder / f"corpus/documents/{document}.json"
        data = record.read_text("utf-8")
        data = data.replace('"text_release": "released"', '"text_release": "withheld"')
        record.write_text(data, "utf-8")
        text = folder / f"corpus/texts/released/{document}.txt"
        text.rename(texts / name)
    return folder, texts


@pytest.fixture(scope="module")
def public(
    checkout: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder, _ = checkout
    out = tmp_path_factory.mktemp("public")
    built = release.build(Checkout(folder), out)
    return built.folders["public"]


def texts_of(path: Path, config: str) -> list[object]:
    rows = table(path, config)
    return [row["text"] for row in rows if row["document_id"] == WITHHELD]


def test_the_public_edition_holds_no_word_of_a_withheld_text(public: Path) -> None:
    for config in ("claim", "actor", "source_type", "segment", "document"):
        assert texts_of(public, config)
        assert not any(texts_of(public, config))


def test_hydrating_gives_the_full_edition_to_the_byte(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    folder, texts = checkout
    built = release.build(Checkout(folder, [texts]), tmp_path / "out")
    result = hydrate(public, texts, tmp_path / "full")
    assert dataset.sums(tmp_path / "full") == dataset.sums(built.folders["full"])
    status = {found.document_id: found.status for found in result.documents}
    assert status[WITHHELD] == "exact"
    assert status["practice-column-2031"] == "released"
    assert status["astute-news-hama-2017"] == "missing"


def test_words_come_back_where_the_copy_is_exact(
    checkout: tuple[Path, Path], public: Path
) -> None:
    _, texts = checkout
    text = (texts / COPIES[WITHHELD]).read_text("utf-8")
    library = Library(public, [texts])
    n_spans = 0
    for row in table(public, "claim"):
        if row["document_id"] == WITHHELD:
            wanted = [text[span["start"] : span["end"]] for span in row["spans"]]
            assert library.words("claim", row) == wanted
            n_spans += len(wanted)
    assert n_spans > 10


def test_a_drifted_copy_gives_back_what_can_be_proved_and_counts_the_rest(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    _, texts = checkout
    lines = (texts / COPIES[WITHHELD]).read_text("utf-8").split("\n")
    place = next(n for n, line in enumerate(lines) if len(line) > 200)
    lines[place] = "This paragraph was taken down."
    (tmp_path / "web copy.txt").write_text("New menu\n\n" + "\n".join(lines), "utf-8")
    result = hydrate(public, tmp_path)
    found = next(d for d in result.documents if d.document_id == WITHHELD)
    assert found.status == "partial"
    assert 0 < found.n_proved < found.n_spans
    assert found.n_whole < found.n_segments
    lost = [loss for loss in result.losses if loss.n_words < loss.n_all]
    assert {loss.column for loss in lost} == {"outlet_id", "claim_type", "year"}
    assert result.folder is None


def test_another_text_proves_nothing(public: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Nothing of it.\n", "utf-8")
    found = {d.document_id: d for d in hydrate(public, tmp_path).documents}
    assert found[WITHHELD].status == "missing"
    assert found[WITHHELD].n_proved == 0


def test_load_fills_the_texts_in(checkout: tuple[Path, Path], public: Path) -> None:
    _, texts = checkout
    code = f"""
import standpoint
plain = standpoint.load({str(public)!r}, "claim", split="calibration")
full = standpoint.load({str(public)!r}, "claim", split="calibration",
                       texts={str(texts)!r})
assert full.features == plain.features
assert sum(text is None for text in plain["text"]) > 10
assert all(full["text"])
both = standpoint.load({str(public)!r}, "actor", texts=[{str(texts)!r}])
assert set(both) == {{"pilot", "calibration"}}
print("fine")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "fine" in done.stdout, done.stderr


def test_a_folder_that_is_not_there_is_said_plainly(public: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-folder"):
        load("no-such-folder")
    with pytest.raises(FileNotFoundError, match="no-texts"):
        load(public, "claim", texts="no-texts")


# what is said of copies that other programs saved


def raw(texts: Path, document: str = WITHHELD) -> bytes:
    return (texts / COPIES[document]).read_bytes()


def found_in(public: Path, *places: Path, document: str = WITHHELD) -> Restored:
    documents = hydrate(public, places).documents
    return next(d for d in documents if d.document_id == document)


SAVED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "as it is": (lambda data: data, ""),
    "byte order mark": (lambda data: b"\xef\xbb\xbf" + data, "byte order mark removed"),
    "CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "line ends changed to LF"),
    "CR": (lambda data: data.replace(b"\n", b"\r"), "line ends changed to LF"),
    "line break added": (lambda data: data + b"\n", "last line break removed"),
    "UTF-16": (
        lambda data: data.decode().encode("utf-16"),
        "read as UTF-16 or UTF-32",
    ),
    "UTF-16 without a mark": (
        lambda data: data.decode().encode("utf-16-le"),
        "read as UTF-16",
    ),
    "Windows-1252": (
        lambda data: data.decode().encode("cp1252"),
        "read as Windows-1252",
    ),
    "all at once": (
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n",
        "byte order mark removed, line ends changed to LF, last line break removed",
    ),
}
"""How a program saves a text, and what must be undone to get at it."""


@pytest.mark.parametrize("name", SAVED)
def test_a_copy_is_exact_once_what_an_editor_changed_is_undone(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path, name: str
) -> None:
    save, how = SAVED[name]
    (tmp_path / "copy.txt").write_bytes(save(raw(checkout[1], LATIN)))
    found = found_in(public, tmp_path, document=LATIN)
    assert (found.status, found.how, found.copy) == ("exact", how, "copy.txt")
    assert found.is_whole
    assert found.n_whole == found.n_segments > 0
    assert found.n_proved == found.n_spans > 10
    shown = f"{LATIN}: exact" + (f" (copy.txt, {how})" if how else "")
    assert found.line() == shown


def test_a_text_may_itself_have_other_line_ends(tmp_path: Path) -> None:
    for name, text in {
        "mac": "a\rb\r",
        "windows": "a\r\nb\r\n",
        "mark": "\ufeffa",
    }.items():
        (tmp_path / name).write_bytes(text.encode())
        found = TextStore([tmp_path / name]).find(sha256(text.encode()))
        assert found is not None
        assert (found.text, found.how) == (text, "")
    (tmp_path / "saved").write_bytes(b"a\nb")
    found = TextStore([tmp_path / "saved"]).find(sha256(b"a\r\nb\r\n"))
    assert found is not None
    assert found.text == "a\r\nb\r\n"
    assert found.how == "line ends changed to CRLF, last line break added"


def test_a_copy_in_an_encoding_that_lost_characters_is_partial_and_named(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    lossy = raw(checkout[1], LATIN).decode().replace(" the ", " t\u0125\u0125 ", 3)
    (tmp_path / "old.txt").write_bytes(lossy.encode("cp1252", "replace"))
    found = found_in(public, tmp_path, document=LATIN)
    assert (found.status, found.how) == ("partial", "read as Windows-1252")
    assert 0 < found.n_proved < found.n_spans
    assert found.n_whole == 0
    assert "segments" in found.line()
    assert "old.txt, read as Windows-1252" in found.line()


def test_files_that_cannot_be_read_are_named_with_the_reason(
    public: Path, tmp_path: Path
) -> None:
    (tmp_path / "cyrillic.txt").write_bytes("Паром не пришёл".encode("koi8-r"))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "notes.txt").write_bytes(b"Nothing of it.\n")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "half.txt").write_bytes("Not the ferry".encode("utf-16-be"))
    result = hydrate(public, tmp_path)
    assert set(result.unreadable) == {"cyrillic.txt", "gone.txt", "half.txt"}
    assert "could not read cyrillic.txt: not UTF-8 (byte 1 cannot" in str(result)
    assert "UTF-16" in result.unreadable["half.txt"]


def test_one_shared_line_makes_no_copy(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    lines = raw(checkout[1]).decode().split("\n")
    shared = max((line for line in lines if len(line) < 200), key=len)
    assert len(shared) > 100
    other = "".join(f"Line {n} of something else entirely.\n" for n in range(9_000))
    (tmp_path / "other.txt").write_text(f"{other}{shared}\n*\n", "utf-8")
    found = found_in(public, tmp_path)
    assert (found.status, found.n_proved, found.copy) == ("missing", 0, None)
    assert "no address is known" in found.line()


def test_an_excerpt_is_a_copy_of_a_part(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    lines = raw(checkout[1]).decode().split("\n")
    longest = max(lines, key=len)
    (tmp_path / "excerpt.txt").write_text(f"{longest}\n", "utf-8")
    found = found_in(public, tmp_path)
    assert found.status == "partial"
    assert 0 < found.n_proved < found.n_spans


def test_words_are_found_in_a_long_page(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    lines = raw(checkout[1]).decode().split("\n")
    lines = [line.upper() for line in lines]
    other = "".join(f"Line {n} of something else entirely.\n" for n in range(3_000))
    (tmp_path / "copy.txt").write_text("\n".join(lines) + other, "utf-8")
    found = found_in(public, tmp_path)
    assert (found.status, found.n_proved) == ("partial", found.n_spans)


def test_words_that_moved_are_found_again(
    checkout: tuple[Path, Path], public: Path, tmp_path: Path
) -> None:
    lines = raw(checkout[1]).decode().split("\n")
    place = max(range(len(lines)), key=lambda n: len(lines[n]))
    # The longest paragraph goes to the end, with words before it in the same line.
    moved = [*lines[:place], *lines[place + 1 :], f"As we wrote: {lines[place]}"]
    (tmp_path / "copy.txt").write_text("\n".join(moved), "utf-8")
    found = found_in(public, tmp_path)
    assert found.status == "partial"
    assert found.n_proved == found.n_spans
    assert not found.is_whole


def test_real_reporting_is_counted_apart(
    checkout: tuple[Path, Path], public: Path
) -> None:
    result = hydrate(public, checkout[1])
    real, invented = result.totals()
    assert real.startswith("real reporting: text of 0 of 5 documents and 0 of 21 seg")
    assert invented.startswith("invented: text of 8 of 8 documents and 16 of 16 segm")
    assert not result.is_whole
    assert {loss.is_invented for loss in result.losses if loss.n_words} == {True}
    assert {loss.n_words for loss in result.losses if not loss.is_invented} == {0}
    assert str(result).endswith(f"{real}\n{invented}")


def test_the_command_exits_with_1_where_something_is_missing(
    checkout: tuple[Path, Path], public: Path
) -> None:
    file = checkout[1] / COPIES[WITHHELD]
    done = CliRunner().invoke(cli, ["hydrate", str(public), "--texts", str(file)])
    assert done.exit_code == 1, done.output
    assert "astute-news-hama-2017: missing: no copy found (https:" in done.stdout


# where datasets are, and what is wrong with them


@pytest.mark.parametrize("name", ["w [1]", "a::b", "$HOME", "[", "a]b"])
def test_a_dataset_loads_from_a_folder_with_an_odd_name(
    checkout: tuple[Path, Path],
    public: Path,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / name / "standpoint"
    shutil.copytree(public, folder)
    texts = shutil.copytree(checkout[1], tmp_path / name / "[texts]")
    loaded = load(folder, "document", split="calibration", texts=texts)
    assert loaded.num_rows == 8
    assert all(loaded["text"])
    hydrated = hydrate(folder, texts, tmp_path / name / "full")
    assert hydrated.folder is not None
    assert (
        load(hydrated.folder, "document")["calibration"].to_list() == loaded.to_list()
    )
    assert not list(tmp_path.glob("standpoint-*/standpoint"))


def test_verify_reads_a_folder_with_an_odd_name(public: Path, tmp_path: Path) -> None:
    folder = tmp_path / "w [1]" / "a::b"
    shutil.copytree(public, folder)
    done = release.verify_apart([folder])
    assert (done.stdout, done.returncode) == (
        "a::b: every config loads as it was built\n",
        0,
    )


def test_a_temporary_folder_with_an_odd_name_is_said(
    public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "[1]"
    shutil.copytree(public, odd / "standpoint")
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    with pytest.raises(DatasetError, match=r"cannot read a folder with '\['"):
        load(odd / "standpoint", "panel")


def _parquet(folder: Path, config: str = "claim") -> Path:
    return folder / f"data/{config}/calibration-00000-of-00001.parquet"


def _cut(folder: Path) -> None:
    file = _parquet(folder)
    file.write_bytes(file.read_bytes()[:1000])


def _in_card(old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        card = folder / "README.md"
        text = card.read_text("utf-8")
        assert old in text
        card.write_text(text.replace(old, new), "utf-8")

    return edit


def _other_type(folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pq.read_table(_parquet(folder))
    spans = pa.array(["0-1"] * rows.num_rows)
    place = rows.schema.get_field_index("spans")
    pq.write_table(rows.set_column(place, "spans", spans), _parquet(folder))


def _no_document(folder: Path) -> None:
    import pyarrow.parquet as pq

    file = _parquet(folder, "document")
    pq.write_table(pq.read_table(file).slice(1), file)


def _write(name: str, text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_text(text, "utf-8")

    return write


DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "file missing": (lambda f: _parquet(f).unlink(), "which is not in data/"),
    "file cut": (_cut, "calibration-00000-of-00001.parquet cannot be read as Parquet"),
    "no front matter": (_write("README.md", "# Mine\n"), "front matter of"),
    "broken front matter": (_in_card("configs:", "configs: [ {"), "front matter of"),
    "no configs": (_in_card("configs:", "confgs:"), "front matter of"),
    "unknown config": (_in_card("config_name: claim\n", "config_name: c\n"), "'c'"),
    "no data_files": (_in_card("data_files:", "files:"), "front matter of"),
    "split outside": (_in_card("split: pilot", "split: ../../x"), "'../../x'"),
    "file outside": (_in_card("path: data/claim/", "path: ../x/"), "'../x/"),
    "no schema": (lambda f: shutil.rmtree(f / "schema"), "schema cannot be read"),
    "broken schema": (_write("schema/labels.schema.json", "[]"), "schema cannot be r"),
    "other type": (_other_type, "the columns of data/claim/calibration"),
    "rows of no document": (_no_document, "the config document lacks the document"),
    "no sums": (lambda f: (f / "SHA256SUMS").unlink(), "it has no SHA256SUMS"),
    "no data": (lambda f: shutil.rmtree(f / "data"), "it lacks README.md or data/"),
}
"""Damage to what is done to a dataset, and what is said of it."""


@pytest.mark.parametrize("with_sums", [False, True])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_dataset_is_named_in_one_line(
    public: Path, tmp_path: Path, name: str, *, with_sums: bool
) -> None:
    damage, said = DAMAGED[name]
    folder = tmp_path / "standpoint"
    shutil.copytree(public, folder)
    damage(folder)
    if with_sums and name not in {"no sums", "no data"}:
        dataset.write_sums(folder)
    elif name not in {"no sums", "no data"}:
        said = "is not as it was built"
    out = tmp_path / "in" / "deep" / "full"
    arguments = ["hydrate", str(folder), "--texts", str(tmp_path), "--out", str(out)]
    texts = tmp_path / "texts"
    texts.mkdir()
    arguments[3] = str(texts)
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2, done.output
    (line,) = [x for x in done.stderr.splitlines() if x.startswith("Error: ")]
    assert said in line
    assert len(line) < 600
    assert not out.exists()
    assert not (tmp_path / "in" / "x").exists()
    with pytest.raises(DatasetError, match=re.escape(said)):
        hydrate(folder, texts)


def test_load_refuses_a_changed_file_of_its_config_alone(
    public: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "standpoint"
    shutil.copytree(public, folder)
    _cut(folder)
    (folder / "README.md").write_text((folder / "README.md").read_text() + "Mine.\n")
    with pytest.raises(DatasetError, match=r"00001\.parquet was ch"):
        load(folder, "claim")
    assert load(folder, "panel").keys() == {"registry"}


# load


def test_load_takes_files_and_can_keep_rows_with_words_alone(
    checkout: tuple[Path, Path], public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [checkout[1] / name for name in COPIES.values()]
    whole = load(public, "claim", split="calibration", texts=files)
    plain = load(public, "claim", split="calibration", with_text=True)
    assert all(whole["text"])
    assert all(plain["text"])
    assert plain.num_rows < whole.num_rows
    assert plain.features == whole.features
    monkeypatch.setenv("STANDPOINT_TEXTS", str(checkout[1]))
    filled = load(public, "claim", split="calibration", with_text=True)
    assert filled.to_list() == whole.to_list()
    with pytest.warns(UserWarning, match=f"{LATIN}: missing"):
        one = load(public, "document", split="calibration", texts=files[0])
    texts_by_id = dict(zip(one["document_id"], one["text"], strict=True))
    assert texts_by_id[WITHHELD] == raw(checkout[1]).decode()
    assert texts_by_id[LATIN] is None
    with pytest.raises(ValueError, match="'panel' has no column text"):
        load(public, "panel", with_text=True)
    with pytest.raises(ValueError, match="there is no config 'clam'; there are claim"):
        load(public, "clam")


def test_load_warns_with_the_lines_of_hydrate(
    checkout: tuple[Path, Path], public: Path
) -> None:
    lines = {d.document_id: d.line() for d in hydrate(public, checkout[1]).documents}
    with pytest.warns(UserWarning, match="rows without words") as caught:
        load(public, "segment", texts=checkout[1])
    (warning,) = caught
    said = str(warning.message).split("\n")
    assert said[0] == "segment, pilot: 21 of 21 rows without words"
    assert said[1:] == [line for line in lines.values() if ": missing" in line]
    assert warning.filename == __file__


class _Hub:
    """Stands in for the Hub: gives a folder, and keeps what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[Any, ...]] = []

    def __call__(self, name: str, *, repo_type: str, revision: str | None) -> str:
        from huggingface_hub.errors import LocalEntryNotFoundError

        self.asked.append((name, repo_type, revision))
        if name != "some/corpus":
            raise LocalEntryNotFoundError("Cannot find\nthe files.")
        return str(self.folder)


@pytest.fixture
def hub(public: Path, monkeypatch: pytest.MonkeyPatch) -> _Hub:
    import huggingface_hub

    stand_in = _Hub(public)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", stand_in)
    return stand_in


def test_a_dataset_on_the_hub_is_loaded_at_a_revision(
    checkout: tuple[Path, Path], public: Path, hub: _Hub
) -> None:
    loaded = load("some/corpus", "panel", revision="v1")
    assert loaded["registry"].to_list() == load(public, "panel")["registry"].to_list()
    assert hub.asked == [("some/corpus", "dataset", "v1")]
    assert hydrate("some/corpus", checkout[1]).documents
    done = CliRunner().invoke(
        cli, ["hydrate", "some/corpus", "--texts", str(checkout[1]), "--revision", "v2"]
    )
    assert f"{WITHHELD}: exact" in done.stdout
    assert hub.asked[1:] == [
        ("some/corpus", "dataset", None),
        ("some/corpus", "dataset", "v2"),
    ]


def test_what_is_neither_a_folder_nor_on_the_hub_is_said_in_one_line(
    public: Path, hub: _Hub
) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"no folder other/corpus.*: Cannot find"
    ):
        load("other/corpus")
    with pytest.raises(FileNotFoundError, match=r"other/corpus at revision 'v1'"):
        hydrate("other/corpus", public, revision="v1")
    assert len(hub.asked) == 2
    with pytest.raises(ValueError, match="only datasets on the Hub have revisions"):
        load(public, revision="v1")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load("no/such/folder")


# what the package offers


def test_every_exception_of_a_public_function_is_importable() -> None:
    source = ROOT / "src/standpoint"
    files = [
        source / "records/external.py",
        *(
            source / f"release/{name}.py"
            for name in ("dataset", "hydrate", "load", "text_copies")
        ),
        *sorted((source / "scoring").glob("*.py")),
    ]
    raised = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised.add(ast.unparse(node.exc.func))
    own = {name for name in raised if not hasattr(builtins, name)}
    assert own == {"DatasetError", "OutsideError", "PredictionError"}
    for name in own:
        assert issubclass(getattr(standpoint, name), ValueError)


def test_types_of_the_package_are_there_for_its_users() -> None:
    source = ROOT / "src/standpoint"
    assert (source / "py.typed").is_file()
    stub = ast.parse((source / "__init__.pyi").read_text("utf-8"))
    told = {
        alias.asname: getattr(importlib.import_module(str(node.module)), alias.name)
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert {*told, "__version__"} == set(dir(standpoint))
    assert all(getattr(standpoint, str(name)) is it for name, it in told.items())
