"""The program as a shell starts it: what it ends with, and its pipes."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.app.batch.test_interruption import opened_by_reader
from tests.conftest import ROOT, png


@pytest.fixture
def place(folder: Path, tmp_path: Path) -> Path:
    """A folder with models, two pictures and a file that is none."""
    assert folder == tmp_path / "models"
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png())
    (tmp_path / "bad.png").write_bytes(b"no picture")
    return tmp_path


def options(place: Path, **environment: str) -> dict[str, Any]:
    """How the program is started in a folder."""
    ours = {"PYTHONPATH": str(ROOT), "DENSIGHT_MODELS": "models", "DENSIGHT_DEVICE": "cpu"}
    return {"cwd": place, "env": {**os.environ, **ours, **environment}}


def command(*arguments: str) -> list[str]:
    """`densight ARGUMENTS`."""
    # Whoever runs the tests in the background may have told its children to ignore Ctrl-C.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    return [sys.executable, "-c", f"{heard}; from app.cli import cli; cli()", *arguments]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("upscale", "a.png", "b.png", "-o", "out"), 0),
        (("upscale", "a.png", "bad.png", "-o", "out"), 1),
        (("upscale", "a.png"), 2),
        (("upscale", "a.png", "-o", "out", "--url", "http://127.0.0.1:1"), 3),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int, place: Path) -> None:
    ended = subprocess.run(command(*arguments), **options(place), capture_output=True, text=True)
    assert ended.returncode == code, ended.stderr
    assert bool(ended.stderr) == bool(code)
    assert "Traceback" not in ended.stderr


def test_an_interruption(place: Path) -> None:
    """The picture is a pipe that nobody writes into, so the command waits for it."""
    os.mkfifo(place / "pipe.png")
    waiting = subprocess.Popen(
        command("upscale", "pipe.png", "-o", "large.png"),
        stderr=subprocess.PIPE,
        text=True,
        **options(place),
    )
    with waiting:
        with os.fdopen(opened_by_reader(place / "pipe.png", waiting), "wb"):
            waiting.send_signal(signal.SIGINT)
        # The end of the pipe wakes it in case the signal came a moment before it began to read.
        told = waiting.stderr.read()
    assert waiting.returncode == 130
    assert "Traceback" not in told
    assert not (place / "large.png").exists()


def test_a_chain_of_pipes(place: Path) -> None:
    pipe = subprocess.PIPE
    upscale = command("upscale", "-", "-o", "-")
    with subprocess.Popen(upscale, stdin=pipe, stdout=pipe, **options(place)) as first:
        with subprocess.Popen(upscale, stdin=first.stdout, stdout=pipe, **options(place)) as second:
            first.stdin.write(png(size=(3, 2)))
            first.stdin.close()
            written = second.stdout.read()
        assert (first.wait(), second.returncode) == (0, 0)
    # Width and height stand behind the signature, length and name of the first chunk (PNG, 11.2.2).
    assert (int.from_bytes(written[16:20]), int.from_bytes(written[20:24])) == (12, 8)


def test_a_reader_that_leaves_is_no_failure_of_ours(place: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        ended = subprocess.run(
            command("upscale", "a.png", "-o", "-"),
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            **options(place),
        )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr


def test_bytes_are_kept_from_a_terminal(place: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "wb") as terminal:
        ended = subprocess.run(
            command("upscale", "a.png", "-o", "-"),
            stdout=terminal,
            stderr=subprocess.PIPE,
            text=True,
            **options(place),
        )
    assert ended.returncode == 2
    assert "standard output is a terminal" in ended.stderr


def test_a_bar_in_a_terminal_only(place: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "wb") as terminal:
        ended = subprocess.run(
            command("upscale", "a.png", "-o", "-"),
            stdout=subprocess.PIPE,
            stderr=terminal,
            **options(place, TERM="xterm"),
        )
    with os.fdopen(ours, "rb", buffering=0) as screen:
        assert b"a.png" in screen.read(65536)
    assert ended.stdout.startswith(b"\x89PNG")
