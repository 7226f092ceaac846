"""A tiny, invented, valid checkout, and a small language for editing it.

A case is `{"edits": [...], "expect": [[code, path, pointer], ...]}`. An edit names a
`file` and does one or more of these things to it, in this order:

    "delete": true          remove the file
    "copy_of": PATH         start from another file
    "write": TEXT           write this, as it stands
    "bytes_hex": HEX        the same, in bytes
    "link_to": PATH         make it a symbolic link
    "replace": {OLD: NEW}   replace text, as it stands
    "set": {POINTER: VALUE}     replace a value that is there
    "drop": [POINTER]           remove a value
    "add": {POINTER: VALUE}     add a key or, with a number or `-` at the end, an item
    "copy": {POINTER: POINTER}  add a copy of another value of the file
    "mark": {POINTER: WORDS}    give a span the place of these words, and its digest;
                                the first place, or with [WORDS, N] the N-th

The last five work on JSON and write it in canonical form. `"withheld": "absent"` or
`"at hand"` turns the document into one whose text may not be released, without the
text or with the text in a folder of its own.
"""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from standpoint.checks.run import check_corpus
from standpoint.records import canonical, text
from standpoint.records.checkout import ACCEPTED, REGISTRIES, Checkout
from standpoint.records.findings import Finding
from standpoint.records.model import RECORD_TYPES
from standpoint.release.build import build

# No test may fail by the time it takes, or by a draw that the change before it did not
# make: `--hypothesis-profile default` draws anew.
settings.register_profile(
    "standpoint",
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("standpoint")

# Nothing that a test changed in the code may be found again in another.
os.environ["STANDPOINT_CACHE"] = ""

# A shell that runs the suite in the background lets it ignore Ctrl-C, and what it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

HERE = Path(__file__).parent
DOCUMENT = "corpus/documents/small-bridge-2031.json"
TEXT = "corpus/texts/released/small-bridge-2031.txt"

Edit = dict[str, Any]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A fresh copy of the small checkout, with the schema of the repository."""
    root = tmp_path / "small"
    shutil.copytree(HERE / "small", root)
    shutil.copytree(HERE.parent / "schema", root / "schema")
    return root


@pytest.fixture(scope="module")
def shared_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for a whole module, for tests that restore what they change."""
    root = tmp_path_factory.mktemp("shared") / "small"
    shutil.copytree(HERE / "small", root)
    shutil.copytree(HERE.parent / "schema", root / "schema")
    return root


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """A function that fills a folder once for all processes of a run; nobody edits it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the folder of a process is in that of the run

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = base / name, base / f"{name}.done"
        with FileLock(base / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def public_edition(once: Once) -> Path:
    """The public edition of the corpus of this repository."""
    repository = Checkout(HERE.parent)
    folder = once("public", lambda out: build(repository, out / "dist"))
    return folder / "dist/standpoint"


@pytest.fixture(scope="session")
def write_record() -> Callable[[str, Any], bytes]:
    """A function that writes plain data the way the record at a path is written."""
    return written


@pytest.fixture
def edited(small: Path) -> Callable[[Edit], Checkout]:
    """A function that makes the checkout of a case."""

    def make(case: Edit) -> Checkout:
        texts = []
        if "withheld" in case:
            texts = [withhold(small, at_hand=case["withheld"] == "at hand")]
        for edit in case.get("edits", []):
            apply(small, edit)
        return Checkout(small, texts)

    return make


@pytest.fixture
def findings_of(edited: Callable[[Edit], Checkout]) -> Callable[..., list[Finding]]:
    """A function that makes edits and returns everything found then."""

    def find(*edits: Edit, withheld: str | None = None) -> list[Finding]:
        case: Edit = {"edits": edits} | ({"withheld": withheld} if withheld else {})
        return check_corpus(edited(case)).findings

    return find


def withhold(root: Path, *, at_hand: bool) -> Path:
    """Withhold the text of the document; return the folder where it may be."""
    apply(root, {"file": DOCUMENT, "set": {"/rights/text_release": "withheld"}})
    folder = root.parent / "texts"
    folder.mkdir()
    if at_hand:
        shutil.copy(root / TEXT, folder / "any name")
    (root / TEXT).unlink()
    return folder


def apply(root: Path, edit: Edit) -> None:
    """Make one edit."""
    path = root / edit["file"]
    if edit.get("delete"):
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if "copy_of" in edit:
        shutil.copy(root / edit["copy_of"], path)
    if "write" in edit:
        path.write_bytes(edit["write"].encode("utf-8"))
    if "bytes_hex" in edit:
        path.write_bytes(bytes.fromhex(edit["bytes_hex"]))
    if "link_to" in edit:
        path.unlink(missing_ok=True)
        path.symlink_to(edit["link_to"])
    for old, new in edit.get("replace", {}).items():
        source = path.read_bytes().decode("utf-8")
        assert old in source, f"{old!r} is not in {path.name}"
        path.write_bytes(source.replace(old, new).encode("utf-8"))
    if edit.keys() & {"set", "drop", "add", "copy", "mark"}:
        data = json.loads(path.read_bytes())
        change(data, edit)
        path.write_bytes(written(edit["file"], data))


def change(data: Any, edit: Edit) -> None:
    """Edit plain data in place."""
    for pointer, value in edit.get("set", {}).items():
        parent, key = parent_of(data, pointer)
        parent[key]  # what is set must be there
        parent[key] = value
    for pointer in edit.get("drop", []):
        parent, key = parent_of(data, pointer)
        del parent[key]
    for pointer, value in edit.get("add", {}).items():
        put(data, pointer, value)
    for pointer, source in edit.get("copy", {}).items():
        parent, key = parent_of(data, source)
        put(data, pointer, json.loads(json.dumps(parent[key])))
    for pointer, words in edit.get("mark", {}).items():
        parent, key = parent_of(data, pointer)
        parent[key].update(span(words))


def put(data: Any, pointer: str, value: Any) -> None:
    parent, key = parent_of(data, pointer)
    if isinstance(parent, list):
        parent.insert(key, value)
    else:
        parent[key] = value


def span(words: str | list[Any]) -> dict[str, Any]:
    """Return a place of words in the text, with its digest."""
    words, nth = (words, 1) if isinstance(words, str) else words
    whole = (HERE / "small" / TEXT).read_bytes().decode("utf-8")
    start = -1
    for _ in range(nth):
        start = whole.index(words, start + 1)
    end = start + len(words)
    made = text.span_digest(whole, start, end)
    return {"start": start, "end": end, "digest": made}


def parent_of(data: Any, pointer: str) -> tuple[Any, Any]:
    """Return what holds the value at a pointer, and its key there."""
    *way, last = pointer.split("/")[1:]
    for key in way:
        data = data[int(key)] if isinstance(data, list) else data[key]
    if isinstance(data, list):
        return data, len(data) if last == "-" else int(last)
    return data, last


def written(path: str, data: Any) -> bytes:
    """Write a record in canonical form; what is no record any more, as it stands."""
    try:
        return canonical.encode(msgspec.convert(data, RECORD_TYPES[kind_of(path)]))
    except msgspec.ValidationError:
        return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


def kind_of(path: str) -> str:
    for kind, registry in REGISTRIES.items():
        if path == registry:
            return kind
    if path.startswith("schema/cues/"):
        return "cues"
    if path == ACCEPTED:
        return "accepted"
    return "document" if path.startswith("corpus/documents/") else "annotation-set"
