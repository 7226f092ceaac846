"""DOC: documents, their texts, provenance and rights."""

from collections.abc import Iterator

from standpoint.checks.context import Context
from standpoint.records import text as texts
from standpoint.records.findings import Hit, Level, check, counted
from standpoint.records.model import Document
from standpoint.records.vocabulary import BOILERPLATE, RELEASED


@check("DOC001", Level.ERROR, on=Document)
def text_is_the_one_described(document: Document, context: Context) -> Iterator[Hit]:
    """The text file matches the record byte for byte.

    Why: every offset counts characters of exactly that text; a single change shifts all
    that follow.
    Fix: restore the file from version control or its source; do not edit texts.
    Example: a text in which an editor replaced curly quotes with straight ones.
    """
    if context.dossier.text is not None:
        return
    near = context.dossier.near_text
    if near is None:
        if document.rights.text_release == RELEASED:
            name = f"corpus/texts/released/{document.id}.txt"
            yield Hit("/text/sha256", f"The released text {name} is missing.")
        return
    n_all = sum(len(segment.paragraphs) for segment in document.segments)
    places = (
        ", ".join(str(start) for start in near.changed[:5])
        or "none (only white space differs)"
    )
    yield Hit(
        "/text/sha256",
        f"The file {near.name} is almost this text, but not byte for byte:"
        f" lines that differ: {len(near.changed)} of {n_all}, at character {places}.",
    )


@check("DOC003", Level.WARNING, on=Document)
def languages_cover_segments(document: Document, _: Context) -> Iterator[Hit]:
    """The languages of a document include the language of each of its segments.

    Why: segments are assigned to annotators by the languages they read.
    Fix: add the language to `languages`.
    Example: languages ["en"] with a comment in Arabic.
    """
    for index, segment in enumerate(document.segments):
        if segment.kind != BOILERPLATE and segment.language not in document.languages:
            message = f"The language \u2018{segment.language}\u2019 of the segment is not in `languages`."
            yield Hit(f"/segments/{index}/language", message)


@check("DOC004", Level.ERROR, on=Document, needs_text=True)
def length_is_right(document: Document, context: Context) -> Iterator[Hit]:
    """The length of a text is its number of code points.

    Why: a length in bytes or UTF-16 units suggests that the offsets are wrong in the
    same way.
    Fix: write the number of Unicode code points.
    Example: 4344 (bytes) for a text of 4098 code points.
    """
    if document.text.n_chars != len(context.text):
        message = (
            f"The text has {len(context.text)} characters, not {document.text.n_chars}."
        )
        yield Hit("/text/n_chars", message)


@check("DOC005", Level.ERROR, on=Document)
def sentences_lie_in_zones(document: Document, _: Context) -> Iterator[Hit]:
    """Sentences are in text order, do not overlap, and are in an annotatable zone.

    Why: agreement on claims is measured by sentence, even where the text is withheld.
    Fix: run `standpoint describe` to compute the sentences again.
    Example: a sentence that runs from the headline into the body.
    """
    for index, segment in enumerate(document.segments):
        last = segment.start
        zones = [zone for zone in segment.zones if zone.is_annotatable]
        for number, (start, end, _words) in enumerate(segment.sentences):
            inside = any(z.start <= start < end <= z.end for z in zones)
            if start < last or not inside:
                what = (
                    "overlaps the previous one"
                    if start < last
                    else "is not in one annotatable zone"
                )
                message = f"The sentence {start}-{end} {what}."
                pointer = f"/segments/{index}/sentences/{number}"
                yield Hit(pointer, message, (start, end))
            last = max(last, end)


@check("DOC006", Level.ERROR, on=Document, needs_text=True)
def sentences_count_words(document: Document, context: Context) -> Iterator[Hit]:
    """A sentence starts and ends with a visible character and has the right length.

    Why: shares per sentence and per word are computed from these numbers.
    Fix: run `standpoint describe` to compute the sentences again.
    Example: [96, 180, 14] for a sentence of 13 words.
    """
    for index, segment in enumerate(document.segments):
        for number, (start, end, n_words) in enumerate(segment.sentences):
            if not 0 <= start < end <= len(context.text):
                continue  # DOC005 and SEG001 report it
            found = texts.count_words(context.text[start:end])
            edges = texts.trim(context.text, start, end) == (start, end)
            if found != n_words or not edges:
                message = (
                    f"The sentence {start}-{end} has {found} words, not {n_words}."
                    if edges
                    else f"The sentence {start}-{end} has white space at an edge."
                )
                yield Hit(
                    f"/segments/{index}/sentences/{number}", message, (start, end)
                )


@check("DOC007", Level.ERROR, on=Document, needs_text=True)
def paragraphs_are_right(document: Document, context: Context) -> Iterator[Hit]:
    """Each non-blank line of a segment is listed with the digest of its words.

    Why: somebody with a slightly different copy can find the lines that are the same.
    Fix: run `standpoint describe` to compute the paragraphs again.
    Example: a line that is missing from the list.
    """
    for index, segment in enumerate(document.segments):
        if segment.end > len(context.text):
            continue  # SEG001 reports it
        wanted = [
            (start, end, texts.line_digest(context.text, start, end))
            for start, end in texts.lines(context.text, segment.start, segment.end)
        ]
        found = [(p.start, p.end, p.digest) for p in segment.paragraphs]
        if found != wanted:
            pairs = enumerate(zip(found, wanted, strict=False))
            place = next((n for n, (a, b) in pairs if a != b), None)
            pointer = f"/segments/{index}/paragraphs"
            if place is not None:
                pointer += f"/{place}"
            message = (
                f"The segment has {len(wanted)} lines with text; the list with"
                f" {len(found)} does not fit them."
            )
            yield Hit(pointer, message)


@check("DOC008", Level.ERROR, on=Document)
def references_exist(document: Document, context: Context) -> Iterator[Hit]:
    """The publisher and the panel of a document are in their registries.

    Why: tables join on these ids.
    Fix: add the outlet or panel, or correct the id.
    Example: "panel": "siria"
    """
    if document.publisher not in context.registries.outlets:
        message = f"Unknown outlet \u2018{document.publisher}\u2019."
        yield Hit("/publisher", message)
    if document.panel not in context.registries.panels:
        yield Hit("/panel", f"Unknown panel \u2018{document.panel}\u2019.")


@check("DOC009", Level.ERROR, on=Document)
def released_text_has_a_licence(document: Document, _: Context) -> Iterator[Hit]:
    """A text is released only under a licence that allows it.

    Why: the text would be published with the dataset.
    Fix: name the licence, or withhold the text.
    Example: "text_release": "released" with "licence": null
    """
    rights = document.rights
    if rights.text_release == RELEASED and rights.licence is None:
        yield Hit("/rights/licence", "The text is released, but `licence` is null.")


@check("DOC010", Level.ERROR, on=Document)
def address_has_a_basis(document: Document, _: Context) -> Iterator[Hit]:
    """A URL has a basis, and a missing URL has the basis `unknown`.

    Why: readers must be able to tell a documented URL from a guessed one.
    Fix: give the basis, or use null and `unknown`.
    Example: "url": null with "url_basis": "found"
    """
    if (document.url is None) != (document.url_basis == "unknown"):
        what = "is missing" if document.url is None else "is given"
        message = f"The URL {what}, but its basis is \u2018{document.url_basis}\u2019."
        yield Hit("/url_basis", message)


@check("DOC011", Level.WARNING, on=Document, needs_text=True)
def text_has_plain_characters(_: Document, context: Context) -> Iterator[Hit]:
    """A text has no characters that tools handle differently.

    These are byte order marks, carriage returns, control characters, marks that
    override the direction of writing, and signs of a damaged encoding.

    Why: browsers and editors remove or convert them, and then offsets and copies no
    longer match.
    Fix: before annotation, save the text as plain UTF-8 with LF line ends and add it
    again; after annotation, leave it and expect copies to differ.
    Example: a text saved with a byte order mark by a Windows editor.
    """
    for what, first, n_times in texts.oddities(context.text):
        times = "" if n_times == 1 else f", {n_times:,} times,"
        message = f"The text has {what}{times} first at character {first}."
        yield Hit("/text", message, (first, first + 1))


@check("DOC012", Level.WARNING, on=Document, needs_text=True)
def text_cannot_be_guessed(document: Document, context: Context) -> Iterator[Hit]:
    """A withheld text has at least 16 words.

    Why: a digest covers 16 words so that nobody can guess them one by one; for a shorter
    text it covers all of it, so a correct guess of the text can be confirmed.
    Fix: leave the document out, or release its text if you may.
    Example: a withheld headline of nine words without an article.
    """
    n_words = len(texts.words_of(context.text).folded)
    if document.rights.text_release != RELEASED and n_words < texts.LEAST_WORDS:
        message = f"The withheld text has only {counted(n_words, 'word')}."
        yield Hit("/text", message)
