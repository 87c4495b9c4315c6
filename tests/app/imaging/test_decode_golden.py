"""Odd files of every kind, decoded to the pixels that were computed without a decoder."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.errors import BrokenPicture, UnknownFormat
from app.imaging.decode import decode
from app.imaging.picture import Picture
from tests.app.imaging import golden
from tests.app.imaging.test_decode import TURNS
from tests.conftest import file, noise

LIMIT = 100_000


def read(data: bytes, **options: Any) -> Picture:
    return decode(data, max_pixels=LIMIT, **options)


def three(gray: NDArray[Any]) -> NDArray[Any]:
    """A gray plane as the three equal ones of a picture."""
    return np.stack([gray] * 3, axis=-1)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_gray_png_of_few_bits(bits: int) -> None:
    levels = 2**bits
    samples = np.random.default_rng(bits).integers(0, levels, (5, 8), np.uint8)
    planes = np.unpackbits(samples[..., np.newaxis], axis=-1)[..., 8 - bits :]
    rows = np.packbits(planes.reshape(5, -1), axis=-1)
    clear = int(samples[2, 3])
    picture = read(golden.png(rows, bits, golden.GRAY, width=8))
    assert np.array_equal(picture.pixels, three(samples * (255 // (levels - 1))))
    assert picture.gray
    assert picture.alpha is None
    marked = golden.png(rows, bits, golden.GRAY, (b"tRNS", clear.to_bytes(2)), width=8)
    picture = read(marked)
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, np.where(samples == clear, 0, 255))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palette_with_transparency(bits: int) -> None:
    colors = noise(2**bits, 1, 3)[0]
    alpha = noise(2**bits - 1, 1, 1)[0, :, 0]  # those that are missing are opaque
    samples = np.random.default_rng(bits).integers(0, 2**bits, (5, 8), np.uint8)
    planes = np.unpackbits(samples[..., np.newaxis], axis=-1)[..., 8 - bits :]
    rows = np.packbits(planes.reshape(5, -1), axis=-1)
    chunks = (b"PLTE", colors.tobytes()), (b"tRNS", alpha.tobytes())
    picture = read(golden.png(rows, bits, golden.PALETTE, *chunks, width=8))
    assert np.array_equal(picture.pixels, colors[samples])
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, np.append(alpha, 255)[samples])


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bit_png(channels: int) -> None:
    samples = golden.deep(channels)
    kind = {1: golden.GRAY, 2: golden.GRAY_ALPHA, 3: golden.RGB, 4: golden.RGBA}[channels]
    picture = read(golden.png(samples, 16, kind))
    assert picture.pixels.dtype == np.uint16
    colors = samples if channels in (1, 3) else samples[..., :-1]
    assert np.array_equal(picture.pixels, np.broadcast_to(colors, (5, 7, 3)))
    assert picture.gray == (channels < 3)
    assert (picture.alpha is not None) == (channels in (2, 4))
    if picture.alpha is not None:
        assert np.array_equal(picture.alpha, samples[..., -1])


@pytest.mark.parametrize("channels", [1, 3])
def test_one_transparent_colour_of_sixteen_bits(channels: int) -> None:
    samples = golden.deep(channels)
    clear = samples[3, 4].astype(">u2").tobytes()
    kind = golden.GRAY if channels == 1 else golden.RGB
    picture = read(golden.png(samples, 16, kind, (b"tRNS", clear)))
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha == 0, (samples == samples[3, 4]).all(axis=-1))
    assert picture.pixels.dtype == picture.alpha.dtype == np.uint16


def test_cut_sixteen_bit_png_is_broken() -> None:
    data = golden.png(golden.deep(3, 40, 40), 16, golden.RGB)
    for length in (len(data) // 2, 60, 40):
        with pytest.raises(BrokenPicture):
            read(data[:length])


@pytest.mark.parametrize("inks", [(0, 0, 0, 0), (200, 30, 90, 60), (10, 255, 0, 128)])
def test_cmyk_without_a_profile(inks: tuple[int, int, int, int]) -> None:
    *colors, black = (np.array(ink, np.float64) for ink in inks)
    wanted = [(255 - ink) * (255 - black) / 255 for ink in colors]
    for format, allowed in (("JPEG", 3), ("TIFF", 1)):
        options = {"quality": 100} if format == "JPEG" else {}
        picture = read(file(Image.new("CMYK", (16, 16), inks), format, **options))
        assert np.abs(picture.pixels[8, 8] - np.array(wanted)).max() <= allowed


@pytest.mark.parametrize("stored", [(180, 128, 128, 255), (140, 90, 170, 200), (90, 160, 100, 80)])
def test_ycck(stored: tuple[int, int, int, int]) -> None:
    y, cb, cr, k = (float(value) for value in stored)
    # JFIF 1.02: the planes of Adobe's files are inverted inks, which look like RGB over black.
    red = y + 1.402 * (cr - 128)
    green = y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)
    blue = y + 1.772 * (cb - 128)
    # libjpeg makes CMY of them by inversion, and what Photoshop inverted is inverted again.
    wanted = np.clip([255 - red, 255 - green, 255 - blue], 0, 255) * k / 255
    picture = read(golden.ycck_jpeg(stored))
    assert np.abs(picture.pixels[8, 8] - wanted).max() <= 4


def test_lab() -> None:
    samples = np.array([[[128, 0, 0], [200, 20, 246], [90, 226, 30], [255, 0, 0]]], np.uint8)
    image = Image.frombytes("LAB", (4, 1), samples.tobytes())
    signed = samples[..., 1:].view(np.int8)
    lab = np.concatenate([samples[..., :1] * (100 / 255), signed], axis=-1)
    picture = read(file(image, "TIFF"))
    assert np.abs(picture.pixels - golden.srgb_of_lab(lab)).max() <= 3
    assert picture.icc is None


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "deep PNG", "deep TIFF"])
def test_orientations_of_every_reader(orientation: int, kind: str) -> None:
    pixels = noise(6, 4)
    exif = Image.Exif()
    exif[0x0112] = orientation
    if kind == "deep TIFF":
        pixels = golden.deep(3, 6, 4)
        tag = (0x0112, 3, 1, orientation, True)
        data = golden.tiff(pixels, photometric="rgb", extratags=[tag])
    elif kind == "deep PNG":
        pixels = golden.deep(3, 6, 4)
        data = golden.png(pixels, 16, golden.RGB, (b"eXIf", exif.tobytes()[6:]))
    else:
        options = {"lossless": True} if kind == "WEBP" else {}
        data = file(Image.fromarray(pixels), kind, exif=exif, **options)
    assert np.array_equal(read(data).pixels, TURNS[orientation](pixels))


def test_damaged_exif_does_not_cost_the_picture() -> None:
    pixels = noise(6, 4)
    data = file(Image.fromarray(pixels), exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01\x03")
    picture = read(data)
    assert np.array_equal(picture.pixels, pixels)
    assert picture.metadata.exif is None


@pytest.mark.parametrize("depth", [9, 12, 16])
@pytest.mark.parametrize("channels", [2, 3, 4])
def test_deep_jpeg2000(depth: int, channels: int) -> None:
    samples = golden.deep(channels, 40, 30) >> (16 - depth)
    picture = read(golden.jpeg2000(samples, bitspersample=depth))
    wanted = np.rint(samples / (2**depth - 1) * 65535)
    colors = wanted[..., :-1] if channels in (2, 4) else wanted
    assert picture.pixels.dtype == np.uint16
    assert np.array_equal(picture.pixels, np.broadcast_to(colors, (30, 40, 3)))
    assert picture.gray == (channels == 2)
    if channels in (2, 4):
        assert picture.alpha is not None
        assert np.array_equal(picture.alpha, wanted[..., -1])


def test_gray_and_alpha() -> None:
    samples = noise(7, 5, 2)
    picture = read(golden.png(samples.reshape(5, 14), 8, golden.GRAY_ALPHA, width=7))
    assert picture.gray
    assert np.array_equal(picture.pixels, three(samples[..., 0]))
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, samples[..., 1])


BEGINNINGS = {
    "JPEG": b"\xff\xd8\xff\xe0",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0",
    "GIF": b"GIF89a",
    "TIFF": b"II*\0\x08",
    "WEBP": b"RIFF\0\0\0\0WEBPVP8 ",
    "AVIF": b"\0\0\0\x1cftypavif\0\0\0\0",
    "JPEG2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "PPM": b"P6 3",
}


@pytest.mark.parametrize("format", BEGINNINGS)
def test_a_known_format_without_a_picture_is_broken(format: str) -> None:
    with pytest.raises(BrokenPicture):
        read(BEGINNINGS[format])


@pytest.mark.parametrize("data", [b"", b"BM", b"BMW", b"P7 no", b"RIFF\0\0\0\0WAVE", b"\xff\xd9"])
def test_what_only_looks_like_a_format_is_unknown(data: bytes) -> None:
    with pytest.raises(UnknownFormat):
        read(data)


def test_progressive_jpeg_is_the_same_picture() -> None:
    image = Image.fromarray(noise(33, 21))
    baseline, progressive = (read(file(image, "JPEG", progressive=way)) for way in (False, True))
    assert np.array_equal(baseline.pixels, progressive.pixels)


def test_bmp_and_avif() -> None:
    pixels = noise(9, 6)
    assert np.array_equal(read(file(Image.fromarray(pixels), "BMP")).pixels, pixels)
    flat = np.full((20, 30, 3), (200, 90, 30), np.uint8)
    read_back = read(file(Image.fromarray(flat), "AVIF", quality=100)).pixels
    assert np.abs(read_back.astype(int) - flat).max() <= 3
    with Image.open(io.BytesIO(file(Image.fromarray(flat), "AVIF"))) as image:
        assert image.format == "AVIF"
