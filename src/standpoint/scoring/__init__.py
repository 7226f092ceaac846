"""Score predictions against the resolved labels of a built dataset.

What is counted: resolved items that exist, in segments that somebody looked at in full.
An item on which the judges split evenly is neither rewarded nor punished; a label on
which they did is left out, and its distribution stays.
"""

from typing import Any

from standpoint.agreement.statistics import LEAST
from standpoint.scoring import reference
from standpoint.scoring.measures import measured
from standpoint.scoring.pairing import pair
from standpoint.scoring.part import Score
from standpoint.scoring.predictions import Reader
from standpoint.scoring.rows import named, read_rows
from standpoint.scoring.scores import CIRCULAR, Scores
from standpoint.scoring.task import TASKS
from standpoint.scoring.values import PredictionError
from standpoint.tables import Row

__all__ = ["CIRCULAR", "TASKS", "PredictionError", "Score", "Scores", "score"]


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
            `datasets.Dataset`, a dataframe, or a path to .jsonl, .json or .parquet. Labels are names or
            class numbers; `<label>_soft` is a share per class. No rows are a prediction
            of nothing, but a file without rows is an error.
        dataset: Folder of a built dataset, or a `Dataset` or `DatasetDict` of the
            config.
        config: `claim`, `stance`, `actor` or `source_type`.
        split: Name of a split.
        segments: With a `Dataset`: the config `segment`, which says who looked where.
            Without it, predictions in segments without any row are ignored.
        least: Items below which a measure has no value; its note says so.

    Returns:
        Every measure with n and interval; printing it gives a page of text.

    Raises:
        PredictionError: If a prediction is not as it should be; a `ValueError`.
        ValueError: If the config or the split is not as it should be.
        FileNotFoundError: If a file or folder is not there.
    """
    known = reference.read(dataset, config, split, segments)
    return _scores(known, read_rows(predictions), least)


def _scores(known: reference.Reference, rows: list[Row], least: int) -> Scores:
    """Score rows; the arguments are those of `score`, read."""
    reader, task = Reader(known), TASKS[known.config]
    guessed = reader.predictions(rows)
    found = pair(reader.references(), guessed, known.segments, task)
    standard = dict.fromkeys((*known.rows[0], *task.columns))
    given = named(rows) or standard
    return Scores(
        config=known.config,
        split=known.split,
        judges=known.judges,
        is_circular=known.is_circular,
        n_predictions=len(guessed),
        n_elsewhere=found.n_elsewhere,
        n_open=found.n_open,
        ignored_columns=tuple(name for name in given if name not in standard),
        scores=tuple(measured(found.pairs, task, known.names, set(given), least)),
    )
