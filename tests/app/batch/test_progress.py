"""What is told where there is no terminal."""

import io

import pytest
from rich.console import Console

from app.batch import progress


def test_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 10.0, 31.0, 40.0, 62.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    file = io.StringIO()
    with progress.shown(Console(file=file), 124) as advance:
        for good in (True, False, True, True):
            advance(good)
    # 2 in 31 s leave 122 * 15.5 s, 4 in 62 s leave 120 * 15.5 s.
    assert file.getvalue().splitlines() == [
        "2 of 124, 1 failed, 0.1 images/s, 1891 s left",
        "4 of 124, 1 failed, 0.1 images/s, 1860 s left",
    ]
