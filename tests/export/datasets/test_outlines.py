"""BSDS500: every picture with its annotators, unrelated scenes on both sides."""

from pathlib import Path

import numpy as np
import pytest

from export.datasets.outlines import ANNOTATIONS, PICTURES, bsds
from tests.export.packs import encoded, pack, plain


def test_of_the_data(data: Path) -> None:
    training, validation = bsds(data)
    assert (len(training.pictures), len(validation.pictures)) == (359, 40)
    for side in (training, validation):
        for picture, annotators in zip(side.pictures, side.annotators, strict=True):
            assert picture.shape[:2] in ((321, 481), (481, 321))
            assert annotators.shape[1:] == picture.shape[:2]
            assert 4 <= len(annotators) <= 9
            assert 0 < annotators.mean() < 0.1


def test_annotators_are_unstacked_and_go_with_their_picture(tmp_path: Path) -> None:
    photos, drawn = {}, {"index.csv": b""}
    for number in range(7):
        side = "test" if number else "train"
        photos[f"bsds500_{side}/{number}.jpg"] = encoded(plain(40 + number), "a.jpg")
        stacked = np.zeros((12, 8), np.uint8)  # two annotators
        stacked[number, 1], stacked[6 + number % 6, 2] = 255, 255
        drawn[f"{side}/annotators/{number}.png"] = encoded(stacked, "a.png")
        drawn[f"{side}/mean/{number}.png"] = encoded(stacked[:6], "a.png")
    pack(tmp_path / PICTURES, photos)
    pack(tmp_path / ANNOTATIONS, drawn)

    training, validation = bsds(tmp_path)

    # Of test/1 to test/6 the first and the sixth.
    assert [int(p[0, 0, 0]) - 40 for p in validation.pictures] == [1, 6]
    assert [int(p[0, 0, 0]) - 40 for p in training.pictures] == [2, 3, 4, 5, 0]
    first = validation.annotators[0]
    assert first.shape == (2, 6, 8)
    assert np.argwhere(first).tolist() == [[0, 1, 1], [1, 1, 2]]


def test_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=PICTURES):
        bsds(tmp_path)
