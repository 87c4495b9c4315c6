"""All requests together take no more memory than the settings say."""

import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
from fastapi import FastAPI

from app.tasks.classification import TASK as CLASSIFICATION
from tests.conftest import Make, held, png, serving

CLASSIFY = "/v1/classification"
ENLARGE = "/v1/super-resolution"
RAW = {"content-type": "image/png"}
ROOM = 1000


def half_a_body(client: httpx.Client, length: str) -> socket.socket:
    """A connection of a client that has sent the head and a few bytes of its body."""
    connection = socket.create_connection((client.base_url.host, client.base_url.port))
    head = f"POST {CLASSIFY} HTTP/1.1\r\nHost: here\r\nContent-Type: image/png\r\n{length}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def until_held(app: FastAPI, size: int) -> None:
    """Wait until the server has come to the heads that were sent, or to connections that closed."""
    while app.state.service.bytes.held != size:
        pass


def test_bodies_that_leave_no_room(make_app: Make) -> None:
    picture = len(png())
    app = make_app(max_bytes=ROOM, max_bytes_at_once=ROOM + picture)
    with serving(app) as client:
        with half_a_body(client, f"Content-Length: {ROOM}"):
            until_held(app, ROOM)
            assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 200
            until_held(app, ROOM)
            with half_a_body(client, f"Content-Length: {picture}"):
                until_held(app, ROOM + picture)
                refused = client.post(CLASSIFY, content=png(), headers=RAW)
                assert refused.status_code == 503
                assert refused.headers["retry-after"] == "1"
                assert refused.json()["type"] == "urn:densight:problem:no-room"
                assert refused.json()["limit"] == ROOM + picture
        until_held(app, 0)
        assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 200


def test_a_body_that_does_not_say_its_size_counts_as_the_largest(make_app: Make) -> None:
    app = make_app(max_bytes=ROOM, max_bytes_at_once=ROOM)
    with serving(app) as client, half_a_body(client, "Transfer-Encoding: chunked"):
        until_held(app, ROOM)
        assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 503


def test_a_body_that_is_too_large_is_told_so(make_app: Make) -> None:
    with serving(make_app(max_bytes=ROOM, max_bytes_at_once=ROOM)) as client:
        answer = client.post(CLASSIFY, content=bytes(ROOM + 1), headers=RAW)
        assert answer.status_code == 413


def test_pictures_that_leave_no_room(make_app: Make) -> None:
    app = make_app(max_pixels=100, max_pixels_at_once=100, workers=2)
    with serving(app) as client, ThreadPoolExecutor(1) as other:
        with held(CLASSIFICATION) as begun:
            answer = other.submit(client.post, CLASSIFY, content=png(size=(9, 9)), headers=RAW)
            begun.wait()
            refused = client.post(CLASSIFY, content=png(size=(5, 4)), headers=RAW)
            assert refused.status_code == 503
            assert refused.json()["detail"] == "other requests leave no room for 20 pixels"
            assert refused.headers["retry-after"] == "1"
        assert answer.result().status_code == 200
        assert app.state.service.pixels.held == 0
        assert client.post(CLASSIFY, content=png(size=(5, 4)), headers=RAW).status_code == 200


def test_pixels_are_counted_as_they_will_be_made(make_app: Make) -> None:
    app = make_app(max_pixels=100, max_pixels_made=100, max_pixels_at_once=100, workers=2)
    with serving(app) as client, ThreadPoolExecutor(1) as other:
        with held(CLASSIFICATION) as begun:
            answer = other.submit(client.post, CLASSIFY, content=png(size=(5, 5)), headers=RAW)
            begun.wait()
            assert client.post(ENLARGE, content=png(size=(4, 4)), headers=RAW).status_code == 200
            assert client.post(ENLARGE, content=png(size=(5, 5)), headers=RAW).status_code == 503
        assert answer.result().status_code == 200
        assert client.post(ENLARGE, content=png(size=(5, 5)), headers=RAW).status_code == 200
        assert client.post(ENLARGE, content=png(size=(6, 5)), headers=RAW).status_code == 413
