"""The floor: what is reached without reading, and by a plain text classifier.

    .venv/bin/python benchmarks/baselines.py --dataset dist/standpoint-full

It needs scikit-learn, which comes with the extra `report`, and takes about two minutes.

Every outlet is predicted from the others (leave-outlet-out), so no baseline can learn
how one outlet writes or stands. The baselines:

- majority: the most frequent label of the other outlets.
- majority per target (stance): the same for each target of the panel.
- outlet: the most frequent label of other outlets of the same type and state relation,
  per target for stance; of the same type, of all, where there are none. An outlet's own
  name says nothing here, since none of its segments is ever seen.
- text: TF-IDF of words and pairs of words, logistic regression with rare labels
  weighted up, since macro-F1 counts them as much as frequent ones. For stance there is one
  model per target: in a linear model a target as a feature would shift all texts alike,
  and so could not say that a text is for one side and against another.

The text of a stance is the segment; of a claim type, the words of the claim; of an
origin, the sentences of the claim, without the words that name the source, since their
absence alone would give the carrier away; of a naming, the mention and what is around it.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import standpoint
from standpoint.agreement.statistics import shown
from standpoint.scoring.rows import read_split

AROUND = 40
"""Characters on each side of a mention."""

MISSING = (
    "baselines: scikit-learn is missing;"
    " .venv/bin/python -m pip install -c constraints/report.txt -e '.[report]'"
)

Row = dict[str, Any]
Distribution = list[float]


class Task(NamedTuple):
    """What is predicted.

    Attributes:
        name: As it is printed.
        config: Config of the rows.
        label: Label column.
        group: Part of the scores.
        by: Column each value of which is judged apart, or empty.
        text: The words to go by: (row, segment, rows of the config claim).
        wanted: Which rows are asked for.
    """

    name: str
    config: str
    label: str
    group: str
    by: str
    text: Callable[[Row, Row, dict[str, Row]], str | None]
    wanted: Callable[[Row, dict[str, list[str]]], bool]


class Example(NamedTuple):
    """A row to be predicted or learned from.

    Attributes:
        row: The row.
        outlet: Its outlet; commenters are one.
        kind: Type and state relation of the outlet.
        part: Value of the column that is judged apart.
        text: Its words, or None where the text is withheld.
        label: Class number, or None on a tie.
    """

    row: Row
    outlet: str
    kind: tuple[Any, Any]
    part: str
    text: str | None
    label: int | None


def segment_text(_row: Row, segment: Row, _claims: dict[str, Row]) -> str | None:
    """Return the whole segment."""
    return segment["text"]  # type: ignore[no-any-return]


def claim_text(row: Row, _segment: Row, _claims: dict[str, Row]) -> str | None:
    """Return the words of a claim."""
    return None if row["text"] is None else " ".join(row["text"])


def origin_text(row: Row, segment: Row, claims: dict[str, Row]) -> str | None:
    """Return the sentences in which the claim of a source stands."""
    if segment["text"] is None:
        return None
    spans = claims[row["claim_id"]]["spans"]
    first = segment["start"]
    return " ".join(
        segment["text"][sentence["start"] - first : sentence["end"] - first]
        for sentence in segment["sentences"]
        if any(
            sentence["start"] < span["end"] and span["start"] < sentence["end"]
            for span in spans
        )
    )


def mention_text(row: Row, segment: Row, _claims: dict[str, Row]) -> str | None:
    """Return a mention with the characters around it."""
    if segment["text"] is None:
        return None
    start, end = row["span"]["segment_start"], row["span"]["segment_end"]
    return segment["text"][max(0, start - AROUND) : end + AROUND]  # type: ignore[no-any-return]


def _all(_row: Row, _names: dict[str, list[str]]) -> bool:
    return True


TASKS = (
    Task(
        "panel stance",
        "stance",
        "label",
        "panel",
        "target_id",
        segment_text,
        lambda row, names: names["target_kind"][row["target_kind"]] == "panel",
    ),
    Task("claim type", "claim", "claim_type", "claim", "", claim_text, _all),
    Task(
        "source type of the origin",
        "source_type",
        "source_type",
        "origin",
        "",
        origin_text,
        lambda row, _: row["is_origin"],
    ),
    Task("naming", "actor", "naming", "mention", "", mention_text, _all),
)


# the data


def examples(task: Task, dataset: Path, split: str) -> list[Example]:
    """Return the rows of a task that exist."""
    table = read_split(dataset, task.config, split)
    segments = {
        (row["document_id"], row["segment_id"]): row
        for row in read_split(dataset, "segment", split).rows
    }
    claims = {row["item_id"]: row for row in read_split(dataset, "claim", split).rows}
    found = []
    for row in table.rows:
        if row["exists"] and task.wanted(row, table.names):
            segment = segments[row["document_id"], row["segment_id"]]
            found.append(
                Example(
                    row=row,
                    outlet=row["outlet_id"] or "",
                    kind=(segment["outlet_type"], segment["state_relation"]),
                    part=str(row[task.by]) if task.by else "",
                    text=task.text(row, segment, claims),
                    label=row[task.label],
                )
            )
    return found


# the baselines: (examples to learn from, one example, classes) to a distribution


Guess = Callable[[list[Example], list[Example], int], list[Distribution]]


def majority(known: list[Example], asked: list[Example], n: int) -> list[Distribution]:
    """Guess how often each label is given elsewhere."""
    return [_shares(known, n)] * len(asked)


def majority_per_part(
    known: list[Example], asked: list[Example], n: int
) -> list[Distribution]:
    """Guess how often each label is given elsewhere to the same target."""
    return [
        _shares([k for k in known if k.part == one.part] or known, n) for one in asked
    ]


def outlet(known: list[Example], asked: list[Example], n: int) -> list[Distribution]:
    """Guess how often each label is given by outlets of the same kind."""
    found = []
    for one in asked:
        same = [k for k in known if k.part == one.part] or known
        of_type = [k for k in same if k.kind[0] == one.kind[0]] or same
        found.append(_shares([k for k in of_type if k.kind == one.kind] or of_type, n))
    return found


def text(known: list[Example], asked: list[Example], n: int) -> list[Distribution]:
    """Guess by the words, with a model per target where there are targets."""
    found: dict[int, Distribution] = {}
    for part in sorted({one.part for one in asked}):
        here = [(i, one) for i, one in enumerate(asked) if one.part == part]
        learned = [k for k in known if k.part == part] or known
        guesses = _classified(learned, [one for _, one in here], n)
        found.update(zip((i for i, _ in here), guesses, strict=True))
    return [found[i] for i in range(len(asked))]


def _classified(
    known: list[Example], asked: list[Example], n: int
) -> list[Distribution]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    if len({k.label for k in known}) == 1:
        return [_shares(known, n)] * len(asked)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(max_iter=1000, class_weight="balanced"),
    )
    model.fit([k.text for k in known], [k.label for k in known])
    guesses = model.predict_proba([one.text for one in asked])
    spread = [dict(zip(model.classes_, row, strict=True)) for row in guesses]
    return [[float(row.get(code, 0.0)) for code in range(n)] for row in spread]


def _shares(known: Iterable[Example], n: int) -> Distribution:
    counts = Counter(one.label for one in known)
    return [counts[code] / counts.total() for code in range(n)]


BASELINES: dict[str, Guess] = {
    "majority": majority,
    "majority per target": majority_per_part,
    "outlet": outlet,
    "text": text,
}


# predictions and the table


def predicted(task: Task, found: list[Example], guess: Guess, n: int) -> list[Row]:
    """Predict every outlet from the others; return rows for the scorer."""
    rows = []
    for left_out in sorted({one.outlet for one in found}):
        asked = [one for one in found if one.outlet == left_out]
        known = [o for o in found if o.outlet != left_out and o.label is not None]
        for one, shares in zip(asked, guess(known, asked, n), strict=True):
            best = shares.index(max(shares))
            rows.append(one.row | {task.label: best, f"{task.label}_soft": shares})
    return rows


MEASURES = ("macro_f1", "macro_f1_of_all_labels", "jensen_shannon")


def table(dataset: Path, split: str) -> Iterable[str]:
    """Yield the lines of the table."""
    yield "| task | baseline | macro-F1, labels with n >= 30 | macro-F1, all labels | JSD |"
    yield "|---|---|---|---|---|"
    for task in TASKS:
        try:
            found = examples(task, dataset, split)
        except ValueError as error:  # a config without rows has no such split
            yield f"| {task.name} | all | not run: {error} | | |"
            continue
        for name, guess in BASELINES.items():
            if name == "majority per target" and not task.by:
                continue
            why = obstacle(name, found)
            if why:
                yield f"| {task.name} | {name} | not run: {why} | | |"
                continue
            print(f"baselines: {task.name}, {name} ...", file=sys.stderr, flush=True)
            n = len(read_split(dataset, task.config, split).names[task.label])
            rows = predicted(task, found, guess, n)
            scores = standpoint.score(rows, dataset, task.config, split)
            values = [scores.get(m, task.label, group=task.group) for m in MEASURES]
            cells = " | ".join(shown(value) for value in values)
            yield f"| {task.name} | {name} | {cells} |"


def obstacle(baseline: str, found: list[Example]) -> str:
    """Say why a baseline cannot be run, or nothing."""
    if baseline == "text" and any(one.text is None for one in found):
        return "the text is withheld in this edition"
    if len({one.outlet for one in found if one.label is not None}) <= 1:
        return "fewer than two outlets"
    return ""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True, help="a built edition")
    parser.add_argument("--split", default="pilot", help="default: %(default)s")
    options = parser.parse_args()
    try:
        import sklearn  # noqa: F401
    except ImportError:
        sys.exit(MISSING)
    if not (options.dataset / "data").is_dir():
        sys.exit(f"baselines: {options.dataset} is no built dataset")
    try:
        read_split(options.dataset, "segment", options.split)
    except ValueError as error:
        sys.exit(f"baselines: {error}")
    for line in table(options.dataset, options.split):
        print(line)


if __name__ == "__main__":
    main()
