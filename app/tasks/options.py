"""What may be chosen of a task: query parameters and command-line options, and what they say."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.imaging.encode import Format, Keep, Writing
from app.imaging.window import checked


class Options(BaseModel):
    """What a user may choose; every field is a query parameter and a command-line option."""

    # By name: an option that is called as Python forbids, such as `class`, has an alias.
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )

    model: str | None = Field(default=None, examples=["resnet20-cifar10", "srdensenet-x4@1"])
    """`name` or `name@version` of a model; the task's default model when absent."""

    frame: Annotated[int, Field(ge=0)] = 0
    """Which frame of an animation or DICOM, or page of a TIFF; the first is 0."""

    window: Annotated[str | None, AfterValidator(checked)] = Field(
        default=None, examples=["40,400"]
    )
    """`center,width` of the values of a gray DICOM picture that are shown, darkest to brightest;
    the file's own window when absent."""


class PictureOptions(Options):
    """What may be chosen where the answer is, or may be, a picture."""

    metadata: Keep = "keep"
    """`keep` resolution, EXIF and XMP, as far as they are true of the answer, or `strip` them."""

    @property
    def writing(self) -> Writing:
        """How the answer is written."""
        return Writing(metadata=self.metadata)


class DrawingOptions(PictureOptions):
    """What may be chosen where the answer may be drawn, pixel for pixel."""

    format: Literal["png", "tiff"] | None = None
    """Format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF."""


class EditOptions(PictureOptions):
    """What may be chosen where the answer is the picture itself, changed."""

    format: Format | None = None
    """Format of the answer; the upload's own when absent, PNG where that can not be written."""

    quality: Annotated[int | None, Field(ge=1, le=100)] = None
    """Of JPEG, WebP and AVIF; 95 when absent, 90 of AVIF."""

    lossless: bool = False
    """WebP without loss. PNG and TIFF are so in any case, JPEG and AVIF in none."""

    @property
    def writing(self) -> Writing:
        """How the answer is written."""
        return Writing(self.quality, self.lossless, self.metadata)
