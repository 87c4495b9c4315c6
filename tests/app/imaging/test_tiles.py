"""Tiles: they cover the picture once, and each brings the context it needs."""

import numpy as np
import pytest

from app.imaging.tiles import tiles


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (65, 64), (100, 333), (7, 1000)])
@pytest.mark.parametrize(("side", "halo"), [(64, 0), (64, 10), (65, 31)])
def test_every_pixel_is_kept_once_with_its_context(
    size: tuple[int, int], side: int, halo: int
) -> None:
    height, width = size
    kept = np.zeros(size, int)
    for tile in tiles(height, width, side=side, halo=halo):
        kept[slice(*tile.rows), slice(*tile.columns)] += 1
        for (start, stop), (first, last), length in (
            (tile.rows, tile.read_rows, height),
            (tile.columns, tile.read_columns, width),
        ):
            assert last - first <= side
            assert start - first >= min(halo, start)
            assert last - stop >= min(halo, length - stop)
    assert (kept == 1).all()


def test_a_small_picture_is_one_tile() -> None:
    assert len(tiles(64, 30, side=64, halo=20)) == 1


def test_a_halo_that_leaves_no_inside() -> None:
    with pytest.raises(ValueError, match="no inside"):
        tiles(100, 100, side=40, halo=20)
