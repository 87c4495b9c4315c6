"""Dense answers come back to where in the picture they belong, without what was padded."""

import numpy as np
import pytest
from PIL import Image

from app.card import Fit
from app.imaging.dense import bands, counted, unfit, unfit_classes, unfit_vectors
from app.imaging.fit import fit, seen
from app.imaging.palette import VOID
from app.imaging.picture import Picture
from tests.conftest import noise

FITS = [None, Fit(size=(24, 40)), Fit(longest=32), Fit(resize=16, crop=16), Fit(resize=20, crop=12)]


def ramp(width: int, height: int) -> Picture:
    """Red rises from left to right and green from top to bottom."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)
    pixels[..., 1] = np.linspace(0, 255, height)[:, np.newaxis]
    return Picture(pixels)


@pytest.mark.parametrize("how", FITS, ids=str)
@pytest.mark.parametrize("multiple", [1, 8])
@pytest.mark.parametrize("size", [(60, 45), (45, 60), (64, 64)])
def test_every_value_returns_to_its_place(
    how: Fit | None, multiple: int, size: tuple[int, int]
) -> None:
    picture = ramp(*size)
    fitted = fit(picture, how, multiple) / np.float32(255)
    for channel in (0, 1):
        back = unfit(fitted[..., channel], *size, how, multiple)
        wanted = picture.pixels[..., channel] / 255
        known = unfit(np.ones_like(fitted[..., 0]), *size, how, multiple) > 0
        # Filters see less at a border: two pixels of the fitted picture lie between.
        inside = known & (wanted > 0.1) & (wanted < 0.9)
        assert np.abs(back - wanted)[inside].max() < 0.05
        assert (back[~known] == 0).all()


@pytest.mark.parametrize("multiple", [1, 4, 7])
def test_without_a_fit_nothing_changes(multiple: int) -> None:
    picture = Picture(noise(13, 9))
    padded = fit(picture, None, multiple)
    values = padded[..., 0] / np.float32(255)
    assert np.array_equal(unfit(values, 13, 9, None, multiple), values[:9, :13])
    classes = padded[..., 0]
    assert np.array_equal(unfit_classes(classes, 13, 9, None, multiple), classes[:9, :13])


@pytest.mark.parametrize("coarser", [1, 4])
@pytest.mark.parametrize("how", [None, Fit(longest=16)])
def test_padding_does_not_bleed_in(coarser: int, how: Fit | None) -> None:
    """What a network answers for the padding is no part of the picture."""
    height, width = 8, 16
    answer = np.full((16 // coarser, 16 // coarser), 1.0, np.float32)
    answer[: height // coarser] = 0.25
    back = unfit(answer, width, height, how, multiple=16)
    assert back.shape == (height, width)
    assert (back == np.float32(0.25)).all()
    classes = np.where(answer == 1, np.uint8(9), np.uint8(3))
    assert (unfit_classes(classes, width, height, how, multiple=16) == 3).all()


def test_an_answer_that_ends_within_one_of_its_pixels() -> None:
    """10 pixels padded to 16, answered by 4: the picture ends at 2.5 pixels of the answer."""
    answer = np.tile(np.array([0.0, 0.0, 1.0, 1.0], np.float32), (4, 1))
    back = unfit(answer, 10, 10, None, multiple=16)
    assert back.shape == (10, 10)
    assert (back[:, :6] < 0.1).all()
    assert (back[:, 9] > 0.9).all()


def test_no_ringing() -> None:
    checks = np.kron(np.indices((6, 6)).sum(axis=0) % 2, np.ones((2, 2))).astype(np.float32)
    back = unfit(checks, 101, 97, Fit(size=(12, 12)))
    assert back.min() == 0
    assert back.max() == 1


def test_cropped_pixels_are_unknown() -> None:
    how = Fit(resize=10, crop=10)
    back = unfit(np.ones((10, 10), np.float32), 40, 10, how)
    assert (back[:, 15:25] == 1).all()
    assert back.sum() == 100
    classes = unfit_classes(np.ones((10, 10), np.uint8), 40, 10, how)
    assert (classes[:, 15:25] == 1).all()
    assert np.count_nonzero(classes == VOID) == 300


def test_the_vote_invents_no_class_and_keeps_borders() -> None:
    """Between class 0 and class 200 a resize of the indices would find class 100."""
    classes = np.zeros((8, 8), np.uint8)
    classes[:, 4:] = 200
    back = unfit_classes(classes, 83, 50, Fit(size=(8, 8)))
    assert set(np.unique(back)) == {0, 200}
    assert (back[:, :41] == 0).all()
    assert (back[:, 42:] == 200).all()


def test_of_equal_votes_the_lower_class_wins() -> None:
    classes = np.array([[7, 3], [3, 7]], np.uint8)
    assert unfit_classes(classes, 1, 1, Fit(size=(2, 2))).tolist() == [[3]]


def test_the_vote_is_the_largest_resized_mask() -> None:
    classes = noise(11, 7, 1)[..., 0] // 64
    back = unfit_classes(classes, 40, 33, Fit(size=(7, 11)))
    votes = [
        np.asarray(
            Image.fromarray(((classes == index) * 255).astype(np.uint8)).resize(
                (40, 33), Image.Resampling.BILINEAR
            )
        )
        for index in range(4)
    ]
    assert np.array_equal(back, np.argmax(votes, axis=0))


@pytest.mark.parametrize("how", FITS, ids=str)
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (4001, 7)])
def test_any_size_comes_back(how: Fit | None, size: tuple[int, int]) -> None:
    fitted = fit(Picture(noise(*size)), how, 8)
    assert fitted.shape[0] % 8 == fitted.shape[1] % 8 == 0
    values = np.full(fitted.shape[:2], 0.5, np.float32)
    back = unfit(values, *size, how, 8)
    assert back.shape == size[::-1]
    assert set(np.unique(back)) <= {np.float32(0), np.float32(0.5)}
    assert (back > 0).any()
    cropped = how is not None and how.crop is not None
    assert (back > 0).all() or cropped


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (1500, 1400)])
def test_classes_are_counted(size: tuple[int, int]) -> None:
    classes = np.random.default_rng(0).integers(0, 256, size, np.uint8)
    counts = counted(classes)
    assert counts.sum() == classes.size
    assert all(counts[index] == (classes == index).sum() for index in (0, 7, 255))


def test_bands_are_all_rows() -> None:
    plane = np.arange(1000).reshape(100, 10)
    parts = list(bands(plane, pixels=70))
    assert [len(part) for part in parts] == [7] * 14 + [2]
    assert np.array_equal(np.concatenate(parts), plane)


@pytest.mark.parametrize("how", FITS, ids=str)
def test_vectors_come_back_in_pixels_of_the_picture(how: Fit | None) -> None:
    width, height = 48, 36
    small = fit(Picture(noise(width, height)), how, 8)
    # A point of the fitted picture that moves by its own place: x' = 2x, so everywhere in any size.
    y, x = np.indices(small.shape[:2], np.float32) + np.float32(0.5)
    vectors = unfit_vectors(np.stack((x, y), -1), width, height, how, 8)
    left, top, right, bottom = seen(width, height, how)
    inside = vectors[top + 2 : bottom - 2, left + 2 : right - 2]
    across, down = np.arange(width) + 0.5 - left, np.arange(height) + 0.5 - top
    assert vectors.shape == (height, width, 2)
    assert np.abs(inside[..., 0] - across[left + 2 : right - 2]).max() < 0.7
    assert np.abs(inside[..., 1] - down[top + 2 : bottom - 2, np.newaxis]).max() < 0.7
    known = np.isfinite(vectors).all(-1)
    assert known[top:bottom, left:right].all()
    assert known.sum() == (right - left) * (bottom - top)
