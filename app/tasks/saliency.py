"""Saliency: where in the picture people look first, as a map, over the picture, or cut out."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from app.imaging.dense import unfit
from app.imaging.encode import PLAIN, Writing, encode
from app.imaging.fit import fit
from app.imaging.picture import Picture
from app.imaging.render import HEAT, drawing, gray, levels, overlay
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.options import DrawingOptions
from app.tasks.task import JSON, PNG, TIFF, Bounds, Document, Task

Render = Literal["map", "overlay", "cutout"]


class SaliencyOptions(DrawingOptions):
    """What may be chosen for a saliency."""

    render: Render = "map"
    """`map`: gray, white where it is salient; `overlay`: a heat map over the picture; `cutout`:
    the picture, transparent where it is not salient. JSON is the same for all."""


class Peak(BaseModel):
    """The most salient pixel; of equals the topmost, then the leftmost."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    x: int
    """Pixels from the left."""
    y: int
    """Pixels from the top."""
    score: float
    """Its saliency, 0 to 1."""


class Saliency(Document):
    """Where the picture is salient, in pixels of the upright picture."""

    peak: Peak
    """The pixel of the largest saliency, which is its score, 0 to 1."""

    box: tuple[int, int, int, int]
    """The smallest box `[x0, y0, x1, y1)` around all pixels that have at least half of the
    peak's score; all zeros where the score is 0."""

    coverage: float
    """The fraction of the picture's pixels that have at least half of the peak's score; 0 where
    the score is 0."""


@dataclass(frozen=True)
class Result:
    """The map at the picture's size, float32 `[H, W]` in 0..1, and what an answer is made of."""

    saliency: NDArray[np.float32]
    picture: Picture
    render: Render
    model: str
    writing: Writing = PLAIN

    @cached_property
    def document(self) -> Saliency:
        """The map in numbers."""
        y, x = divmod(int(self.saliency.argmax()), self.saliency.shape[1])
        score = float(self.saliency[y, x])
        salient = (self.saliency >= score / 2) & (self.saliency > 0)
        rows = np.flatnonzero(salient.any(axis=1)).tolist() or [0, -1]
        columns = np.flatnonzero(salient.any(axis=0)).tolist() or [0, -1]
        return Saliency(
            model=self.model,
            peak=Peak(x=x, y=y, score=score),
            box=(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1),
            coverage=np.count_nonzero(salient) / salient.size,
        )

    def drawn(self) -> Picture:
        """The map as the picture that was asked for."""
        if self.render == "map":
            return drawing(gray(levels(self.saliency)), self.picture)
        if self.render == "overlay":
            return overlay(self.picture, levels(self.saliency), HEAT)
        alpha = self.picture.alpha8
        opaque = np.float32(1) if alpha is None else alpha / np.float32(255)
        # What is salient has no more than 8 bits, so the cutout has none either.
        return replace(self.picture, pixels=self.picture.rgb8, alpha=levels(self.saliency * opaque))


class SaliencyTask(Task[SaliencyOptions, Result]):
    """The picture goes through the network whole: what stands out depends on all of it."""

    name = "saliency"
    verb = "saliency"
    summary = "Say where people look first"
    description = (
        "How likely people look at each pixel in the first seconds, as a map of the picture's "
        "size, over it, or as its alpha. As JSON: the most salient pixel, the box around all that "
        "have at least half of its saliency, and how much of the picture they are."
    )
    samples = ("coffee-150.png",)
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={"saliency": Tensor("float32", ("N", "H", "W"))},
    )
    options = SaliencyOptions
    document: ClassVar[type[Document]] = Saliency
    media_types = (PNG, TIFF, JSON)

    def infer(
        self, model: Model, picture: Picture, options: SaliencyOptions, bounds: Bounds
    ) -> Result:
        """The map at the picture's own size; what the card's fit crops away is not salient."""
        card = model.card
        outputs = model.run(image=fit(picture, card.fit, card.multiple)[np.newaxis])
        saliency = unfit(
            outputs["saliency"][0], picture.width, picture.height, card.fit, card.multiple
        )
        return Result(saliency, picture, options.render, card.reference, options.writing)

    def encode(self, result: Result, media_type: str) -> bytes:
        """Numbers as JSON, or the map drawn as a picture."""
        if media_type == JSON:
            return result.document.model_dump_json().encode()
        return encode(result.drawn(), media_type, result.writing)

    def document_of(self, result: Result) -> Saliency:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `peak 0.97 at 120,88; 18.0% of the picture within 40,20 to 200,180`."""
        peak, (left, top, right, bottom) = result.document.peak, result.document.box
        return (
            f"peak {peak.score:.2f} at {peak.x},{peak.y}; {result.document.coverage:.1%} of the "
            f"picture within {left},{top} to {right},{bottom}"
        )


TASK = SaliencyTask()
