"""A facade and a pavement, and where they are cracked."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .surface import surface


def crack(
    image: Image.Image, start: tuple[float, float], angle: float, steps: int, seed: int
) -> None:
    """Draw a crack: a walk that turns at random, thins out and branches."""
    random, draw = np.random.default_rng(seed), ImageDraw.Draw(image)
    x, y = start
    for step in range(steps):
        angle += random.normal(0, 0.25)
        length = random.uniform(4, 9)
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        wide = max(1, round(4 * (1 - step / steps)))
        draw.line([(x, y), end], fill=(int(random.integers(28, 52)),) * 3, width=wide)
        if steps > 20 and random.random() < 0.04:
            turned = angle + random.choice([-0.9, 0.9])
            crack(image, end, turned, steps // 3, int(random.integers(2**31)))
        x, y = end


def facade(width: int = 960, height: int = 640) -> Image.Image:
    """A plastered wall with two windows and three cracks."""
    image = surface(width, height, (176, 170, 160), 7, seed=1)
    draw = ImageDraw.Draw(image)
    for left in (0.12, 0.62):
        box = [width * left, height * 0.2, width * (left + 0.22), height * 0.62]
        draw.rectangle(box, fill=(92, 104, 116), outline=(214, 210, 202), width=9)
        middle = (box[0] + box[2]) / 2
        draw.line([(middle, box[1]), (middle, box[3])], fill=(214, 210, 202), width=7)
    crack(image, (width * 0.34, height * 0.62), 0.9, 60, seed=4)
    crack(image, (width * 0.62, height * 0.2), -2.4, 42, seed=5)
    crack(image, (width * 0.05, height * 0.98), -0.5, 46, seed=6)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def pavement(width: int = 1600, height: int = 1200) -> Image.Image:
    """Asphalt from above: a painted line and cracks."""
    image = surface(width, height, (120, 119, 117), 9, seed=11)
    draw = ImageDraw.Draw(image)
    draw.rectangle([width * 0.47, 0, width * 0.5, height], fill=(206, 205, 198))
    places = np.random.default_rng(12)
    for seed in range(21, 21 + max(2, width * height // 200_000)):
        start = (places.uniform(0, width), places.uniform(0, height))
        crack(image, start, places.uniform(0, 2 * np.pi), 70, seed)
    return image.filter(ImageFilter.GaussianBlur(0.6))
