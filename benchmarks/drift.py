"""What comes back of the texts from copies that are not the same to the byte.

    python -m benchmarks.drift [--texts DIR]

Builds the corpus with every text withheld, changes copies of the texts in many ways, and lets
`hydrate` look for the words. Counted are spans whose words stand in the changed copy: right (the
words of the text, but for white space, quotes, dashes and case), wrong, or lost; and segments
all of whose words stand there. `--texts` adds documents whose texts are withheld.
"""

import argparse
import html
import json
import random
import re
import shutil
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from standpoint.records import canonical
from standpoint.records.checkout import Checkout
from standpoint.records.storage import write
from standpoint.records.text import words_of
from standpoint.release.build import build
from standpoint.release.dataset import table
from standpoint.release.text_copies import SPANS, Library
from standpoint.tables import Row

ROOT = Path(__file__).resolve().parents[1]

CAPTION = 8
"""Words of the longest line that counts as a caption."""

EACH = 4
"""Lines between two that a page adds."""

Drift = Callable[[str, random.Random], bytes]


def _text(change: Callable[[str, random.Random], str]) -> Drift:
    return lambda text, rng: change(text, rng).encode("utf-8", "surrogatepass")


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _captions_dropped(text: str, _: random.Random) -> str:
    return "\n".join(line for line in text.split("\n") if len(line.split()) > CAPTION)


def _curled(text: str, _: random.Random) -> str:
    found = re.sub(r'(^|[\s(])"', "\\1\u201c", text)
    return found.replace('"', "\u201d").replace("'", "\u2019")


def _straight(text: str, _: random.Random) -> str:
    pairs = {"\u201c\u201d\u00ab\u00bb": '"', "\u2018\u2019": "'"}
    return text.translate({ord(c): plain for cs, plain in pairs.items() for c in cs})


def _wrapped(text: str, _: random.Random) -> str:
    return re.sub(r"(.{50,70}?) ", "\\1\n", text)


def _reordered(text: str, rng: random.Random) -> str:
    lines = _lines(text)
    rng.shuffle(lines)
    return "\n".join(lines)


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    other = rng.choice(
        [c for c in "abcdefghijklmnopqrstuvwxyz" if c != word[at].lower()]
    )
    return word[:at] + other + word[at + 1 :]


def _typos(text: str, rng: random.Random, n: int) -> str:
    places = list(re.finditer(r"[^\W\d_]{4,}", text))
    for match in sorted(
        rng.sample(places, min(n, len(places))), key=lambda m: -m.start()
    ):
        word = _typo(match.group(), rng)
        text = text[: match.start()] + word + text[match.end() :]
    return text


def _letter_in_each_line(text: str, rng: random.Random) -> str:
    return "\n".join(_typos(line, rng, 1) for line in text.split("\n"))


def _chrome(text: str, rng: random.Random) -> str:
    found = ["Home | News | Contact us"]
    for number, line in enumerate(text.split("\n")):
        found.append(line)
        if number % EACH == 0:
            found.append(
                rng.choice(["Share this page", "Advertisement", "*", "Read more"])
            )
    return "\n".join([*found, "All rights reserved. Cookies."])


def _browser(text: str, _: random.Random) -> str:
    return "\n\n".join(f"  {line.strip()}" for line in _lines(text)).replace(
        " ", "\u00a0", 9
    )


def _dashes(text: str, _: random.Random) -> str:
    return text.replace("-", "\u2013").replace("\u2014", "--")


def _ligatures(text: str, _: random.Random) -> str:
    return text.replace("ffi", "\ufb03").replace("fi", "\ufb01").replace("fl", "\ufb02")


DRIFTS: dict[str, Drift] = {
    "captions dropped": _text(_captions_dropped),
    "quotes curled": _text(_curled),
    "quotes straight": _text(_straight),
    "two blanks": _text(lambda text, _: text.replace(" ", "  ")),
    "no-break spaces": _text(lambda text, _: text.replace(" ", "\u00a0")),
    "hard wrap": _text(_wrapped),
    "one line": _text(lambda text, _: " ".join(text.split())),
    "lines reordered": _text(_reordered),
    "five typos": _text(lambda text, rng: _typos(text, rng, 5)),
    "a letter in each line": _text(_letter_in_each_line),
    "chrome": _text(_chrome),
    "entities": _text(lambda text, _: html.escape(text).replace("\u2019", "&rsquo;")),
    "NFD": _text(lambda text, _: unicodedata.normalize("NFD", text)),
    "NFKC": _text(lambda text, _: unicodedata.normalize("NFKC", text)),
    "ligatures": _text(_ligatures),
    "dashes": _text(_dashes),
    "CRLF": _text(lambda text, _: text.replace("\n", "\r\n")),
    "byte order mark": _text(lambda text, _: f"\ufeff{text}"),
    "cp1252": lambda text, _: text.encode("cp1252", "replace"),
    "cut at 60 %": _text(lambda text, _: text[: len(text) * 6 // 10]),
    "a browser's copy": _text(_browser),
    "upper case": _text(lambda text, _: text.upper()),
    "another text": _text(
        lambda text, rng: " ".join(rng.sample(text.split(), len(text.split())))
    ),
}


class Score(NamedTuple):
    """What came back."""

    right: int
    wrong: int
    lost: int
    segments: int
    n_segments: int
    seconds: float


def withheld(root: Path, texts: Path, own: list[Path]) -> dict[str, str]:
    """Copy the corpus, withhold every text, and return the texts of its documents."""
    for name in ("corpus", "annotations", "schema", "docs"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("LICENSE", "CITATION.cff", "CHANGELOG.md", "DATASHEET.md"):
        shutil.copy(ROOT / name, root / name)
    texts.mkdir()
    checkout = Checkout(root, own)
    found = {}
    for name, path in checkout.documents.items():
        dossier = checkout.dossier(name)
        if dossier is None or dossier.text is None:
            continue
        found[name] = dossier.text
        record = json.loads(checkout.bytes_of(path))
        if record["rights"]["text_release"] != "withheld":
            record["rights"] |= {"text_release": "withheld", "licence": None}
            write(checkout, {path: canonical.formatted(json.dumps(record).encode())})
            (root / f"corpus/texts/released/{name}.txt").unlink()
    return found


def measured(public: Path, folder: Path, found: dict[str, str], drift: Drift) -> Score:
    """Change the texts in one way, and look for their words."""
    rng = random.Random(1)
    folder.mkdir()
    copies = {}
    for number, (name, text) in enumerate(sorted(found.items())):
        data = drift(text, rng)
        (folder / f"{number}.txt").write_bytes(data)
        shown = data.decode("utf-8", "replace")
        copies[name] = _folded(unicodedata.normalize("NFC", html.unescape(shown)))
    began = time.perf_counter()
    library = Library(public, [folder])
    kinds: Counter[str] = Counter()
    for config in SPANS:
        for row in table(public, config):
            if row["document_id"] in found:
                text, copy = found[row["document_id"]], copies[row["document_id"]]
                kinds.update(_kinds(library, config, row, text, copy))
    for row in table(public, "segment"):
        if row["document_id"] in found:
            truth = found[row["document_id"]][row["start"] : row["end"]]
            kinds["there"] += _folded(truth) in copies[row["document_id"]]
            kinds["segment"] += library.words("segment", row) is not None
    seconds = time.perf_counter() - began
    return Score(
        kinds["right"],
        kinds["wrong"],
        kinds["lost"],
        kinds["segment"],
        kinds["there"],
        seconds,
    )


def _kinds(
    library: Library, config: str, row: Row, text: str, copy: str
) -> Iterator[str]:
    """Yield of each span of a row whether its words came back."""
    spans = row["spans"] if config == "claim" else [row["span"]]
    words = library.words(config, row)
    for number, span in enumerate(spans):
        if span is None:
            continue
        truth = text[span["start"] : span["end"]]
        had = words[number] if config == "claim" and words else words
        if had is not None:
            yield "right" if _folded(had) == _folded(truth) else "wrong"
        elif _folded(_beside(text, span)) in copy:
            yield "lost"


NEAR = 40
"""Characters on each side of a span, in its line, that tell its place from others."""


def _beside(text: str, span: Row) -> str:
    """Return the words of a span with those beside it."""
    low = text.rfind("\n", 0, span["start"]) + 1
    high = text.find("\n", span["end"])
    low, high = max(low, span["start"] - NEAR), len(text) if high < 0 else high
    words = text[low : min(high, span["end"] + NEAR)]
    at = [n for n, c in enumerate(words) if c.isspace()]
    left = next((n for n in at if low + n < span["start"]), 0)
    right = next((n for n in reversed(at) if low + n >= span["end"]), len(words))
    return words[left:right]


def _folded(text: str) -> str:
    return f" {' '.join(words_of(text).folded)} "


def table_of(own: list[Path]) -> Iterator[str]:
    """Yield a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        found = withheld(place / "root", place / "texts", own)
        built = build(Checkout(place / "root"), place / "dist")
        if not built.folders:
            raise SystemExit("\n".join(map(str, built.report.findings)))
        public = built.folders["public"]
        yield f"{len(found)} documents"
        yield ""
        yield "| copy | right | wrong | lost | % right | segments | of | seconds |"
        yield "|---|---|---|---|---|---|---|---|"
        for number, (name, drift) in enumerate(DRIFTS.items()):
            score = measured(public, place / str(number), found, drift)
            n_all = score.right + score.wrong + score.lost
            share = f"{100 * score.right / n_all:.1f}" if n_all else "-"
            yield (
                f"| {name} | {score.right:,} | {score.wrong:,} | {score.lost:,} | {share}"
                f" | {score.segments} | {score.n_segments} | {score.seconds:.1f} |"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=Path, action="append", default=[])
    for line in table_of(parser.parse_args().texts):
        print(line, flush=True)
