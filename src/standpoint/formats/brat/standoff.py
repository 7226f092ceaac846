"""The lines of a brat file, with offsets in code points."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from standpoint.formats.differ import difference, is_alike
from standpoint.records.external import OutsideError, decode
from standpoint.records.findings import Problem

Spans = tuple[tuple[int, int], ...]


class Line(NamedTuple):
    """An annotation of brat.

    Attributes:
        id: Its id, such as T1; its letter tells marked words (T), relations (R), events
            (E), equivalences (*), attributes (A, M), normalisations (N) and notes (#) apart.
        label: Its label; of a normalisation, the name of the resource.
        targets: Ids of the annotations that it refers to; of an event its trigger first.
        value: Value of an attribute, entry of a normalisation, words of a note, or the
            marked words; empty where there is none.
        spans: Start and end of each piece of marked words, in code points.
        number: Number of the line in the file, from 1.
    """

    id: str
    label: str
    targets: tuple[str, ...]
    value: str
    spans: Spans
    number: int


class Standoff(NamedTuple):
    """Everything in one file, in the order of its lines."""

    bounds: tuple[Line, ...] = ()
    relations: tuple[Line, ...] = ()
    attributes: tuple[Line, ...] = ()
    norms: tuple[Line, ...] = ()
    notes: tuple[Line, ...] = ()


_ID = r"[0-9A-Za-z_-]+"
_NAME = r"[^\s:]+"
_SPAN = r"[0-9]{1,12} [0-9]{1,12}"
_FORMS: dict[str, re.Pattern[str]] = {
    "T": re.compile(
        rf"(?P<id>T{_ID})\t(?P<label>\S+) (?P<spans>{_SPAN}(?:;{_SPAN})*)\t(?P<value>.*)"
    ),
    "R": re.compile(
        rf"(?P<id>R{_ID})\t(?P<label>\S+)(?P<pairs>(?: {_NAME}:\S+){{2}})[ \t]*"
    ),
    "E": re.compile(
        rf"(?P<id>E{_ID})\t(?P<label>\S+?):(?P<target>\S+)(?P<pairs>(?: {_NAME}:\S+)*)[ \t]*"
    ),
    "*": re.compile(r"(?P<id>\*)\t(?P<label>\S+)(?P<targets>(?: \S+)+)[ \t]*"),
    "A": re.compile(
        rf"(?P<id>[AM]{_ID})\t(?P<label>\S+) (?P<target>\S+)(?: (?P<value>.*))?"
    ),
    "N": re.compile(
        rf"(?P<id>N{_ID})\t\S+ (?P<target>\S+) (?P<label>{_NAME}):(?P<value>\S+)(?:\t.*)?"
    ),
    "#": re.compile(rf"(?P<id>#{_ID})\t(?P<label>\S+) (?P<target>\S+)\t(?P<value>.*)"),
}
_FORMS["M"] = _FORMS["A"]
_BROKEN = re.compile(rf"^[TREAMN#]{_ID}", re.MULTILINE)
"""Start of a line that could be an id."""
_UNTABBED = re.compile(rf"T{_ID}(?: |\t\S+ {_SPAN}(?:;{_SPAN})* )")


def _line(found: re.Match[str], number: int) -> Line:
    groups = {key: value or "" for key, value in found.groupdict().items()}
    pairs = (one.partition(":")[2] for one in groups.get("pairs", "").split())
    spans = (one.split(" ") for one in groups.get("spans", "").split(";") if one)
    target = groups.get("target")
    value = groups.get("value", "")
    return Line(
        id=groups["id"],
        label=groups["label"],
        targets=(
            *([target] if target else []),
            *pairs,
            *groups.get("targets", "").split(),
        ),
        value=value.strip() if groups["id"][0] in "AM" else value,
        spans=tuple((int(start), int(end)) for start, end in spans),
        number=number,
    )


# reading


def read(data: bytes, text: str) -> tuple[Standoff, list[Problem]]:
    """Read a brat file.

    Args:
        data: The file.
        text: The text that it is about.

    Returns:
        The lines that are correct, with offsets in code points; and the problems of all
        other lines.
    """
    faults: list[Problem] = []
    lines = list(_lines(data, faults))
    lines = list(_unique(lines, faults))
    broken = set(_BROKEN.findall(data.decode("utf-8", "replace"))) if faults else set()
    bounds = [one for one in lines if one.spans]
    bounds = _in_code_points(bounds, text, faults)
    sound = [
        one._replace(spans=_joined(one.spans, text))
        for one in bounds
        if _is_sound(one, text, faults)
    ]
    _say_other_forms(sound, text, faults)
    others = [one for one in lines if not one.spans]
    broken |= {one.id for one in bounds} - {one.id for one in sound}
    kept = _referring(sound, others, broken, faults)
    return _sorted(sound, kept), sorted(faults, key=lambda fault: fault.line)


def _lines(data: bytes, faults: list[Problem]) -> Iterator[Line]:
    try:
        source = decode(data, "The file")
    except OutsideError as error:
        faults.append(Problem("BRT001", "", f"{error}.", line=1))
        return
    if "\n" not in source:
        source = source.replace("\r", "\n")
    for number, raw in enumerate(source.split("\n"), 1):
        words = raw.removesuffix("\r")
        if not words.strip():
            continue
        form = _FORMS.get(words[0])
        match = form.fullmatch(words) if form else None
        if match is None:
            shown = words if len(words) <= 60 else f"{words[:57]}..."  # noqa: PLR2004
            message = f"\u2018{shown}\u2019 is not a brat annotation."
            if _UNTABBED.match(words):
                message += (
                    " There must be a tab after the id, and another before the words."
                )
            faults.append(Problem("BRT001", "", message, line=number))
        else:
            yield _line(match, number)


def _unique(lines: Iterable[Line], faults: list[Problem]) -> Iterator[Line]:
    seen: dict[str, int] = {}
    for one in lines:
        first = seen.setdefault(one.id, one.number)
        if one.id != "*" and first != one.number:
            message = f"{one.id} is already used on line {first}; this line is skipped."
            faults.append(Problem("BRT002", "", message, line=one.number))
        else:
            yield one


def _referring(
    sound: Sequence[Line],
    others: Iterable[Line],
    broken: set[str],
    faults: list[Problem],
) -> list[Line]:
    """Return the lines that refer, directly or indirectly, to lines that are kept.

    A line that refers to an unreadable line is not reported again.
    """
    waiting = list(others)
    known = {one.id for one in sound}
    kept, waiting = _parted(waiting, known)
    known |= broken
    _, waiting = _parted(waiting, known)
    for one in waiting:
        missing = ", ".join(t for t in one.targets if t not in known)
        message = (
            f"{one.id} refers to {missing}, which is missing; this line is skipped."
        )
        faults.append(Problem("BRT003", "", message, line=one.number))
    return kept


def _parted(lines: list[Line], known: set[str]) -> tuple[list[Line], list[Line]]:
    """Return the lines that refer, directly or indirectly, to known ids; and the others.

    Args:
        lines: Lines, but not marked words.
        known: Ids; the ids of the lines that are returned first are added.
    """
    missing = [set(one.targets) - known for one in lines]
    awaited: dict[str, list[int]] = {}
    for number, targets in enumerate(missing):
        for target in targets:
            awaited.setdefault(target, []).append(number)
    ready = [number for number, targets in enumerate(missing) if not targets]
    for number in ready:  # it grows
        name = lines[number].id
        known.add(name)
        for waiter in awaited.pop(name, ()):
            missing[waiter].discard(name)
            if not missing[waiter]:
                ready.append(waiter)
    left = [one for one, targets in zip(lines, missing, strict=True) if targets]
    return [lines[number] for number in sorted(ready)], left


def _sorted(bounds: Sequence[Line], others: Iterable[Line]) -> Standoff:
    kept = sorted(others, key=lambda one: one.number)
    return Standoff(
        bounds=tuple(bounds),
        relations=tuple(one for one in kept if one.id[0] in "RE*"),
        attributes=tuple(one for one in kept if one.id[0] in "AM"),
        norms=tuple(one for one in kept if one.id[0] == "N"),
        notes=tuple(one for one in kept if one.id[0] == "#"),
    )


# offsets


def folded(words: str) -> str:
    """Return words with single spaces instead of any white space, as brat may write them."""
    return " ".join(words.split())


def words_at(spans: Spans, text: str) -> str:
    """Return the words of spans, joined by spaces as in brat."""
    return " ".join(text[start:end] for start, end in spans)


def _fits(one: Line, text: str) -> bool:
    inside = all(0 <= start < end <= len(text) for start, end in one.spans)
    return inside and is_alike(folded(words_at(one.spans, text)), folded(one.value))


def _joined(spans: Spans, text: str) -> Spans:
    """Return spans; those with only white space between them are joined.

    brat splits marked words at line ends.
    """
    joined = [spans[0]]
    for start, end in spans[1:]:
        first, last = joined[-1]
        if last <= start and not text[last:start].strip():
            joined[-1] = first, end
        else:
            joined.append((start, end))
    return tuple(joined)


def _say_other_forms(bounds: Sequence[Line], text: str, faults: list[Problem]) -> None:
    """Report words that have another Unicode form than the text."""
    found = [
        one for one in bounds if folded(words_at(one.spans, text)) != folded(one.value)
    ]
    if found:
        first = found[0]
        how = difference(folded(first.value), folded(words_at(first.spans, text)))
        number = "1 line differs" if len(found) == 1 else f"{len(found)} lines differ"
        start, end = first.spans[0][0], first.spans[-1][1]
        words = (
            f"{number} from the text only in Unicode form, so the offsets are right."
            f" {first.id} ({start} {end}): {how}."
        )
        faults.append(Problem("BRT011", "", words, line=first.number))


def _is_sound(one: Line, text: str, faults: list[Problem]) -> bool:
    if not all(0 <= start < end <= len(text) for start, end in one.spans):
        message = f"{one.id} {_misplaced(one.spans, text)}."
        faults.append(Problem("BRT004", "", message, line=one.number))
        return False
    if not _fits(one, text):
        quote, there = folded(one.value), folded(words_at(one.spans, text))
        message = f"{one.id}: {difference(quote, there)}.{_hint(one, text)}"
        if quote and there.startswith(f"{quote} "):
            message = (
                f"{one.id}: {difference(quote, there)}. The line is cut off: join it with"
                " the next line if that has the rest of the words."
            )
        faults.append(Problem("BRT005", "", message, line=one.number))
        return False
    return True


def _hint(one: Line, text: str) -> str:
    """Give the offsets of the words, if they occur once."""
    nfc = unicodedata.normalize("NFC", one.value)
    for words in (one.value, nfc, unicodedata.normalize("NFD", one.value)):
        start = text.find(words) if words else -1
        if start >= 0 and text.find(words, start + 1) < 0:
            return f" The words occur at {start} {start + len(words)}."
    return ""


def _misplaced(spans: Spans, text: str) -> str:
    """Describe what is wrong with offsets."""
    if any(-1 in span for span in spans):
        return "starts or ends inside a character"
    shown = ";".join(f"{start} {end}" for start, end in spans)
    if any(start >= end for start, end in spans):
        return f"({shown}) is empty or ends before it starts"
    return f"({shown}) is not in the text, which ends at {len(text)}"


def _in_code_points(bounds: list[Line], text: str, faults: list[Problem]) -> list[Line]:
    """Return the marked words with offsets in code points, read in the unit that fits most."""
    best = bounds, sum(_fits(one, text) for one in bounds), ""
    if best[1] == len(bounds):
        return bounds
    for unit, starts in _units(text):
        moved = [one._replace(spans=_moved(one.spans, starts)) for one in bounds]
        n_right = sum(_fits(one, text) for one in moved)
        if n_right > best[1]:
            best = moved, n_right, unit
    moved, n_right, unit = best
    if unit:
        number = "All" if n_right == len(bounds) else f"{n_right} of {len(bounds)}"
        message = f"{number} offsets count {unit}; they are read that way."
        faults.append(Problem("BRT007", "", message, line=bounds[0].number))
    return moved


def _units(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield other units of offsets, with the offset of each character.

    Each unit is tried with the line ends as they are and as another system writes them,
    and each of these without and with a byte order mark.
    """
    encodings = (("characters", "utf-32-le", 4), ("bytes of UTF-8", "utf-8", 1))
    found: list[tuple[int, str, list[int]]] = []
    crlf = "\r\n" in text
    ends = (
        ", with each line end (CRLF) as one character"
        if crlf
        else ", with each line end as two characters (CRLF)"
    )
    for unit, encoding, width in (*encodings, ("units of UTF-16", "utf-16-le", 2)):
        plain = [len(char.encode(encoding, "surrogatepass")) // width for char in text]
        mark = len("\ufeff".encode(encoding)) // width
        forms = [("", plain)]
        if "\n" in text:
            pairs = zip(text, text[1:] + " ", plain, strict=True)
            other = [
                0 if crlf and (c, n) == ("\r", "\n") else s + (c == "\n" and not crlf)
                for c, n, s in pairs
            ]
            forms.append((ends, other))
        for rank, (words, sizes) in enumerate(forms):
            found.append((rank, unit + words, list(accumulate(sizes, initial=0))))
            if text.startswith("\ufeff"):
                without = list(accumulate([0, *sizes[1:]], initial=0))
                name = f"{unit}{words}, without the byte order mark"
                found.append((rank + 2, name, without))
            else:
                more = list(accumulate(sizes, initial=mark))
                name = f"{unit}{words}, with a byte order mark before them"
                found.append((rank + 2, name, more))
    for _, name, starts in sorted(found, key=lambda one: one[0]):  # the plainest first
        yield name, starts


def _moved(spans: Spans, starts: Sequence[int]) -> Spans:
    """Return spans in code points; -1 for an offset inside a character."""
    return tuple((_point(start, starts), _point(end, starts)) for start, end in spans)


def _point(offset: int, starts: Sequence[int]) -> int:
    place = bisect_left(starts, offset)
    return place if place < len(starts) and starts[place] == offset else -1
