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


def test_every_line_is_json_and_no_span_is_lost_at_the_end(folder: Path, tmp_path: Path) -> None:
    with collecting() as collector:
        environment = {
            **os.environ,
            "DENSIGHT_MODELS": str(folder),
            "DENSIGHT_DEVICE": "cpu",
            "DENSIGHT_LOG_FORMAT": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        }
        command = [sys.executable, "-c", "from app.cli import cli; cli()", "serve", "--port", "0"]
        # A file, since a pipe that nobody reads would fill while the test waits for the models.
        log = tmp_path / "log"
        with (
            log.open("w") as stderr,
            subprocess.Popen(command, env=environment, cwd=ROOT, stderr=stderr) as process,
        ):
            try:
                while "\n" not in log.read_text() and process.poll() is None:
                    pass
                started = json.loads(log.read_text().splitlines()[0])
                address = started["message"].rpartition(" ")[2].removesuffix("/docs")
                with httpx.Client(base_url=address, timeout=60) as client:
                    until_ready(client)
                    answer = client.post(CLASSIFY, content=png(), headers=RAW)
                    assert answer.status_code == 200
            finally:
                process.terminate()  # or a failure would wait for it without end
        assert process.returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    (asked,) = [line for line in lines if line.get("path") == CLASSIFY]
    assert asked["status"] == 200
    span = collector.of(CLASSIFY)
    assert asked["trace_id"] == span.trace_id.hex()
    assert set(collector.below(span)) == {"queue", "decode", "infer", "encode"}
