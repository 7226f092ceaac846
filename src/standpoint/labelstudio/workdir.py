"""Where a campaign keeps its files: below work/labelstudio, which git ignores.

Exports hold the words of texts, sheets and secrets hold passwords: nothing of this is
ever committed, and what is secret can be read by its owner only.
"""

import os
import secrets as random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from filelock import FileLock, Timeout

from standpoint.labelstudio.draft import Memory
from standpoint.records import engine

FOLDER = "work/labelstudio"
WAIT = 5
"""Seconds to wait for another command that changes the files."""
DOMAIN = "annotators.invalid"
"""Domain of the addresses that annotators log in with; no mail can ever reach it."""

Kind = TypeVar("Kind")


class CampaignStop(Exception):  # noqa: N818 - it stops a command, for the user to read
    """A campaign cannot go on; the message is for the user."""


class Login(msgspec.Struct, frozen=True):
    """How somebody logs in.

    Attributes:
        address: Mail address, made up from the pseudonym.
        password: Password.
    """

    address: str
    password: str


class Secrets(msgspec.Struct):
    """What must not be seen.

    Attributes:
        url: Address of the server.
        admin: Login of the administrator.
        token: Their token; both are empty where the server runs elsewhere.
        people: Pseudonym to login.
    """

    url: str
    admin: Login = Login("", "")
    token: str = ""
    people: dict[str, Login] = {}


class Workdir:
    """The files of a campaign.

    Args:
        root: The checkout.
    """

    def __init__(self, root: Path) -> None:
        """Remember the folder; it is made when something is written."""
        self.root = root
        self.folder = root / FOLDER
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.secrets_path = self.folder / "secrets.json"
        self._memory = self.folder / "pulled.json"

    def path(self, *names: str) -> Path:
        """Return a path below the folder."""
        return self.folder.joinpath(*names)

    def shown(self, path: Path) -> str:
        """Return a path as messages show it: relative to the checkout."""
        return path.relative_to(self.root).as_posix()

    def secrets(self) -> Secrets | None:
        """Return the secrets, or None where there are none yet."""
        return self._read(self.secrets_path, Secrets)

    def keep_secrets(self, secrets: Secrets) -> None:
        """Write the secrets, for their owner to read only."""
        self.write_private(self.secrets_path, _written(secrets))

    def memory(self) -> dict[str, Memory]:
        """Return what the last pulls left: `<document>/<set>` to its parts."""
        return self._read(self._memory, dict[str, Memory]) or {}

    def keep_memory(self, memory: dict[str, Memory]) -> None:
        """Write what this pull leaves."""
        engine.write(self._memory, _written(memory))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other commands from changing the files of the campaign meanwhile.

        Raises:
            CampaignStop: If another one is at it.
        """
        self.make_folder()
        try:
            with FileLock(self.path("lock"), timeout=WAIT):
                yield
        except Timeout:
            raise CampaignStop(
                "another push or pull is running here: wait until it is done"
            ) from None

    def write_private(self, path: Path, data: bytes) -> None:
        """Write a file that only its owner can read."""
        self.make_folder()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)

    def make_folder(self) -> None:
        """Make the folder, for its owner to enter only.

        Raises:
            CampaignStop: If it cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
        except OSError as error:
            words = f"{FOLDER} cannot be made: {error.strerror or error}"
            raise CampaignStop(words) from None

    def _read(self, path: Path, kind: type[Kind]) -> Kind | None:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        found: Kind = decoded(data, kind, self.shown(path))
        return found


def decoded(data: bytes, kind: Any, name: str) -> Any:
    """Return what JSON holds.

    Args:
        data: The JSON.
        kind: What it has to be.
        name: What it is called in the message.

    Raises:
        CampaignStop: If it is something else.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CampaignStop(f"{name} cannot be read: {error}") from None


def _written(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def new_login(name: str) -> Login:
    """Return a login with a password that nobody has seen."""
    return Login(f"{name}@{DOMAIN}", random.token_urlsafe(12))


def pseudonyms(
    secrets: Secrets | None, users: Iterable[tuple[int, str]]
) -> dict[int | str, str]:
    """Return number and address of a user to pseudonym, of those that are annotators.

    Args:
        secrets: The secrets, or None.
        users: Number and address of the users of the server.
    """
    known = {
        login.address: name
        for name, login in (secrets.people if secrets else {}).items()
    }
    found: dict[int | str, str] = {}
    for number, address in users:
        name, _, domain = address.partition("@")
        pseudonym = known.get(address, name if domain == DOMAIN else None)
        if pseudonym is not None:
            found[number] = found[address] = pseudonym
    return found
