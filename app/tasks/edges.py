"""Edges: how sure it is that a border of things runs through a pixel, as a map or as lines."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from app.errors import PictureTooLarge
from app.imaging.dense import Extent
from app.imaging.encode import encode
from app.imaging.picture import Picture
from app.imaging.polylines import polylines, simplified
from app.imaging.render import HEAT, drawing, gray, levels, overlay
from app.imaging.thinning import thinned
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.dense import dense
from app.tasks.options import DrawingOptions
from app.tasks.task import JSON, PNG, TIFF, Bounds, Document, Task

STRONG = 0.5
"""From this strength on lines are told where no threshold is given."""

MOST = 2**20
"""Pixels on lines of one answer: so many make some ten megabytes of JSON."""


class EdgesOptions(DrawingOptions):
    """What may be chosen for edges."""

    render: Literal["map", "overlay"] = "map"
    """`map`: gray, white where it is sure that there is an edge; `overlay`: in colours over the
    picture. JSON is the same for both."""

    thin: bool = False
    """Leave of every edge only the strongest pixel across it, as the boundary benchmark does. The
    lines of JSON are thin in any case."""

    threshold: Annotated[float | None, Field(ge=0, le=1)] = None
    """Leave out what is weaker; 0 when absent, 0.5 for the lines of JSON."""


class Line(BaseModel):
    """An edge between two ends or crossings."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    points: list[tuple[int, int]]
    """Middles of pixels, `[x, y]`; a closed line ends where it began."""
    strength: float
    """The mean of its pixels, 0 to 1."""


class Edges(Document):
    """The edges as lines."""

    width: int
    """Of the upright picture."""
    height: int
    """Of the upright picture."""

    coverage: float
    """The fraction of the picture's pixels that lie on one of the lines."""

    lines: list[Line]
    """Polylines, which pass the pixels of the edges by less than a pixel."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""


@dataclass(frozen=True)
class Result:
    """Strengths, float32 `[H, W]` in 0..1, and what an answer is made of."""

    strengths: NDArray[np.float32]
    picture: Picture
    options: EdgesOptions
    model: str
    exact: bool | None

    @cached_property
    def document(self) -> Edges:
        """The strong edges as lines.

        Raises:
            PictureTooLarge: there are too many.
        """
        given = self.options.threshold
        strengths = thinned(self.strengths)
        strong = (strengths >= (STRONG if given is None else given)) & (strengths > 0)
        count = int(np.count_nonzero(strong))
        if count > MOST:
            raise PictureTooLarge(
                f"{count} pixels lie on lines, {MOST} may; a higher threshold leaves fewer",
                limit=MOST,
                pixels=count,
            )
        lines = [
            Line(
                points=simplified(line).tolist(),
                strength=float(strengths[line[:, 1], line[:, 0]].mean()),
            )
            for line in polylines(strong)
        ]
        return Edges(
            model=self.model,
            width=self.picture.width,
            height=self.picture.height,
            coverage=count / strong.size,
            lines=lines,
            exact=self.exact,
        )

    def drawn(self) -> Picture:
        """The map as the picture that was asked for."""
        shown = thinned(self.strengths) if self.options.thin else self.strengths
        if self.options.threshold is not None:
            shown = np.where(shown >= self.options.threshold, shown, np.float32(0))
        if self.options.render == "map":
            return drawing(gray(levels(shown)), self.picture)
        return overlay(self.picture, levels(shown), HEAT)


class EdgesTask(Task[EdgesOptions, Result]):
    """Every pixel has a strength; large pictures go through the network in tiles."""

    name = "edges"
    verb = "edges"
    summary = "Say where the borders of things are"
    description = (
        "How sure it is, for every pixel, that a border of things runs through it: a map of the "
        "picture's size, thinned if asked for, or over the picture. As JSON: the strong edges as "
        "lines. Of a GeoTIFF the maps lie where it does."
    )
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={"edges": Tensor("float32", ("N", "H", "W"))},
    )
    options = EdgesOptions
    document: ClassVar[type[Document]] = Edges
    media_types = (PNG, TIFF, JSON)

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """Two maps of 4 bytes a pixel, and what is drawn of them."""
        return 3 * picture.width * picture.height

    def infer(
        self, model: Model, picture: Picture, options: EdgesOptions, bounds: Bounds
    ) -> Result:
        """The map at the picture's own size; there is no edge in what the card's fit crops away."""

        def answer(outputs: Any, extent: Extent) -> NDArray[Any]:
            return extent.values(outputs["edges"])[..., np.newaxis]

        found, exact = dense(model, picture, answer, bounds)
        return Result(found[..., 0], picture, options, model.card.reference, exact)

    def encode(self, result: Result, media_type: str) -> bytes:
        """Lines as JSON, or the map drawn as a picture."""
        if media_type == JSON:
            return result.document.model_dump_json(exclude_none=True).encode()
        return encode(result.drawn(), media_type, result.options.writing)

    def document_of(self, result: Result) -> Edges:
        """The answer as lines."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `214 lines over 2.1% of the picture`."""
        document = result.document
        return f"{len(document.lines)} lines over {document.coverage:.1%} of the picture"


TASK = EdgesTask()
