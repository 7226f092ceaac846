"""The leak gate finds eight consecutive words, and nothing that is shorter."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standpoint.records.leak import N_WORDS, SEPARATOR, Gate, Leak

TEXT = (
    "The ferry to Anselt left at dawn, two hours late; nobody on the quay"
    " could say who had given the order to sail."
)
GATE = Gate([("ferry", TEXT)])


def test_eight_words_in_a_row_are_found_whatever_stands_between_them() -> None:
    copy = "so:\nANSELT left -- at \u201cdawn\u201d\n(two, hours) late: Nobody came"
    assert GATE.leaks(copy) == [Leak("ferry", 2, 8)]


def test_seven_words_in_a_row_are_no_leak() -> None:
    assert not GATE.leaks("Anselt left at dawn, two hours late")


def test_a_longer_run_is_one_leak_with_its_length() -> None:
    assert [leak.n_words for leak in GATE.leaks(TEXT)] == [23]


def test_a_web_address_may_hold_the_words_of_a_headline() -> None:
    slug = "https://paper.example/the-ferry-to-anselt-left-at-dawn-two-hours-late"
    assert not GATE.leaks(f"see {slug} for more")
    assert GATE.leaks(slug.removeprefix("https://paper.example/").replace("-", " "))


def test_a_gate_without_texts_lets_everything_pass() -> None:
    assert not Gate([]).leaks(TEXT)


def test_escapes_of_json_do_not_break_a_run() -> None:
    note = json.dumps({"note": "Anselt left at dawn,\ntwo\thours late; nobody"})
    assert GATE.leaks(note) == [Leak("ferry", 1, 8)]
    assert GATE.leaks(note.replace("Anselt", "\\u0041nselt"))


@pytest.mark.parametrize(
    "broken",
    [
        "two\u00ad hours la\u00adte",  # soft hyphens
        "t\u200bwo ho\u2060urs late",  # blanks without width
        "two hou\u0301rs late",  # an accent
        "\uff54\uff57\uff4f hours late",  # wide letters
        "two ho**ur**s la<b>te</b>",
        "two hou-\n> rs late",
        "two &#104;ours l&#x61;te",
        "two hou-\r\nrs late",
        "two hou- \nrs late",
        "two hou\u2010\nrs late",
        "two hou\u00ad\nrs late",
        r"two hou-\nrs late",  # in a string of JSON
        r"two hou-\r\nrs late",
        "two\u200bhours\u200blate",
        r"\ud835\udc2d\ud835\udc30\ud835\udc28 hours late",  # bold, in two halves each
        r"\x74wo \U00000068ours late",
    ],
)
def test_words_that_are_broken_up_are_seen_all_the_same(broken: str) -> None:
    copy = f"Anselt left at dawn, {broken}; nobody on the quay"
    assert sum(leak.n_words for leak in GATE.leaks(copy)) >= N_WORDS


def test_markup_between_words_joins_none() -> None:
    assert GATE.leaks("Anselt *left* at_dawn two-\nhours `late` nobody on") == [
        Leak("ferry", 1, 9)
    ]


WORDS = TEXT.replace(",", "").replace(";", "").replace(".", "").split()


@given(
    st.integers(0, len(WORDS) - N_WORDS),
    st.integers(N_WORDS, len(WORDS)),
    st.text("abc \n", max_size=30),
)
def test_every_run_of_the_text_is_found_inside_anything(
    start: int, length: int, around: str
) -> None:
    run = WORDS[start : start + length]
    leaks = GATE.leaks(f"{around}\n{' '.join(run)}\n{around}")
    assert sum(leak.n_words for leak in leaks) == len(run)


def test_no_run_goes_on_behind_a_separator() -> None:
    apart = ["Anselt left at dawn, two hours", "late; nobody on the quay"]
    assert GATE.leaks(" ".join(apart))
    assert not GATE.leaks(SEPARATOR.join(apart))


@pytest.mark.parametrize(
    "end", ["", "-", "\u00ad", "**", "\\", " <b", " https://a.example/b"]
)
def test_what_a_text_ends_with_does_not_join_it_to_a_separator(end: str) -> None:
    broken = f"Anselt left at dawn, two ho**ur**s late; nobody{end}"
    assert GATE.leaks(f"{broken}{SEPARATOR}on") == [Leak("ferry", 1, 8)]


def test_a_saved_gate_finds_the_same(tmp_path: Path) -> None:
    gate = Gate([("one", "a b"), ("ferry", TEXT), ("a copy", TEXT)])
    gate.save(tmp_path)
    opened = Gate.opened(tmp_path)
    assert opened.documents == ["one", "ferry", "a copy"]
    assert (
        opened.leaks(f"a {TEXT}") == gate.leaks(f"a {TEXT}") == [Leak("ferry", 1, 23)]
    )
