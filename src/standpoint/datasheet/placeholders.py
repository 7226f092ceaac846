"""The single numbers and words that the prose of the datasheet may use."""

from collections.abc import Callable

from standpoint.checks import CHECKS
from standpoint.datasheet.agreement import sameness
from standpoint.datasheet.composition import LEAST_PER_LABEL, layers, mixed, small
from standpoint.datasheet.facts import UNKNOWN_OUTLET, Facts
from standpoint.datasheet.persons import registered
from standpoint.datasheet.withheld import (
    closed,
    n_claims_of,
    n_words_of,
    nowhere,
    percent,
)

Name = tuple[str, Callable[[Facts], int | str]]

NOT_DISCLOSED = "not disclosed"

BY_TEMPLATE = {
    "n_unanswered": "questions marked as unanswered",
    "n_declared": "statements marked as declared",
}
"""Placeholders that count marks of the prose itself, to their meaning."""


def _n_items(layer: str) -> Callable[[Facts], int]:
    return lambda facts: len(layers(facts)[layer][0])


def _n_ties(layer: str) -> Callable[[Facts], int]:
    def count(facts: Facts) -> int:
        return sum(row["decided_by"] == "tie" for row in layers(facts)[layer][0])

    return count


def _n_adjudicated(facts: Facts) -> int:
    items = [row for rows, _ in layers(facts).values() for row in rows]
    return sum(row["decided_by"] == "adjudicated" for row in items)


def _n_judges(kind: str) -> Callable[[Facts], int]:
    def count(facts: Facts) -> int:
        judges = {found.annotator for d in facts.real for found in d.sets}
        known = facts.registries.annotators
        return sum(known[name].kind == kind for name in judges)

    return count


def _n_sets(facts: Facts) -> int:
    return sum(len(dossier.sets) for dossier in facts.real)


def _n_suggested(facts: Facts) -> int:
    return sum(s.saw_suggestions for dossier in facts.real for s in dossier.sets)


def _n_keys(facts: Facts) -> int:
    return sum(s.role == "key" for dossier in facts.invented for s in dossier.sets)


def _n_undisclosed(facts: Facts) -> int:
    judges = {found.annotator for d in facts.real for found in d.sets}
    known = facts.registries.annotators
    return sum(
        NOT_DISCLOSED in {known[name].model, known[name].version} for name in judges
    )


def _least(layer: str) -> Callable[[Facts], int]:
    """Count the full readings of the segment that has fewest; comments left out."""

    def count(facts: Facts) -> int:
        return min(
            (
                len(row["annotators"][layer])
                for row in facts.rows["segment"]
                if row["kind"] != "comment"
            ),
            default=0,
        )

    return count


def _outlets(facts: Facts) -> set[str]:
    found = {row["outlet_id"] for row in facts.rows["segment"]}
    return found - {None, UNKNOWN_OUTLET}


def _n_unknown_state(facts: Facts) -> int:
    known = facts.registries.outlets
    return sum(known[name].state_relation == "unknown" for name in _outlets(facts))


def _n_of_unknown_outlet(facts: Facts) -> int:
    return sum(row["outlet_id"] == UNKNOWN_OUTLET for row in facts.rows["segment"])


def _day(which: str) -> Callable[[Facts], str]:
    def find(facts: Facts) -> str:
        pick = min if which == "published_earliest" else max
        days = [row[which] for row in facts.rows["segment"] if row[which]]
        return str(pick(days, default="unknown"))

    return find


def _spelled(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "none"


def _words_without_address(facts: Facts) -> str:
    every = {document.id for document in facts.documents}
    lost = n_words_of(facts, nowhere(facts))
    return percent(lost, n_words_of(facts, every))


NAMES: dict[str, Name] = {
    "data_version": ("version of the data", lambda f: f.registries.dataset.version),
    "data_date": ("date of the data", lambda f: f.registries.dataset.date),
    "guidelines": (
        "versions of the guidelines that were followed",
        lambda f: _spelled({s.guidelines for d in f.real for s in d.sets}),
    ),
    "languages": (
        "languages of the segments",
        lambda f: _spelled({row["language"] for row in f.rows["segment"]}),
    ),
    "first_day": ("first possible day of a segment", _day("published_earliest")),
    "last_day": ("last possible day of a segment", _day("published_latest")),
    "n_documents": ("documents of real reporting", lambda f: len(f.real)),
    "n_story_groups": (
        "story groups of real reporting",
        lambda f: len({row["story_group"] for row in f.rows["document"]}),
    ),
    "n_withheld": ("documents with text withheld", lambda f: len(closed(f))),
    "n_without_address": (
        "of these, no address is known",
        lambda f: len(nowhere(f)),
    ),
    "n_claims_without_address": (
        "their claims, matched over readings",
        lambda f: n_claims_of(f, nowhere(f)),
    ),
    "words_without_address": ("their share of all words", _words_without_address),
    "n_archived": (
        "documents with an archived copy",
        lambda f: sum(d.archived_url is not None for d in f.documents),
    ),
    "n_segments": ("their segments, comments included", lambda f: len(f.segments)),
    "n_comments": (
        "segments that are readers' comments",
        lambda f: sum(row["kind"] == "comment" for row in f.rows["segment"]),
    ),
    "n_sentences": (
        "sentences of their annotatable zones",
        lambda f: sum(len(row["sentences"]) for row in f.rows["segment"]),
    ),
    "n_words": (
        "words of their annotatable zones",
        lambda f: sum(row["n_words"] for row in f.rows["segment"]),
    ),
    "n_outlets": (
        "known outlets of their segments",
        lambda f: len(_outlets(f)),
    ),
    "n_unknown_outlet_segments": (
        "their segments by an unknown outlet",
        _n_of_unknown_outlet,
    ),
    "n_unknown_state": (
        "of the known outlets, state relation unknown",
        _n_unknown_state,
    ),
    "n_calibration": ("invented calibration documents", lambda f: len(f.invented)),
    "n_keys": ("answer keys of these", _n_keys),
    "n_sets": ("annotation sets on real reporting", _n_sets),
    "n_suggested": ("of these, made with suggestions in sight", _n_suggested),
    "n_readings": ("full claim readings of the segment with fewest", _least("claim")),
    "n_panel_readings": (
        "full panel readings of the segment with fewest",
        _least("panel"),
    ),
    "n_humans": ("people with a set on real reporting", _n_judges("human")),
    "n_models": (
        "language-model annotators with a set on real reporting",
        _n_judges("language_model"),
    ),
    "n_undisclosed": ("of these, model or version not disclosed", _n_undisclosed),
    "n_claims": ("claims, matched over readings", _n_items("claims")),
    "n_mentions": ("mentions, the same", _n_items("mentions")),
    "n_sources": ("sources of claims, the same", _n_items("sources")),
    "n_panel_judgements": (
        "panel judgements: segment by target",
        _n_items("panel judgements"),
    ),
    "n_stances": ("stances of quoted holders", _n_items("stances of holders")),
    "n_claim_stances": (
        "carrier stances toward reported claims",
        _n_items("stances toward claims"),
    ),
    "n_ties_claims": ("claims with a tied type", _n_ties("claims")),
    "n_ties_mentions": ("mentions with a tied link", _n_ties("mentions")),
    "n_ties_sources": ("sources with a tied type", _n_ties("sources")),
    "n_ties_panel": ("tied panel judgements", _n_ties("panel judgements")),
    "n_adjudicated": ("items that an adjudicator decided", _n_adjudicated),
    "mixed_guidelines": (
        "a sentence on mixed versions of the guidelines, empty with one",
        mixed,
    ),
    "sameness": (
        "what it is called that readings coincide: agreement, repeatability, ...",
        lambda f: sameness(f.compared),
    ),
    "n_targets": ("targets of the panel", lambda f: len(f.targets)),
    "n_small_labels": (
        f"labels with fewer than {LEAST_PER_LABEL} resolved items",
        lambda f: sum(map(len, small(f).values())),
    ),
    "n_warned": (
        "segments with a content warning",
        lambda f: sum(bool(row["content_warnings"]) for row in f.rows["segment"]),
    ),
    "n_persons": ("real persons in the actor registry", lambda f: len(registered(f))),
    "n_actors": (
        "real actors in the registry",
        lambda f: sum(not a.fictional for a in f.registries.actors.values()),
    ),
    "n_codes": ("codes of the checks", lambda _: len(CHECKS)),
    "n_text_codes": (
        "codes that need the texts",
        lambda _: sum(check.needs_text for check in CHECKS.values()),
    ),
}
"""Placeholder to its meaning and how it is computed."""


def value(name: str, facts: Facts) -> str:
    """Return a placeholder's value as it stands in the prose."""
    found = NAMES[name][1](facts)
    return f"{found:,}" if isinstance(found, int) else found
