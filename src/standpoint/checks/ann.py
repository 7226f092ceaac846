"""ANN: annotators and what their sets say of themselves."""

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import UnsetType

from standpoint.checks.context import Context, TrackedFile, judged
from standpoint.records import canonical
from standpoint.records.findings import Hit, Level, check, meant
from standpoint.records.model import (
    Adjudication,
    AnnotationSet,
    Annotators,
    JudgedSegment,
)
from standpoint.records.text import words
from standpoint.records.vocabulary import (
    ADJUDICATOR,
    COMMENT,
    FULL,
    HUMAN,
    ITEMS,
    KEY,
    NOT_COVERED,
    is_reading,
)

_SET_PLACE = re.compile(r"(^|/)annotations/[^/]+/[^/]+$")
_SET_KEYS = {"document", "annotator", "segments"}

READ = ("actor", "claim")
"""Layers in which every paragraph of a report has something."""

PARAGRAPH = 300
"""Characters in which something has to be marked. In the corpus, no reading of 200 or more
characters marks nothing."""

FEW = 5
"""Sentences that two people may well write alike."""

COPIED = 0.3
"""Share of sentences, word for word, from which on a set is a copy. Of two readings of the
corpus by one model at most 2 of 12 in a document are the same, 13 of 498 in all."""

LEAST_PER_WORD, MOST_PER_WORD = 0.1, 120
"""Seconds a person spends on a word: faster is no reading, and all four layers are expected
to take about 7."""


@check("ANN001", Level.ERROR, on=AnnotationSet)
def annotator_is_registered(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The annotator of a set is in annotations/annotators.json.

    Why: every label must show whether a person or a language model made it.
    Fix: correct the pseudonym, or add it to annotations/annotators.json.
    Example: "annotator": "new-person" without an entry.
    """
    if record.annotator not in context.registries.annotators:
        hint = meant(record.annotator, context.registries.annotators)
        message = f"Unknown annotator \u2018{record.annotator}\u2019.{hint}"
        yield Hit("/annotator", message)


@check("ANN002", Level.ERROR, on=AnnotationSet)
def set_judges_this_text(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A set was made on the text that the document has now.

    Why: offsets of another version point at other words.
    Fix: annotate this text, or restore the text that the set was made on.
    Example: a set whose `text_sha256` is that of an earlier version.
    """
    if record.text_sha256 != context.document.text.sha256:
        yield Hit("/text_sha256", "The set was made on another version of the text.")


@check("ANN003", Level.ERROR, on=AnnotationSet)
def annotator_reads_the_language(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """Annotators annotate only segments in languages that they read.

    Why: labels on words that one cannot read are guesses.
    Fix: remove the segment, or add the language to the annotator.
    Example: an annotator of English with a segment in Arabic.
    """
    annotator = context.registries.annotators.get(record.annotator)
    if annotator is None:
        return  # ANN001 reports it
    for pointer, segment, known in judged(record, context):
        if known.language not in annotator.languages:
            message = (
                f"Segment {segment.segment} is in \u2018{known.language}\u2019, which this"
                " annotator does not read."
            )
            yield Hit(f"{pointer}/segment", message)


@check("ANN004", Level.ERROR, on=AnnotationSet)
def role_is_allowed(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Only calibration documents have a key, and no model adjudicates people.

    Why: a key overrides all readings, which must not happen on real reporting; people
    and models are never mixed.
    Fix: use the role `annotator`; let a person adjudicate readings of people.
    Example: role `key` on a real article.
    """
    outlet = context.registries.outlets.get(context.document.publisher)
    if record.role == KEY and outlet is not None and not outlet.fictional:
        yield Hit(
            "/role", "The document is real reporting, and the set has the role `key`."
        )
    annotators = context.registries.annotators
    judge = annotators.get(record.annotator)
    if record.role != ADJUDICATOR or judge is None or judge.kind == HUMAN:
        return
    for other in context.dossier.sets:
        reader = annotators.get(other.annotator)
        if is_reading(other.role) and reader and reader.kind == HUMAN:
            yield Hit("/role", "A language model adjudicates readings of people.")
            return


@check("ANN005", Level.ERROR, on=AnnotationSet)
def guidelines_exist(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A set follows a version of the guidelines that exists.

    Why: the rules behind each label must be known.
    Fix: correct the version; corpus/dataset.json lists all versions.
    Example: guidelines 9.0 where 0.2 and 0.3 exist.
    """
    known = [one.version for one in context.registries.dataset.guidelines]
    if record.guidelines not in known:
        message = f"Unknown guidelines version {record.guidelines}. Known: {', '.join(known)}."
        yield Hit("/guidelines", message)


@check("ANN013", Level.ERROR, on=AnnotationSet)
def made_after_its_guidelines(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A set was created on or after the first day of its guidelines.

    Why: nobody can follow rules before they exist: the date or the version is wrong.
    Fix: correct `created`, or give the version that the annotator used.
    Example: created 2026-11-03 under guidelines in force since 2026-11-21.
    """
    for guidelines in context.registries.dataset.guidelines:
        if (
            guidelines.version == record.guidelines
            and record.created[:10] < guidelines.since
        ):
            message = (
                f"Created on {record.created[:10]}, but guidelines {record.guidelines}"
                f" have been in force only since {guidelines.since}."
            )
            yield Hit("/created", message)


@check("ANN014", Level.WARNING, on=AnnotationSet)
def made_in_its_time(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A set was not created more than a year after the date of the dataset.

    Why: a date in the future is usually a typing error. Checks do not use the clock, so
    dates are compared with the date of the dataset.
    Fix: correct `created`; if it is right, update the date in corpus/dataset.json.
    Example: created in 2036 in a dataset of 2026.
    """
    if problem := context.too_late(record.created):
        yield Hit("/created", f"Created on {problem}.")


@check("ANN015", Level.WARNING, on=AnnotationSet)
def lead_time_is_in_seconds(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The working time of a person fits the number of words they annotated.

    Why: budgets are based on it, and minutes or milliseconds entered as seconds are
    wrong by a factor of 60 or 1,000.
    Fix: give `lead_time_s` in seconds, or null if it was not measured.
    Example: 3120000 (52 minutes in milliseconds) for 600 words.
    """
    annotator = context.registries.annotators.get(record.annotator)
    if record.lead_time_s is None or annotator is None or annotator.kind != HUMAN:
        return
    n_words = sum(
        words
        for _pointer, _segment, known in judged(record, context)
        for _start, _end, words in known.sentences
    )
    # An adjudicator reads what is contested only.
    least = 0 if record.role == ADJUDICATOR else n_words * LEAST_PER_WORD
    if n_words and not least <= record.lead_time_s <= max(
        n_words * MOST_PER_WORD, 3600
    ):
        message = f"{record.lead_time_s:,} seconds for {n_words:,} words."
        yield Hit("/lead_time_s", message)


@check("ANN006", Level.ERROR, on=AnnotationSet)
def coverage_fits_items(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A layer with coverage `none` has no items.

    Why: `none` means that the layer was not annotated.
    Fix: set the coverage to `partial` or `full`, or delete the items.
    Example: coverage of claims `none` with three claims.
    """
    for pointer, segment, _known in judged(record, context):
        for layer, items in ITEMS.items():
            n_items = len(getattr(segment, items))
            if getattr(segment.coverage, layer) == NOT_COVERED and n_items:
                message = (
                    f"Coverage of {layer} is none, but the set has {n_items} {items}."
                )
                yield Hit(f"{pointer}/coverage/{layer}", message)


@check("ANN007", Level.ERROR, on=Annotators)
def annotator_ids_are_unique(record: Annotators, _: Context) -> Iterator[Hit]:
    """Annotator ids are unique.

    Why: two annotators under one id could not be told apart, and votes would be lost.
    Fix: give one of them another pseudonym.
    Example: two entries `a1`.
    """
    counts = Counter(annotator.id for annotator in record.annotators)
    seen = set()
    for index, annotator in enumerate(record.annotators):
        if counts[annotator.id] > 1 and annotator.id in seen:
            message = f"The id \u2018{annotator.id}\u2019 is used twice."
            yield Hit(f"/annotators/{index}/id", message)
        seen.add(annotator.id)


@check("ANN008", Level.ERROR, on=AnnotationSet)
def only_adjudicators_adjudicate(record: AnnotationSet, _: Context) -> Iterator[Hit]:
    """Adjudicated sets have sources and decisions; other sets have none.

    Why: they show which readings an adjudicator saw; an annotator sees none.
    Fix: use the role `annotator` for your own reading; an adjudicator lists the
    readings in `sources` and has a decision on each item.
    Example: a set of role `annotator` with `sources`.
    """
    has_sources = isinstance(record.sources, dict)
    if has_sources != (record.role == ADJUDICATOR):
        what = "has sources" if has_sources else "has no `sources`"
        yield Hit("/role", f"A set of role {record.role} {what}.")
        return
    for index, segment in enumerate(record.segments):
        for at, adjudication in _adjudications(segment):
            decided = bool(adjudication)
            if decided != (record.role == ADJUDICATOR):
                what = "a decision" if decided else "no decision"
                message = f"An item with {what} in a set of role {record.role}."
                yield Hit(f"/segments/{index}/{at}", message)


def _adjudications(
    segment: JudgedSegment,
) -> Iterator[tuple[str, Adjudication | UnsetType]]:
    for index, mention in enumerate(segment.mentions):
        yield f"mentions/{index}", mention.adjudication
    for index, claim in enumerate(segment.claims):
        yield f"claims/{index}", claim.adjudication
    for index, stance in enumerate(segment.stances):
        yield f"stances/{index}", stance.adjudication
    for key, judgement in segment.panel.items():
        yield f"panel/{key}", judgement.adjudication


@check("ANN009", Level.WARNING, on=AnnotationSet)
def reading_is_no_copy(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A reading made without suggestions does not repeat the sentences of another one.

    Why: a copy agrees with the original in everything, but agreement is measured
    between independent readings.
    Fix: set `saw_suggestions` in the set that started from the other one, or delete one
    of them.
    Example: a set that was pasted under another pseudonym.
    """
    own, kind = _sentences(record), _kind_of(record, context)
    if not is_reading(record.role) or record.saw_suggestions or len(own) < FEW:
        return
    for other in context.dossier.sets:
        if other is record:
            return  # it is the later one that copies
        if other.role == ADJUDICATOR or other.saw_suggestions:
            continue
        if _kind_of(other, context) != kind:
            continue  # ANN016 reports it
        if own <= _sentences(other):
            message = (
                f"All {len(own)} claim sentences are identical to sentences in the set of"
                f" \u2018{other.annotator}\u2019."
            )
            yield Hit("/annotator", message)
            return


@check("ANN016", Level.ERROR, on=AnnotationSet)
def populations_are_not_mixed(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Sets of people and of language models do not have the same sentences.

    Claims accepted from suggestions (`origin`) are not compared.

    Why: every label must show who made it. A copy of a model's set under a person's
    pseudonym would turn all its labels into human ones.
    Fix: enter the set under an annotator of the right kind; a person who worked from
    suggestions sets `origin` and `saw_suggestions`.
    Example: a set of a language model, renamed.
    """
    kind, own = _kind_of(record, context), _written(record)
    if record.role == ADJUDICATOR or kind is None or len(own) < FEW:
        return
    for other in context.dossier.sets:
        if other is record:
            return  # it is the later one that copies
        if other.role == ADJUDICATOR or _kind_of(other, context) in {None, kind}:
            continue
        theirs = _written(other)
        n_shared = len(own & theirs)
        if n_shared >= max(FEW, COPIED * min(len(own), len(theirs))):
            message = (
                f"{n_shared} of {len(own)} claim sentences are identical to those"
                f" of \u2018{other.annotator}\u2019, but one of the two is a person and"
                " the other a language model."
            )
            yield Hit("/annotator", message)
            return


def _kind_of(record: AnnotationSet, context: Context) -> str | None:
    """Return whether a person or a language model judged; None where ANN001 says so."""
    annotator = context.registries.annotators.get(record.annotator)
    return annotator.kind if annotator else None


def _written(record: AnnotationSet) -> frozenset[str]:
    """Return what an annotator wrote of claims themselves, folded to its words."""
    found = (
        " ".join(words(claim.normalised))
        for segment in record.segments
        for claim in segment.claims
        if claim.origin == "manual"
    )
    return frozenset(filter(None, found))


@check("ANN017", Level.WARNING, on=AnnotationSet)
def set_marks_something(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A set with full coverage of mentions or claims has at least one item.

    Texts shorter than a paragraph, reader comments and off-topic texts may have no
    items; they are not checked.

    Why: `full` means that anything not marked is absent. Such a set counts against
    every item that others marked; a person's set overrides all sets of language models.
    Fix: enter the items, or delete the set; for a layer that was not annotated, set the
    coverage to `none`.
    Example: coverage `full` of claims in all segments of an article, and no items.
    """
    marks = ("mentions", "claims", "stances")
    if record.role == ADJUDICATOR or any(
        getattr(segment, mark) for segment in record.segments for mark in marks
    ):
        return
    n_read, layers = 0, set()
    for _, segment, known in judged(record, context):
        full = {one for one in READ if getattr(segment.coverage, one) == FULL}
        if full and known.kind != COMMENT and known.topic_relevance != "off_topic":
            layers |= full
            n_read += sum(z.end - z.start for z in known.zones if z.is_annotatable)
    if n_read >= PARAGRAPH:
        message = (
            f"The set has no items, but {' and '.join(sorted(layers))} coverage is \u2018full\u2019"
            f" over {n_read:,} characters: it counts against every item that others"
            " marked."
        )
        yield Hit("/segments", message)


@check("ANN010", Level.ERROR, on=AnnotationSet)
def document_has_one_key(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A document has at most one key.

    Why: a key overrides all readings; two keys could contradict each other.
    Fix: use the role `annotator`, or `--replace` the existing key.
    Example: a copy of the key under another pseudonym.
    """
    others = [
        other.annotator
        for other in context.dossier.sets
        if other.role == KEY and other is not record
    ]
    if record.role == KEY and others:
        message = f"The document also has a key by \u2018{others[0]}\u2019."
        yield Hit("/role", message)


@check("ANN011", Level.ERROR, on=TrackedFile)
def set_lies_where_sets_are_read(file: TrackedFile, _: Context) -> Iterator[Hit]:
    """Sets are in annotations/, in the folder of their document.

    Why: sets elsewhere are not read or checked; a set with quotes contains words of the
    text.
    Fix: move it to annotations/<document>/<annotator>.json; import a set with quotes
    (`standpoint import quoted`), then delete it.
    Example: annotation/some-document/a.json
    """
    if _SET_PLACE.search(file.path) or not file.path.endswith(".json"):
        return
    if all(f'"{key}"' in file.text for key in _SET_KEYS):
        data = canonical.lenient(file.text)
        if isinstance(data, dict) and data.keys() >= _SET_KEYS:
            yield Hit(
                "",
                "This file is an annotation set, but sets are not read from this folder.",
                None,
                (1, 1),
            )


def _sentences(record: AnnotationSet) -> frozenset[str]:
    """Return what the annotator of a set wrote of claims."""
    return frozenset(
        claim.normalised for segment in record.segments for claim in segment.claims
    )


@check("ANN018", Level.ERROR, on=AnnotationSet)
def suggestions_were_seen(record: AnnotationSet, _: Context) -> Iterator[Hit]:
    """A set with items accepted from suggestions states that suggestions were seen.

    Why: readings that started from suggestions are not independent, and their agreement
    is measured separately.
    Fix: set `saw_suggestions` to true, or the `origin` of the items to `manual`.
    Example: "saw_suggestions": false and a mention of origin `suggestion_accepted`.
    """
    if record.saw_suggestions or record.role == ADJUDICATOR:
        return  # an adjudicator decides on what others took over
    origins = [
        (item.id, item.origin)
        for segment in record.segments
        for items in (segment.mentions, segment.claims, segment.stances)
        for item in items
    ]
    taken = [item for item, origin in origins if origin != "manual"]
    if taken:
        message = (
            "`saw_suggestions` is false, but items were accepted from suggestions:"
            f" {', '.join(taken[:FEW])}{' ...' if len(taken) > FEW else ''}."
        )
        yield Hit("/saw_suggestions", message)


@check("ANN019", Level.WARNING, on=AnnotationSet)
def full_layers_have_items(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A segment with full coverage of actors, or of claims, has at least one.

    Texts shorter than a paragraph, reader comments and off-topic texts may have none;
    they are not checked.

    Why: `full` means that anything not marked is absent: it counts against every item
    that others marked.
    Fix: mark the items; for a layer that was not annotated, set the coverage to `none`.
    Example: coverage of claims `full`, and no claim in an article of two pages.
    """
    if record.role == ADJUDICATOR or not any(
        segment.mentions or segment.claims or segment.stances
        for segment in record.segments
    ):
        return  # ANN017 reports it of the whole set
    seen: set[str] = set()
    for pointer, segment, known in judged(record, context):
        size = sum(z.end - z.start for z in known.zones if z.is_annotatable)
        may_be_empty = known.kind == COMMENT or known.topic_relevance == "off_topic"
        may_be_empty |= known.id in seen  # SEG005 reports it
        seen.add(known.id)
        for layer in READ if size >= PARAGRAPH and not may_be_empty else ():
            has_items = bool(getattr(segment, ITEMS[layer]))
            if getattr(segment.coverage, layer) == FULL and not has_items:
                message = (
                    f"There are no {ITEMS[layer]}, but coverage of {layer} is"
                    f" \u2018full\u2019 over {size:,} characters."
                )
                yield Hit(f"{pointer}/coverage/{layer}", message)
