"""Rules on how what came back fits what is here."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from standpoint.records.findings import Finding, Hit, Level, check


class Clash(NamedTuple):
    """Something that cannot be taken as it came back, found while taking it.

    Attributes:
        code: The rule that it breaks.
        pointer: JSON pointer into the export.
        words: Task, annotator, region, and what clashes.
        path: Path of the export.
    """

    code: str
    pointer: str
    words: str
    path: str = ""

    def findings(self) -> Iterator[Finding]:
        """Yield it as a finding."""
        for rule in CHECKS:
            yield from rule.findings(self, None, self.path)

    def of(self, code: str) -> Iterator[Hit]:
        """Yield it where it breaks this rule."""
        if self.code == code:
            yield Hit(self.pointer, self.words)


@check("LST013", Level.ERROR, on=Clash)
def pull_overwrites_nothing(clash: Clash, _: Any) -> Iterator[Hit]:
    """What was edited here since it was pulled is not overwritten.

    Why: one of the two would be lost.
    Fix: compare the file with the task; `--replace` takes what is on the server.
    Example: a curator mended a link in the file while the annotator went on.
    """
    yield from clash.of("LST013")


@check("LST014", Level.ERROR, on=Clash)
def later_pass_fits_earlier(clash: Clash, _: Any) -> Iterator[Hit]:
    """A later pass refers to what the earlier ones hold now.

    Why: a link to a mention that was deleted ends nowhere.
    Fix: mark the mention in the first pass again, or delete the arrow in the second.
    Example: an arrow to a mention that the annotator has since removed.
    """
    yield from clash.of("LST014")


@check("LST015", Level.ERROR, on=Clash)
def set_follows_one_version(clash: Clash, _: Any) -> Iterator[Hit]:
    """All passes of a set follow one version of the guidelines.

    Why: a set says which rules it followed, and can say it once.
    Fix: push the later passes again, under the version that the set follows.
    Example: actors under 0.3 and claims under 0.4.
    """
    yield from clash.of("LST015")


@check("LST016", Level.ERROR, on=Clash)
def new_actor_has_name_and_kind(clash: Clash, _: Any) -> Iterator[Hit]:
    """An actor that the registry lacks has a short name and one kind.

    Why: curators fill the registry from these.
    Fix: give a short name in Latin letters and digits, and choose a kind.
    Example: \u2018not in the registry\u2019 without a name.
    """
    yield from clash.of("LST016")


@check("LST017", Level.ERROR, on=Clash)
def answers_make_a_record(clash: Clash, _: Any) -> Iterator[Hit]:
    """What was given fits the schema of an annotation set.

    Why: what does not fit cannot be stored.
    Fix: shorten or mend it in Label Studio and press Update.
    Example: a note of 500 characters.
    """
    yield from clash.of("LST017")


@check("LST018", Level.ERROR, on=Clash)
def decision_is_complete(clash: Clash, _: Any) -> Iterator[Hit]:
    """A decision is possible for what it is about, has a reason, and decides on one item.

    `agreed` is possible only where the readings say the same in everything that is kept.

    Why: who reads the resolved label must be able to see how it came about.
    Fix: open the task of the adjudicator, correct the decision or fill in what is
        missing, and press Update.
    Example: `chosen` without a reason; `agreed` on readings with different labels.
    """
    yield from clash.of("LST018")


@check("LST019", Level.ERROR, on=Clash)
def segment_is_one_task(clash: Clash, _: Any) -> Iterator[Hit]:
    """In each pass a segment is one task of an annotator.

    Why: of two readings of one annotator nobody knows which counts.
    Fix: delete one of the tasks on the server.
    Example: a project that was copied with its tasks.
    """
    yield from clash.of("LST019")


@check("LST020", Level.ERROR, on=Clash)
def decision_is_on_what_is_there(clash: Clash, _: Any) -> Iterator[Hit]:
    """A decision is about items as their readings have them now.

    Why: an adjudicator who saw something else has not decided on it.
    Fix: `push --adjudicate` again: what has changed is asked anew.
    Example: a mention that its annotator labelled otherwise after it was pushed.
    """
    yield from clash.of("LST020")


@check("LST021", Level.WARNING, on=Clash)
def answers_are_taken_whole(clash: Clash, _: Any) -> Iterator[Hit]:
    """What was typed, marked or chosen is taken, or reported here.

    Known keys of Label Studio that hold no judgement are passed over; any other key that
    is not read is reported, once for all of its kind.

    Why: an annotator who writes something down expects somebody to read it.
    Fix: look at the task in Label Studio, and put what matters into a field or a note of
        the pass.
    Example: a comment in an edition of Label Studio that has comments.
    """
    yield from clash.of("LST021")


@check("LST022", Level.ERROR, on=Clash)
def export_has_the_right_form(clash: Clash, _: Any) -> Iterator[Hit]:
    """An export is a list of tasks with `annotations`, as Label Studio 1.x writes JSON.

    Why: other formats do not say which text and which annotator a task is about.
    Fix: in Label Studio open the project, choose Export and the format called JSON.
    Example: an export in the format JSON-MIN; answers under `completions`.
    """
    yield from clash.of("LST022")


@check("LST024", Level.ERROR, on=Clash)
def known_work_is_still_there(clash: Clash, _: Any) -> Iterator[Hit]:
    """Work that an earlier pull found on the server is still there.

    The sets in this corpus are kept as they were pulled.

    Why: any login can delete a project, with all that was done since the last pull.
    Fix: ask who deleted it and restore the backup; or `labelstudio pull --forget` where
        it was meant.
    Example: a project that an annotator deleted with the button meant for a task.
    """
    yield from clash.of("LST024")


CHECKS = (
    pull_overwrites_nothing,
    later_pass_fits_earlier,
    set_follows_one_version,
    new_actor_has_name_and_kind,
    answers_make_a_record,
    decision_is_complete,
    segment_is_one_task,
    decision_is_on_what_is_there,
    answers_are_taken_whole,
    export_has_the_right_form,
    known_work_is_still_there,
)
