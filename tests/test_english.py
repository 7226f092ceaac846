"""Messages, help texts and pages avoid phrases that readers had to read twice."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from standpoint.cli import cli
from standpoint.codes import CHECKS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "standpoint"

NOT = {
    r"(?<!here )\b(?:is|are|was|were) no (?!longer|better|more)": "'X is not a Y'",
    r"\bnone of the (?:allowed|labels)\b": "'X' is not an allowed label. Allowed: ...",
    r"\bfor want of\b": "(text not available)",
    r"\bat hand\b": "available",
    r"\b(?:stands?|lies) (?:in|on|beside|behind|there|twice|alone)\b": "is in ...",
    r"\bmend(?:s|ed|ing)?\b": "correct",
    r"\bwhoever\b": "the person who",
    r"\bwanted of\b": "target",
    r"\bwhat it is for\b": "its purpose",
    r"\bcalls itself\b": "The id in the file does not match the file name",
    r"\bat arm's length\b": "what was looked for, and not found",
    r"\bis said (?:above|elsewhere)\b": "see above",
    r"\bof other records\b": "out of date",
    r"\banew\b": "again",
    r"\bwithout a word\b": "silently",
    r"\bin another way than\b": "say what differs",
    r"\babout nobody\b": "lists no actors under `about`",
    r"\bas long as \w+ findings\b": "because of the errors",
    r"\bnot judged: [A-Z]{3}[0-9]": "skipped",
    r"\bhas not what\b": "lacks",
}
"""Pattern to what is written instead."""

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "DATASHEET.md")),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs/guidelines").glob("*.md"),
    *(ROOT / "corpus").glob("*.md"),
    *SOURCE.rglob("*.md"),
]
# The rules of English in it quote what not to write.
PAGES.remove(ROOT / "docs/architecture.md")


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string with a space, doc strings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docs:
            continue
        if isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_is_plain(path: Path) -> None:
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    assert [
        f"{number}: {line.strip()} (instead: {better})"
        for number, line in lines
        for pattern, better in NOT.items()
        if re.search(pattern, line, re.IGNORECASE)
    ] == []


def test_messages_are_plain() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}: {text!r} (instead: {better})"
        for path in sorted(SOURCE.rglob("*.py"))
        for line, text in messages(path)
        for pattern, better in NOT.items()
        if re.search(pattern, text, re.IGNORECASE)
    ] == []


def test_a_manual_is_plain() -> None:
    for code in CHECKS:
        manual = " ".join(CHECKS[code].manual.split())
        found = [better for old, better in NOT.items() if re.search(old, manual)]
        assert found == [], code


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and those below it, with their names."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for key in command.list_commands(context):
            inner = command.get_command(context, key)
            assert inner is not None
            yield from commands(inner, f"{name} {key}")


HELP = dict(commands(cli, "standpoint"))


@pytest.mark.parametrize("name", HELP)
def test_a_help_text_is_plain(name: str) -> None:
    command = HELP[name]
    text = " ".join(command.get_help(click.Context(command, info_name=name)).split())
    assert not [better for pattern, better in NOT.items() if re.search(pattern, text)]


def test_the_patterns_find_what_they_are_meant_to() -> None:
    bad = [
        "The file is no record.",
        "'opose' is none of the allowed labels",
        "not judged, for want of the text",
        "the text is not at hand",
        "a key stands twice",
        "mend the errors above",
        "It is for whoever runs it.",
        "wanted of people",
        "what it is for is unclear",
        "The record calls itself 'b'.",
        "holds this name at arm's length",
        "what is said above",
        "it is of other records",
        "decide anew",
        "drop it without a word",
        "formatted in another way than all others",
        "c0105 is about nobody",
        "as long as FMT findings stand in the way",
        "not judged: SPN002",
        "git has not what it holds",
    ]
    assert len(bad) == len(NOT)
    for text, pattern in zip(bad, sorted(NOT, key=list(NOT).index), strict=True):
        assert re.search(pattern, text), pattern
    good = "There is no key. There are no tasks. It is no longer there."
    assert not any(re.search(pattern, good) for pattern in NOT)
