"""What all drawings stand on, and what files say of them."""

import numpy as np
from PIL import Image, ImageFilter

NOTICE = "drawn by examples/drawn; no photograph"

Color = tuple[int, int, int]


def surface(width: int, height: int, color: Color, grain: float, seed: int) -> Image.Image:
    """A rough surface under even light, with stains and grain of that many levels."""
    random = np.random.default_rng(seed)
    stains = Image.fromarray(random.integers(0, 256, (height // 40, width // 40), np.uint8))
    spread = np.asarray(stains.resize((width, height), Image.Resampling.BICUBIC), float) - 128
    fine = random.normal(0, grain, (height, width))
    coarse = Image.fromarray(np.uint8(np.clip(128 + random.normal(0, 40, (height, width)), 0, 255)))
    rough = np.asarray(coarse.filter(ImageFilter.GaussianBlur(1.2)), float) - 128
    levels = np.array(color)[None, None] + (spread * 0.12 + fine + rough * grain / 10)[..., None]
    return Image.fromarray(np.uint8(np.clip(levels, 0, 255)))


def shaded(color: Color, share: float) -> Color:
    """A colour with that share of its light, at most white."""
    red, green, blue = (min(255, round(level * share)) for level in color)
    return red, green, blue
