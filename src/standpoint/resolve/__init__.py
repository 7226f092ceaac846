"""Resolve what several annotators judged: votes, soft labels and resolved labels.

Nothing is overwritten: every group of items is kept with all its votes. The labels of
one population decide (people before language models; the key of a calibration
document alone), attribute by attribute, by strict majority; a tie is null. An
adjudicator's decision goes before the majority. Spans, normalised sentence, chains and
`about` are never mixed: they come whole from one member.
"""

from standpoint.records.model import Annotator, Dossier
from standpoint.records.vocabulary import LAYERS
from standpoint.resolve.attribute import ATTRIBUTES, Attribute
from standpoint.resolve.decide import tally
from standpoint.resolve.item import (
    Reading,
    judge,
    population,
    resolved_claims,
    resolved_mentions,
)
from standpoint.resolve.source import claimants, resolved_sources
from standpoint.resolve.stance import (
    carrier_stances,
    resolved_stances,
    with_carrier_stance,
)
from standpoint.resolve.vote import Opinion, Resolved, Source, Tally, Vote, places

__all__ = [
    "ATTRIBUTES",
    "Attribute",
    "Opinion",
    "Resolved",
    "Source",
    "Tally",
    "Vote",
    "claimants",
    "judge",
    "places",
    "resolve",
    "tally",
]


def resolve(
    dossier: Dossier, annotators: dict[str, Annotator]
) -> dict[str, list[Resolved]]:
    """Resolve every layer of a document.

    Args:
        dossier: The document and its sets.
        annotators: Annotator id to annotator.

    Returns:
        Layer to resolved groups, in text order of the segments and, within one, in the
        order of the groups.
    """
    resolved: dict[str, list[Resolved]] = {layer: [] for layer in LAYERS}
    for segment in dossier.document.segments:
        readings = [
            Reading(
                found,
                judged,
                segment,
                population(found, annotators),
                judge(annotators[found.annotator]),
            )
            for found in dossier.sets
            for judged in found.segments
            if judged.segment == segment.id
        ]
        if not readings:
            continue
        claims = resolved_claims(readings)
        carrier = carrier_stances(claims)
        resolved["claim"] += with_carrier_stance(claims, carrier)
        resolved["actor"] += resolved_mentions(readings)
        resolved["stance"] += [*resolved_stances(readings, claims), *carrier]
        for claim in claims:
            resolved["source_type"] += resolved_sources(claim)
    return resolved
