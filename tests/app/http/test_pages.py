"""Pages: what they load is what their policy admits, and answers that are no pages stay lean."""

import base64
import hashlib
import re

import httpx
import pytest

from app.http.pages import HEADERS
from tests.conftest import png

POLICY = "content-security-policy"


def directives(answer: httpx.Response) -> dict[str, set[str]]:
    """Of its Content-Security-Policy: name -> sources."""
    parts = [part.split() for part in answer.headers[POLICY].split(";")]
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize("path", ["/docs", "/docs/oauth2-redirect"])
def test_a_page_runs_its_own_scripts_and_no_others(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    admitted = directives(page)
    (inline,) = re.findall("<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert admitted["script-src"] == {"'self'", f"'sha256-{digest}'"}
    assert admitted["default-src"] == admitted["frame-ancestors"] == {"'none'"}
    assert "unsafe" not in page.headers[POLICY]
    for name, value in HEADERS.items():
        assert page.headers[name] == value


def test_the_documentation_loads_from_here_only(client: httpx.Client) -> None:
    page = client.get("/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 3
    assert "/static-offline-docs/swagger-ui-bundle.js" in loaded
    for path in loaded:
        assert client.get(path).status_code == 200
    # Its style sheet draws symbols that are part of it, and nothing else.
    style = client.get("/static-offline-docs/swagger-ui.css").text
    assert {url[:10] for url in re.findall(r"url\(\"?([^)]+)", style)} == {"data:image"}


def test_answers_that_are_no_pages(client: httpx.Client) -> None:
    raw = {"content-type": "image/png"}
    answers = [
        client.get("/livez"),
        client.get("/nowhere"),
        client.get("/openapi.json"),
        client.get("/static-offline-docs/swagger-ui.css"),
        client.post("/v1/super-resolution", content=png(), headers=raw),
    ]
    for answer in answers:
        assert not {POLICY, *map(str.lower, HEADERS)} & set(answer.headers)
        assert answer.headers["x-content-type-options"] == "nosniff"
