"""The command that lists models, those of this machine or of a server."""

import json
from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from app import logs
from app.cli.options import AsJson, Key, Url
from app.terminal import emit, loaded, one_line_errors, plain, settings_of, stdout, write_row


def models(as_json: AsJson = False, url: Url = None, key: Key = None) -> None:
    """List the models, where they run, and why a file is not served."""
    listed = _at(url, key) if url else _here()
    if as_json:
        emit(json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode())
    elif stdout.is_terminal:
        stdout.print(_table(listed["models"]), soft_wrap=False)
    else:
        for model in listed["models"]:
            write_row(stdout, *_cells(model))


def _here() -> dict[str, Any]:
    from app.http.models import described  # with it comes the web framework

    logs.configure("critical")  # what went wrong stands in the list
    with one_line_errors():
        registry = loaded(settings_of())
    return described(registry).model_dump(mode="json", exclude_none=True)


def _at(url: str, key: str | None) -> dict[str, Any]:
    from app.cli.there import listed

    return listed(url, key)


def _cells(model: Mapping[str, Any]) -> tuple[str, ...]:
    """`name@version`, the tasks, the device and the title; of a file that failed, why it did."""
    if model.get("device") is None:
        return model["name"], model["state"], model.get("reason", "")
    card = model["card"]
    tasks = [model["task"], *model.get("tasks", ())] if "task" in model else ["no task"]
    answered = model.get("default_of", ())
    return (
        f"{model['name']}@{model['version']}",
        ", ".join(f"{task} (default)" if task in answered else task for task in tasks),
        model["device"],
        card["title"],
    )


def _table(models: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in ("model", "task", "device", "title"):
        table.add_column(heading, no_wrap=heading == "model")
    for model in models:
        name, *cells = map(plain, _cells(model))
        if model.get("device") is None:
            state, reason = cells
            table.add_row(name, Text(state, style="red"), "", Text(reason, style="red"))
        else:
            table.add_row(Text(name, style="bold" if model["default"] else ""), *cells)
    return table
