"""A method for each form in which a task answers, of both clients."""

import textwrap

from clients.schemas import docstring, optional, type_of
from clients.tasks import Option, Task

DRAWING = {"render", "format", "quality", "lossless", "metadata"}
"""Options of pictures, which would say nothing of a document; a task that only draws has them."""

OUTLINES = "shapes"
"""The option whose value `geojson` makes another form of the answer."""

HEAD = '''"""The tasks as methods; `make client` writes this file from `docs/openapi.json`."""

from typing import Any, Literal

from app.client import documents
from app.client.answer import Answer
from app.client.api import GEOJSON, PICTURE
from app.client.async_connection import AsyncConnection
from app.client.connection import Connection
from app.client.upload import Picture


'''

CLASSES = (
    ("Methods", "Connection", "def", "", "What can be asked about a picture."),
    ("AsyncMethods", "AsyncConnection", "async def", "await ", "The same, to be awaited."),
)


def written(tasks: list[Task]) -> str:
    """The module."""
    classes = []
    for name, base, define, wait, text in CLASSES:
        methods = [method for task in tasks for method in _methods(task, define, wait)]
        classes.append(f'class {name}({base}):\n    """{text}"""\n\n' + "\n".join(methods))
    return HEAD + "\n\n".join(classes)


def _methods(task: Task, define: str, wait: str) -> list[str]:
    made = []
    pictures = "{" + ", ".join(f'"{part}": {name}' for part, name in _pictures(task)) + "}"
    given = f'"{task.name}", {pictures}'
    verb = task.verb
    if task.document:
        kind = f"documents.{task.document}"
        options = _of_document(task)
        ask = f"self._document({kind}, {given}, options, deadline)"
        made.append(_method(task, verb, kind, options, f"return {wait}{ask}", define))
        verb = f"{task.verb}_image"
    if task.draws:
        options = [option for option in task.options if option.name != OUTLINES]
        ask = f"self._ask({given}, options, PICTURE, deadline)"
        text = "" if not task.document else "The answer is a picture."
        made.append(_method(task, verb, "Answer", options, f"return {wait}{ask}", define, text))
    if task.maps:
        options = [option for option in _of_document(task) if option.name != OUTLINES]
        ask = f'self._ask({given}, options | {{"{OUTLINES}": "geojson"}}, GEOJSON, deadline)'
        body = f"answer = {wait}{ask}\n        collection: dict[str, Any] = answer.json()\n"
        body += "        return collection"
        name, text = f"{task.verb}_geojson", "The answer is a GeoJSON FeatureCollection."
        made.append(_method(task, name, "dict[str, Any]", options, body, define, text))
    return made


def _of_document(task: Task) -> list[Option]:
    kept = [option for option in task.options if not (task.draws and option.name in DRAWING)]
    chosen = [o.without("geojson") if o.name == OUTLINES else o for o in kept]
    return [option for option in chosen if option]


def _pictures(task: Task) -> list[tuple[str, str]]:
    if len(task.parts) == 1:
        return [(task.parts[0], "picture")]
    return [(part, part.replace("-", "_")) for part in task.parts]


def _method(
    task: Task,
    name: str,
    answer: str,
    options: list[Option],
    body: str,
    define: str,
    text: str = "",
) -> str:
    pictures = "".join(f"{picture}: Picture, " for _, picture in _pictures(task))
    chosen = "".join(f"{_parameter(option)}, " for option in options)
    values = ", ".join(f'"{option.name}": {option.parameter}' for option in options)
    summary = f"{task.summary}.\n\n{text}" if text else f"{task.summary}."
    given = f"self, {pictures}*, {chosen}deadline: float | None = None"
    return (
        f"    {define} {name}({given}) -> {answer}:\n"
        + docstring(f"{summary}\n\nArgs:\n{_arguments(task, options)}\n", "        ")
        + f"        options: dict[str, Any] = {{{values}}}\n"
        + f"        {body}\n"
    )


def _parameter(option: Option) -> str:
    if option.required:
        return f"{option.parameter}: {type_of(option.schema)}"
    return f"{option.parameter}: {optional(type_of(option.schema))} = None"


def _arguments(task: Task, options: list[Option]) -> str:
    texts = [(name, "a path, bytes, a file, an image or an array.") for _, name in _pictures(task)]
    for option in options:
        told = _uncapitalised(" ".join(option.description.split()))
        if (default := option.schema.get("default")) is not None:
            told += f" The server's default is {_shown(default)}."
        texts.append((option.parameter, told))
    texts.append(("deadline", "seconds for this call; the client's when absent."))
    return "\n".join(
        textwrap.fill(f"{name}: {told}", 88, initial_indent="    ", subsequent_indent=" " * 8)
        for name, told in texts
    )


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
