"""PUB: what may not be published."""

import re
from collections.abc import Iterator

from standpoint.checks.context import Committed, Context, Repository, TrackedFile
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import Document
from standpoint.records.vocabulary import COMMENT

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


def is_private(string: str) -> bool:
    """Tell whether a string may hold an e-mail address, or a place on a machine."""
    if "@" in string or "\\" in string:
        return True
    return "/" in string and _LOCAL.search(string) is not None


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
    """No file or file name contains eight consecutive words of a withheld text.

    Case, punctuation and line breaks are ignored; whole URLs are skipped.

    Why: the texts belong to others. Anything committed stays in the history.
    Fix: use offsets, or your own words; redo a commit with the words (`git commit
    --amend`, `git rebase -i`): a later commit does not remove them.
    Example: a quote in a note to the adjudicator.
    """
    if not context.gate.documents:
        return
    for leak in context.gate.leaks(file.path):
        message = f"{leak.n_words} words in a row of the withheld text {leak.document} in the file name."
        yield Hit("", message, None, (1, 1))
    for leak in context.gate.leaks(file.text):
        message = f"{leak.n_words} words in a row of the withheld text {leak.document}."
        yield Hit("", message, None, (leak.line, 1))


@check("PUB002", Level.ERROR, on=TrackedFile | Committed)
def no_mail_address(file: TrackedFile | Committed, _: Context) -> Iterator[Hit]:
    """No record contains an e-mail address.

    Why: annotators are known by pseudonyms only.
    Fix: replace it with the pseudonym.
    Example: an annotator id taken from a login.
    """
    if _is_record(file):
        for place in _lines(file, _ADDRESS, "@"):
            yield Hit("", "The value contains an e-mail address.", None, place)


@check("PUB003", Level.ERROR, on=Document)
def commenter_is_pseudonymous(document: Document, _: Context) -> Iterator[Hit]:
    """The author of a comment is commenter-1, commenter-2 and so on.

    Why: readers who comment are private persons.
    Fix: use such a pseudonym; do not record the name on the page.
    Example: "author": "the name under the comment"
    """
    for index, segment in enumerate(document.segments):
        is_comment = segment.kind == COMMENT
        if is_comment and not _COMMENTER.fullmatch(segment.author or ""):
            message = "The author of the comment is not in the form commenter-N."
            yield Hit(f"/segments/{index}/author", message)


@check("PUB004", Level.ERROR, on=TrackedFile | Committed)
def no_local_path(file: TrackedFile | Committed, _: Context) -> Iterator[Hit]:
    """No record contains a path or address of a local machine.

    Why: it shows who worked where, and is useless to anyone else.
    Fix: delete it.
    Example: "tool": "http://localhost:8080"
    """
    if _is_record(file):
        for place in _lines(file, _LOCAL, "/\\"):
            yield Hit(
                "",
                "The value contains a path or address of a local machine.",
                None,
                place,
            )


@check("PUB005", Level.ERROR, on=Repository)
def history_can_be_read(repository: Repository, _: Context) -> Iterator[Hit]:
    """If texts are available, git can list files and commit messages.

    Why: files that cannot be read cannot be compared, and must not pass as clean.
    Fix: run `git status` here and fix the problem it reports.
    Example: a checkout that belongs to another user.
    """
    if not repository.answers:
        yield Hit("", "git failed: commit messages were not compared.", None, (1, 1))
