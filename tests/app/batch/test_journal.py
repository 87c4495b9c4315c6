"""The journal: last lines count, torn lines do not, and one batch has it."""

import json
import threading
from pathlib import Path

import pytest

from app.batch.journal import NAME, Journal


def lines(folder: Path) -> list[object]:
    return [json.loads(line) for line in (folder / NAME).read_text().splitlines()]


def test_the_last_line_of_a_picture_counts(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for value in (1, 2):
            for name in ("b", "a\udcff"):
                journal.append({"input": name, "value": value})
        assert journal.latest("b") == {"input": "b", "value": 2}
        assert journal.latest("c") is None
    with Journal(tmp_path) as journal:
        assert journal.latest("a\udcff") == {"input": "a\udcff", "value": 2}
        journal.settle()
        assert lines(tmp_path) == [{"input": "a\udcff", "value": 2}, {"input": "b", "value": 2}]
        journal.append({"input": "b", "value": 3})
        assert journal.latest("b") == {"input": "b", "value": 3}
    assert len(lines(tmp_path)) == 3


def test_a_line_is_readable_as_soon_as_it_is_appended(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append({"input": "a"})
        assert lines(tmp_path) == [{"input": "a"}]


def test_a_torn_line_is_no_line(tmp_path: Path) -> None:
    whole = b'{"input":"a","value":1}\n'
    for torn in (b'{"input":"a","val', b'{"input":"b","value":2}', b"\xff"):
        (tmp_path / NAME).write_bytes(whole + torn)
        with Journal(tmp_path) as journal:
            assert journal.latest("a") == {"input": "a", "value": 1}
            assert journal.latest("b") is None
            journal.append({"input": "c"})
        assert lines(tmp_path) == [{"input": "a", "value": 1}, {"input": "c"}]


def test_lines_of_somebody_else_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('text\n[1]\n{"input":3}\n{"input":"a"}\n\n')
    with Journal(tmp_path) as journal:
        assert journal.latest("a") == {"input": "a"}
        journal.settle()
    assert lines(tmp_path) == [{"input": "a"}]


def test_one_batch_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(OSError, match="another batch writes into"):
        Journal(tmp_path)
    with Journal(tmp_path):
        pass


def test_many_threads(tmp_path: Path) -> None:
    def write(thread: int) -> None:
        for number in range(50):
            journal.append({"input": f"{thread}-{number}", "text": "x" * 999})
            assert journal.latest(f"{thread}-{number}") is not None

    with Journal(tmp_path) as journal:
        threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(lines(tmp_path)) == 200
