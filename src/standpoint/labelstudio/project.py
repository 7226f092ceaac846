"""Projects of a campaign: one per annotator, batch and form, identified by its description.

The open edition of Label Studio lets anyone edit anyone's work, so every annotator has their
own projects.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol

import msgspec

from standpoint.labelstudio.client import RemoteProject
from standpoint.labelstudio.config import digest
from standpoint.labelstudio.task import KEY, MARK, Key, Meta
from standpoint.labelstudio.workdir import CampaignStop, Login
from standpoint.records import external


class UnreadableError(CampaignStop):
    """The export of a project cannot be read.

    Attributes:
        data: The export.
    """

    def __init__(self, words: str, data: bytes) -> None:
        """Keep the export."""
        super().__init__(words)
        self.data = data


class Server(Protocol):
    """A server, as a campaign uses it; `client.Client` is one."""

    url: str

    def projects(self) -> list[RemoteProject]:
        """Return every project."""

    def make_project(
        self, title: str, description: str, config: str, instruction: str, shown: str
    ) -> int:
        """Make a project; return its number."""

    def delete_project(self, project: int) -> None:
        """Delete a project."""

    def add_tasks(self, project: int, tasks: list[dict[str, Any]]) -> list[int]:
        """Add tasks to a project; return their numbers."""

    def delete_task(self, task: int) -> None:
        """Delete a task."""

    def export(self, project: int) -> bytes:
        """Return every task of a project, as JSON."""

    def users(self) -> list[tuple[int, str]]:
        """Return number and address of every user."""

    def sign_up(self, login: Login) -> None:
        """Make a user who can log in."""


class Found(NamedTuple):
    """A project of a campaign on the server.

    Attributes:
        key: Its key.
        remote: The project.
    """

    key: Key
    remote: RemoteProject

    @property
    def config(self) -> str:
        """Digest of its labelling configuration."""
        return digest(self.remote.config)


def found(server: Server) -> list[Found]:
    """Return the projects of campaigns, oldest first."""
    projects = []
    for remote in sorted(server.projects(), key=lambda project: project.id):
        mark, _, said = remote.description.partition(MARK)
        if mark.strip() or not said:
            continue
        try:
            key = msgspec.json.decode(said, type=Key)
        except msgspec.DecodeError:
            continue
        projects.append(Found(key, remote))
    return projects


def tasks_of(server: Server, project: Found) -> tuple[bytes, list[Any]]:
    """Return the export of a project, as bytes and decoded.

    Raises:
        UnreadableError: If it is not a list of tasks.
    """
    data = server.export(project.remote.id) if project.remote.n_tasks else b"[]"
    name = f"the export of the project \u2018{project.remote.title}\u2019"
    try:
        tasks = external.parse(external.decode(data, name), name)
    except external.OutsideError as error:
        raise UnreadableError(str(error), data) from None
    if not isinstance(tasks, list):
        raise UnreadableError(f"{name} is not a list of tasks", data)
    return data, tasks


def metas(tasks: Iterable[Any]) -> Iterator[Meta]:
    """Yield the `Meta` of tasks, of those that have it."""
    for task in tasks:
        try:
            yield msgspec.convert(task["meta"][KEY], Meta)
        except (KeyError, TypeError, UnicodeEncodeError, msgspec.ValidationError):
            continue  # LST001 reports it
