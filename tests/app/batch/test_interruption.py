"""A real `densight batch` that is killed or stopped half way, and goes on where it was.

The second of three pictures is a pipe: whoever reads it waits until the test writes into it. So one
picture is finished, one is in work, and one has not begun.
"""

import errno
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests import tiny
from tests.conftest import ROOT, png

NAMES = ("a.png", "b.png", "c.png")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a model and a list of three pictures, the second of which is a pipe."""
    (tmp_path / "models").mkdir()
    tiny.colors(tmp_path / "models")
    for name in NAMES:
        (tmp_path / name).write_bytes(png())
    (tmp_path / "b.png").unlink()
    os.mkfifo(tmp_path / "b.png")
    (tmp_path / "list.txt").write_text("\n".join(NAMES))
    return tmp_path


def command(place: Path) -> dict[str, object]:
    """How `densight batch` is started for the list."""
    arguments = ("batch", "list.txt", "-o", "out", "--task", "classification", "--workers", "1")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DENSIGHT_MODELS": str(place / "models"),
        "DENSIGHT_DEVICE": "cpu",
    }
    start = [sys.executable, "-c", "from app.cli import cli; cli()", *arguments]
    return {"args": start, "cwd": place, "env": environment, "text": True}


@contextmanager
def half_way(place: Path) -> Iterator[tuple[subprocess.Popen[str], IO[bytes]]]:
    """A batch that has answered the first picture and reads the second, and where to write that."""
    pipe = subprocess.PIPE
    with subprocess.Popen(**command(place), stdout=pipe, stderr=pipe) as process:
        try:
            with os.fdopen(opened_by_reader(place / "b.png", process), "wb") as second:
                yield process, second
        finally:
            process.kill()


def opened_by_reader(pipe: Path, reader: subprocess.Popen[str]) -> int:
    """The end of a pipe to write into, once somebody has opened the other (`man 7 fifo`)."""
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            assert reader.poll() is None, reader.stderr.read()


def records(place: Path) -> list[str]:
    """The pictures that the journal has whole lines about."""
    journal = place / "out" / "summary.jsonl"
    if not journal.exists():
        return []
    lines = journal.read_bytes().split(b"\n")[:-1]
    return [json.loads(line)["input"] for line in lines]


def go_on(place: Path) -> tuple[int, str]:
    """Start it again, now that the second picture is a file like any other."""
    (place / "b.png").unlink()
    (place / "b.png").write_bytes(png())
    run = subprocess.run(**command(place), capture_output=True, timeout=100)
    return run.returncode, run.stdout + run.stderr


def answers(place: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in (place / "out").glob("*.json")}


def test_after_a_kill_the_rest_is_done(place: Path) -> None:
    with half_way(place) as (process, _):
        process.kill()
    first = answers(place)
    assert first.keys() == {"a.json"}
    with (place / "out" / "summary.jsonl").open("ab") as journal:
        journal.write(b'{"input":"b.png","siz')  # as if it had been killed in the middle of a line
    (place / "out" / ".b.json.part").write_bytes(b"half")
    code, told = go_on(place)
    assert code == 0, told
    assert "answered already: 1 of 3" in told
    assert "3 pictures, 2 answered now" in told
    assert answers(place).keys() == {"a.json", "b.json", "c.json"}
    assert answers(place)["a.json"] == first["a.json"]
    assert json.loads((place / "out" / "b.json").read_text())["model"] == "colors@1"
    assert records(place) == list(NAMES)
    assert not list((place / "out").glob(".*"))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_what_is_in_work_end(place: Path, ending: signal.Signals) -> None:
    with half_way(place) as (process, second):
        assert process.stderr is not None
        process.send_signal(ending)
        assert process.stderr.readline() == "\n"
        assert "once more" in process.stderr.readline()
        assert process.poll() is None
        second.write(png())
        second.close()
        told = process.stderr.read()
        assert process.wait() == 130
    assert told == "stopped, with 1 left; the same command goes on\n"
    assert records(place) == ["a.png", "b.png"]
    assert answers(place).keys() == {"a.json", "b.json"}
    code, told = go_on(place)
    assert code == 0, told
    assert records(place) == list(NAMES)


def test_a_second_signal_ends_it_at_once(place: Path) -> None:
    with half_way(place) as (process, _):
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        assert [process.stderr.readline(), process.stderr.readline()][1]
        process.send_signal(signal.SIGINT)
        assert process.wait() == -signal.SIGINT
    assert records(place) == ["a.png"]


def test_another_batch_is_kept_out(place: Path) -> None:
    with half_way(place):
        run = subprocess.run(**command(place), capture_output=True, timeout=100)
    assert run.returncode == 1
    assert "another batch writes into out" in run.stderr


def test_a_terminal_gets_a_bar(place: Path) -> None:
    (place / "list.txt").write_text("a.png\nnone.png\nc.png\n")
    reading, writing = pty.openpty()
    environment = {"TERM": "xterm", "COLUMNS": "100"}
    started = command(place)
    started["env"] = {**started["env"], **environment}
    with subprocess.Popen(**started, stdout=subprocess.PIPE, stderr=writing) as process:
        os.close(writing)
        shown = b""
        try:
            while piece := os.read(reading, 4096):
                shown += piece
        except OSError:  # the other side is closed
            pass
        assert process.wait() == 1
    os.close(reading)
    text = shown.decode()
    assert "3/3" in text
    assert "images/s" in text
    assert "1 failed" in text
