"""Super-resolution: the picture several times larger, with its alpha, depth and colour profile."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import PictureTooLarge
from app.imaging.encode import MEDIA_TYPES, Format, can_hold, encode, own_media_type
from app.imaging.fit import pad
from app.imaging.picture import Picture
from app.imaging.tiles import Span, Tile
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.task import Bounds, Options, Task

TILE = 384
"""Largest side that is given to a network at once; it bounds the memory of its feature maps."""

DEFAULT_HALO = 32
"""Context of a tile where no context is exact (the card's halo is null)."""


class SuperResolutionOptions(Options):
    """What may be chosen for a super-resolution."""

    format: Format | None = None
    """Format of the answer; the upload's own when absent, PNG where that can not be written."""


@dataclass(frozen=True)
class Result:
    """The enlarged picture and how much larger it is."""

    picture: Picture
    scale: int


class SuperResolutionTask(Task[SuperResolutionOptions, Result]):
    """A picture in, a larger one out; large pictures go through the network in tiles."""

    name = "super-resolution"
    verb = "upscale"
    summary = "Enlarge the picture"
    contract = Contract(
        inputs={"image": Tensor("float32", ("N", "H", "W", 3))},
        outputs={"upscaled": Tensor("float32", ("N", "sH", "sW", 3))},
    )
    options = SuperResolutionOptions
    media_types = tuple(MEDIA_TYPES.values())

    def offers(
        self, picture: Picture, options: SuperResolutionOptions, model: Model
    ) -> tuple[str, ...]:
        """The format asked for, else the upload's own and then all others."""
        width, height = picture.width * model.card.scale, picture.height * model.card.scale
        if options.format is not None:
            media_type = MEDIA_TYPES[options.format]
            if not can_hold(media_type, width, height):
                raise PictureTooLarge(f"{options.format} can not hold {width}x{height} pixels")
            return (media_type,)
        ordered = dict.fromkeys((own_media_type(picture), *self.media_types))
        return tuple(media for media in ordered if can_hold(media, width, height))

    def infer(
        self, model: Model, picture: Picture, options: SuperResolutionOptions, bounds: Bounds
    ) -> Result:
        """Enlarge colours by the network and alpha bicubically.

        Raises:
            PictureTooLarge: the answer would have more pixels than allowed.
        """
        scale = model.card.scale
        width, height = picture.width * scale, picture.height * scale
        if width * height > bounds.max_pixels:
            raise PictureTooLarge(
                f"the answer would have {width}x{height} = {width * height} pixels, "
                f"{bounds.max_pixels} are allowed",
                limit=bounds.max_pixels,
                pixels=width * height,
            )
        pixels = np.empty((height, width, 3), picture.pixels.dtype)
        for tile in bounds.tiles(model.card, picture, side=TILE, halo=DEFAULT_HALO):
            rows, columns = _enlarged(tile.rows, scale), _enlarged(tile.columns, scale)
            pixels[rows, columns] = _upscaled(model, picture, tile)
        alpha = None if picture.alpha is None else _bicubic(picture.alpha, width, height)
        geo = None if picture.geo is None else picture.geo.scaled(scale)
        return Result(replace(picture, pixels=pixels, alpha=alpha, geo=geo), scale)

    def encode(self, result: Result, media_type: str) -> bytes:
        """The picture as a file."""
        return encode(result.picture, media_type)

    def text(self, result: Result) -> str:
        """Such as `512x384, 4 times larger`."""
        return f"{result.picture.width}x{result.picture.height}, {result.scale} times larger"


def _upscaled(model: Model, picture: Picture, tile: Tile) -> NDArray[Any]:
    """One tile through the network, without its halo, in the depth of the picture."""
    scale = model.card.scale
    unit = pad(tile.read(picture.pixels), model.card.multiple).astype(np.float32) / picture.peak
    upscaled = model.run(image=unit[np.newaxis])["upscaled"][0]
    rows = _enlarged(tile.rows, scale, start=tile.read_rows[0])
    columns = _enlarged(tile.columns, scale, start=tile.read_columns[0])
    levels: NDArray[Any] = np.rint(upscaled[rows, columns] * picture.peak)
    return levels.astype(picture.pixels.dtype)


def _enlarged(span: Span, scale: int, start: int = 0) -> slice:
    """Where a span of the small picture lies in a large one that begins at `start`."""
    return slice((span[0] - start) * scale, (span[1] - start) * scale)


def _bicubic(alpha: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    image = Image.fromarray(alpha).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image)


TASK = SuperResolutionTask()
