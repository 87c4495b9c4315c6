"""Headers that lie about their pixels, or say too little."""

from typing import Any

import numpy as np
import pytest

from app.errors import BrokenPicture, FrameNotFound, PictureTooLarge
from app.imaging.decode import decode
from tests.app.imaging.dicom.made import data_set, dicom, saved
from tests.conftest import noise

PIXELS = np.arange(20, dtype=np.uint16).reshape(4, 5)


def test_too_many_pixels_are_refused_by_the_header() -> None:
    data = dicom(PIXELS, Rows=60_000, Columns=50_000)
    admitted: list[int] = []
    with pytest.raises(PictureTooLarge, match="50000x60000 is 3000000000 pixels, 100") as caught:
        decode(data, max_pixels=100, admit=admitted.append)
    assert caught.value.facts == {"limit": 100, "pixels": 3_000_000_000}
    assert admitted == []


def test_pixels_of_one_frame_count() -> None:
    admitted: list[int] = []
    frames = np.zeros((9, 4, 5), np.uint16)
    assert decode(dicom(frames), max_pixels=20, frame=8, admit=admitted.append).width == 5
    assert admitted == [20]


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"Rows": 0}, "no pixels"),
        ({"SamplesPerPixel": 4}, "samples per pixel"),
        ({"PhotometricInterpretation": "RGB"}, "samples per pixel"),
        ({"PhotometricInterpretation": "CMYK"}, "is none of PALETTE COLOR, RGB"),
        ({"BitsAllocated": 24}, "bits for a sample"),
        ({"BitsStored": 17}, "bits for a sample"),
        ({"BitsStored": 0}, "bits for a sample"),
        ({"Rows": 5}, "damaged"),
        ({"NumberOfFrames": 2_000_000_000}, "damaged"),
    ],
)
def test_lies(elements: dict[str, Any], reason: str) -> None:
    with pytest.raises(BrokenPicture, match=reason):
        decode(dicom(PIXELS, **elements), max_pixels=100)


@pytest.mark.parametrize("keyword", ["Rows", "Columns", "BitsAllocated"])
def test_gaps(keyword: str) -> None:
    made = data_set(PIXELS)
    delattr(made, keyword)
    with pytest.raises(BrokenPicture, match=f"lacks {keyword}"):
        decode(saved(made), max_pixels=100)


def test_no_such_frame() -> None:
    with pytest.raises(FrameNotFound, match="no frame 1: the picture has 1 frame, counted from 0"):
        decode(dicom(noise(3, 2)), max_pixels=100, frame=1)
