"""BRT: what is wrong with brat files, and what could not be taken from them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from standpoint.records.findings import Finding, Hit, Level, check


class Fault(NamedTuple):
    """Something wrong, found while reading.

    Attributes:
        code: The rule that it breaks.
        line: Line of the file, from 1.
        words: What is wrong, and with what.
    """

    code: str
    line: int
    words: str

    def findings(self, path: str) -> Iterator[Finding]:
        """Yield it as a finding."""
        for rule in CHECKS:
            yield from rule.findings(self, None, path)

    def of(self, code: str) -> Iterator[Hit]:
        """Yield it where it breaks this rule."""
        if self.code == code:
            yield Hit("", self.words, None, (self.line, 1))


@check("BRT001", Level.ERROR, on=Fault)
def line_is_brat(fault: Fault, _: Any) -> Iterator[Hit]:
    """A line is an annotation of brat: id, tab, what it is.

    Why: a line that cannot be read may be an annotation that is lost.
    Fix: mend the line, or take the file from brat again.
    Example: spaces where the tab belongs.
    """
    yield from fault.of("BRT001")


@check("BRT002", Level.ERROR, on=Fault)
def id_is_given_once(fault: Fault, _: Any) -> Iterator[Hit]:
    """No id stands on two lines.

    Why: what refers to it could mean either.
    Fix: give one of them another id, and mend what refers to it.
    Example: two files that were pasted together.
    """
    yield from fault.of("BRT002")


@check("BRT003", Level.WARNING, on=Fault)
def reference_leads_somewhere(fault: Fault, _: Any) -> Iterator[Hit]:
    """Relations, events, attributes and notes refer to annotations that are there.

    Why: a reference to nothing says nothing; the line is left out.
    Fix: restore what it refers to, or delete the line.
    Example: a relation to a mention that was deleted.
    """
    yield from fault.of("BRT003")


@check("BRT004", Level.ERROR, on=Fault)
def place_is_in_the_text(fault: Fault, _: Any) -> Iterator[Hit]:
    """Every place starts before it ends, and both lie in the text.

    Why: the words cannot be found.
    Fix: mark the words again in brat, on this text.
    Example: 120 118
    """
    yield from fault.of("BRT004")


@check("BRT005", Level.ERROR, on=Fault)
def words_are_those_of_the_text(fault: Fault, _: Any) -> Iterator[Hit]:
    """The words of a line are those at its place; line breaks may be written as spaces.

    Why: the text was edited after it was annotated, or the offsets count something else.
    Fix: mend the offsets; where many lines differ, take the text that was annotated.
    Example: a paragraph that was deleted from the .txt file.
    """
    yield from fault.of("BRT005")


@check("BRT006", Level.ERROR, on=Fault)
def label_has_a_meaning(fault: Fault, _: Any) -> Iterator[Hit]:
    """The mapping says what every label becomes, or that it is left out.

    Why: nothing is left out without a word.
    Fix: correct the label, or add it to the mapping; docs/brat.md says how.
    Example: a label that is only in one of many files.
    """
    yield from fault.of("BRT006")


@check("BRT007", Level.WARNING, on=Fault)
def offsets_count_characters(fault: Fault, _: Any) -> Iterator[Hit]:
    """Offsets count characters, as brat does.

    Why: other programs count bytes or the units of UTF-16; beyond plain English they
    differ. Where all words of a file fit one of these, its offsets are taken as such.
    Fix: nothing; or let the program that wrote them count code points.
    Example: a file written by a JavaScript program on a text with emoji.
    """
    yield from fault.of("BRT007")


@check("BRT008", Level.ERROR, on=Fault)
def text_is_that_of_the_document(fault: Fault, _: Any) -> Iterator[Hit]:
    """The text beside the annotations is that of the document.

    Why: offsets of another text mark other words.
    Fix: annotate the text of the document; edit no text in brat.
    Example: a .txt file in which a word was corrected.
    """
    yield from fault.of("BRT008")


@check("BRT009", Level.WARNING, on=Fault)
def what_is_left_out_is_said(fault: Fault, _: Any) -> Iterator[Hit]:
    """Nothing is left out; where the mapping says so, it is counted.

    Why: who imports should know what the file held.
    Fix: nothing; or give it a meaning in the mapping.
    Example: 82 verbs in a file of which the mapping wants mentions only.
    """
    yield from fault.of("BRT009")


@check("BRT010", Level.ERROR, on=Fault)
def annotation_makes_an_item(fault: Fault, _: Any) -> Iterator[Hit]:
    """An annotation with what the mapping adds has all that an item of a set needs.

    Why: nothing is guessed.
    Fix: mend it in the file, or say it in the mapping for all of a label or segment;
    docs/brat.md shows how.
    Example: a claim without a modality.
    """
    yield from fault.of("BRT010")


@check("BRT011", Level.WARNING, on=Fault)
def text_is_written_alike(fault: Fault, _: Any) -> Iterator[Hit]:
    """Text and words have the line ends, encoding and Unicode form of the document.

    Why: tools on other systems may count other offsets, and an accent can be a part of
    its letter or a character of its own. The words are taken from the document, and
    those of every line are compared with it all the same.
    Fix: nothing, if no other finding names a line.
    Example: a .txt file to which git on Windows gave other line ends.
    """
    yield from fault.of("BRT011")


CHECKS = (
    line_is_brat,
    id_is_given_once,
    reference_leads_somewhere,
    place_is_in_the_text,
    words_are_those_of_the_text,
    label_has_a_meaning,
    offsets_count_characters,
    text_is_that_of_the_document,
    what_is_left_out_is_said,
    annotation_makes_an_item,
    text_is_written_alike,
)
