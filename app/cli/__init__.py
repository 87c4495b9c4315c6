"""The command `densight`: the server, and every task on pictures, here or at a server."""

from typing import Annotated

import typer

from app import __version__
from app.batch.command import add_batch
from app.cli import ask, bench, doctor, models, serve
from app.cli.options import ASK, LOOK, SERVE
from app.tasks import TASKS
from app.terminal import stdout

EPILOG = """
Examples:

    densight classify photo.jpg
    densight segment street.jpg --render overlay -o street.png
    densight classify *.jpg --json | jq -r .predictions[0].label
    cat small.png | densight upscale - -o - > large.png
    densight saliency photo.jpg --url http://127.0.0.1:8000

Exit codes: 0 all is done; 1 something could not be done, such as one of the pictures; 2 the command
line or a setting is wrong; 3 no server answers at `--url`; 130 interrupted.
"""

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="See what residual and densely connected networks see in pictures, and serve them.",
    epilog=EPILOG,
)


def version() -> None:
    """Print the version."""
    stdout.print(__version__)


def _version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


@cli.callback()
def densight(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Options before the command; its help is that of the program."""


for _task in TASKS.values():
    ask.add_task(cli, _task)
add_batch(cli, ASK)
for _command in (serve.serve, serve.settings, serve.openapi, serve.key):
    cli.command(rich_help_panel=SERVE)(_command)
for _command in (models.models, doctor.doctor, bench.bench, version):
    cli.command(rich_help_panel=LOOK)(_command)
