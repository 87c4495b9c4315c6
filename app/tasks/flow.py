"""Optical flow: where each pixel of a picture is in the next one, as vectors, colours or arrows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from app.card import Fit
from app.errors import PicturesDiffer
from app.imaging.dense import unfit_vectors
from app.imaging.encode import PLAIN, Writing, encode
from app.imaging.fit import at_most, fit
from app.imaging.picture import Picture
from app.imaging.render import drawing
from app.imaging.vectors import Vectors, arrows, flo, kitti, lengths, wheel
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.options import PictureOptions
from app.tasks.task import JSON, PNG, UNBOUNDED, Bounds, Document, Task

FLO = "application/octet-stream"
"""Middlebury's files have no media type of their own."""

LONGEST = 1024
"""Pixels of the longer side above which pictures are made smaller for the network. It looks as far
as it was trained to, so in a larger picture the same scene would move farther than it can see; cut
into tiles, it would see even less of what moves across their borders."""

MOVING = 1.0
"""Pixels above which a vector counts as a motion."""

Render = Literal["flow", "wheel", "arrows"]


class FlowOptions(PictureOptions):
    """What may be chosen for a flow."""

    render: Render = "flow"
    """`flow`: the vectors in KITTI's 16-bit form; `wheel`: their directions as hues, their lengths
    as how strong the colours are; `arrows`: drawn over the picture. JSON is the same for all."""

    format: Literal["png", "flo"] | None = None
    """`flo`: the vectors as a Middlebury file, whatever is rendered."""


class Flow(Document):
    """How far pixels move, in pixels of the upright picture."""

    width: int
    """Of the upright picture."""
    height: int
    """Of the upright picture."""

    mean: float
    """Mean length of the vectors."""

    median: float
    """Median length of the vectors."""

    max: float
    """Length of the longest vector."""

    moving: float
    """The fraction of the vectors that are longer than a pixel."""


@dataclass(frozen=True)
class Result:
    """The vectors at the picture's size and what an answer is made of."""

    vectors: Vectors
    picture: Picture
    options: FlowOptions
    model: str
    writing: Writing = PLAIN

    @cached_property
    def document(self) -> Flow:
        """The vectors in numbers."""
        height, width = self.vectors.shape[:2]
        found = lengths(self.vectors)
        known = found[np.isfinite(found)]
        return Flow(
            model=self.model,
            width=width,
            height=height,
            mean=float(known.mean(dtype=np.float64)),
            median=float(np.median(known)),
            max=float(known.max()),
            moving=np.count_nonzero(known > MOVING) / known.size,
        )

    def drawn(self) -> Picture:
        """The vectors as the picture that was asked for."""
        if self.options.render == "arrows":
            return arrows(self.picture, self.vectors)
        shown = (wheel if self.options.render == "wheel" else kitti)(self.vectors)
        return drawing(shown, self.picture)


class FlowTask(Task[FlowOptions, Result]):
    """Both pictures go through the network whole, large ones made smaller."""

    name = "flow"
    verb = "flow"
    samples = ("flying-1.jpg", "flying-2.jpg")
    summary = "Say where each pixel of a picture is in the next one"
    description = (
        "The optical flow from `image` to `next`, two pictures of one size: a vector for every "
        "pixel, in KITTI's 16-bit form, as a Middlebury file, as colours or as arrows. As JSON: "
        "how far pixels move."
    )
    parts = ("image", "next")
    contract = Contract(
        inputs={
            "image": Tensor("uint8", ("N", "H", "W", 3)),
            "next": Tensor("uint8", ("N", "H", "W", 3)),
        },
        outputs={"flow": Tensor("float32", ("N", "H", "W", 2))},
    )
    options = FlowOptions
    document: ClassVar[type[Document]] = Flow
    media_types = (PNG, FLO, JSON)

    def offers(
        self, picture: Picture, options: FlowOptions, model: Model, bounds: Bounds = UNBOUNDED
    ) -> tuple[str, ...]:
        """The format asked for, or all; a drawing has none but PNG."""
        if options.format is not None:
            return (FLO if options.format == "flo" else PNG,)
        return self.media_types if options.render == "flow" else (PNG, JSON)

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """The vectors have 8 bytes a pixel, and what is drawn of them 6 more."""
        return 5 * picture.width * picture.height

    def seen_by(self, options: FlowOptions, model: Model) -> Fit | None:
        """Of a large picture all that the network sees, unless arrows are drawn over it."""
        return None if options.render == "arrows" else model.card.fit or Fit(longest=LONGEST)

    def infer(self, model: Model, picture: Picture, options: FlowOptions, bounds: Bounds) -> Result:
        """The flow from a picture to itself."""
        return self.infer_all(model, (picture, picture), options, bounds)

    def infer_all(
        self, model: Model, pictures: Sequence[Picture], options: FlowOptions, bounds: Bounds
    ) -> Result:
        """The vectors at the picture's own size.

        Raises:
            PicturesDiffer: the pictures are not of one size.
        """
        sizes = {name: (p.width, p.height) for name, p in zip(self.parts, pictures, strict=True)}
        if len(set(sizes.values())) > 1:
            told = " and ".join(f"{name!r} {w}x{h}" for name, (w, h) in sizes.items())
            raise PicturesDiffer(f"both pictures must be of one size, but {told} pixels", **sizes)
        picture, card = pictures[0], model.card
        width, height = picture.width, picture.height
        how = at_most(LONGEST, width, height, card.fit)
        image, following = (fit(each, how, card.multiple)[np.newaxis] for each in pictures)
        found = model.run(image=image, next=following)["flow"][0]
        vectors = unfit_vectors(found, width, height, how, card.multiple)
        return Result(vectors, picture, options, card.reference, options.writing)

    def encode(self, result: Result, media_type: str) -> bytes:
        """Numbers as JSON, the vectors as a Middlebury file, or drawn as a picture."""
        if media_type == JSON:
            return result.document.model_dump_json().encode()
        if media_type == FLO:
            return flo(result.vectors)
        return encode(result.drawn(), media_type, result.writing)

    def document_of(self, result: Result) -> Flow:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `mean 2.31 pixels, median 1.80, longest 9.42; 64.0% of the picture moves`."""
        found = result.document
        return (
            f"mean {found.mean:.2f} pixels, median {found.median:.2f}, longest {found.max:.2f}; "
            f"{found.moving:.1%} of the picture moves"
        )


TASK = FlowTask()
