"""How far the JPEG decoder may shrink a picture of which a network sees a small one only."""

from PIL import Image

from app.card import Fit
from app.imaging.fit import geometry
from app.imaging.orientation import ASIDE, exif_of, orientation_of

REDUCTIONS = (8, 4, 2)
"""How many times smaller libjpeg can decode each way, by leaving out high frequencies."""

GAP = 2.0
"""How many times larger than what the network sees a reduced picture still is, each way."""

LEAST = 256
"""Pixels of the shorter side of a reduced picture. Below, decoding is quick, and networks that see
32 pixels answer otherwise; docs/performance.md tells how far scores move."""


def draft(image: Image.Image, how: Fit) -> tuple[int, tuple[int, int] | None]:
    """Let a JPEG be decoded smaller, as far as its `fit` makes it much smaller still.

    Args:
        image: opened, not decoded.
        how: the fit that the picture will be seen by.

    Returns:
        How many times fewer pixels there are each way than in the file, and if there are fewer, the
        width and height that the upright picture has in full.
    """
    if image.format != "JPEG":
        return 1, None
    width, height = image.size
    orientation = orientation_of(exif_of(image))
    upright = (height, width) if orientation in ASIDE else (width, height)
    for reduction in REDUCTIONS:
        # A rest at the right or lower edge would be at another one after a turn.
        rest = orientation != 1 and (width % reduction or height % reduction)
        enough = min(width, height) >= reduction * LEAST
        if enough and not rest and reduction * GAP <= shrinking(*upright, how):
            done = image.draft(None, (width // reduction, height // reduction))
            return (reduction, upright) if done else (1, None)
    return 1, None


def shrinking(width: int, height: int, how: Fit) -> float:
    """How many times smaller each way a fit makes a picture, where it does so least."""
    (wide, high), (left, top, right, bottom) = geometry(width, height, how)
    return min((right - left) / wide, (bottom - top) / high)
