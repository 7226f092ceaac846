"""The datasheet: prose and numbers put together, and what is noticed when they drift."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from standpoint.agreement import EXPLAINED, INDEPENDENCE, TARGET
from standpoint.agreement.statistics import Estimate, Gap
from standpoint.cli import cli
from standpoint.datasheet import (
    BLOCKS,
    OF_PROSE,
    PAGE,
    Sheet,
    TemplateError,
    block,
    carried,
    listing,
    page_parts,
)
from standpoint.datasheet.agreement import _cell
from standpoint.datasheet.coverage import effective, year
from standpoint.datasheet.facts import COMMENT, KEPT, UNKNOWN_OUTLET, Facts, read
from standpoint.datasheet.figure import FIGURES
from standpoint.datasheet.leakage import FOLDS, Case, majority, predicted
from standpoint.datasheet.markdown import printed
from standpoint.datasheet.placeholders import NAMES
from standpoint.datasheet.sheet import KNOWN
from standpoint.datasheet.sources import told
from standpoint.datasheet.template import PATH, parse
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, NilActor, Span
from standpoint.records.schema import Schemas
from standpoint.release.build import build
from standpoint.release.card import ON_CARD
from tests import sets
from tests.sets import (
    FERRY,
    MILL,
    WITHHELD,
    at,
    claim,
    find,
    judged,
    mention,
    node,
    opinion,
    reading,
)

REPO = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"

WORDS = [at(m.start(), m.end(), WITHHELD) for m in re.finditer(r"\w+", WITHHELD)]
"""A span for each word of the withheld text."""

Change = Callable[[str], None]


# a made-up checkout


def prose() -> str:
    """Return prose that uses every mark once, with a question and a declaration."""
    marks = [line.partition(": ")[0] for line in listing().splitlines()]
    lines = ["# A datasheet", "", "## 1.1 Numbers", ""]
    for mark in marks:
        alone = mark.startswith(("block.", "figure."))
        lines += (
            ["", f"{{{{ {mark} }}}}", ""] if alone else [f"- {{{{ {mark} }}}} of it"]
        )
    lines += ["{% if n_humans %}", "Read by people.", "{% endif %}"]
    lines += ["## Who paid?", "", "{{ unanswered }}", "", "## Who chose?", ""]
    declared = '{{ declared("the curators", "2040-01-02") }}'
    return "\n".join([*lines, f"Two people. {declared}", ""])


def model_sets() -> tuple[AnnotationSet, ...]:
    """Return two readings of the real text, and one key of the invented one."""

    def mentions(naming: str) -> list[Any]:
        return [
            mention(
                f"m{n:02}", span, "river_guard", naming=naming if n < 6 else "neutral"
            )
            for n, span in enumerate(WORDS[:10])
        ]

    first = judged(
        mentions=[*mentions("delegitimising"), mention("m10", WORDS[11], "NIL:pilot")],
        claims=_claims("event"),
        panel={
            "hill_side": opinion("oppose"),
            "river_side": opinion("support"),
            "mill_truce": opinion("not_addressed"),
        },
    )
    second = judged(
        mentions=mentions("delegitimising"),
        claims=_claims("quantity"),
        panel={
            "hill_side": opinion("oppose"),
            "river_side": opinion("oppose"),
            "mill_truce": opinion("not_addressed"),
        },
    )
    key = judged(
        mentions=[mention("m01", find("Raiders from the hills"))],
        claims=[claim("c01", find("burned the mill at Harl"))],
    )
    return (
        reading("lm-1", first, on=FERRY, nil=[NilActor(id="NIL:pilot", kind="person")]),
        reading("lm-2", second, on=FERRY, day=2),
        reading("key-lm", key, role="key", on=MILL),
    )


def _claims(last_type: str) -> list[Any]:
    """Return ten claims: four of the carrier, three of nobody named, three of one."""
    chains = (
        [()] * 4
        + [(_source(WORDS[20]),)] * 3
        + [(_source(WORDS[21], "harl_mayor"),)] * 3
    )
    types = ["event"] * 9 + [last_type]
    return [
        claim(f"c{n:02}", WORDS[n], chains=chains[n], claim_type=types[n])
        for n in range(10)
    ]  # fmt: skip


def _source(span: Span, *actors: str) -> Any:
    return (node("official_civil" if actors else "vague", *actors, span=span),)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with a real and an invented document and the prose above."""
    contents = sets.files({WITHHELD: FERRY, sets.TEXT: MILL}, model_sets())
    return sets.lay_out(tmp_path, {**contents, PATH: prose().encode()})


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What the made-up checkout holds."""
    contents = sets.files({WITHHELD: FERRY, sets.TEXT: MILL}, model_sets())
    return read(Checkout(sets.lay_out(tmp_path_factory.mktemp("facts"), contents)))


CLERK = sets.actor("harl_clerk", "person", "clerk of Harl", None)
NIL = (NilActor(id="NIL:pilot", kind="person"),)


def facts_of(root: Path, *made: AnnotationSet) -> Facts:
    """Return what a checkout with these sets holds, and a clerk in the registry."""
    contents = sets.files({WITHHELD: FERRY, sets.TEXT: MILL}, made)
    found = read(Checkout(sets.lay_out(root, contents)))
    actors = {**found.registries.actors, CLERK.id: CLERK}
    found.registries = structs.replace(found.registries, actors=actors)
    return found


@pytest.fixture
def change(root: Path) -> Callable[[str, str, str], None]:
    """A function that replaces text in a file of the checkout."""

    def replaced(path: str, old: str, new: str) -> None:
        text = (root / path).read_text("utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new), "utf-8")

    return replaced


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["datasheet", *arguments, "--root", str(root)])


def said(name: str, facts: Facts) -> str:
    """Return a block with one space between its words."""
    return " ".join(block(name, facts).split())


def value(name: str, facts: Facts) -> str:
    """Return a placeholder as the page prints it."""
    return str(printed(NAMES[name][1](facts)))


def lines_of(facts: Facts, name: str) -> dict[str, list[str]]:
    """Return the cells of each line of the tables of a block, by its first cell."""
    rows = re.findall(r"^\| (.*) \|$", block(name, facts), re.MULTILINE)
    return {row.split(" | ")[0]: row.split(" | ")[1:] for row in rows}


# the page


def test_the_page_is_rendered_and_stays_the_same(root: Path) -> None:
    first = Sheet(Checkout(root)).files()
    assert first == Sheet(Checkout(root)).files()
    result = run(root)
    assert result.exit_code == 0, result.output
    assert {line.removeprefix("wrote: ") for line in result.output.splitlines()} == {
        PAGE,
        *(f"docs/figures/{name}.svg" for name in FIGURES),
    }
    page = (root / PAGE).read_text("utf-8")
    assert "{{" not in page
    assert "*(declared by the curators, 2040-01-02; not measured)*" in page
    for name in (*BLOCKS, *OF_PROSE):
        assert f"Command: `standpoint datasheet --block {name}`*\n<!-- end" in page
    assert run(root).output == ""
    assert run(root, "--check").exit_code == 0


def test_a_changed_label_makes_it_stale_until_it_is_rendered_again(
    root: Path, change: Callable[[str, str, str], None]
) -> None:
    run(root)
    path = f"annotations/{FERRY.id}/lm-1.json"
    change(path, '"label": "support"', '"label": "oppose"')
    result = run(root, "--check")
    assert result.exit_code == 1
    stale = re.findall(r"^stale: (.*)$", result.output, re.MULTILINE)
    assert {"block stance_by_target", "figure stance_matrix", "records"} <= set(stale)
    assert "block withheld" not in stale
    assert (
        "  - | Guard | 0 | 0 | 0 | 0 | 0 | 0 | 1 | - (n=0: too few) |" in result.output
    )
    assert (
        "  + | Guard | 0 | 1 | 0 | 0 | 0 | 0 | 0 | - (n=1: too few) |" in result.output
    )
    run(root)
    assert run(root, "--check").exit_code == 0


def test_an_edition_carries_the_datasheet_unless_it_is_of_other_records(
    tmp_path: Path,
) -> None:
    made = (*sets.mill_sets(), *sets.ferry_sets())
    contents = sets.files({WITHHELD: FERRY, sets.TEXT: MILL}, made)
    root = sets.lay_out(tmp_path, {**contents, PATH: prose().encode()})
    run(root)
    built = build(Checkout(root), root / "dist")
    folder = built.folders["public"]
    assert not built.old_datasheet
    assert (folder / PAGE).read_bytes() == (root / PAGE).read_bytes()
    for name in FIGURES:
        assert (folder / f"docs/figures/{name}.svg").is_file()
    card = (folder / "README.md").read_text("utf-8")
    parts = page_parts((root / PAGE).read_text("utf-8"))
    for name in ON_CARD:
        tables, _, method = parts[f"block {name}"].rpartition("\n\n")
        assert tables in card
        assert method.startswith("*Method: ")
        assert method not in card

    path = root / f"annotations/{FERRY.id}/lm-1.json"
    old = path.read_text("utf-8")
    path.write_text(old.replace('"checkworthy": "yes"', '"checkworthy": "no"'), "utf-8")
    shown = CliRunner().invoke(cli, ["build", "--no-verify", "--root", str(root)])
    assert shown.exit_code == 0
    assert "DATASHEET.md was skipped" in shown.output
    assert not (folder / PAGE).exists()
    assert "## Measured" not in (folder / "README.md").read_text("utf-8")


def test_an_edition_carries_no_datasheet_that_was_touched(
    root: Path, change: Callable[[str, str, str], None]
) -> None:
    def is_carried() -> bool:
        return bool(carried(Checkout(root)))

    run(root)
    assert is_carried()
    for path, old, new in (
        (PAGE, "Two people.", "Ten people."),  # by hand
        (PATH, "Two people.", "Ten people."),  # prose not rendered yet
        ("docs/figures/timeline.svg", "<title>", "<title>No "),
        (PAGE, "page: ", "page: 0"),
    ):
        change(path, old, new)
        assert not is_carried()
        run(root)
        assert is_carried()
    (root / "docs/figures/timeline.svg").unlink()
    assert not is_carried()


def test_a_header_that_was_edited_is_stale(
    root: Path, change: Callable[[str, str, str], None]
) -> None:
    run(root)
    change(PAGE, "page: ", "page: 0")
    assert "stale: digests" in run(root, "--check").output


def test_what_was_edited_or_deleted_by_hand_is_stale(
    root: Path, change: Callable[[str, str, str], None]
) -> None:
    run(root)
    change(PAGE, "Questions without an answer: 1.", "Questions without an answer: 0.")
    (root / "docs/figures/timeline.svg").unlink()
    result = run(root, "--check")
    assert re.findall(r"^stale: (.*)$", result.output, re.MULTILINE) == [
        "block unanswered",
        "figure timeline",
    ]
    assert "  - Questions without an answer: 0." in result.output
    assert "  + Questions without an answer: 1." in result.output


def test_questions_and_declarations_are_counted(root: Path) -> None:
    run(root)
    parts = page_parts((root / PAGE).read_text("utf-8"))
    assert "Questions without an answer: 1." in parts["block unanswered"]
    assert "| Who paid? |" in parts["block unanswered"]
    assert "| Who chose? | the curators | 2040-01-02 |" in parts["block declared"]
    assert run(root, "--block", "unanswered").output.startswith("Questions without")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("There are {{ n_dogs }} dogs.", "there is no {{ n_dogs }}"),
        ("There are 21 segments.", "'21' was typed by hand"),
        ("There are {{ 21 }} segments.", "there is no {{ 21 }}"),
        ("There are {{ n_claims. }}", "there is no {{ n_claims. }}"),
        ("There are {{ n_claims", "not closed on its line"),
        ("There are {{ n_claims\n}} of them", "not closed on its line"),
        ("{{ ''.__class__ }}", "there is no {{ ''.__class__ }}"),
        ("{# a note", "not closed on its line"),
        ("{% endif %}", "Encountered unknown tag 'endif'"),
        ("See {{ block.naming }} here.", "alone on its line"),
        ('{{ declared("nobody") }}', '{{ declared("who", "YYYY-MM-DD") }}'),
        ('{{ declared("me", "2040-13-01") }}', "does not have the form"),
        ("{% for n in n_claims %}", "is not allowed"),
        ("{% if n_dogs %}", "is not allowed"),
    ],
)
def test_a_fault_of_the_prose_is_named_with_its_line(
    root: Path, line: str, said: str
) -> None:
    (root / PATH).write_text(f"{prose()}\n{line}\n", "utf-8")
    result = run(root, "--check")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert f"{PATH}:{len(prose().splitlines()) + 2}: " in result.output
    assert said in result.output


def test_blocks_and_figures_must_be_used_and_single_numbers_may() -> None:
    parse(prose().replace("{{ n_claims }}", ""), KNOWN)
    text = prose().replace("{{ block.naming }}", "")
    text = text.replace("{{ figure.timeline }}", "")
    missing = r"are missing: \{\{ block.naming \}\}, \{\{ figure.timeline \}\}$"
    with pytest.raises(TemplateError, match=missing):
        parse(text, KNOWN)
    with pytest.raises(TemplateError, match="needs a heading above"):
        parse("{{ unanswered }}\n" + prose(), KNOWN)


def test_days_addresses_names_and_numbering_may_have_digits() -> None:
    allowed = """## 2.1. How often?
1. On 2040-01-02, in 2040-01, after Gebru et al. (2021),
see https://example.org/a1 or [there](b2.md), `SHA-256` <!-- 3 -->
"""
    parse(prose() + allowed, KNOWN)


def test_without_prose_or_with_an_unknown_block_it_says_so(root: Path) -> None:
    for name in ("dogs", "figure.timeline"):
        said = run(root, "--block", name).output
        assert f"there is no block '{name}'" in said
        assert all(figure in said for figure in FIGURES)
    (root / PATH).unlink()
    result = run(root)
    assert (result.exit_code, result.output) == (2, f"Error: there is no {PATH}\n")
    assert run(root, "--block", "naming").exit_code == 0
    (root / f"annotations/{FERRY.id}/lm-1.json").write_text("{", "utf-8")
    assert "a record cannot be read" in run(root, "--block", "naming").output


def test_a_missing_library_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("sklearn", "sklearn.tree"):
        monkeypatch.setitem(sys.modules, name, None)
    result = run(REPO, "--block", "leakage")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "sklearn is not installed" in result.output
    assert "pip install" in result.output


def test_every_mark_is_listed_with_its_meaning(root: Path) -> None:
    listed = run(root, "--list").output
    assert all(f"{name}: {meaning}\n" in listed for name, (meaning, _) in NAMES.items())
    assert all(f"block.{name}\n" in listed for name in BLOCKS)


@pytest.mark.parametrize(
    "given",
    [
        ("--check", "--list"),
        ("--check", "--block", "naming"),
        ("--block", "x", "--list"),
    ],
)
def test_only_one_thing_can_be_asked_for(root: Path, given: tuple[str, ...]) -> None:
    result = run(root, *given)
    assert result.exit_code == 2
    assert "cannot be combined" in result.output


# the numbers


def test_placeholders_are_as_counted_by_hand(facts: Facts) -> None:
    counted = {
        "n_documents": "1",
        "n_calibration": "1",
        "n_keys": "1",
        "n_sets": "2",
        "n_readings": "2",
        "n_panel_readings": "2",
        "n_humans": "0",
        "n_models": "1",
        "n_runs": "2",
        "n_undisclosed": "2",
        "n_claims": "10",
        "n_ties_claims": "1",
        "n_mentions": "11",
        "n_sources": "10",
        "n_panel_judgements": "3",
        "n_ties_panel": "1",
        "n_claim_stances": "6",
        "n_adjudicated": "0",
        "n_suggested": "0",
        "sameness": "repeatability",
        "mixed_guidelines": "",
        "n_stances": "0",
        "n_words": "37",
        "first_day": "2040-01-02",
        "guidelines": "0.1",
    }
    assert {name: value(name, facts) for name in counted} == counted


def test_composition_is_as_counted_by_hand(facts: Facts) -> None:
    lines = lines_of(facts, "composition")
    # items, judgements; marked by most, by half, by fewer;
    # unanimous, majority, repeated, single, adjudicated, tie
    by = "language model"
    assert lines["claims"] == ["10", "20", "10", *"00009001", f"{by} 10"]
    assert lines["mentions"] == ["11", "21", "10", *"1000", "10", *"100", f"{by} 11"]
    assert lines["panel judgements"] == [*"36300002001", f"{by} 3"]
    assert "more than one version" not in said("composition", facts)


def test_composition_says_where_versions_of_the_guidelines_are_mixed(
    tmp_path: Path,
) -> None:
    first, second, _ = model_sets()
    second = structs.replace(second, guidelines="0.2")
    body = said("composition", facts_of(tmp_path, first, second))
    # 11 and 10 mentions, 10 claims, 10 sources, 6 carrier stances, 3 judgements each
    assert "follow more than one version of the guidelines" in body
    assert "resolved together: 40 under 0.1, 39 under 0.2." in body


def test_what_is_measured_is_called_by_what_was_read(tmp_path: Path) -> None:
    first, second, _ = model_sets()
    people = [
        structs.replace(one, annotator=name, saw_suggestions=True)
        for one, name in ((first, "ana"), (second, "ben"))
    ]
    found = facts_of(tmp_path / "people", *people)
    assert value("sameness", found) == "agreement"
    assert value("n_suggested", found) == "2"
    made = FIGURES["repeatability"](found)
    assert made.title.startswith("Agreement of each layer")
    assert "language model" not in made.svg
    assert "*Repeatability*" not in said("repeatability", found)
    (item,) = first.segments
    kept = structs.replace(item.mentions[0], adjudication=sets.decide("added"))
    item = structs.replace(item, mentions=(kept,), claims=(), panel={})
    chief = structs.replace(people[0], segments=(item,), annotator="dee", nil=())
    chief = structs.replace(chief, role="adjudicator", sources={"lm-1": "0" * 64})
    both = facts_of(tmp_path / "both", first, second, *people, chief)
    assert value("sameness", both) == "agreement and repeatability"
    assert value("n_adjudicated", both) == "1"
    assert FIGURES["repeatability"](both).title.startswith("Agreement and repeatab")
    two = structs.replace(second, guidelines="0.2")
    mixed = facts_of(tmp_path / "mixed", first, two)
    assert value("mixed_guidelines", mixed).startswith("The judgements follow more")


def test_what_half_of_the_readings_marked_is_left_out_of_every_figure(
    facts: Facts,
) -> None:
    assert [row["exists"] for row in facts.rows["actor"]].count(None) == 1
    assert len(facts.kept("actor")) == 10
    assert all(row["exists"] for row in facts.kept("actor"))
    assert lines_of(facts, "small_labels")["`actor.naming`"][0] == "10"
    assert "that more than half of those who read the segment marked" in KEPT
    for name in ("naming", "sources", "voices", "small_labels"):
        assert KEPT in said(name, facts)


def test_stances_are_as_counted_by_hand(facts: Facts) -> None:
    lines = lines_of(facts, "stance_by_target")
    # support, oppose, mixed, neutral, not addressed, unclear, tie
    assert lines["Raiders"][:7] == ["0", "1", "0", "0", "0", "0", "0"]
    assert lines["Guard"][:7] == ["0", "0", "0", "0", "0", "0", "1"]
    assert lines["Truce"][:7] == ["0", "0", "0", "0", "1", "0", "0"]
    assert lines["Raiders"][7] == "- (n=1: too few)"
    assert lines_of(facts, "stance_by_outlet_type")["Raiders"] == ["1 / 1"]


def test_naming_is_as_counted_by_hand(facts: Facts) -> None:
    lines = lines_of(facts, "naming")
    # neutral, delegitimising, legitimising, distancing, tie, n, two shares
    river_guard = ["4", "6", "0", "0", "0", "10", "0.60", "0.00"]
    assert lines["river guard"] == lines["Guard"] == river_guard
    assert lines["all others"] == [*"000000", "-", "-"]
    assert said("naming", facts).count("square brackets has no interval") == 1


def test_sources_are_as_counted_by_hand(facts: Facts) -> None:
    lines = lines_of(facts, "sources")
    assert lines["**all**"][0].startswith("0.40 (n=10;")
    assert lines["**all**"][1:] == [*["- (n=6: too few)"] * 2, "0"]
    voices = lines_of(facts, "voices")
    assert [voices[name][0] for name in ("self", "vague", "official civil")] == list(
        "433"
    )
    assert voices["persons without public office"] == ["3"]
    assert "10 claims have 10 last sources" in said("sources", facts)
    head = (
        "reported: at least one source not identified | reported: no source identified"
    )
    assert f"| {head} at all |" in said("sources", facts)


def _told_apart() -> tuple[AnnotationSet, ...]:
    """Return two readings that differ in chains, depths and speakers."""
    mayor, nobody = _source(WORDS[21], "harl_mayor"), _source(WORDS[20])
    guard = node("security_state", "river_guard", span=WORDS[22])
    first = [(), (mayor,), ((*nobody, guard),), (nobody,), (nobody, mayor), (nobody,)]
    second = [(nobody,), (mayor,), (nobody,), (nobody,), (nobody, mayor), (nobody,)]
    return tuple(
        reading(
            name,
            judged(
                mentions=[mention(f"m{n:02}", WORDS[n], "river_guard") for n in range(10)],
                claims=[claim(f"c{n:02}", WORDS[n], chains=c) for n, c in enumerate(own)],
            ),
            on=FERRY,
            day=day,
        )
        for name, own, day in zip(sets.MODELS, (first, second), (1, 2), strict=True)
    )  # fmt: skip


def test_sources_are_what_the_readings_share_not_what_one_says(tmp_path: Path) -> None:
    found = facts_of(tmp_path, *_told_apart())
    text = said("sources", found)
    # c00 is open; the guard stands behind nobody in one reading only.
    assert "n: 6 claims, 5 reported, 1 open." in text
    assert "These 6 claims have 6 last sources" in text
    assert lines_of(found, "sources")["**all**"][-1] == "1"
    assert [sorted(c.identified) for c in told(found)] == [
        [], [True], [False], [False], [False, True], [False],
    ]  # fmt: skip
    voices = lines_of(found, "voices")
    assert voices["vague"][0] == "4"
    assert "river guard" not in said("voices", found).split("never a source")[1]
    assert voices["river guard"] == ["1"]


def test_a_claim_with_one_source_identified_is_not_without_any(tmp_path: Path) -> None:
    mayor, nobody = _source(WORDS[21], "harl_mayor"), _source(WORDS[20])
    chains = [(nobody,)] * 6 + [(nobody, mayor)] * 4 + [(mayor,)] * 2 + [()] * 3
    claims = [claim(f"c{n:02}", WORDS[n], chains=c) for n, c in enumerate(chains)]
    made = (reading(name, judged(claims=claims), on=FERRY) for name in sets.MODELS)
    lines = lines_of(facts_of(tmp_path, *made), "sources")
    # 3 of 15 by the carrier; of 12 reported, 10 with one unknown, 6 with nobody known.
    shares = [found.split(" ")[0] for found in lines["**all**"]]
    assert shares == ["0.20", "0.83", "0.50", "0"]


def test_what_fewer_than_half_marked_is_counted_nowhere(tmp_path: Path) -> None:
    spans = [WORDS[:12], WORDS[:11], WORDS[:10]]  # of three: m10 by two, m11 by one
    made = (
        reading(
            name,
            judged(
                mentions=[mention(f"m{n:02}", s, "river_guard") for n, s in enumerate(own)]
            ),
            on=FERRY,
        )
        for name, own in zip((*sets.MODELS, "key-lm"), spans, strict=True)
    )  # fmt: skip
    found = facts_of(tmp_path, *made)
    exists = [row["exists"] for row in found.rows["actor"]]
    assert (exists.count(True), exists.count(False)) == (11, 1)
    assert len(found.kept("actor")) == 11
    assert lines_of(found, "naming")["river guard"][0] == "11"
    assert lines_of(found, "small_labels")["`actor.naming`"][0] == "11"
    silent = said("voices", found).partition("never a source in")[2]
    assert "| river guard | 11 |" in silent


def test_which_reading_was_filed_first_changes_nothing(tmp_path: Path) -> None:
    first, second = _told_apart()
    days = first.created, second.created
    pages = []
    for name, created in (("one", days), ("other", days[::-1])):
        made = [
            structs.replace(reading, created=day)
            for reading, day in zip((first, second), created, strict=True)
        ]
        contents = sets.files({WITHHELD: FERRY, sets.TEXT: MILL}, made)
        root = sets.lay_out(tmp_path / name, {**contents, PATH: prose().encode()})
        files = Sheet(Checkout(root)).files()
        page = page_parts(files.pop(PAGE).decode())
        assert page.pop("records")
        pages.append((page, files))
    assert pages[0] == pages[1]


def test_a_pool_of_actors_is_silent_only_if_none_of_it_speaks(tmp_path: Path) -> None:
    # A clerk, mentioned ten times, is never a source; the mayor, named with the clerk,
    # is: they share a line, and a mention of both is one.
    both = ("harl_clerk", "harl_mayor")
    outside = [mention(f"m{n:02}", WORDS[n], "NIL:pilot") for n in range(10, 20)]
    spans = enumerate(WORDS[:10])
    named = [*(mention(f"m{n:02}", span, *both) for n, span in spans), *outside]
    made = (
        reading(
            name, judged(mentions=named, claims=_claims("event")), on=FERRY, nil=NIL
        )
        for name in sets.MODELS
    )
    found = facts_of(tmp_path, *made)
    assert "harl_clerk" in found.registries.actors
    body = said("voices", found)
    often, silent = (
        body.split("never a source in")[0],
        body.split("never a source in")[1],
    )
    silent = silent.partition("Panel targets")[0]
    assert "| persons without public office | 3 |" in often
    assert "persons without" not in silent
    assert "| actors outside the registry | 10 |" in silent
    lines = lines_of(found, "naming")
    assert lines["persons without public office"][0] == "10"
    assert lines["actors outside the registry"][0] == "10"


def test_coverage_leaves_comments_out_but_for_the_years() -> None:
    words = f"{WITHHELD.rstrip()}\n\n\nGood riddance to them all.\n"
    on = sets.document("ostrel-ferry", words, released=False)
    unknown = structs.replace(sets.OUTLETS["ostrel_post"], id=UNKNOWN_OUTLET)
    outlets = {**sets.OUTLETS, UNKNOWN_OUTLET: unknown}
    made = structs.replace(sets.registries(on), outlets=outlets)
    dossier = sets.dossier(on=on)
    found = Facts(made, Schemas(REPO / "schema").inventories, [dossier])
    lines, body = lines_of(found, "coverage"), said("coverage", found)
    assert COMMENT not in lines
    assert (
        "comments have no outlet: 1 segment with 5 words, counted only in the table by"
        in body
    )
    assert lines["Ostrel Post"][:2] == ["1", "37"]
    assert lines["2040"][:2] == ["2", "42"]
    assert "| outlet | 1 | - (n=1: too few) | Ostrel Post |" in body
    assert value("n_outlets", found) == "1"
    assert value("n_unknown_outlet_segments", found) == "0"

    first, *others = on.segments
    first = structs.replace(first, outlet=UNKNOWN_OUTLET)
    on = structs.replace(on, segments=(first, *others))
    found = Facts(made, Schemas(REPO / "schema").inventories, [sets.dossier(on=on)])
    assert value("n_outlets", found) == value("n_unknown_state", found) == "0"
    assert value("n_unknown_outlet_segments", found) == "1"
    body = said("coverage", found)
    assert "| outlet | 0 | - (n=1: too few) | unknown | - (n=1: too few) | 1 |" in body
    method = said("coverage", found)
    assert "`or later`" in method
    assert "`unknown`" in method


def test_small_labels_withheld_and_persons_are_as_counted_by_hand(facts: Facts) -> None:
    small = lines_of(facts, "small_labels")
    assert small["`claim.claim_type`"][:2] == ["9", "1"]
    assert "event 9" in small["`claim.claim_type`"][2]
    assert lines_of(facts, "withheld")["`claim.text`"][:2] == ["10", "10"]
    body = said("persons", facts)
    assert "0 of 10 links of mentions go to a person. 1 more person" in body
    assert "| role | persons | named or described |" in body


def test_what_has_no_address_is_counted() -> None:
    on = structs.replace(FERRY, url=None, url_basis="unknown", archived_url=None)
    inventories = Schemas(REPO / "schema").inventories
    made = sets.registries(on)
    found = Facts(made, inventories, [sets.dossier(on=on)])
    assert lines_of(found, "addresses")["no address"][0] == "1"
    assert "nobody can look up 100 % of the withheld words" in said("addresses", found)
    assert value("n_without_address", found) == "1"
    assert value("words_without_address", found) == "100 %"
    archived = "https://archive.example/ferry"
    on = structs.replace(on, archived_url=archived)
    found = Facts(made, inventories, [sets.dossier(on=on)])
    assert lines_of(found, "addresses")["an archived copy"][0] == "1"
    assert "An archived copy is known for 1 of 1.**" in said("addresses", found)
    assert value("n_without_address", found) == "0"
    assert value("n_archived", found) == "1"
    assert found.rows["document"][0]["archived_url"] == archived


def test_repeatability_names_what_it_is(facts: Facts) -> None:
    body = block("repeatability", facts)
    assert "repeatability, guidelines 0.1" in body
    assert f"| layer | measure | {TARGET} | value |" in body
    assert f"- {TARGET}: {EXPLAINED[TARGET]}" in body
    assert f"- {INDEPENDENCE}: {EXPLAINED[INDEPENDENCE]}" in body
    assert "human" not in body.replace(TARGET, "")
    assert "2 readings of 1 document of real reporting; with keys, 0 " in body
    assert body.count("without square brackets has no interval") == 1
    assert "| 0.95 (11) |" in body  # the document: 2 * 10 / 21, of 11 mentions
    assert "0.95 (n=11; one segment)" in body


def test_notes_stand_beside_every_estimate(tmp_path: Path) -> None:
    panel = {"hill_side": opinion("oppose"), "river_side": opinion("unclear")}
    unclear = [
        reading(name, judged(panel=panel), on=FERRY, day=day)
        for day, name in enumerate(sets.MODELS, 1)
    ]
    body = said("repeatability", facts_of(tmp_path, *unclear))
    whole, _, folded = body.partition("By document")
    assert "- (n=1: too few; 2 times unclear, left out)" in whole
    assert "| - (1; 2 times unclear, left out) |" in folded
    lost = "undefined in 612 of 10000 resamples"
    row = SimpleNamespace(
        estimate=Estimate(0.5, None, None, 30, 9, Gap.UNSTABLE, (lost,))
    )
    assert _cell(cast(Any, row)) == f"0.50 (30; {lost})"


def test_a_pair_is_shown_where_it_is_not_all_there_is(tmp_path: Path) -> None:
    first, second, key = model_sets()
    two = said("repeatability", facts_of(tmp_path / "two", first, second, key))
    assert "`lm-1 / lm-2`" not in two
    third = structs.replace(second, annotator="key-lm")
    (judged_once,) = third.segments
    fewer = structs.replace(judged_once, mentions=judged_once.mentions[:5])
    third = structs.replace(third, segments=(fewer,))
    mill = structs.replace(key, annotator="lm-1", role="annotator")
    found = facts_of(tmp_path / "three", first, second, third, key, mill)
    body = said("repeatability", found)
    assert "| `key-lm / lm-1` | `key-lm / lm-2` | `lm-1 / lm-2` |" in body
    assert "n: 1 reading of 1 document with a key." in body
    assert "their keys, which a language model wrote: circular" in body
    assert "3 readings of 1 document of real reporting; with keys, 1 " in body


def test_an_effective_number_counts_equal_shares() -> None:
    rows = [
        {
            "document_id": "d",
            "segment_id": f"s{n:02}",
            "n_words": 50,
            "outlet_id": n % 2,
        }
        for n in range(12)
    ]
    found = effective(rows, lambda row: str(row["outlet_id"]))
    assert found.value == pytest.approx(2.0)
    rows[0]["n_words"] = 350  # 600 and 300 words: 900² / (600² + 300²)
    found = effective(rows, lambda row: str(row["outlet_id"]))
    assert found.value == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2040-01-02", "2040-12-31", "2040"),
        ("2040-01-02", "2041-01-01", "2040 to 2041"),
        ("2040-01-02", None, "2040 or later"),
        (None, "2041-01-01", "2041 or earlier"),
        (None, None, "unknown"),
    ],
)
def test_a_year_is_said_as_far_as_it_is_known(
    first: str | None, last: str | None, said: str
) -> None:
    assert year({"published_earliest": first, "published_latest": last}) == said


def case(segment: int, document: str, outlet: str, label: str) -> Case:
    row = {
        "document_id": document,
        "segment_id": f"s{segment:02}",
        "outlet_id": outlet,
        "published_earliest": None,
        "published_latest": None,
        "n_words": 100,
    }
    return Case(row, "hill_side", label)


def test_an_outlet_gives_labels_away_only_where_it_was_seen_before() -> None:
    cases = [case(n, "d1", "red", "oppose") for n in range(4)]
    cases += [case(n, "d2", "blue", "support") for n in range(3)]
    is_red = [lambda segment: float(segment["outlet_id"] == "red")]
    true = [found.label for found in cases]
    assert predicted(cases, is_red, FOLDS["segment"]) == true
    # A document left out takes its outlet along: the majority of the other one stays.
    swapped = ["support"] * 4 + ["oppose"] * 3
    assert predicted(cases, is_red, FOLDS["document"]) == swapped
    assert majority(cases) == "oppose"


def test_a_target_is_told_from_its_own_judgements_where_it_has_any() -> None:
    cases = [case(n, "d1", "red", "oppose") for n in range(5)]
    cases += [
        case(n, "d1", "red", "support")._replace(target="river_side")
        for n in range(5, 8)
    ]
    alone = case(8, "d1", "red", "support")._replace(target="mill_truce")
    told = predicted([*cases, alone], [], FOLDS["segment"])
    # A target that nothing is known of gets the majority of all: 5 of 8 oppose.
    assert told == ["oppose"] * 5 + ["support"] * 3 + ["oppose"]


# the figures


def test_figures_are_well_formed_and_say_what_they_show(root: Path) -> None:
    for path, data in Sheet(Checkout(root)).files().items():
        if path != PAGE:
            well_formed(data)


def test_the_figure_of_sources_lists_its_counts(facts: Facts) -> None:
    said = "general news (n=10): 4 carrier or commenter itself; 3 officials; 3 vague"
    assert said in FIGURES["source_types"](facts).svg


def test_the_figure_of_repeatability_shows_nothing_else(facts: Facts) -> None:
    svg = FIGURES["repeatability"](facts).svg
    assert "spans, exact F1" in svg
    assert f"{TARGET}</text>" in svg
    assert INDEPENDENCE not in svg
    assert INDEPENDENCE in said("repeatability", facts)


def well_formed(data: bytes) -> None:
    picture = ElementTree.fromstring(data)
    assert picture.findtext(f"{SVG}title")
    assert re.search(
        r"\. Method: .+\. Command: standpoint datasheet$",
        picture.findtext(f"{SVG}desc") or "",
    )
    text = data.decode()
    assert "prefers-color-scheme:dark" in text
    assert "<metadata" not in text
    drawn = text.partition("</style>")[2]
    assert not re.findall(r"#[0-9a-f]{6}", drawn)  # every colour has a name
    assert float(picture.attrib["width"]) <= 900


# the corpus


@pytest.fixture(scope="module")
def real() -> dict[str, bytes]:
    """The files of the datasheet of the repository."""
    return Sheet(Checkout(REPO)).files()


@pytest.mark.slow
def test_the_datasheet_of_the_corpus_has_all_its_parts(real: dict[str, bytes]) -> None:
    parts = page_parts(real[PAGE].decode())
    assert {f"block {name}" for name in (*BLOCKS, *OF_PROSE)} < set(parts)
    assert "{{" not in real[PAGE].decode()
    for name in FIGURES:
        well_formed(real[f"docs/figures/{name}.svg"])


@pytest.mark.slow
def test_no_block_calls_labels_of_models_human_or_true(real: dict[str, bytes]) -> None:
    for name, text in page_parts(real[PAGE].decode()).items():
        if name.startswith("block "):
            assert not re.search(r"\b(gold|ground truth|human label)", text), name
