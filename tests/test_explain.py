"""`explain` prints the manual of every code."""

import pytest
from click.testing import CliRunner

from standpoint.cli import cli
from standpoint.codes import CHECKED_BY_OTHERS, CHECKS


def test_explain_prints_the_manual() -> None:
    for code in CHECKS:
        done = CliRunner().invoke(cli, ["explain", code])
        assert done.exit_code == 0, code
        head, _, manual = done.stdout.partition("\n\n")
        assert head.startswith(f"{code} ({CHECKS[code].level}")
        assert ("needs the text" in head) is CHECKS[code].needs_text
        assert manual.strip() == CHECKS[code].manual
        for section in ("Why: ", "Fix: ", "Example: "):
            assert f"\n{section}" in manual


def test_explain_takes_small_letters() -> None:
    small, large = (
        CliRunner().invoke(cli, ["explain", c]) for c in ("spn002", "SPN002")
    )
    assert (small.exit_code, small.stdout) == (0, large.stdout)


@pytest.mark.parametrize("code", CHECKED_BY_OTHERS)
def test_explain_says_what_covers_a_code_that_is_no_check(code: str) -> None:
    done = CliRunner().invoke(cli, ["explain", code])
    assert (done.exit_code, done.stdout) == (0, f"{code}: {CHECKED_BY_OTHERS[code]}\n")
    assert code not in CHECKS


@pytest.mark.parametrize("code", ["SPN999", "SPN", "spn2", "\u00e9", "--", ""])
def test_an_unknown_code_ends_with_2_and_one_line(code: str) -> None:
    done = CliRunner().invoke(cli, ["explain", "--", code])
    assert (done.exit_code, done.stdout) == (2, "")
    said = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert said == [
        f"Error: there is no code {code.upper()!r}; docs/checks.md lists them"
    ]
