"""Super-resolution: the picture several times larger, with its alpha, depth and colour profile."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from app.errors import PictureTooLarge
from app.imaging.encode import (
    MEDIA_TYPES,
    PLAIN,
    Writing,
    can_hold,
    encode,
    own_media_type,
)
from app.imaging.picture import Picture
from app.imaging.png_writer import write_png
from app.imaging.strips import Strips, enlarged, enlarged_alpha
from app.imaging.tiff_writer import write_tiff
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.options import EditOptions
from app.tasks.task import UNBOUNDED, Bounds, Task
from app.tasks.tiled import Tiled

CONTEXT = 32
"""Context of a tile where no context is exact (the card's halo is null)."""

STREAMED: Mapping[str, Callable[[Strips, IO[bytes]], None]] = {
    "image/png": write_png,
    "image/tiff": write_tiff,
}
"""The formats that are written while the picture is being made."""

LARGE = 8_000_000
"""Pixels of an answer above which it is never in memory whole, where the format allows that."""


class SuperResolutionOptions(EditOptions):
    """What may be chosen for a super-resolution."""


@dataclass(frozen=True)
class Result:
    """An enlargement, which may be made only when it is asked for.

    Attributes:
        original: what is enlarged.
        scale: how many times larger each way.
        bands: the colours, `[rows, W * scale, 3]` of the original's type, from top to bottom;
            those that are still to be made can be gone through once.
        writing: how it is written.
    """

    original: Picture
    scale: int
    bands: Iterable[NDArray[Any]]
    writing: Writing = PLAIN

    @cached_property
    def picture(self) -> Picture:
        """The enlargement in memory."""
        pixels = np.empty((self.height, self.width, 3), self.original.pixels.dtype)
        top = 0
        for band in self.bands:
            pixels[top : top + len(band)] = band
            top += len(band)
        alpha = self.original.alpha
        grown = None if alpha is None else enlarged_alpha(alpha, self.scale)
        metadata = self.original.metadata.of_size(self.width, self.height, self.scale)
        geo = self.original.geo and self.original.geo.scaled(self.scale)
        return replace(self.original, pixels=pixels, alpha=grown, metadata=metadata, geo=geo)

    @property
    def width(self) -> int:
        """Pixels of the enlargement from left to right."""
        return self.original.width * self.scale

    @property
    def height(self) -> int:
        """Pixels of the enlargement from top to bottom."""
        return self.original.height * self.scale

    @property
    def large(self) -> bool:
        """Whether it should not be in memory."""
        return self.width * self.height > LARGE


class SuperResolutionTask(Task[SuperResolutionOptions, Result]):
    """A picture in, a larger one out; large pictures go through the network in tiles."""

    name = "super-resolution"
    verb = "upscale"
    summary = "Enlarge the picture"
    description = (
        "The picture, as many times larger as the model's [card](#/models/get_model) says, in the "
        "upload's own format if no other is asked for. Alpha, depth, colour profile, metadata and "
        "georeference are kept where the format has them."
    )
    samples = ("astronaut-128.png",)
    contract = Contract(
        inputs={"image": Tensor("float32", ("N", "H", "W", 3))},
        outputs={"upscaled": Tensor("float32", ("N", "sH", "sW", 3))},
    )
    options = SuperResolutionOptions
    media_types = tuple(MEDIA_TYPES.values())

    def offers(
        self,
        picture: Picture,
        options: SuperResolutionOptions,
        model: Model,
        bounds: Bounds = UNBOUNDED,
    ) -> tuple[str, ...]:
        """The format asked for, else the upload's own and then all others."""
        width, height = picture.width * model.card.scale, picture.height * model.card.scale
        _check_made(width, height, bounds.max_pixels_made)
        if options.format is not None:
            media_type = MEDIA_TYPES[options.format]
            if not can_hold(media_type, width, height):
                raise PictureTooLarge(f"{options.format} can not hold {width}x{height} pixels")
            if media_type not in STREAMED:
                _check_made(width, height, bounds.max_pixels, f" as {options.format}")
            return (media_type,)
        ordered = dict.fromkeys((own_media_type(picture), *self.media_types))
        fits = width * height <= bounds.max_pixels
        return tuple(
            media
            for media in ordered
            if can_hold(media, width, height) and (fits or media in STREAMED)
        )

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """All pixels of the enlargement, or those of a band of tiles if it is written in strips."""
        scale = model.card.scale
        made = picture.width * picture.height * scale**2
        if made <= LARGE or media_type not in STREAMED:
            return made
        rows = _tiled(model, picture, bounds).cut(picture.height, picture.width).rows
        return max(part.kept[1] - part.kept[0] for part in rows) * picture.width * scale**2

    def infer(
        self, model: Model, picture: Picture, options: SuperResolutionOptions, bounds: Bounds
    ) -> Result:
        """Enlarge the colours by the network, those of a large picture later if that is allowed.

        Raises:
            PictureTooLarge: the answer would have more pixels than allowed.
        """
        scale = model.card.scale
        _check_made(picture.width * scale, picture.height * scale, bounds.max_pixels_made)

        def bands() -> Iterator[NDArray[Any]]:
            made = _tiled(model, picture, bounds).bands(picture.pixels)
            while True:
                with bounds.inferring():
                    band = next(made, None)
                    if band is None:
                        return
                    levels = band if band.dtype.kind == "u" else _levels(band, picture)
                yield levels

        result = Result(picture, scale, bands(), options.writing)
        later = bounds.later and result.large
        return result if later else replace(result, bands=list(result.bands))

    def encode(self, result: Result, media_type: str) -> bytes:
        """The picture as a file in memory."""
        return encode(result.picture, media_type, result.writing)

    def write(self, result: Result, media_type: str, file: IO[bytes]) -> None:
        """The picture as a file; a large one is made meanwhile, if the format allows that."""
        if result.large and media_type in STREAMED:
            stripped = result.writing.metadata == "strip"
            original = result.original.bare if stripped else result.original
            strips = enlarged(original, result.scale, result.bands)
            STREAMED[media_type](strips, file)
        else:
            super().write(result, media_type, file)

    def text(self, result: Result) -> str:
        """Such as `512x384, 4 times larger`."""
        return f"{result.width}x{result.height}, {result.scale} times larger"


def _tiled(model: Model, picture: Picture, bounds: Bounds) -> Tiled:
    def unit(images: NDArray[Any]) -> NDArray[np.float32]:
        return images.astype(np.float32) / np.float32(picture.peak)

    def answer(outputs: Mapping[str, NDArray[Any]], height: int, width: int) -> NDArray[Any]:
        scale = model.card.scale
        enlarged = outputs["upscaled"][: height * scale, : width * scale]
        # Of what is not averaged, levels take a fourth of the memory.
        return _levels(enlarged, picture) if model.card.halo is not None else enlarged

    return Tiled(model, CONTEXT, unit, answer, "mean", bounds)


def _levels(unit: NDArray[np.float32], picture: Picture) -> NDArray[Any]:
    """Numbers in 0..1 in the depth of the picture."""
    levels = unit * picture.peak
    return np.rint(levels, out=levels).astype(picture.pixels.dtype)


def _check_made(width: int, height: int, limit: int, what: str = "") -> None:
    if width * height > limit:
        raise PictureTooLarge(
            f"the answer{what} would have {width}x{height} = {width * height} pixels, "
            f"{limit} are allowed",
            limit=limit,
            pixels=width * height,
        )


TASK = SuperResolutionTask()
