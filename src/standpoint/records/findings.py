"""Findings, the checks that make them, and how they are shown."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from enum import StrEnum
from inspect import cleandoc
from typing import Any, NamedTuple

import msgspec

from standpoint.records import canonical

VALUE_DIGITS = 12
"""Of the SHA-256 of a value, as many as tell the values of one place apart."""

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Level(StrEnum):
    """How bad a finding is: an error stops the build, a warning is counted."""

    ERROR = "error"
    WARNING = "warning"


class Hit(NamedTuple):
    """What a check yields: a place in the record, and what is wrong there.

    Attributes:
        pointer: JSON pointer into the record.
        message: One or two sentences: what is wrong, and with what.
        span: Start and end in the document of the words concerned, shown where the text
            is at hand.
        at: Line and column, where they are known before the pointer is looked up.
    """

    pointer: str
    message: str
    span: tuple[int, int] | None = None
    at: tuple[int, int] | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault in one place.

    Attributes:
        code: Three letters and three digits.
        level: Error or warning.
        path: File, relative to the root, with forward slashes.
        line: Line of the value in the file, from 1; 0 until it was looked up.
        column: Column of the value in its line, from 1; 0 until it was looked up.
        pointer: JSON pointer into the file.
        message: What is wrong.
        fix: What to do, in one line.
        quote: The words concerned where the text is at hand, else None.
        place: The pointer with ids of items instead of their numbers in lists: what the
            finding is known by when lines and items move. Empty until it was looked up.
        value: Digest of what stands there, 12 hex digits: whoever accepts a finding accepts
            it for that value. Empty until it was looked up.
        commit: Short name of the commit in which it is, whatever the work tree holds; the
            path is then that of the file there, or empty for the message of the commit.
            None for a finding on a file of the work tree.
    """

    code: str
    level: Level
    path: str
    pointer: str
    message: str
    fix: str
    line: int = 0
    column: int = 0
    quote: str | None = None
    place: str = ""
    value: str = ""
    commit: str | None = None

    @property
    def where(self) -> str:
        """The file, or the commit and what of it."""
        if self.commit is None:
            return self.path
        return f"commit {self.commit}: {self.path or 'its message'}"

    def __str__(self) -> str:
        """Return the finding as people read it, on one to three lines."""
        text = (
            f"{self.where}:{self.line}: {self.code} {self.level}: {self.message}"
            f" ({shown(self.place or self.pointer) or '/'})"
        )
        if self.quote is not None:
            text += f"\n    the words: {self.quote}"
        return f"{text}\n    to do: {self.fix}"


class Check(NamedTuple):
    """A rule with a code.

    Attributes:
        code: Three letters and three digits, never reused.
        level: Level of its findings.
        on: Type of the records it looks at, or a union of types.
        needs_text: Whether it can be judged only where the document's text is at hand.
        run: Generator function of (record, context) that yields hits.
    """

    code: str
    level: Level
    on: Any
    needs_text: bool
    run: Callable[[Any, Any], Iterator[Hit]]

    @property
    def manual(self) -> str:
        """The whole manual: the docstring of the function."""
        return cleandoc(self.run.__doc__ or "")

    @property
    def title(self) -> str:
        """The rule in one sentence."""
        return " ".join(self.manual.partition("\n\n")[0].split())

    def section(self, name: str) -> str:
        """Return the part of the manual that starts with `name:`, on one line."""
        for part in self.manual.split("\n\n"):
            for block in _blocks(part):
                head, _, rest = block.partition(":")
                if head.strip() == name:
                    return " ".join(rest.split())
        return ""

    def findings(self, record: Any, context: Any, path: str) -> Iterator[Finding]:
        """Run the check on one record."""
        for hit in self.run(record, context):
            pointer, message, span, at = Hit(*hit)
            line, column = at or (0, 0)
            yield Finding(
                code=self.code,
                level=self.level,
                path=path,
                pointer=pointer,
                message=shown(message),
                fix=self.section("Fix"),
                line=line,
                column=column,
                quote=_quoted(context, span),
            )


def _quoted(context: Any, span: tuple[int, int] | None) -> str | None:
    words: str | None = context.quote(span) if span else None
    return None if words is None else shown(words)


def _blocks(part: str) -> list[str]:
    """Split a paragraph of a manual at lines that start a new `Name:` section."""
    blocks: list[str] = []
    for line in part.splitlines():
        if not blocks or (line[:1].isalpha() and ":" in line.split(" ")[0]):
            blocks.append(line)
        else:
            blocks[-1] += "\n" + line
    return blocks


def check(
    code: str, level: Level, *, on: Any, needs_text: bool = False
) -> Callable[[Callable[[Any, Any], Iterator[Hit]]], Check]:
    """Turn a generator function into a check; its docstring is the manual.

    The manual is a sentence that states the rule, then `Why:`, `Fix:` and `Example:`.
    """

    def wrap(function: Callable[[Any, Any], Iterator[Hit]]) -> Check:
        return Check(code, level, on, needs_text, function)

    return wrap


def meant(name: str, known: Iterable[str]) -> str:
    """Ask whether another name was meant, or say nothing where none is like it."""
    near = get_close_matches(name, known, 1)
    return f" Did you mean \u2018{near[0]}\u2019?" if near else ""


def shown(words: str) -> str:
    """Write words so that they stay on one line, and nothing in them moves the others.

    Words of a text or record may hold line breaks, commands to a terminal, marks that
    turn the direction of what follows, and halves of characters.
    """
    return _UNSHOWN.sub(lambda match: ascii(match.group())[1:-1], words)


def printable(path: str) -> str:
    """Write a path so that it stays on one line and can be printed anywhere."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)


def placed(findings: Iterable[Finding], source: str) -> list[Finding]:
    """Give findings of one file the line, column and place of their pointers.

    Args:
        findings: Findings, all of them in this file; known lines stay.
        source: What it holds.
    """
    found = list(findings)
    # What has a line needs none; a file that is hardly JSON may be slow to look through.
    places = {} if all(f.line for f in found) else canonical.positions(source)[0]
    data = canonical.lenient(source) if any(f.pointer for f in found) else None
    return [
        msgspec.structs.replace(
            finding,
            line=finding.line or canonical.nearest_position(places, finding.pointer)[0],
            column=finding.column
            or canonical.nearest_position(places, finding.pointer)[1],
            place=canonical.by_ids(data, finding.pointer),
            value=_digest(data, finding.pointer) if finding.pointer else "",
        )
        for finding in found
    ]


def _digest(data: Any, pointer: str) -> str:
    """Return what the value at a pointer is known by; a missing one is null."""
    value = canonical.encode(canonical.at(data, pointer))
    return hashlib.sha256(value).hexdigest()[:VALUE_DIGITS]


def order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file, place and code."""
    return sorted(
        findings,
        key=lambda f: (
            *(f.commit or "", f.path, f.line, f.column),
            *(f.code, f.pointer, f.message),
        ),
    )


def counted(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
