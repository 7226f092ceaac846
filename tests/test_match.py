"""Matching: which items of several annotators are the same thing."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standpoint.resolve.match import Item, Spans, iou, join, length, overlap


def item(
    vote_id: str,
    *spans: tuple[int, int],
    label: str = "event",
    actors: str = "",
    also_at: tuple[tuple[int, int], ...] = (),
    joins: str | None = None,
) -> Item:
    """Make an item; `actors` are letters, `also_at` further places of one span each."""
    places = (spans, *((span,) for span in also_at)) if spans else ()
    return Item(vote_id, places, label, frozenset(actors), joins)


def ids(groups: list[list[Item]]) -> list[list[str]]:
    return [[member.vote_id for member in group] for group in groups]


@pytest.mark.parametrize(
    ("left", "right", "shared", "expected"),
    [
        (((0, 10),), ((0, 10),), 10, 1.0),
        (((0, 10),), ((5, 15),), 5, 5 / 15),
        (((0, 10),), ((0, 5),), 5, 0.5),
        (((0, 10),), ((10, 20),), 0, 0.0),
        (((0, 4), (8, 12)), ((2, 10),), 4, 4 / 12),
        (((0, 4), (8, 12)), ((0, 4), (8, 12)), 8, 1.0),
        (((0, 2), (4, 6), (8, 10)), ((1, 9),), 4, 4 / 10),
    ],
)
def test_iou_counts_characters(
    left: Spans, right: Spans, shared: int, expected: float
) -> None:
    assert overlap(left, right) == overlap(right, left) == shared
    assert iou([left], [right]) == pytest.approx(expected)
    assert iou([right], [left]) == pytest.approx(expected)


def test_length_adds_up_disjoint_spans() -> None:
    assert length(((0, 4), (8, 12), (20, 21))) == 9


def test_iou_takes_the_best_pair_of_occurrences() -> None:
    left = [((0, 10),), ((100, 110),)]
    right = [((50, 60),), ((100, 108),), ((5, 15),)]
    assert iou(left, right) == pytest.approx(0.8)


def test_nothing_overlaps_an_item_without_a_place() -> None:
    assert iou([], [((0, 10),)]) == iou([((0, 10),)], []) == 0.0


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (item("b.1", (0, 5), label="motive"), True),  # half of it
        (item("b.1", (0, 21), label="motive"), False),  # less than half: 10 of 21
        (item("b.1", (9, 30), actors="xy"), True),  # a touch, and agreement
        (item("b.1", (9, 30), actors="x"), False),  # a touch, but other actors
        (item("b.1", (9, 30), actors="xy", label="motive"), False),
        (item("b.1", (10, 20), actors="xy"), False),  # agreement without a touch
    ],
)
def test_items_match_by_half_their_characters_or_by_a_touch_and_agreement(
    other: Item, is_same: bool
) -> None:
    groups = join([[item("a.1", (0, 10), actors="xy")], [other]])
    assert ids(groups) == ([["a.1", "b.1"]] if is_same else [["a.1"], ["b.1"]])


def test_the_best_pairing_beats_the_greedy_one() -> None:
    first = [item("a.1", (0, 20)), item("a.2", (9, 22), label="motive")]
    second = [
        item("b.1", (1, 20), label="causal"),
        item("b.2", (0, 11), label="causal"),
    ]
    # b.1 fits a.1 best (19/20), but then b.2 (11/20 of a.1) would be left over.
    assert iou(first[0].occurrences, second[0].occurrences) == pytest.approx(19 / 20)
    assert ids(join([first, second])) == [["a.1", "b.2"], ["a.2", "b.1"]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_agreement_decides_between_items_of_the_same_words(
    order: tuple[int, ...],
) -> None:
    first = [item("a.1", (0, 10)), item("a.2", (0, 10), label="motive")]
    second = [item("b.1", (0, 10), label="motive"), item("b.2", (0, 10))]
    groups = join([first, [second[place] for place in order]])
    assert ids(groups) == [["a.1", "b.2"], ["a.2", "b.1"]]


def test_agreement_outweighs_less_than_half_a_point_of_overlap() -> None:
    first = [item("a.1", (0, 10), actors="x")]
    second = [item("b.1", (0, 9), actors="y"), item("b.2", (0, 6), actors="x")]
    assert ids(join([first, second])) == [["a.1", "b.2"], ["b.1"]]


def test_a_further_occurrence_makes_a_match() -> None:
    first = [item("a.1", (0, 10))]
    second = [item("b.1", (300, 310), label="motive", also_at=((200, 205), (0, 9)))]
    assert ids(join([first, second])) == [["a.1", "b.1"]]


def test_groups_are_compared_by_their_first_member() -> None:
    # b.1 joins a.1; c.1 overlaps b.1 well, but a.1 too little.
    sets = [[item("a.1", (0, 10))], [item("b.1", (0, 18))], [item("c.1", (4, 18))]]
    labels = ("event", "motive", "causal")
    for items, label in zip(sets, labels, strict=True):
        items[0] = items[0]._replace(label=label)
    assert ids(join(sets)) == [["a.1", "b.1"], ["c.1"]]


def test_a_later_set_renames_no_group() -> None:
    sets = [
        [item("a.1", (0, 10)), item("a.2", (20, 30))],
        [item("b.1", (20, 30)), item("b.2", (50, 60))],
    ]
    before = ids(join(sets))
    later = [item("c.1", (50, 61)), item("c.2", (0, 10)), item("c.3", (70, 80))]
    after = ids(join([*sets, later]))
    assert before == [["a.1"], ["a.2", "b.1"], ["b.2"]]
    assert after == [["a.1", "c.2"], ["a.2", "b.1"], ["b.2", "c.1"], ["c.3"]]


def test_agreement_suffices_only_where_it_is_said_to() -> None:
    first = [item("a.1", (0, 4), actors="x"), item("a.2", (10, 14), actors="y")]
    second = [item("b.1", (40, 44), actors="y"), item("b.2", (50, 54), actors="x")]
    apart = [["a.1"], ["a.2"], ["b.1"], ["b.2"]]
    assert ids(join([first, second])) == apart
    joined = join([first, second], agreement_suffices=True)
    assert ids(joined) == [["a.1", "b.2"], ["a.2", "b.1"]]


def test_places_alone_decide_where_it_is_said_so() -> None:
    first = [item("a.1", (0, 10), actors="x")]
    second = [item("b.1", (0, 4), actors="x")]  # less than half, and the same
    assert ids(join([first, second])) == [["a.1", "b.1"]]
    assert ids(join([first, second], places_alone=True)) == [["a.1"], ["b.1"]]
    # 0.6 and alike, or 0.9 and not: half a point for agreement turns it round.
    second = [item("b.1", (0, 6), actors="x"), item("b.2", (0, 9), actors="y")]
    assert ids(join([first, second])) == [["a.1", "b.1"], ["b.2"]]
    assert ids(join([first, second], places_alone=True)) == [["a.1", "b.2"], ["b.1"]]


def test_an_adjudicated_item_joins_the_item_it_decides_on_wherever_it_is() -> None:
    sets = [
        [item("a.1", (0, 10)), item("a.2", (20, 30))],
        [item("z.1", (0, 10), joins="a.2"), item("z.2", (50, 60), joins="b.9")],
    ]
    assert ids(join(sets)) == [["a.1"], ["a.2", "z.1"], ["z.2"]]


def test_a_second_item_that_joins_the_same_group_is_matched_by_its_words() -> None:
    sets = [
        [item("a.1", (0, 10)), item("a.2", (20, 30))],
        [item("z.1", (70, 80), joins="a.1"), item("z.2", (20, 30), joins="a.1")],
    ]
    assert ids(join(sets)) == [["a.1", "z.1"], ["a.2", "z.2"]]


# invariants

_LABELS = st.sampled_from(["event", "motive"])
_ACTORS = st.sampled_from(["", "x"])


@st.composite
def _items(draw: st.DrawFn, name: str) -> list[Item]:
    spans = draw(
        st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15)), max_size=4)
    )
    return [
        item(
            f"{name}.{number}",
            (start, start + size),
            label=draw(_LABELS),
            actors=draw(_ACTORS),
        )
        for number, (start, size) in enumerate(spans)
    ]


_SETS = st.tuples(_items("a"), _items("b"), _items("c"))


@given(_SETS, st.booleans())
def test_every_item_is_in_one_group_and_no_group_has_two_of_a_set(
    sets: tuple[list[Item], ...], suffices: bool
) -> None:
    groups = ids(join(sets, agreement_suffices=suffices))
    grouped = sorted(vote for group in groups for vote in group)
    assert grouped == sorted(one.vote_id for items in sets for one in items)
    for group in groups:
        names = [vote.partition(".")[0] for vote in group]
        assert names == sorted(set(names))


@given(_SETS, st.booleans())
def test_a_set_at_the_end_keeps_every_group_with_its_members_and_order(
    sets: tuple[list[Item], ...], suffices: bool
) -> None:
    before = ids(join(sets[:-1], agreement_suffices=suffices))
    after = ids(join(sets, agreement_suffices=suffices))
    assert [group[: len(old)] for old, group in zip(before, after, strict=False)] == (
        before
    )
    assert all(group[0].startswith("c.") for group in after[len(before) :])


def _worth(left: Item, right: Item) -> float | None:
    """Score a pair as design.md section 5 says; None where it may not match."""
    found = iou(left.occurrences, right.occurrences)
    agree = (left.label, left.actors) == (right.label, right.actors)
    if found >= 0.5 or (found > 0 and agree):
        return found + 0.5 * agree
    return None


@given(_items("a"), _items("b"))
def test_no_pairing_is_worth_more_than_the_one_that_is_chosen(
    first: list[Item], second: list[Item]
) -> None:
    blank = [None] * len(second)
    worths = [
        sum(
            _worth(left, right) or 0.0
            for left, right in zip(order, second, strict=True)
            if left is not None
        )
        for order in permutations([*first, *blank], len(second))
    ]
    pairs = [group for group in join([first, second]) if len(group) == 2]
    found = [_worth(left, right) for left, right in pairs]
    assert None not in found
    assert sum(worth or 0.0 for worth in found) == pytest.approx(max(worths))


@given(st.data())
def test_the_order_of_items_that_stand_apart_does_not_matter(
    data: st.DataObject,
) -> None:
    def marked(name: str) -> list[Item]:
        places = data.draw(st.sets(st.integers(0, 7)))
        made = []
        for place in sorted(places):
            start = 100 * place + data.draw(st.integers(0, 20))
            span = (start, start + data.draw(st.integers(1, 40)))
            made.append(item(f"{name}.{place}", span, label=data.draw(_LABELS)))
        return made

    sets = [marked(name) for name in "abc"]
    mixed = [data.draw(st.permutations(items)) for items in sets]
    assert sorted(ids(join(sets))) == sorted(ids(join(mixed)))
