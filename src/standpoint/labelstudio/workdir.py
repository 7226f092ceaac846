"""The files of a campaign, in work/labelstudio, which git ignores.

Exports contain texts, sheets and secrets contain passwords: none of them is ever committed,
and only the owner can read the secrets.
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
"""Seconds to wait for another command that is changing the files."""
DOMAIN = "annotators.invalid"
"""Domain of the login addresses of annotators; no mail can be sent to it."""

Kind = TypeVar("Kind")


class CampaignStop(Exception):  # noqa: N818 - it stops a command, for the user to read
    """The command cannot go on; the message is for the user."""


class Login(msgspec.Struct, frozen=True):
    """A login.

    Attributes:
        address: Mail address made from the pseudonym.
        password: Password.
    """

    address: str
    password: str


class Secrets(msgspec.Struct):
    """The secrets of a campaign.

    Attributes:
        url: Address of the server.
        admin: Login of the administrator.
        token: Token of the administrator; both are empty if the server runs elsewhere.
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
        """Keep the folder; it is made when something is written."""
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
        """Return the secrets, or None if there are none yet."""
        return self._read(self.secrets_path, Secrets)

    def keep_secrets(self, secrets: Secrets) -> None:
        """Write the secrets; only the owner can read them."""
        self.write_private(self.secrets_path, _written(secrets))

    def memory(self) -> dict[str, Memory]:
        """Return what earlier pulls remembered: path of a set to its parts."""
        return self._read(self._memory, dict[str, Memory]) or {}

    def keep_memory(self, memory: dict[str, Memory]) -> None:
        """Write what this pull remembers."""
        engine.write(self._memory, _written(memory))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the files of the campaign.

        Raises:
            CampaignStop: If another command has locked them.
        """
        self.make_folder()
        try:
            with FileLock(self.path("lock"), timeout=WAIT):
                yield
        except Timeout:
            raise CampaignStop(
                "another push or pull is running in this checkout; wait until it has finished"
            ) from None

    def write_private(self, path: Path, data: bytes) -> None:
        """Write a file that only the owner can read."""
        self.make_folder()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)

    def make_folder(self) -> None:
        """Make the folder; only the owner can open it.

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
    """Decode JSON.

    Args:
        data: The JSON.
        kind: The expected type.
        name: Name of the file for the message.

    Raises:
        CampaignStop: If it does not have that type.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CampaignStop(f"{name} cannot be read: {error}") from None


def _written(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def new_login(name: str) -> Login:
    """Return a login with a new password."""
    return Login(f"{name}@{DOMAIN}", random.token_urlsafe(12))


def pseudonyms(
    secrets: Secrets | None, users: Iterable[tuple[int, str]]
) -> dict[int | str, str]:
    """Return number and address of each user who is an annotator to their pseudonym.

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
