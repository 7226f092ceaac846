"""BRT: codes for problems in brat files, and for what could not be imported."""

from standpoint.records.findings import Check, Level, declare

declare(
    Check(
        code="BRT001",
        level=Level.ERROR,
        title="Each line is a brat annotation: an id, a tab, and the annotation.",
        why="a line that cannot be read may be a lost annotation.",
        fix="correct the line, or export the file from brat again.",
        example="spaces instead of the tab.",
    ),
    Check(
        code="BRT002",
        level=Level.ERROR,
        title="No id occurs on two lines.",
        why="a reference to it could mean either line.",
        fix="give one of them another id, and update the references to it.",
        example="two files that were pasted together.",
    ),
    Check(
        code="BRT003",
        level=Level.WARNING,
        title="Relations, events, attributes and notes refer to annotations in the file.",
        why="without the other annotation the line means nothing; it is skipped.",
        fix="restore the annotation that it refers to, or delete the line.",
        example="a relation to a mention that was deleted.",
    ),
    Check(
        code="BRT004",
        level=Level.ERROR,
        title="The start of a span is before its end, and both are inside the text.",
        why="the words cannot be found.",
        fix="mark the words again in brat, on this text.",
        example="120 118",
    ),
    Check(
        code="BRT005",
        level=Level.ERROR,
        title="The words on a line are the words at its offsets in the text.",
        detail="Line breaks may be written as spaces.",
        why="the text was edited after annotation, or the offsets count something else.",
        fix="correct the offsets; where many lines differ, use the text that was annotated.",
        example="a paragraph that was deleted from the .txt file.",
    ),
    Check(
        code="BRT006",
        level=Level.ERROR,
        title="The mapping has an entry for every label, even if only to skip it.",
        why="no annotation is skipped silently.",
        fix="correct the label, or add it to the mapping as described in docs/brat.md.",
        example="a label that occurs in only one of many files.",
    ),
    Check(
        code="BRT007",
        level=Level.WARNING,
        title="Offsets count characters, as in brat.",
        why="other programs count bytes or UTF-16 units, which differ from characters"
        " outside plain English. If all words of a file fit one of these, its offsets are"
        " read that way.",
        fix="nothing; or let the program that wrote them count code points.",
        example="a file written by a JavaScript program on a text with emoji.",
    ),
    Check(
        code="BRT008",
        level=Level.ERROR,
        title="The text file next to the annotations has the text of the document.",
        why="offsets into another text mark other words.",
        fix="annotate the text of the document; do not edit texts in brat.",
        example="a .txt file in which a word was corrected.",
    ),
    Check(
        code="BRT009",
        level=Level.WARNING,
        title="Nothing is skipped; what the mapping skips is counted.",
        why="the importer should see what else the file contained.",
        fix="nothing; or give the label a meaning in the mapping.",
        example="82 verbs in a file, with a mapping that imports only mentions.",
    ),
    Check(
        code="BRT010",
        level=Level.ERROR,
        title="An annotation, completed by the mapping, has everything that an item needs.",
        why="missing values are not guessed.",
        fix="correct the annotation in the file, or set the value in the mapping for a label"
        " or segment as described in docs/brat.md.",
        example="a claim without a modality.",
    ),
    Check(
        code="BRT011",
        level=Level.WARNING,
        title="Text and words have the line ends, encoding and Unicode form of the document.",
        why="other tools may then count other offsets, and an accent may be a character of"
        " its own. The words are read from the document, and every line is still compared"
        " with it.",
        fix="nothing, if no other finding names a line.",
        example="a .txt file to which git on Windows gave other line ends.",
    ),
)
