"""A real Label Studio, installed, started and stopped as a supervisor does it.

It runs on a copy of the checkout, so that nothing here touches the corpus.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from standpoint.labelstudio import server
from standpoint.labelstudio.client import Client, connect
from standpoint.labelstudio.workdir import Login, Workdir

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("STANDPOINT_SHARED", ROOT.parent / "shared"))
SEEDS = SHARED / "seeds"
PEOPLE = {
    "ana": ["en", "ar"],
    "ben": ["en"],
    "cem": ["en"],
    "dee": ["en", "ar"],
    "twin": ["en"],
    "warned": ["en"],
    "judge": ["en", "ar"],
    "trial": ["en", "ar"],
    **{f"as-{name}": ["en", "ar"] for name in ("lm-2", "lm-3", "lm-4", "key-lm-1")},
}


class Campaign:
    """A copy of the checkout, and the server that it runs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workdir = Workdir(root)
        self.process: subprocess.Popen[str] | None = None
        self.said = ""
        with socket.socket() as probe:
            probe.bind((server.HOST, 0))
            self.port = probe.getsockname()[1]

    def serve(self) -> None:
        """Run `labelstudio serve` and wait for its word."""
        self.process = subprocess.Popen(
            [*self.command, "labelstudio", "serve", "--port", str(self.port)],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError(self.said)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "standpoint"]

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command of standpoint; return what it prints."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "STANDPOINT_TEXTS": str(SEEDS) if SEEDS.is_dir() else "",
            },
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    def kill_server(self) -> None:
        """Kill the server itself, as a power cut would."""
        pid = int(self.said.rpartition("(process ")[2].partition(")")[0])
        os.kill(pid, 9)

    def stop(self) -> None:
        """End `serve` by its process id."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            assert self.process.stdout is not None
            self.process.stdout.close()

    @property
    def url(self) -> str:
        return f"http://{server.HOST}:{self.port}"

    def login(self, name: str) -> Login:
        secrets = self.workdir.secrets()
        assert secrets is not None
        return secrets.people[name]

    def client(self) -> Client:
        return connect(self.workdir)

    def record(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / path).read_bytes())
        return found

    def user_api(self, name: str) -> Any:
        """Return the SDK as one annotator, with a token of their own."""
        from label_studio_sdk import LabelStudio

        return LabelStudio(base_url=self.url, api_key=self.token(name))

    def token(self, name: str) -> str:
        with self.logged_in(self.login(name)) as session:
            return str(session.get("/api/current-user/token").json()["token"])

    @contextmanager
    def logged_in(self, login: Login) -> Iterator[Any]:
        """Give a session that has logged in as a browser does."""
        import httpx

        with httpx.Client(base_url=self.url, follow_redirects=True) as session:
            session.get("/user/login/")
            fields = {"email": login.address, "password": login.password}
            fields["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
            referer = {"Referer": f"{self.url}/user/login/"}
            session.post("/user/login/", data=fields, headers=referer)
            yield session


def campaign_in(root: Path) -> Campaign:
    """Make a copy of the checkout, with people and an installed server."""
    root.mkdir()
    for name in ("corpus", "annotations", "schema", "constraints"):
        shutil.copytree(ROOT / name, root / name)
    registry = root / "annotations/annotators.json"
    entered = json.loads(registry.read_bytes())
    nothing = dict.fromkeys(("model", "version", "run"))
    entered["annotators"] += [
        {"id": name, "kind": "human", **nothing, "languages": languages}
        for name, languages in PEOPLE.items()
    ]
    registry.write_text(json.dumps(entered), "utf-8")
    made = Campaign(root)
    made.run("fmt")
    # Installed where a supervisor has it, once for all runs of the suite.
    installed = server.install(Workdir(ROOT), lambda _: None).parents[1]
    made.workdir.make_folder()
    made.workdir.path(installed.name).symlink_to(installed)
    return made


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    """A server that runs on a copy of the checkout."""
    made = campaign_in(tmp_path_factory.mktemp("campaign") / "checkout")
    try:
        made.serve()
        yield made
    finally:
        made.stop()
