"""Spans of requests and stages, as a collector gets them."""

from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from app import __version__
from app.http import spans
from app.tasks import TASKS
from tests.collector import Collector, collecting, facts
from tests.conftest import Make, held, png, serving

RAW = {"content-type": "image/png"}
CLASSIFY = "/v1/classification"
INFER = "/v2/models/colors/versions/1/infer"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ERROR = Status.StatusCode.STATUS_CODE_ERROR


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that the applications of this test send to; they do so at their end."""
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        yield collector


def test_a_request_and_its_stages(collector: Collector, make_app: Make) -> None:
    given = RAW | {"traceparent": f"00-{TRACE}-{PARENT}-01", "x-request-id": "mine-1"}
    with serving(make_app()) as client:
        answer = client.post(CLASSIFY, content=png(), headers=given)
    span = collector.of(CLASSIFY)
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    assert span.name == f"POST {CLASSIFY}"
    expected = {
        "http.request.method": "POST",
        "http.route": CLASSIFY,
        "http.response.status_code": 200,
        "url.path": CLASSIFY,
        "url.scheme": "http",
        "densight.request_id": "mine-1",
        "densight.task": "classification",
        "densight.model": "colors@1",
    }
    assert expected.items() <= facts(span.attributes).items()
    assert span.status.code != ERROR

    stages = collector.below(span)
    order = [stages[name] for name in ("queue", "decode", "infer", "encode")]
    moments = [span.start_time_unix_nano]
    for stage in order:
        assert stage.trace_id == span.trace_id
        moments += [stage.start_time_unix_nano, stage.end_time_unix_nano]
    moments.append(span.end_time_unix_nano)
    # Lengths are measured by another clock than moments, and rounded.
    assert all(later - earlier > -10_000 for earlier, later in pairwise(moments))
    for entry in answer.headers["server-timing"].split(", "):
        name, _, milliseconds = entry.partition(";dur=")
        lasted = stages[name].end_time_unix_nano - stages[name].start_time_unix_nano
        assert lasted / 1e6 == pytest.approx(float(milliseconds), abs=0.006)


def test_who_sends_them(
    collector: Collector, make_app: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(make_app()):
        pass
    monkeypatch.setenv("OTEL_SERVICE_NAME", "mine")
    with serving(make_app()):
        pass
    first, second = (facts(resource.attributes) for resource in collector.resources)
    assert (first["service.name"], first["service.version"]) == ("densight", __version__)
    assert (second["service.name"], second["service.version"]) == ("mine", __version__)


def test_routes_and_not_paths_are_names(collector: Collector, make_app: Make) -> None:
    with serving(make_app()) as client:
        client.post(INFER, content=b"{}")
    span = collector.of(INFER)
    assert span.name == "POST /v2/models/{name}/versions/{version}/infer"
    known = facts(span.attributes)
    assert known["http.response.status_code"] == 400
    assert known["densight.problem"] == "malformed-request"
    assert known["densight.task"] == "infer"
    assert "decode" in collector.below(span)
    assert span.status.code != ERROR


def test_our_own_failures_are_errors(collector: Collector, make_app: Make) -> None:
    app = make_app()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    with serving(app) as client:
        client.get("/broken")
    span = collector.of("/broken")
    assert span.status.code == ERROR
    assert facts(span.attributes)["densight.problem"] == "internal-error"


def test_a_client_that_left(collector: Collector, make_app: Make) -> None:
    with serving(make_app()) as client, held(TASKS["classification"]):
        with pytest.raises(httpx.ReadTimeout):
            client.post(CLASSIFY, content=png(), headers=RAW, timeout=0.2)
        while "499" not in client.get("/metrics").text:
            pass
    span = collector.of(CLASSIFY)
    assert span.status.code == ERROR
    known = facts(span.attributes)
    assert known["densight.task"] == "classification"
    assert "http.response.status_code" not in known


@pytest.mark.parametrize("given", ["", "nonsense", f"ff-{TRACE}-{PARENT}-01"])
def test_no_valid_parent(collector: Collector, make_app: Make, given: str) -> None:
    with serving(make_app()) as client:
        client.get("/livez", headers={"traceparent": given})
    span = collector.of("/livez")
    assert not span.parent_span_id
    assert span.trace_id.hex() != TRACE


def logged_trace(caplog: pytest.LogCaptureFixture, path: str) -> str:
    """The trace that the one request to a path is logged with."""
    logged = [record for record in caplog.records if getattr(record, "path", None) == path]
    (trace_id,) = {record.trace_id for record in logged}
    return trace_id


def test_what_the_caller_does_not_sample_is_not_sent(
    collector: Collector, make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "app.http.tracing")
    with serving(make_app()) as client:
        client.get("/livez", headers={"traceparent": f"00-{TRACE}-{PARENT}-00"})
    assert collector.spans
    with pytest.raises(ValueError, match="not enough"):
        collector.of("/livez")
    assert logged_trace(caplog, "/livez") == TRACE


def test_the_log_has_the_trace_that_is_sent(
    collector: Collector, make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "app.http.tracing")
    with serving(make_app()) as client:
        client.get("/livez")
    assert logged_trace(caplog, "/livez") == collector.of("/livez").trace_id.hex()


def test_a_collector_that_does_not_answer_holds_up_nobody(
    collector: Collector,
    make_app: Make,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Every span is sent at once, so the first already finds the collector mute.
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "4")
    monkeypatch.setattr(spans, "FLUSH", 0.1)
    collector.answering.clear()
    with serving(make_app()) as client:
        assert collector.asked.wait(60)
        for _ in range(10):
            assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 200
    assert not collector.spans
    assert "the collector did not take all spans within 0.1 s" in caplog.text


def test_a_collector_that_is_not_there_holds_up_nobody(
    make_app: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as gone:
        pass
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", gone.url)
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")
    monkeypatch.setattr(spans, "FLUSH", 0.1)
    with serving(make_app()) as client:
        for _ in range(10):
            assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 200
