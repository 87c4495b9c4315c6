"""Answers: percentiles are of good ones only."""

import numpy as np
import pytest

from benchmarks.answers import Answers


def test_percentiles() -> None:
    latencies = np.arange(1, 102) / 1000  # 1 to 101 ms
    answers = Answers(latencies, np.full(101, 200), np.full(101, False), 2.0, 0.0101, np.zeros(101))
    assert answers.percentile(50) == pytest.approx(0.051)
    assert answers.percentile(99) == pytest.approx(0.1)
    assert answers.throughput == 50.5
    assert answers.cost == pytest.approx(100e-6)
    assert "p99 100.0 ms" in str(answers)


def test_a_quick_refusal_makes_no_latency_better() -> None:
    answers = Answers(
        np.array([0.001, 0.05, 0.001]),
        np.array([503, 200, 503]),
        np.array([True, False, True]),
        1.0,
        0.0,
        np.zeros(3),
    )
    assert answers.percentile(50) == 0.05
    assert answers.failed == 2
    assert answers.throughput == 1
