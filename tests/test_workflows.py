"""Workflows, hooks and templates: sound, harmless to forks, and of commands that exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from standpoint.cli import COMMANDS, cli
from standpoint.release.card import DATASETS_MINIMUM

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEMPLATES = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
PINNED = re.compile(r"[\w-]+(?:/[\w-]+)+@[0-9a-f]{40}")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def triggers(path: Path) -> set[str]:
    return set(read(path)[True])  # `on` is a boolean of YAML 1.1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_few_rights_and_an_end(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 60
        rights = job.get("permissions", {})
        assert rights.pop("contents", "read") == "read"
        assert not rights or (path.stem, name) == ("data", "main")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_of_a_fork_runs_with_a_secret(path: Path) -> None:
    assert "pull_request_target" not in triggers(path)
    if "pull_request" in triggers(path):
        assert "secrets." not in path.read_text("utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_keep_no_credentials(path: Path) -> None:
    for step in steps(path):
        if "uses" in step:
            assert PINNED.fullmatch(step["uses"]), step["uses"]
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_input_is_pasted_into_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")


def test_the_withheld_texts_come_last_and_only_places_are_reported() -> None:
    path = ROOT / ".github/workflows/withheld.yml"
    (job,) = read(path)["jobs"].values()
    *before, texts, judging = job["steps"]
    assert triggers(path) == {"workflow_dispatch"}
    assert job["environment"] == "withheld-texts"
    assert "secrets." in str(texts)
    assert "secrets." not in str([*before, judging])
    assert {"--redact", "--require-texts"} <= set(judging["run"].split())


def test_the_commit_that_was_read_is_the_one_that_is_judged() -> None:
    path = ROOT / ".github/workflows/withheld.yml"
    asked = read(path)[True]["workflow_dispatch"]["inputs"]  # YAML reads `on` as true
    assert asked["commit"]["required"]
    (fetch,) = (
        step["run"] for step in steps(path) if "FETCH_HEAD" in step.get("run", "")
    )
    compared = fetch.index('"$(git rev-parse FETCH_HEAD)" != "$COMMIT"')
    assert compared < fetch.index("git worktree add")


def test_templates_are_forms_of_github() -> None:
    for path in TEMPLATES:
        form = read(path)
        if path.stem == "config":
            assert form == {"blank_issues_enabled": False}
            continue
        assert {"name", "description", "body"} <= form.keys()
        for part in form["body"]:
            needed = "value" if part["type"] == "markdown" else "label"
            assert part["attributes"][needed]


# commands


def scripts() -> Iterator[tuple[str, str]]:
    """Yield where, and the commands of workflows, hooks and CONTRIBUTING."""
    for path in WORKFLOWS:
        for step in steps(path):
            yield path.name, step.get("run", "").replace("\\\n", " ")
    for hook in read(ROOT / ".pre-commit-hooks.yaml"):
        yield ".pre-commit-hooks.yaml", hook["entry"]
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for block in re.findall(r"```\n(.*?)```", page, re.DOTALL):
        yield "CONTRIBUTING.md", block


CALLS = [
    (where, " ".join(found.split()))
    for where, script in scripts()
    for found in re.findall(r"\bstandpoint ((?:[a-z-]+) ?[^\n|>&]*)", script)
]


@pytest.mark.parametrize(("where", "call"), CALLS, ids=str)
def test_a_command_is_one_that_there_is(where: str, call: str) -> None:
    name, *arguments = shlex.split(call)
    assert name in COMMANDS, where
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    known = {option for one in command.params for option in one.opts}
    for argument in arguments:
        assert not argument.startswith("-") or argument in known, (where, argument)


def test_hooks_see_records_only() -> None:
    for hook in read(ROOT / ".pre-commit-hooks.yaml"):
        pattern = re.compile(hook["files"])
        assert pattern.search("annotations/some-document/lm-2.json")
        assert pattern.search("corpus/actors.json")
        assert not pattern.search("docs/findings.schema.json")


def test_every_week_the_oldest_and_the_newest_datasets_are_tried() -> None:
    (job,) = [
        job
        for job in read(ROOT / ".github/workflows/weekly.yml")["jobs"].values()
        if "strategy" in job
    ]
    wanted = job["strategy"]["matrix"]["wanted"]
    assert wanted == ["-U datasets", f"datasets=={DATASETS_MINIMUM}.0"]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'"datasets>={DATASETS_MINIMUM}",' in project
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"`datasets` {DATASETS_MINIMUM} or newer" in readme
