"""`python -m export`: list what can be made, make it, and measure it."""

import logging

import typer
from rich.logging import RichHandler

from export.commands.checkpoint import checkpoint
from export.commands.console import errors
from export.commands.evaluate import evaluate
from export.commands.list_recipes import list_recipes
from export.commands.optimize import optimize
from export.commands.readme import readme
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


app.command("list")(list_recipes)
for command in (run, checkpoint, evaluate, optimize, readme):
    app.command()(command)

if __name__ == "__main__":
    app(prog_name="python -m export")
