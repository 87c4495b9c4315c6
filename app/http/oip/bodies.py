"""Bodies of requests in OpenAPI's words, for routes that read them themselves."""

from typing import Any

from pydantic import BaseModel


def body_of(kind: type[BaseModel]) -> dict[str, Any]:
    """A JSON body, its schema in one piece: FastAPI collects no definitions to refer to.

    It is described as the class is.
    """
    schema = kind.model_json_schema()
    definitions = schema.pop("$defs", {})

    def whole(part: Any) -> Any:
        if isinstance(part, list):
            return [whole(element) for element in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return whole(definitions[part["$ref"].rpartition("/")[2]])
        return {key: whole(value) for key, value in part.items()}

    return {
        "description": schema["description"],
        "content": {"application/json": {"schema": whole(schema)}},
    }
