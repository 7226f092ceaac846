"""Every hard case of the guidelines is a real place, and the key decides it as told."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from standpoint.records.checkout import Checkout

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs/guidelines").glob("*.md"))
ROW = re.compile(
    r"^\| `([^`]+)` \| (practice-[a-z0-9-]+) \| ((?:`[^`]+`(?:, )?)+) \| (.+) \|$",
    re.MULTILINE,
)
TICKED = re.compile(r"`([^`]+)`")
NAMES = {name for i in Checkout(ROOT).schemas.inventories.values() for name in i.names}
LABELLED = (
    *("naming", "form", "link_certainty", "claim_type", "modality", "checkworthy"),
    *("certainty_shift", "ironic", "carrier_stance", "source_type", "identification"),
    *("mode", "label", "expression", "portrayal", "role"),
)
FIELDS = {"also_at", "certainty_shift", "ironic"}
PLACES = ("spans", "also_at", "carrier_evidence", "evidence")

Range = tuple[int, int]


class Case(NamedTuple):
    """A row of a table of hard cases."""

    page: str
    words: str
    document: str
    items: tuple[str, ...]
    mark: str


def table(page: Path) -> str:
    return page.read_text("utf-8").split("## Hard cases")[1].split("\n## ")[0]


CASES = [
    Case(page.stem, words, document, tuple(TICKED.findall(items)), mark)
    for page in PAGES
    for words, document, items, mark in ROW.findall(table(page))
]
every_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.page}: {case.words[:30]}" for case in CASES]
)


def released(document: str) -> str:
    return (ROOT / f"corpus/texts/released/{document}.txt").read_bytes().decode()


def item(document: str, name: str) -> tuple[Any, Range]:
    """Return the item of the key that is named, and where its segment stands."""
    key = json.loads((ROOT / f"annotations/{document}/key-lm-1.json").read_bytes())
    record = json.loads((ROOT / f"corpus/documents/{document}.json").read_bytes())
    where = {s["id"]: (s["start"], s["end"]) for s in record["segments"]}
    panel = re.fullmatch(r"panel (s\d\d) ([a-z_]+)", name)
    stance = re.fullmatch(r"(t\d+) (s\d\d)", name)
    found = []
    for segment in key["segments"]:
        here = segment["segment"]
        if panel and panel[1] == here:
            found.append((segment["panel"][panel[2]], where[here]))
        elif stance and stance[2] == here:
            found += [
                (x, where[here]) for x in segment["stances"] if x["id"] == stance[1]
            ]
        else:
            both = [*segment["mentions"], *segment["claims"]]
            found += [(x, where[here]) for x in both if x["id"] == name]
    assert len(found) == 1, f"{name} is there {len(found)} times in {document}"
    return found[0]


def places(value: Any, segment: Range) -> Iterator[Range]:
    """Yield where an item stands: its words, its sources and its evidence."""
    if value.get("scope") == "segment":
        yield segment
    if "start" in value:
        yield value["start"], value["end"]
    for part in (part for name in PLACES for part in value.get(name) or ()):
        yield from places(part, segment)
    for source in (source for chain in value.get("chains", ()) for source in chain):
        if source["span"]:
            yield from places(source["span"], segment)


def labels(value: Any) -> set[str]:
    """Return the labels of an item, and the fields of it that say something."""
    sources = [source for chain in value.get("chains", ()) for source in chain]
    parts = [value, *value.get("about", ()), *sources]
    found = {part[name] for part in parts for name in LABELLED if part.get(name)}
    return found | {f for f in FIELDS if value.get(f) not in (None, [], "none", "no")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_row_of_a_table_of_hard_cases_is_understood(page: Path) -> None:
    rows = re.findall(r"^\| ", table(page), re.MULTILINE)
    assert len(ROW.findall(table(page))) == len(rows) - 1 > 0


@every_case
def test_every_hard_case_stands_in_the_practice_document_it_names(case: Case) -> None:
    assert case.words in released(case.document)


@every_case
def test_the_items_of_the_key_stand_at_the_words_of_the_hard_case(case: Case) -> None:
    starts = [
        m.start() for m in re.finditer(re.escape(case.words), released(case.document))
    ]
    for name in case.items:
        stands = list(places(*item(case.document, name)))
        assert any(
            start < end and begin < start + len(case.words)
            for start in starts
            for begin, end in stands
        ), f"{name} stands elsewhere"


@every_case
def test_the_key_has_the_labels_that_the_hard_case_names(case: Case) -> None:
    given = set().union(*(labels(item(case.document, name)[0]) for name in case.items))
    named = set(TICKED.findall(case.mark))
    assert named <= NAMES | FIELDS, "a word in backticks is no label"
    assert named <= given


def test_the_keys_follow_the_guidelines_of_today() -> None:
    start = (ROOT / "docs/guidelines.md").read_text("utf-8")
    version = re.search(r"^Guidelines ([0-9.]+)\. ", start, re.MULTILINE)
    assert version is not None
    keys = [
        json.loads(path.read_bytes())
        for path in (ROOT / "annotations").glob("*/key-*.json")
    ]
    assert keys
    assert {key["guidelines"] for key in keys} == {version[1]}


def test_every_version_that_sets_may_name_has_its_pages() -> None:
    dataset = json.loads((ROOT / "corpus/dataset.json").read_bytes())
    *former, newest = (one["version"] for one in dataset["guidelines"])
    assert f"Guidelines {newest}." in (ROOT / "docs/guidelines.md").read_text("utf-8")
    kept = [path.name for path in (ROOT / "docs/guidelines").iterdir() if path.is_dir()]
    assert sorted(kept) == sorted(former)
