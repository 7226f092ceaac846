"""What git says of a checkout."""

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

SECONDS = 120
"""How long git may take; it reads 100,000 files in less than one."""

MANY = 1000
"""More paths than this are not named one by one."""


_GIT = (
    *("git", "--literal-pathspecs"),  # a file may be called `:(x)`
    *("-c", "submodule.recurse=false", "-c", "grep.fullName=false"),
    *("-c", "color.ui=false", "-c", "color.grep=false", "-c", "color.diff=false"),
)
"""How git is asked whatever somebody has configured."""


class GitStop(Exception):  # noqa: N818 - it stops a command, for the user to read
    """Git cannot say what is asked; the message is for the user."""


class Changes(NamedTuple):
    """What has changed since a line of work left another.

    Attributes:
        revision: What git calls the other.
        base: The commit at which it left.
        paths: Files that differ from that commit, are new or are gone, relative to the
            root. Files that git ignores do not count; a renamed file counts under both
            names.
        shared: Files of several records among those that differ, if these records are in
            `paths` in their place.
    """

    revision: str
    base: str
    paths: list[str]
    shared: tuple[str, ...] = ()


def blob_name(data: bytes, length: int) -> str:
    """Return the name that git gives to the content of a file.

    Args:
        data: The content.
        length: Digits of a name in this repository: 40 of SHA-1, 64 of SHA-256.
    """
    algorithm = "sha1" if length == 40 else "sha256"  # noqa: PLR2004 - as said above
    return hashlib.new(algorithm, b"blob %d\0" % len(data) + data).hexdigest()


def _is_below(path: str) -> bool:
    """Tell whether a path, which anybody may have written, leads to a file of ours."""
    parts = path.split("/")
    return "\0" not in path and not {"", ".."} & set(parts)


class Git:
    """The version control of a checkout; paths are relative to its root.

    Args:
        root: Root of the checkout; the repository may begin above it.
    """

    def __init__(self, root: Path) -> None:
        """Remember the root; git is asked when it is needed."""
        self.root = root

    @cached_property
    def answers(self) -> bool:
        """Whether git can be asked, or there is nothing to ask it about."""
        above = (self.root, *self.root.parents)
        is_none = not any((folder / ".git").exists() for folder in above)
        return is_none or bool(self._ask("rev-parse", "HEAD"))

    @cached_property
    def is_here(self) -> bool:
        """Whether the checkout lies in a repository."""
        return self._ask("rev-parse", "--is-inside-work-tree").strip() == "true"

    def files(self, paths: Iterable[str] | None = None) -> list[str]:
        """Return the files that are, or could be, committed; none without git.

        Args:
            paths: Files or folders to look at; None for all.
        """
        named = list(filter(_is_below, paths or ()))
        if paths is not None and not named:
            return []
        below = ["--", *named] if len(named) <= MANY else []
        if not self.is_here:
            return []
        listed = self._sure("ls-files", "-z", "-co", "--exclude-standard", *below)
        return sorted(set(filter(None, listed.split("\0"))))

    def messages(self, since: str | None = None) -> Iterator[tuple[str, str]]:
        """Yield short name and message of every commit, or of those since a revision.

        Raises:
            GitStop: If those since a revision cannot be read.
        """
        asked = ("log", "-z", "--format=%h%n%B")
        if since is None:
            listed = self._ask(*asked)  # `answers` says whether it could
        else:
            listed = self._sure(*asked, f"{since}..HEAD")
        for entry in listed.split("\0"):
            name, _, message = entry.partition("\n")
            if name:
                yield name, message

    # against another commit

    def changes_since(self, revision: str) -> Changes:
        """Return what has changed since this line of work left another.

        Raises:
            GitStop: If git cannot say, or knows no such revision.
        """
        # Either goes through all files: together they take as long as the slower one,
        # which begins before all else. More threads would get into each other's way.
        with self._start("ls-files", "-z", "-o", "--exclude-standard") as new:
            try:
                base = self._base(revision)
            except GitStop:
                new.kill()
                raise
            single = ("-c", "core.preloadIndex=false")
            named = ("-z", "--name-only", "--no-renames", "--relative")
            with self._start(*single, "diff", *named, base) as other:
                paths = {*self._listed(other), *self._listed(new)}
        return Changes(revision, base, sorted(paths))

    def _base(self, revision: str) -> str:
        if not self.is_here:
            raise GitStop("this folder is not in git: name the files instead")
        named = f"{revision}^{{commit}}"
        commit = self._ask("rev-parse", "--verify", "-q", "--end-of-options", named)
        if not commit:
            raise GitStop(f"git does not know the revision \u2018{revision}\u2019")
        found = self._ask("merge-base", commit.strip(), "HEAD").strip()
        if not found:
            raise GitStop(
                f"git finds no common ancestor of HEAD and {revision}:"
                " fetch the whole history"
            )
        return found

    def _listed(self, process: subprocess.Popen[bytes]) -> Iterator[str]:
        """Yield the paths that git lists."""
        try:
            listed, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.returncode != 0:
            raise GitStop("git cannot list the changes: run `git status` here")
        yield from filter(None, os.fsdecode(listed).split("\0"))

    def tree(self, commit: str, folder: str) -> str:
        """Return the name that git gives to what a folder held at a commit, or nothing."""
        return self._ask("rev-parse", "--verify", "-q", f"{commit}:./{folder}").strip()

    def blobs(self, commit: str, folder: str) -> dict[str, str]:
        """Return path to the name that git gives to its content, of plain files."""
        listed = self._ask("ls-tree", "-rz", commit, f"./{folder}/")
        entries = (entry.partition("\t") for entry in listed.split("\0"))
        return {
            path: name
            for about, _, path in entries
            for mode, _, name in (about.split(" ") if path else ("", "", ""),)
            if mode in {"100644", "100755"}
        }

    def own_path(self, name: str) -> Path:
        """Return a place beside the data of git, which is never committed."""
        return self.root / self._ask("rev-parse", "--git-path", name).strip()

    def held(self, commit: str, paths: Iterable[str]) -> dict[str, bytes | None]:
        """Return what files held at a commit; None where there was none.

        Raises:
            GitStop: If git cannot say.
        """
        asked = list(paths)
        plain = [path for path in asked if "\n" not in path]  # git is asked in lines
        found = self.contents(f"{commit}:./{path}" for path in plain)
        return dict.fromkeys(asked) | dict(zip(plain, found, strict=True))

    def contents(self, names: Iterable[str]) -> Iterator[bytes | None]:
        """Yield the contents that git knows by some names, in their order, or None.

        Raises:
            GitStop: If git cannot say.
        """
        given = os.fsencode("".join(f"{name}\n" for name in names))
        listed = self._told("cat-file", "--batch", given=given) if given else b""
        at = 0
        while at < len(listed):
            start = listed.index(b"\n", at) + 1
            *_, kind, size = listed[at:start].split()
            at = start
            if size == b"missing":
                yield None
            else:
                yield listed[at : at + int(size)] if kind == b"blob" else None
                at += int(size) + 1

    def written(self, since: str) -> Iterator[tuple[str, str, str]]:
        """Yield each content that a commit since a revision brought in.

        Returns:
            Short name of the commit, path from the top of the repository, and the name
            that git gives to the content; one that several commits brought in, once.

        Raises:
            GitStop: If git cannot say.
        """
        commits = self._sure("rev-list", "--reverse", f"{since}..HEAD")
        flags = ("--stdin", "-r", "-m", "--root", "-z", "--raw", "--no-abbrev")
        listed = self._told(
            *("diff-tree", *flags, "--no-renames", "--diff-filter=AMT"),
            given=commits.encode(),
        )
        parts = iter(os.fsdecode(listed).split("\0"))
        commit, seen = "", set()
        for part in parts:
            if not part.startswith(":"):
                commit = part.strip()[:9]
                continue
            path, (_, mode, _, blob, _) = next(parts), part.split(" ")
            if mode.startswith("100") and blob not in seen:
                seen.add(blob)
                yield commit, path, blob

    def holding(self, words: Iterable[str], folders: Iterable[str]) -> list[str]:
        """Return the files below some folders that hold any of these words.

        Upper and lower case are the same; untracked files are searched as well.
        """
        sound = (word for word in words if word.strip() and "\0" not in word)
        patterns = "".join(f"{word}\n" for word in sound)
        if not patterns:
            return []
        flags = ("-z", "-l", "-i", "-F", "--untracked", "-f", "-")
        command = self._command(("grep", *flags, "--", *folders))
        try:
            done = subprocess.run(
                command,
                input=patterns.encode(),
                capture_output=True,
                check=False,
                timeout=SECONDS,
                env={**os.environ, "LC_ALL": "C.UTF-8"},  # else only ASCII folds
            )
            found = done.returncode <= 1  # 1 is nothing found
        except (OSError, subprocess.SubprocessError):
            found = False
        if not found:
            raise GitStop("git cannot search the records: run `git status` here")
        return sorted(filter(None, os.fsdecode(done.stdout).split("\0")))

    def _sure(self, *arguments: str) -> str:
        """Return what git answers, as text."""
        return os.fsdecode(self._told(*arguments))

    def _told(self, *arguments: str, given: bytes = b"") -> bytes:
        """Return what git answers.

        Raises:
            GitStop: If it does not answer: nothing must not look like none.
        """
        try:
            return self._run(*arguments, given=given)
        except (OSError, subprocess.SubprocessError):
            raise GitStop("git failed: run `git status` here") from None

    def _ask(self, *arguments: str) -> str:
        """Return what git answers; nothing where it cannot."""
        try:
            return os.fsdecode(self._run(*arguments))
        except (OSError, subprocess.SubprocessError):
            return ""

    def _run(self, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            self._command(arguments),
            input=given,
            capture_output=True,
            check=True,
            timeout=SECONDS,
        )
        return done.stdout

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command(arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _command(self, arguments: Iterable[str]) -> list[str]:
        return [*_GIT, "-C", str(self.root), *arguments]
