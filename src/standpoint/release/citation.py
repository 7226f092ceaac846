"""How a dataset is cited: from CITATION.cff, if the checkout has one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from standpoint.records.external import OutsideError, read_text
from standpoint.records.model import DatasetInfo
from standpoint.release.dataset import one_line

PATH = "CITATION.cff"

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        **{sign: f"\\{sign}" for sign in "{}&%$#_"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


class CitationError(Exception):
    """CITATION.cff cannot be used; the message is for the user."""


class Citation(NamedTuple):
    """How a dataset is cited.

    Attributes:
        authors: Authors, as BibTeX writes them; empty where none are known.
        repository: Address of the repository; None where none is known.
        bibtex: The BibTeX entry.
    """

    authors: list[str]
    repository: str | None
    bibtex: str


def citation(root: Path, dataset: DatasetInfo) -> Citation:
    """Return how a dataset is cited.

    Raises:
        CitationError: If there is a CITATION.cff that cannot be read.
    """
    cff = _read(root / PATH)
    listed = cff.get("authors")
    authors = list(_authors(listed if isinstance(listed, list) else []))
    addresses = (_text(cff, key) for key in ("repository-code", "repository", "url"))
    repository = next(filter(None, addresses), None)
    fields = {
        "title": _tex(dataset.title),
        "author": " and ".join(authors),
        "year": dataset.date[:4],
        "version": dataset.version,
        "note": f"Data version {dataset.version} of {dataset.date}",
        "doi": _text(cff, "doi"),
        "url": repository,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    head = f"@misc{{{dataset.name}-{dataset.version},\n"
    return Citation(authors, repository, head + ",\n".join(lines) + "\n}")


def _tex(value: str) -> str:
    return " ".join(value.split()).translate(_TEX)


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        cff = yaml.safe_load(read_text(path))
    except (OSError, OutsideError, yaml.YAMLError) as error:
        raise CitationError(f"{PATH} cannot be read: {one_line(error)}") from None
    if not isinstance(cff, dict):
        raise CitationError(f"{PATH} is not a list of fields (key: value)")
    return cff


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _authors(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, dict):
            whole = _text(entry, "name")
            parts = [_text(entry, "family-names"), _text(entry, "given-names")]
            if found := whole or ", ".join(part for part in parts if part):
                # Braces keep the name of a group in one piece.
                yield f"{{{_tex(found)}}}" if whole else _tex(found)
