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

PHOTOS = 10
"""Photos that are painted; each in one style, the styles in turn."""

PART = (128, 192)
"""Height and width of what is painted of each, its middle: an optimised picture takes hundreds of
passes through VGG-16."""

STEPS = 300
"""Passes of the optimisation."""

WITHIN = 1.01
"""As far from the photo, as shares of the network's content distance."""

FIRM = 100.0
"""What a content distance beyond the network's costs: the style distance of one that is by 1 too
far. It grows with the square, which L-BFGS needs, and is met to the third digit."""


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

    The optimised picture begins as the photo and comes as near to the painting as L-BFGS can bring
    it without leaving the photo farther than the network's own answer does (Gatys et al., CVPR
    2016).

    Args:
        model: of styles.
        photos: uint8 `[H, W, 3]` each; the first `PHOTOS` of them are painted.
        paintings: in the order of the card's labels.
        say: told how far it is.
        runs: folder where VGG-16 is kept.
        steps: passes of an optimisation.

    Returns:
        Means of `style` and `content`, the distances of the model's pictures; of
        `style_optimised` and `content_optimised`; of `style_photo`, that of the photos themselves;
        of `style_ratio`, how many times the optimised picture's style distance the model's is, and
        of each style `style_ratio/<label>`; of `style_passes`, how many of the optimisation's
        passes it takes to be as near to the painting as the model; and `pictures`.
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
        reached = _optimised(features, _unit(photo), wanted, content, float(near), steps)
        theirs, limit = reached[-1]
        as_good = [
            place
            for place, (style, far) in enumerate(reached)
            if style <= ours and far <= WITHIN * near
        ]
        ratio = float(ours) / theirs
        for name, value in (
            ("style", float(ours)),
            ("content", float(near)),
            ("style_optimised", theirs),
            ("content_optimised", limit),
            ("style_photo", float(before)),
            ("style_passes", float(min(as_good, default=steps))),
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
) -> list[tuple[float, float]]:
    """Style and content distance after each pass of an optimisation within a limit."""
    # L-BFGS asks for numbers that lie one after the other.
    picture = photo.clone(memory_format=torch.contiguous_format).requires_grad_()
    optimizer = torch.optim.LBFGS(
        [picture],
        max_iter=steps,
        max_eval=steps,
        history_size=20,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )
    reached = []

    def loss() -> Tensor:
        style, far = _distances(features, picture.clamp(0, 1), wanted, content)
        reached.append((style.item(), far.item()))
        total = (style + FIRM * torch.relu(far - limit).square()).sum()
        optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    # Line searches also look at pictures that are not taken.
    with torch.no_grad():
        style, far = _distances(features, picture.clamp(0, 1), wanted, content)
    return [*reached, (style.item(), far.item())]


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
