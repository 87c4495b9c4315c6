"""Photographs of any size, made of the examples: enlarged, with the noise that cameras have."""

import io

import numpy as np
from PIL import Image, ImageOps

from benchmarks.process import ROOT

PHOTOS = ("cat.jpg", "pavilion-480.jpg")
QUALITY = 88
NOISE = 8.0
"""Standard deviation in levels. An enlargement has no fine detail, and what has none is decoded
faster: with this noise a pixel takes 2.4 to 3.4 bits, as in the files of cameras."""


def jpegs(width: int, height: int, count: int = 4) -> list[bytes]:
    """Different JPEG files of one size, the same at every call.

    Args:
        width: in pixels.
        height: likewise.
        count: how many.
    """
    made = []
    for number in range(count):
        with Image.open(ROOT / "examples" / PHOTOS[number % len(PHOTOS)]) as photo:
            large = ImageOps.fit(photo.convert("RGB"), (width, height), Image.Resampling.BICUBIC)
        # The same in all channels: most of a camera's noise is in the brightness.
        shape = (height, width, 1)
        noise = np.random.default_rng(number).standard_normal(shape, np.float32) * NOISE
        pixels = np.clip(np.asarray(large) + noise, 0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
        made.append(file.getvalue())
    return made
