"""Tiles: they cover the picture once, and each brings the context it needs."""

import numpy as np
import pytest

from app.card import ModelCard
from app.imaging.tiles import tiles, tiles_for


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (65, 64), (100, 333), (7, 1000)])
@pytest.mark.parametrize(
    ("side", "halo", "multiple"),
    [(64, 0, 1), (64, 10, 1), (65, 31, 1), (64, 16, 16), (70, 24, 8), (64, 16, 32)],
)
def test_every_pixel_is_kept_once_with_its_context(
    size: tuple[int, int], side: int, halo: int, multiple: int
) -> None:
    height, width = size
    kept = np.zeros(size, int)
    for tile in tiles(height, width, side=side, halo=halo, multiple=multiple):
        assert tile.rows[0] % multiple == tile.columns[0] % multiple == 0
        kept[slice(*tile.rows), slice(*tile.columns)] += 1
        for (start, stop), (first, last), length in (
            (tile.rows, tile.read_rows, height),
            (tile.columns, tile.read_columns, width),
        ):
            assert last - first <= side
            assert start - first >= min(halo, start)
            assert last - stop >= min(halo, length - stop)
    assert (kept == 1).all()


def test_what_is_read_and_what_is_kept_of_it() -> None:
    pixels = np.arange(50 * 40).reshape(50, 40)
    whole = np.zeros_like(pixels)
    for tile in tiles(50, 40, side=20, halo=4):
        read = tile.read(pixels)
        assert read.shape[0] <= 20
        whole[slice(*tile.rows), slice(*tile.columns)] = tile.inside(read)
    assert np.array_equal(whole, pixels)


def test_the_tiles_of_a_model() -> None:
    """The card's halo is rounded up to its multiple, and widens a tile it would fill."""
    card = ModelCard(task="any", name="any", title="", halo=33, multiple=32)
    first, second, *_ = tiles_for(card, 10, 1000, side=100, halo=0)
    assert second.columns[0] % 32 == 0
    assert second.columns[0] - second.read_columns[0] == 64
    assert first.read_columns[1] <= 3 * 64
    anything = card.model_copy(update={"halo": None, "multiple": 1})
    second = tiles_for(anything, 10, 1000, side=100, halo=7)[1]
    assert second.columns[0] - second.read_columns[0] == 7


def test_a_small_picture_is_one_tile() -> None:
    assert len(tiles(64, 30, side=64, halo=20)) == 1


def test_a_halo_that_leaves_no_inside() -> None:
    with pytest.raises(ValueError, match="no inside"):
        tiles(100, 100, side=40, halo=20)
