"""Pages of other origins: refused by silence, but for those that the settings name."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from app.http.cors import ANSWER_HEADERS, REQUEST_HEADERS
from tests.conftest import Make, png, serving

OURS, THEIRS = "https://app.example.org", "https://evil.example.org"
CLASSIFY = "/v1/classification"
RAW = {"content-type": "image/png"}


@pytest.fixture
def open_to_ours(make_app: Make) -> Iterator[httpx.Client]:
    """A server that one origin may ask, with a key."""
    with serving(make_app(cors_origins=(OURS,), api_keys=("key",))) as client:
        yield client


def preflight(
    client: httpx.Client, origin: str, *, method: str = "POST", headers: str = "authorization"
) -> httpx.Response:
    """What a browser asks before a script's request, as the Fetch standard has it."""
    given = {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": headers,
    }
    return client.options(CLASSIFY, headers=given)


def allowed(answer: httpx.Response) -> dict[str, str]:
    """What it says of origins."""
    return {name: value for name, value in answer.headers.items() if "access-control" in name}


def test_off_by_default(client: httpx.Client) -> None:
    assert preflight(client, OURS).status_code == 405
    answer = client.post(CLASSIFY, content=png(), headers={**RAW, "origin": OURS})
    assert answer.status_code == 200
    assert not allowed(answer) | allowed(preflight(client, OURS))


def test_a_preflight(open_to_ours: httpx.Client) -> None:
    answer = preflight(open_to_ours, OURS, headers=", ".join(REQUEST_HEADERS).lower())
    assert answer.status_code == 200
    told = allowed(answer)
    assert told["access-control-allow-origin"] == OURS
    assert told["access-control-allow-methods"] == "GET, POST, DELETE"
    assert set(REQUEST_HEADERS) <= set(told["access-control-allow-headers"].split(", "))
    assert "access-control-allow-credentials" not in told


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        (THEIRS, "POST", "authorization"),
        (OURS + ".evil.org", "POST", "authorization"),
        ("null", "POST", "authorization"),
        (OURS, "PUT", "authorization"),
        (OURS, "POST", "x-odd"),
    ],
)
def test_a_preflight_that_fails(
    open_to_ours: httpx.Client, origin: str, method: str, headers: str
) -> None:
    answer = preflight(open_to_ours, origin, method=method, headers=headers)
    assert answer.status_code == 400
    assert ("access-control-allow-origin" in answer.headers) is (origin == OURS)


def test_a_script_reads_answers_and_refusals(open_to_ours: httpx.Client) -> None:
    for given, status in [({"authorization": "Bearer key"}, 200), ({}, 401)]:
        headers = {**RAW, **given, "origin": OURS}
        answer = open_to_ours.post(CLASSIFY, content=png(), headers=headers)
        assert answer.status_code == status
        told = allowed(answer)
        assert told["access-control-allow-origin"] == OURS
        assert set(told["access-control-expose-headers"].split(", ")) == set(ANSWER_HEADERS)
    answer = open_to_ours.get("/livez", headers={"origin": THEIRS})
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_a_script_reads_even_an_unforeseen_failure(make_app: Make) -> None:
    app: FastAPI = make_app(cors_origins=("*",))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError

    with serving(app) as client:
        answer = client.get("/broken", headers={"origin": OURS})
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("action", ["load", "unload"])
def test_pages_of_others_change_no_models(client: httpx.Client, action: str, site: str) -> None:
    url = f"/v2/repository/models/colors/{action}"
    refused = client.post(url, headers={"sec-fetch-site": site, "origin": THEIRS})
    assert refused.status_code == 403
    assert refused.json() == {"error": "no page of another origin loads or unloads models here"}
    assert client.get("/v2/models/colors/ready").status_code == 200


@pytest.mark.parametrize(
    ("origins", "headers"),
    [
        ((), {}),
        ((), {"sec-fetch-site": "same-origin", "origin": THEIRS}),
        ((), {"sec-fetch-site": "none"}),
        ((OURS,), {"sec-fetch-site": "cross-site", "origin": OURS}),
        (("*",), {"sec-fetch-site": "cross-site", "origin": THEIRS}),
    ],
)
def test_others_change_models(
    make_app: Make, origins: tuple[str, ...], headers: dict[str, str]
) -> None:
    with serving(make_app(cors_origins=origins)) as client:
        url = "/v2/repository/models/colors/unload"
        assert client.post(url, headers=headers).status_code == 200
        assert client.get("/v2/models/colors/ready").status_code == 503
