"""Where on earth the pixels of a picture lie: a coordinate reference system and a transform."""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app.errors import CannotGeoreference

Affine = tuple[float, float, float, float, float, float]

# Of the upright picture's `x, y` in pixels the place in the picture as it is stored, for each
# orientation (Exif 2.32, tag 0x0112): `x` and `y` as sums of x, y, the width and the height stored.
_STORED: dict[int, tuple[tuple[int, int, int, int], tuple[int, int, int, int]]] = {
    1: ((1, 0, 0, 0), (0, 1, 0, 0)),
    2: ((-1, 0, 1, 0), (0, 1, 0, 0)),
    3: ((-1, 0, 1, 0), (0, -1, 0, 1)),
    4: ((1, 0, 0, 0), (0, -1, 0, 1)),
    5: ((0, 1, 0, 0), (1, 0, 0, 0)),
    6: ((0, 1, 0, 0), (-1, 0, 0, 1)),
    7: ((0, -1, 1, 0), (-1, 0, 0, 1)),
    8: ((0, -1, 1, 0), (1, 0, 0, 0)),
}


# The identifier of the whole system is the last thing in it; those within end in more brackets.
_IDENTIFIER = re.compile(r',ID\["(\w+)",(\d+)\]\]$')


@dataclass(frozen=True)
class GeoReference:
    """A transform from pixels to coordinates, and the system of these.

    Attributes:
        transform: `a, b, c, d, e, f`: the corner `x, y` of pixels, the upper left one of the
            picture being 0, 0, lies at `a x + b y + c` and `d x + e y + f`. The order is that of
            rasterio's `Affine`; GDAL's and that of world files are others.
        crs: the coordinate reference system as WKT 2 (ISO 19162:2019), which loses nothing; `None`
            where the file names none.
        projected: the coordinates are lengths on a plane, so areas are their products; else they
            are angles, or nobody knows.
        lost: why the reference that the file has could not be read; then the rest means nothing.
    """

    transform: Affine
    crs: str | None = None
    projected: bool = False
    lost: str | None = None

    def known(self) -> Self:
        """The reference itself, if it was read.

        Raises:
            CannotGeoreference: it was not, so no answer can carry it.
        """
        if self.lost is not None:
            raise CannotGeoreference(
                f"the picture has a georeference that the answer can not carry: {self.lost}; "
                "PNG and plain JSON carry none"
            )
        return self

    def scaled(self, scale: int) -> Self:
        """The reference of the same picture with `scale` times more pixels each way."""
        a, b, c, d, e, f = self.transform
        return replace(self, transform=(a / scale, b / scale, c, d / scale, e / scale, f))

    def turned(self, orientation: int, width: int, height: int) -> Self:
        """The reference of the picture turned upright.

        Args:
            orientation: 1 to 8, as in Exif and TIFF.
            width: of the picture as it is stored, in pixels.
            height: of the same.
        """
        a, b, c, d, e, f = self.transform
        (x_x, x_y, x_w, x_h), (y_x, y_y, y_w, y_h) = _STORED[orientation]
        x_0, y_0 = x_w * width + x_h * height, y_w * width + y_h * height
        return replace(
            self,
            transform=(
                a * x_x + b * y_x,
                a * x_y + b * y_y,
                a * x_0 + b * y_0 + c,
                d * x_x + e * y_x,
                d * x_y + e * y_y,
                d * x_0 + e * y_0 + f,
            ),
        )

    def points(self, corners: NDArray[Any]) -> NDArray[np.float64]:
        """Coordinates of corners of pixels, `[..., 2]` of x, y, as float64 of the same shape."""
        a, b, c, d, e, f = self.transform
        x, y = corners[..., 0], corners[..., 1]
        return np.stack([a * x + b * y + c, d * x + e * y + f], axis=-1)

    @property
    def authority(self) -> tuple[str, str] | None:
        """Who has numbered the system and how, such as `("EPSG", "32633")`, if somebody has."""
        found = _IDENTIFIER.search(self.crs or "")
        return (found[1], found[2]) if found else None

    @property
    def determinant(self) -> float:
        """The area of a pixel in the square of the unit of coordinates.

        It is negative where the transform mirrors, as most do: rows run south, coordinates north.
        """
        a, b, _, d, e, _ = self.transform
        return a * e - b * d


def unread(reason: str) -> GeoReference:
    """What stands for a reference that could not be read, so that it is not lost in silence."""
    return GeoReference((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), lost=reason)
