"""`python -m export`: list what can be made, make it, and measure it."""

import logging
from importlib.util import find_spec

import typer
from rich.logging import RichHandler

from export.commands.console import NEEDS_TORCH, errors, refuse
from export.commands.onnx_file import onnx_file
from export.commands.run import run

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # a mistake is answered in a line, not in a box
)


@app.callback()
def main() -> None:
    """Turn trained weights into self-describing ONNX files."""
    logging.basicConfig(
        level=logging.WARNING,
        format="%(message)s",
        handlers=[RichHandler(console=errors, show_time=False, show_path=False)],
    )


def _without_torch(name: str) -> None:
    """A command in name only, so that the help says why it is not there."""

    @app.command(
        name,
        help=NEEDS_TORCH.capitalize(),
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def command() -> None:
        refuse(f"{name} {NEEDS_TORCH}")


if find_spec("torch"):
    from export.commands.checkpoint import checkpoint
    from export.commands.evaluate import evaluate
    from export.commands.list_recipes import list_recipes
    from export.commands.optimize import optimize
    from export.commands.readme import readme

    app.command("list")(list_recipes)
    for command in (checkpoint, evaluate, optimize, readme):
        app.command()(command)
else:
    for missing in ("list", "checkpoint", "evaluate", "optimize", "readme"):
        _without_torch(missing)

app.command("onnx")(onnx_file)
app.command()(run)

if __name__ == "__main__":
    app(prog_name="python -m export")
