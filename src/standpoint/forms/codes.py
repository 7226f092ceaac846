"""Codes of problems with answers to a form."""

from standpoint.records.findings import Check, Level, declare

declare(
    Check(
        code="LST003",
        level=Level.ERROR,
        title="A region is inside the text, and its words are the words at its position.",
        why="offsets have been wrong around emoji and right-to-left text. Without its"
        " words the position of a region cannot be checked, and half a character"
        " cannot be stored.",
        fix="mark the words, or fill in the field, again.",
        example="end 900 in a text of 800 characters.",
    ),
    Check(
        code="LST004",
        level=Level.ERROR,
        title="Every label, field and value exists in the form.",
        why="a label that was renamed on the server, or made up, has no meaning in the"
        " corpus.",
        fix="restore the labels of the project, or choose one that the form has.",
        example="a region labelled \u2018claim\u2019 in a form that has ten types of claim.",
    ),
    Check(
        code="LST005",
        level=Level.ERROR,
        title="Required fields are filled in, and fields that allow one value have one.",
        why="with two values it is unclear which one counts.",
        fix="open the task, select the region and correct the field; then press Update.",
        example="a claim without a modality.",
    ),
    Check(
        code="LST007",
        level=Level.WARNING,
        title="Sources, parts of claims and further evidence are linked to a claim or a"
        " stance.",
        detail="A region that is not linked is left out; the rest of the segment is kept.",
        why="without the arrow it is unknown whose source or part it is.",
        fix="select the claim or stance, press Alt+R, click the region and press"
        " Update; or delete the region.",
        example="a source to which no arrow leads.",
    ),
    Check(
        code="LST008",
        level=Level.ERROR,
        title="An arrow joins two existing regions, and points the right way.",
        detail="It points from a claim to its source, and from there to the source of that"
        " source.",
        why="an arrow in the wrong direction reverses a chain of sources, and an arrow"
        " that lost its end may have led to a source.",
        fix="delete the arrow in the list of relations and draw it from the claim.",
        example="an arrow from a source to its claim.",
    ),
    Check(
        code="LST014",
        level=Level.ERROR,
        title="A later pass refers only to items that the earlier passes still have.",
        why="a link to a deleted mention leads nowhere.",
        fix="mark the mention again in the first pass, or delete the arrow in the second.",
        example="an arrow to a mention that the annotator has since removed.",
    ),
    Check(
        code="LST016",
        level=Level.ERROR,
        title="An actor that is missing from the registry has a short name and one kind.",
        why="curators use both to add the actor to the registry.",
        fix="give a short name in Latin letters and digits, and choose a kind.",
        example="\u2018not in the registry\u2019 without a name.",
    ),
    Check(
        code="LST018",
        level=Level.ERROR,
        title="A decision is allowed for its item, has a reason, and decides on one item.",
        detail="`agreed` is allowed only where the readings have the same values in"
        " everything that is kept.",
        why="readers of the resolved label must be able to see how it was decided.",
        fix="open the adjudicator's task, correct the decision or fill in what is missing,"
        " and press Update.",
        example="`chosen` without a reason; `agreed` on readings with different labels.",
    ),
    Check(
        code="LST021",
        level=Level.WARNING,
        title="Everything that was typed, marked or chosen is stored, or reported here.",
        detail="Keys of Label Studio that are known to hold no annotation are ignored; any"
        " other key that is not read is reported once per kind.",
        why="annotators expect somebody to read what they write down.",
        fix="open the task in Label Studio, and move what matters into a field or a note of"
        " the pass.",
        example="a comment in an edition of Label Studio that has comments.",
    ),
    Check(
        code="LST023",
        level=Level.WARNING,
        title="An arrow joins two regions for which arrows have a meaning.",
        detail="These are a claim or a stance and a part of it, or two claims and a label"
        " that says how they relate. Any other arrow is left out; the rest of the"
        " segment is kept.",
        why="what the annotator meant by it is not recorded.",
        fix="in the list of relations delete the arrow or give it a label; press"
        " Update.",
        example="an arrow between two mentions.",
    ),
)
