"""A thousand segments to a real Label Studio and back.

    .venv-server/bin/python benchmarks/labelstudio.py

It needs what `make test-server` sets up, installs the server on first use, and takes two
to four minutes, most of them to answer the tasks. Everything happens in a scratch copy of the
checkout, in which the calibration documents stand often enough, with the actors of real
reporting to choose from.

Each step is printed beside its floor in the same run: for a push, sending the same tasks
to a project of their own and nothing else; for a pull, downloading the same export.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from standpoint.forms import convert
from standpoint.forms.convert_common import passage
from standpoint.forms.form import ACTORS
from standpoint.labelstudio import server
from standpoint.labelstudio.client import Client, connect
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.pull import Wanted, pull
from standpoint.labelstudio.push import Wish, push
from standpoint.labelstudio.result import shown, written
from standpoint.labelstudio.task import KEY, Meta
from standpoint.labelstudio.workdir import Workdir
from standpoint.records import canonical
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, Annotator, Annotators, Document

ROOT = Path(__file__).parents[1]
PERSON = "bench"
PORT = 8124


def scratch(root: Path, wanted: int) -> int:
    """Lay out a checkout with so many segments; return their number."""
    for name in ("annotations", "corpus", "schema", "constraints"):
        shutil.copytree(ROOT / name, root / name)
    registry = root / "annotations/annotators.json"
    entered = msgspec.json.decode(registry.read_bytes(), type=Annotators)
    person = Annotator(
        id=PERSON, kind="human", model=None, version=None, run=None, languages=("en",)
    )
    everybody = (*entered.annotators, person)
    entered = msgspec.structs.replace(entered, annotators=everybody)
    registry.write_bytes(canonical.encode(entered))
    originals = sorted((root / "corpus/documents").glob("*-2031.json"))
    made = copy = 0
    while made < wanted:
        copy += 1
        for path in originals:
            made += _copied(root, path, copy)
    return made


def _copied(root: Path, path: Path, copy: int) -> int:
    """Copy a calibration document as one of real reporting; return its segments."""
    record = msgspec.json.decode(path.read_bytes(), type=Document)
    new = f"{record.id}-{copy}"
    texts = root / "corpus/texts/released"
    shutil.copy(texts / f"{record.id}.txt", texts / f"{new}.txt")
    # An outlet of the real world, so that its actors are those to choose from.
    record = msgspec.structs.replace(record, id=new, publisher="tass")
    path.with_name(f"{new}.json").write_bytes(canonical.encode(record))
    return sum(segment.kind != "boilerplate" for segment in record.segments)


def originals_of(name: str) -> str:
    """Return the document that a copy was made of."""
    return name.rpartition("-")[0]


def api_of(client: Client) -> Any:
    """Return the SDK, for what a campaign never does."""
    return client._api


def answer_all(checkout: Checkout, workdir: Workdir, client: Client) -> None:
    """Answer every task as the key of its original does."""
    reader = CorpusView(checkout, workdir)
    api = api_of(client)
    (project,) = client.projects()
    tasks = json.loads(client.export(project.id))

    def submit(task: dict[str, Any]) -> None:
        meta = msgspec.convert(task["meta"][KEY], Meta)
        key: AnnotationSet = reader.dossier(originals_of(meta.document)).sets[0]
        judged = next(s for s in key.segments if s.segment == meta.segment)
        dossier = reader.dossier(meta.document)
        form = reader.forms(ACTORS, meta.tier, "")
        kinds = {nil.id: nil.kind for nil in key.nil}
        text = dossier.text or ""
        document = dossier.document
        segment = next(s for s in document.segments if s.id == meta.segment)
        where = passage(document, segment, text, form, kinds=kinds)
        answers = convert.encode(
            ACTORS, convert.ordered(judged, checkout.schemas.inventories), where
        )
        result = written(answers, form, shown(text[meta.start : meta.end]))
        api.annotations.create(task["id"], result=result, lead_time=60.0)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(submit, tasks))


@contextmanager
def timed(times: dict[str, float], step: str) -> Iterator[None]:
    """Note how long a step takes."""
    started = time.perf_counter()
    yield
    times[step] = time.perf_counter() - started


def send_bare(client: Client, project: int, times: dict[str, float]) -> None:
    """Send the tasks of a project to one of their own, which then goes."""
    config = next(one.config for one in client.projects() if one.id == project)
    sent = [
        {"data": task["data"], "meta": task["meta"]}
        for task in json.loads(client.export(project))
    ]
    bare = client.make_project("floor", "", config, "", "given")
    with timed(times, "floor of push"):
        client.add_tasks(bare, sent)
    api_of(client).projects.delete(bare)


def become(workdir: Workdir) -> None:
    """Enter the administrator, who answered the tasks, as the annotator."""
    secrets = workdir.secrets()
    if secrets is not None:
        secrets.people[PERSON] = secrets.admin
        workdir.keep_secrets(secrets)


def measure(root: Path, say: Callable[[str], None], wanted: int) -> Iterator[str]:
    """Yield the lines of a table."""
    n_segments = scratch(root, wanted)
    workdir = Workdir(root)
    installed = server.install(Workdir(ROOT), say).parents[1]
    workdir.make_folder()
    workdir.path(installed.name).symlink_to(installed)
    documents = tuple(
        path.stem for path in sorted((root / "corpus/documents").glob("*-2031-*.json"))
    )
    wish = Wish(PERSON, "bench", documents, (ACTORS,))
    times: dict[str, float] = {}
    say("starting the server")
    with server.running(
        workdir, workdir.path(installed.name, "bin", "label-studio"), PORT
    ):
        client = connect(workdir)
        say("pushing")
        with timed(times, "push"):
            push(Checkout(root), client, workdir, wish)
        (project,) = client.projects()
        send_bare(client, project.id, times)
        say("answering")
        answer_all(Checkout(root), workdir, client)
        become(workdir)
        say("pulling")
        with timed(times, "pull"):
            taken = pull(Checkout(root), client, workdir, Wanted())
        with timed(times, "floor of pull"):
            client.export(project.id)
    yield f"{n_segments} segments; {len(taken.written)} sets written"
    yield from table(times)


def table(times: dict[str, float]) -> Iterator[str]:
    """Yield a table of the steps, each beside its floor."""
    yield ""
    yield "| step | seconds | floor | times the floor |"
    yield "|---|---|---|---|"
    for step in ("push", "pull"):
        least = times[f"floor of {step}"]
        yield f"| {step} | {times[step]:.1f} | {least:.1f} | {times[step] / least:.1f} |"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--segments", type=int, default=1000)
    wanted = parser.parse_args().segments
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "checkout"
        root.mkdir()
        for line in measure(root, lambda line: print(line, file=sys.stderr), wanted):
            print(line)


if __name__ == "__main__":
    main()
