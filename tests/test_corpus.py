"""The corpus itself: it is right without texts and, where they are at hand, with them."""

import os
from pathlib import Path

import pytest

from standpoint.checks.run import check_corpus
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Level
from standpoint.records.model import Dossier

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("STANDPOINT_SHARED", ROOT.parent / "shared"))
SEEDS = SHARED / "seeds"

with_texts = pytest.mark.skipif(not SEEDS.is_dir(), reason="the texts are not here")


def dossiers(checkout: Checkout) -> list[Dossier]:
    return [d for d in map(checkout.dossier, checkout.documents) if d is not None]


def test_the_corpus_has_no_error_and_says_what_was_not_judged() -> None:
    report = check_corpus(Checkout(ROOT))
    assert [f for f in report.findings if f.level is Level.ERROR] == []
    withheld = {
        d.document.id
        for d in dossiers(Checkout(ROOT))
        if d.document.rights.text_release == "withheld"
    }
    private = ROOT / "corpus/texts/private"
    if sorted(path.name for path in private.iterdir()) == ["README.md"]:
        assert set(report.not_judged) == withheld


@with_texts
def test_the_corpus_has_no_error_against_the_texts_and_leaks_nothing() -> None:
    report = check_corpus(Checkout(ROOT, [SEEDS]))
    assert [f for f in report.findings if f.level is Level.ERROR] == []
    assert report.not_judged == {}


@with_texts
def test_every_seed_is_a_document() -> None:
    found = {d.document.source_file: d for d in dossiers(Checkout(ROOT, [SEEDS]))}
    for path in SEEDS.glob("*.txt"):
        text = path.read_bytes().decode("utf-8")
        assert found[path.stem].text == text


def test_every_set_of_today_says_that_a_language_model_made_it() -> None:
    checkout = Checkout(ROOT)
    assert checkout.registries is not None
    kinds = {
        checkout.registries.annotators[record.annotator].kind
        for dossier in dossiers(checkout)
        for record in dossier.sets
    }
    assert kinds == {"language_model"}


def test_a_comment_that_nobody_can_read_stays_unlabelled() -> None:
    for dossier in dossiers(Checkout(ROOT)):
        foreign = {s.id for s in dossier.document.segments if s.language == "ar"}
        for record in dossier.sets:
            assert not foreign & {judged.segment for judged in record.segments}
