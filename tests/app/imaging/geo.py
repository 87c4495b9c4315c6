"""GeoTIFFs made for tests, by GDAL."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine

UTM = Affine(0.05, 0.0, 500_000.125, 0.0, -0.05, 5_400_000.875)
"""Pixels of five centimetres."""

DEGREES = Affine(0.25, 0.0, -10.0, 0.0, -0.25, 50.0)
ROTATED = Affine(0.05, 0.01, 500_000.125, 0.02, -0.05, 5_400_000.875)


def geotiff(
    pixels: NDArray[Any], transform: Affine = UTM, crs: str | None = "EPSG:32633", **options: Any
) -> bytes:
    """Pixels `[H, W]` or `[H, W, bands]` as a GeoTIFF."""
    bands = np.atleast_3d(pixels)
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=bands.shape[1], height=bands.shape[0], count=bands.shape[2],
            dtype=bands.dtype, transform=transform, crs=crs, **options,
        ) as dataset:  # fmt: skip
            dataset.write(np.moveaxis(bands, -1, 0))
        written: bytes = memory.read()
    return written
