"""CLM: claims and their normalised sentences."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from standpoint.checks.context import Context, judged
from standpoint.records import text as texts
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import AnnotationSet, Claim, Span

MAX_WORDS = 30
MAX_SHARED = 5
SAME = 0.8
"""Share of common characters from which on two claims of a type are one, a word shorter."""

FOREIGN = 3
"""Small words of another language in a sentence without one of its own."""

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_DATE = re.compile(
    r"\b(?:\d{4}(?:-\d{2}){1,2}|\d{4}s?"
    r"|\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)"
    r"[a-z.]*(?: \d{4})?"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z.]* \d{1,2}\b(?:, \d{4})?)"
    r"(?![,.]?\d)"
)
_SIZE = re.compile(r"(?i)hundred|thousand|million|billion|\d ?(?:k|m|bn)\b")
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty"
)
_IN_WORDS = {str(n): word for n, word in enumerate(_NUMBER_WORDS.split())}
_SMALL = {
    "en": "the a an of to in on at by for with from is are was were has have had be been not"
    " and or that this its their will would should",
    "de": "der die das den dem des ein eine einen und von mit auf f\u00fcr nicht ist sind war"
    " waren hat haben wird werden sich bei nach zu",
    "fr": "le la les des du une un et est sont a ont dans pour sur par avec ne pas que qui"
    " aux ce cette",
    "es": "el la los las un una y es son fue han en por para con del que no se su al",
    "it": "il lo la gli le un una e \u00e8 sono ha hanno di del della nel con per che non si",
    "pt": "o a os as um uma e \u00e9 s\u00e3o foi em por para com do da dos das que n\u00e3o se",
    "nl": "de het een en van met op voor niet is zijn was waren heeft hebben wordt bij naar te",
    "tr": "ve bir bu i\u00e7in ile olarak olan daha \u00e7ok gibi kadar sonra taraf\u0131ndan de da",
}
SMALL_WORDS = {key: frozenset(words.split()) for key, words in _SMALL.items()}
"""Language to words that hardly a sentence of it goes without."""
_TOKEN = re.compile(r"[^\W_]+")

_ISO = re.compile(r"(?<![\w-])[0-9]{4}-(?:[0-9]{2}(?:-[0-9]{2})?|W[0-9]{2})(?![\w-])")
_INTERVAL = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})/([0-9]{4}(?:-[0-9]{2}){0,2})")
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_OTHER_DATE = re.compile(
    r"\b(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})"  # 12/02/2020
    r"|[0-9]{4}[./][0-9]{1,2}[./][0-9]{1,2}"  # 2020/02/12
    r"|[0-9]{4}-[0-9](?:-[0-9]{1,2})?|[0-9]{4}-[0-9]{2}-[0-9]"  # 2020-2-12
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)? {_MONTH}\.?,? [0-9]{{4}}"  # 12 Feb 2020
    rf"|{_MONTH}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}})\b(?!-)",  # Feb 12, 2020
    re.IGNORECASE,
)


def _claims(
    record: AnnotationSet, context: Context
) -> Iterator[tuple[str, Claim, str]]:
    """Yield pointer, claim and language of the segment of each claim."""
    for pointer, segment, known in judged(record, context):
        for index, claim in enumerate(segment.claims):
            yield f"{pointer}/claims/{index}", claim, known.language


def _main(claim: Claim) -> tuple[int, int]:
    return claim.spans[0].start, claim.spans[-1].end


@lru_cache(maxsize=1000)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    choices = "|".join(re.escape(phrase) for phrase in longest)
    return re.compile(rf"\b(?:{choices})\b", re.IGNORECASE)


def _cue(phrases: tuple[str, ...], words: str) -> str:
    """Return the first cue in a text, or nothing.

    A capital inside a sentence makes a name of a word: the month May is no hedge.
    """
    for match in _phrases(phrases).finditer(words) if phrases else ():
        is_name = match.group()[0].isupper() and words[: match.start()].strip()
        if not is_name:
            return match.group()
    return ""


@check("CLM001", Level.ERROR, on=AnnotationSet)
def claim_spans_are_apart(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The spans of one occurrence of a claim are in text order and do not overlap.

    Why: together they are the words of the claim, and each word counts once.
    Fix: merge overlapping spans, and put them in text order.
    Example: a claim with the spans 100-140 and 120-160.
    """
    for pointer, claim, _language in _claims(record, context):
        groups = [(f"{pointer}/spans", claim.spans)]
        groups += [
            (f"{pointer}/also_at/{n}/spans", occurrence.spans)
            for n, occurrence in enumerate(claim.also_at)
        ]
        for at, spans in groups:
            for number, (left, right) in enumerate(pairwise(spans), 1):
                if right.start < left.end:
                    message = f"The span {right.start}-{right.end} overlaps or precedes"
                    yield Hit(
                        f"{at}/{number}",
                        f"{message} {left.start}-{left.end}.",
                        (right.start, right.end),
                    )


@check("CLM002", Level.ERROR, on=AnnotationSet)
def normalised_is_a_sentence(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A normalised claim is one sentence of at most 30 words that ends with a full stop.

    Why: it is compared, clustered and read without the text.
    Fix: state one proposition in one sentence of at most 30 words, with a full stop.
    Example: \u2018The army left. The rebels came.\u2019
    """
    for pointer, claim, _language in _claims(record, context):
        sentence = claim.normalised
        at, n_words = f"{pointer}/normalised", texts.count_words(sentence)
        found = list(texts.sentences(sentence, 0, len(sentence), claim.language))
        if n_words > MAX_WORDS:
            message = f"The sentence of {claim.id} has {n_words} words; at most {MAX_WORDS} are allowed."
            yield Hit(at, message, _main(claim))
        elif not sentence.endswith("."):
            message = f"The sentence of {claim.id} does not end with a full stop."
            yield Hit(at, message, _main(claim))
        elif len(found) != 1:
            message = f"{claim.id} has {len(found)} sentences; exactly one is allowed."
            yield Hit(at, message, _main(claim))


@check("CLM003", Level.WARNING, on=AnnotationSet)
def claim_is_about_someone(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A claim names the actors that it is about.

    Why: statistics on who is accused of what are based on `about`.
    Fix: add `about`; leave it empty only if the claim is about no actor.
    Example: a sponsorship claim with an empty `about`.
    """
    for pointer, claim, _language in _claims(record, context):
        if not claim.about:
            yield Hit(
                f"{pointer}/about",
                f"{claim.id} lists no actors under `about`.",
                _main(claim),
            )


@check("CLM004", Level.WARNING, on=AnnotationSet)
def normalised_has_no_hedge(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A normalised claim contains neither a hedge nor a reporting verb.

    Why: certainty and source have labels of their own.
    Fix: state the bare proposition; set `modality` and the chain.
    Example: \u2018The jet was allegedly shot down.\u2019
    """
    for pointer, claim, _language in _claims(record, context):
        cues = context.registries.cues.get(claim.language)
        if cues is None or claim.claim_type == "media_meta":
            continue
        found = _cue(cues.hedges + cues.reporting, claim.normalised)
        if found:
            message = f"The sentence of {claim.id} contains \u2018{found}\u2019."
            yield Hit(f"{pointer}/normalised", message, _main(claim))


@check("CLM005", Level.WARNING, on=AnnotationSet)
def normalised_has_no_epithet(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A normalised claim names actors by neutral names.

    Why: the sentence is published; it must not repeat a loaded name.
    Fix: use the first name in the registry.
    Example: \u2018The regime withdrew.\u2019
    """
    epithets = tuple(
        name.text
        for actor in context.registries.actors.values()
        for name in actor.names
        if name.kind == "epithet"
    )
    if not epithets:
        return
    for pointer, claim, _language in _claims(record, context):
        found = _phrases(epithets).search(claim.normalised)
        if found:
            message = f"The sentence of {claim.id} contains the loaded name \u2018{found.group()}\u2019."
            yield Hit(f"{pointer}/normalised", message, _main(claim))


@check("CLM006", Level.ERROR, on=AnnotationSet, needs_text=True)
def normalised_is_in_own_words(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A normalised claim shares no six consecutive words with its text.

    Names (words with a capital letter inside the sentence, or a first word that starts
    a name in the registry) and numbers break a run.

    Why: the sentence is published even where the text is withheld.
    Fix: write it in your own words and order.
    Example: the clause of the text with another verb at the end.
    """
    runs = _runs_of(context.text)
    for pointer, claim, _language in _claims(record, context):
        own = _own_runs(claim.normalised, context.registries.first_words)
        shared = [run for run in own if run in runs]
        if shared:
            message = (
                f"Six words in a row of {claim.id} are the text's own:"
                f" \u2018{' '.join(shared[0])}\u2019."
            )
            yield Hit(f"{pointer}/normalised", message, _main(claim))


@lru_cache(maxsize=1)  # the sets of a document come one after another
def _runs_of(text: str) -> set[tuple[str, ...]]:
    tokens = texts.words(text)
    shifted = (tokens[shift:] for shift in range(MAX_SHARED + 1))
    return set(zip(*shifted, strict=False))


def _own_runs(sentence: str, first_words: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Yield the runs of six words of a sentence that hold no name and no number."""
    tokens = [match.group() for match in _TOKEN.finditer(sentence)]
    names = [
        token[0].isdigit() or (token[0].isupper() and (n > 0 or token in first_words))
        for n, token in enumerate(tokens)
    ]
    for start in range(len(tokens) - MAX_SHARED):
        if not any(names[start : start + MAX_SHARED + 1]):
            run = tokens[start : start + MAX_SHARED + 1]
            yield tuple(token.casefold() for token in run)


@check("CLM007", Level.WARNING, on=AnnotationSet, needs_text=True)
def asserted_has_no_hedge(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The words of an asserted claim contain no hedge.

    Why: a hedge inside the span usually means that the modality is wrong.
    Fix: set `modality` to `hedged`, or exclude the hedge from the span.
    Example: \u2018likely killing two\u2019 marked as asserted.
    """
    for pointer, segment, known in judged(record, context):
        cues = context.registries.cues.get(known.language)
        if cues is None:
            continue
        for index, claim in enumerate(segment.claims):
            if claim.modality != "asserted":
                continue
            for span in claim.spans:
                words = context.text[span.start : span.end]
                found = _cue(cues.hedges, words)
                if found and context.proves(record, span):
                    message = f"{claim.id} is asserted, but its words include the hedge \u2018{found}\u2019."
                    at = f"{pointer}/claims/{index}/modality"
                    yield Hit(at, message, (span.start, span.end))
                    break


@check("CLM008", Level.ERROR, on=AnnotationSet)
def uncheckable_is_not_checkworthy(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A demand, commitment or prediction is not check-worthy, or a note says why.

    Why: nothing has happened yet that could be checked.
    Fix: set `checkworthy` to `no`, or add a note.
    Example: a demand with "checkworthy": "yes" and no note.
    """
    for pointer, claim, _language in _claims(record, context):
        open_ended = claim.claim_type in {"demand", "commitment", "prediction"}
        if open_ended and claim.checkworthy != "no" and not claim.note:
            message = f"{claim.id} is a {claim.claim_type}; `checkworthy` is {claim.checkworthy}, but there is no note."
            yield Hit(f"{pointer}/checkworthy", message, _main(claim))


@check("CLM009", Level.WARNING, on=AnnotationSet)
def claims_differ(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """No two claims of one type have the same words.

    Why: the second was usually entered by mistake.
    Fix: delete one, or correct its type or words.
    Example: c03 and c04 on the same span, both events.
    """
    for pointer, segment, _known in judged(record, context):
        seen: dict[tuple[object, ...], str] = {}
        for index, claim in enumerate(segment.claims):
            places = tuple((span.start, span.end) for span in claim.spans)
            first = seen.setdefault((places, claim.claim_type), claim.id)
            if first != claim.id:
                message = f"{claim.id} has the same words and type as {first}."
                yield Hit(f"{pointer}/claims/{index}", message, _main(claim))


@check("CLM010", Level.ERROR, on=AnnotationSet)
def quantity_has_a_number(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """The normalised sentence of a quantity claim contains a number.

    Why: the number is the point of such a claim.
    Fix: write the number, or choose another type.
    Example: \u2018Soldiers were hurt.\u2019 as a quantity.
    """
    for pointer, claim, _language in _claims(record, context):
        cues = context.registries.cues.get(claim.language)
        if claim.claim_type != "quantity" or cues is None:
            continue
        in_words = _cue(cues.numbers, claim.normalised)
        if not in_words and not _DIGIT.search(claim.normalised):
            message = f"The sentence of {claim.id} contains no number."
            yield Hit(f"{pointer}/normalised", message, _main(claim))


@check("CLM011", Level.ERROR, on=AnnotationSet)
def denied_has_a_source(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A denied claim has a chain with the source that denies it.

    Why: if the carrier itself writes \u2018not\u2019, that is an assertion of a negative
    sentence.
    Fix: add the chain, or use `asserted` and a negative sentence.
    Example: modality `denied` with no chain.
    """
    for pointer, claim, _language in _claims(record, context):
        if claim.modality == "denied" and not claim.chains:
            message = f"{claim.id} is denied, but has no chain."
            yield Hit(f"{pointer}/modality", message, _main(claim))


@check("CLM012", Level.ERROR, on=AnnotationSet)
def nothing_shown_stands_alone(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """Evidence shown is either `none` or one or more kinds, not both.

    Why: `none` means that the text offers no evidence.
    Fix: delete `none`, or the others.
    Example: "evidence_shown": ["none", "figures"]
    """
    for pointer, claim, _language in _claims(record, context):
        kinds = claim.evidence_shown or ()
        if len(kinds) > 1 and "none" in kinds:
            others = ", ".join(kind for kind in kinds if kind != "none")
            message = f"Evidence shown contains `none` together with {others}."
            yield Hit(f"{pointer}/evidence_shown", message, _main(claim))


@check("CLM013", Level.WARNING, on=AnnotationSet)
def sentence_is_in_its_language(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """A normalised sentence is in the language given in `language`.

    The check knows the most frequent words of English, Dutch, French, German, Italian,
    Portuguese, Spanish and Turkish.

    Why: sentences are compared, and their words counted, per language.
    Fix: write the sentence in that language, or correct `language`.
    Example: a German sentence with "language": "en".
    """
    for pointer, claim, _language in _claims(record, context):
        own = SMALL_WORDS.get(claim.language)
        if own is None:
            continue
        words = texts.words(claim.normalised)
        n_letters = sum(map(str.isalpha, claim.normalised))
        n_latin = sum(len(w) for w in _LATIN.findall(claim.normalised))
        counts = {
            key: sum(map(known.__contains__, words))
            for key, known in SMALL_WORDS.items()
        }
        best = max(counts, key=lambda key: counts[key])
        foreign = counts[best] >= FOREIGN and not counts[claim.language]
        if foreign or n_latin * 2 < n_letters:
            what = (
                f"looks like \u2018{best}\u2019" if foreign else "is in another script"
            )
            message = (
                f"The language of {claim.id} is \u2018{claim.language}\u2019, but its"
                f" sentence {what}."
            )
            yield Hit(f"{pointer}/normalised", message, _main(claim))


@check("CLM014", Level.WARNING, on=AnnotationSet, needs_text=True)
def numbers_are_those_of_the_text(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """If a claim quotes numbers, the numbers in its sentence occur in the segment.

    Only numbers in digits are checked, without dates and years, which annotators may
    infer.

    Why: a mistyped number makes a different claim.
    Fix: write the number as the text gives it.
    Example: 3,000 refugees where the text has 2,000.
    """
    for pointer, segment, known in judged(record, context):
        there: set[str] = set()
        for index, claim in enumerate(segment.claims):
            own = " ".join(context.text[span.start : span.end] for span in claim.spans)
            written = _numbers(claim.normalised)
            if not written or not _numbers(own):
                continue
            there = there or _all_numbers(context.text[known.start : known.end])
            for number in written:
                if not _is_there(number, there, f"{own} {claim.normalised}"):
                    message = f"The sentence of {claim.id} has the number {number}, which the segment does not have."
                    at = f"{pointer}/claims/{index}/normalised"
                    yield Hit(at, message, _main(claim))
                    break


def _numbers(words: str) -> list[str]:
    """Return the numbers in digits that are no dates."""
    return _NUMBER.findall(_DATE.sub(" ", words))


def _value(written: str) -> str:
    """Return the digits of a number, however it is divided."""
    return re.sub(r"\D", "", written).lstrip("0") or "0"


def _is_there(number: str, there: set[str], words: str) -> bool:
    """Tell whether a number is one of several; among words of size 2 may be 2,000,000."""
    value = _value(number)
    if value in there or not _SIZE.search(words):
        return value in there
    return value.rstrip("0") in {one.rstrip("0") for one in there}


def _all_numbers(words: str) -> set[str]:
    """Return every number of a text, in digits or in a word."""
    found = set(map(_value, (*_NUMBER.findall(words), *re.findall(r"\d+", words))))
    said = set(texts.words(words))
    return found | {
        _value(number) for number, word in _IN_WORDS.items() if word in said
    }


@check("CLM018", Level.ERROR, on=AnnotationSet)
def event_time_is_possible(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A date in `event_time` exists, and an interval ends after it starts.

    Why: events are ordered by it.
    Fix: correct the date to what the text says.
    Example: 2020-02-30, or 2020-03/2020-02.
    """
    for pointer, when in _event_times(record, context):
        dates = _ISO.findall(when)
        for day in dates:
            if not _is_a_date(day):
                yield Hit(pointer, f"{day} is not an existing date.")
        interval = _INTERVAL.fullmatch(when)
        if interval:
            first, last = interval.groups()
            n_both = min(len(first), len(last))  # a day may lie in the month it ends in
            if first[:n_both] > last[:n_both]:
                yield Hit(
                    pointer, f"The interval starts at {first}, after its end {last}."
                )


@check("CLM019", Level.WARNING, on=AnnotationSet)
def event_time_is_iso(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A date in `event_time` is written year first: 2020-02-12, 2020-02 or 2020.

    Why: 02/03/2020 is in February for some readers and in March for others, and other
    formats do not sort.
    Fix: write dates as 2020-02-12 and intervals as 2020-02-10/2020-02-12; keep in words
    what the text leaves open.
    Example: 12 Feb 2020
    """
    for pointer, when in _event_times(record, context):
        found = _OTHER_DATE.search(when)
        if found:
            yield Hit(
                pointer, f"\u2018{found[0]}\u2019 is not in the format 2020-02-12."
            )


def _event_times(record: AnnotationSet, context: Context) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the words of each time of an event that is given."""
    for pointer, segment, _known in judged(record, context):
        for index, claim in enumerate(segment.claims):
            if claim.event_time is not None:
                yield f"{pointer}/claims/{index}/event_time", claim.event_time


def _is_a_date(written: str) -> bool:
    """Tell whether there is such a month, week or day."""
    is_month = written.count("-") == 1 and "W" not in written
    try:
        date.fromisoformat(f"{written}-01" if is_month else written)
    except ValueError:
        return False
    return True


@check("CLM015", Level.WARNING, on=AnnotationSet)
def sentences_differ(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """No two claims of a segment have the same normalised sentence.

    Why: one proposition is one claim; repeats in the segment go into `also_at`.
    Fix: merge the two, or write how they differ.
    Example: c03 and c07, both \u2018The army left the city.\u2019
    """
    for pointer, segment, _known in judged(record, context):
        seen: dict[tuple[str, ...], str] = {}
        for index, claim in enumerate(segment.claims):
            sentence = tuple(texts.words(claim.normalised))
            first = seen.setdefault(sentence, claim.id)
            if sentence and first != claim.id:
                message = f"{claim.id} has the same sentence as {first}."
                at = f"{pointer}/claims/{index}/normalised"
                yield Hit(at, message, _main(claim))


@check("CLM016", Level.WARNING, on=AnnotationSet)
def sponsorship_has_its_sides(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A sponsorship claim names a supporter or a supported actor.

    Why: statistics on who supports whom are based on these two roles.
    Fix: set the role `supporter` or `supported` in `about`, or choose another type.
    Example: a sponsorship claim with an agent and a recipient only.
    """
    for pointer, claim, _language in _claims(record, context):
        roles = {about.role for about in claim.about}
        is_open = claim.claim_type == "sponsorship" and bool(roles)  # CLM003: nobody
        if is_open and not roles & {"supporter", "supported"}:
            message = f"{claim.id} names neither a supporter nor a supported actor."
            yield Hit(f"{pointer}/about", message, _main(claim))


@check("CLM017", Level.WARNING, on=AnnotationSet)
def claims_are_not_entered_twice(
    record: AnnotationSet, context: Context
) -> Iterator[Hit]:
    """Two claims of one type share less than four fifths of their characters.

    Why: the second is usually the first, marked again a word shorter or longer.
    Fix: delete one of the two, or correct its type or words.
    Example: two events, 100-180 and 100-176.
    """
    for pointer, segment, _known in judged(record, context):
        before: list[Claim] = []
        for index, claim in enumerate(segment.claims):
            for other in before:
                same = _places(claim.spans) == _places(other.spans)  # CLM009 reports it
                alike = claim.claim_type == other.claim_type and not same
                if alike and _overlap(claim.spans, other.spans) >= SAME:
                    message = f"{claim.id} has nearly the same words as {other.id}."
                    yield Hit(f"{pointer}/claims/{index}/spans", message, _main(claim))
                    break
            before.append(claim)


def _places(spans: Sequence[Span]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _overlap(left: Sequence[Span], right: Sequence[Span]) -> float:
    """Return the share of the characters of either that both have."""
    shared = sum(
        max(0, min(a.end, b.end) - max(a.start, b.start)) for a in left for b in right
    )
    both = sum(span.end - span.start for span in (*left, *right))
    return shared / max(1, both - shared)


@check("CLM020", Level.WARNING, on=AnnotationSet)
def actor_has_a_role_once(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A claim names an actor in a role once, unless two mentions name it.

    Why: otherwise the actor is counted twice.
    Fix: delete one of the two, or correct the actor or the role.
    Example: the same army twice as agent.
    """
    for pointer, claim, _language in _claims(record, context):
        seen: dict[tuple[str, str], set[str | None]] = {}
        for number, about in enumerate(claim.about):
            before = seen.setdefault((about.actor, about.role), set())
            if before and (about.mention is None or before & {None, about.mention}):
                message = f"{claim.id} names {about.actor} twice as {about.role}."
                yield Hit(f"{pointer}/about/{number}", message, _main(claim))
            before.add(about.mention)


@check("CLM021", Level.ERROR, on=AnnotationSet)
def repeats_stand_elsewhere(record: AnnotationSet, context: Context) -> Iterator[Hit]:
    """A repeat of a claim in `also_at` has different words than its other places.

    Why: every repeat is counted.
    Fix: delete the repeat, or mark the words that repeat the claim.
    Example: a claim at 100-140 that is also at 100-140.
    """
    for pointer, claim, _language in _claims(record, context):
        before = list(claim.spans)
        for number, occurrence in enumerate(claim.also_at):
            if _overlap(occurrence.spans, before):
                message = f"A repeat of {claim.id} overlaps an earlier occurrence."
                place = occurrence.spans[0].start, occurrence.spans[-1].end
                yield Hit(f"{pointer}/also_at/{number}", message, place)
            before += occurrence.spans
