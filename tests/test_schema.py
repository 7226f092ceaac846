"""The schemas are the one definition; Structs and tables follow them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from standpoint.checks.run import check_corpus
from standpoint.cli import main as run
from standpoint.records.checkout import Checkout
from standpoint.records.model import RECORD_TYPES
from standpoint.records.schema import Fault, Schemas

ROOT = Path(__file__).parents[1]
SCHEMAS = Schemas(ROOT / "schema")
KINDS = sorted(RECORD_TYPES)


def objects(schema: Any, root: dict[str, Any], struct: Any) -> list[tuple[Any, Any]]:
    """Pair every object of a schema with the Struct that carries it."""
    schema = resolved(schema, root)
    info = msgspec.inspect.type_info(struct)
    found: list[tuple[Any, Any]] = []
    if isinstance(info, msgspec.inspect.StructType):
        found.append((schema, info))
        for field in info.fields:
            found += inner(schema["properties"][field.encode_name], root, field.type)
    return found


def plain(info: Any) -> bool:
    compound = (
        msgspec.inspect.StructType,
        msgspec.inspect.VarTupleType,
        msgspec.inspect.DictType,
    )
    return not isinstance(info, compound)


def inner(schema: Any, root: dict[str, Any], info: Any) -> list[tuple[Any, Any]]:
    schema = resolved(schema, root)
    if isinstance(info, msgspec.inspect.UnionType):
        kept = [t for t in info.types if not plain(t)]
        return inner(schema, root, kept[0]) if kept else []
    if isinstance(info, msgspec.inspect.VarTupleType):
        return inner(schema["items"], root, info.item_type)
    if isinstance(info, msgspec.inspect.DictType):
        return inner(schema["additionalProperties"], root, info.value_type)
    if isinstance(info, msgspec.inspect.StructType) and "properties" in schema:
        return objects(schema, root, info.cls)
    return []


def resolved(schema: Any, root: dict[str, Any]) -> Any:
    while True:
        target = schema.get("$ref", "")
        if target.startswith("#/$defs/"):
            schema = root["$defs"][target.removeprefix("#/$defs/")]
        elif "anyOf" in schema:
            schema = next(s for s in schema["anyOf"] if s.get("type") != "null")
        else:
            return schema


@pytest.mark.parametrize("kind", KINDS)
def test_structs_name_the_properties_of_the_schema_in_its_order(kind: str) -> None:
    root = SCHEMAS.schema(kind)
    pairs = objects(root, root, RECORD_TYPES[kind])
    assert pairs
    for schema, info in pairs:
        names = [field.encode_name for field in info.fields]
        assert names == list(schema["properties"]), info.cls
        optional = {f.encode_name for f in info.fields if not f.required}
        assert set(schema["required"]) == set(names) - optional, info.cls


@pytest.mark.parametrize("kind", [*KINDS, "labels"])
def test_a_schema_is_a_schema(kind: str) -> None:
    import jsonschema

    schema = SCHEMAS.schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{kind}.schema.json"


def walk(node: Any) -> list[dict[str, Any]]:
    found = [node] if isinstance(node, dict) else []
    children = node.values() if isinstance(node, dict) else node
    if isinstance(node, dict | list):
        for child in children:
            found += walk(child)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_integer_has_a_maximum_and_every_pattern_an_end(kind: str) -> None:
    for node in walk(SCHEMAS.schema(kind)):
        kinds = node.get("type", [])
        if kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds):
            assert "maximum" in node
        if isinstance(node.get("pattern"), str):
            assert node["pattern"].endswith(r"(?!\n)$") or r"[^\s]" in node["pattern"]
            assert r"\d" not in node["pattern"]
            assert r"\w" not in node["pattern"]


def test_every_label_is_defined() -> None:
    for name, inventory in SCHEMAS.inventories.items():
        assert len(set(inventory.names)) == len(inventory.names), name
        for label in inventory.oneOf:
            assert label.title, name
            assert label.description.endswith("."), (name, label.const)
            assert label.tier in {"core", "extended"}


def explained(kind: str, data: Any) -> list[Fault]:
    assert not SCHEMAS.is_valid(kind, data)
    return list(SCHEMAS.explain(kind, data))


def small(kind: str, path: str) -> Any:
    data = json.loads((ROOT / path).read_text("utf-8"))
    assert SCHEMAS.is_valid(kind, data)
    return data


def test_every_fault_of_a_record_is_named_at_once() -> None:
    data = small("annotators", "annotations/annotators.json")
    first = data["annotators"][0]
    first["kind"] = "languag_model"
    first["languages"] = []
    del first["run"]
    first["real_name"] = "x"
    pointers = {hit.pointer for hit in explained("annotators", data)}
    assert {
        "/annotators/0",
        "/annotators/0/kind",
        "/annotators/0/languages",
    } <= pointers


def test_a_wrong_label_is_told_the_allowed_ones_and_the_nearest() -> None:
    data = small("dataset", "corpus/dataset.json")
    data["guidelines"] = "newest"
    assert "‘newest’" in explained("dataset", data)[0].message
    document = small("document", "corpus/documents/astute-news-hama-2017.json")
    document["kind"] = "repots"
    message = explained("document", document)[0].message
    assert "single_article, repost, digest" in message
    assert "Did you mean ‘repost’?" in message


def test_many_unknown_keys_are_counted() -> None:
    data = small("dataset", "corpus/dataset.json")
    data |= {f"zz{number:04}": 1 for number in range(1000)}
    *named, counted = explained("dataset", data)
    assert [hit.pointer for hit in named] == [f"/zz{number:04}" for number in range(10)]
    assert counted[:2] == ("", "990 more keys are unknown.")


def test_a_key_that_is_too_long_to_be_a_place_is_cut() -> None:
    data = small("dataset", "corpus/dataset.json")
    (hit,) = explained("dataset", data | {"k" * 200: 1})
    assert hit.pointer == ""
    assert len(hit.message) < 100


def test_a_null_alternative_does_not_hide_the_fault() -> None:
    document = small("document", "corpus/documents/astute-news-hama-2017.json")
    document["segments"][0]["genre"] = "opinoin"
    hits = explained("document", document)
    assert any("Did you mean ‘opinion’?" in hit.message for hit in hits)


def test_what_only_the_fast_validator_refuses_is_explained_too() -> None:
    data = json.loads(
        (ROOT / "annotations/astute-news-hama-2017/lm-2.json").read_text("utf-8")
    )
    data["created"] = "2026-13-41T25:61:61Z"
    assert explained("annotation-set", data)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        ("2031-01-05", True),
        ("20310105", False),
        ("2031-W01-1", False),
        ("0000-01-01", False),
        ("2031-02-30", False),
    ],
)
def test_a_date_is_written_in_one_way(day: str, is_one: bool) -> None:
    data = small("dataset", "corpus/dataset.json")
    data["date"] = day
    assert SCHEMAS.is_valid("dataset", data) is is_one


def long_set(n_mentions: int) -> dict[str, Any]:
    """A valid set with many mentions."""
    path = ROOT / "tests/small/annotations/small-bridge-2031/reader-1.json"
    record: dict[str, Any] = json.loads(path.read_bytes())
    (segment,) = record["segments"][:1]
    mention = segment["mentions"][0]
    segment["mentions"] = [mention | {"id": f"m{n:04}"} for n in range(n_mentions)]
    return record


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "/segments/0/mentions/30/naming": ({"naming": "neutrl"}, "Did you mean"),
    "/segments/0/mentions/31": ({"form": ...}, "\u2018form\u2019 is missing"),
    "/segments/0/mentions/32/fort": ({"fort": 1}, "Unknown key"),
    "/segments/0/mentions/33/actors": ({"actors": ["a", "a"]}, "the same value twice"),
    "/segments/0/mentions/34/actors/1": ({"actors": ["a", 7]}, "should be text"),
    "/segments/0/mentions/35/actors": ({"actors": ["a"] * 13}, "Too long: 13"),
}


def test_faults_far_down_a_list_are_named_at_their_places() -> None:
    record = long_set(40)
    mentions = record["segments"][0]["mentions"]
    for pointer, (change, _) in FAULTS.items():
        mention = mentions[int(pointer.split("/")[4])]
        mention.update(change)
        if ... in change.values():
            del mention["form"]
    found: dict[str, str] = {}
    for hit in SCHEMAS.explain("annotation-set", record):
        found[hit.pointer] = found.get(hit.pointer, "") + hit.message
    assert found.keys() == FAULTS.keys()
    for pointer, (_, words) in FAULTS.items():
        assert words in found[pointer]


def steps(n_mentions: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count the steps of the slow validator over a set with one wrong label."""
    import jsonschema

    record, counted = long_set(n_mentions), []
    record["segments"][0]["mentions"][-1]["naming"] = "neutrl"
    plain = jsonschema.Draft202012Validator.descend

    def descend(self: Any, *args: Any, **options: Any) -> Any:
        counted.append(1)
        return plain(self, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(jsonschema.Draft202012Validator, "descend", descend)
        (hit,) = SCHEMAS.explain("annotation-set", record)
    assert hit.pointer == f"/segments/0/mentions/{n_mentions - 1}/naming"
    return len(counted)


def test_the_slow_validator_sees_faults_only(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = steps(3, monkeypatch), steps(2000, monkeypatch)
    assert few == many > 0


def test_a_list_that_is_too_long_says_by_how_much() -> None:
    record = long_set(2)
    record["nil"] = [{"id": "NIL:a", "kind": "person"}] * 3000
    record["segments"][0]["mentions"] *= 6000
    hits = {
        hit.pointer: hit.message for hit in SCHEMAS.explain("annotation-set", record)
    }
    assert hits == {
        "/nil": "Too long: 3000, at most 500 are allowed.",
        "/segments/0/mentions": "Too long: 12000, at most 10000 are allowed.",
    }


# files of schema/ that cannot be used


@pytest.mark.parametrize(
    ("name", "edit", "says"),
    [
        ("actors", ("{", "["), "schema/actors.schema.json cannot be read: "),
        ("actors", ('"array"', '"row"'), "schema/actors.schema.json is not a valid "),
        ("labels", ('"oneOf"', '"oneof"'), "schema/labels.schema.json: Object missing"),
        ("labels", ('"const": ', '"const": 1, "c": '), "schema/labels.schema.json: "),
        ("actors", None, "schema/actors.schema.json: No such file"),
    ],
)
def test_a_schema_that_cannot_be_used_stops_with_its_name(
    small: Path,
    name: str,
    edit: tuple[str, str] | None,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = small / f"schema/{name}.schema.json"
    if edit is None:
        path.unlink()
    else:
        path.write_text(path.read_text("utf-8").replace(*edit, 1), "utf-8")
    monkeypatch.setattr("sys.argv", ["standpoint", "check", "--root", str(small)])
    with pytest.raises(SystemExit) as stop:
        run()
    assert stop.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"Error: {says}")


def test_a_label_that_is_listed_twice_is_said_and_stops_nothing(small: Path) -> None:
    path = small / "schema/labels.schema.json"
    data = json.loads(path.read_bytes())
    labels = data["$defs"]["naming"]["oneOf"]
    labels.append(labels[0])
    path.write_text(json.dumps(data), "utf-8")
    found = [finding.code for finding in check_corpus(Checkout(small)).findings]
    assert "FMT005" in found
