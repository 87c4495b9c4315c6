"""When spans are sent: as OpenTelemetry's environment variables say, or with a reason why not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import TracesUnavailable
from app.http.otel import spans_wanted
from tests.conftest import ROOT

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_TRACES_EXPORTER": ""},
        {"OTEL_TRACES_EXPORTER": "none", **ENDPOINT},
        {"OTEL_SDK_DISABLED": "TRUE", **ENDPOINT},
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/v1/metrics"},
        {"OTEL_SERVICE_NAME": "mine"},
    ],
)
def test_nobody_asks(environment: dict[str, str]) -> None:
    assert spans_wanted(environment) is None


@pytest.mark.parametrize(
    "environment",
    [
        ENDPOINT,
        {"OTEL_TRACES_EXPORTER": "OTLP"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector/v1/traces"},
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", **ENDPOINT},
    ],
)
def test_somebody_asks(environment: dict[str, str]) -> None:
    spans = spans_wanted(environment)
    assert spans is not None
    spans.close()


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER is otlp or none here"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", **ENDPOINT}, "not grpc"),
        ({"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json", **ENDPOINT}, "not http/json"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "not collector:4318"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://["}, "an http or https URL"),
    ],
)
def test_what_can_not_be_done_is_told(environment: dict[str, str], reason: str) -> None:
    with pytest.raises(TracesUnavailable, match=reason.replace("[", r"\[")):
        spans_wanted(environment)


WITHOUT_SDK = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter")):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
"""

SERVE = """
from app.cli import cli
cli(["serve", "--port", "0"])
"""

ASK = """
from app.main import create_app
from tests.conftest import png, serving
with serving(create_app()) as client:
    raw = {"content-type": "image/png"}
    print(client.post("/v1/classification", content=png(), headers=raw).status_code)
"""


def without_sdk(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process that has no SDK of OpenTelemetry."""
    command = [sys.executable, "-c", WITHOUT_SDK + script]
    return subprocess.run(
        command,
        env={**os.environ, "DENSIGHT_DEVICE": "cpu", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_packages_that_are_missing_are_told_in_one_line(folder: Path) -> None:
    answer = without_sdk(SERVE, DENSIGHT_MODELS=str(folder), **ENDPOINT)
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "traces are asked for by OTEL_*, but opentelemetry.exporter is not installed "
        "(pip install 'densight[otel]')"
    ]


def test_without_packages_it_serves_as_before(folder: Path) -> None:
    answer = without_sdk(ASK, DENSIGHT_MODELS=str(folder))
    assert (answer.stdout, answer.returncode) == ("200\n", 0), answer.stderr
