"""The effect of one person's set: labels that it alone decides, and layers that it leaves empty.

One person outvotes all language models, and a person who covered a layer in full and marked
nothing votes against every item in it. A supervisor should know of this before a second person
has read the text.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, Annotator, Dossier
from standpoint.records.vocabulary import ADJUDICATOR, HUMAN, KEY, LANGUAGE_MODEL
from standpoint.resolve import resolve
from standpoint.resolve.item import empty_layers


class Weight(NamedTuple):
    """The effect of one set.

    Attributes:
        path: The set.
        nothing: Layers that it covers in full without marking anything.
        n_models: Number of sets of language models that it alone outvotes; 0 if another
            person read the text too.
        exists: Layer to number of items that exist, or do not, because of it.
        judged: Layer to number of items whose labels it decides instead of language models.
    """

    path: str
    nothing: tuple[str, ...]
    n_models: int
    exists: Counter[str]
    judged: Counter[str]


def weights(checkout: Checkout) -> Iterator[Weight]:
    """Yield the sets of people that decide alone or mark nothing, if that has an effect.

    Args:
        checkout: The checkout; files that cannot be read are left out.
    """
    registries = checkout.registries
    known = registries.annotators if registries else {}
    people = {f"{name}.json" for name, found in known.items() if found.kind == HUMAN}
    for document in checkout.documents:
        paths = checkout.sets_of(document)
        if not people & {path.rpartition("/")[2] for path in paths}:
            continue
        dossier = checkout.dossier(document)
        if dossier is not None:
            yield from _of_document(dossier, known)
    checkout.drain()  # `check` reports files that cannot be read


def _of_document(dossier: Dossier, known: dict[str, Annotator]) -> Iterator[Weight]:
    read = [s for s in dossier.sets if s.annotator in known and s.role != ADJUDICATOR]
    people = [s for s in read if known[s.annotator].kind == HUMAN and s.role != KEY]
    n_models = sum(known[s.annotator].kind == LANGUAGE_MODEL for s in read)
    for record in people:
        nothing = tuple(empty_layers(record))
        alone = n_models if len(people) == 1 else 0
        if nothing or alone:
            found = _weight(dossier, record, known)
            weight = Weight(dossier.path(record), nothing, alone, *found)
            if weight.exists or weight.judged:
                yield weight


def _weight(
    dossier: Dossier, record: AnnotationSet, known: dict[str, Annotator]
) -> tuple[Counter[str], Counter[str]]:
    """Return, by layer, the number of items that a set makes exist or decides on."""
    sets = tuple(one for one in dossier.sets if one.annotator in known)
    others = tuple(one for one in sets if one is not record)
    without, whole = (
        resolve(msgspec.structs.replace(dossier, sets=some), known)
        for some in (others, sets)
    )
    exists: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for layer, items in whole.items():
        by_vote = {vote.vote_id: item for item in without[layer] for vote in item.votes}
        for item in items:
            votes = (vote.vote_id for vote in item.votes)
            old = next((by_vote[vote] for vote in votes if vote in by_vote), item)
            exists[layer] += old.exists != item.exists
            judged[layer] += old.judged_by != item.judged_by
    return +exists, +judged
