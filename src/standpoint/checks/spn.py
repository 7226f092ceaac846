"""SPN: spans, their borders and digests."""

import unicodedata
from collections.abc import Iterator

from standpoint.checks.context import Context, is_inside, judged
from standpoint.records import text as texts
from standpoint.records.findings import Hit, Level, check, counted
from standpoint.records.model import AnnotationSet, Mention, Span, record_key

_DIRECTED = (("\u201c", "\u201d"), ("\u00ab", "\u00bb"))
_CLOSING = {'"': '"', "'": "'", "\u2018": "\u2019"}
MAX_NAME = 200
"""Characters of a mention or the name of a source: in the corpus at most 86 and 71."""
MAX_CLAUSE = 600
"""Characters of a claim or piece of evidence: in the corpus at most 261 and 211."""
MIN_CLAIM = 4
"""Characters of a claim: in the corpus at least 10, and four hold a clause in any script."""
MOST = 0.9
"""Share of a segment from which on a piece of evidence is all of it: in the corpus at most 0.3."""

NAMES = frozenset({"name", "metonym", "pronoun"})
"""Forms of mentions that say nothing but whom they mean."""

_SHOWN = 40
_SEARCH = range(-80, 81)
_NEAREST = sorted(range(-20, 21), key=abs)

MANY = 5
"""Spans moved by as much, from which on they are reported together."""


@check("SPN001", Level.ERROR, on=AnnotationSet)
def span_is_inside(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A span is not empty and is inside its segment.

    Why: a span outside belongs to another article.
    Fix: mark the words again, or move the item to the segment with these words.
    Example: a mention 4000-4010 in a segment that ends at 3531.
    """
    for pointer, span, segment in context.spans(record):
        if span.start >= span.end:
            message = f"The span {span.start}-{span.end} is empty."
            yield Hit(pointer, message)
        elif not is_inside(span, segment):
            message = (
                f"The span {span.start}-{span.end} is not inside segment"
                f" {segment.id} ({segment.start}-{segment.end})."
            )
            yield Hit(pointer, message, (span.start, span.end))


@check("SPN002", Level.ERROR, on=AnnotationSet, needs_text=True)
def digest_proves_span(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The digest of a span matches the words at its offsets.

    Why: offsets can shift unnoticed; the digest shows it.
    Fix: restore the offsets; if the words changed, mark them again. If the set was made
    for data before version 0.3.0, run `standpoint migrate`.
    Example: a start that was edited from 105 to 106.
    """
    if record.text_sha256 != context.document.text.sha256:
        return  # ANN002 reports it
    proved = {place.pointer for place in context.proved_spans(record)}
    moved: dict[int, list[Hit]] = {}
    usual = 0  # most often all of them are moved by as much
    for pointer, span, _segment in context.sound_spans(record):
        if pointer in proved:
            continue
        found = _find(context.text, span, first=usual)
        hint, by = "", 0
        if found is not None:
            start, end = found
            hint = f" It matches the words at {start}-{end}."
            by = span.start - start if span.start - start == span.end - end else 0
        usual = by or usual
        message = (
            f"The digest does not match the words at {span.start}-{span.end}: the offsets"
            f" or the digest were changed.{hint}"
        )
        hit = Hit(pointer, message, (span.start, span.end))
        moved.setdefault(by, []).append(hit)
    for by, hits in moved.items():
        yield from _together(by, hits)


def _together(by: int, hits: list[Hit]) -> Iterator[Hit]:
    """Yield one hit for many spans that were moved by as much, else each."""
    if by == 0 or len(hits) < MANY:
        yield from hits
        return
    first = min(hits, key=lambda hit: hit.span or (0, 0))
    start = first.span[0] if first.span else 0
    way = "later" if by < 0 else "earlier"
    yield first._replace(
        message=(
            f"{len(hits):,} spans are shifted by {by:+}, from character {start} on: each"
            f" digest matches the words {counted(abs(by), 'character')} {way}."
        )
    )


def _find(text: str, span: Span, *, first: int) -> tuple[int, int] | None:
    """Look near a span for the place that its digest was made for.

    Args:
        text: The text.
        span: The span.
        first: By how much it may be moved, to be tried before all else.
    """
    nearest = sorted(_SEARCH, key=abs)
    for shift, stretches in ((-first, (0,)), *((n, _NEAREST) for n in nearest)):
        for stretch in stretches:
            start, end = span.start + shift, span.end + shift + stretch
            if 0 <= start < end <= len(text) and span.digest == texts.span_digest(
                text, start, end
            ):
                return start, end
    return None


@check("SPN003", Level.ERROR, on=AnnotationSet, needs_text=True)
def span_has_no_white_edges(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A span starts and ends with a visible character.

    Why: spans of two annotators should differ only where the annotators disagree.
    Fix: remove the spaces at the edges.
    Example: a mention that includes the space before the name.
    """
    for pointer, span, _segment in context.proved_spans(record):
        if texts.trim(context.text, span.start, span.end) != (span.start, span.end):
            message = "The span has white space at an edge."
            yield Hit(pointer, message, (span.start, span.end))


@check("SPN004", Level.ERROR, on=AnnotationSet, needs_text=True)
def span_cuts_no_word(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A span does not start or end inside a word or a composed character.

    In scripts that attach particles to words, such as Arabic, a span may start or end
    between two letters. Where a small letter meets a capital, the page may have joined
    two words: SPN005 warns about it.

    Why: half a word does not name anybody, and half an emoji is not a character.
    Fix: mark the whole word.
    Example: a mention of the first letters of a name.
    """
    text = context.text
    for pointer, span, _segment in context.proved_spans(record):
        for border in (span.start, span.end):
            if _cuts(text, border) and not _is_joint(text, border):
                where = "start" if border == span.start else "end"
                message = f"The span {where}s inside {_cut(text, border)}."
                yield Hit(pointer, message, (span.start, span.end))
                break


def _cut(text: str, border: int) -> str:
    """Show the word that a border cuts."""
    start = end = border
    while start and border - start < _SHOWN and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and end - border < _SHOWN and text[end].isalpha():
        end += 1
    words = text[start:end]
    return f"\u2018{words}\u2019" if words else "a character"


def _is_joint(text: str, border: int) -> bool:
    """Tell whether two words that a page ran together may meet here."""
    left, right = text[border - 1], text[border]
    if "Lm" in {unicodedata.category(left), unicodedata.category(right)}:
        return True  # a footnote mark, or an apostrophe that counts as a letter
    if left.islower() and right.isupper():
        return True
    before, after = text[max(0, border - 2) : border], text[border : border + 2]
    return before.isupper() and len(before) == 2 and after.istitle() and len(after) == 2  # noqa: PLR2004


def _cuts(text: str, border: int) -> bool:
    if not 0 < border < len(text):
        return False
    before = border - 1
    while before and unicodedata.combining(text[before]):
        before -= 1  # the letter under its accents
    left, right = text[before], text[border]
    if left.isalpha() and right.isalpha():
        return "Lo" not in {unicodedata.category(left), unicodedata.category(right)}
    if max(left, right) < "\u0300":
        return False
    import regex

    start = max(0, border - 20)
    clusters = regex.finditer(r"\X", text[start : border + 20])
    return not any(start + cluster.start() == border for cluster in clusters)


@check("SPN005", Level.WARNING, on=AnnotationSet, needs_text=True)
def span_cuts_no_number(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A span does not cut a number, a word at a capital letter, or a pair of quotes.

    Why: these are usually slips of the mouse.
    Fix: mark the whole number or word; include both quotation marks or none. Keep the
    span if the page itself joined two words.
    Example: a claim that ends after the 2 of 2,000.
    """
    text = context.text
    for pointer, span, _segment in context.proved_spans(record):
        words = text[span.start : span.end]
        if any(_in_number(text, border) for border in (span.start, span.end)):
            message = f"The span cuts a number at {span.start} or {span.end}."
            yield Hit(pointer, message, (span.start, span.end))
        elif border := _joint(text, span):
            message = (
                f"The span starts or ends inside {_cut(text, border)}: a cut word, or two"
                " words that the page joined."
            )
            yield Hit(pointer, message, (span.start, span.end))
        elif _has_loose_quote(words):
            message = "The span contains only one of a pair of quotation marks."
            yield Hit(pointer, message, (span.start, span.end))


def _joint(text: str, span: Span) -> int:
    """Return the edge of a span at which words may have been run together; 0 for none."""
    edges = (span.start, span.end)
    found = (b for b in edges if _cuts(text, b) and _is_joint(text, b))
    return next(found, 0)


def _in_number(text: str, border: int) -> bool:
    left, right = text[max(0, border - 2) : border], text[border : border + 2]
    if not left or not right:
        return False
    if left[-1].isdigit() and right[0].isdigit():
        return True
    before = left[-1] in ",." and left[0].isdigit() and right[0].isdigit()
    after = right[0] in ",." and left[-1].isdigit() and right[1:].isdigit()
    return before or after


def _has_loose_quote(words: str) -> bool:
    if any(words.count(left) != words.count(right) for left, right in _DIRECTED):
        return True
    # Straight and single marks may be apostrophes: only one at the very edge counts.
    first, last = words[0], words[-1]
    opens = first in "\"'\u2018" and words.count(_CLOSING[first]) < 1 + (
        first != "\u2018"
    )
    return opens or (last == '"' and words.count('"') == 1)


@check("SPN006", Level.ERROR, on=AnnotationSet)
def ids_are_unique(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Ids of mentions, claims and stances are unique in their segment.

    Why: chains, relations and the dataset refer to items by id.
    Fix: give this item a free number, and update the references to it.
    Example: two claims c07.
    """
    for pointer, segment, _known in judged(record, context):
        for key, ids in (
            ("mentions", [mention.id for mention in segment.mentions]),
            ("claims", [claim.id for claim in segment.claims]),
            ("stances", [stance.id for stance in segment.stances]),
        ):
            first: dict[str, int] = {}
            for index, item_id in enumerate(ids):
                if first.setdefault(item_id, index) != index:
                    message = (
                        f"The id {item_id} is used twice among the {key} of"
                        f" {segment.segment}: at positions {first[item_id] + 1} and"
                        f" {index + 1}."
                    )
                    yield Hit(f"{pointer}/{key}/{index}/id", message)


@check("SPN007", Level.ERROR, on=AnnotationSet)
def digests_agree(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """Two sets with the same span give it the same digest.

    Why: this check does not need the text, so it finds shifted offsets in public
    copies, too.
    Fix: compare both sets with the text.
    Example: 105-112 with one digest in a.json and another in b.json.
    """
    if context.dossier.text is not None:
        return  # SPN002 reports it, and knows which of the two is wrong
    known: dict[tuple[int, int], tuple[str, str]] = {}
    for other in context.dossier.sets:
        if other.text_sha256 != context.document.text.sha256:
            continue
        for pointer, span, _segment in context.spans(other):
            place = (span.start, span.end)
            first = known.setdefault(place, (span.digest, record_key(other)))
            if other is record and first[0] != span.digest:
                message = (
                    f"The set {first[1]} has the span {span.start}-{span.end}"
                    " with another digest."
                )
                yield Hit(pointer, message, place)


@check("SPN008", Level.WARNING, on=AnnotationSet)
def span_is_not_too_long(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A span is a phrase or a clause, not a paragraph, page or whole article.

    A mention or the name of a source has at most 200 characters, a claim or a piece of
    evidence 600. In a segment of more than 200 characters, evidence covers less than
    nine tenths.

    Why: the span shows what is meant; a long span matches no other reading.
    Fix: mark the smallest phrase that names the actor, states the claim or shows the
    stance; for a whole segment use {"scope": "segment"}.
    Example: a mention of a whole paragraph.
    """
    for pointer, span, segment in context.sound_spans(record):
        size = span.end - span.start
        is_name = "/mentions/" in pointer or "/chains/" in pointer
        most = MAX_NAME if is_name else MAX_CLAUSE
        if size > most:
            message = f"The span has {size:,} characters; at most {most} are expected."
            yield Hit(pointer, message, (span.start, span.end))
        elif "/evidence/" in pointer and size > MAX_NAME:
            zones = (zone for zone in segment.zones if zone.is_annotatable)
            if size >= MOST * sum(zone.end - zone.start for zone in zones):
                message = "The evidence covers the whole segment."
                yield Hit(pointer, message, (span.start, span.end))


@check("SPN009", Level.WARNING, on=AnnotationSet)
def claim_is_not_too_short(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The words of a claim are more than a name, and have at least four characters.

    A noun phrase may be a claim, such as \u2018its foreign-backed allies\u2019.

    Why: a claim states something; a name alone does not.
    Fix: mark the clause that states it.
    Example: a claim that is the name of a minister.
    """
    for pointer, segment, _known in judged(record, context):
        names = {
            (mention.start, mention.end)
            for mention in segment.mentions
            if _is_a_name(mention, context)
        }
        for index, claim in enumerate(segment.claims):
            place = claim.spans[0].start, claim.spans[-1].end
            size = sum(span.end - span.start for span in claim.spans)
            if 0 < size < MIN_CLAIM:
                message = (
                    f"The words of {claim.id} have only {counted(size, 'character')}."
                )
                yield Hit(f"{pointer}/claims/{index}/spans", message, place)
            elif len(claim.spans) == 1 and place in names:
                message = f"The words of {claim.id} are only a name."
                yield Hit(f"{pointer}/claims/{index}/spans", message, place)


def _is_a_name(mention: Mention, context: Context) -> bool:
    """Tell whether a mention says nothing but whom it means."""
    if mention.form is not None:
        return mention.form in NAMES
    text = context.dossier.text
    if text is None or mention.end > len(text):
        return False
    words = text[mention.start : mention.end].casefold()
    return any(
        words in context.registries.surfaces.get(one, ()) for one in mention.actors
    )
