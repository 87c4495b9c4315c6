"""Large answers: made in bands and written meanwhile, so they are never in memory whole."""

from pathlib import Path

import httpx
import pytest

from benchmarks.large import ask, photo
from benchmarks.server import started
from tests import tiny

WIDTH, HEIGHT = 2000, 1500
WHOLE = 4 * WIDTH * 4 * HEIGHT * 3
"""Bytes of the answer's pixels: a copy would be as large, and encoders make another one."""


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_the_answer_is_never_in_memory(tmp_path: Path, format: str) -> None:
    tiny.doubler(tmp_path, times=4)
    settings = {"DENSIGHT_MODELS": str(tmp_path), "DENSIGHT_DEVICE": "cpu"}
    with started(settings) as (process, client):
        client.timeout = httpx.Timeout(600)
        task, query = "super-resolution", f"format={format}"
        ask(client, process.pid, task, photo(64, 64), query)  # what is needed once
        above, size, _ = ask(client, process.pid, task, photo(WIDTH, HEIGHT), query)
        assert size > 1_000_000
        assert above < WHOLE
