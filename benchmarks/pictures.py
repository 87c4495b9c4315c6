"""Random requests of every kind: sizes, formats, modes, tasks, models and what is asked for."""

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

EXAMPLES = Path(__file__).parent.parent / "examples"

FORMATS: dict[str, dict[str, int]] = {
    "jpeg": {},
    "png": {"compress_level": 1},
    "webp": {"method": 0},
    "tiff": {},
    "bmp": {},
    "gif": {},
    "ppm": {},
}
"""Those that are sent, with what makes them quickly: to ask must cost less than to answer."""

MODES = ("RGB", "RGB", "RGB", "L", "RGBA")
"""Most pictures have three channels."""

SIDES = (24, 1600)
"""Of a picture that is looked at, in pixels; small ones are as likely as large ones."""

PAINTED_SIDES = (16, 320)
"""Of a picture that is to be made larger or painted: its cost goes with every pixel."""

CHOICES = {
    "classification": ({}, {"top_k": "3"}, {"explain": "true"}),
    "saliency": ({}, {"render": "overlay"}, {"render": "cutout"}),
    "segmentation": ({}, {"render": "overlay"}, {"shapes": "rle"}, {"shapes": "polygons"}),
    "style": ({}, {"strength": "0.5"}, {"format": "jpeg"}),
    "super-resolution": ({}, {"format": "jpeg"}, {"format": "webp"}),
}
"""What is asked for besides the model, of the tasks that ask about one picture."""


@dataclass(frozen=True)
class Asked:
    """One request to a task."""

    task: str
    params: dict[str, str]
    body: bytes


def requests(models: Sequence[tuple[str, str]], seed: int) -> Iterator[Asked]:
    """Random requests without end; the same seed gives the same ones.

    Args:
        models: task and name of those that are asked, one as often as the other.
        seed: of the random numbers.
    """
    chance = random.Random(seed)
    with Image.open(EXAMPLES / "cat.jpg") as opened:
        photo = opened.convert("RGB")
    while True:
        task, model = chance.choice(models)
        sides = PAINTED_SIDES if task in ("super-resolution", "style") else SIDES
        params = {"model": model, **chance.choice(CHOICES[task])}
        yield Asked(task, params, _picture(photo, chance, sides))


def _picture(photo: Image.Image, chance: random.Random, sides: tuple[int, int]) -> bytes:
    """A part of a photograph at a random size, as a file of a random format."""
    longer = _log_uniform(chance, *sides)
    size = [longer, max(sides[0], round(longer * chance.uniform(0.5, 1)))]
    chance.shuffle(size)
    left, top = (chance.uniform(0, side / 2) for side in photo.size)
    box = (left, top, left + photo.width / 2, top + photo.height / 2)
    image = photo.resize((size[0], size[1]), Image.Resampling.BILINEAR, box)
    format, mode = chance.choice(list(FORMATS)), chance.choice(MODES)
    if mode == "RGBA" and format in ("jpeg", "ppm", "gif"):  # they have no alpha
        mode = "RGB"
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, format, **FORMATS[format])
    return buffer.getvalue()


def _log_uniform(chance: random.Random, low: int, high: int) -> int:
    scale: float = (high / low) ** chance.random()
    return round(low * scale)
