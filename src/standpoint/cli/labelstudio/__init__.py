"""`labelstudio`: an annotation campaign in Label Studio."""

from typing import Any

import click

from standpoint.cli import options
from standpoint.cli.group import LazyGroup

COMMANDS = {
    "serve": "Run Label Studio on this machine until Ctrl-C.",
    "push": "Send tasks to annotators: whatever they can do now.",
    "pull": "Write what was submitted to annotation sets, and check them.",
    "status": "Show the progress of a campaign, or the results of trials.",
}
"""Command to its help in one line, with which the help of the command starts."""


class _Group(LazyGroup):
    """Commands that report in one line why a campaign cannot continue."""

    def invoke(self, ctx: click.Context) -> Any:
        from standpoint.labelstudio.workdir import CampaignStop
        from standpoint.records.git import GitStop

        try:
            with options.stopping_at(CampaignStop, GitStop):
                return super().invoke(ctx)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise options.Stop(f"{where}{error.strerror or error}") from None


@click.group(cls=_Group, package="standpoint.cli.labelstudio", lines=COMMANDS)
def command() -> None:
    """Run an annotation campaign in Label Studio.

    docs/annotating.md explains how.
    """
