"""What has changed since a commit is judged as the whole would be, and nothing else."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from standpoint.checks.changed_since import affected, narrowed
from standpoint.checks.report import Report
from standpoint.checks.run import check_corpus
from standpoint.cli import cli
from standpoint.records.checkout import ACCEPTED, Checkout
from standpoint.records.findings import order
from standpoint.records.git import GitStop
from tests.conftest import apply, withhold

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
NAME = "small-bridge-2031"
READER = f"annotations/{NAME}/reader-1.json"
DOCUMENT = f"corpus/documents/{NAME}.json"

Edit = dict[str, Any]


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.invalid")
    command = ["git", "-C", str(root), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "Everything") -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


@pytest.fixture
def repo(small: Path) -> Path:
    """The small checkout under version control."""
    git(small, "init", "-q", "-b", "main")
    commit(small)
    return small


def check(root: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["check", "--root", str(root), *arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def usable(path: Path) -> bool:
    """Tell whether a case edits records; some go other ways."""
    goes_elsewhere = json.loads(path.read_bytes()).keys() & {"studio", "quoted"}
    return not goes_elsewhere and not path.stem.startswith("PUB005")  # git is broken


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in CASES if usable(path)], ids=lambda path: path.stem
)
def test_what_depends_on_a_change_is_judged_with_it(small: Path, path: Path) -> None:
    case = json.loads(path.read_bytes())
    texts = []
    if "withheld" in case:
        texts = [withhold(small, at_hand=case["withheld"] == "at hand")]
    git(small, "init", "-q", "-b", "main")
    edits = case.get("edits", [])
    for edit in (edit for edit in edits if edit["file"] == ACCEPTED):
        # Nobody accepts the faults of their own change: it was so before, by another.
        apply(small, edit)
        owner = {"replace": {'"owner": "': '"owner": "not-'}}
        apply(small, {"file": ACCEPTED, **owner})
    commit(small)
    for edit in edits:
        apply(small, edit)
    whole = check_corpus(Checkout(small, texts))
    checkout = Checkout(small, texts)
    part = part_of(checkout)
    assert order(part.findings) == [f for f in whole.findings if f.commit is None]


def paths_of(root: Path, revision: str = "main") -> list[str] | None:
    checkout = Checkout(root)
    return narrowed(checkout, checkout.git.changes_since(revision), None)


def part_of(checkout: Checkout) -> Report:
    changes = checkout.by_record(checkout.git.changes_since("main"))
    return check_corpus(checkout, narrowed(checkout, changes, None), since=changes)


def test_nothing_is_judged_where_nothing_has_changed(repo: Path) -> None:
    assert paths_of(repo) == []
    arguments = ["check", "--root", str(repo), "--changed-since", "main"]
    result = CliRunner().invoke(cli, arguments)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing has changed since main" in result.stderr


def test_new_files_count_and_ignored_ones_do_not(repo: Path) -> None:
    (repo / ".gitignore").write_text("work/\n", "utf-8")
    (repo / "work").mkdir()
    (repo / "work/note.json").write_text("{", "utf-8")
    (repo / f"annotations/{NAME}/pat.json").write_text("{", "utf-8")
    found = paths_of(repo) or []
    assert f"annotations/{NAME}/pat.json" in found
    assert not [path for path in found if path.startswith("work")]
    said = check(repo, "--changed-since", "main", code=1)
    assert f"annotations/{NAME}/pat.json:1: FMT002 error" in said


def test_a_set_comes_with_those_beside_it(repo: Path) -> None:
    apply(repo, {"file": READER, "set": {"/created": "2031-05-30T09:00:00Z"}})
    beside = [f"annotations/{NAME}/{name}.json" for name in ("reader-1", "small-lm")]
    assert paths_of(repo) == beside


def test_an_entry_of_a_registry_comes_with_the_records_that_name_it(repo: Path) -> None:
    actors = json.loads((repo / "corpus/actors.json").read_bytes())["actors"]
    number = next(n for n, a in enumerate(actors) if a["id"] == "mira_tolz")
    edit = {f"/actors/{number}/notes": "A minister."}
    apply(repo, {"file": "corpus/actors.json", "set": edit})
    found = paths_of(repo) or []
    assert {READER, "corpus/actors.json"} <= set(found)
    assert "corpus/outlets.json" not in found


@pytest.mark.parametrize("path", ["schema/cues/en.json", "corpus/dataset.json"])
def test_what_everything_depends_on_is_judged_with_everything(
    repo: Path, path: str
) -> None:
    (repo / path).write_text((repo / path).read_text("utf-8") + "\n", "utf-8")
    assert paths_of(repo) is None


def test_only_what_this_line_of_work_did_counts(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "mine")
    apply(repo, {"file": READER, "set": {"/created": "2031-05-30T09:00:00Z"}})
    commit(repo, "Mine")
    git(repo, "checkout", "-q", "main")
    apply(repo, {"file": DOCUMENT, "set": {"/archived_at": None}})
    (repo / "notes.md").write_text("Theirs.", "utf-8")
    commit(repo, "Theirs")
    git(repo, "checkout", "-q", "mine")
    assert "notes.md" not in (paths_of(repo) or [])


def test_paths_narrow_it_further(repo: Path) -> None:
    apply(repo, {"file": READER, "set": {"/annotator": "nobody"}})
    assert check(repo, "--changed-since", "main", str(repo / "corpus")) == ""
    check(repo, "--changed-since", "main", str(repo / "annotations"), code=1)


def test_what_git_cannot_say_is_one_line(repo: Path, tmp_path: Path) -> None:
    with pytest.raises(GitStop, match=r"revision .nowhere."):
        paths_of(repo, "nowhere")
    with pytest.raises(GitStop, match=r"revision .--output=x."):
        paths_of(repo, "--output=x")
    git(repo, "checkout", "-q", "--orphan", "apart")
    commit(repo, "Apart")
    with pytest.raises(GitStop, match="fetch the whole history"):
        paths_of(repo)
    bare = tmp_path / "bare"
    repo.rename(bare)
    (bare / ".git").rename(tmp_path / "elsewhere")
    result = CliRunner().invoke(
        cli, ["check", "--root", str(bare), "--changed-since", "main"]
    )
    assert result.exit_code == 2
    assert "this folder is not in git" in result.output.splitlines()[-1]


def test_a_checkout_below_the_top_of_a_repository(repo: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    (repo / ".git").rename(tmp_path / "old")
    repo.rename(whole / "data")
    git(whole, "init", "-q", "-b", "main")
    commit(whole)
    (whole / "README.md").write_text("Above.", "utf-8")
    root = whole / "data"
    apply(root, {"file": READER, "set": {"/created": "2031-05-30T09:00:00Z"}})
    assert READER in (paths_of(root) or [])
    apply(
        root,
        {"file": "corpus/actors.json", "set": {"/actors/0/notes": "Changed."}},
    )
    assert DOCUMENT not in (paths_of(root) or [DOCUMENT])


# what hid findings once


@pytest.mark.parametrize("name", [":(x).md", ":!docs", "a\tb.md", "caf\u00e9.md"])
def test_no_name_of_a_file_hides_a_leak(small: Path, name: str) -> None:
    texts = withhold(small, at_hand=True)
    git(small, "init", "-q", "-b", "main")
    commit(small)
    leak = (texts / "any name").read_text("utf-8").splitlines()[4]
    (small / name).write_text("Harmless.", "utf-8")
    (small / f"{name} too").write_text(leak, "utf-8")
    checkout = Checkout(small, [texts])
    found = part_of(checkout).findings
    assert [finding.code for finding in found] == ["PUB001"]


@pytest.mark.parametrize("at_hand", [False, True])
def test_other_files_are_read_only_where_there_is_a_text_to_compare(
    small: Path, monkeypatch: pytest.MonkeyPatch, at_hand: bool
) -> None:
    texts = withhold(small, at_hand=at_hand)
    (small / "notes.md").write_text("Harmless.", "utf-8")
    read, read_bytes = [], Path.read_bytes

    def watched(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", watched)
    check_corpus(Checkout(small, [texts]))
    assert ("notes.md" in read) == at_hand


def test_what_a_branch_says_is_judged_with_it(small: Path) -> None:
    texts = withhold(small, at_hand=True)
    git(small, "init", "-q", "-b", "main")
    leak = (texts / "any name").read_text("utf-8").splitlines()[4]
    commit(small, f"Before: {leak}")
    git(small, "checkout", "-q", "-b", "mine")
    (small / "notes.md").write_text("Harmless.", "utf-8")
    commit(small, leak)
    checkout = Checkout(small, [texts])
    found = part_of(checkout).findings
    assert [(f.code, f.path, bool(f.commit)) for f in found] == [("PUB001", "", True)]


def test_git_that_refuses_a_repository_above_is_no_git_that_is_not_there(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    (repo / ".git").rename(whole / ".git")
    repo.rename(whole / "data")
    assert Checkout(whole / "data").git.answers
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert not Checkout(whole / "data").git.answers


def test_no_hidden_folder_is_looked_into(repo: Path) -> None:
    hidden = "annotations/.ipynb_checkpoints/reader-1.json"
    apply(repo, {"file": hidden, "copy_of": READER})
    assert (
        part_of(Checkout(repo)).findings == check_corpus(Checkout(repo)).findings == []
    )


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "", "\0", "a//b"])
def test_no_path_that_somebody_wrote_stops_git(repo: Path, path: str) -> None:
    entry = {
        "code": "CLM003",
        "path": path,
        "place": "/segments",
        "value": "0" * 12,
        "reason": "For the test.",
        "owner": "reader-1",
        "expires": "2099-01-01",
    }
    accepted = {"schema": "1", "accepted": [entry]}
    words = json.dumps(accepted, indent=2) + "\n"
    apply(repo, {"file": "corpus/accepted.json", "write": words})
    found = part_of(Checkout(repo)).findings
    assert [f.code for f in found] == [
        f.code for f in check_corpus(Checkout(repo)).findings
    ]
    assert {f.path for f in found} == {"corpus/accepted.json"}


def test_a_name_is_looked_for_as_json_writes_it(repo: Path) -> None:
    """The actor itself is named nowhere else: only its name leads to the claim."""
    claim = "/segments/0/claims/0/normalised"
    words = 'The so"called" guard fired on it.'
    apply(repo, {"file": READER, "set": {claim: words}})
    commit(repo)
    one = json.loads((repo / "corpus/actors.json").read_bytes())["actors"][0]
    name = one["names"][0] | {"text": 'so"called" guard', "kind": "epithet"}
    new = {"id": "ford_watch", "names": [name], "panel_target": None}
    apply(repo, {"file": "corpus/actors.json", "add": {"/actors/-": one | new}})
    found = part_of(Checkout(repo)).findings
    assert ("CLM005", READER) in {(f.code, f.path) for f in found}


def test_a_word_with_a_joiner_is_looked_for(repo: Path) -> None:
    word = "\u0645\u06cc\u200c\u0631\u0648\u062f"
    (repo / "corpus/note.txt").write_text(f"x {word}\n", "utf-8")
    found = Checkout(repo).git.holding([word, "a\0b", " "], ["corpus"])
    assert found == ["corpus/note.txt"]


def test_no_id_that_somebody_wrote_stops_git(repo: Path) -> None:
    apply(repo, {"file": "corpus/actors.json", "set": {"/actors/0/id": "a\0"}})
    assert "FMT005" in {f.code for f in part_of(Checkout(repo)).findings}


def test_what_was_unreadable_and_is_mended_lets_all_be_judged(repo: Path) -> None:
    outlets = repo / "corpus/outlets.json"
    whole = outlets.read_bytes()
    outlets.write_bytes(whole[:-9])
    commit(repo)
    git(repo, "checkout", "-q", "-b", "mine")
    outlets.write_bytes(whole)
    assert paths_of(repo) is None


def test_a_text_that_is_no_documents_any_more_may_be_nearly_anothers(
    copies: Path,
) -> None:
    """Where the text is not at hand, a file that is nearly it is named."""
    other = "small-copy-2031"
    record = {"/rights/text_release": "withheld", "/text/sha256": "0" * 64}
    apply(copies, {"file": f"corpus/documents/{other}.json", "set": record})
    (copies / f"corpus/texts/released/{other}.txt").unlink()
    commit(copies)
    git(copies, "checkout", "-q", "-b", "mine")
    for path in (DOCUMENT, READER, READER.replace("reader-1", "small-lm")):
        (copies / path).unlink()
    whole, part = check_corpus(Checkout(copies)), part_of(Checkout(copies))
    near = [f for f in whole.findings if f.code == "DOC001" and "almost" in f.message]
    assert [f.path for f in near] == [f"corpus/documents/{other}.json"]
    assert set(near) <= set(part.findings)


def test_words_that_a_later_commit_took_out_are_still_there(small: Path) -> None:
    texts = withhold(small, at_hand=True)
    git(small, "init", "-q", "-b", "main")
    commit(small)
    git(small, "checkout", "-q", "-b", "mine")
    leak = (texts / "any name").read_text("utf-8").splitlines()[4]
    (small / "a note.md").write_text(f"One.\n{leak}\n", "utf-8")
    commit(small, "A note")
    held_by = git(small, "rev-parse", "--short=9", "HEAD").strip()
    (small / "a note.md").write_text("One.\n", "utf-8")
    commit(small, "Mended")
    checkout = Checkout(small, [texts])
    (finding,) = part_of(checkout).findings
    assert (finding.code, finding.line) == ("PUB001", 2)
    assert (finding.commit, finding.path) == (held_by, "a note.md")
    said = check(small, "--changed-since", "main", "--texts", str(texts), code=1)
    assert f"commit {held_by}: a note.md:2: PUB001 error" in said


def test_a_text_among_the_released_ones_is_found_without_it(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "mine")
    other = repo / "corpus/texts/released/some-article.txt"
    other.write_text("Words of somebody else.\n", "utf-8")
    commit(repo, "A text")
    said = check(repo, "--changed-since", "main", code=1)
    assert "released/some-article.txt:1: FMT012 error" in said


def test_warnings_that_were_there_before_are_counted_only(repo: Path) -> None:
    beside = f"annotations/{NAME}/small-lm.json"
    apply(repo, {"file": READER, "set": {"/segments/0/claims/1/about": []}})
    assert [f.code for f in check_corpus(Checkout(repo)).findings] == ["CLM003"]
    commit(repo)
    git(repo, "checkout", "-q", "-b", "mine")
    apply(repo, {"file": beside, "set": {"/created": "2031-05-30T09:00:00Z"}})
    result = CliRunner().invoke(
        cli, ["check", "--root", str(repo), "--changed-since", "main"]
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert "not shown: 1 warning" in result.stderr
    report = json.loads(check(repo, "--changed-since", "main", "--format", "json"))
    assert (report["before"], report["findings"]) == (1, [])
    apply(repo, {"file": READER, "set": {"/created": "2031-05-30T09:00:00Z"}})
    assert "CLM003 warning" in check(repo, "--changed-since", "main")


def test_a_warning_that_a_change_causes_elsewhere_is_told(repo: Path) -> None:
    """The registry gets an actor that a set says it lacks."""
    nil = {"id": "NIL:ford-watch", "kind": "armed_group"}
    apply(repo, {"file": READER, "add": {"/nil/-": nil}})
    commit(repo)
    git(repo, "checkout", "-q", "-b", "mine")
    registry = "corpus/actors.json"
    apply(repo, {"file": registry, "copy": {"/actors/-": "/actors/1"}})
    apply(repo, {"file": registry, "set": {"/actors/4/id": "ford_watch"}})
    said = check(repo, "--changed-since", "main", code=1)  # its name is there twice
    assert f"{READER}:" in said
    assert "ACT007 warning" in said


def test_a_text_that_is_withheld_from_now_on_is_looked_for_everywhere(
    repo: Path,
) -> None:
    withhold(repo, at_hand=False)
    assert paths_of(repo) is None


def test_names_and_relations_of_actors_lead_to_their_users(repo: Path) -> None:
    actors = json.loads((repo / "corpus/actors.json").read_bytes())["actors"]
    number = next(n for n, a in enumerate(actors) if a["id"] == "oskadar_league")
    edit = {f"/actors/{number}/names/1/kind": "epithet"}
    apply(repo, {"file": "corpus/actors.json", "set": edit})
    checkout = Checkout(repo)
    part = order(part_of(checkout).findings)
    assert part == check_corpus(Checkout(repo)).findings


def test_what_changed_comes_before_what_depends_on_it(repo: Path) -> None:
    beside = f"annotations/{NAME}/small-lm.json"
    apply(repo, {"file": READER, "set": {"/annotator": "nobody"}})
    commit(repo)
    git(repo, "checkout", "-q", "-b", "mine")
    apply(repo, {"file": beside, "set": {"/annotator": "nobody-else"}})
    found = [finding.path for finding in part_of(Checkout(repo)).findings]
    assert found == sorted(found, key=lambda path: path != beside)
    assert set(found) == {READER, beside}


def test_what_cannot_be_read_is_said_to_be_judged_by_its_form(repo: Path) -> None:
    apply(repo, {"file": READER, "set": {"/role": "anotator"}})
    assert part_of(Checkout(repo)).form_only == [READER]
    apply(repo, {"file": DOCUMENT, "set": {"/rights/text_release": "relesed"}})
    report = part_of(Checkout(repo))
    # The form of a set is judged though its document cannot be read.
    assert {f.path for f in report.findings if f.code == "FMT005"} == {READER, DOCUMENT}
    beside = f"annotations/{NAME}/small-lm.json"
    assert report.form_only == [READER, beside, DOCUMENT]


def test_a_path_keeps_what_depends_on_a_change(repo: Path) -> None:
    apply(repo, {"file": DOCUMENT, "set": {"/segments/0/id": "s07"}})
    said = check(repo, "--changed-since", "main", str(repo / READER), code=1)
    assert "SEG005" in said


def test_git_that_does_not_answer_is_no_git_that_finds_nothing(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(repo, {"file": "corpus/actors.json", "set": {"/actors/0/notes": "New."}})
    checkout = Checkout(repo)
    changes = checkout.git.changes_since("main")
    monkeypatch.setattr("standpoint.records.git._GIT", ("git", "--no-such-option"))
    with pytest.raises(GitStop, match="git failed"):
        affected(checkout, changes)
    with pytest.raises(GitStop, match="git cannot search"):
        checkout.git.holding(["mira_tolz"], ["annotations"])


# what is kept of documents that have not changed

SPLITS = "corpus/splits.json"
ALONE = {"id": "alone", "documents": ["small-copy-2031"], "basis": "Found alone."}
APART = {"file": SPLITS, "add": {"/groups/-": ALONE}}


@pytest.fixture
def copies(small: Path) -> Path:
    """A checkout with two documents of the same words, in one story group."""
    case = json.loads(
        (CASES[0].parent / "SPL005-copy-in-another-group.json").read_bytes()
    )
    for edit in case["edits"]:
        apply(small, edit)
    together = [NAME, "small-copy-2031"]
    apply(small, {"file": SPLITS, "set": {"/groups/0/documents": together}})
    apply(small, {"file": SPLITS, "drop": ["/groups/1"]})
    git(small, "init", "-q", "-b", "main")
    commit(small)
    return small


def kept(root: Path) -> Path:
    return root / ".git/standpoint/sketches"


def split_up(root: Path) -> None:
    group = {"/groups/0/documents": [NAME]}
    apply(root, {"file": SPLITS, "set": group})
    apply(root, APART)


def test_documents_that_have_not_changed_are_compared_as_if_read(copies: Path) -> None:
    split_up(copies)
    for _ in ("read", "kept"):
        assert [f.code for f in part_of(Checkout(copies)).findings] == ["SPL005"]
        assert kept(copies).is_file()


def test_what_is_kept_is_of_one_commit(copies: Path) -> None:
    split_up(copies)
    part_of(Checkout(copies))
    other = "corpus/documents/small-copy-2031.json"
    paragraphs = json.loads((copies / other).read_bytes())["segments"]
    changed = {
        f"/segments/{i}/paragraphs/{j}/digest": f"{i:08x}{j:08x}"
        for i, segment in enumerate(paragraphs)
        for j, _ in enumerate(segment["paragraphs"])
    }
    apply(copies, {"file": other, "set": changed})
    unlike = [f for f in part_of(Checkout(copies)).findings if f.code == "SPL005"]
    assert unlike == []  # changed, not yet committed
    commit(copies)
    apply(copies, {"file": SPLITS, "set": {"/groups/0/basis": "Looked at again."}})
    unlike = [f for f in part_of(Checkout(copies)).findings if f.code == "SPL005"]
    assert unlike == []  # another commit than the one that is kept


@pytest.mark.parametrize("spoil", ["garbage", "other form", "no place"])
def test_what_is_kept_and_spoilt_is_drawn_again(copies: Path, spoil: str) -> None:
    split_up(copies)
    part_of(Checkout(copies))
    if spoil == "no place":
        kept(copies).unlink()
        kept(copies).parent.rmdir()
        kept(copies).parent.write_bytes(b"in the way")
    else:
        kept(copies).write_bytes(b"\x00" if spoil == "garbage" else b"\x81\xa1a\x01")
    assert [f.code for f in part_of(Checkout(copies)).findings] == ["SPL005"]


def test_what_is_kept_is_used(copies: Path) -> None:
    split_up(copies)
    part_of(Checkout(copies))
    store = msgspec.msgpack.decode(kept(copies).read_bytes())
    key, sketches = store["key"], store["sketches"]
    lines = {
        path: [publisher, [], text, released, []]
        for path, (publisher, _, text, released, _) in sketches.items()
    }
    planted = {"key": key, "sketches": lines}  # documents without a line or a word
    kept(copies).write_bytes(msgspec.msgpack.encode(planted))
    assert part_of(Checkout(copies)).findings == []


def test_what_git_was_told_to_look_away_from_is_not_kept(copies: Path) -> None:
    other = "corpus/documents/small-copy-2031.json"
    git(copies, "update-index", "--skip-worktree", other)
    right = (copies / other).read_bytes()
    (copies / other).write_bytes(
        re.sub(rb'"digest": "[0-9a-f]{16}"', b'"digest": "' + b"0" * 16 + b'"', right)
    )
    split_up(copies)
    assert "SPL005" not in {f.code for f in part_of(Checkout(copies)).findings}
    (copies / other).write_bytes(right)
    assert "SPL005" in {f.code for f in part_of(Checkout(copies)).findings}


# what git says in odd ways


def test_another_text_that_is_withheld_is_looked_for_everywhere(small: Path) -> None:
    texts = withhold(small, at_hand=True)
    leak = (texts / "any name").read_text("utf-8").splitlines()[4]
    (small / "notes.md").write_text(leak, "utf-8")
    digest = json.loads((small / DOCUMENT).read_bytes())["text"]["sha256"]
    apply(small, {"file": DOCUMENT, "set": {"/text/sha256": "0" * 64}})
    git(small, "init", "-q", "-b", "main")
    commit(small)
    apply(small, {"file": DOCUMENT, "set": {"/text/sha256": digest}})
    found = part_of(Checkout(small, [texts])).findings
    assert ("PUB001", "notes.md") in [(f.code, f.path) for f in found]


def test_colours_that_somebody_configured_hide_nothing(repo: Path) -> None:
    git(repo, "config", "color.ui", "always")
    git(repo, "config", "color.grep.filename", "magenta")
    actors = json.loads((repo / "corpus/actors.json").read_bytes())["actors"]
    number = next(n for n, a in enumerate(actors) if a["id"] == "mira_tolz")
    apply(repo, {"file": "corpus/actors.json", "drop": [f"/actors/{number}"]})
    assert "ACT001" in {f.code for f in part_of(Checkout(repo)).findings}


def test_a_folder_that_git_names_whole_is_judged_whole(repo: Path) -> None:
    git(repo, "rm", "-rq", "--cached", "corpus/documents")
    commit(repo)
    git(repo / "corpus/documents", "init", "-q")
    apply(repo, {"file": DOCUMENT, "set": {"/publisher": "nobody_x"}})
    assert "DOC008" in {f.code for f in part_of(Checkout(repo)).findings}


def test_the_folder_of_all_sets_can_be_named(repo: Path) -> None:
    assert check_corpus(Checkout(repo), ["annotations"]).findings == []


def test_no_link_brings_in_what_git_does_not_see(repo: Path) -> None:
    store = repo / "store"
    store.mkdir()
    (repo / DOCUMENT).rename(store / "it.json")
    (repo / DOCUMENT).symlink_to(Path("../../store/it.json"))
    found = {(f.code, f.path) for f in check_corpus(Checkout(repo)).findings}
    assert ("FMT008", DOCUMENT) in found


def test_a_file_that_cannot_be_read_is_a_finding(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(repo, {"file": "corpus/actors.json", "set": {"/actors/0/notes": "New."}})
    opened = Path.open

    def closed(self: Path, *arguments: Any, **more: Any) -> Any:
        if self.name == "actors.json":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", closed)
    found = {(f.code, f.path) for f in part_of(Checkout(repo)).findings}
    assert ("FMT008", "corpus/actors.json") in found
