"""Write a synthetic corpus of any size: `python benchmarks/synthetic.py OUT --documents 1000`.

Each document is one of the invented calibration documents of this repository in which most
words are replaced by words that nobody knows, of the same length: the offsets of its sets
stay right, and their digests are made anew. So the records have the shape of real ones,
three annotators who differ among them, and no document is like another.

The same options give the same bytes. Memory does not grow with the number of documents.
"""

import argparse
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from standpoint.records import canonical
from standpoint.records.checkout import Checkout
from standpoint.records.model import RECORD_TYPES
from standpoint.records.text import line_digest, sha256, span_digest

ROOT = Path(__file__).parents[1]

TEMPLATES = ("qualify-bridge", "qualify-convoy", "qualify-valley", "qualify-well")
"""What the documents are made of: those that three annotators have read."""

LEAST = 3
"""Letters of the shortest word that is replaced; shorter ones hold sentences together."""

_WORD = re.compile(rf"(?<![\w'-])[A-Za-z][a-z]{{{LEAST - 1},}}(?![\w'-])")
_CONSONANTS, _VOWELS = "bdfgklmnprsvz", "aeiou"

Data = dict[str, Any]


def write(
    out: Path, n_documents: int, *, seed: int, bad: float, withheld: bool
) -> None:
    """Write a corpus.

    Args:
        out: A new folder, for the checkout; texts of withheld documents go beside it.
        n_documents: Number of documents.
        seed: Another one gives other words.
        bad: Share of the documents with one drifted span.
        withheld: Whether the texts may not be released.

    Raises:
        FileExistsError: If the folder is there.
    """
    out.mkdir(parents=True)
    for folder in ("corpus/documents", "corpus/texts/released", "annotations"):
        (out / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "schema", out / "schema")
    for name in ("actors", "dataset", "outlets", "panels"):
        shutil.copy(ROOT / f"corpus/{name}.json", out / "corpus")
    for name in ("annotations/annotators.json", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, out / name)
    texts = out.with_name(f"{out.name}-texts") if withheld else None
    if texts is not None:
        texts.mkdir()
    templates = [_template(name) for name in TEMPLATES]
    kept = _kept_words()
    names = []
    for number in range(n_documents):
        template = templates[number % len(templates)]
        name = f"made-up-{number:07}"
        names.append(name)
        is_bad = _chance(f"{seed} bad {number}") < bad
        place = f"{seed} {number}"
        read = _translator(place, kept, (_CONSONANTS, _VOWELS))
        # No word of a claim is one of a text, or some would be copied by chance.
        told = _translator(place, kept, (_VOWELS, _CONSONANTS))
        _document(out, name, template, (read, told), texts=texts, is_bad=is_bad)
    splits = {
        "schema": "1",
        "policy": "Every document is its own group.",
        "groups": [
            {"id": name, "documents": [name], "basis": "Words nobody knows."}
            for name in names
        ],
        "ledger": _ledger(names),
    }
    (out / "corpus/splits.json").write_bytes(_encoded(splits, "splits"))


def _ledger(names: list[str]) -> list[Data]:
    data = json.loads((ROOT / "corpus/splits.json").read_bytes())
    entry = next(e for e in data["ledger"] if e["split"] == "calibration")
    return [{**entry, "document": name} for name in names]


def _template(name: str) -> tuple[Data, list[Data], str]:
    """Return the record of a document, its sets but the key, and its text."""
    (path,) = (ROOT / "corpus/documents").glob(f"{name}-*.json")
    record = json.loads(path.read_bytes())
    sets = sorted((ROOT / "annotations" / path.stem).glob("lm-*.json"))
    text = (ROOT / f"corpus/texts/released/{path.stem}.txt").read_bytes().decode()
    return record, [json.loads(one.read_bytes()) for one in sets], text


def _kept_words() -> frozenset[str]:
    """Return the words that checks know: of cues, and of names."""
    registries = Checkout(ROOT).registries
    if registries is None:
        raise SystemExit("the registries of this repository cannot be read")
    names = [name.text for a in registries.actors.values() for name in a.names]
    cues = [path.read_text("utf-8") for path in (ROOT / "schema/cues").glob("*.json")]
    return frozenset(re.findall(r"[a-z]+", " ".join([*names, *cues]).lower()))


def _translator(
    seed: str, kept: frozenset[str], sounds: tuple[str, str]
) -> Callable[[str], str]:
    """Return what replaces the words of a text: the same word always by the same.

    Args:
        seed: Another one gives other words.
        kept: Words that stay.
        sounds: Letters in odd and in even places of the new words.
    """

    def replaced(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in kept:
            return match[0]
        digest = hashlib.sha256(f"{seed} {word}".encode()).digest()
        letters = (
            sounds[place % 2][byte % len(sounds[place % 2])]
            for place, byte in enumerate(digest * (len(word) // 32 + 1))
        )
        made = "".join(letters)[: len(word)]
        return made.capitalize() if match[0][0].isupper() else made

    return lambda text: _WORD.sub(replaced, text)


def _document(
    out: Path,
    name: str,
    template: tuple[Data, list[Data], str],
    translate: tuple[Callable[[str], str], Callable[[str], str]],
    *,
    texts: Path | None,
    is_bad: bool,
) -> None:
    record, sets = json.loads(json.dumps(template[:2]))
    text = translate[0](template[2])
    digest = sha256(text.encode())
    record |= {
        "id": name,
        "source_file": name,
        "text": record["text"] | {"sha256": digest},
    }
    if texts is not None:
        record["rights"]["text_release"] = "withheld"
    for paragraph in (p for s in record["segments"] for p in s["paragraphs"]):
        start, end = paragraph["start"], paragraph["end"]
        paragraph["digest"] = line_digest(text, start, end)
    place = texts or out / "corpus/texts/released"
    (place / f"{name}.txt").write_bytes(text.encode())
    (out / f"corpus/documents/{name}.json").write_bytes(_encoded(record, "document"))
    folder = out / "annotations" / name
    folder.mkdir()
    for made in sets:
        made |= {"document": name, "text_sha256": digest}
        for item in _objects(made):
            if "digest" in item:
                start, end = item["start"], item["end"]
                item["digest"] = span_digest(text, start, end)
            if "normalised" in item:
                item["normalised"] = translate[1](item["normalised"])
        if is_bad:
            _drift(made)
        data = _encoded(made, "annotation-set")
        (folder / f"{made['annotator']}.json").write_bytes(data)


def _encoded(data: Data, kind: str) -> bytes:
    return canonical.encode(msgspec.convert(data, RECORD_TYPES[kind]))


def _objects(value: Any) -> Iterator[Data]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)


def _drift(made: Data) -> None:
    """Move a span by one character, as an edited text would."""
    item = next(item for item in _objects(made) if "digest" in item)
    item["start"] += 1
    item["end"] += 1


def _chance(seed: str) -> float:
    """Return a share in [0, 1) that only depends on the seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6]) / 2**48


def main() -> None:
    """Parse the command line and write the corpus."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bad", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--withheld", action="store_true")
    given = parser.parse_args()
    write(
        given.out,
        given.documents,
        seed=given.seed,
        bad=given.bad,
        withheld=given.withheld,
    )


if __name__ == "__main__":
    main()
