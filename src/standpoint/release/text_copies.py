"""Your copies of the texts of a built dataset: found, proved and counted.

Only the dataset and the copies are needed, no checkout. Nothing is fetched. An exact
copy is found by its SHA-256, with other line ends or in another encoding too. In a copy
that changed, digests prove words and lines (see `drifted`); what cannot be proved stays
null, and is counted.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from standpoint.records import text as texts
from standpoint.records.safe_repr import veiled
from standpoint.records.text import Copy, TextStore
from standpoint.release import drifted
from standpoint.release.dataset import DatasetError, table
from standpoint.release.drifted import Wanted
from standpoint.tables import Row

SPANS = ("claim", "actor", "source_type")
"""Configs whose rows have spans."""

COPY_SHARE = 0.5
"""A file is a changed copy of a document if digests prove this share of its words, or of
the document's spans."""

WORTH = 0.3
"""Part of this share from which on a file is looked at closely."""

LEAST_SPANS = 4
"""Spans that have to be proved in a changed copy, at least, or all there are."""

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
            changed copy) or `missing`.
        is_invented: Whether its world is invented.
        n_segments: Its segments.
        n_whole: Segments whose text is there.
        n_spans: Spans of mentions, claims and sources.
        n_proved: Spans whose words were proved.
        copy: Name of the file that was used, or None.
        how: What was done to the bytes of that file, in words; empty for nothing.
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
        damaged = "the dataset does not match its own texts"
        details = {
            "exact": f" ({file})" if self.how else "",
            "partial": f": {counts} (changed copy: {file})",
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
        self._texts: dict[str, _Text] = {}
        for row in table(path, "document"):
            self._texts[row["document_id"]] = _text(row, self._store)
            self._rows[row["document_id"]] = {**row, "text": None}
        self._look_in_changed_copies()

    def words(self, config: str, row: Row) -> Any:
        """Return the value of `text` of a row, or None where it cannot be proved."""
        if row["text"] is not None:
            return row["text"]
        found = self._text_of(row)
        if config == "document":
            return found.whole
        if config == "segment":
            return found.between(row["start"], row["end"])
        if config == "claim":
            words = [found.words(span) for span in row["spans"]]
            return None if None in words else words
        return found.words(row["span"]) if row["span"] else None

    def _text_of(self, row: Row) -> "_Text":
        name = row["document_id"]
        if name not in self._texts:
            raise DatasetError(f"the config document lacks the document {name!r}")
        return self._texts[name]

    def _spans(self, names: Iterable[str]) -> dict[str, list[Row]]:
        """Return document to its spans."""
        spans: dict[str, list[Row]] = {name: [] for name in names}
        for config in SPANS:
            column = "spans" if config == "claim" else "span"
            for row in table(self._path, config, ("document_id", column)):
                self._text_of(row)
                if row["document_id"] in spans:
                    held = row[column] if config == "claim" else [row[column]]
                    spans[row["document_id"]] += [span for span in held if span]
        return spans

    def _look_in_changed_copies(self) -> None:
        """Look for the words of documents of which there is no exact copy."""
        missing = [n for n, found in self._texts.items() if found.whole is None]
        copies = self._store.copies() if missing else ()
        used = {found.copy.path for found in self._texts.values() if found.copy}
        wanted = {
            name: sorted({Wanted(s["start"], s["end"], s["digest"]) for s in spans})
            for name, spans in self._spans(missing if missing else ()).items()
        }
        owners: dict[str, list[str]] = {}
        for name, spans in wanted.items():
            for digest in {span.digest for span in spans}:
                owners.setdefault(digest, []).append(name)
        # Any copy has one of the shortest spans of its document.
        lengths = (sorted(s.end - s.start for s in w) for w in wanted.values() if w)
        short = max((found[:LEAST_SPANS][-1] for found in lengths), default=0)
        for copy in copies:
            if copy.path in used:
                continue
            plain = drifted.plain(copy.text)
            if owners and drifted.is_likely(plain, owners.keys(), short):
                self._compare(copy, plain, wanted, owners)

    def _compare(
        self,
        copy: Copy,
        plain: str,
        wanted: dict[str, list[Wanted]],
        owners: dict[str, list[str]],
    ) -> None:
        """Compare a file with the documents that it may be a changed copy of."""
        longest = max(s.end - s.start for spans in wanted.values() for s in spans)
        found = drifted.proved(plain, owners.keys(), longest)
        names = {name for digest in found for name in owners[digest]}
        for name in sorted(names):
            own = {span.digest for span in wanted[name]}
            places = [place for digest, place in found.items() if digest in own]
            share = drifted.covered_share(plain, places)
            least = min(LEAST_SPANS, len(own))
            if len(places) < least or len(places) <= len(self._texts[name].proved):
                continue
            if max(share, len(places) / len(own)) < WORTH * COPY_SHARE:
                continue
            lines = self._rows[name]["paragraphs"]
            mended = drifted.mended(
                plain,
                wanted[name],
                [Wanted(n["start"], n["end"], n["digest"]) for n in lines],
            )
            if max(share, len(mended.words) / len(own)) >= COPY_SHARE:
                self._texts[name] = _Text(
                    copy=copy,
                    proved=mended.words,
                    lines=mended.lines,
                    paragraphs=lines,
                )

    def report(self, only: Iterable[str] | None = None) -> Hydrated:
        """Report what became of the text of each document.

        Args:
            only: Documents to report on; None for all.
        """
        ids = list(self._rows if only is None else dict.fromkeys(only))
        spans = self._spans(ids)
        segments: dict[str, list[Row]] = {name: [] for name in ids}
        for row in table(self._path, "segment"):
            if row["document_id"] in segments:
                segments[row["document_id"]].append(row)
        found = []
        for number, name in enumerate(ids, 1):
            found.append(self._restored(name, spans.pop(name), segments[name]))
            self._step("search", number, len(ids))
        used = {restored.copy for restored in found}
        refused = self._store.unreadable().items()
        return Hydrated(found, {file: why for file, why in refused if file not in used})

    def _restored(self, name: str, spans: list[Row], segments: list[Row]) -> Restored:
        row, found = self._rows[name], self._texts[name]
        n_proved = sum(found.words(span) is not None for span in spans)
        return Restored(
            document_id=name,
            status=found.status,
            is_invented=row["fictional"],
            n_segments=len(segments),
            n_whole=sum(
                self.words("segment", one | {"text": None}) is not None
                for one in segments
            ),
            n_spans=len(spans),
            n_proved=n_proved,
            copy=found.copy.name if found.copy else None,
            how=found.copy.how if found.copy else "",
            address=row["archived_url"] or row["url"],
        )


class _Text(NamedTuple):
    """The text of a document as far as it is available.

    Attributes:
        whole: The raw text where it is exact, else None.
        is_released: Whether it is in the dataset.
        copy: The file that was used, or None.
        proved: Digest to words, of the spans that a changed copy proves.
        lines: Digest to words, of the lines that a changed copy proves.
        paragraphs: The lines of the document.
    """

    whole: str | None = None
    is_released: bool = False
    copy: Copy | None = None
    proved: Mapping[str, str] = {}
    lines: Mapping[str, str] = {}
    paragraphs: Sequence[Row] = ()

    def __repr__(self) -> str:
        return veiled(self, "whole", "proved", "lines")

    @property
    def status(self) -> str:
        """The status of the document."""
        if self.is_released:
            return "released"
        if self.whole is not None:
            return "exact"
        return "missing" if self.copy is None else "partial"

    def words(self, span: Row) -> str | None:
        """Return the words of a span, proved by its digest, or None."""
        start, end, digest = span["start"], span["end"], span["digest"]
        if self.whole is None:
            return self.proved.get(digest)
        is_proved = texts.span_digest(self.whole, start, end) == digest
        return self.whole[start:end] if is_proved else None

    def between(self, start: int, end: int) -> str | None:
        """Return a segment, or None where not all of its lines are proved.

        Between lines of a changed copy stand line breaks, as many as there are characters
        in the text, so that offsets hold. A line of another length would move them: it
        counts as not proved.
        """
        if self.whole is not None:
            return self.whole[start:end]
        found, at = [], start
        for line in self.paragraphs:
            if not start <= line["start"] < end:
                continue
            words = _of_length(
                self.lines.get(line["digest"]), line["end"] - line["start"]
            )
            if words is None:
                return None
            found += ["\n" * (line["start"] - at), words]
            at = line["end"]
        return "".join([*found, "\n" * (end - at)]) if found else None


def _of_length(words: str | None, length: int) -> str | None:
    """Return words in a form that has as many characters as in the text, or None."""
    if words is None:
        return None
    single = re.sub(r"\s+", " ", words)
    forms = [
        words,
        single,
        *(unicodedata.normalize("NFKC", w) for w in (words, single)),
    ]
    for old, new in (("--", "\u2014"), ("...", "\u2026")):
        forms += [form.replace(old, new) for form in forms]
    return next((form for form in forms if len(form) == length), None)


def _text(row: Row, store: TextStore) -> _Text:
    if row["text"] is not None:
        return _Text(row["text"], is_released=True)
    exact = store.find(row["text_sha256"])
    return _Text() if exact is None else _Text(exact.text, copy=exact)
