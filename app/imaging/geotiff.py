"""The georeference of a TIFF read, and pictures written as GeoTIFF (OGC 19-008r4), by GDAL.

GDAL sees files in memory only, and of its drivers only the one for GeoTIFF: others of them follow
names and addresses that a file holds.
"""

import base64
import io
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from app.imaging.georeference import GeoReference, unread
from app.imaging.picture import Picture

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

NEEDED = "pip install 'densight[geo]'"
"""How an installation learns to read and write georeferences."""

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BIG = 43
_ORIENTATION = 274
_ASCII, _SHORT, _DOUBLE = 2, 3, 12
_SCALE, _TIEPOINTS, _MATRIX = 33550, 33922, 34264
_KEYS = (34735, 34736, 34737)

Tag = tuple[int, int, int, Any, bool]
"""Code, data type, count, value, and whether it is of the first page only, as tifffile has it."""

# Files beside the picture, which in memory there are none of, are not looked for either.
_READING = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_GEOREF_SOURCES": "INTERNAL",
    "GDAL_PAM_ENABLED": "NO",
}
_WRITING = {
    "driver": "GTiff", "tiled": True, "blockxsize": 256, "blockysize": 256,
    "compress": "deflate", "BIGTIFF": "IF_SAFER",
}  # fmt: skip

# Of damaged files GDAL says so by itself, in words that hold parts of them.
for _name in ("rasterio", "rasterio._env"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


def reference_of(data: bytes) -> GeoReference | None:
    """Where the first page of a TIFF lies, turned upright; `None` if it does not say so.

    What is told by points on the ground (GCPs) or by polynomials (RPCs) has no transform, and
    counts as unsaid.
    """
    found = _tags(data)
    if _MATRIX not in found and not (_SCALE in found and _TIEPOINTS in found):
        return None
    try:
        import rasterio
        from rasterio.io import MemoryFile
    except ImportError:
        return unread(f"its reader is not installed: {NEEDED}")
    try:
        with (
            rasterio.Env(**_READING),
            MemoryFile(data) as memory,
            memory.open(driver="GTiff") as dataset,
        ):
            return _reference(dataset, found.get(_ORIENTATION))
    except Exception:  # GDAL and what is around it raise anything on a damaged file
        return unread("it is damaged")


def write(picture: Picture, reference: GeoReference) -> bytes:
    """Write a picture as a GeoTIFF, tiled and deflated.

    Args:
        picture: its depth, alpha and colour profile are kept; gray has one band.
        reference: of the picture, which has the pixels written.

    Raises:
        CannotGeoreference: the reference could not be read.
    """
    bands = [picture.pixels[..., 0]] if picture.gray else list(np.moveaxis(picture.pixels, -1, 0))
    options: dict[str, Any] = {"photometric": "MINISBLACK" if picture.gray else "RGB"}
    if picture.alpha is not None:
        bands.append(picture.alpha)
        options["ALPHA"] = "NON-PREMULTIPLIED"
    if picture.icc is not None:
        options["SOURCE_ICC_PROFILE"] = base64.b64encode(picture.icc).decode()
    # Neighbours differ little, so their differences take less room (TIFF 6.0, section 14).
    return _written(bands, reference, predictor=2, **options)


def write_indexed(
    values: NDArray[np.uint8], colors: Sequence[tuple[int, int, int]], reference: GeoReference
) -> bytes:
    """Write a GeoTIFF of one band with a palette, whose pixel values stay what they are.

    Args:
        values: uint8 `[H, W]`.
        colors: RGB of the values, 256 of them.
        reference: of the picture.

    Raises:
        CannotGeoreference: the reference could not be read.
    """
    return _written([values], reference, colors=colors)


def tags(reference: GeoReference) -> list[Tag]:
    """What makes any TIFF a GeoTIFF, for writers that are not GDAL.

    Args:
        reference: of the picture that will be in it, of whatever size.

    Raises:
        CannotGeoreference: the reference could not be read.
    """
    made = _tags(_written([np.zeros((1, 1), np.uint8)], reference))
    found = [(code, made[code]) for code in (_SCALE, _TIEPOINTS, _MATRIX, *_KEYS) if code in made]
    return [
        (code, _ASCII, len(value) + 1, value, True)
        if isinstance(value, str)
        else (code, _DOUBLE if isinstance(value[0], float) else _SHORT, len(value), value, True)
        for code, value in found
    ]


def _tags(data: bytes) -> TiffImagePlugin.ImageFileDirectory_v2 | dict[int, Any]:
    """The tags of the first page, read without its pixels; none if this is no TIFF."""
    if not data.startswith(_MAGIC):
        return {}
    big = _BIG in data[2:4]
    try:
        tags = TiffImagePlugin.ImageFileDirectory_v2(data[: 16 if big else 8])
        file = io.BytesIO(data)
        file.seek(tags.next)
        tags.load(file)
    except Exception:  # Pillow raises anything on a damaged file
        return {}
    return tags


def _reference(dataset: "DatasetReader", orientation: object) -> GeoReference | None:
    """What GDAL made of the tags; it takes no notice of the orientation."""
    if dataset.transform.is_identity:
        return None
    crs = dataset.crs
    reference = GeoReference(
        transform=tuple(dataset.transform[:6]),
        crs=crs.to_wkt(version="WKT2_2019") if crs else None,
        projected=bool(crs and crs.is_projected),
    )
    if not isinstance(orientation, int) or orientation not in range(2, 9):
        return reference
    return reference.turned(orientation, dataset.width, dataset.height)


def _written(
    bands: Sequence[NDArray[Any]],
    reference: GeoReference,
    *,
    colors: Sequence[tuple[int, int, int]] | None = None,
    **options: Any,
) -> bytes:
    """A file of bands `[H, W]`; who has a reference that is known has GDAL, too."""
    known = reference.known()
    from rasterio.crs import CRS
    from rasterio.io import MemoryFile
    from rasterio.transform import Affine

    height, width = bands[0].shape
    options |= {
        "width": width,
        "height": height,
        "count": len(bands),
        "dtype": bands[0].dtype,
        "transform": Affine(*known.transform),
        "crs": CRS.from_wkt(known.crs) if known.crs else None,
    }
    with MemoryFile() as memory:
        with memory.open(**_WRITING, **options) as dataset:
            for index, band in enumerate(bands, 1):
                dataset.write(np.ascontiguousarray(band), index)
            if colors is not None:
                dataset.write_colormap(1, dict(enumerate(colors)))
        written: bytes = memory.read()
    return written
