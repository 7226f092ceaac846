"""The card answers a stranger: what a row is, labels, judges, texts, recipes, citation."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from standpoint.records import canonical
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, Annotators
from standpoint.records.schema import Schemas
from standpoint.release import card
from standpoint.release.build import BuildError, Built, build
from standpoint.release.citation import citation
from standpoint.release.dataset import table
from standpoint.tables.config import LAYERS
from tests.sets import (
    FERRY,
    MILL,
    TEXT,
    WITHHELD,
    at,
    dataset,
    ferry_sets,
    files,
    judged,
    lay_out,
    mention,
    mill_sets,
    opinion,
    reading,
)

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def real(public_edition: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public edition of this corpus, in the folder that its recipes name."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "your/copies").mkdir(parents=True)
    return shutil.copytree(public_edition, folder / "path/to/standpoint")


def front_and_page(folder: Path) -> tuple[dict[str, Any], str]:
    return card.parted((folder / "README.md").read_text("utf-8"))


def made(root: Path, contents: dict[str, bytes], texts: Path | None = None) -> Built:
    lay_out(root, contents)
    given = (texts,) if texts else ()
    return build(Checkout(root, given), root / "dist")


def small(*sets: AnnotationSet, **changes: Any) -> dict[str, bytes]:
    both = {TEXT: MILL, WITHHELD: FERRY}
    return files(both, sets or (*mill_sets(), *ferry_sets()), **changes)


# recipes


def python(code: str, folder: Path) -> str:
    """Run code as a reader would; every attempt to reach the network fails."""
    offline = (
        "import socket\n"
        "def refuse(*_a, **_k):\n    raise OSError('no network here')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", "-c", offline + code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def code_of(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


DUMP = """
import json
def plain(value):
    return value.tolist() if hasattr(value, "tolist") else value
print("RESULT" + json.dumps({
    "words": stance.where(stance.notna(), None)[["item_id", "words"]].values.tolist(),
    "chains": chains[["claim_id", "chain", "source_type"]].values.tolist(),
    "votes": {name: labels[name].dropna().to_dict() for name in labels},
}, default=plain))
"""


@pytest.fixture(scope="module", params=["calibration", "pilot"])
def ran(real: Path, request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """What the recipes give for each split; that of real reporting has ties, no texts."""
    _, page = front_and_page(real)
    recipes = [code for code in code_of(page) if "standpoint.load" not in code]
    assert len(recipes) == 4
    code = re.sub('"(calibration|pilot)"', f'"{request.param}"', "\n".join(recipes))
    out, _, dumped = python(code + DUMP, real.parents[2]).partition("RESULT")
    return request.param, {**json.loads(dumped), "out": out}


def kept(folder: Path, config: str, split: str) -> list[dict[str, Any]]:
    rows = [row for row in table(folder, config) if row["split"] == split]
    return [row for row in rows if row["exists"] is True]


@pytest.mark.slow
def test_the_first_recipe_gives_the_words_of_each_stance_of_a_carrier(
    real: Path, ran: tuple[str, dict[str, Any]]
) -> None:
    split, result = ran
    texts = {d["document_id"]: d["text"] for d in table(real, "document")}
    carrier = 0
    expected = {}
    for row in kept(real, "stance", split):
        if row["holder_kind"] == carrier:
            text = texts[row["document_id"]]
            spans = [(found["start"], found["end"]) for found in row["evidence"]]
            is_cut = all(start is not None for start, _ in spans)
            if text is None or is_cut:
                expected[row["item_id"]] = text and [text[a:b] for a, b in spans]
    found = dict(result["words"])
    assert len(expected) > 100
    assert {name: found[name] or None for name in expected} == {
        name: words or None for name, words in expected.items()
    }


@pytest.mark.slow
def test_the_second_recipe_gives_the_chains_that_claims_count(
    real: Path, ran: tuple[str, dict[str, Any]]
) -> None:
    split, result = ran
    n_chains = Counter(claim for claim, chain, _ in result["chains"] if chain)
    for row in kept(real, "claim", split):
        if row["n_chains"] is not None:
            assert n_chains[row["item_id"]] == row["n_chains"]
    n_sources = sum(len(types) for _, _, types in result["chains"])
    assert n_sources == len(kept(real, "source_type", split))
    ties = [row for row in kept(real, "source_type", split) if not row["top_share"]]
    if split == "pilot":
        null = [r for r in kept(real, "source_type", split) if r["source_type"] is None]
        n_ties = sum(types.count("tie") for _, _, types in result["chains"])
        assert n_ties == len(null) > 0
    assert not ties


@pytest.mark.slow
def test_the_third_recipe_counts_what_both_annotators_marked(
    real: Path, ran: tuple[str, dict[str, Any]]
) -> None:
    split, result = ran
    names = Schemas(ROOT / "schema").inventories["claim_type"].names
    in_split = {r["item_id"] for r in table(real, "claim") if r["split"] == split}
    given: dict[str, dict[str, str]] = {}
    for row in table(real, "claim_votes"):
        if row["annotator_id"].startswith("lm-") and row["item_id"] in in_split:
            by_item = given.setdefault(row["annotator_id"], {})
            by_item[row["item_id"]] = names[row["claim_type"]]
    assert result["votes"] == given
    both = [i for i in given["lm-2"] if i in given["lm-3"]]
    same = sum(given["lm-2"][i] == given["lm-3"][i] for i in both) / len(both)
    assert f"agree on {same:.0%} of {len(both)} claims" in result["out"]


@pytest.mark.slow
def test_the_recipe_for_texts_gives_the_words_of_a_claim(real: Path) -> None:
    _, page = front_and_page(real)
    (code,) = [code for code in code_of(page) if "standpoint.load" in code]
    shown = python(code, real.parents[2])
    first = next(r for r in table(real, "claim") if r["split"] == "calibration")
    assert shown.strip() == str(first["text"])


def test_a_recipe_that_a_dataset_has_no_table_for_is_left_out(tmp_path: Path) -> None:
    panel = dict.fromkeys(
        ("hill_side", "river_side", "mill_truce"), opinion("not_addressed")
    )
    silent = reading("ana", judged(mentions=[mention("m01", at(0, 4))], panel=panel))
    folder = made(tmp_path, files({TEXT: MILL}, [silent])).folders["public"]
    _, page = front_and_page(folder)
    shown = code_of(page)
    assert "claim" not in {path.name for path in (folder / "data").iterdir()}
    assert len(shown) == 2  # to load a table, and the words of stances
    (tmp_path / "path/to").mkdir(parents=True)
    shutil.copytree(folder, tmp_path / "path/to/made-up")
    assert python("\n".join(shown), tmp_path)


# what a row is, labels, judges


@pytest.mark.slow
def test_the_card_shows_a_real_row_of_each_layer_of_one_invented_document(
    real: Path,
) -> None:
    _, page = front_and_page(real)
    shown = [json.loads(m) for m in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    claim, source, mention, stance = shown
    rows = {row["item_id"]: row for row in table(real, "claim")}
    row = rows[claim["item_id"]]
    assert row["exists"]
    assert claim["text"] == row["text"]
    assert claim["normalised"] == row["normalised"]
    released = {
        d["document_id"]
        for d in table(real, "document")
        if d["text"] and d["fictional"]
    }
    assert row["document_id"] in released
    assert source["claim_id"] == claim["item_id"]
    assert mention["text"] in " ".join(claim["text"])
    assert stance["segment_id"] == row["segment_id"]
    assert stance["label"] in Schemas(ROOT / "schema").inventories["stance_label"].names


def test_no_row_of_a_withheld_text_is_shown_in_any_edition(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "copy").write_text(WITHHELD, "utf-8")
    only = files({WITHHELD: FERRY}, ferry_sets())
    built = made(tmp_path / "one", only, texts)
    pages_ = {e: front_and_page(f)[1] for e, f in built.folders.items()}
    assert "```json" not in pages_["public"]
    assert pages_["full"].endswith(pages_["public"])


@pytest.mark.slow
def test_the_card_lists_the_labels_of_every_layer_in_their_order(real: Path) -> None:
    _, page = front_and_page(real)
    inventories = Schemas(ROOT / "schema").inventories
    for layer in LAYERS:
        for column, inventory in layer.labels.items():
            names = ", ".join(f"`{name}`" for name in inventories[inventory].names)
            assert f"| `{layer.name}` | `{column}` | {names} |" in page


@pytest.mark.slow
def test_runs_of_one_model_are_one_model(real: Path, tmp_path: Path) -> None:
    _, page = front_and_page(real)
    assert "**People: 0.**" in page
    assert (
        "**Language model** (model and version not disclosed): 3 runs annotated;"
        " 1 run wrote answer keys." in page
    )
    contents, path = small(), "annotations/annotators.json"
    known = msgspec.json.decode(contents[path], type=Annotators)
    renamed = tuple(
        replace(one, model="oak", version="3") if one.id == "lm-1" else one
        for one in known.annotators
    )
    contents[path] = canonical.encode(replace(known, annotators=renamed))
    _, page = front_and_page(made(tmp_path, contents).folders["public"])
    people = {one.annotator for one in mill_sets() if one.annotator[:2] != "lm"}
    assert f"**People: {len(people)}.**" in page
    assert "No person has annotated" not in page
    assert "**Language model** (oak, 3): 1 run annotated." in page


@pytest.mark.slow
def test_words_that_the_card_uses_are_explained(real: Path) -> None:
    _, page = front_and_page(real)
    for word in ("carrier", "panel", "chain", "segment", "key", "exists", "resolved"):
        assert page.count(f"- **{word}**: ") == 1


# front matter


@pytest.mark.slow
def test_only_languages_with_a_label_are_declared(real: Path, tmp_path: Path) -> None:
    front, _ = front_and_page(real)
    declared = {s for d in table(real, "document") for s in d["languages"]}
    assert declared == {"en", "ar"}
    assert front["language"] == ["en"]
    bare = made(tmp_path, files({TEXT: MILL}, ())).folders["public"]
    assert "language" not in front_and_page(bare)[0]
    assert "Nobody has annotated anything yet" in front_and_page(bare)[1]


@pytest.mark.slow
def test_the_size_is_that_of_all_rows(real: Path) -> None:
    front, _ = front_and_page(real)
    splits = [split for info in front["dataset_info"] for split in info["splits"]]
    assert 10_000 < sum(split["num_examples"] for split in splits) < 100_000
    assert front["size_categories"] == ["10K<n<100K"]
    assert front["annotations_creators"] == ["machine-generated"]


# prose of the corpus


WAR = re.compile(r"\b(wars?\b|killing|rebel|asylum|propaganda|syria)", re.IGNORECASE)


@pytest.mark.slow
def test_a_corpus_without_prose_is_told_nothing_of_a_war(
    real: Path, tmp_path: Path
) -> None:
    assert WAR.search(front_and_page(real)[1])
    front, page = front_and_page(made(tmp_path, small()).folders["public"])
    assert page.startswith("# A made-up corpus\n")
    assert not WAR.search(page)
    assert not WAR.search(" ".join(front["tags"]))


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        (
            "# {{ title }}\n\nIt has 7 documents.\n",
            "corpus/card.md:3: '7' was typed by hand",
        ),
        (
            "{{ n_dogs }}\n",
            "corpus/card.md:1: there is no {{ n_dogs }}; allowed: block.",
        ),
        ("# Mine\n", "corpus/card.md: these blocks and figures are missing: {{ block."),
    ],
)
def test_prose_that_cannot_be_rendered_stops_the_build(
    tmp_path: Path, prose: str, said: str
) -> None:
    contents = small() | {"corpus/card.md": prose.encode()}
    with pytest.raises(BuildError) as caught:
        made(tmp_path, contents)
    assert said in str(caught.value)
    assert not (tmp_path / "dist/made-up").exists()


def test_prose_of_a_corpus_stands_on_its_card(tmp_path: Path) -> None:
    prose = card.PLAIN.read_text("utf-8").replace(
        "{{ block.contents }}", "Of {{ n_documents }} ports.\n\n{{ block.contents }}"
    )
    contents = small() | {"corpus/card.md": prose.encode()}
    built = made(tmp_path, contents)
    n_real = built.counts["n_real_documents"]
    assert f"\nOf {n_real} ports.\n" in front_and_page(built.folders["public"])[1]


# what cannot be had


@pytest.mark.slow
def test_card_readme_and_datasheet_say_what_cannot_be_looked_up(real: Path) -> None:
    documents = {d["document_id"]: d for d in table(real, "document")}
    lost = {
        name
        for name, d in documents.items()
        if d["text"] is None and d["url"] is None and d["archived_url"] is None
    }
    held = {name for name, d in documents.items() if d["text"] is None}
    words = {
        name: sum(
            r["n_words"] for r in table(real, "segment") if r["document_id"] in some
        )
        for name, some in {"lost": lost, "held": held}.items()
    }
    claims = Counter(row["document_id"] for row in table(real, "claim"))
    n_lost, n_held = (sum(claims[name] for name in some) for some in (lost, held))
    assert 0 < n_lost < n_held
    said = (
        f"{100 * words['lost'] / words['held']:.0f} % of the withheld words"
        f" ({words['lost']:,} of {words['held']:,}) and {n_lost} of {n_held} claims"
    )
    archived = sum(documents[name]["archived_url"] is not None for name in held)
    also = f"An archived copy is known for {archived} of {len(held)}."
    for page in (real / "README.md", ROOT / "README.md", ROOT / "DATASHEET.md"):
        text = page.read_text("utf-8")
        assert said in text
        assert also in text


def test_a_dataset_with_all_its_texts_says_so(tmp_path: Path) -> None:
    built = made(tmp_path, files({TEXT: MILL}, mill_sets()))
    assert "All texts are in the dataset" in front_and_page(built.folders["public"])[1]


# licence, citation, changes


@pytest.mark.slow
def test_an_edition_has_licence_citation_and_changes(real: Path) -> None:
    for name in ("LICENSE", "CITATION.cff", "CHANGELOG.md"):
        assert (real / name).read_bytes() == (ROOT / name).read_bytes()
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    _, page = front_and_page(real)
    (entry,) = re.findall(r"```bibtex\n(.*?)\n```", page, re.DOTALL)
    assert f"author = {{{{{cff['authors'][0]['name']}}}}}" in entry
    assert f"version = {{{cff['version']}}}" in entry
    assert f"title = {{{cff['title']}}}" in entry
    assert ("No public address of the repository is known." in page) == (
        "repository-code" not in cff
    )


def test_a_citation_is_read_whatever_its_authors_are(tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text(
        "authors:\n- {family-names: Ash, given-names: Ana}\n- name: Port & Co\n- 7\n"
        "repository-code: https://example.org/a_b\ndoi: 10.1/x_y\n",
        "utf-8",
    )
    found = citation(tmp_path, dataset(title="Half\n---\n100% {done}"))
    assert found.repository == "https://example.org/a_b"
    entry = found.bibtex
    assert r"author = {Ash, Ana and {Port \& Co}}" in entry
    assert r"title = {Half --- 100\% \{done\}}" in entry
    assert "url = {https://example.org/a_b}" in entry
    (tmp_path / "CITATION.cff").unlink()
    bare = citation(tmp_path, dataset())
    assert (bare.authors, bare.repository) == ([], None)
    assert "author" not in bare.bibtex


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("CITATION.cff", b"a: [b", "CITATION.cff cannot be read: "),
        ("CITATION.cff", b"- a\n", "CITATION.cff is not a list of fields"),
        ("LICENSE", b"\xff\xfe\xff", "LICENSE"),
    ],
)
def test_a_file_that_goes_with_the_dataset_and_cannot_be_read_is_named(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    with pytest.raises(BuildError) as caught:
        made(tmp_path, small() | {name: data})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
