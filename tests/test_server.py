"""The server is installed, watched and ended; programs of ours stand in for the real one.

The real one is run by the tests in server/.
"""

import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner

from standpoint.cli import cli
from standpoint.labelstudio import server
from standpoint.labelstudio.config import VERSION
from standpoint.labelstudio.workdir import CampaignStop, Workdir

MAKES = """
import os, sqlite3, sys

def make(*tables):
    folder = os.environ["LABEL_STUDIO_BASE_DATA_DIR"]
    with sqlite3.connect(os.path.join(folder, "label_studio.sqlite3")) as database:
        for table in tables:
            database.execute(f"CREATE TABLE {table} (id)")
"""

WHOLE = """
if sys.argv[1] == "init":
    make("organization")
    database = sqlite3.connect(
        os.environ["LABEL_STUDIO_BASE_DATA_DIR"] + "/label_studio.sqlite3")
    with database:
        database.execute("INSERT INTO organization VALUES (1)")
    raise SystemExit
"""
"""What the program does that makes the database, as the real one does."""

CUT_OFF = """
if sys.argv[1] == "init":
    import time
    make("project")
    print("half of it", flush=True)
    time.sleep(60)
"""

ANSWERS = """
import http.server, os, signal, sys

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass

print("telemetry:", os.environ["COLLECT_ANALYTICS"], os.environ.get("SENTRY_DSN"))
print("stray:", os.environ.get("LABEL_STUDIO_HOST"), flush=True)
port = int(sys.argv[sys.argv.index("--port") + 1])
host = sys.argv[sys.argv.index("--internal-host") + 1]
listening = http.server.HTTPServer((host, port), Health)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="programs with a shebang"),
]


class Bench(NamedTuple):
    """A folder to run programs in.

    Attributes:
        place: Where the files of the campaign are.
        port: A port that nobody listens on.
    """

    workdir: Workdir
    port: int

    def program(self, body: str, init: str = WHOLE) -> Path:
        """Write a program that is run in place of Label Studio."""
        path = self.workdir.path(f"server-{VERSION}", "bin", "label-studio")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!{sys.executable}\n{MAKES}{init}\n{body}", "utf-8")
        path.chmod(0o700)
        return path

    def installed(self, body: str, init: str = WHOLE) -> Path:
        """Write a program, as one that is installed."""
        path = self.program(body, init)
        path.parents[1].joinpath("installed").touch()
        return path


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    with closing(socket.create_server((server.HOST, 0))) as probe:
        port = probe.getsockname()[1]
    return Bench(Workdir(tmp_path), port)


def run(bench: Bench, body: str) -> server.Running:
    """Run a program until it answers, and end it."""
    with server.running(bench.workdir, bench.program(body), bench.port) as found:
        return found


# running


def test_a_server_that_answers_is_run_and_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_HOST", "https://elsewhere.invalid")
    monkeypatch.setenv("SENTRY_DSN", "https://elsewhere.invalid/1")
    found = run(bench, f"{ANSWERS}\nlistening.serve_forever()")
    assert found.secrets.url == f"http://127.0.0.1:{bench.port}"
    assert found.process.poll() is not None
    said = bench.workdir.log.read_text("utf-8").split("\n")
    assert said[:2] == ["telemetry: false ", "stray: None"]
    assert stat.S_IMODE(bench.workdir.secrets_path.stat().st_mode) == 0o600


def test_a_later_start_keeps_who_can_log_in(bench: Bench) -> None:
    first = run(bench, f"{ANSWERS}\nlistening.serve_forever()")
    again = run(bench, f"{ANSWERS}\nlistening.serve_forever()")
    assert again.secrets == first.secrets


def test_a_server_that_does_not_listen_to_reason_is_killed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DOWN_WITHIN", 0.3)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nlistening.serve_forever()"
    found = run(bench, f"{ANSWERS}\n{deaf}")
    assert found.process.returncode == -9


def test_the_last_words_of_a_server_that_does_not_come_up_are_said(
    bench: Bench,
) -> None:
    with pytest.raises(CampaignStop) as stop:
        run(bench, "print('one'); raise SystemExit('the database is locked')")
    assert str(stop.value) == (
        "Label Studio did not start (exit 1): the database is locked."
        " See work/labelstudio/server.log"
    )


def test_a_server_that_never_answers_is_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "UP_WITHIN", 0.6)
    started = time.monotonic()
    with pytest.raises(CampaignStop, match=r"does not answer after .*server\.log"):
        run(bench, "import time\ntime.sleep(600)")
    assert time.monotonic() - started < 30


def test_a_port_that_is_taken_is_refused(bench: Bench) -> None:
    with (
        closing(socket.create_server((server.HOST, bench.port))),
        pytest.raises(CampaignStop, match=f"port {bench.port} is in use.*`--port`"),
    ):
        run(bench, ANSWERS)
    assert not bench.workdir.secrets_path.exists()


def test_an_environment_that_was_moved_says_what_to_remove(bench: Bench) -> None:
    program = bench.program("")
    program.write_text("#!/moved/bin/python\n", "utf-8")
    with (
        pytest.raises(CampaignStop, match=r"delete work/labelstudio/server-[\d.]+ and"),
        server.running(bench.workdir, program, bench.port),
    ):
        pass


# the database


def started(bench: Bench, arguments: list[str]) -> "subprocess.Popen[bytes]":
    """Start the command and wait until the database is half made."""
    process = subprocess.Popen(
        [sys.executable, "-m", "standpoint", *arguments], stdout=subprocess.DEVNULL
    )
    for _ in range(600):
        if bench.workdir.log.exists() and "half" in bench.workdir.log.read_text(
            "utf-8"
        ):
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError("nothing was started")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_first_start_that_was_cut_off_begins_anew(
    by: signal.Signals, bench: Bench, arguments: list[str]
) -> None:
    bench.installed(ANSWERS, CUT_OFF)
    process = started(bench, arguments)
    process.send_signal(by)
    assert process.wait(30) == (-by if by == signal.SIGKILL else 0)
    assert not bench.workdir.data.exists()
    found = run(bench, f"{ANSWERS}\nlistening.serve_forever()")
    assert found.secrets.token
    assert (bench.workdir.data / "label_studio.sqlite3").is_file()
    assert list(bench.workdir.folder.glob("data.new*")) == []


def test_making_the_database_has_no_limit_of_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "UP_WITHIN", 2)
    slow = WHOLE.replace("make(", "import time\n    time.sleep(4)\n    make(")
    program = bench.program(f"{ANSWERS}\nlistening.serve_forever()", slow)
    with server.running(bench.workdir, program, bench.port) as found:
        assert found.process.poll() is None


def test_a_database_that_cannot_be_made_says_why(bench: Bench) -> None:
    program = bench.program("", "raise SystemExit('no room is left')")
    with (
        pytest.raises(CampaignStop, match=r"\(exit 1\): no room is left\. See"),
        server.running(bench.workdir, program, bench.port),
    ):
        pass
    assert not bench.workdir.data.exists()


def database_of(bench: Bench, *tables: str, row: str = "") -> Path:
    """Make a database as an earlier version left it."""
    bench.workdir.data.mkdir(parents=True)
    path = bench.workdir.data / "label_studio.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        for table in tables:
            database.execute(f"CREATE TABLE {table} (id)")
        if row:
            database.execute(f"INSERT INTO {row} VALUES (7)")
    return path


def rows_of(path: Path, table: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()


def test_a_database_whose_making_an_earlier_version_cut_off_is_made_anew(
    bench: Bench,
) -> None:
    path = database_of(bench, "project", "task_completion")
    run(bench, f"{ANSWERS}\nlistening.serve_forever()")
    assert rows_of(path, "organization") == [(1,)]


@pytest.mark.parametrize("table", ["project", "task_completion", "organization"])
def test_a_database_that_holds_anything_is_kept(bench: Bench, table: str) -> None:
    path = database_of(bench, "project", "task_completion", "organization", row=table)
    program = bench.program("", "raise SystemExit('table project already exists')")
    for _ in range(2):
        with (
            pytest.raises(CampaignStop, match="table project already exists"),
            server.running(bench.workdir, program, bench.port),
        ):
            pass
        assert rows_of(path, table) == [(7,)]


def test_a_file_that_is_not_a_database_is_kept(bench: Bench) -> None:
    path = database_of(bench)
    path.write_bytes(b"no database" * 100)
    with pytest.raises(CampaignStop, match="cannot be read: file is not a database"):
        run(bench, ANSWERS)
    assert path.read_bytes().startswith(b"no database")


def test_an_update_that_was_cut_off_goes_back_and_begins_again(
    bench: Bench, arguments: list[str]
) -> None:
    path = database_of(bench, "task_completion", row="task_completion")
    bench.installed(ANSWERS, CUT_OFF)
    process = started(bench, arguments)
    assert rows_of(path, "project") == []  # half of the update
    process.kill()
    process.wait()
    update = "if sys.argv[1] == 'init':\n    make('project')\n    raise SystemExit\n"
    program = bench.program(f"{ANSWERS}\nlistening.serve_forever()", update)
    for _ in range(2):  # once only: the second time the table is there
        with server.running(bench.workdir, program, bench.port):
            assert rows_of(path, "task_completion") == [(7,)]
    assert not list(bench.workdir.data.glob("*before*"))


def test_a_second_server_of_a_checkout_is_refused(bench: Bench) -> None:
    program = bench.program(f"{ANSWERS}\nlistening.serve_forever()")
    with closing(socket.create_server((server.HOST, 0))) as probe:
        other = probe.getsockname()[1]
    with (
        server.running(bench.workdir, program, bench.port),
        pytest.raises(CampaignStop, match="another `labelstudio serve` is running"),
        server.running(bench.workdir, program, other),
    ):
        pass


# the command


@pytest.fixture
def arguments(bench: Bench) -> list[str]:
    """Arguments of `serve` in a folder that looks like a checkout."""
    root = bench.workdir.root
    for folder in ("corpus", "schema"):
        (root / folder).mkdir()
    port = str(bench.port)
    return ["labelstudio", "serve", "--port", port, "--root", str(root)]


def test_a_server_that_ends_by_itself_is_said(
    bench: Bench, arguments: list[str]
) -> None:
    bench.installed(f"{ANSWERS}\nlistening.handle_request()\nos._exit(7)")
    done = subprocess.run(
        [sys.executable, "-m", "standpoint", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "Error: Label Studio stopped by itself (exit 7). Submitted work is kept; run"
        " `labelstudio serve` again. See work/labelstudio/server.log\n"
    )
    assert f"Label Studio is at http://127.0.0.1:{bench.port}" in done.stdout


def test_a_request_to_stop_ends_the_server_in_order(
    bench: Bench, arguments: list[str]
) -> None:
    bench.installed(f"{ANSWERS}\nlistening.serve_forever()")
    with subprocess.Popen(
        [sys.executable, "-m", "standpoint", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines = process.stdout or ()
        said = next(line for line in lines if "is at http://127.0.0.1" in line)
        process.terminate()
        rest = list(lines)
    assert (process.returncode, rest[-1]) == (0, "stopped\n")
    number = int(said.rpartition("process ")[2].rstrip(")\n"))
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.parametrize(
    "line",
    ["starting", "Label Studio is at", "administrator", "password", "token", "Ctrl-C"],
)
def test_a_stop_may_come_at_any_line(
    line: str, bench: Bench, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.installed(f"{ANSWERS}\nlistening.serve_forever()")
    started: list[subprocess.Popen[bytes]] = []
    start = server._start

    def watched(*given: Any) -> "subprocess.Popen[bytes]":
        started.append(start(*given))
        return started[-1]

    def stopped(message: str, **options: Any) -> None:
        echo(message, **options)
        if message.startswith(line):
            os.kill(os.getpid(), signal.SIGTERM)

    echo = click.echo
    monkeypatch.setattr(server, "_start", watched)
    monkeypatch.setattr(click, "echo", stopped)
    before = signal.getsignal(signal.SIGTERM)
    try:
        result = CliRunner().invoke(cli, arguments)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "stopped")
    assert [one.poll() is None for one in started] == [False] * (line != "starting")


def test_a_second_request_to_stop_ends_a_slow_server_at_once(bench: Bench) -> None:
    deaf = (
        "signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getppid(), signal.SIGINT))"
    )
    started = time.monotonic()
    found = run(bench, f"{ANSWERS}\n{deaf}\nlistening.serve_forever()")
    assert found.process.returncode == -signal.SIGKILL
    assert time.monotonic() - started < server.DOWN_WITHIN


# installing


def test_a_full_disk_is_said_before_anything_is_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> Any:
        return type("Usage", (), {"free": 400_000_000})

    monkeypatch.setattr(shutil, "disk_usage", full)
    with pytest.raises(CampaignStop, match=r"needs 2 GB of disk; 0\.4 GB are free"):
        server.install(bench.workdir, print)


def test_an_installation_that_fails_leaves_nothing_that_looks_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    left = bench.program("")  # by an installation that was cut off
    said: list[str] = []
    with pytest.raises(CampaignStop) as stop:
        server.install(bench.workdir, said.append)
    assert str(stop.value).startswith("Label Studio could not be installed: ERROR")
    assert str(stop.value).endswith("See work/labelstudio/install.log")
    assert not left.exists()
    assert not left.parents[1].joinpath("installed").exists()
    assert "only once; 1 GB" in said[0]
    log = bench.workdir.path("install.log").read_text("utf-8")
    assert "No matching distribution" in log
