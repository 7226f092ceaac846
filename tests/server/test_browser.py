"""An annotator who has never seen the repository does all three passes in a browser.

The segments hold emoji beyond U+FFFF, in front of most of what is marked, and Arabic.
"""

from typing import Any

import pytest

from tests.server.browser import Page, browser
from tests.server.conftest import ROOT, Campaign

pytestmark = pytest.mark.server

DOCUMENT = "practice-ferry-2031"
SET = f"annotations/{DOCUMENT}/ana.json"
TEXT = (ROOT / f"corpus/texts/released/{DOCUMENT}.txt").read_bytes().decode()

SENTENCE = "In your own words: one English sentence, at most 30 words"
STANDS = "If it has a source: the stance of the text toward the claim"
GUNS = "\u0628\u0646\u0627\u062f\u0642 \u0627\u0644\u062f\u0644\u062a\u0627"
"""The Rifles of the Delta, as the Arabic notice names them."""
QUIET = "Give us one quiet morning"
ACROSS = "inspector near the water.\n\nA report by the Lindel"
"""Words on both sides of a line without any."""


def links(campaign: Campaign, name: str = "ana") -> list[str]:
    """Return the links on the sheet, in the order of the passes."""
    sheet = campaign.workdir.path("sheets", f"{name}.md").read_text("utf-8")
    return [line.split()[-1] for line in sheet.split("\n") if "/projects/" in line]


def push(campaign: Campaign) -> str:
    return campaign.run(
        "labelstudio", "push", "--annotator", "ana", "--batch", "story", DOCUMENT
    )


def words(span: dict[str, Any]) -> str:
    return TEXT[span["start"] : span["end"]]


def test_an_annotator_does_all_three_passes(campaign: Campaign) -> None:
    push(campaign)
    with browser(campaign.url) as page:
        page.log_in(campaign.login("ana"))
        page.open(links(campaign)[0])
        marks_actors(page)
    said = campaign.run("labelstudio", "pull", "--annotator", "ana")
    assert f"wrote {SET}" in said
    after_actors(campaign.record(SET))

    push(campaign)
    with browser(campaign.url) as page:
        page.log_in(campaign.login("ana"))
        page.open(links(campaign)[1])
        marks_claims(page)
    campaign.run("labelstudio", "pull", "--annotator", "ana")
    after_claims(campaign.record(SET))

    push(campaign)
    with browser(campaign.url) as page:
        page.log_in(campaign.login("ana"))
        page.open(links(campaign)[2])
        judges_panel(page)
    campaign.run("labelstudio", "pull", "--annotator", "ana")
    after_panel(campaign.record(SET))
    campaign.run("check", SET)


# keys and clicks


def test_a_key_lets_go_of_what_is_selected_and_a_click_says_what_it_does(
    campaign: Campaign,
) -> None:
    """The key of the next mark never relabels the last one, in whatever state it is."""
    for name in ("actors", "claims"):
        push = ("--annotator", "dee", "--batch", "keys", "--pass", name)
        campaign.run("labelstudio", "push", *push, DOCUMENT)
    first, second = links(campaign, "dee")
    with browser(campaign.url) as page:
        page.log_in(campaign.login("dee"))
        page.open(first)
        page.select_after_creating()
        relabels_nothing(page)
        page.choose_of("Actors: how much have you annotated", "partial")
        page.submit()
        page.open(second)
        turns_a_source_into_a_claim(page)
    said = campaign.run("labelstudio", "pull", "--annotator", "dee")
    (article,) = campaign.record(SET.replace("ana", "dee"))["segments"]
    assert {(words(m), m["naming"]) for m in article["mentions"]} == {
        ("Reed Battalions", "neutral"),
        ("transport ministry", "delegitimising"),
        ("Anja Vellorin", "distancing"),
    }
    lost = f"\u2018{QUIET}\u2019: \u2018source_actors\u2019 is filled in"
    assert lost in said, said


def relabels_nothing(page: Page) -> None:
    page.mark("1", "Reed Battalions")
    page.link("Who is named", "reed", "Reed Battalions")
    page.mark("2", "transport ministry")
    page.link("Who is named", "transport", "transport ministry")
    page.choose_of("Form of a mention", "nominal")
    page.mark("3", "Anja Vellorin")
    page.link("Who is named", "vellor", "Anja Vellorin")
    marked = ["neutral Reed Battalions", "delegitimising transport ministry"]
    assert page.regions()[-3:] == [*marked, "legitimising Anja Vellorin"]
    for state in ((), ("Alt+r",)):  # selected, and about to draw an arrow
        page.select("Reed Battalions")
        for key in (*state, "4"):
            page.page.keyboard.press(key)
        assert page.regions()[-3:] == [*marked, "legitimising Anja Vellorin"]
    page.page.keyboard.press("Escape")
    assert "click" not in page.said_of_labels()
    page.select("Anja Vellorin")
    assert "a click on a label changes their label" in page.said_of_labels()
    page.click_label("distancing")
    assert page.regions()[-3:] == [*marked, "distancing Anja Vellorin"]


def turns_a_source_into_a_claim(page: Page) -> None:
    page.mark("i", QUIET)
    page.link("Who it is", "vellor", "Anja Vellorin")
    page.click_label("commitment")
    page.write(SENTENCE, "The ferries will run again after a morning without fire.")
    page.choose_of("Modality", "asserted")
    page.choose_of("Check-worthiness", "no")
    page.page.keyboard.press("Escape")
    page.choose_of("Claims: how much have you annotated", "partial")
    page.submit()


# the first pass


def marks_actors(page: Page) -> None:
    page.select_after_creating()
    page.mark("1", "Anja Vellorin")
    page.link("Who is named", "vellor", "Anja Vellorin")
    page.choose_of("Form of a mention", "name")
    page.mark("1", GUNS, rtl=True)
    page.link("Who is named", "delta r", "Delta Rifles")
    page.mark("4", "\u201cvetted\u201d Reed Battalions")
    page.link("Who is named", "reed", "Reed Battalions")
    page.mark("1", "islander", 2)  # the one who wrote a post full of emoji
    page.link("Who is named", "not in", "not in the registry")
    page.write(
        "Short names of actors that are not in the registry, separated by commas",
        "Posting islander",
    )
    page.choose_of("Which kind", "person")
    page.mark("1", "transport ministry")
    page.link("Who is named", "transport", "transport ministry")
    page.choose_of("Actors: how much have you annotated", "partial")
    page.picture("actors")
    page.submit()
    page.wait_for_text()
    page.mark("1", "government")
    page.link("Who is named", "lethmar", "overnment")
    page.mark("1", "Rifles")
    page.link("Who is named", "delta r", "Delta Rifles")
    page.choose_of("Actors: how much have you annotated", "full")
    page.submit()


def after_actors(record: dict[str, Any]) -> None:
    article, comment = record["segments"]
    assert [words(m) for m in article["mentions"]] == [
        GUNS,
        "islander",
        "\u201cvetted\u201d Reed Battalions",
        "transport ministry",
        "Anja Vellorin",
    ]
    assert [m["actors"] for m in article["mentions"]] == [
        ["delta_rifles"],
        ["NIL:posting-islander"],
        ["reed_battalions"],
        ["lethmar_transport_ministry"],
        ["anja_vellorin"],
    ]
    assert article["mentions"][2]["naming"] == "distancing"
    assert article["mentions"][4]["form"] == "name"
    assert record["nil"] == [{"id": "NIL:posting-islander", "kind": "person"}]
    assert article["coverage"] == {
        "actor": "partial", "claim": "none", "stance": "none", "panel": "none",
    }  # fmt: skip
    assert [words(m) for m in comment["mentions"]] == ["government", "Rifles"]
    assert not record["saw_suggestions"]
    assert record["lead_time_s"] > 0


# the second pass


def marks_claims(page: Page) -> None:
    marks_a_promise(page)
    marks_what_was_done(page)
    page.page.keyboard.press("Escape")
    page.choose_of("Claims: how much have you annotated", "partial")
    page.select("Give us one quiet")
    page.picture("claims")
    page.submit()


def marks_a_promise(page: Page) -> None:
    promise = "Give us one quiet morning and we will sail"
    page.select_after_creating()
    page.mark("2", promise)
    page.write(SENTENCE, "The ferries will run again after a morning without fire.")
    page.choose_of("Modality", "asserted")
    page.choose_of("Check-worthiness", "no")
    page.link("agent", "vellor", "Anja Vellorin")
    page.choose_of(STANDS, "neutral")
    page.write("Note on this claim", "A promise under a condition.")
    page.mark("y", "Anja Vellorin")
    page.choose_of("Identification", "named")
    page.choose_of("Mode of reporting", "direct_quote")
    page.arrow("Give us one quiet", "Anja Vellorin")


def marks_what_was_done(page: Page) -> None:
    page.mark("0", "The transport ministry refused it")
    page.write(SENTENCE, "The ministry of transport turned the fuel down.")
    page.choose_of("Modality", "asserted")
    page.choose_of("Check-worthiness", "yes")
    page.link("agent", "transport", "transport ministry")
    page.choose("not_sure")

    page.mark("5", "arms the \u201cvetted\u201d Reed Battalions")
    page.write(SENTENCE, "Calderne provides the Reed Battalions with weapons.")
    page.choose_of("Modality", "asserted")
    page.choose_of("Check-worthiness", "yes")
    page.link("supporter", "calderne", "Calderne")
    page.link("supported", "reed", "Reed Battalions")
    page.mark("z", "Calderne")
    page.arrow("arms the", "Calderne")


def after_claims(record: dict[str, Any]) -> None:
    article, comment = record["segments"]
    assert comment["coverage"]["claim"] == "none"
    arms, refused, promise = article["claims"]
    assert [words(span) for span in arms["spans"]] == [
        "Calderne",
        "arms the \u201cvetted\u201d Reed Battalions",
    ]
    assert [(a["actor"], a["role"], a["mention"]) for a in arms["about"]] == [
        ("calderne", "supporter", None),
        ("reed_battalions", "supported", "m03"),
    ]
    assert refused["sure"] is False
    assert [a["mention"] for a in refused["about"]] == ["m04"]
    assert [words(span) for span in promise["spans"]] == [
        "Give us one quiet morning and we will sail"
    ]
    ((source,),) = promise["chains"]
    assert words(source["span"]) == "Anja Vellorin"
    assert (source["source_type"], source["mode"]) == ("monitor_ngo", "direct_quote")
    assert source["actors"] == ["anja_vellorin"]  # from the mention it stands on
    assert source["mentions"] == ["m05"]
    assert promise["carrier_stance"] == "neutral"
    assert promise["claim_type"] == "commitment"
    assert promise["note"] == "A promise under a condition."


# the third pass


def judges_panel(page: Page) -> None:
    page.select_after_creating()
    page.mark("6", "arms the \u201cvetted\u201d Reed Battalions")
    page.choose_of("Calderne", "neutral")
    page.mark("1", "a bribe with a nozzle")
    page.choose_of("Government of Lethmar", "unclear")
    page.choose_of("Ostmera", "not_addressed")
    page.choose_of("Panel: how much have you annotated", "partial")
    page.mark("s", "refused it as")
    page.link("Whose stance", "transport", "transport ministry")
    page.link("Toward whom or what", "calderne", "Calderne")
    page.choose_of("Expression", "explicit")
    page.mark("z", "bribe with a nozzle")
    page.arrow("refused it as", "bribe with a nozzle")
    page.page.keyboard.press("Escape")
    page.choose_of("Stances of quoted speakers: how much have you annotated", "partial")
    page.select("refused it as")
    page.picture("panel")
    page.mark("1", ACROSS)
    page.submit()


def after_panel(record: dict[str, Any]) -> None:
    article = record["segments"][0]
    calderne = article["panel"]["calderne_state"]
    assert calderne["label"] == "neutral"
    assert [words(e) for e in calderne["evidence"]] == [
        "arms the \u201cvetted\u201d Reed Battalions"
    ]
    assert [words(e) for e in article["panel"]["lethmar_authorities"]["evidence"]] == [
        ACROSS,
        "a bribe with a nozzle",
    ]
    assert article["panel"]["ostmera_state"]["evidence"] == []
    (stance,) = article["stances"]
    assert stance["holder"] == {"kind": "actor", "id": "lethmar_transport_ministry"}
    assert stance["target"] == {"kind": "actor", "id": "calderne"}
    assert (stance["label"], stance["expression"]) == ("oppose", "explicit")
    assert [words(e) for e in stance["evidence"]] == [
        "refused it as",
        "bribe with a nozzle",
    ]
