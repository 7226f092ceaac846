"""Resolving: votes, soft labels, resolved labels, existence, and what is taken whole."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from standpoint.records.checkout import Checkout
from standpoint.records.model import AnnotationSet, Claim, JudgedSegment, Mention, Node
from standpoint.records.vocabulary import deciding
from standpoint.resolve import Resolved, resolve, tally
from tests.sets import (
    ANNOTATORS,
    MILL,
    TEXT,
    at,
    claim,
    decide,
    dossier,
    files,
    judged,
    lay_out,
    mention,
    mill_sets,
    node,
    opinion,
    reading,
    stance,
)

Layers = dict[str, list[Resolved]]


def run(*sets: AnnotationSet) -> Layers:
    return resolve(dossier(*sets), ANNOTATORS)


def only(items: Iterable[Resolved]) -> Resolved:
    (item,) = items
    return item


def short(item: Resolved) -> list[str]:
    """Return who cast each vote, and on which item of theirs."""
    names = [vote.vote_id.split("/")[2].partition(".")[2] for vote in item.votes]
    pairs = zip(item.votes, names, strict=True)
    return [f"{vote.set.annotator}.{name}" for vote, name in pairs]


def named(annotator: str, naming: str | None, **more: Any) -> AnnotationSet:
    """Make a reading of one mention, or of none."""
    mentions = [] if naming is None else [mention("m01", at(0, 4), naming=naming)]
    coverage = more.pop("coverage", "full")
    return reading(annotator, judged(mentions=mentions, coverage=coverage), **more)


def adjudicated(found: Mention, **more: Any) -> AnnotationSet:
    segment = judged(mentions=[found], coverage="partial")
    return reading("dee", segment, day=9, role="adjudicator", **more)


# votes


@pytest.mark.parametrize(
    ("votes", "value", "decided_by", "top_share"),
    [
        ("", None, None, None),
        ("--", None, None, None),
        ("a", "a", "single", 1.0),
        ("a--", "a", "single", 1.0),
        ("aaa", "a", "unanimous", 1.0),
        ("aa-", "a", "unanimous", 1.0),
        ("aab", "a", "majority", 2 / 3),
        ("baa", "a", "majority", 2 / 3),
        ("ab", None, "tie", 1 / 2),
        ("aabb", None, "tie", 1 / 2),
        ("aabc", None, "tie", 1 / 2),
        ("aabbc", None, "tie", 2 / 5),
        ("aaabc", "a", "majority", 3 / 5),
    ],
)
def test_a_label_needs_more_than_half_of_the_votes_that_are_cast(
    votes: str, value: str | None, decided_by: str | None, top_share: float | None
) -> None:
    found = tally(None if vote == "-" else vote for vote in votes)
    cast = votes.replace("-", "")
    assert (found.value, found.decided_by) == (value, decided_by)
    assert found.n_votes == len(cast)
    assert found.top_share == pytest.approx(top_share)
    assert found.soft == {label: cast.count(label) / len(cast) for label in set(cast)}


def test_attributes_are_voted_one_by_one() -> None:
    kinds = ("event", "event", "motive")
    modalities = ("hedged", "denied", "asserted")
    sets = [
        reading(
            name,
            judged(claims=[claim("c01", at(0, 9), claim_type=kind, modality=modality)]),
        )
        for name, kind, modality in zip(
            ("ana", "ben", "cem"), kinds, modalities, strict=True
        )
    ]
    labels = only(run(*sets)["claim"]).labels
    assert (labels["claim_type"].value, labels["claim_type"].decided_by) == (
        "event",
        "majority",
    )
    assert (labels["modality"].value, labels["modality"].decided_by) == (None, "tie")
    assert labels["certainty_shift"].n_votes == 0


def test_actors_of_a_mention_are_one_vote_whatever_their_order() -> None:
    def who(annotator: str, *actors: str) -> AnnotationSet:
        return reading(annotator, judged(mentions=[mention("m01", at(0, 4), *actors)]))

    pair = ("hill_raiders", "river_guard")
    item = only(
        run(who("ana", *pair), who("ben", *reversed(pair)), who("cem", "harl_mayor"))[
            "actor"
        ]
    )
    assert item.labels["actors"].value == pair
    assert item.labels["actors"].soft == {pair: 2 / 3, ("harl_mayor",): 1 / 3}


# populations


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["language_model", "human", "key"], "key"),
        (["language_model", "human"], "human"),
        (["language_model"], "language_model"),
    ],
)
def test_the_key_goes_before_people_and_people_before_models(
    present: list[str], expected: str
) -> None:
    assert deciding(present) == deciding(reversed(present)) == expected


def test_models_do_not_change_a_label_where_a_person_looked() -> None:
    people = named("ana", "neutral"), named("ben", "neutral")
    models = named("lm-1", "distancing"), named("lm-2", "distancing")
    item = only(run(*people, *models)["actor"])
    assert len(item.votes) == 4
    assert item.voters == item.judged_by == "human"
    assert item.labels["naming"].soft == {"neutral": 1.0}
    assert (item.n_found, item.n_looked) == (2, 2)


def test_what_only_a_model_marked_has_no_label_where_a_person_looked() -> None:
    item = only(run(named("ana", None), named("lm-1", "neutral"))["actor"])
    assert item.voters == "human"
    assert item.labels["naming"] == tally([])
    assert (item.n_found, item.n_looked, item.exists) == (0, 1, False)


def test_a_person_who_did_not_work_on_the_layer_leaves_it_to_the_models() -> None:
    item = only(
        run(named("ana", None, coverage="none"), named("lm-1", "neutral"))["actor"]
    )
    assert item.voters == "language_model"
    assert item.labels["naming"].decided_by == "single"
    assert item.exists is True


def test_runs_of_a_model_vote_among_themselves() -> None:
    item = only(run(named("lm-1", "neutral"), named("lm-2", "distancing"))["actor"])
    assert item.voters == item.judged_by == "language_model"
    assert item.labels["naming"].decided_by == "tie"


def test_the_key_alone_decides_a_calibration_document() -> None:
    key = named("key-lm", "neutral", role="key")
    item = only(
        run(key, named("ana", "distancing"), named("lm-1", "distancing"))["actor"]
    )
    assert item.voters == item.judged_by == "key"
    assert item.labels["naming"].soft == {"neutral": 1.0}
    assert item.item_id == "harl-mill/s01/key-lm.m01"


# the adjudicator


def test_a_chosen_label_goes_before_the_majority_and_the_votes_stay() -> None:
    chosen = mention(
        "m01", at(0, 5), naming="distancing", by=decide("chosen", "cem.m01")
    )
    item = only(
        run(
            named("ana", "neutral"),
            named("ben", "neutral"),
            named("cem", "distancing"),
            adjudicated(chosen),
        )["actor"]
    )
    naming = item.labels["naming"]
    assert (naming.value, naming.decided_by) == ("distancing", "adjudicated")
    assert naming.soft == {"neutral": 2 / 3, "distancing": 1 / 3}
    assert naming.n_votes == 3
    assert (item.exists, item.n_found, item.n_looked) == (True, 3, 3)
    assert (item.taken.set.annotator, item.taken.item.end) == ("dee", 5)
    assert item.item_id == "harl-mill/s01/ana.m01"


def test_a_person_who_decides_over_models_is_said_to_have_judged() -> None:
    chosen = mention("m01", at(0, 4), naming="neutral", by=decide("chosen", "lm-1.m01"))
    item = only(run(named("lm-1", "distancing"), adjudicated(chosen))["actor"])
    assert (item.voters, item.judged_by) == ("language_model", "human")
    assert item.labels["naming"].value == "neutral"
    assert item.labels["naming"].soft == {"distancing": 1.0}


def test_what_is_left_open_has_no_label_but_keeps_its_votes_and_existence() -> None:
    left = mention("m01", at(0, 5), naming="neutral", by=decide("left_open", "ana.m01"))
    item = only(
        run(named("ana", "neutral"), named("ben", None), adjudicated(left))["actor"]
    )
    naming = item.labels["naming"]
    assert (naming.value, naming.decided_by) == (None, "adjudicated")
    assert naming.soft == {"neutral": 1.0}
    assert item.exists is None
    assert item.taken.set.annotator == "ana"


def test_what_is_dropped_does_not_exist_though_all_marked_it() -> None:
    drop = mention("m01", at(0, 4), by=decide("dropped", "ana.m01", "ben.m01"))
    item = only(
        run(named("ana", "neutral"), named("ben", "neutral"), adjudicated(drop))[
            "actor"
        ]
    )
    assert (item.exists, item.n_found, item.n_looked) == (False, 2, 2)
    assert item.labels["naming"].value is None
    assert item.labels["naming"].soft == {"neutral": 1.0}


def test_what_an_adjudicator_adds_exists_without_votes() -> None:
    new = mention("m01", at(0, 4), naming="distancing", by=decide("added"))
    item = only(run(named("ana", None), named("ben", None), adjudicated(new))["actor"])
    assert short(item) == ["dee.m01"]
    assert item.item_id == item.votes[0].vote_id
    assert item.exists is True
    naming = item.labels["naming"]
    assert (naming.value, naming.n_votes, naming.soft) == ("distancing", 0, {})
    assert naming.decided_by == "adjudicated"


def test_a_decision_is_about_its_source_though_its_words_are_elsewhere() -> None:
    moved = mention("m01", at(40, 44), by=decide("chosen", "ben.m01"))
    items = run(named("ana", None), named("ben", "neutral"), adjudicated(moved))[
        "actor"
    ]
    assert short(only(items)) == ["ben.m01", "dee.m01"]


def test_a_decision_on_a_claim_without_its_source_ends_that_source() -> None:
    told = claim("c01", at(0, 9), chains=[(node("media"),)])
    decided = claim("c01", at(0, 9), by=decide("chosen", "ana.c01"))
    found = run(
        reading("ana", judged(claims=[told])),
        reading("dee", judged(claims=[decided]), day=9, role="adjudicator"),
    )
    by_type = {item.taken.item.source_type: item for item in found["source_type"]}
    assert by_type["media"].exists is False
    assert by_type["media"].labels["source_type"].value is None
    assert by_type["media"].labels["source_type"].soft == {"media": 1.0}
    assert by_type["self"].exists is True
    assert by_type["self"].labels["source_type"].value == "self"
    carrier = only(found["stance"])
    assert (carrier.exists, carrier.labels["label"].value) == (False, None)
    assert carrier.judged_by == "human"


# existence


@pytest.mark.parametrize(
    ("who", "n_found", "n_looked", "exists"),
    [
        ("F", 1, 1, True),
        ("Ff", 1, 2, None),
        ("Fff", 1, 3, False),
        ("FFf", 2, 3, True),
        ("FfP", 1, 2, None),  # partial coverage: neither found nor looked
        ("FP", 1, 1, True),
        ("fP", 0, 1, False),
        ("P", 0, 0, None),
        ("Pp", 0, 0, None),
        ("Fn", 1, 1, True),
    ],
)
def test_existence_is_counted_over_full_coverage(
    who: str, n_found: int, n_looked: int, exists: bool | None
) -> None:
    """Capital: marked it; small: did not. F full, P partial, N no coverage."""
    coverage = {"f": "full", "p": "partial", "n": "none"}
    sets = [
        named(
            name,
            "neutral" if letter.isupper() else None,
            coverage=coverage[letter.lower()],
        )
        for name, letter in zip(("ana", "ben", "cem"), who, strict=False)
    ]
    item = only(run(*sets)["actor"])
    assert (item.n_found, item.n_looked, item.exists) == (n_found, n_looked, exists)
    assert item.labels["naming"].n_votes == sum(letter.isupper() for letter in who)


def test_a_reading_of_another_segment_did_not_look_here() -> None:
    other = reading("ben", judged("s02"))
    item = only(run(named("ana", "neutral"), other)["actor"])
    assert (item.n_found, item.n_looked) == (1, 1)


# what is taken whole


def _marks(*ends: int) -> list[AnnotationSet]:
    names = ("ana", "ben", "cem")
    return [
        reading(name, judged(mentions=[mention("m01", at(0, end))]))
        for name, end in zip(names, ends, strict=False)
    ]


@pytest.mark.parametrize(
    ("ends", "annotator"),
    [
        # Sums of IoU: ana 10/20 + 10/12, ben 10/20 + 12/20, cem 10/12 + 12/20.
        ((10, 20, 12), "cem"),
        ((10, 12, 12), "ben"),  # ben and cem alike: the earlier
        ((10, 10, 12), "ana"),
        ((10, 12), "ana"),  # two overlap each other alike
        ((10,), "ana"),
    ],
)
def test_the_span_is_that_of_the_medoid_or_else_the_earliest(
    ends: tuple[int, ...], annotator: str
) -> None:
    item = only(run(*_marks(*ends))["actor"])
    assert item.taken.set.annotator == annotator


def test_the_medoid_is_one_of_the_voters() -> None:
    models = [
        reading(name, judged(mentions=[mention("m01", at(0, 12))]))
        for name in ("lm-1", "lm-2")
    ]
    item = only(run(*models, *_marks(10, 12))["actor"])
    assert item.taken.set.annotator == "ana"


def test_spans_sentence_and_chains_come_from_one_member() -> None:
    def told(
        annotator: str, end: int, sentence: str, *chains: tuple[Node, ...]
    ) -> AnnotationSet:
        found = claim("c01", at(0, end), normalised=sentence, chains=chains)
        return reading(annotator, judged(claims=[found]))

    item = only(
        run(
            told("ana", 10, "One."),
            told("ben", 20, "Two.", (node("media"),)),
            told("cem", 12, "Three.", (node("document"),)),
        )["claim"]
    )
    taken: Claim = item.taken.item
    assert (taken.normalised, taken.chains[0][0].source_type) == ("Three.", "document")


# stances


def _one(annotator: str, **more: Any) -> AnnotationSet:
    return reading(annotator, judged(**more))


def test_panel_stances_match_by_target() -> None:
    items = run(
        _one(
            "ana",
            panel={"river_side": opinion("oppose"), "hill_side": opinion("support")},
        ),
        _one("ben", panel={"hill_side": opinion("support")}),
    )["stance"]
    assert [(item.taken.item.target, short(item)) for item in items] == [
        ("hill_side", ["ana.panel.hill_side", "ben.panel.hill_side"]),
        ("river_side", ["ana.panel.river_side"]),
    ]
    assert {item.taken.item.kind for item in items} == {"panel"}


MANY = tuple(f"reader-{n}" for n in range(9))

OPINIONS = st.tuples(
    st.sampled_from(["oppose", "support", "neutral", "not_addressed"]),
    st.sampled_from(["explicit", "implicit"]),
    st.sampled_from([None, "antagonist", "victim"]),
)


@given(st.lists(OPINIONS, min_size=2, max_size=len(MANY)))
def test_what_belongs_to_a_label_comes_from_those_who_gave_it(
    votes: list[tuple[str, str, str | None]],
) -> None:
    """However many vote: no neutral stance is explicit, no absent target is portrayed."""
    annotators = {n: structs.replace(ANNOTATORS["ana"], id=n) for n in MANY}
    given_ = []
    for label, expression, portrayal in votes:
        is_told = label != "not_addressed"
        made = opinion(label, portrayal=portrayal if is_told else None)
        if made.expression is not None:
            made = structs.replace(made, expression=expression)
        given_.append(made)
    sets = [
        reading(name, judged(panel={"hill_side": one}))
        for name, one in zip(MANY, given_, strict=False)
    ]
    item = only(resolve(dossier(*sets), annotators)["stance"])
    label = item.labels["label"].value
    winners = [one for one in given_ if one.label == label]
    for name in ("expression", "portrayal"):
        value = item.labels[name].value
        assert value == tally(getattr(one, name) for one in winners).value
        assert value is None or label is not None


def test_free_stances_match_by_holder_and_target() -> None:
    items = run(
        _one(
            "ana",
            stances=[
                stance("t01", "harl_mayor", "hill_raiders", "oppose"),
                stance("t02", "harl_mayor", "river_guard", "support"),
            ],
        ),
        _one(
            "ben",
            stances=[
                stance("t01", "river_guard", "hill_raiders", "oppose"),
                stance("t07", "harl_mayor", "hill_raiders", "oppose"),
                stance("t08", "harl_mayor", "hill_raiders", "oppose", kind="issue"),
            ],
        ),
    )["stance"]
    assert [short(item) for item in items] == [
        ["ana.t01", "ben.t07"],
        ["ana.t02"],
        ["ben.t01"],
        ["ben.t08"],
    ]


def test_a_stance_toward_a_claim_follows_the_claim_into_its_group() -> None:
    def toward(annotator: str, claim_id: str, label: str) -> AnnotationSet:
        return _one(
            annotator,
            claims=[claim(claim_id, at(0, 9))],
            stances=[stance("t01", "harl_mayor", claim_id, label, kind="claim")],
        )

    item = only(
        run(toward("ana", "c01", "support"), toward("ben", "c07", "support"))["stance"]
    )
    assert short(item) == ["ana.t01", "ben.t01"]
    assert {vote.item.target for vote in item.votes} == {"harl-mill/s01/ana.c01"}


def test_the_stance_of_the_carrier_is_that_of_those_who_saw_a_source() -> None:
    media = (node("media"),)
    found = run(
        _one(
            "ana",
            claims=[claim("c01", at(0, 9), chains=[media], carrier_stance="oppose")],
        ),
        _one(
            "ben",
            claims=[claim("c05", at(0, 9), chains=[media], carrier_stance="oppose")],
        ),
        _one("cem", claims=[claim("c01", at(0, 9))]),
    )
    item = only(found["stance"])
    assert item.item_id == "harl-mill/s01/ana.c01.carrier"
    assert short(item) == ["ana.c01.carrier", "ben.c05.carrier"]
    assert item.taken.item.target == only(found["claim"]).item_id
    assert (item.n_found, item.n_looked, item.exists) == (2, 3, True)
    assert item.labels["label"].value == "oppose"


@pytest.mark.parametrize(
    ("segment", "holder"), [("s01", "carrier"), ("s02", "commenter")]
)
def test_the_voice_of_a_comment_is_the_commenter(segment: str, holder: str) -> None:
    told = claim("c01", at(261, 265), chains=[(node("media"),)])
    panel = {"hill_side": opinion("oppose")}
    found = run(reading("ana", judged(segment, claims=[told], panel=panel)))
    assert [item.taken.item.holder.kind for item in found["stance"]] == [holder, holder]


# sources


def _told(
    annotator: str, *chains: tuple[Node, ...], segment: str = "s01"
) -> AnnotationSet:
    found: JudgedSegment = judged(
        segment, claims=[claim("c01", at(0, 9), chains=chains)]
    )
    return reading(annotator, found)


PAPER = node("media", "harl_gazette", span=at(20, 24))
MAYOR = node("official_civil", "harl_mayor", span=at(40, 44))
NURSE = node("local_witness", span=at(60, 64))


def test_chains_in_another_order_are_joined() -> None:
    items = run(_told("ana", (PAPER,), (MAYOR,)), _told("ben", (MAYOR,), (PAPER,)))
    assert [short(item) for item in items["source_type"]] == [
        ["ana.c01.1.1", "ben.c01.2.1"],
        ["ana.c01.2.1", "ben.c01.1.1"],
    ]
    assert {item.labels["source_type"].decided_by for item in items["source_type"]} == {
        "unanimous"
    }


def test_chains_to_one_origin_are_joined_though_it_is_named_elsewhere() -> None:
    again = node("official_civil", "harl_mayor", span=at(90, 94))
    items = run(_told("ana", (MAYOR,)), _told("ben", (again,)))["source_type"]
    assert short(only(items)) == ["ana.c01.1.1", "ben.c01.1.1"]


def test_self_and_a_chain_are_two_items_and_each_was_found_by_half() -> None:
    items = run(_told("ana"), _told("ben", (MAYOR,)))["source_type"]
    assert [short(item) for item in items] == [["ana.c01.0.0"], ["ben.c01.1.1"]]
    assert [item.labels["source_type"].value for item in items] == [
        "self",
        "official_civil",
    ]
    assert [(item.n_found, item.n_looked, item.exists) for item in items] == [
        (1, 2, None),
        (1, 2, None),
    ]
    assert [(item.taken.item.chain, item.taken.item.level) for item in items] == [
        (0, 0),
        (1, 1),
    ]


def test_levels_beyond_the_shorter_chain_have_the_votes_of_the_longer() -> None:
    items = run(_told("ana", (PAPER,)), _told("ben", (PAPER, NURSE)))["source_type"]
    assert [short(item) for item in items] == [
        ["ana.c01.1.1", "ben.c01.1.1"],
        ["ben.c01.1.2"],
    ]
    assert [item.exists for item in items] == [True, None]
    assert [item.taken.item.n_levels for item in items] == [1, 2]


def test_a_comment_that_names_nobody_has_the_reader_as_its_source() -> None:
    item = only(run(_told("ana", segment="s02"))["source_type"])
    assert item.labels["source_type"].value == "reader"
    assert item.labels["identification"].n_votes == 0


def test_sources_join_with_the_claim_of_their_group() -> None:
    found = run(_told("ana", (PAPER,)), _told("ben", (PAPER,)))
    claim_id = only(found["claim"]).item_id
    votes = only(found["source_type"]).votes
    assert {vote.item.claim_id for vote in votes} == {claim_id}


# the whole


def _shape(layers: Layers) -> dict[str, list[tuple[Any, ...]]]:
    return {
        layer: [
            (item.item_id, short(item), item.exists, item.taken.vote_id, item.labels)
            for item in items
        ]
        for layer, items in layers.items()
    }


def _read(root: Path, contents: dict[str, bytes]) -> Layers:
    found = Checkout(lay_out(root, contents)).dossier(MILL.id)
    assert found is not None
    return resolve(found, ANNOTATORS)


def test_the_order_in_which_files_came_does_not_matter(tmp_path: Path) -> None:
    contents = files({TEXT: MILL}, mill_sets())
    backwards = dict(reversed(list(contents.items())))
    forth, back = _read(tmp_path / "a", contents), _read(tmp_path / "b", backwards)
    assert _shape(forth) == _shape(back) == _shape(run(*mill_sets()))
    assert all(forth.values())


def test_readings_count_in_order_of_day_then_name_the_key_first(tmp_path: Path) -> None:
    sets = [
        named("ana", "neutral", day=3),
        named("cem", "neutral", day=2),
        named("ben", "neutral", day=2),
        named("key-lm", "neutral", day=5, role="key"),
    ]
    contents = files({TEXT: MILL}, sets)
    item = only(_read(tmp_path, contents)["actor"])
    assert short(item) == ["key-lm.m01", "ben.m01", "cem.m01", "ana.m01"]


def test_resolving_changes_none_of_what_it_is_given() -> None:
    sets = mill_sets()
    first, again = _shape(run(*sets)), _shape(run(*sets))
    assert first == again
    assert sets == mill_sets()


def test_an_adjudicator_who_also_read_keeps_their_vote() -> None:
    chosen = mention(
        "m01", at(0, 4), naming="distancing", by=decide("chosen", "ben.m01")
    )
    item = only(
        run(
            named("ana", "neutral"),
            named("ben", "distancing"),
            reading("ana", judged(mentions=[chosen]), day=9, role="adjudicator"),
        )["actor"]
    )
    assert item.labels["naming"].n_votes == 2
    assert len({vote.vote_id for vote in item.votes}) == 3


def test_parts_of_a_claim_have_the_voters_of_the_claim() -> None:
    reported = claim("c01", at(0, 9), chains=[(PAPER,)])
    found = run(reading("ana", judged()), reading("lm-1", judged(claims=[reported])))
    items = [*found["claim"], *found["stance"], *found["source_type"]]
    assert len(items) == 3
    assert {item.voters for item in items} == {"human"}
    assert {item.exists for item in items} == {False}


def test_what_was_merged_into_another_item_is_dropped() -> None:
    kept = mention("m01", at(0, 4), by=decide("merged", "ana.m01", "ben.m01"))
    found = run(
        reading("ana", judged(mentions=[mention("m01", at(0, 4))])),
        reading("ben", judged(mentions=[mention("m01", at(10, 14))])),
        reading("dee", judged(mentions=[kept]), day=9, role="adjudicator"),
    )["actor"]
    assert [item.exists for item in found] == [True, False]
    assert found[1].labels["actors"].value is None
    assert found[1].labels["actors"].decided_by == "adjudicated"


def test_one_partial_reading_by_a_person_does_not_silence_the_models() -> None:
    places = [at(0, 4), at(10, 14)]
    model = [mention(f"m0{n}", place) for n, place in enumerate(places, 1)]
    part = judged(mentions=[mention("m01", places[0])], coverage="partial")
    found = run(reading("ana", part), reading("lm-1", judged(mentions=model)))["actor"]
    assert [item.judged_by for item in found] == ["human", "language_model"]
    assert [item.labels["naming"].value for item in found] == ["neutral", "neutral"]
