"""The leak gate: no eight consecutive words of a withheld text stand anywhere.

Words are case-folded and split at every character that is no letter or digit.
Whole web addresses are left out: an address is a fact. Eight is a rule of this
project, not a legal threshold.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from standpoint.text import words

N_WORDS = 8

_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrtbf])")


def _unescaped(match: re.Match[str]) -> str:
    """Return the character of an escape in JSON or source; white space as a blank."""
    char = chr(int(match.group(1), 16)) if match.group(1) else " "
    return " " if char.isspace() else char


class Leak(NamedTuple):
    """A place where withheld words stand.

    Attributes:
        document: Whose words they are.
        line: Line in the text that was looked at, from 1.
        n_words: Length of the run.
    """

    document: str
    line: int
    n_words: int


class Gate:
    """Compares any text with the withheld texts at hand.

    Args:
        texts: Pairs of document id and withheld text.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """Index every run of `N_WORDS` words."""
        self._runs: dict[int, str] = {}
        self.documents: list[str] = []
        for document, text in texts:
            self.documents.append(document)
            tokens = words(_ADDRESS.sub(" ", text))
            for run in _runs(tokens):
                self._runs.setdefault(hash(run), document)

    def leaks(self, text: str) -> list[Leak]:
        """Return each run of withheld words in a text.

        Hashes are compared, so a finding is certain only up to a collision of 64-bit
        hashes; nothing is missed.
        """
        if not self._runs:
            return []
        plain = _ADDRESS.sub(" ", _ESCAPE.sub(_unescaped, text))
        tokens, lines = [], []
        for number, line in enumerate(plain.split("\n"), 1):
            found = words(line)
            tokens += found
            lines += [number] * len(found)
        leaks: list[Leak] = []
        last = -2
        for place, run in enumerate(_runs(tokens)):
            document = self._runs.get(hash(run))
            if document is None:
                continue
            if place == last + 1:
                leaks[-1] = leaks[-1]._replace(n_words=leaks[-1].n_words + 1)
            else:
                leaks.append(Leak(document, lines[place], N_WORDS))
            last = place
        return leaks


def _runs(tokens: list[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(tokens[shift:] for shift in range(N_WORDS)), strict=False)
