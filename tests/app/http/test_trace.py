"""The notes on one request."""

import pytest

from app.http import trace as trace_module
from app.http.trace import Trace, trace_of


def test_a_stage_is_noted_even_if_it_fails() -> None:
    trace = Trace("mine")
    with pytest.raises(ValueError, match="broken"), trace.measure("decode"):
        raise ValueError("broken")
    assert 0 < trace.stages["decode"] < 60


def test_tiles() -> None:
    trace = Trace("mine")
    assert trace.tiles is None
    trace.cut(True)
    assert trace.tiles == "exact"
    trace.cut(False)
    assert trace.tiles == "approximate"


def test_it_is_found_by_the_scope() -> None:
    trace = Trace("mine")
    assert trace_of({"type": "http", "state": {"trace": trace}}) is trace


def test_a_stage_within_another_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(trace_module.time, "perf_counter", lambda: now[0])
    trace = Trace("id")
    with trace.measure("encode"):
        now[0] += 1
        for _ in range(2):
            with trace.measure("infer"):
                now[0] += 10
        now[0] += 2
    with trace.measure("infer"):
        now[0] += 100
    assert dict(trace.stages) == {"infer": 120, "encode": 3}
