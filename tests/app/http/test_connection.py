"""Clients that open a connection and ask nothing, ask without end, or take no answer."""

import resource
import sys
from collections.abc import Iterator

import httpx
import pytest

from app.http import connection
from tests.conftest import Make, png, serving
from tests.raw import head, opened, rest

PATH = "/v1/classification"
HEAD = b"POST /v1/classification HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture
def impatient(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client of a server that waits for a head a moment only."""
    with serving(make_app()) as client:
        monkeypatch.setattr(connection, "HEAD_SECONDS", 0.1)
        yield client


@pytest.mark.parametrize("said", [b"", b"GET", HEAD, HEAD + b"X-Long: " + 1000 * b"x"])
def test_a_head_that_does_not_end_in_time(impatient: httpx.Client, said: bytes) -> None:
    with opened(impatient) as made:
        made.sendall(said)
        assert rest(made) == b""


def test_a_second_request_that_does_not_come(impatient: httpx.Client) -> None:
    with opened(impatient) as made:
        made.sendall(b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\nGET /livez HTTP/1.1\r\n")
        assert rest(made).count(b"HTTP/1.1 200 OK") == 1


def test_a_body_that_nobody_waits_for_any_more(impatient: httpx.Client) -> None:
    with opened(impatient) as made:
        made.sendall(head(PATH, 1000, X_Deadline_Ms="20") + b"half a picture")
        assert rest(made).startswith(b"HTTP/1.1 504 ")


def test_a_body_may_take_longer_than_a_head(impatient: httpx.Client) -> None:
    with opened(impatient) as other, opened(impatient) as made:
        made.sendall(head(PATH, len(png())))
        other.sendall(b"GET")
        assert rest(other) == b""  # its time, which is that of a head, is over
        made.sendall(png())
        assert rest(made).startswith(b"HTTP/1.1 200 ")


def test_requests_one_after_the_other_and_all_at_once(impatient: httpx.Client) -> None:
    ask = head(PATH, len(png())).replace(b"Connection: close\r\n", b"") + png()
    with opened(impatient) as made:
        made.sendall(3 * ask)
        assert rest(made).count(b"HTTP/1.1 200 OK") == 3


def test_a_head_without_end(client: httpx.Client) -> None:
    with opened(client) as made:
        try:
            for _ in range(1000):
                made.sendall(b"GET / HTTP/1.1\r\nX-Long: " + 2**16 * b"x")
        except (BrokenPipeError, ConnectionResetError):
            return  # long before the 64 MB are sent
        assert rest(made).startswith(b"HTTP/1.1 400 ")


def test_a_head_that_is_long_enough(client: httpx.Client) -> None:
    given = {"X-Long": "x" * (connection.HEAD_BYTES // 2)}
    assert client.get("/livez", headers=given).status_code == 200


def test_more_connections_than_there_is_room_for(client: httpx.Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "most_connections", lambda: 0)
        with opened(client) as one_too_many:
            assert rest(one_too_many).startswith(b"HTTP/1.1 503 ")
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize(("may_open", "most"), [(1024, 768), (resource.RLIM_INFINITY, sys.maxsize)])
def test_some_files_are_left_for_other_things(
    may_open: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (may_open, may_open))
    assert connection.most_connections() == most
