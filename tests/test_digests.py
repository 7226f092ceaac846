"""Digests: the same in copies that drift, and silent to whoever lacks the words."""

import hashlib
import json
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import drift
from benchmarks.attack import attack
from standpoint.cli import cli
from standpoint.records import canonical
from standpoint.records.checkout import Checkout
from standpoint.records.text import (
    LEAST_WORDS,
    covering,
    fold,
    line_digest,
    lines,
    sha256,
    span_digest,
    words_of,
)
from standpoint.release.build import build
from tests.conftest import DOCUMENT, HERE, TEXT, withhold
from tests.test_checks import READER

WHOLE = (HERE / "small" / TEXT).read_bytes().decode()

TEXTS = st.lists(
    st.lists(
        st.sampled_from(["Ferry", "déjà", "it's", "12", "наш", "لم", "A"]), min_size=1
    ),
    min_size=1,
    max_size=6,
).map(lambda found: "\n".join(" ".join(line) for line in found))


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, int, int]:
    """Draw a text and a span of whole words of it."""
    text = draw(TEXTS)
    words = words_of(text)
    first = draw(st.integers(0, len(words.folded) - 1))
    last = draw(st.integers(first, len(words.folded) - 1))
    return text, words.starts[first], words.ends[last]


def drifted(text: str) -> Iterator[str]:
    yield text.replace(" ", " \u00a0")
    yield text.upper()
    yield unicodedata.normalize("NFD", text)
    yield text.replace("'", "\u2019")
    yield text.replace("\n", "\n\n")
    yield f"\ufeff{text}"


@given(spans())
def test_what_copies_change_does_not_change_a_digest(
    drawn: tuple[str, int, int],
) -> None:
    text, start, end = drawn
    words = words_of(text)
    first, last = words.starts.index(start), words.ends.index(end)
    for copy in drifted(text):
        there = words_of(copy)
        place = there.starts[first], there.ends[last]
        assert span_digest(copy, *place) == span_digest(text, start, end)


@given(spans())
def test_a_digest_covers_sixteen_words_if_there_are_as_many(
    drawn: tuple[str, int, int],
) -> None:
    text, start, end = drawn
    words = words_of(text)
    first, last = words.starts.index(start), words.ends.index(end) + 1
    for around in (0, 8):
        _, covered = covering(words, first, last, around)
        n_words = covered.count(" ") + 1
        assert n_words >= min(LEAST_WORDS, len(words.folded))


def test_any_other_word_or_place_is_another_digest() -> None:
    words = words_of(WHOLE)
    runs = [
        (words.starts[first], words.ends[last])
        for first in range(len(words.folded))
        for last in range(first, min(first + 9, len(words.folded)))
    ]
    digests = {span_digest(WHOLE, *run) for run in runs}
    assert len(digests) == len(runs)
    start, end = WHOLE.index("Oskadar"), WHOLE.index("Oskadar") + 7
    right = span_digest(WHOLE, start, end)
    assert span_digest(WHOLE.replace("Oskadar", "Oskadan"), start, end) != right
    assert span_digest(WHOLE, start, end - 1) != right
    assert (
        len({span_digest(f"{words} x", 0, 1) for words in ("a b", "a c", "b a")}) == 3
    )


def test_marks_at_the_edge_of_a_span_belong_to_it() -> None:
    text = f'He said: "no." {WHOLE}'
    place = text.index('"no."')
    digests = {
        span_digest(text, place + a, place + b) for a in (0, 1) for b in (3, 4, 5)
    }
    assert len(digests) == 6
    curled = text.replace('"', "\u201d")
    assert span_digest(curled, place, place + 5) == span_digest(text, place, place + 5)


def test_a_line_that_is_moved_keeps_its_digest() -> None:
    long = [
        (start, end)
        for start, end in lines(WHOLE, 0, len(WHOLE))
        if len(words_of(WHOLE[start:end]).folded) >= LEAST_WORDS
    ]
    assert long
    for start, end in long:
        moved = f"Something else.\n{WHOLE[start:end]}\nAnd more."
        assert line_digest(moved, 16, 16 + end - start) == line_digest(
            WHOLE, start, end
        )


# what they give away


@pytest.mark.slow
def test_nothing_public_gives_a_withheld_word_away(public_edition: Path) -> None:
    found = attack(public_edition)
    assert found.n_spans > 1_000
    assert found.n_lines > 200
    assert (found.spans, found.lines) == (0, 0)


@pytest.mark.slow
def test_the_attack_finds_what_can_be_found(small: Path, tmp_path: Path) -> None:
    texts = [withhold(small, at_hand=True)]
    public = build(Checkout(small, texts), tmp_path / "dist").folders["public"]
    assert attack(public).spans == 0
    known = attack(public, [WHOLE])
    assert (known.spans, known.lines) == (known.n_spans, known.n_lines)


@pytest.mark.slow
def test_the_attack_breaks_the_digests_of_before(small: Path, tmp_path: Path) -> None:
    texts = [withhold(small, at_hand=True)]
    public = build(Checkout(small, texts), tmp_path / "dist").folders["public"]
    old = tmp_path / "old"
    shutil.copytree(public, old)
    _with_old_digests(old)
    assert attack(old).spans > 5


def _with_old_digests(dataset: Path) -> None:
    """Give the mentions of a dataset the digests that they had before."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for file in (dataset / "data/actor").glob("*.parquet"):
        table = pq.read_table(file)
        rows = table.to_pylist()
        for row in rows:
            span = row["span"]
            span["digest"] = _old(span["start"], span["end"])
        pq.write_table(pa.Table.from_pylist(rows, table.schema), file)


def _old(start: int, end: int) -> str:
    data = f"{sha256(WHOLE.encode())}|{start}|{end}|{WHOLE[start:end]}".encode()
    return hashlib.sha256(data).hexdigest()[:16]


# copies


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The public edition of the corpus with all its texts withheld; and the texts."""
    place = tmp_path_factory.mktemp("drift")
    found = drift.withheld(place / "root", place / "texts", [])
    built = build(Checkout(place / "root"), place / "dist")
    return built.folders["public"], found


LOSSY = {
    "lines reordered": 0.9,
    "captions dropped": 0.95,
    "a letter in each line": 0.95,
    "five typos": 0.97,
}
"""Copies in which short lines lack their neighbours, to the share that comes back."""


@pytest.mark.slow
@pytest.mark.parametrize("name", drift.DRIFTS)
def test_words_come_back_from_a_copy_that_drifted(
    invented: tuple[Path, dict[str, str]], tmp_path: Path, name: str
) -> None:
    found = drift.measured(*_first(invented, tmp_path), drift.DRIFTS[name])
    assert found.wrong == 0
    if name == "another text":
        assert found.right == 0
        return
    assert found.right > 250
    assert found.right >= LOSSY.get(name, 0.98) * (found.right + found.lost)
    if name not in LOSSY:
        assert found.segments >= 0.85 * found.n_segments


def _first(
    invented: tuple[Path, dict[str, str]], tmp_path: Path
) -> tuple[Path, Path, dict[str, str]]:
    public, found = invented
    return public, tmp_path / "copies", found


# records of before


def _aged(value: Any) -> None:
    """Give a record the digests of before."""
    if isinstance(value, list):
        for one in value:
            _aged(one)
    elif isinstance(value, dict):
        for one in value.values():
            _aged(one)
        if "digest" in value:
            value["digest"] = _old(value["start"], value["end"])
        for line in value.get("paragraphs", ()):
            del line["digest"]
            words = WHOLE[line["start"] : line["end"]]
            line["sha256"] = sha256(fold(words).encode())


def aged(root: Path) -> dict[str, bytes]:
    """Age the records of a checkout; return them as they were."""
    paths = [DOCUMENT, READER, READER.replace("reader-1", "small-lm")]
    before = {path: (root / path).read_bytes() for path in paths}
    for path, data in before.items():
        record = json.loads(data)
        _aged(record)
        (root / path).write_bytes(canonical.formatted(json.dumps(record).encode()))
    return before


def migrated(root: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["migrate", "--root", str(root), *words])
    return result.exit_code, result.output


def test_records_of_before_are_brought_up_to_date(small: Path) -> None:
    before = aged(small)
    code, told = migrated(small, "--check")
    assert (code, told.count("would rewrite")) == (1, 3)
    assert migrated(small)[0] == 0
    assert {path: (small / path).read_bytes() for path in before} == before
    assert migrated(small) == (0, "")


def test_what_is_not_proved_is_left_as_it_is(small: Path) -> None:
    aged(small)
    record = (small / READER).read_bytes().replace(b'"start": 0', b'"start": 1', 1)
    (small / READER).write_bytes(record)
    code, told = migrated(small)
    assert code == 1
    assert f"left unchanged: {READER}: the digest at 1-" in told
    (small / TEXT).unlink()
    assert "the text is not available; use --texts" in migrated(small)[1]


def test_an_adjudication_follows_the_readings_it_is_based_on(small: Path) -> None:
    path = READER.replace("reader-1", "adjudicated")
    judged = json.loads((small / READER).read_bytes())
    digest = sha256((small / READER).read_bytes())
    judged |= {"role": "adjudicator", "sources": {"reader-1": digest}}
    (small / path).write_bytes(canonical.formatted(json.dumps(judged).encode()))
    aged(small)
    record = json.loads((small / path).read_bytes())
    record["sources"] = {"reader-1": sha256((small / READER).read_bytes())}
    (small / path).write_bytes(canonical.formatted(json.dumps(record).encode()))
    assert migrated(small)[0] == 0
    found = json.loads((small / path).read_bytes())["sources"]
    assert found == {"reader-1": sha256((small / READER).read_bytes())}
