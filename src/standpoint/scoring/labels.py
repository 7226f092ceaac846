"""Scores of one label column: macro-F1, soft measures, and each label."""

from collections.abc import Callable, Iterator
from typing import Any

from standpoint.agreement.statistics import (
    Array,
    Estimate,
    cross_entropy,
    f1,
    jensen_shannon,
    ratio,
)
from standpoint.scoring.pairing import Pair
from standpoint.scoring.part import ENOUGH, Part, Score, columns


class Labels:
    """Scores of one label column over one part.

    Args:
        part: The pairs.
        name: The label column.
        names: Its class names.
        matched_only: Whether only matched items count. Else an item without prediction
            is a miss of its label, and a prediction without item a false one.
    """

    def __init__(
        self, part: Part, name: str, names: list[str], matched_only: bool
    ) -> None:
        self._part, self._name, self._names = part, name, names
        self._matched_only = matched_only
        self._matrices = [self._confusion(found) for found in part.segments]
        true = [item.labels[name] for item in part.true]
        self._support = [true.count(code) for code in range(len(names))]

    def scores(self) -> Iterator[Score]:
        """Yield the macro-F1s, the soft measures, and each label."""
        present = [code for code, n in enumerate(self._support) if n]
        enough = [code for code in present if self._support[code] >= ENOUGH]
        yield self._classes(enough)
        yield self._macro("macro_f1_of_all_labels", present)
        if self._name == "label":
            sides = [self._names.index(name) for name in ("support", "oppose")]
            found = self._macro("support_oppose_f1", sides)
            few = [self._names[c] for c in sides if self._support[c] < ENOUGH]
            yield found._replace(is_few=bool(few))
        yield from self._soft()
        for code in present:
            yield from self._label(code)

    def _confusion(self, found: list[Pair]) -> Array:
        """Return (labels + 1, labels + 1) counts, true by predicted; last: none."""
        import numpy as np

        none = len(self._names)
        counts = np.zeros((none + 1, none + 1))
        for true, predicted in found:
            if self._matched_only and (true is None or predicted is None):
                continue
            row = true.labels[self._name] if true else none
            column = predicted.labels[self._name] if predicted else None
            if row is not None:
                counts[row, none if column is None else column] += 1
        counts[none, none] = 0
        return counts

    def _macro(self, measure: str, codes: list[int]) -> Score:
        """Return the mean F1 of those labels that are there or predicted at all."""
        n = int(sum(counts[:-1].sum() for counts in self._matrices))
        summed = sum(self._matrices)
        there = [code for code in codes if summed[code].sum()]
        counted = [code for code in codes if code in there or summed[:, code].sum()]
        found = self._part.score(
            measure,
            [counts.ravel() for counts in self._matrices],
            lambda rows: _macro_f1(rows, counted, there),
            n,
            self._name,
        )
        return found._replace(over=tuple(self._names[code] for code in counted))

    def _classes(self, enough: list[int]) -> Score:
        """Return macro-F1 of the labels that can be scored as classes.

        Of one label it would be no mean: naming that label always would come out well.
        """
        found = self._macro("macro_f1", enough)
        if len(enough) > 1 or not any(self._support):
            return found
        which = "only one label has" if enough else "no label has"
        note = f"{which} {ENOUGH} resolved items"
        n, n_segments = found.estimate.n, found.estimate.n_segments
        return found._replace(
            estimate=Estimate(None, None, None, n, n_segments, remarks=(note,))
        )

    def _label(self, code: int) -> Iterator[Score]:
        """Yield precision, recall and F1 of one label."""
        hits = [counts[code, code] for counts in self._matrices]
        true = [counts[code].sum() for counts in self._matrices]
        guessed = [counts[:, code].sum() for counts in self._matrices]
        n_true, n_guessed = int(sum(true)), int(sum(guessed))
        for measure, rows, statistic, n in (
            ("precision", columns(hits, guessed), ratio, n_guessed),
            ("recall", columns(hits, true), ratio, n_true),
            ("f1", columns(hits, true, guessed), f1, n_true),
        ):
            one = self._part.score(measure, rows, statistic, n, self._name)
            few = self._support[code] < ENOUGH
            yield one._replace(label=self._names[code], is_few=few)

    def _soft(self) -> Iterator[Score]:
        """Yield how far predicted distributions are from the votes, item by item."""
        segments = [
            [both for p in found if (both := _shares(p, self._name))]
            for found in self._part.segments
        ]
        sizes = [len(found) for found in segments]
        for measure, distance in (
            ("cross_entropy", cross_entropy),
            ("cross_entropy_floor", lambda true, _: cross_entropy(true, true)),
            ("jensen_shannon", jensen_shannon),
        ):
            sums = [_sum(found, distance) for found in segments]
            rows, n = columns(sums, sizes), sum(sizes)
            yield self._part.score(measure, rows, ratio, n, self._name)


def _shares(pair: Pair, name: str) -> tuple[Any, Any] | None:
    """Return the distribution of the votes and the predicted one, or None."""
    true = pair.true.soft[name] if pair.true else None
    if true is None or pair.predicted is None:
        return None
    shares, code = pair.predicted.soft[name], pair.predicted.labels[name]
    if shares is None and code is not None:
        shares = tuple(float(place == code) for place in range(len(true)))
    return None if shares is None else (true, shares)


def _sum(found: list[Any], distance: Callable[[Any, Any], Array]) -> float:
    if not found:
        return 0.0
    true, predicted = zip(*found, strict=True)
    return float(distance(true, predicted).sum())


def _macro_f1(rows: Array, codes: list[int], needed: list[int]) -> float | None:
    """Return the mean F1 of labels, always of the same ones.

    Without its items a label has no F1, and a mean without it is another measure. A
    label that is nowhere in the data has 0, whether or not it is predicted here.

    Args:
        rows: (segments, (labels + 1) ** 2) counts, true by predicted.
        codes: Labels whose mean it is.
        needed: Those of them that are in the data; None where one of them is missing.
    """
    import numpy as np

    summed = rows.sum(axis=0)
    size = round(len(summed) ** 0.5)
    counts = summed.reshape(size, size)
    true, guessed = counts.sum(axis=1), counts.sum(axis=0)
    if not codes or not true[needed].all():
        return None
    below = np.maximum((true + guessed)[codes], 1)
    return float(np.mean(2 * counts.diagonal()[codes] / below))
