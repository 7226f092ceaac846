"""The datasheet: prose and numbers put together, and what is noticed when they drift."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from standpoint.checkout import Checkout
from standpoint.cli import cli
from standpoint.datasheet import (
    BLOCKS,
    OF_PROSE,
    PAGE,
    Sheet,
    TemplateError,
    listing,
    page_parts,
)
from standpoint.datasheet.coverage import effective, year
from standpoint.datasheet.facts import Facts, read
from standpoint.datasheet.figure import FIGURES
from standpoint.datasheet.leakage import FOLDS, Case, majority, predicted
from standpoint.datasheet.name import NAMES, value
from standpoint.datasheet.sheet import KNOWN
from standpoint.datasheet.template import PATH, parse
from standpoint.model import AnnotationSet, NilActor, Span
from standpoint.release.build import build
from standpoint.release.sheet import ON_CARD
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
        alone = mark.startswith(("block:", "figure:"))
        lines += ["", f"{{{{{mark}}}}}", ""] if alone else [f"- {{{{{mark}}}}} of it"]
    lines += ["## Who paid?", "", "{{unanswered}}", "", "## Who chose?", ""]
    return "\n".join([*lines, "Two people. {{declared: the curators, 2040-01-02}}", ""])


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


def lines_of(facts: Facts, block: str) -> dict[str, list[str]]:
    """Return the cells of each line of the tables of a block, by its first cell."""
    rows = re.findall(r"^\| (.*) \|$", BLOCKS[block](facts).body, re.MULTILINE)
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
    built = build(Checkout(root), (), root / "dist")
    folder = built.folders["public"]
    assert not built.old_datasheet
    assert (folder / PAGE).read_bytes() == (root / PAGE).read_bytes()
    for name in FIGURES:
        assert (folder / f"docs/figures/{name}.svg").is_file()
    card = (folder / "README.md").read_text("utf-8")
    parts = page_parts((root / PAGE).read_text("utf-8"))
    for name in ON_CARD:
        assert parts[f"block {name}"] in card

    path = root / f"annotations/{FERRY.id}/lm-1.json"
    old = path.read_text("utf-8")
    path.write_text(old.replace('"checkworthy": "yes"', '"checkworthy": "no"'), "utf-8")
    shown = CliRunner().invoke(cli, ["build", "--no-verify", "--root", str(root)])
    assert shown.exit_code == 0
    assert "DATASHEET.md was left out" in shown.output
    assert not (folder / PAGE).exists()
    assert "## Bias, measured" not in (folder / "README.md").read_text("utf-8")


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
        ("There are {{n_dogs}} dogs.", "there is no {{n_dogs}}"),
        ("There are 21 segments.", "'21' is typed by hand"),
        ("There are {{n_claims.", "not closed"),
        ("See {{block:naming}} here.", "on a line of its own"),
        ("{{declared: nobody}}", "must read {{declared: who, YYYY-MM-DD}}"),
        ("{{declared: me, 2040-13-01}}", "must read"),
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


def test_a_mark_that_is_used_nowhere_is_an_error() -> None:
    text = prose().replace("{{block:naming}}", "").replace("{{n_claims}}", "")
    with pytest.raises(TemplateError, match=r"\{\{block:naming\}\}, \{\{n_claims\}\}"):
        parse(text, KNOWN)
    with pytest.raises(TemplateError, match="stands below no heading"):
        parse("{{unanswered}}\n" + prose(), KNOWN)


def test_days_addresses_names_and_numbering_may_have_digits() -> None:
    allowed = """## 2.1. How often?
1. On 2040-01-02, in 2040-01, after Gebru et al. (2021),
see https://example.org/a1 or [there](b2.md), `SHA-256` <!-- 3 -->
"""
    parse(prose() + allowed, KNOWN)


def test_without_prose_or_with_an_unknown_block_it_says_so(root: Path) -> None:
    assert "there is no block 'dogs'" in run(root, "--block", "dogs").output
    (root / PATH).unlink()
    result = run(root)
    assert (result.exit_code, result.output) == (2, f"Error: there is no {PATH}\n")
    assert run(root, "--block", "naming").exit_code == 0
    (root / f"annotations/{FERRY.id}/lm-1.json").write_text("{", "utf-8")
    assert "a record cannot be read" in run(root, "--block", "naming").output


def test_a_missing_library_is_named_in_one_line(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run(root)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "matplotlib is not installed" in result.output
    assert "pip install" in result.output


def test_every_mark_is_listed_with_its_meaning(root: Path) -> None:
    listed = run(root, "--list").output
    assert all(f"{name}: {meaning}\n" in listed for name, (meaning, _) in NAMES.items())
    assert all(f"block:{name}\n" in listed for name in BLOCKS)


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
        "n_models": "2",
        "n_undisclosed": "2",
        "n_claims": "10",
        "n_ties_claims": "1",
        "n_mentions": "11",
        "n_sources": "10",
        "n_panel_judgements": "3",
        "n_ties_panel": "1",
        "n_claim_stances": "6",
        "n_stances": "0",
        "n_words": "37",
        "first_day": "2040-01-02",
        "guidelines": "0.1",
    }
    assert {name: value(name, facts) for name in counted} == counted


def test_composition_is_as_counted_by_hand(facts: Facts) -> None:
    lines = lines_of(facts, "composition")
    # items, judgements, found by most, unanimous, majority, single, adjudicated, tie
    by = "language model"
    assert lines["claims"] == ["10", "20", "10", "9", "0", "0", "0", "1", f"{by} 10"]
    assert lines["mentions"] == ["11", "21", "10", "10", "0", "1", "0", "0", f"{by} 11"]
    assert lines["panel judgements"] == [*"36320001", f"{by} 3"]


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
    # neutral, delegitimising, legitimising, distancing, tie, two shares
    assert lines["river guard"][:5] == ["4", "6", "0", "0", "0"]
    assert lines["river guard"][5].startswith("0.60 (n=10; one segment")
    assert lines["Guard"][:5] == lines["river guard"][:5]
    assert lines["the rest"][:5] == ["1", "0", "0", "0", "0"]


def test_sources_are_as_counted_by_hand(facts: Facts) -> None:
    lines = lines_of(facts, "sources")
    assert lines["**all**"][0].startswith("0.40 (n=10;")
    assert lines["**all**"][1:] == ["- (n=6: too few)"] * 2
    voices = lines_of(facts, "voices")
    assert [voices[name][0] for name in ("self", "vague", "official civil")] == list(
        "433"
    )
    assert voices["persons without public office"] == ["3"]


def test_small_labels_withheld_and_persons_are_as_counted_by_hand(facts: Facts) -> None:
    small = lines_of(facts, "small_labels")
    assert small["`claim.claim_type`"][:2] == ["9", "1"]
    assert "event 9" in small["`claim.claim_type`"][2]
    assert lines_of(facts, "withheld")["`claim.text`"][:2] == ["10", "10"]
    body = BLOCKS["persons"](facts).body
    assert "1 of 11 links of mentions go to a person. 1 further persons" in body


def test_repeatability_names_what_it_is(facts: Facts) -> None:
    body = BLOCKS["repeatability"](facts).body
    assert "repeatability, guidelines 0.1" in body
    assert "| `lm-1 / lm-2` |" in body
    assert "human" not in body


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


# the figures


def test_figures_are_well_formed_and_say_what_they_show(root: Path) -> None:
    for path, data in Sheet(Checkout(root)).files().items():
        if path != PAGE:
            well_formed(data)


def well_formed(data: bytes) -> None:
    picture = ElementTree.fromstring(data)
    assert picture.findtext(f"{SVG}title")
    assert picture.findtext(f"{SVG}desc")
    text = data.decode()
    assert "prefers-color-scheme:dark" in text
    assert "<metadata" not in text
    drawn = text.partition("</style>")[2]
    assert not re.findall(r"#[0-9a-f]{6}", drawn)  # every colour has a name
    assert float(picture.attrib["width"].removesuffix("pt")) * 4 / 3 <= 900


# the corpus


@pytest.fixture(scope="module")
def real() -> dict[str, bytes]:
    """The files of the datasheet of the repository."""
    return Sheet(Checkout(REPO)).files()


def test_the_datasheet_of_the_corpus_has_all_its_parts(real: dict[str, bytes]) -> None:
    parts = page_parts(real[PAGE].decode())
    assert {f"block {name}" for name in (*BLOCKS, *OF_PROSE)} < set(parts)
    assert "{{" not in real[PAGE].decode()
    for name in FIGURES:
        well_formed(real[f"docs/figures/{name}.svg"])


def test_no_block_calls_labels_of_models_human_or_true(real: dict[str, bytes]) -> None:
    for name, text in page_parts(real[PAGE].decode()).items():
        if name.startswith("block "):
            assert not re.search(r"\b(gold|ground truth|human label)", text), name
