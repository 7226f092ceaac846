"""The sheet of an annotator: where to go, how to log in, what to do first."""

from standpoint.forms.form import PASSES
from standpoint.labelstudio import project
from standpoint.labelstudio.project import Found, Server
from standpoint.labelstudio.workdir import Workdir
from standpoint.records.model import Registries

_PASSES = (
    "Begin with the first link that is not done: press **Label All Tasks**, and read",
    "the instructions that appear. The passes go in this order: actors, claims, panel.",
    "The next pass opens when your supervisor has pulled the one before; you then get a",
    "new handout. The guidelines come with it, and say what to mark.",
    "",
)
_DECISIONS = (
    "Where you decide on the readings of others (links with \u2018decide\u2019): click a task in",
    "the list, not **Label All Tasks**. Only there each reading has its tab. The button",
    "**Instructions** at the top says what each decision means.",
    "",
)
_ELSEWHERE = (
    "Then press Escape before the key of each label: on this server a key changes the",
    "label of the words that are selected.",
)
"""What is different on a server that `serve` did not start."""


def write(
    workdir: Workdir, server: Server, registries: Registries, annotator: str
) -> str:
    """Write the sheet of an annotator; return its path, relative to the checkout.

    It holds a password, so only its owner can read it: hand it over as you would a key.
    """
    secrets = workdir.secrets()
    login = secrets.people.get(annotator) if secrets else None
    projects = [one for one in project.found(server) if one.key.annotator == annotator]
    languages = ", ".join(registries.annotators[annotator].languages)
    lines = [
        f"# Sheet of {annotator}",
        "",
        f"Address: {server.url}",
        f"Login: {login.address if login else 'as given to you'}",
        f"Password: {login.password if login else 'as given to you'}",
        f"Languages: {languages}",
        "",
        *(_line(server, one) for one in projects),
        "",
        *(_PASSES if any(one.key.form in PASSES for one in projects) else ()),
        *(_DECISIONS if any(one.key.form not in PASSES for one in projects) else ()),
        "Before the first task, once in each browser: press the button with the two",
        "sliders at the bottom and switch on \u2018Select region after creating it\u2019.",
        *(
            []
            if secrets and secrets.token and secrets.url == server.url
            else _ELSEWHERE
        ),
        "",
        "- Sessions of at most 50 minutes, then a real break.",
        "- No more than two segments with gore or hate a day. Their text stays blurred",
        "  until you open the line above it; Skip costs you nothing.",
        "- Submit each task when you are done: a draft does not count.",
        "- Work alone, and open only your own links. Your supervisor answers questions; do",
        "  not paste words of the texts into a message.",
        "",
    ]
    path = workdir.path("sheets", f"{annotator}.md")
    workdir.write_private(path, "\n".join(lines).encode())
    return workdir.shown(path)


def _line(server: Server, one: Found) -> str:
    return f"- {one.key.title}: {link(server, one)}"


def link(server: Server, one: Found) -> str:
    """Return the address of a project."""
    return f"{server.url}/projects/{one.remote.id}/data"
