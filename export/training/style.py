"""The recipe of resnet-style: photos painted so that VGG-16 sees the photo and the painting."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from export.architectures.resnet_style import ResNetStyle
from export.architectures.vgg import Vgg16
from export.datasets.archive import Pixels
from export.datasets.paintings import STYLES, painted_photos, paintings
from export.metrics.style import BLOCKS, CONTENT, content_distance, gram, style_distance
from export.sources.hed_vgg import vgg16
from export.training.run import Training
from export.training.schedule import level_then_down, moving_average

NAME = "resnet-style"

STEPS = 560
BATCH = 2
RATE = 4e-3
"""The first 200 steps of the shipped weights had 1.5e-3. It is high, since kernels before a
normalization may have any length, and those that this begins with are long."""

SIZE = 192
"""Height and width of the parts of photos that are painted."""

STYLE = 5.0
"""How much the distance from the painting counts beside that from the photo."""

FIRST = Path("weights") / "style_residual_wave_fp16.npz"
"""A network of the same shape for one painting, from which this one begins."""


def recipe(data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """Adam, a rate that rises, stays and falls, averaged weights, every style equally often.

    Args:
        data: folder of the training archives, and of `weights/` in it.
        runs: folder where downloaded weights are kept for next time.
        share: of the steps.
        seed: of all crops.
    """
    training, held_out = painted_photos(data)
    model = ResNetStyle(len(STYLES))
    with np.load(data / FIRST) as stored:
        model.load_state_dict(begun(stored, len(STYLES)))
    features = vgg16(runs, BLOCKS)
    steps = round(STEPS * share)
    return training_of(model, features, training, held_out, paintings(data), steps, seed)


def training_of(
    model: ResNetStyle,
    features: Vgg16,
    training: Sequence[Pixels],
    held_out: Sequence[Pixels],
    styles: Sequence[Pixels],
    steps: int,
    seed: int = 0,
) -> Training:
    """The recipe on given photos and paintings."""
    model = model.to(memory_format=torch.channels_last)
    features = features.to(memory_format=torch.channels_last)
    with torch.no_grad():
        each = [[gram(maps) for maps in features(unit(style[None]))] for style in styles]
    wanted = [torch.cat(layer) for layer in zip(*each, strict=True)]
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)

    def loss(step: int) -> Tensor:
        generator = np.random.default_rng([seed, step])
        photos = unit(np.stack([_part(training, generator) for _ in range(BATCH)]))
        picked = torch.arange(step * BATCH, (step + 1) * BATCH) % len(styles)
        painted = model(photos, F.one_hot(picked, len(styles)).float())
        content, style = _distances(features, photos, painted, [layer[picked] for layer in wanted])
        return (content + STYLE * style).mean()

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: level_then_down(step, steps)),
        loss=loss,
        validate=lambda model: validate(model, features, held_out, wanted),
        steps=steps,
        validate_every=200,
        average=AveragedModel(model, avg_fn=moving_average(0.99), use_buffers=True),
        clip=1.0,
    )


def _distances(
    features: Vgg16, photos: Tensor, painted: Tensor, wanted: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """Content and style distances `[N]`."""
    with torch.no_grad():
        photo = features(photos, CONTENT + 1)[CONTENT]
    seen = features(painted.contiguous(memory_format=torch.channels_last))
    style = style_distance([gram(maps) for maps in seen], wanted)
    return content_distance(seen[CONTENT], photo), style


def unit(pixels: Pixels) -> Tensor:
    """From uint8 `[N, H, W, 3]` to float `[N, 3, H, W]` in 0..1."""
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(0, 3, 1, 2)


def _part(photos: Sequence[Pixels], generator: np.random.Generator) -> Pixels:
    photo = photos[int(generator.integers(len(photos)))]
    top, left = (int(generator.integers(side - SIZE + 1)) for side in photo.shape[:2])
    part = photo[top : top + SIZE, left : left + SIZE]
    return part[:, ::-1] if generator.random() < 0.5 else part


def validate(
    model: nn.Module, features: Vgg16, held_out: Sequence[Pixels], wanted: Sequence[Tensor]
) -> dict[str, float]:
    """Mean distances of a few photos in every style, and the style distance of each."""
    found: dict[str, list[float]] = {name: [] for name in ("content", "style", *STYLES)}
    for photo in held_out[::6]:
        photos = unit(photo[None, : len(photo) // 8 * 8, : photo.shape[1] // 8 * 8])
        for index, name in enumerate(STYLES):
            style = F.one_hot(torch.tensor([index]), len(STYLES)).float()
            painted = model(photos, style).clamp(0, 1)
            of_style = [layer[index : index + 1] for layer in wanted]
            content, distance = _distances(features, photos, painted, of_style)
            found["content"].append(float(content))
            found["style"].append(float(distance))
            found[name].append(float(distance))
    return {name: float(np.mean(each)) for name, each in found.items()}


def begun(stored: Mapping[str, NDArray[np.float16]], styles: int) -> dict[str, Tensor]:
    """The weights of a published network for one painting, each style beginning as that one.

    There pictures grow by transposed convolutions, whose kernels here begin those behind the
    repeated pixels; normalization makes up for the difference in scale.
    """
    names = ["enter", "down.0", "down.1"]
    names += [f"blocks.{block}.{which}" for block in range(5) for which in ("first", "second")]
    names += ["up.0", "up.1", "leave"]
    state = {}
    for place, name in enumerate(names):
        kernel, shift, scale = (
            torch.from_numpy(stored["Variable" if index == 0 else f"Variable_{index}"].astype("f4"))
            for index in range(3 * place, 3 * place + 3)
        )
        if name.startswith("up."):
            kernel = kernel.permute(2, 3, 0, 1).flip(2, 3)
        else:
            kernel = kernel.permute(3, 2, 0, 1)
        state[f"{name}.convolution.weight"] = kernel.contiguous()
        state[f"{name}.scale"] = scale.repeat(styles, 1)
        state[f"{name}.shift"] = shift.repeat(styles, 1)
    return state
