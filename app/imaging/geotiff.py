"""The georeference of a TIFF read, and as tags for another (OGC 19-008r4), by GDAL.

GDAL sees files in memory only, and of its drivers only the one for GeoTIFF: others of them follow
names and addresses that a file holds.
"""

import io
import logging
from typing import TYPE_CHECKING, Any

from PIL import TiffImagePlugin

from app.imaging.georeference import GeoReference, unread

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


def tags(reference: GeoReference) -> list[Tag]:
    """What makes any TIFF a GeoTIFF, for writers that are not GDAL.

    Args:
        reference: of the picture that will be in it, of whatever size.

    Raises:
        CannotGeoreference: the reference could not be read.
    """
    made = _tags(_written(reference))
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


def _written(reference: GeoReference) -> bytes:
    """A file of one pixel that lies there; who has a reference that is known has GDAL, too."""
    known = reference.known()
    from rasterio.crs import CRS
    from rasterio.io import MemoryFile
    from rasterio.transform import Affine

    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=1,
            height=1,
            count=1,
            dtype="uint8",
            transform=Affine(*known.transform),
            crs=CRS.from_wkt(known.crs) if known.crs else None,
        ):
            pass
        written: bytes = memory.read()
    return written
