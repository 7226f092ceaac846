"""Describe where two strings differ that should be the same."""

import unicodedata

SHOWN = 60
"""Characters up to which two strings are shown whole."""
BEFORE, AFTER = 25, 15
"""Characters shown around the first difference of longer ones."""


def is_alike(one: str, other: str) -> bool:
    """Tell whether two strings are the same, apart from their Unicode form."""
    return one == other or _nfc(one) == _nfc(other)


def difference(quote: str, text: str) -> str:
    """Describe where a quote and the words of the text begin to differ."""
    at = first_difference(quote, text)
    if max(len(quote), len(text)) <= SHOWN:
        shown = f"\u2018{quote}\u2019", f"\u2018{text}\u2019"
        where = ""
    else:
        shown = _around(quote, at), _around(text, at)
        where = f" (first difference at character {at + 1})"
    message = f"the file has {shown[0]}, but the text has {shown[1]}{where}"
    return message + named_difference(quote, text)


def first_difference(one: str, other: str) -> int:
    """Return the place of the first character that differs."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def named_difference(quote: str, text: str) -> str:
    """Name the characters in which two strings differ, where they may look the same."""
    at = first_difference(quote, text)
    here, there = quote[at : at + 1], text[at : at + 1]
    if is_alike(quote, text):
        here, there = _letter(quote, at), _letter(text, at)
        return f": only the Unicode form differs: {_named(here)} and {_named(there)}"
    if here and there and not (here + there).isascii():
        return f": {_named(here)} and {_named(there)}"
    return ""


def _nfc(words: str) -> str:
    return unicodedata.normalize("NFC", words)


def _letter(words: str, at: int) -> str:
    """Return the letter at a place with the marks on it."""
    start = end = min(at, len(words) - 1)
    while start and unicodedata.combining(words[start]):
        start -= 1
    end = start + 1
    while end < len(words) and unicodedata.combining(words[end]):
        end += 1
    return words[start:end]


def _named(chars: str) -> str:
    return " + ".join(
        f"{unicodedata.name(char, 'a character').lower()} (U+{ord(char):04X})"
        for char in chars
    )


def _around(words: str, at: int) -> str:
    start, end = max(0, at - BEFORE), at + AFTER
    left = "\u2026" if start else ""
    right = "\u2026" if end < len(words) else ""
    return f"\u2018{left}{words[start:end]}{right}\u2019"
