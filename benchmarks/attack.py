"""What somebody who has only the public edition can find out of the withheld texts by guessing.

    python -m benchmarks.attack DATASET [--text FILE]

Everything that is public is tried as a text: every name of the registries, every proposition
(`normalised`), every label and description, and every word of these. A digest counts as
recovered if any run of words of a guess gives it. Addresses are counted apart: one that spells
out a headline of 16 words shows these words to everybody. Names and words are tried in the way
that broke the digests before data version 0.3.0, too. `--text` adds a text to the guesses: with
the article itself, its digests are recovered, so the attack works.
"""

import argparse
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from standpoint.records.text import line_digest, lines
from standpoint.release.dataset import table
from standpoint.release.drifted import proved
from standpoint.release.text_copies import SPANS


class Target(NamedTuple):
    """A digest of a withheld text, with what is public about it."""

    digest: str
    text_sha256: str
    start: int
    end: int


class Outcome(NamedTuple):
    """What was recovered, of how many; of spans, what only an address gives too."""

    n_spans: int
    spans: int
    in_addresses: int
    n_lines: int
    lines: int
    guesses: int


def attack(folder: Path, texts: Iterable[str] = ()) -> Outcome:
    """Attack the withheld documents of a built dataset.

    Args:
        folder: The public edition.
        texts: Further guesses.
    """
    spans, held = _targets(folder)
    strings = {*_public(folder), *texts}
    words = {word for string in strings for word in re.findall(r"[^\W_]+", string)}
    digests = {target.digest for target in spans}
    longest = max((target.end - target.start for target in spans), default=0)
    found, spelled = set[str](), set[str]()
    of_lines = set[str]()
    for guess in sorted(strings):
        known = spelled if guess.startswith(("http://", "https://")) else found
        known.update(proved(guess, digests, longest))
        of_lines |= held & {
            line_digest(guess, *at) for at in lines(guess, 0, len(guess))
        }
    short = {s for s in strings | words if len(s) <= longest}
    by_length: dict[int, list[str]] = {}
    for guess in sorted(short):
        by_length.setdefault(len(guess), []).append(guess)
    for target in spans:
        for guess in by_length.get(target.end - target.start, ()):
            data = f"{target.text_sha256}|{target.start}|{target.end}|{guess}".encode()
            if hashlib.sha256(data).hexdigest()[:16] == target.digest:
                found.add(target.digest)
    return Outcome(
        n_spans=len(spans),
        spans=sum(target.digest in found for target in spans),
        in_addresses=sum(target.digest in spelled - found for target in spans),
        n_lines=len(held),
        lines=len(of_lines),
        guesses=len(strings) + len(words),
    )


def _targets(folder: Path) -> tuple[list[Target], set[str]]:
    """Return the spans, and the digests of the lines, of withheld documents."""
    documents = {
        row["document_id"]: row
        for row in table(folder, "document")
        if row["text"] is None
    }
    held = {line["digest"] for row in documents.values() for line in row["paragraphs"]}
    found = set()
    for config in SPANS:
        for row in table(folder, config):
            document = documents.get(row["document_id"])
            spans = row["spans"] if config == "claim" else [row["span"]]
            for span in spans if document else ():
                if span:
                    sha = documents[row["document_id"]]["text_sha256"]
                    found.add(Target(span["digest"], sha, span["start"], span["end"]))
    return sorted(found), held


def _public(folder: Path) -> Iterator[str]:
    """Yield every string that the public edition holds."""
    for path in sorted(folder.glob("data/*")):
        for row in table(folder, path.name):
            yield from _strings(row)
    for path in sorted(folder.glob("schema/*.json")):
        yield from _strings(json.loads(path.read_bytes()))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--text", type=Path, action="append", default=[])
    given = parser.parse_args()
    done = attack(given.dataset, [path.read_text("utf-8") for path in given.text])
    print(f"{done.guesses:,} guesses")
    print(f"spans recovered: {done.spans:,} of {done.n_spans:,}")
    print(f"spans that an address spells out: {done.in_addresses:,}")
    print(f"lines recovered: {done.lines:,} of {done.n_lines:,}")
