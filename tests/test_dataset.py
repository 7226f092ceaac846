"""What a researcher does: load a built dataset, and bring its texts back."""

import subprocess
import sys
from pathlib import Path

import pytest

from standpoint import hydrate, load
from standpoint.checkout import Checkout
from standpoint.copies import Library
from standpoint.dataset import table
from standpoint.release import build as release
from standpoint.release import checksums

ROOT = Path(__file__).parents[1]
WITHHELD = "practice-ferry-2031"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Copy the invented documents, one of them withheld; its text lies elsewhere."""
    import shutil

    folder = tmp_path_factory.mktemp("checkout")
    texts = tmp_path_factory.mktemp("texts")
    for name in ("corpus", "annotations", "schema"):
        shutil.copytree(ROOT / name, folder / name)
    record = folder / f"corpus/documents/{WITHHELD}.json"
    data = record.read_text("utf-8")
    data = data.replace('"text_release": "released"', '"text_release": "withheld"')
    record.write_text(data, "utf-8")
    text = folder / f"corpus/texts/released/{WITHHELD}.txt"
    text.rename(texts / "a copy under any name")
    return folder, texts


@pytest.fixture(scope="module")
def public(
    checkout: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder, _ = checkout
    out = tmp_path_factory.mktemp("public")
    built = release.build(Checkout(folder), (), out)
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
    built = release.build(Checkout(folder, [texts]), (texts,), tmp_path / "out")
    result = hydrate(public, texts, tmp_path / "full")
    assert checksums.sums(tmp_path / "full") == checksums.sums(built.folders["full"])
    status = {found.document_id: found.status for found in result.documents}
    assert status[WITHHELD] == "exact"
    assert status["practice-harbour-2031"] == "released"
    assert status["astute-news-hama-2017"] == "missing"


def test_words_come_back_where_the_copy_is_exact(
    checkout: tuple[Path, Path], public: Path
) -> None:
    _, texts = checkout
    text = next(texts.iterdir()).read_text("utf-8")
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
    lines = next(texts.iterdir()).read_text("utf-8").split("\n")
    place = next(n for n, line in enumerate(lines) if len(line) > 200)
    lines[place] = "This paragraph was taken down."
    (tmp_path / "web copy.txt").write_text("New menu\n\n" + "\n".join(lines), "utf-8")
    result = hydrate(public, tmp_path)
    found = next(d for d in result.documents if d.document_id == WITHHELD)
    assert found.status == "partial"
    assert 0 < found.n_proved < found.n_spans
    assert found.n_whole == 0
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
