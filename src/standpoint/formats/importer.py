"""Import records: read, convert, check and write them."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from standpoint.checks.paragraph_cache import signatures
from standpoint.checks.run import check_corpus
from standpoint.formats import brat, quoted
from standpoint.formats.differ import first_difference
from standpoint.forms import convert
from standpoint.forms.form import PASSES, Form
from standpoint.records import canonical, external, new_document, record_file, storage
from standpoint.records.checkout import Checkout, has_errors
from standpoint.records.findings import Finding, Problem, meant, order, placed
from standpoint.records.model import (
    AnnotationSet,
    Document,
    Dossier,
    Registries,
    record_key,
)
from standpoint.records.record_file import RawFile
from standpoint.records.text import alike, oddities, signature
from standpoint.records.vocabulary import ADJUDICATED, ANNOTATOR


class ImportStop(Exception):  # noqa: N818 - it stops an import, for the user to read
    """The import cannot go on; the message is for the user."""


def bring_quoted(
    checkout: Checkout, file: Path, *, replace: bool
) -> tuple[str | None, list[Finding]]:
    """Import a quoted set as an annotation set of the checkout.

    Nothing is written if a check finds an error; an existing set stays.

    Args:
        checkout: The checkout; it needs the text of the document.
        file: The quoted set.
        replace: Whether an existing set may be replaced.

    Returns:
        The path written, relative to the root, or None; and all findings.

    Raises:
        ImportStop: If the file, the document or its text cannot be read.
    """
    try:
        raw = RawFile(file.name, quoted.KIND, external.read_bytes(file))
    except external.OutsideError as error:
        raise ImportStop(str(error)) from None
    if findings := record_file.form(raw, checkout.schemas):
        return None, placed(findings, raw.data.decode("utf-8", "replace"))
    source = raw.data.decode()
    data = msgspec.json.decode(source)
    document_id = data.get("document") if isinstance(data, dict) else None
    if not isinstance(document_id, str):
        raise ImportStop(
            f"{file.name}: the key \u2018document\u2019 with the id of the document is missing"
        )
    dossier, text = _with_text(checkout, file.name, document_id)
    found, findings = quoted.read(
        data, dossier.document, text, checkout.schemas, file.name
    )
    if found is None:
        return None, placed(findings, source)
    raw = RawFile(file.name, quoted.KIND, canonical.encode(found))
    record, findings = record_file.decode(raw, checkout.schemas)
    findings = [f for f in findings if f.code != "FMT006"]
    if any(finding.code == "FMT005" for finding in findings):
        findings = quoted.schema_findings(found, data, checkout.schemas, file.name)
    if record is None:
        return None, placed(findings, source)
    path, own, others = _put(checkout, record, replace=replace)
    if path is not None:
        return path, [*own, *others]
    # A set has the structure of its quoted form.
    here = [
        msgspec.structs.replace(found, path=file.name, line=0, column=0)
        for found in own
        if found.pointer
    ]
    others += [found for found in own if not found.pointer]
    return None, order([*placed(here, source), *others])


def _put(
    checkout: Checkout, record: AnnotationSet, *, replace: bool
) -> tuple[str | None, list[Finding], list[Finding]]:
    """Write a set unless a check finds an error in it.

    Decisions on the replaced set may have to be made again: errors in them are reported,
    but do not stop the import.

    Returns:
        Its path, or None if nothing was written; findings in it; findings elsewhere.
    """
    path = f"annotations/{record_key(record)}.json"
    full = checkout.root / path
    if checkout.holds(path) and not replace:
        raise ImportStop(f"{path} already exists; use --replace to replace it")
    if full.is_symlink() or full.parent.is_symlink():
        raise ImportStop(f"{path} is a symbolic link, or its folder is one")
    data = canonical.encode(record)
    decisions = f"annotations/{record.document}/{ADJUDICATED}.json"
    findings = check_corpus(
        checkout.supposing({path: data}), [path, decisions]
    ).findings
    own = [found for found in findings if found.path == path]
    after = [f for f in findings if f.path == decisions != path and has_errors([f])]
    others = [found for found in findings if found.path not in {path, decisions}]
    # A corrected finding leaves its entry in accepted.json behind, which is only reported.
    if has_errors(found for found in (*own, *others) if found.code != "ACC002"):
        return None, own, others
    storage.write(checkout, {path: data})
    return path, own, [*others, *after]


# brat


class BratFile(NamedTuple):
    """A brat file, and what the file itself does not state.

    Attributes:
        file: The .ann file; the .txt file of the same name is compared, if there is one.
        document: Id of its document.
        annotator: Who made it.
        created: When, UTC, as records write it.
        guidelines: Version of the guidelines that it follows; None for the newest version.
        mapping: The mapping file, or None if it uses the labels of this project.
        saw_suggestions: Whether it was made from suggestions.
    """

    file: Path
    document: str
    annotator: str
    created: str
    guidelines: str | None
    mapping: Path | None
    saw_suggestions: bool


def bring_brat(
    checkout: Checkout, brat_file: BratFile, *, replace: bool
) -> tuple[str | None, list[Finding]]:
    """Import a brat file as an annotation set of the checkout.

    Lines that refer to missing lines are skipped and reported. Any other problem, and any
    error that a check finds in the set, stops the import.

    Args:
        checkout: The checkout; it needs the text of the document.
        brat_file: The file.
        replace: Whether an existing set may be replaced.

    Returns:
        The path written, relative to the root, or None; and all findings.

    Raises:
        ImportStop: If the file, the mapping, the document or its text cannot be read.
    """
    file = brat_file.file
    meaning = _meaning(brat_file.mapping)
    dossier, text = _with_text(checkout, file.name, brat_file.document)
    registries = _registries(checkout)
    faults = list(_other_text(file, text))
    try:
        standoff, found = brat.read(external.read_bytes(file), text)
    except external.OutsideError as error:
        raise ImportStop(str(error)) from None
    findings = [one.finding(file.name) for one in (*faults, *found)]
    if has_errors(findings):
        return None, order(findings)
    head = {
        "schema": "1",
        "document": dossier.document.id,
        "text_sha256": dossier.document.text.sha256,
        "annotator": brat_file.annotator,
        "role": ANNOTATOR,
        "guidelines": brat_file.guidelines or registries.dataset.newest_guidelines,
        "tool": "brat",
        "created": brat_file.created,
        "lead_time_s": None,
        "saw_suggestions": brat_file.saw_suggestions,
    }
    forms = forms_of(checkout, registries, dossier.document)
    corner = brat.Corner(dossier.document, text, forms, checkout.schemas, head)
    data, found, line_of = brat.imported(standoff, meaning, corner)
    findings = order([*findings, *(one.finding(file.name) for one in found)])
    if data is None:
        return None, findings
    record = msgspec.convert(data, AnnotationSet)
    path, own, others = _put(checkout, record, replace=replace)
    if path is not None:
        return path, [*findings, *own, *others]
    here = [
        msgspec.structs.replace(one, path=file.name, line=line, column=1)
        for one in own
        if (line := line_of(one.pointer))
    ]
    others += [one for one in own if not line_of(one.pointer)]
    return None, order([*findings, *here, *others])


def _registries(checkout: Checkout) -> Registries:
    if checkout.registries is None:
        raise ImportStop("the registries cannot be read; run `standpoint check`")
    return checkout.registries


def _meaning(file: Path | None) -> brat.Meaning:
    if file is None:
        return brat.Meaning()
    try:
        found = msgspec.convert(external.read_json(file), brat.Meaning)
    except external.OutsideError as error:
        raise ImportStop(str(error)) from None
    except msgspec.ValidationError as error:
        raise ImportStop(f"{file.name} is not a valid mapping: {error}") from None
    for label in sorted(found.labels.keys() & set(found.left_out)):
        raise ImportStop(
            f"{file.name}: \u2018{label}\u2019 is both in `labels` and in `left_out`"
        )
    return found


def _with_text(checkout: Checkout, name: str, document: str) -> tuple[Dossier, str]:
    """Return a document and its text."""
    if document not in checkout.documents:
        hint = meant(document, checkout.documents)
        raise ImportStop(f"{name}: there is no document \u2018{document}\u2019.{hint}")
    dossier = checkout.dossier(document)
    if dossier is None:
        raise ImportStop(
            f"{name}: the record of \u2018{document}\u2019 cannot be read; run `standpoint check`"
        )
    if dossier.text is None:
        raise ImportStop(
            f"the text of \u2018{document}\u2019 is not available; use --texts"
        )
    return dossier, dossier.text


def _other_text(file: Path, text: str) -> Iterator[Problem]:
    """Yield how the .txt file next to a brat file differs from the text of the document."""
    beside = file.with_suffix(".txt")
    if not beside.is_file() or beside.read_bytes() == text.encode():
        return
    try:
        other = external.read_text(beside)
    except external.OutsideError as error:
        yield Problem("BRT008", "", f"{error}.", line=1)
        return
    if _plain(other) == _plain(text):
        words = (
            f"{beside.name} differs from the text of the document only in its line ends,"
            " its encoding, a byte order mark or white space at the end."
        )
        yield Problem("BRT011", "", words, line=1)
    else:
        at = first_difference(_plain(other), _plain(text)) + 1
        words = f"{beside.name} is not the text of the document: it differs at character {at}."
        yield Problem("BRT008", "", words, line=1)


def _plain(text: str) -> str:
    """Return a text with LF line ends, without byte order mark and final white space."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return lines.rstrip()


def forms_of(
    checkout: Checkout, registries: Registries, document: Document
) -> dict[str, Form]:
    """Return the forms of a document, by pass."""
    inventories = checkout.schemas.inventories
    panel = registries.panels.get(document.panel)
    if panel is None:
        raise ImportStop(
            f"there is no panel \u2018{document.panel}\u2019 in corpus/panels.json"
        )
    return {name: convert.form(name, "extended", inventories, panel) for name in PASSES}


# documents


class Added(NamedTuple):
    """A proposed document.

    Attributes:
        path: File of its record, relative to the root.
        near: Documents that share lines with it: id, number of shared lines, number of lines
            of the new document.
        alike: Documents with nearly the same words, of those whose text is available: id,
            and the share of sequences of three words that both have.
        odd: Characters that tools and copies of the text treat differently: which, position
            of the first, number.
    """

    path: str
    near: list[tuple[str, int, int]]
    alike: list[tuple[str, float]]
    odd: list[tuple[str, int, int]]


def bring_document(
    checkout: Checkout, file: Path, document_id: str, publisher: str, language: str
) -> Added:
    """Write a draft of the record of a new document.

    Raises:
        ImportStop: If the text or the arguments cannot make a valid record.
    """
    registries = _registries(checkout)
    if document_id in checkout.documents:
        raise ImportStop(f"the document \u2018{document_id}\u2019 already exists")
    if publisher not in registries.outlets:
        raise ImportStop(
            f"there is no outlet \u2018{publisher}\u2019 in corpus/outlets.json"
        )
    try:
        data = external.read_bytes(file)
        text = data.decode("utf-8")
    except external.OutsideError as error:
        raise ImportStop(str(error)) from None
    except UnicodeDecodeError:
        raise ImportStop(f"{file.name} is not UTF-8") from None
    if not text.strip():
        raise ImportStop(f"{file.name} is empty")
    document = new_document.proposed(
        data,
        document_id=document_id,
        source_file=file.stem,
        outlet=publisher,
        panel=registries.dataset.default_panel,
        language=language,
    )
    path = f"corpus/documents/{document_id}.json"
    raw = RawFile(path, "document", canonical.encode(document))
    record, findings = record_file.decode(raw, checkout.schemas)
    if record is None:
        raise ImportStop(
            f"these arguments do not make a valid record: {findings[0].message}"
        )
    near, alike = _near(checkout, document, text)
    storage.write(checkout, {path: raw.data})
    return Added(path, near, alike, list(oddities(text)))


def _near(
    checkout: Checkout, document: Document, text: str
) -> tuple[list[tuple[str, int, int]], list[tuple[str, float]]]:
    """Return documents that share lines with a new one, and those with similar words."""
    others, signed = [], []
    for dossier in map(checkout.dossier, checkout.documents):
        if dossier is not None:
            others.append(dossier.document)
            signed += [
                (dossier.document.id, one)
                for one in signatures(dossier.document, dossier.text)
            ]
    found = alike([*signed, (document.id, signature(text))])
    return new_document.near(document, others), [
        (second if first == document.id else first, share)
        for first, second, share in found
        if document.id in {first, second}
    ]


def describe(checkout: Checkout, document_id: str) -> str:
    """Recompute sentences and paragraphs of a document; return its path.

    Raises:
        ImportStop: If the document or its text is not available.
    """
    if document_id not in checkout.documents:
        raise ImportStop(f"there is no document \u2018{document_id}\u2019")
    dossier = checkout.dossier(document_id)
    if dossier is None:
        raise ImportStop(
            f"the record of \u2018{document_id}\u2019 cannot be read; run `standpoint check`"
        )
    if dossier.text is None:
        raise ImportStop(
            f"the text of \u2018{document_id}\u2019 is not available; use --texts"
        )
    path = checkout.documents[document_id]
    described = new_document.described(dossier.document, dossier.text)
    storage.write(checkout, {path: canonical.encode(described)})
    return path
