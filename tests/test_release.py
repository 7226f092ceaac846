"""Release: both editions, the leak gate, staging, reading back, and a golden build.

`datasets` is imported in processes of its own only, with an empty cache: it reads its
environment when it is imported.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from standpoint.checks.dat import READERS
from standpoint.checks.report import DEFAULT, skipped
from standpoint.checks.run import EMPTY, check_corpus
from standpoint.records import engine
from standpoint.records.checkout import Checkout
from standpoint.records.engine import BusyError
from standpoint.records.model import AnnotationSet, Document
from standpoint.records.schema import Schemas
from standpoint.records.vocabulary import LAYERS
from standpoint.release import card, dataset
from standpoint.release.build import (
    BuildError,
    Built,
    LeakError,
    build,
    verify_apart,
)
from standpoint.tables import CONFIGS, Row
from standpoint.tables.column import Feature
from tests.sets import (
    FERRY,
    MILL,
    REPO,
    TEXT,
    WITHHELD,
    at,
    ferry_sets,
    files,
    judged,
    key_sets,
    lay_out,
    mention,
    mill_sets,
    opinion,
    reading,
)

GOLDEN = REPO / "tests" / "golden"
UPDATE = "STANDPOINT_UPDATE_GOLDEN"
RUN = "flooded narrows without an escort of the river guard"
"""Nine words of the withheld text, and `RUN` with one fewer than the gate allows."""
SHORT = "flooded narrows without an escort of the"

BOTH: dict[str, Document] = {TEXT: MILL, WITHHELD: FERRY}


def sets(**changes: Any) -> tuple[AnnotationSet, ...]:
    return (*mill_sets(), *ferry_sets(**changes))


def compiled(root: Path, *texts: Path, out: Path | None = None) -> Built:
    return build(Checkout(root, texts), out or root / "dist")


def errors(built: Built) -> list[str]:
    return [str(f) for f in built.report.findings if f.level == "error"]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the withheld text, under another name."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "my copy.txt").write_bytes(WITHHELD.encode())
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, texts: Path) -> Built:
    """Both editions of a released and a withheld document."""
    root = lay_out(tmp_path_factory.mktemp("whole"), files(BOTH, sets()))
    built = compiled(root, texts)
    assert errors(built) == []
    return built


def table(folder: Path, config: str) -> list[Row]:
    found: list[Row] = []
    for path in sorted((folder / "data" / config).glob("*.parquet")):
        found += pq.read_table(path).to_pylist()
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def hidden(folder: Path) -> list[str]:
    """What a build left besides the datasets and the files that lock them."""
    names = {path.name for path in folder.iterdir()}
    return sorted(name for name in names if name[0] == "." and name[-5:] != ".lock")


# editions


def test_the_public_edition_is_the_same_with_and_without_texts(
    tmp_path: Path, whole: Built
) -> None:
    root = lay_out(tmp_path, files(BOTH, sets()))
    without = compiled(root)
    assert list(without.folders) == ["public"]
    assert list(without.report.not_judged) == [FERRY.id]
    assert list(whole.folders) == ["public", "full"]
    assert whole.report.not_judged == {}
    assert bytes_of(without.folders["public"]) == bytes_of(whole.folders["public"])


def test_the_public_edition_holds_released_words_only(whole: Built) -> None:
    public = whole.folders["public"]
    for config in ("claim", "actor", "source_type", "segment", "document"):
        for row in table(public, config):
            is_withheld = row["document_id"] == FERRY.id
            has_words = config != "source_type" or row["span"] is not None
            assert (row["text"] is None) == (is_withheld or not has_words), config
    said = [str(row) for row in table(public, "claim")]
    assert not any("Ostrel stood" in text or RUN in text for text in said)
    assert TEXT in [row["text"] for row in table(public, "document")]


@pytest.mark.parametrize("edition", ["public", "full"])
def test_every_span_is_where_its_words_stand(whole: Built, edition: str) -> None:
    folder = whole.folders[edition]
    raw = {MILL.id: TEXT, FERRY.id: WITHHELD}
    segments = {
        (row["document_id"], row["segment_id"]): row for row in table(folder, "segment")
    }
    n_words = 0
    for config in ("claim", "actor", "source_type"):
        for row in table(folder, config):
            spans = row["spans"] if config == "claim" else [row["span"]]
            words = row["text"] if config == "claim" else [row["text"]]
            inside = segments[row["document_id"], row["segment_id"]]["text"]
            for span, found in zip(spans, words or [], strict=False):
                if found is None:
                    continue
                n_words += 1
                assert found == raw[row["document_id"]][span["start"] : span["end"]]
                assert found == inside[span["segment_start"] : span["segment_end"]]
    assert n_words > 15
    if edition == "full":
        texts = {row["document_id"]: row["text"] for row in table(folder, "document")}
        assert texts == raw
        assert all(row["text"] is not None for row in table(folder, "claim"))


def test_the_full_edition_is_marked_private(whole: Built) -> None:
    fronts = {
        edition: yaml.safe_load((folder / "README.md").read_text().split("---\n")[1])
        for edition, folder in whole.folders.items()
    }
    assert fronts["full"]["private"] is True
    assert fronts["full"]["license"] == "other"
    assert "private" not in fronts["public"]
    assert "**Private edition.**" in (whole.folders["full"] / "README.md").read_text()
    assert "Private edition" not in (whole.folders["public"] / "README.md").read_text()


def test_the_folder_holds_what_the_sums_say_and_nothing_else(whole: Built) -> None:
    for folder in whole.folders.values():
        said = dataset.read_sums(folder)
        assert said == dataset.sums(folder)
        assert {*said, dataset.SUMS} == set(bytes_of(folder))
        assert {"README.md", "schema/labels.schema.json"} <= set(said)


def test_files_made_in_another_order_give_the_same_sums(
    tmp_path: Path, texts: Path, whole: Built
) -> None:
    contents = dict(reversed(list(files(BOTH, sets()).items())))
    again = compiled(lay_out(tmp_path, contents), texts)
    for edition, folder in whole.folders.items():
        sums = (again.folders[edition] / dataset.SUMS).read_bytes()
        assert sums == (folder / dataset.SUMS).read_bytes()


def test_building_twice_in_one_place_changes_no_byte(tmp_path: Path) -> None:
    root = lay_out(tmp_path, files({TEXT: MILL}, key_sets()))
    first = bytes_of(compiled(root).folders["public"])
    assert bytes_of(compiled(root).folders["public"]) == first


def test_a_build_sees_what_changed_since_the_last_one_in_the_same_process(
    tmp_path: Path,
) -> None:
    first, second = key_sets()
    root = lay_out(tmp_path, files({TEXT: MILL}, [first]))
    before = table(compiled(root).folders["public"], "claim_votes")
    lay_out(root, files({TEXT: MILL}, [first, second]))
    after = table(compiled(root).folders["public"], "claim_votes")
    assert [row["annotator_id"] for row in before] == ["ana"]
    assert [row["annotator_id"] for row in after] == ["ana", "ben"]


# what stops a build


@pytest.fixture
def good(tmp_path: Path, texts: Path) -> tuple[Path, dict[str, bytes]]:
    """A checkout that was built well, and the bytes of what was built."""
    root = lay_out(tmp_path / "checkout", files(BOTH, sets()))
    compiled(root, texts)
    return root, bytes_of(root / "dist")


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"normalised": f"Pilots feared the {RUN}."},
        {"note": f"See: {RUN.upper().replace(' ', ', ')}!"},
    ],
)
def test_withheld_words_in_a_record_stop_the_build_and_the_last_one_stays(
    good: tuple[Path, dict[str, bytes]], texts: Path, change: dict[str, str]
) -> None:
    root, before = good
    lay_out(root, files(BOTH, sets(**change)))
    built = compiled(root, texts)
    assert built.folders == {}
    (leak,) = [f for f in built.report.findings if f.code == "PUB001"]
    assert leak.path == "annotations/ostrel-ferry/lm-1.json"
    assert RUN not in leak.message
    assert bytes_of(root / "dist") == before


@pytest.mark.slow
def test_seven_withheld_words_in_a_row_are_let_through(
    good: tuple[Path, dict[str, bytes]], texts: Path
) -> None:
    root, _before = good
    lay_out(root, files(BOTH, sets(note=f"See: {SHORT}.")))
    assert "PUB001" not in {f.code for f in compiled(root, texts).report.findings}


@pytest.mark.slow
@pytest.mark.parametrize("place", ["row", "card"])
def test_withheld_words_in_the_output_stop_the_build_though_no_record_shows_them(
    good: tuple[Path, dict[str, bytes]],
    texts: Path,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root, before = good
    if place == "row":
        words = f"The {RUN}."
        contents = files(BOTH, (*key_sets(), *ferry_sets()))
        path = "annotations/harl-mill/ana.json"
        contents[path] = contents[path].replace(
            b"Raiders burned a mill.", words.encode()
        )
        (root / "annotations/harl-mill/adjudicated.json").unlink()
    else:
        contents = files(BOTH, sets(), title=f"The {RUN}")
    lay_out(root, contents)
    monkeypatch.setattr(Checkout, "tracked", lambda _self, _paths: iter(()))
    with pytest.raises(LeakError) as caught:
        compiled(root, texts)
    (leak, *_) = [f for f in caught.value.report.findings if f.code == "PUB001"]
    assert leak.path.startswith("public edition: ")
    assert ("README.md" in leak.path) == (place == "card")
    assert bytes_of(root / "dist") == before
    assert hidden(root / "dist") == []


@pytest.mark.slow
def test_a_failure_in_the_middle_leaves_the_last_good_build(
    good: tuple[Path, dict[str, bytes]], texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, before = good

    def fail(_: card.Contents) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(card, "render", fail)
        with pytest.raises(OSError, match="the disk is full"):
            compiled(root, texts)
    assert bytes_of(root / "dist") == before
    assert hidden(root / "dist") == []
    compiled(root, texts)
    assert bytes_of(root / "dist") == before


@pytest.mark.slow
def test_a_killed_build_leaves_nothing_behind_after_the_next(
    good: tuple[Path, dict[str, bytes]], texts: Path
) -> None:
    root, before = good
    dist = root / "dist"
    (dist / ".staging-made-up" / "data").mkdir(parents=True)
    (dist / ".staging-made-up" / "data" / "half.parquet").write_bytes(b"PAR1")
    # Killed between its two renames: the last good build is still there.
    (dist / "made-up-full").rename(dist / ".former-made-up-full")
    compiled(root, texts)
    assert hidden(dist) == []
    assert bytes_of(dist) == before


def test_the_last_good_build_comes_back_when_the_next_one_fails_too(
    good: tuple[Path, dict[str, bytes]], texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, before = good
    dist = root / "dist"
    (dist / "made-up").rename(dist / ".former-made-up")  # killed between two renames
    monkeypatch.setattr(card, "render", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        compiled(root, texts)
    assert bytes_of(dist) == before


def test_an_error_in_the_records_stops_the_build(tmp_path: Path) -> None:
    contents = files({TEXT: MILL}, key_sets())
    path = "annotations/harl-mill/ana.json"
    contents[path] = contents[path].replace(b"hill_raiders", b"hill_riders")
    built = compiled(lay_out(tmp_path, contents))
    assert built.folders == {}
    assert any("ACT001" in error for error in errors(built))
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("name", ["text", "data", "made-up-full"])
def test_a_name_that_cannot_be_a_folder_stops_the_build(
    tmp_path: Path, name: str
) -> None:
    root = lay_out(tmp_path, files({TEXT: MILL}, key_sets(), name=name))
    assert any("DAT001" in error for error in errors(compiled(root)))
    assert not (root / "dist").exists()


@pytest.mark.slow
def test_every_reader_of_datasets_is_known() -> None:
    code = "from datasets.packaged_modules import _PACKAGED_DATASETS_MODULES as m;"
    done = subprocess.run(
        [sys.executable, "-c", f"{code} print(*m)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) <= READERS


@pytest.mark.parametrize(
    "title",
    [
        "One\n---\nlicense: mit",
        "---\n",
        "a\u2028---\u2028b",
        "a\x85---\x85b",
        "# a: 'b' \"c\"",
        "\u0645\u062b\u0627\u0644 \U0001f600",
        "---",
        "x" * 400,
    ],
)
def test_a_card_is_read_back_whatever_its_title(title: str) -> None:
    front = {"pretty_name": title, "configs": [title, {"a": title}]}
    text = card.joined(front, "# Page\n\n---\n\nMore.\n")
    assert card.parted(text) == (front, "# Page\n\n---\n\nMore.\n")
    lines = text.splitlines()  # as `datasets` looks for the end of the front matter
    assert yaml.safe_load("\n".join(lines[1 : lines.index("---", 1)])) == front


@pytest.mark.slow
def test_a_corpus_without_claims_loads_and_says_what_it_lacks(tmp_path: Path) -> None:
    panel = dict.fromkeys(
        ("hill_side", "river_side", "mill_truce"), opinion("not_addressed")
    )
    mentions = [mention("m01", at(0, 4))]
    silent = reading("ana", judged(mentions=mentions, panel=panel))
    root = lay_out(tmp_path, files({TEXT: MILL}, [silent]))
    built = compiled(root)
    assert errors(built) == []
    lacking = ["claim", "claim_votes", "source_type", "source_type_votes"]
    assert list(built.report.empty) == lacking
    public = built.folders["public"]
    assert not any((public / "data" / name).exists() for name in lacking)
    front, page = card.parted((public / "README.md").read_text("utf-8"))
    assert not any("default" in config for config in front["configs"])
    assert f"| `claim` | {CONFIGS[0].about} | none: not" in page
    done = verify_apart([public])
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_a_dataset_lacks_is_told_of_every_config(tmp_path: Path) -> None:
    bare = lay_out(tmp_path / "bare", files({TEXT: MILL}, ()))
    of_layers = [c.name for c in CONFIGS if c.name.removesuffix("_votes") in LAYERS]
    report = check_corpus(Checkout(bare))
    assert sorted(report.empty) == sorted(of_layers)
    assert set(EMPTY) == {c.name for c in CONFIGS} - {"segment", "document"}
    (line,) = skipped(report)
    assert "load_dataset needs the name of a config" in line
    assert CONFIGS[0].name == DEFAULT
    assert check_corpus(Checkout(bare), ["corpus"]).empty == ()
    root = lay_out(tmp_path / "whole", files(BOTH, sets()))
    assert check_corpus(Checkout(root)).empty == ()


# two at once


def _while_locked(target: Path, command: Callable[[], Any]) -> Any:
    """Run something while another process holds a folder."""
    code = (
        "import sys; from pathlib import Path; from standpoint.records import engine\n"
        "with engine.staged(Path(sys.argv[1])) as folder:\n"
        "    print('held', flush=True); sys.stdin.read()\n"
        "    (folder / 'SHA256SUMS').write_text('')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        result = command()
        assert other.stdin is not None
        other.stdin.close()
        assert other.wait() == 0
    return result


@pytest.mark.slow
@pytest.mark.parametrize("name", ["made-up", "made-up-full"])
def test_of_two_builds_into_one_folder_one_says_so(
    good: tuple[Path, dict[str, bytes]], texts: Path, name: str
) -> None:
    root, before = good

    def build_too() -> None:
        with pytest.raises(BusyError, match="another command is writing"):
            compiled(root, texts)

    _while_locked(root / "dist" / name, build_too)
    compiled(root, texts)  # the other one is gone
    assert bytes_of(root / "dist") == before


def test_who_builds_in_vain_leaves_the_other_what_it_has_staged(tmp_path: Path) -> None:
    target = tmp_path / "made-up"

    def stage_too() -> None:
        with pytest.raises(BusyError), engine.staged(target):
            pass

    _while_locked(target, stage_too)
    assert (target / "SHA256SUMS").is_file()


def test_a_checkout_without_documents_is_refused(tmp_path: Path) -> None:
    root = lay_out(tmp_path, files({}, ()))
    with pytest.raises(BuildError, match="no documents"):
        compiled(root)


# reading back


def _swap_rows(folder: Path) -> None:
    """Replace a file by one of the same schema whose rows stand in another order."""
    path = folder / "data/claim_votes/calibration-00000-of-00001.parquet"
    found = pq.read_table(path)
    pq.write_table(found.take(list(reversed(range(found.num_rows)))), path)


def _edit_card(change: Callable[[Any, Any], None]) -> Callable[[Path], None]:
    """Return a change of the configs and infos of the card."""

    def edit(folder: Path) -> None:
        path = folder / "README.md"
        _, front, page = path.read_text("utf-8").split("---\n", 2)
        data = yaml.safe_load(front)
        change(data["configs"], data["dataset_info"])
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        path.write_bytes(f"---\n{text}---\n{page}".encode())

    return edit


def _claim_types(infos: Any) -> dict[str, str]:
    claims = next(i for i in infos if i["config_name"] == "claim")["features"]
    column = next(c for c in claims if c["name"] == "claim_type")
    names: dict[str, str] = column["dtype"]["class_label"]["names"]
    return names


def _rename(_configs: Any, infos: Any) -> None:
    _claim_types(infos)["9"] = "happening"


def _reorder(_configs: Any, infos: Any) -> None:
    names = _claim_types(infos)
    names["0"], names["9"] = names["9"], names["0"]


def _miscount(_configs: Any, infos: Any) -> None:
    infos[0]["splits"][0]["num_examples"] += 1


def _two_defaults(configs: Any, _infos: Any) -> None:
    configs[1]["default"] = True


def _elsewhere(configs: Any, _infos: Any) -> None:
    configs[0]["data_files"][0]["path"] = "../x.parquet"


def _outside(configs: Any, _infos: Any) -> None:
    configs[0]["data_files"][0]["split"] = "../../x"


def _no_files(configs: Any, _infos: Any) -> None:
    del configs[0]["data_files"]


def _cut(folder: Path) -> None:
    file = folder / "data/claim/calibration-00000-of-00001.parquet"
    file.write_bytes(file.read_bytes()[:1000])


def _other_type(folder: Path) -> None:
    file = folder / "data/claim/calibration-00000-of-00001.parquet"
    rows = pq.read_table(file)
    spans = pa.array([["0-1"]] * rows.num_rows)
    place = rows.schema.get_field_index("spans")
    pq.write_table(rows.set_column(place, "spans", spans), file)


def _add(folder: Path) -> None:
    (folder / "data" / "claim" / "notes.txt").write_text("extra")


_LABELS = "claim, calibration: card and Parquet differ in types or label names."

# Name of the tampering to: what it does, whether the sums are written anew (then they
# cannot tell), and what verify says.
TAMPERED: dict[str, tuple[Callable[[Path], object], bool, str]] = {
    "file replaced": (
        _swap_rows,
        False,
        "data/claim_votes/calibration-00000-of-00001.parquet was changed",
    ),
    "rows replaced, sums too": (
        _swap_rows,
        True,
        "claim_votes, calibration: the loaded rows differ from those that were built",
    ),
    "label renamed": (_edit_card(_rename), True, _LABELS),
    "labels reordered": (_edit_card(_reorder), True, _LABELS),
    "file cut, sums too": (_cut, True, "claim does not load: "),
    "a list in place of spans": (_other_type, True, "claim does not load: "),
    "a file elsewhere": (_edit_card(_elsewhere), True, "claim does not load: "),
    "a split elsewhere": (_edit_card(_outside), True, "claim does not load: "),
    "no list of files": (_edit_card(_no_files), True, "claim does not load: "),
    "no schema": (
        lambda folder: shutil.rmtree(folder / "schema"),
        True,
        "claim: card and data do not match: SchemaStop schema/labels.schema.json",
    ),
    "a broken schema": (
        lambda folder: (folder / "schema/labels.schema.json").write_text("[]"),
        True,
        "claim: card and data do not match: SchemaStop schema/labels.schema.json",
    ),
    "no front matter": (
        lambda folder: (folder / "README.md").write_text("# Mine"),
        True,
        "The card cannot be read: ",
    ),
    "file added": (_add, False, "data/claim/notes.txt is not in SHA256SUMS."),
    "rows miscounted": (_edit_card(_miscount), True, "claim does not load: "),
    "two defaults": (
        _edit_card(_two_defaults),
        True,
        "The card does not mark 'claim' as its only default config.",
    ),
}

_SCRIPT = """
import json, sys, warnings
from pathlib import Path
from datasets import ClassLabel, load_dataset, disable_progress_bars
from standpoint.release.verify import verify

disable_progress_bars()
public, cache, tampered = sys.argv[1], sys.argv[2], Path(sys.argv[3])
loaded = {}
for config in json.loads(sys.argv[4]):
    splits = load_dataset(public, config, cache_dir=cache)
    first = next(iter(splits.values()))
    loaded[config] = {
        "rows": {name: split.num_rows for name, split in splits.items()},
        "labels": {
            name: feature.names
            for name, feature in first.features.items()
            if isinstance(feature, ClassLabel)
        },
        "columns": list(first.features),
        "first": first[0],
    }
default = load_dataset(public, cache_dir=cache)["calibration"]
result = {
    "loaded": loaded,
    "default": default.column_names,
    "string": default.features["claim_type"].int2str(9),
    "problems": {folder.name: verify(folder) for folder in tampered.iterdir()},
}
print(json.dumps(result))
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public edition of two documents in two splits."""
    root = tmp_path_factory.mktemp("small")
    contents = files(BOTH, (*key_sets(), *ferry_sets()))
    return compiled(lay_out(root, contents)).folders["public"]


@pytest.fixture(scope="module")
def read_back(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a user's process reads from a build, and from builds that were changed."""
    place = tmp_path_factory.mktemp("read")
    for name, (tamper, with_sums, _said) in TAMPERED.items():
        copy = place / "tampered" / name
        shutil.copytree(small, copy)
        _keep_configs(copy, {"claim", "claim_votes"})
        tamper(copy)
        if with_sums:
            dataset.write_sums(copy)
    names = json.dumps([config.name for config in CONFIGS])
    arguments = [str(small), str(place / "cache"), str(place / "tampered"), names]
    environment = os.environ | {
        "HF_DATASETS_OFFLINE": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(place / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _keep_configs(folder: Path, wanted: set[str]) -> None:
    """Make a build smaller, to save time: fewer configs, and sums that fit."""
    for path in (folder / "data").iterdir():
        if path.name not in wanted:
            shutil.rmtree(path)

    def drop(configs: Any, infos: Any) -> None:
        for entries in (configs, infos):
            entries[:] = [e for e in entries if e["config_name"] in wanted]

    _edit_card(drop)(folder)
    dataset.write_sums(folder)


@pytest.mark.slow
def test_a_build_reads_back_in_a_process_of_its_own(small: Path) -> None:
    done = verify_apart([small])
    assert done.stdout == "made-up: every config loads as it was built\n"
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_changed_build_fails_in_a_process_of_its_own(
    small: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "made-up"
    shutil.copytree(small, copy)
    _keep_configs(copy, {"claim"})
    _add(copy)
    done = verify_apart([copy])
    assert done.stdout == "data/claim/notes.txt is not in SHA256SUMS.\n"
    assert done.returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", TAMPERED)
def test_verify_says_what_was_changed(read_back: Any, name: str) -> None:
    problems = read_back["problems"][name]
    assert any(problem.startswith(TAMPERED[name][2]) for problem in problems), problems
    aside = ("The texts cannot be checked: ", "The card")
    assert all(p.startswith(("claim", "data/claim", *aside)) for p in problems)
    assert all(len(p) < 500 and "\n" not in p for p in problems)


@pytest.mark.slow
def test_every_config_loads_offline_with_the_labels_of_the_schema(
    read_back: Any, small: Path
) -> None:
    inventories = Schemas(REPO / "schema").inventories
    n_labels = 0
    for config in CONFIGS:
        found = read_back["loaded"][config.name]
        columns = config.columns(inventories)
        assert found["columns"] == [column.name for column in columns]
        labels = {
            column.name: column.feature["names"]
            for column in columns
            if column.feature.get("_type") == "ClassLabel"
        }
        assert found["labels"] == labels
        n_labels += len(labels)
        stored = table(small, config.name)
        assert sum(found["rows"].values()) == len(stored)
        assert found["first"] in stored
    assert n_labels > 50
    assert set(read_back["loaded"]["claim"]["rows"]) == {"calibration", "pilot"}
    assert set(read_back["loaded"]["panel"]["rows"]) == {"registry"}


@pytest.mark.slow
def test_the_default_config_is_claim_and_its_codes_have_names(read_back: Any) -> None:
    assert read_back["default"] == read_back["loaded"]["claim"]["columns"]
    assert read_back["string"] == "event"


# golden: rows, card and schema of a tiny build


def _arrow_types(feature: Feature) -> str:
    match feature.get("_type"):
        case "Value":
            return str(feature["dtype"])
        case "ClassLabel":
            return f"label[{', '.join(feature['names'])}]"
        case "List":
            return f"list<{_arrow_types(feature['feature'])}>"
    inner = ", ".join(f"{name}: {_arrow_types(f)}" for name, f in feature.items())
    return f"struct<{inner}>"


def _without_sizes(value: Any) -> Any:
    """Leave out what depends on the version of pyarrow, not on the data."""
    sizes = {"num_bytes", "download_size", "dataset_size"}
    if isinstance(value, dict):
        return {k: _without_sizes(v) for k, v in value.items() if k not in sizes}
    return [_without_sizes(v) for v in value] if isinstance(value, list) else value


def _golden(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of every golden file of a build."""
    front = yaml.safe_load((folder / "README.md").read_text("utf-8").split("---\n")[1])
    for info in front["dataset_info"]:
        del info["features"]  # schema.txt says it shorter, and verify compares them
    yield (
        "card.yaml",
        yaml.safe_dump(_without_sizes(front), sort_keys=False, width=88),
    )
    lines = []
    for config in CONFIGS:
        rows = table(folder, config.name)
        encoded = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        if rows:
            yield f"{config.name}.jsonl", "".join(encoded)
        paths = sorted((folder / "data" / config.name).glob("*.parquet"))
        schema = pq.read_schema(paths[0]) if paths else None
        lines.append(f"{config.name}\n")
        for column in config.columns(Schemas(folder / "schema").inventories):
            stored = schema.field(column.name).type if schema else "not written"
            lines.append(
                f"  {column.name}: {stored} = {_arrow_types(column.feature)}\n"
            )
    yield "schema.txt", "".join(lines)


def test_a_tiny_build_is_the_golden_one(tmp_path: Path) -> None:
    root = lay_out(tmp_path, files({TEXT: MILL}, key_sets()))
    made = dict(_golden(compiled(root).folders["public"]))
    if os.environ.get(UPDATE) == "1":
        shutil.rmtree(GOLDEN, ignore_errors=True)
        GOLDEN.mkdir()
        for name, text in made.items():
            (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
    kept = {path.name: path.read_text("utf-8") for path in GOLDEN.iterdir()}
    assert sorted(made) == sorted(kept)
    for name, text in made.items():
        hint = f"{name} differs; if it should, run again with {UPDATE}=1"
        assert text.splitlines() == kept[name].splitlines(), hint


def test_a_rename_that_fails_keeps_the_last_good_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, rename = tmp_path / "d", Path.rename
    target.mkdir()
    (target / "a").write_text("good")
    (target / "SHA256SUMS").touch()

    def refuse(self: Path, to: Path) -> Path:
        if self.parent.name.startswith(".staging"):
            raise PermissionError(13, "in use")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError), engine.staged(target):
        pass
    assert (target / "a").read_text() == "good"
