"""Annotation sets written with quotes instead of offsets.

Language models, and people without a tool, cannot count characters. They write

    {"quote": "exact words", "nth": 2}      the second occurrence in the segment
    {"context": "left[[words]]right"}       the only occurrence in this context

wherever a set has `start`, `end` and `digest`. Keys with a default, nullable keys and
lists may be omitted. Never commit the file if the text of the document is withheld.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from standpoint.formats import fill
from standpoint.formats.differ import is_alike, named_difference
from standpoint.records import canonical
from standpoint.records.canonical import escape
from standpoint.records.findings import (
    Check,
    Finding,
    Hit,
    Level,
    Problem,
    check,
    check_record,
    counted,
    declare,
)
from standpoint.records.model import Document
from standpoint.records.safe_repr import veiled
from standpoint.records.schema import Fault, Schemas
from standpoint.records.text import ALIKE, fold, span_digest
from standpoint.records.vocabulary import BOILERPLATE

KIND = "annotation-set"
MAX_CANDIDATES = 5

MAX_SLIPS = 3
"""Number of wrong, missing or extra characters up to which similar words are suggested."""

MAX_SOUGHT = 50
"""Number of findings in a file after which no similar words are suggested."""


_OFFSETS = ("start", "end", "digest")
_QUOTE = '{"quote": "..."}'
_LIST = f'"spans": [{_QUOTE}]'


class Quote(NamedTuple):
    """A quote, and where its words occur in the segment.

    Attributes:
        pointer: JSON pointer to the object with the quote.
        words: The quoted words, or the whole context without its brackets.
        nth: Number of the occurrence, from 1; None if the file does not give it.
        places: Start and end of each occurrence in the document.
        near: Start and end of words that differ only in white space, quotation marks, dashes
            or case.
        text: The raw text.
        elsewhere: Another segment in which the words occur, if they do not occur in this one.
        like: Start and end of the most similar words, if the quote occurs nowhere.
    """

    pointer: str
    words: str
    nth: int | None
    places: tuple[tuple[int, int], ...]
    near: tuple[tuple[int, int], ...]
    text: str
    elsewhere: str = ""
    like: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return veiled(self, "text")

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The occurrence that is meant, or None if that is unclear."""
        if self.nth is None:
            return self.places[0] if len(self.places) == 1 else None
        inside = 0 < self.nth <= len(self.places)
        return self.places[self.nth - 1] if inside else None

    def around(self, place: tuple[int, int]) -> str:
        """Return an occurrence with some context."""
        start, end = place
        left, right = self.text[max(0, start - 20) : start], self.text[end : end + 20]
        shown = f"\u2026{left}[{self.text[start:end]}]{right}\u2026"
        return re.sub(r"\s+", " ", shown)


@check("QUO001", Level.ERROR, on=Quote)
def quote_is_found(quote: Quote, _: Any) -> Iterator[Hit]:
    """A quote occurs in its segment exactly as written.

    Why: a quote that is nearly right could mark other words.
    Fix: copy the words from the text, with its quotation marks, dashes and spaces.
    Example: a straight apostrophe where the text has a curly one.
    """
    if quote.places:
        return
    if not quote.words:
        yield Hit(quote.pointer, "The quote is empty.")
        return
    hint = ""
    if quote.elsewhere:
        hint = f" They occur in {quote.elsewhere}; move the item there."
    if quote.like:
        hint = f" Did you mean {quote.around(quote.like)}?"
    if quote.near:
        start, end = quote.near[0]
        hint = f" The text has: {quote.around(quote.near[0])}"
        hint += _differing(quote.words, quote.text[start:end])
    message = (
        f"The words \u2018{quote.words[:80]}\u2019 do not occur in the segment.{hint}"
    )
    yield Hit(quote.pointer, message)


def _differing(quoted: str, written: str) -> str:
    """Name the first character that differs; a no-break space looks like any other space."""
    if is_alike(quoted, written):
        return named_difference(quoted, written)
    for there, here in zip(written, quoted, strict=False):
        if there.isspace() != here.isspace():
            return ", with a different amount of white space"
        if there.casefold() != here.casefold():
            return f", with {_named(there)} where the quote has {_named(here)}"
    return ""


def _named(char: str) -> str:
    name = "line break" if char == "\n" else unicodedata.name(char, "a character")
    return f"{name.lower()} (U+{ord(char):04X})"


@check("QUO002", Level.ERROR, on=Quote)
def quote_is_unique(quote: Quote, _: Any) -> Iterator[Hit]:
    """A quote that occurs in several places says which one is meant.

    Why: otherwise the wrong place could be marked unnoticed.
    Fix: add `nth`, or give the words with their surroundings as `context`.
    Example: {"quote": "the army"} in a segment with six of them.
    """
    if quote.nth is None and len(quote.places) > 1:
        shown = quote.places[:MAX_CANDIDATES]
        listed = "; ".join(f"{n}: {quote.around(p)}" for n, p in enumerate(shown, 1))
        more = " ..." if len(quote.places) > MAX_CANDIDATES else ""
        message = (
            f"\u2018{quote.words[:80]}\u2019 occurs {len(quote.places)} times:"
            f" {listed}{more}"
        )
        yield Hit(quote.pointer, message)


@check("QUO003", Level.ERROR, on=Quote)
def nth_place_exists(quote: Quote, _: Any) -> Iterator[Hit]:
    """The place given in `nth` exists.

    Why: repeated words are easily miscounted.
    Fix: count the places in the segment, starting at 1.
    Example: "nth": 3 where the words occur twice.
    """
    if quote.places and quote.nth is not None and quote.chosen is None:
        message = (
            f"\u2018nth\u2019 is {quote.nth}, but \u2018{quote.words[:80]}\u2019 occurs"
            f" {counted(len(quote.places), 'time')}; `nth` counts from 1."
        )
        yield Hit(quote.pointer, message)


declare(
    Check(
        code="QUO004",
        level=Level.ERROR,
        title="A quoted set names segments of the document, and quotes in a known form.",
        why="each quote is looked up in the segment it is given for.",
        fix="correct the place named; docs/quoted.md shows the forms.",
        example='{"segment": "s9"} where the last segment of the document is s04.',
    )
)


def read(
    data: Any, document: Document, text: str, schemas: Schemas, path: str
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """Convert a quoted set to the plain data of an annotation set.

    Args:
        data: The decoded file.
        document: Its document.
        text: The raw text of the document.
        schemas: The schemas, for the keys that may be omitted.
        path: Name of the file, for findings.

    Returns:
        The set with offsets and digests, not yet checked against the schema, or None if
        a quote could not be located; and the findings.
    """
    findings = [
        Problem("QUO004", pointer, message).finding(path)
        for pointer, message in _problems(data, document)
    ]
    if findings:
        return None, findings
    schema = schemas.schema(KIND)
    filled = fill.filled(data, schema)
    filled.setdefault("text_sha256", document.text.sha256)
    segments = {
        segment.id: (segment.start, segment.end) for segment in document.segments
    }
    for index, segment in enumerate(filled["segments"]):
        bounds = segments[segment["segment"]]
        placed: list[Quote] = []
        new = _place(segment, f"/segments/{index}", text, bounds, placed)
        filled["segments"][index] = new
        for one in placed:
            quote = one
            if len(findings) < MAX_SOUGHT:
                quote = _looked_for(one, segments, bounds)
            findings += check_record(quote, None, path)
    if findings:
        return None, findings
    _seal(filled, text)
    return filled, []


def schema_findings(
    converted: Any, data: Any, schemas: Schemas, path: str
) -> list[Finding]:
    """Return what does not fit the schema, in terms of quotes instead of offsets.

    Args:
        converted: The annotation set made from the quoted set.
        data: The quoted set.
        schemas: The schemas.
        path: Name of the file, for findings.
    """
    faults = (_of_quotes(fault, data) for fault in schemas.explain(KIND, converted))
    return [
        Problem("FMT005", pointer, message).finding(path)
        for pointer, message in dict.fromkeys(faults)
    ]


def _of_quotes(fault: Fault, data: Any) -> tuple[str, str]:
    """Return pointer and message of a fault for a set with quotes."""
    value = canonical.at(data, fault.pointer)
    if fault.keyword == "additionalProperties" and fault.detail in _OFFSETS:
        above = fault.pointer.rpartition("/")[0]
        return above, f"A quote is not allowed here, only in a list: {_LIST}."
    if fault.keyword == "required" and fault.detail in _OFFSETS:
        return fault.pointer, f"The quote is missing: {_QUOTE}."
    if fault.detail == "array" and isinstance(value, dict):
        return fault.pointer, f"Quotes must be in a list: [{_QUOTE}]."
    if fault.detail == "object" and isinstance(value, str):
        return fault.pointer, f"{fault.message} Words of the text are written {_QUOTE}."
    return fault.pointer, fault.message


def _problems(data: Any, document: Document) -> Iterator[tuple[str, str]]:
    if not isinstance(data, dict) or not isinstance(data.get("segments"), list):
        yield "", "Expected an object with a list of segments."
        return
    known = [one.id for one in document.segments if one.kind != BOILERPLATE]
    for index, segment in enumerate(data["segments"]):
        name = segment.get("segment") if isinstance(segment, dict) else None
        if not isinstance(name, str):
            yield f"/segments/{index}", "The key \u2018segment\u2019 is missing."
        elif name not in {one.id for one in document.segments}:
            message = f"\u2018{name}\u2019 is not a segment of the document. Segments:"
            yield f"/segments/{index}/segment", f"{message} {', '.join(known)}."
    yield from _misshapen(data["segments"], "/segments")


_MANY_MARKS = re.compile(r"\[\[\[|\]\]\]|\[\[.*\[\[|\]\].*\]\]", re.DOTALL)


def _misshapen(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield quotes that could be read in more than one way."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _misshapen(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _misshapen(item, f"{pointer}/{escape(key)}")
        nth = value.get("nth", 1)
        if isinstance(value.get("context"), str):
            yield from ((pointer, fault) for fault in _faults(value))
        if isinstance(nth, bool) or not isinstance(nth, int):
            yield pointer, "`nth` must be a whole number, without quotation marks."


def _faults(value: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a quote that is given with its context."""
    context: str = value["context"]
    if "quote" in value:
        yield "`quote` and `context` are both given; delete one of them."
    elif "]]" not in context.partition("[[")[2]:
        yield "The context does not mark the words: put [[ and ]] around them."
    elif _MANY_MARKS.search(context):
        yield (
            "The text has a bracket next to [[ or ]], so the marks are ambiguous: give"
            " `quote` and `nth` instead."
        )


def _place(
    value: Any, pointer: str, text: str, bounds: tuple[int, int], placed: list[Quote]
) -> Any:
    """Replace quotes by offsets, all the way down; -1 for a quote that was not located."""
    if isinstance(value, list):
        return [
            _place(item, f"{pointer}/{index}", text, bounds, placed)
            for index, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    inner = {
        key: _place(item, f"{pointer}/{escape(key)}", text, bounds, placed)
        for key, item in value.items()
    }
    if isinstance(inner.get("quote"), str) or isinstance(inner.get("context"), str):
        quote = _look(inner, pointer, text, bounds)
        placed.append(quote)
        start, end = quote.chosen or (-1, -1)
        for key in ("quote", "context", "nth"):
            inner.pop(key, None)
        inner |= {"start": start, "end": end, "digest": ""}
    return inner


def _look(
    value: dict[str, Any], pointer: str, text: str, bounds: tuple[int, int]
) -> Quote:
    whole = (
        value["context"] if isinstance(value.get("context"), str) else value["quote"]
    )
    left, open_, rest = whole.partition("[[")
    words, close, right = rest.partition("]]")
    if not (open_ and close):
        left, words, right = "", whole, ""
    target = left + words + right
    found = _occurrences(text, target, bounds)
    shift, length = len(left), len(words)
    places = tuple((start + shift, start + shift + length) for start in found)
    return Quote(
        pointer=pointer,
        words=target,
        nth=value.get("nth"),
        places=places,
        near=() if places else tuple(_near(text, target, bounds)),
        text=text,
    )


def _looked_for(
    quote: Quote, segments: dict[str, tuple[int, int]], bounds: tuple[int, int]
) -> Quote:
    """Look for a quote in other segments, or for similar words in its own."""
    if quote.places or quote.near:
        return quote
    found = (
        n for n, other in segments.items() if quote.text.find(quote.words, *other) >= 0
    )
    elsewhere = next(found, "")
    like = None if elsewhere else _like(quote.text, quote.words, bounds)
    return quote._replace(elsewhere=elsewhere, like=like)


def _occurrences(text: str, words: str, bounds: tuple[int, int]) -> list[int]:
    found = []
    place = text.find(words, *bounds) if words else -1
    while place >= 0:
        found.append(place)
        place = text.find(words, place + 1, bounds[1])
    return found


def _near(text: str, words: str, bounds: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Find words that differ in white space, quotation marks and dashes only."""
    loose = "".join(
        r"\s+"
        if char == " "
        else f"(?:{re.escape(char)}|[{ALIKE[char]}])"
        if char in ALIKE
        else _any_form(char)
        for char in unicodedata.normalize("NFC", fold(words))
    )
    if loose:
        for match in re.finditer(loose, text[slice(*bounds)], re.IGNORECASE):
            yield bounds[0] + match.start(), bounds[0] + match.end()


def _any_form(char: str) -> str:
    """Return a pattern for a letter with its accent in it, or after it."""
    apart = unicodedata.normalize("NFD", char)
    return re.escape(char) if apart == char else f"(?:{re.escape(char)}|{apart})"


def _seal(value: Any, text: str) -> None:
    """Fill in the digest of every span that has none."""
    if isinstance(value, list):
        for item in value:
            _seal(item, text)
    elif isinstance(value, dict):
        for item in value.values():
            _seal(item, text)
        start, end = value.get("start"), value.get("end")
        if (
            value.get("digest") == ""
            and isinstance(start, int)
            and isinstance(end, int)
        ):
            value["digest"] = span_digest(text, start, end)


def _like(text: str, words: str, bounds: tuple[int, int]) -> tuple[int, int] | None:
    """Find the most similar words, with up to `MAX_SLIPS` wrong characters."""
    import regex  # only for words that are wrong

    slips = min(MAX_SLIPS, len(words) // 5)
    loose = rf"(?b)(?<!\w)(?:{regex.escape(words)}){{e<={slips}}}(?!\w)"
    found = regex.search(loose, text, pos=bounds[0], endpos=bounds[1])
    return (found.start(), found.end()) if found else None
