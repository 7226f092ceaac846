"""Score predictions against the resolved labels of a built dataset.

What is counted: resolved items that exist, in segments that somebody looked at in full.
Where the judges split evenly on an item, a prediction of it counts neither for nor
against; where they did on a label, the label is left out and its distribution counts.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from standpoint.agreement.statistics import LEAST, Estimate, shown
from standpoint.records.findings import printable
from standpoint.records.vocabulary import LANGUAGE_MODEL
from standpoint.scoring.items import TASKS, Reader
from standpoint.scoring.measures import ENOUGH, Score, measured
from standpoint.scoring.pairing import pair
from standpoint.scoring.rows import PredictionError, read, read_predictions

__all__ = ["CIRCULAR", "TASKS", "PredictionError", "Score", "Scores", "score"]

CIRCULAR = (
    "A language model made these labels: scoring language models on them is circular."
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
        raise KeyError(f"there is no measure {wanted!r}")

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


def score(
    predictions: Any,
    dataset: Any,
    config: str = "claim",
    split: str = "pilot",
    *,
    segments: Any = None,
    least: int = LEAST,
) -> Scores:
    """Score predictions against one split of one config.

    Args:
        predictions: Rows shaped like those of the config: a list of dicts, a
            `datasets.Dataset`, a dataframe, or a path to .jsonl, .json or .parquet.
            Labels are names or class numbers; `<label>_soft` is a share per class. An
            empty list predicts nothing, but a file without rows is an error.
        dataset: Folder of a built dataset, or a `Dataset` or `DatasetDict` of the
            config.
        config: `claim`, `stance`, `actor` or `source_type`.
        split: Name of a split.
        segments: With a `Dataset`: the config `segment`, which says who looked where.
            Without it, predictions in segments without any row are ignored.
        least: Number of items below which a measure has no value; its note says so.

    Returns:
        Every measure with n and interval; printing it gives a page of text.

    Raises:
        PredictionError: If a prediction is not valid; a `ValueError`.
        ValueError: If the config or the split is not valid.
        FileNotFoundError: If a file or folder does not exist.
    """
    if config not in TASKS:
        raise ValueError(
            f"the config {config!r} cannot be scored. Configs: {', '.join(TASKS)}"
        )
    task, known = TASKS[config], read(dataset, config, split, segments)
    names = known.table.names
    needed = {*task.keys, *task.labels, "exists", "judged_by", "taken_from"}
    if not needed <= known.table.features.keys():
        raise ValueError(f"the dataset does not have the columns of {config!r}")
    judges = Counter(names["judged_by"][row["judged_by"]] for row in known.table.rows)
    makers = {row["taken_from"] for row in known.table.rows}
    rows, reader = read_predictions(predictions), Reader(known)
    guessed = reader.predictions(rows)
    found = pair(reader.references(), guessed, known.segments, task)
    standard = dict.fromkeys((*known.table.rows[0], *task.columns))
    given = dict.fromkeys(str(name) for row in rows for name in row) or standard
    return Scores(
        config=config,
        split=split,
        judges=dict(sorted(judges.items())),
        is_circular=LANGUAGE_MODEL in judges or bool(makers & known.models),
        n_predictions=len(guessed),
        n_elsewhere=found.n_elsewhere,
        n_open=found.n_open,
        ignored_columns=tuple(name for name in given if name not in standard),
        scores=tuple(measured(found.pairs, task, names, set(given), least)),
    )


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
    titles = {
        False: "per label",
        True: f"too few to score a class (fewer than {ENOUGH} resolved items)",
    }
    for is_few, title in titles.items():
        part = [one for one in scores if one.label and one.is_few == is_few]
        if part:
            yield f"  {title}"
        for one in part:
            if not is_few or one.measure == "f1":
                name = f"{one.attribute} {one.label} {one.measure}"
                yield f"    {name:<42} {shown(one.estimate)}"
