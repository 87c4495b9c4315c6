"""Tracing: every answer carries its request's id, its model and its times."""

import re

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Make, png, serving

RAW = {"content-type": "image/png"}


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
