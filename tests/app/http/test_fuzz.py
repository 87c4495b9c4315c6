"""Every route of the OpenAPI description under what nobody would send, from schemathesis.

The cases are the same in every run: each parameter at and beyond its bounds, other methods, wrong
keys, and some at random.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import Case, HookContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app.card import Fit
from app.main import create_app
from app.settings import Settings
from tests import tiny
from tests.conftest import png, serving

DESCRIPTION = create_app(Settings(models=Path("nowhere"), device="cpu")).openapi()
UNKNOWN_HEADER = "x-schemathesis-unknown-property"
KEYED = {"authorization": "Bearer key"}
JOBS: list[str] = []
"""Ids of jobs that there are, or were until a case removed them."""
PEOPLE = ("background", "coat", "hat")
MODELS: dict[str, Callable[[Path], Path]] = {
    "classification": tiny.colors,
    "detection": tiny.dots,
    "edges": partial(tiny.light, name="borders", output="edges"),
    "flow": tiny.shades,
    "normals": tiny.directions,
    "parts": partial(tiny.strongest, name="people", task="parts", labels=PEOPLE),
    "saliency": tiny.light,
    "scene": partial(tiny.several, fit=Fit(longest=64)),
    "segmentation": tiny.strongest,
    "semantic-boundaries": tiny.channels,
    "style": tiny.painter,
    "super-resolution": tiny.doubler,
}
EXAMPLES = {
    "classification": "colors",
    "detection": "dots",
    "edges": "borders",
    "flow": "shades",
    "normals": "directions",
    "parts": "people",
    "saliency": "light@1",
    "scene": "several",
    "segmentation": "strongest",
    "semantic-boundaries": "channels",
    "style": "painter",
    "super-resolution": "doubler",
}
SERVED = (*EXAMPLES.values(), "plain", "broken")
ODD = ("..", "../../etc/passwd", "/etc/passwd", "colors.onnx", "colors\0", "colors@", "x" * 500)
NEGATIVE = {"inputs": [{"name": "x", "shape": [2], "datatype": "FP32", "data": [1, -2]}]}
"""What the model `plain` takes."""


def named() -> dict[str, Any]:
    """The description, with models that are served, and what one takes, as its examples."""
    description = deepcopy(DESCRIPTION)
    for path, operations in description["paths"].items():
        for operation in operations.values():
            task = path.rpartition("/")[2]
            examples = {
                "name": "spare" if task == "unload" else "plain",
                "version": "1",
                "model": EXAMPLES.get(task),
            }
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in examples:
                    parameter["schema"]["examples"] = [examples[parameter["name"]]]
            if task == "infer":
                operation["requestBody"]["content"]["application/json"]["example"] = NEGATIVE
    return description


SCHEMA = schemathesis.openapi.from_dict(named())

PICTURES = st.sampled_from([png(), png((1, 2, 3, 4)), png()[:-20], b"GIF89a"]) | st.binary()
for _media_type in ("image/*", "application/octet-stream", "application/dicom"):
    schemathesis.openapi.media_type(_media_type, PICTURES)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of every task listens that wants a key."""
    folder = tmp_path_factory.mktemp("models")
    for make in MODELS.values():
        make(folder)
    tiny.colors(folder, name="spare")
    tiny.without_card(folder / "plain.onnx")
    (folder / "broken.onnx").write_bytes(b"no model")
    data = tmp_path_factory.mktemp("jobs")
    app = create_app(Settings(models=folder, device="cpu", api_keys=("key",), data=data))
    with serving(app) as client:
        headers = {**KEYED, "prefer": "respond-async", "content-type": "image/png"}
        for picture in (png(), b"no picture") * 10:
            answer = client.post("/v1/super-resolution", content=picture, headers=headers)
            JOBS.append(answer.json()["id"])
        yield str(client.base_url)


@SCHEMA.hook
def before_generate_path_parameters(
    context: HookContext, strategy: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """Names at random are nobody's, so some are those of models, and some of what is no model."""
    assert context.operation is not None
    unloads = context.operation.path.endswith("/unload")
    usual, others = ("spare", ODD) if unloads else ("plain", SERVED + ODD)
    known = {
        "name": st.just(usual) | st.sampled_from(others),
        "version": st.just("1"),
        # The server makes them after this is called.
        "id": st.integers(0, 19).map(JOBS.__getitem__),
    }

    def some(given: Any) -> st.SearchStrategy[Any]:
        if not isinstance(given, dict):
            return st.just(given)
        return st.fixed_dictionaries({key: st.just(given[key]) | known[key] for key in given})

    return strategy.flatmap(some)


@SCHEMA.hook
def before_generate_query(
    context: HookContext, strategy: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """Where a model is named, it often is the default or another one."""
    models = st.none() | st.sampled_from(SERVED + ODD)

    def some(given: Any) -> st.SearchStrategy[Any]:
        if not isinstance(given, dict) or "model" not in given:
            return st.just(given)
        others = {key: value for key, value in given.items() if key != "model"}
        chosen = models.map(lambda name: others if name is None else {**others, "model": name})
        return st.just(given) | chosen

    return strategy.flatmap(some)


@SCHEMA.parametrize()
@settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case: Case, address: str) -> None:
    answer = case.call(base_url=address, headers=dict(KEYED))
    document = case.operation.definition.raw["responses"]
    other_method = answer.status_code == 405 and case.method != case.operation.method.upper()
    assert other_method or str(answer.status_code) in document, answer.text
    if answer.status_code >= 400:
        _check_failure(case.operation.path, answer)
    # A 503 that is documented is none; and not every binary string is a picture.
    excluded = [not_a_server_error, positive_data_acceptance]
    if UNKNOWN_HEADER in case.headers:
        excluded.append(negative_data_rejection)  # headers that nobody knows are ignored (RFC 9110)
    case.validate_response(answer, headers=dict(KEYED), excluded_checks=excluded)


def _check_failure(path: str, answer: schemathesis.Response) -> None:
    body = answer.json()
    (media_type,) = answer.headers["content-type"]
    if path.startswith("/v2"):
        assert media_type == "application/json"
        assert list(body) == ["error"]
        assert body["error"]
    else:
        assert media_type == "application/problem+json"
        assert body["status"] == answer.status_code
        assert body["type"].startswith("urn:densight:problem:")
        assert body["detail"]
