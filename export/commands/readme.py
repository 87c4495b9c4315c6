"""`python -m export readme`."""

from pathlib import Path

from export.commands.console import Models, console, one_line
from export.readme import write


def readme(models: Models = Path("models")) -> None:
    """Write README.md into the folder of the models: what each is, costs and reaches."""
    with one_line(), console.status("reading the models") as status:
        path = write(models, say=lambda step: status.update(step))
    console.print(path, highlight=False)
