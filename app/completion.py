"""What a shell completes; nothing is opened for it, since somebody waits for the next letter."""

from collections.abc import Iterator

import typer
from pydantic import ValidationError

from app.settings import Settings
from app.tasks import TASKS


def models(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """Names of the files in the models folder; of a server's models nothing is known here."""
    if ctx.params.get("url"):
        return
    try:
        folder = Settings().models
    except ValidationError:  # which the command itself will tell
        return
    names = sorted(path.stem for path in folder.glob("*.onnx"))
    yield from (name for name in names if name.startswith(incomplete))


def tasks(incomplete: str) -> list[str]:
    """Names of the tasks."""
    return [name for name in TASKS if name.startswith(incomplete)]
