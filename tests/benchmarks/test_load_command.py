"""The command that sends load: its options decide which loop it is."""

from pathlib import Path

import pytest

from benchmarks.load import main
from tests.benchmarks.counting import counting


@pytest.mark.parametrize(("rate", "least"), [(0.0, 3), (100.0, 10)])
def test_load_from_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rate: float, least: int
) -> None:
    pictures = [tmp_path / name for name in ("a.jpg", "b.jpg")]
    for picture in pictures:
        picture.write_bytes(picture.name.encode())
    with counting() as server:
        url = f"http://127.0.0.1:{server.port}/ask?model=any"
        main(url, pictures, clients=3, rate=rate, seconds=0.1)
        assert server.targets == {"/ask?model=any"}
        assert server.bodies.total() >= least
        assert set(server.bodies) == {b"a.jpg", b"b.jpg"}
        assert server.bodies.total() == 10 or not rate
    printed = capsys.readouterr().out
    assert f"{server.bodies.total()} answers" in printed
    assert "0 are failures" in printed
