"""Bring records of an earlier version up to date, without touching anything else.

Before data version 0.3.0, the digest of a span was made of its own words and of numbers that
everybody has, so that a list of names could be tried; so was the hash of a line. Each is
proved on the text before it is replaced.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from standpoint.records import canonical, storage
from standpoint.records.checkout import Checkout
from standpoint.records.text import fold, line_digest, sha256, span_digest
from standpoint.records.vocabulary import ADJUDICATED, RELEASED


class Migrated(NamedTuple):
    """What was done.

    Attributes:
        changed: Record files that were, or would be, rewritten.
        left: Record files that stay as they are, and why.
    """

    changed: list[str]
    left: dict[str, str]


class _StaleError(Exception):
    """A digest does not fit the text; the message is for the user."""


def migrate(checkout: Checkout, *, write: bool) -> Migrated:
    """Give the spans and lines of all records the digests of this version.

    Args:
        checkout: The checkout, with the texts.
        write: Whether to write anything.
    """
    result = Migrated([], {})
    for document, path in checkout.documents.items():
        paths = [path, *checkout.sets_of(document)]
        try:
            found = dict(_migrated(checkout, document, paths))
        except _StaleError as error:
            result.left.update(dict.fromkeys(paths, str(error)))
            continue
        if write:
            storage.write(checkout, found)
        result.changed.extend(found)
    checkout.drain()  # what is wrong otherwise, `check` reports
    return result


def _migrated(
    checkout: Checkout, document: str, paths: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield path and new content of each record of a document that has old digests."""
    read = {path: checkout.data(path) for path in paths}
    record = next(iter(read.values()))
    try:
        digest = record["text"]["sha256"]
        is_released = record["rights"]["text_release"] == RELEASED
    except (TypeError, KeyError):
        raise _StaleError("the record of the document cannot be read") from None
    text = checkout.text(document, digest, released=is_released)
    renamed: dict[str, str] = {}  # an adjudicated set names the readings it is based on
    for path, data in sorted(read.items(), key=lambda one: ADJUDICATED in one[0]):
        before = canonical.formatted(msgspec.json.encode(data))
        _renew(data, digest, text)
        sources = data.get("sources") if isinstance(data, dict) else None
        if isinstance(sources, dict):
            data["sources"] = {n: renamed.get(d, d) for n, d in sources.items()}
        after = canonical.formatted(msgspec.json.encode(data))
        renamed[sha256(before)] = sha256(after)
        if after != before:
            yield path, after


def _renew(value: Any, digest: str, text: str | None) -> None:
    """Replace each old digest below a value.

    Raises:
        _StaleError: If one was not made of this text, or there is no text.
    """
    if isinstance(value, list):
        for item in value:
            _renew(item, digest, text)
    elif isinstance(value, dict):
        for item in value.values():
            _renew(item, digest, text)
        start, end = value.get("start"), value.get("end")
        if not isinstance(start, int) or not isinstance(end, int):
            return
        if "digest" in value:
            value["digest"] = _new(value["digest"], start, end, digest, text)
        elif "sha256" in value:
            text = _needed(text)
            if value.pop("sha256") != sha256(fold(text[start:end]).encode("utf-8")):
                raise _StaleError(
                    f"the hash of the line at {start} does not fit the text"
                )
            value["digest"] = line_digest(text, start, end)


def _new(old: str, start: int, end: int, digest: str, text: str | None) -> str:
    """Return the digest of a span, given the old one or that of this version."""
    text = _needed(text)
    new = span_digest(text, start, end)
    if old in {new, line_digest(text, start, end)}:
        return old
    data = f"{digest}|{start}|{end}|{text[start:end]}".encode("utf-8", "surrogatepass")
    if old != hashlib.sha256(data).hexdigest()[:16]:
        raise _StaleError(f"the digest at {start}-{end} does not fit the text")
    return new


def _needed(text: str | None) -> str:
    if text is None:
        raise _StaleError("the text is not available; use --texts")
    return text
