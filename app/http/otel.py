"""Whether spans are sent, as OpenTelemetry's own environment variables say."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.errors import TracesUnavailable

if TYPE_CHECKING:
    from app.http.spans import Spans

PROTOCOL = "http/protobuf"


def spans_wanted(environment: Mapping[str, str] = os.environ) -> "Spans | None":
    """What sends spans, or `None` where nobody asks for them.

    Traces are asked for by `OTEL_TRACES_EXPORTER=otlp`, or by the endpoint of a collector alone;
    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

    Raises:
        TracesUnavailable: they are asked for, but not in this way, or packages are missing.
    """

    def of_traces(name: str) -> str:
        return environment.get(f"OTEL_EXPORTER_OTLP_TRACES_{name}", "") or environment.get(
            f"OTEL_EXPORTER_OTLP_{name}", ""
        )

    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    endpoint = of_traces("ENDPOINT")
    disabled = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if disabled or exporter == "none" or not (exporter or endpoint):
        return None
    if exporter not in ("", "otlp"):
        raise TracesUnavailable(f"OTEL_TRACES_EXPORTER is otlp or none here, not {exporter}")
    protocol = of_traces("PROTOCOL")
    if protocol not in ("", PROTOCOL):
        raise TracesUnavailable(f"OTEL_EXPORTER_OTLP_PROTOCOL is {PROTOCOL} here, not {protocol}")
    if endpoint and not _is_url(endpoint):
        raise TracesUnavailable(f"a collector's endpoint is an http or https URL, not {endpoint}")
    try:
        from app.http.spans import Spans
    except ImportError as error:
        raise TracesUnavailable(
            f"traces are asked for by OTEL_*, but {error.name} is not installed "
            "(pip install 'densight[otel]')"
        ) from error
    return Spans()


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
