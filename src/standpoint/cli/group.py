"""Groups of commands that are imported when they are called."""

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that imports a command when it is called; its own help imports none.

    Args:
        *args: As for a group.
        package: Package with a module per command, in which `command` is the command.
        lines: Command to its help in one line.
        **kwargs: As for a group.
    """

    def __init__(
        self, *args: Any, package: str, lines: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        self.lines = lines

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.lines)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the help of the commands, a line each."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; only now is it imported."""
        if cmd_name not in self.lines:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found: click.Command = import_module(f"{self.package}.{module}").command
        return found
