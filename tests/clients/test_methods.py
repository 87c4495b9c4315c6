"""Tasks that are not there yet: several pictures, needed options, pictures only, dashes."""

import ast
from typing import Any

import pytest

from clients import documents, methods
from clients.schemas import type_of
from clients.tasks import tasks_of

BINARY = {"type": "string", "format": "binary"}


def task(verb: str, *, parts: tuple[str, ...] = ("image",), **content: Any) -> dict[str, Any]:
    form = {"required": list(parts), "properties": dict.fromkeys(parts, BINARY)}
    return {
        "post": {
            "x-verb": verb,
            "summary": "Say something",
            "parameters": [
                {"name": "Prefer", "in": "header", "schema": {"type": "string"}},
                {
                    "name": "strength",
                    "in": "query",
                    "required": True,
                    "schema": {"type": "number"},
                    "description": "How much.",
                },
                {"name": "render", "in": "query", "schema": {"enum": ["a", "b"], "default": "a"}},
            ],
            "requestBody": {"content": {"multipart/form-data": {"schema": form}}},
            "responses": {"200": {"content": content}},
        }
    }


def functions(api: dict[str, Any]) -> dict[str, ast.FunctionDef]:
    """The methods of the blocking client that are made."""
    tree = ast.parse(methods.written(tasks_of(api)))
    (blocking,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Methods")
    return {node.name: node for node in blocking.body if isinstance(node, ast.FunctionDef)}


def test_a_task_of_pictures_only_answers_with_one() -> None:
    made = functions({"paths": {"/v1/style": task("re-style", **{"image/png": {}})}})
    assert made.keys() == {"re_style"}
    arguments = made["re_style"].args
    assert [argument.arg for argument in arguments.kwonlyargs] == ["strength", "render", "deadline"]
    assert [default is None for default in arguments.kw_defaults] == [True, False, False]
    assert ast.unparse(made["re_style"].returns or ast.Pass()) == "Answer"


def test_two_pictures_are_two_arguments() -> None:
    reference = {"schema": {"$ref": "#/components/schemas/Flow"}}
    content = {"image/png": {}, "application/json": reference}
    api = {"paths": {"/v1/flow": task("flow", parts=("image", "next-image"), **content)}}
    made = functions(api)
    assert made.keys() == {"flow", "flow_image"}
    assert [argument.arg for argument in made["flow"].args.args] == ["self", "image", "next_image"]
    assert "{'image': image, 'next-image': next_image}" in ast.unparse(made["flow"])
    assert "render" not in {argument.arg for argument in made["flow"].args.kwonlyargs}


@pytest.mark.parametrize("known", [["geojson"], ["rle", "geojson"]])
def test_geojson_is_a_form_and_no_option(known: list[str]) -> None:
    values = {"const": known[0]} if len(known) == 1 else {"enum": known}
    shapes = {"name": "shapes", "in": "query", "schema": {"anyOf": [values, {"type": "null"}]}}
    reference = {"schema": {"$ref": "#/components/schemas/Detection"}}
    content = {"application/json": reference, "image/png": {}, "application/geo+json": {}}
    operation = task("detect", **content)
    operation["post"]["parameters"].append(shapes)
    made = functions({"paths": {"/v1/detection": operation}})
    assert made.keys() == {"detect", "detect_image", "detect_geojson"}
    taken = {name: ast.unparse(function.args) for name, function in made.items()}
    assert ("shapes" in taken["detect"]) == (len(known) > 1)
    assert "geojson" not in "".join(taken.values())
    assert "shapes" not in taken["detect_image"] + taken["detect_geojson"]
    assert "'shapes': 'geojson'" in ast.unparse(made["detect_geojson"])


def test_documents_come_after_what_they_need() -> None:
    schemas = {
        "A": {"properties": {"b": {"$ref": "#/x/B"}}, "required": ["b"]},
        "B": {"properties": {"c": {"type": "array", "items": {"$ref": "#/x/C"}}}},
        "C": {"properties": {"d": {"type": "string", "format": "date-time"}}},
        "JobDescription": {"properties": {}},
        "ModelList": {"properties": {}},
    }
    reference = {"schema": {"$ref": "#/x/A"}}
    tasks = tasks_of({"paths": {"/v1/a": task("a", **{"application/json": reference})}})
    tree = ast.parse(documents.written(schemas, tasks))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes][:3] == ["C", "B", "A"]
    assert [ast.unparse(node.bases[0]) for node in classes][:3] == ["Part", "Part", "Document"]


@pytest.mark.parametrize(
    ("schema", "annotation"),
    [
        ({"type": "array", "prefixItems": [{"type": "integer"}] * 2}, "tuple[int, int]"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "str | None"),
        ({"enum": ["png", "tiff"], "type": "string"}, "Literal['png', 'tiff']"),
        ({"const": 3}, "Literal[3]"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "dict[str, float]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "array"}, "list[Any]"),
        ({}, "Any"),
    ],
)
def test_schemas_become_annotations(schema: dict[str, Any], annotation: str) -> None:
    assert type_of(schema) == annotation


def test_what_is_not_known_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="allOf"):
        type_of({"allOf": [{"type": "string"}]})
