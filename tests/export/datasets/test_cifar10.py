"""CIFAR-10's split is the same at every call, balanced, and never trained on."""

from pathlib import Path

import numpy as np
import pytest

from export.datasets import cifar10
from export.datasets.cifar10 import ARCHIVE, CLASSES, held_out_of_each_class, jpegs
from tests.export.packs import noisy, pack


@pytest.fixture
def cifar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cifar10, "HELD_OUT_PER_CLASS", 2)
    # Packed backwards: the split must not depend on the order in the archive.
    names = [f"train/{c}/{i:04}.jpg" for c in reversed(CLASSES) for i in range(6)]
    pack(tmp_path / ARCHIVE, {name: noisy(name, 32, 32, seed) for seed, name in enumerate(names)})
    return tmp_path


def test_cifar10_is_divided_into_disjoint_balanced_parts(cifar: Path) -> None:
    training, validation = jpegs(cifar)

    assert training.pictures.shape == (40, 32, 32, 3)
    assert training.pictures.dtype == np.uint8
    assert validation.pictures.shape == (20, 32, 32, 3)
    assert np.bincount(validation.labels).tolist() == [2] * 10
    assert np.bincount(training.labels).tolist() == [4] * 10
    together = [p.tobytes() for part in (training, validation) for p in part.pictures]
    assert len(set(together)) == 60


def test_cifar10_is_read_from_the_cache_the_second_time(cifar: Path, tmp_path: Path) -> None:
    _, decoded = jpegs(cifar, cache=tmp_path / "runs")
    (cifar / ARCHIVE).unlink()

    _, cached = jpegs(cifar, cache=tmp_path / "runs")

    assert np.array_equal(cached.pictures, decoded.pictures)
    assert np.array_equal(cached.labels, decoded.labels)


def test_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=ARCHIVE):
        jpegs(tmp_path)


def test_held_out_pictures_of_cifar10_never_change() -> None:
    held_out = held_out_of_each_class(np.repeat(np.arange(10), 5000), 500)

    assert held_out.sum() == 5000
    assert np.flatnonzero(held_out)[:5].tolist() == [12, 24, 31, 37, 38]
