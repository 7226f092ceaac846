"""Every annotation set of the corpus, pushed to a real server, accepted and pulled."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.task import KEY, Meta
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet
from tests.server.conftest import SEEDS, Campaign
from tests.studio import answer, bare

pytestmark = pytest.mark.server

SOURCES = ("lm-2", "lm-3", "lm-4", "key-lm-1")


def checkout_of(campaign: Campaign) -> Checkout:
    return Checkout(campaign.root, [SEEDS] if SEEDS.is_dir() else [])


def sets_of(checkout: Checkout, name: str) -> dict[str, AnnotationSet]:
    """Return document to set of an annotator, where the text is at hand."""
    found = {}
    for document in checkout.documents:
        dossier = checkout.dossier(document)
        assert dossier is not None
        for record in dossier.sets:
            if record.annotator == name and dossier.text is not None:
                found[document] = record
    return found


def accept(campaign: Campaign, person: str, sets: dict[str, AnnotationSet]) -> int:
    """Submit, as the annotator, what the sets say to every task that is open."""
    reader = CorpusView(checkout_of(campaign), campaign.workdir)
    server, api = campaign.client(), campaign.user_api(person)
    done = 0
    for project in server.projects():
        if f" {person} " not in project.title:
            continue
        for task in json.loads(server.export(project.id)):
            meta = msgspec.convert(task["meta"][KEY], Meta)
            items = answer(reader, meta, sets[meta.document])
            if items is not None and not task["annotations"]:
                api.annotations.create(task["id"], result=items, lead_time=12.5)
                done += 1
    return done


@pytest.fixture
def taken_out(campaign: Campaign, name: str) -> Iterator[dict[str, AnnotationSet]]:
    """The sets of an annotator, which are not there meanwhile.

    Beside them a person's would be a copy of a language model's (ANN016).
    """
    sets = sets_of(checkout_of(campaign), name)
    paths = [campaign.root / f"annotations/{one}/{name}.json" for one in sets]
    held = {path: path.read_bytes() for path in paths}
    for path in paths:
        path.unlink()
    yield sets
    for path, data in held.items():
        path.write_bytes(data)
    for one in sets:
        (campaign.root / f"annotations/{one}/as-{name}.json").unlink(missing_ok=True)


@pytest.mark.parametrize("name", SOURCES)
def test_every_set_of_the_corpus_comes_back(
    campaign: Campaign, name: str, taken_out: dict[str, AnnotationSet]
) -> None:
    person, sets = f"as-{name}", taken_out
    assert len(sets) >= 3
    passes = ("--pass", "panel") if name == "lm-4" else ()  # which judged nothing else
    n_done = 0
    for _ in range(1 if passes else 3):
        push = ("--annotator", person, "--batch", name, *passes, *sets)
        campaign.run("labelstudio", "push", *push)
        n_done += accept(campaign, person, sets)
        said = campaign.run("labelstudio", "pull", "--annotator", person)
        assert "LST" not in said, said
    assert n_done >= sum(len(record.segments) for record in sets.values())
    for document, record in sets.items():
        back = pulled(campaign, document, person)
        assert bare(back, checkout_of(campaign)) == bare(record, checkout_of(campaign))
    again = campaign.run("labelstudio", "pull", "--annotator", person)
    assert f"0 sets changed, {len(sets)} unchanged" in again


def pulled(campaign: Campaign, document: str, person: str) -> AnnotationSet:
    path = f"annotations/{document}/{person}.json"
    plain: Any = campaign.record(path)
    return msgspec.convert(plain, AnnotationSet)
