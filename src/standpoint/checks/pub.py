"""PUB: what may not be published."""

import re
from collections.abc import Iterator

from standpoint.checks.context import Committed, Context, Repository, TrackedFile
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Document

_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_LOCAL = re.compile(
    r"file://|https?://(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)"
    r"|https?://\[::1\]|(?<![\w/.])/(?:home|Users|Volumes|private|root|tmp|var|mnt|opt"
    r"|srv|work)/\w|\b[A-Z]:(?:\\\\|/)\w|\\\\\\\\\w"
)
_COMMENTER = re.compile(r"commenter-[1-9][0-9]*")


def _is_record(file: TrackedFile | Committed) -> bool:
    folder = file.path.startswith(("corpus/", "annotations/"))
    return folder and file.path.endswith(".json")


def _lines(
    file: TrackedFile | Committed, pattern: re.Pattern[str], marks: str
) -> Iterator[tuple[int, int]]:
    """Yield line and column of each line where a pattern is found.

    Args:
        file: The file.
        pattern: What is looked for.
        marks: Characters of which it always holds one: looking for these is fast.
    """
    if not any(mark in file.text for mark in marks) or not pattern.search(file.text):
        return  # nearly always: do not cut a large file into lines for nothing
    for number, line in enumerate(file.text.split("\n"), 1):
        if found := pattern.search(line):
            yield number, found.start() + 1


@check("PUB001", Level.ERROR, on=TrackedFile | Committed)
def no_withheld_text(file: TrackedFile | Committed, context: Context) -> Iterator[Hit]:
    """No eight consecutive words of a withheld text stand in any file, or in its name.

    Case, punctuation and line breaks do not matter; whole web addresses are left out.

    Why: the texts belong to others. What is committed once stays in the history.
    Fix: use offsets, or your own words; a commit that holds the words is made anew (`git
    commit --amend`, `git rebase -i`): one on top leaves them there.
    Example: a quote in a note to the adjudicator.
    """
    for leak in context.gate.leaks(file.path):
        message = (
            f"{leak.n_words} words of the withheld text {leak.document} in its name."
        )
        yield Hit("", message, None, (1, 1))
    for leak in context.gate.leaks(file.text):
        message = f"{leak.n_words} words in a row of the withheld text {leak.document}."
        yield Hit("", message, None, (leak.line, 1))


@check("PUB002", Level.ERROR, on=TrackedFile | Committed)
def no_mail_address(file: TrackedFile | Committed, _: Context) -> Iterator[Hit]:
    """No record holds an e-mail address.

    Why: annotators are known by pseudonyms only.
    Fix: replace it by the pseudonym.
    Example: an annotator id taken from a login.
    """
    if _is_record(file):
        for place in _lines(file, _ADDRESS, "@"):
            yield Hit("", "An e-mail address stands here.", None, place)


@check("PUB003", Level.ERROR, on=Document)
def commenter_is_pseudonymous(document: Document, _: Context) -> Iterator[Hit]:
    """The author of a comment is commenter-1, commenter-2 and so on.

    Why: readers who comment are private persons.
    Fix: use the pseudonym; the name on the page is not recorded.
    Example: "author": "the name under the comment"
    """
    for index, segment in enumerate(document.segments):
        is_comment = segment.kind == "comment"
        if is_comment and not _COMMENTER.fullmatch(segment.author or ""):
            message = "The author of a comment is not given as commenter-N."
            yield Hit(f"/segments/{index}/author", message)


@check("PUB004", Level.ERROR, on=TrackedFile | Committed)
def no_local_path(file: TrackedFile | Committed, _: Context) -> Iterator[Hit]:
    """No record holds a path or address of somebody's machine.

    Why: it says who worked where, and means nothing to anyone else.
    Fix: delete it.
    Example: "tool": "http://localhost:8080"
    """
    if _is_record(file):
        for place in _lines(file, _LOCAL, "/\\"):
            yield Hit("", "A path or address of a machine stands here.", None, place)


@check("PUB005", Level.ERROR, on=Repository)
def history_can_be_read(repository: Repository, _: Context) -> Iterator[Hit]:
    """Where texts are at hand, git can be asked for files and commit messages.

    Why: what cannot be read cannot be compared, and must not count as clean.
    Fix: run `git status` here and mend what it says.
    Example: a checkout that belongs to another user.
    """
    if not repository.answers:
        yield Hit(
            "", "git does not answer: commit messages were not compared.", None, (1, 1)
        )
