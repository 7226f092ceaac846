"""The labelling XML of Label Studio, made from a form."""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from standpoint.forms.form import Control, Form, Mark
from standpoint.labelstudio import style

VERSION = "1.23.2"
"""The version of Label Studio that this package works with."""

TEXT = "text"
MARK = "mark"
"""Name of the control whose labels make regions."""

_WIDTHS = (150, 92)
"""Characters of labels that fit into a row, on screens 1440 and 1024 pixels wide."""

_BOXES = {"about": "sp-pair"}
"""Group of fields to the class of its box; all other groups are targets of the panel."""

_STATES = {
    "no-region-selected": "Press the key of a label, then drag over the words.",
    "region-selected": (
        "Words are selected: a click on a label changes their label. Press Escape to"
        " deselect them."
    ),
}
"""What is selected, to a warning about what a click on a label does then."""

_GROUPS = {
    "mention": "Actor",
    "claim": "Claim",
    "source": "Source",
    "stance": "Stance",
    "target": "Panel",
    "part": "Part",
    "given": "Given",
}


def config(form: Form) -> str:
    """Return the labelling XML of a form.

    One control makes all regions. With several controls, a hotkey would add a second label
    to the selected region.
    """
    root = ET.Element("View")
    rows = (_rows(form, width) for width in _WIDTHS)
    ET.SubElement(root, "Style").text = style.STYLE + style.below_bar(*rows)
    _view(root, "sp-notice").append(ET.Element("Markdown", value="$notice"))
    bar = ET.SubElement(
        _view(root, "sp-bar"), "Labels", name=MARK, toName=TEXT, choice="single"
    )
    bar.set("showInline", "true")
    for group, found in groupby(form.marks, key=lambda mark: mark.group):
        row = _view(bar, "sp-given" if group == "given" else "sp-row")
        ET.SubElement(row, "Header", value=_GROUPS[group], style=style.ROW_HEADING)
        row.extend(_label(mark) for mark in found)
    for state, said in _STATES.items():
        line = ET.SubElement(bar, "View", className=f"sp-{state}", visibleWhen=state)
        ET.SubElement(line, "Header", value=said, style=style.STATE)
    page = _view(root, "sp-page")
    text = ET.SubElement(_view(page, "sp-text"), "Text", name=TEXT, value="$text")
    text.set("granularity", "symbol")
    if form.relations:
        relations = ET.SubElement(root, "Relations")
        for value in form.relations:
            ET.SubElement(relations, "Relation", value=value.name)
    side = _view(page, "sp-side")
    for layer, found_fields in groupby(form.controls, key=lambda field: field.layer):
        side.append(_card(form, layer, list(found_fields)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def _rows(form: Form, width: int) -> int:
    """Return the number of rows of labels, if `width` characters fit into a row."""
    groups = groupby(form.marks, key=lambda mark: mark.group)
    shown = [
        [len(mark.label) + 6 for mark in found]
        for name, found in groups
        if name != "given"
    ]
    return sum(-(-sum(lengths) // width) for lengths in shown)


def digest(xml: str) -> str:
    """Return the digest of a labelling XML: 16 hex digits."""
    return hashlib.sha256(xml.encode()).hexdigest()[:16]


def _view(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, "View", className=name)


def _label(mark: Mark) -> ET.Element:
    return ET.Element(
        "Label",
        value=mark.label,
        background=mark.colour,
        hotkey=mark.key or style.NO_KEY,
        hint=mark.hint,
    )


def _card(form: Form, layer: str, fields: list[Control]) -> ET.Element:
    """Return the fields of a layer, which are shown while such a region is selected."""
    card = ET.Element("View", className="sp-card")
    shown = _shown_for(form, layer)
    for key, value in shown.items():
        card.set(key, value)
    for group, found in groupby(fields, key=lambda field: field.group):
        parent = _view(card, _BOXES.get(group, "sp-target")) if group else card
        for field in found:
            parent.extend(_field(field, shown))
    return card


def _shown_for(form: Form, layer: str) -> dict[str, str]:
    if not layer:
        return {}
    return {
        "visibleWhen": "region-selected",
        "whenTagName": MARK,
        "whenLabelValue": ",".join(form.labels_of(layer)),
    }


def _field(field: Control, shown: dict[str, str]) -> Iterator[ET.Element]:
    parts = list(_parts(field, shown))
    if field.shown_by is None:
        yield from parts
        return
    name, names = field.shown_by
    view = ET.Element(
        "View",
        visibleWhen="choice-selected",
        whenTagName=name,
        whenChoiceValue=",".join(names),
    )
    view.extend(parts)
    yield view


def _parts(field: Control, shown: dict[str, str]) -> Iterator[ET.Element]:
    if field.title:
        yield ET.Element("Header", value=field.title, style=style.HEADING)
    made = _KINDS[field.kind](field)
    made.set("name", field.name)
    made.set("toName", TEXT)
    if field.layer:
        made.set("perRegion", "true")
    if field.required:
        # The card has these attributes too, but only here do they keep a required field from
        # being required of every region. They also hide its value if the region gets another
        # label, so optional fields do not have them: `pull` then reports the old value.
        for key, value in shown.items() if field.layer else ():
            made.set(key, value)
        made.set("required", "true")
        made.set("requiredMessage", f"Please fill in: {field.title}")
    yield made


def _choices(field: Control) -> ET.Element:
    choice = "multiple" if field.many else "single-radio"
    made = ET.Element("Choices", choice=choice, showInline="true")
    if field.listed_in:
        made.set("value", f"${field.listed_in}")
    for value in field.values:
        ET.SubElement(
            made, "Choice", value=value.name, hint=value.hint, hotkey=style.NO_KEY
        )
    return made


def _taxonomy(field: Control) -> ET.Element:
    made = ET.Element("Taxonomy", value=f"${field.listed_in}", leafsOnly="true")
    made.set("placeholder", field.placeholder or "type to search")
    if not field.many:
        made.set("maxUsages", "1")
    return made


def _textarea(field: Control) -> ET.Element:
    # Leaving the field saves it, so no button is needed.
    made = ET.Element("TextArea", rows=str(field.rows), showSubmitButton="false")
    made.set("maxSubmissions", "1")
    made.set("editable", "true")
    return made


_KINDS = {"choices": _choices, "taxonomy": _taxonomy, "textarea": _textarea}
"""Kind of a field to the function that writes it."""
