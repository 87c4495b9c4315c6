"""A picture of any size to the sides that a recognition network takes, as its card's `fit` says."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.card import Fit
from app.imaging.color import srgb
from app.imaging.picture import Picture

_RESAMPLING = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}

P = TypeVar("P", np.uint8, np.uint16, np.float32)
Box = tuple[float, float, float, float]


def fit(picture: Picture, how: Fit | None, multiple: int = 1) -> NDArray[np.uint8]:
    """Resize, crop or pad with Pillow, whose filters the published accuracies were measured with.

    Args:
        picture: of any size; of a reduced one the same part is seen as of the whole.
        how: the card's `fit`; `None` leaves the size alone.
        multiple: the sides are padded to multiples of it by repeating the border.

    Returns:
        uint8 `[h, w, 3]`, sRGB: colours are converted where there are fewest of them.
    """
    if how is None:
        return pad(srgb(picture.rgb8, picture.icc), multiple)
    size, box = geometry(picture.width, picture.height, how)
    left, top, right, bottom = (side / picture.reduction for side in box)
    image = Image.fromarray(np.ascontiguousarray(picture.rgb8))
    resized = image.resize(size, _RESAMPLING[how.interpolation], (left, top, right, bottom))
    return pad(srgb(np.asarray(resized), picture.icc), multiple)


def geometry(width: int, height: int, how: Fit) -> tuple[tuple[int, int], Box]:
    """The size to resize to, and the box of the picture that is resized.

    A crop is taken while resizing: of a picture of 1x10000 pixels no 256x2560000 is ever made.
    The offsets are those of torchvision's `Resize` followed by `CenterCrop`.

    Returns:
        `(width, height)` in pixels and `(left, upper, right, lower)` in pixels of the picture.
    """
    whole = (0.0, 0.0, float(width), float(height))
    if how.size is not None:
        return (how.size[1], how.size[0]), whole
    if how.longest is not None:
        scale = how.longest / max(width, height)
        return (max(1, round(width * scale)), max(1, round(height * scale))), whole

    # Of the three ways this one is left; the card has checked that there is one.
    assert how.resize is not None
    assert how.crop is not None
    shortest = min(width, height)
    wide = int(how.resize * width / shortest)
    high = int(how.resize * height / shortest)
    left, top = round((wide - how.crop) / 2), round((high - how.crop) / 2)
    x, y = width / wide, height / high
    box = (left * x, top * y, (left + how.crop) * x, (top + how.crop) * y)
    # Rounding may carry the last bit over the edge, which Pillow refuses.
    return (how.crop, how.crop), (box[0], box[1], min(box[2], width), min(box[3], height))


def at_most(longest: int, width: int, height: int, how: Fit | None) -> Fit | None:
    """The fit of a picture that must not be too long for a network that takes any size.

    Args:
        longest: pixels that its longer side may have.
        width: of the picture.
        height: of the picture.
        how: the card's `fit`, which decides where there is one.
    """
    if how is not None or max(width, height) <= longest:
        return how
    return Fit(longest=longest)


def seen(width: int, height: int, how: Fit | None) -> tuple[int, int, int, int]:
    """The pixels of a picture that a network is shown: all of them, unless the fit crops.

    Returns:
        `left, top, right, bottom`, to the nearest pixel and at least one wide and high.
    """
    if how is None:
        return 0, 0, width, height
    left, top, right, bottom = (round(side) for side in geometry(width, height, how)[1])
    return left, top, max(left + 1, right), max(top + 1, bottom)


def pad(pixels: NDArray[P], multiple: int) -> NDArray[P]:
    """Repeat the last row and column until both sides are multiples of `multiple`."""
    height, width = pixels.shape[:2]
    below, right = -height % multiple, -width % multiple
    if not below and not right:
        return pixels
    return np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="edge")
