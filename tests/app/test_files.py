"""Files that are read up to a limit, and written whole or not at all."""

import io
import os
import threading
from pathlib import Path

import pytest

from app.errors import BodyTooLarge
from app.files import read, replacing


@pytest.mark.parametrize("size", [0, 1, 9, 10])
def test_all_is_read_up_to_the_limit(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    with (tmp_path / "a").open("rb") as file:
        assert read(file, 10) == b"x" * size
    assert read(io.BytesIO(b"x" * size), 10) == b"x" * size


def test_more_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    with (tmp_path / "a").open("rb") as file, pytest.raises(BodyTooLarge):
        read(file, 10)
    endless = os.open("/dev/zero", os.O_RDONLY)
    with os.fdopen(endless, "rb") as file, pytest.raises(BodyTooLarge):
        read(file, 10)


def test_a_file_is_replaced_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with replacing(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def half_written(target: Path) -> None:
    """Begin to write a file, and fail."""
    with replacing(target) as file:
        file.write(b"half")
        raise ZeroDivisionError


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        half_written(target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_is_given_all_of_it_and_stays(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with replacing(pipe) as file:
        file.write(b"0123")
        file.seek(1)  # as the writer of a TIFF does
        assert file.read(2) == b"12"
        file.seek(0, os.SEEK_END)
        file.write(b"4")
    reader.join()
    assert got == [b"01234"]
    assert pipe.is_fifo()


def test_a_pipe_gets_nothing_of_what_fails(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with pytest.raises(ZeroDivisionError):
        half_written(pipe)
    reader.join()
    assert got == [b""]
