"""Codes of problems with what comes back from Label Studio."""

from standpoint.records.findings import Check, Level, declare

declare(
    Check(
        code="CFG004",
        level=Level.ERROR,
        title="A project has the labelling configuration that its tasks were pushed with.",
        why="after a change it is unknown which labels the annotator saw.",
        fix="restore it under Settings, Labeling Interface; `push` keeps each"
        " configuration in work/labelstudio/configs.",
        example="a label that somebody renamed on the server.",
    ),
    Check(
        code="LST001",
        level=Level.ERROR,
        title="Each task was pushed from this corpus, and its document has not changed"
        " since.",
        why="without the data that `push` writes into a task, it is unknown which text"
        " it is about.",
        fix="if a text is not available, give its folder with --texts; if a document"
        " was changed, push it again; if an export was edited by hand, pull it again.",
        example="a task that was typed in by hand.",
    ),
    Check(
        code="LST002",
        level=Level.ERROR,
        title="The text of a task is the text of its segment, character by character.",
        why="offsets into another text mark other words.",
        fix="export again, directly from the server. Programs that change line ends or"
        " characters make an export unusable.",
        example="an export that an editor saved with CRLF line ends.",
    ),
    Check(
        code="LST006",
        level=Level.ERROR,
        title="Every field of a region belongs to a region, and no region or field occurs"
        " twice.",
        why="an answer without its region would be lost silently.",
        fix="open the task and save it again; if the problem remains, mark the words"
        " again.",
        example="a normalised sentence whose claim was deleted.",
    ),
    Check(
        code="LST009",
        level=Level.ERROR,
        title="An annotation was made and last changed by the annotator of its project.",
        why="the open edition of Label Studio lets anyone edit anyone's work.",
        fix="if somebody changed it, the annotator answers again and presses Update; if"
        " somebody else made it, delete that annotation in the menu of its tab.",
        example="a task of a1 that the administrator saved.",
    ),
    Check(
        code="LST010",
        level=Level.ERROR,
        title="A task has only one annotation.",
        why="with two annotations it is unclear which one counts.",
        fix="open the task, compare the tabs and delete one of them.",
        example="a second annotation where the first should have been updated.",
    ),
    Check(
        code="LST011",
        level=Level.WARNING,
        title="No task has a draft that was not submitted.",
        why="Label Studio saves drafts automatically; only Submit says that an answer"
        " is final. The draft stays on the server and is not imported.",
        fix="open the task and press Submit or Update, or undo the changes.",
        example="a tab that was closed in the middle of a segment.",
    ),
    Check(
        code="LST012",
        level=Level.WARNING,
        title="No task was skipped.",
        why="an annotator may skip any segment, and missing answers must be known.",
        fix="none needed; or give the segment to another annotator.",
        example="a segment with gore that its annotator did not want to read.",
    ),
    Check(
        code="LST013",
        level=Level.ERROR,
        title="A pull does not overwrite what was edited here since the last pull.",
        why="one of the two versions would be lost.",
        fix="compare the file with the task; `--replace` keeps the version on the server.",
        example="a curator corrected a link in the file while the annotator went on.",
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
        code="LST017",
        level=Level.ERROR,
        title="The answers fit the schema of an annotation set.",
        why="answers that do not fit cannot be stored.",
        fix="shorten or correct the answer in Label Studio and press Update.",
        example="a note of 500 characters.",
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
