"""`push`: make projects and tasks for the next work of an annotator."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from standpoint.forms import actors
from standpoint.forms.adjudication import Contested
from standpoint.forms.answers import Answers, Region, fitting
from standpoint.forms.convert_common import passage
from standpoint.forms.form import ACTORS, CLAIMS, COVERED, PANEL, PASSES, Form
from standpoint.labelstudio import handout, instruction, known, project
from standpoint.labelstudio.config import digest
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.known import Known
from standpoint.labelstudio.project import Found, Server
from standpoint.labelstudio.task import (
    GIVEN,
    Key,
    Meta,
    grey,
    lists,
    task,
    with_mentions,
)
from standpoint.labelstudio.workdir import CampaignStop, Secrets, Workdir, new_login
from standpoint.records import engine
from standpoint.records.checkout import Checkout
from standpoint.records.findings import counted
from standpoint.records.model import (
    AnnotationSet,
    Document,
    Dossier,
    JudgedSegment,
    Segment,
)
from standpoint.records.vocabulary import BOILERPLATE, NOT_COVERED


class Wish(NamedTuple):
    """What to push.

    Attributes:
        annotator: Pseudonym.
        batch: Name of the batch.
        documents: Document ids; empty for all real documents with a text.
        passes: Passes, in order.
        tier: `core` or `extended`.
        suggest: Annotator whose mentions are suggested, or None.
        calibration: Whether these are the trial documents of a new annotator.
    """

    annotator: str
    batch: str
    documents: tuple[str, ...] = ()
    passes: tuple[str, ...] = PASSES
    tier: str = "extended"
    suggest: str | None = None
    calibration: bool = False


class Pushed(NamedTuple):
    """What was pushed.

    Attributes:
        lines: Messages for the supervisor, a line each.
        n_tasks: Number of new tasks.
        sheet: Path of the annotator's sheet, relative to the checkout.
    """

    lines: list[str]
    n_tasks: int
    sheet: str


def push(checkout: Checkout, server: Server, workdir: Workdir, wish: Wish) -> Pushed:
    """Push the tasks that an annotator can work on now; existing tasks stay unchanged.

    A pass is pushed after the pass before it was pulled, because it shows the mentions
    and claims of that pass.

    Raises:
        CampaignStop: If the push cannot go on. Tasks that were already sent stay, and the
            next push adds the rest.
    """
    with workdir.alone():
        return _Push(checkout, server, workdir, wish).run()


class Pusher:
    """Adds tasks to the projects of one annotator, each task once.

    Args:
        reader: The checkout.
        server: The server.
        workdir: Where the campaign keeps its files.
        annotator: Pseudonym.
        batch: Name of the batch.
    """

    def __init__(
        self,
        reader: CorpusView,
        server: Server,
        workdir: Workdir,
        annotator: str,
        batch: str,
    ) -> None:
        """Keep the arguments; the server is contacted when it is needed."""
        self.reader = reader
        self.server = server
        self.workdir = workdir
        self.annotator = annotator
        self.batch = batch

    @cached_property
    def projects(self) -> list[Found]:
        """The annotator's projects on the server."""
        found = project.found(self.server)
        return [one for one in found if one.key.annotator == self.annotator]

    @cached_property
    def _tasks(self) -> list[tuple[Any, Meta]]:
        """The annotator's tasks on the server, with their `Meta`."""
        return [
            (task, meta)
            for one in self.projects
            for task in project.tasks_of(self.server, one)[1]
            for meta in project.metas([task])
        ]

    @cached_property
    def pushed(self) -> dict[tuple[str, ...], Meta]:
        """`Meta` of each of the annotator's tasks, by `Meta.place`."""
        return {meta.place: meta for _, meta in self._tasks}

    def meta(
        self,
        document: Document,
        segment: Segment,
        form: Form,
        guidelines: str,
        *,
        calibration: bool = False,
        contested: Contested | None = None,
    ) -> Meta:
        """Return what a task is about."""
        return Meta(
            document=document.id,
            segment=segment.id,
            start=segment.start,
            end=segment.end,
            text_sha256=document.text.sha256,
            form=form.name,
            tier=form.tier,
            panel=form.panel,
            annotator=self.annotator,
            batch=self.batch,
            guidelines=guidelines,
            config=digest(self.reader.config(form)),
            calibration=calibration,
            contested=contested,
        )

    def task(  # noqa: PLR0913 - what differs from task to task
        self,
        meta: Meta,
        dossier: Dossier,
        segment: Segment,
        given: Mapping[str, Region],
        nil: Sequence[str],
        *,
        judged: JudgedSegment | None = None,
        decisions: Mapping[str, Sequence[str]] = {},
    ) -> dict[str, Any]:
        """Return a task.

        Args:
            meta: What it is about.
            dossier: The document.
            segment: The segment.
            given: Regions that the task comes with.
            nil: NIL ids that may be chosen.
            judged: What the annotator has judged of the segment so far, or None.
            decisions: List of an adjudicator to the values in it.
        """
        form = self.reader.forms(meta.form, meta.tier, meta.panel)
        document, text = dossier.document, dossier.text or ""
        asked = self.reader.registries.panels.get(document.panel)
        actors = self.reader.actors(document)
        offered: dict[str, Any] = dict(lists(form, actors, judged, nil, segment, asked))
        for name, values in decisions.items():
            offered[name] = [{"value": one} for one in values]
        answers = Answers({**grey(segment, text), **given}, (), {})
        return task(meta, segment, text, offered, answers, form)

    def look_for_known(self, lines: list[str]) -> None:
        """Check that the work that the last pull found is still on the server.

        Args:
            lines: Gets a line for each project that still has the tasks, but not the answers.

        Raises:
            CampaignStop: If answered tasks are gone: a push would make them again, without
                the answers.
        """
        done = {meta.place for task, meta in self._tasks if _is_answered(task)}
        gone = [
            work
            for work in Known(self.workdir).former
            if work.annotator == self.annotator and work.place not in done
        ]
        numbers = {one.remote.id for one in project.found(self.server)}
        lost = [work for work in gone if work.place not in self.pushed]
        if lost:
            said = " ".join(one.message for one in known.findings(lost, numbers))
            raise CampaignStop(
                f"{said} Nothing was pushed, because that would make these tasks again"
                " without the answers. Restore the backup; if they were deleted on purpose,"
                " run `labelstudio pull --forget` first"
            )
        lines += [one.message for one in known.findings(gone, numbers)]

    def add(
        self,
        tasks: Iterable[tuple[Meta, dict[str, Any]]],
        lines: list[str],
    ) -> int:
        """Add the tasks that do not exist yet; return their number.

        Args:
            tasks: `Meta` of each task, and the task.
            lines: Gets a line for each project with new tasks.

        Raises:
            CampaignStop: If the labels of a project have changed.
        """
        wanted: dict[Key, dict[tuple[str, ...], dict[str, Any]]] = {}
        for meta, made in tasks:
            project_tasks = wanted.setdefault(meta.project, {})
            if meta.place not in self.pushed:
                project_tasks[meta.place] = made
        self._refuse_changed(wanted)
        self._sign_up(lines)
        n_new = 0
        for key, fresh in wanted.items():
            if not fresh:
                continue
            number = self._project(key)
            numbers = self.server.add_tasks(number, list(fresh.values()))
            n_double = self._delete_doubles(key, numbers)
            if n_double:
                lines.append(
                    f"{key.title}: another push made {counted(n_double, 'task')} of these"
                    " at the same time; the duplicates were deleted"
                )
            n_made = len(fresh) - n_double
            if n_made:
                lines.append(f"{key.title}: {counted(n_made, 'new task')}")
            n_new += n_made
        return n_new

    def _delete_doubles(self, key: Key, made: Sequence[int]) -> int:
        """Delete new tasks that another push made as well; return their number.

        Of two such tasks the one with the lower number stays. Each push looks for
        duplicates after it has added its tasks, so two pushes at once leave one task.
        """
        tasks = [
            (int(task["id"]), meta.place)
            for one in project.found(self.server)
            if (one.key.annotator, one.key.form) == (key.annotator, key.form)
            for task in project.tasks_of(self.server, one)[1]
            for meta in project.metas([task])
        ]
        first: dict[tuple[str, ...], int] = {}
        for number, place in sorted(tasks):
            first.setdefault(place, number)
        double = {n for n, place in tasks if n != first[place]} & set(made)
        for number in sorted(double):
            self.server.delete_task(number)
        return len(double)

    def _refuse_changed(self, wanted: Container[Key]) -> None:
        """Refuse to add tasks to a project whose labels have changed since."""
        for one in self.projects:
            if one.key in wanted and one.config != digest(self._config(one.key)):
                raise CampaignStop(
                    f"the labels have changed since the first tasks of the batch"
                    f" {one.key.batch} were pushed; use a new batch name"
                )

    def _config(self, key: Key) -> str:
        return self.reader.config(self.reader.forms(key.form, key.tier, key.panel))

    def _project(self, key: Key) -> int:
        """Return the number of a project; make it if it does not exist."""
        for one in self.projects:
            if one.key == key:
                return one.remote.id
        xml = self._config(key)
        kept = self.workdir.path("configs", f"{digest(xml)}.xml")
        self.workdir.make_folder()
        engine.write(kept, xml.encode())
        made = self.server.make_project(
            key.title, key.description, xml, instruction.of(key.form), GIVEN
        )
        # Another push may have made it at the same time: the lower number stays.
        same = {o.remote.id: o for o in project.found(self.server) if o.key == key}
        first = min(same, default=made)
        if made != first and not same[made].remote.n_tasks:
            self.server.delete_project(made)
        return first

    def _sign_up(self, lines: list[str]) -> None:
        """Make a user for the annotator, unless there is one."""
        secrets = self.workdir.secrets() or Secrets(self.server.url)
        addresses = {address for _, address in self.server.users()}
        login = secrets.people.get(self.annotator) or new_login(self.annotator)
        if login.address in addresses:
            return
        secrets.people[self.annotator] = login
        # Before the user is made: without its password a user is useless.
        self.workdir.keep_secrets(secrets)
        try:
            self.server.sign_up(login)
        except CampaignStop:
            if login.address not in {address for _, address in self.server.users()}:
                raise
            # Another push made the user at the same time, and only it knows the password.
            del secrets.people[self.annotator]
            self.workdir.keep_secrets(secrets)
            lines.append(
                f"another push made the login of {self.annotator} at the same time; the"
                " password is in the sheet of that push"
            )


def _is_answered(task: dict[str, Any]) -> bool:
    """Tell whether a task has a submitted annotation."""
    listed = task.get("annotations") or ()
    return any(not one.get("was_cancelled") for one in listed if isinstance(one, dict))


class _Push:
    """One push."""

    def __init__(
        self, checkout: Checkout, server: Server, workdir: Workdir, wish: Wish
    ) -> None:
        self.server = server
        self.workdir = workdir
        self.wish = wish
        self.reader = CorpusView(checkout, workdir)
        self.pusher = Pusher(self.reader, server, workdir, wish.annotator, wish.batch)
        self.lines: list[str] = []

    def run(self) -> Pushed:
        wish = self.wish
        self.reader.person(wish.annotator)
        if wish.suggest is not None:
            self.reader.annotator(wish.suggest)
            self.lines.append(
                f"mentions of {wish.suggest} are shown as suggestions; the first annotation of"
                " a text should be made without them"
            )
        self.pusher.look_for_known(self.lines)
        n_new = self.pusher.add(list(self._planned()), self.lines)
        path = handout.write(
            self.workdir, self.server, self.reader.registries, wish.annotator
        )
        return Pushed(self.lines, n_new, path)

    def _planned(self) -> Iterator[tuple[Meta, dict[str, Any]]]:
        """Yield the tasks to push."""
        waiting: Counter[str] = Counter()
        there: Counter[tuple[str, str]] = Counter()
        for document_id in self._documents():
            dossier = self.reader.dossier(document_id)
            if dossier.text is None:
                self.lines.append(
                    f"{document_id} was skipped (text not available); use --texts"
                )
                continue
            own = self.reader.own_set(
                dossier, self.wish.annotator, calibration=self.wish.calibration
            )
            for segment in self._segments(dossier.document):
                for name in self.wish.passes:
                    if not self._is_due(name, segment, own):
                        waiting[name] += 1
                        continue
                    panel = dossier.document.panel if name == PANEL else ""
                    form = self.reader.forms(name, self.wish.tier, panel)
                    meta = self.pusher.meta(
                        dossier.document,
                        segment,
                        form,
                        own.guidelines if own else self.reader.guidelines,
                        calibration=self.wish.calibration,
                    )
                    if before := self.pusher.pushed.get(meta.place):
                        there[name, before.batch] += 1
                    else:
                        yield self._task(meta, dossier, segment, own)
        self._say_what_is_left(waiting, there)

    def _say_what_is_left(
        self, waiting: Counter[str], there: Counter[tuple[str, str]]
    ) -> None:
        """Report what is not pushed, and why.

        Args:
            waiting: Pass to number of segments that are not ready for it.
            there: Pass and batch to number of existing tasks.
        """
        for (name, batch), number in there.items():
            self.lines.append(
                f"{counted(number, 'task')} of the pass \u2018{name}\u2019"
                f" already {'exists' if number == 1 else 'exist'} in the batch {batch}"
            )
        for name, number in waiting.items():
            former = self.wish.passes[self.wish.passes.index(name) - 1]
            self.lines.append(
                f"\u2018{name}\u2019 was not pushed for {counted(number, 'segment')}: finish and"
                f" pull the pass \u2018{former}\u2019 first"
            )

    def _documents(self) -> Sequence[str]:
        if self.wish.calibration:
            return self.wish.documents or self.reader.qualification()
        return list(dict.fromkeys(self.wish.documents)) or self.reader.reporting()

    def _segments(self, document: Document) -> Iterator[Segment]:
        """Yield the segments that the annotator can work on."""
        languages = self.reader.person(self.wish.annotator).languages
        for segment in document.segments:
            asked = any(zone.is_annotatable for zone in segment.zones)
            if segment.kind == BOILERPLATE or not asked:
                continue
            if segment.language in languages:
                yield segment
            else:
                self.lines.append(
                    f"{document.id}/{segment.id} was skipped: its language is"
                    f" \u2018{segment.language}\u2019, which {self.wish.annotator} does not read"
                )

    def _is_due(self, name: str, segment: Segment, own: AnnotationSet | None) -> bool:
        """Tell whether the passes before this one were done on a segment."""
        judged = judged_of(own, segment)
        before = self.wish.passes[: self.wish.passes.index(name)]
        return all(judged is not None and _is_done(judged, one) for one in before)

    def _task(
        self, meta: Meta, dossier: Dossier, segment: Segment, own: AnnotationSet | None
    ) -> tuple[Meta, dict[str, Any]]:
        form = self.reader.forms(meta.form, meta.tier, meta.panel)
        given: dict[str, Region] = {}
        if meta.form == ACTORS:
            given = self._suggested(form, dossier, segment)
            meta = msgspec.structs.replace(meta, suggested=bool(given))
        judged = judged_of(own, segment)
        if meta.form == CLAIMS:
            given = with_mentions(given, judged, segment.start)
        nil = [nil.id for nil in own.nil] if own else []
        return meta, self.pusher.task(meta, dossier, segment, given, nil, judged=judged)

    def _suggested(
        self, form: Form, dossier: Dossier, segment: Segment
    ) -> dict[str, Region]:
        """Return the mentions of another annotator, as suggestions."""
        other = next(
            (s for s in dossier.sets if s.annotator == self.wish.suggest), None
        )
        judged = judged_of(other, segment)
        if other is None or judged is None:
            return {}
        kinds = {nil.id: nil.kind for nil in other.nil}
        text = dossier.text or ""
        where = passage(dossier.document, segment, text, form, kinds=kinds)
        answers = fitting(actors.encode(judged, where), form)
        return {
            name: region._replace(origin="suggestion_accepted")
            for name, region in answers.regions.items()
        }


def judged_of(own: AnnotationSet | None, segment: Segment) -> JudgedSegment | None:
    """Return the part of a set on a segment, or None."""
    listed = own.segments if own else ()
    return next((one for one in listed if one.segment == segment.id), None)


def _is_done(judged: JudgedSegment, name: str) -> bool:
    return any(
        getattr(judged.coverage, layer) != NOT_COVERED for layer in COVERED[name]
    )
