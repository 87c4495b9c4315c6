"""API keys: without one nothing of /v1 answers, health does."""

import json

import httpx
from fastapi import FastAPI
from typer.testing import CliRunner

from app.cli import cli
from tests.conftest import Make, png, serving


def test_keys(make_app: Make) -> None:
    with serving(make_app(api_keys=("first", "second"))) as client:
        refused = client.get("/v1/models")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["type"] == "urn:densight:problem:unauthorized"
        for key, status in [("first", 200), ("second", 200), ("third", 401), ("", 401)]:
            headers = {"authorization": f"Bearer {key}".strip(), "content-type": "image/png"}
            answer = client.post("/v1/classification", content=png(), headers=headers)
            assert answer.status_code == status
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 200


def test_a_key_whose_hash_alone_is_in_the_settings(make_app: Make) -> None:
    made, setting = CliRunner().invoke(cli, ["key"]).output.splitlines()
    key = made.removeprefix("key: ")
    (hashed,) = json.loads(setting.removeprefix("DENSIGHT_API_KEYS=").strip("'"))
    assert key not in hashed
    with serving(make_app(api_keys=(hashed,))) as client:
        for given, status in [(key, 200), (hashed, 401), ("Schlüssel", 401)]:
            headers = {"authorization": f"Bearer {given}".encode()}
            assert client.get("/v1/models", headers=headers).status_code == status


def test_no_keys_no_questions(client: httpx.Client) -> None:
    assert client.get("/v1/models").status_code == 200


def test_the_open_inference_protocol_wants_a_key_but_for_health(make_app: Make) -> None:
    with serving(make_app(api_keys=("first",))) as client:
        assert client.get("/v2").status_code == 401
        assert client.post("/v2/repository/index").status_code == 401
        assert client.get("/v2", headers={"authorization": "Bearer first"}).status_code == 200
        assert client.get("/v2/health/ready").status_code == 200


def test_the_description_asks_for_a_key_where_one_is_wanted(make_app: Make) -> None:
    def wants(app: FastAPI) -> set[str]:
        paths = app.openapi()["paths"]
        return {path for path, item in paths.items() if any("security" in o for o in item.values())}

    keyed, free = make_app(api_keys=("first",)), make_app()
    everything = set(keyed.openapi()["paths"])
    assert wants(keyed) == {
        path for path in everything if path.startswith(("/v1", "/v2")) and "health" not in path
    }
    assert wants(free) == set()
