"""Frames of every transfer syntax, against pixels that are known."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import uid

from app.errors import BrokenPicture, FrameNotFound
from app.imaging.decode import decode
from tests.app.imaging.dicom.made import bundled, data_set, dicom, saved
from tests.conftest import noise

LIMIT = 1_000_000

LOSSLESS = [
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEG2000Lossless,
]

SHOWN = {"WindowCenter": 32768, "WindowWidth": 65536}
"""A window in which a number of 16 bits is its own shade."""


def deep(*shape: int) -> NDArray[np.uint16]:
    return np.random.default_rng(1).integers(0, 2**16, shape, np.uint16)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.name)
def test_lossless(syntax: uid.UID) -> None:
    gray = deep(37, 41)
    picture = decode(dicom(gray, syntax, **SHOWN), max_pixels=LIMIT)
    assert (picture.width, picture.height, picture.gray) == (41, 37, True)
    assert np.array_equal(picture.pixels, np.stack([gray] * 3, axis=-1))

    for colors in (noise(37, 35), noise(34, 40)):
        picture = decode(dicom(colors, syntax), max_pixels=LIMIT)
        assert not picture.gray
        assert np.array_equal(picture.pixels, colors)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.name)
def test_every_frame(syntax: uid.UID) -> None:
    frames = deep(3, 34, 41)
    data = dicom(frames, syntax, **SHOWN)
    for index, wanted in enumerate(frames):
        found = decode(data, max_pixels=LIMIT, frame=index).pixels[..., 0]
        assert np.array_equal(found, wanted)
    with pytest.raises(FrameNotFound, match=r"no frame 3.*has 3 frames") as caught:
        decode(data, max_pixels=LIMIT, frame=3)
    assert caught.value.facts == {"frame": 3, "frames": 3}


def test_signed_numbers_of_fewer_bits_than_they_take() -> None:
    stored = np.tile(np.array([-2048, -1, 0, 1, 2047], np.int16), (40, 8))
    for syntax in LOSSLESS:
        # What the unused bits hold means nothing.
        data = dicom(
            stored & 0x0FFF, syntax, BitsStored=12, HighBit=11, PixelRepresentation=1,
            RescaleSlope=16, RescaleIntercept=32768, **SHOWN,
        )  # fmt: skip
        found = decode(data, max_pixels=LIMIT).pixels[-1, :5, 0]
        assert found.tolist() == [0, 32752, 32768, 32784, 65520], syntax.name


def test_planes_of_colours() -> None:
    colors = noise(5, 4)
    made = data_set(colors, PlanarConfiguration=1)
    made.PixelData = np.moveaxis(colors, -1, 0).tobytes()
    assert np.array_equal(decode(saved(made), max_pixels=LIMIT).pixels, colors)


def test_luminance_and_chrominance() -> None:
    """PS3.3, C.7.6.3.1.2, with the inverse of its matrix."""
    ybr = noise(6, 4)
    y, b, r = np.moveaxis(ybr.astype(float), -1, 0)
    rgb = np.stack(
        [
            y + 1.402 * (r - 128),
            y - 0.344136 * (b - 128) - 0.714136 * (r - 128),
            y + 1.772 * (b - 128),
        ],
        axis=-1,
    )
    for syntax in (uid.ExplicitVRLittleEndian, uid.RLELossless):
        data = dicom(ybr, syntax, PhotometricInterpretation="YBR_FULL")
        found = decode(data, max_pixels=LIMIT).pixels
        assert np.abs(found - np.clip(rgb, 0, 255)).max() <= 1


@pytest.mark.parametrize(
    "name",
    ["MR_small_jpeg_ls_lossless", "MR_small_jp2klossless", "MR_small_RLE", "MR_small_bigendian"],
)
def test_lossless_files_of_others(name: str) -> None:
    plain = decode(bundled("MR_small.dcm"), max_pixels=LIMIT)
    assert np.array_equal(decode(bundled(f"{name}.dcm"), max_pixels=LIMIT).pixels, plain.pixels)


def test_lossless_jpeg() -> None:
    plain = decode(bundled("SC_rgb_rle.dcm"), max_pixels=LIMIT)
    packed = decode(bundled("SC_rgb_jpeg_gdcm.dcm"), max_pixels=LIMIT)
    assert np.array_equal(packed.pixels, plain.pixels)


@pytest.mark.parametrize(
    "name",
    ["SC_rgb_jpeg_dcmtk", "SC_rgb_jpeg_lossy_gdcm", "SC_rgb_jls_lossy_sample", "SC_rgb_gdcm_KY"],
)
def test_lossy_files_of_others(name: str) -> None:
    """JPEG baseline, near-lossless JPEG-LS and JPEG 2000 of one picture."""
    plain = decode(bundled("SC_rgb_rle.dcm"), max_pixels=LIMIT).pixels.astype(int)
    found = decode(bundled(f"{name}.dcm"), max_pixels=LIMIT).pixels
    assert np.abs(found - plain).mean() < 6


@pytest.mark.parametrize(
    "name", ["MR_small_RLE", "MR_small_jpeg_ls_lossless", "SC_rgb_jpeg_gdcm", "SC_rgb_gdcm_KY"]
)
def test_compressed_files_that_are_cut_off(name: str) -> None:
    data = bundled(f"{name}.dcm")
    pixels = data.rindex(b"\xe0\x7f\x10\x00")
    for end in range(pixels, data.rindex(b"\xfe\xff\xdd\xe0"), 97):
        with pytest.raises(BrokenPicture):
            decode(data[:end], max_pixels=LIMIT)


def test_twelve_bits_of_jpeg() -> None:
    """The same picture as lossy JPEG 2000; each is stretched to all of its values."""
    picture = decode(bundled("JPGExtended.dcm"), max_pixels=LIMIT)
    assert picture.pixels.dtype == np.uint16
    other = decode(bundled("JPEG2000.dcm"), max_pixels=LIMIT).pixels
    assert np.corrcoef(picture.pixels.ravel(), other.ravel())[0, 1] > 0.9


def test_a_codestream_with_a_file_around() -> None:
    picture = decode(bundled("GDCMJ2K_TextGBR.dcm"), max_pixels=LIMIT)
    assert (picture.width, picture.height, picture.gray) == (400, 400, False)


def test_one_bit() -> None:
    mask = np.random.default_rng(2).integers(0, 2, (3, 5, 7), np.uint8)
    made = data_set(mask, BitsAllocated=1, BitsStored=1, HighBit=0)
    made.PixelData = np.packbits(mask, bitorder="little").tobytes() + b"\0\0"
    made.PixelData = made.PixelData[: 14 + 14 % 2]
    for index, wanted in enumerate(mask):
        found = decode(saved(made), max_pixels=LIMIT, frame=index).pixels[..., 0]
        assert np.array_equal(found, wanted * np.uint8(255))


def test_one_bit_in_the_other_order_of_bytes() -> None:
    little, big = (
        decode(bundled(f"liver_{name}.dcm"), max_pixels=LIMIT) for name in ("1frame", "expb_1frame")
    )
    assert np.array_equal(little.pixels, big.pixels)


def test_floats() -> None:
    made = data_set(np.zeros((3, 2), np.uint8), BitsAllocated=32)
    del made.PixelData, made.BitsStored, made.HighBit, made.PixelRepresentation
    made.FloatPixelData = np.array([[-1, 0], [1, 2], [3, np.nan]], "<f4").tobytes()
    found = decode(saved(made), max_pixels=LIMIT).pixels[..., 0]
    assert found.tolist() == [[0, 16384], [32768, 49151], [65535, 0]]


def test_syntaxes_that_are_not_read() -> None:
    made = data_set(noise(4, 4))
    made.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    with pytest.raises(BrokenPicture, match=r"transfer syntax is not one.*JPEG Baseline"):
        decode(saved(made, uid.MPEG2MPML), max_pixels=LIMIT)
