"""Tiles: they cover the picture once, and each brings the context it needs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.card import ModelCard
from app.imaging.tiles import LEAST, LONGEST, WIDE, Part, Tile, batches, cut, parts, ramps

CARD = ModelCard(task="any", name="any", title="")


@given(
    length=st.integers(1, 3000),
    halo=st.integers(0, 40),
    multiple=st.sampled_from([1, 2, 8, 16, 32]),
    more=st.integers(1, 10),
)
def test_parts(length: int, halo: int, multiple: int, more: int) -> None:
    halo += -halo % multiple
    side = 2 * halo + more * multiple
    found = parts(length, side, halo, multiple)
    padded = length + -length % multiple
    sizes = set()
    place = 0
    for part in found:
        (start, stop), (first, last) = part.kept, part.read
        assert start == place < stop  # every pixel is kept, once and in order
        place = stop
        assert first % multiple == start % multiple == 0
        assert start - first >= min(halo, start)
        assert last - stop >= min(halo, length - stop)
        sizes.add((padded if last == length else last) - first)
    assert place == length
    assert len(sizes) == 1  # all read the same, once padded
    assert max(sizes) <= side or len(found) == 1
    if padded <= side:
        assert len(found) == 1
    # No fewer could do: the first and the last have a halo on one side only.
    assert len(found) == 1 or (len(found) - 1) * (side - 2 * halo) + 2 * halo < padded


def test_a_halo_that_leaves_no_inside() -> None:
    with pytest.raises(ValueError, match="no inside"):
        parts(100, 40, 20)


@given(
    height=st.integers(1, 400),
    width=st.integers(1, 400),
    halo=st.integers(0, 20),
    multiple=st.sampled_from([1, 8]),
    pixels=st.integers(1, 5000),
)
def test_tiles_put_together(height: int, width: int, halo: int, multiple: int, pixels: int) -> None:
    card = CARD.model_copy(update={"halo": halo, "multiple": multiple, "scale": 3})
    picture = np.arange(height * width).reshape(height, width)
    tiles = cut(card, height, width, pixels=pixels, halo=0)
    needed = halo + -halo % multiple
    rows = []
    for part in tiles.rows:
        insides = []
        for tile in tiles.band(part):
            read = tile.read(picture)
            assert read.size <= max(pixels, (WIDE * needed) ** 2, multiple**2)
            insides.append(tile.inside(read.repeat(3, axis=0).repeat(3, axis=1), 3))
        rows.append(np.concatenate(insides, axis=1))
    whole = picture.repeat(3, axis=0).repeat(3, axis=1)
    assert np.array_equal(np.concatenate(rows), whole)


def test_pixels_of_a_tile() -> None:
    """It has as many as are wished, whatever its shape, but at least some halos each way."""
    card = CARD.model_copy(update={"halo": 10})
    square = cut(card, 10_000, 10_000, pixels=10_000, halo=0)
    assert 90 <= square.rows[0].read[1] <= 100
    low = cut(card, 20, 10_000, pixels=10_000, halo=0)
    assert len(low.rows) == 1
    assert 450 <= low.columns[0].read[1] <= 500
    high = cut(card, 10_000, 20, pixels=10_000, halo=0)
    assert len(high.columns) == 1
    assert 450 <= high.rows[0].read[1] <= 500
    long = cut(card, 1, 10_000, pixels=10_000, halo=0)
    assert 1000 <= long.columns[0].read[1] <= LONGEST
    assert len(cut(card, 1, 10_000, pixels=10**8, halo=0)) == 1
    wide = cut(card, 1000, 1000, pixels=1, halo=0)
    assert 2 * 10 < wide.rows[0].read[1] <= WIDE * 10


def test_less_memory_than_a_halo_asks_for() -> None:
    card = CARD.model_copy(update={"halo": 10})
    small = cut(card, 1000, 1000, pixels=10_000, halo=0, most=(LEAST * 10) ** 2)
    assert small.rows[0].read[1] == LEAST * 10
    with pytest.raises(ValueError, match="too few"):
        cut(card, 1000, 1000, pixels=10_000, halo=0, most=(LEAST * 10) ** 2 - 1)
    assert len(cut(card, 5, 5, pixels=10_000, halo=0, most=25)) == 1


def test_context_where_none_is_exact() -> None:
    tiles = cut(CARD, 10, 1000, pixels=1000, halo=7)
    first, second, *_ = tiles.columns
    assert second.kept[0] - second.read[0] >= 7
    assert first.read[1] - first.kept[1] >= 7


@given(
    length=st.integers(1, 800),
    halo=st.integers(0, 30),
    more=st.integers(1, 60),
    scale=st.sampled_from([1, 4]),
)
def test_weights_add_up_to_one(length: int, halo: int, more: int, scale: int) -> None:
    found = parts(length, 2 * halo + more, halo)
    sums = np.zeros(length * scale)
    for part, weights in zip(found, ramps(found, halo, scale), strict=True):
        sums[part.read[0] * scale : part.read[1] * scale] += weights
        assert (weights > 0).all()
        assert (weights <= 1).all()
    np.testing.assert_allclose(sums, 1, rtol=1e-6)


def test_weights_fall_linearly() -> None:
    """Two tiles of 12 that share 8 pixels: twice the halo of 4."""
    left, right = ramps([Part((0, 8), (0, 12)), Part((8, 16), (4, 16))], 4)
    np.testing.assert_allclose(left[:4], 1)
    np.testing.assert_allclose(left[4:], (np.arange(8)[::-1] + 0.5) / 8, rtol=1e-6)
    np.testing.assert_allclose(right, left[::-1], rtol=1e-6)


def test_batches() -> None:
    tiles = [Tile(Part((0, 1), (0, 1)), Part((n, n + 1), (n, n + 1))) for n in range(5)]
    assert [len(batch) for batch in batches(tiles, 2)] == [2, 2, 1]
