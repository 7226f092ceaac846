"""Raw texts: digests, spans, folding, words, sentences and finding them by content.

A document's text is a byte-exact file. Offsets are Unicode code points, half-open.
"""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

MAX_TEXT_BYTES = 50_000_000
"""Larger files are not looked at when texts are searched for."""

_SPACE = re.compile(r"\s+")
ALIKE = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u00b4`",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
}
"""Quotes and dashes: the plain character to those that folding makes into it."""

_FOLDED = str.maketrans(
    {variant: plain for plain, variants in ALIKE.items() for variant in variants}
)
_WORD = re.compile(r"[^\W_]+")


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def span_digest(text_sha256: str, start: int, end: int, words: str) -> str:
    """Return the digest that proves a span: 16 hex digits.

    SHA-256 over UTF-8 `"{text sha256}|{start}|{end}|{words}"`. Whoever has the words can
    prove that they stood at this place; the digest alone does not give them away
    unless they can be guessed.
    """
    data = f"{text_sha256}|{start}|{end}|{words}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:16]


def fold(words: str) -> str:
    """Make white space, quotes and dashes alike, so that copies of a line compare."""
    return _SPACE.sub(" ", words.translate(_FOLDED)).strip()


def words(text: str) -> list[str]:
    """Split case-folded text at every character that is no letter or digit."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def count_words(text: str) -> int:
    """Count stretches between white space that hold a letter or digit."""
    return sum(any(map(str.isalnum, stretch)) for stretch in text.split())


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends inwards past white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each non-blank line of a stretch, edges trimmed."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        left, right = trim(text, start + match.start(), start + match.end())
        if left < right:
            yield left, right


def paragraph_hash(line: str) -> str:
    """Return the SHA-256 of a folded line."""
    return sha256(fold(line).encode("utf-8"))


def sentences(
    text: str, start: int, end: int, language: str
) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of words of each sentence of a stretch.

    A line break ends a sentence. Stretches without a letter or digit are left out.
    """
    import sentencex

    for left, right in lines(text, start, end):
        for found in sentencex.get_sentence_boundaries(language, text[left:right]):
            first, last = trim(
                text, left + found["start_index"], left + found["end_index"]
            )
            n_words = count_words(text[first:last])
            if n_words:
                yield first, last, n_words


class TextStore:
    """The texts at hand, found by content.

    Args:
        folders: Folders to look in, and below them. A file is a text when it is UTF-8,
            but for README.md.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        """List the files; nothing is read before it is asked for."""
        self._files: list[Path] = []
        self._by_digest: dict[str, Path] | None = None
        for folder in folders:
            self._files += sorted(_files(folder))

    def files(self, *, but: Path | None = None) -> list[Path]:
        """Return every file looked at, folder by folder, in a stable order.

        Args:
            but: Folder to leave out.
        """
        return [
            path for path in self._files if but is None or not path.is_relative_to(but)
        ]

    def get(self, digest: str) -> str | None:
        """Return the text with this SHA-256, or None where it is not at hand."""
        if self._by_digest is None:
            self._by_digest = {}
            for path in self._files:
                data = _read(path)
                if data is not None:
                    self._by_digest.setdefault(sha256(data), path)
        found = self._by_digest.get(digest)
        data = _read(found) if found else None
        # The file may have changed since it was listed.
        return data.decode() if data is not None and sha256(data) == digest else None

    @cached_property
    def _paragraphs(self) -> dict[str, set[tuple[Path, str]]]:
        """Paragraph hash to the files, with their SHA-256, that have such a line."""
        found: dict[str, set[tuple[Path, str]]] = {}
        for path in self._files:
            data = _read(path) or b""
            text, digest = data.decode(), sha256(data)
            for start, end in lines(text, 0, len(text)):
                holders = found.setdefault(paragraph_hash(text[start:end]), set())
                holders.add((path, digest))
        return found

    def nearest(
        self,
        paragraphs: Iterable[str],
        *,
        is_other: Callable[[str], bool] = lambda _digest: False,
        share: float = 0.5,
    ) -> tuple[Path, set[str]] | None:
        """Find the file that shares most paragraphs with a document.

        Args:
            paragraphs: Hashes of the document's paragraphs.
            is_other: Tells of a SHA-256 whether it is known to be another text's. It is
                asked about files that share a paragraph only.
            share: Share of the document's paragraphs that the file must have.

        Returns:
            The file and the shared hashes, or None where no file has enough.
        """
        wanted = set(paragraphs)
        shared: dict[Path, set[str]] = {}
        for paragraph in wanted:
            for path, digest in self._paragraphs.get(paragraph, ()):
                if not is_other(digest):
                    shared.setdefault(path, set()).add(paragraph)
        if not shared:
            return None
        best = min(shared, key=lambda path: (-len(shared[path]), path))
        return (
            (best, shared[best]) if len(shared[best]) >= share * len(wanted) else None
        )


def _read(path: Path) -> bytes | None:
    """Return the bytes of a UTF-8 file, or None where it is none or cannot be read."""
    try:
        data = path.read_bytes()
        data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return data


def _files(folder: Path) -> Iterator[Path]:
    for parent, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in files:
            if name == "README.md":
                continue  # it is about the texts beside it
            path = Path(parent, name)
            try:
                status = path.stat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) and 0 < status.st_size <= MAX_TEXT_BYTES:
                yield path
