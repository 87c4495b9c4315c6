"""Archives are read in their own order, by the paths of their files."""

import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from export.datasets.archive import files, images
from tests.export.packs import encoded, pack, plain


def test_files_come_in_the_order_of_the_archive(tmp_path: Path) -> None:
    content = {"b.txt": b"second in the alphabet", "./a/c.txt": b"", "a/b.csv": b"x,y"}
    archive = pack(tmp_path / "pack.tar", content)

    assert list(files(archive)) == [
        ("b.txt", b"second in the alphabet"),
        ("a/c.txt", b""),
        ("a/b.csv", b"x,y"),
    ]


@pytest.mark.parametrize("suffix", ["tar", "tar.xz"])
def test_images_are_those_of_the_files_that_are_pictures(tmp_path: Path, suffix: str) -> None:
    pictures = {name: encoded(plain(level), name) for level, name in enumerate(("p.png", "q.webp"))}
    archive = pack(tmp_path / f"pack.{suffix}", {"LICENSE": b"MIT", **pictures, "labels.csv": b""})

    found = {name: np.asarray(image) for name, image in images(archive)}

    assert list(found) == ["p.png", "q.webp"]
    assert np.array_equal(found["p.png"], plain(0))


def test_folders_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "folder.png" / "a.txt").write_bytes(b"a")
    with tarfile.open(tmp_path / "pack.tar", "w") as tar:
        tar.add(tmp_path / "folder.png", "folder.png")

    assert list(files(tmp_path / "pack.tar")) == [("folder.png/a.txt", b"a")]
    assert not list(images(tmp_path / "pack.tar"))


@pytest.mark.parametrize("read", [files, images])
def test_missing_archive_is_named(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(FileNotFoundError, match=r"pack\.tar"):
        list(read(tmp_path / "pack.tar"))
