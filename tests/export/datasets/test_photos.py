"""Photos for super-resolution: what is held out never changes, and JPEGs are made smaller."""

from pathlib import Path

import numpy as np
import pytest

from export.datasets.photos import ARCHIVES, held_out_photos, photos
from tests.export.packs import noisy, pack


def test_held_out_photos_are_spread_and_do_not_depend_on_order() -> None:
    names = [f"debian/{i:02}.webp" for i in range(36)] + ["T91/t1.webp"]
    names += [f"bsds500_test/{i:03}.jpg" for i in range(200)] + ["bsds500_train/1.jpg"]

    held_out = held_out_photos(names)

    assert held_out == held_out_photos(names[::-1])
    assert len(set(held_out)) == 18
    assert held_out[:2] == ["debian/00.webp", "debian/04.webp"]
    assert held_out[-1] == "bsds500_test/144.jpg"


def test_photos_are_divided_and_jpegs_made_smaller(tmp_path: Path) -> None:
    lossless, bsds = ARCHIVES
    pack(tmp_path / lossless, {n: noisy(n, 20, 10) for n in ("T91/t1.webp", "debian/a.webp")})
    names = ("bsds500_train/1.jpg", "bsds500_test/2.jpg")
    pack(tmp_path / bsds, {name: noisy(name, 20, 10) for name in names})

    training, validation = photos(tmp_path)

    assert [photo.shape for photo in training] == [(10, 20, 3), (8, 16, 3)]
    assert [photo.shape for photo in validation] == [(10, 20, 3), (8, 16, 3)]
    assert training[0].dtype == np.uint8


@pytest.mark.parametrize("there", ARCHIVES)
def test_missing_archive_is_named(tmp_path: Path, there: str) -> None:
    pack(tmp_path / there, {"T91/t1.webp": noisy("t1.webp", 20, 10)})
    (missing,) = set(ARCHIVES) - {there}
    with pytest.raises(FileNotFoundError, match=missing):
        photos(tmp_path)
