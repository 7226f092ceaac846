"""docs/architecture.md is true: its packages, their order, and every path it names."""

import re
import subprocess
import sys
from pathlib import Path

from tests.test_layers import LAYERS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
FOLDERS = r"(?:src|tests|schema|corpus|annotations|docs|benchmarks|constraints|\.ci)"


def test_the_packages_are_listed_in_order_of_their_layers() -> None:
    table = PAGE.split("## The packages")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert listed == [name for name in LAYERS if name != "__main__"]


def test_every_path_exists() -> None:
    ticked = " ".join(re.findall(r"`([^`\n]+)`", PAGE))
    paths = set(re.findall(rf"(?<!\S){FOLDERS}/\S*", ticked))
    paths |= {
        f"src/standpoint/{name}"
        for name in re.findall(rf"(?<!\S)(?:{'|'.join(LAYERS)})/\w+\.py", ticked)
    }
    assert len(paths) > 40
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert [path for path in missing if "NAME" not in path] == []


def test_the_size_of_the_library_is_measured() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/size.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split(" | ") for line in done.stdout.splitlines() if "|" in line]
    lines = {row[0].strip("| *"): int(row[2].replace(",", "")) for row in rows[2:]}
    assert lines["all"] == sum(n for name, n in lines.items() if name != "all")
    files = (ROOT / "src/standpoint/records").glob("*.py")
    n_lines = sum(len(path.read_text("utf-8").splitlines()) for path in files)
    assert lines["records"] == n_lines
    assert "\nTop-level packages and modules: " in done.stdout
