"""The single numbers and words that the prose of the datasheet may use."""

from collections.abc import Callable

from standpoint.codes import CHECKS
from standpoint.datasheet.agreement import sameness
from standpoint.datasheet.composition import (
    LEAST_PER_LABEL,
    layers,
    mixed,
    resolved,
    small,
)
from standpoint.datasheet.facts import UNKNOWN_OUTLET, Facts
from standpoint.datasheet.markdown import percent
from standpoint.datasheet.persons import real_actors, registered
from standpoint.datasheet.withheld import closed
from standpoint.records.model import Annotator
from standpoint.records.vocabulary import COMMENT, HUMAN, KEY, LANGUAGE_MODEL
from standpoint.resolve import judge
from standpoint.tables import Row
from standpoint.tables.reach import PLACES

Value = int | str

NOT_DISCLOSED = "not disclosed"

BY_TEMPLATE = {
    "n_unanswered": "questions marked as unanswered",
    "n_declared": "statements marked as declared",
}
"""Placeholders that count marks of the prose itself, to their meaning."""


def _segments(counted: Callable[[Row], int]) -> Callable[[Facts], int]:
    """Add up something over the segments."""
    return lambda facts: sum(counted(row) for row in facts.rows["segment"])


def _items(layer: str) -> Callable[[Facts], int]:
    return lambda facts: len(layers(facts)[layer][0])


def _decided(how: str, *names: str) -> Callable[[Facts], int]:
    """Count items by how they were decided, of some layers or of all."""

    def count(facts: Facts) -> int:
        found = layers(facts)
        rows = [row for name in names or found for row in found[name][0]]
        return sum(row["decided_by"] == how for row in rows)

    return count


def _judges(facts: Facts, kind: str) -> int:
    return sum(found.kind == kind for found in _annotators(facts))


def _annotators(facts: Facts) -> list[Annotator]:
    names = {found.annotator for dossier in facts.real for found in dossier.sets}
    return [facts.registries.annotators[name] for name in names]


def _least(layer: str) -> Callable[[Facts], int]:
    """Count the full readings of the segment that has fewest; comments left out."""
    return lambda facts: min(
        (
            len(row["annotators"][layer])
            for row in facts.rows["segment"]
            if row["kind"] != COMMENT
        ),
        default=0,
    )


def _outlets(facts: Facts) -> set[str]:
    found = {row["outlet_id"] for row in facts.rows["segment"]}
    return found - {None, UNKNOWN_OUTLET}


def _n_unknown_state(facts: Facts) -> int:
    known = facts.registries.outlets
    return sum(known[name].state_relation == "unknown" for name in _outlets(facts))


def _day(which: str, pick: Callable[..., str]) -> Callable[[Facts], str]:
    return lambda facts: pick(
        (row[which] for row in facts.rows["segment"] if row[which]), default="unknown"
    )


def _list(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "none"


def _words_without_address(facts: Facts) -> str:
    every = sum(facts.reach[f"{place}_words"] for place in PLACES)
    return percent(facts.reach["nowhere_words"], every)


NAMES: dict[str, tuple[str, Callable[[Facts], Value]]] = {
    "data_version": ("version of the data", lambda f: f.registries.dataset.version),
    "data_date": ("date of the data", lambda f: f.registries.dataset.date),
    "guidelines": (
        "versions of the guidelines that were followed",
        lambda f: _list({s.guidelines for d in f.real for s in d.sets}),
    ),
    "languages": (
        "languages of the segments",
        lambda f: _list({row["language"] for row in f.rows["segment"]}),
    ),
    "first_day": (
        "first possible day of a segment",
        _day("published_earliest", min),
    ),
    "last_day": ("last possible day of a segment", _day("published_latest", max)),
    "n_documents": ("documents of real reporting", lambda f: len(f.real)),
    "n_story_groups": (
        "story groups of real reporting",
        lambda f: len({row["story_group"] for row in f.rows["document"]}),
    ),
    "n_withheld": ("documents whose text is withheld", lambda f: len(closed(f))),
    "n_without_address": (
        "documents without text in the dataset and without a known address",
        lambda f: f.reach["nowhere_documents"],
    ),
    "n_claims_without_address": (
        "claims of these documents, matched over readings",
        lambda f: f.reach["nowhere_claims"],
    ),
    "words_without_address": ("their share of all words", _words_without_address),
    "n_archived": (
        "documents with an archived copy",
        lambda f: sum(d.archived_url is not None for d in f.documents),
    ),
    "n_segments": ("segments, comments included", lambda f: len(f.segments)),
    "n_comments": (
        "segments that are readers' comments",
        _segments(lambda row: row["kind"] == COMMENT),
    ),
    "n_sentences": (
        "sentences of the annotatable zones",
        _segments(lambda row: len(row["sentences"])),
    ),
    "n_words": (
        "words of the annotatable zones",
        _segments(lambda row: int(row["n_words"])),
    ),
    "n_outlets": ("known outlets of the segments", lambda f: len(_outlets(f))),
    "n_unknown_outlet_segments": (
        "segments by an unknown outlet",
        _segments(lambda row: row["outlet_id"] == UNKNOWN_OUTLET),
    ),
    "n_unknown_state": (
        "known outlets whose relation to a state is unknown",
        _n_unknown_state,
    ),
    "n_calibration": ("invented calibration documents", lambda f: len(f.invented)),
    "n_keys": (
        "answer keys of calibration documents",
        lambda f: sum(s.role == KEY for d in f.invented for s in d.sets),
    ),
    "n_sets": (
        "annotation sets on real reporting",
        lambda f: sum(len(dossier.sets) for dossier in f.real),
    ),
    "n_suggested": (
        "sets on real reporting made with suggestions shown",
        lambda f: sum(s.saw_suggestions for d in f.real for s in d.sets),
    ),
    "n_readings": (
        "full claim readings of the segment with the fewest",
        _least("claim"),
    ),
    "n_panel_readings": (
        "full panel readings of the segment with the fewest",
        _least("panel"),
    ),
    "n_humans": (
        "people with a set on real reporting",
        lambda f: _judges(f, HUMAN),
    ),
    "n_models": (
        "different models with a set on real reporting; the undisclosed are one",
        lambda f: len({judge(a) for a in _annotators(f) if a.kind == LANGUAGE_MODEL}),
    ),
    "n_runs": (
        "runs of language models with a set on real reporting",
        lambda f: _judges(f, LANGUAGE_MODEL),
    ),
    "n_undisclosed": (
        "annotators on real reporting whose model or version is not disclosed",
        lambda f: sum(NOT_DISCLOSED in {a.model, a.version} for a in _annotators(f)),
    ),
    "n_claims": ("claims, matched over readings", _items("claims")),
    "n_mentions": ("mentions, matched over readings", _items("mentions")),
    "n_sources": ("sources of claims, matched over readings", _items("sources")),
    "n_panel_judgements": (
        "panel judgements: segments by targets",
        _items("panel judgements"),
    ),
    "n_stances": ("stances of quoted holders", _items("stances of holders")),
    "n_claim_stances": (
        "stances of carriers toward reported claims",
        _items("stances toward claims"),
    ),
    "n_ties_claims": ("claims with a tied type", _decided("tie", "claims")),
    "n_ties_mentions": ("mentions with a tied link", _decided("tie", "mentions")),
    "n_ties_sources": ("sources with a tied type", _decided("tie", "sources")),
    "n_ties_panel": ("tied panel judgements", _decided("tie", "panel judgements")),
    "n_adjudicated": ("items that an adjudicator decided", _decided("adjudicated")),
    "mixed_guidelines": (
        "a sentence on mixed versions of the guidelines; empty with one version",
        mixed,
    ),
    "sameness": (
        "what agreement between these readings is called: agreement, repeatability, ...",
        lambda f: sameness(f.compared),
    ),
    "n_targets": ("targets of the panel", lambda f: len(f.targets)),
    "n_small_labels": (
        f"labels with fewer than {LEAST_PER_LABEL} resolved items",
        lambda f: sum(len(small(counts)) for counts in resolved(f).values()),
    ),
    "n_warned": (
        "segments with a content warning",
        _segments(lambda row: bool(row["content_warnings"])),
    ),
    "n_persons": ("real persons in the actor registry", lambda f: len(registered(f))),
    "n_actors": ("real actors in the registry", lambda f: len(real_actors(f))),
    "n_codes": ("codes of the checks", lambda _: len(CHECKS)),
    "n_text_codes": (
        "codes that need the texts",
        lambda _: sum(check.needs_text for check in CHECKS.values()),
    ),
}
"""Placeholder to its meaning and how it is computed."""
