"""Pages made from the source: codebook, checks, tables, and blocks of other pages.

Nothing here is written twice: labels come from schema/, manuals from the checks, columns
from the tables, counts from the corpus.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from standpoint.codes import CHECKED_BY_OTHERS, CHECKS, FAMILIES
from standpoint.datasheet.facts import read
from standpoint.datasheet.markdown import table
from standpoint.datasheet.template import block
from standpoint.forms.steps import actors_form, claims_form, panel_form
from standpoint.records.checkout import Checkout
from standpoint.records.vocabulary import Inventories
from standpoint.tables import CONFIGS
from standpoint.tables.column import Feature
from standpoint.tables.reach import sentence

_PAGES = Path(__file__).with_name("pages.md")
_LABELS = re.compile(r"<!-- begin (labels ([a-z_ ]+)) -->")


def pages(checkout: Checkout) -> dict[str, str]:
    """Return path, relative to the root, to content of every page made from the source."""
    inventories = checkout.schemas.inventories
    readme = (checkout.root / "README.md").read_text("utf-8")
    annotating = (checkout.root / "docs/annotating.md").read_text("utf-8")
    return {
        "docs/codebook.md": codebook(inventories),
        "docs/checks.md": checks(),
        "docs/tables.md": tables(inventories),
        "README.md": with_block(readme, "today", today(checkout)),
        "docs/annotating.md": with_block(annotating, "keys", keys(checkout)),
        **_guidelines(checkout.root, inventories),
    }


def _guidelines(root: Path, inventories: Inventories) -> dict[str, str]:
    """Return the pages of the guidelines with their tables of labels filled."""
    made = {}
    for path in sorted((root / "docs" / "guidelines").glob("*.md")):
        page = path.read_text("utf-8")
        for name, lists in _LABELS.findall(page):
            of_names = [inventories[one] for one in lists.split()]
            page = with_block(page, name, block(_PAGES, "labels", {"lists": of_names}))
        made[path.relative_to(root).as_posix()] = page
    return made


def stale(checkout: Checkout, made: dict[str, str]) -> list[str]:
    """Return the pages that differ from what the source says."""
    return [path for path, text in made.items() if _read(checkout.root / path) != text]


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def with_block(page: str, name: str, text: str) -> str:
    """Replace the block between two markers; the rest of the page stays.

    Raises:
        ValueError: If the page has no such block.
    """
    pattern = re.compile(
        rf"<!-- begin {re.escape(name)} -->.*?<!-- end {re.escape(name)} -->", re.DOTALL
    )
    if not pattern.search(page):
        raise ValueError(f"the page has no block {name!r}")
    block_text = f"<!-- begin {name} -->\n{text}\n<!-- end {name} -->"
    return pattern.sub(lambda _: block_text, page)


def codebook(inventories: Inventories) -> str:
    """Return the codebook: every label with its definition and tier."""
    return block(_PAGES, "codebook", {"inventories": inventories}) + "\n"


def legend(inventories: Inventories) -> str:
    """Return every class number of every label column, as CSV.

    Columns inside of lists and structures are named with the way to them, as in
    `about.role`.
    """
    of_names = {tuple(inventory.names): inventory for inventory in inventories.values()}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["config", "column", "number", "name", "title", "description"])
    for config in CONFIGS:
        for column in config.columns(inventories):
            for path, names in _labels_in(column.name, column.feature):
                own = inventories.get(path.rpartition(".")[2])  # two lists may be alike
                found = own if own and own.names == names else of_names[tuple(names)]
                labels = found.oneOf
                for number, (name, label) in enumerate(zip(names, labels, strict=True)):
                    row = (number, name, label.title, label.description)
                    writer.writerow([config.name, path, *row])
    return out.getvalue()


def _labels_in(path: str, feature: Feature) -> Iterator[tuple[str, list[str]]]:
    """Yield path and class names of each label in a feature, all the way down."""
    match feature.get("_type"):
        case "Value":
            return
        case "ClassLabel":
            yield path, feature["names"]
        case "List":
            yield from _labels_in(path, feature["feature"])
        case _:
            for name, inner in feature.items():
                yield from _labels_in(f"{path}.{name}", inner)


def checks() -> str:
    """Return the list of checks with their manuals."""
    values = {
        "checks": list(CHECKS.values()),
        "n_text": sum(check.needs_text for check in CHECKS.values()),
        "families": FAMILIES,
        "checked_by_others": CHECKED_BY_OTHERS,
    }
    return block(_PAGES, "checks", values) + "\n"


def tables(inventories: Inventories) -> str:
    """Return the list of configs with their columns."""
    configs = [(one.name, one.about, one.columns(inventories)) for one in CONFIGS]
    return block(_PAGES, "tables", {"configs": configs, "kind": kind}) + "\n"


def kind(feature: Feature) -> str:
    """Return a type in words."""
    match feature.get("_type"):
        case "Value":
            return str(feature["dtype"])
        case "ClassLabel":
            return f"label of {len(feature['names'])}"
        case "List":
            return f"list of {kind(feature['feature'])}"
    return "{" + ", ".join(feature) + "}"


def keys(checkout: Checkout) -> str:
    """Return which key marks what in Label Studio, a row per group of labels."""
    inventories = checkout.schemas.inventories
    registries = checkout.registries
    if registries is None:
        raise ValueError("the registries cannot be read")
    forms = [actors_form(inventories), claims_form(inventories)]
    forms += [panel_form(inventories, panel) for panel in registries.panels.values()]
    rows = []
    for form in forms:
        groups: dict[str, list[str]] = {}
        for mark in form.marks:
            if mark.key:
                shown = f"`{mark.key}`\xa0{mark.label}"
                groups.setdefault(mark.group, []).append(shown)
        name = f"{form.name} ({form.panel})" if form.panel else form.name
        rows += [[name, group, ", ".join(shown)] for group, shown in groups.items()]
    return table(["pass", "what", "keys"], rows)


def today(checkout: Checkout) -> str:
    """Return what the corpus holds today, judged by whom; texts are not needed."""
    facts = read(checkout)
    rows = [["documents", len(facts.real), len(facts.invented)]]
    for layer, name in _TODAY.items():
        both = (facts.rows[layer], facts.invented_rows[layer])
        rows.append([name, *(sum(r["exists"] is True for r in of) for of in both)])
    kinds = Counter(
        facts.registries.annotators[found.annotator].kind
        for dossier in (*facts.real, *facts.invented)
        for found in dossier.sets
    )
    values = {"rows": rows, "kinds": kinds, "sentence": sentence(facts.reach)}
    return block(_PAGES, "today", values)


_TODAY = {
    "claim": "claims",
    "source_type": "sources of claims",
    "actor": "mentions of actors",
    "stance": "stances",
}
"""Layer that the README counts, to what it is called there."""
