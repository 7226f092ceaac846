"""What changed in records, value by value, and what of it a maintainer has to look at.

A table says which changes are risks. All other changes are shown too, further down.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from standpoint.diff.records import LISTS, Leaf, leaves, numbered
from standpoint.diff.revision import SCHEMA, Side, kind_of
from standpoint.diff.section import MISSING, Section, named, shown
from standpoint.records.checkout import RELEASED_TEXTS
from standpoint.records.vocabulary import KEY

TITLE = "High risk: look at these first"


class Risk(Enum):
    """What a maintainer has to look at, gravest first: what it is called, and why."""

    RELEASED = "text released", "A text becomes public. This cannot be undone."
    WITHHELD = "text withheld", "A public text is withheld; git still has it."
    RIGHTS = "rights", "The rights to a text."
    ACCEPTS = "accepted finding", "An error or warning will no longer be reported."
    DELETED = "deleted", "A document, a set, or a segment of one was removed."
    REPLACED = "set replaced", "Most of what the set marked is no longer marked in it."
    KEY = "key", "A key alone decides the labels of its document."
    POPULATION = "population", "Who decides: a key, else people, else language models."
    EMPTY = (
        "empty set",
        "The set covers all and marks nothing: it votes against all items.",
    )
    JUDGE = "annotator", "Who or what judged, in sets that are already there."
    READING = "reading", "How a set was made, or what it covers."
    LEDGER = "splits", "A document changes its split or group; models may know it."
    TEXT = "text changed", "Offsets and labels refer to the text as it was."
    SEGMENT = "judged text", "Annotators judged the text under the old description."
    MEANING = "label meaning", "Labels were given under the old definition."
    SCHEMA = "schema", "What a record may hold."
    RULE = "rule", "The code that counts votes. Both sides are counted by the new code."
    DATASET = (
        "dataset",
        "Its name, licences or default panel; or its version goes down.",
    )
    REGISTRY = "registry", "An entry was removed, or has another kind or `fictional`."

    def __init__(self, title: str, why: str) -> None:
        self.title = title
        self.why = why


MOST = 60
"""Rows of a table of changes."""

RULES = ("src/standpoint/resolve/",)
"""Code by which votes are counted."""


class Noted(NamedTuple):
    """A change that is shown with both sides.

    Attributes:
        risk: Which risk it is, or None.
        what: What changed.
        before: What it was.
        after: What it is.
        which: Where.
    """

    risk: Risk | None
    what: str
    before: str
    after: str
    which: str


class _Rule(NamedTuple):
    """Says which changes are a risk.

    Attributes:
        kind: Kind of record.
        name: Pattern of the keys that lead to the value, with slashes.
        risk: Which risk it is.
        condition: Which changes of the value are one; by default all but a new order.
    """

    kind: str
    name: str
    risk: Risk
    condition: Callable[[Leaf], bool] = lambda leaf: not leaf.n_moved


def _removed(leaf: Leaf) -> bool:
    return leaf.is_gone


def _not_removed(leaf: Leaf) -> bool:
    return not leaf.is_gone and not leaf.n_moved


def _not_added(leaf: Leaf) -> bool:
    return not leaf.is_new and not leaf.n_moved


def _lowered(leaf: Leaf) -> bool:
    """Tell whether a version goes down."""
    if leaf.is_new or leaf.is_gone:
        return False
    before, after = (
        tuple(map(int, re.findall("[0-9]+", str(value))))
        for value in (leaf.before, leaf.after)
    )
    return after < before


_RULES = (
    _Rule("document", "rights/.*", Risk.RIGHTS),
    _Rule("document", "text/.*", Risk.TEXT),
    _Rule("document", "segments", Risk.DELETED, _removed),
    _Rule("document", "kind|panel|publisher|languages", Risk.SEGMENT),
    _Rule(
        "document",
        "segments(/(kind|start|end|outlet|author|published.*|reposted.*|language|genre"
        "|topic_relevance|relation_to_parent))?",
        Risk.SEGMENT,
    ),
    _Rule("annotation-set", "segments", Risk.DELETED, _removed),
    _Rule("annotation-set", "segments/coverage/.*", Risk.READING),
    _Rule(
        "annotation-set", "role|guidelines|saw_suggestions|text_sha256", Risk.READING
    ),
    _Rule(
        "annotators",
        "annotators(/(kind|model|version|run))?",
        Risk.JUDGE,
        _not_added,
    ),
    _Rule("outlets", "outlets", Risk.REGISTRY, _removed),
    _Rule("outlets", "outlets/fictional", Risk.REGISTRY),
    _Rule("actors", "actors", Risk.REGISTRY, _removed),
    _Rule("actors", "actors/(fictional|kind)", Risk.REGISTRY),
    _Rule("panels", "panels(/targets)?", Risk.REGISTRY, _removed),
    _Rule("panels", "panels/.*(title|description|kind)", Risk.MEANING),
    _Rule("splits", "policy|documents(/.*)?|groups", Risk.LEDGER, _not_added),
    _Rule("dataset", "name|licences/.*|default_panel", Risk.DATASET),
    _Rule("dataset", "version", Risk.DATASET, _lowered),
    _Rule("accepted", ".*", Risk.ACCEPTS, _not_removed),
    _Rule("labels", ".*", Risk.MEANING),
    _Rule("schema", ".*", Risk.SCHEMA),
)


def _risk(kind: str, leaf: Leaf, *, has_sets: bool) -> Risk | None:
    """Return which risk a change is; None for none."""
    name = "/".join(leaf.name)
    # What nobody has judged yet may be described anew.
    unjudged = set() if has_sets else {Risk.SEGMENT, Risk.TEXT}
    return next(
        (
            rule.risk
            for rule in _RULES
            if rule.kind == kind
            and re.fullmatch(rule.name, name)
            and rule.condition(leaf)
            and rule.risk not in unjudged
        ),
        None,
    )


def noted(paths: Iterable[str], before: Side, after: Side) -> Iterator[Noted]:
    """Yield what changed in files: values of records, sets, texts, code.

    Args:
        paths: Files that changed.
        before: The corpus before.
        after: The corpus after.
    """
    rules = [path for path in paths if path.startswith(RULES)]
    for path in rules:
        yield Noted(Risk.RULE, "code", "", "changed", path)
    for path in paths:
        kind = _kind(path)
        if kind is not None:
            records = _records(path, kind, (before, after))
            if any(records):
                yield from _of_record(path, kind, records, (before, after))
        elif path.startswith(f"{RELEASED_TEXTS}/"):
            yield from _of_text(path, before, after)


def _records(path: str, kind: str, sides: tuple[Side, Side]) -> tuple[Any, Any]:
    """Return a record before and after; nothing of either if one cannot be compared.

    The table of files names what cannot be read. The values of a plain registry can be
    compared anyway: its form may have changed with the schema.
    """
    one, other = (side.record(path) for side in sides)
    if all(
        r or not side.checkout.holds(path)
        for r, side in zip((one, other), sides, strict=True)
    ):
        return one, other
    one, other = (side.checkout.data(path) for side in sides)
    is_plain = kind in _PLAIN and isinstance(one, dict) and isinstance(other, dict)
    return (one, other) if is_plain else (None, None)


_PLAIN = ("dataset", "actors", "outlets", "panels", "annotators", "cues")
"""Kinds of records of which any values can be compared."""


def _kind(path: str) -> str | None:
    kind = kind_of(path)
    if kind is None and path.startswith(SCHEMA) and path.endswith(".schema.json"):
        return "labels" if path == f"{SCHEMA}labels.schema.json" else "schema"
    return kind


def _of_record(
    path: str, kind: str, records: tuple[Any, Any], sides: tuple[Side, Side]
) -> Iterator[Noted]:
    """Yield what changed in the record of a file."""
    before, after = sides
    name = _name(path)
    if kind == "annotation-set":
        yield from _of_set(name, *records)
        return
    document = name if kind == "document" else ""
    has_sets = bool(document in before.documents and before.checkout.sets_of(document))
    if kind == "document":
        yield from _of_document(name, records, _text_of(name) in after.texts)
    if None not in records or kind == "accepted":
        shape = _SHAPES.get(kind, lambda record: record)
        shaped = [shape(record or {}) for record in records]
        for leaf in leaves(*shaped):
            if kind == "document" and leaf.name[-1] in _DERIVED:
                continue
            yield _of_leaf(kind, name, leaf, has_sets=has_sets)


_DERIVED = {"text_release", "zones", "sentences", "paragraphs"}
"""Of a document: what has a row of its own, and what follows from the text."""


def _of_leaf(kind: str, name: str, leaf: Leaf, *, has_sets: bool) -> Noted:
    risk = _risk(kind, leaf, has_sets=has_sets)
    where = "/".join((name, *leaf.ids))
    what = "/".join(
        (_CALLED.get(kind, kind), *(key for key in leaf.name if key not in _LISTS))
    )
    if leaf.n_moved:
        return Noted(None, what, "", "in another order", where)
    before, after = leaf.before, leaf.after
    if before is MISSING and isinstance(after, dict):
        after = _summary(kind, after) if risk else "new"
    if after is MISSING and isinstance(before, dict):
        before = _summary(kind, before)
    return Noted(risk, what, *shown(before, after), where)


_LISTS = {
    *("segments", "actors", "outlets", "panels", "annotators", "accepted", "documents"),
    *("$defs", "oneOf"),
}
"""Keys that are redundant beside the id of the entry."""


_CALLED = {"annotation-set": "set", "accepted": "finding"}
"""Kind of record to what it is called in a table."""


_TELLING = [
    "normalised",
    "naming",
    "label",
    "description",
    "title",
    "name",
    "split",
    "kind",
]
"""Keys of an entry; the first that it has describes it."""


def _summary(kind: str, entry: dict[str, Any]) -> Any:
    if kind == "accepted":
        return f"until {entry.get('expires')}: {entry.get('reason')}"
    return next((entry[key] for key in _TELLING if key in entry), entry)


def _name(path: str) -> str:
    return path.partition("/")[2].removesuffix(".json").removeprefix("documents/")


def _by_document(splits: Any) -> Any:
    """Return splits by document, so that a move is one change of that document."""
    documents = numbered(
        (entry["document"], {k: v for k, v in entry.items() if k != "document"})
        for entry in splits.get("ledger", ())
    )
    for group in splits.get("groups", ()):
        for document in group["documents"]:
            documents.setdefault(document, {})["story group"] = group["id"]
    groups = [
        {k: v for k, v in group.items() if k != "documents"}
        for group in splits.get("groups", ())
    ]
    return {
        "policy": splits.get("policy"),
        "documents": [{"id": k, **v} for k, v in sorted(documents.items())],
        "groups": groups,
    }


def _by_place(accepted: Any) -> Any:
    """Return accepted findings with an id: code, file and place."""
    entries = accepted.get("accepted", ())
    keys = ("code", "path", "place")
    return {"accepted": [{"id": " ".join(e[k] for k in keys), **e} for e in entries]}


_SHAPES = {"splits": _by_document, "accepted": _by_place}
"""Kind of record to what makes it comparable entry by entry."""


# documents and texts


def _of_document(
    name: str, records: tuple[Any, Any], has_text: bool
) -> Iterator[Noted]:
    before, after = records
    if after is None:
        n = len(before["segments"])
        yield Noted(Risk.DELETED, "document", f"{n} segments", "-", name)
        return
    one, other = _release(before), _release(after)
    if one != other and (one, other) != ("-", "withheld"):
        licence = after["rights"]["licence"] or "no licence"
        text = "; its text is here" if has_text else ""
        risk = Risk.WITHHELD if other == "withheld" else Risk.RELEASED
        yield Noted(risk, "text_release", one, f"{other}, {licence}{text}", name)


def _release(record: Any) -> str:
    return str(record["rights"]["text_release"]) if record else "-"


def _text_of(document: str) -> str:
    return f"{RELEASED_TEXTS}/{document}.txt"


def _of_text(path: str, before: Side, after: Side) -> Iterator[Noted]:
    """Yield how a public text changed, unless the record of its document shows it."""
    document = f"corpus/documents/{path.rpartition('/')[2].removesuffix('.txt')}.json"
    said = [_release(side.record(document)) for side in (before, after)]
    was, is_there = path in before.texts, path in after.texts
    if was and is_there:
        yield Noted(Risk.TEXT, "text", "", "another content", path)
    elif said[0] == said[1] or said[1] == "withheld":
        risk = Risk.RELEASED if is_there else Risk.WITHHELD
        states = ("-", "a public file") if is_there else ("a public file", "-")
        yield Noted(risk, "text", *states, path)


# sets

_MARKS = LISTS[:-1]


def _of_set(name: str, before: Any, after: Any) -> Iterator[Noted]:
    is_key = any(record and record["role"] == KEY for record in (before, after))
    if after is None:
        risk = Risk.KEY if is_key else Risk.DELETED
        yield Noted(risk, f"set of role {before['role']}", _marked(before), "-", name)
        return
    counts = Counter(judged["segment"] for judged in after["segments"])
    for segment, n in counts.items():
        if n > 1:
            what, where = "segment judged twice", f"{name}/{segment}"
            yield Noted(Risk.READING, what, "", f"{n} times", where)
    if before is None:
        if is_key:
            yield Noted(Risk.KEY, "set of role key", "-", _marked(after), name)
        return
    one, other = (Counter(_places(record)) for record in (before, after))
    kept = (one & other).total()
    if one and kept * 2 < one.total():
        words = f"{_marked(after)}; {kept} of {one.total()} kept"
        yield Noted(
            Risk.REPLACED, f"set of role {after['role']}", _marked(before), words, name
        )
    shown_sets = (one if is_key else _without_items(one) for one in (before, after))
    for leaf in leaves(*shown_sets):
        noted = _of_leaf("annotation-set", name, leaf, has_sets=True)
        yield noted._replace(risk=Risk.KEY) if is_key else noted


def _without_items(record: Any) -> Any:
    """Return a set without what it marks, which other tables show."""
    return record | {
        "segments": [
            {k: v for k, v in judged.items() if k not in LISTS}
            for judged in record["segments"]
        ]
    }


def _marked(record: Any) -> str:
    """Return how much a set marks, in words."""
    counts = {
        key: sum(len(judged[key]) for judged in record["segments"]) for key in _MARKS
    }
    said = [f"{n:,} {key}" for key, n in counts.items() if n]
    return ", ".join(said) or "nothing marked"


def _places(record: Any) -> Iterator[Any]:
    """Yield the places of what a set marks; of stances, target and label."""
    for judged in record["segments"]:
        segment = judged["segment"]
        for mention in judged["mentions"]:
            yield segment, mention["start"], mention["end"]
        for claim in judged["claims"]:
            yield segment, *((span["start"], span["end"]) for span in claim["spans"])
        for target, opinion in judged["panel"].items():
            yield segment, target, opinion["label"]
        for stance in judged["stances"]:
            yield segment, str(stance["holder"]), str(stance["target"]), stance["label"]


# tables


def of_risks(found: Iterable[Noted]) -> Section:
    """Return the table of what a maintainer has to look at first."""
    rows = _rows(one for one in found if one.risk)
    order = {risk.title: (n, risk) for n, risk in enumerate(Risk)}
    rows.sort(key=lambda row: order[row[0]][0])
    kinds = dict.fromkeys(order[row[0]][1] for row in rows)
    note = "\n".join(f"- {kind.title}: {kind.why}" for kind in kinds)
    head = ("risk", "what", "before", "after", "n", "which")
    return _limited(Section(TITLE, head, rows, note))


def of_others(found: Iterable[Noted]) -> Section:
    """Return the table of all other changes in records."""
    rows = [row[1:] for row in _rows(one for one in found if not one.risk)]
    head = ("what", "before", "after", "n", "which")
    return _limited(Section("Other changes in records", head, rows))


def _rows(found: Iterable[Noted]) -> list[tuple[str, ...]]:
    """Return the same change in several places as one row."""
    places: dict[tuple[str, ...], list[str]] = {}
    for one in found:
        key = one.risk.title if one.risk else "", one.what, one.before, one.after
        places.setdefault(key, []).append(one.which)
    return [
        (*key, f"{len(which):,}", named(dict.fromkeys(which)))
        for key, which in places.items()
    ]


def _limited(section: Section) -> Section:
    left = len(section.rows) - MOST
    if left < 1:
        return section
    more = f"{left:,} more rows are left out."
    note = f"{section.note}\n\n{more}" if section.note else more
    return section._replace(rows=section.rows[:MOST], note=note)
