"""Servers of their own: ready when they are handed out, gone when the block ends."""

import subprocess
from pathlib import Path

import pytest

from app.runtime.cpu import cores
from benchmarks.connection import post
from benchmarks.footprint import footprint
from benchmarks.loops import closed
from benchmarks.photos import jpegs
from benchmarks.process import HOST, densight, densight_by_core


def test_the_service_is_ready_and_ends(folder: Path) -> None:
    request = post("/v1/classification?model=colors", jpegs(20, 10, count=1)[0])
    with densight({"DENSIGHT_MODELS": str(folder)}) as server:
        assert 0 < server.alive <= server.ready
        assert footprint(server.pid).resident > 30_000_000
        answers = closed(HOST, server.port, [request], clients=2, count=4)
    assert list(answers.statuses) == [200] * 4
    with pytest.raises(ConnectionRefusedError):
        closed(HOST, server.port, [request], clients=1, count=1)


def test_a_service_that_does_not_start() -> None:
    with (
        pytest.raises(subprocess.CalledProcessError),
        densight({"DENSIGHT_WORKERS": "many"}),
    ):
        pytest.fail("it started")


def test_a_service_for_each_core_on_one_port(folder: Path) -> None:
    request = post("/v1/classification?model=colors", jpegs(20, 10, count=1)[0])
    with densight_by_core({"DENSIGHT_MODELS": str(folder)}) as servers:
        assert len({server.pid for server in servers}) == cores()
        (port,) = {server.port for server in servers}
        answers = closed(HOST, port, [request], clients=8, count=64)
    assert answers.failed == 0
