"""Rules on answers: what a form asks is filled in, and arrows join what they can join."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from standpoint.forms.answers import Answers, Arrow, Region
from standpoint.forms.convert_common import Passage
from standpoint.forms.form import (
    ALSO_AT,
    CARRIER_EVIDENCE,
    CLAIM,
    CONTINUED,
    EVIDENCE,
    MENTION,
    SOURCE,
    STANCE,
    Control,
    Form,
)
from standpoint.records.findings import Problem

NEXT = (SOURCE, SOURCE)
RELATED = (CLAIM, CLAIM)

ONE_WAY = frozenset({(CLAIM, SOURCE), NEXT, RELATED})
"""Layers of start and end of arrows whose direction has a meaning."""

EITHER_WAY = frozenset(
    {
        (CLAIM, CONTINUED),
        (ALSO_AT, CONTINUED),
        (CLAIM, ALSO_AT),
        (CLAIM, CARRIER_EVIDENCE),
        (CLAIM, MENTION),
        (SOURCE, MENTION),
        (STANCE, EVIDENCE),
    }
)
"""Layers that an arrow may join in either direction, the owner first."""

_OWNERS = {
    CONTINUED: "a claim or a repeat of one",
    ALSO_AT: "a claim",
    CARRIER_EVIDENCE: "a claim",
    EVIDENCE: "a stance",
    SOURCE: "a claim, directly or through other sources",
}
"""Layer of regions that mean nothing alone, to what an arrow has to lead from."""


def problems(answers: Answers, passage: Passage) -> Iterator[Problem]:
    """Yield what is wrong with answers; their labels, fields and values exist."""
    layers = _layers(answers, passage.form)
    alone = _unattached(answers, layers)
    yield from _misplaced(answers, passage)
    yield from _crowded(answers, passage)
    yield from _missing(answers, passage, layers, alone)
    for region in answers.regions.values():
        if region.id in alone:
            owner = _OWNERS[layers[region.id]]
            words = f"no arrow leads to it from {owner}, so it is left out."
            yield _of(region, passage, "LST007", words)
    for arrow in answers.arrows:
        yield from _about_arrow(arrow, answers, passage, layers)
    yield from _circle(answers, passage, layers)


def sound(answers: Answers, form: Form) -> Answers:
    """Return answers without the regions and arrows that mean nothing.

    Args:
        answers: Answers in which `problems` found no error.
        form: The form.
    """
    layers = _layers(answers, form)
    alone = _unattached(answers, layers)
    return answers._replace(
        regions={key: one for key, one in answers.regions.items() if key not in alone},
        arrows=tuple(
            arrow
            for arrow in answers.arrows
            if not {arrow.from_id, arrow.to_id} & alone
            and not _meaningless(arrow, layers)
        ),
    )


def _of(region: Region, passage: Passage, code: str, words: str) -> Problem:
    return Problem(code, region.pointer, f"{passage.called(region)}: {words}")


def _named(region_id: str, answers: Answers, passage: Passage) -> str:
    """Name a region in words, even one that does not exist."""
    region = answers.regions.get(region_id)
    return passage.called(region) if region else f"{passage.where}, region {region_id}"


def _layers(answers: Answers, form: Form) -> dict[str, str]:
    """Return id of a region to its layer, of those whose label the form has."""
    found = ((one.id, form.layer_of(one.label)) for one in answers.regions.values())
    return {name: layer for name, layer in found if layer is not None}


# regions and fields


def _misplaced(answers: Answers, passage: Passage) -> Iterator[Problem]:
    """Yield the regions that are outside of the segment, or mark only white space."""
    for region in answers.regions.values():
        start, end = passage.place(region)
        at = f"{region.pointer}/value"
        if not passage.start <= start < end <= passage.end:
            words = f"{passage.called(region)}: its position is not in the text."
            yield Problem("LST003", at, words)
        elif not passage.text[start:end].strip():
            words = f"{passage.called(region)}: it marks only white space."
            yield Problem("LST003", at, words)


def _crowded(answers: Answers, passage: Passage) -> Iterator[Problem]:
    """Yield the fields that have several values although one is asked for."""
    owners: list[tuple[str, Answers | Region]] = [(passage.where, answers), *(
        (passage.called(one), one) for one in answers.regions.values()
    )]  # fmt: skip
    for name, owner in owners:
        for key, given in owner.values.items():
            field = passage.form.field(key)
            if field and not field.many and len(given) > 1:
                at = owner.pointers.get(key, owner.pointer)
                words = f"{name}: \u2018{key}\u2019 has {len(given)} values; only one is allowed."
                yield Problem("LST005", at, words)


def _missing(
    answers: Answers, passage: Passage, layers: Mapping[str, str], alone: set[str]
) -> Iterator[Problem]:
    """Yield the required fields that are empty."""
    for region in answers.regions.values():
        for field in _required(passage.form, layers.get(region.id)):
            if field.name not in region.values and region.id not in alone:
                yield _of(region, passage, "LST005", _empty(field))
    for field in _required(passage.form, ""):
        if field.name not in answers.values:
            words = f"{passage.where}: {_empty(field)}"
            yield Problem("LST005", answers.pointer, words)


def _empty(field: Control) -> str:
    return f"the required field \u2018{field.name}\u2019 is empty."


def _required(form: Form, layer: str | None) -> Iterator[Control]:
    return (f for f in form.controls if f.required and f.layer == layer)


# arrows


def _unattached(answers: Answers, layers: Mapping[str, str]) -> set[str]:
    """Return the ids of regions that mean nothing alone and belong to nothing."""
    own = {one for one, layer in layers.items() if layer in _OWNERS}
    return own - _reached(answers, layers) if own else set()


def _reached(answers: Answers, layers: Mapping[str, str]) -> set[str]:
    """Return the ids of regions that arrows join, however indirectly, to a claim or stance."""
    ways: dict[str, set[str]] = {}
    for arrow in answers.arrows:
        one, other = layers.get(arrow.from_id, ""), layers.get(arrow.to_id, "")
        if (one, other) in ONE_WAY | EITHER_WAY:
            ways.setdefault(arrow.from_id, set()).add(arrow.to_id)
        if (other, one) in EITHER_WAY:
            ways.setdefault(arrow.to_id, set()).add(arrow.from_id)
    todo = [one for one, layer in layers.items() if layer in {CLAIM, STANCE}]
    reached = set(todo)
    while todo:
        new = ways.get(todo.pop(), set()) - reached
        reached |= new
        todo += new
    return reached


def _about_arrow(
    arrow: Arrow, answers: Answers, passage: Passage, layers: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield what is wrong with one arrow."""
    name = _named(arrow.from_id, answers, passage)
    known = {value.name for value in passage.form.relations}
    for label in dict.fromkeys(arrow.labels):
        if label not in known:
            words = f"{name}: \u2018{label}\u2019 is not a label of arrows here."
            yield Problem("LST004", f"{arrow.pointer}/labels", words)
    ends = arrow.from_id, arrow.to_id
    missing = [one for one in ends if one not in answers.regions]
    if missing:
        words = f"{name}: an arrow leads to or from \u2018{missing[0]}\u2019, which does not exist."
        yield Problem("LST008", arrow.pointer, words)
    elif fault := _turned(arrow, layers):
        yield Problem("LST008", arrow.pointer, f"{name}: an arrow {fault}.")
    if {*ends} <= layers.keys() and (fault := _meaningless(arrow, layers)):
        words = f"{name}: an arrow {fault}, so it is left out."
        yield Problem("LST023", arrow.pointer, words)


def _turned(arrow: Arrow, layers: Mapping[str, str]) -> str:
    """Return what is wrong with the direction of an arrow, or nothing."""
    start, end = layers.get(arrow.from_id, ""), layers.get(arrow.to_id, "")
    if arrow.from_id == arrow.to_id:
        return ""
    if (start, end) in ONE_WAY and arrow.both_ways:
        return "points both ways; it has to point one way"
    if (end, start) in ONE_WAY - {(start, end)}:
        return f"leads from a {start} to a {end}; it has to lead from the {end} to the {start}"
    return ""


def _meaningless(arrow: Arrow, layers: Mapping[str, str]) -> str:
    """Return why an arrow means nothing; nothing for an arrow that means something."""
    start, end = layers.get(arrow.from_id, ""), layers.get(arrow.to_id, "")
    if arrow.from_id == arrow.to_id:
        return "leads back to the same region"
    if (start, end) == RELATED and len(arrow.labels) != 1:
        return "between two claims has no label that says how they relate"
    if not {(start, end), (end, start)} & (ONE_WAY | EITHER_WAY):
        return f"from a region of the layer {start} to one of the layer {end} means nothing"
    return ""


def _circle(
    answers: Answers, passage: Passage, layers: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield an arrow of a circle of sources, if there is one."""
    arrows = {
        (arrow.from_id, arrow.to_id): arrow.pointer
        for arrow in answers.arrows
        if (layers.get(arrow.from_id), layers.get(arrow.to_id)) == NEXT
        and arrow.from_id != arrow.to_id
    }
    ways: dict[str, list[str]] = {}
    for start, end in arrows:
        ways.setdefault(start, []).append(end)
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as error:
        circle = set(error.args[1])
        start, at = next((one[0], at) for one, at in arrows.items() if circle >= {*one})
        words = (
            f"{_named(start, answers, passage)}: an arrow closes a circle of sources."
        )
        yield Problem("LST008", at, words)
