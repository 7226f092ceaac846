"""The prose of the datasheet: its marks, and the rule that numbers are never typed.

Marks: `{{name}}` a number or word, `{{block:name}}` and `{{figure:name}}` on a line of
their own and none of them left out, `{{declared: who, YYYY-MM-DD}}` after what cannot be measured, and
`{{unanswered}}` below the heading of a question without an answer.

A digit may stand in a mark, a day (YYYY-MM-DD or YYYY-MM), an address, the target of a
link, a comment, between backticks, a year in round brackets as citations have it, and in
the number that a heading or a line of a list begins with. Anywhere else it is typed by
hand, and would be wrong tomorrow.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

PATH = "corpus/datasheet.md"

_MARK = re.compile(r"\{\{(.*?)\}\}")
_HEADING = re.compile(r"#{1,6} +(.*)")
_ALLOWED = re.compile(
    r"\{\{.*?\}\}"  # marks
    r"|<!--.*?-->"
    r"|`[^`]*`"
    r"|\]\([^)]*\)"  # the target of a link
    r"|https?://\S+"
    r"|\b[0-9]{4}-[0-9]{2}(-[0-9]{2})?\b"  # days
    r"|\((19|20)[0-9]{2}\)"  # years of citations
    r"|^ *(#{1,6} +)?[0-9]+(\.[0-9]+)*\.? "  # numbers of headings and lists
)
_ALONE = ("block:", "figure:")


class TemplateError(Exception):
    """The prose cannot be rendered; the message names the line."""


class Known(NamedTuple):
    """The marks that there are.

    Attributes:
        names: Placeholders.
        blocks: Blocks.
        figures: Figures.
    """

    names: Collection[str]
    blocks: Collection[str]
    figures: Collection[str]

    def needed(self) -> set[str]:
        """Return what stands between the braces of every mark that must be used."""
        return {
            *(f"block:{name}" for name in self.blocks),
            *(f"figure:{name}" for name in self.figures),
        }

    def marks(self) -> set[str]:
        """Return what stands between the braces of every mark that may be used."""
        return {*self.names, *self.needed()}


class Declared(NamedTuple):
    """What was declared, not measured.

    Attributes:
        heading: Nearest heading above.
        who: By whom.
        day: When, ISO 8601.
    """

    heading: str
    who: str
    day: str


class Template(NamedTuple):
    """Prose that can be rendered.

    Attributes:
        text: The prose with its marks.
        unanswered: Headings of the questions without an answer.
        declared: What is declared.
    """

    text: str
    unanswered: list[str]
    declared: list[Declared]


def parse(text: str, known: Known, path: str = PATH) -> Template:
    """Read the prose.

    Args:
        text: The prose.
        known: The marks that there are.
        path: Its file, for messages.

    Raises:
        TemplateError: If a mark is unknown, malformed or out of place, if a block or a
            figure is used nowhere, or if a digit was typed by hand.
    """
    template = Template(text, [], [])
    marks, used, heading = known.marks(), set(), ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := _HEADING.fullmatch(line):
            heading = _MARK.sub("", found[1]).strip()
        problem = _typed(line)
        for mark in _MARK.findall(line):
            used.add(mark)
            if not _is_counted(mark):
                problem = problem or _judge(mark, line, marks)
            else:
                problem = problem or _count(mark, heading, template)
        if problem:
            raise TemplateError(f"{path}:{number}: {problem}")
    if unused := sorted(known.needed() - used):
        shown = ", ".join(f"{{{{{mark}}}}}" for mark in unused)
        raise TemplateError(f"{path}: blocks and figures used nowhere: {shown}")
    return template


def _typed(line: str) -> str:
    """Say which digits of a line were typed by hand."""
    rest = _ALLOWED.sub(" ", line)
    if found := re.search(r"\S*[0-9]\S*", rest):
        return f"{found[0]!r} is typed by hand: numbers come from placeholders"
    if "{{" in rest or "}}" in rest:
        return "a mark is not closed on its line"
    return ""


def _is_counted(mark: str) -> bool:
    return mark == "unanswered" or mark.startswith("declared:")


def _judge(mark: str, line: str, marks: set[str]) -> str:
    """Say what is wrong with a mark that something takes the place of."""
    if mark not in marks:
        return f"there is no {{{{{mark}}}}}; allowed: {', '.join(sorted(marks))}"
    if mark.startswith(_ALONE) and line != f"{{{{{mark}}}}}":
        return f"{{{{{mark}}}}} must stand on a line of its own"
    return ""


def _count(mark: str, heading: str, template: Template) -> str:
    """Keep a mark that is counted; say what is wrong with it."""
    if not heading:
        return f"{{{{{mark}}}}} stands below no heading"
    if mark == "unanswered":
        template.unanswered.append(heading)
        return ""
    found = _declared(mark)
    if found is None:
        return f"{{{{{mark}}}}} must read {{{{declared: who, YYYY-MM-DD}}}}"
    template.declared.append(Declared(heading, *found))
    return ""


def _declared(mark: str) -> tuple[str, str] | None:
    who, _, day = mark.removeprefix("declared:").rpartition(",")
    try:
        date.fromisoformat(day.strip())
    except ValueError:
        return None
    return (who.strip(), day.strip()) if who.strip() else None


def fill(template: Template, values: Mapping[str, str]) -> str:
    """Put the values of the marks into the prose.

    Args:
        template: The prose.
        values: What stands between the braces of a mark to what takes its place.
    """

    def replaced(found: re.Match[str]) -> str:
        mark = found[1]
        if mark == "unanswered":
            return "**Unanswered.**"
        if mark.startswith("declared:"):
            who, day = _declared(mark) or ("", "")
            return f"*(declared by {who}, {day}; not measured)*"
        return values[mark]

    return _MARK.sub(replaced, template.text)
