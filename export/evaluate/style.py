"""The protocol of a style: how near painted photos come to the painting, beside optimised ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import UNBOUNDED
from export.architectures.vgg import Vgg16
from export.datasets.archive import Pixels
from export.evaluate.answers import silent
from export.metrics.style import BLOCKS, CONTENT, content_distance, gram, style_distance
from export.recipe import Say
from export.sources.hed_vgg import vgg16

PHOTOS = 4
"""Photos that are painted; each in one style, the styles in turn."""

PART = (96, 144)
"""Height and width of what is painted of each, its middle: an optimised picture takes hundreds of
passes through VGG-16."""

STEPS = 300
"""Of the optimisation."""

RATE = 0.02
"""Of Adam, in shares of white."""

FIRM = 10.0
"""What a content distance beyond the network's costs, in style distances."""


def style(
    model: Model,
    photos: Sequence[Pixels],
    paintings: Sequence[Pixels],
    say: Say = silent,
    *,
    runs: Path = Path("runs"),
    steps: int = STEPS,
) -> dict[str, float]:
    """Paint photos and measure them, and pictures that were optimised for as long as Gatys'.

    The optimised picture begins as the photo and comes as near to the painting as it can without
    leaving the photo farther than the network's own answer does (Gatys et al., CVPR 2016).

    Args:
        model: of styles.
        photos: uint8 `[H, W, 3]` each; the first `PHOTOS` of them are painted.
        paintings: in the order of the card's labels.
        say: told how far it is.
        runs: folder where VGG-16 is kept.
        steps: of an optimisation.

    Returns:
        Means of `style` and `content`, the distances of the model's pictures; of
        `style_optimised` and `content_optimised`; of `style_photo`, that of the photos themselves;
        of `style_ratio`, how many times the optimised picture's style distance the model's is, and
        of each style `style_ratio/<label>`; and `pictures`.
    """
    features, task = vgg16(runs, BLOCKS), TASKS[model.card.task]
    labels = model.card.labels or ("",)
    found: dict[str, list[float]] = {}
    chosen = [_middle(photo) for photo in photos[:PHOTOS]]
    for index, photo in enumerate(chosen):
        say(f"picture {index + 1} of {len(chosen)}")
        place = index % len(labels)
        options = task.options(style=labels[place] or None)
        painted = task.infer(model, Picture(photo), options, UNBOUNDED).picture.pixels
        with torch.no_grad():
            wanted = [gram(maps) for maps in features(_unit(paintings[place]))]
            content = features(_unit(photo))[CONTENT]
            ours, near = _distances(features, _unit(painted), wanted, content)
            before, _ = _distances(features, _unit(photo), wanted, content)
        theirs, limit = _optimised(features, _unit(photo), wanted, content, float(near), steps)
        ratio = float(ours) / theirs
        for name, value in (
            ("style", float(ours)),
            ("content", float(near)),
            ("style_optimised", theirs),
            ("content_optimised", limit),
            ("style_photo", float(before)),
            ("style_ratio", ratio),
            (f"style_ratio/{labels[place]}", ratio),
        ):
            found.setdefault(name, []).append(value)
    means = {name: float(np.mean(values)) for name, values in found.items()}
    return {**means, "pictures": len(chosen)}


def _optimised(
    features: Vgg16,
    photo: Tensor,
    wanted: Sequence[Tensor],
    content: Tensor,
    limit: float,
    steps: int,
) -> tuple[float, float]:
    """Style and content distance of the picture that is nearest to the painting within a limit."""
    picture = photo.clone().requires_grad_()
    optimizer = torch.optim.Adam([picture], lr=RATE)
    for _ in range(steps):
        # Gradients need no more than 16 bits; what is told is computed in 32.
        with torch.autocast("cpu", torch.bfloat16):
            style, beyond = _distances(features, picture, wanted, content)
        optimizer.zero_grad()
        loss = (style + FIRM * torch.relu(beyond - limit)).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            picture.clamp_(0, 1)
    with torch.no_grad():
        style, reached = _distances(features, picture, wanted, content)
    return float(style), float(reached)


def _distances(
    features: Vgg16, picture: Tensor, wanted: Sequence[Tensor], content: Tensor
) -> tuple[Tensor, Tensor]:
    seen = features(picture)
    style = style_distance([gram(maps) for maps in seen], wanted)
    return style, content_distance(seen[CONTENT], content)


def _unit(pixels: Pixels) -> Tensor:
    unit = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    return unit.contiguous(memory_format=torch.channels_last)


def _middle(photo: Pixels) -> Pixels:
    places = (((side - part) // 2, part) for side, part in zip(photo.shape, PART, strict=False))
    rows, columns = (slice(max(0, start), max(0, start) + part) for start, part in places)
    return photo[rows, columns]
