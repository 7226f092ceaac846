"""Pages made from the source are fresh, and the examples in the README run."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from standpoint import generated_docs
from standpoint.cli import COMMANDS, cli
from standpoint.codes import CHECKS
from standpoint.labelstudio import client
from standpoint.records import leak
from standpoint.records.checkout import Checkout
from standpoint.tables import CONFIGS
from tests.studio import Desk

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_pages_made_from_the_source_are_fresh() -> None:
    checkout = Checkout(ROOT)
    assert generated_docs.stale(checkout, generated_docs.pages(checkout)) == []


def test_a_page_that_was_edited_by_hand_is_stale() -> None:
    checkout = Checkout(ROOT)
    made = generated_docs.pages(checkout)
    made["docs/checks.md"] += "more"
    assert generated_docs.stale(checkout, made) == ["docs/checks.md"]


def test_every_code_table_column_and_label_is_documented() -> None:
    checkout = Checkout(ROOT)
    made = generated_docs.pages(checkout)
    assert all(f"### {code}\n" in made["docs/checks.md"] for code in CHECKS)
    inventories = checkout.schemas.inventories
    for config in CONFIGS:
        assert f"## `{config.name}`" in made["docs/tables.md"]
        for column in config.columns(inventories):
            assert f"| `{column.name}` |" in made["docs/tables.md"]
            assert column.meaning.endswith(".")
    for inventory in inventories.values():
        for name in inventory.names:
            number = inventory.names.index(name)
            assert f"| {number} | `{name}` |" in made["docs/codebook.md"]


def test_the_legend_names_every_class_number_of_every_label_column() -> None:
    inventories = Checkout(ROOT).schemas.inventories
    rows = list(csv.DictReader(io.StringIO(generated_docs.legend(inventories))))
    for config in CONFIGS:
        for column in config.columns(inventories):
            if column.feature.get("_type") == "ClassLabel":
                found = [
                    row["name"]
                    for row in rows
                    if (row["config"], row["column"]) == (config.name, column.name)
                ]
                assert found == column.feature["names"]
    assert {row["column"] for row in rows} >= {"about.role", "nearest_source_type"}
    described = {(row["column"], row["name"]): row["description"] for row in rows}
    for name in ("checkworthy", "ironic"):  # whose names are the same
        (label,) = [one for one in inventories[name].oneOf if one.const == "yes"]
        assert described[name, "yes"] == label.description


GUIDELINES = [
    ROOT / "docs" / "guidelines.md",
    *(ROOT / "docs/guidelines").rglob("*.md"),
]


def test_nothing_in_the_guidelines_gives_a_qualification_document_away() -> None:
    for path in (ROOT / "corpus/texts/released").glob("qualify-*.txt"):
        gate = leak.Gate([(path.stem, path.read_text("utf-8"))])
        for page in GUIDELINES:
            assert list(gate.leaks(page.read_text("utf-8"))) == []


def test_every_list_an_annotator_chooses_from_is_in_the_guidelines() -> None:
    asked = {
        *("naming", "mention_form", "link_certainty", "claim_type", "modality"),
        *("checkworthy", "about_role", "certainty_shift", "ironic", "evidence_shown"),
        *("source_type", "identification", "mode", "stance_label", "expression"),
        "portrayal",
    }
    text = "".join(page.read_text("utf-8") for page in GUIDELINES)
    blocks = re.findall(r"<!-- begin labels ([a-z_ ]+) -->", text)
    assert {name for block in blocks for name in block.split()} == asked


def test_the_citation_names_the_version_of_the_data() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    dataset = json.loads((ROOT / "corpus/dataset.json").read_text("utf-8"))
    assert f"\nversion: {dataset['version']}\n" in citation
    assert f"\ndate-released: {dataset['date']}\n" in citation
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"data {dataset['version']}" in changes


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"bin/standpoint (\w+)", README))
    assert named
    assert named <= set(COMMANDS)
    assert set(re.findall(r"\]\((?!http)([^)]+)\)", README)) == {
        path
        for path in re.findall(r"\]\((?!http)([^)]+)\)", README)
        if (ROOT / path).exists()
    }


SEEDS = Path(os.environ.get("STANDPOINT_SHARED", ROOT.parent / "shared")) / "seeds"


@pytest.mark.slow
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the texts are not here")
def test_the_readme_shows_what_hydrate_really_prints(built: Path) -> None:
    dataset = str(built / "dist/standpoint")
    out = str(built / "dist/standpoint-full")
    arguments = ["hydrate", dataset, "--texts", str(SEEDS), "--out", out]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    shown = result.stdout.replace(out, "dist/standpoint-full")
    assert f"--out dist/standpoint-full\n{shown}```" in README


@pytest.fixture(scope="module")
def built(public_edition: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with dist/standpoint in it, built without texts."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(public_edition, folder / "dist/standpoint")
    return folder


@pytest.mark.slow
def test_every_link_within_the_repository_and_an_edition_leads_somewhere(
    built: Path,
) -> None:
    edition = built / "dist/standpoint"
    pages_ = [*edition.rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    for page in [*pages_, ROOT / "benchmarks/README.md"]:
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"


@pytest.mark.slow
def test_the_python_examples_of_the_readme_run(built: Path) -> None:
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert examples
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(examples)],
        cwd=built,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "event [" in done.stdout
    on_ties = examples[0].replace("calibration", "pilot")
    done = subprocess.run(
        [sys.executable, "-c", on_ties],
        cwd=built,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "tie None" in done.stdout


def test_the_example_of_a_quoted_set_is_imported_and_judged(tmp_path: Path) -> None:
    page = (ROOT / "docs/quoted.md").read_text("utf-8")
    whole, more = map(json.loads, re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    for name in ("corpus", "annotations", "schema"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "my-set.json").write_text(json.dumps(whole), "utf-8")
    registry = tmp_path / "annotations/annotators.json"
    entered = json.loads(registry.read_text("utf-8"))
    you = {"id": "your-pseudonym", "kind": "human", "languages": ["en"]}
    missing = dict.fromkeys(("model", "version", "run"))
    entered["annotators"].append({**you, **missing})
    registry.write_text(json.dumps(entered), "utf-8")
    assert CliRunner().invoke(cli, ["fmt", "--root", str(tmp_path)]).exit_code == 0
    runner = CliRunner()
    root = ["--root", str(tmp_path)]
    file = str(tmp_path / "my-set.json")
    result = runner.invoke(cli, ["import", "quoted", file, *root])
    assert result.exit_code == 0, result.output
    written = str(tmp_path / "annotations/practice-harbour-2031/your-pseudonym.json")
    result = runner.invoke(cli, ["check", written, *root])
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.output
    (segment,) = whole["segments"]
    segment["coverage"]["stance"] = "partial"
    segment["mentions"] += more.pop("mentions")
    segment |= more
    (tmp_path / "my-set.json").write_text(json.dumps(whole), "utf-8")
    result = runner.invoke(cli, ["import", "quoted", file, "--replace", *root])
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.output


def test_the_commands_for_supervisors_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("corpus", "annotations", "schema"):
        shutil.copytree(ROOT / name, tmp_path / name)
    registry = tmp_path / "annotations/annotators.json"
    entered = json.loads(registry.read_text("utf-8"))
    missing = dict.fromkeys(("model", "version", "run"))
    for name in ("pat", "judge"):
        person = {"id": name, "kind": "human", "languages": ["en"], **missing}
        entered["annotators"].append(person)
    registry.write_text(json.dumps(entered), "utf-8")
    desk = Desk(tmp_path)
    monkeypatch.setattr(client, "connect", lambda _place: desk.studio)
    page = (ROOT / "docs/annotating.md").read_text("utf-8")
    commands = re.findall(r"^\.venv-server/bin/standpoint (.*)$", page, re.MULTILINE)
    outputs = {}
    for command in commands:
        if command == "labelstudio serve":  # tests/server runs it
            continue
        if command.startswith("import"):
            (tmp_path / "export.json").write_bytes(desk.studio.export(1))
        file = command.replace("export.json", str(tmp_path / "export.json"))
        arguments = [*file.split(), "--root", str(tmp_path)]
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
        outputs[command] = result.output
    assert "labelstudio serve" in commands
    said = " ".join(outputs.values())
    for part in (
        "new tasks; the handout for pat",
        "batch  annotator  project",
        "no trial has been pulled yet",
    ):
        assert part in said


def test_the_page_on_performance_is_made_of_its_results() -> None:
    from benchmarks import bench

    data = json.loads(bench.RESULTS.read_bytes())
    assert bench.PAGE.read_text("utf-8") == bench.page(data)
