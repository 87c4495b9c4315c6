"""JSON Schema, as pydantic writes it, in Python's words."""

from collections.abc import Iterator
from typing import Any

SCALARS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}

Schema = dict[str, Any]


def type_of(schema: Schema) -> str:
    """The annotation of a value; bounds are the server's business.

    Raises:
        ValueError: the schema uses what is not known here.
    """
    if "$ref" in schema:
        return name_of(schema)
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(map(type_of, schema[several])))
    kind = schema.get("type")
    if kind == "array" and "prefixItems" in schema:
        return f"tuple[{', '.join(map(type_of, schema['prefixItems']))}]"
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}))}]"
    if kind == "object":
        inner = schema.get("additionalProperties", True)
        return f"dict[str, {type_of(inner) if isinstance(inner, dict) else 'Any'}]"
    if kind == "string" and schema.get("format") == "date-time":
        return "datetime"
    if kind in SCALARS:
        return SCALARS[kind]
    if not set(schema) - {"title", "description", "default"}:
        return "Any"
    raise ValueError(f"no annotation is known for {schema}")


def optional(annotation: str) -> str:
    """The annotation of a value that may be absent."""
    return annotation if "None" in annotation.split(" | ") else f"{annotation} | None"


def name_of(schema: Schema) -> str:
    """The name of what is referred to."""
    name: str = schema["$ref"].rpartition("/")[2]
    return name


def references(schema: object) -> Iterator[str]:
    """The names of all that is referred to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield name_of(schema)
        for inner in schema.values():
            yield from references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from references(inner)


def docstring(text: str, indent: str) -> str:
    """Lines of a docstring, as they stand in the description."""
    escaped = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    lines = [line and indent + line for line in escaped.split("\n")]
    body = "\n".join(lines).removeprefix(indent).rstrip()
    end = f"\n{indent}" if "\n\n" in body else ""
    return f'{indent}"""{body}{end}"""\n'
