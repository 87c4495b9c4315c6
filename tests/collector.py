"""A collector of OpenTelemetry: a real OTLP/HTTP endpoint that keeps the spans that come."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

SERVER = Span.SpanKind.SPAN_KIND_SERVER


class Collector:
    """What came so far; while `answering` is not set, it takes requests and answers none."""

    def __init__(self) -> None:
        self.url = ""
        self.answering = threading.Event()
        self.asked = threading.Event()
        self.resources: list[Resource] = []
        self.spans: list[Span] = []

    def take(self, path: str, body: bytes) -> bytes:
        """Decode one request; the body of its answer."""
        assert path == "/v1/traces"
        for batch in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(batch.resource)
            self.spans += [span for scope in batch.scope_spans for span in scope.spans]
        return ExportTraceServiceResponse().SerializeToString()

    def of(self, path: str) -> Span:
        """The one span of a request to a path."""
        (found,) = [
            span
            for span in self.spans
            if span.kind == SERVER and facts(span.attributes)["url.path"] == path
        ]
        return found

    def below(self, span: Span) -> dict[str, Span]:
        """The spans whose parent it is, by name."""
        return {one.name: one for one in self.spans if one.parent_span_id == span.span_id}


def facts(attributes: list[KeyValue]) -> dict[str, object]:
    """Attributes by name."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of this machine."""
    collector = Collector()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.asked.set()
            collector.answering.wait()
            answer = collector.take(self.path, body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        collector.url = f"http://127.0.0.1:{server.server_port}"
        collector.answering.set()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            collector.answering.set()
            server.shutdown()
            thread.join()
