"""Pairs of pictures with exact optical flow, made of photos that move in layers.

A layer is a photo seen through a field: if the second picture shows the photo itself and the first
shows it displaced by `f`, so that `first(x) = second(x + f(x))`, then `f` is the flow of that layer
exactly, however it bends. Layers cover each other, so borders of motion, occlusion and what leaves
the picture come of themselves (as in FlyingChairs, Dosovitskiy et al., ICCV 2015).
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from export.datasets.archive import Pixels, files, images
from export.datasets.photos import ARCHIVES, held_out_photos

SAMPLES = "flow-samples.tar"
ROOM = "rgbd-normals-train.tar"

ROOM_HELD_OUT = range(240, 365)
"""Frames of the room's walk whose places the rigid samples show; none of them is trained on."""

KITTI_SCALE, KITTI_ZERO = 64, 32768
"""Of the 16-bit form of flow: `value = pixels * 64 + 32768`."""


@dataclass(frozen=True)
class Pair:
    """Two pictures and where each pixel of the first went.

    Attributes:
        first: uint8 `[H, W, 3]`, RGB.
        second: likewise.
        flow: float32 `[H, W, 2]`: pixels to the right and down, from the first to the second.
        valid: bool `[H, W]`: where the flow is known.
        level: how hard it is: `easy`, `medium`, `hard` or `rigid`.
    """

    first: Pixels
    second: Pixels
    flow: NDArray[np.float32]
    valid: NDArray[np.bool_]
    level: str


@dataclass(frozen=True)
class Motion:
    """How the layers of a pair move, in pixels of the picture.

    Attributes:
        pan: largest shift of the background along each axis.
        own: largest shift of a moving piece, beside that of the background.
        turn: largest rotation of a layer, in radians.
        zoom: largest change of size, as a share.
        tilt: largest change of size across the picture (perspective), as a share.
        bend: largest smooth displacement beside all these.
        pieces: fewest and most of them.
    """

    pan: float
    own: float
    turn: float
    zoom: float
    tilt: float
    bend: float
    pieces: tuple[int, int]


MOTIONS = {
    "easy": Motion(2.5, 3.0, 0.012, 0.012, 0.0, 0.3, (1, 2)),
    "medium": Motion(7.0, 8.0, 0.03, 0.03, 0.01, 0.8, (1, 3)),
    "rigid": Motion(20.0, 5.0, 0.03, 0.05, 0.06, 2.0, (0, 4)),
    "hard": Motion(18.0, 18.0, 0.07, 0.07, 0.04, 1.5, (1, 4)),
}
"""By level, of pairs of 320x240. Of these, zero flow is wrong by 2.5, 6, 16 and 16 pixels or so."""

MEASURED = ("easy", "medium", "rigid")
"""Levels of the pairs that a network is measured on."""


def photos(data: Path) -> tuple[list[Pixels], list[Pixels]]:
    """Photos to make pairs of, divided into training and validation.

    Held out are the photos that the flow samples were made of, ten of BSDS500's test pictures, and
    the part of the room's walk that the rigid samples are from.

    Raises:
        FileNotFoundError: an archive is not in the folder.
    """
    table = next(content for name, content in files(data / SAMPLES) if name == "index.csv")
    used = {
        photo
        for row in csv.DictReader(io.StringIO(table.decode()))
        for photo in row["source"].split("+")
    }
    found = {name: image for archive in ARCHIVES for name, image in images(data / archive)}
    held_out = {name for name in found if Path(name).stem in used}
    held_out |= {name for name in held_out_photos(list(found)) if name.startswith("bsds500")}
    for name, image in images(data / ROOM):
        if name.startswith("rgb/"):
            found[name] = image
            if int(name[-10:-4]) in ROOM_HELD_OUT:
                held_out.add(name)
    sides: tuple[list[Pixels], list[Pixels]] = ([], [])
    for name, image in found.items():
        sides[name in held_out].append(_reduced(image))
    return sides


def _reduced(image: Image.Image, shortest: int = 240) -> Pixels:
    """A photo whose shorter side is at most twice a pair's height, RGB."""
    image = image.convert("RGB")
    scale = 2 * shortest / min(image.size)
    if scale < 1:
        size = round(image.width * scale), round(image.height * scale)
        image = image.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(image)


def samples(data: Path) -> list[Pair]:
    """The pairs of `flow-samples.tar`: two easy, one medium, one hard, two rigid, 320x240.

    Raises:
        FileNotFoundError: the archive is not in the folder.
    """
    content = dict(files(data / SAMPLES))
    pairs = []
    for row in csv.DictReader(io.StringIO(content["index.csv"].decode())):
        name = row["name"]
        first, second = (
            np.asarray(Image.open(io.BytesIO(content[f"{name}_img{which}.jpg"])).convert("RGB"))
            for which in (1, 2)
        )
        stored = imagecodecs.png_decode(content[f"{name}_flow.png"])
        flow = (stored[..., :2].astype(np.float32) - np.float32(KITTI_ZERO)) / np.float32(
            KITTI_SCALE
        )
        pairs.append(Pair(first, second, flow, stored[..., 2] > 0, row["level"] or row["kind"]))
    return pairs


def measured(photos: Sequence[Pixels], seed: int = 0) -> list[Pair]:
    """The same 24 pairs of 320x240 at every call: eight of each level that `MEASURED` names."""
    generator = np.random.default_rng(seed)
    return [make(photos, level, (240, 320), generator) for level in MEASURED for _ in range(8)]


def make(
    pool: Sequence[Pixels],
    level: str,
    size: tuple[int, int],
    generator: np.random.Generator,
) -> Pair:
    """Make a pair of photos picked at random.

    Args:
        pool: uint8 `[H, W, 3]` each.
        level: a key of `MOTIONS`.
        size: height and width of the pictures.
        generator: of all that is random.
    """
    motion = MOTIONS[level]
    height, width = size
    low, high = motion.pieces
    pieces = int(generator.integers(low, high + 1))
    pan = generator.uniform(-motion.pan, motion.pan, 2)
    first = second = flow = None
    grid = _grid(height, width)
    for layer in range(1 + pieces):
        own = motion.own if layer else 0.0
        shift = pan + generator.uniform(-own, own, 2)
        field = _field(grid, shift, motion, generator)
        photo = pool[int(generator.integers(len(pool)))]
        seen = _texture(photo, torch.stack((grid + field, grid)), generator)
        if first is None or second is None or flow is None:
            first, second, flow = seen[0], seen[1], field
            continue
        shape = _shape(height, width, generator)
        here, there = shape(grid + field), shape(grid)
        first = first + here * (seen[0] - first)
        second = second + there * (seen[1] - second)
        flow = torch.where(here > 0.5, field, flow)
    assert first is not None
    assert second is not None
    assert flow is not None
    return Pair(
        _pixels(first),
        _pixels(second),
        flow.permute(1, 2, 0).numpy(),
        np.ones(size, np.bool_),
        level,
    )


def _pixels(picture: Tensor) -> Pixels:
    return picture.add(0.5).clamp(0, 255).byte().permute(1, 2, 0).numpy()


def _grid(height: int, width: int) -> Tensor:
    """Where every pixel is, x and y, `[2, H, W]`."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack((x, y)).float()


def _field(
    grid: Tensor, shift: NDArray[np.float64], motion: Motion, generator: np.random.Generator
) -> Tensor:
    """Where a layer's pixels go, `[2, H, W]`: shift, rotation, zoom, perspective and a bend."""
    height, width = grid.shape[1:]
    centre = torch.tensor([width, height]) * torch.from_numpy(generator.uniform(0.2, 0.8, 2))
    x, y = grid - centre.float()[:, None, None]
    turn = generator.uniform(-motion.turn, motion.turn)
    zoom = 1 + generator.uniform(-motion.zoom, motion.zoom)
    tilt_x, tilt_y = generator.uniform(-motion.tilt, motion.tilt, 2) / width
    cosine, sine = zoom * np.cos(turn), zoom * np.sin(turn)
    depth = 1 + tilt_x * x + tilt_y * y
    moved = torch.stack(((cosine * x - sine * y) / depth, (sine * x + cosine * y) / depth))
    field = moved - torch.stack((x, y)) + torch.from_numpy(shift).float()[:, None, None]
    if motion.bend and generator.random() < 0.5:
        knots = generator.uniform(-motion.bend, motion.bend, (1, 2, 4, 5)).astype(np.float32)
        bend = F.interpolate(
            torch.from_numpy(knots), size=(height, width), mode="bicubic", align_corners=True
        )
        field = field + bend[0]
    return field


def _texture(photo: Pixels, places: Tensor, generator: np.random.Generator) -> Tensor:
    """A photo seen at places `[2, 2, H, W]` of both pictures: float `[2, 3, H, W]` in 0..255.

    It is mirrored beyond its borders, turned and scaled at random; never reduced much, which would
    alias.
    """
    high, wide = photo.shape[:2]
    height, width = places.shape[2:]
    largest = min(1.25, max(0.5, min(high / height, wide / width)))
    scale = generator.uniform(0.5 * largest, largest)
    angle = generator.normal(0, 0.15)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    room = np.array([max(0.0, wide - scale * width), max(0.0, high - scale * height)])
    corner = np.array([scale * width, scale * height]) / 2 + generator.uniform(0, 1, 2) * room
    mirror = 1 if generator.random() < 0.5 else -1
    x = (places[:, 0] - width / 2) * mirror
    y = places[:, 1] - height / 2
    u = (cosine * x - sine * y + corner[0]) * (2 / wide) - 1
    v = (sine * x + cosine * y + corner[1]) * (2 / high) - 1
    picture = torch.from_numpy(photo).permute(2, 0, 1)[None].float().expand(2, -1, -1, -1)
    return F.grid_sample(
        picture, torch.stack((u, v), -1), "bilinear", "reflection", align_corners=False
    )


def _shape(height: int, width: int, generator: np.random.Generator) -> Callable[[Tensor], Tensor]:
    """How much a piece covers the places `[2, H, W]` that it is asked about: `[1, H, W]` in 0..1.

    Its border is a star-shaped curve of a few waves, or a polygon; a pixel wide.
    """
    centre = torch.tensor([width, height]) * torch.from_numpy(generator.uniform(0.1, 0.9, 2))
    radius = generator.uniform(0.08, 0.3) * width
    stretch = generator.uniform(0.5, 2.0) ** 0.5
    angle = generator.uniform(0, np.pi)
    waves = generator.uniform(0, 1, 4) * np.array([0.25, 0.2, 0.15, 0.1])
    phases = generator.uniform(0, 2 * np.pi, 4)
    corners = int(generator.integers(3, 7)) if generator.random() < 0.5 else 0

    def covered(places: Tensor) -> Tensor:
        x, y = places - centre.float()[:, None, None]
        u = (np.cos(angle) * x + np.sin(angle) * y) / stretch
        v = (-np.sin(angle) * x + np.cos(angle) * y) * stretch
        around, distance = torch.atan2(v, u), torch.hypot(u, v)
        if corners:
            part = 2 * np.pi / corners
            border = np.cos(part / 2) / torch.cos(around.remainder(part) - part / 2)
        else:
            border = torch.ones_like(around)
            for count, (wave, phase) in enumerate(zip(waves, phases, strict=True), 1):
                border = border + wave * torch.sin(count * around + phase)
        inside: Tensor = (radius * border - distance + 0.5).clamp(0, 1)[None]
        return inside

    return covered
