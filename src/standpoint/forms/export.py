"""What comes out of Label Studio: tasks with their annotations, read strictly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from standpoint.forms import answers as reading
from standpoint.forms.answers import Answers, Region
from standpoint.forms.form import MENTIONED, Form
from standpoint.forms.rules import result as result_rule
from standpoint.forms.rules.exported import Exported
from standpoint.forms.task import KEY, Meta, is_whole
from standpoint.records.findings import Finding, Level, Problem, check_record, counted
from standpoint.records.model import Document
from standpoint.records.safe_repr import veiled

LONGEST = 7 * 24 * 3600
"""Seconds of work on one task that are believed: a tab may stay open for days."""


_HARMLESS_IN_TASK = frozenset(
    {
        *("file_upload", "created_at", "updated_at", "inner_id", "project", "overlap"),
        *("total_annotations", "cancelled_annotations", "total_predictions"),
        *("predictions", "last_comment_updated_at", "updated_by", "is_labeled"),
        *("allow_skip", "precomputed_agreement", "state"),
    }
)
_HARMLESS_IN_ANNOTATION = frozenset(
    {
        *("id", "updated_at", "draft_created_at", "ground_truth", "unique_id", "task"),
        *("import_id", "last_action", "last_created_by", "parent_prediction"),
        *("parent_annotation", "project", "result_count", "bulk_created", "state"),
        *("created_ago", "created_username"),
    }
)
"""Keys that hold no judgement; others that are not read are reported."""


class Annotation(msgspec.Struct):
    """An annotation as it was exported."""

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

    def __repr__(self) -> str:
        return veiled(self, "data")


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


class Seen(NamedTuple):
    """A task, however far it has come.

    Attributes:
        pointer: JSON pointer to it.
        where: Words that name it and its annotator.
        id: Its number on the server; 0 where it has none.
        meta: What it is about, or None where it is not ours.
        state: `done`, `draft`, `skipped` or `open`.
        seconds: Seconds of work on it; 0 where not measured.
        has_text: Whether the text that it is about is at hand.
    """

    pointer: str
    where: str
    id: int
    meta: Meta | None
    state: str
    seconds: float
    has_text: bool


class Export(NamedTuple):
    """An export that was read.

    Attributes:
        answered: The tasks that were answered without an error.
        seen: All tasks.
        findings: What was found.
    """

    answered: list[Answered]
    seen: list[Seen]
    findings: list[Finding]


def read(tasks: Any, path: str, book: Book) -> Export:
    """Read an export.

    Args:
        tasks: The decoded file.
        path: Its path, for findings.
        book: What its tasks are read against.
    """
    answered: list[Answered] = []
    seen: list[Seen] = []
    findings: list[Finding] = []
    faults = _Faults()
    for index, task in enumerate(tasks if isinstance(tasks, list) else [tasks]):
        pointer = f"/{index}" if isinstance(tasks, list) else ""
        fault = "" if isinstance(tasks, list) else "is not a list of tasks"
        if fault or (fault := _form_fault(task)):
            faults.add(fault, pointer, "file")
            continue
        one = _Task(task, pointer, book)
        new = list(_judged(one.exported(), path))
        seen.append(one.seen())
        if one.meta is not None:
            for at, kind, key in one.unread():
                faults.add(key, at, kind)
        if not _stops(new) and one.annotation is not None:
            done, more, keys = one.answered(path)
            new += more
            answered += [done] if done is not None else []
            for at, key in keys:
                faults.add(key, at, "region, field or arrow")
        findings += new
    return Export(answered, seen, [*findings, *faults.findings(path)])


def _form_fault(task: Any) -> str:
    """Return what is wrong with the form of a task, or nothing where it has the right one."""
    if not isinstance(task, dict):
        return ""  # LST001 reports it
    if "annotation_id" in task and "annotations" not in task:
        return "is in the format JSON-MIN, but the one called JSON is needed"
    if "annotations" not in task:
        other = next((key for key in ("completions", "result") if task.get(key)), None)
        if other is not None:
            return f"has answers under \u2018{other}\u2019, a form that is not read"
        return "has tasks without \u2018annotations\u2019"
    if task.get("completions"):
        return "has answers under \u2018completions\u2019, a form that is not read"
    return ""


class _Faults:
    """Faults of which an export has one in every task: each is reported once."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[str]] = {}

    def add(self, fault: str, pointer: str, kind: str) -> None:
        """Remember a fault in the form of the file, or a key that is not read.

        Args:
            fault: What is wrong with the file, or the key.
            pointer: JSON pointer to the task, or to what has the key.
            kind: `file`, or what has the key.
        """
        self._places.setdefault((kind, fault), []).append(pointer)

    def findings(self, path: str) -> Iterator[Finding]:
        """Yield each fault once."""
        for (kind, fault), places in self._places.items():
            times = f" ({counted(len(places), 'place')})" if len(places) > 1 else ""
            if kind == "file":
                words = f"The file {fault}{times}. Nothing of that was taken."
                yield Problem("LST022", places[0], words, path).finding()
            else:
                words = f"The key \u2018{fault}\u2019 of a {kind} is not read{times}."
                yield Problem("LST021", places[0], words, path).finding()


def _judged(task: Exported, path: str) -> Iterator[Finding]:
    yield from check_record(task, None, path)


def _stops(findings: list[Finding]) -> bool:
    return any(finding.level is Level.ERROR for finding in findings)


class _Task:
    """One task of an export, taken apart."""

    def __init__(self, raw: Any, pointer: str, book: Book) -> None:
        self.pointer = pointer
        self.book = book
        self.raw = raw
        self.problem = ""
        self.has_text = True
        self.meta: Meta | None = None
        self.form: Form | None = None
        self.expected = ""
        self.annotation: Annotation | None = None
        self.at = ""
        self.task = Task()
        try:
            self.task = _converted(raw, Task)
            if reading.is_halved(self.task.meta):
                self.problem = "its \u2018meta\u2019 holds half a character."
                return
            self.meta = msgspec.convert((self.task.meta or {})[KEY], Meta)
            self._place(self.meta)
        except KeyError:
            self.problem = (
                "it does not say which text it is about, so it was not made by `push`."
            )
        except msgspec.ValidationError as error:
            self.problem = f"it does not have the form of a task. {error}."

    @property
    def where(self) -> str:
        number = self.task.id or self.pointer[1:]
        if self.meta is None:
            return f"Task {number}"
        members = self.meta.contested.members if self.meta.contested else ()
        item = f" {members[0].item}" if members else ""
        place = f"{self.meta.document}/{self.meta.segment} ({self.meta.form}{item})"
        return f"{place}, annotator {self.meta.annotator}, task {number}"

    def seen(self) -> Seen:
        """Return how far the task has come."""
        submitted: list[Annotation | None] = []
        cancelled = False
        for raw in self.task.annotations:
            try:
                one = _converted(raw, Annotation)
            except msgspec.ValidationError:
                submitted.append(None)  # something was submitted, and LST001 refuses it
                continue
            cancelled |= one.was_cancelled
            submitted += [] if one.was_cancelled else [one]
        work = [_work(one.lead_time) for one in submitted if one is not None]
        state = "skipped" if cancelled else "draft" if self.task.drafts else "open"
        return Seen(
            pointer=self.pointer,
            where=self.where,
            id=self.task.id,
            meta=self.meta,
            state="done" if submitted else state,
            seconds=sum(work) / len(work) if work else 0,
            has_text=self.has_text,
        )

    def unread(self) -> Iterator[tuple[str, str, str]]:
        """Yield JSON pointer, kind and key of what is not read of task and annotations."""
        known = {*Task.__struct_fields__, *_HARMLESS_IN_TASK}
        for key in reading.filled_keys(self.raw, known):
            yield self.pointer, "task", key
        known = {*Annotation.__struct_fields__, *_HARMLESS_IN_ANNOTATION}
        for index, one in enumerate(self.task.annotations):
            for key in reading.filled_keys(one, known) if isinstance(one, dict) else ():
                yield f"{self.pointer}/annotations/{index}", "annotation", key

    def _place(self, meta: Meta) -> None:
        """Find document, text and pass of the task."""
        document, text = self.book.documents.get(meta.document, (None, None))
        if document is None:
            self.problem = (
                f"there is no document \u2018{meta.document}\u2019 in this corpus."
            )
            return
        segment = next((s for s in document.segments if s.id == meta.segment), None)
        place = (segment.start, segment.end) if segment else None
        if document.text.sha256 != meta.text_sha256 or place != (meta.start, meta.end):
            self.problem = "the text of the segment changed after it was pushed."
            return
        if text is None:
            self.has_text = False
            self.problem = f"the text of {meta.document} is not here: use --texts."
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
                annotation = _converted(raw, Annotation)
            except msgspec.ValidationError as error:
                problem = (
                    problem or f"an annotation does not have the form of one. {error}."
                )
                continue
            if not _seconds(annotation.created_at):
                problem = problem or "an annotation does not say when it was made."
            if annotation.was_cancelled:
                skipped.append((at, _n_own(annotation.result)))
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

    def answered(
        self, path: str
    ) -> tuple[Answered | None, list[Finding], Sequence[tuple[str, str]]]:
        """Read the one annotation; also return the places and keys that are not read."""
        meta, form, annotation = self.meta, self.form, self.annotation
        if meta is None or form is None or annotation is None:
            return None, [], ()
        raw = reading.raw(
            annotation.result, self.where, form, self.expected, f"{self.at}/result"
        )
        findings = list(check_record(raw, None, path))
        if _stops(findings):
            return None, findings, raw.unread
        for at, words in reading.left_out(raw):
            findings.append(Problem("LST021", at, words, path).finding())
        done = Answered(
            meta=meta,
            form=form,
            answers=result_rule.sound(raw),
            suggested=self._suggested(annotation, form),
            where=self.where,
            path=path,
            pointer=self.at,
            created=_seconds(annotation.created_at),
            lead_time=_work(annotation.lead_time),
        )
        return done, findings, raw.unread

    def _suggested(self, annotation: Annotation, form: Form) -> dict[str, Region]:
        """Return what was there from the start, as far as the export says it."""
        prediction = annotation.prediction
        result = prediction.get("result") if isinstance(prediction, dict) else None
        raw = reading.raw(result or [], "", form, self.expected, "")
        is_sound = not any(next(rule.findings(raw, None, ""), None) for rule in _SOUND)
        return reading.read(raw).regions if is_sound else {}


_Kind = TypeVar("_Kind", Task, Annotation)

_SOUND = (result_rule.region_has_its_words, result_rule.answer_is_asked)


def _n_own(result: Any) -> int:
    """Return how many items of a result are not given with the task."""
    items = result if isinstance(result, list) else []
    names = [str(one.get("id", "")) for one in items if isinstance(one, dict)]
    return sum(not name.startswith(("zone-", MENTIONED)) for name in names)


def _converted(raw: Any, kind: type[_Kind]) -> _Kind:
    """Return plain data as a task or annotation.

    Raises:
        msgspec.ValidationError: If they are something else, or hold half a character
            where that cannot be told.
    """
    try:
        return msgspec.convert(raw, kind)
    except UnicodeEncodeError:
        raise msgspec.ValidationError("It holds half a character") from None


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
