"""SPL: splits and story groups."""

from collections import Counter
from collections.abc import Iterator

from standpoint.checks.context import Context
from standpoint.records import text as texts
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Splits

NEAR = 0.5
"""Share of the lines of the shorter document."""

MIN_GROUPS = 30


@check("SPL001", Level.ERROR, on=Splits)
def every_document_has_its_place(record: Splits, context: Context) -> Iterator[Hit]:
    """Each document, and nothing else, is in one story group and once in the ledger.

    Why: a document without a split is in no table; one with two splits is in both.
    Fix: add the missing entry, or delete the extra one.
    Example: a new document that is missing from corpus/splits.json.
    """
    grouped = Counter(doc for group in record.groups for doc in group.documents)
    listed = Counter(entry.document for entry in record.ledger)
    for key, counts in (("groups", grouped), ("ledger", listed)):
        where = "story groups" if key == "groups" else "ledger"
        for document in sorted(set(context.documents) | set(counts)):
            n_times = counts[document]
            if document not in context.documents:
                message = f"Unknown document \u2018{document}\u2019."
                yield Hit(f"/{key}", message)
            elif n_times != 1:
                times = f"{n_times} times" if n_times else "not at all"
                message = f"\u2018{document}\u2019 is listed {times} in the {where}; exactly once is allowed."
                yield Hit(f"/{key}", message)


@check("SPL002", Level.ERROR, on=Splits)
def group_keeps_together(record: Splits, _: Context) -> Iterator[Hit]:
    """All documents of a story group are in one split.

    Why: a test set with near-copies of training documents is worthless.
    Fix: move the newer document; the ledger is append-only.
    Example: an article in train, its repost in test.
    """
    split = {entry.document: entry.split for entry in record.ledger}
    for index, group in enumerate(record.groups):
        found = sorted({split[doc] for doc in group.documents if doc in split})
        if len(found) > 1:
            message = f"The group \u2018{group.id}\u2019 has documents in several splits: {', '.join(found)}."
            yield Hit(f"/groups/{index}", message)


@check("SPL003", Level.ERROR, on=Splits)
def calibration_is_apart(record: Splits, context: Context) -> Iterator[Hit]:
    """Invented documents are in the split `calibration`, and real reporting is not.

    Why: practice texts are not data about the world.
    Fix: correct the split.
    Example: a calibration document in pilot.
    """
    for index, entry in enumerate(record.ledger):
        facts = context.documents.get(entry.document)
        if facts is None or facts.fictional is None:
            continue
        if facts.fictional != (entry.split == "calibration"):
            what = "invented" if facts.fictional else "real reporting"
            message = (
                f"\u2018{entry.document}\u2019 is {what}, but in the split"
                f" {entry.split}."
            )
            yield Hit(f"/ledger/{index}/split", message)


@check("SPL004", Level.ERROR, on=Splits)
def split_is_honest(record: Splits, _: Context) -> Iterator[Hit]:
    """Real reporting is in the split `pilot` until there are 30 story groups of it.

    Why: so few documents do not make a fair test set.
    Fix: use `pilot`.
    Example: five documents, one of them in test.
    """
    split = {entry.document: entry.split for entry in record.ledger}
    real = [
        group
        for group in record.groups
        if any(split.get(doc) != "calibration" for doc in group.documents)
    ]
    if len(real) >= MIN_GROUPS:
        return
    for index, entry in enumerate(record.ledger):
        if entry.split not in {"pilot", "calibration"}:
            message = (
                f"\u2018{entry.document}\u2019 is in {entry.split}; the corpus has"
                f" {len(real)} story groups of real reporting, and needs {MIN_GROUPS}."
            )
            yield Hit(f"/ledger/{index}/split", message)


@check("SPL005", Level.ERROR, on=Splits)
def near_copies_are_grouped(record: Splits, context: Context) -> Iterator[Hit]:
    """Documents that share half of their paragraphs are in one story group.

    Why: news is syndicated; exact comparison of texts misses it.
    Fix: put both into one group.
    Example: an agency report and its repost in two groups.
    """
    for (first, second), n_shared in _near(context).items():
        if (at := _apart(record, first, second)) is not None:
            message = f"\u2018{first}\u2019 and \u2018{second}\u2019 share {n_shared} lines, but are in different groups."
            yield Hit(at, message)


@check("SPL006", Level.ERROR, on=Splits)
def edited_copies_are_grouped(record: Splits, context: Context) -> Iterator[Hit]:
    """Documents with nearly the same words are in one story group.

    Where texts are available, the three-word sequences of their segments are compared:
    at least 30 % are shared.

    Why: a lightly edited repost may share no whole line.
    Fix: put both into one group.
    Example: an agency report that a site republished with two changed words per
    sentence.
    """
    known = _near(context)
    signatures = (
        (document, signed)
        for document, facts in sorted(context.documents.items())
        for signed in facts.signatures
    )
    for first, second, share in texts.alike(signatures):
        at = _apart(record, first, second)
        if at is not None and (first, second) not in known:
            message = (
                f"About {share:.0%} of the three-word sequences in a segment of"
                f" \u2018{first}\u2019 and one of \u2018{second}\u2019 are the same."
            )
            yield Hit(at, message)


def _near(context: Context) -> dict[tuple[str, str], int]:
    """Return pairs of documents that share lines, with the number of lines."""
    holders: dict[str, list[str]] = {}
    for document, facts in sorted(context.documents.items()):
        for paragraph in facts.paragraphs:
            holders.setdefault(paragraph, []).append(document)
    shared: Counter[tuple[str, str]] = Counter()
    for documents in holders.values():
        # A line that many documents have is page furniture, not a common story.
        if 1 < len(documents) <= MIN_GROUPS:
            shared.update(
                (first, second)
                for i, first in enumerate(documents)
                for second in documents[i + 1 :]
            )
    return {
        pair: n_shared
        for pair, n_shared in sorted(shared.items())
        if n_shared
        >= NEAR * min(len(context.documents[doc].paragraphs) for doc in pair)
    }


def _apart(record: Splits, first: str, second: str) -> str | None:
    """Return where to say that two documents are in two groups; None if in one."""
    group_of = {
        doc: n for n, group in enumerate(record.groups) for doc in group.documents
    }
    if group_of.get(first) == group_of.get(second):
        return None
    group = group_of.get(first)
    return "/groups" if group is None else f"/groups/{group}"
