"""Clients that stall, vanish and send rubbish to a real `densight serve`, and harm nobody else."""

import re
import shutil
import socket
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.settings import MODELS
from benchmarks.server import serving
from tests import tiny
from tests.conftest import png
from tests.raw import head, opened

CLASSIFY, UPSCALE = "/v1/classification", "/v1/super-resolution"
RAW = {"content-type": "application/octet-stream"}
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PICTURE = (EXAMPLES / "astronaut-128.png").read_bytes()
STALLED = 100

HUGE = struct.pack(">4sIIBBBBB", b"IHDR", 60_000, 60_000, 8, 2, 0, 0, 0)
RUBBISH = {
    b"": 400,
    b"no picture": 415,
    PICTURE[:-2000]: 422,
    PICTURE[:12] + HUGE + struct.pack(">I", zlib.crc32(HUGE)) + PICTURE[33:]: 413,
}
"""Bodies, and how they are answered; the last one claims more pixels than allowed."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[httpx.Client]:
    """Tiny colours, and the network that enlarges pictures, with one thread for each."""
    shutil.copy(MODELS / "srdensenet-x4.onnx", tmp_path)
    tiny.colors(tmp_path)
    settings = {"MODELS": str(tmp_path), "DEVICE": "cpu", "WORKERS": "1", "THREADS": "1"}
    with serving({f"DENSIGHT_{name}": value for name, value in settings.items()}) as client:
        yield client


def series(client: httpx.Client, pattern: str) -> float:
    """The sum of the series that a pattern matches."""
    text = client.get("/metrics").text
    return sum(float(value) for value in re.findall(rf"^{pattern} (\S+)$", text, re.M))


def test_stalled_clients_hold_up_nobody(service: httpx.Client) -> None:
    with ExitStack() as stack:
        for number in range(STALLED):
            stalled = stack.enter_context(opened(service))
            whole = head(CLASSIFY, len(PICTURE)) + PICTURE[: len(PICTURE) // 2]
            stalled.sendall(whole if number % 2 else whole[:60])
        for _ in range(10):
            answer = service.post(CLASSIFY, content=png(), headers=RAW)
            assert answer.json()["predictions"][0]["label"] == "red"
            assert service.get("/livez").status_code == 200


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
def test_clients_that_vanish_are_forgotten(service: httpx.Client, reset: bool) -> None:
    with ExitStack() as stack:
        asking = [stack.enter_context(opened(service)) for _ in range(4)]
        for made in asking:
            made.sendall(head(UPSCALE, len(PICTURE)) + PICTURE)
        half = stack.enter_context(opened(service))
        half.sendall(head(UPSCALE, len(PICTURE)) + PICTURE[:1000])
        while not series(service, "densight_running{.*}"):
            pass
        if reset:  # closing a connection that lingers for no second resets it
            for made in (*asking, half):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    while series(service, r'densight_requests_total{.*status="499".*}') < 5:
        assert not series(service, r'densight_requests_total{.*status="(?!499).*}')
    while series(service, "densight_(?:running|queue_length){.*}"):
        pass
    assert service.post(UPSCALE, content=PICTURE, headers=RAW).status_code == 200


def test_rubbish_disturbs_no_other(service: httpx.Client) -> None:
    def upscaled(_: int) -> bytes:
        answer = service.post(UPSCALE, content=PICTURE, headers=RAW)
        assert answer.status_code == 200
        return answer.content

    with ThreadPoolExecutor(4) as clients:
        good = clients.map(upscaled, range(3))
        for path in (UPSCALE, CLASSIFY):
            for body, status in RUBBISH.items():
                assert service.post(path, content=body, headers=RAW).status_code == status
        assert len(set(good)) == 1
