"""The query of a task's route: its options, as OpenAPI describes them and as a request has them."""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.tasks.options import Options

O = TypeVar("O", bound=Options)  # noqa: E741 - the options of a task


def parameters(kind: type[Options]) -> list[dict[str, Any]]:
    """Every option as a parameter in OpenAPI's words."""
    schema = kind.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": {"examples": _examples(described), **described},
            "description": described["description"],
        }
        for name, described in schema["properties"].items()
    ]


def _examples(schema: dict[str, Any]) -> list[Any]:
    """What may be chosen, where an option says no examples: its default, else what its type has."""
    if (usual := schema.get("default")) is not None:
        return [usual]
    first = schema.get("anyOf", [schema])[0]
    return list(first.get("enum", [first[key] for key in ("minimum", "const") if key in first]))


def read_options(kind: type[O], request: Request) -> O:
    """What the request chooses; of a parameter that comes twice the last one counts.

    FastAPI could do both, and finds out anew for each request what a model's fields are: a fifth of
    the time that it takes to answer a light one.

    Raises:
        RequestValidationError: a parameter is unknown or wrong.
    """
    try:
        return kind.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
