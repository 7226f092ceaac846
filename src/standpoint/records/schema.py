"""The JSON Schemas: the one definition of every record and every label."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import msgspec

from standpoint.records.canonical import escape
from standpoint.records.findings import meant, printable
from standpoint.records.vocabulary import Inventory, completed

Steps = tuple[str | int, ...]
"""Keys and places in lists that lead to a value of plain data."""

LABELS = "labels.schema.json"
FAULTS = 1_000
"""Faults that are explained in one record: whoever has more corrects what made them."""
SHOWN = 60
"""Characters of a value that are shown in a message."""
NAMED = 10
"""Unknown keys that are named in a message; others are counted."""


class SchemaStop(Exception):  # noqa: N818 - it stops a command, for the user to read
    """A file of schema/ cannot be used; the message names it."""


class Fault(NamedTuple):
    """A place where data does not fit its schema.

    Attributes:
        pointer: JSON pointer to the value.
        message: What is wrong, in a sentence or two.
        keyword: Keyword of JSON Schema that is not met.
        detail: The key that is missing or unknown, the one type that is allowed, or empty.
    """

    pointer: str
    message: str
    keyword: str
    detail: str = ""


class Schemas:
    """The schemas of one checkout or one built dataset.

    Args:
        folder: The folder `schema/`.
    """

    def __init__(self, folder: Path) -> None:
        """Remember the folder; files are read when first needed."""
        self.folder = folder
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._explainers: dict[str, Any] = {}

    def _source(self, kind: str) -> bytes:
        """Return the bytes of a schema file.

        Raises:
            SchemaStop: If it cannot be read.
        """
        name = f"{kind}.schema.json"
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise SchemaStop(f"schema/{name}: {error.strerror}") from None

    def schema(self, kind: str) -> dict[str, Any]:
        """Return the schema of a record kind, as in its file.

        Raises:
            SchemaStop: If there is none, or no object of JSON in it.
        """
        name = f"{kind}.schema.json"
        try:
            schema = msgspec.json.decode(self._source(kind))
        except (ValueError, RecursionError) as error:
            raise SchemaStop(f"schema/{name} cannot be read: {error}") from None
        if not isinstance(schema, dict):
            raise SchemaStop(f"schema/{name} is not a JSON object in braces")
        return schema

    @cached_property
    def _labels(self) -> dict[str, Any]:
        return self.schema("labels")

    @cached_property
    def inventories(self) -> dict[str, Inventory]:
        """Name of each closed list of labels to its definition.

        Raises:
            SchemaStop: If the file has another form.
        """
        try:
            read = msgspec.convert(self._labels.get("$defs"), dict[str, Inventory])
            return completed(read)
        except ValueError as error:  # a validation error is one
            raise SchemaStop(f"schema/{LABELS}: {error}, under `$defs`") from None

    def is_valid(self, kind: str, data: Any) -> bool:
        """Tell whether plain data is a valid record of this kind."""
        return self._validator(kind).is_valid(data)

    def _validator(self, kind: str) -> jsonschema_rs.Draft202012Validator:
        if kind not in self._validators:
            self._validators[kind] = self._built(kind)
        return self._validators[kind]

    def _built(self, kind: str) -> jsonschema_rs.Draft202012Validator:
        """Return the fast validator of a kind.

        Raises:
            SchemaStop: If its schema, or that of the labels, is no JSON Schema.
        """
        _ = self.inventories  # a label may have another form than a schema demands
        self.schema(kind)
        name, labels = LABELS, self._source("labels")
        try:
            _compiled(labels, labels)
            name = f"{kind}.schema.json"
            return _compiled(self._source(kind), labels)
        except (jsonschema_rs.ReferencingError, ValueError) as error:
            words = getattr(error, "message", None) or str(error)
            what = words.splitlines()[0][:300]
            raise SchemaStop(f"schema/{name} is not a valid schema: {what}") from None

    def _explainer(self, kind: str) -> Any:
        """Return the slow validator, whose errors say what a sentence needs to know."""
        import jsonschema
        from referencing import Registry, Resource

        if kind not in self._explainers:
            registry: Registry[Any] = Registry().with_resource(
                LABELS, Resource.from_contents(self._labels)
            )
            self._explainers[kind] = jsonschema.Draft202012Validator(
                self.schema(kind),
                registry=registry,
                format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
            )
        return self._explainers[kind]

    def explain(self, kind: str, data: Any) -> Iterator[Fault]:
        """Yield the faults of data, at most `FAULTS`, with messages for annotators.

        The fast validator finds them. The slow one, which can say what is allowed, is
        shown only the parts they are in: over a whole set it takes seconds.
        """
        if self.is_valid(kind, data):
            return  # the slow validator need not even be loaded
        found = self._faults(kind, data)
        explained = set()
        seen: set[Fault] = set()
        for path, fault in self._explained(kind, _Part(data, found)):
            if path in found:  # else it is of a list that was cut
                explained.add(path)
                if fault not in seen:
                    seen.add(fault)
                    yield fault
        for path, faults in found.items():
            for fast in faults:
                # The two validators differ on some formats; the fast one decides.
                keyword = _keyword(fast)
                if path not in explained or keyword == "maxItems":
                    yield Fault(_pointer(path), _fast_words(fast), keyword)

    def _faults(self, kind: str, data: Any) -> dict[Steps, list[Any]]:
        """Return what the fast validator finds, by the place where it is."""
        validator = self._validator(kind)
        # Every fault takes its time: of a million, those at the head are enough.
        faults = list(islice(validator.iter_errors(_head(data)), FAULTS))
        if len(faults) < FAULTS:
            faults = list(islice(validator.iter_errors(data), FAULTS))
        found: dict[Steps, list[Any]] = {}
        for fault in faults:
            found.setdefault(tuple(fault.instance_path), []).append(fault)
        return found

    def _explained(self, kind: str, part: "_Part") -> Iterator[tuple[Steps, Fault]]:
        """Yield the place of every fault in a part of data, and what to say of it."""
        for error in self._explainer(kind).iter_errors(part.data):
            path = part.path(error.absolute_path)
            if error.validator == "maxItems":
                continue  # the list was cut: only the fast validator knows how long it is
            for leaf in _leaves(error):
                for fault in _worded(leaf, _pointer(part.path(leaf.absolute_path))):
                    yield path, fault


def _head(value: Any) -> Any:
    """Return data with every long list cut short."""
    if isinstance(value, dict):
        return {key: _head(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_head(one) for one in value[:FAULTS]]
    return value


class _Part:
    """The part of plain data that holds its faults.

    Args:
        data: The data.
        paths: Where the faults are.

    Attributes:
        data: The same, but of each list only the first value and those that hold faults.
            A list at fault itself is whole, unless it is very long.
    """

    def __init__(self, data: Any, paths: Iterable[Steps]) -> None:
        """Cut the lists."""
        self._kept: dict[Steps, list[int]] = {}
        self._inner: dict[Steps, set[str | int]] = {}
        self._whole = set(paths)
        for path in self._whole:
            for n in range(len(path)):
                self._inner.setdefault(path[:n], set()).add(path[n])
        self.data = self._cut(data, (), ())

    def _cut(self, value: Any, path: Steps, own: Steps) -> Any:
        if isinstance(value, dict):
            return {
                key: self._cut(one, (*path, key), (*own, key))
                for key, one in value.items()
            }
        if not isinstance(value, list):
            return value
        kept = {0} | {n for n in self._inner.get(path, ()) if isinstance(n, int)}
        if path in self._whole:
            kept |= set(range(FAULTS))
        places = self._kept[own] = sorted(n for n in kept if n < len(value))
        return [
            self._cut(value[place], (*path, place), (*own, number))
            for number, place in enumerate(places)
        ]

    def path(self, own: Iterable[str | int]) -> Steps:
        """Return the path in the whole data of a path in this part."""
        path: Steps = ()
        before: Steps = ()
        for step in own:
            kept = self._kept.get(before)
            path += (kept[step] if kept and isinstance(step, int) else step,)
            before += (step,)
        return path


@lru_cache(maxsize=64)
def _compiled(schema: bytes, labels: bytes) -> jsonschema_rs.Draft202012Validator:
    """Return the fast validator of a schema; one source is compiled once per process."""
    registry = jsonschema_rs.Registry([(LABELS, msgspec.json.decode(labels))])
    return jsonschema_rs.Draft202012Validator(
        msgspec.json.decode(schema),
        registry=registry,
        validate_formats=True,
        formats={"date": _is_day},
    )


def _is_day(value: str) -> bool:
    """Tell whether a date can be counted with; JSON Schema has a year 0 as well."""
    try:
        # Read and written again: Python reads other forms of ISO 8601 too.
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _leaves(error: Any) -> Iterator[Any]:
    """Descend into alternatives, to the faults that a person would name."""
    if error.validator not in {"anyOf", "oneOf"} or _allowed(error):
        yield error
        return
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    if not branches:  # several alternatives fit
        yield error
        return
    # The alternative meant is the one that objects least at the top: an object is
    # never meant as null, and evidence with a scope is never meant as a span.
    best = min(
        branches.values(),
        key=lambda inner: (
            any(e.validator == "type" and not e.relative_path for e in inner),
            len(inner),
        ),
    )
    for inner in best:
        yield from _leaves(inner)


def _pointer(path: Steps) -> str:
    return "".join(f"/{escape(str(part))}" for part in path)


def _allowed(error: Any) -> list[str]:
    """Return the labels that a value may take, where it is a matter of labels."""
    value = error.validator_value
    if error.validator == "enum":
        return [str(item) for item in value]
    if error.validator == "oneOf" and all("const" in branch for branch in value):
        return [branch["const"] for branch in value]
    return []


def _worded(error: Any, pointer: str) -> Iterator[Fault]:
    """Yield what is wrong with a value; an unknown key has a place of its own."""
    keyword = error.validator
    if keyword == "required":
        for key in error.validator_value:
            # An unknown key that is nearly this one is reported instead.
            if key not in error.instance and not meant(key, _unknown(error)):
                yield Fault(pointer, _missing(error, key), keyword, key)
        return
    if keyword != "additionalProperties":
        rule = error.validator_value
        is_type = keyword == "type" and isinstance(rule, str)
        yield Fault(pointer, _words(error), keyword, rule if is_type else "")
        return
    known = [k for k in error.schema.get("properties", {}) if k not in error.instance]
    surplus = _unknown(error)
    for key in surplus[:NAMED]:
        message = f"Unknown key: {_short(key)}.{meant(key, known)}"
        place = f"{pointer}/{escape(key)}" if len(key) <= SHOWN else pointer
        yield Fault(place, message, keyword, key)
    if len(surplus) > NAMED:
        yield Fault(pointer, f"{len(surplus) - NAMED} more keys are unknown.", keyword)


def _words(error: Any) -> str:
    """Say in a sentence or two what is wrong with a value."""
    value, rule = error.instance, error.validator_value
    shown = _short(value)
    if allowed := _allowed(error):
        hint = meant(str(value), allowed)
        return f"{shown} is not an allowed label.{hint} Allowed: {', '.join(allowed)}."
    sentence = _SENTENCES.get(error.validator)
    return sentence(error, value, rule, shown) if sentence else str(error.message)[:300]


def _fast_words(fault: Any) -> str:
    """Say what the fast validator alone finds wrong."""
    if _keyword(fault) == "maxItems":
        return _too_long(None, fault.instance, fault.kind.limit, "")
    if _keyword(fault) == "format":
        kind = fault.kind.format.replace("-", " and ")
        return f"{_short(fault.instance)} is not a valid {kind}."
    return f"{fault.message[:300].rstrip('.')}."


def _keyword(fault: Any) -> str:
    """Return the keyword of JSON Schema that a fault of the fast validator breaks."""
    return str(fault.schema_path[-1])


def _missing(error: Any, key: str) -> str:
    what = error.schema.get("properties", {}).get(key, {}).get("description", "")
    told = f" {what.partition('. ')[0].removesuffix('.')}." if what else ""
    return f"The key \u2018{key}\u2019 is missing.{told}"


def _unknown(error: Any) -> list[str]:
    """Return the keys of an object that it cannot have."""
    if error.schema.get("additionalProperties", True) is not False:
        return []
    return sorted(error.instance.keys() - error.schema.get("properties", {}).keys())


def _kind(_error: Any, _value: Any, rule: Any, shown: str) -> str:
    kinds = rule if isinstance(rule, list) else [rule]
    return f"{shown} should be {' or '.join(_KINDS[kind] for kind in kinds)}."


def _form(error: Any, _value: Any, _rule: Any, shown: str) -> str:
    what = error.schema.get("description", "")
    return f"{shown} has the wrong format. {what}".strip()


def _too_long(_error: Any, value: Any, rule: Any, _shown: str) -> str:
    return f"Too long: {len(value)}, at most {rule} are allowed."


def _too_short(_error: Any, value: Any, *_: Any) -> str:
    what = "The list is empty" if isinstance(value, list) else "The text is empty"
    return f"{what}; it must not be."


_SENTENCES: dict[str, Callable[[Any, Any, Any, str], str]] = {
    "type": _kind,
    "const": lambda _e, _v, rule, shown: f"{shown} should be {_short(rule)}.",
    "pattern": _form,
    "format": lambda _e, _v, rule, shown: f"{shown} is not a valid {rule}.",
    "minLength": _too_short,
    "minItems": _too_short,
    "maxLength": _too_long,
    "maxProperties": _too_long,
    "minimum": lambda _e, _v, rule, shown: f"{shown} is too small: at least {rule}.",
    "maximum": lambda _e, _v, rule, shown: f"{shown} is too large: at most {rule}.",
    "uniqueItems": lambda *_: "The list contains the same value twice.",
}
"""Keyword of JSON Schema to a sentence, given error, value, rule and the value shown."""

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object in braces",
    "array": "a list in brackets",
    "boolean": "true or false",
    "null": "null",
}


def _short(value: Any) -> str:
    """Show a value in at most one line."""
    if isinstance(value, str):
        cut = value if len(value) <= SHOWN else value[:SHOWN] + " ..."
        return f"\u2018{printable(cut)}\u2019"
    text = json.dumps(value, ensure_ascii=False)
    return printable(text if len(text) <= SHOWN else text[:SHOWN] + " ...")
