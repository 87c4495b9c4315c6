"""A client of jobs, as tests need it: asks for one, and waits for its end by its events."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

ENLARGE = "/v1/super-resolution"


def ask(client: httpx.Client, data: bytes, path: str = ENLARGE, **headers: str) -> httpx.Response:
    """Post a picture to be answered later."""
    given = {"content-type": "image/png", "prefer": "respond-async"}
    further = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, content=data, headers={**given, **further})


def asked(client: httpx.Client, data: bytes, path: str = ENLARGE, **headers: str) -> dict[str, Any]:
    """The job that was accepted."""
    answer = ask(client, data, path, **headers)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def events(client: httpx.Client, job: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kind and the data of each event, to the end of the stream."""
    with client.stream("GET", job["links"]["events"]) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        kind = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)


def finished(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """The job at its end."""
    told = [data for kind, data in events(client, job) if kind == "state"]
    return told[-1]


def result(client: httpx.Client, job: dict[str, Any]) -> httpx.Response:
    """The answer to it, after its end."""
    finished(client, job)
    return client.get(job["links"]["result"])
