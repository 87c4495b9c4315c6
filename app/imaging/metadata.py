"""What a file says of its pixels besides colours: resolution, EXIF and XMP; kept in answers."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from app.imaging import directories
from app.imaging.orientation import TAG as ORIENTATION

_EXIF, _GPS, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_WIDTH, _HEIGHT = 0xA002, 0xA003
_X_RESOLUTION, _Y_RESOLUTION, _UNIT = 0x011A, 0x011B, 0x0128
_INCH, _CENTIMETRE = 2, 3
_JFIF_INCH = 1

# Exif 2.32, table 4, and what Windows and cameras add: tags of the first directory that describe
# the picture. All others describe how its pixels lie in the file that it came in.
_DESCRIBING = {
    0x000B, 0x010D, 0x010E, 0x010F, 0x0110, _X_RESOLUTION, _Y_RESOLUTION, _UNIT, 0x0131, 0x0132,
    0x013B, 0x013C, 0x4746, 0x4749, 0x8298, 0x9003, 0x9004, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
    0xC614, 0xC62F, _EXIF, _GPS,
}  # fmt: skip


@dataclass(frozen=True)
class Metadata:
    """Kept beside the pixels.

    Attributes:
        dpi: pixels an inch across and down.
        exif: as in a JPEG, `Exif` and two zeros before it; of orientation 1, without a thumbnail.
        xmp: the packet; of orientation 1.
    """

    dpi: tuple[float, float] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None

    def of_size(self, width: int, height: int, scale: float = 1) -> "Metadata":
        """The same of a picture that is so large, and so many times larger than before."""
        dpi = (self.dpi[0] * scale, self.dpi[1] * scale) if self.dpi else None
        exif, xmp = self.exif, self.xmp
        if exif is not None:
            block = Image.Exif()
            block.load(exif)
            exif = _written(block, width, height, dpi)
        if xmp is not None:
            for name, value in {"ImageWidth": width, "ImageLength": height}.items():
                xmp = _set(xmp, b"tiff:" + name.encode(), value)
            for name, value in {"PixelXDimension": width, "PixelYDimension": height}.items():
                xmp = _set(xmp, b"exif:" + name.encode(), value)
        return Metadata(dpi, exif, xmp)


NONE = Metadata()


def check(info: Mapping[Any, Any]) -> None:
    """Refuse EXIF that would take far more memory than the file.

    Args:
        info: Pillow's, of an opened file.

    Raises:
        BrokenPicture: its directories are too many, or name the same bytes again and again.
    """
    block, written = info.get("exif"), info.get("Raw profile type exif")
    if isinstance(written, str):  # ImageMagick's, in a text of PNG
        digits = "".join(written.split("\n")[3:])
        block = bytes.fromhex(digits) if re.fullmatch(r"[0-9a-fA-F\s]*", digits) else None
    if isinstance(block, bytes):
        directories.check(re.sub(rb"^(Exif\0\0){1,2}", b"", block))


def resolution_block(dpi: tuple[float, float]) -> bytes:
    """EXIF that tells nothing but pixels an inch, for formats that have no other place for them."""
    block = Image.Exif()
    block[_X_RESOLUTION], block[_Y_RESOLUTION], block[_UNIT] = *dpi, _INCH
    return block.tobytes()


def directory_of(exif: Image.Exif, tag: int) -> dict[int, Any]:
    """A directory within EXIF, with the one that may be within it in the place of its offset."""
    entries = dict(exif.get_ifd(tag))
    if _INTEROPERABILITY in entries:
        entries[_INTEROPERABILITY] = dict(exif.get_ifd(_INTEROPERABILITY))
    return entries


def metadata_of(
    exif: Image.Exif, info: Mapping[Any, Any], width: int, height: int, *, aside: bool
) -> Metadata:
    """What is worth keeping of an opened file.

    Args:
        exif: its EXIF, or of a TIFF its tags.
        info: Pillow's.
        width: of the upright picture.
        height: of the upright picture.
        aside: its sides changed places when it was turned upright.
    """
    dpi = _resolution(info.get("dpi"))
    if dpi == (72, 72) and "exif" in info and _X_RESOLUTION not in exif:
        # Pillow says so of a JPEG where neither EXIF nor JFIF says anything.
        dpi = dpi if info.get("jfif_unit") == _JFIF_INCH else None
    dpi = dpi or _resolution_of(exif)
    if dpi is not None and aside:
        dpi = dpi[1], dpi[0]
    xmp = info.get("xmp")
    xmp = _set(xmp, b"tiff:Orientation", 1) if isinstance(xmp, bytes) and xmp else None
    return Metadata(dpi, _written(exif, width, height, dpi), xmp)


def _written(
    exif: Image.Exif, width: int, height: int, dpi: tuple[float, float] | None
) -> bytes | None:
    """The describing tags with sizes that are true; `None` where there are none, or broken ones."""
    try:
        kept = Image.Exif()
        for tag in _DESCRIBING.intersection(exif):
            kept[tag] = directory_of(exif, tag) if tag in (_EXIF, _GPS) else exif[tag]
        if not set(kept) - {_X_RESOLUTION, _Y_RESOLUTION, _UNIT}:
            return None
        kept[ORIENTATION] = 1
        for tag in (_X_RESOLUTION, _Y_RESOLUTION, _UNIT):
            kept.pop(tag, None)
        if dpi is not None:
            kept[_X_RESOLUTION], kept[_Y_RESOLUTION], kept[_UNIT] = *dpi, _INCH
        if _EXIF in kept:
            kept[_EXIF] = {**kept[_EXIF], _WIDTH: width, _HEIGHT: height}
        return kept.tobytes()
    except Exception:  # Pillow raises anything on damaged tags; the pixels are what counts
        return None


def _resolution(dpi: Any) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in dpi)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # Some programs write 1 x 1 for "not known".
    sensible = all(math.isfinite(value) and 1 < value < 1e6 for value in (across, down))
    return (across, down) if sensible else None


def _resolution_of(exif: Image.Exif) -> tuple[float, float] | None:
    try:
        unit = exif.get(_UNIT, _INCH)
        per_inch = {_INCH: 1.0, _CENTIMETRE: 2.54}.get(unit, 0.0)
        across, down = (float(exif[tag]) * per_inch for tag in (_X_RESOLUTION, _Y_RESOLUTION))
    except Exception:  # as above
        return None
    return _resolution((across, down))


def _set(xmp: bytes, name: bytes, value: int) -> bytes:
    """Give a property of a packet another number, whether it is an attribute or an element."""
    pattern = re.escape(name) + rb"(\s*=\s*[\"']|>)\s*\d+"
    return re.sub(pattern, name + rb"\g<1>%d" % value, xmp)
