"""`traceparent`: valid ones name a trace, all others nothing."""

import pytest
from starlette.datastructures import Headers

from app.http.traceparent import trace_id_of

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
VALID = f"00-{TRACE}-{SPAN}-01"


def of(*given: str) -> str | None:
    """The trace that a request with these headers belongs to."""
    return trace_id_of(Headers(raw=[(b"traceparent", text.encode()) for text in given]))


@pytest.mark.parametrize(
    "given", [VALID, f"00-{TRACE}-{SPAN}-00", f"01-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01-more"]
)
def test_valid(given: str) -> None:
    assert of(given) == TRACE


@pytest.mark.parametrize(
    "given",
    [
        "",
        TRACE,
        VALID.upper(),
        VALID + "-more",
        VALID + "0",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01.more",
    ],
)
def test_invalid(given: str) -> None:
    assert of(given) is None


def test_none_and_two() -> None:
    assert of() is None
    assert of(VALID, VALID) is None
