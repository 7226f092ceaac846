"""The card: README.md of a built dataset, front matter and page.

The front matter is what `load_dataset` goes by. Its version and row digests make a
changed dataset a new cache entry; its counts and features are those that were written.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from standpoint.release import card_body as pages
from standpoint.release.card_body import Page, rendered
from standpoint.release.parquet import Written
from standpoint.tables import CONFIGS
from standpoint.tables.column import Column, Feature

DATASETS_MINIMUM = pages.DATASETS_MINIMUM

_TABLES = ("configs", "dataset_info")


class Contents(NamedTuple):
    """What the card speaks of.

    Attributes:
        page: What its page speaks of.
        is_full: Whether withheld texts are in this edition.
        columns: Config to its columns.
        languages: Languages of the segments that have a label.
    """

    page: Page
    is_full: bool
    columns: dict[str, list[Column]]
    languages: set[str]


class _Dumper(yaml.SafeDumper):
    """Writes texts with line breaks in one line, which no other reader can cut in two."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if len(text.splitlines()) < 2 else '"'  # noqa: PLR2004
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def render(contents: Contents) -> str:
    """Return the whole card."""
    note = f"{FULL_NOTE}\n" if contents.is_full else ""
    return joined(front_matter(contents), note + rendered(contents.page))


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
    dataset, written = contents.page.registries.dataset, contents.page.written
    creators = {"human": "expert-generated", "language_model": "machine-generated"}
    known = contents.page.registries.annotators
    kinds = {known[judge.annotator].kind for judge in contents.page.judges}
    configs: list[dict[str, Any]] = []
    info: list[dict[str, Any]] = []
    for config in CONFIGS:
        splits = written[config.name]
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
        **({"language": sorted(contents.languages)} if contents.languages else {}),
        "license": dataset.licences.annotations.lower(),
        "annotations_creators": [creators[kind] for kind in sorted(kinds)],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["stance", "claims", "attribution", "news", "disagreement"],
        "size_categories": [_size(_n_rows(written))],
        "configs": configs,
        "dataset_info": info,
    }
    return as_full(front) if contents.is_full else front


def _n_rows(written: Mapping[str, Mapping[str, Written]]) -> int:
    """Return the rows of all configs, which is what the Hub counts."""
    return sum(w.n_rows for splits in written.values() for w in splits.values())


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


FULL_NOTE = """> **Private edition.** It holds texts that belong to others. It must not be published or
> passed on.
"""
