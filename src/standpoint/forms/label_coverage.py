"""Which labels of an annotation set the forms have."""

from collections.abc import Iterable, Iterator
from typing import Any

from standpoint.forms.form import Form
from standpoint.forms.form_rules import Offer
from standpoint.forms.steps import NOT_ASKED, NOT_ASKED_LISTS
from standpoint.records.schema import Schemas

_REFERENCE = "labels.schema.json#/$defs/"


def offer(schemas: Schemas, forms: Iterable[Form]) -> Offer:
    """Compare the labels of an annotation set with the labels of the forms.

    Args:
        schemas: The schemas.
        forms: All forms of the extended tier.
    """
    inventories = schemas.inventories
    lists = sorted(set(_referred(schemas.schema("annotation-set"))))
    offered: dict[str, set[str]] = {name: set() for name in lists}
    for form in forms:
        for name, label in _labels(form):
            offered.setdefault(name, set()).add(label)
    for name, label in NOT_ASKED:
        offered.setdefault(name, set()).add(label)
    for name in NOT_ASKED_LISTS:
        offered.setdefault(name, set()).update(inventories[name].names)
    return Offer(
        asked={name: tuple(inventories[name].names) for name in lists},
        offered={name: frozenset(labels) for name, labels in offered.items()},
    )


def _labels(form: Form) -> Iterator[tuple[str, str]]:
    """Yield inventory and label of everything in a form."""
    for mark in form.marks:
        yield mark.inventory, mark.label
    for value in form.relations:
        yield "relation_type", value.name
    for field in form.controls:
        for value in field.values:
            yield field.inventory, value.name
        if field.name.startswith("about_"):
            yield field.inventory, field.name.removeprefix("about_")
        for name in field.possible:
            yield field.inventory, name


def _referred(schema: Any) -> Iterator[str]:
    """Yield the inventories that a schema refers to."""
    if isinstance(schema, dict):
        reference = schema.get("$ref", "")
        if reference.startswith(_REFERENCE):
            yield reference.removeprefix(_REFERENCE)
        for inner in schema.values():
            yield from _referred(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _referred(inner)
