"""Classification: which of the model's labels the picture shows, and where the evidence lies."""

import base64
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from app.card import Fit
from app.errors import CannotExplain
from app.imaging.encode import encode
from app.imaging.fit import fit, seen
from app.imaging.picture import Picture
from app.imaging.render import heat
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.options import Options
from app.tasks.task import JSON, Bounds, Document, Task


class ClassificationOptions(Options):
    """What may be chosen for a classification."""

    top_k: Annotated[int, Field(ge=1, le=1000)] = 5
    """How many labels to answer, best first."""

    explain: bool = False
    """Add the class-activation map of the best label: where its evidence lies."""

    explain_index: Annotated[int | None, Field(ge=0)] = None
    """Add the map of the label with this index instead of the best one's."""


class Prediction(BaseModel):
    """One label and how sure the model is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """Of the label among those of the model."""
    label: str
    """Its name on the model's card."""
    score: float
    """0 to 1; how sure the model is."""


class Classification(Document):
    """Labels by falling score."""

    predictions: list[Prediction]
    """The best, as many as were asked for."""

    explanation: str | None = None
    """Heat map of the evidence for a label, a PNG of the picture's size as a data URL."""


@dataclass(frozen=True)
class Result:
    """The document and nothing else: a classification has one form only."""

    document: Classification


class ClassificationTask(Task[ClassificationOptions, Result]):
    """Zhou et al., CVPR 2016 (arXiv 1512.04150), equation 2, for the class-activation map."""

    name = "classification"
    verb = "classify"
    summary = "Say what the picture shows"
    description = (
        "The labels that suit the picture best, by falling score. `explain` adds where the "
        "evidence for the best one lies, an exact class-activation map "
        "([Zhou et al., CVPR 2016](https://arxiv.org/abs/1512.04150)). Which labels there are is "
        "said by the model's [card](#/models/get_model)."
    )
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={"scores": Tensor("float32", ("N", "C"))},
        optional={
            "features": Tensor("float32", ("N", "D")),
            "evidence": Tensor("float32", ("N", "C", "h", "w")),
        },
    )
    options = ClassificationOptions
    document: ClassVar[type[Document]] = Classification
    media_types = (JSON,)

    def seen_by(self, options: ClassificationOptions, model: Model) -> Fit | None:
        """The labels come from what the network sees, and of a map only the size from the rest."""
        return model.card.fit

    def infer(
        self, model: Model, picture: Picture, options: ClassificationOptions, bounds: Bounds
    ) -> Result:
        """Labels by falling score; equal scores keep the order of the labels.

        Raises:
            CannotExplain: a map was asked for, and the model's graph gives no evidence, or not of
                that label.
        """
        card = model.card
        wanted = options.explain or options.explain_index is not None
        if wanted and "evidence" not in model.outputs:
            raise CannotExplain(f"{card.reference} gives no evidence, so it can not explain itself")
        outputs = model.run(image=fit(picture, card.fit, card.multiple)[np.newaxis])
        scores = outputs["scores"][0]
        best = np.argsort(-scores, kind="stable")[: options.top_k]
        predictions = [
            Prediction(
                index=int(index),
                label=card.label(index),
                score=float(scores[index]),
            )
            for index in best
        ]
        explanation = None
        if wanted:
            index = best[0] if options.explain_index is None else options.explain_index
            if index >= len(scores):
                raise CannotExplain(
                    f"{card.reference} has no label {index}, the last is {len(scores) - 1}",
                    labels=len(scores),
                )
            explanation = _explanation(outputs["evidence"][0, index], picture, card.fit)
        return Result(
            Classification(model=card.reference, predictions=predictions, explanation=explanation)
        )

    def encode(self, result: Result, media_type: str) -> bytes:
        """The document as JSON, without fields that were not asked for."""
        return result.document.model_dump_json(exclude_none=True).encode()

    def document_of(self, result: Result) -> Classification:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `cat 97.1 %, dog 1.2 %`."""
        return ", ".join(f"{p.label} {p.score:.1%}" for p in result.document.predictions)


def _explanation(evidence: NDArray[np.float32], picture: Picture, how: Fit | None) -> str:
    """The map laid where the network looked; what was cropped away stays transparent."""
    left, top, right, bottom = seen(picture.width, picture.height, how)
    evidence_map = heat(evidence, right - left, bottom - top)
    pixels = np.zeros((picture.height, picture.width, 3), np.uint8)
    alpha = np.zeros((picture.height, picture.width), np.uint8)
    pixels[top:bottom, left:right] = evidence_map.pixels
    alpha[top:bottom, left:right] = 255
    png = encode(Picture(pixels, alpha), "image/png")
    return "data:image/png;base64," + base64.b64encode(png).decode()


TASK = ClassificationTask()
