"""The options that several commands have, and what they come to."""

from typing import Annotated

import typer

from app import completion

ASK, SERVE, LOOK = "Ask", "Serve", "Look"
"""The groups of commands in the help."""

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="DENSIGHT_URL",
        metavar="URL",
        help="Ask the server there instead, such as `http://127.0.0.1:8000`.",
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", envvar="DENSIGHT_KEY", metavar="KEY", help="API key of that server."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]
ModelName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="`name` or `name@version` of a model; else the task's default.",
        autocompletion=completion.models,
    ),
]
TaskName = Annotated[
    str | None,
    typer.Option(metavar="TASK", help="What is asked.", autocompletion=completion.tasks),
]
