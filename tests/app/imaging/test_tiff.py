"""Deep, floating, signed and banded TIFF pages."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from app.errors import BrokenPicture, FrameNotFound, PictureTooLarge
from app.imaging.decode import decode
from app.imaging.picture import Picture
from tests.app.imaging import golden

LIMIT = 100_000
DEEP = golden.deep(3, 37, 29)


def read(data: bytes, **options: Any) -> Picture:
    return decode(data, **{"max_pixels": LIMIT, **options})


def gray_of(data: bytes) -> NDArray[Any]:
    picture = read(data)
    assert picture.gray
    plane: NDArray[Any] = picture.pixels[..., 1]
    return plane


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "zstd", "packbits", "lzma"])
@pytest.mark.parametrize("layout", [{}, {"tile": (16, 32)}, {"rowsperstrip": 3}])
@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bit_colours(compression: str | None, layout: dict[str, Any], order: str) -> None:
    data = golden.tiff(DEEP, photometric="rgb", compression=compression, byteorder=order, **layout)
    picture = read(data)
    assert picture.pixels.dtype == np.uint16
    assert np.array_equal(picture.pixels, DEEP)
    assert picture.format == "TIFF"


@pytest.mark.parametrize("predictor", [False, True])
@pytest.mark.parametrize("big", [False, True])
def test_predictor_and_bigtiff(predictor: bool, big: bool) -> None:
    options = {"compression": "zlib", "predictor": predictor, "bigtiff": big}
    assert np.array_equal(read(golden.tiff(DEEP, photometric="rgb", **options)).pixels, DEEP)


def test_planes_one_after_the_other() -> None:
    data = golden.tiff(np.moveaxis(DEEP, -1, 0), photometric="rgb", planarconfig="separate")
    assert np.array_equal(read(data).pixels, DEEP)


def test_alpha_that_is_multiplied_in_and_alpha_that_is_not() -> None:
    samples = golden.deep(4)
    data = golden.tiff(samples, photometric="rgb", extrasamples=["unassalpha"])
    picture = read(data)
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, samples[..., 3])
    assert np.array_equal(picture.pixels, samples[..., :3])

    alpha = samples[..., 3:].astype(np.float64)
    multiplied = np.rint(samples[..., :3] * alpha / 65535)
    stored = np.concatenate([multiplied, alpha], axis=-1).astype(np.uint16)
    picture = read(golden.tiff(stored, photometric="rgb", extrasamples=["assocalpha"]))
    wanted = np.rint(multiplied * 65535 / alpha)
    assert np.abs(picture.pixels - np.minimum(wanted, 65535)).max() <= 1


def test_bands_beyond_the_colours_are_not_seen() -> None:
    samples = golden.deep(5)
    picture = read(golden.tiff(samples, photometric="rgb", extrasamples=["unspecified"] * 2))
    assert np.array_equal(picture.pixels, samples[..., :3])
    assert picture.alpha is None


def test_three_bands_that_gdal_calls_gray_are_colours() -> None:
    data = golden.tiff(DEEP, planarconfig="contig", extrasamples=["unspecified"] * 2)
    assert np.array_equal(read(data).pixels, DEEP)


@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_floats_count_as_0_to_1(kind: str) -> None:
    values = np.array([[-0.5, 0.0, 0.25, 0.5], [1.0, 7.0, np.nan, np.inf]], kind)
    wanted = [[0, 0, 16384, 32768], [65535, 65535, 0, 65535]]
    assert gray_of(golden.tiff(values)).tolist() == wanted


def test_floating_colours() -> None:
    values = np.random.default_rng(0).random((5, 7, 3), np.float32)
    data = golden.tiff(values, photometric="rgb", compression="zlib", predictor=True)
    wanted = values.astype(np.float64) * 65535
    assert np.abs(read(data).pixels - wanted).max() <= 0.51


def test_signed_and_long_numbers() -> None:
    short = np.array([[-32768, -1, 0, 5, 32767]], np.int16)
    assert gray_of(golden.tiff(short)).tolist() == [[0, 0, 0, 5, 32767]]
    long = np.array([[0, 5, 65535, 65536, 2**32 - 1]], np.uint32)
    assert gray_of(golden.tiff(long)).tolist() == [[0, 5, 65535, 65535, 65535]]
    byte = np.array([[-128, -1, 0, 127]], np.int8)
    assert gray_of(golden.tiff(byte)).tolist() == [[0, 0, 0, 127]]
    assert gray_of(golden.tiff(byte)).dtype == np.uint8


def test_white_is_zero() -> None:
    values = DEEP[..., 0]
    data = golden.tiff(values, photometric="miniswhite")
    assert np.array_equal(gray_of(data), 65535 - values)


def test_twelve_bits() -> None:
    values = DEEP[..., 0][:, :36] >> 4
    pairs = values.reshape(29, 18, 2).astype(np.uint32)
    packed = pairs[..., 0] << 12 | pairs[..., 1]
    rows = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(np.uint8)
    data = written(36, 29, rows.tobytes(), bits=12)
    assert np.array_equal(gray_of(data), np.rint(values / 4095 * 65535))


def test_pages() -> None:
    pages = [golden.deep(1, 5 + page, 4, page)[..., 0] for page in range(3)]
    data = golden.tiff(*pages)
    for frame, page in enumerate(pages):
        assert np.array_equal(read(data, frame=frame).pixels[..., 0], page)
    with pytest.raises(FrameNotFound, match="3 frames") as caught:
        read(data, frame=3)
    assert caught.value.facts == {"frame": 3, "frames": 3}


def test_pages_of_different_kinds() -> None:
    flat = np.arange(20, dtype=np.uint8).reshape(4, 5)
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for page in (flat, DEEP[..., 0], (DEEP / 65535).astype(np.float32)):
            kind = "rgb" if page.ndim == 3 else "minisblack"
            writer.write(page, photometric=kind, metadata=None)
    data = buffer.getvalue()
    assert read(data).pixels.dtype == np.uint8
    assert np.array_equal(read(data, frame=1).pixels[..., 0], DEEP[..., 0])
    assert np.array_equal(read(data, frame=2).pixels, DEEP)


def test_too_many_pixels_or_samples() -> None:
    with pytest.raises(PictureTooLarge, match="37x29 is 1073 pixels, 1072 are allowed"):
        read(golden.tiff(DEEP, photometric="rgb"), max_pixels=1072)
    with pytest.raises(PictureTooLarge, match="of 60000 samples"):
        read(written(10, 10, zlib.compress(bytes(100)), compression=8, samples=60000))


def test_a_page_that_unpacks_to_more_than_it_says() -> None:
    bomb = zlib.compress(bytes(10**8), 9)
    with pytest.raises(BrokenPicture):
        read(written(10, 10, bomb, compression=8))


def test_a_truncated_page_is_broken() -> None:
    with pytest.raises(BrokenPicture, match="failed to read 1200 bytes"):
        read(written(30, 20, bytes(1000)))
    # Cut within its pixels, which lie behind the directory here.
    data = golden.tiff(DEEP, photometric="rgb")
    with pytest.raises(BrokenPicture, match="truncated"):
        read(data[:-100])


def test_pieces_that_lie_over_one_another() -> None:
    data = golden.tiff(DEEP[..., 0], rowsperstrip=1)
    counts = struct.pack("<29H", *[74] * 29)
    # Each strip of 74 bytes now has 150, and the last one ends before the file does.
    with pytest.raises(BrokenPicture, match="over one another"):
        read(data.replace(counts, struct.pack("<29H", *[150] * 29)) + bytes(200))


def test_compression_that_is_not_read() -> None:
    with pytest.raises(BrokenPicture, match="compression is not read"):
        read(written(10, 10, bytes(200), compression=50002))


def written(
    width: int,
    height: int,
    pixels: bytes,
    *,
    bits: int = 16,
    compression: int = 1,
    samples: int = 1,
) -> bytes:
    """A TIFF of one strip, whatever is in it."""
    tags = {256: width, 257: height, 258: bits, 259: compression, 262: 1, 273: 8, 277: samples}
    tags |= {278: height, 279: len(pixels)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    pixels += bytes(len(pixels) % 2)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(pixels))
    return head + pixels + struct.pack("<H", len(tags)) + entries + bytes(4)
