"""One changed file in a repository of 100,000 record files: how long until it is judged.

    .venv/bin/python benchmarks/changed.py

Makes the repository in a temporary folder (25,000 copies of an invented document, each with
three annotation sets), changes a file, and times `check --changed-since HEAD` as a user runs
it, beside `git diff --name-only` alone, which goes through the same files. The fastest of
a few runs counts: by then files are in memory, and what the documents hold is known.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests/small"
NAME = "small-bridge-2031"
N_DOCUMENTS = 25_000
SETS = ("reader-1", "reader-2", "reader-3")
TIMES = 5


def main() -> None:
    """Make the repository, then time each kind of change and the floor in turn."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root)
        os.sync()  # else writing 100,000 files to the disk goes on beside what is timed
        print(f"{count(root):,} record files")
        floor = fastest(root, ["git", "diff", "--name-only", "HEAD"], {0})
        print(f"{'git diff --name-only alone':40} {floor:5.2f} s")
        for what, change in CHANGES.items():
            paths = change(root)
            command = [sys.executable, "-m", "standpoint", "check"]
            seconds = fastest(root, [*command, "--changed-since", "HEAD"], {0})
            print(f"{what:40} {seconds:5.2f} s, {seconds / floor:.1f} times the floor")
            git(root, "checkout", "-q", "--", *paths)


def make(root: Path) -> None:
    """Lay the repository out and commit it."""
    shutil.copytree(SMALL, root, dirs_exist_ok=True)
    shutil.copytree(ROOT / "schema", root / "schema")
    edit(root / "annotations/annotators.json", enter)
    document = (root / f"corpus/documents/{NAME}.json").read_text("utf-8")
    reading = (root / f"annotations/{NAME}/reader-1.json").read_text("utf-8")
    names = [f"copy-{number:05}" for number in range(N_DOCUMENTS)]
    withheld = document.replace('"released"', '"withheld"', 1)
    for name in names:
        write(root / f"corpus/documents/{name}.json", withheld.replace(NAME, name))
        for reader in SETS:
            words = reading.replace(NAME, name).replace('"reader-1"', f'"{reader}"')
            write(root / f"annotations/{name}/{reader}.json", words)
    edit(root / "corpus/splits.json", lambda data: group(data, names))
    git(root, "init", "-q")
    git(root, "add", "-A")
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.invalid")
    git(root, *who, "commit", "-q", "-m", "Everything")


def enter(data: Any) -> None:
    """Enter the readers into the registry of annotators."""
    first = next(one for one in data["annotators"] if one["id"] == SETS[0])
    data["annotators"] += [{**first, "id": name} for name in SETS[1:]]


def group(data: Any, names: list[str]) -> None:
    """Put the copies into story groups and the ledger."""
    split = data["ledger"][0]
    of = data["groups"][0]
    data["ledger"] += [{**split, "document": name} for name in names]
    data["groups"] += [
        {**of, "id": f"group-{n}", "documents": names[n : n + 10_000]}
        for n in range(0, len(names), 10_000)
    ]


def change_set(root: Path) -> list[str]:
    """Change one field of one set."""
    path = "annotations/copy-00007/reader-2.json"
    edit(root / path, lambda data: data.update(created="2031-05-02T09:00:00Z"))
    return formatted(root, path)


def change_document(root: Path) -> list[str]:
    """Change one field of one document; the splits depend on it."""
    path = "corpus/documents/copy-00007.json"
    edit(root / path, lambda data: data["segments"][0].update(author=None))
    return formatted(root, path)


def change_splits(root: Path) -> list[str]:
    """Change one field of the registry that depends on every document."""
    path = "corpus/splits.json"
    edit(root / path, lambda data: data["groups"][0].update(basis="Found again."))
    return formatted(root, path)


def formatted(root: Path, path: str) -> list[str]:
    """Write a changed file in canonical form, as a contributor would, and name it."""
    command = [sys.executable, "-m", "standpoint", "fmt", path]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return [path]


CHANGES: dict[str, Callable[[Path], list[str]]] = {
    "one annotation set changed": change_set,
    "one document changed": change_document,
    "the splits changed": change_splits,
}


def write(path: Path, words: str) -> None:
    """Write a file, its folder made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, "utf-8")


def edit(path: Path, change: Callable[[Any], None]) -> None:
    """Change a record in place."""
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")


def count(root: Path) -> int:
    """Return the number of record files."""
    folders = (root / "corpus/documents", root / "annotations")
    return sum(1 for folder in folders for _ in folder.rglob("*.json"))


def git(root: Path, *arguments: str) -> None:
    """Run git in the repository."""
    subprocess.run(["git", "-C", str(root), *arguments], check=True)


def fastest(root: Path, command: list[str], codes: set[int]) -> float:
    """Return the seconds of the fastest run, of a few with the files in memory."""
    # As users have it: Python keeps what it has compiled.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    found = []
    for _ in range(TIMES):
        start = time.perf_counter()
        done = subprocess.run(
            command, cwd=root, env=kept, capture_output=True, check=False
        )
        found.append(time.perf_counter() - start)
        if done.returncode not in codes:
            raise SystemExit(done.stderr.decode())
    return min(found)


if __name__ == "__main__":
    main()
