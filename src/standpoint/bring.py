"""Bring records in from elsewhere: read, convert, judge, write."""

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from standpoint import canonical, engine, fmt, propose
from standpoint.checkout import Checkout
from standpoint.findings import Finding, placed
from standpoint.fmt import RawFile
from standpoint.formats import quoted
from standpoint.model import record_key


class ImportStop(Exception):  # noqa: N818 - it stops an import, for the user to read
    """Nothing can be imported; the message is for the user."""


def bring_quoted(
    checkout: Checkout, file: Path, *, replace: bool
) -> tuple[str | None, list[Finding]]:
    """Write a quoted set as an annotation set of the checkout.

    Args:
        checkout: The checkout, with the text of the document at hand.
        file: The quoted set.
        replace: Whether a set that is there may be replaced.

    Returns:
        The path written, relative to the root, or None; and the findings that say why.

    Raises:
        ImportStop: If the file, the document or its text is not there to be read.
    """
    data, source = _decode(file)
    raw = RawFile(file.name, quoted.KIND, source.encode())
    twice = list(fmt.keys_are_unique.findings(raw, checkout.schemas, file.name))
    if twice:
        return None, twice
    document_id = data.get("document") if isinstance(data, dict) else None
    if not isinstance(document_id, str) or document_id not in checkout.documents:
        raise ImportStop(f"{file.name}: there is no document {document_id!r}")
    dossier = checkout.dossier(document_id)
    if dossier is None:
        raise ImportStop(f"{file.name}: the record of {document_id!r} cannot be read")
    if dossier.text is None:
        raise ImportStop(f"the text of {document_id!r} is not here; use --texts")
    found, findings = quoted.read(
        data, dossier.document, dossier.text, checkout.schemas, file.name
    )
    if found is None:
        return None, placed(findings, source)
    raw = RawFile(file.name, quoted.KIND, canonical.encode(found))
    record, findings = fmt.decode(raw, checkout.schemas)
    findings = [f for f in findings if f.code != "FMT006"]
    if record is None:
        return None, placed(findings, source)
    path = f"annotations/{record_key(record)}.json"
    if (checkout.root / path).exists() and not replace:
        raise ImportStop(f"{path} is there already; --replace replaces it")
    engine.write(checkout.root / path, canonical.encode(record))
    return path, []


class Added(NamedTuple):
    """A proposed document.

    Attributes:
        path: File of its record, relative to the root.
        near: Documents that share lines with it: id, lines shared, lines of the new one.
    """

    path: str
    near: list[tuple[str, int, int]]


def bring_document(
    checkout: Checkout, file: Path, document_id: str, publisher: str, language: str
) -> Added:
    """Write a proposed record of a new document.

    Raises:
        ImportStop: If the text or what is said of it cannot make a record.
    """
    registries = checkout.registries
    if registries is None:
        raise ImportStop("the registries cannot be read; run `standpoint check`")
    if document_id in checkout.documents:
        raise ImportStop(f"there is a document {document_id!r} already")
    if publisher not in registries.outlets:
        raise ImportStop(f"there is no outlet {publisher!r} in corpus/outlets.json")
    try:
        data = file.read_bytes()
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ImportStop(f"{file.name} is not UTF-8") from None
    if not text.strip():
        raise ImportStop(f"{file.name} is empty")
    document = propose.proposed(
        data,
        document_id=document_id,
        source_file=file.stem,
        outlet=publisher,
        panel=registries.dataset.default_panel,
        language=language,
    )
    path = f"corpus/documents/{document_id}.json"
    raw = RawFile(path, "document", canonical.encode(document))
    record, findings = fmt.decode(raw, checkout.schemas)
    if record is None:
        raise ImportStop(f"no valid record: {findings[0].message}")
    near = propose.near(
        document, (d.document for d in map(checkout.dossier, checkout.documents) if d)
    )
    engine.write(checkout.root / path, raw.data)
    return Added(path, near)


def describe(checkout: Checkout, document_id: str) -> str:
    """Compute sentences and paragraphs of a document again; return its path.

    Raises:
        ImportStop: If the document or its text is not there.
    """
    if document_id not in checkout.documents:
        raise ImportStop(f"there is no document {document_id!r}")
    dossier = checkout.dossier(document_id)
    if dossier is None:
        raise ImportStop(f"the record of {document_id!r} cannot be read")
    if dossier.text is None:
        raise ImportStop(f"the text of {document_id!r} is not here; use --texts")
    path = checkout.documents[document_id]
    described = propose.described(dossier.document, dossier.text)
    engine.write(checkout.root / path, canonical.encode(described))
    return path


def _decode(file: Path) -> tuple[Any, str]:
    try:
        source = file.read_bytes()
        return msgspec.json.decode(source), source.decode("utf-8")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportStop(f"{file.name} is no JSON file: {error}") from None
