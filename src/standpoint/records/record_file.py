"""The family FMT: a file is a record of its kind, in the right place and form.

`decode` takes the fast path when a file is canonical and valid. Otherwise it
asks the rules below one after another and stops at the first that is broken:
what follows from it stays silent.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from standpoint.records import canonical
from standpoint.records.findings import Check, Finding, Hit, Level, check, check_record
from standpoint.records.model import RECORD_TYPES
from standpoint.records.schema import FAULTS, Schemas
from standpoint.records.vocabulary import ADJUDICATED

MAX_BYTES = 32_000_000
MAX_DEPTH = 64
MAX_VALUES = 1_000_000
"""Values in one file: the longest set of the corpus has 12,000, and the registry of 10,000
actors would have 250,000. Each takes memory and time many times its bytes."""
MAX_FINDINGS = FAULTS
"""Faults of form that are named in one file."""

# A string that is never closed runs to the end: it is not tried again from each quote.
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]')
_COMMAS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)|,')
_SLIPS = (
    (r"\0\Z", "it ends too early"),
    (r"\0(<{7}|={7}|>{7})", "there is an unresolved merge conflict here"),
    (
        r"\0['\u2018\u2019\u201c\u201d]",
        "straight double quotation marks are missing here",
    ),
    (
        r'"\0Expecting \',.*\0\w',
        "a comma is missing, or a quotation mark inside needs a \\",
    ),
    (
        r"\0Expecting value.*\0[A-Za-z]",
        "text needs quotation marks; null, true, false do not",
    ),
    (r"\0Expecting value", "a value is missing, or a number is in the wrong format"),
    (
        r"\0Expecting property",
        "a key in straight double quotation marks is missing here",
    ),
    (r"\0Expecting ','", "a comma or bracket is missing before this"),
    (r"\0Expecting ':'", "a colon is missing before this"),
    (r"\0Invalid control", "a line break inside text is written \\n, a tab \\t"),
    (r"\0Invalid \\", "a backslash inside text is written twice"),
    (r"\0Unterminated", "the closing quotation mark is missing"),
    (r"\0Extra data", "there is something after its end"),
)
"""What stands left of a fault, what the parser says, what stands right; to a reason."""

_HALF = re.compile(r"[\ud800-\udfff]")


class RawFile(NamedTuple):
    """The bytes of a record file.

    Attributes:
        path: Relative to the root, with forward slashes.
        kind: Record kind, a key of `RECORD_TYPES`.
        data: Its bytes; at most `MAX_BYTES` and one more are read.
        is_line: Whether the record is one line of a file.
    """

    path: str
    kind: str
    data: bytes
    is_line: bool = False


class Place(NamedTuple):
    """Where something lies, as far as its name and the file system tell.

    Attributes:
        path: Relative to the root, with forward slashes.
        problem: `link`, `unexpected`, `missing`, `unreadable`, `no_document`, `withheld`,
            `no_text`, `twice`, or empty.
        named: Id that the record gives itself, or None where that is not asked.
        expected: Id that its file name asks for; of what is stored twice, where else.
    """

    path: str
    problem: str = ""
    named: str | None = None
    expected: str = ""


@check("FMT001", Level.ERROR, on=RawFile)
def file_is_utf8(raw: RawFile, _: Schemas) -> Iterator[Hit]:
    """A record file is UTF-8 without a byte order mark.

    Why: offsets and digests are defined on characters, so the encoding must be certain.
    Fix: save the file as UTF-8 without a byte order mark.
    Example: a file saved as Latin-1, in which an e with an acute accent is the byte E9.
    """
    try:
        text = raw.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.data.count(b"\n", 0, error.start) + 1
        found = f"{raw.data[error.start]:02X}"
        message = f"The file is not UTF-8: byte {error.start + 1} is {found}."
        yield Hit("", message, None, (line, 1))
    else:
        if text.startswith("\ufeff"):
            yield Hit("", "The file starts with a byte order mark.", None, (1, 1))


@check("FMT007", Level.ERROR, on=RawFile)
def file_is_bounded(raw: RawFile, _: Schemas) -> Iterator[Hit]:
    """A record file has at most 32 MB, 64 nested levels and a million values.

    Why: no annotator produces more, and a huge file must not block the checks of all
    others.
    Fix: check what created the file; split a very long document.
    Example: a file of one line of 200 MB, or a list of a million zeros.
    """
    if len(raw.data) > MAX_BYTES:
        yield Hit("", f"The file is larger than {MAX_BYTES:,} bytes.", None, (1, 1))
        return
    if _has_many_values(raw.data):
        yield Hit("", f"The file has more than {MAX_VALUES:,} values.", None, (1, 1))
        return
    depth = 0
    for match in _BRACKETS.finditer(raw.data):
        token = match.group()
        depth += (token in b"[{") - (token in b"]}")
        if depth > MAX_DEPTH:
            line = raw.data.count(b"\n", 0, match.start()) + 1
            message = f"Brackets are nested deeper than {MAX_DEPTH} levels."
            yield Hit("", message, None, (line, 1))
            return


def _has_many_values(data: bytes) -> bool:
    """Tell, before anything is read, whether there are more values than are allowed."""
    if data.count(b",") < MAX_VALUES:
        return (
            False  # nearly always: do not tell commas in words from others for nothing
        )
    commas = (match for match in _COMMAS.finditer(data) if match[0] == b",")
    return next(islice(commas, MAX_VALUES - 1, None), None) is not None


def _plain(raw: RawFile) -> Any:
    # Of bytes, json guesses the encoding: UTF-16 would pass where its NULs are UTF-8.
    return json.loads(raw.data.decode("utf-8"))


@check("FMT002", Level.ERROR, on=RawFile)
def file_is_json(raw: RawFile, _: Schemas) -> Iterator[Hit]:
    """A record file holds one JSON value.

    Why: a file that was cut off or edited by hand may have lost annotations.
    Fix: correct the place named: a comma, quotation mark or bracket is missing or extra
    there. If a program wrote the file, write it again with that program.
    Example: a file that ends in the middle of a list.
    """
    try:
        _plain(raw)
    except json.JSONDecodeError as error:
        what, at = _slip(error.doc, error.pos, error.msg)
        place = (error.doc.count("\n", 0, at) + 1, at - error.doc.rfind("\n", 0, at))
        yield Hit("", f"The file is not complete JSON: {what}.", None, place)
    except ValueError as error:
        yield Hit("", f"The file is not JSON: {error}.", None, (1, 1))


def _slip(source: str, at: int, said: str) -> tuple[str, int]:
    """Say what may have slipped where JSON cannot go on, and at which character."""
    left, right = source[:at].rstrip(), source[at:].lstrip()
    if left.endswith(",") and right[:1] in {"]", "}"}:
        return "there is an extra comma before a closing bracket", len(left) - 1
    for pattern, message in _SLIPS:
        if re.search(pattern, f"{left[-1:]}\0{said}\0{right[:80]}"):
            return message, at
    return said[:1].lower() + said[1:], at


@check("FMT003", Level.ERROR, on=RawFile)
def keys_are_unique(raw: RawFile, _: Schemas) -> Iterator[Hit]:
    """No key occurs twice in one object.

    Why: programs keep one of the two values and silently drop the other.
    Fix: delete the wrong one.
    Example: {"label": "support", "label": "oppose"}
    """
    text = raw.data.decode("utf-8")
    if _keys_are_unique(text):
        return  # nearly always: do not look for the place of every value for nothing
    for pointer, place in canonical.positions(text)[1]:
        key = pointer.rpartition("/")[2]
        yield Hit(pointer, f"The key \u2018{key}\u2019 occurs twice.", None, place)


def _keys_are_unique(text: str) -> bool:
    counts = []

    def count(pairs: list[tuple[str, Any]]) -> None:
        counts.append(len(pairs) - len({key for key, _ in pairs}))

    json.loads(text, object_pairs_hook=count)
    return not any(counts)


@check("FMT004", Level.ERROR, on=RawFile)
def values_are_json(raw: RawFile, _: Schemas) -> Iterator[Hit]:
    """Numbers are finite, and text consists of whole characters.

    Why: NaN, Infinity and halves of surrogate pairs are not JSON; readers differ on
    them.
    Fix: use null for unknown values, and write the whole character.
    Example: {"lead_time_s": NaN}
    """
    yield from _odd_values(_plain(raw), "")


def _odd_values(value: Any, pointer: str) -> Iterator[Hit]:
    if isinstance(value, float) and value - value != 0:
        yield Hit(pointer, f"{value} is not a JSON number.")
    elif isinstance(value, str) and _HALF.search(value):
        yield Hit(pointer, "The text contains half of a surrogate pair.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _odd_values(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if _HALF.search(key):  # no pointer leads further
                yield Hit(pointer, "A key contains half of a surrogate pair.")
            else:
                yield from _odd_values(item, f"{pointer}/{canonical.escape(key)}")


@check("FMT005", Level.ERROR, on=RawFile)
def record_fits_schema(raw: RawFile, schemas: Schemas) -> Iterator[Hit]:
    """A record has the keys, types and labels that its schema defines.

    Why: the schema is the contract between annotators, tools and readers.
    Fix: correct the value named; docs/codebook.md explains the labels, and the file of
    the kind in schema/ lists the keys.
    Example: {"label": "opose"}
    """
    data = _plain(raw)
    if raw.kind == "annotation-set" and _has_quotes(data):
        message = (
            "This is a set with quotes: `standpoint import quoted` converts it to one with"
            " offsets."
        )
        yield Hit("", message, None, (1, 1))
        return
    for fault in schemas.explain(raw.kind, data):
        yield Hit(fault.pointer, fault.message)


def _has_quotes(value: Any) -> bool:
    """Tell whether words stand anywhere in place of offsets."""
    if isinstance(value, dict):
        is_quote = isinstance(value.get("quote"), str) and "digest" not in value
        return is_quote or any(map(_has_quotes, value.values()))
    return isinstance(value, list) and any(map(_has_quotes, value))


@check("FMT006", Level.ERROR, on=RawFile)
def file_is_canonical(raw: RawFile, _: Schemas) -> Iterator[Hit]:
    """A record file is written in canonical form.

    Why: if each record has only one form, a diff shows what changed and nothing else.
    Fix: run `standpoint fmt`.
    Example: keys in another order, tabs instead of spaces, 1.0 instead of 1.
    """
    try:
        record = msgspec.json.decode(raw.data, type=RECORD_TYPES[raw.kind])
    except msgspec.ValidationError as error:
        yield Hit("", f"A number is written in an unusual way: {error}.", None, (1, 1))
        return
    wanted, found = canonical.encode(record).split(b"\n"), raw.data.split(b"\n")
    pairs = enumerate(zip(wanted, found, strict=False), 1)
    line = next((n for n, (a, b) in pairs if a != b), min(len(wanted), len(found)))
    message = "The record is valid but not in canonical form."
    yield Hit("", message, None, (line, 1))


@check("FMT008", Level.ERROR, on=Place)
def file_has_its_place(place: Place, _: Any) -> Iterator[Hit]:
    """The record folders contain only record files, and no links.

    Why: a file that is never read looks as if it counted; a link can point to anything,
    and git does not show when its target changes.
    Fix: move the file away, name it like the other records of its kind, make it
    readable, or replace the link with the file.
    Example: annotations/some-document/notes.txt
    """
    if place.problem == "link":
        yield Hit("", "This is a link, or inside a linked folder.", None, (1, 1))
    elif place.problem == "unexpected":
        message = f"This file name is not allowed. Allowed in this folder: {_belongs(place.path)}."
        yield Hit("", message, None, (1, 1))
    elif place.problem == "unreadable":
        yield Hit("", "The file cannot be opened.", None, (1, 1))


def _belongs(path: str) -> str:
    """Say what lies in the folder of a file."""
    folder = path.rpartition("/")[0]
    if folder == "annotations":
        return "annotators.json, one folder per document, and <name>.jsonl or <name>.jsonl.zst"
    if folder.startswith("annotations/"):
        return "<annotator>.json"
    return "<id>.json"


@check("FMT009", Level.ERROR, on=Place)
def record_has_its_name(place: Place, _: Any) -> Iterator[Hit]:
    """The name of a record file matches the id in the record.

    Why: records refer to each other by id, and people find a record by its file name.
    Fix: rename the file, or correct the id in it. Do not copy another annotator's set.
    Example: a set with `"annotator": "b"` in the file a.json.
    """
    if place.named is not None and place.named != place.expected:
        message = (
            f"The id in the record (\u2018{place.named}\u2019) does not match the file name"
            f" (\u2018{place.expected}\u2019)."
        )
        yield Hit(_own_name(place.named, place.expected), message)


def _own_name(named: str, expected: str) -> str:
    """Return the pointer to what a record calls itself: in a set, to what differs."""
    document, _, who = named.partition("/")
    if not who:
        return "/id"
    if document != expected.partition("/")[0]:
        return "/document"
    return "/role" if who == ADJUDICATED else "/annotator"


@check("FMT010", Level.ERROR, on=Place)
def set_has_its_document(place: Place, _: Any) -> Iterator[Hit]:
    """Every folder of annotation sets belongs to a document of the corpus.

    Why: labels without a document describe nothing.
    Fix: add the document first, or correct the name of the folder.
    Example: annotations/no-such-document/a.json
    """
    if place.problem == "no_document":
        name = place.path.split("/")[1]
        message = f"The corpus has no document \u2018{name}\u2019."
        yield Hit("", message, None, (1, 1))


@check("FMT011", Level.ERROR, on=Place)
def file_is_there(place: Place, _: Any) -> Iterator[Hit]:
    """All registries exist.

    Why: every record refers to them; without them nothing can be checked or built.
    Fix: restore the file from version control.
    Example: corpus/actors.json was deleted.
    """
    if place.problem == "missing":
        yield Hit("", "This file is missing.", None, (1, 1))


@check("FMT012", Level.ERROR, on=Place)
def text_is_released(place: Place, _: Any) -> Iterator[Hit]:
    """The folder corpus/texts contains only texts of released documents.

    Why: git includes every file there, so a text that belongs to others would be
    published.
    Fix: move it to corpus/texts/private, which git ignores, and redo any commit that
    has it. To release a text, add its document first.
    Example: corpus/texts/released/copy-of-an-article.txt
    """
    name = place.path.rpartition("/")[2]
    if place.problem == "withheld":
        document = name.removesuffix(".txt")
        message = (
            f"The text of \u2018{document}\u2019 is withheld, but is in this folder."
        )
        yield Hit("", message, None, (1, 1))
    elif place.problem == "no_text":
        message = f"\u2018{name}\u2019 is not the text of a released document."
        yield Hit("", message, None, (1, 1))


@check("FMT013", Level.ERROR, on=Place)
def record_is_stored_once(place: Place, _: Any) -> Iterator[Hit]:
    """A record is stored once: in a file of its own, or on one line of a shared file.

    Why: nobody can tell which of two copies counts.
    Fix: delete the copy that is out of date.
    Example: annotations/some-document/a.json beside the same set in a file
    annotations/from-some-document.jsonl
    """
    if place.problem == "twice":
        yield Hit("", f"This record is also in {place.expected}.", None, (1, 1))


_STAGES: tuple[Check, ...] = (
    file_is_bounded,
    file_is_utf8,
    file_is_json,
    keys_are_unique,
    values_are_json,
    record_fits_schema,
    file_is_canonical,
)


def form(raw: RawFile, schemas: Schemas) -> list[Finding]:
    """Return what keeps a file from being JSON without doubt, whatever it holds."""
    for stage in _STAGES[: _STAGES.index(record_fits_schema)]:
        findings = list(islice(stage.findings(raw, schemas, raw.path), MAX_FINDINGS))
        if findings:
            return findings
    return []


def decode(raw: RawFile, schemas: Schemas) -> tuple[Any, list[Finding]]:
    """Turn the bytes of a record file into a record.

    Returns:
        The record, or None where there is none to be had; and what is wrong with the
        file, `MAX_FINDINGS` at most. A record in another than the canonical form is
        returned all the same.
    """
    record = _read(raw, schemas)
    encode = canonical.on_one_line if raw.is_line else canonical.encode
    if record is not None and encode(record) == raw.data:
        return record, []
    if raw.is_line:  # people read of it as of a file of its own
        raw = raw._replace(data=canonical.expanded(raw.data))
    for stage in _STAGES:
        findings = list(islice(stage.findings(raw, schemas, raw.path), MAX_FINDINGS))
        if findings:
            return (record if stage is file_is_canonical else None), findings
    raise AssertionError(f"no rule explains why {raw.path} is refused")


def _read(raw: RawFile, schemas: Schemas) -> Any:
    if len(raw.data) > MAX_BYTES or _has_many_values(raw.data):
        return None
    try:
        data = msgspec.json.decode(raw.data)
        if not schemas.is_valid(raw.kind, data):
            return None
        try:
            return msgspec.convert(data, RECORD_TYPES[raw.kind])
        except msgspec.ValidationError:  # for JSON Schema 1.0 is a whole number
            return msgspec.convert(_whole(data), RECORD_TYPES[raw.kind])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None


def judge(place: Place) -> Iterator[Finding]:
    """Yield what is wrong with where a file lies or what it is called."""
    yield from check_record(place, None, place.path)


def _whole(value: Any) -> Any:
    """Write whole numbers as such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return value
