"""How a dataset is cited: from CITATION.cff, where the checkout has one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from standpoint.records.external import OutsideError, read_text
from standpoint.records.model import DatasetInfo

PATH = "CITATION.cff"

_SPECIAL = str.maketrans(
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
        key: Key of the BibTeX entry.
        title: Title of the dataset.
        authors: Authors, as BibTeX writes them; empty where none are known.
        version: Version of the data.
        date: Date of the data, ISO 8601.
        repository: Address of the repository; None where none is known.
        doi: DOI, or None.
    """

    key: str
    title: str
    authors: list[str]
    version: str
    date: str
    repository: str | None
    doi: str | None

    def bibtex(self) -> str:
        """Return the entry."""
        fields = {
            "title": _tex(self.title),
            "author": " and ".join(self.authors),
            "year": self.date[:4],
            "version": self.version,
            "note": f"Data version {self.version} of {self.date}",
            "doi": self.doi or "",
            "url": self.repository or "",
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@misc{{{self.key},\n" + ",\n".join(lines) + "\n}"


def _tex(value: str) -> str:
    return " ".join(value.split()).translate(_SPECIAL)


def citation(root: Path, dataset: DatasetInfo) -> Citation:
    """Return how a dataset is cited.

    Raises:
        CitationError: If there is a CITATION.cff that cannot be read.
    """
    cff = _read(root / PATH)
    authors = cff.get("authors")
    return Citation(
        key=f"{dataset.name}-{dataset.version}",
        title=dataset.title,
        authors=list(_authors(authors if isinstance(authors, list) else [])),
        version=dataset.version,
        date=dataset.date,
        repository=_text(cff, "repository-code")
        or _text(cff, "repository")
        or _text(cff, "url"),
        doi=_text(cff, "doi"),
    )


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        cff = yaml.safe_load(read_text(path))
    except (OSError, OutsideError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())[:200]
        raise CitationError(f"{PATH} cannot be read: {why}") from None
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
