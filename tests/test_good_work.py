"""Good pull requests pass: generated from valid sets, judged in every mode.

A false alarm is as bad as a missed fault. Each request is one that a contributor could
send: a set added, changed, replaced or decided on, a registry entry, a document, a renamed
actor, a formatter run, an import. None may cause an error in any mode, nor a warning on a
file that it did not change. `STANDPOINT_GOOD_WORK` says how many are generated.
"""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from standpoint.checks import ann, context
from standpoint.checks.changed_since import check_changes
from standpoint.checks.report import Report
from standpoint.cli import cli
from standpoint.records import canonical, findings, text
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Level
from standpoint.records.text import sha256
from tests.conftest import TEXT, apply, written
from tests.studio import register
from tests.test_changes import commit, git

pytestmark = pytest.mark.slow

N = int(os.environ.get("STANDPOINT_GOOD_WORK", "36"))
"""Requests to generate: a few of each kind here, 120 in .ci/run."""

BRIDGE = "small-bridge-2031"
FORD = "small-ford-2031"
HERE = Path(__file__).parent
ORIGINAL = (HERE / "small" / TEXT).read_bytes().decode("utf-8")

Json = Any
Draw = random.Random


def load(root: Path, path: str) -> Json:
    return json.loads((root / path).read_bytes())


def save(root: Path, path: str, data: Json) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(written(path, data))


def edit(root: Path, path: str, **changes: Json) -> None:
    apply(root, {"file": path, **changes})


# a second document, whose text is withheld


def shifted(words: str, by: int) -> str:
    """Return words of no language: each letter moved on, all else as it was."""
    moved: dict[str, str | int | None] = {}
    for first in "aA":
        letters = [chr(ord(first) + n) for n in range(26)]
        moved |= dict(zip(letters, letters[by:] + letters[:by], strict=True))
    return words.translate(str.maketrans(moved))


def proved(value: Json, whole: str) -> None:
    """Give every span below a value the digest of its words in a text."""
    if isinstance(value, list):
        for one in value:
            proved(one, whole)
    elif isinstance(value, dict):
        if value.get("digest"):
            start, end = value["start"], value["end"]
            value["digest"] = text.span_digest(whole, start, end)
        for one in value.values():
            proved(one, whole)


def add_document(root: Path, name: str, by: int, *, released: bool) -> tuple[Json, str]:
    """Add a document like the first one, in words of its own; return record and text."""
    whole = shifted(ORIGINAL, by)
    record = load(root, f"corpus/documents/{BRIDGE}.json")
    record |= {"id": name, "source_file": name}
    record["text"]["sha256"] = sha256(whole.encode("utf-8"))
    if not released:
        record["rights"] |= {"text_release": "withheld", "licence": None}
    for segment in record["segments"]:
        for line in segment["paragraphs"]:
            line["digest"] = text.line_digest(whole, line["start"], line["end"])
    save(root, f"corpus/documents/{name}.json", record)
    group = {"id": name, "documents": [name], "basis": "Found alone."}
    entry = {"document": name, "split": "calibration", "since": "0.1.0"}
    edit(root, "corpus/splits.json", add={"/groups/-": group, "/ledger/-": entry})
    if released:
        path = root / f"corpus/texts/released/{name}.txt"
        path.write_bytes(whole.encode("utf-8"))
    return record, whole


def of_document(record: Json, name: str, whole: str) -> Json:
    """Return a set on the first document as one on another of the same shape."""
    digest = sha256(whole.encode("utf-8"))
    record |= {"document": name, "text_sha256": digest}
    proved(record, whole)
    return record


class World(NamedTuple):
    """A repository on whose main branch all is well.

    Attributes:
        root: The checkout.
        texts: Folder with the text that is withheld.
        before: Warnings of it, with and without the texts.
    """

    root: Path
    texts: Path
    before: dict[bool, set[tuple[str, ...]]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("good work")
    root, texts = folder / "small", folder / "texts"
    shutil.copytree(HERE / "small", root)
    shutil.copytree(HERE.parent / "schema", root / "schema")
    texts.mkdir()
    _, whole = add_document(root, FORD, 7, released=False)
    (texts / "any name.txt").write_bytes(whole.encode("utf-8"))
    register(root, "reader-2", "chief")
    for name in ("reader-1", "small-lm"):
        record = load(root, f"annotations/{BRIDGE}/{name}.json")
        save(root, f"annotations/{FORD}/{name}.json", of_document(record, FORD, whole))
    for document in (BRIDGE, FORD):  # a key would decide alone
        (root / f"annotations/{document}/small-lm.json").unlink()
        second = reworded(load(root, f"annotations/{document}/reader-1.json"), "2")
        second["annotator"] = "reader-2"
        save(root, f"annotations/{document}/reader-2.json", second)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    git(root, "config", "gc.auto", "0")
    before = {}
    for at_hand in (True, False):
        report = check_changes(Checkout(root, [texts] if at_hand else []), None, None)
        assert not errors(report), errors(report)
        before[at_hand] = warnings(report)
    return World(root, texts, before)


def errors(report: Report) -> list[str]:
    return [str(found) for found in report.findings if found.level is Level.ERROR]


def warnings(report: Report) -> set[tuple[str, ...]]:
    return {
        (found.code, found.path, found.place, found.message)
        for found in report.findings
        if found.level is Level.WARNING
    }


# what contributors send


def reworded(record: Json, mark: str) -> Json:
    """Return a set whose sentences are other words for the same."""
    added = {"1": "there", "2": "that day", "3": "in the valley"}[mark]
    for segment in record["segments"]:
        for claim in segment["claims"]:
            claim["normalised"] = f"{claim['normalised'].removesuffix('.')} {added}."
    return record


CHOICES: dict[str, dict[str, list[Json]]] = {
    "mentions": {"naming": ["neutral", "legitimising"]},
    "claims": {
        "evidence_shown": [["none"], ["testimony"], None],
        "event_time": ["2031-05-04", "2031-05", None],
        "sure": [True, False],
        "note": ["A close call.", None],
    },
}
"""Judgements in which readers may well differ."""


def varied(record: Json, draw: Draw) -> Json:
    """Return a set with a few judgements that another reader could have made."""
    for segment in record["segments"]:
        segment["note"] = draw.choice(["Read twice.", None])
        for items, choices in CHOICES.items():
            for item, (key, values) in product(segment[items], choices.items()):
                if draw.random() < 0.3:
                    item[key] = draw.choice(values)
    return record


def some_document(draw: Draw) -> str:
    return draw.choice([BRIDGE, FORD])


def a_new_set(world: World, draw: Draw) -> None:
    """Somebody new enters themselves and adds a reading."""
    document = some_document(draw)
    register(world.root, "pat")
    record = load(world.root, f"annotations/{document}/reader-1.json")
    record = varied(reworded(record, "3"), draw)
    record |= {"annotator": "pat", "created": "2031-05-20T10:00:00Z"}
    record["lead_time_s"] = draw.choice([None, 1900, 3200])
    save(world.root, f"annotations/{document}/pat.json", record)


def a_changed_set(world: World, draw: Draw) -> None:
    path = f"annotations/{some_document(draw)}/{draw.choice(['reader-1', 'reader-2'])}.json"
    save(world.root, path, varied(load(world.root, path), draw))


def a_replaced_set(world: World, draw: Draw) -> None:
    path = f"annotations/{some_document(draw)}/reader-2.json"
    record = varied(reworded(load(world.root, path), "1"), draw)
    record["created"] = "2031-05-25T10:00:00Z"
    save(world.root, path, record)


def a_decision(world: World, draw: Draw) -> None:
    """An adjudicator decides on mentions, having read both readings."""
    folder = f"annotations/{some_document(draw)}"
    readers = ("reader-1", "reader-2")
    record = load(world.root, f"{folder}/reader-1.json")
    first = record["segments"][0]
    kept = draw.sample(first["mentions"], 3)
    for mention in kept:
        sources = [{"annotator": name, "item": mention["id"]} for name in readers]
        mention["adjudication"] = {
            "sources": sources,
            "decision": "agreed",
            "reason": None,
        }
    first |= {
        "mentions": sorted(kept, key=lambda mention: mention["start"]),
        "coverage": {"actor": "partial", "claim": "none", "stance": "none"}
        | {"panel": "none"},
        "claims": [],
        "panel": {},
        "stances": [],
        "relations": [],
        "note": None,
    }
    used = {actor for mention in kept for actor in mention["actors"]}
    record |= {
        "annotator": "chief",
        "role": "adjudicator",
        "created": "2031-05-28T10:00:00Z",
        "nil": [nil for nil in record["nil"] if nil["id"] in used],
        "segments": [first],
        "sources": {
            name: sha256((world.root / folder / f"{name}.json").read_bytes())
            for name in readers
        },
    }
    save(world.root, f"{folder}/adjudicated.json", record)


def a_registry_entry(world: World, draw: Draw) -> None:
    """An actor, a name of one, an outlet or an annotator comes in."""
    actors = load(world.root, "corpus/actors.json")["actors"]
    name = actors[0]["names"][0] | {"text": draw.choice(["T. Tolz", "Minister Tolz"])}
    actor = actors[0] | {"id": "ana_bell", "names": [name | {"text": "Ana Bell"}]}
    outlet = load(world.root, "corpus/outlets.json")["outlets"][0]
    chosen = draw.randrange(4)
    if chosen == 0:
        edit(world.root, "corpus/actors.json", add={"/actors/-": actor})
    elif chosen == 1:
        edit(world.root, "corpus/actors.json", add={"/actors/0/names/-": name})
    elif chosen == 2:
        new = outlet | {"id": "mill_gazette", "name": "Mill Gazette"}
        edit(world.root, "corpus/outlets.json", add={"/outlets/-": new})
    else:
        register(world.root, draw.choice(["kim", "sam"]))


def a_document(world: World, draw: Draw) -> None:
    """A new document, released or withheld, with or without a first reading."""
    name = draw.choice(["small-mill-2031", "small-weir-2031"])
    released = draw.random() < 0.5
    _, whole = add_document(world.root, name, draw.choice([3, 11]), released=released)
    if not released:
        (world.texts / "new.txt").write_bytes(whole.encode("utf-8"))
    if draw.random() < 0.5:
        record = load(world.root, f"annotations/{BRIDGE}/reader-1.json")
        record = reworded(of_document(record, name, whole), "3")
        save(world.root, f"annotations/{name}/reader-1.json", record)


def a_renamed_actor(world: World, draw: Draw) -> None:
    """One id becomes another, in the registry and in every record."""
    old = draw.choice(["oskadar_league", "mira_tolz", "oskadar_guard"])
    for folder in ("corpus", "annotations"):
        for path in (world.root / folder).rglob("*.json"):
            source = path.read_text("utf-8")
            if f'"{old}"' in source:
                path.write_text(source.replace(f'"{old}"', f'"{old}_2031"'), "utf-8")


def a_formatter_run(world: World, draw: Draw) -> None:
    """Records written by some other tool, put in canonical form."""
    path = f"annotations/{some_document(draw)}/reader-1.json"
    record = varied(load(world.root, path), draw)
    (world.root / path).write_text(json.dumps(record, indent=4), "utf-8")
    run(world, "fmt", str(world.root / path))
    assert canonical.lenient((world.root / path).read_text("utf-8")) == record


def an_import(world: World, draw: Draw) -> None:
    """A set written with quotes is imported."""
    words = draw.sample(["Oskadar Guard", "Mira Tolz", "The group"], 2)
    mentions = [
        {"id": f"m{n:02}", "actors": [actor], "naming": "neutral", "quote": quote}
        for n, quote in enumerate(words, 1)
        for actor in [
            {
                "Oskadar Guard": "oskadar_guard",
                "Mira Tolz": "mira_tolz",
                "The group": "oskadar_league",
            }[quote]
        ]
    ]
    covered = {"actor": "partial", "claim": "none", "stance": "none", "panel": "none"}
    quoted = {
        "schema": "1",
        "document": BRIDGE,
        "annotator": "pat",
        "role": "annotator",
        "guidelines": "0.1",
        "tool": "by hand",
        "created": "2031-05-12T09:00:00Z",
        "segments": [{"segment": "s01", "coverage": covered, "mentions": mentions}],
    }
    register(world.root, "pat")
    file = world.texts.parent / "quoted.json"
    file.write_text(json.dumps(quoted), "utf-8")
    run(world, "import", "quoted", str(file))


def run(world: World, *arguments: str) -> None:
    arguments = (*arguments, "--root", str(world.root))
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output


KINDS: tuple[Callable[[World, Draw], None], ...] = (
    a_new_set,
    a_changed_set,
    a_replaced_set,
    a_decision,
    a_registry_entry,
    a_document,
    a_renamed_actor,
    a_formatter_run,
    an_import,
)


@pytest.fixture
def request_of(world: World) -> Iterator[Callable[[int], None]]:
    """A function that makes the n-th request in the work tree; it is undone afterwards."""

    def make(number: int) -> None:
        git(world.root, "switch", "-q", "-c", "request")
        KINDS[number % len(KINDS)](world, random.Random(number))

    yield make
    git(world.root, "add", "-A")
    git(world.root, "checkout", "-q", "-f", "main")
    git(world.root, "branch", "-q", "-D", "request")
    (world.texts / "new.txt").unlink(missing_ok=True)


def modes(world: World) -> Iterator[tuple[str, bool, Report]]:
    """Judge a request in every mode, first uncommitted, then as a commit."""
    for committed, at_hand in product((False, True), (True, False)):
        texts = [world.texts] if at_hand else []
        if committed and at_hand:
            commit(world.root, "A change")
        changes = Checkout(world.root, texts).git.changes_since("main")
        name = "changed since" if committed else "work tree"
        yield name, at_hand, check_changes(Checkout(world.root, texts), changes, None)
    for at_hand in (True, False):
        texts = [world.texts] if at_hand else []
        yield "whole", at_hand, check_changes(Checkout(world.root, texts), None, None)


@pytest.mark.parametrize(
    "number", range(N), ids=lambda n: f"{KINDS[n % len(KINDS)].__name__}-{n}"
)
def test_a_good_request_passes_in_every_mode(
    world: World, request_of: Callable[[int], None], number: int
) -> None:
    request_of(number)
    listed = git(world.root, "status", "--porcelain", "-z", "-uall").split("\0")
    changed = {entry[3:] for entry in listed}
    for name, at_hand, result in modes(world):
        for form in (result, result.redacted()):
            found = [f for f in form.findings if f.level is Level.ERROR]
            assert not found, (name, at_hand, list(map(str, found)))
        new = warnings(result) - world.before[at_hand]
        beside = [one for one in new if one[1] not in changed]
        assert not beside, (name, at_hand, beside)


def test_a_set_of_a_commit_taken_for_a_file_would_be_noticed(
    world: World, request_of: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault that this suite was made for, put back."""
    by_type = dict(findings._BY_TYPE)
    monkeypatch.setitem(
        by_type,
        context.Committed,
        [*by_type[context.Committed], ann.set_lies_where_sets_are_read],
    )
    monkeypatch.setattr("standpoint.records.findings._BY_TYPE", by_type)
    monkeypatch.setattr(
        "standpoint.checks.run.Committed",
        lambda path, held: context.Committed(f"commit 0: {path}", held),
    )
    request_of(0)
    found = [report for _, at_hand, report in modes(world) if at_hand]
    assert any("ANN011" in line for report in found for line in errors(report))
