"""A first start that is cut off, at the real Label Studio."""

import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.conftest import Campaign, campaign_in

pytestmark = pytest.mark.server


def tables_of(path: Path) -> int:
    """Return how many tables a database has so far."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as found:
            return int(
                found.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            )
    except sqlite3.Error:  # locked for a moment
        return 0


def cut_off(campaign: Campaign, by: signal.Signals) -> None:
    """Begin a first start, and end it in the midst of the migrations."""
    process = subprocess.Popen(
        [*campaign.command, "labelstudio", "serve", "--port", str(campaign.port)],
        cwd=campaign.root,
        stdout=subprocess.DEVNULL,
    )
    folder = campaign.workdir.folder
    for _ in range(1200):
        if any(tables_of(path) > 40 for path in folder.glob("*/label_studio.sqlite3")):
            process.send_signal(by)
            process.wait(60)
            return
        assert process.poll() is None
        time.sleep(0.1)
    raise AssertionError("no database was begun")


def test_a_first_start_that_is_cut_off_leaves_a_campaign_that_starts(
    tmp_path: Path,
) -> None:
    campaign = campaign_in(tmp_path / "checkout")
    for by in (signal.SIGINT, signal.SIGKILL):
        cut_off(campaign, by)
        assert not campaign.workdir.data.exists()
    try:
        campaign.serve()
        assert campaign.client().projects() == []
        campaign.run("labelstudio", "push", "--annotator", "ben", "--calibration")
    finally:
        campaign.stop()
