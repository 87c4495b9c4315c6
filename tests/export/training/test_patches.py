"""Patches: masks stay on their pictures however both are cut, resized and turned."""

import numpy as np
import pytest

from app.imaging.palette import VOID
from export.datasets.masks import Masked
from export.training.patches import Stage, patch
from tests.export.packs import coloured


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("side", [(24, 24), (16, 40)])
def test_masks_stay_on_their_pictures(side: tuple[int, int], upright: bool) -> None:
    pack = coloured(2, 48, 56)
    stage = Stage(1, side, (1.0, 1.0))  # nothing is smoothed, so that each pixel tells its class
    shown = set()
    for seed in range(30):
        pixels, labels = patch(pack, seed % 2, stage, upright, np.random.default_rng(seed))
        assert pixels.shape == (*side, 3)
        assert labels.shape == side
        assert pixels.dtype == labels.dtype == np.uint8
        assert np.array_equal(pixels.argmax(2), labels)
        shown.add(labels.tobytes())
    assert len(shown) > 25


@pytest.mark.parametrize("scale", [0.5, 0.7, 1.3])
def test_resized_masks_lie_where_their_pictures_do(scale: float) -> None:
    pack = coloured(1, 96, 96)
    stage = Stage(1, (32, 40), (scale, scale))
    for seed in range(10):
        pixels, labels = patch(pack, 0, stage, False, np.random.default_rng(seed))
        # Resizing smooths the picture at the edges of the squares, which shifts none of them.
        shown = pixels.argmax(2)
        assert (shown == labels).mean() > 0.8
        for moved in (np.roll(labels, 3, axis=0), np.roll(labels, 3, axis=1), labels[::-1]):
            assert (shown == moved).mean() < (shown == labels).mean()


def orientations(upright: bool, side: tuple[int, int] = (16, 16)) -> set[bytes]:
    """All the ways in which one mask is given, which has a mark in a corner."""
    mask = np.zeros(side, np.uint8)
    mask[0, :3], mask[1, 0] = 1, 2
    pack = Masked([np.zeros((*side, 3), np.uint8)], [mask], ("ground", "mark", "other"))
    stage = Stage(1, side, (1.0, 1.0))
    generator = np.random.default_rng(0)
    return {patch(pack, 0, stage, upright, generator)[1].tobytes() for _ in range(100)}


def test_what_is_upright_is_only_mirrored() -> None:
    assert len(orientations(upright=True)) == 2


def test_what_is_not_upright_is_seen_in_all_eight_ways() -> None:
    assert len(orientations(upright=False)) == 8


def test_a_patch_that_is_not_square_is_turned_by_halves() -> None:
    assert len(orientations(upright=False, side=(12, 16))) == 4


def test_pictures_smaller_than_a_patch_are_enlarged() -> None:
    pixels, labels = patch(
        coloured(1, 10, 12), 0, Stage(1, (32, 32), (1, 1)), True, np.random.default_rng(0)
    )
    assert pixels.shape == (32, 32, 3)
    assert labels.shape == (32, 32)
    assert set(np.unique(labels)) <= {0, 1, 2}


def test_void_stays_void() -> None:
    pack = coloured(1, 48, 48)
    pack.masks[0] = np.full((48, 48), VOID, np.uint8)
    _, labels = patch(pack, 0, Stage(1, (20, 24), (0.5, 1.5)), False, np.random.default_rng(0))
    assert (labels == VOID).all()
