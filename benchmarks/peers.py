"""What a build is compared with: `bench.py` runs this in processes of their own.

    python benchmarks/peers.py {rust,python,floor,load,imports} CORPUS OUT

`rust` and `python` are what a user writes today with `datasets`: load the records, validate
each against the schema (with jsonschema-rs or jsonschema), count votes by exact place,
write Parquet. Offsets, digests, actors, copies and leaks are not checked, and items are not
matched. `floor` reads the bytes of the records and writes the tables of OUT anew from memory.
`load` reads every config of a built dataset OUT, and `imports` only imports.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Data = dict[str, Any]

VOTED = {
    "mentions": ("naming", "form", "link_certainty"),
    "claims": ("claim_type", "modality", "checkworthy", "certainty_shift", "ironic"),
    "sources": ("source_type", "identification", "mode"),
    "stances": ("label", "expression", "portrayal"),
    "panel": ("label", "expression", "portrayal"),
}
"""Layer to what is counted."""


def validator(corpus: Path, name: str, *, rust: bool) -> Callable[[Any], bool]:
    """Return what validates a record against a schema of a corpus."""
    schemas = {
        path.name: json.loads(path.read_bytes())
        for path in (corpus / "schema").glob("*.schema.json")
    }
    schema = schemas[f"{name}.schema.json"]
    if rust:
        import jsonschema_rs

        pairs = [(s.get("$id", n), s) for n, s in schemas.items()]
        registry = jsonschema_rs.Registry(pairs)
        made = jsonschema_rs.validator_for(schema, registry=registry)
        return lambda record: bool(made.is_valid(record))
    import jsonschema
    import referencing

    resources = [
        (s.get("$id", n), referencing.Resource.from_contents(s))
        for n, s in schemas.items()
    ]
    known: Any = referencing.Registry().with_resources(resources)
    slow = jsonschema.Draft202012Validator(schema, registry=known)
    return lambda record: bool(slow.is_valid(record))


def user(corpus: Path, out: Path, *, rust: bool) -> None:
    """Do what a user writes today."""
    import datasets as typed

    datasets: Any = typed  # some of its functions have no types
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        for kind, pattern in (
            ("document", "corpus/documents/*.json"),
            ("annotation-set", "annotations/*/*.json"),
        ):
            files = sorted(map(str, corpus.glob(pattern)))
            is_valid = validator(corpus, kind, rust=rust)

            def check(row: Data, is_valid: Callable[[Any], bool] = is_valid) -> Data:
                return {"valid": is_valid(json.loads(row["text"]))}

            loaded = datasets.load_dataset(
                "text", data_files=files, sample_by="document", cache_dir=cache
            )["train"].map(check)
            if not all(loaded["valid"]):
                raise SystemExit("a record is not valid")
            if kind == "document":
                loaded.to_parquet(out / "documents.parquet")
                continue
            rows: dict[str, list[Data]] = {name: [] for name in VOTED}
            for text in loaded["text"]:
                for name, row in judged(json.loads(text)):
                    rows[name].append(row)
        for name, found in rows.items():
            datasets.Dataset.from_list(found).to_parquet(out / f"{name}_votes.parquet")
            resolved = datasets.Dataset.from_list(list(counted(found, VOTED[name])))
            resolved.to_parquet(out / f"{name}.parquet")


def judged(record: Data) -> Iterator[tuple[str, Data]]:
    """Yield the judgements of a set as rows."""
    for segment in record["segments"]:
        for name, place, item in items(segment):
            row = {
                "document": record["document"],
                "segment": segment["segment"],
                "annotator": record["annotator"],
                "guidelines": record["guidelines"],
                "created": record["created"],
                "place": place,
                "item": json.dumps(item),
            }
            yield name, row | {key: str(item[key]) for key in VOTED[name]}


def items(segment: Data) -> Iterator[tuple[str, str, Data]]:
    """Yield layer, place and data of everything that was judged in a segment."""
    for mention in segment["mentions"]:
        yield "mentions", f"{mention['start']} {mention['end']}", mention
    for claim in segment["claims"]:
        place = f"{claim['spans'][0]['start']} {claim['spans'][-1]['end']}"
        yield "claims", place, claim
        for chain in claim["chains"]:
            for level, node in enumerate(chain):
                yield "sources", f"{place} {level} {node['span']['start']}", node
    for stance in segment["stances"]:
        yield "stances", f"{stance['holder']} {stance['target']}", stance
    for target, judgement in segment["panel"].items():
        yield "panel", target, judgement


def counted(rows: list[Data], voted: tuple[str, ...]) -> Iterator[Data]:
    """Yield majority and soft labels of judgements of the same place."""
    groups: dict[tuple[Any, ...], list[Data]] = {}
    for row in rows:
        key = (row["document"], row["segment"], row["place"])
        groups.setdefault(key, []).append(row)
    for (document, segment, place), found in groups.items():
        made = {"document": document, "segment": segment, "place": place}
        for name in voted:
            counts = Counter(str(row[name]) for row in found)
            made[name] = counts.most_common(1)[0][0]
            made[f"{name}_soft"] = json.dumps(counts)
        yield made


def floor(corpus: Path, out: Path) -> None:
    """Read the bytes, and write the tables of a built dataset from memory."""
    import pyarrow.parquet as pq

    for pattern in ("corpus/documents/*.json", "annotations/*/*.json"):
        for path in corpus.glob(pattern):
            path.read_bytes()
    for path in out.rglob("*.parquet"):
        table = pq.read_table(path)
        with tempfile.TemporaryFile() as file:
            pq.write_table(table, file, compression="zstd", compression_level=3)


def load(out: Path) -> None:
    """Read every config of a built dataset as users do."""
    import datasets

    datasets.disable_progress_bars()
    for folder in sorted(path for path in out.glob("standpoint*") if path.is_dir()):
        with tempfile.TemporaryDirectory() as cache:
            for config in sorted(path.name for path in (folder / "data").iterdir()):
                datasets.load_dataset(str(folder), config, cache_dir=cache)


def main() -> None:
    """Do what the first argument says."""
    what, corpus, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    if what == "floor":
        floor(corpus, out)
    elif what == "load":
        load(out)
    else:
        user(corpus, out, rust=what == "rust")


if __name__ == "__main__":
    main()
