"""`labelstudio serve`: Label Studio on this machine."""

from contextlib import suppress
from pathlib import Path

import click

from standpoint.cli import options
from standpoint.labelstudio import server
from standpoint.labelstudio.workdir import Workdir


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=server.PORT,
    show_default=True,
    help="Port.",
)
@options.root_option
def command(*, port: int, root: Path | None) -> None:
    """Run Label Studio on this machine until Ctrl-C.

    The first call installs it, which takes one to three minutes.
    """
    workdir = Workdir(options.root_of(root))
    server.stop_in_order()
    program = server.install(workdir, click.echo)
    # Ctrl-C may come at any line of this, not only while the server runs.
    with suppress(KeyboardInterrupt):
        click.echo("starting")
        with server.running(workdir, program, port, click.echo) as found:
            secrets, process = found
            click.echo(f"Label Studio is at {secrets.url} (process {process.pid})")
            click.echo(f"administrator: {secrets.admin.address}")
            click.echo(f"password: {secrets.admin.password}")
            logins = workdir.shown(workdir.secrets_path)
            click.echo(f"token, and logins of annotators: {logins}")
            click.echo("Ctrl-C stops it; all annotations are kept")
            server.wait(found, workdir)
    click.echo("stopped")
