"""Codes for problems that are found while answers from Label Studio become records."""

from standpoint.records.findings import Check, Level, declare

declare(
    Check(
        code="LST013",
        level=Level.ERROR,
        title="A pull does not overwrite what was edited here since the last pull.",
        why="one of the two versions would be lost.",
        fix="compare the file with the task; `--replace` keeps the version on the server.",
        example="a curator corrected a link in the file while the annotator went on.",
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
        code="LST015",
        level=Level.ERROR,
        title="All passes of a set follow the same version of the guidelines.",
        why="a set states one version of the guidelines.",
        fix="push the later passes again, under the version that the set states.",
        example="actors under 0.3 and claims under 0.4.",
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
        code="LST017",
        level=Level.ERROR,
        title="The answers fit the schema of an annotation set.",
        why="answers that do not fit cannot be stored.",
        fix="shorten or correct the answer in Label Studio and press Update.",
        example="a note of 500 characters.",
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
        code="LST019",
        level=Level.ERROR,
        title="An annotator has one task per segment and pass.",
        why="with two readings by one annotator, it is unclear which one counts.",
        fix="delete one of the tasks on the server.",
        example="a project that was copied with its tasks.",
    ),
    Check(
        code="LST020",
        level=Level.ERROR,
        title="A decision is about items that have not changed since they were pushed.",
        why="the adjudicator decided on something else.",
        fix="run `push --adjudicate` again: it asks for a new decision on each changed item.",
        example="a mention that its annotator labelled differently after it was pushed.",
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
        code="LST022",
        level=Level.ERROR,
        title="An export is a list of tasks with `annotations`, the JSON format of Label"
        " Studio 1.x.",
        why="other formats do not name the text and the annotator of a task.",
        fix="in Label Studio open the project, choose Export and the format called JSON.",
        example="an export in the format JSON-MIN; answers under `completions`.",
    ),
    Check(
        code="LST024",
        level=Level.ERROR,
        title="Tasks and annotations that an earlier pull found are still on the server.",
        detail="The sets in this corpus stay as they were pulled.",
        why="any user can delete a project, with everything done since the last pull.",
        fix="ask who deleted it and restore the backup; if it was deleted on purpose, run"
        " `labelstudio pull --forget`.",
        example="a project that an annotator deleted instead of one task.",
    ),
)
