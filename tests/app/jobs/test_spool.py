"""The files of jobs: whole or not there, and never more than the limit."""

import errno
import os
from pathlib import Path

import pytest

from app.errors import DiskFull
from app.jobs.spool import Spool


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_result_is_there_when_it_is_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100)
    with spool.writing_result("a") as file:
        file.write(b"half")
        file.flush()
        assert not spool.result("a").exists()
        file.write(b" and half")
        file.seek(0)
        assert file.read(4) == b"half"
    assert spool.result("a").read_bytes() == b"half and half"
    assert spool.used == 13


def test_nothing_is_left_of_what_failed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100)
    with pytest.raises(ZeroDivisionError), spool.writing_result("a") as file:
        file.write(bytes(1 // 0))
    assert files(tmp_path) == set()
    assert spool.used == 0


def test_the_limit_holds_for_all_together(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10)
    spool.keep_upload("a", b"12345")
    with pytest.raises(DiskFull) as caught:
        spool.keep_upload("b", b"123456")
    assert caught.value.facts == {"limit": 10, "bytes": 6}
    with pytest.raises(DiskFull), spool.writing_result("a") as file:
        file.write(b"123456")
    assert files(tmp_path) == {"uploads/a"}
    with spool.writing_result("a") as file:
        file.write(b"12345")
    spool.remove_upload("a")
    spool.remove_upload("a")  # it is gone already
    spool.keep_upload("b", b"12345")
    assert spool.used == 10


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = Spool(tmp_path, 100)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        spool.keep_upload("a", b"12345")
    assert (files(tmp_path), spool.used) == (set(), 0)


def test_leftovers_are_swept(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100)
    for id in ("a", "b"):
        spool.keep_upload(id, b"12")
        with spool.writing_result(id) as file:
            file.write(b"123")
    (tmp_path / "results" / "c.part").write_bytes(b"half")
    again = Spool(tmp_path, 100)
    again.sweep(uploads={"a"}, results={"b"})
    assert files(tmp_path) == {"uploads/a", "results/b"}
    assert again.used == 5


def test_only_its_user_may_look(tmp_path: Path) -> None:
    Spool(tmp_path / "new", 100)
    assert (tmp_path / "new" / "uploads").stat().st_mode & 0o077 == 0
