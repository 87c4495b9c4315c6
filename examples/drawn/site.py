"""A building site in front of which people stand, some of them without a helmet."""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .surface import Color, shaded, surface

FINER = 4
"""Times larger people are drawn before they are made smaller, so that their sides are smooth."""

DARK, BROWN = (34, 28, 26), (70, 48, 34)
TROUSERS, SHOES, SHIRT = (38, 42, 54), (20, 18, 18), (225, 225, 222)


class Worker(NamedTuple):
    """Where somebody's feet are and how tall, in pixels of 960x640, and in what colours."""

    x: int
    foot: int
    tall: int
    helmet: Color | None
    skin: Color
    hair: Color
    coat: Color


PEOPLE = (
    Worker(110, 612, 330, (222, 58, 40), (214, 168, 138), DARK, (46, 56, 74)),
    Worker(270, 600, 300, None, (186, 134, 104), BROWN, (36, 40, 44)),
    Worker(425, 620, 340, (236, 190, 40), (226, 182, 152), DARK, (214, 112, 34)),
    Worker(590, 598, 300, (228, 228, 224), (132, 92, 70), BROWN, (40, 58, 92)),
    Worker(720, 606, 310, None, (206, 160, 128), DARK, (74, 66, 60)),
    Worker(865, 618, 335, (226, 70, 44), (222, 178, 150), BROWN, (222, 130, 40)),
)
"""From left to right; two wear no helmet."""


class Pen:
    """Draws in heights of a head, from the middle and the top of the head."""

    def __init__(self, image: Image.Image, head: float) -> None:
        self.draw, self.head = ImageDraw.Draw(image), head
        self.middle, self.top = image.width / 2, head / 2

    def shape(self, points: list[tuple[float, float]], color: Color) -> None:
        """Fill the shape between the points."""
        self.draw.polygon([self._at(*point) for point in points], fill=color)

    def oval(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """Fill what is round in the box."""
        self.draw.ellipse([*self._at(left, top), *self._at(right, bottom)], fill=color)

    def dome(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """Fill the upper half of what is round in the box."""
        box = [*self._at(left, top), *self._at(right, bottom)]
        self.draw.pieslice(box, 180, 360, fill=color)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self.middle + x * self.head, self.top + y * self.head


def body(pen: Pen, one: Worker) -> None:
    """Legs, coat, arms and hands; light comes from the left."""
    for side, light in ((-1, 0.9), (1, 0.7)):
        leg = [(0, 3.6), (0.62, 3.6), (0.55, 7.05), (0.12, 7.05), (0, 4.4)]
        pen.shape([(side * x, y) for x, y in leg], TROUSERS)
        shoe = [(0.1, 6.85), (0.6, 6.85), (0.75, 7.1), (0.08, 7.1)]
        pen.shape([(side * x, y) for x, y in shoe], SHOES)
        arm = [(0.8, 1.55), (1.08, 2.9), (0.98, 3.75), (0.74, 3.75), (0.7, 2.4)]
        pen.shape([(side * x, y) for x, y in arm], shaded(one.coat, light))
        pen.oval(side * 0.87 - 0.15, 3.6, side * 0.87 + 0.15, 3.98, shaded(one.skin, light))
    coat = [(-0.85, 1.55), (-0.3, 1.28), (0.3, 1.28), (0.85, 1.55), (0.72, 3.9), (-0.72, 3.9)]
    pen.shape(coat, one.coat)
    pen.shape([(0.25, 1.3), (0.85, 1.55), (0.72, 3.9), (0.3, 3.9)], shaded(one.coat, 0.82))
    pen.shape([(-0.2, 1.3), (0.2, 1.3), (0, 1.95)], SHIRT)


def face(pen: Pen, one: Worker) -> None:
    """Neck, face, ears, eyes, nose and mouth."""
    pen.shape([(-0.2, 0.8), (0.2, 0.8), (0.24, 1.4), (-0.24, 1.4)], shaded(one.skin, 0.75))
    if one.helmet is None:
        pen.oval(-0.45, -0.08, 0.45, 0.85, one.hair)
    pen.oval(-0.46, 0.45, -0.36, 0.7, shaded(one.skin, 0.9))
    pen.oval(0.36, 0.45, 0.46, 0.7, shaded(one.skin, 0.75))
    pen.oval(-0.4, 0.05, 0.4, 1.06, shaded(one.skin, 0.9))
    pen.oval(-0.38, 0.05, 0.3, 1.02, one.skin)
    for x in (-0.17, 0.17):
        pen.oval(x - 0.07, 0.46, x + 0.07, 0.55, (40, 30, 28))
        brow = [(x - 0.11, 0.41), (x + 0.11, 0.41), (x + 0.1, 0.37), (x - 0.1, 0.37)]
        pen.shape(brow, one.hair)
    pen.shape([(-0.02, 0.5), (0.07, 0.7), (-0.07, 0.71)], shaded(one.skin, 0.78))
    pen.shape([(-0.13, 0.84), (0.13, 0.84), (0.08, 0.89), (-0.08, 0.89)], (150, 80, 74))


def covered(pen: Pen, one: Worker) -> None:
    """The helmet, or hair where there is none."""
    if one.helmet is None:
        pen.dome(-0.48, -0.16, 0.48, 0.8, one.hair)
        fringe = [
            (-0.44, 0.5),
            (-0.36, 0.36),
            (-0.2, 0.26),
            (0.22, 0.24),
            (0.37, 0.36),
            (0.44, 0.5),
        ]
        pen.shape([(-0.44, 0.3), *fringe, (0.44, 0.3)], one.hair)
        return
    brim = [(-0.56, 0.24), (0.56, 0.24), (0.6, 0.33), (-0.6, 0.33)]
    pen.dome(-0.52, -0.32, 0.52, 0.86, shaded(one.helmet, 0.8))
    pen.dome(-0.52, -0.32, 0.34, 0.84, one.helmet)
    pen.shape([(-0.06, -0.36), (0.06, -0.36), (0.08, 0.27), (-0.08, 0.27)], shaded(one.helmet, 0.9))
    pen.oval(-0.3, -0.2, -0.12, 0, shaded(one.helmet, 1.3))
    pen.shape(brim, shaded(one.helmet, 0.88))
    pen.shape([(-0.4, 0.33), (0.4, 0.33), (0.38, 0.4), (-0.38, 0.4)], shaded(one.skin, 0.55))


def stand(image: Image.Image, one: Worker) -> None:
    """Draw somebody, and the shadow at the feet."""
    ground = ImageDraw.Draw(image, "RGBA")
    left, right = one.x - one.tall * 0.22, one.x + one.tall * 0.26
    box = [left, one.foot - one.tall * 0.03, right, one.foot + one.tall * 0.035]
    ground.ellipse(box, fill=(60, 52, 44, 110))
    size = (round(one.tall * 0.6), round(one.tall * 1.08))
    large = Image.new("RGBA", (size[0] * FINER, size[1] * FINER))
    pen = Pen(large, one.tall / 7 * FINER)
    for part in (body, face, covered):
        part(pen, one)
    small = large.resize(size, Image.Resampling.LANCZOS)
    image.paste(small, (one.x - size[0] // 2, one.foot - size[1]), small)


def building(width: int, height: int) -> Image.Image:
    """Sky, ground, and a house of concrete behind scaffolding."""
    down = np.linspace(0, 1, height)[:, None, None]
    sky = np.array((206, 216, 226)) * (1 - down) + np.array((236, 236, 232)) * down
    image = Image.fromarray(np.uint8(np.broadcast_to(sky, (height, width, 3))))
    image.paste(surface(width, height * 35 // 100, (158, 146, 126), 9, seed=51), (0, 416))
    image.paste(surface(width * 62 // 100, height // 2, (150, 148, 142), 6, seed=52), (288, 109))
    draw = ImageDraw.Draw(image)
    for left in range(322, 322 + 5 * 115, 115):
        for top in (141, 294):
            draw.rectangle([left, top, left + 62, top + 83], fill=(64, 70, 76))
    for x in range(268, 930, 82):
        draw.line([(x, 64), (x, 435)], fill=(96, 92, 90), width=4)
    for y in range(90, 385, 96):
        draw.line([(250, y), (940, y)], fill=(104, 98, 94), width=4)
        draw.line([(250, y + 8), (940, y + 8)], fill=(142, 112, 76), width=6)
    return image


def site() -> Image.Image:
    """Six people, 960x640 pixels, a little out of focus and with grain."""
    image = building(960, 640)
    for one in PEOPLE:
        stand(image, one)
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), float)
    grain = np.random.default_rng(53).normal(0, 5, (image.height, image.width, 1))
    return Image.fromarray(np.uint8(np.clip(soft + grain, 0, 255)))
