"""Requests and their stages as spans of OpenTelemetry, sent to a collector beside the service.

FastAPI itself makes the span of a request, and lets it continue the trace of a `traceparent`; here
is what it is given to and what only Densight knows. It is imported where traces are asked for, and
needs the extra `otel`.
"""

import logging
import threading

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace as otel
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app import __version__
from app.http.stages import Stages
from app.http.trace import Trace

log = logging.getLogger(__name__)

FLUSH = 5.0
"""Seconds that the end of the service waits for the collector at most."""


class Spans:
    """A queue of finished spans and the thread that sends them.

    Requests only append to the queue. If it is full, because the collector does not keep up or is
    not there, the oldest spans are lost.
    """

    def __init__(self) -> None:
        own = Resource.create({"service.name": "densight", "service.version": __version__})
        # What the environment says of the service goes above what it says of itself.
        resource = own.merge(OTELResourceDetector().detect())
        self._exporter = OTLPSpanExporter()
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("densight", __version__)

    @property
    def telemetry(self) -> TelemetryConfig:
        """What FastAPI shall do: a span for each request, and nothing else."""
        return TelemetryConfig(
            tracer_provider=self._provider,
            metrics=False,
            logs=False,
            operation_spans=False,
            auto_configure=False,
        )

    def trace_id(self) -> str:
        """The trace of the request that is being answered; 32 hexadecimal digits."""
        return otel.format_trace_id(otel.get_current_span().get_span_context().trace_id)

    def describe(self, trace: Trace) -> None:
        """Tell the request's span what is known by now; once its answer is sent, it has ended."""
        span = otel.get_current_span()
        if span.is_recording():
            known = {name: fact for name, fact in trace.facts.items() if fact is not None}
            span.set_attributes({f"densight.{name}": fact for name, fact in known.items()})

    def add_stages(self, stages: Stages) -> None:
        """Add a span for each stage, below that of the request."""
        for name, start, end in stages.intervals():
            self._tracer.start_span(name, start_time=start).end(end)

    def close(self) -> None:
        """Send what is left, but do not wait for a collector that does not answer."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(FLUSH)
        if closing.is_alive():
            log.warning("the collector did not take all spans within %g s", FLUSH)
            self._exporter.shutdown()  # type: ignore[no-untyped-call]
