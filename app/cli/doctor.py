"""The command that says how well this machine, or a server, is."""

import json
from typing import Annotated

import typer

from app import completion
from app.cli.options import AsJson, Key, Url
from app.cli.show import show
from app.doctor.report import examine
from app.doctor.text import text_of
from app.terminal import FAILED, one_line_errors, settings_of, stdout


def doctor(
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Model to measure instead.", autocompletion=completion.models
        ),
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
) -> None:
    """Say which devices work, what the others lack and how fast each is; 1 if yours does not.

    With `--url` it says whether that server is ready, and which of its models are not served.
    """
    if url:
        _doctor_at(url, key, model, as_json)
        return
    with one_line_errors():
        report = examine(settings_of(), model)
    stdout.print(json.dumps(report.to_json(), indent=2) if as_json else text_of(report))
    if not report.works:
        raise typer.Exit(FAILED)


def _doctor_at(url: str, key: str | None, model: str | None, as_json: bool) -> None:
    from app.cli import there

    if model is not None:
        raise typer.BadParameter("--model is measured on this machine; densight bench asks servers")
    state = there.state(url, key)
    if as_json:
        stdout.print(json.dumps(state, indent=2))
    else:
        show(stdout, url, {name: state[name] for name in state if name != "url"})
    if not state["ready"]:
        raise typer.Exit(FAILED)
