"""Calibration sees what the server gives to a network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from app.card import Fit
from app.tasks.task import UNBOUNDED
from export.optimize.given import given
from export.rewriting.gates import gated
from tests import tiny
from tests.conftest import noise


def test_pictures_are_fitted_as_the_card_says(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path, fit=Fit(size=(6, 9)))
    found = given(path, [noise(20, 30), noise(8, 8)], str)
    assert [{name: batch.shape for name, batch in one.items()} for one in found] == [
        {"image": (1, 6, 9, 3)}
    ] * 2


def test_of_tiles_the_middle_one_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(UNBOUNDED, tile_pixels=64)
    monkeypatch.setattr("export.evaluate.answers.UNBOUNDED", small)
    picture = noise(24, 8)
    (found,) = given(tiny.doubler(tmp_path), [picture], str)
    np.testing.assert_allclose(found["image"][0], picture[:, 8:16] / 255, rtol=1e-6)


def test_of_several_answers_the_picture_is_kept_once(tmp_path: Path) -> None:
    path = tiny.several(tmp_path)
    onnx.save(gated(onnx.load(path), ("edges", "semantic-boundaries", "saliency")), path)
    picture = noise(12, 8)
    (found,) = given(path, [picture], str)
    assert list(found) == ["image"]
    np.testing.assert_array_equal(found["image"][0], picture)
