"""What is measured under load: a model and the pictures that it is asked about."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import ROOT

RESNET = "bench-resnet50"
FREE = "bench-mean"

MODELS = ROOT / "runs" / "bench" / "models"
"""Where both lie once they have been made."""


@dataclass(frozen=True)
class Case:
    """A model and pictures of one size.

    Attributes:
        model: name of a file in `MODELS`, without its suffix.
        width: of the pictures, in pixels.
        height: likewise.
    """

    model: str
    width: int
    height: int

    @property
    def path(self) -> Path:
        """The model's file."""
        return MODELS / f"{self.model}.onnx"

    @property
    def name(self) -> str:
        """For a table."""
        return f"{self.model.removeprefix('bench-')} {self.width}x{self.height}"


CASES = (
    Case(RESNET, 256, 256),
    Case(RESNET, 1600, 1200),
    Case(RESNET, 4000, 3000),
    Case(FREE, 256, 256),
)
