"""The page of the card: prose of the corpus, and blocks that are computed.

`corpus/card.md` holds the prose, with the marks of the datasheet's; a corpus without one
gets the blocks below plain headings. Nothing here says what a corpus is about.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from standpoint.datasheet.template import Known, Template, parse, tight
from standpoint.records.external import read_text
from standpoint.records.model import Registries
from standpoint.records.schema import Inventory
from standpoint.release.citation import Citation
from standpoint.release.example import Examples, printed
from standpoint.release.parquet import Written
from standpoint.release.recipes import RECIPES
from standpoint.tables import CONFIGS
from standpoint.tables.config import LAYERS
from standpoint.tables.reach import sentence

PATH = "corpus/card.md"
DATASETS_MINIMUM = "3.6"


class Judge(NamedTuple):
    """An annotator in a role.

    Attributes:
        annotator: Pseudonym.
        role: Role of the sets.
        is_invented: Whether invented documents were judged.
    """

    annotator: str
    role: str
    is_invented: bool


class Page(NamedTuple):
    """What the page speaks of.

    Attributes:
        registries: The registries.
        inventories: The closed lists of labels.
        written: Config to split to what was written.
        counts: Documents, segments, items and words.
        judges: Who judged what.
        guidelines: Versions of the guidelines that sets on real reporting followed.
        examples: A row of each layer.
        measured: What the datasheet measured, as a part of the page.
        citation: How the dataset is cited, and where its repository is.
        prose: The prose of the card.
    """

    registries: Registries
    inventories: dict[str, Inventory]
    written: Mapping[str, Mapping[str, Written]]
    counts: Mapping[str, int]
    judges: set[Judge]
    guidelines: list[str]
    examples: Examples
    measured: str
    citation: Citation
    prose: Template

    def split(self, *, invented: bool) -> str:
        """Return the split of invented documents, or of real reporting; any if none fits."""
        names = list(self.written["document"])
        fit = [name for name in names if (name == "calibration") == invented]
        return (fit or names)[0]


def prose(root: Path) -> Template:
    """Return the prose of the card: that of the checkout, or a plain one.

    Raises:
        TemplateError: If `corpus/card.md` cannot be rendered; the message names the line.
        OutsideError: If it cannot be read.
    """
    path = root / PATH
    return parse(read_text(path) if path.is_file() else PLAIN, KNOWN, PATH)


def rendered(page: Page) -> str:
    """Return the page."""
    values = {name: make(page) for name, make in NAMES.items()}
    blocks = {name: make(page) for name, make in BLOCKS.items()}
    return tight(page.prose.fill(values, blocks, {})) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# what the corpus holds


_COUNTED = {
    "documents": "documents",
    "segments": "segments",
    "claims_most": "claims",
    "sources_most": "sources of claims",
    "mentions_most": "mentions of actors",
    "panel_most": "stances toward a target of the panel",
    "stances_most": "other stances",
}


def _contents(page: Page) -> str:
    rows = [
        [
            name,
            *(f"{page.counts.get(f'n_{k}_{key}', 0):,}" for k in ("real", "invented")),
        ]
        for key, name in _COUNTED.items()
    ]
    return _table(["", "real reporting", "invented"], rows) + (
        "\n\nOnly items that most of those who read the segment marked are counted."
    )


def _terms(page: Page) -> str:
    n_targets = sum(len(panel.targets) for panel in page.registries.panels.values())
    return "\n".join(
        f"- **{term}**: {meaning}" for term, meaning in _TERMS.items()
    ).replace("N_TARGETS", f"{n_targets}")


_TERMS = {
    "document": "one text as it was received.",
    "segment": (
        "a part of a document that one outlet or commenter wrote: an article, an excerpt,"
        " an editor's text or a comment. Every label belongs to a segment."
    ),
    "carrier": (
        "the outlet in whose words a segment is, as opposed to the people and groups that"
        " it quotes."
    ),
    "panel": (
        "a fixed list of actors and issues. For each segment, annotators say where its"
        " carrier stands toward each of these targets. All panels together have"
        " N_TARGETS targets."
    ),
    "chain": (
        "the path of a claim to the carrier. `level` 1 is the source that the carrier"
        " names, `level` 2 the source of that source, and the last one is the origin. A"
        " claim that reached the carrier by several independent paths has several chains;"
        " one that the carrier makes itself has none."
    ),
    "vote": (
        "what one annotator marked. All votes on the same thing make one *item*, which is"
        " a row of `claim`, `source_type`, `actor` or `stance`."
    ),
    "resolved": (
        "a label is resolved if more than half of the votes chose it, or an adjudicator"
        " decided. Otherwise there is a *tie*, and the label is null."
    ),
    "key": (
        "reference answers to an invented document, for training annotators. Where there"
        " is a key, it alone decides the labels."
    ),
    "exists": (
        "true if most of those who read the segment marked the item, false if fewer did,"
        " null if exactly half did. Keep the rows with true, unless you study"
        " disagreement."
    ),
    "NIL": "`NIL:...` in place of an actor: the registry has no entry for it.",
}


# rows and labels


def _rows(page: Page) -> str:
    about = {config.name: config.about for config in CONFIGS}
    parts = []
    if page.examples:
        parts.append(
            "These rows are real, and belong to an invented document. Only the main"
            " columns are shown, with label names in the place of class numbers."
        )
    for layer in page.examples or [one.name for one in LAYERS]:
        parts.append(f"**`{layer}`**: {about[layer][0].lower()}{about[layer][1:]}.")
        if layer in page.examples:
            parts.append(f"```json\n{printed(page.examples[layer], layer)}\n```")
    return "\n\n".join(parts)


def _labels(page: Page) -> str:
    rows = [
        [
            f"`{layer.name}`",
            f"`{column}`",
            ", ".join(f"`{name}`" for name in page.inventories[inventory].names),
        ]
        for layer in LAYERS
        for column, inventory in layer.labels.items()
    ]
    return _table(["layer", "column", "labels"], rows) + (
        "\n\nA label column holds class numbers: the place of the label in this list,"
        " counted from zero; [labels.csv](labels.csv) has the numbers of all columns."
        " `<column>_soft` holds the share of the votes for each label. [docs/codebook.md](docs/codebook.md) defines every label."
    )


def _tables(page: Page) -> str:
    rows = []
    for config in CONFIGS:
        splits = page.written[config.name].items()
        shown = ", ".join(f"{name} {w.n_rows}" for name, w in splits)
        rows.append(
            [f"`{config.name}`", config.about, shown or "none: not in this dataset"]
        )
    return _table(["config", "a row", "rows"], rows) + (
        "\n\n[docs/tables.md](docs/tables.md) describes every column. An item and its votes"
        " join on `item_id`; a source and its claim on `claim_id` and `item_id`;"
        " everything else on `document_id` and `segment_id`. Offsets count Unicode code"
        " points: `start` and `end` from the start of the document, `segment_start` and"
        " `segment_end` from the start of the segment; the end is not included."
    )


# who judged


def _judged(page: Page) -> str:
    known = page.registries.annotators
    of_people = {j.annotator for j in page.judges if known[j.annotator].kind == "human"}
    of_models = {j.annotator for j in page.judges} - of_people
    if not page.judges:
        return "Nobody has judged yet: there are no labels."
    lines = [
        f"**People: {len(of_people)}.**"
        + ("" if of_people else " No person has judged or checked any label yet."),
        *_models(page, of_models),
    ]
    if page.guidelines:
        lines.append(
            "Readings of real reporting followed version"
            f" {' and '.join(page.guidelines)} of the"
            " [guidelines](docs/guidelines.md)."
        )
    lines.append(
        "`judged_by` says who decided a row; `annotator_id`, `annotator_kind` and `role`"
        " say it of each vote."
    )
    if of_models:
        lines.append(
            "A label by a language model is one reading by a machine, and no measure of"
            " truth. Do not benchmark language models on such labels: that would be"
            " circular."
        )
    return "\n\n".join(lines)


_DONE = {
    "annotator": "annotated",
    "adjudicator": "adjudicated",
    "key": "wrote answer keys",
}
"""Role of a set to what its annotator did."""


def _place_of_role(counted: tuple[str, int]) -> int:
    return list(_DONE).index(counted[0])


def _models(page: Page, names: set[str]) -> list[str]:
    """Say of each language model, once, how often it ran and what each run did."""
    known = page.registries.annotators
    runs: dict[tuple[str, str], Counter[str]] = {}
    for name, done in sorted({(j.annotator, j.role) for j in page.judges}):
        if name in names:
            model = (known[name].model or "unknown", known[name].version or "unknown")
            runs.setdefault(model, Counter())[done] += 1
    lines = []
    for (called, version), counted in runs.items():
        did = "; ".join(
            f"{n} {'run' if n == 1 else 'runs'} {_DONE[role]}"
            for role, n in sorted(counted.items(), key=_place_of_role)
        )
        is_same = called == version  # "not disclosed"
        which = f"model and version {called}" if is_same else f"{called}, {version}"
        lines.append(f"**Language model** ({which}): {did}.")
    return lines


# how it is used


def _use(page: Page) -> str:
    sample = page.split(invented=True)
    real = page.split(invented=False)
    needs = (
        f"You need `datasets` {DATASETS_MINIMUM} or newer. A folder on your disk loads"
        " without a network."
    )
    parts = [needs]
    first = next(c.name for c in CONFIGS if sample in page.written[c.name])
    values = {
        "NAME": page.registries.dataset.name,
        "FIRST": first,
        "SAMPLE": sample,
        "REAL": real,
    }
    for title, code in RECIPES.items():
        made = re.sub("|".join(values), lambda found: values[found[0]], code)
        used = re.findall(r'table\("(\w+)", "(\w+)"\)', made)
        if all(split in page.written[config] for config, split in used):
            parts.append(f"### {title}\n\n```python\n{made}```")
    return "\n\n".join(parts)


def _texts(page: Page) -> str:
    name = page.registries.dataset.name
    n_withheld = page.counts.get("n_withheld", 0)
    if not n_withheld:
        return "All texts are in the dataset, in the columns `text`."
    where = page.citation.repository
    origin = f"from {where}" if where else "from the repository of this dataset"
    return f"""The column `text` of `claim`, `actor`, `source_type`, `segment` and `document` has the words
where the text is released, and is null where it is withheld: {n_withheld} documents. {sentence(page.counts)}
The config `document` has the addresses that are known (`url`, `archived_url`).

With your own copies of the withheld texts in a folder, under any names, and the toolkit
{origin} (the package index has another package called
`standpoint`; do not install that one):

```python
import standpoint

claims = standpoint.load("path/to/{name}", "claim", texts="your/copies")
print(claims["{page.split(invented=True)}"][0]["text"])
```

Texts are recognised by their SHA-256, and every span is checked against its digest. A warning
counts what did not come back. Without the toolkit: if the SHA-256 of your file is
`text_sha256` in `document`, the words of a span are `text[start:end]`."""


def _measured(page: Page) -> str:
    return page.measured


# terms of use


def _licences(page: Page) -> str:
    licences = page.registries.dataset.licences
    sample = page.split(invented=True)
    rows = [
        ["labels, offsets, claims in our words, registries", licences.annotations],
        [f"texts of invented documents (split `{sample}`)", licences.calibration_texts],
        ["`schema/`", licences.code],
        ["all other texts", "their holders'; not in the public edition"],
    ]
    return _table(["part", "licence"], rows)


def _citation(page: Page) -> str:
    where = page.citation.repository
    return (
        f"```bibtex\n{page.citation.bibtex()}\n```\n\n"
        + (f"Repository: {where}" if where else _NO_REPOSITORY)
        + " "
        + "The digests of all rows are in the front matter of this page, those of all"
        " files in `SHA256SUMS`."
    )


_NO_REPOSITORY = "No public address of the repository is known."


# marks


NAMES: dict[str, Callable[[Page], str]] = {
    "title": lambda page: " ".join(page.registries.dataset.title.split()),
    "name": lambda page: page.registries.dataset.name,
    "data_version": lambda page: page.registries.dataset.version,
    "data_date": lambda page: page.registries.dataset.date,
    "n_documents": lambda page: f"{page.counts.get('n_real_documents', 0):,}",
    "n_annotated": lambda page: f"{page.counts.get('n_real_annotated', 0):,}",
    "n_calibration": lambda page: f"{page.counts.get('n_invented_documents', 0):,}",
    "n_withheld": lambda page: f"{page.counts.get('n_withheld', 0):,}",
    "n_claims": lambda page: f"{page.counts.get('n_real_claims_most', 0):,}",
    "sample_split": lambda page: page.split(invented=True),
    "real_split": lambda page: page.split(invented=False),
}
"""Placeholder to its value; those that the datasheet has too mean the same there."""

BLOCKS: dict[str, Callable[[Page], str]] = {
    "contents": _contents,
    "terms": _terms,
    "rows": _rows,
    "labels": _labels,
    "judges": _judged,
    "use": _use,
    "tables": _tables,
    "texts": _texts,
    "measured": _measured,
    "licences": _licences,
    "citation": _citation,
}
"""Block to what stands in its place; every card has all of them."""

KNOWN = Known(NAMES, BLOCKS, ())

PLAIN = """# {{ title }}

Version {{ data_version }} of {{ data_date }}.

{{ block.contents }}

## Words used here

{{ block.terms }}

## Who judged

{{ block.judges }}

## Rows

{{ block.rows }}

## Labels

{{ block.labels }}

## Use

{{ block.use }}

## Tables

{{ block.tables }}

## Texts

{{ block.texts }}

{{ block.measured }}

## Licences

{{ block.licences }}

## Cite

{{ block.citation }}
"""
"""The page of a corpus that has no `corpus/card.md`."""
