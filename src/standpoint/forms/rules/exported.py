"""Rules on a task as it came back, before anything in it is read."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from standpoint.records.findings import Hit, Level, check, counted


class Exported(NamedTuple):
    """A task as it came back.

    Attributes:
        pointer: JSON pointer to the task.
        where: Words that name it and its annotator.
        problem: What keeps it from being one that was pushed, or empty.
        shown: The text in the task.
        expected: The text that was pushed.
        annotations: JSON pointer to each annotation that was submitted.
        hands: JSON pointer and words of each annotation by another hand.
        drafts: JSON pointers of drafts.
        skipped: JSON pointer of each annotation that was cancelled, and how many marks
            and answers it has.
    """

    pointer: str
    where: str
    problem: str = ""
    shown: Any = ""
    expected: str = ""
    annotations: tuple[str, ...] = ()
    hands: tuple[tuple[str, str], ...] = ()
    drafts: tuple[str, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()


@check("LST001", Level.ERROR, on=Exported)
def task_was_pushed(task: Exported, _: Any) -> Iterator[Hit]:
    """A task is one that was pushed from this corpus, and fits it as it is now.

    Why: without what `push` wrote into it nobody knows which text it is about.
    Fix: where a text is not here, give its folder with --texts; where a document changed,
        push it again. Leave tasks in Label Studio as they are.
    Example: a task that was typed in by hand.
    """
    if task.problem:
        yield Hit(task.pointer, f"{task.where}: {task.problem}")


@check("LST002", Level.ERROR, on=Exported)
def task_shows_the_text(task: Exported, _: Any) -> Iterator[Hit]:
    """The text of a task is that of its segment, character by character.

    Why: offsets into another text mark other words.
    Fix: take the export again, straight from the server; programs that change line ends
        or characters spoil it.
    Example: an export that an editor saved with CRLF line ends.
    """
    if task.problem or task.shown == task.expected:
        return
    what = "is not that of the segment"
    if not isinstance(task.shown, str):
        what = "is missing"
    elif task.shown.replace("\r\n", "\n") == task.expected:
        what = "has other line ends (CRLF)"
    yield Hit(f"{task.pointer}/data/text", f"{task.where}: the text {what}.")


@check("LST009", Level.ERROR, on=Exported)
def annotation_is_by_its_annotator(task: Exported, _: Any) -> Iterator[Hit]:
    """An annotation was made and last changed by the annotator of its project.

    Why: the open edition of Label Studio lets anyone edit anyone's work.
    Fix: if it was changed, the annotator answers anew and presses Update; if it was made
    by somebody else, delete that annotation in the menu of its tab.
    Example: a task of a1 that the administrator saved.
    """
    for at, words in task.hands:
        yield Hit(at, f"{task.where}: {words}")


@check("LST010", Level.ERROR, on=Exported)
def task_has_one_annotation(task: Exported, _: Any) -> Iterator[Hit]:
    """A task has one annotation.

    Why: of two nobody knows which was meant.
    Fix: open the task, compare the tabs and delete one of them.
    Example: a second annotation where the first should have been updated.
    """
    if len(task.annotations) > 1:
        message = f"{task.where}: {len(task.annotations)} annotations of one task."
        yield Hit(task.annotations[1], message)


@check("LST011", Level.WARNING, on=Exported)
def draft_is_no_annotation(task: Exported, _: Any) -> Iterator[Hit]:
    """A draft is kept on the server and not taken.

    Why: Label Studio saves drafts by itself; only Submit says that it is meant.
    Fix: open the task and press Submit or Update, or undo the changes.
    Example: a tab that was closed in the middle of a segment.
    """
    for at in task.drafts:
        yield Hit(at, f"{task.where}: a draft that was not submitted.")


@check("LST012", Level.WARNING, on=Exported)
def skipped_task_is_said(task: Exported, _: Any) -> Iterator[Hit]:
    """A task that was skipped has no judgement.

    Why: an annotator may skip any segment, and what is missing must be known.
    Fix: nothing; or give the segment to somebody else.
    Example: a segment with gore that its annotator did not want to read.
    """
    for at, number in task.skipped:
        what = (
            f", with {counted(number, 'answer')} that are not taken" if number else ""
        )
        yield Hit(at, f"{task.where}: skipped{what}.")
