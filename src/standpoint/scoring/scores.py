"""The result of scoring: looked up, printed, or as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from standpoint.agreement.statistics import Estimate, shown
from standpoint.records.findings import printable
from standpoint.scoring.part import ENOUGH, Score

CIRCULAR = (
    "These are labels made by a language model:"
    " scoring language models on them is circular."
)


@dataclass(frozen=True, repr=False)
class Scores:
    """How well a prediction fits the resolved labels of one split of one config.

    Attributes:
        config: Config that was predicted.
        split: Split of the dataset.
        judges: Population to the number of resolved rows that it judged.
        is_circular: Whether language models made any of these labels.
        n_predictions: Number of predictions.
        n_elsewhere: Of these, in segments that nobody looked at in full; ignored.
        n_open: Of these, of items of which it is not decided whether they exist; ignored.
        ignored_columns: Columns of the prediction that the config does not have.
        scores: All measures.
    """

    config: str
    split: str
    judges: dict[str, int]
    is_circular: bool
    n_predictions: int
    n_elsewhere: int
    n_open: int
    ignored_columns: tuple[str, ...]
    scores: tuple[Score, ...]

    def get(
        self, measure: str, attribute: str = "", label: str = "", group: str = ""
    ) -> Estimate:
        """Return one measure.

        Args:
            measure: As `span_f1` or `macro_f1`.
            attribute: Label column, where it is a measure of labels.
            label: One label of it.
            group: Part of the items; the first one where empty.

        Raises:
            KeyError: If there is no such measure.
        """
        for one in self.scores:
            if (
                (one.measure, one.attribute, one.label) == (measure, attribute, label)
            ) and group in ("", one.group):
                return one.estimate
        wanted = " ".join(filter(None, (group, attribute, label, measure)))
        raise KeyError(f"no measure {wanted!r}")

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data, for JSON."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        plain["warning"] = CIRCULAR if self.is_circular else None
        plain["scores"] = [
            one._asdict() | {"estimate": one.estimate.as_dict()} for one in self.scores
        ]
        return plain

    def __str__(self) -> str:
        """Return a page of text."""
        return "\n".join(_lines(self))

    __repr__ = __str__


def _lines(scores: Scores) -> Iterator[str]:
    yield f"{scores.config}, {scores.split}: {scores.n_predictions} predictions"
    if scores.n_elsewhere:
        yield f"ignored, in segments not looked at in full: {scores.n_elsewhere}"
    if scores.n_open:
        yield f"ignored, not decided whether they exist: {scores.n_open}"
    if scores.ignored_columns:
        yield f"columns not used: {', '.join(map(printable, scores.ignored_columns))}"
    judged = ", ".join(f"{name} {n}" for name, n in scores.judges.items())
    yield f"labels judged by: {judged}"
    if scores.is_circular:
        yield CIRCULAR
    if not scores.scores:
        yield "nothing to score: no segment was looked at in full"
    for group in dict.fromkeys(one.group for one in scores.scores):
        yield ""
        yield from _group(group, [one for one in scores.scores if one.group == group])


def _group(group: str, scores: list[Score]) -> Iterator[str]:
    yield group
    for one in scores:
        if not one.label:
            has_mean = one.over and one.estimate.value is not None
            more = f" over {len(one.over)} labels" if has_mean else ""
            more += f", one with fewer than {ENOUGH} items" if one.is_few else ""
            name = f"{one.attribute} {one.measure}".strip()
            yield f"  {name:<38} {shown(one.estimate)}{more}"
    labels = [one for one in scores if one.label]
    for is_few in (False, True):
        part = [one for one in labels if one.is_few == is_few]
        if part:
            yield (
                f"  too few to score a class (fewer than {ENOUGH} resolved items)"
                if is_few
                else "  per label"
            )
        for one in part:
            if is_few and one.measure != "f1":
                continue
            name = f"{one.attribute} {one.label} {one.measure}"
            yield f"    {name:<42} {shown(one.estimate)}"
