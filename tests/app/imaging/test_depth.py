"""Levels: the whole range, rounded to the nearest, whatever the depth."""

import numpy as np
import pytest

from app.imaging import depth
from app.imaging.depth import cut, scaled, straight, unit_to_16
from tests.app.imaging import golden


@pytest.fixture(autouse=True, params=[2, 64])
def _rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of several blocks of rows are as those of one."""
    monkeypatch.setattr(depth, "ROWS", request.param)


def test_whole_numbers() -> None:
    assert scaled(np.arange(4)[:, np.newaxis], 3).ravel().tolist() == [0, 85, 170, 255]
    values = golden.deep(3)
    assert scaled(values, 65535) is values
    wanted = np.floor((values >> 4) * (65535 / 4095) + 0.5)
    assert np.array_equal(scaled(values >> 4, 4095), wanted)


def test_floats() -> None:
    values = np.random.default_rng(0).random((5, 7, 3))
    assert np.array_equal(unit_to_16(values), np.floor(values * 65535 + 0.5))
    odd = np.array([[-1.0], [np.nan], [2.0], [-np.inf], [np.inf]], np.float16)
    assert unit_to_16(odd).ravel().tolist() == [0, 0, 65535, 0, 65535]


def test_signed() -> None:
    values = np.array([[-5], [3], [70_000]])
    assert cut(values, 16).ravel().tolist() == [0, 3, 65535]
    assert cut(values, 8).ravel().tolist() == [0, 3, 255]


def test_alpha_is_divided_out() -> None:
    assert straight(
        np.array([[[10, 20, 128]], [[7, 9, 0]], [[200, 255, 255]]], np.uint8)
    ).tolist() == [
        [[20, 40, 128]],
        [[255, 255, 0]],
        [[200, 255, 255]],
    ]
