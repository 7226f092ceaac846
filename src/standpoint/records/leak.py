"""The leak gate: no eight consecutive words of a withheld text stand anywhere.

Words are case-folded and split at every character that is no letter or digit. What cannot
be seen, accents and widths of letters do not count, nor do words broken by a hyphen at the
end of a line, by markup or by HTML entities. Look-alike letters of another script are not
seen through. Whole web addresses are left out: an address is a fact. Eight is a rule of this
project, not a legal threshold.
"""

import html
import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import regex

N_WORDS = 8

_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_UNSEEN = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]+")
_BROKEN = re.compile(  # the line end may be an escape, as in JSON
    "([^\\W_])[-\u2010\u2011\u00ad][ \t]*"
    r"(?:\r?\n[\s>*#/|]*|(?:\\r)?\\n(?:\s|\\[nrt])*)([^\W_]+)"
)
_WIDTHLESS = re.compile("[\u200b-\u200d\u2060\ufeff]+")
_MARKUP = re.compile(r"(?<=[^\W_])(?:[*_`~]+|</?[a-z]+>)+(?=[^\W_])", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>\n]{0,200}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_ESCAPE = re.compile(
    r"(?:\\u[0-9a-fA-F]{4})+|\\x[0-9a-fA-F]{2}|\\U00[0-9a-fA-F]{6}|\\[nrtbf]"
)
_SPACE = re.compile(r"\s")


def _unescaped(match: re.Match[str]) -> str:
    """Return the characters of escapes in JSON or source; white space as blanks."""
    escape = match[0]
    if escape[1] == "u":  # two of them may be one character
        data = bytes.fromhex(escape.replace("\\u", ""))
        return _SPACE.sub(" ", data.decode("utf-16-be", "replace"))
    code = int(escape[2:] or "20", 16)
    return _SPACE.sub(" ", chr(code) if code <= sys.maxunicode else " ")


def _joined(match: re.Match[str]) -> str:
    """Return a word that a line end broke, and the line end after it."""
    return f"{match[1]}{match[2]}" + "\n" * match[0].count("\n")


class Leak(NamedTuple):
    """A place where withheld words stand.

    Attributes:
        document: Whose words they are.
        line: Line in the text that was looked at, from 1.
        n_words: Length of the run.
    """

    document: str
    line: int
    n_words: int


class Gate:
    """Compares any text with the withheld texts at hand.

    Args:
        texts: Pairs of document id and withheld text.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """Index every run of `N_WORDS` words."""
        self._runs: dict[int, str] = {}
        self.documents: list[str] = []
        for document, text in texts:
            self.documents.append(document)
            tokens = words(_ADDRESS.sub(" ", text))
            for run in _runs(tokens):
                self._runs.setdefault(hash(run), document)

    def leaks(self, text: str) -> list[Leak]:
        """Return each run of withheld words in a text.

        Hashes are compared, so a finding is certain only up to a collision of 64-bit
        hashes; nothing is missed.
        """
        if not self._runs:
            return []
        plain = _plain(text)
        found = self._found(plain)
        seen = {plain}
        for other in (_mended(text), _WIDTHLESS.sub(" ", plain)):
            if other not in seen:
                seen.add(other)
                known = {(leak.document, leak.line) for leak in found}
                found += [
                    leak
                    for leak in self._found(other)
                    if (leak.document, leak.line) not in known
                ]
        return found

    def _found(self, plain: str) -> list[Leak]:
        tokens, lines = [], []
        for number, line in enumerate(plain.split("\n"), 1):
            found = words(line)
            tokens += found
            lines += [number] * len(found)
        leaks: list[Leak] = []
        last = -2
        for place, run in enumerate(_runs(tokens)):
            document = self._runs.get(hash(run))
            if document is None:
                continue
            if place == last + 1:
                leaks[-1] = leaks[-1]._replace(n_words=leaks[-1].n_words + 1)
            else:
                leaks.append(Leak(document, lines[place], N_WORDS))
            last = place
        return leaks


def words(text: str) -> list[str]:
    """Split a text into words without what readers do not see, or see as the same."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(text.casefold())


def _plain(text: str) -> str:
    """Return a text without escapes and addresses, line by line."""
    return _ADDRESS.sub(" ", _ESCAPE.sub(_unescaped, text))


def _mended(text: str) -> str:
    """Join words that a line end or markup breaks, and read HTML entities."""
    text = _plain(_BROKEN.sub(_joined, text))
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return _TAG.sub(" ", _MARKUP.sub("", text))


def _runs(tokens: list[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(tokens[shift:] for shift in range(N_WORDS)), strict=False)
