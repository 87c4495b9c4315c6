"""Small odd files and the pixels that are in them, which no decoder was asked for."""

import io
import struct
import zlib
from typing import Any

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tests.conftest import file

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Colour types of PNG (PNG, third edition, table 12)."""


def deep(channels: int, width: int = 7, height: int = 5, seed: int = 1) -> NDArray[np.uint16]:
    """Random 16-bit samples, `[height, width, channels]`."""
    return np.random.default_rng(seed).integers(0, 65536, (height, width, channels), np.uint16)


def png(
    rows: NDArray[Any], bits: int, kind: int, *chunks: tuple[bytes, bytes], width: int = 0
) -> bytes:
    """A PNG written by hand, without filters.

    Args:
        rows: bytes of each row, `[height, bytes]`, or uint16 samples.
        bits: of a sample.
        kind: the colour type.
        chunks: to stand before the pixels.
        width: in pixels, where samples share bytes.
    """
    height = len(rows)
    width = width or rows.shape[1]
    body = rows.astype(">u2" if bits == 16 else np.uint8).tobytes()
    step = len(body) // height
    lines = b"".join(b"\0" + body[y * step : (y + 1) * step] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def tiff(*pages: NDArray[Any], **options: Any) -> bytes:
    """A TIFF of several pages."""
    big, order = options.pop("bigtiff", False), options.pop("byteorder", "<")
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, bigtiff=big, byteorder=order) as writer:
        for page in pages:
            writer.write(page, **{"metadata": None, "photometric": "minisblack", **options})
    return buffer.getvalue()


def jpeg2000(samples: NDArray[Any], **options: Any) -> bytes:
    """A JPEG 2000 without loss."""
    data: bytes = imagecodecs.jpeg2k_encode(samples, level=0, reversible=True, **options)
    return data


def animation(format: str, *colors: str, size: tuple[int, int] = (6, 4), **options: Any) -> bytes:
    """Frames of one colour each."""
    first, *others = (Image.new("RGB", size, color) for color in colors)
    return file(first, format, save_all=True, append_images=others, **options)


def exchanged() -> bytes:
    """A profile of sRGB in which red and blue have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    # Its name is what tells a profile of sRGB.
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "BGRs".encode("utf-16-be"))


def srgb_of_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """L*, a*, b* of D50 as sRGB in 0..255 (CIE 15; Bradford's adaptation; IEC 61966-2-1)."""
    y = (lab[..., 0] + 16) / 116
    curve = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    linear = np.where(curve > 6 / 29, curve**3, 3 * (6 / 29) ** 2 * (curve - 4 / 29))
    # From XYZ of D50 to linear sRGB, by B. Lindbloom (brucelindbloom.com).
    matrix = np.array(
        [
            [3.1338561, -1.6168667, -0.4906146],
            [-0.9787684, 1.9161415, 0.0334540],
            [0.0719453, -0.2289914, 1.4052427],
        ]
    )
    rgb = np.clip(linear * (0.96422, 1.0, 0.82521) @ matrix.T, 0, 1)
    return 255 * np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)


def ycck_jpeg(stored: tuple[int, int, int, int]) -> bytes:
    """A JPEG of one colour whose four planes are said to be YCCK, as Photoshop writes them."""
    inks = tuple(255 - value for value in stored)  # Pillow stores inks inverted
    data = file(Image.new("CMYK", (16, 16), inks), "JPEG", quality=100)
    place = data.index(b"Adobe") + 11
    return data[:place] + b"\x02" + data[place + 1 :]
