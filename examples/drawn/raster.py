"""A picture as an orthomosaic."""

import numpy as np
from PIL import Image

from .surface import NOTICE


def geotiff(image: Image.Image, left: float, top: float, side: float, epsg: int) -> bytes:
    """A picture as an orthomosaic: north is up, and pixels have that side in metres."""
    from rasterio import Affine
    from rasterio.io import MemoryFile

    pixels = np.moveaxis(np.asarray(image), -1, 0)
    transform = Affine(side, 0, left, 0, -side, top)
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=image.width, height=image.height, count=3, dtype="uint8",
            transform=transform, crs=f"EPSG:{epsg}", photometric="RGB", tiled=True,
            compress="deflate",
        ) as dataset:  # fmt: skip
            dataset.write(pixels)
            dataset.update_tags(IMAGEDESCRIPTION=NOTICE)
        written: bytes = memory.read()
    return written
