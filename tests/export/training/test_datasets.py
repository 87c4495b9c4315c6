"""What is held out for validation is the same at every call, balanced, and never trained on."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from export.training import datasets
from export.training.datasets import (
    CIFAR10_ARCHIVE,
    CIFAR10_CLASSES,
    PHOTO_ARCHIVES,
    cifar10_jpeg,
    held_out_of_each_class,
    held_out_photos,
    sr_photos,
)
from tests.conftest import noise


def pack(archive: Path, pictures: dict[str, bytes]) -> None:
    mode = "w:xz" if archive.suffix == ".xz" else "w:"
    with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
        for name, content in pictures.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def encoded(width: int, height: int, name: str, seed: int = 0) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(noise(width, height, seed=seed))
    image.save(buffer, "WEBP" if name.endswith("webp") else "JPEG")
    return buffer.getvalue()


@pytest.fixture
def cifar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(datasets, "HELD_OUT_PER_CLASS", 2)
    # Packed backwards: the split must not depend on the order in the archive.
    names = [f"train/{c}/{i:04}.jpg" for c in reversed(CIFAR10_CLASSES) for i in range(6)]
    pack(
        tmp_path / CIFAR10_ARCHIVE,
        {name: encoded(32, 32, name, seed) for seed, name in enumerate(names)},
    )
    return tmp_path


def test_cifar10_is_divided_into_disjoint_balanced_parts(cifar: Path) -> None:
    training, validation = cifar10_jpeg(cifar)

    assert training.pictures.shape == (40, 32, 32, 3)
    assert training.pictures.dtype == np.uint8
    assert validation.pictures.shape == (20, 32, 32, 3)
    assert np.bincount(validation.labels).tolist() == [2] * 10
    assert np.bincount(training.labels).tolist() == [4] * 10
    together = [p.tobytes() for part in (training, validation) for p in part.pictures]
    assert len(set(together)) == 60


def test_cifar10_is_read_from_the_cache_the_second_time(cifar: Path, tmp_path: Path) -> None:
    _, decoded = cifar10_jpeg(cifar, cache=tmp_path / "runs")
    (cifar / CIFAR10_ARCHIVE).unlink()

    _, cached = cifar10_jpeg(cifar, cache=tmp_path / "runs")

    assert np.array_equal(cached.pictures, decoded.pictures)
    assert np.array_equal(cached.labels, decoded.labels)


def test_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=CIFAR10_ARCHIVE):
        cifar10_jpeg(tmp_path)


def test_held_out_pictures_of_cifar10_never_change() -> None:
    held_out = held_out_of_each_class(np.repeat(np.arange(10), 5000), 500)

    assert held_out.sum() == 5000
    assert np.flatnonzero(held_out)[:5].tolist() == [12, 24, 31, 37, 38]


def test_held_out_photos_are_spread_and_do_not_depend_on_order() -> None:
    names = [f"debian/{i:02}.webp" for i in range(36)] + ["T91/t1.webp"]
    names += [f"bsds500_test/{i:03}.jpg" for i in range(200)] + ["bsds500_train/1.jpg"]

    held_out = held_out_photos(names)

    assert held_out == held_out_photos(names[::-1])
    assert len(set(held_out)) == 18
    assert held_out[:2] == ["debian/00.webp", "debian/04.webp"]
    assert held_out[-1] == "bsds500_test/144.jpg"


def test_photos_are_divided_and_jpegs_made_smaller(tmp_path: Path) -> None:
    lossless, bsds = PHOTO_ARCHIVES
    photos = dict.fromkeys(("T91/t1.webp", "debian/a.webp"), (20, 10))
    pack(tmp_path / lossless, {name: encoded(*size, name) for name, size in photos.items()})
    jpegs = ("bsds500_train/1.jpg", "bsds500_test/2.jpg")
    pack(tmp_path / bsds, {name: encoded(20, 10, name) for name in jpegs})

    training, validation = sr_photos(tmp_path)

    assert [photo.shape for photo in training] == [(10, 20, 3), (8, 16, 3)]
    assert [photo.shape for photo in validation] == [(10, 20, 3), (8, 16, 3)]
    assert training[0].dtype == np.uint8
