"""Tracing: every answer carries its request's id, its model and its times."""

import json
import logging
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.logs import JsonFormatter
from tests.conftest import Make, png, serving

RAW = {"content-type": "image/png"}
LINE = "app.http.tracing"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_headers_of_an_answer(client: httpx.Client) -> None:
    answer = client.post("/v1/classification", content=png(), headers=RAW)
    assert answer.headers["x-model"] == "colors@1"
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    number = r"\d+\.\d\d"
    assert re.fullmatch(
        f"decode;dur={number}, queue;dur={number}, infer;dur={number}, encode;dur={number}",
        answer.headers["server-timing"],
    )


def test_headers_of_a_refusal(client: httpx.Client) -> None:
    answer = client.post("/v1/classification", content=b"?", headers=RAW)
    assert answer.status_code == 415
    assert answer.headers["x-model"] == "colors@1"
    assert "decode;dur=" in answer.headers["server-timing"]


@pytest.mark.parametrize(("given", "kept"), [("mine-1", True), ("a b", False), ("x" * 200, False)])
def test_a_clients_own_id(client: httpx.Client, given: str, kept: bool) -> None:
    answer = client.get("/livez", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept


def test_an_unforeseen_failure_is_a_problem_without_inner_details(make_app: Make) -> None:
    app: FastAPI = make_app()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    with serving(app) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    assert "secret" not in answer.text


def lines(caplog: pytest.LogCaptureFixture) -> list[Any]:
    """What the middleware has logged; clients and other tests log, too."""
    return [record for record in caplog.records if record.name == LINE]


def test_a_request_is_a_line_of_the_log(make_app: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LINE)
    given = {"x-request-id": "mine-1", "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    with serving(make_app()) as client:
        client.post("/v1/classification", content=png(), headers=RAW | given)
        client.post("/v1/classification", content=b"?", headers=RAW)
    asked = [record for record in lines(caplog) if record.task]
    answered, refused = (json.loads(JsonFormatter().format(record)) for record in asked)
    assert re.fullmatch(r"POST /v1/classification 200 \d+ ms mine-1", answered.pop("message"))
    assert 0 < answered.pop("milliseconds") < 60_000
    assert answered.pop("time")
    assert answered == {
        "level": "INFO",
        "logger": LINE,
        "method": "POST",
        "path": "/v1/classification",
        "status": 200,
        "trace_id": TRACE,
        "request_id": "mine-1",
        "task": "classification",
        "model": "colors@1",
    }
    assert (refused["status"], refused["problem"]) == (415, "unknown-format")
    assert "trace_id" not in refused


def test_an_unforeseen_failure_names_its_request(
    make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app: FastAPI = make_app()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    with serving(app) as client:
        client.get("/broken", headers={"x-request-id": "mine-1"})
    (record,) = [record for record in lines(caplog) if record.levelno == logging.ERROR]
    line = json.loads(JsonFormatter().format(record))
    assert line["request_id"] == "mine-1"
    assert line["exception"].endswith("RuntimeError: secret")


def test_a_path_can_not_begin_a_line_of_its_own(
    make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LINE)
    with serving(make_app()) as client:
        client.get("/v1/models/colors@1%0Anobody")
    (line,) = [one.getMessage() for one in lines(caplog) if "nobody" in one.getMessage()]
    assert line.startswith("GET /v1/models/colors@1%0Anobody 404 ")
