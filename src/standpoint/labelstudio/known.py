"""What earlier pulls found answered on the server, to tell when it is gone.

The open edition of Label Studio lets any login delete a project. What was pulled is in
the sets of the corpus, and stays there; what was done since is lost, and has to be known.
"""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from standpoint.labelstudio.export import Seen
from standpoint.labelstudio.project import Found
from standpoint.labelstudio.workdir import Workdir, decoded
from standpoint.records import engine
from standpoint.records.findings import Finding, Problem, counted

FILE = "known.json"
_SHOWN = 5
"""Segments that a finding names; of more it gives the number."""


class Work(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task that was answered.

    Attributes:
        annotator: Pseudonym.
        place: What it is about, as `Meta.place` has it.
        project: Number of its project.
        title: What the project is called.
        gone: Whether it was gone when last looked for.
    """

    annotator: str
    place: tuple[str, ...]
    project: int
    title: str
    gone: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from other work, in whatever project it is."""
        return (self.annotator, *self.place)


class Known:
    """What is known of the work on a server, against what is there now.

    Args:
        workdir: Where the campaign keeps its files.
    """

    def __init__(self, workdir: Workdir) -> None:
        """Read what is known.

        Raises:
            CampaignStop: If the file makes no sense.
        """
        self._workdir = workdir
        self._path = workdir.path(FILE)
        self.former: list[Work] = []
        if self._path.exists():
            data = self._path.read_bytes()
            self.former = decoded(data, list[Work], workdir.shown(self._path))
        self._now: dict[tuple[str, ...], Work] = {}
        self._looked: set[int] = set()

    def look(self, one: Found, seen: Iterable[Seen]) -> bool:
        """Remember what a project holds now; tell whether known work of it is newly gone."""
        self._looked.add(one.remote.id)
        for task in seen:
            if task.meta is not None and task.state == "done":
                work = Work(
                    task.meta.annotator,
                    task.meta.place,
                    one.remote.id,
                    one.remote.title,
                )
                self._now[work.key] = work
        return any(
            work.project == one.remote.id
            and not work.gone
            and work.key not in self._now
            for work in self.former
        )

    def gone(self, projects: Collection[int]) -> list[Work]:
        """Return the known work that the server has no longer.

        Args:
            projects: Numbers of all projects that the server has; of those that were not
                looked at nothing is said.
        """
        return [
            work
            for work in self.former
            if work.key not in self._now
            and (work.project in self._looked or work.project not in projects)
        ]

    def keep(self, projects: Collection[int], *, forget: bool) -> None:
        """Write what is known now.

        Args:
            projects: Numbers of all projects that the server has.
            forget: Whether what is gone is forgotten.
        """
        gone = {work.key for work in self.gone(projects)}
        kept = {
            work.key: msgspec.structs.replace(work, gone=work.key in gone)
            for work in self.former
            if not (forget and work.key in gone)
        }
        listed = sorted((kept | self._now).values(), key=lambda work: work.key)
        if listed != self.former:
            data = msgspec.json.format(msgspec.json.encode(listed), indent=1) + b"\n"
            engine.write(self._path, data)


def findings(gone: Iterable[Work], projects: Collection[int]) -> Iterator[Finding]:
    """Yield what is gone, project by project.

    Args:
        gone: What is gone.
        projects: Numbers of all projects that the server has.
    """
    by_project: dict[tuple[int, str, str], list[Work]] = {}
    for work in gone:
        key = (work.project, work.title, work.annotator)
        by_project.setdefault(key, []).append(work)
    for (number, title, annotator), works in sorted(by_project.items()):
        places = list(dict.fromkeys("/".join(work.place[:2]) for work in works))
        named = ", ".join(places[:_SHOWN])
        if len(places) > _SHOWN:
            named += f" and {len(places) - _SHOWN:,} more"
        what = f"Project {number} \u2018{title}\u2019"
        tasks = f"{counted(len(works), 'answered task')} of {annotator}: {named}"
        if number in projects:
            words = f"{what} no longer has {tasks}."
        else:
            words = f"{what} is gone from the server, with {tasks}."
        words += " What was pulled before is still in annotations/."
        path = f"work/labelstudio/exports/{number:04}.json"
        yield Problem("LST024", "", words, path).finding()
