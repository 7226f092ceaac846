"""Findings, the checks that make them, and how they are shown."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, partial
from inspect import cleandoc
from textwrap import fill
from typing import Any, NamedTuple, get_args

import msgspec

from standpoint.records import canonical

VALUE_DIGITS = 12
"""Of the SHA-256 of a value, as many as tell the values of one place apart."""

WIDTH = 88
"""Characters of a line of a printed manual, at most."""

_SECTION = re.compile(r"^(Why|Fix|Example): *", re.MULTILINE)
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
        file: The file that the record is in, and `line` the line that it is, if it has no
            file of its own; `path` is then what that would be.
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
    file: str | None = None

    @property
    def where(self) -> str:
        """The file, or the commit and what of it."""
        if self.commit is None:
            return self.file or self.path
        return f"commit {self.commit}: {self.path or 'its message'}"

    def __str__(self) -> str:
        """Return the finding as people read it, on one to three lines."""
        text = (
            f"{self.where}:{self.line}: {self.code} {self.level}: {self.message}"
            f" ({shown(self.place or self.pointer) or '/'})"
        )
        if self.quote is not None:
            text += f"\n    text: {self.quote}"
        return f"{text}\n    fix: {self.fix}"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A code: its manual, and the function that looks for it where there is one.

    Attributes:
        code: Three letters and three digits, never reused.
        level: Level of its findings.
        title: The rule in one sentence.
        why: Why the rule exists.
        fix: What to do, in one line.
        example: A record that breaks the rule.
        detail: Anything else about the rule, or empty.
        on: Type of the records it checks, or a union of types.
        needs_text: Whether the check needs the text of the document.
        run: Generator function of (record, context) that yields hits. None for a code that
            is only given to problems found while something else is done.
    """

    code: str
    level: Level
    title: str
    why: str
    fix: str
    example: str
    detail: str = ""
    on: Any = None
    needs_text: bool = False
    run: Callable[[Any, Any], Iterator[Hit]] | None = None

    @property
    def manual(self) -> str:
        """The manual as `standpoint explain` prints it."""
        sections = (
            f"Why: {self.why}",
            f"Fix: {self.fix}",
            f"Example: {self.example}",
        )
        parts = [fill(part, WIDTH) for part in (self.title, self.detail) if part]
        parts.append("\n".join(fill(part, WIDTH) for part in sections))
        return "\n\n".join(parts)

    def findings(self, record: Any, context: Any, path: str) -> Iterator[Finding]:
        """Run the check on one record."""
        for hit in self.run(record, context) if self.run else ():
            yield self.finding(Hit(*hit), path, context)

    def finding(self, hit: Hit, path: str, context: Any = None) -> Finding:
        """Turn one hit into a finding."""
        line, column = hit.at or (0, 0)
        quote = context.quote(hit.span) if hit.span else None
        return Finding(
            code=self.code,
            level=self.level,
            path=path,
            pointer=hit.pointer,
            message=shown(hit.message),
            fix=self.fix,
            line=line,
            column=column,
            quote=None if quote is None else shown(quote),
        )


CHECKS: dict[str, Check] = {}
"""Every code of the modules imported so far; `standpoint.codes` has all of them."""

_BY_TYPE: dict[Any, list[Check]] = {}


def declare(*checks: Check) -> None:
    """Add codes to the registry.

    Raises:
        RuntimeError: If a code is there already.
    """
    for check in checks:
        if check.code in CHECKS:
            raise RuntimeError(f"the code {check.code} is declared twice")
        CHECKS[check.code] = check
        if check.run is not None:
            for kind in get_args(check.on) or (check.on,):
                _BY_TYPE.setdefault(kind, []).append(check)


def check(
    code: str, level: Level, *, on: Any, needs_text: bool = False
) -> Callable[[Callable[[Any, Any], Iterator[Hit]]], Check]:
    """Turn a generator function into a check and add it to the registry.

    Its docstring is the manual: a sentence that states the rule, then `Why:`, `Fix:` and
    `Example:`.
    """

    def wrap(function: Callable[[Any, Any], Iterator[Hit]]) -> Check:
        text, *sections = _SECTION.split(cleandoc(function.__doc__ or ""))
        title, _, detail = text.partition("\n\n")
        parts = dict(zip(sections[::2], sections[1::2], strict=True))
        made = Check(
            code=code,
            level=level,
            title=_one_line(title),
            detail=_one_line(detail),
            on=on,
            needs_text=needs_text,
            run=function,
            **{name.lower(): _one_line(words) for name, words in parts.items()},
        )
        declare(made)
        return made

    return wrap


def _one_line(words: str) -> str:
    return " ".join(words.split())


def check_record(
    record: Any, context: Any, path: str, *, has_text: bool = True
) -> Iterator[Finding]:
    """Run every check for the type of a record.

    Args:
        record: A record, or anything else that checks are declared on.
        context: What the checks need besides it.
        path: File of the record, for the findings.
        has_text: Whether the text of the document is available.
    """
    for one in _BY_TYPE.get(type(record), ()):
        if has_text or not one.needs_text:
            yield from one.findings(record, context, path)


class Problem(NamedTuple):
    """A fault that was found while something else was done.

    Attributes:
        code: Its code.
        pointer: JSON pointer into the file, or empty.
        message: What is wrong.
        path: File, or empty where the caller knows it.
        line: Line in the file, from 1; 0 where the pointer leads to it.
    """

    code: str
    pointer: str
    message: str
    path: str = ""
    line: int = 0

    def finding(self, path: str = "") -> Finding:
        """Turn it into a finding on its own path, or else on this one."""
        at = (self.line, 1) if self.line else None
        hit = Hit(self.pointer, self.message, None, at)
        return CHECKS[self.code].finding(hit, self.path or path)


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
    data = canonical.lenient(source) if any(f.pointer for f in found) else None
    find = _finder(source, data)
    positions = [find(f.pointer) if not f.line else (f.line, f.column) for f in found]
    return [
        msgspec.structs.replace(
            finding,
            line=line,
            column=finding.column or column,
            place=canonical.by_ids(data, finding.pointer),
            value=_digest(data, finding.pointer) if finding.pointer else "",
        )
        for finding, (line, column) in zip(found, positions, strict=True)
    ]


def _finder(source: str, data: Any) -> Callable[[str], tuple[int, int]]:
    """Return what finds the place of a pointer in a file."""
    if data is not None and canonical.is_formatted(source, data):
        return partial(canonical.located, source, data)
    # Looked through once, and only when needed: what is hardly JSON may be slow to read.
    places = cache(lambda: canonical.positions(source)[0])
    return lambda pointer: canonical.nearest_position(places(), pointer)


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
