"""Prose with marks that jinja2 fills, and the rule that no number is typed by hand.

Marks of the prose in `corpus/`: `{{ n_claims }}` for a number or word, `{{ block.naming }}`
and `{{ figure.timeline }}` alone on their lines and none of them left out,
`{{ declared("who", "YYYY-MM-DD") }}` after what cannot be measured, `{{ unanswered }}` below
the heading of a question without an answer, and `{% if n_humans %} ... {% endif %}`.

Outside a mark, digits are allowed in a day (YYYY-MM-DD or YYYY-MM), an address, the target
of a link, a comment, between backticks, in a year in round brackets as citations have it,
and in the number of a heading or of a list. Any other number would be wrong tomorrow.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from standpoint.datasheet.markdown import folded, percent, printed, several, table

PATH = "corpus/datasheet.md"

_HEADING = re.compile(r"#{1,6} +(.*)")
_MARK = re.compile(r"\{\{(.*?)\}\}")
_DECLARED = re.compile(r'declared\("([^"]*\w[^"]*)", "([0-9-]{10})"\)')
_STATEMENT = re.compile(r"\{%(.*?)%\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_CONDITION = re.compile(r"if (?:not )?(\w+)|else|endif")
_ALLOWED = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}"
    r"|<!--.*?-->"
    r"|`[^`]*`"
    r"|\]\([^)]*\)"  # the target of a link
    r"|https?://\S+"
    r"|\b[0-9]{4}-[0-9]{2}(-[0-9]{2})?\b"  # days
    r"|\((19|20)[0-9]{2}\)"  # years of citations
    r"|^ *(#{1,6} +)?[0-9]+(\.[0-9]+)*\.? "  # numbers of headings and lists
)


class TemplateError(Exception):
    """The prose cannot be rendered; the message names the line."""


class Known(NamedTuple):
    """The marks that there are.

    Attributes:
        names: Placeholders.
        blocks: Blocks; every one must be used.
        figures: Figures; every one must be used.
    """

    names: Collection[str]
    blocks: Collection[str]
    figures: Collection[str]

    def needed(self) -> list[str]:
        """Return the marks that must be used."""
        blocks = [f"block.{name}" for name in self.blocks]
        return blocks + [f"figure.{name}" for name in self.figures]


class Declared(NamedTuple):
    """A statement that was declared, not measured.

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

    def fill(
        self,
        values: Mapping[str, object],
        blocks: Mapping[str, str],
        figures: Mapping[str, str],
    ) -> str:
        """Put values, blocks and figures, each by name, in the place of the marks."""
        made = environment().from_string(self.text)
        return str(
            made.render(
                values,
                block=blocks,
                figure=figures,
                unanswered="**Unanswered.**",
                declared=lambda who, day: f"*(declared by {who}, {day}; not measured)*",
            )
        )


def parse(text: str, known: Known, path: str = PATH) -> Template:
    """Check prose.

    Args:
        text: The prose.
        known: The marks that there are.
        path: Its file, for messages.

    Raises:
        TemplateError: If a mark is unknown, malformed or out of place, if a block or a
            figure is not used, or if a number was typed by hand.
    """
    import jinja2

    template, heading = Template(text, [], []), ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := _HEADING.fullmatch(line):
            heading = _MARK.sub("", found[1]).strip()
        problem = _open(line) or _typed(line) or _in_statement(line, known)
        for mark in _MARK.findall(line):
            problem = problem or _in_mark(mark.strip(), line, known)
            problem = problem or _counted(mark.strip(), heading, template)
        if problem:
            raise TemplateError(f"{path}:{number}: {problem}")
    try:
        environment().parse(text)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{path}:{error.lineno}: {error.message}") from None
    used = {mark.strip() for mark in _MARK.findall(text)}
    if unused := sorted(set(known.needed()) - used):
        shown = ", ".join(f"{{{{ {mark} }}}}" for mark in unused)
        raise TemplateError(f"{path}: these blocks and figures are missing: {shown}")
    return template


def _open(line: str) -> str:
    """Refuse what jinja2 would read over several lines: every mark is checked by line."""
    rest = _STATEMENT.sub("", _MARK.sub("", line))
    return "a mark is not closed on its line" if _BRACES.search(rest) else ""


def _typed(line: str) -> str:
    """Say which number of a line was typed by hand."""
    found = re.search(r"\S*[0-9]\S*", _ALLOWED.sub(" ", line))
    if found is None:
        return ""
    return f"{found[0]!r} was typed by hand; numbers come from placeholders"


def _in_statement(line: str, known: Known) -> str:
    for statement in _STATEMENT.findall(line):
        found = _CONDITION.fullmatch(statement.strip())
        if found is None or found[1] not in {None, *known.names}:
            return f"{{%{statement}%}} is not allowed; write {{% if PLACEHOLDER %}}"
    return ""


def _in_mark(mark: str, line: str, known: Known) -> str:
    """Say what is wrong with the name or the place of a mark."""
    if mark == "unanswered":
        return ""
    if mark.startswith("declared"):
        found = _DECLARED.fullmatch(mark)
        fits = found is not None and _is_day(found[2])
        form = '{{ declared("who", "YYYY-MM-DD") }}'
        return "" if fits else f"{{{{ {mark} }}}} does not have the form {form}"
    allowed = {*known.names, *known.needed()}
    if mark not in allowed:
        return f"there is no {{{{ {mark} }}}}; allowed: {', '.join(sorted(allowed))}"
    if "." in mark and not re.fullmatch(r"\{\{[^{}]*\}\}", line):
        return f"{{{{ {mark} }}}} must be alone on its line"
    return ""


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _counted(mark: str, heading: str, template: Template) -> str:
    """Keep what is unanswered or declared; say where a heading is missing."""
    found = _DECLARED.fullmatch(mark)
    if found is None and mark != "unanswered":
        return ""
    if not heading:
        return f"{{{{ {mark} }}}} needs a heading above it"
    if found:
        template.declared.append(Declared(heading, found[1], found[2]))
    else:
        template.unanswered.append(heading)
    return ""


@cache
def environment() -> Any:
    """Return jinja2 as all pages use it: a name without a value is an error."""
    import jinja2

    made = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=printed,
        autoescape=False,  # Markdown, not HTML
    )
    made.globals |= {"table": table, "several": several}
    made.globals |= {"percent": percent, "folded": folded}
    return made


@cache
def _blocks_of(path: Path) -> Any:
    return environment().from_string(path.read_text("utf-8"))


def block(path: Path, name: str, values: Mapping[str, object]) -> str:
    """Fill one `{% block name %}` of a file that comes with this package."""
    template = _blocks_of(path)
    return tight("".join(template.blocks[name](template.new_context(values))))


def tight(text: str) -> str:
    """Return a text with one empty line where there were several, and none around it."""
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text).strip()
