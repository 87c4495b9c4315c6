"""Which sizes of pictures a network takes, and how the server brings others to them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.card import Fit, Interpolation
from export.errors import UnusableGraph
from export.wrapping.pixels import Layout
from export.wrapping.third_party import Sides

CROPPED = 0.875
"""Share of the shortest side that a crop shows: 224 of 256, as ImageNet is measured."""

AT_LEAST = 64
"""Sides of the pictures that a network is tried with; times `multiple` they are small enough."""

MULTIPLES = (1, 2, 4, 8, 16, 32, 64, 128)
"""What sides may have to be multiples of, in networks that halve them."""


@dataclass(frozen=True)
class WantedFit:
    """What a user says of the fit; what is `None` follows from the network.

    Attributes:
        resize: shortest side before the crop.
        crop: sides of the crop in the middle.
        size: height and width to stretch to.
        longest: longest side of a picture that keeps its shape.
        interpolation: filter of Pillow's.
    """

    resize: int | None = None
    crop: int | None = None
    size: tuple[int, int] | None = None
    longest: int | None = None
    interpolation: Interpolation = "bilinear"

    def __post_init__(self) -> None:
        ways = [name for name in ("crop", "size", "longest") if getattr(self, name) is not None]
        if len(ways) > 1:
            raise UnusableGraph(f"say one of {', '.join(f'--{way}' for way in ways)}")
        if self.resize is not None and (self.size or self.longest):
            raise UnusableGraph("--resize goes with --crop")


def sides_of(shape: Sides, layout: Layout) -> Sides:
    """Height and width of an input; `None`: any."""
    return (shape[2], shape[3]) if layout == Layout.nchw else (shape[1], shape[2])


def fit_for(task: str, sides: Sides, wanted: WantedFit) -> Fit | None:
    """The card's fit: what the user says, else what the network's own sides ask for.

    A classifier is shown a crop, other networks the whole picture, stretched if they must be.

    Raises:
        UnusableGraph: the network takes other sides, or takes all and needs to be told which.
    """
    height, width = sides
    crop, size = wanted.crop, wanted.size
    if task == "super-resolution":
        if crop or size or wanted.longest or wanted.resize:
            raise UnusableGraph("a picture to be enlarged is never fitted: leave its size alone")
        return None
    if wanted.longest is not None:
        if height is not None or width is not None:
            raise UnusableGraph("--longest is for networks that take every size")
        if task == "classification":
            raise UnusableGraph("scores need one size: say --crop or --size")
        return Fit(longest=wanted.longest, interpolation=wanted.interpolation)
    if crop is None and size is None:
        if height is None or width is None:
            if (height, width) != (None, None):
                raise UnusableGraph("of height and width its input fixes one: say --size")
            if task == "classification":
                raise UnusableGraph("it takes pictures of every size: say --crop or --size")
            if wanted.resize is not None:
                raise UnusableGraph("--resize goes with --crop")
            return None
        if height == width and (task == "classification" or wanted.resize is not None):
            crop = height
        else:
            size = height, width
    asked = (crop, crop) if crop is not None else size
    assert asked is not None
    if any(own not in (None, side) for own, side in zip(sides, asked, strict=True)):
        raise UnusableGraph(f"its input is {height}x{width}, not {asked[0]}x{asked[1]}")
    if crop is None:
        if wanted.resize is not None:
            raise UnusableGraph("--resize goes with a square crop")
        return Fit(size=size, interpolation=wanted.interpolation)
    resize = round(crop / CROPPED) if wanted.resize is None else wanted.resize
    if resize < crop:
        raise UnusableGraph(f"--resize {resize} is less than the crop of {crop}")
    return Fit(resize=resize, crop=crop, interpolation=wanted.interpolation)


def fixed_by(fit: Fit | None) -> tuple[int, int] | None:
    """Height and width that all pictures are brought to, if it is one size."""
    if fit is not None and fit.crop is not None:
        return fit.crop, fit.crop
    return None if fit is None else fit.size


def multiple_for(answered: Callable[[int, int], tuple[int, ...]], *, scaled: bool) -> int:
    """The smallest number that heights and widths must be multiples of, found by trying.

    Args:
        answered: shape of the answer to pictures of a height and a width.
        scaled: the answer must be as many times as high and wide for all of them.

    Raises:
        UnusableGraph: the network fails whatever sides are multiples of.
    """
    problem = ""
    for multiple in MULTIPLES:
        try:
            _try(answered, multiple, scaled=scaled)
        except UnusableGraph as error:
            problem = problem or str(error)
        else:
            return multiple
    raise UnusableGraph(f"it takes pictures of every size by its input, but {problem}")


def _try(answered: Callable[[int, int], tuple[int, ...]], multiple: int, *, scaled: bool) -> None:
    # An odd number of steps, since an even one would pass for a larger multiple.
    least = -(-AT_LEAST // multiple) | 1
    # Pictures of one pixel are padded to one step, so that must do, too.
    tried = ((1, 1), (least, least + 2), (least + 2, least))
    factors = set()
    for down, across in tried:
        height, width = multiple * down, multiple * across
        shape = answered(height, width)
        if scaled:
            factors.add(float(np.prod(shape[1:])) / (height * width))
    if len(factors) > 1:
        raise UnusableGraph(f"its answers to {multiple} pixels and more differ in scale")
