"""Style transfer: the picture as a painter would have painted it, in its own size and format."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from app.errors import PictureTooLarge, StyleNotFound
from app.imaging.encode import (
    MEDIA_TYPES,
    PLAIN,
    Writing,
    can_hold,
    encode,
    own_media_type,
)
from app.imaging.fit import at_most, geometry, pad
from app.imaging.picture import Picture
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.options import EditOptions
from app.tasks.task import UNBOUNDED, Bounds, Task

LONGEST = 1024
"""Pixels of the longer side above which a picture is painted smaller. Strokes have a size in
pixels, so in a larger picture they would be too small to be seen; and the network normalizes by
means over the whole picture, so that tiles would not fit together."""

ROWS = 256
"""Rows of a large picture that are painted over at once."""


class StyleOptions(EditOptions):
    """What may be chosen for a style."""

    style: Annotated[str | None, Field(examples=["starry-night"])] = None
    """One of the styles that the model's card lists as its `labels`; the first when absent."""

    strength: Annotated[float, Field(ge=0, le=1)] = 1.0
    """How much of the painting there is in the answer: 0 is the picture as it was."""


@dataclass(frozen=True)
class Result:
    """A painted picture."""

    picture: Picture
    style: str
    writing: Writing = PLAIN


class StyleTask(Task[StyleOptions, Result]):
    """The picture goes through the network whole; what that changed is brought to a large one."""

    name = "style"
    verb = "stylize"
    summary = "Paint the picture in the style of a painter"
    description = (
        "The picture as a painter would have painted it, in its own size and format; `style` is "
        "one of the model's labels, `strength` how far it goes. Alpha, depth and metadata are "
        "kept."
    )
    contract = Contract(
        inputs={"image": Tensor("float32", ("N", "H", "W", 3))},
        outputs={"stylized": Tensor("float32", ("N", "H", "W", 3))},
        choices={"style": Tensor("float32", ("N", "C"))},
    )
    options = StyleOptions
    media_types = tuple(MEDIA_TYPES.values())

    def offers(
        self, picture: Picture, options: StyleOptions, model: Model, bounds: Bounds = UNBOUNDED
    ) -> tuple[str, ...]:
        """The format asked for, else the upload's own and then all others."""
        width, height = picture.width, picture.height
        if options.format is not None:
            media_type = MEDIA_TYPES[options.format]
            if not can_hold(media_type, width, height):
                raise PictureTooLarge(f"{options.format} can not hold {width}x{height} pixels")
            return (media_type,)
        ordered = dict.fromkeys((own_media_type(picture), *self.media_types))
        return tuple(media for media in ordered if can_hold(media, width, height))

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """All pixels of the answer."""
        return picture.width * picture.height

    def infer(
        self, model: Model, picture: Picture, options: StyleOptions, bounds: Bounds
    ) -> Result:
        """Paint the colours; alpha stays, and gray becomes colour.

        Raises:
            StyleNotFound: the model does not know that style.
        """
        style, chosen = _chosen(model, options.style)
        how = at_most(LONGEST, picture.width, picture.height, model.card.fit)
        small = picture.pixels
        if how is not None:
            size, box = geometry(picture.width, picture.height, how)
            image = Image.fromarray(np.ascontiguousarray(picture.rgb8))
            small = np.asarray(image.resize(size, Image.Resampling.LANCZOS, box))
        unit = small.astype(np.float32) / np.float32(np.iinfo(small.dtype).max)
        padded = pad(unit, model.card.multiple)[np.newaxis]
        painted = model.run(image=padded, **chosen)["stylized"][0, : len(unit), : unit.shape[1]]
        change = np.float32(options.strength) * (painted - unit)
        pixels = _changed(picture.pixels, change)
        icc = None if picture.gray else picture.icc  # a profile of gray describes no colours
        return Result(replace(picture, pixels=pixels, gray=False, icc=icc), style, options.writing)

    def encode(self, result: Result, media_type: str) -> bytes:
        """The picture as a file."""
        return encode(result.picture, media_type, result.writing)

    def text(self, result: Result) -> str:
        """Such as `512x384 in the style of starry-night`."""
        return f"{result.picture.width}x{result.picture.height} in the style of {result.style}"


def _chosen(model: Model, wanted: str | None) -> tuple[str, Mapping[str, NDArray[np.float32]]]:
    """The style's name and the network's input that chooses it, if it knows several."""
    labels = model.card.labels or ()
    if wanted is not None and wanted not in labels:
        told = f"it paints {', '.join(labels)}" if labels else "its styles have no names"
        raise StyleNotFound(f"{model.card.name} knows no {wanted!r}; {told}", styles=list(labels))
    index = 0 if wanted is None else labels.index(wanted)
    name = labels[index] if labels else model.card.name
    if "style" not in model.inputs:
        return name, {}
    weights = np.zeros((1, max(1, len(labels))), np.float32)
    weights[0, index] = 1
    return name, {"style": weights}


def _changed(pixels: NDArray[Any], change: NDArray[np.float32]) -> NDArray[Any]:
    """A picture with a change, which may be of fewer pixels, added to it.

    Args:
        pixels: uint8 or uint16 `[H, W, 3]`.
        change: float32 `[h, w, 3]`, in shares of white.
    """
    height, width = pixels.shape[:2]
    high, peak = len(change), np.float32(np.iinfo(pixels.dtype).max)
    planes = [Image.fromarray(np.ascontiguousarray(change[..., channel])) for channel in range(3)]
    made = np.empty_like(pixels)
    for top in range(0, height, ROWS):
        bottom = min(height, top + ROWS)
        box = (0, top * high / height, change.shape[1], bottom * high / height)
        size = (width, bottom - top)
        grown = [np.asarray(p.resize(size, Image.Resampling.BICUBIC, box)) for p in planes]
        levels = pixels[top:bottom] + peak * np.stack(grown, axis=-1)
        made[top:bottom] = np.rint(np.clip(levels, 0, peak))
    return made


TASK = StyleTask()
