"""What a client calls things: no name leads out of the models folder, into a header or a log."""

import http.client
import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import httpx
import pytest

from tests import tiny
from tests.conftest import Make, png, serving


class Answer(NamedTuple):
    """What came back, as it was on the line."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Line:
    """A client that changes nothing of what it is told to send."""

    def __init__(self, client: httpx.Client) -> None:
        self._address = f"{client.base_url.host}:{client.base_url.port}"

    def ask(self, method: str, path: str, *headers: tuple[str, bytes]) -> Answer:
        connection = http.client.HTTPConnection(self._address)
        connection._validate_path = lambda url: None  # type: ignore[method-assign]
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                # `putheader` refuses the values that are tried here.
                connection._buffer.append(name.encode() + b": " + value)  # type: ignore[attr-defined]
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


@pytest.fixture
def line(make_app: Make, folder: Path) -> Iterator[Line]:
    """A line to a server that has a good model beside its folder."""
    shutil.move(tiny.colors(folder, name="outside"), folder.parent / "outside.onnx")
    with serving(make_app()) as client:
        yield Line(client)


OUTSIDE = [
    "..%2foutside",
    "../outside",
    "%2e%2e/outside",
    "%2e%2e%2foutside.onnx",
    "..%5coutside",
    "..%252foutside",
    "..%c0%afoutside",
    "outside",
    "colors%00",
    "colors.onnx",
    "colors%0a",
    "*",
    "[!x]olors",
    "%ff%fe",
    "a" * 50_000,
]


@pytest.mark.parametrize("name", OUTSIDE, ids=lambda name: name[:20])
def test_no_name_leads_out_of_the_folder(line: Line, name: str, folder: Path) -> None:
    asked = [
        ("GET", f"/v1/models/{name}"),
        ("POST", f"/v1/classification?model={name}"),
        ("GET", f"/v2/models/{name}"),
        ("GET", f"/v2/models/colors/versions/{name}"),
        ("POST", f"/v2/models/{name}/infer"),
        ("POST", f"/v2/repository/models/{name}/load"),
        ("POST", f"/v2/repository/models/{name}/unload"),
    ]
    absolute = quote(str(folder.parent / "outside.onnx"), safe="")
    asked += [(method, path.replace(name, absolute)) for method, path in asked]
    for method, path in asked:
        assert line.ask(method, path).status == 404, path
    models = json.loads(line.ask("GET", "/v1/models").body)["models"]
    assert [model["name"] for model in models] == ["colors", "doubler"]


@pytest.mark.parametrize("path", ["core.py", "..%2fcore.py", "../core.py", "%2fetc%2fpasswd"])
def test_files_beside_those_of_the_pages(line: Line, path: str) -> None:
    assert line.ask("GET", f"/static-offline-docs/{path}").status == 404


@pytest.mark.parametrize(
    "given",
    [
        b"a\r\n Set-Cookie: stolen=1",
        b"a\nSet-Cookie: stolen=1",
        b"a\rSet-Cookie: stolen=1",
        b"a\0b",
        b"a\x0bb",
        b"%0d%0aSet-Cookie: stolen=1",
        "\u010d\u010aSet-Cookie: stolen=1".encode(),
        b'"><script>',
        b"",
    ],
)
def test_a_request_id_brings_nothing_of_its_own(line: Line, given: bytes) -> None:
    answer = line.ask("GET", "/livez", ("X-Request-Id", given))
    assert "set-cookie" not in answer.headers
    if answer.status == 200:
        assert re.fullmatch("[0-9a-f]{32}|a", answer.headers["x-request-id"])
    else:  # the server itself takes it for no HTTP
        assert answer.status == 400


def test_of_two_request_ids_one_comes_back(line: Line) -> None:
    given = ("X-Request-Id", b"first"), ("X-Request-Id", b"second")
    assert line.ask("GET", "/livez", *given).headers.get_all("x-request-id") == ["first"]


def test_no_path_writes_a_line_of_its_own_into_the_log(
    make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "app.http"), serving(make_app()) as client:
        Line(client).ask("GET", "/nowhere%0aGET%20/forged%20200")
    lines = [record.getMessage() for record in caplog.records]
    assert any("forged" in text for text in lines)
    assert not any("\n" in text for text in lines)


def test_a_body_as_long_as_no_number(line: Line) -> None:
    length = ("Content-Length", b"9" * 5000), ("Content-Type", b"image/png")
    assert line.ask("POST", "/v1/classification", *length).status in (400, 413)


def test_the_name_of_an_uploaded_file_means_nothing(client: httpx.Client) -> None:
    for name in ("../../x.png", "/etc/passwd", "x\0.png", "a" * 500):
        answer = client.post("/v1/classification", files={"image": (name, png())})
        assert answer.status_code == 200
