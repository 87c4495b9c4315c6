"""Shades of gray by the formulas of the standard, written with numpy."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, uid
from pydicom.sequence import Sequence

from app.errors import BrokenPicture, CannotWindow
from app.imaging.decode import decode
from app.imaging.picture import Picture
from app.imaging.window import Window
from tests.app.imaging.dicom.made import data_set, dicom, saved, table
from tests.conftest import noise

RAMP = np.arange(-1024, 3072, 7, dtype=np.int16).reshape(1, -1)


def shown(pixels: NDArray[Any], window: Window | None = None, **elements: Any) -> Picture:
    return decode(dicom(pixels, **elements), max_pixels=100_000, window=window)


def linear(x: NDArray[Any], center: float, width: float, top: int = 65535) -> NDArray[Any]:
    """PS3.3, C.11.2.1.2.1, word by word."""
    y = ((x - (center - 0.5)) / (width - 1) + 0.5) * top
    y = np.where(x <= center - 0.5 - (width - 1) / 2, 0, y)
    return np.where(x > center - 0.5 + (width - 1) / 2, top, y)


def test_the_file_s_own_window() -> None:
    """The first of two, on values after the rescale."""
    picture = shown(
        RAMP, RescaleSlope=2, RescaleIntercept=-10,
        WindowCenter=[40, 500], WindowWidth=[400, 2000],
    )  # fmt: skip
    assert picture.pixels.dtype == np.uint16
    wanted = linear(RAMP * 2.0 - 10, 40, 400)
    assert np.abs(picture.pixels[..., 0] - wanted).max() <= 0.5
    assert np.array_equal(picture.pixels[..., 0], picture.pixels[..., 2])


def test_a_window_of_the_request() -> None:
    picture = shown(RAMP, Window(1000, 1500), WindowCenter=40, WindowWidth=400)
    assert np.abs(picture.pixels[..., 0] - linear(RAMP, 1000, 1500)).max() <= 0.5


def test_other_functions() -> None:
    """PS3.3, C.11.2.1.3.1 and C.11.2.1.3.2."""
    window = {"WindowCenter": 300, "WindowWidth": 800}
    exact = np.clip((RAMP - 300) / 800 + 0.5, 0, 1) * 65535
    found = shown(RAMP, VOILUTFunction="LINEAR_EXACT", **window).pixels[..., 0]
    assert np.abs(found - exact).max() <= 0.5
    sigmoid = 65535 / (1 + np.exp(-4 * (RAMP - 300) / 800))
    found = shown(RAMP, VOILUTFunction="SIGMOID", **window).pixels[..., 0]
    assert np.abs(found - sigmoid).max() <= 0.5


def test_the_narrowest_windows() -> None:
    found = shown(RAMP, Window(200, 1)).pixels[..., 0]
    assert np.array_equal(found, np.where(RAMP > 199.5, 65535, 0))
    found = shown(RAMP, Window(3.5, 1e-300)).pixels[..., 0]
    assert np.array_equal(found, np.where(RAMP > 3.5, 65535, 0))


def test_a_window_of_no_use_is_none() -> None:
    for center, width in ((40, 0), (40, -1), ("", "")):
        found = shown(RAMP, WindowCenter=center, WindowWidth=width).pixels[..., 0]
        assert (found.min(), found.max()) == (0, 65535)


def test_without_a_window_all_values_are_seen() -> None:
    found = shown(RAMP).pixels[..., 0]
    wanted = (RAMP - float(RAMP.min())) / (RAMP.max() - float(RAMP.min())) * 65535
    assert np.abs(found - wanted).max() <= 0.5
    flat = shown(np.full((2, 2), 77, np.int16)).pixels
    assert flat.max() == 0


def test_padding_is_not_a_value() -> None:
    pixels = np.array([[-2000, -2000, 0, 50, 100]], np.int16)
    found = shown(pixels, PixelPaddingValue=-2000).pixels[0, :, 0]
    assert found.tolist() == [0, 0, 0, 32768, 65535]
    pixels = np.array([[-2000, -1990, 0, 50, 100]], np.int16)
    found = shown(pixels, PixelPaddingValue=-2000, PixelPaddingRangeLimit=-1990).pixels[0, :, 0]
    assert found.tolist() == [0, 0, 0, 32768, 65535]


def test_eight_bits_are_shades_already() -> None:
    gray = noise(6, 5, 1)[..., 0]
    picture = shown(gray)
    assert picture.pixels.dtype == np.uint8
    assert np.array_equal(picture.pixels[..., 0], gray)
    assert np.array_equal(shown(gray, RescaleSlope=3, RescaleIntercept=-7).pixels[..., 0], gray)
    windowed = shown(gray, Window(100, 50)).pixels[..., 0]
    assert np.abs(windowed - linear(gray.astype(float), 100, 50, 255)).max() <= 0.5


def test_signed_bytes() -> None:
    gray = np.array([[-128, -1, 0, 127]], np.int8)
    assert shown(gray).pixels[0, :, 0].tolist() == [0, 127, 128, 255]


def test_inversion() -> None:
    straight = shown(RAMP, WindowCenter=40, WindowWidth=400).pixels
    for said in (
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"PresentationLUTShape": "INVERSE"},
        {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
    ):
        inverted = shown(RAMP, WindowCenter=40, WindowWidth=400, **said).pixels
        assert np.abs(65535 - inverted.astype(int) - straight).max() <= 1


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_a_lookup_table_of_the_modality(syntax: uid.UID) -> None:
    """C.11.1.1: what lies outside has the first or the last entry."""
    pixels = np.array([[0, 10, 11, 12, 13, 900]], np.uint16)
    data = dicom(pixels, syntax, ModalityLUTSequence=table([5, 400, 30, 100], first=10))
    found = decode(data, max_pixels=100, window=Window(200.5, 401)).pixels[0, :, 0]
    values = np.array([5, 5, 400, 30, 100, 100.0])
    assert np.abs(found - linear(values, 200.5, 401)).max() <= 0.5


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_a_lookup_table_of_values_of_interest(syntax: uid.UID) -> None:
    pixels = np.array([[-9, -5, -4, -3, -2, 7]], np.int16)
    lut = table([0, 1000, 300, 4095], first=-5, bits=12)
    data = dicom(pixels, syntax, VOILUTSequence=lut)
    found = decode(data, max_pixels=100).pixels[0, :, 0]
    wanted = np.array([0, 0, 1000, 300, 4095, 4095]) / 4095 * 65535
    assert np.abs(found - wanted).max() <= 0.5


def test_a_lookup_table_that_is_too_short() -> None:
    lut = table([1, 2, 3])
    lut[0].LUTDescriptor = [4, 0, 16]
    with pytest.raises(BrokenPicture, match="fewer entries"):
        shown(RAMP, VOILUTSequence=lut)


def test_each_frame_of_an_enhanced_file_has_its_own_elements() -> None:
    frames = np.stack([RAMP, RAMP])
    made = data_set(frames)

    def group(**sequences: Dataset) -> Dataset:
        item = Dataset()
        for keyword, inner in sequences.items():
            setattr(item, keyword, Sequence([inner]))
        return item

    rescale, *windows = Dataset(), Dataset(), Dataset()
    rescale.RescaleSlope, rescale.RescaleIntercept = 3, -100
    for window, center in zip(windows, (0, 900), strict=True):
        window.WindowCenter, window.WindowWidth = center, 1000
    made.SharedFunctionalGroupsSequence = Sequence(
        [group(PixelValueTransformationSequence=rescale)]
    )
    made.PerFrameFunctionalGroupsSequence = Sequence(
        [group(FrameVOILUTSequence=window) for window in windows]
    )
    for index, center in enumerate((0, 900)):
        found = decode(saved(made), max_pixels=100_000, frame=index).pixels[..., 0]
        assert np.abs(found - linear(RAMP * 3.0 - 100, center, 1000)).max() <= 0.5


@pytest.mark.parametrize("kind", [np.uint32, np.int32])
def test_numbers_of_thirty_two_bits(kind: type) -> None:
    """More of them than a table has entries, and more rows than are shown at once."""
    pixels = np.random.default_rng(3).integers(0, 10**9, (600, 4)).astype(kind)
    found = shown(pixels, RescaleSlope=1e-3, RescaleIntercept=5).pixels[..., 0]
    real = pixels * 1e-3 + 5
    wanted = (real - real.min()) / (real.max() - real.min()) * 65535
    assert np.abs(found - wanted).max() <= 0.5001


def test_a_window_is_for_gray_pictures() -> None:
    with pytest.raises(CannotWindow, match="has colours"):
        shown(noise(4, 4), Window(1, 2))
