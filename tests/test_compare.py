"""What independent readings have in common, on small cases worked by hand."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from standpoint.agreement import (
    EXPLAINED,
    INDEPENDENCE,
    TARGET,
    Row,
    compare,
    compare_with_keys,
    statistics,
)
from standpoint.agreement.group import Cell, Group, groups
from standpoint.agreement.measures import MEASURES, Found, ReadSegment
from standpoint.agreement.readings import of_records, of_tables
from standpoint.agreement.statistics import Gap, f1, ratio
from standpoint.cli import cli
from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, Document, JudgedSegment
from standpoint.records.schema import Schemas
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, Tables, with_resolved
from standpoint.tables.layer import Around
from tests import sets
from tests.sets import (
    ANNOTATORS,
    MILL,
    PANEL,
    TEXT,
    at,
    claim,
    dossier,
    find,
    judged,
    mention,
    node,
    opinion,
    reading,
    registries,
    stance,
)
from tests.studio import register

READER = "annotations/small-bridge-2031/reader-1.json"
INVENTORIES = Schemas(sets.REPO / "schema").inventories

MAYOR = find("the mayor")
PAPER, NURSE = find("the Harl Gazette"), find("a nurse")
BURNED = find("Raiders from the hills burned the mill at Harl")
DIED = find("Two mill hands died")
TORCHES = find("The river guard gave them the torches")
RAIDERS, GUARD = find("Raiders from the hills"), find("river guard")


def found(layer: str, *judged_segments: JudgedSegment) -> dict[str, Found]:
    """Return the units that readings of the first segment give, one reading each."""
    names = sets.PEOPLE[: len(judged_segments)]
    pairs = zip(names, judged_segments, strict=True)
    group = all_of([reading(name, one) for name, one in pairs])
    (cell,) = group.cells
    return units_of(layer, cell)


def units_of(layer: str, cell: Cell) -> dict[str, Found]:
    """Return measure to the units that a segment gives."""
    stances = INVENTORIES["stance_label"].labels
    return {
        one.name: one.units(ReadSegment(cell.covering(one.coverage or layer), stances))
        for one in MEASURES[layer]
    }


def all_of(readings: Iterable[AnnotationSet], on: Document = MILL) -> Group:
    """Return the one group of these readings, pairs left out."""
    made = of_records([dossier(*readings, on=on)], registries(on), INVENTORIES)
    (group,) = [g for g in groups(made) if not g.pair]
    return group


# actors


def test_spans_of_mentions_count_exactly_and_by_overlap() -> None:
    left = judged(mentions=[mention("m01", RAIDERS), mention("m02", GUARD)])
    right = judged(
        mentions=[
            mention("m01", find("Raiders from the")),  # 16 of 22 characters
            mention("m02", GUARD),
            mention("m03", NURSE),
        ]
    )
    units = found("actor", left, right)
    assert units["spans, exact F1"] == Found(((1, 2, 3),), 3)
    assert units["spans, F1"] == Found(((2, 2, 3),), 3)
    assert f1(units["spans, F1"].rows) == pytest.approx(0.8)


def test_links_and_naming_are_compared_on_matched_mentions() -> None:
    one = judged(
        mentions=[
            mention("m01", RAIDERS, "NIL:raiders"),
            mention("m02", GUARD, "river_guard", "hill_raiders"),
            mention("m03", MAYOR, "harl_mayor"),
        ]
    )
    other = judged(
        mentions=[
            mention("m01", RAIDERS, "NIL:hill-men", naming="delegitimising"),
            mention("m02", GUARD, "river_guard", form=None),
        ]
    )
    units = found("actor", one, other)
    # Actors outside the registry are the same kind of answer, however they are called.
    assert units["link, share equal"] == Found(((1, 1), (0, 1)), 2)
    assert units["naming, alpha"].rows == (
        ("neutral", "delegitimising"),
        ("neutral", "neutral"),
    )
    assert units["form, alpha"] == Found((("name", "name"),), 1)


def test_three_readings_are_matched_together_and_f1_is_pooled_over_pairs() -> None:
    all_three = judged(mentions=[mention("m01", RAIDERS)])
    only = judged(mentions=[mention("m01", RAIDERS, "river_guard")])
    none = judged()
    units = found("actor", all_three, only, none)
    assert units["spans, exact F1"] == Found(((1, 1, 1), (0, 1, 0), (0, 1, 0)), 1)
    assert f1(units["spans, exact F1"].rows) == 0.5
    assert units["link, share equal"] == Found(((0, 1),), 1)
    units = found("actor", all_three, only, all_three)
    assert units["link, share equal"] == Found(((1, 3),), 1)
    assert ratio(units["link, share equal"].rows) == pytest.approx(1 / 3)


# claims


def sentences(*claims: Any) -> list[str]:
    """Return which sentences of the first segment one reading has a claim in."""
    units = found("claim", judged(claims=claims), judged())
    return [one for one, _ in units["sentence has a claim, alpha"].rows]


def test_a_sentence_has_a_claim_that_lies_mostly_in_it_or_covers_half_of_it() -> None:
    places = [(s, e) for s, e, _ in MILL.segments[0].sentences]
    assert sentences() == ["no"] * len(places)
    assert sentences(claim("c01", BURNED)).count("yes") == 1
    (first, end), (begin, last) = places[1], places[2]
    spilt = sentences(claim("c01", at(first, begin + 4)))
    assert spilt[1:3] == ["yes", "no"]
    assert sentences(claim("c01", at(first, last)))[1:3] == ["yes", "yes"]
    half = -(-(last - begin) // 2)  # of the second, from its first character on
    assert sentences(claim("c01", at(first, begin + half)))[1:3] == ["yes", "yes"]
    assert sentences(claim("c01", at(first, begin + half - 1)))[1:3] == ["yes", "no"]
    short = at(end - 9, end)  # less than half of the sentence, but all of the claim
    assert sentences(claim("c01", short))[1] == "yes"
    headline = at(*places[0])
    also = sentences(claim("c01", at(first, end), also_at=[headline]))
    assert also[:2] == ["yes", "yes"]


def test_labels_never_choose_the_pairs_that_they_are_compared_on() -> None:
    # 21 of 46 characters: less than half, though type and actors are the same, so that
    # the dataset would join them.
    short = find("the mill at Harl")
    one = judged(claims=[claim("c01", BURNED)], mentions=[mention("m01", RAIDERS)])
    other = judged(
        claims=[claim("c01", short)], mentions=[mention("m01", find("Raiders"))]
    )
    units = found("claim", one, other)
    assert units["spans, F1"] == Found(((0, 1, 1),), 2)
    assert units["claim_type, alpha"] == Found((), 0)
    assert found("actor", one, other)["spans, F1"] == Found(((0, 1, 1),), 2)
    # Of two places that fit, the nearer one, though the labels of the other fit.
    wide, near = find("Raiders from the hills burned the"), at(*_span(BURNED, -1))
    other = judged(
        claims=[claim("c01", wide), claim("c02", near, claim_type="quantity")]
    )
    units = found("claim", one, other)
    assert units["claim_type, alpha"].rows == (("event", "quantity"),)
    mayor = stance("t01", "harl_mayor", "c01", "support", kind="claim")
    quoting = [
        judged(claims=[claim("c01", span)], stances=[mayor]) for span in (BURNED, short)
    ]
    units = found("stance", *quoting)
    assert units["quoted: who toward what, F1"] == Found(((0, 1, 1),), 2)


def _span(span: Any, end: int) -> tuple[int, int]:
    return span.start, span.end + end


def test_of_several_chains_those_are_compared_that_readings_share() -> None:
    paper = node("media", "harl_gazette", span=PAPER)
    nurse = node("local_witness", span=NURSE)
    one = judged(claims=[claim("c01", DIED, chains=[(paper,), (nurse,)])])
    other = judged(claims=[claim("c01", DIED, chains=[(nurse,)])])
    units = found("source_type", one, other)
    assert units["nearest, alpha"].rows == (("local_witness", "local_witness"),)


def test_types_never_choose_the_chains_that_they_are_compared_on() -> None:
    paper = node("media", "harl_gazette", span=PAPER)
    nurse = node("local_witness", span=NURSE)
    one = judged(claims=[claim("c01", DIED, chains=[(paper,), (nurse,)])])
    # The type of the first at the place of the second: the place decides.
    moved = node("media", "harl_gazette", span=NURSE)
    other = judged(claims=[claim("c01", DIED, chains=[(moved,)])])
    units = found("source_type", one, other)
    assert units["origin, alpha"].rows == (("local_witness", "media"),)


def test_claims_are_matched_by_place() -> None:
    one = judged(
        claims=[
            claim("c01", BURNED, modality="hedged"),
            claim("c02", DIED, about=()),
        ]
    )
    other = judged(
        claims=[
            claim("c01", find("burned the mill at Harl")),  # half of it
            claim("c02", TORCHES),
            claim("c03", DIED, about=["hill_raiders"], claim_type="quantity"),
        ]
    )
    units = found("claim", one, other)
    assert units["spans, F1"] == Found(((2, 2, 3),), 3)
    assert units["spans, exact F1"] == Found(((1, 2, 3),), 3)
    assert units["modality, alpha"].rows == (
        ("hedged", "asserted"),
        ("asserted", "asserted"),
    )
    assert units["claim_type, alpha"].rows == (
        ("event", "event"),
        ("event", "quantity"),
    )
    assert units["about, share equal"].rows == ((1, 1), (0, 1))
    assert units["ironic, alpha"] == Found((), 0)


def test_how_rare_the_rarer_label_is_stands_beside_the_alpha_of_sentences() -> None:
    text = "The mill at Harl burned down.\n\n" * 12
    on = sets.document("harl-row", text)
    places = [(s, e) for s, e, _ in on.segments[0].sentences]
    assert len(places) == 12
    # All but the last two in one reading, all but the last in the other.
    made = []
    for name, n in (("ana", 10), ("ben", 11)):
        told = [claim(f"c{i:02}", at(*p, text)) for i, p in enumerate(places[:n])]
        made.append(reading(name, judged(claims=told), on=on))
    rows = compare(of_records([dossier(*made, on=on)], registries(on), INVENTORIES))
    notes = {row.scope: row.estimate.note for row in rows if "sentence" in row.measure}
    assert notes["all"] == "one segment; no claim in 2 of 12"


# sources


def test_sources_of_matched_claims() -> None:
    paper, nurse = node("media", "harl_gazette", span=PAPER), node("local_witness")
    mayor = node("official_civil", "harl_mayor", span=MAYOR)
    one = judged(
        claims=[
            claim("c01", BURNED, chains=[(mayor,)]),
            claim("c02", DIED, chains=[(paper, nurse)]),
            claim("c03", TORCHES),
        ]
    )
    other = judged(
        claims=[
            claim("c01", BURNED, chains=[(mayor,)]),
            claim("c02", DIED, chains=[(paper,)]),
            claim("c03", TORCHES),
        ]
    )
    units = found("source_type", one, other)
    assert units["nearest, alpha"].rows == (
        ("official_civil", "official_civil"),
        ("media", "media"),
        ("self", "self"),
    )
    assert units["origin, alpha"].rows[1] == ("local_witness", "media")
    # Claims that nobody gives a source are left out: there is nothing to name.
    assert units["claimants, share equal"].rows == ((1, 1), (1, 1))
    assert units["whole chains, share equal"].rows == ((1, 1), (0, 1))


def test_the_order_of_chains_does_not_matter() -> None:
    paper = node("media", "harl_gazette", span=PAPER)
    nurse = node("local_witness", span=NURSE)
    one = judged(claims=[claim("c01", DIED, chains=[(paper,), (nurse,)])])
    other = judged(claims=[claim("c01", DIED, chains=[(nurse,), (paper,)])])
    units = found("source_type", one, other)
    assert units["nearest, alpha"].rows == (("media", "media"),)
    assert units["whole chains, share equal"].rows == ((1, 1),)
    alone = judged(claims=[claim("c01", DIED)])
    assert found("source_type", one, alone)["origin, alpha"].rows == (
        ("media", "self"),
    )


def test_in_a_comment_the_voice_is_the_reader() -> None:
    words = claim("c01", find("The guard did it"))
    group = all_of(reading(name, judged("s02", claims=[words])) for name in sets.MODELS)
    (cell,) = group.cells
    units = units_of("source_type", cell)
    assert units["origin, alpha"].rows == (("reader", "reader"),)


# stances


def test_the_panel_is_judged_in_two_steps() -> None:
    one = judged(
        panel={
            "hill_side": opinion("oppose"),
            "mill_truce": opinion("not_addressed"),
            "river_side": opinion("mixed"),
        }
    )
    other = judged(
        panel={
            "hill_side": opinion("neutral"),
            "mill_truce": opinion("support"),
            "river_side": opinion("unclear"),
        }
    )
    units = found("stance", one, other)
    addressed = units["panel: addressed, alpha"]
    assert addressed.rows == (("yes", "yes"), ("no", "yes"), ("yes", "yes"))
    assert addressed.tags == ("hill_side", "mill_truce", "river_side")
    polarity = units["panel: polarity, ordinal alpha"]
    assert polarity.rows == (("oppose", "neutral or mixed"),)
    assert polarity.tags == ("hill_side",)
    assert polarity.left_out == 1


def test_quoted_holders_are_compared_by_holder_and_target() -> None:
    told = claim("c01", TORCHES)
    one = judged(
        claims=[told],
        stances=[
            stance("t01", "harl_mayor", "hill_raiders", "oppose"),
            stance("t02", "harl_mayor", "c01", "support", kind="claim"),
            stance("t03", None, "mill_truce", "support", kind="issue"),
        ],
    )
    other = judged(
        claims=[claim("c01", DIED), structs.replace(told, id="c02")],
        stances=[
            stance("t01", "harl_mayor", "c02", "query", kind="claim"),
            stance("t02", "river_guard", "hill_raiders", "support"),
        ],
    )
    units = found("stance", one, other)
    assert units["quoted: who toward what, F1"] == Found(((1, 2, 2),), 3)
    assert units["quoted: label, alpha"] == Found((("support", "query"),), 1)


# who is compared with whom


def many(name: str, n: int = 12, **changes: Any) -> AnnotationSet:
    """Return a reading that marks the first n words of the mill as mentions."""
    spans, start = [], 0
    for word in TEXT.split()[:n]:
        start = TEXT.index(word, start)
        spans.append(at(start, start + len(word)))
        start += len(word)
    made = judged(mentions=[mention(f"m{i:02}", s) for i, s in enumerate(spans, 1)])
    return structs.replace(reading(name, made), **changes)


def overall(*readings: AnnotationSet) -> list[Row]:
    rows = compare(of_records([dossier(*readings)], registries(MILL), INVENTORIES))
    return [row for row in rows if (row.layer, row.measure) == ("actor", "spans, F1")]


def seen(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    return [(row.called, row.guidelines, row.annotators, row.scope) for row in rows]


def test_people_and_models_are_never_compared() -> None:
    rows = overall(many("ana"), many("ben"), many("lm-1"), many("lm-2", 10))
    both, models = ("ana", "ben"), ("lm-1", "lm-2")
    assert seen(rows) == [
        ("agreement", "0.1", both, "all"),
        ("agreement", "0.1", both, "harl-mill"),
        ("agreement", "0.1", both, "ana / ben"),
        ("repeatability", "0.1", models, "all"),
        ("repeatability", "0.1", models, "harl-mill"),
        ("repeatability", "0.1", models, "lm-1 / lm-2"),
    ]
    assert rows[0].estimate.value == 1.0
    assert rows[3].estimate.value == pytest.approx(20 / 22)
    assert not overall(many("ana"), many("lm-1"))


def test_a_reading_with_suggestions_is_not_compared_with_one_without() -> None:
    rows = overall(
        many("ana"),
        many("ben", saw_suggestions=True),
        many("cem", saw_suggestions=True),
    )
    assert {(row.annotators, row.saw_suggestions) for row in rows} == {
        (("ben", "cem"), True)
    }


def test_two_versions_of_the_guidelines_meet_in_pairs_only() -> None:
    new = many("cem", guidelines="0.2")
    rows = overall(many("ana"), many("ben"), new)
    assert seen(rows)[2:] == [
        ("agreement", "0.1", ("ana", "ben"), "ana / ben"),
        ("agreement", "0.1 / 0.2", ("ana", "cem"), "ana / cem"),
        ("agreement", "0.1 / 0.2", ("ben", "cem"), "ben / cem"),
    ]


def test_different_models_agree_and_runs_of_one_repeat() -> None:
    other = structs.replace(ANNOTATORS["lm-2"], model="another")
    made = registries(MILL)
    made = structs.replace(made, annotators={**ANNOTATORS, "lm-2": other})
    rows = compare(of_records([dossier(many("lm-1"), many("lm-2"))], made, INVENTORIES))
    assert {row.called for row in rows} == {"model agreement"}


def test_neither_adjudicators_nor_keys_are_readings() -> None:
    assert not overall(many("ana"), many("dee", role="adjudicator"))
    assert not overall(many("ana"), many("dee", role="key"))


def test_a_segment_counts_only_where_both_looked_fully() -> None:
    partial = many("ben")
    (one,) = partial.segments
    coverage = structs.replace(one.coverage, actor="partial")
    one = structs.replace(one, coverage=coverage)
    rows = overall(many("ana"), structs.replace(partial, segments=(one,)))
    assert [row.estimate.n for row in rows] == [0]


def test_a_third_reading_of_the_panel_alone_counts_for_the_panel() -> None:
    panel = {target.id: opinion("neutral") for target in PANEL.targets}
    whole = judged(mentions=[mention("m01", RAIDERS)], panel=panel)
    alone = structs.replace(judged(panel=panel), mentions=())
    none = dict.fromkeys(("actor", "claim", "stance"), "none")
    alone = structs.replace(alone, coverage=structs.replace(alone.coverage, **none))
    readings = reading("ana", whole), reading("ben", whole), reading("cem", alone)
    (cell,) = all_of(readings).cells
    panel_rows = units_of("stance", cell)["panel: addressed, alpha"].rows
    assert panel_rows == (("yes",) * 3,) * 3
    assert units_of("actor", cell)["spans, F1"].rows == ((1, 1, 1),)


def test_who_looked_is_said_layer_by_layer() -> None:
    panel = {target.id: opinion("neutral") for target in PANEL.targets}
    whole = judged(mentions=[mention("m01", RAIDERS)], panel=panel)
    none = dict.fromkeys(("actor", "claim", "stance"), "none")
    alone = judged(panel=panel)
    alone = structs.replace(alone, coverage=structs.replace(alone.coverage, **none))
    other = structs.replace(ANNOTATORS["lm-2"], id="key-lm", model="another")
    made = registries(MILL)
    made = structs.replace(made, annotators={**made.annotators, "key-lm": other})
    readings = [reading(name, whole) for name in sets.MODELS]
    rows = compare(
        of_records([dossier(*readings, reading("key-lm", alone))], made, INVENTORIES)
    )
    told: dict[str, set[Any]] = {}
    for row in rows:
        if row.scope == "all":
            kind = "panel" if row.measure.startswith("panel") else row.layer
            told.setdefault(kind, set()).add((row.called, row.annotators))
    runs = {("repeatability", ("lm-1", "lm-2"))}
    assert told.pop("panel") == {("model agreement", ("key-lm", "lm-1", "lm-2"))}
    assert told == dict.fromkeys(("actor", "claim", "stance", "source_type"), runs)


def test_the_order_of_sets_does_not_matter() -> None:
    made = sets.mill_sets()
    one = compare(of_records([dossier(*made)], registries(MILL), INVENTORIES))
    other = compare(of_records([dossier(*made[::-1])], registries(MILL), INVENTORIES))
    assert one == other
    assert one


def test_labels_and_targets_are_looked_at_alone() -> None:
    panel = {target.id: opinion("neutral") for target in PANEL.targets}
    both = [reading(n, judged(panel=panel)) for n in ("ana", "ben")]
    rows = compare(of_records([dossier(*both)], registries(MILL), INVENTORIES))
    labels = {(row.measure, row.label): row.estimate for row in rows if row.label}
    assert labels["panel: addressed, alpha", "hill_side"].n == 1
    assert labels["panel: polarity, ordinal alpha", "neutral or mixed"].n == 3
    assert labels["panel: polarity, ordinal alpha", "oppose"].n == 0
    assert ("naming, alpha", "distancing") in labels


def test_a_label_is_compared_with_all_others_together() -> None:
    spans = many("ana").segments[0].mentions
    kinds = ["neutral"] * 6 + ["distancing"] * 6
    other = ["neutral"] * 5 + ["distancing"] * 6 + ["delegitimising"]
    left, right = (
        reading(
            name,
            judged(
                mentions=[
                    structs.replace(m, naming=naming)
                    for m, naming in zip(spans, given, strict=True)
                ]
            ),
        )
        for name, given in (("ana", kinds), ("ben", other))
    )
    rows = compare(of_records([dossier(left, right)], registries(MILL), INVENTORIES))
    found = {row.label: row.estimate for row in rows if row.measure == "naming, alpha"}
    assert found["neutral"].n == 6
    assert found["neutral"].gap is Gap.TOO_FEW
    assert found["distancing"].n == 7
    whole = statistics.nominal_alpha(
        np.array([[2, 0, 0]] * 5 + [[1, 1, 0]] + [[0, 2, 0]] * 5 + [[0, 1, 1]])
    )
    assert found[""].value == pytest.approx(whole)
    assert MEASURES["actor"][4].by_label


# keys


def test_readings_are_compared_with_the_key() -> None:
    key = many("key-lm", role="key")
    made = [dossier(key, many("lm-1", 11), many("ana", guidelines="0.2"))]
    rows = compare_with_keys(of_records(made, registries(MILL), INVENTORIES))
    spans = [row for row in rows if (row.layer, row.measure) == ("actor", "spans, F1")]
    assert [(row.scope, row.population, row.guidelines) for row in spans] == [
        ("ana / key", "key", "0.2 / 0.1"),
        ("lm-1 / key", "key", "0.1"),
    ]
    assert {row.called for row in rows} == {"against the key"}
    assert spans[1].estimate.value == pytest.approx(22 / 23)


def test_invented_documents_are_never_mixed_with_real_ones() -> None:
    both = [dossier(many("ana")), dossier(on=sets.FERRY)]
    with pytest.raises(ValueError, match="must not be mixed"):
        compare(of_records(both, registries(MILL, sets.FERRY), INVENTORIES))


# the command


def agree(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["agreement", *arguments, "--root", str(root)])


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """A checkout of the mill, an invented document, with two readings and a key."""
    key = many("key-lm", role="key")
    contents = sets.files({TEXT: MILL}, [key, many("lm-1"), many("lm-2", 11)])
    return sets.lay_out(tmp_path / "mill", contents)


def test_agreement_prints_what_it_is_called_with_n_and_interval(mill: Path) -> None:
    result = agree(mill, "--split", "calibration")
    assert result.exit_code == 0, result.output
    assert "Repeatability: lm-1, lm-2 (language models; guidelines 0.1" in result.output
    assert "0.96 (n=12; one segment)" in result.output
    assert f"\n{TARGET}: {EXPLAINED[TARGET]}\n" in result.output
    assert "agree" not in result.output
    assert "harl-mill" not in result.output
    per = agree(mill, "--split", "calibration", "--per", "pair", "--per", "document")
    assert "lm-1 / lm-2" in per.output
    assert "harl-mill" in per.output
    labels = agree(mill, "--document", "harl-mill", "--per", "label")
    assert "delegitimising" in labels.output


def test_agreement_with_keys_says_that_it_is_circular(mill: Path) -> None:
    result = agree(mill, "--keys", "--layer", "actor")
    assert result.exit_code == 0, result.output
    who = "lm-1 (one reading and the keys, which a language model wrote;"
    assert f"Against the key: {who}" in result.output
    assert "\nThe keys were written by a language model. " in result.output
    assert "circular" in result.output
    assert "sentence has a claim" not in result.output
    assert "circular" not in agree(mill, "--split", "calibration").output
    plain = agree(mill, "--keys", "--format", "json")
    assert "circular" in plain.stderr
    assert json.loads(plain.stdout)


def test_agreement_with_the_keys_of_people_is_not_circular(tmp_path: Path) -> None:
    made = [many("ana", role="key"), many("lm-1")]
    root = sets.lay_out(tmp_path / "mill", sets.files({TEXT: MILL}, made))
    result = agree(root, "--keys")
    assert "Against the key: lm-1 (one reading and the keys; " in result.output
    assert "circular" not in result.output


def test_agreement_says_what_it_is_in_its_help(mill: Path) -> None:
    said = agree(mill, "--help").output
    assert "For people, this is agreement; for several runs" in said


def test_what_models_share_word_for_word_is_called_no_repeatability(
    tmp_path: Path,
) -> None:
    made = [
        reading(name, judged(claims=[claim("c01", BURNED)])) for name in sets.MODELS
    ]
    root = sets.lay_out(tmp_path / "mill", sets.files({TEXT: MILL}, made))
    said = agree(root, "--document", "harl-mill", "--layer", "claim").output
    assert f"\n{INDEPENDENCE}: not a measure of repeatability; " in said


def test_agreement_without_two_readings_is_a_sentence(mill: Path) -> None:
    result = agree(mill)
    assert result.exit_code == 0
    assert result.output.startswith("No segment has two independent readings")
    keys = agree(mill, "--keys", "--split", "pilot")
    assert keys.output == "No segment has a reading and a key.\n"
    assert keys.exit_code == 0
    assert json.loads(agree(mill, "--format", "json").stdout) == []


def test_agreement_is_printed_as_markdown_and_json(mill: Path) -> None:
    place = ("--document", "harl-mill")
    assert "| actor " in agree(mill, *place, "--format", "markdown").output
    rows = json.loads(
        agree(mill, *place, "--layer", "actor", "--format", "json").stdout
    )
    (spans,) = [row for row in rows if row["measure"] == "spans, F1"]
    assert spans["estimate"]["n"] == 12
    assert spans["called"] == "repeatability"
    assert spans["annotators"] == ["lm-1", "lm-2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layer", "actors"], "'actors' is not one of 'actor', 'claim'"),
        (["--document", "nowhere"], "there is no document 'nowhere'"),
        (
            ["--document", "harl-mill", "--split", "pilot"],
            "--document and --split cannot be combined",
        ),
    ],
)
def test_agreement_refuses_what_is_not_there(
    mill: Path, arguments: list[str], words: str
) -> None:
    result = agree(mill, *arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_agreement_measures_nothing_where_a_set_is_broken(mill: Path) -> None:
    (mill / "annotations/harl-mill/lm-1.json").write_text("{", "utf-8")
    result = agree(mill, "--split", "calibration")
    assert result.exit_code == 1
    assert "correct the errors above first" in result.output


# without a checkout


@pytest.mark.slow
@pytest.mark.parametrize("asked", [(), ("--keys",), ("--split", "calibration")])
def test_a_built_dataset_measures_what_its_checkout_does(
    public_edition: Path, asked: tuple[str, ...]
) -> None:
    every = [f"--per={what}" for what in ("label", "pair", "document")]
    arguments = ["agreement", "--format", "json", *asked, *every]
    records = CliRunner().invoke(cli, [*arguments, "--root", str(sets.REPO)])
    tables = CliRunner().invoke(cli, [*arguments, str(public_edition)])
    assert (records.exit_code, tables.exit_code) == (0, 0), tables.output
    assert json.loads(tables.stdout) == json.loads(records.stdout) != []


def test_sets_come_back_from_tables_as_far_as_they_are_compared(small: Path) -> None:
    """Claims are numbered anew in a second reading, and a third marks nothing."""
    register(small, "reader-2", "reader-3")
    (small / "annotations/small-bridge-2031/small-lm.json").unlink()
    first = (small / READER).read_text("utf-8")
    for old, new in {"c06": "c16", "c01": "c11", '"m01"': '"m31"'}.items():
        first = first.replace(old, new)
    second = json.loads(first.replace("reader-1", "reader-2"))
    second["created"] = "2031-05-11T09:00:00Z"
    second["segments"][1]["coverage"]["claim"] = "partial"
    third = json.loads(json.dumps(second)) | {"annotator": "reader-3"}
    third["segments"] = third["segments"][:1]
    third["segments"][0] |= {"mentions": [], "claims": [], "stances": []}
    third["segments"][0] |= {"relations": []}
    for name, record in {"reader-2": second, "reader-3": third}.items():
        path = small / READER.replace("reader-1", name)
        path.write_text(json.dumps(record), "utf-8")
    checkout = Checkout(small)
    dossier_ = checkout.dossier("small-bridge-2031")
    assert dossier_ is not None
    assert checkout.registries is not None
    known, inventories = checkout.registries, checkout.schemas.inventories
    around = Around(dossier_, known, inventories, None, "pilot", "alone")
    around = with_resolved(around, resolve(dossier_, known.annotators))
    tables = Tables(inventories).rows(around)
    tables |= Tables(inventories).rows(
        known, [config.name for config in CONFIGS if config.is_registry]
    )
    (back,) = of_tables(lambda config, _columns: tables[config], inventories)
    there = of_records([dossier_], known, inventories)
    assert [(one.annotator, one.created) for one in back.sets] == [
        (one.annotator, one.created) for one in dossier_.sets
    ]
    assert back.sets == there.sets
    rows = compare(there)
    assert compare(back._replace(splits=there.splits)) == rows
    assert len({row.scope for row in rows}) > 1


@pytest.mark.slow
def test_a_dataset_that_lists_no_sets_is_named(
    public_edition: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(public_edition, old)
    for file in (old / "data/document").glob("*.parquet"):
        pq.write_table(pq.read_table(file).drop_columns("sets"), file)
    result = CliRunner().invoke(cli, ["agreement", str(old)])
    assert result.exit_code == 2
    assert "does not list its annotation sets" in result.output
