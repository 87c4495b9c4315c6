"""Numbers made visible: heat maps."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.picture import Picture

# Five points of matplotlib's "inferno" (CC0, by N. Smith and S. van der Walt), whose lightness
# rises evenly: black, purple, red, orange, pale yellow.
_RAMP = np.array([(0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)])


def heat(values: NDArray[np.float32], width: int, height: int) -> Picture:
    """A map of numbers as a colour picture, smallest black and largest bright.

    Args:
        values: float32 `[h, w]`, any range.
        width: of the picture made.
        height: of the picture made.
    """
    low, high = float(values.min()), float(values.max())
    unit = (values - low) / (high - low) if high > low else np.zeros_like(values)
    image = Image.fromarray(unit.astype(np.float32)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    position = np.clip(np.asarray(image), 0.0, 1.0) * (len(_RAMP) - 1)
    stops = np.arange(len(_RAMP))
    channels = [np.interp(position, stops, _RAMP[:, channel]) for channel in range(3)]
    return Picture(np.rint(np.stack(channels, axis=-1)).astype(np.uint8))
