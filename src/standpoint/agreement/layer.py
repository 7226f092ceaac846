"""What two or more readings of a segment give each measure, layer by layer.

Items are matched by their places alone: intersection over union of at least one half.
The dataset also joins items that overlap less and agree in label and actors; a measure
of how far these agree must not take its pairs by them. Every measure of matched items
takes them in the groups of all readings, F1 between each two of them.
"""

from collections.abc import Callable, Sequence

from standpoint.agreement.chain import claimants, ends, whole_chains
from standpoint.agreement.measure import (
    Found,
    Measure,
    Units,
    claim_item,
    claims,
    covering,
    known,
    matched,
    mention_item,
    mentions,
    shares,
    spans,
    values,
)
from standpoint.agreement.statistics import f1, nominal_alpha, ordinal_alpha, ratio
from standpoint.records.model import Claim
from standpoint.resolve import Opinion, Resolved
from standpoint.resolve.item import Reading, decided
from standpoint.resolve.match import Spans, length, overlap
from standpoint.resolve.stance import resolved_stances
from standpoint.resolve.vote import span_pairs

POLARITY = {"oppose": "oppose", "support": "support"} | dict.fromkeys(
    ("neutral", "mixed"), "neutral or mixed"
)
ABSENT = "not_addressed"

INDEPENDENCE = "normalised, share word for word"
"""The measure that is no repeatability: low where readings were made apart."""

MEASURES: dict[str, tuple[Measure, ...]] = {
    "actor": (
        Measure("spans, exact F1", f1),
        Measure("spans, F1", f1),
        Measure("link, share equal", ratio, wanted=0.8),
        Measure("link, alpha", nominal_alpha, wanted=0.8),
        Measure("naming, alpha", nominal_alpha, "naming", by_label=True),
        Measure("form, alpha", nominal_alpha, "mention_form", by_label=True),
    ),
    "claim": (
        Measure(
            "sentence has a claim, alpha",
            nominal_alpha,
            None,
            ("no", "yes"),
            wanted=0.5,
            said=("no claim", "a claim"),
        ),
        Measure("spans, exact F1", f1),
        Measure("spans, F1", f1),
        *(
            Measure(f"{name}, alpha", nominal_alpha, inventory, by_label=True)
            for name, inventory in (
                ("claim_type", "claim_type"),
                ("modality", "modality"),
                ("checkworthy", "checkworthy"),
                ("carrier_stance", "stance_label"),
                ("certainty_shift", "certainty_shift"),
                ("ironic", "ironic"),
            )
        ),
        Measure("about, share equal", ratio),
        Measure(INDEPENDENCE, ratio),
    ),
    "stance": (
        Measure(
            "panel: addressed, alpha",
            nominal_alpha,
            None,
            ("no", "yes"),
            wanted=0.7,
            coverage="panel",
        ),
        Measure(
            "panel: polarity, ordinal alpha",
            ordinal_alpha,
            None,
            ("oppose", "neutral or mixed", "support"),
            by_label=True,
            wanted=0.5,
            coverage="panel",
        ),
        Measure("quoted: who toward what, F1", f1),
        Measure("quoted: label, alpha", nominal_alpha, "stance_label", by_label=True),
    ),
    "source_type": (
        Measure(
            "nearest, alpha", nominal_alpha, "source_type", wanted=0.6, coverage="claim"
        ),
        Measure(
            "origin, alpha",
            nominal_alpha,
            "source_type",
            by_label=True,
            wanted=0.6,
            coverage="claim",
        ),
        Measure("claimants, share equal", ratio, coverage="claim"),
        Measure("whole chains, share equal", ratio, coverage="claim"),
    ),
}
"""Layer to its measures, in the order in which they are shown."""


def actor(readings: Sequence[Reading]) -> Units:
    """Return the units of mentions."""
    full = covering(readings, "actor")
    sets = [[mention_item(r, m) for m in r.judged.mentions] for r in full]
    pairs = list(matched(mentions(full)))
    links = [[known(mention.actors) for mention in group] for group in pairs]
    return {
        "spans, exact F1": spans(sets, exact=True),
        "spans, F1": spans(sets, exact=False),
        "link, share equal": shares(links),
        "link, alpha": values(links),
        "naming, alpha": values([[m.naming for m in group] for group in pairs]),
        "form, alpha": values([[m.form for m in group] for group in pairs]),
    }


def claim(readings: Sequence[Reading]) -> Units:
    """Return the units of claims."""
    full = covering(readings, "claim")
    sets = [[claim_item(r, c) for c in r.judged.claims] for r in full]
    pairs = list(matched(claims(full)))
    about = [[known([a.actor for a in c.about]) for c in group] for group in pairs]
    attributes = [measure.name for measure in MEASURES["claim"] if measure.inventory]
    return {
        "sentence has a claim, alpha": values(_sentences(full)),
        "spans, exact F1": spans(sets, exact=True),
        "spans, F1": spans(sets, exact=False),
        **{
            name: values(
                [[getattr(c, name.partition(",")[0]) for c in group] for group in pairs]
            )
            for name in attributes
        },
        "about, share equal": shares(about),
        # Own words that are the same would show readings that were not independent.
        INDEPENDENCE: shares([[c.normalised for c in group] for group in pairs]),
    }


def stance(readings: Sequence[Reading]) -> Units:
    """Return the units of the panel and of the stances of quoted holders."""
    return _panel(covering(readings, "panel")) | _quoted(covering(readings, "stance"))


def source_type(readings: Sequence[Reading]) -> Units:
    """Return the units of sources, of the claims that two or more readings marked."""
    full = covering(readings, "claim")
    pairs = [group for group in claims(full) if len(group) > 1]
    told = [ends(group, _alone(full)) for group in pairs]
    # Where nobody sees a source there is nothing to name: alpha alone counts it.
    sourced = [
        [vote.item.chains for vote in group]
        for group in pairs
        if any(vote.item.chains for vote in group)
    ]
    return {
        "nearest, alpha": values([[first for first, _ in group] for group in told]),
        "origin, alpha": values([[last for _, last in group] for group in told]),
        "claimants, share equal": shares(
            [[claimants(chains) for chains in group] for group in sourced]
        ),
        "whole chains, share equal": shares(
            [[whole_chains(chains) for chains in group] for group in sourced]
        ),
    }


LAYERS: dict[str, Callable[[Sequence[Reading]], Units]] = {
    "actor": actor,
    "claim": claim,
    "stance": stance,
    "source_type": source_type,
}
"""Layer to the function that gives its units."""


def _alone(readings: Sequence[Reading]) -> str:
    """Return the source type of what the voice of the segment says itself."""
    comment = any(reading.segment.kind == "comment" for reading in readings)
    return "reader" if comment else "self"


# sentences


def _sentences(readings: Sequence[Reading]) -> list[list[str]]:
    """Return for each sentence whether each reading has a claim in it."""
    if not readings:
        return []
    sentences = [(start, end) for start, end, _ in readings[0].segment.sentences]
    holding = [_with_claim(sentences, reading.judged.claims) for reading in readings]
    return [
        ["yes" if place in held else "no" for held in holding]
        for place in range(len(sentences))
    ]


def _with_claim(
    sentences: Sequence[tuple[int, int]], marked: Sequence[Claim]
) -> set[int]:
    """Return the places of the sentences that hold a claim.

    An occurrence lies in the sentence that has most of it, and in every other that it
    covers by half: a few words over the border do not make a second sentence.
    """
    held = set()
    for found in marked:
        for spans_ in (found.spans, *(other.spans for other in found.also_at)):
            held |= _sentences_of(sentences, span_pairs(spans_))
    return held


def _sentences_of(sentences: Sequence[tuple[int, int]], found: Spans) -> set[int]:
    shared = {n: overlap((place,), found) for n, place in enumerate(sentences)}
    shared = {n: size for n, size in shared.items() if size}
    if not shared:
        return set()
    most = max(shared, key=lambda n: shared[n])
    half = {n for n, size in shared.items() if size * 2 >= length((sentences[n],))}
    return half | {most}


# stances


def _panel(readings: Sequence[Reading]) -> Units:
    """Return the two steps of the panel: addressed at all, then where it stands."""
    targets = sorted({target for r in readings for target in r.judged.panel})
    given = {
        target: [
            r.judged.panel[target].label for r in readings if target in r.judged.panel
        ]
        for target in targets
    }
    addressed, polarity, left_out = {}, {}, 0
    for target, labels in given.items():
        addressed[target] = ["no" if label == ABSENT else "yes" for label in labels]
        present = [label for label in labels if label != ABSENT]
        placed = [POLARITY[label] for label in present if label in POLARITY]
        if len(present) > 1:
            left_out += len(present) - len(placed)
        polarity[target] = placed
    return {
        "panel: addressed, alpha": _tagged(addressed),
        "panel: polarity, ordinal alpha": _tagged(polarity)._replace(left_out=left_out),
    }


def _tagged(by_target: dict[str, list[str]]) -> Found:
    kept = {target: row for target, row in by_target.items() if len(row) > 1}
    return values(list(kept.values()))._replace(tags=tuple(kept))


def _quoted(readings: Sequence[Reading]) -> Units:
    """Return the stances of holders that the segment quotes or reports."""
    groups = [
        group.votes
        for group in (_stances(readings) if readings else ())
        if _is_quoted(group.taken.item)
    ]
    rows = []
    for n, left in enumerate(readings):
        for right in readings[n + 1 :]:
            of_left = [any(v.set is left.set for v in group) for group in groups]
            of_right = [any(v.set is right.set for v in group) for group in groups]
            both = sum(a and b for a, b in zip(of_left, of_right, strict=True))
            if any(of_left) or any(of_right):
                rows.append((both, sum(of_left), sum(of_right)))
    labels = [[vote.item.label for vote in group] for group in groups]
    return {
        "quoted: who toward what, F1": Found(tuple(rows), len(groups)),
        "quoted: label, alpha": values(labels),
    }


def _stances(readings: Sequence[Reading]) -> list[Resolved]:
    """Match stances: the same holder toward the same, of claims matched by place."""
    found = decided(claims(readings), readings, "claim", "claim")
    return resolved_stances(readings, found)


def _is_quoted(opinion: Opinion) -> bool:
    return opinion.holder.kind == "actor" and opinion.kind != "panel"
