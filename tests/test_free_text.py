"""Right words of any script pass; wrong characters are found in any field."""

from typing import Any

import pytest

from standpoint.checks.context import FreeText
from standpoint.codes import CHECKS

RIGHT = [
    "Nguy\u1ec5n Ph\xfa Tr\u1ecdng",
    "\u201eJa\u201c, sagte er \u2013 \u201enein\u201c.",
    "\u0915\u094d\u200d\u0937 \u0939\u093f\u0928\u094d\u0926\u0940",
    "\u0645\u06cc\u200c\u0631\u0648\u062f \u0628\u0647 \u062e\u0627\u0646\u0647\u200c\u0647\u0627",
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e2\u05d5\u05dc\u05dd",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f and \U0001f469\U0001f3fd\u200d\U0001f692 and \u2764\ufe0f",
    "R&D; AT&T",
    "N\xc3O, S\xc3O JO\xc3O",
    "O\xf9 \xe7a ? L\u2019\xe9t\xe9\u2026",
    "\u0130stanbul \u0131\u011fd\u0131r",
    "\u0395\u03bb\u03bb\u03ac\u03b4\u03b1 \u03ba\u03b1\u03b9 \u039a\u03cd\u03c0\u03c1\u03bf\u03c2",
    "\u041a\u0438\u0457\u0432, \u041a\u0440\u0435\u043c\u043b\u044c",
    "\u0627\u0644\u062a\u0643\u0628\u064a\u0631",
    "\u0627\u0644\u0645\u064f\u062f\u064e\u0651\u0629\u064f",
    "\u65e5\u672c\u8a9e\u3000\u30c6\u30b9\u30c8",
    "\ud55c\uad6d\uc5b4",
    "Cr\xe8te (Gr\xe8ce) 5\u1d57\u02b0",
    "a < b and c > d",
    "\xdcber 2 000 m\xb2",
    "\xc5 \xd8 \xc6 \xf1 \xd1and\xfa",
    "\u03bcTorrent",
    "TGF\u03b1",
    "iPhone 15\u2122",
    "H\u2082O",
    "https://x.org/?a=1&copy=2",
    "A test of the wire",
    "Wait...",
    "who said what?",
    "Bar Association",
    "x\u0304 mean",
    "\ufdfa",
    "\u1e6a \u1ea1\u0308",
    "\u02bfAbd al-Ra\u1e25m\u0101n ibn \u02bfAwf",
    "\u1e24izb All\u0101h",
    "M\u0153urs",
    "\xbd of it",
    "\u2167 army",
    "\u2116 5",
    "\u0152uvre \xaa \xba",
]

WRONG = {
    "Os\xadkadar": "TXT001",
    "a\u200bb": "TXT001",
    "a\u202eb": "TXT001",
    "a\ufeff": "TXT001",
    "a\x07b": "TXT001",
    "\ufb01ghters": "TXT003",
    "\U0001d400rmy": "TXT003",
    "\u041coscow": "TXT003",
    "e\u0301tat": "TXT003",
    "caf\xc3\xa9": "TXT004",
    "it\xe2\u20ac\u2122s": "TXT004",
    "\xd0\u0153\xd0\xbe\xd1\xd0\xba\xd0\xb2\xd0\xb0": "TXT004",
    "\xd8\xa7\xd9\u201e": "TXT004",
    "a\ufffdb": "TXT004",
    "<b>x</b>": "TXT004",
    "x&nbsp;y": "TXT004",
    "x&#39;s": "TXT004",
    "TODO": "TXT005",
    "???": "TXT005",
    "  a": "TXT002",
    "a\xa0b": "TXT002",
    "A\u2800": "TXT001",
}


class Words:
    """A context that knows one string."""

    def __init__(self, words: str) -> None:
        self.words = words

    def free_text(self, _: Any) -> list[FreeText]:
        return [FreeText("/name", "name", self.words)]


def codes(words: str) -> list[str]:
    return [
        check.code
        for check in CHECKS.values()
        if check.code.startswith("TXT")
        for _ in check.findings(None, Words(words), "")
    ]


@pytest.mark.parametrize("words", RIGHT, ids=ascii)
def test_right_words_of_any_script_pass(words: str) -> None:
    assert codes(words) == []


@pytest.mark.parametrize("words", WRONG, ids=ascii)
def test_wrong_characters_are_found(words: str) -> None:
    assert codes(words) == [WRONG[words]]
