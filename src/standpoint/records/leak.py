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
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import regex

N_WORDS = 8

_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_UNSEEN = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]+")
_BREAK = re.compile("[-\u2010\u2011\u00ad][ \t]*[\r\n\\\\]")
"""What every broken word has: to look for it is fast."""

_BROKEN = re.compile(  # the line end may be an escape, as in JSON
    "([^\\W_])[-\u2010\u2011\u00ad][ \t]*"
    r"(?:\r?\n[\s>*#/|]*|(?:\\r)?\\n(?:\s|\\[nrt])*)([^\W_]+)"
)
_WIDTHLESS = re.compile("[\u200b-\u200d\u2060\ufeff]+")
_MARKUP = re.compile(
    r"[*_`~<](?<=[^\W_].)(?:(?<!<)|/?[a-z]+>)(?:[*_`~]+|</?[a-z]+>)*(?=[^\W_])",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][^<>\n]{0,200}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_ESCAPE = re.compile(
    r"(?:\\u[0-9a-fA-F]{4})+|\\x[0-9a-fA-F]{2}|\\U00[0-9a-fA-F]{6}|\\[nrtbf]"
)
_SPACE = re.compile(r"\s")
_FACTOR = 0x9E3779B97F4A7C15
"""Odd, so that no word is lost in a product modulo 2^64."""


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


SEPARATOR = "\n0standpoint0\n"
"""Put between texts that are looked at as one, it keeps runs from going on in the next."""


class Gate:
    """Compares any text with the withheld texts at hand.

    Every run of `N_WORDS` words is known by a hash: 12 bytes for each word.

    Args:
        texts: Pairs of document id and withheld text.
    """

    def __init__(self, texts: Iterable[tuple[str, str]] = ()) -> None:
        """Hash every run."""
        self.documents: list[str] = []
        runs, owners = [], []
        for document, text in texts:
            found = _runs(words(_ADDRESS.sub(" ", text)))
            runs.append(found)
            owners.append((len(self.documents), len(found)))
            self.documents.append(document)
        if not self.documents:
            return
        import numpy as np

        joined = np.concatenate(runs)
        numbers, lengths = np.array(owners, np.uint32).T
        # Of equal runs, that of the first document is kept.
        self._runs, first = np.unique(joined, return_index=True)
        self._owners = np.repeat(numbers, lengths)[first]

    def save(self, folder: Path) -> None:
        """Write the gate into a folder, for other processes."""
        import numpy as np

        (folder / "documents").write_text("\n".join(self.documents), "utf-8")
        if self.documents:
            np.save(folder / "runs", self._runs)
            np.save(folder / "owners", self._owners)

    @classmethod
    def opened(cls, folder: Path) -> "Gate":
        """Return a gate that was saved; all processes share its memory."""
        import numpy as np

        gate = cls()
        gate.documents = (folder / "documents").read_text("utf-8").split()
        if gate.documents:
            gate._runs = np.load(folder / "runs.npy", mmap_mode="r")
            gate._owners = np.load(folder / "owners.npy", mmap_mode="r")
        return gate

    def leaks(self, text: str) -> list[Leak]:
        """Return each run of withheld words in a text.

        Hashes are compared, so a finding is certain only up to a collision of 64-bit
        hashes; nothing is missed.
        """
        if not self.documents:
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
        import numpy as np

        runs = _runs(words(plain))
        places = np.searchsorted(self._runs, runs)
        places[places == len(self._runs)] = 0
        (hits,) = np.nonzero(self._runs[places] == runs) if len(self._runs) else ((),)
        if not len(hits):
            return []
        lines = [
            number
            for number, line in enumerate(plain.split("\n"), 1)
            for _ in words(line)
        ]
        leaks: list[Leak] = []
        last = -2
        for place in map(int, hits):
            if place == last + 1:
                leaks[-1] = leaks[-1]._replace(n_words=leaks[-1].n_words + 1)
            else:
                document = self.documents[self._owners[places[place]]]
                leaks.append(Leak(document, lines[place], N_WORDS))
            last = place
        return leaks


def words(text: str) -> list[str]:
    """Split a text into words without what readers do not see, or see as the same."""
    if not text.isascii():
        lines = text.split("\n")
        text = "\n".join(line if line.isascii() else _seen(line) for line in lines)
    return _WORD.findall(text.casefold())


def _seen(line: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", line))


def _plain(text: str) -> str:
    """Return a text without escapes and addresses, line by line."""
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return _ADDRESS.sub(" ", text)


def _mended(text: str) -> str:
    """Join words that a line end or markup breaks, and read HTML entities."""
    if _BREAK.search(text):
        text = _BROKEN.sub(_joined, text)
    text = _plain(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return _TAG.sub(" ", _MARKUP.sub("", text))


def _runs(tokens: list[str]) -> Any:
    """Return a hash of each run of `N_WORDS` words: an array of 64-bit integers."""
    import numpy as np

    # The hash of a word that Python gives differs from process to process.
    crcs = (crc32(token.encode("utf-8", "surrogatepass")) for token in tokens)
    hashes = np.fromiter(crcs, np.uint64, len(tokens))
    n_runs = max(0, len(tokens) - N_WORDS + 1)
    runs = np.zeros(n_runs, np.uint64)
    for place in range(N_WORDS):  # the same hash in another place counts otherwise
        runs = runs * _FACTOR + hashes[place : place + n_runs]
    return runs
