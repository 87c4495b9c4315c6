"""The tasks of the API: what each is called, takes and answers."""

from dataclasses import dataclass, replace
from keyword import iskeyword

from clients.schemas import Schema, name_of

JSON = "application/json"
GEOJSON = "application/geo+json"


@dataclass(frozen=True)
class Option:
    """What may be chosen in the query."""

    name: str
    schema: Schema
    required: bool
    description: str

    @property
    def parameter(self) -> str:
        """As a method calls it: Python's own words end with a line."""
        return f"{self.name}_" if iskeyword(self.name) else self.name

    def without(self, value: str) -> "Option | None":
        """The same without one of its values; `None` if it has no other."""
        schema = _without(self.schema, value)
        return None if schema is None else replace(self, schema=schema)


@dataclass(frozen=True)
class Task:
    """One question that can be asked about a picture.

    Attributes:
        name: in the path.
        verb: as a method is called.
        summary: one line.
        parts: the pictures that it takes, as the parts of a form are called.
        options: in the query.
        document: the class of its JSON form, if it has one.
        draws: whether an answer may be a picture.
        maps: whether an answer may be a GeoJSON.
    """

    name: str
    verb: str
    summary: str
    parts: tuple[str, ...]
    options: tuple[Option, ...]
    document: str | None
    draws: bool
    maps: bool


def tasks_of(api: Schema) -> list[Task]:
    """Every operation that has a verb, by name."""
    return [
        _task(path.rpartition("/")[2], methods["post"])
        for path, methods in sorted(api["paths"].items())
        if "x-verb" in methods.get("post", {})
    ]


def _task(name: str, operation: Schema) -> Task:
    content = operation["responses"]["200"]["content"]
    document = content.get(JSON, {}).get("schema")
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    return Task(
        name=name,
        verb=operation["x-verb"].replace("-", "_"),
        summary=operation["summary"],
        parts=tuple(form["required"]),
        options=tuple(_option(p) for p in operation["parameters"] if p["in"] == "query"),
        document=document and name_of(document),
        draws=any(media_type.startswith("image/") for media_type in content),
        maps=GEOJSON in content,
    )


def _option(parameter: Schema) -> Option:
    return Option(
        name=parameter["name"],
        schema=parameter["schema"],
        required=parameter.get("required", False),
        description=parameter.get("description", ""),
    )


def _without(schema: Schema, value: str) -> Schema | None:
    if "anyOf" in schema:
        kept = [left for inner in schema["anyOf"] if (left := _without(inner, value))]
        return {**schema, "anyOf": kept} if kept != [{"type": "null"}] else None
    if schema.get("const") == value:
        return None
    if "enum" in schema:
        values = [known for known in schema["enum"] if known != value]
        return {**schema, "enum": values} if values else None
    return schema
