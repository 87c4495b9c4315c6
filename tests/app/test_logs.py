"""The log: one line a record, for people or for programs."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from app import logs


@pytest.fixture(autouse=True)
def _root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    quiet = [logging.getLogger(name) for name in ("watchfiles", "httpx", "httpcore")]
    handlers, levels = root.handlers[:], [(logger, logger.level) for logger in (root, *quiet)]
    yield
    root.handlers[:] = handlers
    for logger, level in levels:
        logger.setLevel(level)


def test_urls_of_webhooks_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug")

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(204)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.post("https://example.org/?token=1")
    assert capsys.readouterr().err == ""


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    logging.getLogger("somebody").info("%d models", 3, extra={"models": 3})
    (line,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO    3 models", line)


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    before = datetime.now(UTC)
    logging.getLogger("somebody").warning("%d models", 3, extra={"models": 3, "unknown": None})
    line = json.loads(capsys.readouterr().err)
    time = datetime.fromisoformat(line.pop("time"))
    assert time.utcoffset() == datetime.now(UTC).utcoffset()
    assert before.replace(microsecond=0) <= time <= datetime.now(UTC)
    assert line == {"level": "WARNING", "logger": "somebody", "message": "3 models", "models": 3}


def test_an_exception_is_one_field_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    try:
        raise ValueError("first\nsecond\u2028third \udcff")
    except ValueError as error:
        logging.getLogger("somebody").exception("failed: %s", error)
    (line,) = capsys.readouterr().err.splitlines()
    document = json.loads(line)
    assert document["message"] == "failed: first\nsecond\u2028third \udcff"
    assert document["exception"].startswith("Traceback (most recent call last):\n")
    assert document["exception"].endswith("ValueError: first\nsecond\u2028third \udcff")


def test_what_is_less_severe_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error", "json")
    logging.getLogger("somebody").warning("no")
    assert capsys.readouterr().err == ""
