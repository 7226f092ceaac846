"""A label or role that nobody has heard of goes all the way, by an edit of schema/ alone."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from standpoint import score
from standpoint.cli import cli
from standpoint.datasheet.figure import FIGURES
from standpoint.datasheet.template import PATH
from standpoint.records import canonical
from standpoint.records.model import AnnotationSet
from standpoint.records.schema import Schemas, SchemaStop
from standpoint.records.vocabulary import NEEDED
from tests import sets
from tests.predictions import faults, splits
from tests.studio import Desk
from tests.test_datasheet import prose

SCHEMA = "schema/labels.schema.json"
INVENTORIES = Schemas(sets.REPO / "schema").inventories

KINDS = {
    "corpus/dataset.json": "dataset",
    "corpus/actors.json": "actors",
    "corpus/outlets.json": "outlets",
    "corpus/panels.json": "panels",
    "annotations/annotators.json": "annotators",
}
"""Record file to the schema of its kind; others are documents and annotation sets."""

COMPUTED = {"population", "decided_by", "stance_target"}
"""Lists that no record uses: their labels are computed."""

PROTOCOL = {
    "decision": "each decision is a procedure of its own",
    "holder_kind": "who speaks follows from the segment",
    "target_kind": "what a stance may be about is what the registries and sets hold",
    "segment_kind": "who speaks follows from it",
    "text_release": "what may be published follows from it",
    "set_role": "what a set counts for follows from it",
    "annotator_kind": "whose votes are counted follows from it",
    "coverage": "who has looked follows from it",
}
"""Lists of which each label has rules of its own, to what they are.

A label that is new there goes through everything too, but a check may refuse its use.
"""

LINKED = {
    "origin": "ANN018: the set says whether there were suggestions",
    "panel_target_kind": "STA013, REG005: portrayals and actors refer to it",
    "qid_basis": "REG003: it is given with a Wikidata id",
    "relation_basis": "the readings have no relations",
    "relation_type": "the readings have no relations",
    "actor_relation_type": "the registry has no relations",
    "state_relation": "OUT001: it needs evidence",
    "url_basis": "DOC010: it is given with an address",
}
"""Lists whose labels another field must agree with, which a new label alone does not."""


def made_up(inventory: str) -> str:
    return f"made_up_{inventory}"


def add_labels(root: Path) -> None:
    """Add a label to every list, without a keyword that says what it does."""
    schema = json.loads((root / SCHEMA).read_bytes())
    for name, inventory in schema["$defs"].items():
        label = {"const": made_up(name), "title": "Made up", "description": "New."}
        inventory["oneOf"].append({**label, "tier": "core"})
    (root / SCHEMA).write_text(json.dumps(schema), "utf-8")


def labels_in(schema: Any) -> set[str]:
    """Return the lists of labels that a schema refers to directly."""
    options = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    references = [one.get("$ref", "") for one in options]
    return {r.rpartition("/")[2] for r in references if r.startswith("labels.schema")}


def places(data: Any, schema: Any, whole: Any, at: str = "") -> Iterator[Any]:
    """Yield list of labels, pointer and fitting value wherever a record may have a label."""
    if not isinstance(schema, dict):
        return
    for name in labels_in(schema):
        yield name, at, made_up(name)
    for one in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        local = one.get("$ref", "")
        if local.startswith("#/$defs/"):
            one = whole["$defs"][local.removeprefix("#/$defs/")]  # noqa: PLW2901
        for name in labels_in(one.get("items") or {}):
            yield name, at, [made_up(name)]
        for key, value in data.items() if isinstance(data, dict) else ():
            inner = one.get("properties", {}).get(key, one.get("additionalProperties"))
            yield from places(value, inner, whole, f"{at}/{canonical.escape(key)}")
        for number, value in enumerate(data) if isinstance(data, list) else ():
            yield from places(value, one.get("items"), whole, f"{at}/{number}")


def names_in(root: Path) -> list[str]:
    """Return the record files that may have labels."""
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.json"))
    return [p for p in paths if not p.startswith("schema/") and "splits" not in p]


def use_labels(root: Path, wanted: set[str]) -> set[str]:
    """Use the new label of these lists once per field that may have it; return which."""
    used: set[tuple[str, str]] = set()
    for name in sorted(names_in(root), key=lambda name: "ferry" not in name):
        path = root / name
        kind = "document" if "documents" in name else KINDS.get(name, "annotation-set")
        schema = json.loads((root / f"schema/{kind}.schema.json").read_bytes())
        data = json.loads(path.read_bytes())
        for inventory, pointer, value in list(places(data, schema, schema)):
            above, _, key = pointer.rpartition("/")
            if inventory in wanted and (inventory, key) not in used:
                parent = canonical.at(data, above)
                parent[int(key) if isinstance(parent, list) else key] = value
                used.add((inventory, key))
        path.write_bytes(canonical.encode(data))
    assert run(root, "fmt").exit_code == 0
    return {inventory for inventory, _ in used}


def ferry() -> AnnotationSet:
    """Return a reading of the real text with something in every layer."""
    guard = sets.find("the river guard", sets.WITHHELD)
    said = sets.node("official_civil", "harl_mayor", span=guard)
    words: dict[str, Any] = {"normalised": "Pilots stayed in port.", "about": ()}
    one = sets.judged(
        mentions=[sets.mention("m01", guard, "river_guard")],
        claims=[
            sets.claim(
                "c01",
                sets.find("pilots refused to cross", sets.WITHHELD),
                chains=[(said,)],
                **words,
            )
        ],
        panel={
            "hill_side": sets.opinion("oppose", guard, portrayal="antagonist"),
            "river_side": sets.opinion("neutral", guard),
            "mill_truce": sets.opinion("not_addressed"),
        },
    )
    return sets.reading("lm-1", one, on=sets.FERRY)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with readings of a real and of an invented text, and new labels."""
    root = tmp_path_factory.mktemp("vocabulary") / "plain"
    readings = (*sets.mill_sets()[:4], ferry())
    texts = {sets.WITHHELD: sets.FERRY, sets.TEXT: sets.MILL}
    sets.lay_out(root, sets.files(texts, readings))
    (root / PATH).write_text(prose(), "utf-8")
    add_labels(root)
    return root


@pytest.fixture(scope="module")
def used(plain: Path) -> Path:
    """The same; every new label that is not of a protocol stands in a record."""
    root = plain.parent / "used"
    shutil.copytree(plain, root)
    wanted = INVENTORIES.keys() - PROTOCOL.keys() - LINKED.keys() - COMPUTED
    assert use_labels(root, wanted) == wanted
    return root


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--root", str(root)])


def errors(result: Result) -> list[str]:
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "this should not happen" not in result.output
    return [line for line in result.output.splitlines() if " error: " in line]


def test_a_label_that_no_record_uses_changes_no_finding(plain: Path) -> None:
    (only,) = errors(run(plain, "check"))
    assert " CFG001 " in only  # its procedure is yet to be written, and it says so
    assert made_up("decision") in only


def test_a_label_that_a_record_uses_is_valid(used: Path) -> None:
    assert len(errors(run(used, "check"))) == 1


@pytest.mark.parametrize("inventory", sorted((PROTOCOL | LINKED).keys() - {"decision"}))
def test_a_label_with_rules_of_its_own_is_checked(
    plain: Path, tmp_path: Path, inventory: str
) -> None:
    root = tmp_path / "one"
    shutil.copytree(plain, root)
    use_labels(root, {inventory})
    assert run(root, "check").exit_code in {0, 1}


@pytest.fixture(scope="module")
def built(used: Path) -> Path:
    """The dataset of the checkout that uses the labels."""
    # A decision without a procedure stops a build, as every error does.
    schema = json.loads((used / SCHEMA).read_bytes())
    schema["$defs"]["decision"]["oneOf"].pop()
    (used / SCHEMA).write_text(json.dumps(schema), "utf-8")
    result = run(used, "build", "--no-verify", "--out", str(used.parent / "dist"))
    assert result.exit_code == 0, result.output
    (folder,) = (p.parent for p in (used.parent / "dist").glob("*/labels.csv"))
    return folder


def test_the_dataset_has_the_label_as_a_class_and_in_its_legend(built: Path) -> None:
    with (built / "labels.csv").open(encoding="utf-8", newline="") as file:
        legend = {row["name"] for row in csv.DictReader(file)}
    columns = {name for name in INVENTORIES if made_up(name) in legend}
    assert {"naming", "claim_type", "source_type", "stance_label", "mode"} <= columns
    assert len(columns) > 25


SCORED = {
    "actor": "naming",
    "claim": "claim_type",
    "stance": "stance_label",
    "source_type": "source_type",
}


@pytest.mark.parametrize("config", SCORED)
def test_a_prediction_of_the_label_is_scored(built: Path, config: str) -> None:
    labels = set()
    for split, rows in splits(built, config):
        scores = score(rows, built, config, split, least=1)
        assert faults(scores) == []
        labels |= {one.label for one in scores.scores}
    assert made_up(SCORED[config]) in labels


def test_the_datasheet_counts_and_draws_the_label(used: Path, built: Path) -> None:
    assert built.is_dir()
    result = run(used, "datasheet")
    assert result.exit_code == 0, result.output
    page = (used / "DATASHEET.md").read_text("utf-8")
    for name in ("naming", "stance_label"):
        assert made_up(name).replace("_", " ") in page
    for name in FIGURES:
        assert (used / f"docs/figures/{name}.svg").is_file()


def test_agreement_counts_the_label(used: Path, built: Path) -> None:
    assert built.is_dir()
    for form in ("text", "json", "markdown"):
        result = run(used, "agreement", "--format", form, "--per", "label")
        assert result.exit_code == 0, result.output


def test_a_form_offers_the_label_with_a_hotkey_of_its_own(
    used: Path, built: Path
) -> None:
    assert built.is_dir()
    desk = Desk(used)
    desk.push("dee", documents=("harl-mill",))
    pages = [made["config"] for made in desk.studio.made.values()]
    assert len(pages) >= 1
    for page in pages:
        labels = list(ElementTree.fromstring(page).iter("Label"))
        keys = [label.get("hotkey", "") for label in labels]
        own = [key for key in keys if len(key) == 1]
        assert len(own) == len(set(own))
        new = [one for one in labels if str(one.get("value")).startswith("made_up")]
        assert all(len(one.get("hotkey", "")) == 1 for one in new)
        assert new or "panel" in page


def without_decision(plain: Path, root: Path) -> Path:
    """Return a copy without the new decision, which stops a build as every error does."""
    shutil.copytree(plain, root)
    schema = json.loads((root / SCHEMA).read_bytes())
    schema["$defs"]["decision"]["oneOf"].pop()
    (root / SCHEMA).write_text(json.dumps(schema), "utf-8")
    return root


def rewritten(path: Path, **changes: Any) -> None:
    path.write_bytes(canonical.encode(json.loads(path.read_bytes()) | changes))


def agreement(root: Path) -> Any:
    result = run(root, "agreement", "--split", "calibration", "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_set_with_a_new_role_is_compared_and_built_as_a_reading(
    plain: Path, tmp_path: Path
) -> None:
    root = without_decision(plain, tmp_path / "role")
    before = agreement(root)
    for name in ("ana", "ben", "cem"):
        path = root / f"annotations/harl-mill/{name}.json"
        rewritten(path, role=made_up("set_role"))
    assert run(root, "fmt").exit_code == 0
    assert before
    assert agreement(root) == before
    result = run(root, "build", "--no-verify", "--out", str(tmp_path / "dist"))
    assert result.exit_code == 0, result.output


def test_a_new_kind_of_annotator_needs_no_second_entry(
    plain: Path, tmp_path: Path
) -> None:
    root = without_decision(plain, tmp_path / "kind")
    path = root / "annotations/annotators.json"
    annotators = json.loads(path.read_bytes())["annotators"]
    new = {"kind": made_up("annotator_kind"), "model": None, "version": None}
    changed = [
        a if a["kind"] == "human" else a | new | {"run": None} for a in annotators
    ]
    rewritten(path, annotators=changed)
    assert run(root, "fmt").exit_code == 0
    for command in (
        ("build", "--no-verify", "--out", str(tmp_path / "dist")),
        ("datasheet",),
        ("agreement",),
    ):
        result = run(root, *command)
        assert result.exit_code == 0, result.output


def remove(root: Path, kept: dict[str, set[str]]) -> int:
    """Remove labels from the schema, all but these of each list; return how many."""
    schema = json.loads((root / SCHEMA).read_bytes())
    n_removed = 0
    for name, inventory in schema["$defs"].items():
        labels = inventory["oneOf"]
        new = [one for one in labels if one["const"] in kept[name]] or labels[:1]
        n_removed += len(labels) - len(new)
        inventory["oneOf"] = new
    (root / SCHEMA).write_text(json.dumps(schema), "utf-8")
    return n_removed


def test_labels_that_no_record_uses_can_be_removed(plain: Path, tmp_path: Path) -> None:
    root = tmp_path / "removed"
    shutil.copytree(plain, root)
    text = "".join(
        path.read_text("utf-8")
        for folder in ("corpus", "annotations")
        for path in (root / folder).rglob("*.json")
    )
    kept = {
        name: set(inventory.names)
        if name in PROTOCOL | dict.fromkeys(COMPUTED)
        else {n for n in inventory.names if f'"{n}"' in text}
        | set(NEEDED.get(name, ()))
        for name, inventory in INVENTORIES.items()
    }
    assert remove(root, kept) > 100
    before = run(plain, "check").output.splitlines()[:-1]
    after = run(root, "check").output.splitlines()[:-1]
    warnings = [line for line in before if " warning: " in line]
    assert [line for line in after if " warning: " in line] == warnings
    assert errors(run(root, "check")) == []
    for command in (
        ("build", "--no-verify", "--out", str(tmp_path / "dist")),
        ("datasheet",),
        ("agreement",),
    ):
        result = run(root, *command)
        assert result.exit_code == 0, result.output
    assert Desk(root).push("dee", documents=("harl-mill",))


@pytest.mark.parametrize("inventory", sorted(NEEDED))
def test_a_label_that_code_gives_cannot_be_removed(small: Path, inventory: str) -> None:
    schema = json.loads((small / SCHEMA).read_bytes())
    labels = schema["$defs"][inventory]["oneOf"]
    gone = NEEDED[inventory][0]
    labels[:] = [one for one in labels if one["const"] != gone]
    (small / SCHEMA).write_text(json.dumps(schema), "utf-8")
    with pytest.raises(SchemaStop, match=f"`{inventory}` needs the label {gone}"):
        _ = Schemas(small / "schema").inventories
