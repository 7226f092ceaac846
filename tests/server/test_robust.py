"""What happens at once, what breaks off, and what a supervisor is told."""

import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from standpoint.labelstudio.client import TOKEN, URL
from standpoint.labelstudio.task import KEY, Meta
from standpoint.records.model import AnnotationSet
from tests.server.browser import Page, browser
from tests.server.conftest import ROOT, Campaign
from tests.studio import Desk

pytestmark = pytest.mark.server

DOCUMENT = "practice-harbour-2031"
TEXT = (ROOT / f"corpus/texts/released/{DOCUMENT}.txt").read_bytes().decode()


def push(campaign: Campaign, name: str, *documents: str) -> str:
    batch = ("--annotator", name, "--batch", "robust")
    return campaign.run("labelstudio", "push", *batch, *documents)


def link(campaign: Campaign, name: str) -> str:
    sheet = campaign.workdir.path("sheets", f"{name}.md").read_text("utf-8")
    return next(line.split()[-1] for line in sheet.split("\n") if "/projects/" in line)


def words_of(campaign: Campaign, name: str) -> list[tuple[str, str]]:
    record = campaign.record(f"annotations/{DOCUMENT}/{name}.json")
    return [
        (TEXT[m["start"] : m["end"]], m["naming"])
        for segment in record["segments"]
        for m in segment["mentions"]
    ]


def test_two_annotators_work_at_once_and_neither_loses_anything(
    campaign: Campaign,
) -> None:
    for name in ("ben", "cem"):
        push(campaign, name, DOCUMENT)
    with browser(campaign.url) as ben, ben.beside() as cem:
        for page, name in ((ben, "ben"), (cem, "cem")):
            page.log_in(campaign.login(name))
            page.open(link(campaign, name))
            page.select_after_creating()
        marks(ben, "1", "Drovania", "drov", "Drovania")
        marks(cem, "2", "Drovania", "drov", "Drovania")
        marks(cem, "1", "Halyard Wire", "halyard", "Halyard Wire")
        marks(ben, "1", "Halyard Wire", "halyard", "Halyard Wire")
        for page in (cem, ben):
            page.choose_of("Actors: how much have you annotated", "full")
            page.submit()
    campaign.run("labelstudio", "pull", "--batch", "robust")
    assert ("Drovania", "neutral") in words_of(campaign, "ben")
    assert ("Drovania", "delegitimising") in words_of(campaign, "cem")
    assert len(words_of(campaign, "ben")) == len(words_of(campaign, "cem")) == 2


def marks(page: Page, key: str, words: str, typed: str, entry: str) -> None:
    page.mark(key, words)
    page.link("Who is named", typed, entry)


def test_an_adjudicator_sees_both_readings_and_decides(campaign: Campaign) -> None:
    (
        campaign.root / f"annotations/{DOCUMENT}/key-lm-1.json"
    ).unlink()  # it decides alone
    said = campaign.run(
        *("labelstudio", "push", "--adjudicate", "--annotator", "judge"),
        *("--batch", "robust", "--layer", "actor", DOCUMENT),
    )
    assert "2 new tasks" in said  # the name they differ on, and what both missed
    with browser(campaign.url) as page:
        page.log_in(campaign.login("judge"))
        page.open_first_task(link(campaign, "judge"))
        assert page.tabs()[:2] == ["reading B", "reading A"]
        row = page.page.locator(".sp-notice tr").filter(has_text="naming")
        first, second = row.locator("td").all_inner_texts()
        assert {first, second} == {"neutral", "delegitimising"}
        page.choose_of("Adjudication decision", "chosen")
        page.choose_of("Which reading", "A")
        page.write(
            "Reason, for every decision except `agreed`; do not quote the text",
            "A plain name.",
        )
        page.picture("adjudicate")
        page.submit()
    said = campaign.run("labelstudio", "pull", "--annotator", "judge")
    assert f"wrote annotations/{DOCUMENT}/adjudicated.json" in said
    record = campaign.record(f"annotations/{DOCUMENT}/adjudicated.json")
    (mention,) = record["segments"][0]["mentions"]
    assert mention["naming"] == first
    assert mention["adjudication"]["decision"] == "chosen"


class Worker:
    """An annotator who submits something to each of their tasks, one after another."""

    def __init__(self, campaign: Campaign, name: str) -> None:
        self.server = campaign.client()
        self.api = campaign.user_api(name)
        self.name = name
        self.accepted: list[int] = []

    def open_tasks(self) -> list[int]:
        return [
            task["id"]
            for project in self.server.projects()
            if f" {self.name} " in project.title
            for task in json.loads(self.server.export(project.id))
            if not task["annotations"]
        ]

    def submit(self, tasks: list[int]) -> None:
        """Submit until all is done, or the server is gone."""
        import httpx

        field = {"from_name": "coverage_actor", "to_name": "text", "type": "choices"}
        result = [{"id": "x", **field, "value": {"choices": ["partial"]}}]
        for task in tasks:
            try:
                self.api.annotations.create(task, result=result, lead_time=1.0)
            except (httpx.HTTPError, OSError):
                return
            self.accepted.append(task)

    def work(self) -> None:
        self.submit(self.open_tasks())


def test_a_server_that_is_killed_keeps_what_was_submitted(campaign: Campaign) -> None:
    documents = [
        f"qualify-{name}-2031" for name in ("bridge", "convoy", "valley", "well")
    ]
    for name in ("ben", "cem"):
        push(campaign, name, *documents)
    workers = [Worker(campaign, name) for name in ("ben", "cem")]
    with ThreadPoolExecutor() as pool:
        for worker in workers:
            pool.submit(worker.submit, worker.open_tasks())
        while not all(worker.accepted for worker in workers):
            time.sleep(0.02)
        campaign.kill_server()
    accepted = [task for worker in workers for task in worker.accepted]
    assert accepted
    assert campaign.process is not None
    assert campaign.process.wait(30) == 2  # `serve` says so and ends
    assert campaign.process.stdout is not None
    assert "stopped by itself" in campaign.process.stdout.read()
    campaign.process.stdout.close()
    campaign.serve()
    kept = {
        task["id"]
        for project in campaign.client().projects()
        for task in json.loads(campaign.client().export(project.id))
        if task["annotations"]
    }
    assert set(accepted) <= kept
    for name in ("ben", "cem"):
        Worker(campaign, name).work()
    campaign.run("labelstudio", "pull", "--batch", "robust")
    for name in ("ben", "cem"):
        for document in documents:
            record = campaign.record(f"annotations/{document}/{name}.json")
            assert record["segments"], (name, document)


def test_a_pull_that_is_killed_at_any_point_leaves_whole_files(
    campaign: Campaign,
) -> None:
    for name in ("ben", "cem"):
        push(campaign, name, "practice-digest-2031", "practice-column-2031")
        Worker(campaign, name).work()
    for wait in (0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8):
        process = subprocess.Popen(
            [*campaign.command, "labelstudio", "pull"],
            cwd=campaign.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in (campaign.root / "annotations").rglob("[a-z]*.json"):
            json.loads(path.read_bytes())
        for path in campaign.workdir.folder.glob("*.json"):
            json.loads(path.read_bytes())
    ours = ("labelstudio", "pull", "--batch", "robust")
    assert "LST" not in campaign.run(*ours)
    assert "0 sets changed" in campaign.run(*ours)


def test_the_server_in_memory_exports_what_the_real_one_does(
    campaign: Campaign, tmp_path: Path
) -> None:
    root = tmp_path / "small"
    for name in ("small/corpus", "small/annotations"):
        copy_tree(ROOT / "tests" / name, root / name.partition("/")[2])
    copy_tree(ROOT / "schema", root / "schema")
    desk = Desk(root)
    desk.push("reader-1", documents=("small-bridge-2031",))
    data = (root / "annotations/small-bridge-2031/reader-1.json").read_bytes()
    desk.accept("reader-1", msgspec.json.decode(data, type=AnnotationSet))
    (double,) = (
        task
        for task in json.loads(desk.studio.export(1))
        if task["data"]["segment"].endswith("s01")
    )
    real = next(
        task
        for project in campaign.client().projects()
        if "actors" in project.title
        for task in json.loads(campaign.client().export(project.id))
        if task["annotations"]
    )
    own = {key for key in double if not key.startswith("_")}
    assert own <= real.keys()
    assert double["annotations"][0].keys() <= real["annotations"][0].keys()
    for name in ("drafts", "predictions", "annotations"):
        assert isinstance(real[name], list)
    assert msgspec.convert(real["meta"][KEY], Meta).form == "actors"
    kinds = {type(real["annotations"][0][k]) for k in ("completed_by", "updated_by")}
    assert kinds == {int}


def copy_tree(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            new = target / path.relative_to(source)
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(path.read_bytes())


# what a supervisor is told


def test_a_port_that_is_taken_is_said(campaign: Campaign) -> None:
    done = subprocess.run(
        [*campaign.command, "labelstudio", "serve", "--port", str(campaign.port)],
        cwd=campaign.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"port {campaign.port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_secrets_are_seen_by_their_owner_only_and_stand_in_no_record(
    campaign: Campaign,
) -> None:
    secrets = campaign.workdir.secrets()
    assert secrets is not None
    hidden = [secrets.token, secrets.admin.password]
    hidden += [login.password for login in secrets.people.values()]
    for path in campaign.workdir.folder.glob("*"):
        if path.is_file() and path.name != "secrets.json":
            text = path.read_text("utf-8", errors="replace")
            assert not [one for one in hidden if one in text], path.name
    for path in (campaign.root / "annotations").rglob("*.json"):
        text = path.read_text("utf-8")
        assert not [one for one in hidden if one in text], path.name
    assert campaign.workdir.secrets_path.stat().st_mode & 0o777 == 0o600
    assert campaign.workdir.log.stat().st_mode & 0o777 == 0o600


def run(campaign: Campaign, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*campaign.command, "labelstudio", "status"],
        cwd=campaign.root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def personal_token(campaign: Campaign) -> str:
    """Return a personal access token of the administrator."""
    secrets = campaign.workdir.secrets()
    assert secrets is not None
    with campaign.logged_in(secrets.admin) as session:
        made: Any = session.post(
            "/api/token/", headers={"X-CSRFToken": session.cookies["csrftoken"]}
        )
        return str(made.json()["token"])


def test_tokens_of_both_kinds_come_from_the_environment(campaign: Campaign) -> None:
    address = {URL: campaign.url}
    secrets = campaign.workdir.secrets()
    assert secrets is not None
    for token in (secrets.token, personal_token(campaign)):
        done = run(campaign, **address, **{TOKEN: token})
        assert done.returncode == 0, done.stderr
        assert "robust" in done.stdout
    done = run(campaign, **address, **{TOKEN: "0" * 40})
    assert (done.returncode, "does not accept the token" in done.stderr) == (2, True)
    done = run(campaign, **{URL: "http://127.0.0.1:9", TOKEN: "0" * 40})
    assert (done.returncode, "no server answers" in done.stderr) == (2, True)


# two supervisors


def test_two_pushes_at_once_from_two_places_leave_every_task_once(
    campaign: Campaign, tmp_path: Path
) -> None:
    """Two checkouts, each with files of its own, push for one annotator to one server."""
    secrets = campaign.workdir.secrets()
    assert secrets is not None
    roots = [tmp_path / name for name in ("one", "two")]
    for root in roots:
        for name in ("corpus", "annotations", "schema"):
            copy_tree(campaign.root / name, root / name)
    documents = [f"qualify-{name}-2031" for name in ("bridge", "convoy", "valley")]
    given = ("labelstudio", "push", "--annotator", "twin", "--batch", "twice")
    pushes = [
        subprocess.Popen(
            [*campaign.command, *given, *documents],
            cwd=root,
            env={**os.environ, URL: campaign.url, TOKEN: secrets.token},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for root in roots
    ]
    said = [push.communicate(timeout=120)[0] for push in pushes]
    assert [push.returncode for push in pushes] == [0, 0], said
    server = campaign.client()
    mine = [one for one in server.projects() if " twin " in one.title]
    tasks = [t for one in mine for t in json.loads(server.export(one.id))]
    segments = [task["data"]["segment"] for task in tasks]
    assert len(mine) == 1
    assert len(segments) == len(set(segments)) >= len(documents)
    new = [int(lines.splitlines()[-1].split(" new task")[0]) for lines in said]
    assert sum(new) == len(segments), said


# what is left lying about


def test_no_copy_of_an_export_is_left_on_the_server(campaign: Campaign) -> None:
    push(campaign, "ben", DOCUMENT)
    campaign.run("labelstudio", "pull")
    words = TEXT[200:240].encode()
    holding = [
        path.name
        for path in campaign.workdir.data.rglob("*")
        if path.is_file() and path.suffix != ".sqlite3" and words in path.read_bytes()
    ]
    assert holding == []


def test_a_warned_text_is_seen_nowhere_before_it_is_opened(campaign: Campaign) -> None:
    path = campaign.root / f"corpus/documents/{DOCUMENT}.json"
    before = path.read_bytes()
    document = json.loads(before)
    for segment in document["segments"]:
        segment["content_warnings"] = ["gore"]
    path.write_text(json.dumps(document), "utf-8")
    given = ("--annotator", "warned", "--batch", "warned", "--suggest", "ben", DOCUMENT)
    try:
        campaign.run("labelstudio", "push", *given)
    finally:
        path.write_bytes(before)
    with browser(campaign.url) as page:
        page.log_in(campaign.login("warned"))
        page.page.goto(link(campaign, "warned"))
        page.page.wait_for_selector("text=Label All Tasks")
        page.page.wait_for_timeout(1500)
        seen = page.page.locator("body").inner_text()
        assert f"{DOCUMENT}/s" in seen
        assert not any(words in seen for words in TEXT.split("\n") if len(words) > 20)
        page.open_first_task(link(campaign, "warned"))
        assert page.blurred() == (True, True)
        page.page.locator(".sp-notice summary").click()
        assert page.blurred() == (False, False)
