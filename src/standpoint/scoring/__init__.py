"""Score predictions against the resolved labels of a built dataset.

What is counted: resolved items that exist, in segments that somebody looked at in full.
An item on which the judges split evenly is neither rewarded nor punished; a label on
which they did is left out, and its distribution stays.
"""

from typing import Any

from standpoint.agreement import LEAST
from standpoint.scoring import reference
from standpoint.scoring.measures import measured
from standpoint.scoring.pairing import pair
from standpoint.scoring.part import Score
from standpoint.scoring.predictions import Reader
from standpoint.scoring.rows import PredictionError, read_rows
from standpoint.scoring.scores import CIRCULAR, Scores
from standpoint.scoring.task import TASKS

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
            `datasets.Dataset`, or a path to .jsonl or .parquet. Labels are names or
            class numbers; `<label>_soft` is a share per class.
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
        ValueError: If a prediction, the config or the split is not as it should be.
        FileNotFoundError: If a file or folder is not there.
    """
    known = reference.read(dataset, config, split, segments)
    rows = read_rows(predictions)
    reader, task = Reader(known), TASKS[config]
    guessed = reader.predictions(rows)
    found = pair(reader.references(), guessed, known.segments, task)
    given = {name for row in rows for name in row} if rows else set(known.rows[0])
    return Scores(
        config=config,
        split=split,
        judges=known.judges,
        is_circular=known.is_circular,
        n_predictions=len(guessed),
        n_elsewhere=found.n_elsewhere,
        n_open=found.n_open,
        scores=tuple(measured(found.pairs, task, known.names, given, least)),
    )
