"""Raw texts: digests, spans, folding, words, sentences and finding them by content.

A document's text is a byte-exact file. Offsets are Unicode code points, half-open.
"""

import hashlib
import os
import re
import stat
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

from standpoint.records import external
from standpoint.records.external import OutsideError
from standpoint.records.safe_repr import veiled

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


AROUND = 8
"""Words on each side of a span that its digest covers."""

LEAST_WORDS = 2 * AROUND
"""Words that any digest covers, at least: whoever lacks them can confirm no guess."""

_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
"""Accents and vowel signs, which may be characters of their own."""

_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
"""Characters without a shape, which copies lose or gain."""

_TOKEN = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}{_UNSEEN}])*")
_GONE = re.compile(f"[{_UNSEEN}]")


class Words(NamedTuple):
    """The words of a text, as digests know them.

    Attributes:
        folded: The words, without case and without differences of form.
        starts: Where each begins.
        ends: Where each ends.
        lines: The word with which each line begins.
    """

    folded: list[str]
    starts: list[int]
    ends: list[int]
    lines: list[int]

    def __repr__(self) -> str:
        return f"<{len(self.folded)} words>"

    def around(self, first: int, last: int) -> tuple[int, int]:
        """Return the words that the digest of a run may cover: first, and one after the last.

        They are those of its line, or lines, if these have `LEAST_WORDS`; else all.
        """
        number = bisect_right(self.lines, first) - 1
        after = bisect_left(self.lines, max(last, first + 1))
        low = self.lines[number] if number >= 0 else 0
        high = self.lines[after] if after < len(self.lines) else len(self.folded)
        return (low, high) if high - low >= LEAST_WORDS else (0, len(self.folded))


@lru_cache(maxsize=8)
def words_of(text: str) -> Words:
    """Return the words of a text: letters and digits with nothing between them.

    Case, accents in one character or two, ligatures and wide forms are made alike.
    """
    found = Words([], [], [], [])
    for line in re.finditer(r"[^\n]+", text):
        found.lines.append(len(found.folded))
        for word in _TOKEN.finditer(text, line.start(), line.end()):
            found.folded.append(folded_word(word.group()))
            found.starts.append(word.start())
            found.ends.append(word.end())
    return found


def folded_word(word: str) -> str:
    """Return a word without case and without differences of form."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", _GONE.sub("", word)).casefold()


def edge(marks: str) -> str:
    """Return what a span has before its first word or after its last, folded."""
    if not marks:
        return ""
    plain = unicodedata.normalize("NFKC", _GONE.sub("", marks)).translate(_FOLDED)
    return _SPACE.sub("", plain)


def span_digest(text: str, start: int, end: int) -> str:
    """Return the digest that proves the words of a span: 16 hex digits.

    It covers the span with `AROUND` words on each side, and its place among them; at an
    edge of the line, more on the other side. If the line has fewer than `LEAST_WORDS`, the
    words are those of the text around it. So a digest says nothing to somebody who lacks
    these words, and stays the same in a copy in which they stand, whatever its white space,
    quotes, dashes and case.

    Args:
        text: The whole text.
        start: First code point of the span.
        end: The one after its last.
    """
    return _digest_of(text, start, end, AROUND)


def line_digest(text: str, start: int, end: int) -> str:
    """Return the digest that proves the words of a line; see `span_digest`.

    It covers words around the line only if the line has fewer than `LEAST_WORDS`.
    """
    return _digest_of(text, start, end, 0)


def _digest_of(text: str, start: int, end: int, around: int) -> str:
    words = words_of(text)
    first = bisect_right(words.ends, start)
    last = max(first, bisect_left(words.starts, end))
    if first == last:
        place = Place(0, 0, edge(text[start:end]), "")
    else:
        left, right = words.starts[first], words.ends[last - 1]
        place = Place(
            max(0, start - left),
            max(0, right - end),
            edge(text[start:left]),
            edge(text[right:end]),
        )
    before, covered = covering(words, first, last, around)
    return closed(before, covered, last - first, place)


class Place(NamedTuple):
    """The place of a span among its words.

    Attributes:
        head: Characters of the first word that are outside.
        tail: Characters of the last word that are outside.
        lead: What the span has before its first word, folded.
        trail: What it has after its last word, folded.
    """

    head: int = 0
    tail: int = 0
    lead: str = ""
    trail: str = ""


def covering(
    words: Words, first: int, last: int, around: int = AROUND
) -> tuple[int, str]:
    """Return how many words before a run its digest covers, and all that it covers."""
    low, high = words.around(first, last)
    want = max(2 * around, LEAST_WORDS - (last - first))
    before, after = min((want + 1) // 2, first - low), min(want // 2, high - last)
    before += min(want - before - after, first - low - before)
    after += min(want - before - after, high - last - after)
    return before, " ".join(words.folded[first - before : last + after])


def closed(before: int, covered: str, n_words: int, place: Place) -> str:
    """Return the digest of a run of words.

    SHA-256 over UTF-8 `"{words before} {words of the run} {place}|{words}"`.

    Args:
        before: Words before the run that it covers.
        covered: All words that it covers.
        n_words: Words of the run.
        place: Where the span begins and ends among them.
    """
    head, tail, lead, trail = place
    data = f"{before} {n_words} {head} {tail} {lead} {trail}|{covered}"
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fold(words: str) -> str:
    """Make white space, quotes and dashes alike, so that copies of a line compare."""
    return _SPACE.sub(" ", words.translate(_FOLDED)).strip()


def words(text: str) -> list[str]:
    """Split case-folded text at every character that is no letter or digit."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


_ODD = {
    "a byte order mark (U+FEFF)": re.compile("\ufeff+"),
    "a carriage return": re.compile("\r\n?"),
    "a control character": re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
    "a mark that overrides the direction of writing": re.compile("[\u202d\u202e]"),
    "a replacement character (U+FFFD) of a damaged encoding": re.compile("\ufffd"),
}


def oddities(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield characters on which tools and copies differ: what, where first, how often.

    Browsers, editors and annotation tools drop, convert or show them differently, so
    that offsets and copies no longer fit.
    """
    for what, pattern in _ODD.items():
        places = [match.start() for match in pattern.finditer(text)]
        if places:
            yield what, places[0], len(places)


SHINGLE = 3
"""Words in a row that texts are compared by: an edited word changes three of them."""

EDITED = 0.3
"""Share of such stretches from which on a text is an edited copy: one with three words of
each sentence changed keeps 0.34 to 0.46, unrelated reports of one war share 0.04."""

N_PERMUTATIONS = 128
"""Of a MinHash: a similarity is estimated to within 0.09 (one standard error)."""


AT_ONCE = 10_000
"""Pairs of signatures that are compared at once: ten megabytes."""

BANDS = (37, 3)
"""Bands, and permutations of a band, that are best for `EDITED`: texts are compared only if
they agree in all of one band. A band is forgotten before the next."""


def signature(text: str) -> bytes:
    """Return the MinHash of a text over its stretches of three words: 512 bytes.

    Two texts are as alike as the share of places in which their signatures agree. The
    signature of a text of fewer words is empty.

    Source: Broder (1997), On the resemblance and containment of documents.
    """
    from datasketch import MinHash

    found = words(text)
    stretches = {
        " ".join(found[n : n + SHINGLE]).encode()
        for n in range(len(found) - SHINGLE + 1)
    }
    if not stretches:
        return b""
    sketch = MinHash(num_perm=N_PERMUTATIONS, scheme="affine32")
    sketch.update_batch(list(stretches))
    return bytes(sketch.hashvalues.astype("<u4").tobytes())


def alike(signatures: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str, float]]:
    """Yield texts that are alike in words, without comparing each with each.

    Args:
        signatures: Whose text it is, and its signature; several may be of one. Empty ones,
            of texts of fewer than three words, are like none.

    Yields:
        Two holders, sorted, and of the stretches that either has the share that both have,
        estimated: the highest of any two of their texts.
    """
    import numpy as np

    named = [(holder, signed) for holder, signed in signatures if signed]
    if not named:
        return
    holders = [holder for holder, _ in named]
    values = np.frombuffer(b"".join(signed for _, signed in named), "<u4")
    values = values.reshape(len(named), N_PERMUTATIONS)
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS[0]):
        rows = values[:, band * BANDS[1] : (band + 1) * BANDS[1]]
        order = np.lexsort(rows.T)
        is_new = np.any(rows[order[1:]] != rows[order[:-1]], axis=1)
        starts = np.flatnonzero(np.concatenate([[True], is_new, [True]]))
        for group in np.flatnonzero(np.diff(starts) > 1):
            numbers = np.sort(order[starts[group] : starts[group + 1]]).tolist()
            pairs.update(combinations(numbers, 2))
    best: dict[tuple[str, str], float] = {}
    found = np.array(sorted(pairs), int).reshape(-1, 2)
    for start in range(0, len(found), AT_ONCE):
        left, right = found[start : start + AT_ONCE].T
        shares = (values[left] == values[right]).mean(axis=1)
        for place in np.flatnonzero(shares >= EDITED):
            one, other = holders[left[place]], holders[right[place]]
            pair, share = (min(one, other), max(one, other)), float(shares[place])
            if one != other:
                best[pair] = max(share, best.get(pair, 0.0))
    for (first, second), share in sorted(best.items()):
        yield first, second, share


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


class Form(NamedTuple):
    """A text as a file holds it, or as it reads after a change that loses no word.

    Attributes:
        text: The text.
        how: What was done to the bytes of the file, in words; empty for nothing.
    """

    text: str
    how: str

    def __repr__(self) -> str:
        return veiled(self, "text")


class Copy(NamedTuple):
    """A file that holds the text of a document, or some of it.

    Attributes:
        path: The file.
        name: How it is called in messages: its path below the folder that was given.
        text: The text.
        how: What was done to the bytes of the file, in words; empty for nothing.
    """

    path: Path
    name: str
    text: str
    how: str

    def __repr__(self) -> str:
        return veiled(self, "text")


def decoded(data: bytes, name: str) -> Form:
    """Decode a copy of a text; line ends stay as they are.

    What is not marked as UTF is read as UTF-16 where every other byte is zero, else as
    Windows-1252, the usual encoding of old editors. That is a guess: it counts only where
    a digest proves the words.

    Raises:
        OutsideError: If it is no text in any of these.
    """
    try:
        text = external.decode(data, name)
        if "\0" not in text or _is_binary(data):
            how = "" if text.encode("utf-8", "surrogatepass") == data else _marked(data)
            return Form(text, how)
        encoding, how = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "UTF-16"
    except OutsideError:
        if _is_binary(data):
            raise
        encoding, how = "cp1252", "Windows-1252"
    try:
        return Form(data.decode(encoding), f"read as {how}")
    except UnicodeDecodeError:
        raise OutsideError(f"{name}: unknown encoding: save it as UTF-8") from None


def _marked(data: bytes) -> str:
    """Say what a byte order mark told."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "byte order mark removed"
    return "read as UTF-16 or UTF-32"


def forms(data: bytes, name: str) -> Iterator[Form]:
    """Yield a text with other line ends, and with and without the one at its end.

    Editors and version control change these. Whether one of the forms is a certain text,
    its SHA-256 says.

    Raises:
        OutsideError: If the file cannot be decoded.
    """
    text, how = decoded(data, name)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = set()
    for (ends, form), (last, edge) in product(
        [
            ("", text),
            ("line ends changed to LF", plain),
            ("line ends changed to CRLF", None),
        ],
        [("", 0), ("last line break removed", -1), ("last line break added", 1)],
    ):
        found = plain.replace("\n", "\r\n") if form is None else form
        line_break = "\r\n" if "\r\n" in found else "\n"
        if edge < 0:
            found = found.removesuffix(line_break)
        elif edge > 0:
            found += line_break
        if found not in seen:
            seen.add(found)
            yield Form(found, ", ".join(part for part in (how, ends, last) if part))


def _is_binary(data: bytes) -> bool:
    """Tell a picture or an archive from a text in an unknown encoding."""
    start = data[:8000]
    n_zero = start.count(0)
    if 0.3 * len(start) < n_zero < 0.6 * len(start):
        return False  # every other byte: UTF-16 without a byte order mark
    return re.search(rb"[\x00-\x08\x0e-\x1f]", start) is not None


class TextStore:
    """The texts at hand, found by content.

    Args:
        places: Folders to look in, and below them, and single files. In a folder every
            file may be a text but README.md.
    """

    def __init__(self, places: Iterable[Path]) -> None:
        """List the files; nothing is read before it is asked for."""
        self._names: dict[Path, str] = {}
        self._refused: dict[Path, str] = {}
        for place in places:
            if place.is_file():
                self._names[place] = place.name
                continue
            for path in sorted(_files(place, self._refused)):
                self._names[path] = path.relative_to(place).as_posix()

    def files(self, *, but: Path | None = None) -> list[Path]:
        """Return every file looked at, folder by folder, in a stable order.

        Args:
            but: Folder to leave out.
        """
        return [
            path for path in self._names if but is None or not path.is_relative_to(but)
        ]

    def get(self, digest: str) -> str | None:
        """Return the text with this SHA-256, or None where it is not at hand."""
        found = self.find(digest)
        return None if found is None else found.text

    def find(self, digest: str) -> Copy | None:
        """Find the text with this SHA-256.

        A copy with a byte order mark, other line ends or in another encoding is found
        too, where its bytes give the SHA-256 once that is undone.
        """
        path = self._by_digest.get(digest)
        if path is None:
            path = self._by_form.get(digest)
        data = None if path is None else self._read(path)
        if path is None or data is None:
            return None
        name = self._names[path]
        # The file may have changed since it was listed: it is proved again.
        if sha256(data) == digest:
            return Copy(path, name, data.decode("utf-8", "replace"), "")
        for form in forms(data, name):
            if _digest(form.text) == digest:
                return Copy(path, name, *form)
        return None

    def unreadable(self) -> dict[str, str]:
        """Return file to why it cannot be read as a text; pictures are left out.

        A file in an encoding that had to be guessed is among them: whoever used it
        knows that the guess was right.
        """
        found = {path.name: why for path, why in self._refused.items()}
        for path, name in self._names.items():
            try:
                data = external.read_bytes(path)
                if not _is_binary(data) and "\0" in external.decode(data, ""):
                    found[name] = "not UTF-8 (it may be UTF-16): save it as UTF-8"
            except OutsideError as error:
                found[name] = str(error).partition(": ")[2]
        return found

    def _read(self, path: Path) -> bytes | None:
        """Return the bytes of a text, or None where it is none or cannot be read."""
        try:
            data = external.read_bytes(path)
            decoded(data, path.name)
        except OutsideError:
            return None
        return data

    @cached_property
    def _by_digest(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for path in self._names:
            data = self._read(path)
            if data is not None:
                found.setdefault(sha256(data), path)
        return found

    @cached_property
    def _by_form(self) -> dict[str, Path]:
        """SHA-256 of what a file would be with other line ends and so on."""
        found: dict[str, Path] = {}
        for path, name in self._names.items():
            data = self._read(path)
            for form in () if data is None else forms(data, name):
                found.setdefault(_digest(form.text), path)
        return found

    @cached_property
    def _paragraphs(self) -> dict[str, set[tuple[Path, str]]]:
        """Digest of a line to the files, with their SHA-256, that have such a line."""
        found: dict[str, set[tuple[Path, str]]] = {}
        for path in self._names:
            data = self._read(path)
            if data is None:
                continue
            text, digest = _lf(data), sha256(data)
            for start, end in lines(text, 0, len(text)):
                line = line_digest(text, start, end)
                found.setdefault(line, set()).add((path, digest))
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
        shared = self._shared(wanted, is_other)
        if not shared:
            return None
        best = min(shared, key=lambda path: (-len(shared[path]), path))
        return (
            (best, shared[best]) if len(shared[best]) >= share * len(wanted) else None
        )

    def copies(self) -> Iterator[Copy]:
        """Yield every file that can be read as a text, with plain line ends."""
        for path, name in self._names.items():
            data = self._read(path)
            if data is not None:
                text, how = decoded(data, name)
                yield Copy(path, name, _plain_ends(text), how)

    def _shared(
        self,
        wanted: Iterable[str],
        is_other: Callable[[str], bool] = lambda _digest: False,
    ) -> dict[Path, set[str]]:
        """Return file to the paragraphs that it shares with a document."""
        shared: dict[Path, set[str]] = {}
        for paragraph in wanted:
            for path, digest in self._paragraphs.get(paragraph, ()):
                if not is_other(digest):
                    shared.setdefault(path, set()).add(paragraph)
        return shared


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass"))


def _lf(data: bytes) -> str:
    """Return the text of a file with the line ends that offsets are counted with."""
    return _plain_ends(decoded(data, "").text)


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _files(folder: Path, refused: dict[Path, str]) -> Iterator[Path]:
    for parent, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in files:
            if name == "README.md":
                continue  # it is about the texts beside it
            path = Path(parent, name)
            try:
                status = path.stat()
            except OSError as error:
                refused[path] = f"cannot be read: {error.strerror}"
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            if status.st_size > MAX_TEXT_BYTES:
                refused[path] = f"larger than {MAX_TEXT_BYTES:,} bytes"
            elif status.st_size:
                yield path
