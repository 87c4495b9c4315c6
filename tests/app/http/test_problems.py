"""Problem documents: every error has a status and tells how to mend the request."""

import httpx
import pytest

from app import errors
from app.http.problems import STATUS, kind_of


def leaves(root: type[errors.DensightError]) -> set[type[errors.DensightError]]:
    """The errors that are raised: those without subclasses."""
    below = root.__subclasses__()
    return set().union(*(leaves(error) for error in below)) if below else {root}


def test_every_error_has_a_status() -> None:
    missing = leaves(errors.DensightError) - set(STATUS)
    assert not missing


def test_every_error_stands_in_the_tree() -> None:
    assert errors.__doc__ is not None
    for error in leaves(errors.DensightError):
        assert error.__name__ in errors.__doc__


def test_kinds_are_dashed() -> None:
    assert kind_of(errors.QueueFull("full")) == "queue-full"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/v1/classification", 405),
        ("POST", "/v1/classification?top_k=0", 422),
        ("POST", "/v1/classification?colour=1", 422),
        ("POST", "/v1/super-resolution?format=bmp", 422),
        ("POST", "/v1/classification?model=nobody", 404),
        ("GET", "/v1/models/nobody", 404),
        ("POST", "/v1/classification", 415),
    ],
)
def test_refusals_are_problem_documents(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:densight:problem:")
    assert document["title"]
    assert document["detail"]


def test_a_bad_parameter_is_named(client: httpx.Client) -> None:
    document = client.post("/v1/classification?top_k=0").json()
    assert document["parameters"][0]["parameter"] == "top_k"


def test_a_missing_model_names_the_others(client: httpx.Client) -> None:
    document = client.post("/v1/classification?model=nobody").json()
    assert document["models"] == ["colors@1", "doubler@1"]
