"""SHA256SUMS: what belongs to a dataset, to the byte."""

from collections.abc import Iterator
from pathlib import Path

from standpoint.text import sha256

NAME = "SHA256SUMS"


def files(folder: Path) -> Iterator[str]:
    """Yield every file below a folder but the sums, sorted, with forward slashes."""
    found = (path for path in folder.rglob("*") if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in found)
    return iter(sorted(name for name in names if name != NAME))


def sums(folder: Path) -> dict[str, str]:
    """Compute file to SHA-256."""
    return {name: sha256((folder / name).read_bytes()) for name in files(folder)}


def write(folder: Path) -> None:
    """Write the sums in the form of `sha256sum`."""
    lines = [f"{digest}  {name}\n" for name, digest in sums(folder).items()]
    (folder / NAME).write_bytes("".join(lines).encode())


def read(folder: Path) -> dict[str, str]:
    """Read file to SHA-256 from the sums; nothing where there are none."""
    path = folder / NAME
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8", errors="replace").splitlines()
    pairs = (line.partition("  ") for line in lines)
    return {name: digest for digest, _, name in pairs}
