"""The card: README.md of a built dataset, front matter and page.

The front matter is what `load_dataset` goes by. Its version and row digests make a
changed dataset a new cache entry; its counts and features are those that were written.
"""

from collections import Counter
from typing import Any, NamedTuple

import yaml

from standpoint.model import Registries
from standpoint.release.parquet import Written
from standpoint.tables import CONFIGS
from standpoint.tables.column import Column, Feature

DATASETS_MINIMUM = "3.6"

_TABLES = ("configs", "dataset_info")


class Contents(NamedTuple):
    """What the card speaks of.

    Attributes:
        registries: The registries.
        is_full: Whether withheld texts are in this edition.
        columns: Config to its columns.
        written: Config to split to what was written.
        counts: Counts for the page: documents, segments, sets and so on.
        languages: Languages of the documents.
        judges: Annotator kind to the number of annotators that have a set.
        guidelines: Versions of the guidelines that sets on real reporting followed.
        measured: What the datasheet measured of bias, as a part of the page.
    """

    registries: Registries
    is_full: bool
    columns: dict[str, list[Column]]
    written: dict[str, dict[str, Written]]
    counts: dict[str, int]
    languages: set[str]
    judges: Counter[str]
    guidelines: list[str]
    measured: str = ""


class _Dumper(yaml.SafeDumper):
    """Writes texts with line breaks in one line, which no other reader can cut in two."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if len(text.splitlines()) < 2 else '"'  # noqa: PLR2004
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def render(contents: Contents) -> str:
    """Return the whole card."""
    return joined(front_matter(contents), page(contents))


def joined(front: dict[str, Any], text: str) -> str:
    """Return a card of a front matter and a page."""
    data = yaml.dump(
        front, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000
    )
    return f"---\n{data}---\n\n{text}"


def parted(text: str) -> tuple[dict[str, Any], str]:
    """Return front matter and page of a card: the reverse of `joined`."""
    data, page = split(text)
    return yaml.safe_load(data), page.removeprefix("\n")


def split(text: str) -> tuple[str, str]:
    """Return front matter, as YAML, and page of a card.

    Raises:
        ValueError: If there is no front matter between two lines of dashes.
    """
    _, found, rest = text.partition("---\n")
    data, end, page = f"\n{rest}".partition("\n---\n")
    if not found or not end or not text.startswith("---\n"):
        raise ValueError("no front matter between two lines of dashes")
    return f"{data[1:]}\n", page


def front_matter(contents: Contents) -> dict[str, Any]:
    """Return the front matter as plain data."""
    dataset = contents.registries.dataset
    creators = {"human": "expert-generated", "language_model": "machine-generated"}
    configs: list[dict[str, Any]] = []
    info: list[dict[str, Any]] = []
    for config in CONFIGS:
        splits = contents.written[config.name]
        if not splits:
            continue  # `datasets` cannot load a split without rows, nor a config so
        configs.append(
            {
                "config_name": config.name,
                "version": dataset.version,
                "description": description(config.about, splits),
                **({"default": True} if config is CONFIGS[0] else {}),
                "data_files": [
                    {"split": name, "path": w.path} for name, w in splits.items()
                ],
            }
        )
        columns = contents.columns[config.name]
        info.append(
            {
                "config_name": config.name,
                "features": [
                    {"name": column.name, **_yaml_feature(column.feature)}
                    for column in columns
                ],
                **sizes(splits),
            }
        )
    front = {
        "pretty_name": dataset.title,
        "language": sorted(contents.languages),
        "license": dataset.licences.annotations.lower(),
        "annotations_creators": [creators[kind] for kind in sorted(contents.judges)],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["stance", "claims", "attribution", "news", "disagreement"],
        "size_categories": [_size(_largest(contents))],
        "configs": configs,
        "dataset_info": info,
    }
    return as_full(front) if contents.is_full else front


def _largest(contents: Contents) -> int:
    """Return the rows of the largest config."""
    return max(
        sum(w.n_rows for w in splits.values()) for splits in contents.written.values()
    )


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


def description(about: str, splits: dict[str, Written]) -> str:
    """Return the description of a config, with the digest of its rows.

    It is part of the key of the local cache: other rows are loaded anew.
    """
    digest = ", ".join(f"{name} {w.digest[:16]}" for name, w in splits.items())
    return f"{about}. Rows: {digest}."


def sizes(splits: dict[str, Written]) -> dict[str, Any]:
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


def page(contents: Contents) -> str:
    """Return the page below the front matter."""
    registries, counts = contents.registries, contents.counts
    dataset = registries.dataset
    judges = _judges(contents.judges)
    rows = "\n".join(
        f"| `{config.name}` | {config.about} | "
        + (
            ", ".join(
                f"{name} {w.n_rows}"
                for name, w in contents.written[config.name].items()
            )
            or "none: not in this dataset"
        )
        + " |"
        for config in CONFIGS
    )
    edition = _EDITION.format(**counts)
    note = f"{FULL_NOTE}\n" if contents.is_full else ""
    return f"""{note}# {dataset.title}

Version {dataset.version} of {dataset.date}. {edition}

**Who judged.** {judges}
A label that `judged_by` gives to a language model is a reading by a machine: no person
checked it, and it is no measure of truth. Do not benchmark language models on such labels; it would be circular.

**By which guidelines.** {_followed(contents.guidelines)}

**What is certain to whom.** Every item that any reading marked is a row. `exists` says whether
most of those who read the segment marked it: true, false, or null where they split evenly.
An item that one of two readings marked has `exists` null and, for the one vote it got, soft
labels of 1: **keep rows with `exists` true, unless disagreement is what you study.**

**What a label means.** It describes what a text does. It endorses nothing, says nothing
about what is true, and is no verdict on a government, group or person. `support` toward
a claim says that the carrier restates it as fact. `checkworthy` does not mean false.

**What it is not for.** Lists of people, targeting, asylum or security vetting, training
models to write propaganda, or scores of outlets from a handful of segments.

**Content.** War reporting: killings, mutilation and hate occur in the texts and, in
plain words, in normalised claims. `content_warnings` in the config `segment` says where.

## Use

```python
from datasets import load_dataset

claims = load_dataset("path/to/{dataset.name}", "claim")
```

Needs `datasets` {DATASETS_MINIMUM} or newer and works offline on a local folder. The splits
`pilot` (real reporting, too little for a test set) and `calibration` (invented documents
with answer keys) must not be mixed: leave `split="all"` alone.

| config | a row | rows |
|---|---|---|
{rows}

[docs/tables.md](docs/tables.md) describes every column, [docs/codebook.md](docs/codebook.md)
every label; label columns hold class numbers, whose names are in the features and, for
readers without `datasets`, in [labels.csv](labels.csv). Rows and
their votes join on `item_id`, sources on `claim_id`, everything on `document_id` and
`segment_id`. An actor `NIL:...` is one that the registry lacks. In `stance`, the outlet's
own position is in the rows whose `holder_kind` is `carrier`; all others are those of people
and groups it quotes. `<layer>_votes` holds each
judgement; `<column>_soft` is their distribution in the order of the class names, over the
population `voters` alone; the plain column is an adjudicator's decision where there is
one, else the strict majority, null on a tie. Offsets
are Unicode code points, half-open: `start` and `end` into the document, `segment_start`
and `segment_end` into `segment.text`.

## The texts

The text of {counts["n_withheld"]} documents is withheld: they are articles of others. With
copies of your own, the toolkit in the repository of this dataset brings the words back (the
package index has another package of the name `standpoint`: do not install that):

```python
import standpoint

claims = standpoint.load("path/to/{dataset.name}", "claim", texts="your/copies")
```

Each text is found by its SHA-256, each span proved by its digest, and what could not be
restored is counted.

## Limits

Few documents, chosen by someone else for reasons unknown; on our own reading, mostly from one side
of a war and from outlets that lean against the rebels and their sponsors; English almost only. Outlet,
topic and time are confounded, so a model can score by recognising the outlet.
{contents.measured}
## Licences

| part | licence |
|---|---|
| labels, offsets, normalised claims, registries, metadata (all configs) | {dataset.licences.annotations} |
| texts of the calibration documents (`text` in the split `calibration`) | {dataset.licences.calibration_texts} |
| `schema/` | {dataset.licences.code} |
| texts of all other documents | their holders'; not in the public edition |
"""


_EDITION = (
    "{n_real_documents} documents of real reporting, {n_real_annotated} of them annotated,"
    " with {n_real_claims} claims and {n_real_mentions} mentions; and {n_invented_documents} documents of an invented"
    " world for calibration with {n_invented_claims} claims and {n_invented_mentions}"
    " mentions. **Labels and offsets, not articles**: the text of {n_withheld} documents"
    " is withheld from the public edition."
)

FULL_NOTE = """> **Private edition.** It holds texts that belong to others. It must not be published or
> passed on.
"""


def _followed(versions: list[str]) -> str:
    if not versions:
        return "Nobody has judged real reporting yet."
    named = " and ".join(versions)
    return (
        f"Readings of real reporting followed version {named}; `guidelines` in the tables"
        " of votes says which. The texts, former versions too, are in"
        " [docs/guidelines.md](docs/guidelines.md) and `docs/guidelines/`."
    )


def _judges(judges: Counter[str]) -> str:
    n_human, n_model = judges["human"], judges["language_model"]
    if not n_human:
        return (
            "All labels were made by language models; no person has judged yet"
            f" (annotators that are people: 0, language models: {n_model})."
        )
    return (
        f"Annotators that are people: {n_human}, language models: {n_model};"
        " `judged_by` says which decided each row."
    )
