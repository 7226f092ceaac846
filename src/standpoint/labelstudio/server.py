"""Install Label Studio in its own environment on this machine, and run it.

It pins other versions of libraries that the corpus needs, so it is not a dependency of the
package. It listens on loopback only and sends nothing: telemetry and version checks are off,
and what is left of them goes to a proxy that does not exist.
"""

import json
import os
import secrets as random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, NamedTuple, NoReturn
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from filelock import FileLock, Timeout

from standpoint.labelstudio import style
from standpoint.labelstudio.client import forget_exports
from standpoint.labelstudio.config import VERSION
from standpoint.labelstudio.workdir import DOMAIN, CampaignStop, Login, Secrets, Workdir

HOST = "127.0.0.1"
PORT = 8080
SIZE = 2_000_000_000
"""Bytes of free disk space that are needed, half for the server and half for its data."""

UP_WITHIN = 180
"""Seconds to wait for the server to answer."""

DOWN_WITHIN = 20

_DATABASE = "label_studio.sqlite3"
_COPY = "label_studio.before.sqlite3"
_FRESH = "data.new-"
"""Start of the name of a folder in which a database is being made."""
_PRECIOUS = frozenset(
    {"htx_user", "organization", "project", "task", "task_completion"}
)
"""Tables that are empty in a database that was never used."""

_PINS = Path("constraints/server.txt")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_DEAD_PROXY = "http://127.0.0.1:9"


def install(workdir: Workdir, tell: Callable[[str], None]) -> Path:
    """Install the server if it is missing; return the path of its program.

    Raises:
        CampaignStop: If the disk is full or it cannot be installed.
    """
    folder = workdir.path(f"server-{VERSION}")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    program = scripts / "label-studio"
    done = folder / "installed"
    if done.exists():
        return program
    workdir.make_folder()
    free = shutil.disk_usage(workdir.folder).free
    if free < SIZE:
        raise CampaignStop(
            f"Label Studio needs {SIZE / 1e9:.0f} GB of disk; {free / 1e9:.1f} GB are free"
        )
    tell(
        f"installing Label Studio {VERSION} into {workdir.shown(folder)} (only once; 1 GB, one"
        " to three minutes)"
    )
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted installation left
    pins = workdir.root / _PINS
    only = ["-c", str(pins)] if pins.is_file() else []
    wanted = f"label-studio=={VERSION}"
    log = workdir.path("install.log")
    log.unlink(missing_ok=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(scripts / "python"), "-m", "pip", "install", *only, wanted],
    ):
        if last := _run(command, log, tell):
            raise CampaignStop(
                f"Label Studio could not be installed: {last[:200]}. See"
                f" {workdir.shown(log)}"
            )
    done.touch()
    return program


def _run(command: list[str], log: Path, tell: Callable[[str], None]) -> str:
    """Run a command and print each package that it collects.

    Returns:
        The last line of its output if it failed, else an empty string.
    """
    last = ""
    try:
        with (
            log.open("a", encoding="utf-8") as kept,
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as process,
        ):
            for line in process.stdout or ():
                kept.write(line)
                last = line.strip() or last
                if line.startswith("Collecting "):
                    tell(f"  {line.split()[1]}")
            code = process.wait()
    except OSError as error:
        return f"{command[0]}: {error.strerror or error}"
    return (last or f"exit {code}") if code else ""


class Running(NamedTuple):
    """A running server.

    Attributes:
        secrets: Its address and login.
        process: Its process.
    """

    secrets: Secrets
    process: "subprocess.Popen[bytes]"


@contextmanager
def running(
    workdir: Workdir, program: Path, port: int, tell: Callable[[str], None] = print
) -> Iterator[Running]:
    """Run the server, and end it when the block ends.

    The first start makes organisation, administrator and token.

    Raises:
        CampaignStop: If the port is in use, or the server does not start.
    """
    _refuse_busy(port)
    with _only_one(workdir):
        secrets = _secrets(workdir, port)
        workdir.path("home").mkdir(exist_ok=True)
        workdir.write_private(workdir.log, b"")
        _prepare(workdir, program, secrets, tell)
        forget_exports(workdir.data)  # of an interrupted pull, or of earlier versions
        with workdir.log.open("ab") as log:
            process = _start(program, workdir, secrets, port, log)
        try:
            _wait_until_up(process, secrets.url, workdir)
            yield Running(secrets, process)
        finally:
            _stop(process)


@contextmanager
def _only_one(workdir: Workdir) -> Iterator[None]:
    """Keep a second server from using the same data."""
    workdir.make_folder()
    try:
        with FileLock(workdir.path("serving"), timeout=0):
            yield
    except Timeout:
        raise CampaignStop(
            "another `labelstudio serve` is running in this checkout; use it, or stop it"
            " first"
        ) from None


# the database


def _prepare(
    workdir: Workdir, program: Path, secrets: Secrets, tell: Callable[[str], None]
) -> None:
    """Make the database, or upgrade it to this version.

    Label Studio cannot use a database whose creation was interrupted. So a new one is made
    in a temporary folder, which is renamed when the database is complete. An existing one
    is copied before it is upgraded.

    Raises:
        CampaignStop: If it cannot be done.
    """
    for left in workdir.folder.glob(f"{_FRESH}*"):
        shutil.rmtree(left, ignore_errors=True)
    version = workdir.data / "version"
    if not _holds_anything(workdir.data / _DATABASE):
        tell("making the database (only once; up to a minute)")
        shutil.rmtree(workdir.data, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=workdir.folder))
        _migrate(workdir, program, secrets, fresh)
        (fresh / version.name).write_text(VERSION, "utf-8")
        fresh.rename(workdir.data)
    elif not version.exists() or version.read_text("utf-8") != VERSION:
        tell(f"upgrading the database to Label Studio {VERSION}")
        database, copy = workdir.data / _DATABASE, workdir.data / _COPY
        if copy.exists():  # the last upgrade was interrupted
            for suffix in ("-journal", "-wal", "-shm"):
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            copy.replace(database)
        _copy(database, copy)
        _migrate(workdir, program, secrets, workdir.data)
        version.write_text(VERSION, "utf-8")
        copy.unlink()


def _holds_anything(database: Path) -> bool:
    """Tell whether a database may hold data that cannot be made again.

    That is so if it cannot be read, or has users or projects. Otherwise its creation was
    interrupted before it was used.
    """
    if not database.exists():
        return False
    try:
        with closing(
            sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
        ) as found:
            listed = found.execute("SELECT name FROM sqlite_master WHERE type='table'")
            tables = {str(name) for (name,) in listed} & _PRECIOUS
            return any(
                found.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
                for name in tables
            )
    except sqlite3.Error:
        return True


def _copy(database: Path, copy: Path) -> None:
    """Copy a database, including changes that a crash left to be rolled back."""
    temporary = copy.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(temporary)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise CampaignStop(f"{database} cannot be read: {error}") from None
    temporary.replace(copy)


def _migrate(workdir: Workdir, program: Path, secrets: Secrets, data: Path) -> None:
    """Run the migrations of Label Studio on a folder, and make the administrator."""
    command = [str(program), "init", "--enable-legacy-api-token"]
    with workdir.log.open("ab") as log:
        process = _run_program(
            command, workdir, _environment(workdir, secrets, data), log
        )
    try:
        code = process.wait()
    finally:
        _stop(process)
    if code:
        raise CampaignStop(
            f"Label Studio could not make its database (exit {code}): {_last_line(workdir)}."
            f" See {workdir.shown(workdir.log)}"
        )


def _refuse_busy(port: int) -> None:
    """Refuse a port that is in use: the server would silently use the next one."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CampaignStop(
                f"port {port} is in use, perhaps by another server; choose another one with"
                " `--port`"
            ) from None


def _secrets(workdir: Workdir, port: int) -> Secrets:
    with workdir.alone():
        found = workdir.secrets() or Secrets("")
        found.url = f"http://{HOST}:{port}"
        if not found.token:
            found.admin = Login(f"admin@{DOMAIN}", random.token_urlsafe(12))
            found.token = random.token_hex(20)
        workdir.keep_secrets(found)
    return found


def _start(
    program: Path, workdir: Workdir, secrets: Secrets, port: int, log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    command = [
        *(str(program), "start", "--no-browser"),
        *("--internal-host", HOST, "--port", str(port)),
    ]
    return _run_program(
        command, workdir, _environment(workdir, secrets, workdir.data), log
    )


def _run_program(
    command: list[str], workdir: Workdir, environment: dict[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C goes to us, and we stop the server
        )
    except OSError as error:
        folder = workdir.shown(Path(command[0]).parents[1])
        raise CampaignStop(
            f"Label Studio cannot be started ({error.strerror or error}): delete {folder} and"
            " run `labelstudio serve` again"
        ) from None


def _environment(workdir: Workdir, secrets: Secrets, data: Path) -> dict[str, str]:
    """Return the environment variables of the server: ours, without those that affect it."""
    stray = ("LABEL_STUDIO_", "HEARTEX_", "DJANGO_", "SENTRY_", "FRONTEND_")
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(stray)
        and not key.lower().endswith("_proxy")
        and key not in {"PORT", "HOST", "DEBUG"}
    }
    return kept | {
        "HOME": str(workdir.path("home")),
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": secrets.admin.address,
        "LABEL_STUDIO_PASSWORD": secrets.admin.password,
        "LABEL_STUDIO_USER_TOKEN": secrets.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "LOG_LEVEL": "WARNING",
        "LABEL_STUDIO_EDITOR_KEYMAP": json.dumps(style.deselect_keymap()),
        **{name: _DEAD_PROXY for one in _PROXIES for name in (one, one.upper())},
        **dict.fromkeys(("no_proxy", "NO_PROXY"), f"{HOST},localhost"),
    }


def _wait_until_up(
    process: "subprocess.Popen[bytes]", url: str, workdir: Workdir
) -> None:
    opener = build_opener(ProxyHandler({}))
    end = time.monotonic() + UP_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise CampaignStop(
                f"Label Studio did not start (exit {process.returncode}):"
                f" {_last_line(workdir)}. See {workdir.shown(workdir.log)}"
            )
        try:
            with opener.open(f"{url}/health", timeout=5) as answer:
                if answer.status == 200:  # noqa: PLR2004 - OK
                    return
        except (URLError, OSError):
            time.sleep(0.5)
    raise CampaignStop(
        f"Label Studio does not answer after {UP_WITHIN} seconds; see"
        f" {workdir.shown(workdir.log)}"
    )


def _last_line(workdir: Workdir) -> str:
    lines = workdir.log.read_text("utf-8", errors="replace").split("\n")
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the server by its process id, at once if asked again, and wait for it."""
    if process.poll() is None:
        try:
            process.send_signal(signal.SIGTERM)
            process.wait(DOWN_WITHIN)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()


def stop_in_order() -> None:
    """Stop the server on SIGTERM as on Ctrl-C."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def wait(found: Running, workdir: Workdir) -> NoReturn:
    """Wait until the user, or the system, asks to stop.

    Raises:
        CampaignStop: If the server stops by itself.
        KeyboardInterrupt: When asked to stop.
    """
    code = found.process.wait()
    raise CampaignStop(
        f"Label Studio stopped by itself (exit {code}). Submitted work is kept; run"
        f" `labelstudio serve` again. See {workdir.shown(workdir.log)}"
    )
