"""A Label Studio in memory, for the tests that need no real one.

It keeps projects, tasks and annotations, and exports them in the shape in which the real
server does; `tests/server` compares the two. `accept` answers tasks as an annotator would
whose judgements are known already.
"""

import json
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from standpoint.forms import convert
from standpoint.forms.adjudication import Layer
from standpoint.forms.convert_common import passage, split_note
from standpoint.forms.form import passes_done
from standpoint.labelstudio.adjudication_queue import Dispute, push_disputes
from standpoint.labelstudio.client import RemoteProject
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.pull import Wanted, pull
from standpoint.labelstudio.push import Pushed, Wish, judged_of, push
from standpoint.labelstudio.result import shown, written
from standpoint.labelstudio.task import KEY, Meta
from standpoint.labelstudio.workdir import CampaignStop, Login, Secrets, Workdir
from standpoint.labelstudio.write_sets import Taken
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet
from tests.conftest import apply, change, parent_of

MOMENT = "2031-06-18T07:{:02}:{:02}.250000Z"


Change = Callable[[Meta, list[dict[str, Any]]], Any]
"""What an annotator does differently: subject and result to the result."""


def unchanged(_meta: Meta, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a result as it is."""
    return items


class Studio:
    """A server that forgets everything when the test ends."""

    url = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.made: dict[int, dict[str, Any]] = {}
        self.tasks: dict[int, list[dict[str, Any]]] = {}
        self.people: list[tuple[int, str]] = [(1, "admin@annotators.invalid")]
        self.calls: list[str] = []
        self._ids = count(1)
        self._projects = count(1)
        self._clock = count()

    # what a campaign asks of a server

    def projects(self) -> list[RemoteProject]:
        return [
            RemoteProject(
                number,
                made["title"],
                made["description"],
                made["config"],
                len(self.tasks[number]),
            )
            for number, made in self.made.items()
        ]

    def make_project(
        self, title: str, description: str, config: str, instruction: str, shown: str
    ) -> int:
        assert 3 <= len(title) <= 50, "as the real server asks"
        number = next(self._projects)
        self.made[number] = {
            "title": title,
            "description": description,
            "config": config,
            "instruction": instruction,
            "shown": shown,
        }
        self.tasks[number] = []
        return number

    def delete_project(self, project: int) -> None:
        del self.made[project], self.tasks[project]

    def delete_task(self, task: int) -> None:
        self.calls.append("delete_task")
        for tasks in self.tasks.values():
            tasks[:] = [one for one in tasks if one["id"] != task]

    def add_tasks(self, project: int, tasks: Iterable[dict[str, Any]]) -> list[int]:
        self.calls.append("add_tasks")
        before = {one["id"] for one in self.tasks[project]}
        for task in tasks:
            plain = json.loads(json.dumps(task))
            predictions = plain.pop("predictions")
            self.tasks[project].append(
                {
                    "id": next(self._ids),
                    **plain,
                    "annotations": [],
                    "drafts": [],
                    "predictions": [],
                    "_predictions": predictions,
                }
            )
        return [o["id"] for o in self.tasks[project] if o["id"] not in before]

    def export(self, project: int) -> bytes:
        self.calls.append("export")
        # As the real server writes it: halves of characters are escaped, as all letters.
        shown = [
            {key: value for key, value in task.items() if not key.startswith("_")}
            for task in self.tasks[project]
        ]
        return json.dumps(shown).encode()

    def users(self) -> list[tuple[int, str]]:
        return list(self.people)

    def sign_up(self, login: Login) -> None:
        self.calls.append("sign_up")
        if login.address in {address for _, address in self.people}:
            raise CampaignStop(f"the server made no user {login.address}")
        self.people.append((len(self.people) + 1, login.address))

    def edit(self, edit: dict[str, Any]) -> None:
        """Change what a project holds, in the language of the cases.

        `"project"` is its number; pointers start at the list of its tasks. Besides,
        `"config": XML` gives it another configuration, `"crlf": POINTER` turns the line
        ends of a text, and `"gone": true` deletes it.
        """
        number = edit["project"]
        if edit.get("gone"):
            del self.made[number], self.tasks[number]
            return
        if "config" in edit:
            self.made[number]["config"] = edit["config"]
        if "crlf" in edit:
            parent, key = parent_of(self.tasks[number], edit["crlf"])
            parent[key] = parent[key].replace("\n", "\r\n")
        change(self.tasks[number], edit)

    # what annotators do

    def number_of(self, annotator: str) -> int:
        return next(
            n for n, address in self.people if address.startswith(f"{annotator}@")
        )

    def submit(
        self, task: dict[str, Any], annotator: str, result: Any, **more: Any
    ) -> dict[str, Any]:
        """Submit a result, as the page of the annotator does."""
        user = self.number_of(annotator)
        moment = MOMENT.format(*divmod(next(self._clock), 60))
        annotation = {
            "id": next(self._ids),
            "completed_by": user,
            "updated_by": user,
            "was_cancelled": False,
            "created_at": moment,
            "updated_at": moment,
            "lead_time": 30.5,
            "result": result,
            "prediction": {"result": task["_predictions"][0]["result"]},
            **more,
        }
        task["annotations"].append(annotation)
        return annotation

    def open_tasks(self, annotator: str) -> list[tuple[Meta, dict[str, Any]]]:
        """Return the tasks that an annotator has not answered."""
        found = []
        for tasks in self.tasks.values():
            for task in tasks:
                meta = msgspec.convert(task["meta"][KEY], Meta)
                if meta.annotator == annotator and not task["annotations"]:
                    found.append((meta, task))
        return found


SMALL = "small-bridge-2031"
"""The document of the small corpus."""
READER = f"annotations/{SMALL}/reader-1.json"
"""What somebody said of all of it."""


class Desk:
    """A supervisor's desk: a checkout, a campaign's files, and a server in memory."""

    def __init__(self, root: Path, texts: Iterable[Path] = ()) -> None:
        self.root = root
        self.texts = list(texts)
        self.studio = Studio()
        self.workdir = Workdir(root)
        admin = Login("admin@annotators.invalid", "secret")
        self.workdir.keep_secrets(Secrets(self.studio.url, admin, "token"))

    def checkout(self) -> Checkout:
        return Checkout(self.root, self.texts)

    def push(self, annotator: str, batch: str = "one", **more: Any) -> Pushed:
        wish = Wish(annotator, batch, **more)
        return push(self.checkout(), self.studio, self.workdir, wish)

    def dispute(
        self,
        adjudicator: str,
        *layers: Layer,
        documents: tuple[str, ...] = (),
        **more: Any,
    ) -> Pushed:
        wanted = Dispute(
            adjudicator,
            more.get("batch", "dispute"),
            documents,
            layers or ("actor", "claim"),
            more.get("tier", "extended"),
            more.get("named", False),
        )
        return push_disputes(self.checkout(), self.studio, self.workdir, wanted)

    def pull(self, **more: Any) -> Taken:
        return pull(self.checkout(), self.studio, self.workdir, Wanted(**more))

    def record(self, path: str) -> AnnotationSet:
        """Return a set of the checkout."""
        return msgspec.json.decode((self.root / path).read_bytes(), type=AnnotationSet)

    def accept(
        self,
        annotator: str,
        record: AnnotationSet,
        change: Change = unchanged,
    ) -> int:
        """Answer open tasks as a set says; return their number."""
        reader = CorpusView(self.checkout(), self.workdir)
        done = 0
        for meta, task in self.studio.open_tasks(annotator):
            if meta.document != record.document or meta.contested:
                continue
            items = answer(reader, meta, record)
            if items is not None:
                given = [
                    i
                    for i in task["_predictions"][0]["result"]
                    if i["id"][:5] == "zone-"
                ]
                self.studio.submit(task, annotator, change(meta, [*given, *items]))
                done += 1
        return done

    def one_pass(
        self, annotator: str = "pat", change: Change = unchanged, **more: Any
    ) -> Taken:
        """Push, answer what is open as the reader did, and pull."""
        self.push(annotator, documents=(SMALL,), **more)
        self.accept(annotator, self.record(READER), change)
        return self.pull()


def register(root: Path, *names: str) -> None:
    """Enter people in the registry of annotators."""
    nothing = dict.fromkeys(("model", "version", "run"))
    for name in names:
        person = {"id": name, "kind": "human", **nothing, "languages": ["en"]}
        apply(
            root,
            {"file": "annotations/annotators.json", "add": {"/annotators/-": person}},
        )


def codes(taken: Taken) -> list[str]:
    """Return the codes of what was found."""
    return [finding.code for finding in taken.findings]


def bare(record: AnnotationSet, checkout: Checkout) -> AnnotationSet:
    """Return a set without who, when and with which tool, its lists in one order."""
    inventories = checkout.schemas.inventories
    return msgspec.structs.replace(
        record,
        annotator="",
        role="",
        created="",
        guidelines="",
        tool="",
        lead_time_s=None,
        nil=tuple(sorted(record.nil, key=lambda nil: nil.id)),
        segments=tuple(convert.ordered(s, inventories) for s in record.segments),
    )


def decision(
    fields: dict[str, list[str]], *regions: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the result of an adjudicator: what they chose and wrote, and regions."""
    kinds = {"reason": "textarea"}
    items = []
    for name, values in fields.items():
        kind = kinds.get(name, "choices")
        value = {"text" if kind == "textarea" else kind: values}
        item = {"id": name, "from_name": name, "to_name": "text", "type": kind}
        items.append({**item, "value": value})
    return [*items, *regions]


def answer(
    reader: CorpusView, meta: Meta, record: AnnotationSet
) -> list[dict[str, Any]] | None:
    """Return what a set says in answer to a task; None where it says nothing."""
    dossier = reader.dossier(meta.document)
    segment = next(s for s in dossier.document.segments if s.id == meta.segment)
    judged = judged_of(record, segment)
    done = passes_done(msgspec.structs.asdict(judged.coverage)) if judged else []
    if judged is None or meta.form not in done:
        return None
    form = reader.forms(meta.form, meta.tier, meta.panel)
    text = dossier.text or ""
    kinds = {nil.id: nil.kind for nil in record.nil}
    where = passage(dossier.document, segment, text, form, kinds=kinds)
    ordered = convert.ordered(judged, reader.checkout.schemas.inventories)
    note = split_note(judged.note, done).get(meta.form)
    answers = convert.encode(meta.form, ordered, where, note)
    return written(answers, form, shown(text[meta.start : meta.end]))
