"""How well a panel label can be predicted without reading: from outlet, date or length."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Any, NamedTuple

from standpoint.agreement.statistics import Estimate, estimate, ratio
from standpoint.datasheet.facts import Facts, place
from standpoint.datasheet.stance import addressed
from standpoint.tables import Row

LEAST_LEAF = 2
DEPTH = 3

Feature = Callable[[Row], float]


class Case(NamedTuple):
    """A panel judgement to be predicted without reading.

    Attributes:
        segment: Row of its segment.
        target: The target.
        label: Its resolved label.
    """

    segment: Row
    target: str
    label: str


Fold = Callable[[Case], Hashable]

FOLDS: dict[str, Fold] = {
    "document": lambda case: case.segment["document_id"],
    "segment": lambda case: place(case.segment),
}
"""What is left out at a time."""


def leakage(facts: Facts) -> dict[str, Any]:
    """Compare what outlet, date and length alone predict with the majority per target."""
    cases = _cases(facts)
    lines = []
    for name, features in _predictors(cases).items():
        found = (predicted(cases, features, fold) for fold in FOLDS.values())
        lines.append([name, *(_accuracy(cases, guesses) for guesses in found)])
    segments = {place(case.segment): case.segment for case in cases}
    outlets: dict[str, set[str]] = {}
    for row in segments.values():
        if row["outlet_id"] is not None:
            outlets.setdefault(row["outlet_id"], set()).add(row["document_id"])
    counts = Counter(row["outlet_id"] for row in segments.values() if row["outlet_id"])
    return {
        "rows": lines,
        "n_outlets": len(outlets),
        "n_across": sum(len(documents) > 1 for documents in outlets.values()),
        "n_alone": sum(n == 1 for n in counts.values()),
        "depth": DEPTH,
        "least_leaf": LEAST_LEAF,
        "n_cases": len(cases),
        "n_segments": len(segments),
        "n_documents": len({row["document_id"] for row in segments.values()}),
    }


def _cases(facts: Facts) -> list[Case]:
    kept = set(addressed(facts))
    return [
        Case(facts.segments[place(row)], row["target_id"], row["label"])
        for row in facts.panel
        if row["label"] in kept
    ]


def _predictors(cases: list[Case]) -> dict[str, list[Feature]]:
    """Return, per line of the table, the features of a segment."""
    outlets = sorted({case.segment["outlet_id"] or "" for case in cases})
    return {
        "target alone (majority)": [],
        "target and outlet": [_is_outlet(outlet) for outlet in outlets],
        "target and date": [_day],
        "target and length": [lambda segment: float(segment["n_words"])],
    }


def _is_outlet(outlet: str) -> Feature:
    return lambda segment: float((segment["outlet_id"] or "") == outlet)


def _day(segment: Row) -> float:
    known = segment["published_earliest"] or segment["published_latest"]
    return float(date.fromisoformat(known).toordinal()) if known else 0.0


def predicted(cases: list[Case], features: list[Feature], fold: Fold) -> list[str]:
    """Predict each label from the judgements of all other folds.

    Args:
        cases: The judgements.
        features: What is known of a segment; nothing for the majority.
        fold: What is left out together.
    """
    guesses: dict[int, str] = {}
    for left_out in sorted({fold(case) for case in cases}, key=str):
        known = [case for case in cases if fold(case) != left_out]
        asked = {n: c for n, c in enumerate(cases) if fold(c) == left_out}
        guesses |= _predicted(known, asked, features)
    return [guesses[n] for n in range(len(cases))]


def _predicted(
    known: list[Case], asked: dict[int, Case], features: list[Feature]
) -> Iterator[tuple[int, str]]:
    for target in sorted({case.target for case in asked.values()}):
        own = [case for case in known if case.target == target]
        rows = {n: case for n, case in asked.items() if case.target == target}
        if len({case.label for case in own}) > 1 and features:
            yield from zip(
                rows, _by_tree(own, list(rows.values()), features), strict=True
            )
        else:
            guess = majority(own or known)
            yield from ((n, guess) for n in rows)


def majority(cases: list[Case]) -> str:
    """Return the most frequent label; of several, the first in the alphabet."""
    counts = Counter(case.label for case in cases)
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _by_tree(own: list[Case], asked: list[Case], features: list[Feature]) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    # Whole numbers in, a fixed seed: the same tree on every machine.
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=LEAST_LEAF, random_state=0
    )
    tree.fit(_values(own, features), [case.label for case in own])
    return map(str, tree.predict(_values(asked, features)))


def _values(cases: list[Case], features: list[Feature]) -> list[list[float]]:
    return [[feature(case.segment) for feature in features] for case in cases]


def _accuracy(cases: list[Case], guesses: list[str]) -> Estimate:
    import numpy as np

    rows: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for case, guess in zip(cases, guesses, strict=True):
        hit = int(case.label == guess)
        rows.setdefault(place(case.segment), []).append((hit, 1))
    arrays = [np.array(rows[key]) for key in sorted(rows)]
    return estimate(arrays, ratio, n=len(cases))
