"""The leak gate: no eight consecutive words of a withheld text appear anywhere.

Words are case-folded and split at every character that is not a letter or digit. What cannot
be seen, accents and widths of letters do not count, nor do words broken by a hyphen at the
end of a line, by markup or by HTML entities. Look-alike letters of another script are not
seen through. Whole web addresses are left out: an address is a fact. Eight is a rule of this
project, not a legal threshold.
"""

import hashlib
import html
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import regex

N_WORDS = 8

_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
_NOT_ASCII = re.compile(r"[^\x00-\x7f](?:[ ,.]*[^\x00-\x7f])*")
_NOT_IN_WORDS = re.compile(r"[\W_]")
_FOLDED = re.sub(rb"[^0-9A-Za-z\x80-\xff]", b" ", bytes(range(256))).lower()
"""What each byte becomes; those of other characters than ASCII belong to words by then."""

_UNSEEN = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]+")
_HYPHEN = re.compile(r"-(?<=[^\W_].)[ \t]*[\r\n\\]")
_OTHER_HYPHENS = "\u2010\u2011\u00ad"
_BROKEN = re.compile(  # the line end may be an escape, as in JSON
    "([^\\W_])[-\u2010\u2011\u00ad][ \t]*"
    r"(?:\r?\n[\s>*#/|]*|(?:\\r)?\\n(?:\s|\\[nrt])*)([^\W_]+)"
)
_WIDTHLESS = re.compile("[\u200b-\u200d\u2060\ufeff]")
_MARKUP = re.compile(  # begins with what is rare: the search is fast
    r"[*_`~<](?<=[^\W_].)(?:(?<!<)|(?<=<)/?[a-z]+>)"
    r"(?:[*_`~]+|</?[a-z]+>)*(?=[^\W_])",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][^<>\n]{0,200}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\\(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*"
    r"|x[0-9a-fA-F]{2}|U00[0-9a-fA-F]{6}|[nrtbf])"
)
_SPACE = re.compile(r"\s")

_FACTOR = 0x9E3779B97F4A7C15
"""Odd, so that no word is lost in a product modulo 2^64."""

_LONGEST = 256
"""Bytes of a word that count."""


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
    """A place with withheld words.

    Attributes:
        document: Whose words they are.
        line: Line in the text that was looked at, from 1.
        n_words: Length of the run.
    """

    document: str
    line: int
    n_words: int


SEPARATOR = "\n\0 0standpoint0\n"
"""Between texts that are compared as one, it ends every run.

A hyphen, tag or address before it cannot join it to the text.
"""


class Gate:
    """Compares any text with the withheld texts at hand.

    Every run of `N_WORDS` words is known by a hash. For each there are 8 bytes in a sorted
    array, 2 for its document (4 if there are 65,536 or more), and 8 to 16 bits of which one
    is set: of other texts, most runs find their bit unset and are not searched for.

    Args:
        texts: Pairs of document id and withheld text.
    """

    def __init__(self, texts: Iterable[tuple[str, str]] = ()) -> None:
        """Hash every run."""
        self.documents: list[str] = []
        self._folder: Path | None = None
        lengths, joined = [], bytearray()
        for document, text in texts:
            self.documents.append(document)
            runs = _runs(_ADDRESS.sub(" ", text))
            lengths.append(len(runs))
            joined += runs.tobytes()
        if not self.documents:
            return
        import numpy as np

        self._runs = np.frombuffer(joined, np.uint64)
        bits = max(8, len(joined).bit_length())  # 8 to 16 for each run
        is_set = np.zeros(1 << bits, bool)
        for runs in np.array_split(self._runs, 64):  # for memory
            is_set[runs >> (64 - bits)] = True
        self._bits = np.packbits(is_set, bitorder="little")
        del is_set
        order = self._runs.argsort(kind="stable")  # the first of equal runs is found
        self._runs = self._runs[order]
        del joined
        numbers = np.arange(len(lengths), dtype=np.min_scalar_type(len(lengths)))
        self._owners = numbers.repeat(lengths)[order]

    @property
    def digest(self) -> str:
        """A digest of the withheld texts; of none, nothing."""
        if not self.documents:
            return ""
        names = hashlib.sha256("\n".join(self.documents).encode())
        names.update(self._runs.tobytes())
        return names.hexdigest()

    def saved(self, folder: Path) -> Path:
        """Return the folder that the gate is in; if none, it is written into this one."""
        if self._folder is None:
            self.save(folder)
        return self._folder or folder

    def save(self, folder: Path) -> None:
        """Write the gate into a folder, for other processes."""
        (folder / "documents").write_text(json.dumps(self.documents), "utf-8")
        if self.documents:
            import numpy as np

            for name in ("_bits", "_runs", "_owners"):
                np.save(folder / name, getattr(self, name))

    @classmethod
    def opened(cls, folder: Path) -> "Gate":
        """Return a gate that was saved; all processes share its memory."""
        gate = cls()
        gate._folder = folder
        gate.documents = json.loads((folder / "documents").read_text("utf-8"))
        if gate.documents:
            import numpy as np

            for name in ("_bits", "_runs", "_owners"):
                data = np.load(folder / f"{name}.npy", mmap_mode="r")
                setattr(gate, name, np.asarray(data))
        return gate

    def leaks(self, text: str) -> list[Leak]:
        """Return each run of withheld words in a text.

        Hashes are compared, so a finding is certain only up to a collision of 64-bit
        hashes; nothing is missed.
        """
        if not self.documents:
            return []
        found: list[Leak] = []
        for reading in _readings(text):
            known = {(leak.document, leak.line) for leak in found}
            found += [
                leak
                for leak in self._found(reading)
                if (leak.document, leak.line) not in known
            ]
        return found

    def _found(self, text: str) -> list[Leak]:
        runs = _runs(text)
        if not len(runs):
            return []
        tops = runs >> (65 - (8 * len(self._bits)).bit_length())
        likely = (self._bits[tops >> 3] >> (tops & 7).astype("u1") & 1).nonzero()[0]
        places = self._runs.searchsorted(runs[likely])
        is_hit = self._runs.take(places, mode="clip") == runs[likely]
        if not is_hit.any():
            return []
        lines = [
            number
            for number, line in enumerate(text.split("\n"), 1)
            for _ in _words(line).split()
        ]
        owners = self._owners[places[is_hit]]
        leaks: list[Leak] = []
        last = -2
        for word, owner in zip(likely[is_hit].tolist(), owners.tolist(), strict=True):
            if word == last + 1:
                leaks[-1] = leaks[-1]._replace(n_words=leaks[-1].n_words + 1)
            else:
                leaks.append(Leak(self.documents[owner], lines[word], N_WORDS))
            last = word
        return leaks


def _readings(text: str) -> Iterator[str]:
    """Yield a text as it is, with broken words joined, and with unseen blanks as blanks."""
    plain = _plain(text)
    yield plain
    mended = plain
    if _HYPHEN.search(text) or any(hyphen in text for hyphen in _OTHER_HYPHENS):
        mended = _plain(_BROKEN.sub(_joined, text))
    if "&" in mended:
        mended = _ENTITY.sub(lambda match: html.unescape(match[0]), mended)
    mended = _TAG.sub(" ", _MARKUP.sub("", mended))
    if mended != plain:
        yield mended
    if not plain.isascii() and _WIDTHLESS.search(plain):
        yield _WIDTHLESS.sub(" ", plain)


def _plain(text: str) -> str:
    """Return a text without escapes and addresses, line by line."""
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return _ADDRESS.sub(" ", text) if "://" in text else text


def _words(text: str) -> bytes:
    """Return the words of a text with blanks between, without what readers do not see."""
    if not text.isascii():
        text = _NOT_ASCII.sub(_letters, text)
    return text.encode().translate(_FOLDED)


def _letters(match: re.Match[str]) -> str:
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKD", match[0]))
    return _NOT_IN_WORDS.sub(" ", seen.casefold())


def _runs(text: str) -> Any:
    """Return a hash of each run of `N_WORDS` words: an array of 64-bit integers.

    It is the same in every process.
    """
    import numpy as np

    data = b" %b " % _words(text)
    if data.count(b" ") <= N_WORDS:
        return np.zeros(0, np.uint64)
    is_letter = np.frombuffer(data, np.uint8) != ord(" ")
    borders = (is_letter[1:] != is_letter[:-1]).nonzero()[0] + 1
    starts, lengths = borders[::2], borders[1::2] - borders[::2]
    # Eight letters are one integer; those after the end of the word are masked.
    eights = np.ndarray(len(data), "<u8", data + bytes(8), strides=(1,))
    masks = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
    hashes = np.zeros(len(starts), np.uint64)
    for done in range(0, min(lengths.max(initial=0), _LONGEST), 8):
        longer = slice(None) if not done else (lengths > done).nonzero()[0]
        letters = eights[starts[longer] + done]
        letters &= masks[np.minimum(lengths[longer] - done, 8)]
        letters = (hashes[longer] + letters) * _FACTOR
        hashes[longer] = letters ^ letters >> 29
    n_runs = max(0, len(hashes) - N_WORDS + 1)
    runs = np.zeros(n_runs, np.uint64)
    for place in range(N_WORDS):  # the same word in another place counts otherwise
        runs *= _FACTOR
        runs += hashes[place : place + n_runs]
    return runs
