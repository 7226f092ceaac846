"""SHA256SUMS: what belongs to a dataset, to the byte."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from standpoint.records.text import sha256
from standpoint.release.dataset import DatasetError

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


def require(folder: Path, below: Iterable[str] = ("",)) -> None:
    """Refuse a dataset that is not as it was built.

    Args:
        folder: The dataset.
        below: Beginnings of the paths to look at. Files that were added are let be.

    Raises:
        DatasetError: If a file was changed or is missing, or there are no sums.
    """
    said, wanted = read(folder), tuple(below)
    if not said:
        raise DatasetError(f"{folder} is not a built dataset: it has no {NAME}")
    problems = []
    for name in sorted(name for name in said if name.startswith(wanted)):
        file = folder / name
        if not file.is_file():
            problems.append(f"{name} is missing")
        elif sha256(file.read_bytes()) != said[name]:
            problems.append(f"{name} was changed")
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""  # noqa: PLR2004
        raise DatasetError(
            f"{folder} is not as it was built: {', '.join(problems[:3])}{more}"
            f" (compared with its {NAME}); get or build it anew"
        )
