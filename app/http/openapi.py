"""The API's description: what FastAPI gathers from the routes, completed and with true examples."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.http import callback
from app.http.headers import COMMON, OF_STATUS
from app.http.oip.failures import PREFIX
from app.http.oip.schemas import Failure
from app.http.problem import Problem
from app.http.problems import INTERNAL, OIP, OUR_FAULT, problem_of

DESCRIPTION = """
Post a picture and get its labels, where people look, what every pixel shows, or the picture
larger. Every [task](#/tasks) is a route; its body is the picture, as a form or as bytes. Which
model answers is said by `?model=`, else the task's default does ([models](#/models)). What takes
minutes is a [job](#/jobs), asked for with `Prefer: respond-async`.

Failures are problem documents ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): `type` is for
programs, `detail` for people. Where the server has keys, `/v1` and `/v2` want
`Authorization: Bearer KEY`.
"""

TAGS = [
    {"name": "tasks", "description": "Questions about a picture; each answers with one model."},
    {"name": "jobs", "description": "Tasks that are answered later: how far, the answer, an end."},
    {"name": "models", "description": "What is served, where it really runs, and why not."},
    {
        "name": "Open Inference Protocol",
        "description": "Tensors in, tensors out, as clients of KServe and Triton ask.",
        "externalDocs": {
            "description": "The protocol, version 2",
            "url": "https://github.com/kserve/open-inference-protocol",
        },
    },
    {"name": "health", "description": "For those who watch and restart the service."},
]

ABOUT: dict[str, Any] = {
    "title": "Densight",
    "summary": "Labels, saliency, segmentation and 4x pictures from residual and dense networks",
    "description": DESCRIPTION.strip(),
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_tags": TAGS,
    "servers": [{"url": "/", "description": "The server that this description comes from."}],
}
"""What the application says of itself as a whole."""

_REFERENCED: tuple[type[BaseModel], ...] = (Problem, Failure, callback.Message)
"""Schemas that routes refer to by name, so that FastAPI does not see them."""

_EXAMPLES = files("app.http") / "examples"


def operation_id(route: APIRoute) -> str:
    """The name of a route for programs: its function's, told apart below `/v2`."""
    if not route.path_format.startswith(OIP):
        return route.name
    return f"oip_{route.name}" + ("_of_version" if "{version}" in route.path_format else "")


def install(app: FastAPI) -> None:
    """Complete the description that `app.openapi` gives."""
    gather = app.openapi

    def completed() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(gather())
        return app.openapi_schema

    app.openapi = completed  # type: ignore[method-assign]


def text_of(app: FastAPI) -> str:
    """The description as a file that changes only where it says something else."""
    return json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def example_of(operation: str) -> dict[str, dict[str, Any]]:
    """Recorded answers of an operation: status -> media type -> what was answered."""
    file = _EXAMPLES / f"{operation}.json"
    recorded: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.is_file() else {}
    return recorded


def problems() -> dict[str, dict[str, Any]]:
    """Recorded problem documents by the name of their kind."""
    recorded: dict[str, dict[str, Any]] = json.loads((_EXAMPLES / "problems.json").read_text())
    return {**recorded, INTERNAL: problem_of(Exception(OUR_FAULT)).to_json()}


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    components = description["components"]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in _REFERENCED],
        ref_template="#/components/schemas/{model}",
    )
    components["schemas"] |= schemas["$defs"]
    components["callbacks"] = {callback.NAME: callback.CALLBACK}
    components["examples"] = {}
    components["headers"] = {}
    for name, document in problems().items():
        components["examples"] |= {
            name: {"summary": document["title"], "value": document},
            PREFIX + name: {"summary": document["title"], "value": {"error": document["detail"]}},
        }
    for operation in operations(description):
        _complete(operation, components["schemas"], components["headers"])
    return description


def operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a description."""
    for item in description["paths"].values():
        yield from item.values()


def _complete(operation: dict[str, Any], schemas: dict[str, Any], headers: dict[str, Any]) -> None:
    """Make a summary of the first line of a docstring; add headers and examples to answers."""
    if operation["tags"] != ["tasks"]:
        first, _, rest = operation["description"].partition("\n\n")
        operation |= {"summary": first.removesuffix("."), "description": rest}
    examples = example_of(operation["operationId"])
    for status, response in operation["responses"].items():
        sent = {**COMMON, **OF_STATUS.get(status, {}), **response.get("headers", {})}
        response["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"}
            if headers.setdefault(name, header) == header
            else header
            for name, header in sent.items()
        }
        for media_type, content in response.get("content", {}).items():
            if media_type in examples.get(status, {}):
                content["example"] = examples[status][media_type]
            reference = content.get("schema", {}).get("$ref", "")
            if response["description"] == "Successful Response" and reference:
                response["description"] = schemas[reference.rpartition("/")[2]]["description"]
