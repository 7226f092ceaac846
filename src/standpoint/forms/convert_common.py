"""What the conversions of all passes share."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from unicodedata import combining

import msgspec

from standpoint.forms.answers import Answers, Region
from standpoint.forms.form import (
    ACTORS,
    CLAIMS,
    COVERED,
    NEW_ACTOR,
    PANEL,
    PASSES,
    Form,
)
from standpoint.records import canonical
from standpoint.records.findings import Problem
from standpoint.records.model import Document, JudgedSegment, Segment
from standpoint.records.safe_repr import veiled
from standpoint.records.text import sha256, span_digest, trim
from standpoint.records.vocabulary import NIL

SHOWN = 60
"""Characters of the words of a region that a message shows."""
MAX_NOTE = 400
"""Maximum length of a note in the schema; a test compares."""
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_IS_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

LISTS = {
    ACTORS: ("mentions",),
    CLAIMS: ("claims", "relations"),
    PANEL: ("panel", "stances"),
}
"""Pass to the properties of a segment that it fills."""


def plain(record: Any) -> Any:
    """Return a record as plain data."""
    return msgspec.json.decode(msgspec.json.encode(record))


def digest(part: Any) -> str:
    """Return the digest of plain data, or of a record."""
    return sha256(canonical.encode(part))


class CannotShowError(Exception):
    """A record has something that a form cannot show; the message says what."""


class Passage(NamedTuple):
    """The segment and the form that answers are about.

    Attributes:
        text: The raw text of the document.
        sha256: Its digest.
        start: Start of the segment.
        end: End of the segment.
        form: The form.
        where: Words that name task and annotator.
        kinds: NIL id to its kind, of the new actors that are known.
    """

    text: str
    sha256: str
    start: int
    end: int
    form: Form
    where: str = ""
    kinds: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return veiled(self, "text")

    def span(self, region: Region) -> dict[str, Any]:
        """Return the span of a region in the document, without white space at its edges."""
        start, end = trim(self.text, *self.place(region))
        digest = span_digest(self.text, start, end)
        return {"start": start, "end": end, "digest": digest}

    def called(self, region: Region) -> str:
        """Name a region in words."""
        words = " ".join(self.words(region).split())
        shown = words if len(words) <= SHOWN else f"{words[: SHOWN - 3]}..."
        quote = f" \u2018{shown}\u2019" if shown else ""
        return f"{self.where}, region {region.id}{quote}"

    def words(self, region: Region) -> str:
        """Return the words of a region; nothing for one that is not in the segment."""
        start, end = self.place(region)
        is_inside = self.start <= start < end <= self.end
        return self.text[start:end] if is_inside else ""

    def place(self, region: Region) -> tuple[int, int]:
        """Return start and end of a region in the document."""
        return self.start + region.start, self.start + region.end


def passage(
    document: Document,
    segment: Segment,
    text: str,
    form: Form,
    where: str = "",
    kinds: Mapping[str, str] = {},
) -> Passage:
    """Return a segment with its form as a passage."""
    sha256 = document.text.sha256
    return Passage(text, sha256, segment.start, segment.end, form, where, kinds)


class Content(NamedTuple):
    """The content of one pass on a segment.

    Attributes:
        data: Properties of a segment, as plain data: those that the pass fills, its part of
            `coverage`, and `note`.
        nil: NIL id to its kind, of new actors.
        trace: JSON pointer below the segment to the pointer of its region.
        ids: Id of a region to the id of its item.
        problems: What is wrong with the answers; none of them are kept.
        left_out: What was left out; the rest is kept.
    """

    data: dict[str, Any]
    nil: dict[str, str]
    trace: dict[str, str]
    ids: dict[str, str]
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...] = ()


def numbered(
    prefix: str, regions: Sequence[Region], known: Mapping[str, str]
) -> dict[str, str]:
    """Return id of a region to the id of its item, in the order of the items.

    An item keeps its id forever: the known id, else the id of the region if it is one of an
    item, else the next free number in text order.

    Args:
        prefix: First letter of the ids.
        regions: The regions in text order.
        known: Id of a region to the id that its item had before.
    """
    pattern = re.compile(rf"{prefix}[0-9]{{2,4}}", re.ASCII)
    kept: dict[str, str] = {}
    for region in regions:
        name = known.get(region.id, region.id)
        if pattern.fullmatch(name) and name not in kept.values():
            kept[region.id] = name
    taken = [
        number(name)
        for name in (*kept.values(), *known.values())
        if pattern.fullmatch(name)
    ]
    following = max(taken, default=0) + 1
    for region in regions:
        if region.id not in kept:
            kept[region.id] = f"{prefix}{following:02}"
            following += 1
    return dict(sorted(kept.items(), key=lambda pair: number(pair[1])))


def number(item_id: str) -> int:
    """Return the number in the id of an item."""
    return int(item_id[1:])


class Links(NamedTuple):
    """The actors that a region is linked to.

    Attributes:
        actors: Their ids, in the order of choice; NIL ids last.
        nil: NIL id to kind, of the new actors.
        faults: Problems with the new actors.
    """

    actors: tuple[str, ...]
    nil: dict[str, str]
    faults: tuple[str, ...]


def links(region: Region, name: str, form: Form) -> Links:
    """Return the actors that a field links a region to.

    New actors have a short name and a kind; if there are several, each may have its own kind,
    written `short name: kind`.
    """
    chosen = [one for one in region.values.get(name, ()) if one != NEW_ACTOR]
    nil: dict[str, str] = {}
    faults = []
    if NEW_ACTOR in region.values.get(name, ()):
        common = region.one(f"{name}_nil_kind")
        asked = form.field(f"{name}_nil_kind")
        kinds = {value.name for value in asked.values} if asked else set()
        given = ", ".join(region.values.get(f"{name}_nil", ())).split(",")
        for entry in filter(str.strip, given):
            words, _, own = entry.partition(":")
            slug, kind = short_name(words), own.strip() or common
            if not slug:
                faults.append(
                    f"\u2018{words.strip()}\u2019 cannot be a short name; use Latin letters and"
                    " digits"
                )
            elif kind not in kinds:
                faults.append(
                    f"\u2018{kind}\u2019 is not a kind of actors (\u2018{slug}\u2019)"
                    if kind
                    else f"\u2018{slug}\u2019 has no kind"
                )
            elif nil.setdefault(f"{NIL}{slug}", kind) != kind:
                faults.append(f"\u2018{slug}\u2019 has two kinds")
        if not nil and not faults:
            faults.append("the actor that is not in the registry has no short name")
    actors = dict.fromkeys((*chosen, *nil))
    ordered = sorted(actors, key=lambda one: one.startswith(NIL))
    return Links(tuple(ordered), nil, tuple(faults))


def short_name(words: str) -> str:
    """Return words as a short name; empty if a letter would be lost."""
    if _IS_SLUG.fullmatch(words.strip()):
        return words.strip()
    folded = [c for c in unicodedata.normalize("NFKD", words) if not combining(c)]
    if any(c.isalnum() and not c.isascii() for c in folded):
        return ""
    return _NO_SLUG.sub("-", "".join(folded).lower()).strip("-")


def linked(
    name: str, actors: Iterable[str], kinds: Mapping[str, str], *, offered: bool
) -> dict[str, tuple[str, ...]]:
    """Return the values of a field that links to these actors.

    Args:
        name: Name of the field.
        actors: Their ids.
        kinds: NIL id to kind.
        offered: Whether NIL ids are in the list of values.
    """
    actors = list(actors)
    new = [] if offered else [one for one in actors if one.startswith(NIL)]
    values = {name: tuple(one for one in actors if one not in new)}
    if new:
        values[name] += (NEW_ACTOR,)
        entries = (f"{one.removeprefix(NIL)}: {kinds.get(one, '')}" for one in new)
        values[f"{name}_nil"] = (", ".join(entries),)
    return {key: found for key, found in values.items() if found}


def coverage_of(judged: JudgedSegment, form: Form) -> dict[str, tuple[str, ...]]:
    """Return the values of the coverage fields."""
    return {
        f"coverage_{layer}": (getattr(judged.coverage, layer),)
        for layer in COVERED.get(form.name, ())
    }


def covered(answers: Answers, form: Form) -> dict[str, str | None]:
    """Return the coverage of each layer of a pass."""
    return {
        layer: answers.one(f"coverage_{layer}") for layer in COVERED.get(form.name, ())
    }


# notes: one of the segment, from several passes

_TAG = re.compile(r"\[(actors|claims|panel)\] ")
_LIKE_A_TAG = re.compile(r"^( *)(?=\[(?:actors|claims|panel)\] )", re.MULTILINE)
_ESCAPED = re.compile(r"^ (?= *\[(?:actors|claims|panel)\] )", re.MULTILINE)


def split_note(note: str | None, judged: Sequence[str]) -> dict[str, str]:
    """Split the note of a segment; return pass to its note.

    Args:
        note: The note.
        judged: The passes that were done; a note without a tag belongs to the last one.
    """
    found: dict[str, list[str]] = {}
    name = judged[-1] if judged else PASSES[-1]
    for line in (note or "").split("\n"):
        tag = _TAG.match(line)
        if tag:
            name = tag.group(1)
        found.setdefault(name, []).append(line[tag.end() :] if tag else line)
    whole = {key: "\n".join(lines).strip("\n") for key, lines in found.items()}
    return {key: _ESCAPED.sub("", words) for key, words in whole.items() if words}


def join_notes(notes: Mapping[str, str], judged: Sequence[str]) -> str | None:
    """Return one note of a segment, made of the notes of its passes.

    The note of the last pass that was done comes first and has no tag. A line that begins
    like a tag is indented by one more space.
    """
    last = judged[-1] if judged else PASSES[-1]
    own = {name: _LIKE_A_TAG.sub(r" \1", words) for name, words in notes.items()}
    lines = [own[last]] if last in own else []
    lines += [
        f"[{name}] {own[name]}" for name in PASSES if name in own and name != last
    ]
    return "\n".join(lines) or None
