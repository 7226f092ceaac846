"""The one module that talks to Label Studio.

It uses the SDK, except for signing up an annotator: the SDK has no call for that, so the
client opens an invitation as a browser does.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from standpoint.labelstudio.task import LISTED
from standpoint.labelstudio.workdir import CampaignStop, Login, Workdir

URL, TOKEN = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"
"""Environment variables that take precedence over the secrets file."""

TIMEOUT = 300
AT_ONCE = 250
"""Tasks sent in one request."""

_SECRET = [f"tasks:data.{key}" for key in ("text", "notice", *LISTED)]
"""Columns hidden in the list of tasks: the text, and the lists of values."""
_IDLE = [
    f"tasks:{name}"
    for name in (
        *("inner_id", "annotators", "annotations_results", "annotations_ids"),
        *("predictions_score", "predictions_model_versions", "predictions_results"),
        *("total_predictions", "file_upload", "storage_filename", "created_at"),
        *("updated_at", "updated_by", "avg_lead_time", "draft_exists"),
    )
]
"""Useless columns; some of them would show words of the text."""
_WIDE = ["tasks:id", "tasks:completed_at", "tasks:cancelled_annotations"]
"""Columns for which there is no room next to an open task."""

_NO_ANSWER = (AttributeError, KeyError, TypeError, ValueError)
"""Exceptions of the SDK if another program answers."""

_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class RemoteProject(NamedTuple):
    """A project on the server.

    Attributes:
        id: Its number.
        title: Its title.
        description: Its description, with the project key.
        config: Its labelling configuration.
        n_tasks: Number of its tasks.
    """

    id: int
    title: str
    description: str
    config: str
    n_tasks: int


class Client:
    """A running Label Studio server.

    Args:
        url: Its address.
        token: A legacy token or a personal access token.
        data: Folder of its data, if it runs on this machine.
    """

    def __init__(self, url: str, token: str, data: Path | None = None) -> None:
        """Make a client; nothing is sent yet."""
        import httpx
        from label_studio_sdk import LabelStudio

        self.url = url.rstrip("/")
        self._data = data
        with self._plainly():
            self._api = LabelStudio(
                base_url=self.url,
                api_key=token,
                httpx_client=httpx.Client(
                    timeout=TIMEOUT,
                    follow_redirects=True,
                    trust_env=not self._is_here(),
                ),
            )

    def projects(self) -> list[RemoteProject]:
        """Return every project that the token may see."""
        with self._plainly():
            found = list(self._api.projects.list(page_size=200))
        return [
            RemoteProject(
                project.id,
                project.title or "",
                project.description or "",
                project.label_config or "",
                project.task_number or 0,
            )
            for project in found
        ]

    def make_project(
        self, title: str, description: str, config: str, instruction: str, shown: str
    ) -> int:
        """Make a project; return its number.

        Args:
            title: Title, of 3 to 50 characters.
            description: What `projects` returns again.
            config: Labelling configuration.
            instruction: Instruction for annotators, as HTML.
            shown: Model version of the predictions that a new annotation starts with.
        """
        with self._plainly():
            made = self._api.projects.create(
                title=title,
                description=description,
                label_config=config,
                expert_instruction=instruction,
                show_instruction=True,
                show_collab_predictions=True,
                model_version=shown,
                maximum_annotations=1,
                sampling="Sequential sampling",
            )
            # The list of tasks must not show words of the text: a text with content
            # warnings would be read there before anyone has opened it.
            hidden = [*_SECRET, *_IDLE]
            columns = {"explore": hidden, "labeling": [*hidden, *_WIDE]}
            view: Any = {"title": "Default", "hiddenColumns": columns}
            self._api.views.create(project=made.id, data=view)
        return int(made.id)

    def delete_project(self, project: int) -> None:
        """Delete a project."""
        with self._plainly():
            self._api.projects.delete(project)

    def add_tasks(self, project: int, tasks: Sequence[dict[str, Any]]) -> list[int]:
        """Add tasks to a project; return their numbers."""
        made: list[int] = []
        for start in range(0, len(tasks), AT_ONCE):
            part: Any = tasks[start : start + AT_ONCE]
            with self._plainly():
                answer = self._api.projects.import_tasks(
                    project, request=part, return_task_ids=True
                )
                made += answer.task_ids or []
        return made

    def delete_task(self, task: int) -> None:
        """Delete a task."""
        with self._plainly():
            self._api.tasks.delete(str(task))

    def export(self, project: int) -> bytes:
        """Return every task of a project with its annotations and drafts, as JSON."""
        try:
            with self._plainly():
                return b"".join(
                    self._api.projects.exports.download_sync(
                        project, export_type="JSON", download_all_tasks=True
                    )
                )
        finally:
            if self._data is not None:
                forget_exports(self._data, project)

    def users(self) -> list[tuple[int, str]]:
        """Return number and address of every user."""
        with self._plainly():
            return [(user.id, user.email) for user in self._api.users.list()]

    def sign_up(self, login: Login) -> None:
        """Make a user who can log in, with an invitation of the administrator.

        A user made with the SDK has an empty password and cannot log in.

        Raises:
            CampaignStop: If the server refuses.
        """
        import httpx

        with (
            self._plainly(),
            httpx.Client(
                base_url=self.url, timeout=TIMEOUT, trust_env=not self._is_here()
            ) as browser,
        ):
            invitation = browser.get("/api/invite", headers=self._headers())
            invitation.raise_for_status()
            path = str(invitation.json()["invite_url"])
            page = browser.get(path)
            field = _FIELD.search(page.text)
            done = browser.post(
                path,
                data={
                    "email": login.address,
                    "password": login.password,
                    "csrfmiddlewaretoken": field.group(1) if field else "",
                    "allow_newsletters": "false",
                },
                headers={"Referer": f"{self.url}{path}"},
            )
        if not done.is_redirect:
            raise CampaignStop(
                f"the server did not create the user {login.address} (status"
                f" {done.status_code})"
            )

    def _is_here(self) -> bool:
        """Tell whether the server runs on this machine; then no proxy may see the token."""
        return urlsplit(self.url).hostname in {"127.0.0.1", "localhost", "::1"}

    def _headers(self) -> dict[str, str]:
        """Return the authorisation headers of the SDK."""
        headers: dict[str, str] = self._api._client_wrapper.get_headers()
        return headers

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn errors of the connection into one-line messages."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except ApiError as error:
            raise CampaignStop(self._said(error.status_code, error.body)) from None
        except httpx.HTTPStatusError as error:
            code = error.response.status_code
            raise CampaignStop(self._said(code, error.response.text)) from None
        except httpx.HTTPError as error:
            words = f"no server answers at {self.url} ({type(error).__name__})"
            raise CampaignStop(
                f"{words}; start it with `standpoint labelstudio serve`"
            ) from None
        except (*_NO_ANSWER, httpx.InvalidURL) as error:
            raise CampaignStop(
                f"the server at {self.url} is not Label Studio"
                f" ({type(error).__name__}: {str(error)[:200]})"
            ) from None

    def _said(self, code: int | None, body: Any) -> str:
        if code in {401, 403}:
            return f"{self.url} does not accept the token ({code})"
        return f"{self.url} answered {code}: {str(body)[:300]}"


def forget_exports(data: Path, project: int | None = None) -> None:
    """Delete the copies of exports that a server keeps, which contain whole texts.

    Label Studio has no API call for this.

    Args:
        data: Folder of its data.
        project: Number of a project; None for all.
    """
    for copy in (data / "export").glob(f"project-{project or '*'}-at-*.json"):
        copy.unlink(missing_ok=True)


def connect(workdir: Workdir) -> Client:
    """Return the server in the environment variables, or the one in the secrets file.

    Raises:
        CampaignStop: If neither has an address, or the SDK is not installed.
    """
    secrets = workdir.secrets()
    url = os.environ.get(URL) or (secrets.url if secrets else "")
    token = os.environ.get(TOKEN) or (secrets.token if secrets else "")
    if not url or not token:
        raise CampaignStop(
            f"no server is configured: run `standpoint labelstudio serve`, or set {URL}"
            f" and {TOKEN}"
        )
    is_ours = secrets is not None and (url, token) == (secrets.url, secrets.token)
    try:
        return Client(url, token, workdir.data if is_ours else None)
    except ModuleNotFoundError as error:
        raise CampaignStop(
            f"{error.name} is not installed; run"
            " python -m pip install -c constraints/labelstudio.txt -e '.[labelstudio]'"
        ) from None
