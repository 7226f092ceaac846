"""`push --adjudicate`: the items on which readings differ, most contested first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from standpoint.forms import adjudication
from standpoint.forms.adjudication import (
    ABOUT_SEGMENT,
    LETTERS,
    Contested,
    Layer,
    Member,
)
from standpoint.forms.answers import Region, fitting
from standpoint.forms.convert_common import CannotShowError, digest, passage
from standpoint.forms.form import DECIDE, Form
from standpoint.labelstudio import handout
from standpoint.labelstudio.corpus_view import CorpusView
from standpoint.labelstudio.project import Server
from standpoint.labelstudio.push import Pushed, Pusher, judged_of
from standpoint.labelstudio.result import shown, written
from standpoint.labelstudio.task import Meta, table
from standpoint.labelstudio.workdir import Workdir
from standpoint.records.checkout import Checkout
from standpoint.records.findings import counted
from standpoint.records.model import AnnotationSet, Annotator, Dossier, Segment
from standpoint.records.vocabulary import ADJUDICATOR, HUMAN, KEY, is_reading
from standpoint.resolve import Opinion, Resolved, Vote, places, resolve
from standpoint.resolve.match import iou

_PANEL = "panel."
_NAMED = 5
"""Number of documents that a line names."""


class Dispute(NamedTuple):
    """What to push to an adjudicator.

    Attributes:
        adjudicator: Pseudonym.
        batch: Name of the batch.
        documents: Document ids; empty for all real documents with a text.
        layers: `actor`, `claim`, `stance`.
        tier: `core` or `extended`.
        named: Whether the adjudicator sees who made a reading.
    """

    adjudicator: str
    batch: str
    documents: tuple[str, ...]
    layers: tuple[Layer, ...]
    tier: str
    named: bool


class Contest(NamedTuple):
    """An item on which readings differ.

    Attributes:
        dossier: The document.
        layer: Its layer.
        item: The group.
        votes: The votes that count; spans are shown as in the first one.
        score: How much they differ; 0 if they agree.
    """

    dossier: Dossier
    layer: Layer
    item: Resolved
    votes: tuple[Vote, ...]
    score: float


def contests(
    dossier: Dossier, layers: Sequence[Layer], annotators: dict[str, Any]
) -> Iterator[Contest]:
    """Yield the items of a document on which the deciding readings differ.

    Only one population decides: people if there are any, else language models. A stance
    toward a claim is part of the claim.
    """
    resolved = resolve(dossier, annotators)
    for layer in layers:
        for item in resolved[layer]:
            votes = _counted(item)
            if not votes or (layer == "stance" and votes[0].item.kind == "claim"):
                continue
            score = _score(item, votes)
            if score > 0:
                yield Contest(dossier, layer, item, votes, score)


def _counted(item: Resolved) -> tuple[Vote, ...]:
    """Return the votes that count; the first one gives the spans."""
    return tuple(sorted(item.counted, key=lambda vote: vote is not item.taken))


def _score(item: Resolved, votes: Sequence[Vote]) -> float:
    """Return how much votes differ in existence, labels, sources and spans."""
    looked = max(item.n_looked, len(votes))
    missing = min(len(votes), looked - len(votes)) / looked if looked > 1 else 0.0
    labels = sum(1 - (found.top_share or 1) for found in item.labels.values())
    sources = _differ(_sources(vote.item) for vote in votes)
    # A stance is not a place: its evidence may be chosen freely.
    spans = [places(v.item) for v in votes if not isinstance(v.item, Opinion)]
    overlap = [iou(spans[0], other) for other in spans[1:]]
    apart = sum(1 - share for share in overlap) / len(overlap) / 4 if overlap else 0.0
    return 2 * missing + labels + sources / 2 + apart


def _differ(values: Iterable[Any]) -> bool:
    return len(set(values)) > 1


def _sources(item: Any) -> Any:
    """Return the nearest and the first source type of each chain of a claim."""
    return tuple(
        (chain[0].source_type, chain[-1].source_type)
        for chain in getattr(item, "chains", ())
    )


# pushing


def push_disputes(
    checkout: Checkout, server: Server, workdir: Workdir, dispute: Dispute
) -> Pushed:
    """Push items on which readings differ, and a task per segment for items that all missed.

    Raises:
        CampaignStop: If the push cannot go on.
    """
    with workdir.alone():
        reader = CorpusView(checkout, workdir)
        reader.person(dispute.adjudicator)
        pusher = Pusher(reader, server, workdir, dispute.adjudicator, dispute.batch)
        lines: list[str] = []
        pusher.look_for_known(lines)
        found = _found(reader, dispute, lines)
        tasks = _tasks(pusher, dispute, found)
        n_asked = sum(meta.place in pusher.pushed for meta, _ in tasks)
        n_asked += len(found) + len(list(_segments(found))) - len(tasks)
        if n_asked:
            verb = "exists" if n_asked == 1 else "exist"
            lines.append(f"{counted(n_asked, 'task')} already {verb}")
        n_new = pusher.add(tasks, lines)
        path = handout.write(workdir, server, reader.registries, dispute.adjudicator)
    return Pushed(lines, n_new, path)


def _tasks(
    pusher: Pusher, dispute: Dispute, found: Sequence[Contest]
) -> list[tuple[Meta, dict[str, Any]]]:
    """Return a task for each item, and for each segment that has any."""
    asked = _asked_already(pusher)
    tasks = [
        _Asked(pusher, dispute, contest.dossier, contest.layer).about_item(contest)
        for contest in found
    ]
    tasks = [(meta, made) for meta, made in tasks if not asked & _names(meta)]
    for dossier, layer, segment in _segments(found):
        made = _Asked(pusher, dispute, dossier, layer)
        tasks.append(made.about_segment(segment))
    return tasks


def _found(reader: CorpusView, dispute: Dispute, lines: list[str]) -> list[Contest]:
    """Return the contests, highest score first.

    Args:
        reader: The checkout.
        dispute: What to push to an adjudicator.
        lines: Gets a line for what was left out, with the reason.
    """
    without: dict[str, list[str]] = {}
    found: list[Contest] = []
    for document in dict.fromkeys(dispute.documents or reader.reporting()):
        dossier = reader.dossier(document)
        if dossier.text is None:
            lines.append(f"{document} was skipped (text not available); use --texts")
            continue
        for record in dossier.sets:
            reader.annotator(record.annotator)
        annotators = reader.registries.annotators
        own = 0
        before = len(found)
        for contest in contests(dossier, dispute.layers, annotators):
            if any(v.set.annotator == dispute.adjudicator for v in contest.votes):
                own += 1  # nobody decides on their own annotations
            else:
                found.append(contest)
        if own:
            lines.append(
                f"{document}: {counted(own, 'item')} left out, because"
                f" {dispute.adjudicator} annotated them"
            )
        elif len(found) == before:
            reason = _why_not(dossier, dispute, annotators)
            without.setdefault(reason, []).append(document)
    lines += [f"{_named(names)}: {reason}" for reason, names in without.items()]
    return sorted(found, key=lambda contest: -contest.score)


def _named(documents: Sequence[str]) -> str:
    """Name documents; of many, the first ones and the number of the rest."""
    more = len(documents) - _NAMED
    named = ", ".join(documents[:_NAMED])
    return f"{named} and {more:,} more" if more > 0 else named


def _why_not(
    dossier: Dossier, dispute: Dispute, annotators: Mapping[str, Annotator]
) -> str:
    """Return why a document has nothing to adjudicate."""
    keys = [s.annotator for s in dossier.sets if s.role == KEY]
    if len(keys) == 1:
        return f"nothing to adjudicate, because its key ({keys[0]}) decides"
    read = list(readings(dossier))
    people = [name for name in read if annotators[name].kind == HUMAN]
    if not keys and len(people or read) == 1 < len(read):
        return (
            f"nothing to adjudicate, because {people[0]} is the only person who annotated"
            " it, and people take precedence over language models"
        )
    if not keys and len(read) < 2:  # noqa: PLR2004 - it takes two to differ
        return f"nothing to adjudicate, because it has {counted(len(read), 'reading')}"
    layers = " and ".join(dispute.layers)
    return f"nothing to adjudicate, because its readings agree ({layers})"


def _asked_already(pusher: Pusher) -> set[tuple[str, ...]]:
    """Return the items of the adjudicator's tasks that have not changed since.

    A later reading may join an item; it is not decided on again.
    """
    return {
        name
        for meta in pusher.pushed.values()
        if meta.contested is not None
        and meta.document in pusher.reader.checkout.documents
        and not adjudication.changed(
            readings(pusher.reader.dossier(meta.document)), meta.segment, meta.contested
        )
        for name in _names(meta)
    }


def _names(meta: Meta) -> set[tuple[str, ...]]:
    """Return the items that a task is about."""
    members = meta.contested.members if meta.contested else ()
    return {(meta.document, meta.segment, meta.form, one.name) for one in members}


def readings(dossier: Dossier) -> dict[str, AnnotationSet]:
    """Return annotator to reading, of a document."""
    return {s.annotator: s for s in dossier.sets if is_reading(s.role)}


def _segments(found: Iterable[Contest]) -> Iterator[tuple[Dossier, Layer, Segment]]:
    """Yield the segments to which something may be added: those with mentions or claims."""
    seen = set()
    for contest in found:
        key = (contest.dossier.document.id, contest.layer, contest.item.segment.id)
        if contest.layer != "stance" and key not in seen:
            seen.add(key)
            yield contest.dossier, contest.layer, contest.item.segment


class _Asked:
    """Tasks about one layer of one document."""

    def __init__(
        self, pusher: Pusher, dispute: Dispute, dossier: Dossier, layer: Layer
    ) -> None:
        self.pusher = pusher
        self.dispute = dispute
        self.dossier = dossier
        self.layer = layer
        self.form: Form = pusher.reader.forms(DECIDE[layer], dispute.tier, "")
        self.text = dossier.text or ""

    def about_item(self, contest: Contest) -> tuple[Meta, dict[str, Any]]:
        """Return the task about a contested item."""
        votes, segment = contest.votes, contest.item.segment
        names = [
            vote.set.annotator if self.dispute.named else f"reading {letter}"
            for vote, letter in zip(votes, LETTERS, strict=False)
        ]
        items = [
            adjudication.item_of(judged, self.layer, _item(vote))
            for vote in votes
            if (judged := judged_of(vote.set, segment)) is not None
        ]
        members = tuple(
            Member(annotator=vote.set.annotator, item=_item(vote), digest=digest(item))
            for vote, item in zip(votes, items, strict=True)
        )
        looked = max(contest.item.n_looked, len(votes))
        readings_of = list(zip(names, items, strict=True))
        above = table(readings_of, self.layer, _heading(votes[0].item), count=looked)
        kinds = [{nil.id: nil.kind for nil in vote.set.nil} for vote in votes]
        decisions = adjudication.possible(list(zip(items, kinds, strict=True)))
        given = adjudication.contested(items[0], segment.start)
        meta, made = self._task(segment, members, above, decisions, given)
        for vote, name, member in zip(votes, names, members, strict=True):
            result = self._version(vote, segment, member.item)
            if result is not None:
                made["predictions"].append({"model_version": name, "result": result})
        return meta, made

    def about_segment(self, segment: Segment) -> tuple[Meta, dict[str, Any]]:
        """Return the task about what all readings of a segment missed."""
        above = (
            "<p>Did all readings miss something? Choose <b>added</b> and mark it.</p>"
        )
        return self._task(segment, (), above, ABOUT_SEGMENT, {})

    def _task(
        self,
        segment: Segment,
        members: tuple[Member, ...],
        above: str,
        decisions: Sequence[str],
        given: dict[str, Region],
    ) -> tuple[Meta, dict[str, Any]]:
        contested = Contested(layer=self.layer, members=members)
        meta = self.pusher.meta(
            self.dossier.document,
            segment,
            self.form,
            self._guidelines(),
            contested=contested,
        )
        offered = {"decisions": decisions, "readings": LETTERS[: len(members) or 1]}
        nil = sorted({nil.id for one in self.dossier.sets for nil in one.nil})
        made = self.pusher.task(
            meta, self.dossier, segment, given, nil, decisions=offered
        )
        made["data"]["notice"] += above
        return meta, made

    def _guidelines(self) -> str:
        """Return the guidelines of the adjudicated set, or the newest version."""
        own = (s.guidelines for s in self.dossier.sets if s.role == ADJUDICATOR)
        return next(own, self.pusher.reader.guidelines)

    def _version(self, vote: Vote, segment: Segment, item: str) -> Any:
        """Return an item of a reading as a result; None if the form cannot show it."""
        judged = judged_of(vote.set, segment)
        kinds = {nil.id: nil.kind for nil in vote.set.nil}
        document, text = self.dossier.document, self.text
        where = passage(document, segment, text, self.form, kinds=kinds)
        words = shown(self.text[segment.start : segment.end])
        try:
            answers = (
                adjudication.version(judged, self.layer, item, where)
                if judged
                else None
            )
        except CannotShowError:
            return None
        if answers is None:
            return None
        return written(fitting(answers, self.form), self.form, words)


def _item(vote: Vote) -> str:
    """Return the id of a vote's item in its set, or a target of the panel."""
    name = vote.vote_id.rpartition("/")[2].partition(".")[2]
    return name.removeprefix(_PANEL)


def _heading(item: Any) -> str:
    if not isinstance(item, Opinion):
        return ""
    whose = item.holder.id or item.holder.kind
    return f"Stance of {whose} toward {item.target}."
