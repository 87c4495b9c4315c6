"""Clients that say how long they wait, that send slowly, and that leave."""

import socket
import threading

import httpx
import pytest

from app.tasks import TASKS
from tests.conftest import Make, held, png, serving

RAW = {"content-type": "image/png"}
CLASSIFY = "/v1/classification"


def test_a_deadline_of_the_client(client: httpx.Client) -> None:
    given = RAW | {"X-Deadline-Ms": "60000"}
    assert client.post(CLASSIFY, content=png(), headers=given).status_code == 200


@pytest.mark.parametrize("text", ["0", "-5", "soon", "1.5", "²", ""])
def test_a_deadline_that_is_none(client: httpx.Client, text: str) -> None:
    given = {**RAW, "X-Deadline-Ms": text.encode()}
    answer = client.post(CLASSIFY, content=png(), headers=given)
    assert answer.status_code == 400
    assert "X-Deadline-Ms" in answer.json()["detail"]


def test_no_deadline_is_longer_than_the_settings(make_app: Make) -> None:
    with serving(make_app(deadline=0.05)) as client, held(TASKS["classification"]):
        given = RAW | {"X-Deadline-Ms": "99999999999999999999"}
        answer = client.post(CLASSIFY, content=png(), headers=given)
    assert answer.status_code == 504
    assert answer.json()["seconds"] == pytest.approx(0.05, abs=0.05)


def test_a_body_that_stalls(make_app: Make) -> None:
    head = (
        b"POST /v1/classification HTTP/1.1\r\nHost: here\r\nContent-Type: image/png\r\n"
        b"Content-Length: 1000\r\nX-Deadline-Ms: 50\r\n\r\nhalf a picture"
    )
    with serving(make_app()) as client:
        address = (client.base_url.host, client.base_url.port)
        with socket.create_connection(address) as connection:
            connection.sendall(head)
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 504 ")
    assert b"the picture did not come" in answer


def wait_in_vain(client: httpx.Client) -> None:
    """Ask and leave; the place of a client before may take a moment to be free."""
    for _ in range(1000):
        answer = client.post(CLASSIFY, content=png(), headers=RAW, timeout=0.2)
        assert answer.status_code == 503


def test_a_client_that_leaves_frees_its_place(make_app: Make) -> None:
    with serving(make_app(workers=1, queue=1)) as client:
        first = threading.Thread(
            target=client.post, args=[CLASSIFY], kwargs={"content": png(), "headers": RAW}
        )
        with held(TASKS["classification"]) as begun:
            first.start()
            begun.wait()
            for _ in range(3):
                with pytest.raises(httpx.ReadTimeout):
                    wait_in_vain(client)
        first.join()
        assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 200


def test_a_full_queue_refuses_before_the_body_comes(make_app: Make) -> None:
    head = (
        b"POST /v1/classification HTTP/1.1\r\nHost: here\r\nContent-Type: image/png\r\n"
        b"Content-Length: 1000\r\n\r\n"
    )
    with serving(make_app(workers=1, queue=0)) as client:
        first = threading.Thread(
            target=client.post, args=[CLASSIFY], kwargs={"content": png(), "headers": RAW}
        )
        address = (client.base_url.host, client.base_url.port)
        with held(TASKS["classification"]) as begun:
            first.start()
            begun.wait()
            with socket.create_connection(address) as connection:
                connection.sendall(head)
                answer = connection.recv(4096)
        first.join()
    assert answer.startswith(b"HTTP/1.1 503 ")
