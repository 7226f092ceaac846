"""From pairs to measures, each with its n and its interval over segments."""

from collections.abc import Iterator

from standpoint.agreement.statistics import Estimate, f1, ratio
from standpoint.scoring.labels import Labels
from standpoint.scoring.pairing import Pair
from standpoint.scoring.part import Part, Score, columns
from standpoint.scoring.task import Place, Task


def measured(
    pairs: dict[Place, list[Pair]],
    task: Task,
    names: dict[str, list[str]],
    given: set[str],
    least: int,
) -> Iterator[Score]:
    """Yield every measure of a prediction.

    Args:
        pairs: Segment to its pairs.
        task: What was predicted.
        names: Label column to its class names.
        given: Columns that the prediction has; others are not scored.
        least: Items below which a measure says nothing.
    """
    groups = dict.fromkeys(
        g for found in pairs.values() for p in found for g in p.groups
    )
    for group in sorted(groups, key=_ORDER.index):
        part = [[p for p in found if group in p.groups] for found in pairs.values()]
        held = Part(group, [found for found in part if found], least)
        yield from _found(held, "span" if task.by_spans else "item")
        if task.by_spans:
            yield from _found(held, "exact_span", exact=True)
        if group == "mention":
            yield _links(held)
        if group == "claim" and task.by_spans:
            yield (
                _claimants(held)
                if "claimants" in given
                else _absent(group, "claimant_f1")
            )
        for name in task.labels:
            if given & {name, f"{name}_soft"}:
                yield from Labels(held, name, names[name], task.by_spans).scores()
            else:
                yield _absent(group, "macro_f1", name)


_ORDER = (
    *("panel", "actor", "issue", "claim"),
    *("mention", "source", "nearest", "origin"),
)
"""Groups in the order in which they are reported."""


def _absent(group: str, measure: str, attribute: str = "") -> Score:
    none = Estimate(None, None, None, 0, 0, remarks=("not predicted",))
    return Score(group, measure, attribute, "", none)


def _found(part: Part, what: str, *, exact: bool = False) -> Iterator[Score]:
    """Yield how many items were found and how many predictions are items."""

    def is_hit(one: Pair) -> bool:
        return bool(one.true and one.predicted) and (one.is_exact or not exact)

    hits = [sum(map(is_hit, found)) for found in part.segments]
    true = [sum(p.true is not None for p in found) for found in part.segments]
    guessed = [sum(p.predicted is not None for p in found) for found in part.segments]
    n = sum(true)
    yield part.score(f"{what}_f1", columns(hits, true, guessed), f1, n)
    yield part.score(f"{what}_precision", columns(hits, guessed), ratio, sum(guessed))
    yield part.score(f"{what}_recall", columns(hits, true), ratio, n)


def _links(part: Part) -> Score:
    """Return the share of matched mentions with exactly the right actors."""
    rows = []
    for found in part.segments:
        hits = [
            p.true.actors == p.predicted.actors
            for p in found
            if p.true and p.predicted and p.true.actors is not None
        ]
        rows.append((sum(hits), len(hits)))
    return part.score("link_accuracy", rows, ratio, sum(n for _, n in rows))


def _claimants(part: Part) -> Score:
    """Return F1 of the claimants of matched claims; n are those that have any."""
    rows, n = [], 0
    nobody: frozenset[str] = frozenset()
    for found in part.segments:
        sides = [
            (p.true.claimants, p.predicted.claimants or nobody)
            for p in found
            if p.true and p.predicted and p.true.claimants is not None
        ]
        n += sum(bool(true or guessed) for true, guessed in sides)
        hits = sum(len(true & guessed) for true, guessed in sides)
        rows.append(
            (hits, sum(len(t) for t, _ in sides), sum(len(g) for _, g in sides))
        )
    return part.score("claimant_f1", rows, f1, n)
