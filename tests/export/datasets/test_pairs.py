"""Pairs: the flow is exact, moves as much as its level says, and samples are read as they are."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from export.datasets import pairs
from export.datasets.pairs import MOTIONS, Pair, make, measured, photos, samples
from tests.export.packs import noisy, pack, sample_pack

SIZE = (144, 192)


def smooth(seed: int) -> NDArray[np.uint8]:
    """A photo without fine detail, which survives being moved by parts of a pixel."""
    noise = np.random.default_rng(seed).integers(0, 256, (1, 3, 16, 20)).astype(np.float32)
    grown = F.interpolate(torch.from_numpy(noise), size=(200, 260), mode="bicubic").clamp(0, 255)
    return grown[0].permute(1, 2, 0).byte().numpy()


PHOTOS = [smooth(seed) for seed in range(4)]


def warped_back(pair: Pair) -> NDArray[np.float32]:
    """The second picture where the flow says that each pixel of the first went."""
    height, width = pair.valid.shape
    places = np.indices((height, width))[::-1].transpose(1, 2, 0) + pair.flow
    grid = torch.from_numpy(places / (width - 1, height - 1) * 2 - 1).float()
    second = torch.from_numpy(pair.second).permute(2, 0, 1)[None].float()
    back = F.grid_sample(second, grid[None], align_corners=True)
    return back[0].permute(1, 2, 0).numpy()


@pytest.mark.parametrize("level", MOTIONS)
def test_the_second_picture_shows_it_where_the_flow_says(level: str) -> None:
    for seed in range(4):
        pair = make(PHOTOS, level, SIZE, np.random.default_rng(seed))
        apart = np.abs(warped_back(pair) - pair.first).mean(-1)
        still = np.abs(pair.second.astype(float) - pair.first).mean(-1)
        # Of what is covered or has left, and at borders, it does not hold; most is neither.
        assert np.median(apart) < 1
        assert np.median(apart) < np.median(still) / 3


def test_levels_move_as_much_as_they_say() -> None:
    means = {}
    for level in MOTIONS:
        made = [make(PHOTOS, level, SIZE, np.random.default_rng(seed)) for seed in range(30)]
        means[level] = np.mean([np.linalg.norm(pair.flow, axis=-1).mean() for pair in made])
    assert means["easy"] < 3 < means["medium"] < 8 < min(means["rigid"], means["hard"])


def test_the_same_pairs_for_the_same_numbers() -> None:
    first, second = (measured(PHOTOS) for _ in range(2))
    assert len(first) == 24
    assert {pair.level for pair in first} == {"easy", "medium", "rigid"}
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.first, other.first)
        np.testing.assert_array_equal(one.flow, other.flow)


def test_samples(tmp_path: Path) -> None:
    sample_pack(tmp_path)
    first, second = samples(tmp_path)
    assert (first.level, second.level) == ("easy", "rigid")
    assert first.flow[1:].reshape(-1, 2).tolist() == [[1.5, -0.5]] * 40
    assert first.valid.sum() == 40
    assert not first.valid[0].any()
    assert first.first.shape == (6, 8, 3)
    assert (first.first != first.second).any()


def test_photos_of_the_samples_and_of_their_room_are_held_out(tmp_path: Path) -> None:
    sample_pack(tmp_path)
    lossless, bsds = pairs.ARCHIVES
    debian = {f"debian/{name}.webp": noisy("a.webp", 30, 40) for name in ("one", "three", "two")}
    pack(tmp_path / lossless, debian)
    pack(tmp_path / bsds, {"bsds500_train/b.jpg": noisy("b.jpg", 1200, 900)})
    frames = {f"rgb/frame-{number:06}.jpg": noisy("a.jpg", 32, 24) for number in (1, 263, 400)}
    pack(tmp_path / pairs.ROOM, {**frames, "depth_mm/frame-000001.png": noisy("a.png", 4, 3)})

    training, held_out = photos(tmp_path)

    assert sorted(photo.shape for photo in held_out) == [(24, 32, 3), (40, 30, 3), (40, 30, 3)]
    shapes = sorted(photo.shape for photo in training)
    assert shapes == [(24, 32, 3), (24, 32, 3), (40, 30, 3), (480, 640, 3)]
