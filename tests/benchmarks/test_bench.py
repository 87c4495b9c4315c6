"""The bench: the fastest way is taken, and the speed of failures is none."""

from pathlib import Path

import pytest

from benchmarks import cases
from benchmarks.bench import Effort, Failed, bench
from benchmarks.cases import Case
from benchmarks.connection import post
from benchmarks.limit import plain, scaled
from benchmarks.photos import jpegs
from benchmarks.service import Asked, capacity, lone, steady
from tests import tiny
from tests.benchmarks.counting import counting

SHORT = Effort(rounds=2, seconds=0.01, steady=0.02, trial=0.01, batches=(1,), least=4, starts=1)
PICTURES = jpegs(20, 10, count=2)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(cases, "MODELS", tmp_path)
    tiny.colors(tmp_path)
    return Case("colors", 20, 10)


def test_a_server_is_measured_beside_the_limit(case: Case) -> None:
    with bench(SHORT) as machine, counting() as server:
        asked = Asked(server.port, case, PICTURES, [post("/", data) for data in PICTURES])
        many = capacity(machine, asked, {"plain": plain, "scaled": scaled})
        one = lone(machine, asked, plain)
        stream = steady(machine, asked, throughput=1000)
    for name in ("plain", "scaled"):
        assert len(many.ratio(name).rounds) == SHORT.rounds
        for ratio, answers, limit in zip(
            many.ratio(name).rounds, many.answers, many.limits[name], strict=True
        ):
            assert ratio == pytest.approx(answers.throughput / limit.throughput)
    assert len(one.ratio.rounds) == SHORT.rounds
    assert one.ratio.rounds[0] == pytest.approx(
        one.answers[0].percentile(50) / one.limits[0].median
    )
    assert [len(answers.latencies) for answers in stream] == [14, 14]  # 0.7 * 1000 * 0.02
    assert set(server.bodies) == set(PICTURES)


def test_refusals_are_no_speed(case: Case) -> None:
    refused = pytest.raises(Failed, match="4 are failures")
    with bench(SHORT) as machine, counting(lambda body: 503) as server, refused:
        machine.closed(server.port, [post("/", b"any")], clients=1, count=4)
