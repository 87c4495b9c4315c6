"""Stages: how long they took, and when."""

import time

import pytest

from app.http.stages import Stages


def test_seconds_and_intervals() -> None:
    before = time.time_ns()
    stages = Stages()
    stages["queue"] = 0.5
    stages["decode"] = 0.25
    after = time.time_ns()
    assert dict(stages) == {"queue": 0.5, "decode": 0.25}
    assert stages
    (queue, start, end), (decode, begun, ended) = stages.intervals()
    assert (queue, decode) == ("queue", "decode")
    assert end - start == 500_000_000
    assert ended - begun == 250_000_000
    assert before <= end <= ended <= after


def test_server_timing_has_an_order_of_its_own() -> None:
    stages = Stages()
    assert not stages
    for name in ("queue", "decode", "encode"):
        stages[name] = 0.0125
    assert stages.server_timing == "decode;dur=12.50, queue;dur=12.50, encode;dur=12.50"


def test_they_may_grow_while_they_are_read() -> None:
    stages = Stages()
    stages["queue"] = 1
    for name in stages:
        stages[name + " again"] = 2
    for _ in stages.intervals():
        stages["encode"] = 3
    assert list(stages) == ["queue", "queue again", "encode"]


def test_a_stage_that_is_not_known() -> None:
    with pytest.raises(KeyError):
        Stages()["queue"]
