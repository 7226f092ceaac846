"""The answered tasks that earlier pulls found on the server, to notice when they are gone.

The open edition of Label Studio lets any user delete a project. What was pulled before stays
in the sets of the corpus; work since then is lost, which must not go unnoticed.
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
"""Number of segments that a finding names."""


class Work(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task that was answered.

    Attributes:
        annotator: Pseudonym.
        place: Its `Meta.place`.
        project: Number of its project.
        title: Title of the project.
        gone: Whether the last pull did not find it.
    """

    annotator: str
    place: tuple[str, ...]
    project: int
    title: str
    gone: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Annotator and place: the same work in any project."""
        return (self.annotator, *self.place)


class Known:
    """The known work, compared with the server.

    Args:
        workdir: Where the campaign keeps its files.
    """

    def __init__(self, workdir: Workdir) -> None:
        """Read the file of known work.

        Raises:
            CampaignStop: If the file cannot be read.
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
        """Remember the work in a project; tell whether known work is newly gone."""
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
        """Return the known work that is gone from the server.

        Args:
            projects: Numbers of all projects on the server; work in a project that was not
                read does not count as gone.
        """
        return [
            work
            for work in self.former
            if work.key not in self._now
            and (work.project in self._looked or work.project not in projects)
        ]

    def keep(self, projects: Collection[int], *, forget: bool) -> None:
        """Write the file of known work.

        Args:
            projects: Numbers of all projects on the server.
            forget: Whether to forget what is gone.
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
    """Yield a finding for each project with work that is gone.

    Args:
        gone: The work that is gone.
        projects: Numbers of all projects on the server.
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
            words = f"{what} is gone from the server, and with it {tasks}."
        words += " What was pulled before is still in annotations/."
        path = f"work/labelstudio/exports/{number:04}.json"
        yield Problem("LST024", "", words, path).finding()
