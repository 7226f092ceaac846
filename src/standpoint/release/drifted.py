"""Find the words of spans in a copy of a text that is not the same to the byte.

The digest of a span covers the span with eight words on each side, so it says whether these
words stand in a copy, but not where. A digest is made of every run of words of the copy:
those that are wanted prove the words and the place. Which words a digest covers depends on
the lines of the text: they are those of the copy, or are found by their own digests. Last, one
wrong letter in a word is undone, if a digest proves what it was.
"""

import html
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from standpoint.records.text import (
    AROUND,
    Place,
    Words,
    closed,
    covering,
    edge,
    folded_word,
    line_digest,
    lines,
    words_of,
)

TRIES = 60
"""Digests that are made to mend a copy, for each character of it."""

EDGE = 3
"""Marks that a span may have before its first word, or after its last; or all, to the next
word or the edge of the line, if they are no more than `MARKS`."""

MARKS = 16

SLACK = 20
"""Characters by which a span may be longer in a copy."""

CLOSE = 0.03
"""Share of its length by which a line may be longer or shorter in a copy."""


class Wanted(NamedTuple):
    """A stretch that is looked for.

    Attributes:
        start: First code point, in the text of the document.
        end: The one after its last.
        digest: Its digest.
    """

    start: int
    end: int
    digest: str


Wants = Sequence[tuple[Wanted, int]]
"""What is looked for, and how many words on each side its digest covers."""


class Proof(NamedTuple):
    """Where a digest was proved: code points of a copy, and words of it."""

    start: int
    end: int
    first: int
    last: int


def plain(copy: str) -> str:
    """Return a copy with entities decoded and accents in one character with the letter."""
    found = html.unescape(copy) if "&" in copy else copy
    return unicodedata.normalize("NFC", found)


def is_likely(copy: str, digests: Collection[str], longest: int) -> bool:
    """Tell whether any span is in a copy, looking at short ones only: a page may be long.

    Args:
        copy: The copy.
        digests: Digests of spans.
        longest: Characters of the longest span to look for.
    """
    return any(_runs(copy, words_of(copy), digests, longest + SLACK))


def proved(
    copy: str, digests: Collection[str], longest: int, words: Words | None = None
) -> dict[str, Proof]:
    """Return digest to its first place in a copy, of those that stand in it.

    Args:
        copy: The copy.
        digests: Digests of spans.
        longest: Characters of the longest span.
        words: Its words, if its lines are known better than it shows.
    """
    found: dict[str, Proof] = {}
    words = words or words_of(copy)
    for digest, place in _runs(copy, words, digests, longest + SLACK):
        found.setdefault(digest, place)
    return found


def _runs(
    copy: str, words: Words, digests: Collection[str], longest: int
) -> Iterator[tuple[str, Proof]]:
    """Yield the wanted digests of runs of words, and where they are.

    Args:
        copy: The copy.
        words: Its words.
        digests: What is wanted.
        longest: Characters of the longest run.
    """
    edges = _Edges(copy, words)
    for first, start in enumerate(words.starts):
        for last in range(first + 1, len(words.ends) + 1):
            if words.ends[last - 1] - start > longest:
                break
            yield from _run(words, edges, (first, last), digests)


def _run(
    words: Words,
    edges: "_Edges",
    run: tuple[int, int],
    digests: Collection[str],
    around: int = AROUND,
) -> Iterator[tuple[str, Proof]]:
    """Yield the wanted digests of one run of words, with the marks it may have."""
    first, last = run
    before, covered = covering(words, first, last, around)
    for place, start, end in edges.of(first, last):
        made = closed(before, covered, last - first, place)
        if made in digests:
            yield made, Proof(start, end, first, last)


class _Edges:
    """What a span may have before its first word, and after its last."""

    def __init__(self, copy: str, words: Words) -> None:
        self._copy, self._words = copy, words
        self._leads: dict[int, list[tuple[str, int]]] = {}
        self._trails: dict[int, list[tuple[str, int]]] = {}

    def of(self, first: int, last: int) -> Iterator[tuple[Place, int, int]]:
        """Yield each place that a span of a run of words may have, its start and end."""
        if first not in self._leads:
            self._leads[first] = _leads(self._copy, self._words, first)
        if last not in self._trails:
            self._trails[last] = _trails(self._copy, self._words, last)
        for lead, start in self._leads[first]:
            for trail, end in self._trails[last]:
                yield Place(0, 0, lead, trail), start, end


def _leads(copy: str, words: Words, first: int) -> list[tuple[str, int]]:
    """Return what a span may have before a word, folded, and where it begins then."""
    start = words.starts[first]
    left = words.ends[first - 1] if first else 0
    left = max(left, copy.rfind("\n", left, start) + 1, start - MARKS)
    places = range(start - 1, left - 1, -1)
    kept = [place for place in places if not copy[place].isspace()]
    kept = [*kept[:EDGE], *kept[EDGE:][-1:]]
    return [("", start), *((edge(copy[place:start]), place) for place in kept)]


def _trails(copy: str, words: Words, last: int) -> list[tuple[str, int]]:
    """Return what a span may have after a word, folded, and where it ends then."""
    end = words.ends[last - 1]
    right = words.starts[last] if last < len(words.starts) else len(copy)
    line = copy.find("\n", end, right)
    places = range(end, min(right if line < 0 else line, end + MARKS))
    kept = [place + 1 for place in places if not copy[place].isspace()]
    kept = [*kept[:EDGE], *kept[EDGE:][-1:]]
    return [("", end), *((edge(copy[end:place]), place) for place in kept)]


def covered_share(copy: str, places: Collection[Proof]) -> float:
    """Return the share of the words of a copy that proved digests of spans cover."""
    words = words_of(copy)
    return len(_sound(words, places)) / max(1, len(words.folded))


def _sound(words: Words, places: Collection[Proof], around: int = AROUND) -> set[int]:
    """Return the words that proved digests cover."""
    found = set[int]()
    for place in places:
        found.update(_covers(words, place.first, place.last, around))
    return found


def _covers(words: Words, first: int, last: int, around: int) -> range:
    """Return the words that the digest of a run covers."""
    before, covered = covering(words, first, last, around)
    return range(first - before, first - before + covered.count(" ") + 1)


class Mended(NamedTuple):
    """What was found in a copy.

    Attributes:
        words: Digest to the words that it proves, of spans.
        lines: Digest to the words that it proves, of lines.
    """

    words: Mapping[str, str]
    lines: Mapping[str, str]


def mended(copy: str, spans: Sequence[Wanted], own: Sequence[Wanted]) -> Mended:
    """Find the spans and lines of a document in a copy that changed.

    Args:
        copy: The copy, as `plain` returns it.
        spans: The spans.
        own: The lines.
    """
    found = _look(copy, spans, own)
    result = Mended(_words(copy, found.spans), _words(copy, found.lines))
    wanted = [*((span, AROUND) for span in spans), *((line, 0) for line in own)]
    for undo in (_spelled, _without_repeated, _without_others):
        changed = undo(copy, wanted, found)
        if changed != copy:
            copy, found = changed, _look(changed, spans, own)
            result = Mended(
                _words(copy, found.spans) | dict(result.words),
                _words(copy, found.lines) | dict(result.lines),
            )
    return result


def _words(copy: str, places: Mapping[str, Proof]) -> dict[str, str]:
    return {digest: copy[p.start : p.end] for digest, p in places.items()}


class _Found(NamedTuple):
    """Digest to the place where it was proved; and the words, with the lines of the text."""

    words: Words
    spans: dict[str, Proof]
    lines: dict[str, Proof]

    def sound(self) -> set[int]:
        """Return the words that are proved."""
        of_lines = _sound(self.words, self.lines.values(), 0)
        return of_lines | _sound(self.words, self.spans.values())


def _look(copy: str, spans: Sequence[Wanted], own: Sequence[Wanted]) -> _Found:
    """Find spans and lines as they stand in a copy."""
    words = words_of(copy)
    digests = {line.digest for line in own}
    at = dict(_own_lines(copy, words, digests))
    missing = [line for line in own if line.digest not in at]
    at |= dict(_moved_lines(copy, words, missing))
    words = _with_lines(words, at.values())
    longest = max((span.end - span.start for span in spans), default=0)
    places = proved(copy, {span.digest for span in spans}, longest, words)
    return _Found(words, places, at)


# lines


def _own_lines(
    copy: str, words: Words, digests: Collection[str]
) -> Iterator[tuple[str, Proof]]:
    """Yield the lines of a copy that are lines of the text."""
    for start, end in lines(copy, 0, len(copy)):
        digest = line_digest(copy, start, end)
        if digest in digests:
            first = bisect_left(words.starts, start)
            yield digest, Proof(start, end, first, bisect_left(words.starts, end))


def _moved_lines(
    copy: str, words: Words, own: Sequence[Wanted]
) -> Iterator[tuple[str, Proof]]:
    """Yield the lines of the text that a copy breaks elsewhere, or not at all."""
    lengths = sorted({line.end - line.start for line in own})
    digests = {line.digest for line in own}
    if not lengths:
        return
    edges = _Edges(copy, words)
    most = lengths[-1] * (1 + CLOSE) + EDGE
    for first, start in enumerate(words.starts):
        for last in range(first + 1, len(words.ends) + 1):
            length = words.ends[last - 1] - start
            if length > most:
                break
            slack = EDGE + length * CLOSE
            near = bisect_left(lengths, length - slack)
            if near < len(lengths) and lengths[near] <= length + slack + EDGE:
                yield from _run(words, edges, (first, last), digests, 0)


def _with_lines(words: Words, places: Collection[Proof]) -> Words:
    """Return the words of a copy with the lines of the text, as far as they are known."""
    inside = set[int]()
    for place in places:
        inside.update(range(place.first + 1, place.last))
    borders = {border for place in places for border in (place.first, place.last)}
    own = (first for first in words.lines if first not in inside)
    return words._replace(lines=sorted({*own, *borders} - {len(words.folded)}))


def _without_repeated(copy: str, _: Wants, found: _Found) -> str:
    """Return a copy without lines that it has several times and that are not proved."""
    times = Counter(copy[start:end] for start, end in lines(copy, 0, len(copy)))
    return _kept(copy, found, lambda line: times[line] > 1)


def _without_others(copy: str, _: Wants, found: _Found) -> str:
    """Return a copy without the lines in which nothing was proved."""
    return _kept(copy, found, lambda _: True)


def _kept(copy: str, found: _Found, is_doubtful: Callable[[str], bool]) -> str:
    """Return a copy without lines that are doubtful and not proved: a page adds such."""
    sound, starts = found.sound(), found.words.starts
    proved_at = {place.start for place in found.lines.values()}
    kept = []
    for start, end in lines(copy, 0, len(copy)):
        words = range(bisect_left(starts, start), bisect_left(starts, end))
        is_proved = start in proved_at or not sound.isdisjoint(words)
        if is_proved or not is_doubtful(copy[start:end]):
            kept.append(copy[start:end])
    return "\n".join(kept)


# wrong letters


def _spelled(copy: str, wanted: Wants, found: _Found) -> str:
    """Return a copy in which single letters were changed, where a digest proves it.

    Args:
        copy: The copy.
        wanted: What is looked for.
        found: What was found.
    """
    at = found.spans | found.lines
    anchors = sorted(
        (one.start, at[one.digest].start) for one, _ in wanted if one.digest in at
    )
    missing = [(one, around) for one, around in wanted if one.digest not in at]
    if not anchors or not missing:
        return copy
    words = found.words._replace(folded=list(found.words.folded))
    speller = _Speller(copy, words, found.sound())
    for one, around in sorted(missing):
        run = _expected(one, anchors, words)
        if run is not None:
            speller.mend(one.digest, run, around)
    return speller.text()


def _expected(
    one: Wanted, anchors: Sequence[tuple[int, int]], words: Words
) -> tuple[int, int] | None:
    """Return the run of words where a stretch should be, given others that were proved."""
    right = bisect_right(anchors, (one.start, 10**9))
    near = anchors[max(0, right - 1) : right + 1]
    known, place = min(near, key=lambda anchor: abs(anchor[0] - one.start))
    start = place + one.start - known
    first = _nearest(words.starts, start)
    last = _nearest(words.ends, start + one.end - one.start) + 1
    return (first, last) if 0 <= first < last <= len(words.starts) else None


def _nearest(places: Sequence[int], place: int) -> int:
    at = bisect_left(places, place)
    around = [n for n in (at - 1, at) if 0 <= n < len(places)]
    return min(around, key=lambda n: abs(places[n] - place), default=0)


class _Speller:
    """Changes one letter of a word of a copy where a digest proves it.

    Args:
        copy: The copy.
        words: Its words; what is mended is changed in them.
        sound: The words that are proved.
    """

    def __init__(self, copy: str, words: Words, sound: set[int]) -> None:
        self._copy, self._words, self._sound = copy, words, sound
        self._edges = _Edges(copy, words)
        self._letters = sorted({c for c in copy.lower() if c.isalpha()})
        self._left = TRIES * len(copy)
        self._mended: dict[int, str] = {}

    def text(self) -> str:
        """Return the copy as it is now."""
        pieces, at = [], 0
        for number, word in sorted(self._mended.items()):
            pieces += [self._copy[at : self._words.starts[number]], word]
            at = self._words.ends[number]
        return "".join([*pieces, self._copy[at:]])

    def mend(self, digest: str, run: tuple[int, int], around: int) -> None:
        """Look for the one word that keeps a digest from being proved."""
        first, last = run
        covers = _covers(self._words, first, last, around)
        doubtful = [n for n in covers if n not in self._sound]
        for number in doubtful:
            fit = self._fitting(digest, run, around, number)
            if fit is not None:
                self._mended[number] = fit
                self._words.folded[number] = folded_word(fit)
                self._sound.update(covers)
                return

    def _fitting(
        self, digest: str, run: tuple[int, int], around: int, number: int
    ) -> str | None:
        """Return the word, with one letter changed, that proves a digest; or None."""
        first, last = run
        words = self._words
        places = [place for place, _, _ in self._edges.of(first, last)]
        before, covered = covering(words, first, last, around)
        covers = covered.split(" ")
        at = number - first + before
        left, right = " ".join([*covers[:at], ""]), " ".join(["", *covers[at + 1 :]])
        word = self._copy[words.starts[number] : words.ends[number]]
        for guess in _edits(self._mended.get(number, word), self._letters):
            if self._left <= 0:
                return None
            self._left -= len(places)
            whole = f"{left}{folded_word(guess)}{right}"
            for place in places:
                if closed(before, whole, last - first, place) == digest:
                    return guess
        return None


def _edits(word: str, letters: Sequence[str]) -> Iterator[str]:
    """Yield the words that differ from a word by one letter."""
    for at in range(len(word)):
        for letter in letters:
            yield f"{word[:at]}{letter}{word[at + 1 :]}"
        if len(word) > 1:
            yield word[:at] + word[at + 1 :]
    for at in range(len(word) + 1):
        for letter in letters:
            yield f"{word[:at]}{letter}{word[at:]}"
