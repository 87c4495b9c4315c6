"""API keys: without one nothing of /v1 answers, health does."""

import httpx

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


def test_no_keys_no_questions(client: httpx.Client) -> None:
    assert client.get("/v1/models").status_code == 200
