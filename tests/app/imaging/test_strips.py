"""Strips: the rows of a whole picture, in other parts."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.imaging.picture import Picture
from app.imaging.strips import enlarged, enlarged_alpha, rows_of
from tests.conftest import noise


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_alpha_in_bands_equals_the_whole(dtype: type, scale: int) -> None:
    alpha = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (37, 23), dtype, True)
    image = Image.fromarray(alpha).resize((23 * scale, 37), Image.Resampling.BICUBIC)
    pillows = np.asarray(image.resize((23 * scale, 37 * scale), Image.Resampling.BICUBIC))
    whole = enlarged_alpha(alpha, scale)
    assert np.abs(whole.astype(int) - pillows).max() <= (scale == 3)
    for step in (1, 5, 16):
        ends = [*range(0, 37, step), 37]
        bands = [enlarged_alpha(alpha, scale, top, bottom) for top, bottom in pairwise(ends)]
        assert np.array_equal(np.concatenate(bands), whole)


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize("alpha", [False, True])
def test_an_enlargement(gray: bool, alpha: bool) -> None:
    pixels = noise(9, 6)
    if gray:
        pixels[:] = pixels[..., :1]
    picture = Picture(pixels, noise(9, 6)[..., 1] if alpha else None, gray=gray, icc=b"profile")
    grown = pixels.repeat(2, axis=0).repeat(2, axis=1)
    strips = enlarged(picture, 2, [grown[:2], grown[2:4], grown[4:]])
    whole = np.concatenate(list(strips.strips))
    assert (
        whole.shape
        == (strips.height, strips.width, strips.channels)
        == (
            12,
            18,
            (1 if gray else 3) + alpha,
        )
    )
    assert (strips.dtype, strips.icc) == (np.uint8, b"profile")
    assert np.array_equal(whole[..., : 1 if gray else 3], grown[..., : 1 if gray else 3])
    if picture.alpha is not None:
        assert np.array_equal(whole[..., -1], enlarged_alpha(picture.alpha, 2))


@given(st.lists(st.integers(0, 20), max_size=8), st.integers(1, 15))
def test_rows_of(lengths: list[int], count: int) -> None:
    rows = np.arange(sum(lengths))[:, np.newaxis]
    given = np.split(rows, np.cumsum(lengths)[:-1]) if lengths else []
    found = list(rows_of(given, count))
    assert [len(strip) for strip in found[:-1]] == [count] * len(found[:-1])
    assert np.array_equal(np.concatenate([rows[:0], *found]), rows)
