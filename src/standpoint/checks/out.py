"""OUT: outlets."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from standpoint.checks.context import Context
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Outlets

MAX_AGE_DAYS = 731


@check("OUT001", Level.ERROR, on=Outlets)
def state_relation_has_evidence(record: Outlets, _: Context) -> Iterator[Hit]:
    """A state relation other than `unknown` has dated evidence.

    Why: it is a fact about ownership at a point in time, not a reputation.
    Fix: add `state_evidence` with URL and date, or use `unknown`.
    Example: `state_controlled` with an empty list of evidence.
    """
    for index, outlet in enumerate(record.outlets):
        if outlet.state_relation != "unknown" and not outlet.state_evidence:
            message = f"\u2018{outlet.id}\u2019 has the state relation {outlet.state_relation}, but no evidence."
            yield Hit(f"/outlets/{index}/state_relation", message)


@check("OUT002", Level.WARNING, on=Outlets)
def outlet_was_checked_lately(record: Outlets, context: Context) -> Iterator[Hit]:
    """Facts about an outlet were checked within two years of the dataset's date.

    Why: ownership changes.
    Fix: check again and enter the date.
    Example: checked 2021-03-01 in a dataset of 2026.
    """
    today = date.fromisoformat(context.registries.dataset.date)
    for index, outlet in enumerate(record.outlets):
        if outlet.fictional or outlet.state_relation == "unknown":
            continue
        age = (
            (today - date.fromisoformat(outlet.checked)).days
            if outlet.checked
            else None
        )
        if age is None or age > MAX_AGE_DAYS:
            when = (
                f"last checked on {outlet.checked}"
                if outlet.checked
                else "never checked"
            )
            message = f"\u2018{outlet.id}\u2019 was {when}."
            yield Hit(f"/outlets/{index}/checked", message)


@check("OUT003", Level.ERROR, on=Outlets)
def outlet_ids_are_unique(record: Outlets, context: Context) -> Iterator[Hit]:
    """Outlet ids are unique; an actor with the same id is a media outlet.

    Why: an outlet that is also cited has the same id in both registries.
    Fix: give one of the two another id.
    Example: an outlet with the id of a ministry.
    """
    counts = Counter(outlet.id for outlet in record.outlets)
    seen = set()
    for index, outlet in enumerate(record.outlets):
        actor = context.actor(outlet.id)
        pointer = f"/outlets/{index}/id"
        if counts[outlet.id] > 1 and outlet.id in seen:
            yield Hit(pointer, f"The id \u2018{outlet.id}\u2019 is used twice.")
        elif actor is not None and actor.kind != "media_outlet":
            message = (
                f"The id \u2018{outlet.id}\u2019 is also an actor of kind {actor.kind}."
            )
            yield Hit(pointer, message)
        seen.add(outlet.id)


@check("OUT004", Level.WARNING, on=Outlets)
def outlet_dates_are_past(record: Outlets, context: Context) -> Iterator[Hit]:
    """No date on a real outlet is more than a year after the date of the dataset.

    Why: a date in the future is a typing error, and would pass as recent for years.
    Fix: correct the date; if it is right, update the date in corpus/dataset.json.
    Example: "checked": "2062-11-20" in a dataset of 2026.
    """
    for index, outlet in enumerate(record.outlets):
        if outlet.fictional:
            continue
        at = f"/outlets/{index}"
        days = [(f"{at}/checked", outlet.checked)]
        days += [
            (f"{at}/state_evidence/{n}/date", evidence.date)
            for n, evidence in enumerate(outlet.state_evidence)
        ]
        days += [
            (f"{at}/ratings/{n}/date", rating.date)
            for n, rating in enumerate(outlet.ratings)
        ]
        for pointer, day in days:
            if problem := context.too_late(day):
                yield Hit(pointer, f"The date is {problem}.")
