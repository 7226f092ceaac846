"""What annotators read when they open a project, as HTML."""

from standpoint.forms.form import ACTORS, CLAIMS, PANEL

_MARKING = (
    "Press the key of a label, then draw over the words with the mouse. Click marked words"
    " to fill in their fields; Escape lets go of them; Backspace deletes them."
    " To change a label, click the marked words, then click the label with the mouse."
)
_ARROW = (
    "To draw an arrow: click the region where it starts, press Alt+R, click the region"
    " where it ends."
)
_END = (
    "Grey stretches are not annotated. Say at the end how far you got, and press Submit;"
    " a draft is not taken. Skip costs you nothing."
)

_TEXTS: dict[str, tuple[str, ...]] = {
    ACTORS: (
        (
            "Mark everybody who is named: the label says how. Then say who it is: type a part"
            " of the name. Not in the registry: choose that, give a short name and a kind."
        ),
    ),
    CLAIMS: (
        (
            "Mark what is put forward; the label is its type. Say it in your own words, and"
            " whom it is about."
        ),
        (
            "Mark the words that name a source, or the cue where nothing does, and draw an"
            " arrow from the claim to the nearest source, from there to where that has it from."
            " A claim without an arrow is the text's own."
        ),
        (
            "A claim that is interrupted or said again: mark the other words as"
            " <b>continued</b> or <b>also_at</b> and draw an arrow from the claim."
        ),
        (
            "Whom you marked before shows in pale blue. An arrow to a mention is needed only"
            " where the claim is about somebody who is named elsewhere."
        ),
    ),
    PANEL: (
        (
            "Judge every target on the right for the segment's own voice. Mark the words that"
            " show it with the label of the target."
        ),
        (
            "Then the stances of those who speak: mark the words with the stance, and say"
            " whose it is and toward whom. More evidence: mark it as <b>evidence</b> and draw"
            " an arrow from the stance."
        ),
    ),
}

_DECIDE = (
    "The table shows what each reading says; the tabs at the top show what it marked."
    " <b>chosen</b> takes one of them, <b>merged</b> takes what you mark yourself,"
    " <b>left_open</b> is a good answer. Open tasks from the list, not with Label All"
    " Tasks: only there are the tabs. Give a reason in words of your own."
)


def of(form: str) -> str:
    """Return the instruction of a form."""
    if form not in _TEXTS:
        return f"<p>{_DECIDE}</p><p>{_MARKING}</p>"
    lines = (*_TEXTS[form], _MARKING, *([] if form == ACTORS else [_ARROW]), _END)
    return "".join(f"<p>{line}</p>" for line in lines)
