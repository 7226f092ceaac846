"""The card: README.md of a built dataset, front matter and page.

The front matter is what `load_dataset` goes by. Its version and row digests make a
changed dataset a new cache entry; its counts and features are those that were written.

The page is the prose of the corpus, `corpus/card.md`, with the marks of the datasheet; a
corpus without one gets `card.md` of this package. The words of the blocks are in
`card_blocks.md`. Nothing here says what a corpus is about.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from standpoint.datasheet import page_parts
from standpoint.datasheet import template as templates
from standpoint.datasheet.markdown import several
from standpoint.datasheet.template import Known, Template
from standpoint.records.external import read_text
from standpoint.records.model import Registries
from standpoint.records.vocabulary import (
    ADJUDICATOR,
    ANNOTATOR,
    HUMAN,
    KEY,
    LANGUAGE_MODEL,
    Inventories,
    Inventory,
)
from standpoint.release.citation import Citation
from standpoint.release.dataset import data_files
from standpoint.release.example import Examples, printed
from standpoint.release.parquet import Written
from standpoint.resolve import judge
from standpoint.tables import CONFIGS
from standpoint.tables.column import Column, Feature
from standpoint.tables.config import LAYERS
from standpoint.tables.reach import sentence

PATH = "corpus/card.md"
PLAIN = Path(__file__).with_name("card.md")
"""The prose of a corpus that has none."""

DATASETS_MINIMUM = "3.6"

ON_CARD = {
    "stance_by_target": "Who is opposed?",
    "small_labels": "Which labels are too rare for a score?",
}
"""Block of the datasheet whose tables the card repeats, to its heading there."""

_BLOCKS = Path(__file__).with_name("card_blocks.md")
_TABLES = ("configs", "dataset_info")

_COUNTED = {
    "documents": "documents",
    "segments": "segments",
    "claims_most": "claims",
    "sources_most": "sources of claims",
    "mentions_most": "mentions of actors",
    "panel_most": "stances toward a target of the panel",
    "stances_most": "other stances",
}
"""Count to what the card calls it."""

_DONE = {ANNOTATOR: "annotated", ADJUDICATOR: "adjudicated", KEY: "wrote answer keys"}
"""Role of a set to what its annotator did."""


class Judge(NamedTuple):
    """An annotator in a role.

    Attributes:
        annotator: Pseudonym.
        role: Role of the sets.
    """

    annotator: str
    role: str


class Contents(NamedTuple):
    """What the card is about.

    Attributes:
        registries: The registries.
        inventories: The closed lists of labels.
        columns: Config to its columns.
        written: Config to split to what was written.
        counts: Documents, segments, items and words.
        languages: Languages of the segments that have a label.
        judges: Who judged.
        guidelines: Versions of the guidelines that sets on real reporting followed.
        examples: A row of each layer.
        datasheet: The datasheet as text; empty if none comes with the dataset.
        citation: How the dataset is cited, and where its repository is.
        prose: The prose of the card.
        is_full: Whether withheld texts are in this edition.
    """

    registries: Registries
    inventories: Inventories
    columns: Mapping[str, Sequence[Column]]
    written: Mapping[str, Mapping[str, Written]]
    counts: Mapping[str, int]
    languages: set[str]
    judges: set[Judge]
    guidelines: list[str]
    examples: Examples
    datasheet: str
    citation: Citation
    prose: Template
    is_full: bool

    def split(self, *, invented: bool) -> str:
        """Return the split of invented documents, or of real reporting; any if none fits."""
        names = list(self.written["document"])
        fit = [name for name in names if (name == "calibration") == invented]
        return (fit or names)[0]


# the page


_NAMES = (
    *("title", "name", "data_version", "data_date", "n_documents", "n_annotated"),
    *("n_calibration", "n_withheld", "n_claims", "sample_split", "real_split"),
)
"""Placeholders of the prose; those that the datasheet has too mean the same there."""

BLOCKS = (
    *("contents", "terms", "rows", "labels", "judges", "use", "tables", "texts"),
    *("measured", "licences", "citation"),
)
"""Blocks of the prose; every card has all of them."""


def prose(root: Path) -> Template:
    """Return the prose of the card: that of the checkout, or a plain one.

    Raises:
        TemplateError: If `corpus/card.md` cannot be rendered; the message names the line.
        OutsideError: If it cannot be read.
    """
    path = root / PATH
    text = read_text(path if path.is_file() else PLAIN)
    return templates.parse(text, Known(_NAMES, BLOCKS, ()), PATH)


def page(contents: Contents) -> str:
    """Return the page below the front matter."""
    counts, dataset = contents.counts, contents.registries.dataset
    names = {
        "title": " ".join(dataset.title.split()),
        "name": dataset.name,
        "data_version": dataset.version,
        "data_date": dataset.date,
        "n_documents": counts.get("n_real_documents", 0),
        "n_annotated": counts.get("n_real_annotated", 0),
        "n_calibration": counts.get("n_invented_documents", 0),
        "n_withheld": counts.get("n_withheld", 0),
        "n_claims": counts.get("n_real_claims_most", 0),
        "sample_split": contents.split(invented=True),
        "real_split": contents.split(invented=False),
    }
    values = {**names, **_values(contents), **_judged(contents)}
    blocks = {name: templates.block(_BLOCKS, name, values) for name in BLOCKS}
    return templates.tight(contents.prose.fill(names, blocks, {})) + "\n"


def _values(contents: Contents) -> dict[str, Any]:
    """Return what the blocks say of tables, labels and terms of use."""
    registries, written = contents.registries, contents.written
    sample, real = contents.split(invented=True), contents.split(invented=False)
    about = {config.name: config.about for config in CONFIGS}
    return {
        "contents": [
            [
                name,
                *(contents.counts.get(f"n_{k}_{key}", 0) for k in ("real", "invented")),
            ]
            for key, name in _COUNTED.items()
        ],
        "n_targets": sum(len(panel.targets) for panel in registries.panels.values()),
        "examples": contents.examples,
        "layers": [
            (
                name,
                f"{about[name][0].lower()}{about[name][1:]}",
                _printed(contents, name),
            )
            for name in contents.examples or [one.name for one in LAYERS]
        ],
        "labels": [
            [f"`{layer.name}`", f"`{column}`", _quoted(contents.inventories[inventory])]
            for layer in LAYERS
            for column, inventory in layer.labels.items()
        ],
        "tables": [
            [f"`{config.name}`", config.about, _sizes_in_words(written[config.name])]
            for config in CONFIGS
        ],
        "datasets_minimum": DATASETS_MINIMUM,
        "sample": sample,
        "real": real,
        "first": next(c.name for c in CONFIGS if sample in written[c.name]),
        "in_sample": {name for name, splits in written.items() if sample in splits},
        "in_real": {name for name, splits in written.items() if real in splits},
        "reach": sentence(contents.counts),
        "measured": list(_measured(contents.datasheet)),
        "licences": registries.dataset.licences,
        "repository": contents.citation.repository,
        "bibtex": contents.citation.bibtex,
    }


def _printed(contents: Contents, layer: str) -> str:
    row = contents.examples.get(layer)
    return printed(row, layer) if row else ""


def _quoted(inventory: Inventory) -> str:
    return ", ".join(f"`{name}`" for name in inventory.names)


def _sizes_in_words(splits: Mapping[str, Written]) -> str:
    shown = ", ".join(f"{name} {w.n_rows}" for name, w in splits.items())
    return shown or "none: not in this dataset"


def _measured(datasheet: str) -> Sequence[tuple[str, str]]:
    """Return heading and body of what the card repeats of the datasheet."""
    if not datasheet:
        return []
    parts = page_parts(datasheet)
    return [
        (heading, without_method(parts[f"block {name}"]))
        for name, heading in ON_CARD.items()
        if f"block {name}" in parts
    ]


def without_method(block: str) -> str:
    """Return a block of the datasheet without its last paragraph: how it was computed."""
    body, _, method = block.rpartition("\n\n")
    return body if method.startswith("*Method: ") else block


def _judged(contents: Contents) -> dict[str, Any]:
    """Return who judged: people, and each language model once with its runs."""
    known = contents.registries.annotators
    people = {j for j in contents.judges if known[j.annotator].kind == HUMAN}
    runs: dict[tuple[str, str], Counter[str]] = {}
    for name, role in sorted(contents.judges - people):
        model = (known[name].model or "unknown", known[name].version or "unknown")
        if known[name].kind != LANGUAGE_MODEL:
            model = (known[name].kind,) * 2
        runs.setdefault(model, Counter())[role] += 1
    return {
        "judged": bool(contents.judges),
        "n_people": len({judge.annotator for judge in people}),
        "models": [
            {
                "name": f"model and version {model}"  # "not disclosed"
                if model == version
                else f"{model}, {version}",
                "runs": "; ".join(
                    f"{several(counted[role], 'run')} {_DONE.get(role, role)}"
                    for role in sorted(counted, key=[*_DONE, *counted].index)
                ),
            }
            for (model, version), counted in runs.items()
        ],
        "guidelines": contents.guidelines,
    }


# the file


class _Dumper(yaml.SafeDumper):
    """Writes texts with line breaks in one line, which no other reader can cut in two."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if len(text.splitlines()) < 2 else '"'  # noqa: PLR2004
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def render(contents: Contents) -> str:
    """Return the whole card."""
    note = f"{FULL_NOTE}\n" if contents.is_full else ""
    return joined(front_matter(contents), note + page(contents))


def joined(front: dict[str, Any], text: str) -> str:
    """Return a card of a front matter and a page."""
    data = yaml.dump(
        front, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000
    )
    return f"---\n{data}---\n\n{text}"


def parted(text: str) -> tuple[dict[str, Any], str]:
    """Return front matter and page of a card: the reverse of `joined`."""
    data, below = split(text)
    return yaml.safe_load(data), below.removeprefix("\n")


def split(text: str) -> tuple[str, str]:
    """Return front matter, as YAML, and page of a card.

    Raises:
        ValueError: If there is no front matter between two lines of dashes.
    """
    _, found, rest = text.partition("---\n")
    data, end, below = f"\n{rest}".partition("\n---\n")
    if not found or not end or not text.startswith("---\n"):
        raise ValueError("no front matter between two lines of dashes")
    return f"{data[1:]}\n", below


def front_matter(contents: Contents) -> dict[str, Any]:
    """Return the front matter as plain data."""
    dataset, written = contents.registries.dataset, contents.written
    creators = {HUMAN: "expert-generated", LANGUAGE_MODEL: "machine-generated"}
    known = contents.registries.annotators
    kinds = {known[one.annotator].kind for one in contents.judges}
    minds = {judge(known[one.annotator]) for one in contents.judges}
    # `datasets` cannot load a split without rows, nor a config without splits
    configs = [config for config in CONFIGS if written[config.name]]
    n_rows = sum(w.n_rows for splits in written.values() for w in splits.values())
    front = {
        "pretty_name": dataset.title,
        **({"language": sorted(contents.languages)} if contents.languages else {}),
        "license": dataset.licences.annotations.lower(),
        "annotations_creators": sorted({creators.get(kind, "other") for kind in kinds}),
        "task_categories": ["text-classification", "token-classification"],
        "tags": [
            *("stance", "claims", "attribution", "news"),
            # Runs of one model do not disagree with anybody.
            *(["disagreement"] if len(minds) > 1 else []),
        ],
        "size_categories": [_size(n_rows)],
        "configs": [
            {
                "config_name": config.name,
                "version": dataset.version,
                "description": description(config.about, written[config.name]),
                **({"default": True} if config is CONFIGS[0] else {}),
                "data_files": [
                    {"split": name, "path": data_files(config.name, name, w.n_files)}
                    for name, w in written[config.name].items()
                ],
            }
            for config in configs
        ],
        "dataset_info": [
            {
                "config_name": config.name,
                "features": [
                    {"name": column.name, **_yaml_feature(column.feature)}
                    for column in contents.columns[config.name]
                ],
                **sizes(written[config.name]),
            }
            for config in configs
        ],
    }
    return as_full(front) if contents.is_full else front


def _size(n_rows: int) -> str:
    """Return the size category of the Hub for a number of rows."""
    bounds = {
        1_000: "n<1K",
        10_000: "1K<n<10K",
        100_000: "10K<n<100K",
        1_000_000: "100K<n<1M",
        10_000_000: "1M<n<10M",
        100_000_000: "10M<n<100M",
    }
    return next((n for bound, n in bounds.items() if n_rows < bound), "100M<n<1B")


def as_full(front: dict[str, Any]) -> dict[str, Any]:
    """Return the front matter of the full edition, given that of the public one."""
    own = {"license": "other", "private": True}
    head = {key: value for key, value in front.items() if key not in _TABLES}
    return head | own | {key: front[key] for key in _TABLES}


def description(about: str, splits: Mapping[str, Written]) -> str:
    """Return the description of a config, with the digest of its rows.

    It is part of the key of the local cache: other rows are loaded anew.
    """
    digest = ", ".join(f"{name} {w.digest[:16]}" for name, w in splits.items())
    return f"{about}. Rows: {digest}."


def sizes(splits: Mapping[str, Written]) -> dict[str, Any]:
    """Return what `dataset_info` says of the size of a config."""
    return {
        "splits": [
            {"name": name, "num_bytes": w.n_bytes, "num_examples": w.n_rows}
            for name, w in splits.items()
        ],
        "download_size": sum(w.file_bytes for w in splits.values()),
        "dataset_size": sum(w.n_bytes for w in splits.values()),
    }


def _yaml_feature(feature: Feature) -> dict[str, Any]:
    """Return a feature in the form of `dataset_info`."""
    match feature.get("_type"):
        case "Value":
            return {"dtype": feature["dtype"]}
        case "ClassLabel":
            names = {str(n): name for n, name in enumerate(feature["names"])}
            return {"dtype": {"class_label": {"names": names}}}
        case "List":
            inner = _yaml_feature(feature["feature"])
            # A list of plain values names the type alone, any other the whole feature.
            simple = isinstance(inner.get("dtype"), str)
            return {"list": inner["dtype"] if simple else inner.get("struct", inner)}
    return {
        "struct": [
            {"name": name, **_yaml_feature(inner)} for name, inner in feature.items()
        ]
    }


FULL_NOTE = """> **Private edition.** It contains texts that belong to others. Do not publish it or pass it on.
"""
