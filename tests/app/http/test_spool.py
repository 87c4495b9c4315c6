"""Answers in files: sent whole or not at all, and nothing is left of them."""

import errno
import io
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from app.errors import DeadlineExceeded, NoRoom, OutOfMemory
from app.http import spool
from app.http.spool import response, spooled
from app.runtime.work_item import Ticket
from app.tasks import super_resolution
from app.tasks.super_resolution import TASK
from tests.conftest import Make, file, noise, serving

URL = "/v1/super-resolution"
RAW = {"content-type": "image/png"}

Files = list[Any]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """The files of the answers, which go to the disk from a thousand bytes on."""
    made: Files = []
    create = spool.tempfile.SpooledTemporaryFile

    def noted(size: int) -> object:
        made.append(create(size))
        return made[-1]

    monkeypatch.setattr(spool, "IN_MEMORY", 1000)
    monkeypatch.setattr(spool.tempfile, "SpooledTemporaryFile", noted)
    monkeypatch.setattr(super_resolution, "LARGE", 0)
    return made


@pytest.fixture
def client(make_app: Make, files: Files) -> Iterator[httpx.Client]:
    with serving(make_app(tile_pixels=400)) as client:
        yield client


def ask(client: httpx.Client, side: int, **params: str) -> httpx.Response:
    return client.post(
        URL, params=params, content=file(Image.fromarray(noise(side, side))), headers=RAW
    )


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do; in a minute it should have."""
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up


@pytest.mark.parametrize(("side", "on_disk"), [(2, False), (90, True)])
@pytest.mark.parametrize("format", ["png", "tiff", "jpeg"])
def test_an_answer_is_sent_whole(
    client: httpx.Client, files: Files, side: int, on_disk: bool, format: str
) -> None:
    answer = ask(client, side, format=format)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == f"image/{format}"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert (len(answer.content) > 1000) is on_disk or format == "tiff"
    with Image.open(io.BytesIO(answer.content)) as image:
        wanted = noise(side, side).repeat(2, axis=0).repeat(2, axis=1)
        assert image.size == (2 * side, 2 * side)
        assert format == "jpeg" or np.array_equal(np.asarray(image), wanted)
    for stage in ("decode", "queue", "infer", "encode"):
        assert f"{stage};dur=" in answer.headers["server-timing"]
    until(lambda: files[0].closed)


def test_a_failure_while_it_is_written_is_a_problem(
    client: httpx.Client, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [20]

    def check(ticket: Ticket) -> None:
        left[0] -= 1
        if not left[0]:
            raise DeadlineExceeded("too late")

    monkeypatch.setattr(Ticket, "check", check)
    answer = ask(client, 150)
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-tiles"] == "exact"
    assert files[0].closed
    assert left[0] == 0  # nothing was asked afterwards


def test_a_full_disk_is_no_room(
    client: httpx.Client, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TASK, "write", write)
    answer = ask(client, 9)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:densight:problem:no-room"
    assert answer.headers["retry-after"] == "60"
    assert files[0].closed


@pytest.mark.parametrize("error", [MemoryError(), OutOfMemory("too short", retry_after=1)])
def test_too_little_memory_is_a_problem(
    client: httpx.Client, files: Files, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def write(*_: object) -> None:
        raise error

    monkeypatch.setattr(TASK, "write", write)
    answer = ask(client, 9)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:densight:problem:out-of-memory"
    assert answer.headers["retry-after"] == "1"
    assert files[0].closed


def test_a_client_that_leaves_while_it_is_sent(client: httpx.Client, files: Files) -> None:
    data = file(Image.fromarray(noise(1500, 1500)))  # more than sockets hold
    head = (
        f"POST {URL}?format=png HTTP/1.1\r\nHost: densight\r\nContent-Type: image/png\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        connection.sendall(head.encode() + data)
        assert connection.recv(12) == b"HTTP/1.1 200"
    until(lambda: files[0].closed)


def test_an_answer_that_is_never_sent(files: Files) -> None:
    with spooled() as answer:
        answer.write(bytes(2000))
    made = response(answer, "image/png")
    assert not files[0].closed
    del made
    assert files[0].closed


def test_other_failures_of_files_are_ours(files: Files) -> None:
    with pytest.raises(OSError, match="broken"), spooled():
        raise OSError(errno.EIO, "broken")
    with pytest.raises(NoRoom), spooled():
        raise OSError(errno.ENOSPC, "full")
    assert all(answer.closed for answer in files)


def test_nothing_is_left_in_the_folder(
    client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(spool.tempfile, "tempdir", str(folder))
    assert ask(client, 90).status_code == 200
    assert list(folder.iterdir()) == []
