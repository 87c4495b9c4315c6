"""The limit: all pictures are done, and the cheap way to read them sees the same picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.card import Fit
from benchmarks.limit import Way, alone, busy, measure, plain, scaled
from benchmarks.photos import jpegs
from tests import tiny
from tests.conftest import file

RESNET = Fit(resize=256, crop=224)


@pytest.mark.parametrize("way", [Way(2, 1), Way(1, 2, spin=True), Way(2, 1, batch=3)])
def test_every_picture_is_done(tmp_path: Path, way: Way) -> None:
    seen = []

    def read(data: bytes, how: Fit) -> np.ndarray:
        seen.append(data)
        return plain(data, how)

    pictures = [file(Image.new("RGB", (12, 9), color)) for color in ("red", "blue")]
    limit = measure(tiny.colors(tmp_path), pictures, read, way, 8)
    assert limit.pictures == 8
    assert len(limit.latencies) == -(-8 // way.batch)
    assert limit.throughput == pytest.approx(8 / limit.seconds)
    # Each worker takes a batch more before the clock starts.
    assert len(seen) == 8 + min(way.workers * way.batch, 8)
    assert [seen[-8:].count(data) for data in pictures] == [4, 4]


def test_large_pictures_are_decoded_smaller_by_one_way_only() -> None:
    large, small = (jpegs(*size, count=1)[0] for size in ((2000, 1500), (256, 256)))
    whole, reduced = plain(large, RESNET).astype(float), scaled(large, RESNET).astype(float)
    assert whole.shape == reduced.shape == (224, 224, 3)
    assert 0 < np.abs(whole - reduced).mean() < 2
    assert np.array_equal(plain(small, RESNET), scaled(small, RESNET))


def test_ways_keep_every_core_busy() -> None:
    for cores in (1, 2, 4, 16):
        for way in (*busy(cores, (1, 8)), *alone(cores)):
            assert way.workers * way.threads >= cores
        assert all(way.workers == 1 and way.batch == 1 for way in alone(cores))
    assert Way(2, 1) in busy(2, (1,))
    assert Way(2, 2, batch=8) in busy(2, (1, 8))
    assert len(set(busy(2, (1, 8)))) == len(busy(2, (1, 8)))
