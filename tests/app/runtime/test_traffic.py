"""Traffic: jobs are counted, whatever becomes of them."""

import pytest

from app.runtime.traffic import Traffic


def test_it_is_dense_when_there_are_more_jobs_than_lanes() -> None:
    traffic = Traffic(lanes=2)
    with traffic, traffic:
        assert not traffic.dense
        traffic.enter()
        assert traffic.dense
        traffic.leave()
        assert not traffic.dense


def test_a_job_that_fails_is_over_too() -> None:
    traffic = Traffic(lanes=1)
    with pytest.raises(ValueError, match="bad"), traffic, traffic:
        raise ValueError("bad")
    with traffic:
        assert not traffic.dense
