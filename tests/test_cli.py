"""The command line starts fast, needs little and fails in one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from standpoint.cli import COMMANDS, cli
from standpoint.cli import labelstudio as campaign

ROOT = Path(__file__).parents[1]
SET = "annotations/astute-news-hama-2017/lm-2.json"
HEAVY = {"datasets", "pyarrow", "pandas", "numpy", "scipy", "jsonschema", "rich"}


def run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("explain", "SPN002"), ("check", SET), ("check", "--help")],
    ids=" ".join,
)
def test_small_commands_import_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys, runpy; sys.argv = ['build.py', *sys.argv[1:]]\n"
        "try: runpy.run_path('build.py', run_name='__main__')\n"
        "finally: print(sorted(sys.modules), file=sys.stderr)"
    )
    done = run("-c", code, *arguments)
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stderr.rpartition("[")[2].replace("'", "").split(", "))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert f"\n  {COMMANDS[name]}\n" in result.output


@pytest.mark.parametrize("name", campaign.COMMANDS)
def test_every_command_of_a_campaign_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, ["labelstudio", name, "--help"])
    assert result.exit_code == 0
    assert f"\n  {campaign.COMMANDS[name]}\n" in result.output


def test_the_help_lists_every_command_and_imports_none() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from standpoint.cli import cli\n"
        "print(CliRunner().invoke(cli, ['--help']).output)\n"
        "print(*(m for m in sys.modules if m.startswith('standpoint.')), file=sys.stderr)"
    )
    done = run("-c", code)
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    assert set(done.stderr.split()) <= {"standpoint.cli", "standpoint.cli.group"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "no-such-file.json"),
        ("check", "--select", "XYZ"),
        ("explain", "XYZ999"),
        ("show", "no-such-document"),
        ("show", "practice-harbour-2031/s99"),
        ("verify", "docs"),
        ("hydrate", "docs", "--texts", "docs"),
        ("build", "--root", "docs"),
    ],
    ids=" ".join,
)
def test_bad_use_is_exit_2_and_one_clear_line(arguments: tuple[str, ...]) -> None:
    done = run("-m", "standpoint", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 4


def test_a_fault_of_the_program_is_told_in_one_line(tmp_path: Path) -> None:
    for folder in ("corpus", "schema"):
        (tmp_path / folder).mkdir()
    done = run("-m", "standpoint", "check", folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "FMT011" in done.stdout
    assert "Traceback" not in done.stderr


def test_json_output_is_one_document_with_counts() -> None:
    result = CliRunner().invoke(cli, ["check", "--format", "json", str(ROOT / SET)])
    report = json.loads(result.output)
    assert report["errors"] == 0
    assert report["not_judged"].keys() == {"astute-news-hama-2017"}
    assert all(finding["code"] for finding in report["findings"])


def test_fmt_finds_nothing_to_do_in_the_repository() -> None:
    result = CliRunner().invoke(cli, ["fmt", "--check", "--root", str(ROOT)])
    assert result.exit_code == 0, result.output


def test_without_an_installation_build_says_what_to_do() -> None:
    done = run("-S", "-I", "build.py")
    assert done.returncode == 1
    assert "run `make` first" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_show_draws_the_text_and_lists_what_was_judged() -> None:
    result = CliRunner().invoke(
        cli, ["show", "practice-harbour-2031", "--root", str(ROOT)]
    )
    assert result.exit_code == 0
    for title in ("mentions", "claims", "panel", "stances"):
        assert f"\n{title}\n" in result.output
    assert "[c01 m03]" in result.output
