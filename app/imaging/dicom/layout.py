"""How the pixels of a DICOM file lie: the image pixel module (PS3.3, C.7.6.3), checked."""

from dataclasses import dataclass
from typing import Self

from pydicom.dataset import Dataset

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.dicom.elements import text, whole
from app.imaging.frames import check_frame

GRAY = ("MONOCHROME1", "MONOCHROME2")
PALETTE = "PALETTE COLOR"
COLORS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")

FLOATS = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}
"""Pixel data of floating numbers, and the bits of one."""


@dataclass(frozen=True)
class Layout:
    """What the header says of every frame.

    Attributes:
        rows: pixels from top to bottom.
        columns: pixels from left to right.
        samples: 1, or 3 of colours.
        allocated: bits that a sample takes: 1, 8, 16, 32 or 64.
        stored: bits of them that count.
        signed: whether samples are in two's complement.
        photometric: one of `GRAY`, `COLORS` and `PALETTE`.
        planar: whether colours follow each other as planes, not pixel by pixel.
        frames: how many there are.
        keyword: of the element that holds the pixels.
    """

    rows: int
    columns: int
    samples: int
    allocated: int
    stored: int
    signed: bool
    photometric: str
    planar: bool
    frames: int
    keyword: str

    @classmethod
    def of(cls, elements: Dataset, keyword: str) -> Self:
        """Read what the header says.

        Raises:
            BrokenPicture: something is missing, contradicts itself, or is not read here.
        """
        bits = FLOATS.get(keyword)
        allocated = bits or whole(elements, "BitsAllocated")
        layout = cls(
            rows=whole(elements, "Rows"),
            columns=whole(elements, "Columns"),
            samples=whole(elements, "SamplesPerPixel", 1),
            allocated=allocated,
            stored=bits or whole(elements, "BitsStored", allocated),
            signed=bool(bits is None and whole(elements, "PixelRepresentation", 0)),
            photometric=text(elements, "PhotometricInterpretation"),
            planar=bool(whole(elements, "PlanarConfiguration", 0)),
            frames=max(1, whole(elements, "NumberOfFrames", 1)),
            keyword=keyword,
        )
        layout._check()
        return layout

    def _check(self) -> None:
        if self.rows < 1 or self.columns < 1:
            raise BrokenPicture("the DICOM file says that its picture has no pixels")
        kinds = {PALETTE: (1, {8, 16})}
        kinds |= dict.fromkeys(COLORS, (3, {8, 16, 32}))
        kinds |= dict.fromkeys(GRAY, (1, {1, 8, 16, 32, 64}))
        if self.photometric not in kinds:
            raise BrokenPicture(f"the photometric interpretation is none of {', '.join(kinds)}")
        samples, allocated = kinds[self.photometric]
        if self.samples != samples:
            raise BrokenPicture("samples per pixel do not suit the photometric interpretation")
        if self.allocated not in allocated or not 1 <= self.stored <= self.allocated:
            raise BrokenPicture("no picture has the bits for a sample that the DICOM file says")

    @property
    def pixels(self) -> int:
        """How many a frame has."""
        return self.rows * self.columns

    def check_frame(self, frame: int, max_pixels: int) -> None:
        """See that a frame is there, and small enough.

        Raises:
            FrameNotFound: there are fewer.
            PictureTooLarge: a frame has more pixels than allowed.
        """
        check_frame(frame, self.frames)
        if self.pixels > max_pixels:
            raise PictureTooLarge(
                f"{self.columns}x{self.rows} is {self.pixels} pixels, {max_pixels} are allowed",
                limit=max_pixels,
                pixels=self.pixels,
            )
