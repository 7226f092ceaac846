"""An export of Label Studio: tasks with their annotations, read strictly."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from standpoint.forms import rules
from standpoint.forms.answers import Answers, Region
from standpoint.forms.convert_common import Passage, passage
from standpoint.forms.form import MENTIONED, Form
from standpoint.labelstudio import result
from standpoint.labelstudio.task import KEY, Meta, is_whole
from standpoint.records.findings import CHECKS, Finding, Level, Problem, counted
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
"""Keys that hold no answer; any other key that is not read is reported."""


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
        documents: Document id to document and raw text; None where it is not available.
        forms: Returns the form of a name, tier and panel; KeyError if there is none.
        people: User of the server, by number or address, to pseudonym; None where no
            server can be asked.
    """

    documents: Mapping[str, tuple[Document, str | None]]
    forms: Callable[[str, str, str], Form]
    people: Mapping[Any, str] | None


class Answered(NamedTuple):
    """A task with the one annotation that was submitted.

    Attributes:
        meta: What the task is about.
        passage: Its segment and form.
        answers: What the annotator answered.
        suggested: Id of a region to the region that the task came with.
        path: Path of the export.
        pointer: JSON pointer to the annotation.
        created: When it was first submitted, UTC, to the second.
        lead_time: Seconds of work; 0 where not measured.
    """

    meta: Meta
    passage: Passage
    answers: Answers
    suggested: dict[str, Region]
    path: str
    pointer: str
    created: str
    lead_time: float

    @property
    def form(self) -> Form:
        """The form of the task."""
        return self.passage.form

    @property
    def where(self) -> str:
        """Words that name task and annotator."""
        return self.passage.where

    def problem(self, code: str, words: str) -> Problem:
        """Return a problem with the whole task."""
        return Problem(code, self.pointer, f"{self.where}: {words}")


class Seen(NamedTuple):
    """A task of an export, answered or not.

    Attributes:
        pointer: JSON pointer to it.
        where: Words that name it and its annotator.
        id: Its number on the server; 0 where it has none.
        meta: What it is about, or None where `push` did not make it.
        state: `done`, `draft`, `skipped` or `open`.
        seconds: Seconds of work on it; 0 where not measured.
        has_text: Whether the text of its document is available.
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
        findings: What is wrong with the tasks.
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
    problems: list[Problem] = []
    repeated = _Repeated()
    is_list = isinstance(tasks, list)
    for index, task in enumerate(tasks if is_list else [tasks]):
        pointer = f"/{index}" if is_list else ""
        fault = _wrong_format(task) if is_list else "is not a list of tasks"
        if fault:
            repeated.add(fault, pointer, "file")
            continue
        one = _Task(task, pointer, path, book)
        done = one.answered()
        answered += [done] if done is not None else []
        seen.append(one.seen())
        problems += one.problems
        for at, kind, key in one.unread() if one.meta is not None else ():
            repeated.add(key, at, kind)
    problems += repeated.problems()
    return Export(answered, seen, [one.finding(path) for one in problems])


def _wrong_format(task: Any) -> str:
    """Return what is wrong with the format of a task, or nothing."""
    if not isinstance(task, dict):
        return ""  # LST001 reports it
    if "annotation_id" in task and "annotations" not in task:
        return "is in the format JSON-MIN; the format JSON is needed"
    if task.get("completions") or ("annotations" not in task and task.get("result")):
        other = "completions" if task.get("completions") else "result"
        return f"has answers under \u2018{other}\u2019, which is not supported"
    return "" if "annotations" in task else "has tasks without \u2018annotations\u2019"


class _Repeated:
    """Problems that an export may have in every task: each is reported once."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[str]] = {}

    def add(self, fault: str, pointer: str, kind: str) -> None:
        """Remember one.

        Args:
            fault: What is wrong with the file, or a key that is not read.
            pointer: JSON pointer to the task, or to what has the key.
            kind: `file`, or what has the key.
        """
        self._places.setdefault((kind, fault), []).append(pointer)

    def problems(self) -> Iterator[Problem]:
        """Yield each once."""
        for (kind, fault), places in self._places.items():
            times = f" ({counted(len(places), 'place')})" if len(places) > 1 else ""
            if kind == "file":
                words = (
                    f"The file {fault}{times}. Nothing was imported from these tasks."
                )
                yield Problem("LST022", places[0], words)
            else:
                words = f"The key \u2018{fault}\u2019 of a {kind} is not read{times}."
                yield Problem("LST021", places[0], words)


class _Task:
    """One task of an export.

    Attributes:
        meta: What it is about; None where `push` did not make it.
        has_text: Whether the text of its document is available.
        problems: What is wrong with it.
    """

    def __init__(self, raw: Any, pointer: str, path: str, book: Book) -> None:
        self.pointer = pointer
        self.path = path
        self.book = book
        self.raw = raw
        self.has_text = True
        self.meta: Meta | None = None
        self.problems: list[Problem] = []
        self._task = Task()
        self._passage: Passage | None = None
        self._submitted: list[tuple[str, Annotation]] = []
        self._n_broken = self._n_skipped = 0
        self._unread: list[tuple[str, str]] = []
        fault = self._read_meta() or self._read_document()
        unusable = self._read_annotations()
        if fault or unusable:
            self._add("LST001", pointer, fault or unusable)
        else:
            self._compare_text()
        if not fault:
            self._check_hands()

    def _add(self, code: str, pointer: str, words: str) -> None:
        self.problems.append(Problem(code, pointer, f"{self.where}: {words}"))

    @property
    def where(self) -> str:
        """Words that name it and its annotator."""
        number = self._task.id or self.pointer[1:]
        if self.meta is None:
            return f"Task {number}"
        members = self.meta.contested.members if self.meta.contested else ()
        item = f" {members[0].item}" if members else ""
        place = f"{self.meta.document}/{self.meta.segment} ({self.meta.form}{item})"
        return f"{place}, annotator {self.meta.annotator}, task {number}"

    def _read_meta(self) -> str:
        """Read what the task is about; return what is wrong with it, or nothing."""
        try:
            self._task = _converted(self.raw, Task)
            if result.is_halved(self._task.meta):
                return "its \u2018meta\u2019 contains half a character."
            self.meta = msgspec.convert((self._task.meta or {})[KEY], Meta)
        except KeyError:
            return (
                "it does not state which text it is about, so `push` did not make it."
            )
        except msgspec.ValidationError as error:
            return f"it does not have the form of a task. {error}."
        return ""

    def _read_document(self) -> str:
        """Find document, text and form of the task; return what is wrong, or nothing."""
        if (meta := self.meta) is None:
            return ""
        document, text = self.book.documents.get(meta.document, (None, None))
        if document is None:
            return f"there is no document \u2018{meta.document}\u2019 in this corpus."
        segment = next((s for s in document.segments if s.id == meta.segment), None)
        place = (segment.start, segment.end) if segment else None
        is_same = document.text.sha256 == meta.text_sha256
        if segment is None or not is_same or place != (meta.start, meta.end):
            return "the text of the segment was changed after the task was pushed."
        self.has_text = text is not None
        if text is None or not is_whole(meta):
            no_text = f"the text of {meta.document} is not available; use --texts."
            return (
                "it does not state what is to be decided." if self.has_text else no_text
            )
        try:
            form = self.book.forms(meta.form, meta.tier, meta.panel)
        except KeyError:
            return (
                f"there is no form \u2018{meta.form}\u2019 of \u2018{meta.panel}\u2019."
            )
        self._passage = passage(document, segment, text, form, self.where)
        return ""

    def _read_annotations(self) -> str:
        """Read annotations and drafts; return what is wrong with one, or nothing."""
        fault = ""
        for index, raw in enumerate(self._task.annotations):
            at = f"{self.pointer}/annotations/{index}"
            try:
                annotation = _converted(raw, Annotation)
            except msgspec.ValidationError as error:
                self._n_broken += 1
                fault = fault or f"it does not have the form of an annotation. {error}."
                continue
            if not _seconds(annotation.created_at):
                fault = fault or "an annotation does not state when it was made."
            if annotation.was_cancelled:
                self._n_skipped += 1
                n_own = _n_own(annotation.result)
                more = (
                    f" with {counted(n_own, 'answer')}, which are not used"
                    if n_own
                    else ""
                )
                self._add("LST012", at, f"skipped{more}.")
            else:
                self._submitted.append((at, annotation))
        if len(self._submitted) > 1:
            words = f"{len(self._submitted)} annotations of one task."
            self._add("LST010", self._submitted[1][0], words)
        for index in range(len(self._task.drafts)):
            at = f"{self.pointer}/drafts/{index}"
            self._add("LST011", at, "this draft was not submitted.")
        return fault

    def _compare_text(self) -> None:
        """Compare the text of the task with that of its segment."""
        if self._passage is None:
            return
        text = self._task.data.get("text")
        there = self._passage.text[self._passage.start : self._passage.end]
        expected = result.shown(there)
        if text != expected:
            what = "is not that of the segment"
            if not isinstance(text, str):
                what = "is missing"
            elif text.replace("\r\n", "\n") == expected:
                what = "has other line ends (CRLF)"
            self._add("LST002", f"{self.pointer}/data/text", f"the text {what}.")

    def _check_hands(self) -> None:
        """Look for annotations that somebody else made or changed."""
        people, meta = self.book.people, self.meta
        for at, annotation in self._submitted if meta is not None else ():
            maker = _user(annotation.completed_by)
            changer = _user(annotation.updated_by)
            if people is not None and meta and people.get(maker) != meta.annotator:
                other = people.get(maker, "somebody who is not an annotator here")
                self._add("LST009", f"{at}/completed_by", f"made by {other}.")
            elif changer is not None and changer != maker:
                other = (people or {}).get(changer, "somebody else")
                self._add("LST009", f"{at}/updated_by", f"last changed by {other}.")

    def answered(self) -> Answered | None:
        """Return the task with its annotation; None without one, and after an error."""
        if self._stops() or self._passage is None or len(self._submitted) != 1:
            return None
        at, annotation = self._submitted[0]
        found = result.read(annotation.result, self._passage, f"{at}/result")
        self._unread = found.unread
        self.problems += [
            *found.problems,
            *rules.problems(found.answers, self._passage),
        ]
        if self._stops() or self.meta is None:
            return None
        self.problems += found.left_out
        return Answered(
            meta=self.meta,
            passage=self._passage,
            answers=rules.sound(found.answers, self._passage.form),
            suggested=self._suggested(annotation),
            path=self.path,
            pointer=at,
            created=_seconds(annotation.created_at),
            lead_time=_work(annotation.lead_time),
        )

    def _stops(self) -> bool:
        return any(CHECKS[one.code].level is Level.ERROR for one in self.problems)

    def _suggested(self, annotation: Annotation) -> dict[str, Region]:
        """Return the regions that the task came with, where the export has them."""
        prediction = annotation.prediction
        given = prediction.get("result") if isinstance(prediction, dict) else None
        if self._passage is None or not given:
            return {}
        found = result.read(given, self._passage, "")
        problems = [*found.problems, *rules.problems(found.answers, self._passage)]
        is_sound = not {one.code for one in problems} & {"LST003", "LST004"}
        return found.answers.regions if is_sound else {}

    def seen(self) -> Seen:
        """Return how far the task has come."""
        work = [_work(annotation.lead_time) for _, annotation in self._submitted]
        is_done = bool(self._submitted) or self._n_broken > 0
        state = (
            "skipped" if self._n_skipped else "draft" if self._task.drafts else "open"
        )
        return Seen(
            pointer=self.pointer,
            where=self.where,
            id=self._task.id,
            meta=self.meta,
            state="done" if is_done else state,
            seconds=sum(work) / len(work) if work else 0,
            has_text=self.has_text,
        )

    def unread(self) -> Iterator[tuple[str, str, str]]:
        """Yield JSON pointer, kind and key of everything that is not read."""
        known = {*Task.__struct_fields__, *_HARMLESS_IN_TASK}
        for key in result.filled_keys(self.raw, known):
            yield self.pointer, "task", key
        known = {*Annotation.__struct_fields__, *_HARMLESS_IN_ANNOTATION}
        for index, one in enumerate(self._task.annotations):
            for key in result.filled_keys(one, known) if isinstance(one, dict) else ():
                yield f"{self.pointer}/annotations/{index}", "annotation", key
        for at, key in self._unread:
            yield at, "region, field or arrow", key


_Kind = TypeVar("_Kind", Task, Annotation)


def _n_own(items: Any) -> int:
    """Return how many items of a result the task did not come with."""
    listed = items if isinstance(items, list) else []
    names = [str(one.get("id", "")) for one in listed if isinstance(one, dict)]
    return sum(not name.startswith(("zone-", MENTIONED)) for name in names)


def _converted(raw: Any, kind: type[_Kind]) -> _Kind:
    """Return plain data as a task or annotation.

    Raises:
        msgspec.ValidationError: If they are something else, or contain half a character
            where that cannot be told.
    """
    try:
        return msgspec.convert(raw, kind)
    except UnicodeEncodeError:
        raise msgspec.ValidationError("It contains half a character") from None


def _work(seconds: float | None) -> float:
    """Return a time of work in seconds; 0 for one that is not possible."""
    return seconds if seconds is not None and 0 <= seconds <= LONGEST else 0


def _user(value: Any) -> Any:
    """Return number or address of a user."""
    if isinstance(value, dict):
        value = value.get("id", value.get("email"))
    return value if isinstance(value, int | str) else None


def _seconds(moment: str) -> str:
    """Return a moment as records write it; nothing where it cannot be read."""
    try:
        found = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")
