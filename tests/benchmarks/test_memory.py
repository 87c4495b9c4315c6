"""Memory over time: what counts as growth."""

import os

import pytest

from benchmarks.memory import SETTLED, Sample, growth, resident, sampled, table


def curve(*megabytes: float, every: float = 30) -> list[Sample]:
    return [Sample(n * every, round(mb * 1e6)) for n, mb in enumerate(megabytes)]


def test_what_comes_before_it_is_settled_does_not_count() -> None:
    assert growth(curve(*[10] * 6, *[100] * 20)) == 0


def test_a_slow_leak_counts() -> None:
    leaking = curve(*(100 + n for n in range(60)))
    first, last = 111, 154  # medians of minutes 3 to 8, and of the last five
    assert growth(leaking) == pytest.approx(last / first - 1)


def test_a_peak_is_no_growth() -> None:
    assert growth(curve(*[100] * 30, 900, *[100] * 30)) == 0
    assert growth(curve(*[100] * 61, 900)) == 0


def test_short_runs_are_halved() -> None:
    assert growth(curve(100, 100, 100, 200, 200, 200, every=2), settled=0) == 1


def test_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="within 180 s"):
        growth([Sample(SETTLED - 1, 1), Sample(SETTLED, 1)])


def test_a_table_has_a_line_for_each_minute() -> None:
    lines = table(curve(100, 300, 200, 200)).splitlines()
    assert [line.split() for line in lines[1:]] == [["1", "200", "300"], ["2", "200", "200"]]


def test_this_process() -> None:
    before = resident(os.getpid())
    block = bytearray(b"x") * 50_000_000
    assert before > 10_000_000
    assert resident(os.getpid()) - before == pytest.approx(len(block), rel=0.2)


def test_samples_are_taken_while_the_block_lasts() -> None:
    with sampled(os.getpid()) as samples:
        pass
    assert [sample.bytes > 10_000_000 for sample in samples] == [True]
