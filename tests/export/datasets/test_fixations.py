"""OSIE: every photo has its own map and its own fixations, and is on one side of the split."""

import json
from pathlib import Path

import numpy as np
import pytest

from export.datasets.fixations import ARCHIVE, Watched, osie
from tests.export.packs import encoded, pack, plain

NUMBERS = range(1001, 1014)


@pytest.fixture(scope="module")
def real(data: Path) -> tuple[Watched, Watched]:
    return osie(data)


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """Thirteen photos, each with its number less 1000 as its level, its map's and its places."""
    contents = {}
    for number in reversed(NUMBERS):  # the split must not depend on the order in the archive
        level = number - 1000
        contents[f"images/{number}.png"] = encoded(plain(level), "a.png")
        contents[f"maps_200x150/{number}.png"] = encoded(np.full((3, 4), level, np.uint8), "a.png")
    # Two viewers, one of whom looked elsewhere all the time.
    viewers = {f"{n}.png": [[[n - 1000, 2.5, 200], [3, 4, 90]], []] for n in NUMBERS}
    contents["fixations.json"] = json.dumps({"fixations": viewers}).encode()
    pack(tmp_path / ARCHIVE, contents)
    return tmp_path


def test_everything_of_a_photo_stays_together(made_up: Path) -> None:
    levels = []
    for side in osie(made_up):
        assert len(side.pictures) == len(side.densities) == len(side.fixations)
        for pixels, density, points in zip(
            side.pictures, side.densities, side.fixations, strict=True
        ):
            level = int(pixels[0, 0, 0])
            assert (density == level).all()
            assert points.tolist() == [[level, 2.5], [3, 4]]  # without the durations
            levels.append(level)
    assert sorted(levels) == list(range(1, 14))


def test_every_sixth_photo_is_held_out(made_up: Path) -> None:
    _, validation = osie(made_up)
    assert [int(pixels[0, 0, 0]) for pixels in validation.pictures] == [4, 10]


def test_osie_has_the_sizes_that_are_promised(real: tuple[Watched, Watched]) -> None:
    training, validation = real

    assert len(training.pictures) + len(validation.pictures) == 558
    assert len(validation.pictures) == 93
    for side in (training, validation):
        assert {pixels.shape for pixels in side.pictures} == {(600, 800, 3)}
        assert {density.shape for density in side.densities} == {(150, 200)}
        assert {int(density.max()) for density in side.densities} == {255}
        assert {array.dtype.name for array in side.pictures + side.densities} == {"uint8"}
        for points in side.fixations:
            assert points.shape[1] == 2
            inside = (points >= 0).all(1) & (points < [800, 600]).all(1)
            assert inside.mean() > 0.9


def test_people_looked_where_the_map_is_high(real: tuple[Watched, Watched]) -> None:
    _, validation = real
    for density, points in zip(validation.densities, validation.fixations, strict=True):
        columns, rows = np.clip(points // 4, 0, [199, 149]).astype(int).T
        assert density[rows, columns].mean() > 2 * density.mean()


def test_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=ARCHIVE):
        osie(tmp_path)
