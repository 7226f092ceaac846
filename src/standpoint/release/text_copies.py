"""Your copies of the texts of a built dataset: found, proved and counted.

Only the dataset and the copies are needed, no checkout. Nothing is fetched. An exact
copy is found by its SHA-256, with other line ends or in another encoding too. In a copy
that changed, unchanged paragraphs say where to look and the digest of each span proves
or refuses the place; words that cannot be proved stay null, and are counted.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from standpoint.records import text as texts
from standpoint.records.text import Copy, TextStore
from standpoint.release.dataset import DatasetError, table
from standpoint.tables import Row

SPANS = ("claim", "actor", "source_type")
"""Configs whose rows have spans."""

TRIES = 40
"""Places looked at in a changed copy, for each character of it, before the search ends."""

WINDOW = 5_000
"""Characters of the longest stretch of which every place is tried."""

WHOLE = {"released", "exact"}
"""Status of a document whose text is there."""

N_UNREADABLE = 10
"""Files that cannot be read which the report names; the others are counted."""

Step = Callable[[str, int, int], None]


class Restored(NamedTuple):
    """What became of the text of one document.

    Attributes:
        document_id: The document.
        status: `released` (in the dataset), `exact`, `partial` (some words proved in a
            changed copy), `different` (a changed copy that proves nothing) or `missing`.
        is_invented: Whether its world is invented.
        n_segments: Its segments.
        n_whole: Segments whose text is there.
        n_spans: Spans of mentions, claims and sources.
        n_proved: Spans whose words were proved.
        copy: Name of the file that was used, or None.
        how: What was done to the bytes of that file, in words; empty for nothing.
        is_cut: Whether the search for words in a changed copy stopped at its limit.
        address: Where the document can be read, archived copies first; or None.
    """

    document_id: str
    status: str
    is_invented: bool
    n_segments: int
    n_whole: int
    n_spans: int
    n_proved: int
    copy: str | None
    how: str
    is_cut: bool
    address: str | None

    @property
    def is_whole(self) -> bool:
        """Whether all of its text is there."""
        return self.status in WHOLE and self.n_proved == self.n_spans

    def line(self) -> str:
        """Return what became of it, in one line."""
        counts = (
            f"text of {self.n_whole} of {self.n_segments} segments,"
            f" words of {self.n_proved:,} of {self.n_spans:,} spans"
        )
        file = ", ".join(filter(None, [self.copy, self.how]))
        limit = "; the search stopped at its limit" if self.is_cut else ""
        damaged = "the dataset does not match its own texts"
        details = {
            "exact": f" ({file})" if self.how else "",
            "partial": f": {counts} (changed copy: {file}){limit}",
            "different": f": no words could be proved (changed copy: {file})",
            "missing": f": no copy found ({self.address or 'no address is known'})",
        }
        line = f"{self.document_id}: {self.status}{details.get(self.status, '')}"
        if self.status in WHOLE and self.n_proved < self.n_spans:
            line += f", but {counts}: {damaged}"
        return line


class Loss(NamedTuple):
    """How often a value occurs among all claims and among those with words.

    Attributes:
        column: What is compared: outlet_id, claim_type or year.
        value: Its value.
        is_invented: Whether the claims are those of an invented world.
        n_all: Claims with this value.
        n_words: Those of them whose words are there.
    """

    column: str
    value: str
    is_invented: bool
    n_all: int
    n_words: int

    def line(self) -> str:
        """Return how many claims lack their words."""
        world = " (invented)" if self.is_invented else ""
        lost = f"{self.n_all - self.n_words:,} of {self.n_all:,}"
        return f"  {self.column} {self.value}{world}: {lost}"


class Hydrated(NamedTuple):
    """What came back of the texts of a dataset, and what did not; print it to read it.

    Attributes:
        documents: What became of each text.
        unreadable: File to why it cannot be read as a text; files that were used
            nevertheless are left out.
        losses: How what could not be restored shifts outlets, labels and years.
        folder: The full dataset, or None where nothing was written.
    """

    documents: list[Restored]
    unreadable: dict[str, str]
    losses: Sequence[Loss] = ()
    folder: Path | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every text is there."""
        return all(found.is_whole for found in self.documents)

    def totals(self) -> list[str]:
        """Return what is there in documents, segments and spans, by kind of world."""
        lines = []
        for kind, is_invented in (("real reporting", False), ("invented", True)):
            found = [d for d in self.documents if d.is_invented == is_invented]
            if found:
                lines.append(
                    f"{kind}: text of {sum(d.is_whole for d in found):,} of"
                    f" {len(found):,} documents and"
                    f" {sum(d.n_whole for d in found):,} of"
                    f" {sum(d.n_segments for d in found):,} segments, words of"
                    f" {sum(d.n_proved for d in found):,} of"
                    f" {sum(d.n_spans for d in found):,} spans"
                )
        return lines

    def files(self) -> list[str]:
        """Name the files that cannot be read; nothing where nothing is missing."""
        if self.is_whole:
            return []
        named = list(self.unreadable.items())[:N_UNREADABLE]
        more = len(self.unreadable) - len(named)
        lines = [f"could not read {name}: {why}" for name, why in named]
        return lines + ([f"could not read {more} more files"] if more else [])

    def __str__(self) -> str:
        lost = [loss.line() for loss in self.losses if loss.n_words < loss.n_all]
        head = ["claims without words, by outlet, type and year:"] if lost else []
        documents = [found.line() for found in self.documents]
        return "\n".join([*documents, *self.files(), *head, *lost, *self.totals()])

    def __repr__(self) -> str:
        return f"<Hydrated: {'; '.join(self.totals())}>"


class Library:
    """The texts of a built dataset, as far as they are available.

    Args:
        path: Folder of the dataset.
        places: Folders and files with texts.
        step: Called with the name of a step, how much of it is done and of how much.
    """

    def __init__(
        self,
        path: Path,
        places: Sequence[Path],
        step: Step = lambda _what, _done, _all: None,
    ) -> None:
        """Read the documents of the dataset and look for their texts."""
        self._path = path
        self._step = step
        self._store = TextStore(places)
        self._rows: dict[str, Row] = {}
        self._copies: dict[str, _Copy] = {}
        for row in table(path, "document"):
            self._copies[row["document_id"]] = _copy(row, self._store)
            self._rows[row["document_id"]] = {**row, "text": None}

    def words(self, config: str, row: Row) -> Any:
        """Return the value of `text` of a row, or None where it cannot be proved."""
        if row["text"] is not None:
            return row["text"]
        copy = self._copy_for(row)
        if config == "document":
            return copy.text
        if config == "segment":
            start, end = row["start"], row["end"]
            return copy.text[start:end] if copy.text is not None else None
        if config == "claim":
            found = [copy.words(span) for span in row["spans"]]
            return None if None in found else found
        return copy.words(row["span"]) if row["span"] else None

    def _copy_for(self, row: Row) -> "_Copy":
        name = row["document_id"]
        if name not in self._copies:
            raise DatasetError(f"the config document lacks the document {name!r}")
        return self._copies[name]

    def report(self, only: Iterable[str] | None = None) -> Hydrated:
        """Report what became of the text of each document.

        Args:
            only: Documents to report on; None for all.
        """
        ids = list(self._rows if only is None else dict.fromkeys(only))
        spans: dict[str, list[Row]] = {name: [] for name in ids}
        for config in SPANS:
            for row in table(self._path, config):
                self._copy_for(row)
                if row["document_id"] in spans:
                    held = row["spans"] if config == "claim" else [row["span"]]
                    spans[row["document_id"]] += [span for span in held if span]
        n_segments = Counter(row["document_id"] for row in table(self._path, "segment"))
        found = []
        for number, name in enumerate(ids, 1):
            found.append(self._restored(name, spans.pop(name), n_segments[name]))
            self._step("search", number, len(ids))
        used = {restored.copy for restored in found}
        refused = self._store.unreadable().items()
        return Hydrated(found, {file: why for file, why in refused if file not in used})

    def _restored(self, name: str, spans: list[Row], n_segments: int) -> Restored:
        row, copy = self._rows[name], self._copies[name]
        n_proved = sum(copy.words(span) is not None for span in spans)
        return Restored(
            document_id=name,
            status=copy.status(n_proved, len(spans)),
            is_invented=row["fictional"],
            n_segments=n_segments,
            n_whole=n_segments if copy.text is not None else 0,
            n_spans=len(spans),
            n_proved=n_proved,
            copy=copy.name,
            how=copy.how,
            is_cut=copy.is_cut,
            address=row["archived_url"] or row["url"],
        )


class _Copy:
    """The text of a document as far as it is available.

    Attributes:
        text: The raw text where it is exact, else None.
        name: Name of the file that was used, or None.
        how: What was done to the bytes of that file.
    """

    def __init__(
        self,
        sha256: str,
        *,
        exact: Copy | None = None,
        changed: Copy | None = None,
        released: str | None = None,
        paragraphs: Sequence[Row] = (),
    ) -> None:
        used = exact or changed
        self.text = exact.text if exact else released
        self.name = used.name if used else None
        self.how = used.how if used else ""
        self._sha256 = sha256
        self._is_released = released is not None
        self._search = _Search(changed, paragraphs) if changed else None

    @property
    def is_cut(self) -> bool:
        """Whether the search in a changed copy stopped at its limit."""
        return self._search is not None and self._search.is_cut

    def status(self, n_proved: int, n_spans: int) -> str:
        """Return the status, given how many spans of how many were proved."""
        if self._is_released:
            return "released"
        if self.text is not None:
            return "exact"
        if self._search is None:
            return "missing"
        return "partial" if n_proved or not n_spans else "different"

    def words(self, span: Row) -> str | None:
        """Return the words of a span, proved by its digest, or None."""
        if self._search is not None:
            return self._search.words(span, self._proves)
        if self.text is None:
            return None
        words = self.text[span["start"] : span["end"]]
        return words if self._proves(words, span) else None

    def _proves(self, words: str, span: Row) -> bool:
        digest = texts.span_digest(self._sha256, span["start"], span["end"], words)
        return bool(digest == span["digest"])


class _Search:
    """Looks for the words of spans in a changed copy.

    In a paragraph that did not change the place is known. Elsewhere the words are looked
    for between the nearest paragraphs that did not change, then wherever a word begins
    and one ends. Each place costs a digest, so that there is a limit: `TRIES` places for
    each character of the copy, over all spans together.

    Attributes:
        is_cut: Whether the limit ended the search.
    """

    def __init__(self, copy: Copy, paragraphs: Sequence[Row]) -> None:
        self._text = text = copy.text
        self._lines = sorted(paragraphs, key=lambda line: int(line["start"]))
        self._line_starts = [line["start"] for line in self._lines]
        self._places = _places(text)
        # Only a line that the copy has once says where it is.
        self._anchors = [
            (line["start"], line["end"], place[0])
            for line in self._lines
            if len(place := self._places.get(line["sha256"], [])) == 1
        ]
        self._anchor_starts = [start for start, _, _ in self._anchors]
        self._edges = [n for n in range(len(text)) if _is_edge(text, n)]
        self._tries = TRIES * len(text)
        self._found: dict[str, str | None] = {}
        self.is_cut = False

    def words(self, span: Row, proves: Callable[[str, Row], bool]) -> str | None:
        """Return the words of a span where a place proves them, or None."""
        digest = span["digest"]
        if digest not in self._found:
            self._found[digest] = self._look(span, proves)
        return self._found[digest]

    def _look(self, span: Row, proves: Callable[[str, Row], bool]) -> str | None:
        length = span["end"] - span["start"]
        for place in self._guesses(span["start"]):
            words = self._text[place : place + length]
            if proves(words, span):
                return words
        for place in chain(self._between(span, length), self._edges):
            if self._tries <= 0:
                self.is_cut = True
                return None
            self._tries -= 1
            words = self._text[place : place + length]
            if proves(words, span):
                return words
        return None

    def _guesses(self, start: int) -> Iterator[int]:
        """Yield where a span begins if its paragraph did not change."""
        number = bisect_right(self._line_starts, start) - 1
        if number >= 0 and start < (line := self._lines[number])["end"]:
            for place in self._places.get(line["sha256"], ()):
                yield place + start - line["start"]

    def _between(self, span: Row, length: int) -> Iterable[int]:
        """Return the places between the nearest paragraphs that did not change."""
        first, last = 0, len(self._text)
        number = bisect_right(self._anchor_starts, span["start"]) - 1
        if number >= 0:
            start, end, place = self._anchors[number]
            first = place + min(end, span["start"]) - start
        if number + 1 < len(self._anchors):
            last = self._anchors[number + 1][2]
        places = range(first, last - length + 1)
        return places if len(places) <= WINDOW else ()


def _is_edge(text: str, place: int) -> bool:
    """Tell whether a place is not within a word."""
    if not 0 < place < len(text):
        return True
    return not (text[place - 1].isalnum() and text[place].isalnum())


def _places(text: str) -> dict[str, list[int]]:
    """Return paragraph hash to the places where such a line starts."""
    found: dict[str, list[int]] = {}
    for start, end in texts.lines(text, 0, len(text)):
        found.setdefault(texts.paragraph_hash(text[start:end]), []).append(start)
    return found


def _copy(row: Row, store: TextStore) -> _Copy:
    digest = row["text_sha256"]
    if row["text"] is not None:
        return _Copy(digest, released=row["text"])
    exact = store.find(digest)
    if exact is not None:
        return _Copy(digest, exact=exact)
    lines = row["paragraphs"]
    changed = store.copy_of({p["sha256"]: p["end"] - p["start"] for p in lines})
    return _Copy(digest, changed=changed, paragraphs=lines)
