"""How a real `densight serve` ends: SIGTERM loses nothing accepted, SIGKILL hinders no start.

The one worker is kept busy by the network that enlarges pictures, which takes its time with each.
"""

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from app.settings import MODELS
from benchmarks.server import started
from tests.raw import head, opened, rest

PATH = "/v1/super-resolution"
PICTURE = (Path(__file__).parent.parent.parent / "examples" / "astronaut-128.png").read_bytes()
ASKED = 4


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """One model, and one thread that works on it."""
    shutil.copy(MODELS / "srdensenet-x4.onnx", tmp_path)
    return {
        "DENSIGHT_MODELS": str(tmp_path),
        "DENSIGHT_DEVICE": "cpu",
        "DENSIGHT_WORKERS": "1",
        "DENSIGHT_THREADS": "1",
        "DENSIGHT_GRACE": "100",
    }


def gauge(client: httpx.Client, name: str) -> float:
    """The sum of a series over all its labels."""
    text = client.get("/metrics").text
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M))


@contextmanager
def queued(client: httpx.Client) -> Iterator[list[socket.socket]]:
    """Clients of which one is being answered, and all others wait."""
    with ExitStack() as stack:
        asking = [stack.enter_context(opened(client)) for _ in range(ASKED)]
        for made in asking:
            made.sendall(head(PATH, len(PICTURE)) + PICTURE)
        while gauge(client, "densight_queue_length") + gauge(client, "densight_running") < ASKED:
            assert gauge(client, "densight_requests_total") == 0
        yield asking


def until_refused(client: httpx.Client) -> None:
    """Connect until nobody listens any more."""
    while True:
        try:
            with opened(client):
                pass
        except ConnectionResetError:  # it was about to be accepted
            pass
        except ConnectionRefusedError:
            return


def test_sigterm_answers_all_that_was_accepted(settings: dict[str, str]) -> None:
    with started(settings) as (process, client), queued(client) as asking:
        process.terminate()
        until_refused(client)
        assert process.poll() is None
        for made in asking:
            answer = rest(made)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert answer.endswith(b"IEND\xaeB`\x82")  # the whole PNG
        assert process.wait() == 0


def test_a_stalled_client_holds_up_the_end_for_the_grace_time_only(
    settings: dict[str, str],
) -> None:
    with (
        started(settings | {"DENSIGHT_GRACE": "1"}) as (process, client),
        opened(client) as in_head,
        opened(client) as in_body,
    ):
        in_head.sendall(b"POST / HTTP/1.1\r\nHost:")
        in_body.sendall(head(PATH, len(PICTURE)) + PICTURE[:100])
        assert client.get("/livez").status_code == 200
        process.terminate()
        assert rest(in_head) == b""
        answer = rest(in_body)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: 1\r\n" in answer.lower()
        assert b"the service is being stopped" in answer
        assert process.wait() == 0


def test_what_was_killed_starts_again_on_its_port(settings: dict[str, str]) -> None:
    with started(settings) as (process, client):
        port = client.base_url.port
        with opened(client) as stalled, queued(client) as asking:
            stalled.sendall(head(PATH, len(PICTURE)) + PICTURE[:100])
            process.kill()
            assert process.wait() < 0
            assert not any(rest(made) for made in asking)
    with started(settings, port) as (process, client):
        answer = client.post(PATH, content=PICTURE, headers={"content-type": "image/png"})
        assert answer.status_code == 200
        process.terminate()
        assert process.wait() == 0
