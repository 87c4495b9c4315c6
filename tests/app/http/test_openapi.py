"""The API's description: whole, valid, the one in docs/, and with examples that are true."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from typer.testing import CliRunner

from app.cli import cli
from app.http.openapi import operations, text_of
from app.http.openapi import problems as problems_of_openapi
from app.http.problem import Problem
from app.main import create_app
from app.settings import Settings
from app.tasks import TASKS
from tests.conftest import ROOT
from tests.recorded.alike import alike
from tests.recorded.answers import VARYING, answers
from tests.recorded.problems import problems
from tests.shipped import answered

SNAPSHOT = ROOT / "docs" / "openapi.json"
EXAMPLES = ROOT / "app" / "http" / "examples"
APP = create_app(Settings(models=Path("nowhere"), device="cpu"))
DESCRIPTION = APP.openapi()
CALLBACKS = [
    operation
    for callback in DESCRIPTION["components"]["callbacks"].values()
    for item in callback.values()
    for operation in item.values()
]
OPERATIONS = [*operations(DESCRIPTION), *CALLBACKS]
NAMED = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=[operation["operationId"] for operation in OPERATIONS]
)


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    while "$ref" in part:
        found: Any = DESCRIPTION
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def test_the_one_in_docs_is_this_one() -> None:
    assert SNAPSHOT.read_text() == text_of(APP), "run make openapi"


def test_the_command_prints_it() -> None:
    assert CliRunner().invoke(cli, ["openapi"]).output == text_of(APP)


def test_it_is_openapi_3_1() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(DESCRIPTION).validate()  # type: ignore[arg-type]


def test_it_says_what_it_is() -> None:
    assert DESCRIPTION["info"]["license"]["identifier"] == "Apache-2.0"
    assert "contact" not in DESCRIPTION["info"]
    assert DESCRIPTION["servers"][0]["description"]
    described = {tag["name"] for tag in DESCRIPTION["tags"] if tag["description"]}
    used = {tag for operation in operations(DESCRIPTION) for tag in operation["tags"]}
    assert used == described


@NAMED
def test_every_operation_is_described(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert not operation["summary"].endswith(".")
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]
        assert parameter["schema"].get("examples"), parameter["name"]
    if body := operation.get("requestBody"):
        assert body.get("description")
    for status, response in operation["responses"].items():
        assert response["description"] not in ("", "Successful Response"), status
        for name, header in response.get("headers", {}).items():
            assert resolved(header)["description"], name
            assert "example" in resolved(header), name


@pytest.mark.parametrize(
    "operation",
    list(operations(DESCRIPTION)),
    ids=[operation["operationId"] for operation in operations(DESCRIPTION)],
)
def test_every_answer_in_words_has_an_example(operation: dict[str, Any]) -> None:
    if operation["operationId"] in TASKS.keys() - answered():
        pytest.skip("no model of this task ships yet")
    for status, response in operation["responses"].items():
        assert "X-Request-Id" in response["headers"]
        for media_type, content in response.get("content", {}).items():
            if not media_type.endswith(("/json", "problem+json")) and "text" not in media_type:
                continue
            shown = [content.get("example"), *map(resolved, content.get("examples", {}).values())]
            assert any(shown), (status, media_type)
        failure = not status.isdecimal() or int(status) >= 400
        below = operation["operationId"].startswith("oip_")
        problem = "application/json" if below else "application/problem+json"
        assert failure == (problem in response.get("content", {})) or below, status
        if status in ("409", "503"):
            assert "Retry-After" in response["headers"]
        if status == "401":
            assert "WWW-Authenticate" in response["headers"]


def test_every_property_is_described() -> None:
    def properties(where: str, part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(part, dict):
            for name, value in part.get("properties", {}).items():
                if isinstance(value, dict):
                    yield f"{where}.{name}", value
            for key, value in part.items():
                if key not in ("example", "examples"):
                    yield from properties(f"{where}/{key}", value)
        elif isinstance(part, list):
            for value in part:
                yield from properties(where, value)

    found = dict(properties("", DESCRIPTION))
    assert len(found) > 100
    assert [where for where, value in found.items() if not value.get("description")] == []
    schemas = DESCRIPTION["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_no_reference_leads_nowhere() -> None:
    def references(part: Any) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict):
            if "$ref" in part:
                yield part
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    for reference in references(DESCRIPTION):
        assert resolved(reference)


def test_keys_are_described_where_they_are_wanted() -> None:
    settings = Settings(models=Path("nowhere"), device="cpu", api_keys=("key",))
    schemes = create_app(settings).openapi()["components"]["securitySchemes"]
    (scheme,) = schemes.values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "DENSIGHT_API_KEYS" in scheme["description"]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is answered today."""
    folder = tmp_path_factory.mktemp("recorded")
    return {**answers(folder / "answers"), "problems": problems(folder)}


def test_the_examples_are_true(recorded: dict[str, Any]) -> None:
    kept = {file.stem: json.loads(file.read_text()) for file in EXAMPLES.glob("*.json")}
    assert kept.keys() == recorded.keys()
    for name, told in recorded.items():
        varying = any(part in name for part in VARYING)
        assert alike(kept[name], told, varying=varying), f"{name}: run make openapi"


def test_every_member_of_a_problem_is_described() -> None:
    for name, document in problems_of_openapi().items():
        assert document.keys() <= Problem.model_fields.keys(), name
        assert Problem.model_validate(document, strict=True)
        assert document["type"] == f"urn:densight:problem:{name}"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (0.98, 0.981, True),
        (0.98, 0.88, False),
        (True, 1, True),
        ("a", "b", False),
        ({"a": 1}, {"b": 1}, False),
        ([1], [1, 2], False),
        ({"at": "2026-11-28T09:30:00.12Z"}, {"at": "2026-11-28T09:31:00Z"}, True),
        ("no answer within 0.095 s", "no answer within 0.098 s", True),
        ({"seconds": 0.1}, {"seconds": 0.089}, True),
        ("0" * 32, "f" * 32, True),
        (None, 0, False),
    ],
)
def test_what_counts_as_true(one: Any, other: Any, same: bool) -> None:
    assert alike(one, other) is same
