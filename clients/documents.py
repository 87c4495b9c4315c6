"""The documents of the API as models of pydantic."""

from collections.abc import Iterator
from typing import Any

from clients.schemas import Schema, docstring, optional, references, type_of
from clients.tasks import Task

OTHERS = ("JobDescription", "ModelList")
"""What the client reads besides the answers of tasks."""

HEAD = '''"""The documents of the API; `make client` writes this file from `docs/openapi.json`."""

from datetime import datetime
from typing import Any, Literal

from app.client.document import Document, Part
'''


def written(schemas: dict[str, Schema], tasks: list[Task]) -> str:
    """The module, every class after those that it needs."""
    answers = {task.document for task in tasks if task.document}
    ordered: dict[str, None] = {}
    for name in (*sorted(answers), *OTHERS):
        _need(name, schemas, ordered)
    classes = [_class(name, schemas[name], answer=name in answers) for name in ordered]
    return HEAD + "".join(f"\n\n{text}" for text in classes)


def _need(name: str, schemas: dict[str, Schema], ordered: dict[str, None]) -> None:
    if name in ordered:
        return
    for needed in dict.fromkeys(references(schemas[name])):
        _need(needed, schemas, ordered)
    ordered[name] = None


def _class(name: str, schema: Schema, *, answer: bool) -> str:
    parts = [f"class {name}({'Document' if answer else 'Part'}):\n"]
    parts.append(docstring(schema.get("description", f"{name}."), "    "))
    for field, described in _in_order(schema):
        annotation, default = type_of(described), ""
        if field not in schema.get("required", ()):
            value: Any = described.get("default")
            annotation = optional(annotation) if value is None else annotation
            default = f" = {value!r}"
        parts.append(f"\n    {field}: {annotation}{default}\n")
        if "description" in described:
            parts.append(docstring(described["description"], "    "))
    return "".join(parts)


def _in_order(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """What is always there first, in its own order; `openapi.json` sorts the rest by name."""
    required = schema.get("required", [])
    properties = schema["properties"]
    for field in (*required, *(name for name in properties if name not in required)):
        yield field, properties[field]
