"""Traffic: jobs are counted, whatever becomes of them."""

import pytest

from app.runtime.traffic import Traffic


def test_it_is_dense_when_there_is_a_job_for_every_lane() -> None:
    traffic = Traffic(lanes=2)
    assert not traffic.dense
    with traffic:
        assert not traffic.dense
        with traffic:
            assert traffic.dense
        assert not traffic.dense


def test_a_job_that_fails_is_over_too() -> None:
    traffic = Traffic(lanes=1)
    with pytest.raises(ValueError, match="bad"), traffic:
        raise ValueError("bad")
    assert not traffic.dense
