"""The size of the library, as a Markdown table: packages in order of their layers.

A file is measured by its lines, blank ones included; a function by those from `def` to its
end. The last column counts private functions that their file uses exactly once: each is a
good name for a few lines, or a thought cut in two.
"""

import ast
import runpy
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "standpoint"
HEAD = (
    *("package", "files", "lines", "lines of a file: median, p90, max", "functions"),
    *("lines of a function: median, p90, max", "private, used once"),
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Size(NamedTuple):
    """How much there is.

    Attributes:
        files: Lines of each file.
        functions: Lines of each function, methods and inner functions included.
        n_once: Number of private functions that their file uses once.
    """

    files: list[int]
    functions: list[int]
    n_once: int


def size_of(paths: Iterable[Path]) -> Size:
    """Measure files together."""
    size = Size([], [], 0)
    for path in paths:
        text = path.read_text("utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        functions = [node for node in nodes if isinstance(node, Function)]
        uses = Counter(node.id for node in nodes if isinstance(node, ast.Name))
        uses += Counter(node.attr for node in nodes if isinstance(node, ast.Attribute))
        private = [f.name for f in functions if f.name[0] == "_" != f.name[1]]
        size.files.append(len(text.splitlines()))
        size.functions.extend((f.end_lineno or 0) - f.lineno + 1 for f in functions)
        n_once = sum(uses[name] == 1 for name in private)
        size = size._replace(n_once=size.n_once + n_once)
    return size


def spread(numbers: Sequence[int]) -> str:
    """Return median, 90th percentile and maximum."""
    if not numbers:
        return "-"
    p90 = quantiles(numbers, n=10, method="inclusive")[-1] if len(numbers) > 1 else 0
    return f"{median(numbers):.0f}, {max(p90, median(numbers)):.0f}, {max(numbers)}"


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    layers = runpy.run_path(str(ROOT / "tests/test_layers.py"))["LAYERS"]
    parts: dict[str, list[Path]] = {name: [] for name in layers}
    for path in sorted(SOURCE.rglob("*.py")):
        part = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        parts.setdefault(part, []).append(path)
    parts["**all**"] = sorted(SOURCE.rglob("*.py"))
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'---|' * len(HEAD)}"
    for name, paths in parts.items():
        files, functions, n_once = size_of(paths)
        lines = (len(files), f"{sum(files):,}", spread(files))
        more = (len(functions), spread(functions), n_once)
        yield f"| {' | '.join(map(str, (name, *lines, *more)))} |"


if __name__ == "__main__":
    n_rooms = sum(
        path.name not in {"__init__.py", "__main__.py", "__pycache__"}
        and (path.is_dir() or path.suffix == ".py")
        for path in SOURCE.iterdir()
    )
    print("\n".join(table()))
    print(f"\nTop-level packages and modules: {n_rooms}.")
