"""Which files are pictures, in folders and in lists."""

import os
from pathlib import Path

import pytest
from PIL import Image

from app.batch.inputs import PICTURES, in_folder, in_list, overwritten
from app.imaging.signatures import FORMATS


def touched(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def walked(root: Path, output: Path) -> list[str]:
    unreadable: list[OSError] = []
    found = list(in_folder(root, output, unreadable.append))
    assert not unreadable
    assert all(picture.path == root / picture.name for picture in found)
    return [picture.name for picture in found]


def test_suffixes_are_those_of_the_formats_that_are_read() -> None:
    formats = {*FORMATS, "MPO"}
    known = Image.registered_extensions().items()
    by_pillow = {suffix for suffix, format in known if format in formats}
    assert by_pillow | {".dcm", ".dicom"} == PICTURES


def test_a_folder_with_its_folders(tmp_path: Path) -> None:
    touched(tmp_path, "b.png", "a.JPG", "notes.txt", "z/y/c.tif", "z/d.webp", "plain")
    assert walked(tmp_path, tmp_path / "out") == ["a.JPG", "b.png", "z/d.webp", "z/y/c.tif"]


def test_what_is_hidden_written_or_a_pipe_is_no_input(tmp_path: Path) -> None:
    touched(tmp_path, "a.png", ".b.png", ".c/d.png", "out/a.png", "out/e/f.png")
    os.mkfifo(tmp_path / "pipe.png")
    assert walked(tmp_path, tmp_path / "out") == ["a.png"]


def test_links_are_followed_and_circles_end(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "in", tmp_path / "elsewhere"
    touched(tmp_path, "in/a/x.png", "elsewhere/y.png")
    (root / "a" / "up").symlink_to(root)
    (root / "b").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(root / "a")
    (root / "gone.png").symlink_to(tmp_path / "nothing.png")
    assert walked(root, tmp_path / "out") == ["gone.png", "a/x.png", "b/y.png"]


def test_a_folder_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    unreadable: list[OSError] = []
    assert not list(in_folder(tmp_path / "none", tmp_path / "out", unreadable.append))
    assert [error.filename for error in unreadable] == [str(tmp_path / "none")]


def test_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    lines = [b"a.xyz\n", b"\n", b"./a.xyz\r\n", b" b.png \n", b"../c.png\n", b"\xff.png"]
    found = [(picture.name, picture.path) for picture in in_list(lines)]
    outside = (tmp_path / "c.png").relative_to("/").as_posix()
    assert found == [
        ("a.xyz", tmp_path / "here" / "a.xyz"),
        (" b.png ", tmp_path / "here" / " b.png "),
        (outside, tmp_path / "c.png"),
        ("\udcff.png", tmp_path / "here" / "\udcff.png"),
    ]


def test_a_list_with_zero_bytes_is_none() -> None:
    with pytest.raises(ValueError, match="one path a line"):
        list(in_list([b"a.png\0b.png"]))


def test_no_picture_may_lie_where_answers_are_written(tmp_path: Path) -> None:
    touched(tmp_path, "in/a.png", "other/b.png")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    folders = [tmp_path / "other", tmp_path / "in"]
    assert overwritten(folders, tmp_path / "link") == tmp_path / "in"
    assert overwritten(folders, tmp_path) == tmp_path / "other"
    assert overwritten(folders, tmp_path / "in" / "out") is None
