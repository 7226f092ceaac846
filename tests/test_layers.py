"""Modules import downwards only; siblings never import each other."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "standpoint"

LAYERS = (
    "records",
    "resolve",
    "forms",
    "checks",
    "formats",
    "tables",
    "agreement",
    "labelstudio",
    "codes",
    "datasheet",
    "generated_docs",
    "diff",
    "release",
    "scoring",
    "cli",
    "__main__",
)
"""Low to high: a package imports only from those before it, and from itself."""

RANK = {name: rank for rank, name in enumerate(LAYERS)}
MODULES = sorted(SOURCE.rglob("*.py"))


def part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield the parts of the package that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "standpoint":
                names = [f"standpoint.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("standpoint."):
                yield name.split(".")[1]


def test_a_module_imports_lower_ones_only() -> None:
    for path in MODULES:
        own = part(path)
        if own == "__init__":
            assert not list(imports(path))
            continue
        for other in imports(path):
            assert other == own or RANK[other] < RANK[own], f"{own} imports {other}"


def test_every_module_has_a_rank() -> None:
    assert {part(path) for path in MODULES} - {"__init__"} == set(RANK)


def test_no_import_is_hidden_from_the_program() -> None:
    assert not [p for p in MODULES if "TYPE_CHECKING" in p.read_text("utf-8")]


@pytest.mark.parametrize("module", ["checks", "forms.convert", "formats.brat"])
def test_checks_and_forms_load_no_label_studio_and_no_tables(module: str) -> None:
    heavy = ("labelstudio", "label_studio", "datasets", "pyarrow", "pandas")
    code = f"import standpoint.{module}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert [m for m in done.stdout.split() if any(h in m for h in heavy)] == []
