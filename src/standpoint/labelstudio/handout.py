"""The sheet of an annotator: address, login, links and first steps."""

from standpoint.forms.form import PASSES
from standpoint.labelstudio import project
from standpoint.labelstudio.project import Found, Server
from standpoint.labelstudio.workdir import Workdir
from standpoint.records.model import Registries

_PASSES = (
    "Open the first link that you have not finished, press **Label All Tasks**, and read",
    "the instructions that appear. The order of the passes is actors, claims, panel. After",
    "each pass your supervisor imports your work and gives you a new sheet with the next",
    "link. The guidelines, which you get with this sheet, explain what to mark.",
    "",
)
_DECISIONS = (
    "For decisions on the work of others (links with \u2018decide\u2019), click a task in the list",
    "instead of **Label All Tasks**: only then each reading has its own tab. The button",
    "**Instructions** at the top explains the decisions.",
    "",
)
_ELSEWHERE = (
    "On this server, press Escape before the key of a label. Otherwise the key changes the",
    "label of the selected words.",
)
"""Advice for a server that `serve` did not start."""


def write(
    workdir: Workdir, server: Server, registries: Registries, annotator: str
) -> str:
    """Write the sheet of an annotator; return its path, relative to the checkout.

    It contains a password, so only the owner can read the file.
    """
    secrets = workdir.secrets()
    login = secrets.people.get(annotator) if secrets else None
    projects = [one for one in project.found(server) if one.key.annotator == annotator]
    languages = ", ".join(registries.annotators[annotator].languages)
    lines = [
        f"# Sheet of {annotator}",
        "",
        f"Address: {server.url}",
        f"Login: {login.address if login else 'you got it separately'}",
        f"Password: {login.password if login else 'you got it separately'}",
        f"Languages: {languages}",
        "",
        *(_line(server, one) for one in projects),
        "",
        *(_PASSES if any(one.key.form in PASSES for one in projects) else ()),
        *(_DECISIONS if any(one.key.form not in PASSES for one in projects) else ()),
        "Once in each browser, before the first task: press the button with the two sliders",
        "at the bottom and switch on \u2018Select region after creating it\u2019.",
        *(
            []
            if secrets and secrets.token and secrets.url == server.url
            else _ELSEWHERE
        ),
        "",
        "- Work for at most 50 minutes, then take a real break.",
        "- Do no more than two segments with gore or hate a day. Their text stays blurred",
        "  until you open the line above it. You may skip any segment.",
        "- Press Submit when you have finished a task; drafts are not used.",
        "- Work alone, and open only your own links. Ask your supervisor if you have",
        "  questions, and do not paste words of the texts into a message.",
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
