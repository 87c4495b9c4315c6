"""A real `densight serve` that logs for programs and sends spans, until it is told to end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.collector import collecting
from tests.conftest import ROOT, png, until_ready

CLASSIFY = "/v1/classification"
RAW = {"content-type": "image/png"}


def test_every_line_is_json_and_no_span_is_lost_at_the_end(folder: Path) -> None:
    with collecting() as collector:
        environment = {
            **os.environ,
            "DENSIGHT_MODELS": str(folder),
            "DENSIGHT_DEVICE": "cpu",
            "DENSIGHT_LOG_FORMAT": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        }
        command = [sys.executable, "-c", "from app.cli import cli; cli()", "serve", "--port", "0"]
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr
            started = json.loads(process.stderr.readline())
            address = started["message"].rpartition(" ")[2].removesuffix("/docs")
            with httpx.Client(base_url=address, timeout=60) as client:
                until_ready(client)
                answer = client.post(CLASSIFY, content=png(), headers=RAW)
                assert answer.status_code == 200
            process.terminate()
            lines = [json.loads(line) for line in process.stderr]
        assert process.returncode == 0
    (asked,) = [line for line in lines if line.get("path") == CLASSIFY]
    assert asked["status"] == 200
    span = collector.of(CLASSIFY)
    assert asked["trace_id"] == span.trace_id.hex()
    assert set(collector.below(span)) == {"queue", "decode", "infer", "encode"}
