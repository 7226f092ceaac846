"""The forms of the three passes, made from the schema.

There are three passes, because nobody can annotate four layers at once: first actors, then
claims with their sources, then the panel and the stances of quoted speakers.
"""

from collections.abc import Iterable, Iterator, Sequence

from standpoint.forms import style
from standpoint.forms.form import (
    ACTORS,
    ALSO_AT,
    CARRIER_EVIDENCE,
    CLAIM,
    CLAIMS,
    CONTINUED,
    COVERED,
    EVIDENCE,
    MENTION,
    NEW_ACTOR,
    NO_EVIDENCE,
    NOT_ANNOTATED,
    NOT_SURE,
    PANEL,
    SOURCE,
    STANCE,
    TARGET,
    WHOLE_SEGMENT,
    Control,
    Form,
    Mark,
    Value,
)
from standpoint.records.model import NULLABLE, Panel, PanelTarget
from standpoint.records.vocabulary import FULL, PARTIAL, Inventories
from standpoint.resolve import ATTRIBUTES

_PARTS = {
    CONTINUED: "The claim continues here. Draw an arrow from the claim.",
    ALSO_AT: "The claim is repeated here. Draw an arrow from the claim.",
    CARRIER_EVIDENCE: "The text endorses or doubts the claim here. Draw an arrow from the claim.",
    EVIDENCE: "Further evidence for a stance. Draw an arrow from the stance.",
}
"""Label of a region that belongs to another region, to its meaning."""

NOT_ASKED = {
    ("source_type", "self"): "a claim without a source is the carrier's own",
    (
        "relation_type",
        "same_as",
    ): "the cluster of an adjudicated claim has this information",
}
"""Inventory and label that no form has, to the reason."""

NOT_ASKED_LISTS = {
    "set_role": "it follows from the form",
    "origin": "it follows from the suggestions",
    "holder_kind": "it follows from the holder",
    "target_kind": "it follows from the target",
}
"""Inventory that no form has, to the reason."""


def values(
    inventories: Inventories, inventory: str, only: Sequence[str] | None = None
) -> tuple[Value, ...]:
    """Return the labels of an inventory as values, without those that no form has."""
    return tuple(
        Value(label.const, f"{label.title}: {label.description}")
        for label in inventories[inventory].oneOf
        if (inventory, label.const) not in NOT_ASKED
        and (only is None or label.const in only)
    )


def marks(
    inventories: Inventories,
    inventory: str,
    layer: str,
    only: Sequence[str] | None = None,
) -> Iterator[Mark]:
    """Yield the labels of an inventory as labels of regions."""
    labels = inventories[inventory].labels
    for value in values(inventories, inventory, only):
        yield Mark(
            label=value.name,
            layer=layer,
            group=layer,
            hint=value.hint,
            colour=labels[value.name].color or "",
            key=labels[value.name].key,
            inventory=inventory,
        )


def completed(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Give labels without a hotkey or a color the first that is free among all of them."""
    known = tuple(marks)
    keys, colors = {m.key for m in known}, {m.colour for m in known}
    free_keys = iter([key for key in style.KEYS if key not in keys])
    free_colors = iter([color for color in style.COLORS if color not in colors])
    return tuple(
        mark._replace(
            key=next(free_keys, "") if mark.key is None else mark.key,
            colour=mark.colour or next(free_colors, style.GREY),
        )
        for mark in known
    )


def parts(*names: str) -> Iterator[Mark]:
    """Yield labels of regions that belong to another region."""
    for name in names:
        yield Mark(name, name, "part", _PARTS[name], style.GREY, style.PART_KEYS[name])


SKIPPED = Mark(
    NOT_ANNOTATED,
    NOT_ANNOTATED,
    "given",
    "Not annotated, such as a credit, a link or repeated text. Leave it as it is.",
    "#d0d3d8",
)


def choices(  # noqa: PLR0913 - one argument per property of a field
    inventories: Inventories,
    name: str,
    inventory: str,
    layer: str = "",
    *,
    title: str = "",
    only: Sequence[str] | None = None,
    many: bool = False,
    required: bool = False,
    extended: bool = False,
) -> Control:
    """Return a field with the labels of an inventory."""
    return Control(
        name=name,
        kind="choices",
        title=title or inventories[inventory].title,
        layer=layer,
        values=values(inventories, inventory, only),
        inventory=inventory,
        many=many,
        required=required,
        extended=extended,
    )


def _coverage(inventories: Inventories, layer: str, title: str) -> Control:
    only = None if layer in COVERED[PANEL] else (FULL, PARTIAL)
    name = f"coverage_{layer}"
    return choices(inventories, name, "coverage", title=title, only=only, required=True)


NOTE = Control(
    "note", "textarea", "Note to the adjudicator; do not quote more than two words"
)


def _links(
    inventories: Inventories, name: str, layer: str, title: str, *, required: bool
) -> tuple[Control, Control, Control]:
    """Return the fields that link a region to actors of the registry or to new ones."""
    shown = (name, (NEW_ACTOR,))
    return (
        Control(
            name,
            "taxonomy",
            title,
            layer,
            many=True,
            required=required,
            listed_in="sources" if layer == SOURCE else "actors",
        ),
        Control(
            f"{name}_nil",
            "textarea",
            "Short names of actors that are not in the registry, separated by commas",
            layer,
            shown_by=shown,
        ),
        choices(
            inventories, f"{name}_nil_kind", "actor_kind", layer, title="Which kind"
        )._replace(shown_by=shown),
    )


def actors_form(inventories: Inventories) -> Form:
    """Return the first pass."""
    return Form(
        name=ACTORS,
        tier="",
        marks=completed((*marks(inventories, "naming", MENTION), SKIPPED)),
        controls=(
            *_links(inventories, "actors", MENTION, "Who is named", required=True),
            choices(inventories, "form", "mention_form", MENTION, extended=True),
            choices(
                inventories, "link_certainty", "link_certainty", MENTION, extended=True
            ),
            _coverage(inventories, "actor", "Actors: how much have you annotated"),
            NOTE,
        ),
    )


_ASKED = frozenset({"claim_type", "modality", "checkworthy", "carrier_stance"})
"""Voted attributes of a claim with a question of their own; others are asked alike."""


def _title(name: str) -> str:
    """Return the question for an attribute of a claim that is a short text."""
    titles = {"event_time": "When, if the text states it"}
    return titles.get(name, name.replace("_", " ").capitalize())


def claims_form(inventories: Inventories) -> Form:
    """Return the second pass."""
    given = Mark(
        MENTION,
        MENTION,
        "given",
        "An actor that you marked in the first pass.",
        "#c5cbe3",
    )
    roles = values(inventories, "about_role")
    carrier = stances(inventories, "claim")
    return Form(
        name=CLAIMS,
        tier="",
        marks=completed(
            (
                *marks(inventories, "claim_type", CLAIM),
                *marks(inventories, "source_type", SOURCE),
                *parts(CONTINUED, ALSO_AT, CARRIER_EVIDENCE),
                given,
                SKIPPED,
            )
        ),
        controls=(
            Control(
                "normalised",
                "textarea",
                "In your own words: one English sentence, at most 30 words",
                CLAIM,
                required=True,
                rows=3,
            ),
            choices(inventories, "modality", "modality", CLAIM, required=True),
            choices(inventories, "checkworthy", "checkworthy", CLAIM, required=True),
            *(
                Control(
                    f"about_{role.name}",
                    "taxonomy",
                    role.name,
                    CLAIM,
                    many=True,
                    listed_in="actors",
                    inventory="about_role",
                    group="about",
                    placeholder=role.hint.partition(": ")[2],
                )
                for role in roles
            ),
            choices(
                inventories,
                "carrier_stance",
                "stance_label",
                CLAIM,
                title="If it has a source: the stance of the text toward the claim",
                only=carrier,
            ),
            *(
                choices(inventories, one.name, one.inventory, CLAIM, extended=True)
                for one in ATTRIBUTES["claim"].values()
                if one.name not in _ASKED
            ),
            choices(
                inventories,
                "evidence_shown",
                "evidence_shown",
                CLAIM,
                many=True,
                extended=True,
            ),
            *(
                Control(name, "textarea", _title(name), CLAIM, extended=True)
                for name in NULLABLE
                if name not in {*ATTRIBUTES["claim"], "cluster"}
            ),
            Control(
                "sure",
                "choices",
                "",
                CLAIM,
                values=(Value(NOT_SURE, "An adjudicator should look."),),
                many=True,
            ),
            Control("claim_note", "textarea", "Note on this claim", CLAIM),
            *_links(inventories, "source_actors", SOURCE, "Who it is", required=False),
            choices(
                inventories, "identification", "identification", SOURCE, required=True
            ),
            choices(inventories, "mode", "mode", SOURCE, required=True),
            choices(
                inventories,
                "source_modality",
                "modality",
                SOURCE,
                title="Modality, only if it differs from that of the claim",
                extended=True,
            ),
            _coverage(inventories, "claim", "Claims: how much have you annotated"),
            NOTE,
        ),
        relations=values(inventories, "relation_type"),
    )


def panel_field(target: str, what: str = "") -> str:
    """Return the name of a field of a target of the panel."""
    return f"panel:{target}:{what}" if what else f"panel:{target}"


def stances(inventories: Inventories, target: str) -> list[str]:
    """Return the stances that are allowed toward a kind of target, or in the panel."""
    known = inventories["stance_label"].oneOf
    return [label.const for label in known if target in label.targets]


def panel_form(inventories: Inventories, panel: Panel) -> Form:
    """Return the third pass for a panel."""
    evidence = tuple(
        Mark(
            label=target.id,
            layer=TARGET,
            group=TARGET,
            hint=f"Evidence for {target.title}. {target.description}",
            colour=style.COLORS[n % len(style.COLORS)],
            key=style.TARGET_KEYS[n] if n < len(style.TARGET_KEYS) else "",
        )
        for n, target in enumerate(panel.targets)
    )
    held = [
        label.const
        for label in inventories["stance_label"].oneOf
        if set(label.targets) - {"panel"}
    ]
    return Form(
        name=PANEL,
        tier="",
        marks=completed(
            (
                *evidence,
                *marks(inventories, "stance_label", STANCE, held),
                *parts(EVIDENCE),
                SKIPPED,
            )
        ),
        controls=(
            Control(
                "holder",
                "taxonomy",
                "Whose stance",
                STANCE,
                required=True,
                listed_in="holders",
            ),
            Control(
                "target",
                "taxonomy",
                "Toward whom or what",
                STANCE,
                required=True,
                listed_in="targets",
            ),
            choices(inventories, "expression", "expression", STANCE),
            choices(inventories, "portrayal", "portrayal", STANCE, extended=True),
            Control(
                "scope",
                "choices",
                "Evidence, if it is not the marked words",
                STANCE,
                values=(
                    Value(WHOLE_SEGMENT, "The segment as a whole shows it."),
                    Value(NO_EVIDENCE, "No particular words; for `unclear` only."),
                ),
            ),
            *(
                field
                for target in panel.targets
                for field in _target_fields(inventories, target)
            ),
            _coverage(inventories, "panel", "Panel: how much have you annotated"),
            _coverage(
                inventories,
                "stance",
                "Stances of quoted speakers: how much have you annotated",
            ),
            NOTE,
        ),
        panel=panel.id,
        targets=panel.targets,
    )


def _target_fields(inventories: Inventories, target: PanelTarget) -> Iterator[Control]:
    name = panel_field(target.id)
    asked = stances(inventories, "panel")
    labels = inventories["stance_label"].labels
    positions = tuple(label for label in asked if labels[label].positions)
    proved = tuple(label for label in asked if labels[label].evidence == "required")
    yield choices(
        inventories, name, "stance_label", title=target.title, only=asked
    )._replace(group=target.id)
    yield choices(
        inventories, panel_field(target.id, "expression"), "expression", title="How"
    )._replace(group=target.id, shown_by=(name, positions))
    if target.kind == "actor":
        yield choices(
            inventories,
            panel_field(target.id, "portrayal"),
            "portrayal",
            title="Shown as",
            extended=True,
        )._replace(group=target.id, shown_by=(name, proved))
    yield Control(
        panel_field(target.id, "scope"),
        "choices",
        "",
        values=(Value(WHOLE_SEGMENT, "The segment as a whole is the evidence."),),
        many=True,
        group=target.id,
        shown_by=(name, proved),
    )
