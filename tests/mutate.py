"""Spoil valid records in every way that a hand, a tool or a disk may spoil them.

A mutant is a set of files that replace those of a valid checkout. It is a function of the
files and of a random generator, so that whoever knows both can make it again.
"""

import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

import msgspec

from standpoint.records.checkout import ACCEPTED, REGISTRIES, Checkout
from standpoint.records.text import line_digest, sha256, span_digest
from tests.conftest import DOCUMENT, TEXT, kind_of, written

FOLDER = "annotations/small-bridge-2031"
READER = f"{FOLDER}/reader-1.json"
MODEL = f"{FOLDER}/small-lm.json"
CUES = "schema/cues/en.json"
RECORDS = (READER, MODEL, DOCUMENT, CUES, *REGISTRIES.values(), ACCEPTED)

Files = dict[str, bytes]
Change = Callable[[Random, bytes], bytes]
Edit = Callable[[Random, Any, "Stock"], None]


class Mutant(NamedTuple):
    """A spoilt checkout.

    Attributes:
        family: How it was made: a key of `FAMILIES`, or `nasty`.
        how: The same in more detail, to be read in a report.
        files: Path to what it holds now; no others differ.
    """

    family: str
    how: str
    files: Files


class Stock(NamedTuple):
    """What mutations take from the corpus.

    Attributes:
        files: Path to the bytes of every file that may be spoilt.
        labels: Key of a record to the labels that the schema allows there.
        values: Key of a record to the values it has anywhere in the corpus.
    """

    files: Files
    labels: dict[str, list[str]]
    values: dict[str, list[Any]]


def stock_of(checkout: Checkout) -> Stock:
    """Read a valid checkout."""
    root = checkout.root
    texts = [TEXT] if (root / TEXT).is_file() else []
    files = {path: (root / path).read_bytes() for path in (*RECORDS, *texts)}
    labels: dict[str, list[str]] = {}
    for path in RECORDS:
        for key, name in labelled(checkout.schemas.schema(kind_of(path))):
            labels[key] = checkout.schemas.inventories[name].names
    values: dict[str, list[Any]] = {}
    for path in RECORDS:
        for parent, key in places(json.loads(files[path])):
            if isinstance(key, str):
                values.setdefault(key, []).append(parent[key])
    return Stock(files, labels, values)


def labelled(schema: Any) -> Iterator[tuple[str, str]]:
    """Yield key and name of the list of labels, wherever a schema refers to one."""
    if isinstance(schema, list):
        for item in schema:
            yield from labelled(item)
    if not isinstance(schema, dict):
        return
    for key, value in schema.get("properties", {}).items():
        if found := re.search(r"labels\.schema\.json#/\$defs/(\w+)", json.dumps(value)):
            yield key, found.group(1)
    for value in schema.values():
        yield from labelled(value)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return what holds each value, and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [data]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        found += [(holder, key) for key in keys]
        waiting += [holder[k] for k in keys if isinstance(holder[k], dict | list)]
    return found


# bytes


def _flip(rng: Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _stretch(rng: Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + rng.choice([1, 2, 7, 40, 400]))


def _cut(rng: Random, data: bytes) -> bytes:
    start, end = _stretch(rng, data)
    return data[:start] + data[end:]


def _cut_off(rng: Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def _double(rng: Random, data: bytes) -> bytes:
    start, end = _stretch(rng, data)
    return data[:end] + data[start:end] * rng.choice([1, 2, 50]) + data[end:]


def _shuffle(rng: Random, data: bytes) -> bytes:
    start, end = _stretch(rng, data)
    rest = data[:start] + data[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


STRAY_BYTES = (
    b"\0", b"\xff", b"\xc3", b"\xe2\x82", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
    b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8",
    b'"', b"\\", b"{", b"]", b",", b":", b"\xf0\x9f\x98\xa0",
)  # fmt: skip
"""What is no UTF-8, what is a mark or a control, and what JSON is made of."""


def _insert(rng: Random, data: bytes) -> bytes:
    at = rng.choice([0, len(data), rng.randrange(len(data) + 1)])
    new = rng.choice([*STRAY_BYTES, rng.randbytes(rng.randrange(1, 9))])
    return data[:at] + new + data[at:]


def _recode(rng: Random, data: bytes) -> bytes:
    codec = rng.choice(["utf-16", "utf-16-le", "utf-32", "cp037", "utf-7", "utf-8-sig"])
    return data.decode("utf-8").encode(codec, "replace")


def _other_ends(rng: Random, data: bytes) -> bytes:
    return data.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\n", b"\n\r", b""]))


BYTES: tuple[Change, ...] = (
    _flip, _cut, _cut_off, _double, _shuffle, _insert, _insert, _recode, _other_ends,
)  # fmt: skip


# JSON text

_SCALAR = re.compile(r'"(?:[^"\\\n]|\\.)*"(?!\s*:)|-?\d[\d.]*|\b(?:true|false|null)\b')
_NUMBER = re.compile(r"(?<=[ \[])\d+(?=[\],\n])")
_MEMBER = re.compile(r'"[^"\n]*": [^\n{\[]*[^\n{\[,]')
_WORDS = re.compile(r'(?<=")[^"\\\n]+(?=")')

NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "1E400", "0.1", "1.0",
    "1e2", "-0", "-0.0", "01", "+1", "0x10", ".5", "5.", "1_000", "2147483647",
    "2147483648", "-2147483649", "9007199254740993", "9223372036854775808",
    "18446744073709551616", "9" * 40, "9" * 400, "9" * 4300, "9" * 5000, "0." + "3" * 400,
)  # fmt: skip
"""Numbers as they may be written: some are JSON, few are right."""

TOKENS = (
    '"\\ud800"', '"\\udc00\\ud800"', '"a\\ud83d"', '"\\ud83d\\ude20"', '"\\u0000"',
    '"\\q"', '"\\u12"', "'single'", "True", "None", "undefined", "/* none */ null",
    "null // none", "# none", "", "{}", "[]", "[[]]", '{"__proto__": 1}', '{"": ""}',
    '{"a": 1, "a": 2}', "[1, 2, 3,]", "\ufeff1", "$ref", "<!-- -->", "--",
)  # fmt: skip
"""What may stand where a value is expected."""


def _nested(rng: Random) -> str:
    depth = rng.choice([2, 40, 62, 63, 64, 65, 200, 2000, 100_000])
    left, right = rng.choice([("[", "]"), ('{"a":', "}"), ('[{"b":', "}]")])
    inner = "1" if "{" in left else ""
    return left * depth + inner + right * rng.choice([depth, depth, 0])


def _new_token(rng: Random, text: str) -> str:
    new = rng.choice([rng.choice(NUMBERS), rng.choice(TOKENS), _nested(rng)])
    return _replaced(rng, _SCALAR, text, lambda _: new)


def _replaced(
    rng: Random, pattern: re.Pattern[str], text: str, make: Callable[[str], str]
) -> str:
    """Replace one of the places that a pattern finds."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = rng.choice(found)
    return text[: one.start()] + make(one.group()) + text[one.end() :]


def _other_number(rng: Random, text: str) -> str:
    forms = ["{}.0", "{}e0", "{}E+0", "0{}", "-{}", "{}.", "{}.5", "{}0e-1", " {} "]
    return _replaced(rng, _NUMBER, text, rng.choice(forms).format)


def _key_twice(rng: Random, text: str) -> str:
    return _replaced(rng, _MEMBER, text, lambda member: f"{member},\n {member}")


def _escaped(rng: Random, text: str) -> str:
    def escape(word: str) -> str:
        at = rng.randrange(len(word))
        new = "".join(f"\\u{ord(c):04x}" for c in word[at] if ord(c) < 0x10000)
        return word[:at] + new + word[at + 1 :]

    return _replaced(rng, _WORDS, text, escape)


def _new_word(rng: Random, text: str) -> str:
    new = json.dumps(rng.choice(STRINGS))[1:-1]
    return _replaced(rng, _WORDS, text, lambda _: new)


def _comment(rng: Random, text: str) -> str:
    new = rng.choice(["// a remark\n", "/* a remark */", "# a remark\n", "<!-- -->"])
    return _replaced(rng, re.compile(r"\n *"), text, lambda space: space + new)


def _comma(rng: Random, text: str) -> str:
    change = rng.choice([("\n *[\\]}]", ",{}"), (",", ""), (",", ",,"), (":", "=")])
    return _replaced(rng, re.compile(change[0]), text, change[1].format)


def _respelt(rng: Random, text: str) -> str:
    """Write the same data in another way."""
    data = json.loads(text)
    ways: list[dict[str, Any]] = [
        {"indent": 4},
        {"indent": None},
        {"sort_keys": True, "indent": 2},
        {"separators": (",", ":")},
        {"ensure_ascii": True, "indent": 2},
    ]
    return json.dumps(data, **{"ensure_ascii": False, **rng.choice(ways)}) + "\n"


SPELLINGS: tuple[Callable[[Random, str], str], ...] = (
    _new_token, _new_token, _new_token, _other_number, _other_number, _key_twice, _escaped,
    _new_word, _comment, _comma, _respelt,
)  # fmt: skip


# values

STRINGS = (
    "", " ", "\t", "\n", "a\nb", "\r\n", "\0", "a\0b", "\x1b[2J", "\x7f", "\x85",
    "\u2028", "\u200b", "\ufeff", "\u00a0", "\u202egnp.exe", "\u2066a\u2069", "\ufffe",
    "e\u0301", "\u0301", "a" + "\u0301" * 300, "\u0130", "\u00df", "\ufb03", "\ufdfa",
    "\u0660\u0661", "\U0001f620", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1f8\U0001f1fe", "\U00010400\U00010428", "\U0010ffff", "\U000e0041",
    "\u05e9\u05dc\u05d5\u05dd", "\u0633\u0644\u0627\u0645 abc", "\ud800", "a\udfffb",
    "a" * 79, "a" * 81, "a" * 401, "a" * 5000, "ab " * 3000, "-" * 3000, "\u4e2d" * 700,
    "../../x", "/etc/passwd", "C:\\x", "NIL:", "NIL:x", "nil", "null", "None", "NaN",
    "true", "0", "-1", "1e9", "2031-02-30", "0000-01-01", "9999-12-31", "2031-13-01",
    "2031-05-05T09:00:00Z", "2031-05-05T25:00:00Z", "0001-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z", "2031-05-05T09:00:00+23:59", "a@b.org", "http://x",
    "https://\u4e2d.example/?q=1#a", "http://localhost/a", "file:///a", "https://[",
    "__proto__", "constructor", "<script>", "{{ a }}", "%s %n {0}", "---", "--- a: b",
    "| a | b |", "`a`", "[a](b)", "# a", "> a", "&amp;", "'", '"', "\\", "a: b", "*a",
    "!!python/object", "=1+1", "s01", "x99", "s999", "c01", "m01", "e1", "en", "und", "zz",
    "0.1", "0.0.0", "99.99.99", "json", "text", "parquet", "registry", "a" * 64, "0" * 64,
    "f" * 16,
)  # fmt: skip
"""Strings that something may stumble over, and some that may even be right."""

EXTREMES = (
    0, 1, -1, 2, 544, 545, 2**31 - 1, 2**31, 10**7, 10**8, 10**8 + 1, 2**53 + 1,
    2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 0.5, -0.0, 1e308, 1e-308, 3.0,
)  # fmt: skip

OTHER_KINDS: tuple[Any, ...] = (
    None, True, False, 0, "", "a", [], {}, [[]], [None], {"a": None}, {"": []}, [0, 0, 0],
)  # fmt: skip


def _pick(rng: Random, data: Any, kind: Any = object) -> tuple[Any, Any]:
    """Return the place of a value of some kind; the root holds one in any case."""
    found = [(p, k) for p, k in places(data) if isinstance(p[k], kind)]
    return rng.choice(found or places(data))


def _of_another_kind(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data)
    parent[key] = rng.choice(OTHER_KINDS)


def _null(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data)
    parent[key] = None


def _extreme(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data, int)
    parent[key] = rng.choice(EXTREMES)


def _strange(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data, str)
    parent[key] = rng.choice(STRINGS)


FREE = frozenset({
    "access", "author", "basis", "cluster", "declared_alignment", "description",
    "distancing", "event_time", "hedges", "holder", "homepage", "licence", "model", "name",
    "normalised", "note", "notes", "numbers", "policy", "rating", "reason", "reporting",
    "run", "source_file", "text", "title", "tool", "url", "version",
})  # fmt: skip
"""Keys whose values are words, not names of something else."""


def _free_words(rng: Random, data: Any, _: Stock) -> None:
    """Put strange words where words may be, alone or among those that are there."""
    found = [(p, k) for p, k in places(data) if k in FREE and p[k] is not None]
    parent, key = rng.choice(found or places(data))
    if isinstance(parent[key], list) and parent[key]:
        parent, key = parent[key], rng.randrange(len(parent[key]))
    if isinstance(parent[key], str):
        new = rng.choice(STRINGS)
        parent[key] = rng.choice([new, f"{parent[key]}{new}", f"{new} {parent[key]}"])


def _other_label(rng: Random, data: Any, stock: Stock) -> None:
    """Take another label that the schema allows there."""
    found = [(p, k) for p, k in places(data) if k in stock.labels]
    if found:
        parent, key = rng.choice(found)
        new = rng.choice(stock.labels[key])
        parent[key] = [new] if isinstance(parent[key], list) else new


def _known_value(rng: Random, data: Any, stock: Stock) -> None:
    """Take a value that stands under the same key elsewhere in the corpus."""
    found = [(p, k) for p, k in places(data) if k in stock.values]
    parent, key = rng.choice(found)
    parent[key] = _copy(rng.choice(stock.values[key]))


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


VALUES: tuple[Edit, ...] = (
    _of_another_kind, _null, _extreme, _strange, _free_words, _free_words, _free_words,
    _other_label, _other_label, _other_label, _known_value, _known_value,
)  # fmt: skip


# structure


def _drop(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data)
    del parent[key]


def _drop_item(rng: Random, data: Any, _: Stock) -> None:
    found = [(p, k) for p, k in places(data) if isinstance(p, list)]
    if found:
        parent, key = rng.choice(found)
        del parent[key]


def _empty(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data, list | dict)
    if isinstance(parent[key], list | dict):
        parent[key].clear()


def _repeat(rng: Random, data: Any, _: Stock) -> None:
    """Let an item, or a member under another key, stand again."""
    parent, key = _pick(rng, data)
    if isinstance(parent, dict):
        parent[rng.choice([f"{key}_2", key.upper(), "x", ""])] = _copy(parent[key])
    else:
        copies = rng.choice([1, 1, 2, 30])
        parent[key:key] = [_copy(parent[key]) for _ in range(copies)]


def _swap(rng: Random, data: Any, _: Stock) -> None:
    """Let two values of the same holder change places."""
    parent, key = _pick(rng, data)
    other = rng.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    parent[key], parent[other] = parent[other], parent[key]


def _turn(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data, list)
    if isinstance(parent[key], list):
        rng.choice([parent[key].reverse, lambda: rng.shuffle(parent[key])])()


def _move(rng: Random, data: Any, _: Stock) -> None:
    """Take a value from its place and put it where another is."""
    parent, key = _pick(rng, data)
    value = _copy(parent[key])
    del parent[key]
    if not places(data):
        return
    parent, key = _pick(rng, data)
    if isinstance(parent, list):
        parent.insert(key, value)
    else:
        parent[key] = value


def _rename_key(rng: Random, data: Any, _: Stock) -> None:
    parent, key = _pick(rng, data, object)
    if isinstance(parent, dict):
        new = rng.choice([key[:-1], f"{key} ", key.title(), rng.choice(STRINGS), "id"])
        parent[new] = parent.pop(key)


def _is_id(key: Any, value: Any) -> bool:
    return isinstance(value, str) and key not in FREE and " " not in value


def _dangle(rng: Random, data: Any, _: Stock) -> None:
    """Let a name lead to nothing."""
    found = [(p, k) for p, k in places(data) if _is_id(k, p[k])]
    if found:
        parent, key = rng.choice(found)
        parent[key] = rng.choice(
            [parent[key] + "-2", parent[key][:-1], "no-such-thing"]
        )


def _collide(rng: Random, data: Any, _: Stock) -> None:
    """Give one thing the name of another."""
    found = [(p, k) for p, k in places(data) if k == "id"]
    if found:
        (parent, key), (other, _key) = rng.choice(found), rng.choice(found)
        parent[key] = other[key]


def _spans(data: Any) -> list[Any]:
    """Return everything that has a start and an end."""
    held = [p[k] for p, k in places(data)]
    return [v for v in held if isinstance(v, dict) and {"start", "end"} <= v.keys()]


def _shift(rng: Random, data: Any, _: Stock) -> None:
    """Move the ends of a span: apart, past each other, or beyond the text."""
    found = _spans(data)
    if not found:
        return
    span = rng.choice(found)
    start, end = span["start"], span["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        return
    by = rng.choice([-600, -40, -1, 1, 2, 40, 600, 10**6])
    span["start"], span["end"] = rng.choice([
        (end, start), (start, start), (start + by, end), (start, end + by),
        (start + by, end + by), (0, 10**8), (start, 545),
    ])  # fmt: skip


STRUCTURE: tuple[Edit, ...] = (
    _drop, _drop_item, _drop_item, _empty, _repeat, _swap, _turn, _move, _rename_key,
    _dangle, _collide, _shift, _shift,
)  # fmt: skip


# what stays whole: texts and names change together with all that depends on them

LETTERS = (
    "\u00e9\u0130\u00df\ufb03\u03a3\u0434\u05e9\u0633\u4e2d\u0e01\u1e9e\u01c6"
    "\U00010400\U0001d54f\U00020000\u0661"
)
"""Letters and a digit of many scripts, some of which change length with their case."""

MARKS = (
    "\u0301\u200b\u200d\u00a0\u202e\u2066\u00ad\ufeff\U0001f620\ufe0f\U000e0041\0\x1b\x85"
    "\u2028\t\x0b\x1f\ufffd\uffff"
)
"""What is no letter: marks, joiners, directions, controls, blanks."""


def _new_text(rng: Random, text: str) -> str:
    letters = [at for at, c in enumerate(text) if c.isalpha() and c not in "\u00a9"]
    chars = list(text)
    pool = LETTERS if rng.random() < 0.8 else MARKS + LETTERS
    for at in rng.sample(letters, rng.choice([1, 1, 3, 20, len(letters)])):
        chars[at] = rng.choice(pool)
    return "".join(chars)


def _other_text(rng: Random, stock: Stock) -> Files:
    """Write the text in other letters, and prove every span and line of it again."""
    old = stock.files[TEXT].decode("utf-8")
    return reproved(stock, _new_text(rng, old))


def reproved(stock: Stock, text: str) -> Files:
    """Give the document another text of the same length, and mend all digests."""
    raw = text.encode("utf-8")
    digest = sha256(raw)
    document = json.loads(stock.files[DOCUMENT])
    document["text"]["sha256"] = digest
    for segment in document["segments"]:
        for line in segment["paragraphs"]:
            line["digest"] = line_digest(text, line["start"], line["end"])
    files = {TEXT: raw, DOCUMENT: spelt(DOCUMENT, document)}
    for path in (READER, MODEL):
        data = json.loads(stock.files[path])
        data["text_sha256"] = digest
        for span in _spans(data):
            _prove(span, text)
        files[path] = spelt(path, data)
    return files


def _prove(span: Any, text: str) -> None:
    start, end = span["start"], span["end"]
    span["digest"] = span_digest(text, start, end)


def _moved_span(rng: Random, stock: Stock) -> Files:
    """Lay spans elsewhere, each with its right digest."""
    path = rng.choice([READER, MODEL, MODEL, MODEL])
    data = json.loads(stock.files[path])
    text = small_text(stock)
    for _ in range(rng.choice([1, 1, 3])):
        span = rng.choice(_spans(data))
        start = rng.choice([span["start"], rng.randrange(len(text))])
        end = start + rng.choice([0, 1, 5, 14, 60, span["end"] - span["start"]])
        span["start"], span["end"] = start, min(end, len(text))
        _prove(span, text)
    return {path: spelt(path, data)}


def small_text(stock: Stock) -> str:
    """Return the text; where it is withheld, one as long, as nobody can prove."""
    return stock.files.get(TEXT, b"a" * 544).decode("utf-8")


NAMES = ("x", "a-b_c", "0", "json", "s01", "nil", "a" * 80, "a" * 81, "A", "\u00e9", "")


def _other_name(rng: Random, stock: Stock) -> Files:
    """Call one thing something else, everywhere."""
    ids = sorted({v for v in stock.values["id"] if isinstance(v, str)})
    old, new = rng.choice(ids), rng.choice([*NAMES, rng.choice(ids)])

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {renamed(key): renamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [renamed(item) for item in value]
        return new if value == old else value

    files = {}
    for path in RECORDS:
        data = json.loads(stock.files[path])
        if renamed(data) != data:
            files[path] = spelt(path, renamed(data))
    return files


def _two_files(rng: Random, stock: Stock) -> Files:
    """Edit two records at once."""
    files: Files = {}
    for path in rng.sample(RECORDS, 2):
        files |= edited(rng, stock, path, rng.choice(VALUES[4:]))
    return files


def edited(rng: Random, stock: Stock, path: str, *edits: Edit) -> Files:
    """Edit the record of a file."""
    data = json.loads(stock.files[path])
    for edit in edits:
        if places(data):
            edit(rng, data, stock)
    return {path: spelt(path, data)}


def spelt(path: str, data: Any) -> bytes:
    """Write data as its record is written; what no record can hold, as JSON can."""
    try:
        return written(path, data)
    except (msgspec.MsgspecError, OverflowError, ValueError):
        return json.dumps(data, indent=2).encode("utf-8") + b"\n"


# all of it

Family = Callable[[Random, Stock], tuple[str, Files]]

_SHARES = {READER: 1, MODEL: 7, DOCUMENT: 6, TEXT: 2}
"""Path to how often it is taken; others four times. The largest takes most time."""


def _path(rng: Random, stock: Stock) -> str:
    paths = list(stock.files)
    return rng.choices(paths, [_SHARES.get(path, 4) for path in paths])[0]


def _record(rng: Random, stock: Stock) -> str:
    return _path(rng, stock._replace(files={p: stock.files[p] for p in RECORDS}))


def _bytes(rng: Random, stock: Stock) -> tuple[str, Files]:
    path = _path(rng, stock)
    data, done = stock.files[path], []
    for _ in range(rng.choice([1, 1, 2])):
        change = rng.choice(BYTES)
        try:
            data = change(rng, data) if data else data
        except UnicodeDecodeError:
            continue  # an earlier change left nothing that could be written otherwise
        done.append(change.__name__)
    return f"{path}: {' '.join(done)}", {path: data}


def _spelling(rng: Random, stock: Stock) -> tuple[str, Files]:
    path = _record(rng, stock)
    spell = rng.choice(SPELLINGS)
    text = spell(rng, stock.files[path].decode("utf-8"))
    return f"{path}: {spell.__name__}", {path: text.encode("utf-8")}


def _edits(rng: Random, stock: Stock, pool: tuple[Edit, ...]) -> tuple[str, Files]:
    path = _record(rng, stock)
    edits = [rng.choice(pool) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    names = " ".join(edit.__name__ for edit in edits)
    return f"{path}: {names}", edited(rng, stock, path, *edits)


def _values(rng: Random, stock: Stock) -> tuple[str, Files]:
    return _edits(rng, stock, VALUES)


def _structure(rng: Random, stock: Stock) -> tuple[str, Files]:
    return _edits(rng, stock, STRUCTURE)


def _together(rng: Random, stock: Stock) -> tuple[str, Files]:
    makers = [_moved_span, _other_name, _two_files]
    make = rng.choice([*makers, _other_text] if TEXT in stock.files else makers)
    return make.__name__, make(rng, stock)


FAMILIES: dict[str, Family] = {
    "bytes": _bytes,
    "spelling": _spelling,
    "values": _values,
    "structure": _structure,
    "together": _together,
}
"""Name to a function that makes a mutant."""

_WEIGHTS = (6, 6, 5, 5, 2)


def mutant(rng: Random, stock: Stock) -> Mutant:
    """Make a mutant; the same generator makes the same one."""
    family = rng.choices(list(FAMILIES), _WEIGHTS)[0]
    how, files = FAMILIES[family](rng, stock)
    return Mutant(family, how, files)


# files that are nasty whatever the record

Spoil = Callable[[bytes], bytes]


def _grown(data: bytes, n: int) -> bytes:
    """Let the items of every list of a record stand many times."""
    text = json.loads(data)
    for parent, key in places(text):
        if isinstance(parent[key], list) and parent[key]:
            items = parent[key]
            parent[key] = (items * (n // len(items) + 1))[:n]
            break
    return json.dumps(text, indent=2, ensure_ascii=False).encode("utf-8") + b"\n"


def _with_keys(data: bytes, n: int) -> bytes:
    text = json.loads(data)
    for parent, key in [(text, key) for key in text]:
        if isinstance(parent[key], dict | list):
            parent[key] = {f"k{i}": i for i in range(n)}
    return json.dumps(text).encode("utf-8")


def _lists_of(data: bytes, item: Any, n: int) -> bytes:
    """Put the same thing into every list, very often."""
    text = json.loads(data)
    for parent, key in places(text):
        if isinstance(parent[key], list):
            parent[key] = [item] * n
    return json.dumps(text).encode("utf-8")


def _long_strings(data: bytes, word: str) -> bytes:
    text = json.loads(data)
    for parent, key in places(text):
        if isinstance(parent[key], str):
            parent[key] = word
    return json.dumps(text).encode("utf-8")


LONG = 200_000
"""Characters of a long file: enough that what takes their square never ends."""

NASTY_FILES: dict[str, bytes] = {
    "empty": b"",
    "one blank": b" ",
    "only NUL": b"\0" * 100,
    "quotes": b'"' * (LONG + 1),
    "open quotes": b'"' + b'\\"' * LONG,
    "backslashes": b'"' + b"\\" * LONG,
    "commas": b"[" + b"," * LONG,
    "one digit": b"9" * LONG,
    "minus": b"-" * LONG,
    "one word": b'"' + b"a" * LONG + b'"',
    "marks": b'"' + "\u0301".encode() * LONG + b'"',
    "open brackets": b"[" * LONG,
    "closed brackets": b"]" * LONG,
    "open objects": b'{"":' * LONG,
    "64 levels": b"[" * 64 + b"]" * 64,
    "65 levels": b"[" * 65 + b"]" * 65,
    "numbers": b"[" + b"1," * (LONG // 5) + b"1]",
    "numbers in lines": b"[\n" + b" 1,\n" * (LONG // 8) + b"1\n]",
    "odd keys": b'{"\\ud800": NaN, "a\\nb": Infinity, "": 1e999, "~/": "\\udfff"}',
    "odd keys twice": b'{"\\ud800": 1, "\\ud800": 2, "a\\nb": 1, "a\\u000ab": 2}',
    "one key": b"{" + b'"a": 1,' * 5_000 + b'"a": 1}',
}
"""Name to a file that is as nasty whatever it takes the place of."""

NASTY_FORMS: dict[str, Spoil] = {
    "NUL behind": lambda data: data + b"\0",
    "mark before": lambda data: b"\xef\xbb\xbf" + data,
    "mark inside": lambda data: data.replace(b" ", b"\xef\xbb\xbf ", 1),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without mark": lambda data: data.decode().encode("utf-16-le"),
    "Latin-1": lambda data: data.replace(b"e", b"\xe9"),
    "no line break": lambda data: data.rstrip(b"\n"),
    "two line breaks": lambda data: data + b"\n",
    "twice": lambda data: data + data,
    "blanks behind": lambda data: data + b" " * LONG,
    "line breaks before": lambda data: b"\n" * LONG + data,
    "in a list": lambda data: b"[" + data + b"]",
    "in a string": lambda data: json.dumps(data.decode()).encode(),
}
"""Name to a function of the bytes of any valid file."""

NASTY_RECORDS: dict[str, Spoil] = {
    "levels inside": lambda data: data.replace(b"null", b"[" * 63 + b"]" * 63),
    "3,000 keys": lambda data: _with_keys(data, 3_000),
    "lists of 2,000 objects": lambda data: _lists_of(data, {"a": 1}, 2_000),
    "lists of 300 nulls": lambda data: _lists_of(data, None, 300),
    "lists of 300 words": lambda data: _lists_of(data, "aaaa", 300),
    "a list of 300 items": lambda data: _grown(data, 300),
    "long words": lambda data: _long_strings(data, "a" * 5_000),
    "long names": lambda data: _long_strings(data, "a-" * 2_500 + "!"),
    "long blanks": lambda data: _long_strings(data, " " * 5_000 + "."),
    "long addresses": lambda data: _long_strings(data, "a." * 2_500 + "@"),
}
"""Name to a function of the bytes of a valid record."""


def nasty(stock: Stock) -> Iterator[Mutant]:
    """Yield every nasty file in the place of every file it is meant for."""
    for name, data in NASTY_FILES.items():
        for path in (DOCUMENT, REGISTRIES["dataset"], TEXT):
            yield Mutant("nasty", f"{path}: {name}", {path: data})
    path = REGISTRIES["dataset"]
    yield Mutant("nasty", f"{path}: above the limit", {path: b" " * 32_000_001})
    for path, valid in stock.files.items():
        for name, spoil in (NASTY_FORMS | NASTY_RECORDS).items():
            if path != TEXT or name in NASTY_FORMS:
                yield Mutant("nasty", f"{path}: {name}", {path: spoil(valid)})
