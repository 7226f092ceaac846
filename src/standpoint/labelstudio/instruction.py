"""The instruction that annotators read when they open a project, as HTML."""

from standpoint.forms.form import ACTORS, CLAIMS, PANEL

_MARKING = (
    "Press the key of a label, then drag over the words with the mouse. Click marked words"
    " to fill in their fields. Press Escape to deselect them, Backspace to delete the mark."
    " To change a label, click the marked words, then click the new label with the mouse."
)
_ARROW = (
    "To draw an arrow, click the marked words where it starts, press Alt+R, and click the"
    " marked words where it ends."
)
_END = (
    "Do not annotate grey text. At the end, choose how much you have annotated and press"
    " Submit; drafts are not used. You may skip any segment."
)

_TEXTS: dict[str, tuple[str, ...]] = {
    ACTORS: (
        (
            "Mark everybody who is named; the label states how they are named. Then choose who"
            " it is: type a part of the name. If the actor is not in the registry, choose"
            " \u2018not in the registry\u2019, and give a short name and a kind."
        ),
    ),
    CLAIMS: (
        (
            "Mark each claim; the label is its type. Write the claim in your own words, and"
            " choose whom it is about."
        ),
        (
            "Mark the words that name a source, or the cue if no words name it. Draw an arrow"
            " from the claim to the nearest source, and from there to the source of that source."
            " A claim without an arrow is the text's own claim."
        ),
        (
            "If a claim is interrupted or repeated, mark the other words as <b>continued</b>"
            " or <b>also_at</b> and draw an arrow from the claim."
        ),
        (
            "The actors that you marked before are pale blue. Draw an arrow to one of them only"
            " if the claim is about somebody who is named outside of the claim."
        ),
    ),
    PANEL: (
        (
            "For every target on the right, choose the stance of the segment's own voice. Mark"
            " the words that show it with the label of the target."
        ),
        (
            "Then mark the stances of quoted speakers: label the words with the stance, and"
            " choose whose it is and toward whom. Mark further evidence as <b>evidence</b> and"
            " draw an arrow from the stance."
        ),
    ),
}

_DECIDE = (
    "The table shows the answers of each reading; the tabs at the top show its marks."
    " <b>chosen</b> keeps one of them, <b>merged</b> keeps what you mark yourself, and"
    " <b>left_open</b> is an acceptable answer. Open tasks from the list, not with Label All"
    " Tasks, which shows no tabs. Give a reason in your own words."
)


def of(form: str) -> str:
    """Return the instruction of a form."""
    if form not in _TEXTS:
        return f"<p>{_DECIDE}</p><p>{_MARKING}</p>"
    lines = (*_TEXTS[form], _MARKING, *([] if form == ACTORS else [_ARROW]), _END)
    return "".join(f"<p>{line}</p>" for line in lines)
