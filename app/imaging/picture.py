"""A decoded picture: upright pixels and what must not be lost on the way to the answer."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app.imaging.georeference import GeoReference
from app.imaging.metadata import NONE, Metadata


@dataclass(frozen=True)
class Picture:
    """Pixels in memory.

    Attributes:
        pixels: uint8 or uint16 `[H, W, 3]`, RGB, over the whole range of the type.
        alpha: `[H, W]` of the same type, not premultiplied; `None` where the upload had none.
        gray: the upload had one channel, so an answer that is a picture should have one too.
        icc: colour profile that `pixels` are in; `None` means sRGB.
        metadata: resolution, EXIF and XMP of the upright picture.
        format: Pillow's name of the format it came in, such as `JPEG`.
        reduction: how many times fewer `pixels` there are each way than in the upload.
        full: width and height of the upright upload where they are fewer.
        geo: where on earth the upright upload lies, if it says so.
    """

    pixels: NDArray[Any]
    alpha: NDArray[Any] | None = None
    gray: bool = False
    icc: bytes | None = None
    metadata: Metadata = NONE
    format: str = "PNG"
    reduction: int = 1
    full: tuple[int, int] | None = None
    geo: GeoReference | None = None

    @property
    def width(self) -> int:
        """Pixels of the upright upload from left to right."""
        return self.full[0] if self.full else int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels of the upright upload from top to bottom."""
        return self.full[1] if self.full else int(self.pixels.shape[0])

    @property
    def peak(self) -> int:
        """The value of white: 255 or 65535."""
        return int(np.iinfo(self.pixels.dtype).max)

    @property
    def rgb8(self) -> NDArray[np.uint8]:
        """The pixels as uint8, in the colours of `icc`; networks see them through `color.srgb`."""
        if self.pixels.dtype == np.uint8:
            return self.pixels
        return (self.pixels >> 8).astype(np.uint8)

    @property
    def bare(self) -> Self:
        """The same without a word of where and how it was taken: pixels, alpha and profile."""
        return replace(self, metadata=NONE, geo=None)

    def samples(self, top: int, bottom: int) -> NDArray[Any]:
        """The channels that a file has, `[rows, W, C]`: gray, gray and alpha, RGB or RGBA."""
        colors = self.pixels[top:bottom, :, :1] if self.gray else self.pixels[top:bottom]
        if self.alpha is None:
            return colors
        return np.concatenate([colors, self.alpha[top:bottom, :, np.newaxis]], axis=-1)

    @property
    def alpha8(self) -> NDArray[np.uint8] | None:
        """The alpha channel as uint8, if there is one."""
        if self.alpha is None or self.alpha.dtype == np.uint8:
            return self.alpha
        return (self.alpha >> 8).astype(np.uint8)
