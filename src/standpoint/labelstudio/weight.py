"""What hangs on the set of one person: who decides alone, and who says that nothing is there.

One person's votes go before those of all language models, and where somebody looked in full
and marked nothing, each item has one voice against it. That is the rule; a supervisor should
see it coming, before a second person has read the text.
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
    """What one set changes.

    Attributes:
        path: The set.
        nothing: Layers that it read in full and marks nothing in.
        n_models: Sets of language models over which it alone decides; 0 where another
            person read the text as well.
        exists: Layer to number of items that are there, or not, because of it.
        judged: Layer to number of items whose labels it decides instead of models.
    """

    path: str
    nothing: tuple[str, ...]
    n_models: int
    exists: Counter[str]
    judged: Counter[str]


def weights(checkout: Checkout) -> Iterator[Weight]:
    """Yield the sets of people that decide alone or mark nothing, and change something.

    Args:
        checkout: The checkout; what cannot be read is left out.
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
    checkout.drain()  # `check` says what cannot be read


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
    """Return what is there, and who judged, because of a set: items of each layer."""
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
