"""When a request is sent again, after how long, and when not."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.client import Client, DeadlinePassed, Unreachable, errors
from app.client.deadline import Deadline
from app.client.retries import LONGEST, backoff, retry_after_of
from app.client.wire import _checked
from tests.app.client.scripted import Heard, Says, scripted
from tests.conftest import png

PROBLEM = "application/problem+json"
LABELS = json.dumps({"model": "m@1", "predictions": []}).encode()
ANSWER = Says(200, LABELS, {"Content-Type": "application/json"})


def busy(kind: str = "queue-full", **headers: str) -> Says:
    """A 503 as the service says it."""
    body = {
        "type": f"urn:densight:problem:{kind}",
        "title": "Busy",
        "status": 503,
        "detail": "come again",
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Says(503, json.dumps(body).encode(), {"Content-Type": PROBLEM, **named})


@contextmanager
def played(*answers: Says, **settings: Any) -> Iterator[tuple[Client, list[Heard]]]:
    """A client of a server that answers so, and the requests that came."""
    with scripted(answers) as script, Client(script.url, **settings) as client:
        yield client, script.heard


def test_it_comes_again_when_the_server_says(pauses: list[float], path: Path) -> None:
    answers = [busy(Retry_After="7"), busy("not-ready", Retry_After="2"), ANSWER]
    with scripted(answers) as script, Client(script.url) as client:
        assert client.classify(path).model == "m@1"
    assert pauses == [7, 2]
    assert [heard.body for heard in script.heard] == [png()] * 3


@pytest.mark.parametrize("given", ["bytes", "file", "pipe"])
def test_every_retry_sends_the_whole_picture(pauses: list[float], path: Path, given: str) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with path.open("rb") as file, scripted([busy(Retry_After="1"), ANSWER]) as script:
        picture = {"bytes": png(), "file": file, "pipe": Pipe(png())}[given]
        with Client(script.url) as client:
            client.classify(picture)
    assert [heard.body for heard in script.heard] == [png()] * 2


def test_a_file_is_sent_from_where_it_stands(path: Path) -> None:
    file = io.BytesIO(b"before" + png())
    file.seek(6)
    with scripted([ANSWER]) as script, Client(script.url) as client:
        client.classify(file)
    assert script.heard[0].body == png()


def test_retry_after_may_be_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=30)
    headers = httpx.Headers({"Retry-After": format_datetime(moment, usegmt=True)})
    assert retry_after_of(headers) == pytest.approx(30, abs=2)
    past = httpx.Headers({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    assert retry_after_of(past) == 0
    for nonsense in ("", "soon", "-1", "1.5", "²"):
        assert retry_after_of(httpx.Headers({"Retry-After": nonsense.encode()})) is None


def test_without_a_word_it_waits_longer_each_time(pauses: list[float], path: Path) -> None:
    proxy = Says(503, b"<html>", {"Content-Type": "text/html"})
    with scripted([proxy] * 4 + [ANSWER]) as script, Client(script.url) as client:
        client.classify(path)
    for tried, seconds in enumerate(pauses):
        assert 0.125 * 2**tried <= seconds <= 0.25 * 2**tried
    assert len(pauses) == 4
    assert backoff(1000) <= LONGEST


def test_it_gives_up_in_the_end(pauses: list[float], path: Path) -> None:
    answers = [busy(Retry_After="1")] * 4
    with (
        played(*answers, retries=3) as (client, _),
        pytest.raises(errors.QueueFull, match="come again") as full,
    ):
        client.classify(path)
    assert full.value.retry_after == 1
    assert pauses == [1, 1, 1]


def test_it_does_not_wait_beyond_the_deadline(pauses: list[float], path: Path) -> None:
    answer = busy(Retry_After="60")
    with played(answer, deadline=30) as (client, _), pytest.raises(errors.QueueFull):
        client.classify(path)
    assert pauses == []


def test_the_server_is_told_what_is_left(path: Path) -> None:
    with scripted([ANSWER] * 3) as script, Client(script.url) as client:
        client.classify(path, deadline=5)
        client.classify(path)
        with Client(script.url, deadline=None) as patient:
            patient.classify(path)
    told = [heard.headers.get("x-deadline-ms") for heard in script.heard]
    assert told[0] is not None
    assert told[1] is not None
    assert 4000 < int(told[0]) <= 5000
    assert 100_000 < int(told[1]) <= 120_000
    assert told[2] is None


@pytest.mark.parametrize("status", [400, 401, 404, 413, 415, 422, 429, 500, 502, 504, 507])
def test_other_failures_are_final(pauses: list[float], path: Path, status: int) -> None:
    answer = Says(status, b"", {"Retry-After": "1"})
    with played(answer) as (client, _), pytest.raises(errors.Problem) as problem:
        client.classify(path)
    assert problem.value.status == status
    assert isinstance(problem.value, errors.RequestProblem) == (status < 500)
    assert problem.value.type == "about:blank"


def test_a_503_that_will_not_pass_is_final(pauses: list[float], path: Path) -> None:
    with played(busy("invalid-model")) as (client, _), pytest.raises(errors.InvalidModel):
        client.classify(path)


def test_a_broken_connection_is_made_again(pauses: list[float], path: Path) -> None:
    half = Says(200, LABELS[:5], cut=True)
    with scripted([Says(cut=True), half, ANSWER]) as script, Client(script.url) as client:
        assert client.classify(path).model == "m@1"
    assert len(pauses) == 2


def test_half_an_answer_is_not_kept_in_a_file(pauses: list[float], path: Path) -> None:
    half, whole = Says(200, b"half of it", cut=True), Says(200, b"all")
    file = io.BytesIO()
    with scripted([half, whole]) as script, Client(script.url) as client:
        client.ask("saliency", path, into=file)
    assert file.getvalue() == b"all"


def test_nobody_answers(pauses: list[float], path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with Client(url, retries=2) as client, pytest.raises(Unreachable) as unreachable:
        client.classify(path)
    assert isinstance(unreachable.value.__cause__, httpx.ConnectError)
    assert len(pauses) == 2


def test_a_wrong_url_is_not_tried_twice(pauses: list[float], path: Path) -> None:
    with Client("ftp://127.0.0.1") as client, pytest.raises(Unreachable):
        client.classify(path)
    assert pauses == []


def test_silence_ends_with_the_deadline(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float], path: Path
) -> None:
    monkeypatch.setattr("app.client.sending.GRACE", 0.0)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Client(f"http://127.0.0.1:{silent.getsockname()[1]}") as client,
        pytest.raises(DeadlinePassed, match=r"0\.05 s") as passed,
    ):
        client.classify(path, deadline=0.05)
    assert isinstance(passed.value, TimeoutError)
    assert pauses == []


def test_no_byte_more_is_sent_or_read_after_the_deadline() -> None:
    sent = _checked(iter([b"a", b"b"]), Deadline(1, end=0, what="nothing came"))
    with pytest.raises(DeadlinePassed, match="nothing came within 1 s"):
        next(sent)


def test_the_deadline_of_the_server_is_a_timeout_as_well(path: Path) -> None:
    body = b'{"type": "urn:densight:problem:deadline-exceeded", "detail": "too late"}'
    late = Says(504, body, {"Content-Type": PROBLEM})
    with played(late) as (client, _), pytest.raises(TimeoutError, match="too late") as passed:
        client.classify(path)
    assert isinstance(passed.value, errors.DeadlineExceeded)


def test_what_is_no_answer_of_this_api_is_told(path: Path) -> None:
    page = Says(200, b"<html>", {"Content-Type": "text/html"})
    other = Says(200, b'{"predictions": 3}', {"Content-Type": "application/json"})
    moved = Says(308, b"", {"Location": "https://example.org/"})
    with scripted([page, other, moved]) as script, Client(script.url) as client:
        with pytest.raises(errors.UnexpectedAnswer, match="text/html"):
            client.classify(path)
        with pytest.raises(errors.UnexpectedAnswer, match="Classification: model"):
            client.classify(path)
        with pytest.raises(errors.UnexpectedAnswer, match="example"):
            client.classify(path)
