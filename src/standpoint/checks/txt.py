"""TXT: what people write in records, in whatever field.

Ids, labels, dates and digests have patterns in the schema. All other strings are free
text; those here that would break them are looked for in every string of every record.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from standpoint.checks.context import Context, FreeText
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import (
    Accepted,
    Actors,
    AnnotationSet,
    Annotators,
    DatasetInfo,
    Document,
    Outlets,
    Panels,
    Splits,
)

RECORDS = (
    Accepted
    | Actors
    | AnnotationSet
    | Annotators
    | DatasetInfo
    | Document
    | Outlets
    | Panels
    | Splits
)
"""Types of records that hold free text."""

NOTES = frozenset({"note", "notes", "reason"})
"""Fields of several lines, which their reader alone sees."""

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Zl", "Zp"})
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
_DIRECTIONS = "\u061c\u200e\u200f"
_JOINERS = "\u200c\u200d"
_JOINED = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
_PREFIXES = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_SPACED = re.compile(
    "[\u00ab(\u20ac\\d][\u00a0\u202f]|[\u00a0\u202f][\u00bb;:!?%)\u20ac\\d]"
)
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = "АВЕЅІЈКМНОРСТУХаеосрухѕіјһԁԛԝ"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ALIKE = re.compile(f"[{_CYRILLIC}{_GREEK}]")
_TAG = re.compile(
    r"</?(?:a|b|i|u|s|em|strong|p|br|hr|div|span|sub|sup|img|h[1-6]|[uo]l|li|table|t[rdh]"
    r"|script|style|font|blockquote|code|pre)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_WRONG = re.compile(
    "\ufffd"
    "|[\u00c2\u00c3][\u00a0-\u00aa\u00ac-\u00ba\u00bc-\u00bf]"  # UTF-8 as Latin-1
    "|\u00e2\u20ac[\u0080-\uffff]|\u00e2[\u0080-\u009f]"  # a quote or dash
    "|(?:[\u00d0\u00d1][\u0080-\u00bf\u0152-\u017e\u2013-\u203a]){2}"  # Cyrillic
    "|(?:[\u00d8\u00d9][\u0080-\u00bf\u0152-\u017e\u2013-\u203a]){2}"  # Arabic
    "|\u00ef\u00bb\u00bf"
)
_MARKER = re.compile(r"(?:TODO|TBD|FIXME|XXX+|\?+|\u2026|\.\.\.+)\W*")
_MARKERS = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|\blorem ipsum\b", re.IGNORECASE)
_NOTHING = frozenset(
    {"test", "asdf", "placeholder", "dummy", "foo", "bar", "n a", "tba"}
)


def _named(char: str) -> str:
    """Name a character that may not be seen."""
    name = unicodedata.name(char, "a control character").lower()
    return f"U+{ord(char):04X} ({name})"


@check("TXT001", Level.ERROR, on=RECORDS)
def characters_can_be_seen(record: Any, context: Context) -> Iterator[Hit]:
    """Free text has no invisible characters.

    Characters that a script needs are allowed: joiners between letters of Arabic,
    Persian or Indic scripts, direction marks next to right-to-left letters, joined
    emoji. Notes and reasons may have several lines.

    Why: control characters, zero-width marks and direction overrides make equal-looking
    words differ, hide words, or break programs.
    Fix: delete the character, or write the words again without it.
    Example: a zero-width space inside a name.
    """
    for found in context.free_text(record):
        char = _unseen(found)
        if char:
            yield Hit(found.pointer, f"The text contains {_named(char)}.")


def _unseen(found: FreeText) -> str:
    """Return the first character that cannot be seen and has no place, or nothing."""
    words = _FLAG.sub("", found.words)
    for place, char in enumerate(words):
        odd = unicodedata.category(char) in _UNSEEN or char in _BLANK_LETTERS
        if odd and not _has_a_place(words, place, found.key):
            return char
    return ""


def _has_a_place(words: str, place: int, key: str) -> bool:
    char = words[place]
    if char == "\n":
        return key in NOTES
    if char in _DIRECTIONS:
        return any(
            unicodedata.bidirectional(c) in {"R", "AL"} for c in words if c != char
        )
    if char in _JOINERS:
        beside = words[max(0, place - 1) : place] + words[place + 1 : place + 2]
        return all(unicodedata.category(one) in _JOINED for one in beside)
    return bool(_PREFIXES.match(char))


@check("TXT002", Level.WARNING, on=RECORDS)
def blanks_are_plain(record: Any, context: Context) -> Iterator[Hit]:
    """Words are separated by one plain space, with none at the start or end.

    A no-break space is allowed where typography requires it, such as before a French
    question mark, but not in a normalised sentence.

    Why: names and sentences are compared as they are written.
    Fix: replace it with one plain space; delete spaces at the start and end.
    Example: two spaces between two words.
    """
    for found in context.free_text(record):
        words = found.words
        odd = [
            c for c in words if unicodedata.category(c) == "Zs" and c not in " \u3000"
        ]
        if odd and found.key != "normalised" and not _odd_blank(words):
            odd = []
        if odd:
            yield Hit(found.pointer, f"The text contains {_named(odd[0])}.")
        elif words != words.strip():
            yield Hit(found.pointer, "The text starts or ends with a space.")
        elif "  " in words:
            yield Hit(found.pointer, "The text has two spaces in a row.")


def _odd_blank(words: str) -> bool:
    """Tell whether a blank is left that no typography asks for."""
    rest = _SPACED.sub("", words)
    return any(unicodedata.category(c) == "Zs" and c not in " \u3000" for c in rest)


@check("TXT003", Level.ERROR, on=RECORDS)
def letters_are_what_they_seem(record: Any, context: Context) -> Iterator[Hit]:
    """Letters have their standard form, and no word mixes two scripts.

    Why: a Cyrillic letter in a Latin word, a separate accent or a mathematical letter
    looks like a normal letter, but is never found by a search.
    Fix: type the word again on a keyboard for its language.
    Example: a name that starts with a Cyrillic letter.
    """
    for found in context.free_text(record):
        problem = _of_another_kind(found.words)
        if problem:
            yield Hit(found.pointer, problem)


def _of_another_kind(words: str) -> str:
    """Say which letter is not what it seems, or nothing."""
    if words.isascii():
        return ""
    for word in _WORD.findall(words):
        foreign = _ALIKE.search(word)
        if foreign and _LATIN.search(word):
            return (
                f"\u2018{word}\u2019 mixes scripts: it contains {_named(foreign[0])}, which"
                " looks like another letter."
            )
        for char in word:
            plain = unicodedata.normalize("NFKC", char)
            is_letter = unicodedata.category(char) in {"Lu", "Ll"}
            if is_letter and plain != char and plain.isascii():
                return f"\u2018{word}\u2019 contains {_named(char)}; write \u2018{plain}\u2019."
    composed = unicodedata.normalize("NFC", words)
    # The order of marks on one letter, as Arabic is typed, does not matter here.
    if len(composed) < len(words):
        return "A letter and its accent are two characters; use the single character."
    return ""


@check("TXT004", Level.ERROR, on=RECORDS)
def text_is_not_damaged(record: Any, context: Context) -> Iterator[Hit]:
    """Free text is plain text in the right encoding, without HTML.

    Why: it is shown as it is, in the dataset and to annotators.
    Fix: write the intended characters; delete HTML tags.
    Example: a name in which an e with an accent has become two characters.
    """
    for found in context.free_text(record):
        is_address = "url" in found.key or found.key == "homepage"
        wrong = _WRONG.search(found.words)
        markup = None if is_address else _TAG.search(found.words)
        markup = markup or (None if is_address else _ENTITY.search(found.words))
        if wrong:
            message = (
                f"\u2018{wrong[0]}\u2019 comes from reading text in the wrong encoding."
            )
            yield Hit(found.pointer, message)
        elif markup:
            yield Hit(
                found.pointer, f"The text contains HTML: \u2018{markup[0]}\u2019."
            )


@check("TXT005", Level.ERROR, on=RECORDS)
def text_is_written(record: Any, context: Context) -> Iterator[Hit]:
    """Free text is not a placeholder. Notes and reasons are not checked.

    Why: the field is published as it is.
    Fix: write the value, or null if it is unknown and null is allowed.
    Example: "normalised": "TODO."
    """
    for found in context.free_text(record):
        if found.key in NOTES:
            continue
        is_claim = found.key == "normalised"
        said = " ".join(re.findall(r"\w+", found.words.casefold()))
        is_nothing = is_claim and (said in _NOTHING or _MARKERS.search(found.words))
        if is_nothing or _MARKER.fullmatch(found.words):
            yield Hit(found.pointer, f"\u2018{found.words}\u2019 is a placeholder.")
