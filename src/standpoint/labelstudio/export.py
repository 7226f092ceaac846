"""What comes out of Label Studio: tasks with their annotations, read strictly."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from standpoint.findings import Finding, Level
from standpoint.labelstudio import answers as reading
from standpoint.labelstudio.answers import Answers, Region
from standpoint.labelstudio.form import Form
from standpoint.labelstudio.rule import exported as task_rule
from standpoint.labelstudio.rule import result as result_rule
from standpoint.labelstudio.rule.exported import Exported
from standpoint.labelstudio.task import KEY, Meta, is_whole
from standpoint.model import Document

LONGEST = 7 * 24 * 3600
"""Seconds of work on one task that are believed: a tab may stay open for days."""


class Annotation(msgspec.Struct):
    """An annotation as it was exported; what else it has is of no use here."""

    result: Any
    created_at: str = ""
    lead_time: float | None = None
    was_cancelled: bool = False
    completed_by: Any = None
    updated_by: Any = None
    prediction: Any = None


class Task(msgspec.Struct):
    """A task as it was exported."""

    id: int = 0
    data: dict[str, Any] = {}
    meta: dict[str, Any] | None = None
    annotations: list[Any] = []
    drafts: list[Any] = []


class Book(NamedTuple):
    """What the tasks of an export are read against.

    Attributes:
        documents: Document id to document and raw text; None where it is not at hand.
        forms: Form of a pass, from its name, tier and panel; KeyError if there is none.
        people: User of the server, by number or address, to pseudonym; None where no
            server can be asked.
    """

    documents: Mapping[str, tuple[Document, str | None]]
    forms: "Forms"
    people: Mapping[Any, str] | None


class Forms:
    """The passes as tasks were pushed, made when they are first asked for."""

    def __init__(self, make: Callable[[str, str, str], Form]) -> None:
        """Remember how to make a form from name, tier and panel; KeyError if it cannot."""
        self._make = make
        self._made: dict[tuple[str, str, str], Form] = {}

    def __call__(self, name: str, tier: str, panel: str) -> Form:
        """Return the form of a pass.

        Raises:
            KeyError: If there is no such pass or panel.
        """
        key = (name, tier, panel)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]


class Answered(NamedTuple):
    """A task with the one annotation that was submitted.

    Attributes:
        meta: What the task is about.
        form: The pass.
        answers: What the annotator did.
        suggested: Id of a region to what was there from the start.
        where: Words that name task and annotator.
        path: Path of the export.
        pointer: JSON pointer to the annotation.
        created: When it was first submitted, UTC, to the second.
        lead_time: Seconds of work; 0 where not measured.
    """

    meta: Meta
    form: Form
    answers: Answers
    suggested: dict[str, Region]
    where: str
    path: str
    pointer: str
    created: str
    lead_time: float


def read(
    tasks: Any, path: str, book: Book
) -> tuple[list[Answered], list[Meta], list[Finding]]:
    """Read an export.

    Args:
        tasks: The decoded file.
        path: Its path, for findings.
        book: What its tasks are read against.

    Returns:
        The tasks that were answered without a fault; what every task that is ours is
        about; and what was found.
    """
    if not isinstance(tasks, list):
        one = Exported(
            "", "The file", "it is no list of tasks, as exports in JSON are."
        )
        return [], [], list(_judged(one, path))
    answered: list[Answered] = []
    metas: list[Meta] = []
    findings: list[Finding] = []
    for index, task in enumerate(tasks):
        found = _Task(task, f"/{index}", book)
        new = list(_judged(found.exported(), path))
        findings += new
        if found.meta is not None:
            metas.append(found.meta)
        if not _stops(new) and found.annotation is not None:
            done, new = found.answered(path)
            findings += new
            answered += [done] if done is not None else []
    return answered, metas, findings


def progress(raw: Any) -> tuple[str, float]:
    """Return how far a task has come, and the seconds of work on it.

    Args:
        raw: The task as it was exported.

    Returns:
        `done`, `draft`, `skipped` or `open`; and 0 where no work was measured.
    """
    try:
        task = msgspec.convert(raw, Task)
        annotations = msgspec.convert(task.annotations, list[Annotation])
    except msgspec.ValidationError:
        return "open", 0
    submitted = [one for one in annotations if not one.was_cancelled]
    if submitted:
        return "done", sum(_work(one.lead_time) for one in submitted) / len(submitted)
    if annotations:
        return "skipped", 0
    return ("draft" if task.drafts else "open"), 0


def _judged(task: Exported, path: str) -> Iterator[Finding]:
    for rule in task_rule.CHECKS:
        yield from rule.findings(task, None, path)


def _stops(findings: list[Finding]) -> bool:
    return any(finding.level is Level.ERROR for finding in findings)


class _Task:
    """One task of an export, taken apart."""

    def __init__(self, raw: Any, pointer: str, book: Book) -> None:
        self.pointer = pointer
        self.book = book
        self.problem = ""
        self.meta: Meta | None = None
        self.form: Form | None = None
        self.expected = ""
        self.annotation: Annotation | None = None
        self.at = ""
        self.task = Task()
        try:
            self.task = msgspec.convert(raw, Task)
            self.meta = msgspec.convert((self.task.meta or {})[KEY], Meta)
            self._place(self.meta)
        except KeyError:
            self.problem = "it does not say what it is about; `push` made no such task."
        except msgspec.ValidationError as error:
            self.problem = f"it does not have the form of a task. {error}."

    @property
    def where(self) -> str:
        who = f", annotator {self.meta.annotator}" if self.meta else ""
        return f"Task {self.task.id or self.pointer[1:]}{who}"

    def _place(self, meta: Meta) -> None:
        """Find document, text and pass of the task."""
        document, text = self.book.documents.get(meta.document, (None, None))
        if document is None:
            self.problem = f"there is no document \u2018{meta.document}\u2019."
            return
        segment = next((s for s in document.segments if s.id == meta.segment), None)
        place = (segment.start, segment.end) if segment else None
        if document.text.sha256 != meta.text_sha256 or place != (meta.start, meta.end):
            self.problem = (
                f"{meta.document}/{meta.segment} is another stretch of text by now."
            )
            return
        if text is None:
            self.problem = f"the text of {meta.document} is not here; use --texts."
            return
        if not is_whole(meta):
            self.problem = "it does not say what is to be decided."
            return
        try:
            self.form = self.book.forms(meta.form, meta.tier, meta.panel)
        except KeyError:
            self.problem = (
                f"there is no pass \u2018{meta.form}\u2019 of \u2018{meta.panel}\u2019."
            )
        self.expected = reading.shown(text[meta.start : meta.end])

    def exported(self) -> Exported:
        """Return the task as the rules look at it."""
        submitted: list[tuple[str, Annotation]] = []
        skipped = []
        problem = self.problem
        for index, raw in enumerate(self.task.annotations):
            at = f"{self.pointer}/annotations/{index}"
            try:
                annotation = msgspec.convert(raw, Annotation)
            except msgspec.ValidationError as error:
                problem = (
                    problem or f"an annotation does not have the form of one. {error}."
                )
                continue
            if not _seconds(annotation.created_at):
                problem = problem or "an annotation does not say when it was made."
            if annotation.was_cancelled:
                skipped.append(at)
            else:
                submitted.append((at, annotation))
        if len(submitted) == 1:
            self.at, self.annotation = submitted[0]
        return Exported(
            pointer=self.pointer,
            where=self.where,
            problem=problem,
            shown=self.task.data.get("text"),
            expected=self.expected,
            annotations=tuple(at for at, _ in submitted),
            hands=tuple(self._hands(submitted)),
            drafts=tuple(
                f"{self.pointer}/drafts/{index}"
                for index in range(len(self.task.drafts))
            ),
            skipped=tuple(skipped),
        )

    def _hands(
        self, submitted: list[tuple[str, Annotation]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the annotations that somebody else made or changed."""
        people = self.book.people
        if self.meta is None or self.problem:
            return
        annotator = self.meta.annotator
        for at, annotation in submitted:
            maker, changer = (
                _user(annotation.completed_by),
                _user(annotation.updated_by),
            )
            if people is not None and people.get(maker) != annotator:
                other = people.get(maker, "somebody who is no annotator here")
                yield f"{at}/completed_by", f"made by {other}."
            elif changer is not None and changer != maker:
                other = (people or {}).get(changer, "somebody else")
                yield f"{at}/updated_by", f"last changed by {other}."

    def answered(self, path: str) -> tuple[Answered | None, list[Finding]]:
        """Read the one annotation."""
        meta, form, annotation = self.meta, self.form, self.annotation
        if meta is None or form is None or annotation is None:
            return None, []
        raw = reading.raw(
            annotation.result, self.where, form, self.expected, f"{self.at}/result"
        )
        findings = [
            finding
            for rule in result_rule.CHECKS
            for finding in rule.findings(raw, None, path)
        ]
        if _stops(findings):
            return None, findings
        done = Answered(
            meta=meta,
            form=form,
            answers=reading.read(raw),
            suggested=self._suggested(annotation, form),
            where=self.where,
            path=path,
            pointer=self.at,
            created=_seconds(annotation.created_at),
            lead_time=_work(annotation.lead_time),
        )
        return done, findings

    def _suggested(self, annotation: Annotation, form: Form) -> dict[str, Region]:
        """Return what was there from the start, as far as the export says it."""
        prediction = annotation.prediction
        result = prediction.get("result") if isinstance(prediction, dict) else None
        raw = reading.raw(result or [], "", form, self.expected, "")
        sound = not any(list(rule.run(raw, None)) for rule in _SOUND)
        return reading.read(raw).regions if sound else {}


_SOUND = (result_rule.region_has_its_words, result_rule.answer_is_asked)


def _work(seconds: float | None) -> float:
    """Return a time of work in seconds; 0 for one that cannot be."""
    return seconds if seconds is not None and 0 <= seconds <= LONGEST else 0


def _user(value: Any) -> Any:
    """Return number or address of a user."""
    if isinstance(value, dict):
        value = value.get("id", value.get("email"))
    return value if isinstance(value, int | str) else None


def _seconds(moment: str) -> str:
    """Return a moment as records write it; nothing where it is none."""
    try:
        found = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")
