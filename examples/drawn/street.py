"""A street and a car park from above."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .surface import Color, shaded, surface

SIDE = 0.1
"""Metres that a pixel covers: cars are 4.6 m by 2 m."""

FINER = 4
"""Times larger cars are drawn before they are turned and made smaller."""

GLASS, PAINT = (22, 26, 32), (205, 204, 198)
COLORS = (
    (232, 232, 230),
    (40, 42, 46),
    (150, 30, 32),
    (168, 172, 176),
    (38, 62, 110),
    (210, 208, 200),
    (92, 96, 100),
)


def car(color: Color, angle: float) -> Image.Image:
    """A car on a transparent square of 64 pixels; at the angle 0, of radians, it drives right."""
    large = Image.new("RGBA", (64 * FINER, 64 * FINER))
    draw = ImageDraw.Draw(large)

    def box(left: float, top: float, right: float, bottom: float, round: float, c: Color) -> None:
        corners = [(32 + side) * FINER for side in (left, top, right, bottom)]
        draw.rounded_rectangle(corners, round * FINER, fill=c)

    def pane(*points: tuple[float, float]) -> None:
        draw.polygon([((32 + x) * FINER, (32 + y) * FINER) for x, y in points], fill=GLASS)

    box(-23, -10, 23, 10, 5, shaded(color, 0.72))
    box(-22, -9, 22, 9, 5, color)
    pane((10, -8.2), (10, 8.2), (4, 7), (4, -7))
    pane((-17, -7.6), (-17, 7.6), (-13, 7), (-13, -7))
    for side in (-1, 1):
        pane((8.5, side * 8.9), (-15, side * 8.9), (-12, side * 7.4), (4, side * 7.4))
    box(-12, -7, 4, 7, 2, shaded(color, 1.12))
    turned = large.rotate(-np.degrees(angle), Image.Resampling.BICUBIC)
    return turned.resize((64, 64), Image.Resampling.LANCZOS)


def park(image: Image.Image, middle: tuple[float, float], color: Color, angle: float) -> None:
    """Put a car there, its shadow to the lower right."""
    drawn = car(color, angle)
    left, top = round(middle[0]) - 32, round(middle[1]) - 32
    shadow = Image.new("RGBA", drawn.size, (12, 14, 20, 0))
    dark = drawn.getchannel("A").point(lambda level: round(level * 0.62))
    shadow.putalpha(dark.filter(ImageFilter.GaussianBlur(1)))
    image.paste(shadow, (left + 5, top + 5), shadow)
    image.paste(drawn, (left, top), drawn)


def tree(draw: ImageDraw.ImageDraw, x: float, y: float, random: np.random.Generator) -> None:
    """A crown of leaves."""
    radius = random.uniform(24, 46)
    for _ in range(60):
        angle, far = random.uniform(0, 2 * np.pi), radius * np.sqrt(random.uniform(0, 1))
        a, b, leaf = x + far * np.cos(angle), y + far * np.sin(angle), random.uniform(5, 10)
        green = random.uniform(45, 95)
        color = (round(green * 0.62), round(green), round(green * 0.45))
        draw.ellipse([a - leaf, b - leaf, a + leaf, b + leaf], fill=color)


def ground(random: np.random.Generator) -> Image.Image:
    """Paved ground with grass and trees, a street and, to the lower right, a car park."""
    image = surface(1280, 800, (128, 126, 122), 8, seed=41)
    grass, asphalt = (
        surface(1280, 800, (86, 98, 62), 12, 42),
        surface(1280, 800, (96, 96, 97), 7, 44),
    )
    for part, box in (
        (grass, (0, 0, 1280, 128)),
        (grass, (0, 672, 704, 800)),
        (asphalt, (0, 264, 1280, 496)),
        (asphalt, (793, 496, 1280, 800)),
    ):
        image.paste(part.crop(box), box)
    draw = ImageDraw.Draw(image)
    for x in range(0, 1280, 60):
        draw.line([(x, 380), (x + 28, 380)], fill=PAINT, width=3)
    for y in (264, 496):
        draw.line([(0, y), (1280, y)], fill=PAINT, width=4)
    for _ in range(9):
        tree(draw, random.uniform(0, 1280), random.uniform(0, 104), random)
    for _ in range(5):
        tree(draw, random.uniform(0, 640), random.uniform(704, 800), random)
    return image


def places(random: np.random.Generator) -> list[tuple[float, float, float]]:
    """Middle and angle of each car: two rows that are parked in, and two lanes."""
    bays = [(x, y) for x in range(845, 1240, 46) for y in (576, 704) if random.random() < 0.7]
    found = [(x, y, random.choice([-1, 1]) * np.pi / 2) for x, y in bays]
    for y, angle in ((320, np.pi), (440, 0)):
        x = random.uniform(30, 90)
        while x < 1240:
            found.append((x, y + random.uniform(-6, 6), angle + random.normal(0, 0.03)))
            x += random.uniform(110, 240)
    return found


def street() -> Image.Image:
    """A sunny day, 1280x800 pixels of `SIDE` metres."""
    random = np.random.default_rng(47)
    image = ground(random)
    draw = ImageDraw.Draw(image)
    for x in range(822, 1240, 46):
        for y in (576, 704):
            draw.line([(x, y - 30), (x, y + 30)], fill=PAINT, width=2)
    for x, y, angle in places(random):
        park(image, (x, y), COLORS[random.integers(len(COLORS))], angle)
    return image.filter(ImageFilter.GaussianBlur(0.7))
